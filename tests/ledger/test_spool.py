"""The spool: what was acknowledged is in it, whole, and every file is replayed by somebody, once."""

import errno
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from ivr.core.calls import Ending, Outcome, Place, Turn
from ivr.core.surveys import Question
from ivr.ledger import Ledger, Seal, calls, errands
from ivr.ledger.facts import (
    Accepted,
    Beside,
    Ended,
    Fact,
    Moved,
    Noted,
    RecordingTold,
    Rung,
    Spoken,
    Wished,
    Written,
    replay,
)
from ivr.ledger.spool import Spool
from ivr.ledger.spool_files import SpoolFile
from ivr.ledger.spool_lines import Strange
from tests.ledger.test_calls import CALL, MAIN, START, moved

MOVED = Moved(
    moved(CALL),
    (MAIN,),
    "<Response>tên</Response>".encode(),
    START + 4000,
    beside=Beside(
        chosen="vi",
        wished=(Wished("message", {"to": "+1", "text": "ạ"}, START + 4000),),
        spoken=Spoken("ours", "RE1", "main", 7.5, "office"),
        rung=Rung("CB1", 1, "+84•", START, START + 3000, "connected", 3.0),
        noted=(Noted("unknown_number", {"called": "+9"}),),
    ),
)
ENDED = Ended("CA1", Outcome.HUNG_UP, START + 9000, "carrier")
FACTS: list[Fact] = [
    MOVED,
    ENDED,
    Accepted("CA1", "CB1", 1, START + 1000),
    RecordingTold("CA1", "RE1", "ready", None, START + 5000),
    Written("SM1", "+84901234567", "+842873001234", "yes", START + 6000, {Question.SOLVED: 1}),
]


@pytest.fixture
def spool(tmp_path: Path) -> Iterator[Spool]:
    spool = Spool(tmp_path / "spool", Seal(b"a key for tests"))
    yield spool
    spool.close()


def another(spool: Spool, key: bytes = b"a key for tests") -> Spool:
    """As another process has it."""
    return Spool(spool.folder, Seal(key))


def replayed(spool: Spool) -> list[Fact | Strange]:
    """All that is to be replayed, and is then done with."""
    lines: list[Fact | Strange] = []
    for file in spool.to_replay():
        lines += file.lines()
        file.done()
    return lines


def test_facts_come_back_as_they_were(spool: Spool) -> None:
    for fact in FACTS:
        spool.append(fact)
    assert spool.first() == MOVED
    assert replayed(spool) == FACTS
    assert spool.is_empty()


def test_a_folder_that_was_seen_empty_is_looked_into_again_when_somebody_writes(spool: Spool) -> None:
    other = another(spool)
    assert other.is_empty()
    for _ in range(3):
        spool.append(ENDED)
        assert not other.is_empty()
        assert replayed(spool) == [ENDED]
        assert other.is_empty()
        time.sleep(0.15)  # from now on it is known to be so as of its last change
        assert other.is_empty()


def test_what_a_living_process_holds_is_left_to_it(spool: Spool) -> None:
    spool.append(ENDED)
    other = another(spool)
    assert not other.is_empty()
    assert replayed(other) == []
    spool.close()
    assert replayed(other) == [ENDED]


def test_a_process_killed_while_it_writes_loses_nothing_it_has_acknowledged(spool: Spool) -> None:
    """It says each fact it has kept, and dies in the middle; the file is then anybody's."""
    code = (
        "import sys; from pathlib import Path; from ivr.ledger import Seal\n"
        "from ivr.ledger.spool import Spool; from ivr.ledger.facts import Accepted\n"
        "spool = Spool(Path(sys.argv[1]), Seal(b'a key for tests'))\n"
        "for n in range(10_000): spool.append(Accepted('CA1', f'CB{n}', n, n)); print(n, flush=True)\n"
    )
    command = [sys.executable, "-c", code, str(spool.folder)]
    writer = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert writer.stdout
    acknowledged = [int(writer.stdout.readline()) for _ in range(50)]
    writer.kill()
    acknowledged += [int(line) for line in writer.stdout.read().split("\n") if line]
    writer.wait()
    writer.stdout.close()
    kept = replayed(spool)
    assert [fact.hop for fact in kept if isinstance(fact, Accepted)][: len(acknowledged)] == acknowledged
    assert len(kept) <= len(acknowledged) + 1


def test_a_torn_end_is_no_fact(spool: Spool) -> None:
    spool.append(ENDED)
    (path,) = spool.folder.glob("*.facts")
    with path.open("ab") as file:
        file.write(b"moved CA1 2 gAAAA")
    assert replayed(spool) == [ENDED]


def test_a_file_that_is_removed_under_its_process_loses_nothing_that_comes_after(spool: Spool) -> None:
    spool.append(ENDED)
    (path,) = spool.folder.glob("*.facts")
    path.unlink()
    spool.append(MOVED)
    assert replayed(spool) == [MOVED]


def test_what_nobody_understands_is_kept_aside_and_told(
    spool: Spool, caplog: pytest.LogCaptureFixture
) -> None:
    """A fact of a version to come, and one sealed with another key; a later start tries them again."""
    spool.append(ENDED)
    (path,) = spool.folder.glob("*.facts")
    with path.open("ab") as file:
        file.write(b"dreamt CA1 2 " + Seal(b"a key for tests").close("{}").encode() + b"\n")
        file.write(b"ended CA2 0 " + Seal(b"another key").close("{}").encode() + b"\n")
    lines = replayed(spool)
    strange = [line for line in lines if isinstance(line, Strange)]
    assert (lines[0], len(strange)) == (ENDED, 2)
    spool.set_aside(strange)
    assert "2 facts of the spool cannot be put down, and are kept in" in caplog.text
    assert spool.is_empty()
    spool.try_aside_again()
    assert replayed(spool) == strange


def test_what_cannot_be_set_aside_whole_is_not_set_aside(
    spool: Spool, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    spool.append(ENDED)

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    before = set(spool.folder.iterdir())
    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(OSError, match="No space left"):
            spool.set_aside([MOVED])
    assert set(spool.folder.iterdir()) == before
    assert caplog.text == ""


def test_a_file_that_is_put_off_is_held_until_its_process_lets_go(spool: Spool) -> None:
    spool.append(ENDED)
    (file,) = spool.to_replay()
    spool.put_off(file, OSError(errno.ENOSPC, "No space left on device"))
    assert replayed(spool) == replayed(another(spool)) == []
    assert not spool.is_empty()
    spool.close()
    assert replayed(another(spool)) == [ENDED]


def test_what_cannot_be_tried_again_stays_aside(spool: Spool, monkeypatch: pytest.MonkeyPatch) -> None:
    """A disk that only can be read ends no clock."""
    spool.append(ENDED)
    spool.set_aside([ENDED])

    def fails(*_: object) -> None:
        raise OSError(errno.EROFS, "Read-only file system")

    monkeypatch.setattr(Path, "rename", fails)
    spool.try_aside_again()
    assert len(spool.aside()) == 1


def test_a_full_disk_takes_the_room_that_was_kept(spool: Spool, monkeypatch: pytest.MonkeyPatch) -> None:
    spool.set_reserve()
    reserve = spool.folder / "reserve"
    assert reserve.stat().st_size == 8 << 20
    really = os.write

    def write(file: int, data: Any) -> int:
        if reserve.exists():
            really(file, bytes(data)[:10])
            raise OSError(errno.ENOSPC, "No space left on device")
        return really(file, data)

    monkeypatch.setattr(os, "write", write)
    spool.append(ENDED)
    monkeypatch.undo()
    assert not reserve.exists()
    assert replayed(spool) == [ENDED]


def test_a_disk_that_cannot_be_written_is_told_to_who_asks(
    spool: Spool, monkeypatch: pytest.MonkeyPatch
) -> None:
    spool.append(ENDED)

    def write(file: int, data: Any) -> int:
        raise OSError(errno.EIO, "Input/output error")

    with monkeypatch.context() as patch:
        patch.setattr(os, "write", write)
        with pytest.raises(OSError, match="Input/output error"):
            spool.append(MOVED)
    assert replayed(spool) == [ENDED]


def test_others_read_how_a_call_stands_before_anything_is_replayed(spool: Spool) -> None:
    other = another(spool)
    assert other.latest("CA1") is None
    spool.tell([CALL, replace(CALL, id="CA2")])
    assert other.latest("CA1") == CALL
    spool.append(MOVED)
    assert other.latest("CA1") == MOVED
    assert other.latest("CA2") == replace(CALL, id="CA2")
    spool.append(Accepted("CA1", "CB1", 4, START))
    assert (other.accepted("CA1", 4), other.accepted("CA1", 5)) == (True, False)
    assert replayed(spool) == [MOVED, Accepted("CA1", "CB1", 4, START)]
    assert other.latest("CA1") is None


# -- into the ledger, on both databases ----------------------------------------------------------------


def put(ledger: Ledger, *facts: Fact) -> list[bool]:
    done = []
    for fact in facts:
        with ledger.transaction() as tx:
            done.append(replay(tx, fact))
    return done


def test_the_same_fact_in_two_spools_is_put_down_once(ledger: Ledger) -> None:
    assert put(ledger, MOVED, MOVED) == [True, False]
    with ledger.reading() as tx:
        assert calls.find(tx, "CA1") == MOVED.call
        assert tx.row("SELECT talk FROM call", {}) == (3.0,)
        assert [errand.kind for errand in errands.of_call(tx, "CA1")] == ["fetch_recording", "message"]
        assert tx.row("SELECT COUNT(*) FROM message", {}) == (1,)
        assert tx.row("SELECT COUNT(*) FROM event", {}) == (1,)


def test_a_call_never_goes_back(ledger: Ledger) -> None:
    further = replace(MOVED, call=replace(MOVED.call, hop=5, place=Place("offers")), passes=())
    assert put(ledger, further, MOVED) == [True, True]
    with ledger.reading() as tx:
        found = calls.find(tx, "CA1")
        assert found is not None
        assert (found.hop, found.place) == (5, Place("offers"))
        assert calls.steps_back(tx, "CA1") == ["main"]


def test_a_fact_is_known_again_when_its_answer_is_long_forgotten(ledger: Ledger) -> None:
    """It lay on a machine that was away for a day."""
    further = replace(MOVED, call=replace(MOVED.call, hop=5), beside=None)
    put(ledger, MOVED, further, ENDED)
    with ledger.transaction() as tx:
        calls.forget_answers(tx, "CA1")
    assert put(ledger, MOVED) == [False]


def test_who_hung_up_on_the_party_they_talked_to_was_connected_in_whatever_order(ledger: Ledger) -> None:
    ringing = Moved(replace(CALL, hop=2, place=Place("sales", Turn.DIAL)), (MAIN,), b"<Dial/>", START + 4000)
    accepted = Accepted("CA1", "CB1", 2, START + 6000)
    put(ledger, ENDED, accepted, ringing)
    with ledger.reading() as tx:
        assert tx.row("SELECT outcome, ended_at FROM call", {}) == ("connected", START + 9000)
        assert tx.rows("SELECT step, ending FROM pass ORDER BY hop", {}) == [
            ("main", str(Ending.KEY)),
            ("sales", "connected"),
        ]


def test_a_call_of_which_only_the_place_was_known_learns_who_called(ledger: Ledger) -> None:
    lost = replace(MOVED, call=replace(CALL, hop=5, caller=None, called="", started_at=START + 5000))
    put(ledger, lost, MOVED)
    with ledger.reading() as tx:
        found = calls.find(tx, "CA1")
        assert found is not None
        assert (found.caller, found.called, found.started_at) == (CALL.caller, CALL.called, START)


def test_who_is_erased_is_taken_out_of_what_was_set_aside(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "spool", Seal(b"a key for tests"))
    spool.knock()
    facts = [Written(f"SM{nth}", caller, "+84", "hello", 1) for nth, caller in enumerate(("+841", "+842"))]
    spool.set_aside(facts)
    spool.set_aside(facts[:1])
    spool.set_aside([Strange(b"nobody understands this")])
    spool.forget_aside(lambda fact: isinstance(fact, Written) and fact.caller == "+841")
    said = [SpoolFile(path, -1, Seal(b"a key for tests")).lines() for path in spool.aside()]
    left = [fact for lines in said for fact in lines]
    assert sorted(left, key=str) == sorted([facts[1], Strange(b"nobody understands this")], key=str)
    assert len(spool.aside()) == 2, "a file with nothing in it is no file"
    spool.close()
