"""The sections around the steps: hours, mailboxes, numbers, limits, and who may be rung."""

import re
from datetime import time
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, available_timezones

from ivr.core.destinations import country_of, is_allowed, is_costly, is_number
from ivr.core.hours import Hours, Span
from ivr.core.menus import HANG_UP, WAYS, Destination, Limits, Mailbox, Value, Words
from ivr.core.phrases import plain
from ivr.language import grammar
from ivr.language.draft import Draft
from ivr.language.mistakes import Findings, Wrong
from ivr.language.slots import slots
from ivr.language.source import Text

SIP_HOST = re.compile(r"sips?:.*@([A-Za-z0-9.-]+)(:[0-9]+)?")


def hours(findings: Findings, written: grammar.Hours | str) -> Hours:
    """Opening hours, in short `always`; a span over midnight is split, its rest belongs to the next day."""
    if isinstance(written, str):
        return Hours(always=True)
    if written.week is None and not written.always and not written.strange:
        findings.mistake(written.at, "these hours never open", "add 'week:' or 'always: true'")
    if written.week is not None and written.always:
        findings.mistake(
            written.where("week"), "'week' and 'always' exclude each other", "delete one of them"
        )
    return Hours(
        week=_week(findings, written),
        holidays=str(written.holidays) if written.holidays else None,
        closed=tuple(written.closed),
        open=tuple((days, _of_one_day(findings, written, spans)) for days, spans in written.open.items()),
        always=written.always,
    )


def _week(findings: Findings, written: grammar.Hours) -> dict[int, tuple[Span, ...]]:
    week: dict[int, list[Span]] = {}
    named: set[int] = set()
    for weekdays, spans in (written.week or {}).items():
        if named & set(weekdays):
            findings.mistake(written.where("week"), "a day stands twice in the week", "write each day once")
        named |= set(weekdays)
        for day in weekdays:
            for first, until in spans:
                over_midnight = time.min < until <= first
                week.setdefault(day, []).append((first, time.min if over_midnight else until))
                if over_midnight:
                    week.setdefault((day + 1) % 7, []).append((time.min, until))
    return {day: tuple(sorted(spans)) for day, spans in sorted(week.items())}


def _of_one_day(findings: Findings, written: grammar.Hours, spans: tuple[Span, ...]) -> tuple[Span, ...]:
    if any(time.min < until <= first for first, until in spans):
        text = "hours of a single date cannot run over midnight"
        findings.mistake(written.where("open"), text, "write them until 24:00, and the rest at the next date")
    return spans


def mailbox(findings: Findings, name: str, written: grammar.Mailbox) -> Mailbox:
    if isinstance(written.mail, Text) and not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", written.mail):
        findings.mistake(
            written.mail.at, f"'{written.mail}' is not a mail address", "write it like care@example.com"
        )
    mail = str(written.mail) if written.mail else None
    return Mailbox(str(name), mail, written.max, written.silence, written.end)


def zone(draft: Draft) -> str:
    """The hotline's time zone."""
    written = draft.document.zone
    if isinstance(written, Text):
        try:
            ZoneInfo(written)
        except (ValueError, OSError, KeyError):
            hint = draft.findings.nearest(written, available_timezones(), "write it like Asia/Ho_Chi_Minh")
            draft.findings.mistake(written.at, f"there is no time zone '{written}'", hint)
    return str(written or "UTC")


def numbers(draft: Draft) -> dict[str, Destination]:
    """The hotline's numbers and the steps their callers meet."""
    found: dict[str, Destination] = {}
    written = draft.document.numbers
    for number, slot in zip(written, slots(written), strict=True):
        if not is_number(number):
            hint = f"did you mean '+{number}'?" if is_number(f"+{number}") else INTERNATIONAL
            draft.findings.mistake(slot.at, f"'{number}' is not a phone number", hint)
        if isinstance(slot.leads, str) and slot.leads in WAYS:
            draft.findings.mistake(
                slot.at, f"'{number}' must lead to a step", "name the step its callers meet"
            )
        found[str(number)] = draft.leads("numbers", slot)
    return found


INTERNATIONAL = "write + and the country: +84…"


def limits(draft: Draft) -> Limits:
    """What one call may ask of us."""
    written = draft.document.limits
    if written is None:
        return Limits()
    calls, per = written.calls or (None, 3600.0)
    then = draft.ways("limits", written).get("then", HANG_UP)
    if then in WAYS - {HANG_UP}:
        text = f"a call that has used all its keys cannot go '{then}'"
        draft.findings.mistake(written.where("then"), text, "name a step, or hang_up")
    return Limits(written.keys, then, calls, per)


def emergency(draft: Draft) -> str | None:
    """Who is rung when the hotline itself is away: nobody knows the values of a call then."""
    written = draft.document.emergency
    if not isinstance(written, Text):
        return None
    if "{" in written:
        hint = "write a number like +84901234567, or a SIP address"
        draft.findings.mistake(written.at, "'emergency' can hold no value of a call", hint)
    else:
        draft.parties.append(((str(written),), written.at))
    return str(written)


def agents_line(draft: Draft) -> str | None:
    """The number agents ring: no caller's number, and one that can exist."""
    written = draft.document.agents_line
    if not isinstance(written, Text):
        return None
    if not is_number(written):
        text = f"'{written}' is not a phone number"
        draft.findings.mistake(written.at, text, "write it with + and the country: +842873009999")
    elif written in draft.document.numbers:
        text = f"callers ring {written}: see 'numbers'"
        draft.findings.mistake(written.at, text, "give the agents a number of their own")
    return str(written)


def blocked(draft: Draft) -> tuple[str, ...]:
    """The numbers that are turned away."""
    for entry in draft.document.blocked:
        if not re.fullmatch(r"\+[0-9]{1,15}\*?|withheld", entry):
            text = f"'{entry}' blocks nobody"
            draft.findings.mistake(entry.at, text, "write a number like +84901234567, +8490* or withheld")
    return tuple(map(str, draft.document.blocked))


def allowed(draft: Draft) -> tuple[str, ...]:
    """What may be rung and written to; unless the menus say otherwise, our own countries and PBX hosts."""
    written = draft.document.allowed
    for entry in written:
        if not re.fullmatch(r"[A-Z]{2}|\+[0-9]{1,15}\*?|sips?:\S+@\S+", entry):
            text = f"'{entry}' allows nothing"
            draft.findings.mistake(
                entry.at, text, "write a country like VN, +84*, a number, or sip:*@pbx.example"
            )
    if written:
        return tuple(map(str, written))
    countries = dict.fromkeys(country_of(number) for number in draft.document.numbers)
    hosts = dict.fromkeys(host for party, _ in draft.parties if (host := sip_host(party)))
    return (*filter(None, countries), *(f"sip:*@{host}" for host in hosts))


def sip_host(party: Words) -> str | None:
    """The host of a SIP address, if it stands there as text."""
    last = party[-1] if party else ""
    match = SIP_HOST.fullmatch(plain(party)) if isinstance(last, str) else None
    return match[1] + (match[2] or "") if match and "{" not in match[1] else None


def check_parties(draft: Draft, entries: tuple[str, ...]) -> None:
    """Everybody the menus ring by name must be on the list; holes are judged when they are filled."""
    for party, at in draft.parties:
        text = plain(party)
        if any(isinstance(piece, Value) for piece in party):
            host = sip_host(party)
            if text.startswith("sip") and (host is None or not is_allowed(f"sip:0@{host}", entries)):
                draft.findings.mistake(at, f"'{text}' may lead to hosts that are not allowed", ALLOW)
        elif not text.startswith("sip") and not is_number(text):
            draft.findings.mistake(at, f"'{text}' is not a phone number", INTERNATIONAL)
        elif is_costly(text):
            draft.findings.mistake(at, f"'{text}' is a premium number, and those are never rung", ANOTHER)
        elif not is_allowed(text, entries):
            draft.findings.mistake(at, f"'{text}' may not be rung", ALLOW)


ANOTHER = "write another one"
ALLOW = "add it to 'allowed' if it should"


def lookup_hosts(draft: Draft) -> tuple[str, ...]:
    """The hosts that lookups may ask: those of `lookups`, else those that stand in the menus."""
    section = draft.document.lookups
    listed = [str(host) for host in section.hosts or ()] if section else []
    asked: dict[str, None] = {}
    for address, at in draft.addresses:
        try:
            host = _host(address)
        except Wrong as wrong:
            draft.findings.mistake(at, wrong.text, wrong.hint)
            continue
        if (listed or "://" in host) and _origin(host) not in map(_origin, listed):
            draft.findings.mistake(at, f"lookups may not ask '{host}'", "add it to the hosts of 'lookups'")
        asked[host] = None
    return tuple(listed or asked)


def _origin(host: str) -> tuple[str, str | None, int | None]:
    """What a host of the list means: `crm.example` is https on its usual port, others say what they are."""
    parts = urlsplit(host if "://" in host else f"https://{host}")
    return parts.scheme, parts.hostname, parts.port or {"https": 443, "http": 80}.get(parts.scheme)


def _host(address: Words) -> str:
    """The host of an address, as a list of hosts names it; it must stand there as text."""
    text = plain(address)
    try:
        parts = urlsplit(text)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise Wrong(
            f"'{text}' is not an address", "write it like https://crm.example/orders/{order}"
        ) from None
    if parts.scheme not in ("http", "https") or not host:
        raise Wrong(f"'{text}' is not an address", "write it like https://crm.example/orders/{order}")
    if "{" in parts.netloc or "@" in parts.netloc:
        raise Wrong("the host of a lookup must stand in the menus", "values may come after the host only")
    return host if parts.scheme == "https" and port is None else f"{parts.scheme}://{parts.netloc}"
