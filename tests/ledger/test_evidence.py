"""Everything the tables say of one call, to be searched for what must not be there."""

from ivr.ledger import Ledger, callers, calls, errands, events, evidence, legs
from ivr.ledger.schema import LEDGER
from tests.ledger.test_calls import CALL, START, arrived


def test_every_text_of_a_call_is_shown_with_where_it_stands(ledger: Ledger) -> None:
    arrived(ledger)
    with ledger.transaction() as tx:
        errands.wish(tx, "lookup", CALL.id, {"pin": "8520"}, START, START)
        events.note(tx, CALL.id, START, "errand_failed", cause="no answer")
        legs.told(tx, "CA9", CALL.id, party="+84281112222")
        callers.remember(tx, "+84901234567", "vi", START)
    with ledger.reading() as tx:
        found = list(evidence.texts_of(tx, CALL.id))
        assert list(evidence.texts_of(tx, "CA of nobody")) == []
        stored = calls.answered(tx, CALL.id, 0)
    texts = dict(found)
    assert stored is not None
    assert texts["answer.document"] == stored.decode()
    assert texts["leg.party"] == "+84281112222"
    assert "no answer" in texts["event.detail"]
    assert "8520" not in texts["errand.payload"], "it is sealed"
    assert {"call.memory", "call.pressed"} <= texts.keys()


def test_every_table_that_belongs_to_calls_is_looked_at() -> None:
    of_calls = {table.name for table in LEDGER.sorted_tables if "call" in table.columns}
    ours = {"answer", "errand", "event", "leg", "message", "pass", "recording"}
    assert of_calls == ours | {"callback", "feedback", "legal_hold", "survey_answer", "talk", "visit"}
