"""What is written down."""

from collections import Counter, defaultdict

from ivr.ledger import log
from ivr.ledger.log import Story
from ivr.rehearsal.crowd.listener import Listener
from ivr.rehearsal.crowd.verdicts import Wrong, written
from tests.bench.soak.evidence import Broken, Evidence


def each_call_has_one_row_with_an_end(known: Evidence) -> Broken:
    rows = {row[0]: row[1:] for row in known.rows("SELECT id, ended_at, outcome, end_source FROM call")}
    yield from (f"{sid} has no row" for sid in sorted(known.placed - rows.keys()))
    yield from (f"{sid} never rang" for sid in sorted(rows.keys() - known.placed))
    yield from (f"{sid} has no end: {row}" for sid, row in rows.items() if None in row)


def no_pass_is_missing_or_twice(known: Evidence) -> Broken:
    """Documents are counted without holes, and so are the passes that one answer finished."""
    hops = dict(known.rows("SELECT id, hop FROM call"))
    answers: dict[str, list[int]] = defaultdict(list)
    for call, hop in known.rows("SELECT call, hop FROM answer ORDER BY call, hop"):
        answers[call].append(hop)
    for call, hop in hops.items():
        if answers[call] != list(range(hop)):
            yield f"{call} has the answers {answers[call]}, and is at {hop}"
    passes: dict[tuple[str, int], list[int]] = defaultdict(list)
    for call, hop, nth in known.rows("SELECT call, hop, nth FROM pass ORDER BY call, hop, nth"):
        passes[call, hop].append(nth)
    for (call, hop), nths in passes.items():
        if nths != list(range(len(nths))) or hop > hops[call]:
            yield f"{call} at {hop} has the passes {nths}"


def what_was_pressed_is_logged(known: Evidence) -> Broken:
    """Of the calls that went their way: after a fallback document, or a wait for a worker that knows how the
    call stands, keys are pressed again; those for menus that were taken back are no answer to other words;
    and two who answered at once did so at two moments."""
    moved = {call for (call,) in known.rows("SELECT call FROM event WHERE kind = 'handed_over'")}
    for call in known.calls:
        if call.leg.sid in known.fell_back | known.put_off | known.doubled_in_an_outage | moved:
            continue
        story = _story(known, call)
        if story is None:
            continue
        for trouble in written(story, known.menus(story.call.revision), call):
            if trouble.kind is not Wrong.ERRAND:
                yield f"{call.leg.sid}: {trouble}"


def _story(known: Evidence, call: Listener) -> Story | None:
    with known.exchange.ledger.reading(patience=30) as tx:
        return log.story(tx, call.leg.sid)


def what_was_said_is_kept(known: Evidence) -> Broken:
    """One row and one file for each recording, and a message for each that was left as one."""
    said = {one.recording for one in known.tries if one.recording}
    rows = known.rows("SELECT carrier_id, id, kind, state FROM recording")
    kept = {row[0]: row[1:] for row in rows}
    yield from (f"{sid} is lost" for sid in sorted(said - kept.keys()))
    yield from (f"{sid} was never said" for sid in sorted(kept.keys() - said))
    yield from (f"{sid} is {row[2]}" for sid, row in kept.items() if row[2] != "kept")
    messages = Counter(recording for (recording,) in known.rows("SELECT recording FROM message"))
    left = Counter(row[0] for row in kept.values() if row[1] == "message")
    yield from (f"{recording} is no message" for recording in (left - messages))
    yield from (f"{recording} is a message" for recording in (messages - left))


def no_text_is_lost_or_sent_twice(known: Evidence) -> Broken:
    """Who wishes for the same text twice may get it once: a try that may have sent it is looked up."""
    sent = Counter(text.to for text in known.town.company.messages.sent())
    wished = Counter(caller for (caller,) in known.rows(WISHED))
    for caller in wished.keys() | sent.keys():
        if not min(wished[caller], 1) <= sent[caller] <= wished[caller]:
            yield f"{caller} wished for {wished[caller]} texts and got {sent[caller]}"


WISHED = (
    "SELECT caller FROM errand JOIN call ON call.id = errand.call WHERE kind = 'message' AND state = 'done'"
)


def no_errand_is_stuck(known: Evidence) -> Broken:
    for number, kind, state, cause in known.rows("SELECT id, kind, state, cause FROM errand"):
        if number > 0 and state != "done" and (kind, state) != ("lookup", "failed"):
            yield f"{kind} {number} is {state}: {cause}"


def nothing_is_left_in_the_spool(known: Evidence) -> Broken:
    folder = known.town.spool
    yield from (f"{path.name} is left" for path in sorted(folder.glob("*.facts")) if path.stat().st_size)
    yield from (f"{path.name} was set aside" for path in sorted(folder.glob("*.aside")))
