"""What callers live through."""

import re
from urllib.parse import urlsplit

from ivr.box.faults import (
    ANSWERS_DIFFER,
    CONNECT_TIMED_OUT,
    CONNECTION_FAILED,
    CONNECTION_REFUSED,
    HTTP_RETRIEVAL_FAILURE,
    TOOK_TOO_LONG,
    Fault,
)
from ivr.core.phrases import PHRASES
from tests.bench.soak.evidence import Broken, Evidence
from tests.bench.soak.wire import Went

APOLOGY = "We are sorry, an application error has occurred. Goodbye."
"""What the carrier says when nothing is left to run."""

REGRETS = frozenset(phrases["sorry"] for phrases in PHRASES.values())
"""What the hotline says when it cannot go on."""

UNANSWERED = frozenset(
    {HTTP_RETRIEVAL_FAILURE, CONNECT_TIMED_OUT, CONNECTION_REFUSED, TOOK_TOO_LONG, CONNECTION_FAILED}
)
"""Faults of requests that failed."""


def no_request_fails(known: Evidence) -> Broken:
    for one in known.failed:
        if not known.in_killed_hands(one):
            how = f"{one.went} {one.status}" if one.status else one.went
            yield f"{one.call} {one.path}: {how} after {one.seconds:.1f} s"


def each_failed_one_is_saved(known: Evidence) -> Broken:
    """By the carrier's retry or the fallback; of notices the rows tell."""
    for one in known.failed:
        if not (known.saved_by_retry(one) or one.call in known.fell_back or one.is_notice):
            yield f"{one.call} {one.path} is lost"


def nobody_hears_an_error(known: Evidence) -> Broken:
    for call in known.calls:
        if any(event.get("text") == APOLOGY for event in call.leg.events):
            yield f"{call.leg.sid}: {call.leg.faults[-1].text}"


def nobody_is_sent_away(known: Evidence) -> Broken:
    """The hotline's own regret is said when it can go on with nobody."""
    for call in known.calls:
        if any(event.get("text") in REGRETS for event in call.leg.events):
            yield call.leg.sid


def nobody_is_stuck(known: Evidence) -> Broken:
    for call in known.calls:
        if not call.leg.over:
            yield f"{call.leg.sid} is still on the line"
        elif call.circles:
            yield f"{call.leg.sid}: {call.circles}"


def every_document_is_whole(known: Evidence) -> Broken:
    """And a webhook that came twice was answered the same. Requests that failed are counted apart."""
    for call in known.calls:
        for fault in call.leg.faults:
            differs = fault.code == ANSWERS_DIFFER
            if differs and (_is_same(fault) or _nobody_could_know(known, call.leg.sid, fault)):
                continue
            if fault.code not in UNANSWERED:
                yield f"{call.leg.sid}: {fault.code} {fault.text}"


def _is_same(fault: Fault) -> bool:
    """Whether the answers differ only in what an address carries sealed, which is never the same twice."""
    first, _, then = SEALED.sub("", fault.detail.removeprefix("first ")).partition(", then ")
    return first == then


SEALED = re.compile(r"[?&](amp;)?kept=[\w=-]+")


def _nobody_could_know(known: Evidence, call: str, fault: Fault) -> bool:
    """Whether one of the requests failed, or came while the database could not even be read."""
    asked = [one for one in known.tries_of(call) if one.path == urlsplit(fault.url).path]
    dark = not known.town.database.readable
    return any(one.went is not Went.ANSWERED or (dark and known.came_in_an_outage(one)) for one in asked)
