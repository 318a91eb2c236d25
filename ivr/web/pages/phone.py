"""The door before the phone in the browser: the phone is the box's, which knows nobody."""

import json
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


class GuardedPhone:
    """The box as those see it who may: everybody else gets the answer of the pages."""

    def __init__(self, pages: "WSGIApplication", box: "WSGIApplication") -> None:
        self._pages, self._box = pages, box

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> "Iterable[bytes]":
        path = environ["PATH_INFO"]
        if not path.startswith(REST):
            answer = self._asked(environ, by_page=path in ("", "/"))
            if answer.status_code != 204:
                return answer(environ, start_response)
        return self._box(environ, start_response)

    def _asked(self, environ: "WSGIEnvironment", by_page: bool) -> Response:
        """Who is not let in reads why: as a page, or where the phone's script asks, as its JSON."""
        asking = {
            **environ,
            "REQUEST_METHOD": "GET",
            "SCRIPT_NAME": environ["SCRIPT_NAME"].removesuffix(PATH),
            "PATH_INFO": f"{PATH}/",
            "QUERY_STRING": "",
        }
        if by_page:
            return Response.from_app(self._pages, asking, buffered=True)
        answer = Response.from_app(self._pages, {**asking, "HTTP_ACCEPT": "text/plain"}, buffered=True)
        if answer.status_code == 204:
            return answer
        why = json.dumps({"error": answer.get_data(as_text=True).strip()})
        return Response(why, answer.status, mimetype="application/json")
