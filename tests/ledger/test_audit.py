"""The audit: rows that are added and never changed, and what shows if somebody does."""

import re
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest

from ivr.ledger import Ledger, audit
from ivr.ledger.audit import Deed, Sought
from tests.house import HOUSE

NOW = 1_795_399_200_000


def fill(ledger: Ledger, many: int = 5) -> None:
    for at in range(many):
        with ledger.transaction() as tx:
            before, after = {"role": "agent"}, {"role": "admin", "at": at}
            audit.note(tx, "mai", Deed.ACCOUNT_CHANGED, f"lan{at}", before, after, NOW + at)


def test_a_deed_is_kept_as_it_was_told(ledger: Ledger) -> None:
    fill(ledger, 1)
    with ledger.reading() as tx:
        (entry,) = audit.newest(tx)
    assert entry == audit.Entry(
        1, NOW, "mai", "account_changed", "lan0", {"role": "agent"}, {"role": "admin", "at": 0}
    )
    assert audit.verify(ledger).broken is None


def test_secrets_are_masked_wherever_they_stand(ledger: Ledger) -> None:
    state = {
        "password": "x1",
        "api_token": "x2",
        "note": "shipping",
        "deep": {"secret_key": "x3", "pin": "x4"},
    }
    with ledger.transaction() as tx:
        audit.note(tx, "mai", Deed.ACCOUNT_CHANGED, "lan", state, state, NOW)
        assert not re.search(r"x\d", str(tx.rows("SELECT * FROM audit", {})))
        (entry,) = audit.newest(tx)
    masked = {"secret_key": "•••", "pin": "•••"}
    assert entry.after == {"password": "•••", "api_token": "•••", "note": "shipping", "deep": masked}


def test_a_deed_that_is_undone_leaves_no_row_and_no_gap(ledger: Ledger) -> None:
    fill(ledger, 2)
    with suppress(ZeroDivisionError), ledger.transaction() as tx:
        audit.note(tx, "mai", Deed.PUBLISHED, "", None, None, NOW)
        raise ZeroDivisionError
    fill(ledger, 1)
    assert [entry.number for entry in audit.every(ledger)] == [3, 2, 1]
    assert audit.verify(ledger).broken is None


def test_what_happens_often_is_one_row_for_a_while(ledger: Ledger) -> None:
    for at in (0, 1, 599_999, 600_000, 600_001):
        with ledger.transaction() as tx:
            audit.note_once(tx, "mai", Deed.RECORDING_HEARD, "a", None, NOW + at, within=600_000)
    with ledger.transaction() as tx:
        audit.note_once(tx, "lan", Deed.RECORDING_HEARD, "a", None, NOW, within=600_000)
        audit.note_once(tx, "mai", Deed.RECORDING_HEARD, "b", None, NOW, within=600_000)
    assert [(entry.who, entry.subject, entry.at - NOW) for entry in audit.every(ledger)] == [
        ("mai", "b", 0),
        ("lan", "a", 0),
        ("mai", "a", 600_000),
        ("mai", "a", 0),
    ]


def test_deeds_are_sought_and_shown_page_by_page(ledger: Ledger) -> None:
    fill(ledger, 7)
    with ledger.transaction() as tx:
        audit.note(tx, "token 100%_x", Deed.TOKEN_USED, "/calls.csv", None, None, NOW + 99)

    def found(**wanted: object) -> list[int]:
        with ledger.reading() as tx:
            return [entry.number for entry in audit.newest(tx, Sought(**wanted))]  # type: ignore[arg-type]

    assert found(who="MAI") == found(who=" mai ") == [7, 6, 5, 4, 3, 2, 1]
    assert found(who="%_") == [8]
    assert found(what="token_used") == [8]
    assert found(subject="LAN3") == [4]
    assert found(since=NOW + 2, until=NOW + 4) == [4, 3]
    assert found(who="nobody") == []
    assert [entry.number for entry in audit.every(ledger, page=3)] == [8, 7, 6, 5, 4, 3, 2, 1]


def test_deeds_of_many_threads_are_one_chain(ledger: Ledger) -> None:
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: fill(ledger, 5), range(8)))
    verdict = audit.verify(ledger, page=7)
    assert (verdict.rows, verdict.broken) == (40, None)


TAMPERING = {
    "another time": ("UPDATE audit SET at = at + 1 WHERE number = 3", 3),
    "another name": ("UPDATE audit SET who = 'lan' WHERE number = 1", 1),
    "another state": ("UPDATE audit SET after = NULL WHERE number = 5", 5),
    "another number": ("UPDATE audit SET number = 9 WHERE number = 5", 5),
    "one removed": ("DELETE FROM audit WHERE number = 2", 2),
    "the first removed": ("DELETE FROM audit WHERE number = 1", 1),
    "the last removed": ("DELETE FROM audit WHERE number = 5", 5),
    "all removed": ("DELETE FROM audit", 1),
    "the end moved": ("UPDATE audit_end SET number = 4", 6),
    "the end removed": ("DELETE FROM audit_end", 1),
    "one added": (
        "INSERT INTO audit SELECT 6, at, who, what, subject, before, after, mark FROM audit WHERE number = 5",
        6,
    ),
    "a mark copied": (
        "UPDATE audit SET mark = (SELECT mark FROM audit WHERE number = 1) WHERE number = 4",
        4,
    ),
}


@pytest.mark.parametrize("how", TAMPERING)
def test_whoever_changes_the_rows_is_found_out(ledger: Ledger, how: str) -> None:
    fill(ledger)
    sql, broken = TAMPERING[how]
    with ledger.transaction() as tx:
        tx.run(sql, {})
    verdict = audit.verify(ledger, page=2)
    assert (verdict.rows, verdict.broken) == (broken - 1, broken)


def test_every_single_cell_is_covered_by_the_marks(ledger: Ledger) -> None:
    fill(ledger, 3)
    for column in ("at", "who", "what", "subject", "before", "after", "mark"):
        with ledger.transaction() as tx:
            value = tx.rows(f"SELECT {column} FROM audit WHERE number = 2", {})[0][0]
            other = value + 1 if isinstance(value, int) else f"{value}x"
            tx.run(f"UPDATE audit SET {column} = :value WHERE number = 2", {"value": other})
        assert audit.verify(ledger).broken == 2
        with ledger.transaction() as tx:
            tx.run(f"UPDATE audit SET {column} = :value WHERE number = 2", {"value": value})
    assert audit.verify(ledger).broken is None


def test_another_key_makes_other_marks(ledger: Ledger, database_url: str) -> None:
    fill(ledger)
    other = Ledger.open(database_url, b"another key")
    assert audit.verify(other).broken == 1
    other.close()


def test_no_code_of_ours_changes_or_removes_a_row_but_for_who_is_erased() -> None:
    changing = r"(?:UPDATE|DELETE FROM|REPLACE INTO|TRUNCATE)\s+audit\b(?!_)"
    room = HOUSE / "ivr"
    sources = {str(file.relative_to(room)): file.read_text() for file in room.rglob("*.py")}
    found = {name: re.findall(changing, source) for name, source in sources.items()}
    assert {name: words for name, words in found.items() if words} == {
        "ledger/striking.py": ["UPDATE audit", "UPDATE audit"]
    }
