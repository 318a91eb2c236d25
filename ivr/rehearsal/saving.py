"""A call that was made becomes a written one: played back at once, it passes."""

import re
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import unquote
from zoneinfo import ZoneInfo

from ivr.box.leg import Event, Leg
from ivr.core.calls import Turn
from ivr.core.menus import Ask, Hotline, Language
from ivr.core.questions import is_valid
from ivr.language.calls.writing import write
from ivr.language.calls.written import (
    Does,
    Ends,
    HangUp,
    Hears,
    Line,
    Party,
    Press,
    Rings,
    Speak,
    Wait,
    WrittenCall,
)
from ivr.ledger import callers, log
from ivr.ledger.log import Story
from ivr.switchboard.exchange import Exchange

AT = re.compile(r"/voice/at/\d+/([^/]+)/(\w+)\.")
"""The step and the turn in the address that is asked after a key."""

END_SECONDS = 5.0
"""How long the log may take to learn that a call is over."""

ENDED = {"busy": Does.BUSY, "no-answer": Does.NO_ANSWER, "failed": Does.FAILED}
TRIED = 10_000


def saver(exchange: Exchange, caller: str, file: Path) -> Callable[[Leg], None]:
    """Writes a call into a file once it is over; what is known of its caller before is looked up now."""
    with exchange.ledger.reading() as tx:
        remembered = callers.remembered_language(tx, caller)

    def keep(leg: Leg) -> None:
        story = story_of(exchange, leg)
        written = written_from(leg, exchange.shelf.live(exchange.now()).hotline, remembered, story)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(write(written), "utf-8")

    return keep


def story_of(exchange: Exchange, leg: Leg) -> Story | None:
    """The call in the log, once its end is told there, or as it is after a while."""
    until = time.monotonic() + END_SECONDS
    while True:
        with exchange.ledger.reading() as tx:
            story = log.story(tx, leg.sid)
        if (story and story.call.ended_at is not None) or time.monotonic() > until:
            return story
        time.sleep(0.1)


def written_from(
    leg: Leg, hotline: Hotline, remembered: Language | None = None, story: Story | None = None
) -> WrittenCall:
    """The call on a caller's line; `story` is the same call in the log, if it is there."""
    events = in_order(leg.events)
    began = datetime.fromtimestamp(events[0]["at"] // 1000, UTC).astimezone(ZoneInfo(hotline.zone))
    caller = None if leg.from_ == "anonymous" else leg.from_
    outcome = story.call.outcome if story else None
    telling = Telling(hotline, events)
    return WrittenCall(
        name=f"Saved {began:%Y-%m-%d %H:%M:%S}",
        caller=caller,
        at=began.replace(tzinfo=None),
        story=tuple(telling.lines()),
        called=leg.to,
        remembered=remembered,
        lookups=looked_up(story) if story else (),
        parties=telling.parties,
        ends=Ends(outcome),
    )


def in_order(events: Sequence[Event]) -> list[Event]:
    """The events of a line; a recording that a hang-up ended was made before it."""
    late = [event for event in events if event["kind"] == "record_end"]
    late = [event for event in late if any(e["kind"] == "hangup" and e["n"] < event["n"] for e in events)]
    rest = [event for event in events if event not in late]
    at = next((number for number, event in enumerate(rest) if event["kind"] == "hangup"), len(rest))
    return [*rest[:at], *({**event, "hung_up": True} for event in late), *rest[at:]]


def looked_up(story: Story) -> tuple[Mapping[str, str] | None, ...]:
    """What each look-up of the call brought; of several that are the same at the end, one."""
    asked = (errand for errand in story.errands if errand.kind == "lookup")
    brought = [errand.answer if errand.state == "done" else None for errand in asked]
    while len(brought) > 1 and brought[-1] == brought[-2]:
        brought.pop()
    return tuple(brought)


@dataclass
class Telling:
    """Tells a line's events as a story. `parties` is known once it is told."""

    hotline: Hotline
    events: Sequence[Event]
    parties: dict[str, Party] = field(default_factory=dict)
    _anchor: int = 0
    """When the last line of the story was done (UTC milliseconds)."""
    _cut: int | None = None
    """When a key cut short what was being said."""
    _asking: bool = False
    _said_until: int = 0
    _ringing: str = ""
    _bridged: int = 0

    def lines(self) -> Iterator[Line]:
        self._anchor = self.events[0]["at"]
        for number, event in enumerate(self.events):
            yield from self._lines_of(number, event)

    def _lines_of(self, number: int, event: Event) -> Iterator[Line]:
        match event["kind"]:
            case "say" | "play" if event.get("text"):
                yield Hears(" ".join(event["text"].split()))
                self._anchor = event["at"]
                self._said_until = event["at"] + round(event["seconds"] * 1000)
            case "gather":
                self._cut, self._asking = None, True
            case "stop":
                self._cut = event["at"]
            case "gather_end":
                self._asking = False
                yield from self._keys(number, event)
                self._anchor = event["at"]
            case "record_end" if event.get("hung_up") and not event["spoken"]:
                pass
            case "record_end":
                yield from self._recorded(number, event)
                self._anchor = event["at"]
            case "dialing":
                self._ringing, self._bridged = event["to"], 0
                self.parties[self._ringing] = Party(Does.NO_ANSWER)
                yield Rings(self._ringing)
            case "bridged":
                self._bridged = event["at"]
                self.parties[self._ringing] = Party(Does.ANSWERS)
            case "dialed":
                self.parties[self._ringing] = self._party(event)
                self._anchor = event["at"]
            case "hangup" if event["by"] == "caller":
                yield from self._waits(self._hung_up_at(event["at"]))
                yield HangUp()

    def _keys(self, number: int, event: Event) -> Iterator[Line]:
        """What was pressed at a question, or the silence that ended it."""
        if event["digits"]:
            if self._cut is not None:
                yield from self._waits(self._cut)
            yield Press(self._shown(number, event["digits"]), early=self._cut is not None)
        else:
            yield from self._silence(number)

    def _recorded(self, number: int, event: Event) -> Iterator[Line]:
        if event["spoken"]:
            yield Speak(event["spoken"])
        if event["key"]:
            yield Press(event["key"])
        elif not event["spoken"]:
            yield from self._silence(number)

    def _hung_up_at(self, at: int) -> int:
        """A caller who hangs up at a question has heard so much of it: keys that were never taken, and all
        the silence before, make no difference."""
        return min(at, self._cut or self._said_until) if self._asking else at

    def _party(self, event: Event) -> Party:
        if self._bridged:
            return Party(Does.ANSWERS, max(1.0, round((event["at"] - self._bridged) / 1000)))
        return Party(ENDED.get(event["status"], Does.VOICEMAIL))

    def _waits(self, until: int) -> Iterator[Line]:
        if until > self._anchor:
            yield Wait((until - self._anchor) / 1000)

    def _silence(self, number: int) -> Iterator[Line]:
        """A silence until the caller is asked again; or so long, if the words behind it are cut short."""
        following = (each for each in self.events[number + 1 :] if not is_silence(each))
        deed = next((each for each in following if each["kind"] in DEEDS), None)
        cut = deed is not None and (deed["kind"] == "stop" or deed.get("by") == "caller")
        yield from self._waits(self.events[number]["at"]) if cut else [Wait()]

    def _shown(self, number: int, keys: str) -> str:
        """The keys as they may be written down: for a secret, others that do as well."""
        asked = next((each for each in self.events[number + 1 :] if each["kind"] == "webhook"), None)
        place = AT.search(asked["url"]) if asked else None
        step = self.hotline.steps.get(unquote(place[1])) if place else None
        thing = step.thing if step else None
        if place and isinstance(thing, Ask) and thing.secret and place[2] == Turn.KEYS:
            return stand_in(thing, keys)
        return keys


DEEDS = ("stop", "gather_end", "record_end", "hangup")
"""The events in which a caller has done something, unless they are silence."""


def is_silence(event: Event) -> bool:
    match event["kind"]:
        case "gather_end":
            return not event["digits"]
        case "record_end":
            return not (event["spoken"] or event["key"])
    return False


def stand_in(ask: Ask, keys: str) -> str:
    """Other keys of the same length that are as right, or as wrong; the same key over and over if none is."""
    tried = (str(number).zfill(len(keys)) for number in range(min(TRIED, 10 ** len(keys))))
    wanted = is_valid(ask, keys)
    return next((each for each in tried if is_valid(ask, each) is wanted), "0" * len(keys))
