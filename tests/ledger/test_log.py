"""The log: calls newest first, the ones that are wanted, and the story of each."""

from dataclasses import replace

import pytest

from ivr.core.calls import Outcome
from ivr.ledger import Ledger, bulk, calls, events, imported, legs, log, messages, recordings
from ivr.ledger.log import Wanted
from tests.ledger.test_calls import CALL, MAIN, START, arrived, moved


@pytest.fixture
def busy(ledger: Ledger) -> Ledger:
    """A ledger with four calls: one talked to sales, one left word, one was blocked, one is on the line."""
    arrived(ledger, replace(CALL, id="CA1", started_at=START))
    with ledger.transaction() as tx:
        calls.move(tx, replace(moved(CALL), started_at=START), (MAIN,), b"2")
        calls.end(tx, "CA1", Outcome.CONNECTED, START + 60_000, None, "carrier")
    arrived(ledger, replace(CALL, id="CA2", caller="+4930111", started_at=START + 1_000))
    with ledger.transaction() as tx:
        recording = recordings.add(tx, "CA2", "RE2", "message", 3, START + 2_000, message=True)
        messages.leave(tx, replace(CALL, id="CA2"), "office", recording, START + 2_000)
        (message,) = messages.waiting(tx)
        messages.annotate(tx, message.id, "Wants an INVOICE, 100%")
        calls.end(tx, "CA2", Outcome.MESSAGE, START + 50_000, None, "carrier")
    blocked = replace(CALL, id="CA3", caller="+4930112", place=None, outcome=Outcome.BLOCKED)
    arrived(ledger, replace(blocked, started_at=START + 1_000, ended_at=START + 1_000))
    arrived(ledger, replace(CALL, id="CA4", caller=None, started_at=START + 3_000))
    return ledger


@pytest.mark.parametrize(
    ("wanted", "ids"),
    [
        (Wanted(), ["CA4", "CA3", "CA2", "CA1"]),
        (Wanted(since=START + 1_000), ["CA4", "CA3", "CA2"]),
        (Wanted(until=START + 1_000), ["CA1"]),
        (Wanted(since=START + 1_000, until=START + 3_000), ["CA3", "CA2"]),
        (Wanted(number="+84900000001"), ["CA1"]),
        (Wanted(number="4930"), ["CA3", "CA2"]),
        (Wanted(number=" "), ["CA4", "CA3", "CA2", "CA1"]),
        (Wanted(outcome=Outcome.MESSAGE), ["CA2"]),
        (Wanted(outcome=Outcome.LOST), []),
        (Wanted(open=True), ["CA4"]),
        (Wanted(text="Sales"), ["CA1"]),
        (Wanted(text="invoice"), ["CA2"]),
        (Wanted(text="100%"), ["CA2"]),
        (Wanted(text="1_0%"), []),
        (Wanted(text="+4930112"), ["CA3"]),
        (Wanted(text="4930", outcome=Outcome.BLOCKED), ["CA3"]),
    ],
    ids=str,
)
def test_the_log_shows_what_is_wanted(busy: Ledger, wanted: Wanted, ids: list[str]) -> None:
    with busy.reading() as tx:
        assert [line.id for line in log.newest(tx, wanted)] == ids


@pytest.mark.parametrize("text", ["đã gọi lại", "Đã Gọi", "ÁO DÀI"])
def test_a_text_is_found_in_capital_and_in_small_letters_of_every_language(busy: Ledger, text: str) -> None:
    with busy.transaction() as tx:
        (message,) = messages.waiting(tx)
        messages.annotate(tx, message.id, "Đã gọi lại: áo dài")
    with busy.reading() as tx:
        assert [line.id for line in log.newest(tx, Wanted(text=text))] == ["CA2"]


@pytest.mark.parametrize("number", ["sip:An@", "AN@PBX"])
def test_an_address_is_found_however_it_is_written(busy: Ledger, number: str) -> None:
    arrived(busy, replace(CALL, id="CA5", caller="sip:An@pbx.example"))
    with busy.reading() as tx:
        assert [line.id for line in log.newest(tx, Wanted(number=number))] == ["CA5"]


def test_the_log_is_read_page_by_page(busy: Ledger) -> None:
    with busy.reading() as tx:
        first = log.newest(tx, most=2)
        rest = log.newest(tx, after=(first[-1].started_at, first[-1].id))
    assert [line.id for line in [*first, *rest]] == ["CA4", "CA3", "CA2", "CA1"]
    assert [line.id for line in log.every(busy, page=2)] == ["CA4", "CA3", "CA2", "CA1"]
    assert [line.id for line in log.every(busy, Wanted(open=True))] == ["CA4"]


@pytest.mark.parametrize("window", [1, 2, 3, 4, 5])
def test_what_no_index_knows_is_looked_for_window_by_window(
    busy: Ledger, monkeypatch: pytest.MonkeyPatch, window: int
) -> None:
    monkeypatch.setattr(log, "WINDOW", window)
    wanted = Wanted(number="4930")
    lines, rest = log.search(busy, wanted, most=1)
    assert ([line.id for line in lines], rest) == (["CA3"], (lines[0].started_at, "CA3"))
    lines, rest = log.search(busy, wanted, rest, most=2)
    assert ([line.id for line in lines], rest) == (["CA2"], None)
    assert [line.id for line in log.every(busy, wanted, page=1)] == ["CA3", "CA2"]


def test_when_the_time_is_over_it_is_said_how_far_it_has_been_looked(
    busy: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(log, "WINDOW", 2)
    found = log.search(busy, Wanted(text="sales"), seconds=-1)
    assert found.lines == []
    assert found.rest is not None
    assert found.rest[1] == "CA3"
    rest = log.search(busy, Wanted(text="sales"), found.rest)
    assert [line.id for line in rest.lines] == ["CA1"]
    assert log.search(busy, Wanted(), seconds=-1).rest is None, "nothing is looked for"


def test_a_line_says_who_called_and_what_came_of_it(busy: Ledger) -> None:
    with busy.reading() as tx:
        line = log.newest(tx)[-1]
    assert (line.caller, line.called, line.revision, line.language) == (
        "+84900000001",
        "+842873001234",
        3,
        "vi",
    )
    assert (line.started_at, line.ended_at, line.outcome) == (START, START + 60_000, Outcome.CONNECTED)
    assert (line.talk, line.step, line.inputs) == (0, "sales", 4)


def test_a_line_says_how_long_the_caller_had_a_person(ledger: Ledger) -> None:
    """An agent, and then a party the menus led to; not who was only asked beside them."""
    arrived(ledger, replace(CALL, id="CA1", started_at=START))
    times = (START, START + 10_000, START + 30_000, START + 32_000, START + 92_500)
    answered = ("i7.00000000", *times, "answered", "sales", "an", "+84901", "+8428", "vi", START)
    with ledger.transaction() as tx:
        bulk.staff(tx, ["An", "Binh"], START)
        imported.put_down(tx, [answered], START + 90 * 86_400_000)
        calls.talked(tx, "i7.00000000", 7.5)
    assert {line.id: line.talk for line in lines(ledger)} == {"CA1": 0, "i7.00000000": 68}
    with ledger.transaction() as tx:
        tx.run("UPDATE talk SET held = 20000 WHERE call = :call", {"call": "i7.00000000"})
    assert {line.id: line.talk for line in lines(ledger)} == {"CA1": 0, "i7.00000000": 48}
    with ledger.transaction() as tx:
        tx.run("UPDATE visit SET kind = 'consult'", {})
    assert {line.id: line.talk for line in lines(ledger)} == {"CA1": 0, "i7.00000000": 7.5}


def lines(ledger: Ledger) -> list[log.Line]:
    with ledger.reading() as tx:
        return log.newest(tx)


def test_a_story_holds_everything_of_one_call(busy: Ledger) -> None:
    with busy.transaction() as tx:
        events.note(tx, "CA1", START, "unknown_number", called="+1")
        legs.accept(tx, "CA1", "CB1", 2, START + 5_000)
        story = log.story(tx, "CA1")
    assert story is not None
    assert (story.call.id, story.end_source) == ("CA1", "carrier")
    assert story.values == {"order": "123456", "tên": "Nguyễn “An”"}
    assert story.passes == (MAIN,)
    assert [leg.id for leg in story.legs] == ["CB1"]
    assert [event.kind for event in story.events] == ["unknown_number"]
    assert (story.recordings, story.messages) == ((), ())


def test_a_story_keeps_secrets_to_itself(ledger: Ledger) -> None:
    arrived(ledger, replace(CALL, values={"pin": "4711", "order": "1"}, secrets=frozenset({"pin"})))
    with ledger.reading() as tx:
        story = log.story(tx, "CA1")
    assert story is not None
    assert story.values == {"order": "1"}


def test_there_is_no_story_of_a_call_nobody_knows(ledger: Ledger) -> None:
    with ledger.reading() as tx:
        assert log.story(tx, "CA9") is None


def test_the_story_tells_which_passes_were_goals(ledger: Ledger) -> None:
    arrived(ledger)
    told = replace(MAIN, step="told", goal=True)
    with ledger.transaction() as tx:
        calls.move(tx, moved(CALL), (MAIN, told), b"2")
    with ledger.reading() as tx:
        assert log.passes(tx, "CA1") == [MAIN, told]
