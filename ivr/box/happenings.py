"""What can happen to a leg while it listens, and how a leg's program says so."""

from collections.abc import Generator
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias, TypeVar

from ivr.box.twiml.verbs import Document
from ivr.box.webhooks import Outcome, Webhook

if TYPE_CHECKING:
    from ivr.box.leg import Leg


@dataclass(frozen=True, slots=True)
class Key:
    digit: str


@dataclass(frozen=True, slots=True)
class HungUp:
    """The line is gone; `by` is caller, callee, service or carrier; `unanswered` its end if still ringing."""

    by: str
    unanswered: str = "no-answer"


@dataclass(frozen=True, slots=True)
class Redirected:
    """The REST API moved the leg to another document."""

    to: "Webhook | Document"


@dataclass(frozen=True, slots=True)
class Fetched:
    ticket: object
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Finished:
    """The handset has played prompt `n` to its end."""

    n: int


@dataclass(frozen=True, slots=True)
class Spoke:
    """The party speaks: `samples` already said, then `seconds` more to come."""

    samples: bytes = b""
    seconds: float = 0


@dataclass(frozen=True, slots=True)
class PickedUp:
    pass


@dataclass(frozen=True, slots=True)
class TurnedDown:
    """The party does not answer: busy, no-answer or failed."""

    status: str


@dataclass(frozen=True, slots=True)
class CalleeAnswered:
    callee: "Leg"


@dataclass(frozen=True, slots=True)
class CalleeReady:
    """The callee heard the screening document to its end and may be joined to the caller."""

    callee: "Leg"


@dataclass(frozen=True, slots=True)
class CalleeGone:
    callee: "Leg"
    status: str


@dataclass(frozen=True, slots=True)
class Summoned:
    """The leg waits no longer: `to` is the conference that began or ended, or who took it from its queue."""

    to: object


Happening: TypeAlias = (
    Key
    | Summoned
    | HungUp
    | Redirected
    | Fetched
    | Finished
    | Spoke
    | PickedUp
    | TurnedDown
    | CalleeAnswered
    | CalleeReady
    | CalleeGone
)
Result = TypeVar("Result")
# A leg's program yields how many seconds it listens (None: for ever) and is sent what happened, or None.
Act: TypeAlias = Generator[float | None, Happening | None, Result]


class LineGone(Exception):
    """The party hung up, or was hung up by the carrier."""


class Diverted(Exception):
    """The REST API gave the leg another document."""

    def __init__(self, to: "Webhook | Document") -> None:
        super().__init__("redirected")
        self.to = to


class Interrupted(Exception):
    """Somebody else ended what the leg was waiting with; `by` is what `Summoned` named."""

    def __init__(self, by: object) -> None:
        super().__init__("interrupted")
        self.by = by


class Ended(Exception):
    """The service's document ended the leg: `status` is completed, busy or no-answer."""

    def __init__(self, status: str = "completed") -> None:
        super().__init__(status)
        self.status = status


class Left(Exception):
    """<Leave> ran in a queue's wait document."""


class WaitBroken(Exception):
    """A queue's wait document failed; the wait ends with QueueResult=error."""


class ApplicationError(Exception):
    """Nothing is left to run: the caller hears the carrier's apology."""
