"""Word left by callers: listened to, noted, done."""

from pathlib import Path

from flask import Blueprint, Response, abort, current_app, redirect, render_template, request, send_file
from werkzeug.wrappers import Response as AnyResponse

from ivr.ledger import messages as left
from ivr.ledger import recordings
from ivr.outside.sounds import path_of
from ivr.switchboard.exchange import Exchange
from ivr.web.pages.calls import zone_of
from ivr.web.pages.door import guarded

messages = guarded(Blueprint("messages", __name__))

LONGEST_NOTE = 2_000


@messages.get("/messages")
def listed() -> str:
    """The messages nobody has seen to, the longest waiting first; or all of them."""
    exchange: Exchange = current_app.extensions["exchange"]
    every = "all" in request.args
    with exchange.ledger.reading() as tx:
        found = left.newest(tx) if every else left.waiting(tx)
        waiting = left.count_waiting(tx)
    return render_template(
        "messages.html", messages=found, every=every, waiting=waiting, zone=zone_of(exchange)
    )


@messages.post("/messages/<message_id>")
def changed(message_id: str) -> AnyResponse:
    """Somebody saw to it (or takes that back), or wrote a note beside it."""
    exchange: Exchange = current_app.extensions["exchange"]
    with exchange.ledger.transaction() as tx:
        if left.find(tx, message_id) is None:
            abort(404, "there is no such message")
        if "note" in request.form:
            left.annotate(tx, message_id, request.form["note"].strip()[:LONGEST_NOTE])
        match request.form.get("state"):
            case "done":
                left.done(tx, message_id, "", exchange.now())
            case "waiting":
                left.undone(tx, message_id)
    back = request.form.get("back", "")
    return redirect(back if back in BACK else "/messages")


BACK = frozenset({"/messages", "/messages?all"})


@messages.get("/recordings/said/<recording_id>.wav")
def heard(recording_id: str) -> Response:
    """What a caller said. Whoever plays a message has listened to it."""
    exchange: Exchange = current_app.extensions["exchange"]
    with exchange.ledger.reading() as tx:
        recording = recordings.find(tx, recording_id)
    if recording is None or recording.file is None:
        abort(404, "this recording is not here (yet)")
    try:
        path = path_of(Path(exchange.settings.data).resolve() / "messages", recording.file)
    except FileNotFoundError:
        abort(404, "this recording is not here any more")
    with exchange.ledger.transaction() as tx:
        left.heard(tx, recording_id, exchange.now())
    return send_file(path, mimetype="audio/wav", max_age=0)
