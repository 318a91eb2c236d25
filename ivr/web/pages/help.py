"""Help: what is written of every page and every word, beside it."""

from flask import Blueprint, Response, abort, render_template, send_from_directory

from ivr.web.help import DOCS, pages
from ivr.web.pages.follow import on_every_page

help_ = Blueprint("help", __name__)


@help_.get("/help")
def contents() -> str:
    """All pages."""
    return render_template("help_contents.html", pages=pages().values(), **on_every_page())


@help_.get("/help/<name>")
def page(name: str) -> str:
    """One page."""
    found = pages().get(name) or abort(404)
    return render_template("help_page.html", page=found, **on_every_page())


@help_.get("/help/images/<file>")
def image(file: str) -> Response:
    """A picture of a page."""
    return send_from_directory(DOCS / "images", file)
