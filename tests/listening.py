"""Another system for tests: listens for webhooks on a real socket, and keeps what it was told."""

import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class Listener(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Session)
        self.heard: list[tuple[Mapping[str, str], bytes]] = []
        self.answer = 204
        self.refused = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/hotline"

    @property
    def told(self) -> list[dict[str, Any]]:
        """The events it has taken, in the order in which they came."""
        return [json.loads(body) for _, body in self.heard]

    @property
    def events(self) -> list[str]:
        return [event["event"] for event in self.told]


class Session(BaseHTTPRequestHandler):
    server: Listener

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.server.answer < 300:
            self.server.heard.append((dict(self.headers), body))
        else:
            self.server.refused += 1
        self.send_response(self.server.answer)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """It keeps quiet."""


@contextmanager
def listening() -> Iterator[Listener]:
    with Listener() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
