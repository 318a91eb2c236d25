"""What the doctor found: one thing that was looked at, how it is, and what to do about it."""

from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """Fine; worth a thought; or something that callers or their data will suffer from."""

    FINE = "fine"
    DOUBTFUL = "doubtful"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class Finding:
    """`why` completes the sentence that `what` begins; `mend` says what to do, empty where all is well."""

    what: str
    verdict: Verdict
    why: str
    mend: str = ""


def fine(what: str, why: str) -> Finding:
    return Finding(what, Verdict.FINE, why)


def doubtful(what: str, why: str, mend: str) -> Finding:
    return Finding(what, Verdict.DOUBTFUL, why, mend)


def wrong(what: str, why: str, mend: str) -> Finding:
    return Finding(what, Verdict.WRONG, why, mend)
