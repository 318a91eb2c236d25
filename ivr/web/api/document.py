"""The document of the API (OpenAPI 3.1), made of the table of routes, the shapes and the rules of who may."""

import re
from functools import cache
from typing import Any

from pydantic import BaseModel, ConfigDict
from pydantic.json_schema import models_json_schema

from ivr.web.api.notes import annotate
from ivr.web.api.routes import ROUTES, Route, route
from ivr.web.api.shapes import Problem, Shown
from ivr.web.rights import RULES, SOMEBODY, Rule

ABOUT = """The line, the agents and the conversations of this hotline.

A program shows a token: `Authorization: Bearer ivr_…`. A page of the hotline's own is somebody who has
signed in; with what changes anything it sends the seal of its forms in the header `X-Seal`. Times are UTC.
Answers to GET carry an `ETag`: send it back as `If-None-Match` to be told by 304 that nothing has changed."""

WHY = {
    400: "What was sent is no JSON.",
    401: "Nobody has signed in, or the token is not known.",
    403: "Whoever asks has not the right, or the request comes from elsewhere than one of our pages.",
    404: "There is no such thing, or it is none of theirs.",
    409: "It cannot be done now; the words say why.",
    413: "More was sent than anything here needs.",
    422: "Something of what was sent cannot be so; `where` names each field.",
    429: "A token was used too often: wait for as many seconds as Retry-After says.",
    503: "The database does not answer. Calls go on; try again in a moment.",
}
"""When a route answers by each of the codes."""


class Document(Shown):
    """A document by the OpenAPI specification 3.1."""

    model_config = ConfigDict(extra="allow")

    openapi: str


@route("GET", "/openapi.json")
def document() -> Document:
    """This document."""
    return written()


@cache
def written() -> Document:
    return Document.model_validate(drawn())


def drawn() -> dict[str, Any]:
    """The document as a value."""
    shapes = {shape for one in ROUTES.values() for shape in (one.body, one.query) if shape}
    answers = {one.answer for one in ROUTES.values() if one.answer} | {Problem}
    wanted: list[tuple[type[BaseModel], Any]] = [(shape, "validation") for shape in shapes]
    wanted += [(answer, "serialization") for answer in answers]
    wanted.sort(key=lambda each: each[0].__name__)
    _, schemas = models_json_schema(wanted, ref_template="#/components/schemas/{model}")
    annotate(schemas["$defs"])
    paths: dict[str, dict[str, Any]] = {}
    for one in ROUTES.values():
        paths.setdefault(f"/api{one.path}", {})[one.way.lower()] = operation(one, schemas["$defs"])
    return {
        "openapi": "3.1.0",
        "info": {"title": "Hotline", "version": "1", "description": ABOUT},
        "paths": paths,
        "components": {"schemas": schemas["$defs"], "securitySchemes": SECURITY},
    }


SECURITY = {
    "token": {"type": "http", "scheme": "bearer", "description": "A program's token: `ivr tokens add`."},
    "session": {"type": "apiKey", "in": "cookie", "name": "ivr", "description": "Somebody has signed in."},
    "seal": {"type": "apiKey", "in": "header", "name": "X-Seal", "description": "The seal of our own pages."},
}


def operation(one: Route, schemas: dict[str, Any]) -> dict[str, Any]:
    """One route as the document tells of it."""
    rule = RULES[f"api.{one.name}"]
    first, _, more = (one.view.__doc__ or "").partition("\n")
    told: dict[str, Any] = {
        "operationId": one.name,
        "tags": [one.topic],
        "summary": first.strip(),
        "description": " ".join(f"{more} {needed(rule)}".split()),
        "security": shown_by(one, rule),
        "responses": responses(one, rule),
    }
    places = [in_path(name) for name in re.findall(r"{(\w+)}", one.path)]
    parameters = places + (in_query(schemas.pop(one.query.__name__)) if one.query else [])
    if parameters:
        told["parameters"] = parameters
    if one.body:
        needs = any(field.is_required() for field in one.body.model_fields.values())
        told["requestBody"] = {"required": needs, "content": content(one.body)}
    return told


def needed(rule: Rule) -> str:
    """The right that is asked for, in words."""
    if rule is SOMEBODY or rule.right is None:
        return "For everybody who has signed in, and every token."
    rights = [f"`{right}`" for right in (rule.right, rule.also) if right]
    return f"Right: {' or '.join(rights)}. " + ("" if rule.token else "Not for tokens.")


def shown_by(one: Route, rule: Rule) -> list[dict[str, list[str]]]:
    """What may be shown to be let in: a session (with the seal, where something changes), or a token."""
    rights = [str(right) for right in (rule.also or rule.right,) if right]
    session: dict[str, list[str]] = {"session": []}
    if one.way != "GET":
        session["seal"] = []
    return [session, *([{"token": rights}] if rule.token else [])]


def responses(one: Route, rule: Rule) -> dict[str, Any]:
    """Every answer that may come."""
    good: dict[str, Any] = {"description": "Done."} | ({"content": content(one.answer)} if one.answer else {})
    found: dict[str, Any] = {"200" if one.answer else "204": good}
    if one.way == "GET" and one.answer:
        found["304"] = {"description": "Nothing has changed."}
    codes = {401, 403, 503, *one.refuses}
    codes |= {400, 413, 422} if one.body else set()
    codes |= {422} if one.query else set()
    codes |= {404} if "{" in one.path else set()
    codes |= {429} if rule.token else set()
    problem = content(Problem)
    return found | {str(code): {"description": WHY[code], "content": problem} for code in sorted(codes)}


def content(shape: type[BaseModel]) -> dict[str, Any]:
    return {"application/json": {"schema": {"$ref": f"#/components/schemas/{shape.__name__}"}}}


def in_path(name: str) -> dict[str, Any]:
    return {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}


def in_query(schema: dict[str, Any]) -> list[dict[str, Any]]:
    """The fields of a shape as parameters of an address."""
    required = schema.get("required", [])
    return [
        {"name": name, "in": "query", "required": name in required, "schema": field}
        for name, field in schema["properties"].items()
    ]
