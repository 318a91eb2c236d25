"""Erasing, table by table: no column in which somebody may stand is forgotten."""

from collections.abc import Collection, Sequence

import pytest
from sqlalchemy import Text

from ivr.ledger import Ledger, audit, erasing, legal_holds, striking
from ivr.ledger.audit import Deed, State
from ivr.ledger.schema import LEDGER
from ivr.ledger.striking import Overtaken, Whose

OF_OURS = frozenset(
    {
        *("account", "session", "token", "agent", "span", "offer", "listener"),
        *(
            "imported_file",
            "revision",
            "live",
            "reading",
            "draft",
            "sound",
            "subscription",
            "incident",
            "told",
            "throttle",
        ),
        *("rolled_up", "stale", "stale_day", "audit_end", "line_tally", "agent_tally", "call_tally"),
        *("floor_tally", "option_tally"),
    }
)
"""Tables in which no caller leaves anything."""

NAMED = {
    "call": {"caller", "number", "known_as"},
    "message": {"caller", "done_by"},
    "survey_answer": {"caller"},
    "feedback": {"caller"},
    "remembered": {"caller"},
    "withdrawal": {"caller"},
    "callback": {"number", "sealed"},
    "legal_hold": {"caller", "known_as"},
    "audit": {"subject", "before", "after"},
    "errand": {"payload"},
}
"""Columns that name a caller, or hold what was meant for them: emptied, or named anew."""

WORDS_OF_OURS = frozenset(
    {
        *(
            "id",
            "call",
            "visit",
            "talk",
            "leg",
            "offer",
            "room",
            "room_id",
            "recording",
            "carrier_id",
            "file",
        ),
        *("kind", "state", "outcome", "went_to", "ending", "end_source", "ended_by", "means", "question"),
        *(
            "queue",
            "language",
            "called",
            "step",
            "option",
            "turn",
            "mailbox",
            "agent",
            "preferred",
            "declined",
        ),
        *("wanted", "sent_by", "leaving", "told", "reason", "by", "released_by", "author", "who", "what"),
        *("mark", "once"),
    }
)
"""Columns that hold names of the menus, of the carrier, or of our own people."""


def test_every_text_of_a_table_is_erased_or_is_ours() -> None:
    searched = {(place.table, text) for place in erasing.PLACES for text in place.texts}
    forgotten = [
        f"{table.name}.{column.name}"
        for table in LEDGER.sorted_tables
        if table.name not in OF_OURS
        for column in table.columns
        if isinstance(column.type, Text)
        and column.name not in NAMED.get(table.name, set()) | WORDS_OF_OURS
        and (table.name, column.name) not in searched
    ]
    assert forgotten == []


def test_what_is_searched_is_there_with_its_key() -> None:
    for place in erasing.PLACES:
        table = LEDGER.tables[place.table]
        assert {column.name for column in table.primary_key} == set(place.key)
        assert {*place.texts, *([place.call] if place.call else [])} <= set(table.columns.keys())


def test_a_text_that_was_written_on_meanwhile_is_struck_as_it_stands_now(ledger: Ledger) -> None:
    hold = legal_holds.of_call("CA1", "rang 0901234567", "mai", 1)
    (place,) = (place for place in erasing.PLACES if place.table == "legal_hold")
    with ledger.transaction() as tx:
        legal_holds.put(tx, hold)
        (found,) = erasing.written_down(tx, place, ("0901234567",))
    with ledger.transaction() as tx:
        tx.run("UPDATE legal_hold SET why = :why", {"why": "rang 0901234567 twice"})
    with ledger.transaction() as tx:
        assert erasing.strike_out(tx, found, ("0901234567",))
        assert not erasing.strike_out(tx, found, ("0901234567",)), "it is out"
        assert legal_holds.listed(tx)[0].why == "rang … twice"


@pytest.fixture
def audited(ledger: Ledger) -> Ledger:
    with ledger.transaction() as tx:
        for nth, note in enumerate(("", "likes boats", "rang 0901234567", "")):
            audit.note(tx, "mai", Deed.MESSAGE_CHANGED, f"M{nth}", None, {"note": note, "done": True}, nth)
        audit.note(tx, "mai", Deed.CALLS_EXPORTED, "/calls.csv", None, {"number": "+84901234567"}, 9)
    return ledger


def strike(ledger: Ledger, digits: Sequence[str], subjects: Collection[str] = ()) -> int:
    ready = striking.work_out(ledger, Whose(digits, subjects), 10)
    with ledger.transaction() as tx:
        return striking.strike_out(tx, ready)


def states(ledger: Ledger) -> list[State | None]:
    with ledger.reading() as tx:
        return [entry.after for entry in reversed(audit.newest(tx))]


def test_only_the_number_and_notes_on_their_things_are_struck_out_of_the_audit(audited: Ledger) -> None:
    assert strike(audited, ("84901234567", "0901234567"), {"M1"}) == 3
    assert states(audited) == [
        {"note": "", "done": True},
        {"note": "…", "done": True},
        {"note": "rang …", "done": True},
        {"note": "", "done": True},
        {"number": "+…"},
    ]
    verdict = audit.verify(audited)
    assert (verdict.rows, verdict.broken) == (5, None)
    assert strike(audited, ("84901234567", "0901234567"), {"M1"}) == 0, "it is out"


def test_where_nothing_of_theirs_stands_no_mark_is_made_anew(audited: Ledger) -> None:
    before = audit.verify(audited)
    assert strike(audited, ("84900000009",), {"M9"}) == 0
    assert audit.verify(audited) == before


@pytest.mark.parametrize(("digits", "struck"), [("0901234567", 2), ("84900000009", 1)])
def test_what_is_written_down_while_it_is_worked_out_is_struck_too(
    audited: Ledger, digits: str, struck: int
) -> None:
    ready = striking.work_out(audited, Whose((digits,), ()), 10)
    with audited.transaction() as tx:
        audit.note(tx, "mai", Deed.MESSAGE_CHANGED, "M5", None, {"note": f"rang {digits}"}, 10)
        audit.note(tx, "mai", Deed.MESSAGE_CHANGED, "M6", None, {"note": "likes trains"}, 11)
    with audited.transaction() as tx:
        assert striking.strike_out(tx, ready) == struck
    assert states(audited)[5:] == [{"note": "rang …"}, {"note": "likes trains"}]
    verdict = audit.verify(audited)
    assert (verdict.rows, verdict.broken) == (7, None)


def test_who_is_overtaken_by_another_erasure_works_it_out_anew(audited: Ledger) -> None:
    ready = striking.work_out(audited, Whose(("84901234567",), ()), 10)
    assert strike(audited, ("0901234567",)) == 1
    with pytest.raises(Overtaken), audited.transaction() as tx:
        striking.strike_out(tx, ready)
    assert strike(audited, ("84901234567",)) == 1
    assert [states(audited)[n] for n in (2, 4)] == [{"note": "rang …", "done": True}, {"number": "+…"}]
    assert audit.verify(audited).broken is None


def test_somebody_else_who_changes_the_audit_is_found_out_still(audited: Ledger) -> None:
    strike(audited, ("84901234567",))
    with audited.transaction() as tx:
        tx.run("UPDATE audit SET who = 'lan' WHERE number = 5", {})
    assert audit.verify(audited).broken == 5
