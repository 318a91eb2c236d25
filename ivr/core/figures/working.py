"""The figures of agents and their conversations."""

from ivr.core.figures.figure import mean, share
from ivr.core.figures.tally import Tally


def handled(tally: Tally) -> float:
    """Conversations with callers, and with those called back, that agents have finished, wrap-up and all. One
    caller whom two agents served counts twice; an agent who was only asked does not count.

    Formula: conversations whose wrap-up ended in the interval
    Source: Amazon Connect Contacts handled
    """
    return tally.handled


def average_talk_time(tally: Tally) -> float | None:
    """How long agents talked with a caller, on average, without the time on hold.

    Formula: sum of talk / handled
    Source: Amazon Connect Agent interaction time
    """
    return mean(tally.talk, tally.handled)


def average_hold_time(tally: Tally) -> float | None:
    """How long a caller was on hold in a conversation, on average over all of them.

    Formula: sum of hold / handled
    Source: Amazon Connect Customer hold time
    """
    return mean(tally.hold, tally.handled)


def average_wrap_up(tally: Tally) -> float | None:
    """How long agents had to write down what it was about, on average over all conversations.

    Formula: sum of wrap-up / handled
    Source: Amazon Connect After contact work time
    """
    return mean(tally.wrap_up, tally.handled)


def average_handling_time(tally: Tally) -> float | None:
    """How long a conversation kept an agent, on average (AHT).

    Formula: sum of (talk + hold + wrap-up) / handled
    Source: Amazon Connect Average handle time
    """
    return mean(tally.talk + tally.hold + tally.wrap_up, tally.handled)


def total_handling_time(tally: Tally) -> float | None:
    """How long all conversations kept the agents.

    Formula: sum of (talk + hold + wrap-up)
    Source: Amazon Connect
    """
    return (tally.talk + tally.hold + tally.wrap_up) / 1000 if tally.handled else None


def sent_on_rate(tally: Tally) -> float | None:
    """The transfer rate: the share of conversations from which the agent sent the caller on, asking before or
    not.

    Formula: conversations sent on / handled
    Source: Amazon Connect Contacts transferred out
    """
    return share(tally.sent_on, tally.handled)


def consults(tally: Tally) -> float:
    """How often an agent was asked by another one, and did not keep the caller.

    Formula: consulting conversations that ended in the interval
    Source: Amazon Connect, counted apart
    """
    return tally.consults


def calls_out(tally: Tally) -> float:
    """Conversations that agents began by calling somebody.

    Formula: outbound conversations whose wrap-up ended in the interval
    Source: Genesys Outbound
    """
    return tally.calls_out


def average_handling_out(tally: Tally) -> float | None:
    """How long a conversation that an agent began kept them, on average, from the first ring on.

    Formula: sum of (dialling + talk + hold + wrap-up) / outbound conversations
    Source: Genesys Average handle
    """
    return mean(tally.dialling + tally.talk_out + tally.hold_out + tally.wrap_up_out, tally.calls_out)


def inferred_answers(tally: Tally) -> float | None:
    """The share of conversations of which the carrier did not tell that both had joined: they count from the
    moment in which the agent accepted.

    Formula: inferred / handled
    Source: this hotline
    """
    return share(tally.inferred, tally.handled)


def solved_at_first_call(tally: Tally) -> float | None:
    """The share of answered callers who had not been answered in the same queue in the 7 days before: nobody
    who comes back was helped the first time. Withheld numbers are left out.

    Formula: 1 - those answered in this queue in the 7 days before / answered, both with a number
    Source: the usual proxy for first contact resolution
    """
    return share(tally.known - tally.returned, tally.known)


def offers(tally: Tally) -> float:
    """Callers offered to agents, once for each offer.

    Formula: offers that ended in the interval = accepted + declined + missed + caller gone + withdrawn
    Source: Amazon Connect Contacts routed
    """
    return tally.offers


def accepted(tally: Tally) -> float:
    """Offers that the agent accepted.

    Formula: offers that ended accepted
    Source: TaskRouter Reservations accepted
    """
    return tally.accepted


def declined(tally: Tally) -> float:
    """Offers that the agent declined.

    Formula: offers that ended declined
    Source: TaskRouter Reservations rejected
    """
    return tally.declined


def missed_offers(tally: Tally) -> float:
    """Offers that rang out: the agent was rung, and did nothing.

    Formula: offers that ended missed
    Source: Amazon Connect Agent non-response without customer abandons
    """
    return tally.missed


def caller_gone(tally: Tally) -> float:
    """Offers that ended as the caller hung up meanwhile; no agent is to blame.

    Formula: offers that ended with the caller gone
    Source: Amazon Connect, counted apart
    """
    return tally.caller_gone


def withdrawn(tally: Tally) -> float:
    """Offers that were taken back: another agent was quicker, or the phone never rang.

    Formula: offers that ended withdrawn
    Source: TaskRouter Reservations rescinded
    """
    return tally.withdrawn


def answer_rate(tally: Tally) -> float | None:
    """The share of offers that the agent accepted; those do not count that no agent could have.

    Formula: accepted / (accepted + declined + missed)
    Source: Amazon Connect Agent answer rate, without customer abandons
    """
    return share(tally.accepted, tally.accepted + tally.declined + tally.missed)


def busy(tally: Tally) -> int:
    """Milliseconds in which agents talked, held or wrapped up."""
    return tally.talking + tally.wrapping_up


def signed_in_time(tally: Tally) -> float | None:
    """How long agents were signed in, breaks included.

    Formula: idle + ringing + talking + wrapping up + on break
    Source: Amazon Connect Online time
    """
    whole = tally.idle + tally.ringing + busy(tally) + tally.on_break
    return whole / 1000 if whole else None


def idle_time(tally: Tally) -> float | None:
    """How long agents were ready, with nothing to do and nobody offered.

    Formula: sum of the time ready and idle
    Source: Amazon Connect Agent idle time
    """
    return tally.idle / 1000 if signed_in_time(tally) else None


def break_time(tally: Tally) -> float | None:
    """How long agents were on break.

    Formula: sum of the time on break, without what they still had to talk or write down
    Source: Amazon Connect Non-productive time
    """
    return tally.on_break / 1000 if signed_in_time(tally) else None


def occupancy(tally: Tally) -> float | None:
    """The share of the time in which agents were busy, of that in which they were busy or free; ringing is
    neither.

    Formula: (talking + wrapping up) / (talking + wrapping up + idle)
    Source: Amazon Connect Occupancy
    """
    return share(busy(tally), busy(tally) + tally.idle)


def utilisation(tally: Tally) -> float | None:
    """The share of the time signed in that agents were busy or free for callers.

    Formula: (talking + wrapping up + idle) / signed in
    Source: this hotline
    """
    return share(busy(tally) + tally.idle, (signed_in_time(tally) or 0) * 1000)
