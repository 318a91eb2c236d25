"""The path of a random caller can be walked again alone, and the same happens; a failing one gets shorter."""

from collections.abc import Iterator

import pytest

from ivr.box.leg import Event
from ivr.language.calls.written import HangUp, Press, Speak, Wait
from ivr.rehearsal.complaints import Complaints
from ivr.rehearsal.crowd import Failure, Trouble, Wrong, audience, shortened, walking
from ivr.rehearsal.crowd.audience import Verdict
from ivr.rehearsal.crowd.day import Calendar
from ivr.rehearsal.crowd.path import NONE, Path
from ivr.rehearsal.crowd.shortening import moves_in
from ivr.rehearsal.playing import play_of
from ivr.rehearsal.stage import staged
from tests.rehearsal.crowd import hotlines
from tests.service import LAN, MENUS, NUMBER

ON_THE_LINE = ("say", "gather_end", "dialing", "bridged", "dialed", "record_end", "hangup")
TOLD = ("kind", "text", "digits", "to", "status", "by", "spoken", "key")


def happened(events: tuple[Event, ...]) -> list[tuple[object, ...]]:
    """What both sides can notice of a call."""
    return [tuple(event.get(name) for name in TOLD) for event in events if event["kind"] in ON_THE_LINE]


@pytest.fixture
def everybody(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Failure, ...]]:
    """The calls of two days, as if something were wrong with each."""
    monkeypatch.setattr(audience, "written", lambda *_: [Trouble(Wrong.LOG, "it is to be looked at")])
    checked, complaints = hotlines.of(MENUS), Complaints()
    assert checked.hotline is not None
    calendar = Calendar(checked.hotline, "again", 2026)
    with complaints.collected(), staged(play_of(checked), at=0) as stage:
        yield tuple(each for day in (0, 1) for each in calendar.live(stage, complaints, day).failures)


def test_every_path_can_be_walked_again(everybody: tuple[Failure, ...]) -> None:
    checked = hotlines.of(MENUS)
    assert checked.hotline is not None
    assert len(everybody) == 50
    with walking(play_of(checked), checked.hotline) as walk:
        for each in everybody:
            assert happened(walk(each.path).events) == happened(each.events), each.path


def test_a_day_is_the_same_whatever_came_before_it() -> None:
    checked, complaints = hotlines.of(MENUS), Complaints()
    assert checked.hotline is not None
    calendar = Calendar(checked.hotline, "days", 2026)
    with complaints.collected(), staged(play_of(checked), at=0) as stage:
        third = calendar.live(stage, complaints, 2)
        calendar.live(stage, complaints, 1)
        assert calendar.live(stage, complaints, 2) == third


LONG = Path(
    LAN,
    NUMBER,
    0,
    moves=(
        Wait(3.217),
        Press("2", early=True),
        Wait(7.0),
        Press("7", early=True),
        Wait(30.0),
        Press("931", early=True),
        Speak(2.5),
        HangUp(),
    ),
    remembered="en",
)


def judge(path: Path, *, wrong: bool) -> Verdict:
    return Verdict(path, (Trouble(Wrong.STUCK, "so it is"),) if wrong else (), None, ())


def test_a_path_is_made_as_plain_as_the_failure_allows() -> None:
    walked: list[Path] = []

    def walk(path: Path) -> Verdict:
        walked.append(path)
        keys = "".join(move.keys for move in path.moves if isinstance(move, Press))
        return judge(path, wrong="9" in keys and keys.find("2") < keys.find("9"))

    found = shortened(Failure(0, LONG, (Trouble(Wrong.STUCK, "so it is"),), ()), walk)
    assert found.alone
    assert found.path == Path(LAN, NUMBER, 0, (Press("9"),))
    assert len(walked) < 60


def test_another_trouble_is_no_reason_to_follow_a_path() -> None:
    failure = Failure(0, LONG, (Trouble(Wrong.SECRET, "it is read"),), ())
    found = shortened(failure, lambda path: judge(path, wrong=True))
    assert (found.alone, found.path) == (False, LONG)


def test_nobody_walks_for_ever() -> None:
    walks = iter(range(10_000))

    def walk(path: Path) -> Verdict:
        next(walks)
        return judge(path, wrong=path == LONG)

    shortened(Failure(0, LONG, (Trouble(Wrong.STUCK, "so it is"),), ()), walk, most=7)
    assert next(walks) == 8, "the last one tells the story to its end"


def test_what_a_caller_did_is_told_as_one_would_tell_it() -> None:
    asked = {"kind": "gather", "digits": 8, "finish": "#", "at": 0, "action": "/voice/at/1/ask/keys.0.0/1"}
    events: list[Event] = [
        {"kind": "ringing", "at": 0},
        asked,
        {"kind": "gather_end", "digits": "", "at": 5_000},
        asked,
        {"kind": "gather_end", "digits": "123", "at": 9_000},
        {"kind": "record_end", "spoken": 4.0, "key": "#", "at": 20_000},
        {"kind": "record_end", "spoken": 0, "key": "", "at": 24_000},
        {"kind": "hangup", "by": "caller", "at": 25_500},
    ]
    assert list(moves_in(events)) == [
        Wait(), Press("123#"), Speak(4.0), Press("#"), Wait(), Wait(1.5), HangUp(),
    ]  # fmt: skip


def test_pranks_are_left_away_where_they_do_not_matter() -> None:
    path = Path(LAN, NUMBER, 0, (Press("1"),))
    found = shortened(Failure(0, path, (Trouble(Wrong.STUCK, "x"),), ()), lambda it: judge(it, wrong=True))
    assert (found.path.moves, found.path.mischief) == ((), NONE)
