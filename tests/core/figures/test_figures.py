"""Each figure, by an example made by hand."""

from typing import Any

import pytest

from ivr.core.figures.catalogue import FIGURES, everything
from ivr.core.figures.figure import Unit
from ivr.core.figures.tally import BOUNDS, NO_WAITS, NOTHING, Tally, View
from ivr.core.figures.waiting import exact_percentile, oldest_waiting, percentile

LEAVING = {"key": 1, "callback": 2, "timeout": 3, "no_agents": 4, "closed": 5, "transferred": 6}


def waits(**counts: int) -> tuple[int, ...]:
    """So many waits up to each bound: `up_to_20=3`."""
    places = {f"up_to_{bound}": place for place, bound in enumerate(BOUNDS)}
    made = list(NO_WAITS)
    for name, count in counts.items():
        made[places[name]] = count
    return tuple(made)


EXAMPLES: dict[str, tuple[dict[str, Any], float]] = {
    "offered": ({"offered": 7}, 7),
    "answered": ({"answered": 7}, 7),
    "abandoned": ({"abandoned": 7}, 7),
    "short_abandoned": ({"short_abandoned": 7}, 7),
    "flow_out": (LEAVING, 21),
    "left_by_key": (LEAVING, 1),
    "left_for_callback": (LEAVING, 2),
    "timed_out": (LEAVING, 3),
    "left_empty": (LEAVING, 4),
    "closed_on": (LEAVING, 5),
    "moved_on": (LEAVING, 6),
    "lost_to_errors": ({"error": 7}, 7),
    "went_to_voicemail": ({"to_voicemail": 7}, 7),
    "went_to_queue": ({"to_queue": 7}, 7),
    "went_to_number": ({"to_number": 7}, 7),
    "went_to_menu": ({"to_menu": 7}, 7),
    "said_goodbye": ({"to_goodbye": 7}, 7),
    "turned_away": ({"full_at_door": 1, "closed_at_door": 2, "no_agents_at_door": 4}, 7),
    "average_speed_of_answer": ({"answered": 4, "answered_wait": 50_000, "abandoned_wait": 9}, 12.5),
    "wait_p50": ({"answered_waits": waits(up_to_10=1, up_to_20=2), "longest_wait": 20_000}, 17.5),
    "wait_p90": ({"answered_waits": waits(up_to_10=1, up_to_20=2), "longest_wait": 19_000}, 19),
    "every_wait_p50": (
        {
            "answered_waits": waits(up_to_5=1),
            "abandoned_waits": waits(up_to_30=2),
            "other_waits": waits(up_to_600=1),
            "longest_wait": 400_000,
        },
        25,
    ),
    "every_wait_p90": ({"other_waits": waits(up_to_600=1), "longest_wait": 400_000}, 400),
    "longest_wait": ({"abandoned_waits": waits(up_to_30=1), "longest_wait": 29_500}, 29.5),
    "average_abandon_time": ({"abandoned": 2, "abandoned_wait": 30_000, "answered_wait": 9}, 15),
    "caller_wait": ({"answered": 2, "caller_wait": 90_000, "answered_wait": 9}, 45),
    "service_level": (
        {"offered": 99, "answered": 10, "answered_in_target": 9, "abandoned": 4, "short_abandoned": 2},
        0.75,
    ),
    "service_level_with_flow_outs": (
        {"answered": 10, "answered_in_target": 9, "abandoned": 4, "short_abandoned": 2, "timeout": 6},
        0.5,
    ),
    "service_level_connect": (
        {"offered": 20, "answered_in_target": 9, "abandoned_in_target": 2, "callback_in_target": 4},
        0.75,
    ),
    "service_level_asterisk": ({"answered": 12, "answered_in_target": 9, "abandoned": 5}, 0.75),
    "service_level_asterisk_2": (
        {"answered": 12, "answered_in_target": 9, "abandoned": 4, "abandoned_in_target": 3},
        0.75,
    ),
    "service_level_strict": ({"offered": 12, "answered": 10, "answered_in_target": 9}, 0.75),
    "answered_in_three_minutes": (
        {"offered": 8, "answered_waits": waits(up_to_5=4, up_to_180=2, up_to_300=1)},
        0.75,
    ),
    "abandon_rate": ({"offered": 14, "abandoned": 5, "short_abandoned": 2}, 0.25),
    "abandon_rate_connect": ({"offered": 20, "abandoned": 5, "short_abandoned": 2}, 0.25),
    "estimate_error": ({"estimated": 4, "estimate_error": 50_000}, 12.5),
    "estimates_kept": ({"estimated": 4, "estimate_kept": 3}, 0.75),
    "handled": ({"handled": 7, "consults": 2}, 7),
    "average_talk_time": ({"handled": 4, "talk": 50_000}, 12.5),
    "average_hold_time": ({"handled": 4, "hold": 50_000}, 12.5),
    "average_wrap_up": ({"handled": 4, "wrap_up": 50_000}, 12.5),
    "average_handling_time": ({"handled": 4, "talk": 30_000, "hold": 15_000, "wrap_up": 5_000}, 12.5),
    "total_handling_time": ({"handled": 4, "talk": 30_000, "hold": 15_000, "wrap_up": 5_000}, 50),
    "sent_on_rate": ({"handled": 4, "sent_on": 1}, 0.25),
    "consults": ({"consults": 7}, 7),
    "calls_out": ({"calls_out": 7}, 7),
    "average_handling_out": (
        {"calls_out": 4, "dialling": 20_000, "talk_out": 15_000, "hold_out": 10_000, "wrap_up_out": 5_000},
        12.5,
    ),
    "inferred_answers": ({"handled": 4, "inferred": 1}, 0.25),
    "solved_at_first_call": ({"answered": 9, "known": 8, "returned": 2}, 0.75),
    "offers": ({"offers": 7}, 7),
    "accepted": ({"accepted": 7}, 7),
    "declined": ({"declined": 7}, 7),
    "missed_offers": ({"missed": 7}, 7),
    "caller_gone": ({"caller_gone": 7}, 7),
    "withdrawn": ({"withdrawn": 7}, 7),
    "answer_rate": ({"offers": 9, "accepted": 6, "declined": 1, "missed": 1, "withdrawn": 1}, 0.75),
    "signed_in_time": (
        {"idle": 1_000, "ringing": 2_000, "talking": 3_000, "wrapping_up": 4_000, "on_break": 5_000},
        15,
    ),
    "idle_time": ({"idle": 1_000, "on_break": 5_000}, 1),
    "break_time": ({"idle": 1_000, "on_break": 5_000}, 5),
    "occupancy": (
        {"idle": 1_000, "ringing": 9_000, "talking": 2_000, "wrapping_up": 1_000, "on_break": 7},
        0.75,
    ),
    "utilisation": (
        {"idle": 1_000, "ringing": 1_000, "talking": 3_000, "wrapping_up": 2_000, "on_break": 1_000},
        0.75,
    ),
    "arrived": ({"arrived": 7, "blocked": 2}, 7),
    "turned_away_at_once": ({"blocked": 2, "too_many": 5}, 7),
    "still_open": ({"open": 7}, 7),
    "first_response_time": ({"arrived": 9, "reached": 4, "first_response": 50_000}, 12.5),
    "containment": ({"arrived": 9, "contained": 1, "gave_up": 2, "routed": 5}, 0.125),
    "gave_up_in_menus": ({"contained": 1, "gave_up": 2, "routed": 5}, 0.25),
    "routed": ({"contained": 1, "gave_up": 2, "routed": 5}, 0.625),
    "true_containment": ({"contained": 3, "came_back": 1, "gave_up": 2, "routed": 3}, 0.25),
    "passes": ({"passes": 7}, 7),
    "callers": ({"callers": 7}, 7),
    "picked": ({"picked": 7}, 7),
    "silent": ({"silent": 7, "silences": 9}, 7),
    "wrong": ({"wrong": 7, "wrongs": 9}, 7),
    "hung_up_there": ({"hung_up": 7}, 7),
    "went_on": ({"went_on": 7}, 7),
    "callbacks_asked": ({"callbacks_asked": 7}, 7),
    "callbacks_reached": ({"callbacks_reached": 7}, 7),
    "callbacks_not_reached": ({"callbacks_not_reached": 7}, 7),
    "callbacks_dropped": (
        {"callbacks_elsewhere": 1, "callbacks_moved": 2, "callbacks_expired": 4},
        7,
    ),
    "callback_tries": ({"callbacks_reached": 3, "callbacks_not_reached": 1, "callback_tries": 6}, 1.5),
    "callback_wait": ({"callbacks_answered": 4, "callback_wait": 50_000}, 12.5),
    "satisfaction": ({"rated": 4, "satisfied": 3}, 0.75),
    "net_promoter_score": ({"recommending": 4, "promoters": 1, "detractors": 2}, -25),
    "solved": ({"solving": 4, "solved": 3}, 0.75),
    "response_rate": ({"surveys_asked": 4, "surveys_answered": 3}, 0.75),
}


@pytest.mark.parametrize("name", everything())
def test_a_figure_is_what_its_definition_says(name: str) -> None:
    counts, value = EXAMPLES[name]
    assert everything()[name].of(Tally(**counts)) == value


@pytest.mark.parametrize("name", everything())
def test_of_nothing_a_count_is_0_and_everything_else_is_not_known(name: str) -> None:
    figure = everything()[name]
    assert figure.of(NOTHING) == (0 if figure.unit is Unit.COUNT else None)


@pytest.mark.parametrize("name", everything())
def test_a_figure_says_what_it_is_how_it_is_made_and_whose_definition_it_is(name: str) -> None:
    figure = everything()[name]
    assert figure.label
    assert figure.definition.endswith(".")
    assert figure.formula
    assert figure.source
    assert not figure.formula.endswith(".")


def test_a_figure_means_the_same_wherever_it_stands() -> None:
    for view in View:
        for name, figure in FIGURES[view].items():
            assert figure.of is everything()[name].of
            assert figure.unit is everything()[name].unit


def test_the_service_levels_of_one_day_differ_as_their_vendors_do() -> None:
    day = Tally(
        offered=100,
        answered=80,
        answered_in_target=60,
        abandoned=10,
        short_abandoned=5,
        abandoned_in_target=6,
        callback=10,
        callback_in_target=4,
    )
    levels = {
        name: figure.of(day) for name, figure in everything().items() if name.startswith("service_level")
    }
    assert levels == {
        "service_level": 60 / 85,
        "service_level_with_flow_outs": 60 / 95,
        "service_level_connect": 0.7,
        "service_level_asterisk": 0.75,
        "service_level_asterisk_2": 66 / 90,
        "service_level_strict": 0.6,
    }


def test_the_parts_of_containment_are_the_whole() -> None:
    day = Tally(contained=3, gave_up=4, routed=13)
    parts = [everything()[name].of(day) or 0 for name in ("containment", "gave_up_in_menus", "routed")]
    assert sum(parts) == 1


def test_a_percentile_of_the_histogram_is_never_beyond_the_longest_wait() -> None:
    only = waits(up_to_60=1)
    assert percentile(only, 90, 46_000) == 46
    beyond = (*NO_WAITS[:-1], 2)
    assert percentile(beyond, 50, 7_200_000) == 5400
    assert percentile(beyond, 90, 7_200_000) == 7200


def test_an_exact_percentile_is_a_wait_that_somebody_had() -> None:
    assert exact_percentile([1_000, 2_000, 3_000, 4_000], 50) == 2
    assert exact_percentile([1_000, 2_000, 3_000, 4_000], 90) == 4
    assert exact_percentile([1_000], 50) == 1
    assert exact_percentile([], 50) is None


def test_the_oldest_waiting_is_who_came_first() -> None:
    assert oldest_waiting([5_000, 2_000, 9_000], 12_500) == 10.5
    assert oldest_waiting([], 12_500) is None
