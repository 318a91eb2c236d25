"""How a call must have ended: its outcome, its passes, the texts and the words that came of it."""

from collections.abc import Iterator, Sequence

from ivr.core.calls import Pass
from ivr.core.menus import Where
from ivr.language.calls.written import Logged, Texted, WrittenCall
from ivr.ledger.log import Story
from ivr.rehearsal.caller import Parting
from ivr.rehearsal.hearing import plain

Texts = Sequence[tuple[str, str]]
"""Text messages: to whom, and the text."""


def compared(written: WrittenCall, story: Story | None, texts: Texts) -> Iterator[Parting]:
    """Every way a call that is over differs from what is written of its end."""
    ends = written.ends
    if story is None:
        yield Parting(written.place, "a call in the log", ("the hotline knows nothing of it",))
        return
    outcome = story.call.outcome
    if ends.outcome is not None and outcome is not ends.outcome:
        yield Parting(
            ends.places["ends"], f"that it ends: {ends.outcome}", (f"it ended: {outcome or 'not at all'}",)
        )
    if ends.passes is not None:
        yield from _passes(ends.passes, story.passes, ends.places["logs"])
    if ends.texts is not None:
        yield from _texts(ends.texts, texts, written.caller, ends.places["texts"])
    boxes = [message.mailbox for message in story.messages]
    if ends.mailboxes is not None and boxes != list(ends.mailboxes):
        place = ends.places["leaves_word"]
        yield Parting(
            place, f"that word is left in: {_named(ends.mailboxes)}", (f"it is in: {_named(boxes)}",)
        )


def _passes(expected: Sequence[Logged], passes: Sequence[Pass], place: Where) -> Iterator[Parting]:
    """The first pass that is not as written; what follows it follows from it."""
    for number, wanted in enumerate(expected):
        if number >= len(passes):
            yield Parting(wanted.place, f"a pass {told(wanted)}", ("the log ends before",))
            return
        if not is_as_written(wanted, passes[number]):
            yield Parting(wanted.place, f"a pass {told(wanted)}", (f"it was {told_of(passes[number])}",))
            return
    if len(passes) > len(expected):
        rest = tuple(told_of(one) for one in passes[len(expected) :])
        yield Parting(place, f"{len(expected)} passes", (f"then came {', '.join(rest)}",))


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


def _texts(expected: Sequence[Texted], texts: Texts, caller: str | None, place: Where) -> Iterator[Parting]:
    for wanted, (to, text) in zip(expected, texts, strict=False):
        if to != (wanted.to or caller) or plain(wanted.words) not in plain(text):
            expects = f"a text to {wanted.to or 'the caller'} with “{wanted.words}”"
            yield Parting(wanted.place, expects, (f"a text to {to}: “{text}”",))
            return
    if len(texts) != len(expected):
        sent = tuple(f"to {to}: “{text}”" for to, text in texts) or ("none was sent",)
        yield Parting(place, f"{len(expected)} {'text' if len(expected) == 1 else 'texts'}", sent)


def _named(boxes: Sequence[str]) -> str:
    return ", ".join(boxes) or "no mailbox"
