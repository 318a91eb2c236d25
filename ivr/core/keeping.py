"""How long what callers leave behind is kept."""

from dataclasses import dataclass

DAY_MS = 86_400_000


@dataclass(frozen=True, slots=True)
class Keeping:
    """For so many days what was recorded is kept, and the details of calls; None: for ever."""

    recordings: int | None = None
    details: int | None = None


FOR_EVER = Keeping()


def before(days: int | None, now: int) -> int | None:
    """What is older than this moment has been kept for so many days; None: nothing is forgotten."""
    return None if days is None else now - days * DAY_MS
