"""Differences between two sets of menus, in the reader's language."""

from collections.abc import Mapping
from dataclasses import dataclass

from ivr.core import differences
from ivr.core.differences import Difference
from ivr.core.facts import Phrase
from ivr.web.wording import _, language_name, say


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that is not what it was: its place, then and now; None where there was, or is, nothing."""

    about: str
    was: str | None
    now: str | None


def in_words(one: Difference, tags: Mapping[str, str]) -> Change:
    """A difference for the reader. `tags` tells the tag of each language of the menus."""

    def tongue(name: str) -> str:
        return language_name(tags.get(name, name))

    about, was, now = differences.in_words(one, phrased, tongue)
    return Change(about, None if one.was is None else was, None if one.now is None else now)


def phrased(phrase: Phrase) -> str:
    """A phrase in the reader's language, its holes filled."""
    return say(phrase.text) % dict(phrase.holes)


PHRASES = (
    _("the hotline’s name"),
    _("the hotline’s zone"),
    _("number %(number)s"),
    _("language %(language)s"),
    _("voice %(voice)s"),
    _("hours %(name)s"),
    _("every day"),
    _("open all day"),
    _("Mondays"),
    _("Tuesdays"),
    _("Wednesdays"),
    _("Thursdays"),
    _("Fridays"),
    _("Saturdays"),
    _("Sundays"),
    _("public holidays"),
    _("closed in %(country)s"),
    _("closed"),
    _("queue %(name)s"),
    _("hours"),
    _("mailbox %(name)s"),
    _("mailed to %(address)s"),
    _("at most %(seconds)s s"),
    _("ended by %(seconds)s s of silence"),
    _("ended by %(key)s"),
    _("limits"),
    _("keys: %(count)s"),
    _("calls: %(count)s per %(seconds)s s"),
    _("caller %(number)s"),
    _("turned away"),
    _("destination %(number)s"),
    _("look-ups at %(host)s"),
    _("allowed"),
    _("says"),
    _("says to who comes back"),
    _("says after silence"),
    _("says after a wrong key"),
    _("writes"),
    _("recording %(digest)s"),
    _("pressing %(key)s"),
    _("not offered"),
    _("leads to %(step)s"),
    _("kept as %(name)s"),
    _("chooses %(language)s"),
    _("then"),
    _("when %(reason)s"),
    _("its words"),
    _("must be heard"),
    _("between keys"),
    _("keys typed ahead"),
    _("%(seconds)s s"),
    _("chosen anew by key"),
    _("asks for"),
    _("when %(hours)s is open"),
    _("when %(hours)s is closed"),
    _("when %(value)s is “%(text)s”"),
    _("looks up"),
    _("waits in queue"),
    _("rings"),
    _("taken by pressing 1"),
    _("taken by picking up"),
    _("takes a message for"),
    _("records"),
    _("writes to"),
    _("when silent"),
    _("when wrong"),
    _("tries: %(count)s"),
    _("digits: %(fewest)s to %(most)s"),
    _("from %(smallest)s to %(largest)s"),
    _("check digit: %(check)s"),
    _("read back"),
    _("secret"),
)
"""Every phrase of a fact that has words in it, for the catalogs (a test compares them with the facts)."""
