"""A caller is erased: no byte tells who they were, and every figure is what it was."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from ivr.core.agents import Status
from ivr.core.figures.folding import fold, quarter
from ivr.core.figures.tally import QUARTER_MS
from ivr.ledger import LedgerBusy, Transaction, audit, surveys
from ivr.ledger import erasing as ledger_erasing
from ivr.ledger.erasing import Found
from ivr.ledger.reports import records
from ivr.ledger.reports.rolling_up import count_again
from ivr.switchboard import erasing, forgetting, legal_holds
from ivr.switchboard.erasing import Erased
from ivr.switchboard.line import calling_back
from ivr.switchboard.line.standing import choose
from tests.reaching.figures import figures_add_up, rolled_up
from tests.reaching.floor import Floor
from tests.reaching.one_caller import AT_HOME, LAN, MAI, bytes_of, lived_through, talks_to_an_agent
from tests.service import MONDAY_MORNING


@pytest.fixture
def floor(tmp_path: Path, database_url: str) -> Iterator[Floor]:
    floor = lived_through(tmp_path, database_url=database_url)
    yield floor
    floor.house.exchange.ledger.close()


def erase(floor: Floor, caller: str = LAN, told: Callable[[str], None] = lambda _: None) -> Erased:
    exchange = floor.house.exchange
    return erasing.erase(exchange, "chi", erasing.person(exchange, caller), told=told)


def found(floor: Floor) -> set[str]:
    """Where the digits of the number stand."""
    return {
        place
        for place, content in bytes_of(floor)
        if LAN[1:].encode() in content or AT_HOME.encode() in content
    }


def nobody_is_to_be_rung(floor: Floor) -> None:
    """A promise that is taken back is counted as such, whoever does it."""
    exchange = floor.house.exchange
    for (promise,) in floor.house.rows("SELECT id FROM callback WHERE ended_at IS NULL"):
        assert calling_back.cancel(exchange, "chi", promise)


def counted(floor: Floor) -> tuple[object, object]:
    """The figures of the day: as rolled up, and of the records."""
    exchange = floor.house.exchange
    since, until = quarter(MONDAY_MORNING), quarter(exchange.now()) + QUARTER_MS
    count_again(exchange.ledger, "Asia/Ho_Chi_Minh", exchange.now(), 60)
    with exchange.ledger.reading(10) as tx:
        return rolled_up(tx, since, until), fold(records.of(tx, since, until))


def test_nothing_on_the_disk_tells_any_more_who_they_were(floor: Floor) -> None:
    assert found(floor), "else this test finds nothing whatever happens"
    nobody_is_to_be_rung(floor)
    before = counted(floor)
    sounds = list((floor.house.folder / "messages").iterdir())
    erased = erase(floor)
    assert found(floor) == set()
    assert counted(floor) == before
    figures_add_up(floor.house.exchange, MONDAY_MORNING)
    assert erased.gone["calls"] == 6
    assert len(list((floor.house.folder / "messages").iterdir())) < len(sounds)


def test_their_calls_have_one_caller_in_common_whom_no_number_leads_to(floor: Floor) -> None:
    erase(floor)
    exchange, rows = floor.house.exchange, floor.house.rows
    names = rows("SELECT caller, COUNT(*) FROM call WHERE caller LIKE '~%' GROUP BY caller")
    [(name, calls)] = names
    assert calls == 5, "the sixth was withheld"
    assert name != exchange.seal.pseudonym(LAN)
    assert rows.one("SELECT COUNT(*) FROM call WHERE caller = :mai", mai=MAI) == 1
    assert rows.one("SELECT COUNT(*) FROM remembered") == 0


def test_what_others_wrote_stays_without_the_number(floor: Floor) -> None:
    erase(floor)
    rows = floor.house.rows
    assert rows.one("SELECT text FROM feedback WHERE id = 'SM3'") == "my sister is +… too"
    assert rows.one("SELECT notes FROM talk JOIN call ON call.id = call WHERE caller = :m", m=MAI) == "ring …"
    assert rows("SELECT answer FROM errand WHERE kind = 'lookup'") == [('{"phones":["+…","…"]}',)]


def test_recordings_are_deleted_at_the_carrier_too(floor: Floor) -> None:
    taken = floor.house.rows(
        "SELECT carrier_id FROM recording JOIN call ON call.id = call WHERE caller <> :mai OR caller IS NULL",
        mai=MAI,
    )
    erase(floor)
    wished = floor.house.rows("SELECT COUNT(*) FROM errand WHERE kind = 'delete_recording' AND call IS NULL")
    assert wished == [(len(taken),)]
    floor.pass_time(30)
    assert floor.house.rows("SELECT DISTINCT state FROM errand WHERE kind = 'delete_recording'") == [
        ("done",)
    ]
    states = floor.house.rows(
        "SELECT DISTINCT state FROM recording JOIN call ON call.id = call WHERE caller LIKE '~%'"
    )
    assert states == [("forgotten",)]


def test_a_promise_to_ring_them_is_taken_back(floor: Floor) -> None:
    assert floor.house.rows.one("SELECT COUNT(*) FROM callback WHERE ended_at IS NULL") == 1
    erase(floor)
    assert floor.house.rows("SELECT ending FROM callback ORDER BY asked_at") == [("reached",), ("cancelled",)]


def test_who_wants_no_messages_gets_none_when_everything_else_is_forgotten(floor: Floor) -> None:
    assert erase(floor).wish
    with floor.house.exchange.ledger.transaction() as tx:
        assert surveys.has_withdrawn(tx, LAN)
        surveys.come_back(tx, LAN)
        assert not surveys.has_withdrawn(tx, LAN)


def test_the_audit_is_whole_and_tells_who_did_it_and_not_to_whom(floor: Floor) -> None:
    rows = audit.verify(floor.house.exchange.ledger).rows
    erase(floor)
    verdict = audit.verify(floor.house.exchange.ledger)
    assert (verdict.broken, verdict.rows) == (None, rows + 2)
    who, what, after = floor.house.rows("SELECT who, what, after FROM audit ORDER BY number DESC LIMIT 1")[0]
    assert (who, what) == ("chi", "caller_erased")
    assert '"calls":6' in after
    assert floor.house.rows("SELECT after FROM audit WHERE what = 'message_changed'") == [('{"note":"…"}',)]


def test_who_is_erased_and_calls_again_is_somebody_else(floor: Floor) -> None:
    erase(floor)
    choose(floor.house.exchange, "an", Status.READY)
    talks_to_an_agent(floor, LAN)
    assert floor.house.rows.one("SELECT COUNT(*) FROM call WHERE caller = :lan", lan=LAN) == 1
    figures_add_up(floor.house.exchange, MONDAY_MORNING)
    assert erase(floor).gone["calls"] == 1
    assert len(floor.house.rows("SELECT DISTINCT caller FROM call WHERE caller LIKE '~%'")) == 2


def test_erased_twice_it_is_the_same(floor: Floor) -> None:
    erase(floor)
    before = counted(floor)
    assert set(erase(floor).gone.values()) <= {0, 1}, "only the wish for no messages is left"
    assert counted(floor) == before


def test_what_is_held_refuses_and_says_why(floor: Floor) -> None:
    exchange, rows = floor.house.exchange, floor.house.rows
    call = rows.one("SELECT MIN(id) FROM call WHERE caller = :lan", lan=LAN)
    hold = legal_holds.hold_call(exchange, "dung", call, "the court asks for it")
    before = sorted(bytes_of(floor))
    with pytest.raises(erasing.Held) as refused:
        erase(floor)
    assert [(each.why, each.by) for each in refused.value.holds] == [("the court asks for it", "dung")]
    assert found(floor)
    assert [name for name, _ in sorted(bytes_of(floor))] == [name for name, _ in before]
    assert legal_holds.release(exchange, "dung", hold.id)
    erase(floor)
    assert found(floor) == set()


@pytest.mark.parametrize("moment", ["before its recordings", "after them"])
def test_what_is_held_while_it_is_erased_keeps_its_details_and_it_is_said(
    floor: Floor, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    exchange, rows = floor.house.exchange, floor.house.rows
    call = rows.one("SELECT MIN(call) FROM talk JOIN call ON call.id = call WHERE caller = :lan", lan=LAN)
    forget = forgetting.forget_recording
    untouched = details(floor, call)

    def held_before(*values: Any, **more: Any) -> bool:
        if not rows("SELECT 1 FROM legal_hold"):
            legal_holds.hold_call(exchange, "dung", call, "the court asks for it")
        return forget(*values, **more)

    def held_after(*values: Any, **more: Any) -> bool:
        is_forgotten = forget(*values, **more)
        if not rows("SELECT 1 FROM recording WHERE state <> 'forgotten' AND call = :call", call=call):
            held_before(*values, **more)
        return is_forgotten

    hold = held_before if moment == "before its recordings" else held_after
    monkeypatch.setattr(erasing, "forget_recording", hold)
    with pytest.raises(erasing.Held) as refused:
        erase(floor)
    assert [each.why for each in refused.value.holds] == ["the court asks for it"]
    assert details(floor, call)[:3] == untouched[:3]
    if moment == "before its recordings":
        assert details(floor, call) == untouched
        assert all((floor.house.folder / "messages" / file).is_file() for file in untouched[3])


def details(floor: Floor, call: str) -> tuple[object, object, object, list[str]]:
    """What is known of a call: of itself, its conversations, its passes, and the files of its recordings."""
    rows = floor.house.rows
    files = rows("SELECT file FROM recording WHERE call = :call AND file IS NOT NULL", call=call)
    return (
        rows("SELECT caller, pressed, memory, forgotten_at FROM call WHERE id = :call", call=call),
        rows("SELECT notes, onward FROM talk WHERE call = :call", call=call),
        rows("SELECT step, pressed FROM pass WHERE call = :call ORDER BY hop, nth", call=call),
        [file for (file,) in files],
    )


def test_a_call_that_is_held_and_came_from_a_withheld_number_is_theirs_too(floor: Floor) -> None:
    exchange, rows = floor.house.exchange, floor.house.rows
    call = rows.one("SELECT id FROM call WHERE caller IS NULL")
    legal_holds.hold_call(exchange, "dung", call, "the court asks for it")
    with pytest.raises(erasing.Held):
        erase(floor)
    assert rows.one("SELECT forgotten_at FROM call WHERE id = :call", call=call) is None


def test_texts_of_a_call_that_is_held_keep_the_number_and_it_is_said(floor: Floor) -> None:
    exchange = floor.house.exchange
    legal_holds.hold_caller(exchange, "dung", MAI, "a complaint")
    assert erase(floor).left["held_calls"] == 4
    notes = floor.house.rows("SELECT notes FROM talk JOIN call ON call.id = call WHERE caller = :m", m=MAI)
    assert notes == [("ring 0901234567",)]


def test_nobody_is_erased_while_they_are_on_the_line(floor: Floor) -> None:
    call = floor.ring(LAN)
    with pytest.raises(erasing.OnLine):
        erase(floor)
    assert floor.house.rows.one("SELECT COUNT(*) FROM call WHERE caller = :lan", lan=LAN) == 6
    call.hang_up()
    floor.pass_time(5)
    erase(floor)
    assert found(floor) == set()


def test_who_calls_while_they_are_erased_is_erased_with_that_call(floor: Floor) -> None:
    def call_meanwhile(step: str) -> None:
        if step == "the name":
            call = floor.ring(LAN).press("4").press(AT_HOME)
            call.hang_up()
            floor.pass_time(5)

    assert erase(floor, told=call_meanwhile).gone["calls"] == 7
    assert found(floor) == set()


def test_callers_who_keep_it_waiting_do_not_end_it(floor: Floor, monkeypatch: pytest.MonkeyPatch) -> None:
    strike, turns = ledger_erasing.strike_out, [LedgerBusy("callers")]

    def at_times(tx: Transaction, text: Found, digits: Sequence[str]) -> bool:
        if turns:
            raise turns.pop()
        return strike(tx, text, digits)

    monkeypatch.setattr(ledger_erasing, "strike_out", at_times)
    erase(floor)
    assert found(floor) == set()


def test_what_waits_in_the_spool_is_put_down_first(floor: Floor) -> None:
    spool = floor.house.folder / "spool"
    spool.mkdir(exist_ok=True)
    (spool / "another.facts").write_bytes(b"")
    with pytest.raises(erasing.Spooled):
        erase(floor)
