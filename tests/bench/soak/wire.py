"""The wire between the carrier and everybody it asks: every try is noted, and how it went."""

import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from urllib.parse import parse_qsl, urlsplit

from ivr.box.faults import TOOK_TOO_LONG
from ivr.box.transport import Reply, Request, Unreachable, over_http


class Went(StrEnum):
    """How a try went."""

    ANSWERED = "answered"
    REFUSED = "refused"
    """Nobody listened."""
    BROKEN = "broken off"
    SLOW = "too slow"
    ERROR = "an error"
    """Answered, but not with 2xx."""


@dataclass(frozen=True, slots=True)
class Try:
    """One request; times are those of `time.monotonic`. All tries of one webhook have the same `webhook`."""

    webhook: str
    origin: str
    path: str
    call: str
    began: float
    ended: float
    went: Went
    status: int
    recording: str
    """The recording that is told of, unless it is told that there is none."""
    puts_off: bool
    """The answer asks the carrier to ask again: the hotline cannot tell yet how the call stands."""

    @property
    def seconds(self) -> float:
        return self.ended - self.began

    @property
    def is_notice(self) -> bool:
        """Nobody waits for the answer."""
        return self.path in ("/voice/status", "/voice/recording")


@dataclass
class Wire:
    """A transport of the box. `roads` lead from the address everybody knows to the one of this machine, as
    a name and a proxy would."""

    roads: Mapping[str, str]
    tries: list[Try] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __call__(self, request: Request) -> Reply:
        split = urlsplit(request.url)
        origin = f"{split.scheme}://{split.netloc}"
        road = self.roads.get(origin, origin)
        began = time.monotonic()
        went, status, puts_off = Went.BROKEN, 0, False
        try:
            reply = over_http(replace(request, url=road + request.url.removeprefix(origin)))
            status, puts_off = reply.status, b"?again=" in reply.body
            went = Went.ANSWERED if 200 <= status < 300 else Went.ERROR
            return replace(reply, url=request.url)
        except Unreachable as error:
            went = _how(error)
            raise
        finally:
            webhook = dict(request.headers).get("I-Twilio-Idempotency-Token", "")
            said = _fields(request)
            told = "" if said.get("RecordingStatus") in ("absent", "failed") else said.get("RecordingSid", "")
            call, ended = said.get("CallSid", ""), time.monotonic()
            made = Try(webhook, origin, split.path, call, began, ended, went, status, told, puts_off)
            with self._lock:
                self.tries.append(made)


def _how(error: Unreachable) -> Went:
    if error.kind == "ct":
        return Went.REFUSED
    return Went.SLOW if error.code == TOOK_TOO_LONG else Went.BROKEN


def _fields(request: Request) -> dict[str, str]:
    return dict(parse_qsl((request.body or b"").decode() or urlsplit(request.url).query))
