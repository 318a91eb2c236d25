"""Somebody who listens in on a call: what was asked and answered, and whether it goes round in circles."""

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from ivr.box.leg import Event, Leg
from ivr.core.calls import Turn
from ivr.core.menus import Ask, ChooseLanguage, Dial, Hotline, Lookup, Menu, Record, Voicemail
from ivr.core.walk import GRACE_LOOKS
from ivr.switchboard.documents import LOOK_EVERY, MUSIC_SECONDS
from ivr.switchboard.safety import TRIES, WAIT
from ivr.web.voice.routes import PLACE

_REQUEST_SECONDS = 0.3
_SLACK_SECONDS = 2.0
_SLACK_DOCUMENTS = 10
_TOLD_MS = 2000
"""The carrier tells by then who has met in a room."""

_ACTS = frozenset({"gather_end", "bridged", "record_end"})
_IN_LINE = re.compile(r"/voice/(wait|key)/")
"""What is asked while a caller waits in a line: again and again, and without a question."""

_NOBODY_LISTENED = re.compile(r"[?&]again=")


@dataclass(frozen=True, slots=True)
class Patience:
    """What the menus' own rules explain: how many `documents` may follow each other with nothing of the
    caller's between, how many `seconds` the line may be silent, how many `answers` a call may give, how many
    seconds a caller may `wait` in a line."""

    documents: int
    seconds: float
    answers: int
    wait: float = math.inf

    @classmethod
    def of(cls, hotline: Hotline) -> "Patience":
        things = [step.thing for step in hotline.steps.values()]
        looks = [math.ceil(thing.timeout) + GRACE_LOOKS + 2 for thing in things if isinstance(thing, Lookup)]
        acts = [len(thing.parties) for thing in things if isinstance(thing, Dial)]
        acts += [2 for thing in things if isinstance(thing, Voicemail | Record)]
        asked = [
            thing.after + getattr(thing, "between_keys", 0)
            for thing in things
            if isinstance(thing, Menu | Ask | ChooseLanguage)
        ]
        # What is left of the longest wait is not filled with music that would be cut short.
        quiet = MUSIC_SECONDS if hotline.queues else 0.0
        longest_look = max(looks, default=0) * (LOOK_EVERY + _REQUEST_SECONDS)
        return cls(
            2 * (sum(looks) + sum(acts)) + TRIES + _SLACK_DOCUMENTS,
            max(0.0, *asked, longest_look, quiet) + WAIT * TRIES + _SLACK_SECONDS,
            hotline.limits.keys + 1,
            _longest_wait(hotline),
        )


def _longest_wait(hotline: Hotline) -> float:
    """Where some queue lets callers wait as long as they like, any time is well."""
    longest = [queue.rules.max_wait for queue in hotline.queues.values()]
    rung = [queue.rules.ring for queue in hotline.queues.values()]
    known = [wait for wait in longest if wait is not None]
    return max(known) + 3 * max(rung) + MUSIC_SECONDS if known and len(known) == len(longest) else math.inf


@dataclass(frozen=True, slots=True)
class Question:
    """One question and what came of it: `keys` is empty for silence. `several`: keys may be typed ahead.
    What is pressed in a line (the turn WAIT) counts only if it leads somewhere."""

    step: str
    turn: Turn
    keys: str
    several: bool


@dataclass(frozen=True, slots=True)
class Silence:
    """So many seconds in which nothing was heard, beginning so many after the call did."""

    began: float
    seconds: float


class Listener:
    """Watches one leg. A call that goes round without end is cut off, and `circles` says so."""

    def __init__(self, patience: Patience, leg: Leg) -> None:
        self._patience = patience
        self._documents = self._answers = 0
        self.circles = ""
        self._in_line = False
        self.leg = leg
        leg.watchers.append(self._see)

    def _see(self, event: Event) -> None:
        kind = event["kind"]
        if kind == "gather":
            self._in_line = is_in_line(event["action"])
        elif kind in _ACTS:
            self._documents = 0
            self._answers += kind == "gather_end" and not self._in_line
        elif kind == "webhook" and not is_in_line(event["url"]):
            self._documents += 1
        if self._documents > self._patience.documents:
            self._cut(f"{self._documents} documents followed each other, and the caller was asked nothing")
        elif self._answers > self._patience.answers:
            self._cut(f"the caller was asked {self._answers} times, more often than `limits` allows")

    def _cut(self, why: str) -> None:
        if not self.circles:
            self.circles = why
            self.leg.hang_up("carrier")

    # -- what can be known afterwards -------------------------------------------------------------------

    def questions(self) -> Iterator[Question]:
        """Every question of the menus that was answered, or met with silence to its end."""
        asked: Event | None = None
        for event in self.leg.events:
            if event["kind"] == "gather":
                asked = event if is_in_menus(event["action"]) else None
            elif event["kind"] == "gather_end" and asked is not None:
                step, turn = place_of(asked["action"])
                several = asked["digits"] is None and not asked["finish"]
                if turn is not Turn.WAIT or event["digits"]:
                    yield Question(step, turn, event["digits"], several)

    def has(self, kind: str) -> bool:
        return any(event["kind"] == kind for event in self.leg.events)

    def refuges(self) -> list[str]:
        """The addresses the service sent the carrier back to because something of its own was broken."""
        asked = (event["url"] for event in self.leg.events if event["kind"] == "webhook")
        return [url for url in asked if _NOBODY_LISTENED.search(url)]

    def met_briefly(self) -> bool:
        """Whether all they had of an agent was a moment in a room, over before it could be told."""
        met = [event["at"] for event in self.leg.events if event["kind"] == "bridged"]
        parted = [event["at"] for event in self.leg.events if event["kind"] in ("dialed", "hangup")]
        rung = self.has("dialing")
        return not rung and all(min(at for at in parted if at >= since) - since < _TOLD_MS for since in met)

    def longest_wait(self) -> float:
        """The longest time in a line, in seconds."""
        longest, since = 0.0, None
        for event in self.leg.events:
            if event["kind"] == "hold" and "queue" in event:
                since = event["at"]
            elif since is not None and (
                event["kind"] == "hangup" or (event["kind"] == "webhook" and not is_in_line(event["url"]))
            ):
                longest, since = max(longest, (event["at"] - since) / 1000), None
        return longest

    def longest_silence(self) -> Silence:
        """The longest time in which the caller heard nothing, nor was talking, recorded or typing."""
        began = heard_until = self.leg.events[0]["at"]
        longest, busy = Silence(0, 0), False
        for event in self.leg.events:
            at, kind = event["at"], event["kind"]
            if kind in _HEARD and not busy:
                silent = Silence((heard_until - began) / 1000, (at - heard_until) / 1000)
                longest = max(longest, silent, key=lambda each: each.seconds)
            if kind in _HEARD:
                heard_until = at + round(1000 * event.get("seconds", 0))
            elif kind in _OVER or (kind == "gather_end" and event["digits"]):
                heard_until = at
            busy = kind in _BUSY or (busy and kind not in _OVER)
        return longest


_HEARD = frozenset({"say", "play", "beep", "dialing", "hangup"})
_BUSY = frozenset({"beep", "dialing", "bridged"})
"""From here on the caller speaks, or hears it ring."""

_OVER = frozenset({"answered", "stop", "record_end", "dialed"})
"""Until here something was heard, or the caller was busy."""


def is_in_line(url: str) -> bool:
    """Whether this address is asked while a caller waits in a line."""
    return _IN_LINE.search(url) is not None


def is_in_menus(url: str) -> bool:
    """Whether this address is a place in the menus."""
    return PLACE.fullmatch(urlsplit(url).path) is not None


def place_of(url: str) -> tuple[str, Turn]:
    """The step and the turn in an address of ours; ValueError for any other."""
    found = PLACE.fullmatch(urlsplit(url).path)
    if found is None:
        raise ValueError(f"{url} is no place in the menus")
    return found[3], Turn(found[4])
