"""What one caller lived through, in the order it happened: heard, pressed, waited."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from operator import attrgetter

from ivr.core.calls import Ending, Part
from ivr.core.menus import Enqueue, Hotline
from ivr.ledger.errands import Errand
from ivr.ledger.events import Event
from ivr.ledger.legs import Leg
from ivr.ledger.log import Story
from ivr.web.pages.heard import Sentence, sentences
from ivr.web.pages.heard_in_line import words_at_the_end
from ivr.web.pages.visits import Visit, visits

TOLD = frozenset({"message", "lookup", "mail"})
"""The errands that are told; copying a recording is housekeeping, and an event tells when that fails."""

CLOSED_BY_HAND = "closed_by_hand"
FIRST = frozenset({"handed_over", CLOSED_BY_HAND})
"""The events that decide what follows in the same moment."""


@dataclass(frozen=True, slots=True)
class Moment:
    """One thing that happened. `kind`: pass, queued, promise, leg, errand, message, recording, event; `what`
    is its record."""

    at: int
    kind: str
    what: object


@dataclass(frozen=True, slots=True)
class Era:
    """The menus a call was in from a moment on; None: what was heard in them is not known any more."""

    since: int
    menus: Hotline | None


def timeline(
    story: Story, eras: Sequence[Era], reader: str, in_line: Iterable[tuple[int, str, object]] = ()
) -> list[Moment]:
    """The moments of a call for a reader of that language, told by the menus of their time; among them what
    happened `in_line`."""
    told = chain.from_iterable(visits(part, era.menus, reader) for part, era in parts(story, eras))
    passes, errands = with_errands(told, story.errands)
    first = [event for event in story.events if event.kind in FIRST]
    moments = [Moment(event.at, "event", event) for event in first]  # before what follows in that moment
    moments += [Moment(word.left_at, "message", word) for word in story.messages]
    moments += [Moment(sound.at, "recording", sound) for sound in story.recordings if sound.kind != "message"]
    moments += [Moment(at, "pass", visit) for at, visit in passes]
    moments += [Moment(*each) for each in in_line]
    moments += [Moment(leg_began(leg, story), "leg", leg) for leg in story.legs]
    moments += [Moment(errand.created_at, "errand", errand) for errand in errands if errand.kind in TOLD]
    moments += [Moment(event.at, "event", event) for event in story.events if not is_told(event, first)]
    return sorted(moments, key=attrgetter("at"))


def parts(story: Story, eras: Sequence[Era]) -> Iterator[tuple[Story, Era]]:
    """The story with the passes that began in each era."""
    until = [*(era.since for era in eras[1:]), None]
    for number, (era, end) in enumerate(zip(eras, until, strict=True)):
        passes = tuple(
            one
            for one in story.passes
            if (number == 0 or one.entered_at >= era.since) and (end is None or one.entered_at < end)
        )
        yield replace(story, passes=passes), era


def with_errands(
    passes: Iterable[tuple[int, Visit]], errands: Iterable[Errand]
) -> tuple[list[tuple[int, Visit]], list[Errand]]:
    """The passes, each with the errand it wished for (both are in their order), and the errands left over."""
    left, found = list(errands), []
    for at, visit in passes:
        errand = next((errand for errand in left if errand.kind == visit.wished), None)
        if errand:
            left.remove(errand)
        found.append((at, replace(visit, errand=errand)))
    return found, left


def is_told(event: Event, already: Sequence[Event]) -> bool:
    """Whether an event stands there already, or says no more than its errand, or the words of a pass."""
    return (
        event in already
        or event.kind == "may_keep_place"
        or (event.kind == "errand_failed" and event.detail.get("kind") in TOLD)
    )


def leg_began(leg: Leg, story: Story) -> int:
    """The first we know of a leg."""
    told = (leg.started_at, leg.answered_at, leg.accepted_at, leg.ended_at)
    return next((at for at in told if at is not None), story.call.started_at)


def closed_by_hand(story: Story) -> Iterator[Event]:
    """The queues that were closed to the caller by somebody."""
    return (event for event in story.events if event.kind == CLOSED_BY_HAND)


def farewell(story: Story, hotline: Hotline | None) -> tuple[Sentence, ...]:
    """The goodbye a caller heard to whom the menus' last move said nothing else."""
    if hotline is None or not story.passes or story.passes[-1].ending is Ending.HUNG_UP:
        return ()
    last, ended_at = story.passes[-1], story.call.ended_at
    if ended_at is not None and ended_at <= last.left_at:  # gone by then: at the tone, or in conversation
        return ()
    in_last_move = [one for one in story.passes if one.entered_at == one.left_at == last.left_at]
    steps = [hotline.steps.get(one.step) for one in in_last_move]
    known = last.step in hotline.steps and last.language in hotline.languages
    if not known or any(step and step.say for step in steps):
        return ()
    if any(event.detail["said"] and event.at >= last.left_at for event in closed_by_hand(story)):
        return ()
    line = hotline.steps[last.step].thing
    if isinstance(line, Enqueue) and words_at_the_end(line, last):
        return ()
    return tuple(sentences(hotline, last, Part.GOODBYE, {}))
