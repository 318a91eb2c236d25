"""What is held on one caller, for whoever answers for it: shown, taken along, held, erased."""

import tempfile
from typing import IO, cast

from flask import Blueprint, Response, abort, current_app, redirect, render_template, request, send_file
from werkzeug.wrappers import Response as AnyResponse

from ivr.core.destinations import is_number
from ivr.core.pseudonyms import is_pseudonym, short
from ivr.ledger import calls, legal_holds, messages
from ivr.ledger.dossiers import Person
from ivr.switchboard import dossier, erasing
from ivr.switchboard import legal_holds as holding
from ivr.switchboard.erasing import Erased
from ivr.switchboard.exchange import Exchange
from ivr.web.pages.calls import NO_CALL, zone_of
from ivr.web.pages.follow import on_every_page
from ivr.web.visitors import name_of_visitor
from ivr.web.wording import _, say

callers = Blueprint("callers", __name__)

NO_NUMBER = _("That is no telephone number: write it like +84901234567.")
NOT_THE_SAME = _("That is another number, so nothing was erased.")
NO_REASON = _("Say why it must be kept: whoever releases it reads that.")
NOTHING_HELD = _("It is not held (any more).")
ON_LINE = _(
    "They are on the line, or are being rung, or an agent still writes down what it was about: erase them "
    "when the call is over."
)
SPOOLED = _("What happened while the database was away is not put down yet: try again in a minute.")


@callers.get("/callers")
def shown() -> Response:
    """What is held from being forgotten; the caller of a call, where one is asked for."""
    exchange: Exchange = current_app.extensions["exchange"]
    call_id = request.args.get("call", "")
    if not call_id:
        return _page("")
    with exchange.ledger.reading() as tx:
        numbers = calls.numbers(tx, call_id)
    if numbers is None:
        abort(404, NO_CALL)
    return _page(numbers[0] or "")


@callers.post("/callers")
def looked_for() -> Response:
    """How much is held on a caller. Numbers are posted, as addresses are written into logs."""
    number, problem = _asked()
    return _page("" if problem else number, problem=problem)


@callers.post("/callers/export")
def exported() -> Response:
    """Everything that is held on a caller, as a ZIP file."""
    exchange: Exchange = current_app.extensions["exchange"]
    number, problem = _asked()
    if problem:
        return _page("", problem=problem)
    # Closed, and gone, when the response has been sent.
    file = cast("IO[bytes]", tempfile.TemporaryFile())  # noqa: SIM115
    dossier.write(exchange, name_of_visitor(), erasing.person(exchange, number), file)
    file.seek(0)
    return send_file(file, mimetype="application/zip", as_attachment=True, download_name="caller.zip")


@callers.post("/callers/hold")
def held() -> AnyResponse:
    """A call, or all calls of a caller, are kept until somebody releases them."""
    exchange: Exchange = current_app.extensions["exchange"]
    call_id, why, who = request.form.get("call", ""), request.form.get("why", ""), name_of_visitor()
    try:
        if request.form.get("all") or not call_id:
            number, problem = _asked_by(call_id) if call_id else _asked()
            if problem:
                return _page("", problem=problem)
            holding.hold_caller(exchange, who, number, why)
        else:
            holding.hold_call(exchange, who, call_id, why)
    except holding.NoReason:
        abort(400, NO_REASON)
    except holding.NoSuchCall:
        abort(404, NO_CALL)
    return redirect(f"/calls/{call_id}" if call_id else "/callers", 303)


@callers.post("/callers/release")
def released() -> AnyResponse:
    """What was held may be forgotten and erased again."""
    exchange: Exchange = current_app.extensions["exchange"]
    call_id = request.form.get("call", "")
    if not holding.release(exchange, name_of_visitor(), request.form.get("hold", "")):
        abort(404, NOTHING_HELD)
    return redirect(f"/calls/{call_id}" if call_id else "/callers", 303)


@callers.post("/callers/erase")
def erased() -> Response:
    """Asked once, it says what will go; asked again, with the number typed again, the caller is erased."""
    exchange: Exchange = current_app.extensions["exchange"]
    number, problem = _asked()
    if problem:
        return _page("", problem=problem)
    if "again" not in request.form:
        return _page(number, asking=True)
    if not _is_same(exchange, request.form["again"], number):
        return _page(number, asking=True, problem=NOT_THE_SAME)
    whose, scrub = erasing.person(exchange, number), erasing.is_quickly_scrubbed(exchange)
    try:
        done = erasing.erase(exchange, name_of_visitor(), whose, scrub=scrub)
    except erasing.Held:
        return _page(number)
    except erasing.OnLine:
        return _page(number, problem=ON_LINE)
    except erasing.Spooled:
        return _page(number, problem=SPOOLED)
    return _page("", done=done)


def _is_same(exchange: Exchange, typed: str, number: str) -> bool:
    """Whether somebody means the same caller; of whom only that is known, by what pages show of them."""
    if is_pseudonym(number):
        return typed.strip().upper() == short(number)
    return holding.whose(exchange, typed) == number


def _asked() -> tuple[str, str | None]:
    """The caller somebody has typed, or that a page of ours has filled in; and what is wrong with it."""
    exchange: Exchange = current_app.extensions["exchange"]
    number = holding.whose(exchange, request.form.get("number", "")[:100])
    return number, None if is_number(number) or is_pseudonym(number) else NO_NUMBER


def _asked_by(call_id: str) -> tuple[str, str | None]:
    """The caller of a call; what is wrong if it has none."""
    exchange: Exchange = current_app.extensions["exchange"]
    with exchange.ledger.reading() as tx:
        numbers = calls.numbers(tx, call_id)
    number = numbers[0] if numbers else None
    return number or "", None if number else NO_NUMBER


def _page(
    number: str, *, problem: str | None = None, asking: bool = False, done: Erased | None = None
) -> Response:
    exchange: Exchange = current_app.extensions["exchange"]
    whose: Person | None = erasing.person(exchange, number) if number else None
    held, holds = erasing.held_on(exchange, whose) if whose else ({}, [])
    with exchange.ledger.reading() as tx:
        waiting, everything = messages.count_waiting(tx), legal_holds.listed(tx)
    page = render_template(
        "callers.html",
        number=number,
        held={kind: count for kind, count in held.items() if count},
        holds=holds,
        blocked=erasing.blocked(exchange, whose) if whose else (),
        everything=everything,
        problem=say(problem) if problem else None,
        asking=asking and not holds,
        done=done,
        is_file=exchange.ledger.file is not None,
        waiting=waiting,
        zone=zone_of(exchange),
        **on_every_page(),
    )
    return Response(page, 400 if problem else 200)
