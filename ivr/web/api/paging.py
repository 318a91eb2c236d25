"""Long lists come page by page: each says where the next one begins."""

import re
from collections.abc import Callable, Sequence
from typing import Annotated, TypeVar

from pydantic import Field, StringConstraints

from ivr.web.api.shapes import NO_ZERO, Shown, Sought

T = TypeVar("T")
Mark = tuple[int, str]
"""Where a page ends: the time and the id of its last one."""

_CURSOR = re.compile(r"(-?[0-9]{1,18})~(.+)", re.DOTALL)


class Cursor(Sought):
    """Which page of a list."""

    cursor: Annotated[str, StringConstraints(max_length=300, pattern=NO_ZERO)] = ""
    """`next` of the page before; empty, or anything else: the first page."""
    limit: Annotated[int, Field(ge=1, le=200)] = 50
    """So many on a page."""


class Page(Shown):
    """A page of a list."""

    next: str | None
    """The `cursor` of the next page; null: this is the last one."""


def after(asked: Cursor) -> Mark | None:
    """Where the page before ended; None for the first page."""
    found = _CURSOR.fullmatch(asked.cursor)
    return (int(found[1]), found[2]) if found else None


def page(found: Sequence[T], limit: int, mark_of: Callable[[T], Mark]) -> str | None:
    """Where the next page begins, if more were found than are shown on this one."""
    if len(found) <= limit:
        return None
    return begins(mark_of(found[limit - 1]))


def begins(mark: Mark) -> str:
    """Where a page begins that goes on behind a mark."""
    at, last_id = mark
    return f"{at}~{last_id}"
