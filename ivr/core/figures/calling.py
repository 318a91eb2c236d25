"""The figures of calls, of the menus, of callbacks, and of what callers say afterwards."""

from ivr.core.figures.figure import mean, share
from ivr.core.figures.tally import Tally


def arrived(tally: Tally) -> float:
    """Calls that arrived, those turned away at once included.

    Formula: calls that arrived in the interval
    Source: Amazon Connect Contacts incoming
    """
    return tally.arrived


def turned_away_at_once(tally: Tally) -> float:
    """Calls that were not even let into the menus: the number is blocked, or had called too often.

    Formula: blocked + too many
    Source: this hotline
    """
    return tally.blocked + tally.too_many


def still_open(tally: Tally) -> float:
    """Calls of the interval that are not over: how they end is in no other figure yet.

    Formula: calls without an end
    Source: this hotline
    """
    return tally.open


def first_response_time(tally: Tally) -> float | None:
    """How long callers who were answered by a person had been on the phone by then, menus and all, on
    average.

    Formula: sum of (first answer by a person - arrival) / calls answered by a person
    Source: this hotline
    """
    return mean(tally.first_response, tally.reached)


def served_by_menus(tally: Tally) -> int:
    """Calls the menus have answered, and that are over."""
    return tally.contained + tally.gave_up + tally.routed


def containment(tally: Tally) -> float | None:
    """The share of calls for which the menus alone were enough: the caller passed a step that is marked as a
    goal, and asked for nobody. It sums to 100 % with those who gave up in the menus and those who were
    routed.

    Formula: contained / (contained + gave up in menus + routed)
    Source: Opsdog, with Teneo's objection heeded: who gives up is not contained
    """
    return share(tally.contained, served_by_menus(tally))


def gave_up_in_menus(tally: Tally) -> float | None:
    """The share of calls that ended in the menus before the caller had come to a goal.

    Formula: gave up in menus / (contained + gave up in menus + routed)
    Source: Teneo, Microsoft Teams
    """
    return share(tally.gave_up, served_by_menus(tally))


def routed(tally: Tally) -> float | None:
    """The share of calls in which the caller asked for a person: the menus led them to a line, a number or a
    mailbox, whatever they had heard before.

    Formula: routed / (contained + gave up in menus + routed)
    Source: Microsoft Teams
    """
    return share(tally.routed, served_by_menus(tally))


def true_containment(tally: Tally) -> float | None:
    """Containment without the calls of those who had been contained within 24 hours before, and come again.

    Formula: (contained - came back) / (contained + gave up in menus + routed), and 0 at the least
    Source: Turnella
    """
    return share(max(0, tally.contained - tally.came_back), served_by_menus(tally))


def passes(tally: Tally) -> float:
    """How often callers went through the step with this choice; each pass counts.

    Formula: passes of the calls that arrived in the interval = picked + silent + wrong + hung up + went on
    Source: Microsoft Teams tot_calls
    """
    return tally.passes


def callers(tally: Tally) -> float:
    """Calls in which the step was passed with this choice; each counts once, however often it was. There is
    no sum of it: who came through two steps is one caller.

    Formula: calls with such a pass
    Source: Microsoft Teams tot_callers
    """
    return tally.callers


def picked(tally: Tally) -> float:
    """Passes that ended by this key.

    Formula: passes that ended by key
    Source: Microsoft Teams
    """
    return tally.picked


def silent(tally: Tally) -> float:
    """Passes that ended as the caller was silent once too often.

    Formula: passes that ended silent
    Source: FreeSWITCH max-timeouts
    """
    return tally.silent


def wrong(tally: Tally) -> float:
    """Passes that ended as the caller pressed a wrong key once too often.

    Formula: passes that ended wrong
    Source: FreeSWITCH max-failures
    """
    return tally.wrong


def hung_up_there(tally: Tally) -> float:
    """Passes in which the caller hung up.

    Formula: passes that ended with the caller hanging up
    Source: Microsoft Teams tot_abandoned_calls
    """
    return tally.hung_up


def went_on(tally: Tally) -> float:
    """Passes that went on by themselves: it was said, looked up, put through.

    Formula: all other passes
    Source: this hotline
    """
    return tally.went_on


def callbacks_asked(tally: Tally) -> float:
    """Callers who were promised to be called back.

    Formula: callbacks promised in the interval
    Source: Genesys Callbacks
    """
    return tally.callbacks_asked


def callbacks_reached(tally: Tally) -> float:
    """Promises kept: the caller was reached, and talked with.

    Formula: callbacks that ended reached
    Source: Amazon Connect Callback contacts handled
    """
    return tally.callbacks_reached


def callbacks_not_reached(tally: Tally) -> float:
    """Promises that ended as the caller did not answer, or a voicemail did, at every try.

    Formula: callbacks that ended not reached
    Source: Amazon Connect Callback attempts
    """
    return tally.callbacks_not_reached


def callbacks_dropped(tally: Tally) -> float:
    """Promises that ended without a try being needed: the caller rang again, nobody could ring for days, or
    somebody of ours called it off.

    Formula: callbacks that ended elsewhere + moved + expired or cancelled
    Source: Genesys
    """
    return tally.callbacks_elsewhere + tally.callbacks_moved + tally.callbacks_expired


def callback_tries(tally: Tally) -> float | None:
    """How often a caller was rung for a promise, on average.

    Formula: tries / callbacks that ended
    Source: Amazon Connect Callback attempts
    """
    ended = tally.callbacks_reached + tally.callbacks_not_reached + int(callbacks_dropped(tally))
    return share(tally.callback_tries, ended)


def callback_wait(tally: Tally) -> float | None:
    """How long those who were called back had waited for an agent in all, from their first enqueue on, on
    average.

    Formula: sum of (answer - first enqueue) / callbacks answered
    Source: this hotline; Amazon Connect counts two waits
    """
    return mean(tally.callback_wait, tally.callbacks_answered)


def satisfaction(tally: Tally) -> float | None:
    """CSAT: the share of ratings that were 4 or 5.

    Formula: answers of 4 and 5 / answers, to surveys asked in the interval
    Source: the usual one
    """
    return share(tally.satisfied, tally.rated)


def net_promoter_score(tally: Tally) -> float | None:
    """NPS: how many more would recommend the hotline than warn of it, of a hundred.

    Formula: 100 x (answers of 9 and 10 - answers of 0 to 6) / answers, to surveys asked in the interval
    Source: the usual one
    """
    score = share(tally.promoters - tally.detractors, tally.recommending)
    return None if score is None else 100 * score


def solved(tally: Tally) -> float | None:
    """The share of callers who said that it was solved.

    Formula: yes / answers, to surveys asked in the interval
    Source: the usual one
    """
    return share(tally.solved, tally.solving)


def response_rate(tally: Tally) -> float | None:
    """The share of surveys of which the caller answered a question at least.

    Formula: surveys answered / surveys whose first question was put in the interval
    Source: the usual one
    """
    return share(tally.surveys_answered, tally.surveys_asked)
