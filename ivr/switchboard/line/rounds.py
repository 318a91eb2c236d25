"""What the clock does for the line: whatever ran out of time, or was forgotten, is put right.

Each thing is looked up in rows and done in a transaction of its own that looks again: so any number of
processes may go their rounds at once.
"""

import logging
from collections.abc import Callable, Iterable
from typing import TypeVar

from ivr.core.agents import UNHEARD, Status
from ivr.core.menus import Hotline
from ivr.ledger import LedgerError, agents, calls, errands, events, line, offers, talks
from ivr.ledger.callbacks import Callback
from ivr.ledger.questions import ask
from ivr.outside.bus import Topic
from ivr.switchboard.exchange import Exchange
from ivr.switchboard.line import calling_back
from ivr.switchboard.line.dispatch import dispatch
from ivr.switchboard.line.holding import HELD_TOO_LONG, HOLD, HOLD_MOST_MS, wish_hold
from ivr.switchboard.line.meeting import ASK_ROOM, caller_gone
from ivr.switchboard.line.offering import over_in_time
from ivr.switchboard.line.sending_on import is_in_vain, look_after_kept
from ivr.switchboard.line.wrapping_up import wrapped_up
from ivr.switchboard.shelf import NothingPublished

log = logging.getLogger(__name__)

AT_A_TIME = 50

SILENT_MS = 90_000
"""So long nothing was heard of a caller in a line: a piece of the wait is much shorter."""

LATE_MS = 30_000
"""So long after an agent has accepted, both must be in the room: a piece of the wait is shorter, and the next
one leads there too."""

FORGOTTEN_MS = 30 * 60_000
"""So long at most a wrap-up waits for a disposition that has to be chosen; then it ends without."""

ASK_CALL = "ask_call"
"""The errand that asks the carrier how a call stands."""

RUNG_LATE_MS = 75_000
"""The same for somebody who has to be rung first."""


def look_after_line(exchange: Exchange) -> None:
    """One round: first whoever can be brought together, as somebody waits for that. Raises LedgerError,
    NothingPublished."""
    dispatch(exchange)
    now = exchange.now()
    hotline = exchange.shelf.live(now).hotline
    with exchange.ledger.reading() as tx:
        late = offers.due(tx, now, AT_A_TIME)
        wrapped = talks.due(tx, now, now - FORGOTTEN_MS, AT_A_TIME)
        on_hold = talks.held_since(tx, now - HOLD_MOST_MS, AT_A_TIME)
        unheard = agents.expired(tx, now)
        silent = line.silent(tx, now - SILENT_MS, AT_A_TIME)
        stuck = talks.unanswered(tx, now - LATE_MS, now - RUNG_LATE_MS, AT_A_TIME)
        in_vain = [visit for visit in ask(tx, line.kept()) if is_in_vain(tx, visit, now)]
        strayed = calling_back.look_over(tx, hotline, now)
    _each(late, lambda offer: over_in_time(exchange, offer))
    _each(wrapped, lambda talk: wrapped_up(exchange, talk.offer))
    _each(on_hold, lambda talk: take_back(exchange, talk.offer, now))
    _each(unheard, lambda agent: sign_out(exchange, agent.id, now))
    _each(silent, lambda visit: bury(exchange, visit.call, now))
    _each(stuck, lambda talk: wonder(exchange, talk.offer, talk.call, now))
    _each(in_vain, lambda visit: look_after_kept(exchange, visit))
    _each(strayed, lambda back: set_right(exchange, back, hotline, now))
    if late or wrapped or in_vain:
        dispatch(exchange)


T = TypeVar("T")


def _each(found: Iterable[T], put_right: Callable[[T], object]) -> None:
    """What goes wrong with one of them keeps nobody else waiting."""
    for each in found:
        try:
            put_right(each)
        except (LedgerError, NothingPublished):
            raise
        except Exception:
            log.exception("this could not be put right: %s", each)


def sign_out(exchange: Exchange, agent_id: str, now: int) -> None:
    """An agent who is not heard of any more is offered nobody; what they are in the middle of goes on."""
    with exchange.ledger.transaction() as tx:
        agent = agents.held(tx, agent_id)
        if agent is not None and agent.lease_until is not None and agent.lease_until <= now:
            agents.becomes(tx, agent, now, status=Status.SIGNED_OUT, reason=UNHEARD)
            agents.lease(tx, agent_id, None)
    exchange.tell(Topic.LINE)


def bury(exchange: Exchange, call_id: str, now: int) -> None:
    """A visit whose call is over is over too; the carrier is asked about one of which nothing is heard."""
    with exchange.ledger.transaction() as tx:
        call = calls.find(tx, call_id)
        if call is None or call.ended_at is not None:
            caller_gone(exchange, tx, call_id, now)
        elif not errands.is_open(tx, call_id, ASK_CALL):
            errands.wish(tx, ASK_CALL, call_id, {}, now, now)
    exchange.tell(Topic.ERRANDS)
    exchange.tell(Topic.LINE)


def wonder(exchange: Exchange, offer_id: str, call_id: str, now: int) -> None:
    """The two may not have met: the carrier is asked who is in the room, unless it is being asked."""
    with exchange.ledger.transaction() as tx:
        if errands.is_open(tx, call_id, ASK_ROOM):
            return
        errands.wish(tx, ASK_ROOM, call_id, {"offer": offer_id}, now, now)
    exchange.tell(Topic.ERRANDS)


def take_back(exchange: Exchange, offer_id: str, now: int) -> None:
    """Nobody is on hold for ever: the caller is back with the agent, who may have forgotten them."""
    with exchange.ledger.transaction() as tx:
        talk = talks.locked(tx, offer_id)
        if talk is None or not talk.is_on or errands.is_open(tx, talk.call, HOLD):
            return
        wish_hold(tx, talk, now, hold=False)
        events.note(tx, talk.call, now, HELD_TOO_LONG, agent=talk.agent)
    exchange.tell(Topic.ERRANDS)
    exchange.tell(Topic.LINE)


def set_right(exchange: Exchange, back: Callback, live: Hotline, now: int) -> None:
    """Who is to be rung leaves the line for a while: it has closed, or all who could take them declined."""
    with exchange.ledger.transaction() as tx:
        tx.hold(line.DISPATCH)
        calling_back.put_right(tx, back, live, now)
