"""The table of the API: each route stands in it once, and Flask and the document are told from it.

A view says by its parameters what it takes: `body` and `query` are shapes, every other one a part of the
address; and by what it returns, what it answers: a shape, or nothing.
"""

from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, TypeVar, get_type_hints

from flask import Blueprint, Response, request
from pydantic import ValidationError
from werkzeug.exceptions import BadRequest

from ivr.web.api.refusals import NO_JSON, why
from ivr.web.api.shapes import Asked, Shown, Sought

api = Blueprint("api", __name__, url_prefix="/api")

View = Callable[..., Shown | None]
A = TypeVar("A", bound=Asked)
V = TypeVar("V", bound=View)


@dataclass(frozen=True, slots=True)
class Route:
    """One thing that can be asked: `refuses` are the codes it may answer besides those of all routes."""

    way: str
    path: str
    view: View
    topic: str
    body: type[Asked] | None
    query: type[Sought] | None
    answer: type[Shown] | None
    refuses: frozenset[int]

    @property
    def name(self) -> str:
        return self.view.__name__

    def __call__(self, **places: object) -> Response:
        """Reads what was sent, and shows what the view makes of it."""
        if self.body is not None:
            places["body"] = sent(self.body)
        if self.query is not None:
            places["query"] = sought(self.query)
        shown = self.view(**places)
        return Response(status=204) if shown is None else followed(shown)


ROUTES: dict[str, Route] = {}
"""By their names, in the order in which the document tells of them."""


PLACES = str.maketrans("{}", "<>")
"""A part of an address is written here as in the document, and by Flask otherwise."""


def route(way: str, path: str, *refuses: int) -> Callable[[V], V]:
    """Puts a view into the table."""

    def put(view: V) -> V:
        hints: dict[str, Any] = get_type_hints(view)
        answer = hints.get("return")
        one = Route(
            way,
            path,
            view,
            view.__module__.rpartition(".")[2].replace("_", " "),
            hints.get("body"),
            hints.get("query"),
            answer if answer is not type(None) else None,
            frozenset(refuses),
        )
        ROUTES[one.name] = one
        api.add_url_rule(path.translate(PLACES), one.name, one, methods=[way])
        return view

    return put


def sent(shape: type[A]) -> A:
    """What was sent, if it has the shape; nothing at all counts as an object without fields."""
    if request.mimetype != "application/json" and request.content_length:
        raise BadRequest(NO_JSON)
    try:
        return shape.model_validate_json(request.get_data() or b"{}")
    except ValidationError as invalid:
        raise why(invalid) from None


def sought(shape: type[A]) -> A:
    """What the address asks for behind its `?`."""
    try:
        return shape.model_validate(request.args.to_dict())
    except ValidationError as invalid:
        raise why(invalid) from None


def followed(shown: Shown) -> Response:
    """An answer with its change number: who shows the same already (If-None-Match) is told so in one line."""
    answer = Response(shown.model_dump_json(), mimetype="application/json")
    if request.method == "GET":
        answer.set_etag(sha256(answer.get_data()).hexdigest()[:32])
        answer.make_conditional(request)
    return answer
