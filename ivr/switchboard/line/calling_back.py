"""Those who are to be rung when it is their turn: into the line where they were, and out of it again.

A promise waits outside the line while its queue is closed and between two tries; a turn that would come after
closing is the first of the next opening, as the rank is kept.
"""

from collections.abc import Callable, Sequence

from ivr.core.calls import Move
from ivr.core.line.patience import Present, all_declined
from ivr.core.line.visits import Kind, Left, Visit, WentTo
from ivr.core.menus import Hotline
from ivr.core.world import Placed, Today, no_place
from ivr.ledger import Transaction, agents, audit, callbacks, calls, closures, events, line, offers, rows
from ivr.ledger.audit import Deed
from ivr.ledger.callbacks import Callback, Over
from ivr.outside.bus import Topic
from ivr.switchboard.exchange import Exchange
from ivr.switchboard.line.joining import rules_of

TRIES = 3
"""How often a caller is rung before the promise is given up."""

BETWEEN_TRIES_MS = 300_000
"""From one try to the next: whoever was busy may be free by then."""

KEEP_MS = 7 * 86_400_000
"""A promise nobody could keep for so long would only be a surprise."""

AT_A_TIME = 200


def asked(tx: Transaction | None, move: Move, left: Visit | None, now: int) -> Callback | None:
    """The promise that a move makes, at the place that was `left` for it."""
    back, call = move.ring_back, move.call
    if back is None:
        return None
    before = line.of_call(tx, call.id) if tx else []
    waited = sum((visit.ended_at or now) - visit.entered_at for visit in before)
    return Callback(
        id=f"{call.id}.{call.hop}",
        call=call.id,
        number=back.number,
        called=call.called,
        queue=back.queue,
        language=call.language,
        revision=call.revision,
        step=back.step,
        first_at=left.first_at if left else now,
        rank=left.rank if left else now,
        asked_at=now,
        waited=waited,
    )


def placed(tx: Transaction | None) -> Placed:
    """Says of a queue and a number whether it has a place there that can still be moved."""
    if tx is None:
        return no_place
    return lambda queue, number: place_of(tx, number, queue) is not None


def place_of(tx: Transaction, number: str, queue: str) -> Callback | None:
    """The place of a number in a queue; none while an agent is offered it, as the phone may ring now."""
    found = callbacks.of_number(tx, number, queue)
    if found is None or found.visit is None:
        return found
    visit = line.find(tx, found.visit)
    return found if visit is not None and visit.is_waiting and not offers.is_rung(tx, visit.id) else None


def moved(tx: Transaction | None, move: Move) -> Callback | None:
    """The promise whose place becomes that of a caller who waits on the phone instead."""
    if tx is None or move.joins is None or not move.joins.keep or move.call.caller is None:
        return None
    return place_of(tx, move.call.caller, move.joins.queue)


def numbers_of(tx: Transaction, visit: Visit) -> tuple[str | None, str] | None:
    """Who a visit is, and the number of ours they know; None of a call nobody knows."""
    back = callbacks.of_visit(tx, visit.id) if visit.kind is Kind.CALLBACK else None
    if back is not None:
        return back.number, back.called
    if visit.kind is Kind.OUTBOUND:
        return number_of(tx, visit), ""
    return calls.numbers(tx, visit.call)


def number_of(tx: Transaction, visit: Visit) -> str | None:
    """The number an agent calls, which may stand sealed in its visit."""
    return rows.dialled(tx.seal, visit.leads)


def promise_of(visit: Visit) -> str:
    """The id of the promise for which a visit stands, or has stood (see `visit_of`)."""
    return visit.id.rpartition(".")[0]


# -- into the line -----------------------------------------------------------------------------------------


def due(tx: Transaction, live: Hotline, now: int) -> list[Callback]:
    """Those who may be in line now, as their queue is open."""
    is_open = opening(tx, live, now)
    return [each for each in callbacks.due(tx, now, AT_A_TIME) if is_open(each.queue)]


Opening = Callable[[str], bool]
"""Says of a queue whether anybody of it is to be rung now."""


def opening(tx: Transaction, live: Hotline, now: int) -> Opening:
    """Which queues are open, by one question for all of them."""
    return Today(now, live, closed=closures.every(tx).get).serves


def enter(tx: Transaction, coming: Sequence[Callback], now: int) -> None:
    """They are in line again. Whoever does this holds `line.DISPATCH`, so that nobody else does it too."""
    for each in coming:
        still = callbacks.find(tx, each.id)
        if still is not None and still.ended_at is None and still.due_at is not None:
            callbacks.enter(tx, still.id, visit_of(still, now))


def visit_of(back: Callback, now: int) -> Visit:
    """Their place in line. It is known by itself until there is a call."""
    name = f"{back.id}.{now}"
    return Visit(
        id=name,
        call=name,
        queue=back.queue,
        language=back.language,
        first_at=back.first_at,
        rank=back.rank,
        entered_at=now,
        kind=Kind.CALLBACK,
    )


def keep_for(tx: Transaction, back: Callback, agent_id: str, now: int) -> bool:
    """This agent alone is offered a promise next, whatever its turn and its hours; if they do not take it, it
    waits as before. False if it is over, or an agent is offered it already. Hold `line.DISPATCH` before."""
    visit = line.find(tx, back.visit) if back.visit else None
    still = callbacks.find(tx, back.id)
    if still is None or still.ended_at is not None or still.visit != back.visit:
        return False
    if visit is None:
        visit = visit_of(still, now)
        callbacks.enter(tx, still.id, visit)
    elif not visit.is_waiting or offers.is_rung(tx, visit.id):
        return False
    line.want(tx, visit.id, agent_id)
    return True


# -- out of it ---------------------------------------------------------------------------------------------


def look_over(tx: Transaction, live: Hotline, now: int) -> list[Callback]:
    """Those who cannot stay in line as they are: read only, for `put_right`."""
    waiting, in_line = line.promised(tx, AT_A_TIME), callbacks.in_line(tx, AT_A_TIME)
    is_open, present = opening(tx, live, now), _present(tx, now) if waiting else None
    found = [
        each
        for each in in_line
        if present and each.visit in waiting and _out(waiting[each.visit], live, is_open, present)
    ]
    return found + [each for each in callbacks.due(tx, now, AT_A_TIME) if now - each.asked_at > KEEP_MS]


def put_right(tx: Transaction, back: Callback, live: Hotline, now: int) -> None:
    """Out of the line until the queue opens, or somebody else is asked; or for good, after days."""
    visit = line.find(tx, back.visit) if back.visit else None
    still = callbacks.find(tx, back.id)
    if still is None or still.ended_at is not None or still.visit != back.visit:
        return
    if visit is None:
        if now - still.asked_at > KEEP_MS:
            callbacks.end(tx, still.id, Over.EXPIRED, now)
        return
    if not visit.is_waiting or offers.is_rung(tx, visit.id):
        return
    out = _out(visit, live, opening(tx, live, now), _present(tx, now))
    if out is not None:
        line.end(tx, visit.id, out, WentTo.QUEUE, now)
        callbacks.later(tx, still.id, now if out is Left.CLOSED else now + BETWEEN_TRIES_MS)


def _present(tx: Transaction, now: int) -> Present:
    return Present(now, is_rung=False, is_open=True, agents=tuple(agents.listed(tx)))


def _out(visit: Visit, live: Hotline, is_open: Opening, present: Present) -> Left | None:
    """Why a place in line, which nobody is offered, is to be left for a while: its queue has closed, or all
    who could take it declined."""
    if not is_open(visit.queue):
        return Left.CLOSED
    return Left.NO_AGENTS if all_declined(visit, rules_of(live, visit.queue), present) else None


def cancel(exchange: Exchange, who: str, callback_id: str) -> bool:
    """Somebody of ours takes a promise back; False if it is over, or they are being rung for it."""
    now = exchange.now()
    with exchange.ledger.transaction() as tx:
        visit_id = callbacks.visit_of(tx, callback_id)
        visit = line.find(tx, visit_id) if visit_id else None
        back = callbacks.find(tx, callback_id)
        if back is None or back.visit != visit_id:
            return False
        if visit is not None and (not visit.is_waiting or offers.is_rung(tx, visit.id)):
            return False
        if not callbacks.end(tx, back.id, Over.CANCELLED, now):
            return False
        if visit is not None:
            line.end(tx, visit.id, Left.ABANDONED, WentTo.GOODBYE, now)
        audit.note(tx, who, Deed.CALLBACK_CANCELLED, back.id, None, None, now)
    exchange.tell(Topic.LINE)
    return True


def not_reached(tx: Transaction, visit: Visit, now: int) -> None:
    """An agent had taken them, and the two have not met. Another try follows, some minutes later; one by
    which nobody was rung counts for none."""
    back = callbacks.of_visit(tx, visit.id)
    if back is None or back.ended_at is not None:
        return
    rung = visit.call == back.leg
    if rung and calls.is_on_line(tx, visit.call):  # the agent was gone when they came
        callbacks.end(tx, back.id, Over.MOVED, now)
        return
    last = rung and back.tries >= TRIES
    line.end(tx, visit.id, Left.ABANDONED, WentTo.GOODBYE if last else WentTo.QUEUE, now)
    if rung:
        events.note(tx, back.call, now, "not_reached", number=tx.seal.caller(back.number), tries=back.tries)
    if last:
        callbacks.end(tx, back.id, Over.NOT_REACHED, now)
    else:
        callbacks.later(tx, back.id, now + BETWEEN_TRIES_MS if rung else now)


def reached(tx: Transaction, visit: Visit, now: int) -> None:
    """A caller talks to an agent: a promise to them is kept, or needs not to be kept any more."""
    back = callbacks.of_visit(tx, visit.id)
    if back is not None:
        callbacks.end(tx, back.id, Over.REACHED, now)
        return
    numbers = numbers_of(tx, visit)
    other = place_of(tx, numbers[0], visit.queue) if numbers and numbers[0] else None
    if other is not None:
        callbacks.give_up_place(tx, other, Over.ELSEWHERE, now)
