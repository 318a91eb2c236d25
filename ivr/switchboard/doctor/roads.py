"""The roads that lead to us and from us: Redis, the public address, what stands before it, other clocks."""

from collections.abc import Iterator
from email.utils import parsedate_to_datetime
from ipaddress import ip_address
from urllib.parse import urlsplit

from ivr.carriers.capabilities import CARRIERS
from ivr.carriers.twilio.signature import signature as signed
from ivr.ledger import condition
from ivr.outside.bus import BusAway
from ivr.outside.visits import Unreachable, Visit, visit
from ivr.switchboard.doctor.finding import Finding, doubtful, fine, wrong
from ivr.switchboard.exchange import Exchange

SLOW = 0.1
"""Seconds; a Redis that takes longer wakes nobody sooner than they look by themselves."""

CLOCKS_DIFFER_MS = 2_000
SECONDS_ONLY_MS = 500
"""A `Date` header names the second that has begun: on average it is half a second old."""

TWILIO = "https://api.twilio.com"
TRY_AGAIN = "look at the way out of this network (and at IVR_CARRIER_URL, if it is set), then try again"
ONLY_IN_THE_BOX = "the phone company in the box is the carrier; this is tried once a real one is set"


def redis(exchange: Exchange) -> Iterator[Finding]:
    """It answers, and quickly; or there is none, which does."""
    mend = "look at REDIS_URL and at its server; meanwhile every process looks each half second"
    try:
        seconds = exchange.bus.answers_in()
    except BusAway as error:
        yield wrong("Redis", f"does not answer: {error}", mend)
        return
    if seconds is None:
        yield fine("Redis", "is not set; every process looks each half second by itself")
    elif seconds > SLOW:
        yield doubtful("Redis", f"takes {seconds * 1000:.0f} ms to answer", "have it on a machine nearby")
    else:
        yield fine("Redis", f"answers in {seconds * 1000:.0f} ms")


def clock(exchange: Exchange) -> Iterator[Finding]:
    """This machine's clock agrees with the database server's, or with the carrier's."""
    theirs, whose = condition.of(exchange.ledger).clock, "the database server's"
    ours = exchange.now()
    if theirs is None and exchange.settings.boxed:
        yield fine("clock", "there is no other clock to compare it with: database and carrier are here")
        return
    if theirs is None:
        whose = "the carrier's"
        try:
            answer = visit(exchange.settings.carrier_url or TWILIO)
        except Unreachable as error:
            yield doubtful("clock", f"the carrier could not be asked for the time: {error}", TRY_AGAIN)
            return
        ours = exchange.now()
        theirs = date_of(answer)
    if theirs is None:
        yield doubtful(
            "clock", "the carrier does not tell the time", "see that this machine keeps time (NTP)"
        )
    elif abs(ours - theirs) > CLOCKS_DIFFER_MS:
        mend = "let both keep time by NTP: opening hours and waits go by it"
        yield wrong("clock", f"differs from {whose} by {abs(ours - theirs) / 1000:.1f} s", mend)
    else:
        yield fine("clock", f"agrees with {whose}")


def date_of(answer: Visit) -> int | None:
    """When an answer was given, in UTC milliseconds."""
    try:
        told = parsedate_to_datetime(answer.headers.get("date", ""))
    except ValueError:
        return None
    return round(told.timestamp() * 1000) + SECONDS_ONLY_MS


def public_address(exchange: Exchange) -> Iterator[Finding]:
    """The carrier can come to it, nobody reads along, and a hotline answers there."""
    settings, what = exchange.settings, "public address"
    if settings.boxed:
        yield fine(what, ONLY_IN_THE_BOX)
        return
    parts = urlsplit(settings.base_url)
    if is_inside(parts.hostname or ""):
        mend = "set PUBLIC_URL to an address the carrier reaches: https://hotline.example"
        yield wrong(what, f"{parts.hostname} is inside this network: no carrier comes there", mend)
    if parts.scheme != "https":
        mend = "put a proxy with TLS in front (running.md), and set PUBLIC_URL to https://…"
        yield doubtful(what, "what callers press is sent in the clear (http://)", mend)
    try:
        answer = visit(f"{settings.base_url}/health")
    except Unreachable as error:
        yield wrong(what, f"{settings.base_url}: {error}", "start the hotline, and look at the way there")
        return
    if answer.status == 200 and answer.body == b"ok\n":
        yield fine(what, f"a hotline answers at {settings.base_url}, in {answer.seconds * 1000:.0f} ms")
    elif answer.status == 503:
        why = answer.body.decode(errors="replace").strip()
        yield wrong(what, f"the hotline there cannot answer calls: {why}", "mend that first")
    else:
        mend = "PUBLIC_URL must lead to this hotline, its path included"
        yield wrong(what, f"{settings.base_url}/health is not a hotline's (status {answer.status})", mend)


def is_inside(host: str) -> bool:
    """Whether a host is of this machine or this network, by its name or number alone."""
    if host == "localhost" or ("." not in host.strip("[]") and ":" not in host):
        return True
    try:
        return not ip_address(host.strip("[]")).is_global
    except ValueError:
        return False


def proxy(exchange: Exchange) -> Iterator[Finding]:
    """Something patient stands in front, which reads a whole request before we hear of it."""
    settings = exchange.settings
    if settings.boxed:
        yield fine("proxy", "not needed while only this machine is served")
        return
    try:
        server = visit(f"{settings.base_url}/health").headers.get("server", "")
    except Unreachable:
        return  # that is said of the public address
    if server.lower().startswith("gunicorn") and not settings.base_url.startswith("https:"):
        why = f"there is none: {settings.threads} clients that send drop by drop keep every caller out"
        yield doubtful("proxy", why, "put one in front that reads whole requests, like nginx: running.md")
    elif server.lower().startswith("gunicorn"):
        why = "one brings TLS, but whether it reads whole requests first cannot be seen from here"
        yield doubtful("proxy", why, "see to that (nginx does, with its usual settings): running.md")
    else:
        yield fine("proxy", f"one stands in front ({server or 'it does not say which'})")


def signature(exchange: Exchange) -> Iterator[Finding]:
    """What the carrier signs is let in, and nothing else; tried at an address that does nothing."""
    settings, what = exchange.settings, "signature"
    if settings.boxed:
        yield fine(what, ONLY_IN_THE_BOX)
        return
    url, form = f"{settings.base_url}{NOWHERE}", [("CallSid", "CA-doctor"), ("Digits", "1 2&3")]
    header = CARRIERS[settings.carrier].signature_header or ""
    right, forged = (signed(url, form, token) for token in (settings.tokens[0], "anybody's token"))
    try:
        let_in, kept_out = (visit(url, form, {header: text}).status for text in (right, forged))
    except Unreachable as error:
        yield wrong(what, f"could not be tried: {error}", "mend the public address first")
        return
    if kept_out != 403:
        mend = "PUBLIC_URL leads to something else, or to another program: look what answers there"
        yield wrong(what, f"a forged request is not turned away (status {kept_out})", mend)
    elif let_in == 403:
        mend = "the running server has another PUBLIC_URL or token, or the proxy changes the path: carrier.md"
        yield wrong(what, "the carrier's own requests are turned away", mend)
    elif let_in != 404:
        mend = "look what the proxy does with addresses below /voice"
        yield doubtful(what, f"a signed request was answered with status {let_in}", mend)
    else:
        yield fine(what, "the carrier's requests are let in, forged ones are not")


NOWHERE = "/voice/nowhere?asks=the%20doctor&plus=a+b"
"""Answered 404, but only once the signature held; with a query that careless proxies write anew."""
