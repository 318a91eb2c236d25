"""What is published."""

from collections import defaultdict
from collections.abc import Mapping
from itertools import pairwise

from ivr.ledger import revisions
from ivr.rehearsal.crowd.listener import Listener
from ivr.web.voice.routes import PLACE
from tests.bench.soak.evidence import Broken, Evidence
from tests.bench.soak.troubles import LOCKED
from tests.bench.soak.wire import Try, Went

LIVE_WITHIN = 2.0
"""Seconds until every worker serves what was published."""


def every_revision_is_whole(known: Evidence) -> Broken:
    """Numbered without gaps, with the text its author wrote; what had a mistake never became one."""
    texts = {deed.live: deed.text for deed in known.deeds if deed.what == "published"}
    numbers = [number for (number,) in known.rows("SELECT number FROM revision ORDER BY number")]
    with known.exchange.ledger.reading(patience=30) as tx:
        stored = {number: revisions.source(tx, number).files for number in numbers}
        live = revisions.live(tx)
    yield from (f"{deed.what}: {deed.why}" for deed in known.deeds if deed.what == "wrong")
    if numbers != [1, *sorted(texts)] or numbers != list(range(1, len(numbers) + 1)):  # 1 stood before
        yield f"the revisions are {numbers}, the admin published {sorted(texts)}"
    for number, text in texts.items():
        if list(stored[number].values()) != [text]:
            yield f"revision {number} is not what was published"
    last = [deed.live for deed in known.deeds if deed.live][-1:] or [1]
    if live != last[0]:
        yield f"revision {live} is live, not {last[0]}"


def what_is_published_is_live_at_once(known: Evidence) -> Broken:
    """Every call begins in menus that were live, by all workers' clocks and within two seconds."""
    spans = _live_spans(known)
    first: dict[str, Try] = {}
    for one in known.tries:
        if one.path == "/voice" and one.went is Went.ANSWERED:
            first.setdefault(one.call, one)
    for call in known.calls:
        began, revision = first.get(call.leg.sid), _began_in(call)
        if began is None or revision is None or call.leg.sid in known.fell_back:
            continue
        live = spans.get(revision, ())
        if not any(since <= began.ended and began.began <= until for since, until in live):
            yield f"{call.leg.sid} began in revision {revision}"


def _began_in(call: Listener) -> int | None:
    """The revision that the first document of a call belongs to."""
    asked = (PLACE.search(event["url"]) for event in call.leg.events if event["kind"] == "webhook")
    return next((int(found[2]) for found in asked if found), None)


def _live_spans(known: Evidence) -> Mapping[int, list[tuple[float, float]]]:
    """When each revision may be what new calls get."""
    changes = [
        (float("-inf"), 1),
        *((deed.at, deed.live) for deed in known.deeds if deed.live),
        (float("inf"), 0),
    ]
    spans = defaultdict(list)
    for (since, revision), (until, _) in pairwise(changes):
        spans[revision].append((since - 1, _known_by(known, until)))
    return spans


def _known_by(known: Evidence, changed: float) -> float:
    """When all workers know of a change: a little later where the database could not be read meanwhile."""
    until = changed + LIVE_WITHIN
    for trouble in known.troubles:
        if trouble.what == LOCKED and trouble.began <= until and changed <= trouble.ended:
            until = trouble.ended + LIVE_WITHIN
    return until
