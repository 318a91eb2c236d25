"""What stands around every page: the hotline's name, and a refusal that says what to do."""

from typing import Any

from flask import Response, render_template, request
from werkzeug.exceptions import HTTPException

from ivr.switchboard.exchange import Exchange


def about(exchange: Exchange) -> dict[str, Any]:
    """What every template may name."""
    return {"hotline": exchange.shelf.live(exchange.now()).hotline, "boxed": exchange.settings.boxed}


def refused(error: HTTPException) -> Response | HTTPException:
    """A refusal as a page for people, as a plain line for everybody else."""
    if error.code is None or error.code < 400:
        return error
    if not request.accept_mimetypes.accept_html or request.path.startswith("/voice"):
        return Response(f"{error.description}\n", error.code, mimetype="text/plain")
    page = render_template(
        "refused.html", code=error.code, title=error.name, text=error.description, waiting=0
    )
    return Response(page, error.code)
