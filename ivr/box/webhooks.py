"""Asking the service: signed requests, retries, redirects, cookies, and the pranks of `Mischief`."""

import itertools
import secrets
import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import lru_cache
from http.cookies import CookieError, SimpleCookie
from urllib.parse import parse_qsl, quote_plus, urldefrag, urlencode, urljoin

from ivr.box.faults import (
    ANSWERS_DIFFER,
    BAD_OVERRIDE,
    HTTP_RETRIEVAL_FAILURE,
    TOO_MANY_REDIRECTS,
    Fault,
    Refused,
)
from ivr.box.signing import signature
from ivr.box.transport import Reply, Request, Transport, Unreachable

_REDIRECTS_FOLLOWED = 10
_FORM = "application/x-www-form-urlencoded"
Cookies = dict[str, str]


@dataclass(frozen=True, slots=True)
class Webhook:
    """A URL to ask, how, and the fields to send with it."""

    url: str
    method: str = "POST"
    fields: tuple[tuple[str, str], ...] = ()

    def having(self, fields: Iterable[tuple[str, str]]) -> "Webhook":
        """The same webhook with more fields; a later field replaces an earlier one of its name."""
        return replace(self, fields=tuple({**dict(self.fields), **dict(fields)}.items()))


@dataclass(frozen=True, slots=True)
class Overrides:
    """How a request is tried, from the URL's fragment (contract §2.4); times in milliseconds."""

    ct: int = 5000
    rt: int = 15000
    tt: int = 15000
    rc: int = 1
    rp: frozenset[str] = frozenset({"ct"})


_RANGES = {"ct": (100, 10000), "rt": (100, 15000), "tt": (100, 15000), "rc": (0, 5)}
_POLICIES = {"4xx", "5xx", "ct", "rt", "all"}


def overrides(url: str) -> Overrides:
    """The connection overrides of `url`; raises Refused when they are not allowed."""
    found: dict[str, int] = {}
    policies = Overrides().rp
    for key, value in parse_qsl(urldefrag(url).fragment, keep_blank_values=True):
        least, most = _RANGES.get(key, (0, -1))
        if key == "rp" and set(value.split(",")) <= _POLICIES:
            policies = frozenset(value.split(","))
        elif key in _RANGES and value.isdecimal() and least <= int(value) <= most:
            found[key] = int(value)
        elif key not in ("e", "sni"):
            raise Refused(BAD_OVERRIDE, f"{key}={value}", url)
    return Overrides(
        found.get("ct", 5000), found.get("rt", 15000), found.get("tt", 15000), found.get("rc", 1), policies
    )


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of asking: a reply or the fault that prevented it, and how a doubled answer differed."""

    reply: Reply | None = None
    fault: Fault | None = None
    difference: Fault | None = None


class Courier:
    """Carries webhooks to the service, signed with the account's token."""

    def __init__(self, token: str, transport: Transport, header: str = "X-Twilio-Signature") -> None:
        self._token = token
        self._header = header
        self._transport = transport
        self._tokens = itertools.count(1)
        self._name = secrets.token_hex(8)

    def ask(self, webhook: Webhook, cookies: Cookies, doubled: str = "") -> Outcome:
        """Asks once, or twice when `doubled` is `again` or `at once`, comparing the answers."""
        token = f"{self._name}-{next(self._tokens)}"  # the same on every try of this webhook
        if not doubled:
            return self._ask(webhook, cookies, token)
        first, second = self._ask_twice(webhook, cookies, token, at_once=doubled == "at once")
        return replace(first, difference=_difference(first, second, webhook))

    def _ask_twice(
        self, webhook: Webhook, cookies: Cookies, token: str, at_once: bool
    ) -> tuple[Outcome, Outcome]:
        if not at_once:
            return self._ask(webhook, cookies, token), self._ask(webhook, cookies, token)
        with ThreadPoolExecutor(2) as pair:
            both = [pair.submit(self._ask, webhook, dict(cookies), token) for _ in range(2)]
            return both[0].result(), both[1].result()

    def _ask(self, webhook: Webhook, cookies: Cookies, token: str) -> Outcome:
        try:
            return Outcome(reply=self._try(webhook, cookies, token))
        except Refused as refused:
            return Outcome(fault=refused.fault)

    def _try(self, webhook: Webhook, cookies: Cookies, token: str) -> Reply:
        limits = overrides(webhook.url)
        deadline = time.monotonic() + limits.tt / 1000
        for tries_left in range(limits.rc, -1, -1):
            kind, fault = "", Fault(0, "")
            try:
                reply = self._follow(webhook, cookies, token, limits)
                if 200 <= reply.status < 300:
                    return reply
                kind = f"{reply.status // 100}xx"
                fault = Fault(HTTP_RETRIEVAL_FAILURE, f"answered {reply.status}", webhook.url)
            except Unreachable as error:
                kind, fault = error.kind, Fault(error.code, str(error), webhook.url)
            if not limits.rp & {kind, "all"} or not tries_left or time.monotonic() >= deadline:
                break
        raise Refused(fault.code, fault.detail, fault.url)

    def _follow(self, webhook: Webhook, cookies: Cookies, token: str, limits: Overrides) -> Reply:
        request = self._request(webhook, cookies, token, limits)
        for _ in range(_REDIRECTS_FOLLOWED + 1):
            reply = self._transport(request)
            _keep(cookies, reply)
            place = reply.header("location")
            if reply.status not in (301, 302, 303, 307, 308) or not place:
                return reply
            url = urljoin(request.url, place)
            same = reply.status in (307, 308)
            # Contract §5.2: a redirect is signed for the first URL.
            request = (
                replace(request, url=url) if same else replace(request, url=url, method="GET", body=None)
            )
        raise Refused(TOO_MANY_REDIRECTS, webhook.url, webhook.url)

    def _request(self, webhook: Webhook, cookies: Cookies, token: str, limits: Overrides) -> Request:
        url, form, body = urldefrag(webhook.url).url, webhook.fields, None
        headers = [("User-Agent", "TwilioProxy/1.1 (phone company in a box)"), ("Accept", "*/*")]
        if webhook.method == "POST":
            body = _encoded(form).encode()
            headers.append(("Content-Type", f"{_FORM}; charset=UTF-8"))
        elif form:
            url += ("&" if "?" in url else "?") + urlencode(form)
            form = ()
        headers += [(self._header, signature(self._token, url, form))]
        headers += [("I-Twilio-Idempotency-Token", token)]
        if cookies:
            headers.append(("Cookie", "; ".join(f"{name}={value}" for name, value in cookies.items())))
        return Request(webhook.method, url, tuple(headers), body, limits.ct / 1000, limits.rt / 1000)


def _encoded(form: Iterable[tuple[str, str]]) -> str:
    """As `urlencode`; the same names and numbers come again with every webhook of a call."""
    return "&".join([f"{_quoted(name)}={_quoted(value)}" for name, value in form])


_quoted = lru_cache(maxsize=4096)(quote_plus)


def _keep(cookies: Cookies, reply: Reply) -> None:
    for name, value in reply.headers:
        if name.lower() == "set-cookie":
            try:
                cookies.update({key: morsel.value for key, morsel in SimpleCookie(value).items()})
            except CookieError:
                continue


def _difference(first: Outcome, second: Outcome, webhook: Webhook) -> Fault | None:
    def shown(outcome: Outcome) -> str:
        reply = outcome.reply
        return reply.body.decode(errors="replace") if reply else str(outcome.fault)

    if shown(first) == shown(second):
        return None
    return Fault(ANSWERS_DIFFER, f"first {shown(first)!r}, then {shown(second)!r}", webhook.url)
