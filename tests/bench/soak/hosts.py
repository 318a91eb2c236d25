"""The other hosts: one that keeps the fallback documents as files, and the system that look-ups ask."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from socketserver import BaseServer
from urllib.parse import urlsplit

from werkzeug.serving import WSGIRequestHandler, make_server

from ivr.box import serve
from ivr.box.exchange import Exchange


class _Host(BaseHTTPRequestHandler):
    """`/orders/…` and `/accounts/…` are looked up; everything else is a file."""

    protocol_version = "HTTP/1.1"
    folder: Path

    def handle(self) -> None:
        with suppress(ConnectionError):  # who asked was killed
            super().handle()

    def do_GET(self) -> None:
        path = urlsplit(self.path).path
        if path.startswith(("/orders/", "/accounts/")):
            return self._answer(200, "application/json", json.dumps({"state": "ready"}).encode())
        file = self.folder / Path(path).name
        if not file.is_file():
            return self._answer(404, "text/plain", b"")
        return self._answer(200, "text/xml", file.read_bytes())

    def _answer(self, status: int, kind: str, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Nobody reads it."""


@contextmanager
def other_hosts(folder: Path) -> Iterator[str]:
    """Both at one address; the files lie in the folder."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Host", (_Host,), {"folder": folder}))
    with _running(server):
        yield f"http://127.0.0.1:{server.server_port}"


class _Quiet(WSGIRequestHandler):
    def log_request(self, *_: object) -> None:
        """Nobody reads it."""


@contextmanager
def carrier_at(port: int, company: Exchange) -> Iterator[None]:
    """The carrier's REST interface."""
    with _running(make_server("127.0.0.1", port, serve(company), threaded=True, request_handler=_Quiet)):
        yield


@contextmanager
def _running(server: BaseServer) -> Iterator[None]:
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
