"""Callers on the lines of a running server: each does what its script says, as a carrier's line would, and
afterwards all they did must be written, once.

A request that a killed worker had in its hands is repeated, as the carrier does (or its fallback).
"""

import http.client
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

from tests.patience import in_the_queue
from tests.service import Answer, Carrier, Rows, Server

Pass = tuple[str, str, str]


@dataclass(frozen=True)
class Script:
    """Keys for questions, in turn; None is silence. What must be written of it: passes, outcome, errands."""

    keys: tuple[str | None, ...]
    passes: tuple[Pass, ...]
    outcome: str
    errands: tuple[str, ...] = ()


SCRIPTS = (
    Script(
        ("2", "4", "9", None, "2"),
        (
            ("welcome", "2", "key"),
            ("main", "4", "key"),
            ("address", "", "went_on"),
            ("main", "9", "key"),
            ("main", "- 2", "key"),
            ("message", "", "message"),
            ("thanks", "", "went_on"),
        ),
        "message",
        ("fetch_recording", "message"),
    ),
    Script(
        ("1", "7", "3"),
        (
            ("welcome", "1", "key"),
            ("main", "7 3", "key"),
            ("colleague", "", "connected"),
            ("thanks", "", "went_on"),
        ),
        "connected",
    ),
    Script(
        (None, "2", "9", "9", "9", None, None, None),
        (
            ("welcome", "- 2", "key"),
            ("main", "9", "key"),
            ("main", "9", "key"),
            ("main", "9", "key"),
            ("main", "- - -", "silent"),
            ("goodbye", "", "went_on"),
        ),
        "goodbye",
    ),
    Script(("2", "9"), (("welcome", "2", "key"), ("main", "9", "key"), ("main", "", "hung_up")), "hung_up"),
)
"""One of everything a caller can leave behind."""


@dataclass
class Crowd:
    """Lines that call again and again until they are to stop, each with the next script."""

    server: Server
    name: str
    pace: float = 0.1
    """Seconds a caller takes for a key."""
    anew: bool = False
    """Whether each request comes on a connection of its own."""
    done: dict[str, Script] = field(default_factory=dict)
    requests: int = 0
    repeated: int = 0
    """Requests without an answer: their worker was killed."""
    moments: int = 0
    """How often a caller was let wait a moment, as something was broken."""
    slowest: float = 0.0
    failures: list[str] = field(default_factory=list)
    _numbers: Iterator[int] = field(default_factory=count)
    _stopped: threading.Event = field(default_factory=threading.Event)

    def run(self) -> None:
        """One line, until all are to stop; a call that was begun is brought to its end."""
        carrier = Carrier(self.server.url, self.server.settings.base_url)
        while not self._stopped.is_set():
            number = next(self._numbers)
            try:
                self.call(carrier, f"CA{self.name}{number}", number)
            except Exception as error:
                self.failures.append(f"CA{self.name}{number}: {error!r}")
        carrier.close()

    def call(self, carrier: Carrier, call: str, number: int) -> None:
        """One call from its first ring to its end."""
        script = SCRIPTS[number % len(SCRIPTS)]
        keys = iter(script.keys)
        form = {"CallSid": call, "From": f"+8490{number:07}", "To": "+842873001234"}
        answer = self.ask(carrier, "/voice", {**form, "CallStatus": "ringing"})
        while answer.verbs[-1] != "Hangup":
            time.sleep(self.pace)
            done = self.on_the_line(carrier, call, answer, keys)
            if done is None:
                break
            answer = self.ask(carrier, answer.leads, {**form, "CallStatus": "in-progress", **done})
        self.ask(carrier, "/voice/status", {"CallSid": call, "CallStatus": "completed"})
        self.done[call] = script

    def on_the_line(
        self, carrier: Carrier, call: str, answer: Answer, keys: Iterator[str | None]
    ) -> dict[str, str] | None:
        """What the line does with a document; None when the caller hangs up."""
        verbs = answer.verbs
        if "Gather" in verbs:
            key = next(keys, "hang up")
            return None if key == "hang up" else {"Digits": key} if key else {}
        if "Record" in verbs:
            recording = {"CallSid": call, "RecordingSid": f"RE{call}"}
            self.ask(carrier, "/voice/recording", {**recording, "RecordingStatus": "completed"})
            return {"RecordingSid": f"RE{call}", "RecordingDuration": "9", "Digits": "#"}
        if "Dial" in verbs:
            party = {"CallSid": f"CB{call}", "ParentCallSid": call, "Digits": "1"}
            self.ask(carrier, answer.leads.replace("/at/", "/accept/"), party)
            joined = {"DialCallStatus": "completed", "DialBridged": "true"}
            return {**joined, "DialCallSid": f"CB{call}", "DialCallDuration": "3"}
        self.moments += 1
        time.sleep(sum(float(pause.get("length", "1")) for pause in answer.tree.iter("Pause")))
        return {}

    def ask(self, carrier: Carrier, path: str, form: dict[str, str]) -> Answer:
        """A request, repeated as long as nobody answers it."""
        for _ in range(50):
            began, queued = time.monotonic(), in_the_queue()
            if self.anew:
                carrier.reconnect()
            try:
                answer = carrier.post(path, form)
            except (OSError, http.client.HTTPException):
                self.repeated += 1
                carrier.reconnect()
                time.sleep(0.05)
                continue
            self.requests += 1
            self.slowest = max(self.slowest, time.monotonic() - began - (in_the_queue() - queued))
            assert answer.status == (204 if path in NOTICES else 200), (path, answer.status, answer.body)
            return answer
        raise AssertionError(f"nobody answers {path}")


NOTICES = ("/voice/status", "/voice/recording")


@contextmanager
def calling(
    server: Server, name: str, lines: int = 8, pace: float = 0.1, *, anew: bool = False
) -> Iterator[Crowd]:
    """Callers on so many lines for the time of the block; at its end they finish their calls."""
    crowd = Crowd(server, name, pace, anew)
    threads = [threading.Thread(target=crowd.run, daemon=True) for _ in range(lines)]
    for thread in threads:
        thread.start()
    try:
        yield crowd
    finally:
        crowd._stopped.set()
        for thread in threads:
            thread.join(60)
    assert not any(thread.is_alive() for thread in threads), "a caller does not come to an end"


def wait_until_replayed(server: Server, seconds: float = 60) -> None:
    """Until nothing is left in the spool."""
    spool = Path(server.settings.data) / "spool"
    until = time.monotonic() + seconds
    while list(spool.glob("*.facts")):
        assert time.monotonic() < until, (sorted(spool.iterdir()), server.log.read_text()[-3000:])
        time.sleep(0.1)


@dataclass(frozen=True)
class Books:
    """What is written of a crowd, against what it did."""

    lost: list[str]
    doubled: list[str]


def books(rows: Rows, crowd: Crowd) -> Books:
    """Compares every row of every call with its script."""
    lost: list[str] = []
    doubled: list[str] = []
    like = f"LIKE 'CA{crowd.name}%'"
    calls = {
        call: rest
        for call, *rest in rows(f"SELECT id, outcome, ended_at, caller, hop FROM call WHERE id {like}")
    }
    answers = dict(rows(f"SELECT call, COUNT(*) FROM answer WHERE call {like} GROUP BY call"))
    passes: dict[str, list[Pass]] = {}
    for call, *each in rows(
        f"SELECT call, step, pressed, ending FROM pass WHERE call {like} ORDER BY call, hop, nth"
    ):
        passes.setdefault(call, []).append(tuple(each))
    errands: dict[str, list[str]] = {}
    for call, kind in rows(f"SELECT call, kind FROM errand WHERE call {like} ORDER BY kind"):
        errands.setdefault(call, []).append(kind)
    messages = Counter(call for (call,) in rows(f"SELECT call FROM message WHERE call {like}"))
    for call, script in crowd.done.items():
        found = passes.get(call, [])
        outcome = calls.get(call, (None, None, None, None))
        wanted, has = Counter(script.passes), Counter(found)
        lost += [f"{call} {each}" for each in (wanted - has).elements()]
        doubled += [f"{call} {each}" for each in (has - wanted).elements()]
        if outcome[0] != script.outcome or outcome[1] is None or outcome[2] is None:
            lost.append(f"{call} ended {outcome}")
        if answers.get(call) != outcome[3]:
            lost.append(f"{call} has {answers.get(call)} answers of {outcome[3]}")
        wished, kinds = Counter(script.errands), Counter(errands.get(call, []))
        lost += [f"{call} {each}" for each in (wished - kinds).elements()]
        doubled += [f"{call} {each}" for each in (kinds - wished).elements()]
        if messages[call] != ("fetch_recording" in script.errands):
            (lost if not messages[call] else doubled).append(f"{call} {messages[call]} messages")
    doubled += [f"{call} was never made" for call in calls.keys() - crowd.done.keys()]
    return Books(lost, doubled)
