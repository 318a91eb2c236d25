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
    _("callers are offered to"),
    _("the agent who has been free longest"),
    _("all agents at once"),
    _("the agent whose last offer is longest ago"),
    _("the agent who has answered the fewest calls today"),
    _("the agent who has talked least today"),
    _("the first agent in their order"),
    _("an agent by chance"),
    _("an agent by chance and weight"),
    _("agents must know"),
    _("%(skill)s at level %(level)s"),
    _("level %(level)s after %(seconds)s s"),
    _("the caller’s language"),
    _("agents must speak it"),
    _("agents must speak it for %(seconds)s s"),
    _("agents need not speak it"),
    _("helped out by"),
    _("%(queue)s after %(seconds)s s"),
    _("head start"),
    _("steps ahead: %(count)s"),
    _("each step: %(seconds)s s"),
    _("weight"),
    _("an agent is rung for"),
    _("wrap-up"),
    _("a break after missed offers"),
    _("never"),
    _("longest wait"),
    _("room for"),
    _("callers: %(count)s"),
    _("who waits at closing is served"),
    _("who waits at closing leaves word"),
    _("who waits at closing is called back"),
    _("promises"),
    _("%(share)s%% in %(seconds)s s"),
    _("callers are told their place"),
    _("every %(seconds)s s"),
    _("callers may be called back"),
    _("yes"),
    _("dispositions"),
    _("must be chosen"),
    _("may be chosen"),
    _("conversations"),
    _("recorded"),
    _("recorded if the caller agrees"),
    _("music while waiting"),
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
    _("alert %(name)s"),
    _("when the service level is below %(limit)s%%"),
    _("when somebody has waited %(limit)s s"),
    _("when nobody has been signed in for %(limit)s s"),
    _("when %(limit)s%% hang up while they wait"),
    _("when agents miss %(limit)s callers"),
    _("when %(limit)s errands fail"),
    _("when a message is %(limit)s s old"),
    _("looking back %(seconds)s s"),
    _("of at least %(count)s callers"),
    _("queues"),
    _("is told"),
    _("another system"),
    _("told at %(url)s"),
    _("recordings"),
    _("details of calls"),
    _("kept for %(days)s days"),
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
    _("who passes it"),
    _("got what they wanted"),
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
    _("surveys"),
    _("by text message"),
    _("by keypad"),
    _("%(share)s%% of the callers"),
    _("nobody twice within %(days)s days"),
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
