"""What an agent hears on their phone: who calls, whether they are still there, and then the caller."""

from ivr.carriers import events as said
from ivr.carriers.capabilities import CARRIERS
from ivr.carriers.rooms import RoomLeft
from ivr.carriers.twilio import twiml
from ivr.carriers.twilio.fragment import Fragment
from ivr.core.agents import Agent, Way
from ivr.core.line.visits import Kind, Visit
from ivr.core.menus import Hotline, Language, Words
from ivr.core.phrases import words
from ivr.ledger import agents, line, offers, talks
from ivr.ledger.talks import Talk
from ivr.switchboard.exchange import Exchange
from ivr.switchboard.line.calling_back import numbers_of
from ivr.switchboard.line.meeting import label_of, line_ended
from ivr.switchboard.line.offering import accept, address, decline, leg_changed
from ivr.switchboard.line.recording import is_to_be_recorded
from ivr.switchboard.line.sending_on import comes_from, sender
from ivr.switchboard.line.standing import heard_of
from ivr.switchboard.shelf import Script
from ivr.switchboard.tongues import tongue

SILENT = twiml.document(twiml.hangup()).fill({})


def idle_address(exchange: Exchange) -> str:
    """Where the line goes on of an agent who is dialled in, and waits."""
    retries = CARRIERS[exchange.settings.carrier].retries
    return f"{exchange.settings.base_url}/voice/agents/idle{retries}"


def _then(exchange: Exchange, agent: Agent | None) -> Fragment:
    """What becomes of an agent's line after all: it ends, but for one they are dialled in on."""
    dialled_in = agent is not None and agent.way is Way.DIALLED_IN
    return twiml.redirect(idle_address(exchange)) if dialled_in else twiml.hangup()


def _nothing_more(exchange: Exchange, agent: Agent | None) -> bytes:
    return twiml.document(_then(exchange, agent)).fill({})


def agent_answered(exchange: Exchange, offer_id: str) -> bytes:
    """Their line is open: who calls, and press 1; or what has become of the call. Only the key takes it, so
    that no voicemail does. Who has accepted on their page is led to the caller at once."""
    script = exchange.shelf.live(exchange.now())
    with exchange.ledger.reading() as tx:
        offer = offers.find(tx, offer_id)
        talk = talks.find(tx, offer_id)
        visit = line.find(tx, offer.visit) if offer else None
        agent = agents.find(tx, offer.agent) if offer else None
        numbers = numbers_of(tx, visit) if visit else None
        sent_by = sender(tx, visit, comes_from(tx, visit)) if visit else None
        recorded = is_to_be_recorded(tx, script.hotline, visit) if visit else False
    if offer is None or visit is None or agent is None:
        return SILENT
    if talk is not None and talk.talk_ended_at is None:
        return _into_room(exchange, script, talk, visit, agent)
    heard_of(exchange, agent.id)
    language = language_of(agent, script.hotline)
    if offer.ended_at is not None:
        return _regret(exchange, script, agent, visit)
    caller = (numbers[0] if numbers else None) or ""
    who_calls = _who_calls(exchange, script.hotline, language, visit, caller, sent_by)
    question = script.documents.say(language, who_calls)
    if recorded:
        question += script.documents.say(
            language, words(script.hotline.languages[language].phrases["recorded"])
        )
    asked = twiml.gather(question, f"{address(exchange, offer_id)}/key", timeout=5, num_digits=1)
    return twiml.document(asked + asked + _then(exchange, agent)).fill({})


def agent_pressed(exchange: Exchange, offer_id: str, leg: str, digits: str | None) -> bytes:
    """1 takes the caller; any other key leaves them to the next agent."""
    script = exchange.shelf.live(exchange.now())
    talk = accept(exchange, offer_id, leg) if digits == "1" else None
    if digits is not None and digits != "1":
        decline(exchange, offer_id)
    with exchange.ledger.reading() as tx:
        offer = offers.find(tx, offer_id)
        visit = line.find(tx, offer.visit) if offer else None
        agent = agents.find(tx, offer.agent) if offer else None
    if visit is None or agent is None:
        return SILENT
    if digits != "1":
        return _nothing_more(exchange, agent)
    if talk is not None:
        return _into_room(exchange, script, talk, visit, agent)
    return _regret(exchange, script, agent, visit)


def agent_left(exchange: Exchange, offer_id: str, left: RoomLeft) -> bytes:
    """The agent's line is out of the room: the conversation is over."""
    line_ended(exchange, offer_id, hung_up=left.hung_up)
    with exchange.ledger.reading() as tx:
        offer = offers.find(tx, offer_id)
        agent = agents.find(tx, offer.agent) if offer else None
    return _nothing_more(exchange, agent)


def agent_line_changed(exchange: Exchange, offer_id: str, change: said.LegChanged) -> None:
    """The carrier tells how the line to an agent fares: with its end an offer ends, or a conversation."""
    leg_changed(exchange, offer_id, change)
    if change.state.over:
        line_ended(exchange, offer_id, hung_up=True)


def language_of(agent: Agent, hotline: Hotline) -> Language:
    """The language an agent is talked to in: the hotline's first of those they speak."""
    return next((each for each in hotline.languages if each in agent.languages), hotline.first_language)


def _into_room(exchange: Exchange, script: Script, talk: Talk, visit: Visit, agent: Agent) -> bytes:
    """Into the room. One who is asked may leave it again, and the caller stays; one who is dialled in leaves
    it by *, as they do not want to hang up."""
    asked = visit.kind is Kind.CONSULT
    retries = CARRIERS[exchange.settings.carrier].retries
    left = f"{address(exchange, talk.offer)}/left{retries}"
    by_star = agent.way is Way.DIALLED_IN
    room = script.documents.in_room(
        label_of(talk.offer),
        left,
        start=True,
        end=not asked,
        leave_by_star=by_star,
        record=talk.recorded,
    )
    return twiml.document(room).fill({"room": talk.room})


def _who_calls(
    exchange: Exchange, hotline: Hotline, language: Language, visit: Visit, caller: str, sent_by: str | None
) -> Words:
    """Who calls, and by which agent's word (`sent_by`, a name), if it is not by their own."""
    phrases = hotline.languages[language].phrases
    if visit.kind is Kind.CONSULT:
        return words(phrases["asked"], agent=sent_by or "", caller=caller)
    if visit.kind is Kind.OUTBOUND:
        return words(phrases["call_out"], caller=caller)
    is_callback = visit.kind is Kind.CALLBACK
    theirs, ours = hotline.languages.get(visit.language), hotline.languages[language]
    since = visit.first_at if is_callback else visit.entered_at
    by_whom = (*words(phrases["sent_on"], agent=sent_by), " ") if sent_by else ()
    return by_whom + words(
        phrases["offer_back" if is_callback else "offer"],
        queue=spoken_name(hotline, visit.queue, language),
        caller=caller,
        language=tongue(theirs.tag if theirs else visit.language, ours.tag),
        minutes=str((exchange.now() - since) // 60_000),
    )


def _regret(exchange: Exchange, script: Script, agent: Agent, visit: Visit) -> bytes:
    """Somebody else was quicker, or the caller has hung up."""
    language = language_of(agent, script.hotline)
    gone = visit.taken_at is None
    phrase = script.hotline.languages[language].phrases["caller_gone" if gone else "taken"]
    said = script.documents.say(language, words(phrase))
    return twiml.document(said + _then(exchange, agent)).fill({})


def spoken_name(hotline: Hotline, queue: str, language: Language) -> Words:
    """What a queue is called in a language."""
    known = hotline.queues.get(queue)
    if known is None or known.label is None:
        return (queue,)
    return known.label.get(language) or (queue,)
