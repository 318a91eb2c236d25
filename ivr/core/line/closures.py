"""A queue that somebody has closed by hand, whatever its hours say, until it is opened again."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from ivr.core.menus import Hotline, Language


class Reason(StrEnum):
    """Why a queue is closed, in words that every language has ready: the name of its phrase."""

    FAULT = "closed_by_fault"
    CROWD = "closed_by_crowd"
    SHORT = "closed_for_short"
    TODAY = "closed_for_today"


LONGEST_REASON = 500
"""Characters of a reason: callers hear all of it before they are led on."""


@dataclass(frozen=True, slots=True)
class Closure:
    """Who has closed a queue, since when (UTC milliseconds), and why: by a ready `reason`, in words of their
    own by language, or without a word."""

    queue: str
    since: int
    by: str
    reason: Reason | None = None
    says: Mapping[Language, str] = field(default_factory=dict)

    def words(self, hotline: Hotline, language: Language) -> str:
        """What callers hear of it in their language; empty: nothing. Words of somebody's own that are not
        there in that language are said by none: a ready reason is, where one was chosen too."""
        if language in self.says:
            return self.says[language]
        known = hotline.languages.get(language)
        return known.phrases.get(self.reason, "") if known and self.reason else ""


def lacking(says: Mapping[Language, str], hotline: Hotline) -> list[Language]:
    """The languages in which words of somebody's own are still to be written."""
    return [name for name in hotline.languages if not says.get(name, "").strip()] if says else []
