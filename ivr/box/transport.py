"""How a request reaches the service: over HTTP, or straight into a WSGI application of this process."""

import io
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote, urlsplit

import requests

from ivr.box.faults import CONNECT_TIMED_OUT, CONNECTION_REFUSED, TOOK_TOO_LONG

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

Headers = tuple[tuple[str, str], ...]
_PLAIN = "%:/?#[]@!$&'()*+,;=~"


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
    except (requests.ConnectionError, requests.exceptions.ChunkedEncodingError) as error:
        kind = "ct" if "NewConnectionError" in repr(error) or "SSLError" in repr(error) else "rt"
        raise Unreachable(kind, CONNECTION_REFUSED, request.url) from error
    finally:
        session.close()
    return Reply(answer.status_code, tuple(answer.raw.headers.items()), answer.content, request.url)


def in_process(app: "WSGIApplication") -> Transport:
    """Every request, whatever its host, is answered by `app`."""

    def send(request: Request) -> Reply:
        told: list[tuple[str, list[tuple[str, str]]]] = []

        def start(
            status: str, headers: list[tuple[str, str]], error: object = None
        ) -> Callable[[bytes], object]:
            told.append((status, headers))
            return written.append

        written: list[bytes] = []
        chunks = app(_environ(request), start)
        try:
            body = b"".join((*written, *chunks))
        finally:
            if hasattr(chunks, "close"):
                chunks.close()
        status, headers = told[-1]
        return Reply(int(status.split()[0]), tuple(headers), body, request.url)

    return send


def _environ(request: Request) -> dict[str, Any]:
    """What a server would tell its application (PEP 3333), no more: this is done for every webhook."""
    parts = urlsplit(request.url if request.url.isascii() else quote(request.url, safe=_PLAIN))
    body = request.body or b""
    environ = {
        "REQUEST_METHOD": request.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote(parts.path or "/", "latin-1"),
        "QUERY_STRING": parts.query,
        "RAW_URI": (parts.path or "/") + (f"?{parts.query}" if parts.query else ""),
        "SERVER_NAME": parts.hostname or "localhost",
        "SERVER_PORT": str(parts.port or {"https": 443}.get(parts.scheme, 80)),
        "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_HOST": parts.netloc,
        "REMOTE_ADDR": "127.0.0.1",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": parts.scheme,
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    if request.body is not None:
        environ["CONTENT_LENGTH"] = str(len(body))
    for name, value in request.headers:
        key = name.upper().replace("-", "_")
        environ[key if key == "CONTENT_TYPE" else f"HTTP_{key}"] = value
    return environ
