"""A carrier's REST side over real HTTP: it holds every request to the contract and fails when told to."""

import base64
import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Literal
from urllib.parse import parse_qs, urlsplit

ACCOUNT = "AC" + "0" * 32
TOKEN = "5ec2e7" * 5 + "ab"

Fault = Literal["busy", "unavailable", "broken", "dropped", "silent", "nonsense", "cut"]

#: Of each resource: method, path behind the account, the names a form or query may hold, those it must.
RULES = [
    ("POST", r"/Messages\.json", {"To", "From", "Body", "StatusCallback"}, {"To", "From", "Body"}),
    ("GET", r"/Messages\.json", {"To", "From", "PageSize", "Page", "PageToken"}, set()),
    (
        "POST",
        r"/Calls\.json",
        {"To", "From", "Url", "Method", "Timeout", "TimeLimit"}
        | {"StatusCallback", "StatusCallbackMethod", "StatusCallbackEvent"}
        | {"MachineDetection", "AsyncAmd", "AsyncAmdStatusCallback", "AsyncAmdStatusCallbackMethod"},
        {"To", "From", "Url"},
    ),
    ("GET", r"/Calls/(?P<id>[^/]+)\.json", set(), set()),
    ("POST", r"/Calls/(?P<id>[^/]+)\.json", {"Status", "Url", "Method"}, set()),
    ("GET", r"/IncomingPhoneNumbers\.json", {"PhoneNumber", "PageSize", "Page", "PageToken"}, set()),
    ("GET", r"/Recordings/(?P<id>[^/]+)\.wav", set(), set()),
    ("DELETE", r"/Recordings/(?P<id>[^/]+)\.json", set(), set()),
    ("GET", r"/Conferences\.json", {"FriendlyName", "PageSize", "Page", "PageToken"}, {"FriendlyName"}),
    ("POST", r"/Conferences/(?P<id>[^/]+)\.json", {"Status", "AnnounceUrl", "AnnounceMethod"}, set()),
    (
        "POST",
        r"/Conferences/(?P<id>[^/]+)/Participants\.json",
        {"To", "From", "Label", "Timeout", "TimeLimit", "Muted", "Beep", "Coaching", "CallSidToCoach"}
        | {"StartConferenceOnEnter", "EndConferenceOnExit", "WaitUrl", "WaitMethod"}
        | {"StatusCallback", "StatusCallbackMethod", "StatusCallbackEvent"}
        | {"ConferenceStatusCallback", "ConferenceStatusCallbackMethod", "ConferenceStatusCallbackEvent"},
        {"To", "From"},
    ),
    ("GET", r"/Conferences/(?P<id>[^/]+)/Participants/(?P<who>[^/]+)\.json", set(), set()),
    (
        "POST",
        r"/Conferences/(?P<id>[^/]+)/Participants/(?P<who>[^/]+)\.json",
        {"Muted", "Hold", "HoldUrl", "HoldMethod", "AnnounceUrl", "AnnounceMethod"}
        | {"Coaching", "CallSidToCoach", "EndConferenceOnExit"},
        set(),
    ),
    ("DELETE", r"/Conferences/(?P<id>[^/]+)/Participants/(?P<who>[^/]+)\.json", set(), set()),
    ("GET", r"/Conferences/(?P<id>[^/]+)/Recordings\.json", {"PageSize", "Page", "PageToken"}, set()),
    (
        "POST",
        r"/Conferences/(?P<id>[^/]+)/Recordings/Twilio\.CURRENT\.json",
        {"Status", "PauseBehavior"},
        {"Status"},
    ),
]

MISSING = 404, {"code": 20404, "message": "The requested resource was not found", "status": 404}


@dataclass
class Conference:
    """A room of the carrier's: who is in it, by call id, and how its recording stands."""

    sid: str
    name: str
    status: str = "in-progress"
    participants: dict[str, str] = field(default_factory=dict)
    recording: str | None = None

    def shown(self) -> dict[str, str]:
        return {"sid": self.sid, "friendly_name": self.name, "status": self.status}

    def labelled(self, who: str) -> str | None:
        """The call id of the one with this label or call id."""
        return next((sid for sid, label in self.participants.items() if who in (sid, label)), None)


@dataclass(frozen=True)
class Seen:
    """A request as it arrived: its path behind the account, and its form or query."""

    method: str
    path: str
    fields: dict[str, list[str]]


@dataclass
class Carrier:
    """What the carrier has and what it was asked. `faults` befall the next requests, one each."""

    url: str = ""
    user: str = ACCOUNT
    seen: list[Seen] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    messages: list[dict[str, str | None]] = field(default_factory=list)
    calls: dict[str, dict[str, str | None]] = field(default_factory=dict)
    recordings: dict[str, bytes] = field(default_factory=dict)
    numbers: dict[str, dict[str, str | None]] = field(default_factory=dict)
    rooms: dict[str, Conference] = field(default_factory=dict)
    patience: threading.Event = field(default_factory=threading.Event)

    def act(self, seen: Seen, resource_id: str | None) -> tuple[int, Any]:
        """Do what was asked; the status, and the JSON or the bytes of the answer."""
        given = {name: values[0] for name, values in seen.fields.items()}
        match seen.method, seen.path.split("/")[1].removesuffix(".json"):
            case "POST", "Messages":
                return 201, self.new_message(given)
            case "GET", "Messages":
                found = [
                    message for message in self.messages if message["to"] == given.get("To", message["to"])
                ]
                return 200, {"messages": found[::-1], "next_page_uri": None}
            case "POST", "Calls" if resource_id is None:
                self.calls["CA1"] = {
                    "sid": "CA1",
                    "status": "queued",
                    "duration": None,
                    "parent_call_sid": None,
                }
                return 201, self.calls["CA1"]
            case _, "Calls":
                return self.call(str(resource_id), seen.method, given)
            case "GET", "IncomingPhoneNumbers":
                ours = [self.numbers[number] for number in self.numbers if number == given["PhoneNumber"]]
                return 200, {"incoming_phone_numbers": ours, "next_page_uri": None}
            case "GET", "Recordings" if resource_id in self.recordings:
                return 200, self.recordings[str(resource_id)]
            case "DELETE", "Recordings" if self.recordings.pop(str(resource_id), None) is not None:
                return 204, b""
            case _, "Conferences":
                return self.room(seen, resource_id, given)
        return MISSING

    def room(self, seen: Seen, room_id: str | None, given: dict[str, str]) -> tuple[int, Any]:
        if room_id is None:
            named = [room.shown() for room in self.rooms.values() if room.name == given["FriendlyName"]]
            return 200, {"conferences": named, "next_page_uri": None}
        room = self.rooms.get(room_id)
        below = seen.path.removesuffix(".json").split("/")[3:]
        if below == ["Participants"]:
            return self.invited(room, room_id, given)
        if room is not None and below == ["Recordings"]:
            made = [{"sid": "RE1", "status": room.recording, "duration": "7"}] if room.recording else []
            return 200, {"recordings": made, "next_page_uri": None}
        if room is None or room.status == "completed":
            return MISSING
        if below[:1] == ["Recordings"]:
            if room.recording is None:
                return 400, {"code": 21220, "message": "Recording is not in-progress."}
            room.recording = given["Status"]
            return 200, {"sid": "RE1", "status": room.recording}
        if not below:
            room.status = given.get("Status", room.status)
            return 200, room.shown()
        call_id = room.labelled(below[1])
        if call_id is None:
            return MISSING
        if given.get("CallSidToCoach", call_id) not in room.participants:
            return 400, {"code": 13240, "message": "The call to coach is not in the conference."}
        if seen.method == "DELETE":
            del room.participants[call_id]
            return 204, b""
        return 200, {"call_sid": call_id, "conference_sid": room.sid}

    def invited(self, room: Conference | None, name: str, given: dict[str, str]) -> tuple[int, Any]:
        if name.startswith("CF") and (room is None or room.status == "completed"):
            return MISSING
        if room is None:
            room = self.rooms.setdefault("CF1", Conference("CF1", name, "init"))
        room.participants["CA1"] = given["Label"]
        return 201, {"call_sid": "CA1", "conference_sid": room.sid}

    def new_message(self, given: dict[str, str]) -> dict[str, str | None]:
        message: dict[str, str | None] = {"sid": f"SM{len(self.messages) + 1}", "to": given["To"]}
        message |= {"body": given["Body"], "date_created": formatdate(), "status": "queued"}
        self.messages.append(message)
        return message

    def call(self, call_id: str, method: str, given: dict[str, str]) -> tuple[int, Any]:
        if call_id not in self.calls:
            return 404, {"code": 20404, "message": f"The requested resource {call_id} was not found"}
        call = self.calls[call_id]
        if method == "POST" and call["status"] == "completed":
            return 400, {"code": 21220, "message": "Call is not in-progress. Cannot redirect."}
        if given.get("Status"):
            call["status"] = given["Status"]
        return 200, call


@contextmanager
def contract_server(prefix: str = "") -> Iterator[Carrier]:
    """A carrier at its own port for as long as the test runs, its resources behind `prefix`."""
    carrier = Carrier()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self.answer()

        do_POST = do_DELETE = do_PUT = do_GET  # noqa: N815

        def answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
            fault = carrier.faults.pop(0) if carrier.faults else None
            if fault == "dropped":
                self.close_connection = True
                return
            refusals = {
                "busy": (429, {"code": 20429, "message": "Too Many Requests"}),
                "unavailable": (503, {"message": "Service Unavailable"}),
                "broken": (500, {"message": f"oops, {TOKEN}"}),
            }
            status, answer = refusals.get(fault or "") or self.held_to_the_rules(body)
            if fault == "silent":  # it acted, and the answer never comes
                carrier.patience.wait(20)
                self.close_connection = True
                return
            self.write(status, answer, fault)

        def held_to_the_rules(self, body: str) -> tuple[int, Any]:
            token = base64.b64encode(f"{carrier.user}:{TOKEN}".encode()).decode()
            if self.headers.get("Authorization") != f"Basic {token}":
                return 401, {"code": 20003, "message": f"Authenticate, not with {TOKEN}"}
            url = urlsplit(self.path)
            account = f"{prefix}/2010-04-01/Accounts/{ACCOUNT}"
            fields = parse_qs(body or url.query, keep_blank_values=True)
            seen = Seen(self.command, url.path.removeprefix(account), fields)
            carrier.seen.append(seen)
            for method, path, allowed, required in RULES:
                found = re.fullmatch(path, seen.path)
                if found and method == self.command and url.path.startswith(account):
                    wrong = (set(fields) - allowed) | (required - set(fields))
                    if wrong:
                        return 400, {"code": 21604, "message": f"wrong or missing: {sorted(wrong)}"}
                    return carrier.act(seen, found.groupdict().get("id"))
            return 404, {"code": 20404, "message": f"no such resource: {self.command} {url.path}"}

        def write(self, status: int, answer: Any, fault: Fault | None) -> None:
            content = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
            content = b"<html>not what you expect" if fault == "nonsense" else content
            self.send_response(status)
            self.send_header("Content-Length", str(len(content)))
            if fault == "busy":
                self.send_header("Retry-After", "7")
            self.end_headers()
            self.wfile.write(content[: len(content) // 2] if fault == "cut" else content)
            self.close_connection = fault == "cut"

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    carrier.url = f"http://127.0.0.1:{server.server_port}{prefix}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield carrier
    finally:
        carrier.patience.set()
        server.shutdown()
        server.server_close()
        thread.join()
