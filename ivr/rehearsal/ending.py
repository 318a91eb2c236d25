"""How a call must have ended: its outcome, its passes, the texts and the words that came of it."""

from collections.abc import Iterator, Sequence

from ivr.core.calls import Pass
from ivr.core.menus import NOWHERE, Where
from ivr.language.calls.written import Logged, Texted, WrittenCall
from ivr.ledger.log import Story
from ivr.rehearsal.hearing import plain
from ivr.rehearsal.witness import Parting

Texts = Sequence[tuple[str, str]]
"""Text messages: to whom, and the text."""


def compared(written: WrittenCall, story: Story | None, texts: Texts) -> Iterator[Parting]:
    """Every way a call that is over differs from what is written of its end."""
    ends = written.ends
    if story is None:
        yield Parting(written.place, "a call in the log", ("the hotline knows nothing of it",))
        return

    def parting(word: str, expected: str, *instead: str, place: Where = NOWHERE) -> Parting:
        at = place if place != NOWHERE else ends.places.get(word, written.place)
        return Parting(at, expected, instead, word=word)

    outcome = story.call.outcome
    if ends.outcome is not None and outcome is not ends.outcome:
        yield parting("ends", f"that it ends: {ends.outcome}", f"it ended: {outcome or 'not at all'}")
    if ends.passes is not None and (wrong := _wrong_pass(ends.passes, story.passes)):
        yield parting("logs", *wrong[:2], place=wrong[2])
    if ends.texts is not None and (wrong := _wrong_text(ends.texts, texts, written.caller)):
        yield parting("texts", *wrong[:2], place=wrong[2])
    boxes = [message.mailbox for message in story.messages]
    if ends.mailboxes is not None and boxes != list(ends.mailboxes):
        wanted = f"that word is left in: {_named(ends.mailboxes)}"
        yield parting("leaves_word", wanted, f"it is in: {_named(boxes)}")


Wrong = tuple[str, str, Where]
"""What was expected, what came instead, and where it is written; NOWHERE where nothing was."""


def _wrong_pass(expected: Sequence[Logged], passes: Sequence[Pass]) -> Wrong | None:
    """The first pass that is not as written; what follows it follows from it."""
    for number, wanted in enumerate(expected):
        if number >= len(passes):
            return f"a pass {told(wanted)}", "the log ends before", wanted.place
        if not is_as_written(wanted, passes[number]):
            return f"a pass {told(wanted)}", f"it was {told_of(passes[number])}", wanted.place
    if len(passes) > len(expected):
        rest = ", ".join(map(told_of, passes[len(expected) :]))
        return f"{len(expected)} passes", f"then came {rest}", NOWHERE
    return None


def is_as_written(wanted: Logged, one: Pass) -> bool:
    pairs = [
        (wanted.pressed, one.pressed),
        (wanted.option, one.option),
        (wanted.ending, one.ending),
        (wanted.language, one.language),
    ]
    return wanted.step == one.step and all(want in (None, has) for want, has in pairs)


def told(wanted: Logged) -> str:
    said = [wanted.pressed, wanted.option, wanted.ending, wanted.language]
    return f"{wanted.step} ({', '.join(map(str, filter(None, said)))})" if any(said) else wanted.step


def told_of(one: Pass) -> str:
    said = [f"pressed {one.pressed}" if one.pressed else "", one.option, one.ending, one.language]
    return f"{one.step} ({', '.join(map(str, filter(None, said)))})"


def _wrong_text(expected: Sequence[Texted], texts: Texts, caller: str | None) -> Wrong | None:
    for wanted, (to, text) in zip(expected, texts, strict=False):
        if to != (wanted.to or caller) or plain(wanted.words) not in plain(text):
            expects = f"a text to {wanted.to or 'the caller'} with “{wanted.words}”"
            return expects, f"a text to {to}: “{text}”", wanted.place
    if len(texts) != len(expected):
        sent = "; ".join(f"to {to}: “{text}”" for to, text in texts) or "none was sent"
        return f"{len(expected)} {'text' if len(expected) == 1 else 'texts'}", sent, NOWHERE
    return None


def _named(boxes: Sequence[str]) -> str:
    return ", ".join(boxes) or "no mailbox"
