"""What happened, as far as it is counted: rows of the ledger with no more in them than the figures need.

Times are UTC milliseconds, durations milliseconds. `called` is the number of ours, `language` the caller's.
"""

from collections.abc import Sequence
from typing import NamedTuple

from ivr.core.calls import Ending, Outcome
from ivr.core.line.estimate import Estimate
from ivr.core.line.visits import Kind, Left, WentTo


class Entered(NamedTuple):
    """A caller joined a line."""

    queue: str
    language: str
    called: str
    kind: Kind
    at: int


class Ended(NamedTuple):
    """A visit ended. `first_at` is the caller's first enqueue; they had waited `before` in this call already.

    `target`: within what wait the queue had promised an answer. `told`: the last estimate they heard, and
    `told_at` when. `returned`: whether the same number had been answered in this queue within RETURN_MS
    before; None where nobody can know, as the number was withheld.
    """

    queue: str
    language: str
    called: str
    kind: Kind
    first_at: int
    entered_at: int
    at: int
    outcome: Left
    went_to: WentTo
    target: int | None
    before: int = 0
    returned: bool | None = None
    told: Estimate | None = None
    told_at: int = 0


class Talk(NamedTuple):
    """A conversation whose wrap-up is over. `began_at` is when the agent had the caller: the answer, or, for
    who was only asked at first, when they took the caller over; None if they never did."""

    queue: str
    language: str
    called: str
    agent: str
    kind: Kind
    taken_at: int
    answered_at: int
    began_at: int | None
    held: int
    talk_ended_at: int
    at: int
    inferred: bool
    sent_on: bool


class Offer(NamedTuple):
    """An offer that is over; `ending` is its word in the log."""

    agent: str
    queue: str
    at: int
    ending: str


class Span(NamedTuple):
    """How an agent stood for a while."""

    agent: str
    status: str
    activity: str
    since: int
    until: int


class Pass(NamedTuple):
    """One caller going once through one step."""

    step: str
    option: str | None
    ending: Ending
    silences: int
    wrongs: int
    goal: bool = False


class Call(NamedTuple):
    """A call, over or not (`outcome` None). `left`: how its visits to queues ended; `answered_at`: when a
    person first answered. `came_back`: the same number had a call within BACK_MS before that was
    contained."""

    called: str
    language: str
    at: int
    outcome: Outcome | None
    left: tuple[Left, ...] = ()
    message: bool = False
    answered_at: int | None = None
    came_back: bool = False
    passes: tuple[Pass, ...] = ()


class Asked(NamedTuple):
    """Somebody was promised to be rung."""

    queue: str
    language: str
    called: str
    at: int


class Promise(NamedTuple):
    """A promise that is over; `ending` is its word in the log."""

    queue: str
    language: str
    called: str
    at: int
    ending: str
    tries: int


class Surveyed(NamedTuple):
    """A caller was asked about a conversation, or about a call that had none (`queue` and `agent` None); `at`
    is when the first question was put. Of a question not asked, or not answered, the answer is None."""

    queue: str | None
    language: str
    called: str
    agent: str | None
    at: int
    answered: bool
    satisfaction: int | None = None
    recommendation: int | None = None
    solved: int | None = None


class Records(NamedTuple):
    """All that is counted of a time."""

    entered: Sequence[Entered] = ()
    ended: Sequence[Ended] = ()
    talks: Sequence[Talk] = ()
    offers: Sequence[Offer] = ()
    spans: Sequence[Span] = ()
    calls: Sequence[Call] = ()
    asked: Sequence[Asked] = ()
    promises: Sequence[Promise] = ()
    surveys: Sequence[Surveyed] = ()


RETURN_MS = 7 * 86_400_000
"""A number that is answered again in a queue within a week had not been helped the first time."""

BACK_MS = 86_400_000
"""A number that calls again within a day had not been helped by the menus alone."""
