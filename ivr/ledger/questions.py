"""Questions that travel together. Over a network each that travels alone takes longer than its answer."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar, overload

from ivr.ledger.transaction import Row, Transaction, Values

A = TypeVar("A")
Answer = TypeVar("Answer", covariant=True)
B = TypeVar("B")
C = TypeVar("C")


@dataclass(frozen=True, slots=True)
class Question(Generic[Answer]):
    """One or more SELECTs, and how the rows they bring are read."""

    selects: tuple[tuple[str, Values], ...]
    read: Callable[[list[list[Row]]], Answer]


def question(sql: str, values: Values, read: Callable[[list[Row]], A]) -> Question[A]:
    """A question that is one SELECT."""
    return Question(((sql, values),), lambda answers: read(answers[0]))


def each(questions: Iterable[Question[A]]) -> Question[list[A]]:
    """Many of one kind, as one."""
    asked = list(questions)
    return Question(
        tuple(select for one in asked for select in one.selects), lambda rows: _shared(asked, rows)
    )


@overload
def ask(tx: Transaction, first: Question[A], /) -> A: ...
@overload
def ask(tx: Transaction, first: Question[A], second: Question[B], /) -> tuple[A, B]: ...
@overload
def ask(
    tx: Transaction, first: Question[A], second: Question[B], third: Question[C], /
) -> tuple[A, B, C]: ...
def ask(tx: Transaction, *questions: Question[Any]) -> Any:
    """The answer to a question, or to each of several: asked at once, in one round trip."""
    answers = _shared(questions, tx.answers([select for one in questions for select in one.selects]))
    return answers[0] if len(questions) == 1 else tuple(answers)


def _shared(questions: Iterable[Question[A]], answers: list[list[Row]]) -> list[A]:
    """To each question what its own SELECTs have brought."""
    rest = iter(answers)
    return [one.read([next(rest) for _ in one.selects]) for one in questions]
