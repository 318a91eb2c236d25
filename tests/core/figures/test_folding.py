"""From records to tallies: what counts as what, and in which quarter hour."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from ivr.core.calls import Ending, Outcome
from ivr.core.figures.folding import Key, fold
from ivr.core.figures.records import (
    Asked,
    Call,
    Ended,
    Entered,
    Offer,
    Pass,
    Promise,
    Records,
    Span,
    Surveyed,
    Talk,
)
from ivr.core.figures.tally import NO_WAITS, NOTHING, QUARTER_MS, Tally, View, total
from ivr.core.line.estimate import Estimate
from ivr.core.line.visits import Kind, Left, WentTo
from ivr.ledger.callbacks import Over

NINE = 1_795_399_200_000
"""A quarter of an hour begins."""

LINE = ("sales", "vi", "+8428")


def records(**some: Any) -> Records:
    none: dict[str, Any] = {name: [] for name in Records._fields}
    return Records(**none | some)


def ended(outcome: Left, wait: int, at: int = NINE + 60_000, **more: Any) -> Ended:
    given: dict[str, Any] = {
        "kind": Kind.CALL,
        "first_at": at - wait,
        "went_to": WentTo.AGENT,
        "target": 20_000,
    } | more
    return Ended(*LINE, entered_at=at - wait, at=at, outcome=outcome, **given)


def of_line(*visits: Ended) -> Tally:
    (tally,) = fold(records(ended=list(visits))).values()
    return tally


def test_a_visit_is_offered_where_it_began_and_answered_where_it_was() -> None:
    entered = Entered(*LINE, Kind.CALL, NINE - 1)
    answered = ended(Left.ANSWERED, 60_001)
    tallies = fold(records(entered=[entered], ended=[answered]))
    assert {(key.at, tally.offered, tally.answered) for key, tally in tallies.items()} == {
        (NINE - QUARTER_MS, 1, 0),
        (NINE, 0, 1),
    }
    assert {key[2:5] for key in tallies} == {LINE}


def test_within_target_is_up_to_its_last_millisecond() -> None:
    assert of_line(ended(Left.ANSWERED, 20_000)).answered_in_target == 1
    assert of_line(ended(Left.ANSWERED, 20_001)).answered_in_target == 0
    assert of_line(ended(Left.ABANDONED, 20_000)).abandoned_in_target == 1
    assert of_line(ended(Left.CALLBACK, 20_000, went_to=WentTo.GOODBYE)).callback_in_target == 1


def test_a_visit_is_measured_by_what_was_promised_then_and_else_by_20_seconds() -> None:
    assert of_line(ended(Left.ANSWERED, 30_000, target=30_000)).answered_in_target == 1
    assert of_line(ended(Left.ANSWERED, 20_000, target=None)).answered_in_target == 1
    assert of_line(ended(Left.ANSWERED, 20_001, target=None)).answered_in_target == 0


def test_who_hangs_up_within_five_seconds_has_abandoned_shortly() -> None:
    tally = of_line(ended(Left.ABANDONED, 5_000), ended(Left.ABANDONED, 5_001), ended(Left.ABANDONED, 0))
    assert (tally.abandoned, tally.short_abandoned, tally.abandoned_wait) == (3, 2, 10_001)
    assert tally.abandoned_waits == (2, 1, *NO_WAITS[2:])
    assert tally.longest_wait == 5_001


def test_who_leaves_another_way_is_counted_by_how_and_where_to() -> None:
    tally = of_line(
        ended(Left.KEY, 1, went_to=WentTo.VOICEMAIL),
        ended(Left.TIMEOUT, 1, went_to=WentTo.VOICEMAIL),
        ended(Left.CLOSED, 1, went_to=WentTo.MENU),
        ended(Left.ERROR, 1, went_to=WentTo.GOODBYE),
    )
    assert (tally.key, tally.timeout, tally.closed, tally.error) == (1, 1, 1, 1)
    assert (tally.to_voicemail, tally.to_menu, tally.to_goodbye) == (2, 1, 0)
    assert tally.other_wait == 4


def test_the_caller_waits_in_all_lines_of_their_call_and_may_have_been_told_how_long() -> None:
    told = Estimate(20, 40)
    start = NINE + 60_000 - 90_000
    tally = of_line(ended(Left.ANSWERED, 90_000, before=30_000, told=told, told_at=start))
    assert (tally.answered_wait, tally.caller_wait) == (90_000, 120_000)
    assert (tally.estimated, tally.estimate_kept, tally.estimate_error) == (1, 0, 50_000)
    assert of_line(ended(Left.ANSWERED, 30_000, told=told, told_at=NINE + 30_000)).estimate_kept == 1


def test_who_comes_back_was_not_helped_and_a_withheld_number_tells_nothing() -> None:
    tally = of_line(
        ended(Left.ANSWERED, 1, returned=True),
        ended(Left.ANSWERED, 1, returned=False),
        ended(Left.ANSWERED, 1, returned=None),
    )
    assert (tally.answered, tally.known, tally.returned) == (3, 2, 1)


def test_who_is_called_back_is_in_columns_of_their_own() -> None:
    tally = of_line(ended(Left.ANSWERED, 10, kind=Kind.CALLBACK, first_at=NINE - 600_000))
    assert tally == Tally(callbacks_answered=1, callback_wait=660_000)
    assert fold(records(entered=[Entered(*LINE, Kind.CALLBACK, NINE)])) == {}
    promises = fold(
        records(
            asked=[Asked(*LINE, NINE)],
            promises=[Promise(*LINE, NINE, "reached", 2), Promise(*LINE, NINE, "moved", 0)],
        )
    )
    assert list(promises.values()) == [
        Tally(callbacks_asked=1, callbacks_reached=1, callbacks_moved=1, callback_tries=2)
    ]


def test_a_promise_counts_however_it_ended() -> None:
    endings = [Promise(*LINE, NINE, str(over), 0) for over in Over]
    [tally] = fold(records(promises=endings)).values()
    assert tally == Tally(
        callbacks_reached=1,
        callbacks_not_reached=1,
        callbacks_elsewhere=1,
        callbacks_moved=1,
        callbacks_expired=2,
    ), "one was called off"


def talk(**more: Any) -> Talk:
    given: dict[str, Any] = {
        "agent": "an",
        "kind": Kind.CALL,
        "taken_at": NINE,
        "answered_at": NINE + 2_000,
        "began_at": NINE + 2_000,
        "held": 10_000,
        "talk_ended_at": NINE + 62_000,
        "at": NINE + 70_000,
        "inferred": False,
        "sent_on": False,
    }
    return Talk(*LINE, **given | more)


def test_a_conversation_counts_in_its_line_and_with_its_agent() -> None:
    tallies = fold(records(talks=[talk(sent_on=True, inferred=True)]))
    one = Tally(handled=1, talk=50_000, hold=10_000, wrap_up=8_000, sent_on=1, inferred=1)
    assert tallies == {
        Key(View.LINE, NINE, *LINE): one,
        Key(View.AGENT, NINE, "sales", agent="an"): one,
    }


def test_time_belongs_to_who_talked() -> None:
    asked_only = fold(records(talks=[talk(kind=Kind.CONSULT, began_at=None)]))
    assert set(asked_only.values()) == {Tally(consults=1, consult=60_000)}
    kept = fold(records(talks=[talk(kind=Kind.CONSULT, began_at=NINE + 42_000)]))
    assert {each.talk for each in kept.values()} == {10_000}
    out = fold(records(talks=[talk(kind=Kind.OUTBOUND)]))
    assert set(out.values()) == {
        Tally(calls_out=1, dialling=2_000, talk_out=50_000, hold_out=10_000, wrap_up_out=8_000)
    }


def test_an_offer_counts_with_its_agent_by_its_end() -> None:
    endings = ("accepted", "declined", "missed", "caller_gone", "withdrawn")
    tallies = fold(records(offers=[Offer("an", "sales", NINE, ending) for ending in endings]))
    offered = Tally(offers=5, accepted=1, declined=1, missed=1, caller_gone=1, withdrawn=1)
    assert tallies == {
        Key(View.AGENT, NINE, "sales", agent="an"): offered,
        Key(View.FLOOR, NINE, "sales"): offered,
    }


def test_how_agents_stood_is_cut_at_the_edges() -> None:
    spans = [
        Span("an", "ready", "idle", NINE - 1_000, NINE + 2_000),
        Span("an", "ready", "talking", NINE + 2_000, NINE + 5_000),
        Span("an", "on_break", "wrapping_up", NINE + 5_000, NINE + 9_000),
        Span("an", "on_break", "idle", NINE + 9_000, NINE + 14_000),
        Span("an", "signed_out", "idle", NINE + 14_000, NINE + 99_000),
    ]
    spans.append(Span("binh", "ready", "idle", NINE, NINE + 100))
    first, then = Tally(idle=1_000), Tally(idle=2_000, talking=3_000, wrapping_up=4_000, on_break=5_000)
    assert fold(records(spans=spans)) == {
        Key(View.AGENT, NINE - QUARTER_MS, agent="an"): first,
        Key(View.AGENT, NINE, agent="an"): then,
        Key(View.AGENT, NINE, agent="binh"): Tally(idle=100),
        Key(View.FLOOR, NINE - QUARTER_MS): first,
        Key(View.FLOOR, NINE): then + Tally(idle=100),
    }


def call(outcome: Outcome | None, **more: Any) -> Call:
    return Call("+8428", "vi", NINE + 1, outcome, **more)


def of_calls(*calls: Call) -> Tally:
    return total(tally for key, tally in fold(records(calls=list(calls))).items() if key.view is View.CALL)


TOLD = (Pass("told", None, Ending.WENT_ON, 0, 0, goal=True),)


def test_a_call_was_contained_given_up_routed_or_turned_away() -> None:
    tally = of_calls(
        call(Outcome.GOODBYE, passes=TOLD),
        call(Outcome.HUNG_UP, passes=TOLD),
        call(Outcome.GOODBYE),
        call(Outcome.HUNG_UP),
        call(Outcome.LOST),
        call(Outcome.HUNG_UP, left=(Left.ABANDONED,), passes=TOLD),
        call(Outcome.GOODBYE, left=(Left.TIMEOUT,)),
        call(Outcome.MESSAGE),
        call(Outcome.HUNG_UP, message=True),
        call(Outcome.CONNECTED),
        call(Outcome.BLOCKED),
        call(Outcome.TOO_MANY),
        call(None),
    )
    assert tally == Tally(arrived=13, contained=2, gave_up=3, routed=5, blocked=1, too_many=1, open=1)


def test_the_first_answer_of_a_person_counts_from_the_arrival() -> None:
    tally = of_calls(call(Outcome.CONNECTED, answered_at=NINE + 30_001), call(Outcome.CONNECTED))
    assert (tally.reached, tally.first_response, tally.routed) == (1, 30_000, 2)


def passed(step: str, option: str | None, ending: Ending, **failed: int) -> Pass:
    return Pass(step, option, ending, failed.get("silences", 0), failed.get("wrongs", 0))


def test_a_caller_counts_once_and_a_pass_each_time() -> None:
    passes = (
        passed("main", "main.sales", Ending.KEY, wrongs=1),
        passed("main", "main.sales", Ending.KEY),
        passed("main", None, Ending.HUNG_UP, silences=1),
    )
    tallies = fold(records(calls=[call(Outcome.HUNG_UP, passes=passes)]))
    of_option = {key[-1]: tally for key, tally in tallies.items() if key.view is View.OPTION}
    assert of_option == {
        "main.sales": Tally(passes=2, callers=1, picked=2, wrongs=1),
        "": Tally(passes=1, callers=1, hung_up=1, silences=1),
    }


def test_who_is_turned_away_at_the_door_never_entered() -> None:
    passes = (
        passed("sales", None, Ending.CLOSED),
        passed("support", None, Ending.FULL),
        passed("support", None, Ending.CLOSED),
        passed("urgent", None, Ending.NO_AGENTS),
    )
    tallies = fold(records(calls=[call(Outcome.GOODBYE, left=(Left.CLOSED,), passes=passes)]))
    of_queue = {key.queue: tally for key, tally in tallies.items() if key.view is View.LINE}
    assert of_queue == {
        "support": Tally(full_at_door=1, closed_at_door=1),
        "urgent": Tally(no_agents_at_door=1),
    }, "the first that was closed had entered, and was led out"


TALLIES = st.builds(
    Tally,
    offered=st.integers(0, 9),
    talk=st.integers(0, 99_999),
    longest_wait=st.integers(0, 99_999),
    answered_waits=st.tuples(*[st.integers(0, 9)] * len(NO_WAITS)),
)


@given(TALLIES, TALLIES, TALLIES)
def test_tallies_add_up_in_any_order(one: Tally, two: Tally, three: Tally) -> None:
    assert (one + two) + three == one + (two + three) == total([three, one, two])
    assert one + NOTHING == one


VISITS = st.builds(
    ended,
    st.sampled_from(Left),
    st.integers(0, 4_000_000),
    st.integers(NINE, NINE + 3 * QUARTER_MS),
    went_to=st.sampled_from(WentTo),
    returned=st.sampled_from([True, False, None]),
)
SPANS = st.builds(
    lambda activity, since, takes: Span("an", "ready", activity, since, since + takes),
    st.sampled_from(["idle", "offered", "talking", "wrapping_up"]),
    st.integers(NINE, NINE + 3 * QUARTER_MS),
    st.integers(0, 2 * QUARTER_MS),
)
SOME = st.builds(
    lambda visits, spans: records(ended=visits, spans=spans),
    st.lists(VISITS, max_size=5),
    st.lists(SPANS, max_size=5),
)


@given(SOME, SOME)
def test_to_count_two_halves_is_to_count_the_whole(one: Records, two: Records) -> None:
    whole = Records._make([*first, *second] for first, second in zip(one, two, strict=True))
    halves = (fold(one), fold(two))
    keys = halves[0].keys() | halves[1].keys()
    assert {key: total(half.get(key, NOTHING) for half in halves) for key in keys} == fold(whole)


@given(st.lists(SPANS, max_size=5))
def test_no_millisecond_of_an_agent_is_lost_or_counted_twice(spans: list[Span]) -> None:
    tallies = fold(records(spans=spans)).items()
    for view in (View.AGENT, View.FLOOR):
        counted = total(tally for key, tally in tallies if key.view is view)
        every = counted.idle + counted.ringing + counted.talking + counted.wrapping_up
        assert every == sum(span.until - span.since for span in spans)


def surveyed(queue: str | None = "sales", agent: str | None = "an", **said: int) -> Surveyed:
    return Surveyed(queue, "vi", "+8428", agent, NINE, bool(said), **said)


def test_what_callers_say_counts_for_the_number_the_line_and_the_agent() -> None:
    tallies = fold(
        records(
            surveys=[
                surveyed(satisfaction=4, recommendation=9, solved=1),
                surveyed(satisfaction=3, recommendation=8, solved=2),
                surveyed(recommendation=6),
                surveyed(),
            ]
        )
    )
    said = Tally(
        surveys_asked=4,
        surveys_answered=3,
        rated=2,
        satisfied=1,
        recommending=3,
        promoters=1,
        detractors=1,
        solving=2,
        solved=1,
    )
    assert tallies == {
        Key(View.CALL, NINE, language="vi", called="+8428"): said,
        Key(View.LINE, NINE, *LINE): said,
        Key(View.AGENT, NINE, "sales", agent="an"): said,
    }


def test_who_talked_with_nobody_is_asked_about_the_call_alone() -> None:
    tallies = fold(records(surveys=[surveyed(None, None, solved=1)]))
    assert {key.view for key in tallies} == {View.CALL}
