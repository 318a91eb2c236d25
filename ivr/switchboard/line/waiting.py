"""The wait: what a caller hears in a line, again and again, with their keys alive all the time.

The carrier asks for the next piece whenever one ends, which also tells that the caller is still there. A
piece never errs: what cannot be looked up is left out, and the music plays on.
"""

import logging
from collections.abc import Iterator
from dataclasses import dataclass, replace

from ivr.carriers import events as said
from ivr.carriers.twilio import twiml
from ivr.core.calls import Place
from ivr.core.line.estimate import Told, minutes, tell
from ivr.core.line.patience import Present, all_declined, must_leave
from ivr.core.line.rules import Rules
from ivr.core.line.snapshot import Snapshot
from ivr.core.line.visits import Left, Visit
from ivr.core.menus import CALL_BACK, PLACE, Enqueue, Hotline, Language, Words
from ivr.core.phrases import words
from ivr.core.prompts import joined
from ivr.core.world import Today
from ivr.ledger import LedgerError, Transaction, agents, line, offers
from ivr.ledger.offers import End
from ivr.switchboard.callers import At
from ivr.switchboard.documents import MUSIC_SECONDS
from ivr.switchboard.exchange import Exchange
from ivr.switchboard.happening import live_script, script_of
from ivr.switchboard.line.joining import closed, rules_of
from ivr.switchboard.line.offering import let_go
from ivr.switchboard.shelf import Script

log = logging.getLogger(__name__)

BEAT_MS = 60_000
"""So often at most it is written down that a caller still waits."""

TWICE_MS = 2_000
"""No piece of a wait is over so soon: who asks again is asking for the same one."""


@dataclass(frozen=True, slots=True)
class News:
    """What a caller hears of their wait: their place now, and what is known of the time."""

    place: int
    told: Told


LEAVE = twiml.document(twiml.leave()).fill({})


def still_waiting(exchange: Exchange, at: At, event: said.StillWaiting) -> bytes:
    """The next piece of a wait, or out of it: to the agent who has accepted, or where waiting is over."""
    return _piece(exchange, at, event.call_id)


def pressed_waiting(exchange: Exchange, at: At, event: said.KeyPress) -> bytes:
    """A key that was pressed in the wait: it leads out of the line, tells the place, or means nothing."""
    script = script_of(exchange, at.revision, live_script(exchange))
    step = script.hotline.steps.get(at.place.step)
    options = step.thing.options if step and isinstance(step.thing, Enqueue) else ()
    chosen = next((option for option in options if option.matches(event.digits or "")), None)
    if chosen is None:
        return _piece(exchange, at, event.call_id)
    if chosen.leads == PLACE:
        return _piece(exchange, at, event.call_id, asked=True)
    why = Left.CALLBACK if chosen.leads == CALL_BACK else Left.KEY
    return _leave(exchange, at, event.call_id, why, chosen.leads)


def _leave(exchange: Exchange, at: At, call_id: str, why: Left, leads: str) -> bytes:
    """Leads the caller out of the wait; if an agent has accepted them meanwhile, to that agent."""
    try:
        with exchange.ledger.transaction() as tx:
            visit = line.open_of(tx, call_id)
            if visit is None or (why is Left.TIMEOUT and offers.is_rung(tx, visit.id)):
                return _music(exchange, at)  # an agent was found in this moment
            if line.leave(tx, visit.id, why, leads):
                let_go(tx, visit, End.WITHDRAWN, exchange.now())
    except LedgerError as error:
        exchange.outage.begins(error)
        return _music(exchange, at)
    return LEAVE


def _piece(exchange: Exchange, at: At, call_id: str, *, asked: bool = False) -> bytes:
    live = live_script(exchange)
    try:
        with exchange.ledger.reading() as tx:
            visit = line.open_of(tx, call_id)
            if visit is None or not visit.is_waiting:
                return LEAVE
            rules = rules_of(live.hotline, visit.queue)
            seen = exchange.lookout.look(tx, visit.queue, exchange.now())
            present = _present(exchange, tx, visit, rules, live.hotline, seen)
            why, declined = _why(visit, rules, present)
            if why is Left.NO_AGENTS or declined:  # nobody is sent away for what was so a moment ago
                why, declined = _why(visit, rules, replace(present, agents=tuple(agents.listed(tx))))
            news = _news(visit, rules, present, seen, asked=asked)
    except LedgerError as error:
        exchange.outage.begins(error)
        return _music(exchange, at)
    if declined:
        script = script_of(exchange, at.revision, live)
        step = script.hotline.steps.get(at.place.step)
        return _leave(exchange, at, call_id, Left.NO_AGENTS, step.way_out("declined") if step else "")
    if why is not None:
        return _leave(exchange, at, call_id, why, CALL_BACK if why is Left.CALLBACK else "")
    _beat(exchange, visit, news, present.now)
    return _music(exchange, at, visit, rules, news, present.now)


def _present(
    exchange: Exchange, tx: Transaction, visit: Visit, rules: Rules, live: Hotline, seen: Snapshot
) -> Present:
    now = exchange.now()
    is_open = Today(now, live, closed=closed(tx)).serves(visit.queue)
    return Present(now, offers.is_rung(tx, visit.id), is_open, seen.agents)


def _why(visit: Visit, rules: Rules, present: Present) -> tuple[Left | None, bool]:
    """Why they must leave, and whether it is as everybody has declined them."""
    why = must_leave(visit, rules, present)
    return why, why is None and all_declined(visit, rules, present)


def _news(visit: Visit, rules: Rules, present: Present, seen: Snapshot, *, asked: bool) -> News | None:
    """The place and the estimate, if it is time to say them, or they were asked for. Who asks for the same
    piece twice, as a carrier may, is told the same twice."""
    place, told = seen.place(visit.queue, visit.rank), visit.told
    since = present.now - told.said_at if told else None
    if told is not None and since is not None and since < TWICE_MS:
        return News(place, told)
    due = rules.announce > 0 and (since is None or since >= rules.announce * 1000)
    if not (due or asked):
        return None
    return News(place, tell(told, place, seen.line(visit.queue, rules), present.now))


def _beat(exchange: Exchange, visit: Visit, news: News | None, now: int) -> None:
    is_new = news is not None and news.told != visit.told
    if not is_new and now - visit.beat_at < BEAT_MS:
        return
    try:
        with exchange.ledger.transaction() as tx:
            if news is not None and is_new:
                line.tell(tx, visit.id, news.told, now)
            else:
                line.beat(tx, visit.id, now)
    except LedgerError as error:
        exchange.outage.begins(error)


def _music(
    exchange: Exchange,
    at: At,
    visit: Visit | None = None,
    rules: Rules | None = None,
    news: News | None = None,
    now: int = 0,
) -> bytes:
    """A piece of the wait as a document."""
    script = script_of(exchange, at.revision, live_script(exchange))
    language = visit.language if visit else script.hotline.first_language
    language = language if language in script.hotline.languages else script.hotline.first_language
    spoken = list(_sentences(script, at.place, language, news)) if news else []
    longest = float(MUSIC_SECONDS)
    if visit and rules and rules.max_wait is not None:
        longest = max(1.0, min(longest, rules.max_wait - (now - visit.entered_at) / 1000))
    return script.documents.waiting(at.place, language, joined(spoken), longest).fill({"hop": str(at.hop)})


def _sentences(script: Script, place: Place, language: Language, news: News) -> Iterator[Words]:
    phrases = script.hotline.languages[language].phrases
    yield words(phrases["thanks_for_waiting"])
    yield words(phrases["your_place"], place=str(news.place))
    if news.told.spoken is not None:
        least, most = minutes(news.told.spoken)
        if most <= 1:
            yield words(phrases["wait_short"])
        elif least in (0, most):
            yield words(phrases["wait_about"], most=str(most))
        else:
            yield words(phrases["wait_range"], least=str(least), most=str(most))
