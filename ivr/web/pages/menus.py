"""The menus: which are live, what was published before, what the folder would change; to go on or back."""

from collections.abc import Sequence

from flask import Blueprint, Response, abort, current_app, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from ivr.core.differences import differences
from ivr.core.menus import Hotline
from ivr.language import Mistake
from ivr.ledger import messages, revisions
from ivr.ledger.revisions import Overtaken, Source
from ivr.switchboard.draft import as_published, draft, mark_of
from ivr.switchboard.exchange import Exchange
from ivr.switchboard.publishing import CALLERS, NotPublished, Rehearsal, Rehearsed, go_live
from ivr.switchboard.rolling_back import NoWayBack, roll_back
from ivr.switchboard.shelf import hotline_of
from ivr.web.pages.calls import zone_of
from ivr.web.pages.changes import Change, in_words
from ivr.web.pages.follow import followed
from ivr.web.visitors import name_of_visitor
from ivr.web.wording import _

menus = Blueprint("menus", __name__)

PAGE = 50
LONGEST_NOTE = 500
HIGHEST = 2**31 - 1
"""The highest number a revision can have."""
NUMBER = f"<int(max={HIGHEST}):number>"
NO_REVISION = _("There is no such revision.")


@menus.get("/menus")
def listed() -> Response:
    """The revisions, newest first; which is live, and what keeps the folder from becoming one."""
    below = request.args.get("below", type=int)
    below = below if below is not None and 0 < below <= HIGHEST else None
    with here().ledger.reading() as tx:
        lines = revisions.newest(tx, PAGE + 1, below)
        live = revisions.live_since(tx)
        before = revisions.before(tx, live.revision) if live else None
    return shown(
        "menus.html",
        lines=lines[:PAGE],
        more=lines[PAGE - 1] if len(lines) > PAGE else None,
        later=below is not None,
        live=live,
        before=before,
        rung=request.args.get("rung", type=int),
    )


@menus.get(f"/menus/{NUMBER}")
def one(number: int) -> Response:
    """One revision: whose, why, what it changed, and its files."""
    exchange = here()
    source = source_of(number)
    with exchange.ledger.reading() as tx:
        live = revisions.live(tx)
        (line,) = revisions.newest(tx, 1, number + 1)
    changes = changed(menus_of(source.replaced), menus_of(number)) if source.replaced else None
    return shown("revision.html", source=source, line=line, live=live, changes=changes)


@menus.get("/menus/folder")
def folder() -> Response:
    """What would change if the folder were published now; or every mistake in it."""
    live, checked = here().shelf.look(here().now()), draft(here().settings)
    return shown(
        "folder.html",
        mistakes=in_lines(checked.mistakes),
        warnings=in_lines(checked.warnings),
        changes=changed(live.hotline, as_published(checked)),
        live=live.revision,
        mark=mark_of(checked),
        late=request.args.get("late"),
        folder=here().settings.menus,
        callers=CALLERS,
    )


@menus.post("/menus/folder")
def published() -> AnyResponse:
    """Somebody has read what will change, and publishes it: these very menus instead of those they saw live,
    or nothing at all."""
    checked, seen = draft(here().settings), request.form.get("live", type=int)
    if request.form.get("mark") != mark_of(checked):
        return redirect(url_for("menus.folder", late="folder"), 303)
    rehearse: Rehearsal = current_app.extensions["rehearsal"]
    try:
        done = go_live(here(), checked, name_of_visitor(), note(), rehearse=rehearse, instead_of=seen)
    except Overtaken:
        return redirect(url_for("menus.folder", late="live"), 303)
    except NotPublished as refused:
        if refused.rehearsed is None:
            return redirect(url_for("menus.folder"), 303)  # it tells the mistakes
        return failed(refused.rehearsed)
    rung = done.rehearsed.callers if done.rehearsed else None
    return redirect(url_for("menus.listed", rung=rung), 303)


def failed(rehearsed: Rehearsed) -> Response:
    """What went wrong in the rehearsal, so that nothing was published."""
    live = here().shelf.live(here().now())
    mistakes = in_lines(rehearsed.mistakes)
    page = shown("failed.html", mistakes=mistakes, rehearsed=rehearsed, live=live.revision)
    page.status_code = 422
    return page


@menus.get(f"/menus/{NUMBER}/back")
def back(number: int) -> Response:
    """What would change if this revision were live again."""
    live = here().shelf.look(here().now())
    changes = changed(live.hotline, menus_of(source_of(number).number))
    late = "late" in request.args
    return shown("back.html", number=number, live=live.revision, changes=changes, late=late)


@menus.post(f"/menus/{NUMBER}/back")
def went_back(number: int) -> AnyResponse:
    """Somebody has read what will change, and makes this revision live again instead of the one they saw."""
    seen = request.form.get("live", type=int)
    try:
        roll_back(here(), number, name_of_visitor(), note(), instead_of=seen)
    except Overtaken:
        return redirect(url_for("menus.back", number=number, late=""), 303)
    except NoWayBack:
        abort(404, NO_REVISION)
    return redirect(url_for("menus.listed"), 303)


def here() -> Exchange:
    exchange: Exchange = current_app.extensions["exchange"]
    return exchange


def shown(template: str, **values: object) -> Response:
    """A page of the menus, with what every page needs."""
    exchange = here()
    with exchange.ledger.reading() as tx:
        waiting = messages.count_waiting(tx)
    return followed(template, waiting=waiting, zone=zone_of(exchange), **values)


def source_of(number: int) -> Source:
    try:
        with here().ledger.reading() as tx:
            return revisions.source(tx, number)
    except KeyError:
        abort(404, NO_REVISION)


def menus_of(number: int) -> Hotline | None:
    """A revision's menus; None if this version cannot read them any more."""
    try:
        return hotline_of(here().ledger, number)
    except KeyError:
        return None


def changed(old: Hotline | None, new: Hotline | None) -> list[Change] | None:
    """What differs, in the reader's words; None if one of the two is not known."""
    if old is None or new is None:
        return None
    tags = {name: voice.tag for menus in (old, new) for name, voice in menus.languages.items()}
    return [in_words(each, tags) for each in differences(old, new)]


def in_lines(mistakes: Sequence[Mistake]) -> list[tuple[str, str]]:
    """Mistakes as a page lists them: where, and what."""
    return [(str(mistake.where), mistake.what) for mistake in mistakes]


def note() -> str:
    return request.form.get("note", "").strip()[:LONGEST_NOTE]
