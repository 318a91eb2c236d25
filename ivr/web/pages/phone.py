"""The door before the phone in the browser: the phone is the box's, which knows nobody."""

import json
import re
from typing import TYPE_CHECKING

from flask import Blueprint, abort, current_app
from werkzeug.wrappers import Response

from ivr.switchboard.exchange import Exchange
from ivr.web.wording import _

if TYPE_CHECKING:
    from collections.abc import Iterable

    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

phone = Blueprint("phone", __name__)

PATH = "/phone"
REST = "/carrier/"
"""Below the phone: the carrier's REST interface, which asks for the account by itself."""

A_REAL_CARRIER = _(
    "A phone in the browser is there only while a hotline is tried. This one is called by its number."
)


@phone.get(f"{PATH}/")
def lifted() -> Response:
    """What stands before each request to the phone: its rule, and whether there is a phone at all."""
    exchange: Exchange = current_app.extensions["exchange"]
    if not exchange.settings.boxed:
        abort(404, A_REAL_CARRIER)
    return Response(status=204)


@phone.get(f"{PATH}/line")
def picked_up() -> Response:
    """What stands before each request of a desk's own line: an agent's browser is a phone, and only that."""
    return lifted()


OWN_LINE = re.compile(
    r"/handsets/client:[^/]+/(events|close)|/calls/\w+/(answer|decline|finished|keys|events)"
)
"""What the page of a desk asks of the box."""


class GuardedPhone:
    """The box as those see it who may: everybody else gets the answer of the pages."""

    def __init__(self, pages: "WSGIApplication", box: "WSGIApplication") -> None:
        self._pages, self._box = pages, box

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> "Iterable[bytes]":
        path = environ["PATH_INFO"]
        if not path.startswith(REST):
            door = "line" if OWN_LINE.fullmatch(path) else ""
            answer = self._asked(environ, door, by_page=path in ("", "/"))
            if answer.status_code != 204:
                return answer(environ, start_response)
        return self._box(environ, start_response)

    def _asked(self, environ: "WSGIEnvironment", door: str, by_page: bool) -> Response:
        """Asks at the door of the phone, or at that of a desk's own line. Who is not let in reads why: as a
        page, or where a script asks, as its JSON."""
        asking = {
            **environ,
            "REQUEST_METHOD": "GET",
            "SCRIPT_NAME": environ["SCRIPT_NAME"].removesuffix(PATH),
            "PATH_INFO": f"{PATH}/{door}",
            "QUERY_STRING": "",
        }
        if by_page:
            return Response.from_app(self._pages, asking, buffered=True)
        answer = Response.from_app(self._pages, {**asking, "HTTP_ACCEPT": "text/plain"}, buffered=True)
        if answer.status_code == 204:
            return answer
        why = json.dumps({"error": answer.get_data(as_text=True).strip()})
        return Response(why, answer.status, mimetype="application/json")
