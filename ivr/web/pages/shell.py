"""What stands around every page: the hotline's name, and a refusal that says what to do."""

from contextlib import suppress
from typing import Any

from flask import Response, render_template, request
from werkzeug.exceptions import HTTPException, TooManyRequests

from ivr.ledger import LedgerError
from ivr.switchboard.exchange import Exchange
from ivr.switchboard.shelf import NothingPublished
from ivr.web.pages.door import Locked, back_where_they_were, privately
from ivr.web.wording import _, say

TITLES = {
    403: _("The door is closed"),
    404: _("There is nothing here"),
    429: _("The door stays closed for now"),
    503: _("The log cannot be read now"),
}
UNKNOWN_PAGE = _("No page has this address.")
SOMETHING_WRONG = _("Something went wrong here. It is written down; please try again.")
LEDGER_AWAY = _("The database does not answer. Calls go on; please try again in a moment.")


def about(exchange: Exchange) -> dict[str, Any]:
    """What every template may name. A refusal must be possible without menus and without a ledger."""
    live = exchange.shelf.last_live
    with suppress(NothingPublished, LedgerError):
        live = exchange.shelf.live(exchange.now())
    return {"hotline": live.hotline if live else None, "boxed": exchange.settings.boxed}


def refused(error: HTTPException) -> Response | HTTPException:
    """A refusal as a page for people, as a plain line for everybody else."""
    if error.code is None or error.code < 400:
        return error
    code, text = in_words(error)
    if request.accept_mimetypes.accept_html:
        title = say(TITLES[code]) if code in TITLES else error.name
        back = wanted(error)
        page = render_template("refused.html", code=code, title=title, text=say(text), back=back)
        answer = Response(page, code)
    else:
        answer = Response(f"{say(text)}\n", code, mimetype="text/plain")
    if isinstance(error, TooManyRequests) and error.retry_after:
        answer.headers["Retry-After"] = str(error.retry_after)
    return privately(answer)


def wanted(error: HTTPException) -> str | None:
    """The page somebody without the key asked for, to be led on to; None if no key would help."""
    if not isinstance(error, Locked | TooManyRequests):
        return None
    return request.full_path if request.method == "GET" else back_where_they_were()


def in_words(error: HTTPException) -> tuple[int, str]:
    """The status and what to tell people: our own reason if we gave one."""
    if isinstance(getattr(error, "original_exception", None), LedgerError):
        return 503, LEDGER_AWAY
    code = error.code or 500
    if code >= 500:
        return code, SOMETHING_WRONG
    ours = error.description != type(error).description
    return code, UNKNOWN_PAGE if code == 404 and not ours else error.description or error.name
