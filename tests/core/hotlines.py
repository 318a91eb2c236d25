"""Small hotlines, built from values the way `ivr.language` builds them, and a caller to walk them."""

from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from ivr.core import walk
from ivr.core.calls import (
    Call,
    DialEnded,
    Document,
    Ending,
    Input,
    Keys,
    LookedUp,
    Move,
    Pass,
    Place,
    Recorded,
    Silence,
    Turn,
    Wish,
)
from ivr.core.menus import (
    HANG_UP,
    Ask,
    ChooseLanguage,
    Hotline,
    Language,
    Limits,
    Menu,
    Option,
    Patience,
    Step,
    Texts,
    Thing,
    Value,
    Voice,
    Words,
)
from ivr.core.phrases import PHRASES
from ivr.core.world import Today

ZONE = "Asia/Ho_Chi_Minh"
NUMBER = "+842873001234"
LAN = "+84901234567"

VI = Voice("vi-VN", "Google.vi-VN-Wavenet-A", PHRASES["vi"])
EN = Voice("en-US", "Polly.Joanna-Neural", PHRASES["en"])


def moment(text: str, zone: str = ZONE, *, fold: int = 0) -> int:
    """UTC milliseconds of what a clock in `zone` shows: `2026-11-23 09:00`; `fold` 1 is its second time."""
    return int(datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone), fold=fold).timestamp() * 1000)


MONDAY_MORNING = moment("2026-11-23 09:00")


def said(english: str, vietnamese: str = "...") -> Texts:
    return {"vi": holes(vietnamese), "en": holes(english)}


def holes(text: str) -> Words:
    """A prompt as the language room reads it: `Order {order:digits}.`"""
    pieces: list[str | Value] = []
    for at, piece in enumerate(text.replace("}", "{").split("{")):
        name, _, reading = piece.partition(":")
        if piece:
            pieces.append(Value(name, reading) if at % 2 else piece)
    return tuple(pieces)


def patience(tries: int = 3, then: str = HANG_UP) -> Patience:
    return Patience(None, tries, then)


def menu(
    name: str,
    keys: dict[str, str],
    *,
    silence: Patience | None = None,
    wrong: Patience | None = None,
    again: bool = True,
    type_ahead: float | None = None,
    keep_as: str | None = None,
    must_hear: bool = False,
) -> Step:
    """A menu whose options are named `menu.destination`; a key `1100-1199` is a range, kept as `keep_as`."""
    options = []
    for key, leads in keys.items():
        first, _, last = key.partition("-")
        options.append(
            Option(first, last or first, leads, f"{name}.{leads}", None, keep_as if last else None)
        )
    thing = Menu(tuple(options), silence or patience(), wrong or patience(), 6, 2, type_ahead)
    short = said(f"{name} again") if again else None
    return Step(name, say=said(name), again=short, thing=thing, must_hear=must_hear)


def ask(
    name: str,
    keep_as: str,
    *,
    fewest: int = 6,
    most: int = 10,
    end: str | None = "#",
    silence: Patience | None = None,
    wrong: Patience | None = None,
    smallest: int | None = None,
    largest: int | None = None,
    check: str | None = None,
    confirm: bool = False,
    secret: bool = False,
    then: str = HANG_UP,
) -> Step:
    thing = Ask(
        keep_as,
        fewest,
        most,
        end,
        silence or patience(),
        wrong or patience(),
        6,
        2,
        smallest,
        largest,
        check,
        confirm,
        secret,
    )
    return Step(name, then, said(name), thing=thing)


def choose_language(
    name: str = "welcome",
    then: str = "main",
    *,
    keys: dict[str, Language] | None = None,
    change: str | None = "*",
    silence: Patience | None = None,
    wrong: Patience | None = None,
) -> Step:
    thing = ChooseLanguage(
        keys or {"1": "vi", "2": "en"},
        change,
        silence or patience(2, then),
        wrong or patience(2, then),
        6,
    )
    return Step(name, then, said(name), thing=thing)


def say(name: str, then: str = HANG_UP, *, must_hear: bool = False) -> Step:
    return Step(name, then, said(name), must_hear=must_hear)


def does(name: str, thing: Thing, then: str = HANG_UP, *, words: bool = True, **otherwise: str) -> Step:
    """A step that does a thing; `otherwise=` is the way out for any reason, `busy=` and the like for one."""
    ways = {"" if reason == "otherwise" else reason: leads for reason, leads in otherwise.items()}
    return Step(name, then, said(name) if words else None, thing=thing, otherwise=ways)


def hotline(*steps: Step, limits: Limits | None = None, allowed: tuple[str, ...] = ("+84*",)) -> Hotline:
    """A hotline of two languages, entered at its first step."""
    return Hotline(
        "Sao Mai",
        ZONE,
        {NUMBER: steps[0].name},
        {"vi": VI, "en": EN},
        {step.name: step for step in steps},
        limits=limits or Limits(),
        allowed=allowed,
    )


@dataclass
class Caller:
    """Somebody at a phone: dials a hotline, presses keys, hears it, and knows what was written down.

    Every answer comes `pace` seconds after the one before.
    """

    hotline: Hotline
    now: int = MONDAY_MORNING
    pace: int = 5
    remembered: Language | None = None
    down: frozenset[str] = frozenset()
    moves: list[Move] = field(default_factory=list)

    # -- what the caller does ---------------------------------------------------------------------------

    def dials(self, number: str | None = LAN, called: str = NUMBER) -> "Caller":
        language = self.hotline.first_language
        call = Call("CA1", number, called, 1, language, started_at=self.now, entered_at=self.now)
        self.moves = [walk.arrive(self.hotline, call, self.world)]
        return self

    def presses(self, *answers: str) -> None:
        for digits in answers:
            self.gives(Keys(digits))

    def is_silent(self, times: int = 1) -> None:
        for _ in range(times):
            self.gives(Silence())

    def leaves_word(self, recording: str | None = "RE1", seconds: float = 9) -> None:
        self.gives(Recorded(recording, seconds))

    def calls_again(self) -> None:
        """The next call of somebody who hung up: the language chosen with a key was remembered."""
        chosen = [move.chosen for move in self.moves if move.chosen]
        self.remembered = chosen[-1] if chosen else self.remembered
        self.dials()

    # -- what happens at the other end of the line ------------------------------------------------------

    def rings(self, ending: Ending) -> None:
        self.gives(DialEnded(ending))

    def is_looked_up(self, **values: str) -> None:
        self.gives(LookedUp(values))

    def waits_for_the_lookup(self, times: int = 1) -> None:
        for _ in range(times):
            self.gives(LookedUp())

    def loses_the_line_and_is_found_again(self) -> None:
        self.now += self.pace * 1000
        self.moves.append(walk.resume(self.hotline, self.call, self.world))

    def gives(self, given: Input) -> None:
        self.now += self.pace * 1000
        self.moves.append(walk.answer(self.hotline, self.call, given, self.world))

    # -- what can be known ------------------------------------------------------------------------------

    @property
    def world(self) -> Today:
        return Today(self.now, self.hotline, self.remembered, self.down)

    @property
    def call(self) -> Call:
        return self.moves[-1].call

    @property
    def document(self) -> Document:
        return self.moves[-1].document

    @property
    def passes(self) -> list[Pass]:
        """Every pass of the call so far."""
        return [done for move in self.moves for done in move.passes]

    def hears(self, *speech: tuple[str, str]) -> None:
        """The last document says exactly this."""
        assert [(one.step, one.part.value) for one in self.document.speech] == list(speech)

    def is_at(self, step: str, turn: Turn = Turn.KEYS, *, silences: int = 0, wrongs: int = 0) -> None:
        assert self.call.place == Place(step, turn, silences, wrongs) == self.document.place

    def is_gone(self) -> None:
        assert self.call.place is None
        assert self.document.place is None

    def passed(self, *passes: tuple[str, str | None, str, Ending]) -> None:
        """The last move finished exactly these passes: step, option, what was pressed, how it ended."""
        done = self.moves[-1].passes
        assert [(one.step, one.option, one.pressed, one.ending) for one in done] == list(passes)

    def wished(self, *wishes: Wish) -> None:
        assert self.moves[-1].wishes == wishes
