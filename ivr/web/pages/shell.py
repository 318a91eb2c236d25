"""What stands around every page: the hotline's name, and a refusal that says what to do."""

from contextlib import suppress
from typing import Any

from flask import Response, current_app, render_template, request
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from ivr.ledger import LedgerError, accounts
from ivr.switchboard.exchange import Exchange
from ivr.switchboard.shelf import NothingPublished
from ivr.web.api import refusals
from ivr.web.help import beside
from ivr.web.pages.door import NotSignedIn, back_where_they_were
from ivr.web.pages.follow import follows
from ivr.web.visitors import bearer
from ivr.web.wording import _, say

TITLES = {
    401: _("Sign in"),
    403: _("The door is closed"),
    404: _("There is nothing here"),
    429: _("Too many tries"),
    503: _("Not at this moment"),
}
UNKNOWN_PAGE = _("No page has this address.")
SOMETHING_WRONG = _("Something went wrong here. It is written down; please try again.")
LEDGER_AWAY = _("The database does not answer. Calls go on; please try again in a moment.")


def about(exchange: Exchange) -> dict[str, Any]:
    """What every template may name. A refusal must be possible without menus and without a ledger."""
    live = exchange.shelf.last_live
    with suppress(NothingPublished, LedgerError):
        live = exchange.shelf.live(exchange.now())
    return {
        "hotline": live.hotline if live else None,
        "boxed": exchange.settings.boxed,
        "follows": follows(),
        "help": beside(request.path),
    }


def refused(error: HTTPException) -> Response | HTTPException:
    """A refusal as a page for people, as a plain line for everybody else."""
    if error.code is None or error.code < 400:
        return error
    code, text = in_words(error)
    if request.path.startswith(refusals.HERE):
        answer = refusals.refused(error, code, text)
    elif request.accept_mimetypes.accept_html and bearer() is None:
        answer = Response(page(error, code, text), code)
    else:
        answer = Response(f"{say(text)}\n", code, mimetype="text/plain")
    if code == 401 and answer.mimetype != "text/html":
        answer.headers["WWW-Authenticate"] = "Bearer"
    if isinstance(error, MethodNotAllowed):
        answer.headers["Allow"] = ", ".join(sorted(error.valid_methods or ()))
    retry_after = getattr(error, "retry_after", None)
    if retry_after:
        answer.headers["Retry-After"] = str(retry_after)
    return answer


def page(error: HTTPException, code: int, text: str) -> str:
    """The refusal with what can be done about it: to sign in, or to make the first account."""
    if isinstance(error, NotSignedIn) or request.endpoint == "sign_in.shown":
        back = request.full_path if request.method == "GET" else back_where_they_were()
        name = request.form.get("name", "")[:100]
        return render_template(
            "sign_in.html", title=say(TITLES[401]), text=say(text), back=back, name=name, first=is_first()
        )
    title = say(TITLES[code]) if code in TITLES else error.name
    return render_template("refused.html", code=code, title=title, text=say(text))


def is_first() -> bool:
    """Whether nobody has an account yet, as far as can be read now."""
    exchange: Exchange = current_app.extensions["exchange"]
    with suppress(LedgerError), exchange.ledger.reading() as tx:
        return not accounts.are_there_any(tx)
    return False


def in_words(error: HTTPException) -> tuple[int, str]:
    """The status and what to tell people: our own reason if we gave one."""
    if isinstance(getattr(error, "original_exception", None), LedgerError):
        return 503, LEDGER_AWAY
    code = error.code or 500
    ours = error.description != type(error).description
    if code >= 500:
        return code, error.description if ours and error.description else SOMETHING_WRONG
    return code, UNKNOWN_PAGE if code == 404 and not ours else error.description or error.name
