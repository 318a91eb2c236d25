"""The HTTP under the carrier's library: our time-outs, another carrier's base, and failures in our words."""

import json
import logging
import time
from collections.abc import Mapping, Sequence
from typing import Any

import requests
from twilio.http import HttpClient  # type: ignore[import-untyped]
from twilio.http.response import Response  # type: ignore[import-untyped]
from urllib3.exceptions import MaxRetryError, NewConnectionError

from ivr.carriers.errors import CarrierError, NotYet, Refused, TryAgain, Unknown

TWILIO = "https://api.twilio.com"
CONNECT_SECONDS, READ_SECONDS = 3.0, 4.0
MEDIA_SECONDS = 60.0
LARGEST_MEDIA = 50 * 1024 * 1024
RETRY_SECONDS = 2
LONGEST_RETRY_SECONDS = 300


class Wire(HttpClient):  # type: ignore[misc]
    """Sends the library's requests. `base` is where they go; none of `secrets` gets into an error."""

    def __init__(self, base: str, secrets: Sequence[str]) -> None:
        super().__init__(logging.getLogger(__name__), is_async=False)
        # A carrier that copies Twilio may be named with the version in its base, as its papers do.
        self.base = base.rstrip("/").removesuffix("/2010-04-01") or TWILIO
        self.secrets = [secret for secret in secrets if secret]
        self.session = requests.Session()
        self.session.max_redirects = 3

    def request(
        self,
        method: str,
        uri: str,
        params: Mapping[str, object] | None = None,
        data: Mapping[str, object] | None = None,
        headers: Mapping[str, str] | None = None,
        auth: tuple[str, str] | None = None,
        timeout: float | None = None,
        allow_redirects: bool = False,
    ) -> Response:
        """One request of the library's. Raises CarrierError for every answer that is not what was wished."""
        wished: dict[str, Any] = {"params": params, "data": data, "headers": headers, "auth": auth}
        answer = self._answer(method, uri.removeprefix(TWILIO), wished)
        if answer.status_code != 204 and not _is_json(answer.text):
            raise _lost(method, "the carrier's answer makes no sense")
        return Response(answer.status_code, answer.text, answer.headers)

    def media(self, path: str, auth: tuple[str, str]) -> bytes:
        """The bytes at `path`. Raises NotYet if they are not there, Refused beyond 50 MB."""
        until = time.monotonic() + MEDIA_SECONDS
        try:
            with self._answer("GET", path, {"auth": auth, "stream": True, "allow_redirects": True}) as answer:
                return _read(answer, until)
        except Refused as refusal:
            if refusal.status == 404:
                raise NotYet("the recording is not there yet") from refusal
            raise
        except requests.RequestException as error:
            raise _lost("GET", "the recording broke off") from error

    def _answer(self, method: str, path: str, wished: Mapping[str, Any]) -> requests.Response:
        timeouts = (CONNECT_SECONDS, READ_SECONDS)
        options = {"timeout": timeouts, "allow_redirects": False, **wished}
        try:
            answer = self.session.request(method, self.base + path, **options)
        except requests.RequestException as error:
            raise _unanswered(method, error) from error
        if answer.status_code >= 300:
            raise self._problem(method, answer)
        return answer

    def _problem(self, method: str, answer: requests.Response) -> CarrierError:
        status = answer.status_code
        if status in (429, 503):  # nothing was done (contract §4.5)
            return TryAgain(_retry_after(answer), f"the carrier is busy ({status})")
        if status >= 500:
            return _lost(method, f"the carrier failed ({status})")
        code, text = _reason(answer)
        for secret in self.secrets:
            text = text.replace(secret, "…")
        return Refused(status, code, text)


def _unanswered(method: str, error: requests.RequestException) -> CarrierError:
    if isinstance(error, requests.ConnectTimeout | requests.exceptions.SSLError) or _never_connected(error):
        return TryAgain(RETRY_SECONDS, "the carrier cannot be reached")
    return _lost(method, "the carrier did not answer")


def _never_connected(error: requests.RequestException) -> bool:
    cause = error.args[0] if error.args else None
    return isinstance(cause, MaxRetryError) and isinstance(cause.reason, NewConnectionError)


def _lost(method: str, text: str) -> CarrierError:
    """To look or to delete twice does no harm; anything else may have been done."""
    return TryAgain(RETRY_SECONDS, text) if method in ("GET", "DELETE") else Unknown(text)


def _read(answer: requests.Response, until: float) -> bytes:
    received = bytearray()
    for chunk in answer.iter_content(64 * 1024):
        received += chunk
        if len(received) > LARGEST_MEDIA:
            raise Refused(answer.status_code, None, f"the recording is larger than {LARGEST_MEDIA} bytes")
        if time.monotonic() > until:
            raise TryAgain(RETRY_SECONDS, f"the recording took longer than {MEDIA_SECONDS:.0f} s")
    return bytes(received)


def _reason(answer: requests.Response) -> tuple[int | None, str]:
    """The carrier's own code and words: `code` and `message`, or RFC 9457's `detail` and `title`."""
    try:
        said = json.loads(answer.content[:64_000])
        words = said.get("message") or said.get("detail") or said.get("title")
        code = str(said.get("code", ""))
    except (ValueError, AttributeError):
        words, code = None, ""
    return int(code) if code.isdecimal() else None, str(words or answer.reason or "no reason given")[:300]


def _retry_after(answer: requests.Response) -> int:
    seconds = answer.headers.get("Retry-After", "")
    return min(int(seconds), LONGEST_RETRY_SECONDS) if seconds.isdecimal() else RETRY_SECONDS


def _is_json(text: str) -> bool:
    try:
        return isinstance(json.loads(text), dict)
    except ValueError:
        return False
