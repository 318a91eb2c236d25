"""Events for other systems, incidents, and what is forgotten, on either database."""

from dataclasses import replace

from ivr.core.alerts import Incident, Measure, Over
from ivr.core.webhooks import Event
from ivr.ledger import Ledger, calls, errands, forgetting, incidents, webhooks
from ivr.ledger.errands import Errand
from tests.ledger.test_calls import CALL, arrived

NOW = 1_795_399_200_000


def claimed(ledger: Ledger) -> Errand:
    with ledger.transaction() as tx:
        errand = errands.claim(tx, "tell", NOW, 1_000)
    assert errand
    return errand


def test_an_event_is_put_down_once_and_only_if_somebody_wants_it(ledger: Ledger) -> None:
    with ledger.transaction() as tx:
        webhooks.subscribe(tx, [Event.CALL_ENDED, Event.ALERT])
        for _ in range(2):
            webhooks.happened(tx, Event.CALL_ENDED, "CA1", "CA1", NOW)
            webhooks.happened(tx, Event.CALL_STARTED, "CA1", "CA1", NOW)
        webhooks.happened(tx, Event.ALERT, "i1:began", None, NOW)
    assert webhooks.what(claimed(ledger)) == (Event.CALL_ENDED, "CA1")
    assert webhooks.what(claimed(ledger)) == (Event.ALERT, "i1:began")
    with ledger.transaction() as tx:
        assert errands.claim(tx, "tell", NOW, 1_000) is None
        assert webhooks.errand_of(tx, Event.CALL_ENDED, "CA1") is not None
        assert webhooks.errand_of(tx, Event.CALL_STARTED, "CA1") is None


def test_of_one_call_the_first_is_told_first_and_calls_the_next(ledger: Ledger) -> None:
    with ledger.transaction() as tx:
        webhooks.subscribe(tx, Event)
        webhooks.happened(tx, Event.CALL_STARTED, "CA1", "CA1", NOW)
        webhooks.happened(tx, Event.CALL_ENDED, "CA1", "CA1", NOW)
        webhooks.happened(tx, Event.CALL_STARTED, "CA2", "CA2", NOW)
    first, second, other = claimed(ledger), claimed(ledger), claimed(ledger)
    with ledger.transaction() as tx:
        assert [webhooks.is_behind(tx, each) for each in (first, second, other)] == [False, True, False]
        errands.retry(tx, second, NOW + 900_000, "what happened before is told first")
    with ledger.transaction() as tx:
        errands.done(tx, first.id, {}, NOW)
        webhooks.go_on(tx, first, NOW, everywhere=False)
    assert claimed(ledger).id == second.id


def test_a_call_is_told_however_its_end_and_its_begin_come(ledger: Ledger) -> None:
    with ledger.transaction() as tx:
        webhooks.subscribe(tx, Event)
    arrived(ledger)
    with ledger.transaction() as tx:
        told = tx.rows("SELECT once, call FROM errand WHERE kind = 'tell' ORDER BY id", {})
    assert told == [(f"call_started:{CALL.id}", CALL.id)]
    with ledger.transaction() as tx:
        assert webhooks.stuck_since(tx, CALL.started_at + 1) == 1
        assert calls.count_open(tx) == 1


LONG = Incident("i1", "long", Measure.LONGEST_WAIT, 180.0, ("sales",), NOW, 190.0, 190.0)


def test_an_incident_is_open_once_and_ends_once(ledger: Ledger) -> None:
    with ledger.transaction() as tx:
        assert incidents.begin(tx, LONG) is True
        assert incidents.begin(tx, replace(LONG, id="i2")) is False
        errand = errands.wish(tx, "letter", None, {}, NOW, NOW)
        incidents.tell(tx, "i1", "mail", "boss@example.com", errand, end=False)
    over = replace(LONG, worst=300.0, ended_at=NOW + 1, over=Over.WELL)
    with ledger.transaction() as tx:
        assert incidents.still_open(tx) == [LONG]
        assert incidents.change(tx, over) is True
        assert incidents.change(tx, replace(over, ended_at=NOW + 2)) is False
        assert incidents.begin(tx, replace(LONG, id="i3", opened_at=NOW + 5)) is True
    with ledger.reading() as tx:
        assert incidents.over(tx) == [over]
        assert incidents.over(tx, (NOW, "i1")) == []
        (word,) = incidents.words(tx, [over])
    assert (word.means, word.to, word.state, word.end) == ("mail", "boss@example.com", "waiting", False)


def test_what_is_left_of_a_call_that_is_forgotten(ledger: Ledger) -> None:
    arrived(ledger)
    with ledger.transaction() as tx:
        tx.run("UPDATE call SET ended_at = started_at, caller = '+84901234567'", {})
        old = forgetting.old_calls(tx, CALL.started_at + 1, (0, ""), 10)
        assert old == [(CALL.started_at, CALL.id)]
        assert forgetting.old_calls(tx, CALL.started_at, (0, ""), 10) == []
        for _ in range(2):
            forgetting.forget_details(tx, [CALL.id], NOW)
        assert tx.row("SELECT caller, pressed, memory FROM call", {}) == (
            *(tx.seal.pseudonym("+84901234567"), "", "[[],[],{},[]]"),
        )
        assert forgetting.old_calls(tx, CALL.started_at + 1, (0, ""), 10) == []
        assert forgetting.forget_words(tx, NOW, 10) == 0
