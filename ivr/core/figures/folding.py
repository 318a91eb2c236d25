"""From records to tallies: the one place where it is said what counts as what.

The roll-ups are made by it, and any recount is. A record counts in the quarter hour of its event: a visit is
offered where it began and answered where it was; a conversation counts where its wrap-up ended, a call, with
all it did in the menus, where it arrived, and a survey where its first question was put. Only the states of
agents are cut at the edges.
"""

from collections import defaultdict
from collections.abc import Mapping
from typing import NamedTuple

from ivr.core.agents import Activity, Status
from ivr.core.calls import Ending, Outcome
from ivr.core.figures.records import (
    Asked,
    Call,
    Ended,
    Entered,
    Offer,
    Promise,
    Records,
    Span,
    Surveyed,
    Talk,
)
from ivr.core.figures.tally import NO_WAITS, QUARTER_MS, WAITS, Tally, View, place_of, tally_of
from ivr.core.line.estimate import error
from ivr.core.line.visits import Kind, Left, WentTo

SHORT_MS = 5_000
"""Who hangs up so soon may have dialled wrongly: a short abandon."""

TARGET_MS = 20_000
"""What a queue that promises nothing is measured by."""


class Key(NamedTuple):
    """A quarter hour (its start, UTC milliseconds) of a line, an agent, a number called or an option."""

    view: View
    at: int
    queue: str = ""
    language: str = ""
    called: str = ""
    agent: str = ""
    step: str = ""
    option: str = ""


Sums = dict[str, int]
Counts = defaultdict[Key, Sums]


def fold(records: Records) -> Mapping[Key, Tally]:
    """The tallies of some records, by quarter hour. Those of two sets add up to those of both."""
    return {key: _tally(sums) for key, sums in count(records).items()}


def count(records: Records) -> Mapping[Key, Sums]:
    """The same as bare counts, by the columns of a row; each wait is a count of its own."""
    counts: Counts = defaultdict(lambda: defaultdict(int))
    for entered in records.entered:
        if entered.kind is Kind.CALL:
            counts[_line(entered)]["offered"] += 1
    for ended in records.ended:
        _ended(counts[_line(ended)], ended)
    for talk in records.talks:
        _talk(counts[_line(talk)], talk)
        _talk(counts[Key(View.AGENT, quarter(talk.at), talk.queue, "", "", talk.agent)], talk)
    for offer in records.offers:
        _offer(counts[Key(View.AGENT, quarter(offer.at), offer.queue, "", "", offer.agent)], offer)
        _offer(counts[Key(View.FLOOR, quarter(offer.at), offer.queue)], offer)
    for span in records.spans:
        _span(counts, span)
    for call in records.calls:
        _call(counts, call)
    for asked in records.asked:
        counts[_line(asked)]["callbacks_asked"] += 1
    for promise in records.promises:
        _promise(counts[_line(promise)], promise)
    for survey in records.surveys:
        _surveyed(counts, survey)
    return {key: sums for key, sums in counts.items() if any(sums.values())}


def quarter(at: int) -> int:
    """The start of the quarter hour of a moment: in every zone of today they begin at the same moments."""
    return at - at % QUARTER_MS


def _line(record: Entered | Ended | Talk | Asked | Promise) -> Key:
    return Key(View.LINE, quarter(record.at), record.queue, record.language, record.called)


def _ended(sums: Sums, visit: Ended) -> None:
    if visit.kind is Kind.CALLBACK and visit.outcome is Left.ANSWERED:
        sums["callbacks_answered"] += 1
        sums["callback_wait"] += visit.at - visit.first_at
    if visit.kind is not Kind.CALL:
        return
    wait = max(0, visit.at - visit.entered_at)
    in_target = wait <= (TARGET_MS if visit.target is None else visit.target)
    sums[visit.outcome] += 1
    sums["longest_wait"] = max(sums["longest_wait"], wait)
    match visit.outcome:
        case Left.ANSWERED:
            _wait(sums, "answered", wait)
            sums["answered_in_target"] += in_target
            sums["caller_wait"] += wait + visit.before
            _told(sums, visit)
            if visit.returned is not None:
                sums["known"] += 1
                sums["returned"] += visit.returned
        case Left.ABANDONED:
            _wait(sums, "abandoned", wait)
            sums["abandoned_in_target"] += in_target
            sums["short_abandoned"] += wait <= SHORT_MS
        case _:
            _wait(sums, "other", wait)
            sums["callback_in_target"] += in_target and visit.outcome is Left.CALLBACK
            if visit.outcome is not Left.ERROR and visit.went_to is not WentTo.AGENT:
                sums[f"to_{visit.went_to}"] += 1


def _wait(sums: Sums, whose: str, wait: int) -> None:
    sums[f"{whose}_wait"] += wait
    sums[f"{whose}_waits_{place_of(wait)}"] += 1


def _told(sums: Sums, visit: Ended) -> None:
    if visit.told is not None:
        missed = round(abs(error(visit.told, (visit.at - visit.told_at) / 1000)) * 1000)
        sums["estimated"] += 1
        sums["estimate_kept"] += not missed
        sums["estimate_error"] += missed


def _talk(sums: Sums, talk: Talk) -> None:
    wrap_up = max(0, talk.at - talk.talk_ended_at)
    if talk.began_at is None:
        sums["consults"] += 1
        sums["consult"] += talk.talk_ended_at - talk.answered_at
        return
    talked = max(0, talk.talk_ended_at - talk.began_at - talk.held)
    if talk.kind is Kind.OUTBOUND:
        sums["calls_out"] += 1
        sums["dialling"] += talk.answered_at - talk.taken_at
        sums["talk_out"] += talked
        sums["hold_out"] += talk.held
        sums["wrap_up_out"] += wrap_up
        return
    sums["handled"] += 1
    sums["talk"] += talked
    sums["hold"] += talk.held
    sums["wrap_up"] += wrap_up
    sums["sent_on"] += talk.sent_on
    sums["inferred"] += talk.inferred


def _offer(sums: Sums, offer: Offer) -> None:
    sums["offers"] += 1
    sums[offer.ending] += 1


STATES: Mapping[str, str] = {
    Activity.OFFERED: "ringing",
    Activity.TALKING: "talking",
    Activity.WRAPPING_UP: "wrapping_up",
}


STANDING: Mapping[str, str] = {Status.READY: "idle", Status.ON_BREAK: "on_break"}


def state_of(span: Span) -> str | None:
    """As what the time counts; None while signed out. Who is on break, or signed out, may still have to talk
    or to wrap up."""
    return STATES.get(span.activity) or STANDING.get(span.status)


def _span(counts: Counts, span: Span) -> None:
    name = state_of(span)
    if name is None:
        return
    at = span.since
    while at < span.until:
        begin = quarter(at)
        until = min(begin + QUARTER_MS, span.until)
        counts[Key(View.AGENT, begin, "", "", "", span.agent)][name] += until - at
        counts[Key(View.FLOOR, begin)][name] += until - at
        at = until


TURNED_AWAY = {Outcome.BLOCKED: "blocked", Outcome.TOO_MANY: "too_many"}

AT_DOOR = {
    Ending.FULL: ("full_at_door", None),
    Ending.CLOSED: ("closed_at_door", Left.CLOSED),
    Ending.NO_AGENTS: ("no_agents_at_door", Left.NO_AGENTS),
}
"""Passes that end so never entered the line, but for those of a visit that ended so."""


def _call(counts: Counts, call: Call) -> None:
    at = quarter(call.at)
    sums = counts[Key(View.CALL, at, "", call.language, call.called)]
    sums["arrived"] += 1
    if call.outcome is None:
        sums["open"] += 1
        return
    if call.outcome in TURNED_AWAY:
        sums[TURNED_AWAY[call.outcome]] += 1
        return
    sums[_containment(call)] += 1
    sums["came_back"] += call.came_back
    if call.answered_at is not None:
        sums["reached"] += 1
        sums["first_response"] += max(0, call.answered_at - call.at)
    _passes(counts, call, at)
    _doors(counts, call, at)


def _containment(call: Call) -> str:
    """Whether the menus alone were enough: they were if the caller came to a goal. Whoever got as far as a
    line, a person or a mailbox was routed, whatever they had heard before."""
    if call.left or call.message or call.answered_at is not None or call.outcome is Outcome.MESSAGE:
        return "routed"
    if call.outcome is Outcome.CONNECTED:
        return "routed"
    return "contained" if any(each.goal for each in call.passes) else "gave_up"


HOW = {
    Ending.KEY: "picked",
    Ending.SILENT: "silent",
    Ending.WRONG: "wrong",
    Ending.HUNG_UP: "hung_up",
}


def _passes(counts: Counts, call: Call, at: int) -> None:
    met = set()
    for each in call.passes:
        key = Key(View.OPTION, at, "", "", call.called, "", each.step, each.option or "")
        sums = counts[key]
        sums["passes"] += 1
        sums["callers"] += key not in met
        sums[HOW.get(each.ending, "went_on")] += 1
        sums["silences"] += each.silences
        sums["wrongs"] += each.wrongs
        met.add(key)


def _doors(counts: Counts, call: Call, at: int) -> None:
    entered = list(call.left)
    for each in call.passes:
        name, left = AT_DOOR.get(each.ending, (None, None))
        if left in entered:
            entered.remove(left)
        elif name is not None:
            counts[Key(View.LINE, at, each.step, call.language, call.called)][name] += 1


COUNTED_AS = {"cancelled": "expired"}
"""A promise that was called off here is counted with those nobody could keep: both never come to a try."""


def _promise(sums: Sums, promise: Promise) -> None:
    sums[f"callbacks_{COUNTED_AS.get(promise.ending, promise.ending)}"] += 1
    sums["callback_tries"] += promise.tries


SATISFIED, PROMOTER, DETRACTOR, YES = 4, 9, 6, 1
"""From 4 on of 5 a caller is satisfied; from 9 on of 10 they recommend us, and up to 6 they warn of us."""


def _surveyed(counts: Counts, survey: Surveyed) -> None:
    """What a caller says counts for the number they called, and for the line and the agent it is about."""
    at, queue = quarter(survey.at), survey.queue or ""
    keys = [Key(View.CALL, at, "", survey.language, survey.called)]
    if survey.queue is not None:
        keys.append(Key(View.LINE, at, queue, survey.language, survey.called))
    if survey.agent is not None:
        keys.append(Key(View.AGENT, at, queue, agent=survey.agent))
    for key in keys:
        sums = counts[key]
        sums["surveys_asked"] += 1
        sums["surveys_answered"] += survey.answered
        if survey.satisfaction is not None:
            sums["rated"] += 1
            sums["satisfied"] += survey.satisfaction >= SATISFIED
        if survey.recommendation is not None:
            sums["recommending"] += 1
            sums["promoters"] += survey.recommendation >= PROMOTER
            sums["detractors"] += survey.recommendation <= DETRACTOR
        if survey.solved is not None:
            sums["solving"] += 1
            sums["solved"] += survey.solved == YES


def _tally(sums: Sums) -> Tally:
    plain = {name: count for name, count in sums.items() if name.rpartition("_")[0] not in WAITS}
    waits = {
        name: tuple(sums.get(f"{name}_{place}", 0) for place in range(len(NO_WAITS)))
        for name in WAITS
        if f"{name.removesuffix('s')}" in sums
    }
    return tally_of({**plain, **waits})
