"""Asking another system something about a caller: one bounded GET, its JSON answer as plain values.

Only errands call this. Whatever comes back is either values or `LookupFailed`; the reason names the host
and never the path, in which a caller's number or order may stand.
"""

import json
import re
import time
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import Future
from itertools import islice
from threading import BoundedSemaphore, Thread
from typing import Any
from urllib.parse import quote, unquote, urlsplit

import requests
from urllib3.exceptions import HTTPError

from ivr.outside.addresses import NotAllowed, Resolve, Target, reachable, target
from ivr.outside.straight import address_of, straight_to

LARGEST_ANSWER = 64 * 1024
MOST_VALUES = 200
MOST_AT_ONCE = 32

_HOLE = re.compile(r"\{([A-Za-z_][A-Za-z0-9_.]*)(?::[a-z]+)?\}")
_AUTHORITY = re.compile(r"https?://[^/?#{}]+(?=[/?]|$)")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_OUT_OF_PATH = re.compile(r"[\x00-\x1f\x7f/\\]")
_PLACES = BoundedSemaphore(MOST_AT_ONCE)


class LookupFailed(Exception):
    """No values came; the text says why. `down`: whether the host itself did not answer, which a breaker
    counts; it did if False, and None if it was not asked."""

    def __init__(self, reason: str, *, down: bool | None = None) -> None:
        super().__init__(reason)
        self.down = down


def fill_url(template: str, values: Mapping[str, str]) -> str:
    """`https://crm.example/orders/{order}` with its holes filled, each value inside its part of the address.

    Raises LookupFailed if a hole stands in the host, or a value is missing, empty, or would be a path of its
    own ("..", "a/b"): an order without a number must not become the list of all orders.
    """
    if not _AUTHORITY.match(template):
        raise LookupFailed("the lookup's address must begin with https:// and a host without {…}")
    path, query_mark, query = template.partition("?")
    filled = _filled(path, values, never=_OUT_OF_PATH) + query_mark + _filled(query, values, never=_CONTROL)
    if any(segment in (".", "..") for segment in unquote(urlsplit(filled).path).split("/")):
        raise LookupFailed("a value would lead the lookup to another path")
    return filled


def look_up(
    url: str,
    allowed_hosts: Iterable[str],
    timeout_s: float,
    *,
    resolve: Resolve | None = None,
    ca_file: str | None = None,
) -> dict[str, str]:
    """The fields of the JSON object at `url` as texts, by names like `customer.name` and `items.0.price`.

    A GET without redirects, of at most 64 kB, done within `timeout_s` seconds. Raises LookupFailed.
    `ca_file` names the authority that vouches for hosts inside.
    """
    try:
        there = target(url, allowed_hosts)
    except NotAllowed as refusal:
        raise LookupFailed(str(refusal)) from refusal
    if not _PLACES.acquire(blocking=False):
        raise LookupFailed("too many lookups are waiting for their answer")
    until = time.monotonic() + timeout_s
    answer: Future[dict[str, str]] = Future()
    # Finding an address, and headers that come drop by drop, know no time-out: only whoever waits can stop.
    Thread(target=_look, args=(answer, there, until, resolve, ca_file), daemon=True).start()
    try:
        return answer.result(timeout_s)
    except TimeoutError:
        raise LookupFailed(f"{there.host} did not answer within {timeout_s:g} s", down=True) from None


def _filled(part: str, values: Mapping[str, str], never: re.Pattern[str]) -> str:
    def value(hole: re.Match[str]) -> str:
        text = values.get(hole[1], "")
        if not text or never.search(text):
            raise LookupFailed(f"{{{hole[1]}}} {'cannot stand in an address' if text else 'is not known'}")
        return quote(text, safe="", errors="replace")

    return _HOLE.sub(value, part)


def _look(
    answer: Future[dict[str, str]], there: Target, until: float, resolve: Resolve | None, ca_file: str | None
) -> None:
    try:
        answer.set_result(values_in(_fetched(there, until, resolve, ca_file)))
    except (LookupFailed, NotAllowed) as failure:
        answer.set_exception(failure if isinstance(failure, LookupFailed) else LookupFailed(str(failure)))
    except (requests.RequestException, HTTPError, OSError) as error:
        reason = f"{there.host} cannot be asked ({type(error).__name__})"
        answer.set_exception(LookupFailed(reason, down=True))
    finally:
        _PLACES.release()


def _fetched(there: Target, until: float, resolve: Resolve | None, ca_file: str | None) -> bytes:
    address = reachable(there, resolve)[0]
    left = max(until - time.monotonic(), 0.001)
    with (
        straight_to(there) as session,
        session.get(
            address_of(there, address),
            headers={"Host": there.netloc, "Accept": "application/json", "Accept-Encoding": "identity"},
            timeout=left,
            allow_redirects=False,
            stream=True,
            verify=ca_file or True,
        ) as response,
    ):
        if response.status_code != 200:
            down = response.status_code >= 500
            raise LookupFailed(f"{there.host} answered {response.status_code}", down=down)
        return _read(response, there.host, until)


def _read(response: requests.Response, host: str, until: float) -> bytes:
    received = b""
    while chunk := response.raw.read1(LARGEST_ANSWER):
        received += chunk
        if len(received) > LARGEST_ANSWER:
            raise LookupFailed(f"{host} answered more than {LARGEST_ANSWER} bytes", down=False)
        if time.monotonic() > until:
            raise LookupFailed(f"{host} was too slow", down=True)
    return received


def values_in(answer: bytes) -> dict[str, str]:
    """The fields of a JSON object as texts, in the numbers' own spelling. Raises LookupFailed."""
    try:
        found = json.loads(answer, parse_float=str, parse_int=str, parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        raise LookupFailed("the answer is not JSON", down=False) from error
    if not isinstance(found, dict):
        raise LookupFailed("the answer is not a JSON object", down=False)
    values = dict(islice(_leaves("", found), MOST_VALUES + 1))
    if len(values) > MOST_VALUES:
        raise LookupFailed(f"the answer has more than {MOST_VALUES} values", down=False)
    return values


def _leaves(name: str, value: Any) -> Iterator[tuple[str, str]]:
    """Every text, number and truth with its dotted name; a null is no value."""
    match value:
        case dict():
            for key, inner in value.items():
                yield from _leaves(f"{name}.{key}" if name else key, inner)
        case list():
            for place, inner in enumerate(value):
                yield from _leaves(f"{name}.{place}", inner)
        case bool():
            yield name, "true" if value else "false"
        case str():
            yield name, value


def _no_number(text: str) -> str:
    raise ValueError(f"{text} is no JSON")
