"""The box that runs beside a service, as a terminal meets it: by REST, with the key of the account.

A terminal's call lives in the terminal, which is gone when the call is over; but the service looks for what
was recorded in it where it looks for every recording. So the terminal leaves its recordings there.
"""

import json
import threading
from base64 import b64encode
from collections.abc import Iterable
from urllib.parse import urlencode

from ivr.box.exchange import API_VERSION, Exchange
from ivr.box.recordings import Recording
from ivr.box.transport import Reply, Request, Transport, Unreachable


class RunningBox:
    """`carrier_url` is the base of its REST interface."""

    def __init__(self, carrier_url: str, account_sid: str, auth_token: str, transport: Transport) -> None:
        self._account = f"{carrier_url}/{API_VERSION}/Accounts/{account_sid}"
        self._key = b64encode(f"{account_sid}:{auth_token}".encode()).decode()
        self._transport = transport

    def numbers(self) -> list[str]:
        """The numbers that lead to the service. Raises Unreachable."""
        reply = self._ask("GET", "IncomingPhoneNumbers.json")
        if reply.status != 200:
            raise Unreachable("rt", reply.status, reply.url)
        listed = json.loads(reply.body)
        return [each["phone_number"] for each in listed["incoming_phone_numbers"]]

    def keep(self, recording: str, call: str, wav: bytes) -> None:
        """Leaves a recording, by its sid and that of its call. Raises Unreachable."""
        self._ask("PUT", f"Recordings/{recording}.wav?{urlencode({'CallSid': call})}", wav)

    def _ask(self, method: str, resource: str, body: bytes | None = None) -> Reply:
        headers = [("Authorization", f"Basic {self._key}")]
        if body is not None:
            headers.append(("Content-Type", "audio/wav"))
        return self._transport(Request(method, f"{self._account}/{resource}", tuple(headers), body))


class HandOver:
    """Leaves each recording of an exchange in the running box, once: before the service hears of it."""

    def __init__(self, exchange: Exchange, box: RunningBox) -> None:
        self._exchange, self._box = exchange, box
        self._left: set[str] = set()
        self._one_at_a_time = threading.Lock()

    def __call__(self) -> None:
        """Where no box runs nobody is told: a real carrier knows nothing of this call anyway."""
        with self._one_at_a_time:
            for recording, wav in self._finished():
                self._left.add(recording.sid)
                try:
                    self._box.keep(recording.sid, recording.call_sid, wav)
                except Unreachable:
                    continue

    def _finished(self) -> Iterable[tuple[Recording, bytes]]:
        with self._exchange.clock.changed:
            completed = self._exchange.recordings.completed()
            return [(each, each.wav()) for each in completed if each.sid not in self._left]
