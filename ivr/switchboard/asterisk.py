"""The log in the words of Asterisk, for the many programs that read those: its CDR, and its queue_log."""

from collections.abc import Iterator
from datetime import UTC, datetime

from ivr.ledger import Ledger
from ivr.ledger.reports import detail
from ivr.ledger.reports.detail import Line, Offer, State, Talk, Visit
from ivr.switchboard.export import Row, harmless, line_of

LOOK_SECONDS = 30
"""A day's rows may take the server a while; nobody is on the line for it."""

CDR = (
    "accountcode",
    "src",
    "dst",
    "dcontext",
    "clid",
    "channel",
    "dstchannel",
    "lastapp",
    "lastdata",
    "start",
    "answer",
    "end",
    "duration",
    "billsec",
    "disposition",
    "amaflags",
    "uniqueid",
    "userfield",
    "linkedid",
)
"""The columns of Asterisk's `Master.csv`, and `linkedid`: the call that a line belongs to."""

DISPOSITIONS = {
    "connected": "ANSWERED",
    "accepted": "ANSWERED",
    "busy": "BUSY",
    "declined": "BUSY",
    "no_answer": "NO ANSWER",
    "missed": "NO ANSWER",
    "caller_gone": "NO ANSWER",
    "withdrawn": "NO ANSWER",
    "failed": "FAILED",
}

APPS = {"call": "IVR", "leg": "Dial", "offer": "Queue"}


def cdr(ledger: Ledger, since: int, until: int) -> Iterator[str]:
    """A CSV file with one row for each line to one party, its head first; times are UTC."""
    yield line_of(CDR)
    for day, end in days(since, until):
        with ledger.reading(LOOK_SECONDS) as tx:
            found = detail.lines(tx, day, end)
        for line in found:
            row = cdr_row(line)
            yield line_of(harmless(row[name]) for name in CDR)


def cdr_row(line: Line) -> Row:
    """A line by the columns of CDR."""
    is_call = line.kind == "call"
    return {
        "accountcode": "",
        "src": line.caller or "",
        "dst": line.party or "",
        "dcontext": line.queue,
        "clid": line.caller or "",
        "channel": line.call,
        "dstchannel": "" if is_call else line.id,
        "lastapp": APPS[line.kind],
        "lastdata": line.queue or line.party or "",
        "start": _time(line.started_at),
        "answer": _time(line.answered_at),
        "end": _time(line.ended_at),
        "duration": _seconds(line.started_at, line.ended_at),
        "billsec": _seconds(line.answered_at, line.ended_at),
        "disposition": "ANSWERED" if is_call else DISPOSITIONS.get(line.ending or "", "NO ANSWER"),
        "amaflags": "DOCUMENTATION",
        "uniqueid": line.id,
        "userfield": (line.ending or "") if is_call else "",
        "linkedid": line.call,
    }


def _time(at: int | None) -> str:
    return "" if at is None else datetime.fromtimestamp(at / 1000, UTC).strftime("%Y-%m-%d %H:%M:%S")


def _seconds(since: int | None, until: int | None) -> int:
    return 0 if since is None or until is None else max(0, until - since) // 1000


def days(since: int, until: int) -> Iterator[tuple[int, int]]:
    """A time day by day, so that a year is never in memory at once."""
    while since < until:
        end = min(until, since - since % DAY_MS + DAY_MS)
        yield since, end
        since = end


DAY_MS = 86_400_000

# -- queue_log ---------------------------------------------------------------------------------------------

Entry = tuple[int, str]
"""When, and the rest of the line."""


def queue_log(ledger: Ledger, since: int, until: int) -> Iterator[str]:
    """The lines of a queue_log: `epoch|callid|queue|agent|EVENT|data…`, in the order of what happened."""
    for day, end in days(since, until):
        with ledger.reading(LOOK_SECONDS) as tx:
            visits, offers, talks, states = detail.of_line(tx, day, end)
        entries = [
            *(entry for visit in visits for entry in _of_visit(visit)),
            *(_of_offer(offer) for offer in offers if offer.ending != "accepted"),
            *(entry for talk in talks for entry in _of_talk(talk)),
            *(entry for state in states for entry in _of_state(state)),
        ]
        for at, text in sorted((entry for entry in entries if day <= entry[0] < end), key=lambda it: it[0]):
            yield f"{at // 1000}|{text}\n"


def _entry(at: int, call: str, queue: str, agent: str, event: str, *data: object) -> Entry:
    words = (call, queue or "NONE", agent or "NONE", event, *("" if it is None else it for it in data))
    return at, "|".join(str(word).replace("|", "/").replace("\n", " ") for word in words)


def _of_visit(visit: Visit) -> Iterator[Entry]:
    """ENTERQUEUE, and the end that no agent was part of."""
    yield _entry(
        visit.entered_at, visit.call, visit.queue, "", "ENTERQUEUE", "", visit.caller or "", visit.place
    )
    if visit.ended_at is None:
        return
    places = (visit.last_place, visit.place, (visit.ended_at - visit.entered_at) // 1000)
    ended = (visit.ended_at, visit.call, visit.queue, "")
    match visit.outcome:
        case "abandoned":
            yield _entry(*ended, "ABANDON", *places)
        case "key" | "callback":
            yield _entry(*ended, "EXITWITHKEY", (visit.pressed or "").partition(" ")[0], *places)
        case "timeout":
            yield _entry(*ended, "EXITWITHTIMEOUT", *places)
        case "no_agents" | "closed":
            yield _entry(*ended, "EXITEMPTY", *places)
        case "transferred" | "error":
            yield _entry(*ended, "WITHDRAW", *places, visit.outcome)


def _of_offer(offer: Offer) -> Entry:
    """An agent was rung in vain, for so many milliseconds."""
    event = "RINGNOANSWER" if offer.ending in ("missed", "declined") else "RINGCANCELED"
    return _entry(offer.at, offer.call, offer.queue, offer.agent, event, offer.rang)


def _of_talk(talk: Talk) -> Iterator[Entry]:
    """CONNECT, whose ring time is in seconds, and how the conversation ended."""
    about = (talk.call, talk.queue, talk.agent)
    hold = talk.waited // 1000
    yield _entry(talk.answered_at, *about, "CONNECT", hold, talk.leg, talk.rang // 1000)
    if talk.talk_ended_at is None:
        return
    times = (hold, (talk.talk_ended_at - talk.answered_at) // 1000, talk.place)
    if talk.met_in is not None:
        yield _entry(talk.talk_ended_at, *about, "ATTENDEDTRANSFER", "BRIDGE", talk.met_in, *times)
    elif talk.onward is not None:
        context, _, extension = talk.onward.partition(":")
        yield _entry(talk.talk_ended_at, *about, "BLINDTRANSFER", extension, context, *times)
    else:
        event = "COMPLETEAGENT" if talk.ended_by == "agent" else "COMPLETECALLER"
        yield _entry(talk.talk_ended_at, *about, event, *times)


def _of_state(state: State) -> Iterator[Entry]:
    """Agents come and go, and rest in between."""
    before, now = state.before or "signed_out", state.status
    about = (state.at, "NONE", "NONE", state.agent)
    if before == now:
        return
    if before == "on_break":
        yield _entry(*about, "UNPAUSE", "")
    if before == "signed_out":
        yield _entry(*about, "AGENTLOGIN", state.address)
    if now == "on_break":
        yield _entry(*about, "PAUSE", state.reason)
    if now == "signed_out":
        there = (state.at - (state.since_login or state.at)) // 1000
        yield _entry(*about, "AGENTLOGOFF", state.address, there)
