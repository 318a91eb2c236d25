"""What happened is written into the file as what is expected. What the caller does is never changed."""

from collections.abc import Iterator, Mapping

from ivr.language.calls import read_call_texts
from ivr.language.calls.editing import Added, Before, Edit, Entry, Removed, Value, edited
from ivr.language.calls.writing import Tree, of_end, of_hearing, of_line
from ivr.language.calls.written import Ends, Enters, Hears, HearsNot, Logged, Rings, TalksTo, Texted
from ivr.ledger.log import Story
from ivr.rehearsal.ending import is_as_written
from ivr.rehearsal.playing import Played, Rehearsal
from ivr.rehearsal.witness import Parting

CHANGED = (Hears, HearsNot, Enters, Rings, TalksTo)
"""The lines that may be changed; all others are the caller's."""


ROUNDS = 5
"""What is mended may show what was hidden behind it."""


def updated(rehearsal: Rehearsal, files: Mapping[str, str]) -> tuple[dict[str, str], list[Parting]]:
    """The files with what happened, and what parted that no expectation can mend."""
    now = dict(files)
    beyond: list[Parting] = []
    for _ in range(ROUNDS):
        calls = read_call_texts(now, rehearsal.hotline).calls
        played = [each for call in calls for each in rehearsal.play(call, goes_on=True)]
        beyond = [parting for each in played for parting in each.partings if is_beyond(parting)]
        edits: dict[str, list[Edit]] = {}
        for each in played:
            edits.setdefault(each.written.place.file, []).extend(edits_of(each))
        if not any(edits.values()):
            break
        for name, changes in edits.items():
            now[name] = edited(now[name], changes)
    return now, beyond


def is_beyond(parting: Parting) -> bool:
    """Whether what parted was a move, or a fault."""
    return not isinstance(parting.line, CHANGED) and not parting.word


def edits_of(played: Played) -> Iterator[Edit]:
    """The changes that make a call's file say what happened; one that expected nothing learns all of it."""
    if played.written.expects_nothing:
        yield from _all_of(played)
        return
    ends = _end_of(played)
    for parting in played.partings:
        if isinstance(parting.line, CHANGED):
            yield Value(parting.place, _value(parting.better)) if parting.better else Removed(parting.place)
        elif parting.word:
            yield Entry(played.written.ends.places[parting.word], ends[parting.word])


def _value(line: object) -> Tree:
    match line:
        case Hears():
            return of_hearing(line)
        case Enters(step=step):
            return step
        case Rings(party=party):
            return party
        case TalksTo(agent=agent):
            return agent
    raise TypeError(f"{line!r} is nothing that is expected")


def _end_of(played: Played) -> dict[str, Tree]:
    """The end of the call by the words of the file, told as finely as it was written."""
    story, expected = played.story, played.written.ends.passes or ()
    if story is None:
        return {}
    passes = [
        expected[number] if number < len(expected) and is_as_written(expected[number], one) else logged
        for number, (one, logged) in enumerate(zip(story.passes, _passes(story), strict=True))
    ]
    caller = played.written.caller
    texts = tuple(Texted(text, None if to == caller else to) for to, text in played.texts)
    boxes = tuple(message.mailbox for message in story.messages)
    return of_end(Ends(story.call.outcome, tuple(passes), texts, boxes))


def _passes(story: Story) -> list[Logged]:
    """Each pass shortly: what was pressed, else how it ended."""
    return [
        Logged(one.step, pressed=one.pressed) if one.pressed else Logged(one.step, ending=one.ending)
        for one in story.passes
    ]


def _all_of(played: Played) -> Iterator[Edit]:
    """All that was heard, between the caller's moves; and how it ended."""
    written, begun = played.written, 0
    rest = list(played.heard)
    for move, acted in zip(written.story, played.acted, strict=False):
        if acted > begun:
            yield Before(move.place, _hearings(played, begun, acted))
            rest, begun = list(played.heard[acted:]), acted
    added: dict[str, Tree] = {}
    if rest and (len(played.acted) == len(written.story)):
        added["story"] = [*_hearings(played, begun, len(played.heard))]
    if played.story and played.story.call.outcome:
        added |= of_end(Ends(played.story.call.outcome))
    if added:
        yield Added(written.place, added)


def _hearings(played: Played, begin: int, end: int) -> tuple[Tree, ...]:
    return tuple(of_line(Hears(heard.words)) for heard in played.heard[begin:end])
