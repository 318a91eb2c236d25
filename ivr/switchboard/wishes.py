"""Wishes to the world outside (law 11): put down with their cause, carried out afterwards, answered once.

An errand whose outcome is unknown is looked up before it is tried again; one that cannot succeed says why.
"""

import logging
from collections.abc import Callable, Mapping
from pathlib import Path

from ivr.carriers.twilio.rest import CarrierError, NotYet, Refused, TryAgain, Unknown
from ivr.core import breaker
from ivr.core.calls import AskByText, Call, LookUp, SendMessage, Wish
from ivr.core.menus import Hotline, Value
from ivr.core.phrases import plain
from ivr.core.pseudonyms import is_pseudonym, short
from ivr.core.world import host_of
from ivr.ledger import audit, errands, messages, recordings
from ivr.ledger import surveys as callers_words
from ivr.ledger.audit import Deed
from ivr.ledger.errands import Errand
from ivr.ledger.facts import Wished
from ivr.outside.bus import Topic
from ivr.outside.lookups import LookupFailed, fill_url, look_up
from ivr.outside.mail import MailDelayed, MailRefused, letter, send
from ivr.outside.sounds import keep, path_of
from ivr.switchboard import surveys
from ivr.switchboard.alerting import send_letter, watch
from ivr.switchboard.attempts import NOT_YET_MS, give_up, is_patient, settle, try_later
from ivr.switchboard.exchange import Exchange
from ivr.switchboard.forgetting import delete_file
from ivr.switchboard.line import (
    calling_out,
    holding,
    offering,
    recording,
    rooms,
    supervising,
)
from ivr.switchboard.line.ringing_back import ring_back
from ivr.switchboard.silence import ask_call
from ivr.switchboard.telling import tell
from ivr.switchboard.tidying import tidy_up

log = logging.getLogger(__name__)


def wished(hotline: Hotline, call: Call, wish: Wish, now: int) -> Wished:
    """The errand that a wish of the menus is."""
    match wish:
        case AskByText(step=step, questions=questions):
            text = surveys.written(hotline, f"text_{questions[0]}", call.language)
            asked = {"to": call.caller, "from": call.called, "text": text, "step": step}
            return Wished("survey", {**asked, "question": str(questions[0])}, now + surveys.AFTER_CALL_MS)
        case SendMessage(to=to, text=text):
            return Wished("message", {"to": to, "from": call.called, "text": text}, now)
        case LookUp(get=get, timeout=timeout):
            asked = {piece.name: call.value(piece.name) for piece in get if isinstance(piece, Value)}
            payload = {"get": plain(get), "values": asked, "timeout": timeout, "host": host_of(get)}
            return Wished("lookup", payload, now)


def carry_out(exchange: Exchange, errand: Errand) -> None:
    """Does one claimed errand and writes down what came of it; never raises."""
    try:
        CARRIED_OUT[errand.kind](exchange, errand)
    except TryAgain as later:
        try_later(exchange, errand, str(later), at_least=later.after or 0)
    except Unknown as unknown:
        try_later(exchange, errand, str(unknown), unsure=True)
    except NotYet as later:
        try_later(exchange, errand, str(later), for_ms=NOT_YET_MS)
    except MailDelayed as later:
        try_later(exchange, errand, str(later))
    except Refused as refusal:
        (try_later if may_be_mended(errand, refusal) else give_up)(exchange, errand, str(refusal))
    except (LookupFailed, MailRefused, CarrierError) as refusal:
        give_up(exchange, errand, str(refusal))
    except Exception as error:
        log.exception("errand %s (%s) failed", errand.id, errand.kind)
        try_later(exchange, errand, type(error).__name__)


def may_be_mended(errand: Errand, refusal: Refused) -> bool:
    """Whether a refusal lies with our key rather than with the wish: an admin may mend that in time."""
    return is_patient(errand.kind) and refusal.status in (401, 403)


def send_message(exchange: Exchange, errand: Errand) -> None:
    """Sends a text, but not to somebody who wants none."""
    if is_withdrawn(exchange, errand.payload["to"]):
        return give_up(exchange, errand, WITHDRAWN)
    return settle(exchange, errand, {"message": sent(exchange, errand)})


def send_question(exchange: Exchange, errand: Errand) -> None:
    """Puts the first question of a survey after a call, once."""
    if is_withdrawn(exchange, errand.payload["to"]):
        return give_up(exchange, errand, WITHDRAWN)
    return surveys.put(exchange, errand, sent(exchange, errand))


def sent(exchange: Exchange, errand: Errand) -> str:
    """The id of the text, sent now or by a try before: that is looked up first, so nobody gets it twice."""
    wished = errand.payload
    before = sent_before(exchange, errand) if errand.tries > 1 else None
    sender = exchange.settings.phone_number or wished["from"]
    return before or exchange.carrier.send_message(wished["to"], sender, wished["text"])


def is_withdrawn(exchange: Exchange, number: str) -> bool:
    with exchange.ledger.reading() as tx:
        return callers_words.has_withdrawn(tx, number)


WITHDRAWN = "this number wants no messages"


def sent_before(exchange: Exchange, errand: Errand) -> str | None:
    """The id of the text if a try before has sent it. Raises Unknown while nobody can tell."""
    try:
        return exchange.carrier.find_message(errand.payload["to"], errand.payload["text"], errand.created_at)
    except TryAgain as later:
        raise Unknown(f"it may have been sent: {later}") from later


def ask_outside(exchange: Exchange, errand: Errand) -> None:
    """Asks another system for the caller who is waiting; tried once, as nobody waits for a second try."""
    wished, host = errand.payload, errand.payload["host"]
    may_ask, known = breaker.ask(exchange.breakers.get(host, breaker.CLOSED), exchange.now())
    exchange.breakers[host] = known
    if not may_ask:
        return give_up(exchange, errand, f"{host} does not answer at the moment")
    hosts = exchange.shelf.live(exchange.now()).hotline.lookup_hosts
    try:
        found = look_up(fill_url(wished["get"], wished["values"]), hosts, wished["timeout"])
    except LookupFailed as failure:
        if failure.down is not None:  # a host that answers, be it "not found", is up
            failed = breaker.failed(known, exchange.now())
            exchange.breakers[host] = failed if failure.down else breaker.succeeded()
        raise
    exchange.breakers[host] = breaker.succeeded()
    return settle(exchange, errand, found)


def fetch_recording(exchange: Exchange, errand: Errand) -> None:
    """Copies a recording to us; only when it is safe here, its copy at the carrier is to be deleted."""
    recording, carrier_id = errand.payload["recording"], errand.payload["carrier_id"]
    sound = exchange.carrier.fetch_recording(carrier_id)
    folder = Path(exchange.settings.data) / "messages"
    name = keep(folder, recording, sound)
    now = exchange.now()
    with exchange.ledger.transaction() as tx:
        is_kept = recordings.kept(tx, recording, name)
        if not is_kept:
            path_of(folder, name).unlink(missing_ok=True)
        if not errands.done(tx, errand.id, {"file": name}, now):
            return  # it took longer than its lease, and whoever claimed it then was quicker
        errands.wish(tx, "delete_recording", errand.call, {"carrier_id": carrier_id}, now, now)
        for message in messages.of_call(tx, errand.call or ""):
            if is_kept and message.recording == recording and exchange.settings.mail_server:
                errands.wish(tx, "mail", errand.call, {"message": message.id}, now, now)


def mail_message(exchange: Exchange, errand: Errand) -> None:
    """Sends a mailbox's owner what was left there."""
    live = exchange.shelf.live(exchange.now())
    with exchange.ledger.reading() as tx:
        message = messages.find(tx, errand.payload["message"])
    box = live.hotline.mailboxes.get(message.mailbox) if message else None
    if message is None or message.file is None or box is None or box.mail is None:
        return settle(exchange, errand, {})
    sound = path_of(Path(exchange.settings.data) / "messages", message.file).read_bytes()
    caller = message.caller or "a withheld number"
    caller = f"caller {short(caller)}" if is_pseudonym(caller) else caller
    link = f"{exchange.settings.base_url}/calls/{message.call}"
    text = f"{caller} left word for {message.mailbox} ({message.seconds:.0f} seconds).\n\n{link}\n"
    sender = exchange.settings.mail_from or box.mail
    send(exchange.settings.mail_server, letter(sender, box.mail, f"Message from {caller}", text, sound))
    return settle(exchange, errand, {"to": box.mail})


def fetch_again(exchange: Exchange, recording_id: str, who: str) -> bool:
    """Somebody wants a recording fetched that was given up; False if it was not (or is tried already)."""
    now = exchange.now()
    with exchange.ledger.transaction() as tx:
        recording = recordings.find(tx, recording_id)
        if recording is None or not recordings.wanted_again(tx, recording_id):
            return False
        payload = {"recording": recording_id, "carrier_id": recording.carrier_id}
        errands.wish(tx, "fetch_recording", recording.call, payload, now, now)
        audit.note(tx, who, Deed.RECORDING_FETCHED, recording_id, None, None, now)
    exchange.tell(Topic.ERRANDS)
    return True


def delete_recording(exchange: Exchange, errand: Errand) -> None:
    """At the carrier; and here, where it was forgotten and whoever did so was killed before its file went."""
    delete_file(exchange, errand.payload.get("file"))
    exchange.carrier.delete_recording(errand.payload["carrier_id"])
    settle(exchange, errand, {})


CARRIED_OUT: Mapping[str, Callable[[Exchange, Errand], None]] = {
    "message": send_message,
    "survey": send_question,
    "lookup": ask_outside,
    "fetch_recording": fetch_recording,
    "delete_recording": delete_recording,
    "mail": mail_message,
    "ask_call": ask_call,
    "ring": offering.ring,
    "bring": offering.bring,
    "connect": rooms.connect,
    "ring_back": ring_back,
    "ask_room": rooms.ask_room,
    "call_out": calling_out.ring,
    "hang_up": offering.hang_up,
    "end_room": rooms.end_room,
    "hold": holding.make_held,
    "mute": holding.make_muted,
    "keep": holding.make_keep,
    "take_out": holding.take_out,
    "recorder": recording.make_recorder,
    "find_recording": recording.find_recording,
    "ring_listener": supervising.ring,
    "listen": supervising.make_heard,
    "letter": send_letter,
    "tell": tell,
    "watch": watch,
    "tidy": tidy_up,
}
