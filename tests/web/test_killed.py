"""A worker is killed with a caller's request in its hands: the carrier asks again, or falls back."""

import fcntl
import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from ivr.box.phone_line import Phone, PhoneCall
from ivr.switchboard.fallback import fallbacks
from tests.patience import until
from tests.redis_server import free_port
from tests.service import ACCOUNT, LAN, MENUS, NUMBER, TOKEN, Server, serving


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    port = free_port()
    with serving(tmp_path, MENUS, 2, port=port, public_url=f"http://127.0.0.1:{port}") as server:
        yield server


@contextmanager
def another_host(server: Server) -> Iterator[str]:
    """Files on a host of their own, which does not die with ours; its address."""

    class Files(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            name = self.path.rpartition("/")[2].partition("?")[0]
            self.send_response(200 if name in files else 404)
            self.send_header("Content-Type", "text/xml")
            self.end_headers()
            self.wfile.write(files.get(name, b""))

        def log_message(self, *_: object) -> None:
            pass

    host = ThreadingHTTPServer(("127.0.0.1", 0), Files)
    address = f"http://127.0.0.1:{host.server_port}"
    from ivr import assemble

    exchange = assemble(server.settings)
    files = fallbacks(server.settings, exchange.shelf.live(exchange.now()).hotline, address)
    exchange.ledger.close()
    thread = threading.Thread(target=host.serve_forever, daemon=True)
    thread.start()
    try:
        yield address
    finally:
        host.shutdown()
        host.server_close()
        thread.join()


def phone(server: Server, voice_url: str = "/voice", fallback_url: str | None = None) -> Phone:
    return Phone(
        server.settings.public_url,
        voice_url=voice_url,
        auth_token=TOKEN,
        account_sid=ACCOUNT,
        fallback_url=fallback_url,
        fallback_method="GET",
    )


@contextmanager
def all_workers_killed_at_the_ledger(server: Server) -> Iterator[None]:
    """Whoever asks within the block waits for the ledger, and dies there half a second later."""
    folder = Path(server.settings.data)
    before = server.workers()
    with (folder / "hotline.db-lock").open("r+b") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        killing = threading.Timer(0.5, killed, [before, lock.fileno()])
        killing.start()
        yield
        killing.join()
    until(lambda: not set(before) & set(server.workers()))


def killed(workers: list[int], lock: int) -> None:
    for worker in workers:
        os.kill(worker, signal.SIGKILL)
    fcntl.flock(lock, fcntl.LOCK_UN)


def passes(server: Server, call: PhoneCall) -> list[tuple[str, str, str]]:
    return server.rows.passes(call.sid)


def test_the_carrier_asks_again_and_the_key_counts_once(server: Server) -> None:
    call = phone(server).dial(NUMBER, LAN)
    with all_workers_killed_at_the_ledger(server):
        call.press("2")
    assert call.heard[-1].startswith("How can we help?")
    call.press("1")
    assert call.heard[-1] == "Which order?"
    assert passes(server, call) == [("welcome", "2", "key"), ("main", "1", "key")]
    assert call.faults == []


def test_a_new_call_is_let_in_by_the_retries_set_at_its_number(server: Server) -> None:
    with all_workers_killed_at_the_ledger(server):
        call = phone(server, "/voice#rc=2&rp=ct,5xx,rt&ct=2000&rt=4000").dial(NUMBER, LAN)
    assert call.heard[0].startswith("Xin chào.")
    assert call.faults == []
    assert server.rows("SELECT id, hop FROM call") == [(call.sid, 1)]


def test_where_it_does_not_ask_again_the_fallback_leads_back(server: Server) -> None:
    with another_host(server) as address:
        fallback_url = f"{address}/{NUMBER[1:]}.xml"
        with all_workers_killed_at_the_ledger(server):
            call = phone(server, fallback_url=fallback_url).dial(NUMBER, LAN)
        assert call.heard[:2] == ["Xin quý khách chờ trong giây lát.", "One moment, please."]
        call.wait()
        assert "Xin chào." in " ".join(call.heard)
        call.press("2")
        assert call.heard[-1].startswith("How can we help?")
    assert passes(server, call) == [("welcome", "2", "key")]
    assert [fault.code for fault in call.faults] == [11202]


def test_with_neither_the_caller_would_hear_an_error(server: Server) -> None:
    """What the other tests keep them from."""
    with all_workers_killed_at_the_ledger(server):
        call = phone(server).dial(NUMBER, LAN)
    assert call.heard == ["We are sorry, an application error has occurred. Goodbye."]
