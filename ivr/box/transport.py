"""How a request reaches the service: over HTTP, or straight into a WSGI application of this process."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import requests

from ivr.box.faults import CONNECT_TIMED_OUT, CONNECTION_REFUSED, TOOK_TOO_LONG

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

Headers = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Request:
    """One HTTP request; the two times are seconds."""

    method: str
    url: str
    headers: Headers = ()
    body: bytes | None = None
    connect_seconds: float = 5
    read_seconds: float = 15


@dataclass(frozen=True, slots=True)
class Reply:
    """One HTTP answer; `url` is where it came from."""

    status: int
    headers: Headers
    body: bytes
    url: str

    def header(self, name: str) -> str:
        return next((value for key, value in self.headers if key.lower() == name), "")

    @property
    def content_type(self) -> str:
        return self.header("content-type").partition(";")[0].strip().lower()


class Unreachable(Exception):
    """No answer: `kind` is `ct` (never connected) or `rt` (connected, then too slow or cut off)."""

    def __init__(self, kind: str, code: int, detail: str) -> None:
        super().__init__(detail)
        self.kind, self.code = kind, code


Transport = Callable[[Request], Reply]


def over_http(request: Request) -> Reply:
    """Sends the request as a carrier does: a fresh connection, no proxies, redirects left to the caller."""
    session = requests.Session()
    session.trust_env = False
    try:
        answer = session.request(
            request.method,
            request.url,
            data=request.body,
            headers=dict(request.headers),
            timeout=(request.connect_seconds, request.read_seconds),
            allow_redirects=False,
        )
    except requests.ConnectTimeout as error:
        raise Unreachable("ct", CONNECT_TIMED_OUT, request.url) from error
    except requests.ReadTimeout as error:
        raise Unreachable("rt", TOOK_TOO_LONG, request.url) from error
    except requests.ConnectionError as error:
        kind = "ct" if "NewConnectionError" in repr(error) or "SSLError" in repr(error) else "rt"
        raise Unreachable(kind, CONNECTION_REFUSED, request.url) from error
    finally:
        session.close()
    return Reply(answer.status_code, tuple(answer.raw.headers.items()), answer.content, request.url)


def in_process(app: "WSGIApplication") -> Transport:
    """Every request, whatever its host, is answered by `app`."""
    from werkzeug.test import create_environ, run_wsgi_app

    def send(request: Request) -> Reply:
        parts = urlsplit(request.url)
        origin = f"{parts.scheme}://{parts.netloc}"
        environ = create_environ(
            path=request.url.removeprefix(origin) or "/",  # with the query, as a server's RAW_URI has it
            base_url=origin,
            method=request.method,
            headers=list(request.headers),
            data=request.body,
        )
        chunks, status, headers = run_wsgi_app(app, environ, buffered=True)
        return Reply(int(status.split()[0]), tuple(headers.items()), b"".join(chunks), request.url)

    return send
