"""What is held is neither forgotten nor erased until it is released; and how many that were is told."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from ivr.ledger import Transaction, forgetting, legal_holds
from ivr.ledger.reports import records
from ivr.switchboard.legal_holds import NoReason, NoSuchCall, hold_call, hold_caller, release
from ivr.switchboard.tidying import tidy
from tests.service import LAN, MAI, House
from tests.switchboard.test_forgetting import DAY, MENUS, call_with_everything, files


@pytest.fixture
def kept(tmp_path: Path, database_url: str) -> Iterator[House]:
    menus = MENUS + "keep: {recordings: 30d, details: 90d}\n"
    house = House(tmp_path).open(menus, database_url=database_url)
    yield house
    house.exchange.ledger.close()


def forgets(house: House, days: int = 91) -> None:
    house.now += days * DAY
    tidy(house.exchange)


def callers(house: House) -> list[str]:
    return [caller for (caller,) in house.rows("SELECT caller FROM call ORDER BY id")]


def test_a_held_call_is_left_alone_with_all_that_belongs_to_it(kept: House) -> None:
    call_with_everything(kept, "CA1", LAN)
    call_with_everything(kept, "CA2", MAI)
    hold = hold_call(kept.exchange, "chi", "CA1", "the court asks for it")
    forgets(kept)
    assert callers(kept) == [LAN, kept.exchange.seal.pseudonym(MAI)]
    assert files(kept) == 1
    assert [pressed for _, pressed, _ in kept.rows.passes("CA1")] == ["2", ""]
    assert kept.rows("SELECT after FROM audit WHERE what = 'forgotten'") == [
        ('{"recordings":1,"calls":1,"held_recordings":1,"held_calls":1}',)
    ]
    assert release(kept.exchange, "dung", hold.id)
    forgets(kept, 1)
    assert callers(kept) == [kept.exchange.seal.pseudonym(LAN), kept.exchange.seal.pseudonym(MAI)]
    assert files(kept) == 0


def test_a_call_that_is_held_when_it_was_found_already_stays(kept: House) -> None:
    call_with_everything(kept, "CA1", LAN)
    call_with_everything(kept, "CA2", MAI)
    hold_call(kept.exchange, "chi", "CA1", "the court asks for it")
    with kept.exchange.ledger.transaction() as tx:
        forgetting.forget_details(tx, ["CA1", "CA2"], kept.now)
    assert callers(kept) == [LAN, kept.exchange.seal.pseudonym(MAI)]
    assert [pressed for _, pressed, _ in kept.rows.passes("CA1")] == ["2", ""]


def test_a_recording_that_is_held_when_it_was_found_already_stays(
    kept: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The hold comes between the look at what is old and the end of it."""
    call_with_everything(kept, "CA1", LAN)
    call_with_everything(kept, "CA2", MAI)
    look = forgetting.old_recordings

    def and_is_held(tx: Transaction, *values: Any) -> list[forgetting.Mark]:
        found = look(tx, *values)
        if found:
            hold_call(kept.exchange, "chi", "CA1", "the court asks for it")
        return found

    monkeypatch.setattr(forgetting, "old_recordings", and_is_held)
    forgets(kept, 31)
    assert kept.rows("SELECT call, state FROM recording ORDER BY call") == [
        ("CA1", "kept"),
        ("CA2", "forgotten"),
    ]
    assert files(kept) == 1
    assert kept.rows("SELECT after FROM audit WHERE what = 'forgotten'") == [
        ('{"recordings":1,"calls":0,"held_recordings":1}',)
    ]


def test_a_hold_that_is_being_put_is_waited_for(kept: House) -> None:
    """Whoever was told that it is held must find it."""
    recording = call_with_everything(kept, "CA1", LAN)
    being_put = Event()

    def put() -> None:
        with kept.exchange.ledger.transaction() as tx:
            legal_holds.put(tx, legal_holds.of_caller(LAN, "a complaint", "chi", kept.now))
            assert legal_holds.listed(tx)
            being_put.set()
            time.sleep(0.2)

    with ThreadPoolExecutor() as somebody:
        done = somebody.submit(put)
        assert being_put.wait(5)
        with kept.exchange.ledger.transaction() as tx:
            assert forgetting.forget_recording(tx, recording) is None
            assert forgetting.forget_details(tx, ["CA1"], kept.now) == 0
        done.result()


def test_a_held_caller_keeps_all_their_calls_texts_and_their_language(kept: House) -> None:
    call_with_everything(kept, "CA1", LAN)
    hold_caller(kept.exchange, "chi", LAN, "a complaint")
    call_with_everything(kept, "CA2", LAN)
    forgets(kept)
    assert callers(kept) == [LAN, LAN]
    assert kept.rows("SELECT text, caller FROM feedback") == [("thank you", LAN)] * 2
    assert kept.rows("SELECT caller FROM remembered") == [(LAN,)]
    assert files(kept) == 2


def test_who_was_forgotten_is_held_by_what_stands_for_them(kept: House) -> None:
    """Their recordings are gone with the number; what is left of them stays findable."""
    call_with_everything(kept, "CA1", LAN)
    forgets(kept)
    hold_caller(kept.exchange, "chi", LAN, "a complaint")
    with kept.exchange.ledger.reading() as tx:
        assert [hold.why for hold in legal_holds.on_call(tx, "CA1")] == ["a complaint"]


def test_the_audit_says_who_when_and_why_of_both(kept: House) -> None:
    call_with_everything(kept, "CA1", LAN)
    hold = hold_call(kept.exchange, "chi", "CA1", "  the court asks for it ")
    kept.now += 5_000
    assert release(kept.exchange, "dung", hold.id)
    assert not release(kept.exchange, "dung", hold.id)
    why = f'{{"hold":"{hold.id}","why":"the court asks for it"}}'
    assert kept.rows(
        "SELECT at, who, what, subject, before, after FROM audit ORDER BY number DESC LIMIT 2"
    ) == [
        (kept.now, "dung", "hold_released", "CA1", why, None),
        (kept.now - 5_000, "chi", "call_held", "CA1", None, why),
    ]


def test_what_is_no_call_and_what_has_no_reason_is_not_held(kept: House) -> None:
    with pytest.raises(NoSuchCall):
        hold_call(kept.exchange, "chi", "CA9", "why not")
    with pytest.raises(NoReason):
        hold_caller(kept.exchange, "chi", LAN, " ")
    with kept.exchange.ledger.reading() as tx:
        assert legal_holds.listed(tx) == []


# -- who comes again, across the day on which details are forgotten ----------------------------------------


def answered(tx: Transaction, call: str, caller: str, at: int) -> None:
    """A call that was answered in the queue `sales`."""
    tx.run(
        """
INSERT INTO call (id, caller, called, revision, language, started_at, entered_at, silences, wrongs, hop,
                  inputs, pressed, memory, ended_at)
VALUES (:call, :caller, '', 1, 'vi', :at, :at, 0, 0, 9, 0, '', '[[],[],{},[]]', :over)""",
        {"call": call, "caller": caller, "at": at, "over": at + 9_000},
    )
    tx.run(
        """
INSERT INTO visit (id, call, kind, queue, language, first_at, rank, entered_at, beat_at, outcome, went_to,
                   ended_at)
VALUES (:call, :call, 'call', 'sales', 'vi', :at, :at, :at, :at, 'answered', 'agent', :over)""",
        {"call": call, "at": at, "over": at + 5_000},
    )


def returned(house: House) -> dict[int, bool | None]:
    """By the day of each visit whether its caller had been answered shortly before."""
    with house.exchange.ledger.reading() as tx:
        ended = records.of(tx, 0, 9_000 * DAY * 10).ended
    return {each.entered_at // DAY: each.returned for each in ended}


def test_who_came_again_still_did_when_the_days_are_counted_anew(kept: House) -> None:
    """Lan calls each fifth day, Mai and others once: on every later day some of it is forgotten, and some not
    yet."""
    first = kept.now // DAY
    with kept.exchange.ledger.transaction() as tx:
        for nth in range(4):
            answered(tx, f"CL{nth}", LAN, (first + 5 * nth) * DAY + 1000)
        for nth in range(4):
            answered(tx, f"CM{nth}", f"+8490765432{nth}", (first + 5 * nth + 1) * DAY + 1000)
    before = returned(kept)
    assert before == {first + 5 * nth + 1: False for nth in range(4)} | {
        first: False,
        first + 5: True,
        first + 10: True,
        first + 15: True,
    }
    kept.now = (first + 90) * DAY
    for _ in range(18):
        kept.now += DAY
        tidy(kept.exchange)
        assert returned(kept) == before
    assert kept.rows("SELECT COUNT(*) FROM call WHERE caller LIKE '~%'") == [(8,)]


def test_of_numbers_that_were_cut_nobody_knows_whether_they_came_again(kept: House) -> None:
    first = kept.now // DAY
    with kept.exchange.ledger.transaction() as tx:
        answered(tx, "CL1", "+849…", first * DAY)
        answered(tx, "CL2", "+849…", (first + 1) * DAY)
    assert returned(kept) == {first: None, first + 1: None}
