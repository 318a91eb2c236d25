"""The metrics of the hotline. All of them stand in the ledger, so every process of every machine tells the
same, and none of them begins anew when a process does."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping

from ivr.core.agents import Status
from ivr.core.figures import waiting
from ivr.core.figures.question import Only
from ivr.core.figures.tally import BOUNDS, QUARTER_MS, Tally, View, total
from ivr.core.menus import Hotline
from ivr.core.metrics import Kind, Metric, Sample, histogram
from ivr.ledger import Transaction, agents, callbacks, calls, errands, incidents, messages
from ivr.ledger.reports import waits
from ivr.ledger.reports.rolling_up import count_again, first_counted, pieces
from ivr.ledger.reports.tallies import added_up
from ivr.switchboard.exchange import Exchange

COUNT_SECONDS = 2
LOOK_SECONDS = 10
MANY = 10_000

OF_QUEUES: Mapping[str, tuple[str, str]] = {
    "offered": ("hotline_offered_total", "Callers who joined the line of a queue."),
    "answered": ("hotline_answered_total", "Callers who were answered by an agent."),
    "answered_in_target": ("hotline_answered_in_target_total", "Answered within the promise of the queue."),
    "abandoned": ("hotline_abandoned_total", "Callers who hung up while they waited."),
    "short_abandoned": ("hotline_short_abandoned_total", "Callers who hung up within 5 seconds."),
    "error": ("hotline_visit_errors_total", "Visits that ended by a fault."),
}
"""Counts of the line by queue, and the metrics they are."""

ENDINGS = ("accepted", "declined", "missed", "caller_gone", "withdrawn")
WAYS = ("contained", "gave_up", "routed", "blocked", "too_many")
OFTEN = ("fetch_recording", "letter", "mail", "message", "ring", "tell")
"""Kinds of errands that are told also while there is none to carry out."""

SPENT = {"talk": "talk", "hold": "hold", "wrap_up": "wrap_up"}


def metrics(exchange: Exchange) -> list[Metric]:
    """All metrics as they are now. Raises NothingPublished, LedgerError."""
    now = exchange.now()
    hotline = exchange.shelf.live(now).hotline
    count_again(exchange.ledger, hotline.zone, now, COUNT_SECONDS)
    with exchange.ledger.reading(LOOK_SECONDS) as tx:
        return [*_counted(tx, hotline, now), *_of_now(tx, hotline, now)]


# -- what has been counted since the first call ------------------------------------------------------------


def _counted(tx: Transaction, hotline: Hotline, now: int) -> Iterator[Metric]:
    line = dict.fromkeys(hotline.queues, Tally()) | _sums(tx, hotline, View.LINE, "queue", now)
    for count, (name, help_) in OF_QUEUES.items():
        samples = [Sample({"queue": queue}, getattr(tally, count)) for queue, tally in line.items()]
        yield Metric(name, Kind.COUNTER, help_, samples)
    waited = [
        sample
        for queue, tally in line.items()
        for sample in histogram({"queue": queue}, BOUNDS, tally.answered_waits, tally.answered_wait / 1000)
    ]
    yield Metric("hotline_answer_wait_seconds", Kind.HISTOGRAM, "How long answered callers waited.", waited)
    work = dict.fromkeys(hotline.queues, Tally()) | _sums(tx, hotline, View.AGENT, "queue", now)
    work.pop("", None)  # how agents stand is of no queue
    yield Metric(
        "hotline_offers_total",
        Kind.COUNTER,
        "Callers offered to agents, by what became of it.",
        _each(work, "ending", {ending: ending for ending in ENDINGS}),
    )
    yield Metric(
        "hotline_handling_seconds_total",
        Kind.COUNTER,
        "Time that agents spent on conversations.",
        [Sample(each.labels, each.value / 1000) for each in _each(work, "part", SPENT)],
    )
    came = dict.fromkeys(hotline.numbers, Tally()) | _sums(tx, hotline, View.CALL, "called", now)
    yield Metric(
        "hotline_calls_total",
        Kind.COUNTER,
        "Calls that arrived, by the number called.",
        [Sample({"called": called}, tally.arrived) for called, tally in came.items()],
    )
    yield Metric(
        "hotline_calls_ended_total",
        Kind.COUNTER,
        "Calls that are over, by what the menus did for them.",
        _each(came, "way", {way: way for way in WAYS}, key="called"),
    )


def _each(
    tallies: Mapping[str, Tally], label: str, names: Mapping[str, str], key: str = "queue"
) -> list[Sample]:
    return [
        Sample({key: of, label: name}, getattr(tally, count))
        for of, tally in tallies.items()
        for name, count in names.items()
    ]


def _sums(tx: Transaction, hotline: Hotline, view: View, by: str, now: int) -> dict[str, Tally]:
    since = first_counted(tx)
    if since is None:
        return {}
    parts: dict[str, list[Tally]] = defaultdict(list)
    until = (now // QUARTER_MS + 1) * QUARTER_MS
    for (key,), tally in added_up(tx, view, pieces(tx, hotline.zone, since, until, days=True), (by,)):
        parts[key].append(tally)
    return {key: total(each) for key, each in sorted(parts.items())}


# -- what is so now ----------------------------------------------------------------------------------------


def _of_now(tx: Transaction, hotline: Hotline, now: int) -> Iterator[Metric]:
    in_line = {queue: waits.waiting_now(tx, Only(queues=frozenset({queue}))) for queue in hotline.queues}
    yield _gauge(
        "hotline_waiting",
        "Callers who wait now.",
        (({"queue": queue}, len(entered)) for queue, entered in in_line.items()),
    )
    yield _gauge(
        "hotline_longest_wait_seconds",
        "How long the caller has waited who has waited longest.",
        (({"queue": queue}, waiting.oldest_waiting(entered, now) or 0) for queue, entered in in_line.items()),
    )
    standing = Counter((str(each.status), str(each.activity)) for each in agents.listed(tx))
    shown = dict.fromkeys([(str(status), "idle") for status in Status], 0) | standing
    yield _gauge(
        "hotline_agents",
        "Agents by what they have chosen and what they do.",
        (
            ({"status": status, "activity": activity}, many)
            for (status, activity), many in sorted(shown.items())
        ),
    )
    yield _gauge("hotline_open_calls", "Calls that go on.", [({}, calls.count_open(tx))])
    promised = Counter(back.queue for back in callbacks.still_open(tx, MANY))
    yield _gauge(
        "hotline_open_callbacks",
        "Callers who are still to be called back.",
        (({"queue": queue}, promised[queue]) for queue in hotline.queues),
    )
    yield _gauge("hotline_waiting_messages", "Messages to see to.", [({}, messages.count_waiting(tx))])
    left_at = messages.oldest(tx)
    age = 0 if left_at is None else (now - left_at) / 1000
    yield _gauge("hotline_oldest_message_seconds", "How long the oldest of them has waited.", [({}, age)])
    yield from _of_errands(tx, now)
    open_ = Counter(incident.alert for incident in incidents.still_open(tx))
    yield _gauge(
        "hotline_alert",
        "Whether an alert is past its limit (1) or not (0).",
        (({"alert": alert.name}, open_[alert.name]) for alert in hotline.alerts),
    )


def _of_errands(tx: Transaction, now: int) -> Iterator[Metric]:
    waiting_, late = errands.backlog(tx, now)
    yield _gauge(
        "hotline_open_errands",
        "Wishes to the world outside that are to be carried out.",
        (({"kind": kind}, many) for kind, many in {**dict.fromkeys(OFTEN, 0), **waiting_}.items()),
    )
    yield _gauge("hotline_errand_lag_seconds", "How late the latest of them is.", [({}, late / 1000)])
    failed = errands.failed_since(tx, now - 3_600_000)
    yield _gauge("hotline_failed_errands", "Errands of the last hour that came to nothing.", [({}, failed)])


def _gauge(name: str, help_: str, samples: Iterable[tuple[Mapping[str, str], float]]) -> Metric:
    return Metric(name, Kind.GAUGE, help_, [Sample(labels, value) for labels, value in samples])
