"""A look at an address from outside, as anybody could take it: what is answered, and how long it takes."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import requests

PATIENCE = 10
"""Seconds to connect, and for each part of the answer; a carrier waits fifteen."""

LARGEST = 1_000_000


class Unreachable(Exception):
    """Nobody answers there; says why."""


@dataclass(frozen=True, slots=True)
class Visit:
    """What was answered. The names of headers are in lower case; `seconds` is until the answer began."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    seconds: float


def visit(
    url: str, form: Sequence[tuple[str, str]] | None = None, headers: Mapping[str, str] | None = None
) -> Visit:
    """Gets an address, or posts a form to it; what leads elsewhere is not followed. Raises Unreachable."""
    began = time.monotonic()
    try:
        with requests.request(
            "GET" if form is None else "POST",
            url,
            data=None if form is None else list(form),
            headers=dict(headers or {}),
            timeout=PATIENCE,
            allow_redirects=False,
            stream=True,
        ) as answer:
            seconds = time.monotonic() - began
            body = answer.raw.read(LARGEST, decode_content=True)
    except (requests.RequestException, OSError) as error:
        raise Unreachable(_why(error)) from error
    return Visit(
        answer.status_code, {key.lower(): text for key, text in answer.headers.items()}, body, seconds
    )


def _why(error: Exception) -> str:
    """The last reason of a chain of them: what went wrong, and not who told whom."""
    if isinstance(error, requests.exceptions.SSLError):
        return f"its certificate is not trusted ({error})"
    if isinstance(error, requests.Timeout):
        return f"it does not answer within {PATIENCE} seconds"
    if isinstance(error, requests.ConnectionError):
        return "nobody answers there: no such host, a closed port, or a firewall in between"
    return str(error)
