"""Keys that callers can press, in a menu or while they wait."""

from ivr.core.menus import Destination, Option
from ivr.language.draft import Draft


def option(draft: Draft, step: str, key: str, leads: Destination, keep_as: str | None = None) -> Option:
    """A key of a step. It is spoken if the place it leads to has a label, and if it is a single key."""
    first, dash, last = key.partition("-")
    name = leads if leads.startswith(f"{step}.") else f"{step}.{leads}"
    label = None if dash else draft.labels.get(leads)
    return Option(first, last or first, leads, name, label, str(keep_as) if keep_as else None)
