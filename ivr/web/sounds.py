"""The prompts' recordings, by their content: what an address holds never changes, so the carrier keeps it."""

import re

from flask import Blueprint, Response, abort, current_app, request

from ivr.ledger import revisions

sounds = Blueprint("sounds", __name__)

DIGEST = re.compile(r"[0-9a-f]{16,64}")
FOR_EVER = "public, max-age=31536000, immutable"


@sounds.get("/recordings/<digest>.wav")
def sound(digest: str) -> Response:
    """A published recording. Unsigned: it says nothing of any call, and a browser may keep it too."""
    if not DIGEST.fullmatch(digest):
        abort(404)
    with current_app.extensions["exchange"].ledger.reading() as tx:
        found = revisions.sound(tx, digest)
    if found is None:
        abort(404)
    kind, content = found
    response = Response(content, content_type=kind)
    response.headers["Cache-Control"] = FOR_EVER
    response.set_etag(digest)
    response.make_conditional(request)
    return response
