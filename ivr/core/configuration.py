"""The configuration of a hotline, fact by fact: the call flow of its steps, and what stands around them.

Two hotlines with the same facts are the same to every caller.
"""

from collections.abc import Iterator, Mapping

from ivr.core.alerts import OF_A_WHILE, SHARES, Alert, Measure
from ivr.core.call_flow import call_flow
from ivr.core.facts import Fact, Facts, Phrase, Sides, Subject, leads, phrase, rules_of_recording
from ivr.core.hours import Days, Hours, Span
from ivr.core.line.facts import of_queue
from ivr.core.menus import Hotline, Mailbox


def facts(hotline: Hotline) -> Facts:
    """Everything a caller could notice, in the order of the menus."""
    told = dict(_hotline(hotline))
    for step in hotline.steps.values():
        told.update(call_flow(hotline, step))
    return told


def _hotline(hotline: Hotline) -> Iterator[tuple[Subject, Fact]]:
    yield Subject(phrase("the hotline’s name")), (phrase("%(name)s", name=hotline.name),)
    yield Subject(phrase("the hotline’s zone")), (phrase("%(name)s", name=hotline.zone),)
    for number, to in hotline.numbers.items():
        yield Subject(phrase("number %(number)s", number=number)), (leads(to),)
    for language, voice in hotline.languages.items():
        spoken_by = (phrase("%(tag)s", tag=voice.tag), phrase("voice %(voice)s", voice=voice.voice or "–"))
        yield Subject(phrase("language %(language)s", language=language)), spoken_by
    for name, hours in hotline.hours.items():
        place = phrase("hours %(name)s", name=name)
        yield Subject(place), ()
        yield from ((Subject(place, side), fact) for side, fact in _hours(hours))
    for queue in hotline.queues.values():
        place = phrase("queue %(name)s", name=queue.name)
        yield Subject(place), ()
        yield from ((Subject(place, side), fact) for side, fact in of_queue(queue))
    for mailbox in hotline.mailboxes.values():
        yield Subject(phrase("mailbox %(name)s", name=mailbox.name)), _mailbox(mailbox)
    yield Subject(phrase("limits")), tuple(_limits(hotline))
    for number in hotline.blocked:
        yield Subject(phrase("caller %(number)s", number=number)), (phrase("turned away"),)
    for number in hotline.allowed:
        yield Subject(phrase("destination %(number)s", number=number)), (phrase("allowed"),)
    for host in hotline.lookup_hosts:
        yield Subject(phrase("look-ups at %(host)s", host=host)), (phrase("allowed"),)
    for alert in hotline.alerts:
        place = phrase("alert %(name)s", name=alert.name)
        yield Subject(place), _watched(alert)
        yield from ((Subject(place, side), fact) for side, fact in _told(alert))
    if hotline.webhook is not None:
        told = phrase("told at %(url)s", url=hotline.webhook.url)
        events = (phrase("%(name)s", name=event) for event in sorted(hotline.webhook.events))
        yield Subject(phrase("another system")), (told, *events)
    for kept, days in (("recordings", hotline.keep.recordings), ("details", hotline.keep.details)):
        if days is not None:
            yield Subject(phrase(KEPT[kept])), (phrase("kept for %(days)s days", days=days),)


KEPT = {"recordings": "recordings", "details": "details of calls"}

WATCHED: Mapping[Measure, str] = {
    Measure.SERVICE_LEVEL: "when the service level is below %(limit)s%%",
    Measure.LONGEST_WAIT: "when somebody has waited %(limit)s s",
    Measure.NOBODY_SIGNED_IN: "when nobody has been signed in for %(limit)s s",
    Measure.ABANDON_RATE: "when %(limit)s%% hang up while they wait",
    Measure.MISSED_OFFERS: "when agents miss %(limit)s callers",
    Measure.FAULTS: "when %(limit)s errands fail",
    Measure.OLD_MESSAGES: "when a message is %(limit)s s old",
}


def _watched(alert: Alert) -> Fact:
    limit = alert.limit * 100 if alert.measure in SHARES else alert.limit
    what = Phrase(WATCHED[alert.measure], (("limit", f"{limit:g}"),))
    if alert.measure not in OF_A_WHILE:
        return (what,)
    looked_back = phrase("looking back %(seconds)s s", seconds=f"{alert.over:g}")
    fewest = phrase("of at least %(count)s callers", count=alert.calls)
    return (what, looked_back, fewest) if alert.measure in SHARES else (what, looked_back)


def _told(alert: Alert) -> Sides:
    """Where and when it counts, and who is told."""
    if alert.queues:
        yield phrase("queues"), tuple(phrase("%(name)s", name=queue) for queue in alert.queues)
    if alert.hours:
        yield phrase("hours"), (phrase("%(name)s", name=alert.hours),)
    for name in (*alert.mail, *alert.sms):
        yield phrase("%(name)s", name=name), (phrase("is told"),)


WEEK = ("Mondays", "Tuesdays", "Wednesdays", "Thursdays", "Fridays", "Saturdays", "Sundays")


def _hours(hours: Hours) -> Sides:
    if hours.always:
        yield phrase("every day"), (phrase("open all day"),)
    for day, name in enumerate(WEEK):
        if not hours.always:
            yield phrase(name), _spans(hours.week.get(day, ()))
    if hours.holidays:
        yield phrase("public holidays"), (phrase("closed in %(country)s", country=hours.holidays),)
    for days in hours.closed:
        yield phrase("%(days)s", days=_days(days)), (CLOSED,)
    for days, spans in hours.open:
        yield phrase("%(days)s", days=_days(days)), _spans(spans)


CLOSED = phrase("closed")


def _spans(spans: tuple[Span, ...]) -> Fact:
    times = tuple(
        phrase("%(from)s–%(until)s", **{"from": f"{first:%H:%M}", "until": f"{until:%H:%M}"})
        for first, until in spans
    )
    return times or (CLOSED,)


def _days(days: Days) -> str:
    first, last = (
        "-".join(f"{part:02}" for part in end if part is not None) for end in (days.first, days.last)
    )
    return first if first == last else f"{first}..{last}"


def _mailbox(mailbox: Mailbox) -> Fact:
    rules = rules_of_recording(mailbox.longest, mailbox.silence, mailbox.end)
    return (phrase("mailed to %(address)s", address=mailbox.mail), *rules) if mailbox.mail else rules


def _limits(hotline: Hotline) -> Iterator[Phrase]:
    limits = hotline.limits
    yield phrase("keys: %(count)s", count=limits.keys)
    yield leads(limits.then)
    if limits.calls is not None:
        yield phrase("calls: %(count)s per %(seconds)s s", count=limits.calls, seconds=f"{limits.per:g}")
