"""What stands for a caller whose number is not kept: it says who is the same, and not who it is."""

MARK = "~"
"""How a pseudonym begins; no number and no address does."""

SHOWN = 4
"""Of its characters so many are shown to people: enough to tell the callers of a day apart."""


def is_pseudonym(caller: str) -> bool:
    """Whether this stands for a number, and is none."""
    return caller.startswith(MARK)


def short(caller: str) -> str:
    """What people are shown of a pseudonym: `7F3A`."""
    return caller.removeprefix(MARK)[:SHOWN]


def is_known(caller: str) -> bool:
    """Whether a caller stands there as they called: under no pseudonym, and not cut by an earlier version."""
    return not is_pseudonym(caller) and not caller.endswith("…")
