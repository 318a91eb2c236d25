"""Reading what the REST interface was sent, and refusing it in the carrier's way."""

from typing import Any, NoReturn

from flask import Response, abort, jsonify, make_response, request

from ivr.box.twiml.attributes import checked_url
from ivr.box.twiml.verbs import Notices
from ivr.box.webhooks import Webhook

_PAGE = 50


def webhook(name: str, method: str) -> Webhook | None:
    url = request.form.get(name)
    if not url:
        return None

    def refused(why: str) -> Exception:
        refuse(400, 21205, why)

    return Webhook(checked_url(url, refused), "GET" if request.form.get(method) == "GET" else "POST")


def notices(name: str, known: frozenset[str], default: frozenset[str]) -> Notices | None:
    """The callback `name` with its Event and Method; events may be repeated, or stand in one text."""
    to = webhook(name, f"{name}Method")
    events = frozenset(" ".join(request.form.getlist(f"{name}Event")).split())
    if not events <= known:
        refuse(400, 21626, f"{' '.join(sorted(events - known))} is no event.")
    return Notices(to, events or default) if to else None


def seconds(name: str, default: int, most: int) -> int:
    value = request.form.get(name, str(default))
    if not value.isdecimal() or not 1 <= int(value) <= most:
        refuse(400, 13216 if name == "TimeLimit" else 21208, f"{name} {value} is not possible.")
    return int(value)


def listed(name: str, shown: list[dict[str, Any]]) -> Response:
    """The first page; there is never a second, since the box keeps little."""
    size = min(request.args.get("PageSize", _PAGE, type=int), 1000)
    return jsonify(
        {name: shown[:size], "page": 0, "page_size": size, "next_page_uri": None, "uri": request.path}
    )


def missing() -> NoReturn:
    refuse(404, 20404, f"The requested resource {request.path} was not found")


def refuse(status: int, code: int, why: str) -> NoReturn:
    more = f"https://www.twilio.com/docs/errors/{code}"
    abort(make_response(jsonify(code=code, message=why, more_info=more, status=status), status))
