"""Rows by the thousand, and the tallies made of them, on both databases."""

from collections.abc import Mapping

import pytest

from ivr.core.figures.behind import LISTS, Behind
from ivr.core.figures.folding import Key, Sums, count, fold
from ivr.core.figures.question import ALL, Only
from ivr.core.figures.records import Records
from ivr.core.figures.tally import QUARTER_MS, View, total
from ivr.core.surveys import Answer, Question
from ivr.ledger import Ledger, bulk, lost, surveys
from ivr.ledger.bulk import NO_MEMORY, Rows, batches, put_down, take_out
from ivr.ledger.reports import behind, records, rolling_up, tallies, waits
from ivr.ledger.reports.rolling_up import count_again, first_stale, pieces
from ivr.ledger.reports.wall_clock import hour_of

MIDNIGHT = 1_795_392_000_000
HOUR, DAY = 3_600_000, 86_400_000
CALLS = 450


def a_day(ledger: Ledger) -> None:
    """Callers of whom two in three are answered, by an agent who is there from midnight on."""
    rows = Rows()
    rows.add("span", "an", "ready", "", "idle", MIDNIGHT, MIDNIGHT + 5 * HOUR)
    for n in range(CALLS):
        call, at = f"made.{n:08x}", MIDNIGHT + n * 40_000
        called, outcome = ("+8428", "+8424")[n % 2], ("answered", "answered", "abandoned")[n % 3]
        rows.add(
            "call",
            *(
                call,
                "+84901",
                called,
                1,
                "vi",
                at,
                at,
                0,
                0,
                1,
                0,
                "",
                NO_MEMORY,
                "hung_up",
                0.0,
                at + 30_000,
            ),
            "a test",
        )
        rows.add(
            "visit",
            *(f"{call}.1", call, "call", "sales", "vi", at, at, at, at, None, None, outcome),
            *("agent" if outcome == "answered" else "goodbye", at + 10_000 + n, None),
        )
    with ledger.transaction() as tx:
        bulk.staff(tx, ["An"], MIDNIGHT)
    for table, some in batches(rows):
        with ledger.transaction() as tx:
            put_down(tx, table, some, MIDNIGHT, MIDNIGHT + 5 * HOUR)


def test_what_is_put_down_is_counted_and_its_day_is_the_sum_of_its_quarters(ledger: Ledger) -> None:
    a_day(ledger)
    a_day(ledger)  # told twice, it is the same calls
    assert count_again(ledger, "UTC", MIDNIGHT + DAY + HOUR) is True
    with ledger.reading() as tx:
        assert first_stale(tx) is None
        made_of = pieces(tx, "UTC", MIDNIGHT, MIDNIGHT + DAY, days=True)
        assert made_of == [(tallies.DAY, MIDNIGHT, MIDNIGHT + DAY)]
        quarters = [(tallies.QUARTER, MIDNIGHT, MIDNIGHT + DAY)]
        for view in View:
            by_day = total(tally for _, tally in tallies.added_up(tx, view, made_of, ()))
            by_quarter = total(tally for _, tally in tallies.added_up(tx, view, quarters, ()))
            counted = fold(records.of(tx, MIDNIGHT, MIDNIGHT + DAY)).items()
            by_hand = total(tally for key, tally in counted if key.view is view)
            assert by_day == by_quarter == by_hand
        (_, line), *_ = tallies.added_up(tx, View.LINE, made_of, ())
        assert (line.offered, line.answered, line.abandoned) == (CALLS, CALLS * 2 // 3, CALLS // 3)
        assert line.returned == line.known - 1, "all but the first had been answered before"
        hour = hour_of("at", MIDNIGHT, MIDNIGHT + DAY, "Etc/GMT+1")
        hours = dict(tallies.added_up(tx, View.LINE, quarters, (hour, "called")))
        assert sum(tally.offered for tally in hours.values()) == CALLS
        assert {hour for hour, _ in hours} == {23, 0, 1, 2, 3}, "by clocks an hour behind"
        assert waits.waiting_at(tx, MIDNIGHT + 5_000, ALL) == 1
        assert waits.waiting_at(tx, MIDNIGHT + DAY, ALL) == 0
        assert len(waits.of(tx, MIDNIGHT, MIDNIGHT + DAY, ALL)) == CALLS


def test_the_longest_wait_is_of_those_who_left_the_line_since(ledger: Ledger) -> None:
    a_day(ledger)
    last = CALLS - 1  # who comes as the nth waits 10 s and n ms
    ended = MIDNIGHT + last * 40_000 + 10_000 + last
    with ledger.reading() as tx:
        assert waits.longest(tx, MIDNIGHT, 0, ALL) == 10_000 + last
        assert waits.longest(tx, ended, 10_000, Only(frozenset({"sales"}))) == 10_000 + last
        assert waits.longest(tx, ended, 10_000 + last, ALL) is None, "none waited longer"
        assert waits.longest(tx, ended + 1, 0, ALL) is None, "none ended since"
        assert waits.longest(tx, MIDNIGHT, 0, Only(frozenset({"repair"}))) is None


def test_who_was_out_of_the_line_within_any_time_is_counted_from_the_visits(ledger: Ledger) -> None:
    a_day(ledger)
    quarter = f"visit.ended_at - visit.ended_at % {QUARTER_MS}"
    with ledger.reading() as tx:
        whole = (MIDNIGHT, MIDNIGHT + DAY)
        ((row, counts),) = waits.within(tx, whole, ("queue",), {"sales": 10_100}, ALL)
        by_number = dict(waits.within(tx, whole, ("called", quarter), {"sales": 10_100, "none": 1}, ALL))
    first = range(101)  # who comes as the nth waits 10 s and n ms
    assert row == ("sales",)
    assert counts == {
        "answered_in_target": sum(n % 3 < 2 for n in first),
        "abandoned_in_target": sum(n % 3 == 2 for n in first),
        "callback_in_target": 0,
    }
    assert sum(each["answered_in_target"] for each in by_number.values()) == counts["answered_in_target"]
    assert {number for number, _ in by_number} == {"+8428", "+8424"}
    assert {at % QUARTER_MS for _, at in by_number} == {0}


def test_every_list_of_calls_is_read_and_counted(ledger: Ledger) -> None:
    a_day(ledger)
    with ledger.reading() as tx:
        for name in LISTS:
            asked = Behind(
                name, MIDNIGHT, MIDNIGHT + DAY, {"called": frozenset({"+1"})}, 1, 0, "Europe/Berlin"
            )
            assert behind.count(tx, asked, CALLS) == len(behind.lines(tx, asked, CALLS))
        offered = [Behind("offered", MIDNIGHT, MIDNIGHT + DAY, hour=hour) for hour in range(24)]
        assert sum(behind.count(tx, each, CALLS) for each in offered) == CALLS
        by_hour = tallies.by_hour_of_week(tx, View.LINE, "offered", MIDNIGHT, MIDNIGHT + DAY, "UTC", ALL)
        assert by_hour == {}, "nothing is counted yet"
    count_again(ledger, "UTC", MIDNIGHT + DAY + HOUR)
    with ledger.reading() as tx:
        by_hour = tallies.by_hour_of_week(tx, View.LINE, "offered", MIDNIGHT, MIDNIGHT + DAY, "UTC", ALL)
        assert sum(by_hour.values()) == CALLS
        assert {hour for _, hour in by_hour} == {
            hour for hour, each in enumerate(offered) if behind.count(tx, each, CALLS)
        }
        found = lost.callers(tx, MIDNIGHT, "", CALLS)
        assert [(caller.number, caller.times) for caller in found] == [("+84901", CALLS // 3)]


def test_what_is_taken_out_is_counted_no_more(ledger: Ledger) -> None:
    a_day(ledger)
    count_again(ledger, "UTC", MIDNIGHT + DAY + HOUR)
    with ledger.transaction() as tx:
        take_out(tx, "made", 0, MIDNIGHT + DAY)
    count_again(ledger, "UTC", MIDNIGHT + DAY + HOUR)
    with ledger.reading() as tx:
        made_of = pieces(tx, "UTC", MIDNIGHT, MIDNIGHT + DAY, days=True)
        assert list(tallies.added_up(tx, View.LINE, made_of, ())) == []
        assert list(tallies.added_up(tx, View.CALL, made_of, ())) == []


def test_in_another_zone_the_days_are_others(ledger: Ledger) -> None:
    a_day(ledger)
    count_again(ledger, "UTC", MIDNIGHT + DAY + HOUR)
    count_again(ledger, "Asia/Ho_Chi_Minh", MIDNIGHT + 2 * DAY)
    with ledger.reading() as tx:
        assert pieces(tx, "UTC", MIDNIGHT, MIDNIGHT + DAY, days=True) == [
            (tallies.QUARTER, MIDNIGHT, MIDNIGHT + DAY)
        ], "in a zone that is not the hotline's, a day is made of its quarters"
        since = MIDNIGHT - 7 * HOUR
        there = pieces(tx, "Asia/Ho_Chi_Minh", since, since + DAY, days=True)
        assert there == [(tallies.DAY, since, since + DAY)]
        (_, line), *_ = tallies.added_up(tx, View.LINE, there, ())
        assert line.offered == CALLS


def test_what_lies_ahead_of_the_clock_is_of_the_days_of_the_new_zone_too(ledger: Ledger) -> None:
    """Another system's clock may have been fast."""
    a_day(ledger)
    saigon = "Asia/Ho_Chi_Minh"
    for zone in ("UTC", saigon):
        count_again(ledger, zone, MIDNIGHT - 2 * DAY)
    since = MIDNIGHT - 7 * HOUR
    for now in (MIDNIGHT - 2 * DAY, MIDNIGHT + 2 * DAY):
        count_again(ledger, saigon, now)
        with ledger.reading() as tx:
            made_of = pieces(tx, saigon, since, since + DAY, days=True)
            (_, line), *_ = tallies.added_up(tx, View.LINE, made_of, ())
        assert line.offered == CALLS


def test_whoever_counts_for_the_zone_of_yesterday_leaves_it_to_others(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A process that has not heard yet of the new zone must not mark days that are none any more."""
    a_day(ledger)
    now, saigon = MIDNIGHT + 2 * DAY, "Asia/Ho_Chi_Minh"

    def meanwhile(some: Records) -> Mapping[Key, Sums]:
        assert not count_again(ledger, saigon, now, seconds=-1), (
            "it sees to its days, and has no time for more"
        )
        return count(some)

    monkeypatch.setattr(rolling_up, "count", meanwhile)
    assert not count_again(ledger, "UTC", now), "it says that it has not counted all"
    monkeypatch.undo()
    count_again(ledger, saigon, now)
    since = MIDNIGHT - 7 * HOUR
    with ledger.reading() as tx:
        days = tx.rows("SELECT at FROM line_tally WHERE minutes = 1440 GROUP BY at", {})
        (_, line), *_ = tallies.added_up(tx, View.LINE, [(tallies.DAY, since, since + DAY)], ())
    assert days == [(since,)]
    assert line.offered == CALLS


def question(call: str, question: Question, at: int, value: int | None = None) -> Answer:
    return Answer(call, f"survey.{question}", question, at, answered_at=at + 5_000, value=value)


def test_an_answer_counts_where_its_survey_began_however_late_it_comes(ledger: Ledger) -> None:
    a_day(ledger)
    with ledger.transaction() as tx:
        surveys.asked(tx, question("made.00000000", Question.SATISFACTION, MIDNIGHT + HOUR - 1_000))
        surveys.asked(tx, question("made.00000001", Question.SATISFACTION, MIDNIGHT + HOUR))
    count_again(ledger, "UTC", MIDNIGHT + DAY + HOUR)
    with ledger.transaction() as tx:
        surveys.answered(tx, question("made.00000000", Question.SATISFACTION, MIDNIGHT + HOUR, 5))
        surveys.asked(tx, question("made.00000000", Question.RECOMMENDATION, MIDNIGHT + 2 * HOUR))
        surveys.answered(tx, question("made.00000000", Question.RECOMMENDATION, MIDNIGHT + 2 * HOUR, 6))
    count_again(ledger, "UTC", MIDNIGHT + DAY + HOUR)
    with ledger.reading() as tx:
        quarters = [(tallies.QUARTER, MIDNIGHT, MIDNIGHT + DAY)]
        counted = dict(tallies.added_up(tx, View.CALL, quarters, ("at", "called", "language")))
        said = {key: tally for key, tally in counted.items() if tally.surveys_asked}
    first, second = said[MIDNIGHT + HOUR - QUARTER_MS, "+8428", "vi"], said[MIDNIGHT + HOUR, "+8424", "vi"]
    assert (first.surveys_asked, first.surveys_answered, first.satisfied, first.detractors) == (1, 1, 1, 1)
    assert (second.surveys_asked, second.surveys_answered, second.rated) == (1, 0, 0)
    assert len(said) == 2
