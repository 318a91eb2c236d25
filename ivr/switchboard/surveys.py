"""Callers are asked about their call, on the line or by text messages after it; and what they write to us."""

from collections.abc import Iterator
from dataclasses import replace

from ivr.carriers.events import TextReceived
from ivr.carriers.twilio import twiml
from ivr.carriers.twilio.fragment import Fragment
from ivr.core.calls import Act, Ending, Move
from ivr.core.menus import Ask, Hotline, Record, Step, Survey
from ivr.core.phrases import plain, words
from ivr.core.surveys import Answer, Means, Question, readings, vocabulary
from ivr.core.world import Spared, nobody_spared
from ivr.ledger import Transaction, callers, calls, errands
from ivr.ledger import surveys as ledger
from ivr.ledger.errands import Errand
from ivr.ledger.facts import Spoken, Written
from ivr.ledger.surveys import Feedback, Kind
from ivr.switchboard.exchange import Exchange
from ivr.switchboard.happening import Look, live_script, script_of, told

AFTER_CALL_MS = 20_000
"""So long after the step the first message is sent: by then the caller has hung up."""

REPLY_EVERY_MS = 24 * 3_600_000
"""What is no answer gets a reply once in this time: two machines must not thank each other for ever."""

LONGEST_TEXT = 1_600


# -- on the line -------------------------------------------------------------------------------------------


def heard(hotline: Hotline, move: Move, spoken: Spoken | None, now: int) -> Iterator[Answer]:
    """The questions a move has had answered, and the one it puts."""
    call = move.call
    for done in move.passes:
        step = hotline.steps.get(done.step)
        question = question_of(step)
        if step is None or question is None:
            continue
        answer = Answer(call.id, step.name, question, done.entered_at, answered_at=now)
        match step.thing:
            case Ask(keep_as=name) if done.ending is Ending.KEY:
                yield replace(answer, value=int(call.value(name)))
            case Record() if done.ending is Ending.MESSAGE and spoken is not None:
                yield replace(answer, recording=spoken.recording)
    place = move.document.place
    question = question_of(hotline.steps.get(place.step)) if place else None
    is_first = place is not None and place.silences == place.wrongs == 0
    if place and question and is_first and move.document.act in (Act.LISTEN, Act.RECORD):
        yield Answer(call.id, place.step, question, now, caller=call.caller)


def question_of(step: Step | None) -> Question | None:
    """What a step asks for a survey."""
    match step.thing if step else None:
        case Ask(question=question) | Record(question=question):
            return question
    return None


def spared(look: Look) -> Spared:
    """Says whom no survey may ask now."""
    tx = None if look.away else look.tx
    if tx is None:
        return nobody_spared
    return lambda caller, since, means: ledger.is_spared(tx, caller, since, means)


# -- by text messages --------------------------------------------------------------------------------------


def put(exchange: Exchange, errand: Errand, message: str) -> None:
    """The first question after a call was sent."""
    wished, now = errand.payload, exchange.now()
    question = Question(wished["question"])
    name = step_name(wished["step"], question)
    asked = Answer(str(errand.call), name, question, now, Means.SMS, caller=wished["to"])
    with exchange.ledger.transaction() as tx:
        if errands.done(tx, errand.id, {"message": message}, now):
            ledger.asked(tx, asked)


def text_received(exchange: Exchange, text: TextReceived) -> bytes:
    """A caller has written to us: an answer, a wish to be left alone, or anything else. Told again, it is the
    same message, and gets the same reply."""
    body = text.body[:LONGEST_TEXT].replace("\0", "")
    languages = live_script(exchange).hotline.languages.values()
    understood = readings(body, vocabulary(language.phrases for language in languages))
    fact = Written(text.message_id, text.caller, text.called, body, exchange.now(), understood)
    replies = [""]

    def put(tx: Transaction) -> None:
        ledger.one_by_one(tx, fact.caller)
        known = ledger.find(tx, fact.message)
        if known is None:
            taken, answered = ledger.take(tx, fact.feedback, fact.readings)
            known = replace(taken, reply=_reply(exchange, tx, taken, answered))
            ledger.wrote(tx, known)
        replies[:] = [known.reply]

    told(exchange, fact, put)
    reply = twiml.message(replies[0]) if replies[0] else Fragment()
    return twiml.document(reply).fill({})


def _reply(exchange: Exchange, tx: Transaction, taken: Feedback, answered: Answer | None) -> str:
    """What is answered: the next question, our thanks, or nothing."""
    if answered is not None:
        return _next(exchange, tx, answered, taken.at)
    before = ledger.written_by(tx, taken.caller, most=1)
    quiet = ledger.has_withdrawn(tx, taken.caller) or (before and taken.at - before[0].at < REPLY_EVERY_MS)
    is_answered = taken.kind is not Kind.FEEDBACK or quiet
    return "" if is_answered else _sentence(exchange, tx, "text_noted", taken.caller)


def _next(exchange: Exchange, tx: Transaction, answered: Answer, now: int) -> str:
    """The next question of the survey, or our thanks."""
    call = calls.find(tx, answered.call)
    step = answered.step.rpartition(".")[0]
    script = script_of(exchange, call.revision, live_script(exchange)) if call else live_script(exchange)
    thing = script.hotline.steps[step].thing if step in script.hotline.steps else None
    put = {each.question for each in ledger.of_call(tx, answered.call)}
    left = [each for each in thing.questions if each not in put] if isinstance(thing, Survey) else []
    caller = answered.caller or ""
    if not left:
        return _sentence(exchange, tx, "text_thanks", caller)
    name = step_name(step, left[0])
    ledger.asked(tx, Answer(answered.call, name, left[0], now, Means.SMS, caller=caller))
    return _sentence(exchange, tx, f"text_{left[0]}", caller)


def step_name(step: str, question: Question) -> str:
    """What a question of a survey is called."""
    return f"{step}.{question}"


def _sentence(exchange: Exchange, tx: Transaction, phrase: str, caller: str) -> str:
    """A sentence of ours for this number: in the language chosen there last."""
    hotline = live_script(exchange).hotline
    remembered = callers.remembered_language(tx, caller)
    known = remembered is not None and remembered in hotline.languages
    return written(hotline, phrase, remembered if known and remembered else hotline.first_language)


def written(hotline: Hotline, phrase: str, language: str) -> str:
    """A sentence of ours as a text message; "" where an admin's own language has none."""
    sentence = hotline.languages[language].phrases.get(phrase, "")
    return plain(words(sentence, hotline=hotline.name)) if sentence else ""
