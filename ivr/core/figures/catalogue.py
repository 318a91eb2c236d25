"""All figures, in the order in which they are read: what pages, the terminal, files and the docs show."""

from collections.abc import Iterable, Mapping

from ivr.core.figures import calling, waiting, working
from ivr.core.figures.figure import Figure, Function, Unit
from ivr.core.figures.tally import View

_Row = tuple[Function, str, Unit, str | None]

_LINE: Iterable[_Row] = (
    (waiting.offered, "offered", Unit.COUNT, "offered"),
    (waiting.answered, "answered", Unit.COUNT, "answered"),
    (waiting.abandoned, "abandoned", Unit.COUNT, "abandoned"),
    (waiting.service_level, "service level", Unit.SHARE, "in_target"),
    (waiting.average_speed_of_answer, "speed of answer", Unit.SECONDS, "answered"),
    (waiting.abandon_rate, "abandon rate", Unit.SHARE, "abandoned"),
    (working.average_handling_time, "handling time", Unit.SECONDS, "handled"),
    (waiting.longest_wait, "longest wait", Unit.SECONDS, "ended"),
    (waiting.short_abandoned, "short abandoned", Unit.COUNT, "short_abandoned"),
    (waiting.flow_out, "flow-out", Unit.COUNT, "flow_out"),
    (waiting.left_by_key, "by key", Unit.COUNT, "key"),
    (waiting.left_for_callback, "for callback", Unit.COUNT, "callback"),
    (waiting.timed_out, "timed out", Unit.COUNT, "timeout"),
    (waiting.left_empty, "no agents", Unit.COUNT, "no_agents"),
    (waiting.closed_on, "closed", Unit.COUNT, "closed"),
    (waiting.moved_on, "moved on", Unit.COUNT, "transferred"),
    (waiting.lost_to_errors, "errors", Unit.COUNT, "error"),
    (waiting.went_to_voicemail, "to voicemail", Unit.COUNT, "to_voicemail"),
    (waiting.went_to_queue, "to a queue", Unit.COUNT, "to_queue"),
    (waiting.went_to_number, "to a number", Unit.COUNT, "to_number"),
    (waiting.went_to_menu, "to a menu", Unit.COUNT, "to_menu"),
    (waiting.said_goodbye, "to goodbye", Unit.COUNT, "to_goodbye"),
    (waiting.turned_away, "turned away", Unit.COUNT, "at_door"),
    (waiting.wait_p50, "wait p50", Unit.SECONDS, "answered"),
    (waiting.wait_p90, "wait p90", Unit.SECONDS, "answered"),
    (waiting.every_wait_p50, "every wait p50", Unit.SECONDS, "ended"),
    (waiting.every_wait_p90, "every wait p90", Unit.SECONDS, "ended"),
    (waiting.average_abandon_time, "abandon time", Unit.SECONDS, "abandoned"),
    (waiting.caller_wait, "caller wait", Unit.SECONDS, "answered"),
    (waiting.service_level_with_flow_outs, "service level with flow-outs", Unit.SHARE, "in_target"),
    (waiting.service_level_connect, "service level (Connect)", Unit.SHARE, "in_target"),
    (waiting.service_level_asterisk, "service level (Asterisk)", Unit.SHARE, "in_target"),
    (waiting.service_level_asterisk_2, "service level (Asterisk 2)", Unit.SHARE, "in_target"),
    (waiting.service_level_strict, "service level (strict)", Unit.SHARE, "in_target"),
    (waiting.answered_in_three_minutes, "answered in 3 min", Unit.SHARE, "answered"),
    (waiting.abandon_rate_connect, "abandon rate (Connect)", Unit.SHARE, "abandoned"),
    (working.handled, "handled", Unit.COUNT, "handled"),
    (working.average_talk_time, "talk", Unit.SECONDS, "handled"),
    (working.average_hold_time, "hold", Unit.SECONDS, "handled"),
    (working.average_wrap_up, "wrap-up", Unit.SECONDS, "handled"),
    (working.total_handling_time, "total handling time", Unit.SECONDS, "handled"),
    (working.sent_on_rate, "transfer rate", Unit.SHARE, "sent_on"),
    (working.consults, "consults", Unit.COUNT, "consults"),
    (working.calls_out, "calls out", Unit.COUNT, "calls_out"),
    (working.average_handling_out, "handling time out", Unit.SECONDS, "calls_out"),
    (working.solved_at_first_call, "solved at first call", Unit.SHARE, "answered"),
    (working.inferred_answers, "inferred answers", Unit.SHARE, "handled"),
    (waiting.estimate_error, "estimate error", Unit.SECONDS, "answered"),
    (waiting.estimates_kept, "estimates kept", Unit.SHARE, "answered"),
    (calling.callbacks_asked, "callbacks asked", Unit.COUNT, "callbacks_asked"),
    (calling.callbacks_reached, "callbacks reached", Unit.COUNT, "callbacks_reached"),
    (calling.callbacks_not_reached, "callbacks not reached", Unit.COUNT, "callbacks_not_reached"),
    (calling.callbacks_dropped, "callbacks dropped", Unit.COUNT, "callbacks_dropped"),
    (calling.callback_tries, "tries for a callback", Unit.EACH, "callbacks_reached"),
    (calling.callback_wait, "callback wait", Unit.SECONDS, "callbacks_reached"),
    (calling.satisfaction, "satisfied", Unit.SHARE, None),
    (calling.net_promoter_score, "NPS", Unit.SCORE, None),
    (calling.solved, "said solved", Unit.SHARE, None),
    (calling.response_rate, "survey responses", Unit.SHARE, None),
)

_AGENT: Iterable[_Row] = (
    (working.handled, "handled", Unit.COUNT, "handled"),
    (working.average_handling_time, "handling time", Unit.SECONDS, "handled"),
    (working.occupancy, "occupancy", Unit.SHARE, None),
    (working.answer_rate, "answer rate", Unit.SHARE, "offers"),
    (working.missed_offers, "missed", Unit.COUNT, "missed"),
    (working.offers, "offers", Unit.COUNT, "offers"),
    (working.accepted, "accepted", Unit.COUNT, "accepted"),
    (working.declined, "declined", Unit.COUNT, "declined"),
    (working.caller_gone, "caller gone", Unit.COUNT, "caller_gone"),
    (working.withdrawn, "withdrawn", Unit.COUNT, "withdrawn"),
    (working.average_talk_time, "talk", Unit.SECONDS, "handled"),
    (working.average_hold_time, "hold", Unit.SECONDS, "handled"),
    (working.average_wrap_up, "wrap-up", Unit.SECONDS, "handled"),
    (working.total_handling_time, "total handling time", Unit.SECONDS, "handled"),
    (working.sent_on_rate, "transfer rate", Unit.SHARE, "sent_on"),
    (working.consults, "consults", Unit.COUNT, "consults"),
    (working.calls_out, "calls out", Unit.COUNT, "calls_out"),
    (working.average_handling_out, "handling time out", Unit.SECONDS, "calls_out"),
    (working.inferred_answers, "inferred answers", Unit.SHARE, "handled"),
    (working.utilisation, "utilisation", Unit.SHARE, None),
    (working.signed_in_time, "signed in", Unit.SECONDS, None),
    (working.idle_time, "idle", Unit.SECONDS, None),
    (working.break_time, "on break", Unit.SECONDS, None),
    (calling.satisfaction, "satisfied", Unit.SHARE, None),
    (calling.net_promoter_score, "NPS", Unit.SCORE, None),
    (calling.solved, "said solved", Unit.SHARE, None),
    (calling.response_rate, "survey responses", Unit.SHARE, None),
)

_CALL: Iterable[_Row] = (
    (calling.arrived, "calls", Unit.COUNT, "arrived"),
    (calling.turned_away_at_once, "turned away at once", Unit.COUNT, "blocked"),
    (calling.still_open, "still open", Unit.COUNT, "open"),
    (calling.first_response_time, "first response", Unit.SECONDS, "reached"),
    (calling.containment, "contained", Unit.SHARE, "contained"),
    (calling.gave_up_in_menus, "gave up in menus", Unit.SHARE, "gave_up"),
    (calling.routed, "routed", Unit.SHARE, "routed"),
    (calling.true_containment, "truly contained", Unit.SHARE, "contained"),
)

_OPTION: Iterable[_Row] = (
    (calling.callers, "callers", Unit.COUNT, "callers"),
    (calling.passes, "passes", Unit.COUNT, "passed"),
    (calling.picked, "picked", Unit.COUNT, "picked"),
    (calling.silent, "silent", Unit.COUNT, "silent"),
    (calling.wrong, "wrong keys", Unit.COUNT, "wrong"),
    (calling.hung_up_there, "hung up", Unit.COUNT, "hung_up"),
    (calling.went_on, "went on", Unit.COUNT, "went_on"),
)


def _figures(view: View, rows: Iterable[_Row]) -> Mapping[str, Figure]:
    figures = (Figure(of.__name__, label, unit, view, of, opens) for of, label, unit, opens in rows)
    return {figure.name: figure for figure in figures}


FIGURES: Mapping[View, Mapping[str, Figure]] = {
    View.CALL: _figures(View.CALL, _CALL),
    View.LINE: _figures(View.LINE, _LINE),
    View.AGENT: _figures(View.AGENT, _AGENT),
    View.FLOOR: {},  # those of the agents
    View.OPTION: _figures(View.OPTION, _OPTION),
}
"""The figures by what they are of, and by name."""


def everything() -> Mapping[str, Figure]:
    """Each figure once, by name."""
    return {name: figure for figures in FIGURES.values() for name, figure in figures.items()}
