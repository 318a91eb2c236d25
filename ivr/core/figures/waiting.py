"""The figures of the line: who came, who was answered, and how long it took."""

from collections.abc import Iterable, Sequence
from math import ceil

from ivr.core.figures.figure import mean, share
from ivr.core.figures.tally import BOUNDS, Tally, Waits


def offered(tally: Tally) -> float:
    """Callers who joined a line in the interval; once for each line. Callbacks and agents' own calls are not
    among them.

    Formula: visits whose enqueue falls in the interval
    Source: Genesys Offered, Amazon Connect Contacts queued
    """
    return tally.offered


def answered(tally: Tally) -> float:
    """Visits in which an agent and the caller were joined.

    Formula: visits that ended answered in the interval: at the later of the two joins
    Source: Amazon Connect, Genesys
    """
    return tally.answered


def abandoned(tally: Tally) -> float:
    """Callers who hung up while they waited, also while an agent was being rung.

    Formula: visits that ended abandoned in the interval
    Source: Amazon Connect, Talkdesk
    """
    return tally.abandoned


def short_abandoned(tally: Tally) -> float:
    """Callers who hung up within 5 seconds: they may have dialled wrongly.

    Formula: abandoned with a wait of at most 5 s
    Source: CCAI, RingCentral, Sinch
    """
    return tally.short_abandoned


def flow_out(tally: Tally) -> float:
    """Visits that ended neither by an agent nor by hanging up, nor by a fault.

    Formula: key + callback + timeout + no agents + closed + transferred
    Source: Genesys Flow-out
    """
    return tally.key + tally.callback + tally.timeout + tally.no_agents + tally.closed + tally.transferred


def left_by_key(tally: Tally) -> float:
    """Callers who left the line by a key of it.

    Formula: visits that ended by key
    Source: Asterisk EXITWITHKEY
    """
    return tally.key


def left_for_callback(tally: Tally) -> float:
    """Callers who left the line to be called back at their turn.

    Formula: visits that ended with a callback promised
    Source: Amazon Connect, Genesys
    """
    return tally.callback


def timed_out(tally: Tally) -> float:
    """Callers who had waited as long as one may.

    Formula: visits that ended by timeout
    Source: Asterisk EXITWITHTIMEOUT
    """
    return tally.timeout


def left_empty(tally: Tally) -> float:
    """Callers led out of the line as nobody was there to serve it.

    Formula: visits that ended with no agents
    Source: Asterisk EXITEMPTY
    """
    return tally.no_agents


def closed_on(tally: Tally) -> float:
    """Callers who still waited when the queue closed, and were led out.

    Formula: visits that ended closed
    Source: this hotline
    """
    return tally.closed


def moved_on(tally: Tally) -> float:
    """Callers who were moved to another line while they waited.

    Formula: visits that ended transferred
    Source: Genesys
    """
    return tally.transferred


def lost_to_errors(tally: Tally) -> float:
    """Visits that ended by a fault, of ours or of the line.

    Formula: visits that ended in an error
    Source: this hotline
    """
    return tally.error


def went_to_voicemail(tally: Tally) -> float:
    """Callers who left the line and then left word.

    Formula: flow-outs that went to voicemail
    Source: this hotline
    """
    return tally.to_voicemail


def went_to_queue(tally: Tally) -> float:
    """Callers who left the line for another one.

    Formula: flow-outs that went to a queue
    Source: this hotline
    """
    return tally.to_queue


def went_to_number(tally: Tally) -> float:
    """Callers who left the line and were put through to a number.

    Formula: flow-outs that went to a number
    Source: this hotline
    """
    return tally.to_number


def went_to_menu(tally: Tally) -> float:
    """Callers who left the line for a menu.

    Formula: flow-outs that went to a menu
    Source: this hotline
    """
    return tally.to_menu


def said_goodbye(tally: Tally) -> float:
    """Callers who left the line, and the hotline said goodbye.

    Formula: flow-outs that went to the goodbye
    Source: this hotline
    """
    return tally.to_goodbye


def turned_away(tally: Tally) -> float:
    """Callers who did not even get into the line: it was full, closed, or nobody was there. Counted in the
    interval in which their call arrived.

    Formula: full + closed at the door + no agents at the door
    Source: this hotline
    """
    return tally.full_at_door + tally.closed_at_door + tally.no_agents_at_door


def average_speed_of_answer(tally: Tally) -> float | None:
    """How long those waited who were answered, on average: music, announcements and ringing included, menus
    not.

    Formula: sum of waits of answered / answered
    Source: Amazon Connect Average queue answer time
    """
    return mean(tally.answered_wait, tally.answered)


def wait_p50(tally: Tally) -> float | None:
    """Half of those who were answered waited no longer.

    Formula: the nearest-rank 50th percentile of the waits of answered
    Source: statistics; from the histogram where many are counted, and labelled so
    """
    return percentile(tally.answered_waits, 50, tally.longest_wait)


def wait_p90(tally: Tally) -> float | None:
    """Nine in ten of those who were answered waited no longer.

    Formula: the nearest-rank 90th percentile of the waits of answered
    Source: statistics; from the histogram where many are counted, and labelled so
    """
    return percentile(tally.answered_waits, 90, tally.longest_wait)


def every_wait_p50(tally: Tally) -> float | None:
    """Half of all who waited did so no longer, however it ended.

    Formula: the nearest-rank 50th percentile of all waits
    Source: statistics; from the histogram where many are counted, and labelled so
    """
    return percentile(every_wait(tally), 50, tally.longest_wait)


def every_wait_p90(tally: Tally) -> float | None:
    """Nine in ten of all who waited did so no longer, however it ended.

    Formula: the nearest-rank 90th percentile of all waits
    Source: statistics; from the histogram where many are counted, and labelled so
    """
    return percentile(every_wait(tally), 90, tally.longest_wait)


def longest_wait(tally: Tally) -> float | None:
    """The longest wait of all that ended in the interval, however it ended.

    Formula: the largest wait
    Source: Amazon Connect Maximum queued time
    """
    return tally.longest_wait / 1000 if sum(every_wait(tally)) else None


def average_abandon_time(tally: Tally) -> float | None:
    """How long those waited who hung up, on average.

    Formula: sum of waits of abandoned / abandoned
    Source: Amazon Connect Average queue abandon time
    """
    return mean(tally.abandoned_wait, tally.abandoned)


def caller_wait(tally: Tally) -> float | None:
    """How long callers who were answered had waited in all lines of their call, on average; talking is not
    waiting.

    Formula: sum of all waits of the call up to the answer / answered
    Source: this hotline
    """
    return mean(tally.caller_wait, tally.answered)


def service_level(tally: Tally) -> float | None:
    """The share of callers who were answered within the target of their queue at that time. Who hung up at
    once, or left the line another way, does not count against it.

    Formula: answered within target / (answered + abandoned - short abandoned)
    Source: Genesys Cloud, its default
    """
    return share(tally.answered_in_target, tally.answered + tally.abandoned - tally.short_abandoned)


def service_level_with_flow_outs(tally: Tally) -> float | None:
    """The service level with those counted too who left the line another way.

    Formula: answered within target / (answered + abandoned - short abandoned + flow-out)
    Source: Genesys Cloud, Include Flow-outs
    """
    counted = tally.answered + tally.abandoned - tally.short_abandoned + flow_out(tally)
    return share(tally.answered_in_target, counted)


def service_level_connect(tally: Tally) -> float | None:
    """The share of callers who were out of the line within target: answered, gone, or promised a callback.
    More may leave the line in an interval than come: then it is over 100 %.

    Formula: (answered + abandoned + callback, each within target) / offered
    Source: Amazon Connect
    """
    out = tally.answered_in_target + tally.abandoned_in_target + tally.callback_in_target
    return share(out, tally.offered)


def service_level_asterisk(tally: Tally) -> float | None:
    """The share of answered callers who were answered within target.

    Formula: answered within target / answered
    Source: Asterisk SL
    """
    return share(tally.answered_in_target, tally.answered)


def service_level_asterisk_2(tally: Tally) -> float | None:
    """The share of callers who were answered, or hung up, within target.

    Formula: (answered within target + abandoned within target) / (answered + abandoned)
    Source: Asterisk SL2
    """
    return share(
        tally.answered_in_target + tally.abandoned_in_target,
        tally.answered + tally.abandoned,
    )


def service_level_strict(tally: Tally) -> float | None:
    """The share of all callers who were answered within target; whatever else became of them counts against
    it. More may leave the line in an interval than come: then it is over 100 %.

    Formula: answered within target / offered
    Source: 3CX VoicePro
    """
    return share(tally.answered_in_target, tally.offered)


def answered_in_three_minutes(tally: Tally) -> float | None:
    """The share of all callers who were answered within 180 seconds; Spain's law asks for 95 %. More may
    leave the line in an interval than come: then it is over 100 %.

    Formula: answered with a wait of at most 180 s / offered
    Source: Spanish customer service law of 2025
    """
    return share(within(tally.answered_waits, 180) or 0, tally.offered)


def abandon_rate(tally: Tally) -> float | None:
    """The share of callers who hung up while they waited, without those who did so at once. More may leave
    the line in an interval than come: then it is over 100 %.

    Formula: (abandoned - short abandoned) / (offered - short abandoned)
    Source: Genesys, CCAI
    """
    return share(tally.abandoned - tally.short_abandoned, tally.offered - tally.short_abandoned)


def abandon_rate_connect(tally: Tally) -> float | None:
    """The share of callers who hung up while they waited, however soon. More may leave the line in an
    interval than come: then it is over 100 %.

    Formula: abandoned / offered
    Source: Amazon Connect
    """
    return share(tally.abandoned, tally.offered)


def estimate_error(tally: Tally) -> float | None:
    """By how much the wait of answered callers missed the range they were told last, on average; within it by
    nothing.

    Formula: sum of the distances from the range told / answered visits that were told one
    Source: this hotline
    """
    return mean(tally.estimate_error, tally.estimated)


def estimates_kept(tally: Tally) -> float | None:
    """The share of answered callers whose wait was within the range they had been told last.

    Formula: waits within the range told / answered visits that were told one
    Source: this hotline
    """
    return share(tally.estimate_kept, tally.estimated)


def oldest_waiting(entered: Iterable[int], now: int) -> float | None:
    """The wait in seconds of whoever has waited longest now, from the moments (UTC milliseconds) at which
    those who wait came; None if nobody waits."""
    first = min(entered, default=None)
    return None if first is None else max(0, now - first) / 1000


def every_wait(tally: Tally) -> Waits:
    """The waits of all visits that ended."""
    each = (tally.answered_waits, tally.abandoned_waits, tally.other_waits)
    return tuple(map(sum, zip(*each, strict=True)))


def within(waits: Waits, seconds: int) -> int | None:
    """How many waited no longer; None where the counts do not tell, as it is none of BOUNDS."""
    return sum(waits[: BOUNDS.index(seconds) + 1]) if seconds in BOUNDS else None


def percentile(waits: Waits, percent: int, longest: int) -> float | None:
    """About how many seconds so many percent waited at the most: inside a count they are taken as spread
    evenly, and the last count as ending with the `longest` wait (milliseconds)."""
    nth = ceil(sum(waits) * percent / 100)
    if not nth:
        return None
    edges = (0, *BOUNDS, max(BOUNDS[-1], longest / 1000))
    for count, least, most in zip(waits, edges, edges[1:], strict=True):
        if nth <= count:
            return min(least + (most - least) * nth / count, longest / 1000)
        nth -= count
    raise AssertionError("a percentile lies among the waits")


def exact_percentile(waits: Sequence[int], percent: int) -> float | None:
    """The nearest-rank percentile of some waits (milliseconds, in order), in seconds; None of none."""
    return waits[ceil(len(waits) * percent / 100) - 1] / 1000 if waits else None
