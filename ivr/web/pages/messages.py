"""Word left by callers: listened to, noted, done."""

from pathlib import Path

from flask import Blueprint, Response, abort, current_app, redirect, request, send_file, session, url_for
from werkzeug.wrappers import Response as AnyResponse

from ivr.core.accounts import Right
from ivr.ledger import audit, recordings, surveys
from ivr.ledger import messages as left
from ivr.ledger.audit import Deed, State
from ivr.ledger.messages import Message
from ivr.ledger.recordings import Recording
from ivr.outside.sounds import path_of
from ivr.switchboard.exchange import Exchange
from ivr.switchboard.wishes import fetch_again
from ivr.web.pages.calls import tags_of, zone_of
from ivr.web.pages.door import back_where_they_were
from ivr.web.pages.follow import followed
from ivr.web.pages.mark import mark_of
from ivr.web.visitors import name_of_visitor, visitor
from ivr.web.wording import _

messages = Blueprint("messages", __name__)

PAGE = 50
LONGEST_NOTE = 2_000
GROUP_MS = 600_000
"""Listening to a recording again within so many milliseconds is the same row of the audit."""

NO_MESSAGE = _("There is no such message.")
NO_RECORDING = _("This recording is not here (yet).")


@messages.get("/messages")
def listed() -> Response:
    """The messages nobody has seen to, the longest waiting first; or all of them, newest first."""
    exchange: Exchange = current_app.extensions["exchange"]
    every, mark = "all" in request.args, mark_of("message")
    finished_id = session.pop("finished", None)
    with exchange.ledger.reading() as tx:
        found = left.newest(tx, mark, PAGE + 1) if every else left.waiting(tx)
        waiting = left.count_waiting(tx)
        finished = left.find(tx, finished_id) if finished_id else None
    return followed(
        "messages.html",
        messages=found[:PAGE] if every else found,
        more=found[PAGE - 1] if every and len(found) > PAGE else None,
        following=mark is None,
        every=every,
        finished=finished,
        waiting=waiting,
        zone=zone_of(exchange),
        tags=tags_of(exchange),
    )


@messages.get("/messages/written")
def written() -> Response:
    """What callers have written to us, the newest first."""
    exchange: Exchange = current_app.extensions["exchange"]
    before = request.args.get("before", type=int)
    with exchange.ledger.reading() as tx:
        found = surveys.newest(tx, before or exchange.now() + 1, PAGE + 1)
        waiting = left.count_waiting(tx)
    return followed(
        "written.html",
        texts=found[:PAGE],
        more=found[PAGE - 1].at if len(found) > PAGE else None,
        following=before is None,
        waiting=waiting,
        zone=zone_of(exchange),
    )


@messages.post("/messages/<message_id>")
def changed(message_id: str) -> AnyResponse:
    """Somebody saw to it (or takes that back), or wrote a note beside it."""
    exchange: Exchange = current_app.extensions["exchange"]
    every, state = "all" in request.form, request.form.get("state", "")
    done = {"done": True, "waiting": False}.get(state)
    note = request.form.get("note")
    note = None if note is None else note.replace("\0", "")[:LONGEST_NOTE]
    if change(exchange, message_id, done, note) is None:
        abort(404, NO_MESSAGE)
    if done and not every:
        session["finished"] = message_id  # it leaves the list, so the next page says where it went
    return redirect(url_for("messages.listed", all="" if every else None))


def change(exchange: Exchange, message_id: str, done: bool | None, note: str | None) -> Message | None:
    """A message with another note, in another state, or both (None stays); the audit says what has changed.
    None if there is no such message."""
    who, now = name_of_visitor(), exchange.now()
    with exchange.ledger.transaction() as tx:
        before = left.held(tx, message_id)
        if before is None:
            return None
        if note is not None and note.strip() != before.note:
            left.annotate(tx, message_id, note.strip())
        if done:
            left.done(tx, message_id, who, now)
        elif done is False:
            left.undone(tx, message_id)
        after = left.find(tx, message_id) or before
        if state_of(after) != state_of(before):
            audit.note(tx, who, Deed.MESSAGE_CHANGED, message_id, state_of(before), state_of(after), now)
    return after


def state_of(message: Message) -> State:
    """A message as the audit shows it."""
    return {"done": message.done_at is not None, "done_by": message.done_by, "note": message.note}


@messages.post("/recordings/said/<recording_id>")
def fetched_again(recording_id: str) -> AnyResponse:
    """Somebody wants a recording after all that was given up; the page they came from tells how it goes."""
    exchange: Exchange = current_app.extensions["exchange"]
    with exchange.ledger.reading() as tx:
        recording = recordings.find(tx, recording_id)
    if recording is not None and may_hear(recording):
        fetch_again(exchange, recording_id, name_of_visitor())
    return redirect(back_where_they_were(), 303)


@messages.get("/recordings/said/<recording_id>.wav")
def heard(recording_id: str) -> Response:
    """What a caller said. Whoever plays a message has listened to it."""
    exchange: Exchange = current_app.extensions["exchange"]
    with exchange.ledger.reading() as tx:
        recording = recordings.find(tx, recording_id)
    if recording is None or recording.file is None or not may_hear(recording):
        abort(404, NO_RECORDING)
    try:
        path = path_of(Path(exchange.settings.data).resolve() / "messages", recording.file)
    except FileNotFoundError:
        abort(404, NO_RECORDING)
    who, now = name_of_visitor(), exchange.now()
    with exchange.ledger.transaction() as tx:
        left.heard(tx, recording_id, now)
        audit.note_once(tx, who, Deed.RECORDING_HEARD, recording_id, None, now, within=GROUP_MS)
    return send_file(path, mimetype="audio/wav")


def may_hear(recording: Recording) -> bool:
    """A message is for whoever answers messages; what else was recorded belongs to its call."""
    asking = visitor()
    return recording.kind == "message" or (asking is not None and asking.may(Right.CALLS))
