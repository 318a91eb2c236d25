"""Written phone calls are played: on a stage, in virtual time, and compared with what was written."""

import logging
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from ivr.box.clock import VirtualClock
from ivr.box.exchange import Exchange
from ivr.box.leg import Event
from ivr.core.menus import Hotline
from ivr.language import Checked
from ivr.language.calls.written import WrittenCall
from ivr.ledger import log
from ivr.rehearsal.caller import Act, Caller, Until
from ivr.rehearsal.ending import compared
from ivr.rehearsal.hearing import Heard
from ivr.rehearsal.stage import Play, Stage, staged
from ivr.rehearsal.town import NOBODY, Scene, Town, colleague, people
from ivr.rehearsal.witness import Parting
from ivr.switchboard.draft import captioned, sound_of

LAST_WORDS = 3.0
"""Seconds after the last call in which the carrier tells its end, and the last texts are sent."""


@dataclass(frozen=True, slots=True)
class Played:
    """One caller's part of a rehearsal: what happened on the line, and where it parted from what was written.

    `acted` counts, for each move, what had been heard when it was made. `story` is the call in the log; None
    if it never got there.
    """

    written: WrittenCall
    events: tuple[Event, ...]
    heard: tuple[Heard, ...]
    acted: tuple[int, ...]
    story: log.Story | None
    texts: tuple[tuple[str, str], ...]
    partings: tuple[Parting, ...]

    @property
    def passed(self) -> bool:
        return not self.partings


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """Checked menus on a stage, ready for one written call after another."""

    hotline: Hotline
    stage: Stage

    def play(self, written: WrittenCall, *, goes_on: bool = False) -> tuple[Played, ...]:
        """Plays a call and those that share its day, each as its caller lived through it.

        `goes_on` plays it to its end, wherever it parts; else the caller hangs up there.
        """
        every = tuple(_every(written))
        start = written.at.replace(tzinfo=ZoneInfo(self.hotline.zone)).timestamp()
        town = Town()
        staff = tuple(map(colleague, written.agents))
        stage = self.stage.anew(start, town, people(every), staff)
        stage.phone.exchange.people.default = NOBODY
        scene = Scene(self.hotline, stage.phone, town, stage.exchange.ledger)
        actors = [Caller(each, scene, goes_on=goes_on) for each in every]
        with errors_of_the_hotline() as errors:
            live_together(stage.phone.clock, [actor.act() for actor in actors])
            stage.phone.pass_time(LAST_WORDS)
        faults = faults_on(stage.phone.exchange)
        errors += faults.get("", ())
        return tuple(told(scene, actor, [*faults.get(actor.line.sid, ()), *errors]) for actor in actors)


def faults_on(exchange: Exchange) -> dict[str, list[str]]:
    """What the phone company found wrong, by the call: that of the caller, if it was on a party's line."""
    found: dict[str, list[str]] = {}
    for sid, fault in exchange.faults:
        leg = exchange.legs.get(sid)
        found.setdefault(leg.parent.sid if leg and leg.parent else sid, []).append(fault.text)
    return found


def told(scene: Scene, actor: Caller, wrong: Sequence[str]) -> Played:
    """What became of one caller; `wrong` is what nobody had to expect."""
    sid = actor.line.sid
    with scene.ledger.reading() as tx:
        story = log.story(tx, sid)
    partings, texts = list(actor.partings), tuple(scene.town.texts.get(sid, ()))
    if wrong:
        expected = "no error, and documents that a carrier runs"
        partings.append(Parting(actor.written.place, expected, tuple(dict.fromkeys(wrong))))
    if actor.goes_on or not partings:
        partings += compared(actor.written, story, texts)
    heard, acted = tuple(actor.witness.heard), tuple(actor.acted)
    return Played(actor.written, tuple(actor.events), heard, acted, story, texts, tuple(partings))


@contextmanager
def rehearsing(checked: Checked, carrier: str = "twilio") -> Iterator[Rehearsal]:
    """A stage for menus without a mistake. What is left of it at the end is thrown away."""
    assert checked.hotline is not None, "menus with mistakes cannot be rehearsed"
    with staged(play_of(checked), at=0, carrier=carrier) as stage:
        yield Rehearsal(checked.hotline, stage)


def play_of(checked: Checked) -> Play:
    """What is rehearsed of checked menus: their files, and the recordings as they would be published."""
    assert checked.hotline is not None
    contents = {place: captioned(checked, checked.hotline, *place) for place in checked.sounds}
    sounds = {place: sound_of(content, checked.sounds[place]) for place, content in contents.items()}
    kept = {sounds[place].digest: (sounds[place].kind, content) for place, content in contents.items()}
    return Play(checked.files, checked.hotline.name, sounds, kept)


def live_together(clock: VirtualClock, acts: Iterable[Act]) -> None:
    """Lets callers live on one clock until the last one is done."""
    waiting = {act: (Until(lambda: True), clock.now()) for act in acts}
    while waiting:
        deadline = min(until for _, until in waiting.values())
        clock.run(lambda: any(wish.holds() for wish, _ in waiting.values()), deadline - clock.now())
        for act, (wish, until) in list(waiting.items()):
            if wish.holds() or clock.now() >= until:
                following = next(act, None)
                if following is None:
                    del waiting[act]
                else:
                    waiting[act] = (following, clock.now() + following.seconds)


@contextmanager
def errors_of_the_hotline() -> Iterator[list[str]]:
    """What the hotline logs as an error meanwhile: callers are kept from noticing, an admin must not be."""
    errors: list[str] = []
    handler = logging.Handler(logging.ERROR)
    handler.emit = lambda record: errors.append(record.getMessage())  # type: ignore[method-assign]
    logging.getLogger().addHandler(handler)
    try:
        yield errors
    finally:
        logging.getLogger().removeHandler(handler)


def _every(written: WrittenCall) -> Iterator[WrittenCall]:
    yield written
    for other in written.others:
        yield from _every(other)
