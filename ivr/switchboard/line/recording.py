"""The recording of a conversation: made from its begin to its end, and resting while it is on hold or the
agent wishes it, as when a card is read.

It belongs to the room, and so to all conversations in it. It is written down as it shall be, and an errand
makes it so; when it is over the carrier tells, and where nobody told us within a minute, we look.
"""

from dataclasses import replace

from ivr.carriers.errors import NotYet
from ivr.carriers.events import RecordingChanged, RecordingState
from ivr.core.line.recording import is_recorded
from ivr.core.line.visits import Kind, Visit
from ivr.core.menus import Hotline
from ivr.ledger import Transaction, callbacks, calls, errands, events, recordings, talks
from ivr.ledger.errands import Errand
from ivr.ledger.talks import Talk
from ivr.outside.bus import Topic
from ivr.switchboard.attempts import settle
from ivr.switchboard.exchange import Exchange
from ivr.switchboard.line.joining import rules_of

RECORDER, FIND_RECORDING = "recorder", "find_recording"
"""The errands that let a recording rest or go on, and that look for one nobody told us of."""

LOOK_AFTER_MS = 60_000
"""So long after a conversation we look for its recording ourselves."""

NOT_RECORDED = "not_recorded"
"""In a call's log: a conversation was to be recorded, and the carrier has nothing of it."""


def pause(exchange: Exchange, offer_id: str) -> bool:
    """The recording is to rest: there is silence in place of what is said. False if nothing is recorded."""
    return _wish_pause(exchange, offer_id, pause=True)


def resume(exchange: Exchange, offer_id: str) -> bool:
    """The recording is to go on, once the caller is not on hold; False if nothing is recorded."""
    return _wish_pause(exchange, offer_id, pause=False)


def _wish_pause(exchange: Exchange, offer_id: str, *, pause: bool) -> bool:
    now = exchange.now()
    with exchange.ledger.transaction() as tx:
        talk = talks.locked(tx, offer_id)
        if talk is None or not talk.recorded or not talk.is_on or talk.answered_at is None:
            return False
        talks.wish_pause(tx, talk.room, pause=pause)
        wish_recorder(tx, talk, now)
    exchange.tell(Topic.ERRANDS)
    exchange.tell(Topic.LINE)
    return True


def wish_recorder(tx: Transaction, talk: Talk, now: int) -> None:
    """The recording is to stand as the conversation does by now."""
    if talk.recorded:
        errands.wish(tx, RECORDER, talk.call, {"offer": talk.offer, "room": talk.room}, now, now)


def must_rest(here: list[Talk]) -> bool:
    """Whether nothing is to be recorded in a room now: the caller is on hold, or an agent wishes it."""
    return any(talk.is_on and (talk.hold_wished or talk.pause_wished) for talk in here)


def is_to_be_recorded(tx: Transaction, live: Hotline, visit: Visit) -> bool:
    """Whether the conversation that comes of a visit is recorded: as its queue wants now, and its caller was
    told, or agreed to. Whom an agent calls was neither; who is asked comes into a conversation that is, or is
    not."""
    if visit.kind is Kind.OUTBOUND:
        return False
    if visit.kind is Kind.CONSULT:
        return any(talk.is_on and talk.recorded for talk in talks.in_room(tx, visit.room or ""))
    back = callbacks.of_visit(tx, visit.id) if visit.kind is Kind.CALLBACK else None
    consent = calls.consent(tx, back.call if back else visit.call)
    return is_recorded(rules_of(live, visit.queue).record, consent)


def recorder_set(tx: Transaction, talk: Talk, *, recorded: bool) -> Talk:
    """A conversation that begins, with its recording as it stands in the room."""
    here = [each for each in talks.in_room(tx, talk.room) if each.is_on and each.recorded]
    return replace(
        talk,
        recorded=recorded,
        pause_wished=any(each.pause_wished for each in here),
        paused=any(each.paused for each in here),
    )


def recording_changed(exchange: Exchange, room: str, change: RecordingChanged) -> None:
    """The carrier tells how the recording of a room stands; twice, late, or never."""
    with exchange.ledger.transaction() as tx:
        _told(tx, room, change, exchange.now())
    exchange.tell(Topic.ERRANDS)
    exchange.tell(Topic.LINE)


def _told(tx: Transaction, room: str, change: RecordingChanged, now: int) -> None:
    """What is recorded is fetched at once; of what is not, the log says so."""
    here = talks.in_room(tx, room)
    if not here or recordings.by_carrier_id(tx, change.recording_id) is not None:
        return
    first = here[0]
    match change.state:
        case RecordingState.READY:
            began = first.answered_at if first.answered_at is not None else now
            seconds = float(change.seconds or 0)
            kept = recordings.add(tx, first.call, change.recording_id, first.queue, seconds, began, room=room)
            payload = {"recording": kept, "carrier_id": change.recording_id}
            errands.wish(tx, "fetch_recording", first.call, payload, now, now)
        case RecordingState.ABSENT | RecordingState.FAILED:
            _nothing(tx, first, now)


def _nothing(tx: Transaction, talk: Talk, now: int) -> None:
    """Nothing is, or was, recorded in a room: told once."""
    if talk.recorded:
        events.note(tx, talk.call, now, NOT_RECORDED, queue=talk.queue)
        talks.not_recorded(tx, talk.room)


def wish_found(tx: Transaction, talk: Talk, now: int) -> None:
    """The conversation is over: its recording is looked for, if nobody tells us of it."""
    errands.wish(tx, FIND_RECORDING, talk.call, {"offer": talk.offer}, now + LOOK_AFTER_MS, now)


# -- errands -----------------------------------------------------------------------------------------------


def make_recorder(exchange: Exchange, errand: Errand) -> None:
    """Lets the recording rest, or go on: as the conversation in the room is now."""
    with exchange.ledger.reading() as tx:
        here = talks.in_room(tx, errand.payload["room"])
    talk = next((each for each in here if each.is_on and each.recorded), None)
    if talk is not None and talk.room_id is not None and talk.answered_at is not None:
        rooms, rests = exchange.carrier.rooms, must_rest(here)
        done = (rooms.pause_recording if rests else rooms.resume_recording)(talk.room_id)
        now = exchange.now()
        with exchange.ledger.transaction() as tx:
            if done:
                talks.paused(tx, talk.room, paused=rests)
            else:
                _nothing(tx, talk, now)
    settle(exchange, errand, {})
    exchange.tell(Topic.LINE)


def find_recording(exchange: Exchange, errand: Errand) -> None:
    """Looks for the recording of a conversation that is over, if it is not here. Raises NotYet while the
    carrier is not done with it."""
    with exchange.ledger.reading() as tx:
        talk = talks.find(tx, errand.payload["offer"])
        known = recordings.of_room(tx, talk.room) if talk else []
    if talk is None or known:
        return settle(exchange, errand, {})
    found = exchange.carrier.rooms.recordings(talk.room_id) if talk.room_id else []
    if any(each.state not in OVER for each in found):
        raise NotYet("the carrier is not done with the recording")
    with exchange.ledger.transaction() as tx:
        now = exchange.now()
        for each in found:
            _told(tx, talk.room, each, now)
        if not found and talk.answered_at is not None:
            _nothing(tx, talk, now)
    exchange.tell(Topic.ERRANDS)
    return settle(exchange, errand, {})


OVER = frozenset({RecordingState.READY, RecordingState.ABSENT, RecordingState.FAILED})
