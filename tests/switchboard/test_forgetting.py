"""What the menus keep for so long is forgotten then: the files of recordings, and who called."""

from pathlib import Path
from typing import Any

import pytest

from ivr.ledger import Transaction, forgetting, recordings, surveys
from ivr.ledger.surveys import Feedback, Kind
from ivr.outside.sounds import keep
from ivr.switchboard.tidying import tidy
from tests.service import LAN, House

DAY = 86_400_000
MENUS = """
hotline: Shop
zone: UTC
numbers: {"+842873001234": welcome}
languages: {vi: {}, en: {}}
mailboxes: {office: {}}
steps:
  welcome: {choose_language: {1: vi, 2: en}, then: word}
  word: {say: {vi: Nói đi., en: Speak.}, voicemail: office, then: hang_up}
"""


@pytest.fixture
def kept(tmp_path: Path) -> House:
    return House(tmp_path).open(MENUS + "keep: {recordings: 30d, details: 90d}\n")


def call_with_everything(house: House, call_id: str = "CA1", caller: str = LAN) -> str:
    """A caller who leaves word; our id of the recording."""
    house.carrier.press(house.carrier.call(call_id, caller), call_id, "2")
    house.carrier.ends(call_id)
    folder = house.folder / "messages"
    with house.exchange.ledger.transaction() as tx:
        recording = recordings.add(tx, call_id, f"RE{call_id}", "main", 3, house.now, message=True)
        recordings.kept(tx, recording, keep(folder, recording, b"RIFF"))
        surveys.wrote(tx, Feedback(f"SM{call_id}", caller, "+84", "thank you", house.now, Kind.FEEDBACK))
    return recording


def files(house: House) -> int:
    return len(list((house.folder / "messages").glob("*.wav")))


def test_recordings_are_deleted_after_their_days_and_not_before(kept: House) -> None:
    call_with_everything(kept)
    kept.now += 30 * DAY
    tidy(kept.exchange)
    assert files(kept) == 1
    kept.now += 1
    tidy(kept.exchange)
    assert files(kept) == 0
    assert kept.rows("SELECT state, file FROM recording") == [("forgotten", None)]
    assert kept.rows.one("SELECT caller FROM call") == LAN


def test_who_called_is_forgotten_after_its_days_and_the_call_stays(kept: House) -> None:
    call_with_everything(kept)
    call_with_everything(kept, "CA2", "anonymous")
    kept.now += 90 * DAY + 1
    tidy(kept.exchange)
    assert kept.rows("SELECT id, caller, pressed, memory FROM call ORDER BY id") == [
        ("CA1", kept.exchange.seal.pseudonym(LAN), "", "[[],[],{},[]]"),
        ("CA2", None, "", "[[],[],{},[]]"),
    ]
    assert {pressed for (pressed,) in kept.rows("SELECT pressed FROM pass")} == {""}
    assert kept.rows("SELECT text FROM feedback ORDER BY id") == [("",), ("",)]
    assert kept.rows("SELECT COUNT(*) FROM remembered") == [(0,)]
    assert len(kept.rows.passes("CA1")) > 0


def test_however_long_ago_it_was_it_is_forgotten_and_a_look_goes_through_a_week_at_most(
    kept: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All that was forgotten in years is not looked through in one question."""
    looked: list[int] = []
    old_calls = forgetting.old_calls

    def watched(tx: Transaction, before: int, after: forgetting.Mark, most: int) -> list[forgetting.Mark]:
        looked.append(before - after[0])
        return old_calls(tx, before, after, most)

    monkeypatch.setattr(forgetting, "old_calls", watched)
    monkeypatch.setattr("ivr.switchboard.forgetting.AT_A_TIME", 1)
    for number, days in enumerate([0, 0, 3, 200, 0, 500], 1):
        kept.now += days * DAY
        call_with_everything(kept, f"CA{number}")
    tidy(kept.exchange)
    callers = kept.rows("SELECT caller FROM call ORDER BY id")
    assert callers == [(kept.exchange.seal.pseudonym(LAN),)] * 5 + [(LAN,)]
    assert files(kept) == 1
    assert max(looked) == 7 * DAY
    assert sum(looked) >= 613 * DAY


def test_it_is_told_once_by_the_audit(kept: House) -> None:
    call_with_everything(kept)
    kept.now += 90 * DAY + 1
    for _ in range(3):
        tidy(kept.exchange)
    told = kept.rows("SELECT who, what, after FROM audit WHERE what = 'forgotten'")
    assert told == [("the clock", "forgotten", '{"recordings":1,"calls":1}')]


def test_what_is_still_with_the_carrier_is_deleted_there(kept: House) -> None:
    with kept.exchange.ledger.transaction() as tx:
        recordings.add(tx, "CA1", "RE1", "main", 3, kept.now)
    kept.now += 31 * DAY
    tidy(kept.exchange)
    assert kept.rows("SELECT kind FROM errand WHERE state = 'waiting'") == [("delete_recording",)]


def test_who_is_killed_before_the_file_went_leaves_it_to_the_errand(
    kept: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(BaseException):
        pass

    def killed(*_: object) -> None:
        raise Killed

    call_with_everything(kept)
    kept.now += 31 * DAY
    with monkeypatch.context() as meanwhile:
        meanwhile.setattr("ivr.switchboard.forgetting.delete_file", killed)
        with pytest.raises(Killed):
            tidy(kept.exchange)
    assert (files(kept), kept.rows("SELECT state, file FROM recording")) == (1, [("forgotten", None)])
    kept.errands()
    assert files(kept) == 0


def test_what_was_fetched_since_it_was_found_goes_with_its_file(
    kept: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    with kept.exchange.ledger.transaction() as tx:
        recording = recordings.add(tx, "CA1", "RE1", "main", 3, kept.now)
    look = forgetting.old_recordings

    def and_is_fetched(tx: Transaction, *values: Any) -> list[forgetting.Mark]:
        found = look(tx, *values)
        if found:
            keep(kept.folder / "messages", recording, b"RIFF")
            with kept.exchange.ledger.transaction() as other:
                recordings.kept(other, recording, f"{recording}.wav")
        return found

    monkeypatch.setattr(forgetting, "old_recordings", and_is_fetched)
    kept.now += 31 * DAY
    tidy(kept.exchange)
    assert (files(kept), kept.rows("SELECT state, file FROM recording")) == (0, [("forgotten", None)])


def test_without_a_word_of_the_menus_everything_is_kept(tmp_path: Path) -> None:
    house = House(tmp_path).open(MENUS)
    call_with_everything(house)
    house.now += 3_000 * DAY
    tidy(house.exchange)
    assert (files(house), house.rows.one("SELECT caller FROM call")) == (1, LAN)


def test_many_calls_are_forgotten_in_one_round(kept: House) -> None:
    sql = """
WITH RECURSIVE nth(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM nth WHERE n < 160)
INSERT INTO call (id, caller, called, revision, language, started_at, entered_at, silences, wrongs, hop,
                  inputs, pressed, memory, ended_at)
SELECT 'CB' || n, '+84900000' || n, '', 1, 'vi', :at, :at, 0, 0, 9, 0, '12', '[[],[],{},[]]', :at FROM nth"""
    with kept.exchange.ledger.transaction() as tx:
        tx.run(sql, {"at": kept.now})
    kept.now += 91 * DAY
    tidy(kept.exchange)
    assert kept.rows(
        "SELECT COUNT(DISTINCT caller), pressed FROM call WHERE caller LIKE '~%' GROUP BY 2"
    ) == [(160, "")]
