"""Long tables: searched by a part of a text, and read page by page."""

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from ivr.ledger.ledger import Ledger
from ivr.ledger.transaction import Transaction

T = TypeVar("T")
Mark = TypeVar("Mark")


def with_part(text: str | None) -> str | None:
    """The pattern (`LIKE … ESCAPE '!'`) of lower-case texts with this one in them; None if it is empty."""
    if not text or not text.strip():
        return None
    plain = text.strip().lower().replace("!", "!!").replace("%", "!%").replace("_", "!_")
    return f"%{plain}%"


def where(conditions: Sequence[str]) -> str:
    """SQL for all of these; nothing for none."""
    return f"WHERE {' AND '.join(conditions)}" if conditions else ""


def page_by_page(
    ledger: Ledger,
    read: Callable[[Transaction, Mark | None], list[T]],
    mark_of: Callable[[T], Mark],
    most: int,
) -> Iterator[T]:
    """All there is. `read` gives at most so many behind a mark: an export of a year holds nobody up."""
    last: Mark | None = None
    while True:
        with ledger.reading(patience=60) as tx:
            page = read(tx, last)
        yield from page
        if len(page) < most:
            return
        last = mark_of(page[-1])
