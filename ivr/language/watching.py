"""The sections about the hotline as others see it: alerts for supervisors, events for other systems, and for
how long what callers leave behind is kept."""

import re
from collections.abc import Iterator
from dataclasses import replace

from ivr.core.alerts import OF_A_WHILE, OF_QUEUES, SHARES, Alert, Measure
from ivr.core.destinations import is_number
from ivr.core.keeping import Keeping
from ivr.core.webhooks import Event, Webhook
from ivr.language import grammar
from ivr.language.draft import Draft
from ivr.language.mistakes import listed
from ivr.language.source import Text

MAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
URL = re.compile(r"https?://[a-z0-9][a-z0-9.-]*(:[0-9]{1,5})?(/[!-~]*)?", re.IGNORECASE)


def alerts(draft: Draft) -> Iterator[Alert]:
    """The alerts, each with one measure."""
    for name, written in draft.document.alerts.items():
        measured = [measure for measure in Measure if getattr(written, measure) is not None]
        if len(measured) == 1:
            yield _alert(draft, str(name), written, measured[0])
        elif not written.strange:
            text = f"alert '{name}' watches {'nothing' if not measured else listed(measured, 'and')}"
            draft.findings.mistake(written.at, text, f"write one of {listed(list(Measure))}")


def _alert(draft: Draft, name: str, written: grammar.Alert, measure: Measure) -> Alert:
    for word, fits in (("queues", OF_QUEUES), ("over", OF_A_WHILE), ("calls", SHARES)):
        if getattr(written, word) is not None and measure not in fits:
            text = f"'{word}' means nothing to '{measure}'"
            draft.findings.mistake(written.where(word), text, "delete it, or write another measure")
    queues = tuple(
        draft.known("queue", str(queue), draft.sections["queues"], queue.at) for queue in written.queues or ()
    )
    limit = getattr(written, measure)
    alert = Alert(
        name,
        measure,
        float(limit),
        queues,
        _hours(draft, written),
        mail=tuple(_mails(draft, written)),
        sms=tuple(_numbers(draft, written)),
    )
    alert = replace(alert, over=written.over) if written.over is not None else alert
    return replace(alert, calls=written.calls) if written.calls is not None else alert


def _hours(draft: Draft, written: grammar.Alert) -> str | None:
    if not isinstance(written.hours, Text):
        return None
    return draft.known("hours", str(written.hours), draft.sections["hours"], written.hours.at)


def _mails(draft: Draft, written: grammar.Alert) -> Iterator[str]:
    for address in written.mail or ():
        if not MAIL.fullmatch(address):
            text = f"'{address}' is not a mail address"
            draft.findings.mistake(address.at, text, "write it like care@example.com")
        yield str(address)


def _numbers(draft: Draft, written: grammar.Alert) -> Iterator[str]:
    """Who is told by text message must be one the hotline may write to."""
    for number in written.sms or ():
        if not is_number(number):
            text = f"'{number}' is not a phone number"
            draft.findings.mistake(number.at, text, "write it with + and the country: +842873001234")
            continue
        draft.parties.append(((str(number),), number.at))
        yield str(number)


def webhook(draft: Draft) -> Webhook | None:
    """Where other systems listen. That its host stands in the menus is what allows to tell it anything."""
    written = draft.document.events
    if written is None:
        return None
    if isinstance(written.url, Text) and not URL.fullmatch(written.url):
        text = f"'{written.url}' is not an address"
        draft.findings.mistake(written.url.at, text, "write it like https://crm.example/hotline")
    kinds = [
        kind
        for kind in written.kinds or ()
        if draft.known("event", str(kind), tuple(Event), kind.at) in tuple(Event)
    ]
    events = frozenset(map(Event, kinds)) if written.kinds else frozenset(Event)
    return Webhook(str(written.url), events)


def keeping(draft: Draft) -> Keeping:
    """How long what callers leave behind is kept."""
    written = draft.document.keep
    return Keeping(written.recordings, written.details) if written else Keeping()
