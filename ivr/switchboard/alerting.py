"""Alerts: each half minute one worker looks at the figures, and whoever is to be told of an incident is."""

import secrets
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress

from ivr.core.alerts import NOTHING, OF_A_WHILE, Alert, Incident, Look, Measure, Reading, decide, in_words
from ivr.core.figures import waiting
from ivr.core.figures.question import Only
from ivr.core.figures.tally import QUARTER_MS, Tally, View, total
from ivr.core.hours import is_open
from ivr.core.line.patience import unattended_for
from ivr.core.menus import Hotline
from ivr.core.webhooks import Event
from ivr.ledger import Transaction, agents, errands, incidents, messages, revisions, webhooks
from ivr.ledger.errands import Errand
from ivr.ledger.reports import waits
from ivr.ledger.reports.rolling_up import count_again, pieces
from ivr.ledger.reports.tallies import added_up
from ivr.outside.bus import Topic
from ivr.outside.mail import letter, send
from ivr.switchboard.attempts import give_up, settle
from ivr.switchboard.exchange import Exchange
from ivr.switchboard.line.joining import rules_of
from ivr.switchboard.shelf import NothingPublished

LOOK_EVERY_MS = 30_000

COUNT_SECONDS = 5
"""So long what has changed is counted before a look; what is left is seen at the next."""

LOOK_SECONDS = 10


def watch(exchange: Exchange, errand: Errand) -> None:
    """The errand by which one worker at a time looks; it is put back for the next half minute."""
    with suppress(NothingPublished):
        look(exchange)
    with exchange.ledger.transaction() as tx:
        errands.retry(tx, errand, exchange.now() + LOOK_EVERY_MS, "the next look")


def look(exchange: Exchange) -> None:
    """Begins and ends incidents, and has people told of them. Raises NothingPublished."""
    now = exchange.now()
    hotline = exchange.shelf.live(now).hotline
    with exchange.ledger.reading() as tx:
        open_ = incidents.still_open(tx)
    if not hotline.alerts and not open_:
        return
    measured, since = readings(exchange, hotline, now), worst_since(exchange, open_, now)
    seen = Look(hotline.alerts, measured, asleep(hotline, now), since)
    decision = decide(open_, seen, now)
    alerts = {alert.name: alert for alert in hotline.alerts}
    for alert, value in decision.opened:
        _begin(exchange, hotline, alert, value)
    for incident in decision.changed:
        with exchange.ledger.transaction() as tx:
            incidents.change(tx, incident)
    for incident in decision.ended:
        _end(exchange, hotline, alerts.get(incident.alert), incident)
    if decision.opened or decision.ended:
        exchange.tell(Topic.ERRANDS)


def _begin(exchange: Exchange, hotline: Hotline, alert: Alert, value: float) -> None:
    id_, now = secrets.token_urlsafe(9), exchange.now()
    incident = Incident(id_, alert.name, alert.measure, alert.limit, alert.queues, now, value, value)
    with exchange.ledger.transaction() as tx:
        if incidents.begin(tx, incident):
            _tell(exchange, tx, hotline, alert, incident)


def _end(exchange: Exchange, hotline: Hotline, alert: Alert | None, incident: Incident) -> None:
    with exchange.ledger.transaction() as tx:
        if incidents.change(tx, incident):
            _tell(exchange, tx, hotline, alert, incident)


def asleep(hotline: Hotline, now: int) -> frozenset[str]:
    """The alerts whose hours it is not."""
    return frozenset(
        alert.name
        for alert in hotline.alerts
        if (hours := hotline.hours.get(alert.hours or "")) and not is_open(hours, now, hotline.zone)
    )


# -- what is measured --------------------------------------------------------------------------------------


def readings(exchange: Exchange, hotline: Hotline, now: int) -> Mapping[str, Reading]:
    """What each alert measures now. What is counted over a while is counted by quarter hours, so that the one
    under way is looked at beside the time that the alert looks back."""
    if any(alert.measure in OF_A_WHILE for alert in hotline.alerts):
        count_again(exchange.ledger, hotline.zone, now, COUNT_SECONDS)
    with exchange.ledger.reading(LOOK_SECONDS) as tx:
        return {alert.name: _reading(tx, hotline, alert, now) for alert in hotline.alerts}


def _reading(tx: Transaction, hotline: Hotline, alert: Alert, now: int) -> Reading:
    match alert.measure:
        case Measure.SERVICE_LEVEL:
            tally = _tally(tx, View.LINE, hotline, alert, now)
            judged = tally.answered + tally.abandoned - tally.short_abandoned
            return Reading(waiting.service_level(tally), judged)
        case Measure.ABANDON_RATE:
            tally = _tally(tx, View.LINE, hotline, alert, now)
            return Reading(waiting.abandon_rate(tally), tally.offered - tally.short_abandoned)
        case Measure.MISSED_OFFERS:
            return Reading(_tally(tx, View.AGENT, hotline, alert, now).missed)
        case Measure.LONGEST_WAIT:
            return Reading(waiting.oldest_waiting(waits.waiting_now(tx, _only(alert)), now))
        case Measure.NOBODY_SIGNED_IN:
            known, began = agents.listed(tx), revisions.began(tx) or now
            away = (
                unattended_for(known, queue, rules_of(hotline, queue), began, now)
                for queue in alert.queues or hotline.queues
            )
            return Reading(max(away, default=None))
        case Measure.FAULTS:
            since = now - round(alert.over * 1000)
            return Reading(errands.failed_since(tx, since) + webhooks.stuck_since(tx, since))
        case Measure.OLD_MESSAGES:
            left_at = messages.oldest(tx)
            return NOTHING if left_at is None else Reading((now - left_at) / 1000)


def worst_since(exchange: Exchange, open_: Iterable[Incident], now: int) -> Mapping[str, float]:
    """By the ids of open incidents, how bad each got since it began. Only of waits: the longest one may have
    gone on, and ended, between two looks."""
    waits_of = [incident for incident in open_ if incident.measure is Measure.LONGEST_WAIT]
    if not waits_of:
        return {}
    with exchange.ledger.reading(LOOK_SECONDS) as tx:
        return {incident.id: _longest_wait(tx, incident, now) for incident in waits_of}


def _longest_wait(tx: Transaction, incident: Incident, now: int) -> float:
    """In seconds: of those who wait now, and of those who do not any more but did when it began or later."""
    only, known = _only(incident), round(incident.worst * 1000)
    ended = waits.longest(tx, incident.opened_at, known, only) or known
    oldest = waiting.oldest_waiting(waits.waiting_now(tx, only), now)
    return max(ended / 1000, oldest or 0)


def _only(of: Alert | Incident) -> Only:
    return Only(queues=frozenset(of.queues))


def _tally(tx: Transaction, view: View, hotline: Hotline, alert: Alert, now: int) -> Tally:
    since = (now - round(alert.over * 1000)) // QUARTER_MS * QUARTER_MS
    of_time = pieces(tx, hotline.zone, since, (now // QUARTER_MS + 1) * QUARTER_MS, days=False)
    return total(tally for _, tally in added_up(tx, view, of_time, ("queue",), _only(alert)))


# -- who is told -------------------------------------------------------------------------------------------


def _tell(
    exchange: Exchange, tx: Transaction, hotline: Hotline, alert: Alert | None, incident: Incident
) -> None:
    """Has people and other systems told that an incident has begun, or is over."""
    now, is_end = exchange.now(), incident.ended_at is not None
    for means, to, errand in _errands(exchange, tx, hotline, alert, incident):
        incidents.tell(tx, incident.id, means, to, errand, end=is_end)
    subject = f"{incident.id}:{'ended' if is_end else 'began'}"
    webhooks.happened(tx, Event.ALERT, subject, None, now)
    told = webhooks.errand_of(tx, Event.ALERT, subject)
    if told is not None and hotline.webhook is not None:
        incidents.tell(tx, incident.id, "webhook", hotline.webhook.url, told, end=is_end)


def _errands(
    exchange: Exchange, tx: Transaction, hotline: Hotline, alert: Alert | None, incident: Incident
) -> Iterator[tuple[str, str, int]]:
    """Mails and text messages: to those the alert names, or, where the menus do not have it any more, to
    those who were told of its begin. In the language in which the hotline is met first."""
    words, now = in_words(incident, hotline.languages[hotline.first_language].tag), exchange.now()
    link = f"{exchange.settings.base_url}/alerts"
    for means, to in _addressees(tx, alert, incident):
        if means == "mail":
            payload = {"to": to, "subject": f"{hotline.name}: {words}", "text": f"{words}\n\n{link}\n"}
            yield means, to, errands.wish(tx, LETTER, None, payload, now, now)
        else:
            sender = exchange.settings.phone_number or next(iter(hotline.numbers))
            payload = {"to": to, "from": sender, "text": f"{hotline.name}: {words} {link}"}
            yield means, to, errands.wish(tx, "message", None, payload, now, now)


def _addressees(tx: Transaction, alert: Alert | None, incident: Incident) -> Iterable[tuple[str, str]]:
    if alert is not None:
        return [*(("mail", to) for to in alert.mail), *(("sms", to) for to in alert.sms)]
    told = incidents.words(tx, [incident])
    return [(word.means, word.to) for word in told if not word.end and word.means != "webhook"]


LETTER = "letter"
"""The errand that mails somebody a few lines."""

NO_MAIL = "no mail server is set: SMTP_URL"


def send_letter(exchange: Exchange, errand: Errand) -> None:
    """Mails somebody what an alert has to say."""
    if not exchange.settings.mail_server:
        return give_up(exchange, errand, NO_MAIL)
    to, wished = errand.payload["to"], errand.payload
    sender = exchange.settings.mail_from or to
    send(exchange.settings.mail_server, letter(sender, to, wished["subject"], wished["text"]))
    return settle(exchange, errand, {"to": to})
