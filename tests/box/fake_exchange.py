"""A stand-in for the phone company that tells a page what the test wants it to tell."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from flask import Flask, Response, request, send_from_directory
from werkzeug.serving import make_server

import ivr.box

PHONE = Path(ivr.box.__file__).parent / "phone"
STRICT = "default-src 'self'; media-src 'self' blob:"


class FakeLine:
    """One call: the test tells events, the page's answers are kept."""

    def __init__(self, sid: str, asked: dict[str, str]) -> None:
        self.sid, self.asked = sid, asked
        self.events: list[dict[str, Any]] = []
        self.status = "in-progress"
        self.keys = ""
        self.finished: list[int] = []
        self.voices: list[bytes] = []
        self.news = threading.Condition()

    def tell(self, kind: str, **fields: Any) -> None:
        """Something happens on the call."""
        with self.news:
            self.events.append({"n": len(self.events) + 1, "kind": kind, **fields})
            if kind == "hangup":
                self.status = "completed"
            self.news.notify_all()

    def after(self, n: int, wait: float) -> list[dict[str, Any]]:
        """The events after number `n`, waiting up to `wait` seconds for the first."""
        with self.news:
            self.news.wait_for(lambda: len(self.events) > n, timeout=min(wait, 20))
            return self.events[n:]


class FakeExchange:
    """The page's JSON API, for calls that do what the test says."""

    def __init__(self) -> None:
        self.numbers = {"+842873001234": "Sao Mai Customer Care"}
        self.lines: list[FakeLine] = []
        self.messages: list[dict[str, Any]] = []
        self.recordings: dict[str, bytes] = {}
        self.url = ""

    def line(self, sid: str) -> FakeLine:
        return next(line for line in self.lines if line.sid == sid)

    def app(self) -> Flask:
        app = Flask("fake exchange", static_folder=None)

        @app.get("/phone/")
        def page() -> Response:
            return send_from_directory(PHONE, "index.html")

        @app.get("/phone/static/<path:name>")
        def static(name: str) -> Response:
            return send_from_directory(PHONE / "static", name)

        @app.get("/phone/state")
        def state() -> dict[str, Any]:
            return {"numbers": self.numbers, "hotline": "Sao Mai Customer Care"}

        @app.post("/phone/calls")
        def ring() -> dict[str, str]:
            line = FakeLine(f"CA{len(self.lines) + 1:032x}", request.get_json())
            self.lines.append(line)
            return {"call": line.sid}

        @app.get("/phone/calls/<sid>/events")
        def events(sid: str) -> dict[str, Any]:
            line = self.line(sid)
            told = line.after(int(request.args["after"]), float(request.args["wait"]))
            return {"events": told, "status": line.status}

        @app.post("/phone/calls/<sid>/keys")
        def keys(sid: str) -> dict[str, str]:
            self.line(sid).keys += request.get_json()["keys"]
            return {}

        @app.post("/phone/calls/<sid>/finished")
        def finished(sid: str) -> dict[str, str]:
            self.line(sid).finished.append(request.get_json()["n"])
            return {}

        @app.post("/phone/calls/<sid>/voice")
        def voice(sid: str) -> dict[str, str]:
            self.line(sid).voices.append(request.get_data())
            return {}

        @app.post("/phone/calls/<sid>/hangup")
        def hangup(sid: str) -> dict[str, str]:
            self.line(sid).tell("hangup", by="caller")
            return {}

        @app.get("/phone/messages")
        def messages() -> dict[str, Any]:
            return {"messages": [one for one in self.messages if one["to"] == request.args["to"]]}

        @app.get("/recordings/<name>")
        def recording(name: str) -> Response:
            return Response(self.recordings[name], mimetype="audio/wav")

        @app.after_request
        def strict(answer: Response) -> Response:
            answer.headers["Content-Security-Policy"] = STRICT
            return answer

        return app


@contextmanager
def fake_exchange() -> Iterator[FakeExchange]:
    """Serves a FakeExchange on a free port of the loopback."""
    exchange = FakeExchange()
    server = make_server("127.0.0.1", 0, exchange.app(), threaded=True)
    exchange.url = f"http://127.0.0.1:{server.server_port}/phone/"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield exchange
    server.shutdown()
    thread.join()
