"""The documents of one revision: every sentence made ready when the menus are published.

A document is a few finished pieces put together; each combination is put together once and kept. What is
left open is the hop, and the values the admin's words ask for.
"""

from collections.abc import Iterator
from functools import lru_cache

from ivr.carriers.capabilities import Capability, Carrier
from ivr.carriers.twilio import twiml
from ivr.carriers.twilio.fragment import Fragment, Hole, Pieces, Reading
from ivr.carriers.voices import default_voice
from ivr.core.calls import BESIDE_LINE, Act, Document, Part, Place, Speech, Turn
from ivr.core.menus import (
    Ask,
    ChooseLanguage,
    Dial,
    Enqueue,
    Hotline,
    Language,
    Menu,
    Record,
    Sound,
    Step,
    Value,
    Voicemail,
    Words,
)
from ivr.core.phrases import words
from ivr.core.prompts import recorded, spoken

HOP = Hole("hop", "url")
LOOK_EVERY = 1
"""Seconds between two looks for a lookup's answer."""

MUSIC_SECONDS = 20
"""How long our own music for those who wait is: one piece of the wait."""

RING = 30
"""Seconds a number is rung to which an agent sends a caller."""

LONGEST_CALL = 4 * 3600
"""Seconds two parties may talk; the carrier's own limit (contract §3.5, `timeLimit`)."""


class Documents:
    """Makes the bytes a caller's line is answered with."""

    def __init__(self, hotline: Hotline, revision: int, base_url: str, carrier: Carrier) -> None:
        self.hotline = hotline
        self.revision = revision
        self.base_url = base_url
        self.carrier = carrier
        self.finished = lru_cache(maxsize=20_000)(self._finished)
        self.say = lru_cache(maxsize=10_000)(self._say)
        self._said = lru_cache(maxsize=None)(self._speech)

    def warm(self) -> None:
        """Makes every piece, so that nothing is left to make (or to go wrong) while a caller waits."""
        for language in self.hotline.languages:
            for step in self.hotline.steps.values():
                for part in parts_of(step):
                    self._said(language, Speech(step.name, part))

    def answer(self, document: Document, values: dict[str, str], hop: int) -> bytes:
        """The bytes of a document for one caller; `hop` is the number of this document in the call."""
        whole, around = self.finished(document)
        number = str(hop)
        if around is not None:
            return number.encode().join(around)
        return whole.fill({**dict.fromkeys(whole.holes, ""), **values, "hop": number})

    def screening(self, place: Place, language: Language) -> Fragment:
        """What the party hears who was rung: who calls, and to press 1 (no voicemail ever does)."""
        phrase = self.hotline.languages[language].phrases["screen"]
        question = self.say(language, words(phrase, hotline=self.hotline.name))
        asked = twiml.gather(question, self._url("accept", place), timeout=5, num_digits=1)
        return twiml.document(asked + asked + twiml.hangup())

    def _finished(self, document: Document) -> tuple[Fragment, tuple[bytes, ...] | None]:
        whole = twiml.document(self._whole(document))
        return whole, whole.around("hop")

    def _whole(self, document: Document) -> Fragment:
        """The words and what the line does then. Words that must be heard stand before the question, where
        keys do not stop them; all others inside it, where every key counts (contract §3.2)."""
        speech, place = document.speech, document.place
        if document.act is Act.HANG_UP or place is None:
            return self._all(document.language, speech) + twiml.hangup()
        if document.act is Act.LISTEN:
            heard = [at for at, said in enumerate(speech, 1) if self.hotline.steps[said.step].must_hear]
            first = heard[-1] if heard else 0
            before = self._all(document.language, speech[:first])
            return before + self._listening(place, self._all(document.language, speech[first:]))
        return self._all(document.language, speech) + self._acting(document.act, place)

    def _listening(self, place: Place, speech: Fragment) -> Fragment:
        here = self._url("at", place)
        after, between, longest, end = patience(self.hotline.steps[place.step], place)
        asked = twiml.gather(
            speech,
            here,
            timeout=max(1, round(between)),
            num_digits=longest,
            finish_on_key=end,
            extra_listen=max(0, round(after - between)),
        )
        return asked + twiml.redirect(here)

    def _acting(self, act: Act, place: Place) -> Fragment:
        here = self._url("at", place)
        match act, self.hotline.steps[place.step].thing:
            case Act.LOOK, _:
                return twiml.pause(LOOK_EVERY) + twiml.redirect(here)
            case Act.DIAL, Dial() as dial:
                return twiml.dial(
                    holes(dial.parties[place.wrongs], reading="number"),
                    here,
                    timeout=round(dial.ring),
                    time_limit=LONGEST_CALL,
                    screen_url=self._url("screen", place) if dial.press else None,
                )
            case Act.RECORD, Voicemail(mailbox=name):
                box = self.hotline.mailboxes[name]
                return self._recording(here, box.longest, box.silence, box.end)
            case Act.RECORD, Record(longest=longest, silence=silence, end=end):
                return self._recording(here, longest, silence, end)
            case Act.WAIT, Enqueue():
                return twiml.enqueue([Hole("parking")], here, wait_url=self._url("wait", place))
            case Act.DIAL, Enqueue():
                return twiml.dial([Hole("onward", "number")], here, timeout=RING, time_limit=LONGEST_CALL)
            case (Act.TALK | Act.TALK_RECORDED) as talk, Enqueue():
                record = talk is Act.TALK_RECORDED
                return self.in_room("caller", here, start=True, end=False, record=record)
        raise TypeError(f"step {place.step} does not {act}")

    def in_room(
        self,
        who: str,
        action: Pieces,
        *,
        start: bool,
        end: bool,
        leave_by_star: bool = False,
        record: bool = False,
    ) -> Fragment:
        """Into the `room` of a conversation, in silence until the other one is there. What is to be recorded
        all who come must ask for, as nobody knows who comes first."""
        return twiml.conference(
            [Hole("room")],
            action,
            label=who if Capability.LABELS in self.carrier.can else None,
            start_on_enter=start,
            end_on_exit=end,
            wait_url=None,
            status_callback=f"{self.base_url}/voice/room{self.carrier.retries}",
            time_limit=LONGEST_CALL,
            leave_by_star=leave_by_star,
            record=record,
            recording_callback=(f"{self.base_url}/voice/recording/", Hole("room"), self.carrier.retries),
        )

    def listening(self, who: str, action: Pieces, *, muted: bool, coach: str | None) -> Fragment:
        """Into the `room` of a conversation that others have; `coach` is the line of who alone hears them."""
        return twiml.conference(
            [Hole("room")],
            action,
            label=who if Capability.LABELS in self.carrier.can else None,
            start_on_enter=False,
            end_on_exit=False,
            wait_url=None,
            muted=muted,
            coach=coach,
            status_callback=f"{self.base_url}/voice/room{self.carrier.retries}",
            time_limit=LONGEST_CALL,
        )

    def waiting(self, place: Place, language: Language, sentence: Words, seconds: float) -> Fragment:
        """One piece of the wait in a queue: perhaps some words, then music, while keys count."""
        step = self.hotline.steps.get(place.step)
        options = step.thing.options if step and isinstance(step.thing, Enqueue) else ()
        heard = self.say(language, sentence) + self._music(seconds)
        if options:
            heard = twiml.gather(heard, self._url("key", place), timeout=1, num_digits=1)
        return twiml.document(heard)

    def _music(self, seconds: float) -> Fragment:
        """Some seconds of it; where less is left to wait than it lasts, silence."""
        if seconds < MUSIC_SECONDS:
            return twiml.pause(max(1, round(seconds)))
        return twiml.play(f"{self.base_url}/static/waiting.wav")

    def _recording(self, here: Pieces, longest: float, silence: float, end: str) -> Fragment:
        """Who says nothing at all is led on by the redirect: there is no recording to report then."""
        recording = twiml.record(
            here,
            max_length=round(longest),
            timeout=round(silence),
            finish_on_key=end,
            status_callback=f"{self.base_url}/voice/recording{self.carrier.retries}",
        )
        return recording + twiml.redirect(here)

    def _all(self, language: Language, speech: tuple[Speech, ...]) -> Fragment:
        return sum((self._said(language, said) for said in speech), Fragment())

    def _speech(self, language: Language, said: Speech) -> Fragment:
        """A step's part: its recording in that language if there is one, else the carrier's voice."""
        pieces = Fragment()
        for tongue, sentence in spoken(self.hotline, said.step, said.part, language):
            sound = recorded(self.hotline, said.step, said.part, tongue)
            pieces += self._play(sound) if sound else self.say(tongue, sentence)
        return pieces

    def _play(self, sound: Sound) -> Fragment:
        return twiml.play(f"{self.base_url}/recordings/{sound.digest}.wav")

    def _say(self, language: Language, sentence: Words) -> Fragment:
        """A sentence in the carrier's voice for its language; many steps say the same ones."""
        voice = self.hotline.languages[language]
        name = self.carrier.voice(voice.voice or default_voice(voice.tag))
        return twiml.say(holes(sentence), voice.tag, name) if sentence else Fragment()

    def _url(self, door: str, place: Place) -> Pieces:
        turn = f"{place.turn}.{place.silences}.{place.wrongs}"
        here = f"{self.base_url}/voice/{door}/{self.revision}/{place.step}/{turn}/"
        return (here, HOP, self.carrier.retries) if self.carrier.retries else (here, HOP)


def parts_of(step: Step) -> Iterator[Part]:
    """Every part a step can say."""
    yield Part.SAY
    yield Part.GOODBYE
    if step.again:
        yield Part.AGAIN
    match step.thing:
        case Menu():
            yield from (Part.SILENCE, Part.WRONG)
        case ChooseLanguage():
            yield from (Part.SILENCE, Part.WRONG, Part.CHANGE)
        case Ask(confirm=confirm):
            yield from (Part.SILENCE, Part.WRONG)
            if confirm:
                yield Part.CONFIRM
        case Enqueue():
            yield from (Part.UNATTENDED, Part.CUT_OFF, Part.KEEP, Part.HERE, Part.NUMBER, Part.RING_BACK)
            yield from (Part.RECORDED, Part.CONSENT, Part.CLOSURE)


def patience(step: Step, place: Place) -> tuple[float, float, int | None, str]:
    """How a question listens: seconds for the first key, between keys, most keys, the key that ends them."""
    match step.thing:
        case Menu(after=after, between_keys=between, longest=longest, type_ahead=ahead) as menu:
            if ahead is not None:
                return after, ahead, None, ""
            ends = "" if any("#" in option.first for option in menu.options) else "#"
            return (after, between, longest, ends) if longest > 1 else (after, after, 1, "")
        case ChooseLanguage(after=after):
            return after, after, 1, ""
        case Ask(after=after) if place.turn is Turn.CONFIRM:
            return after, after, 1, ""
        case Ask(after=after, between_keys=between, most=most, end=end):
            return after, between, None if end else most, end or ""
        case Enqueue() if place.turn is Turn.NUMBER:
            return 6, 4, None, "#"
        case Enqueue() if place.turn in BESIDE_LINE:
            return 6, 6, 1, ""
    raise TypeError(f"step {step.name} asks nothing")


def holes(sentence: Words, reading: Reading = "text") -> list[str | Hole]:
    """Our words as the carrier's pieces."""
    return [
        Hole(piece.name, "digits" if piece.reading == "digits" else reading)
        if isinstance(piece, Value)
        else piece
        for piece in sentence
    ]
