"""The service for tests: in this process with a clock of the test's own, or as gunicorn serves it.

Both are asked by a carrier that signs every request; `Rows` looks into the tables behind them.
"""

import http.client
import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode, urlsplit
from xml.etree import ElementTree

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from ivr import assemble, create_app
from ivr.box.phone_line import Phone
from ivr.box.signing import signature
from ivr.box.transport import Reply, Request, in_process
from ivr.core.accounts import Role
from ivr.ledger import Ledger, accounts, sessions
from ivr.settings import Settings
from ivr.switchboard.clock import Clock
from ivr.switchboard.draft import draft
from ivr.switchboard.exchange import Exchange
from ivr.switchboard.publishing import go_live, publish
from ivr.switchboard.replaying import look_after_spool
from ivr.web.pages.door import SEAL, SEAL_HEADER
from ivr.web.visitors import TICKET
from tests.house import HOUSE
from tests.ready_made import FILE, checked, empty_ledger, make_quickly

TOKEN = "a token that only tests sign with"
KEY = "a key that only the tests seal with"
ACCOUNT = "AC" + "0" * 32
HERE = "https://hotline.example"
NUMBER = "+842873001234"
LAN = "+84901234567"
MAI = "+84907654321"
MONDAY_MORNING = 1_795_399_200_000
"""2026-11-23 09:00 in Ho Chi Minh City, in UTC milliseconds."""

TABLES = ("call", "pass", "answer", "remembered", "event", "leg", "recording", "message", "errand")

Values = Mapping[str, object]


@dataclass(frozen=True)
class Rows:
    """A look into the tables of a running service."""

    ledger: Ledger

    def __call__(self, sql: str, **values: object) -> list[tuple[Any, ...]]:
        with self.ledger.reading() as tx:
            return tx.rows(sql, values)

    def one(self, sql: str, **values: object) -> Any:
        """The only value of the only row."""
        ((value,),) = self(sql, **values)
        return value

    def counts(self) -> dict[str, int]:
        """How many rows each table has that a webhook can write."""
        return {table: self.one(f"SELECT COUNT(*) FROM {table}") for table in TABLES}

    def passes(self, call: str) -> list[tuple[str, str, str]]:
        """Step, what was pressed, how it ended: the passes of a call in their order."""
        return [
            (step, pressed, ending)
            for step, pressed, ending in self(
                "SELECT step, pressed, ending FROM pass WHERE call = :call ORDER BY hop, nth", call=call
            )
        ]


@dataclass(frozen=True)
class Answer:
    """What a webhook answered."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def verbs(self) -> list[str]:
        return [element.tag for element in self.tree]

    @property
    def tree(self) -> ElementTree.Element:
        """The document; it must be one that a carrier runs."""
        assert self.status == 200, (self.status, self.body)
        assert self.headers["Content-Type"] == "text/xml; charset=utf-8"
        assert len(self.body) < 64_000
        tree = ElementTree.fromstring(self.body)
        assert tree.tag == "Response"
        return tree

    @property
    def said(self) -> list[str]:
        return [element.text or "" for element in self.tree.iter("Say")]

    @property
    def leads(self) -> str:
        """The address the caller's line asks next, as path and query."""
        for element in self.tree.iter():
            url = element.get("action") or (element.text if element.tag == "Redirect" else None)
            if url:
                split = urlsplit(url)
                return split.path + (f"?{split.query}" if split.query else "")
        raise AssertionError(f"this leads nowhere: {self.body.decode()}")


class Carrier:
    """Sends signed forms: to a running server over one connection per thread, or to an app of this process.

    As behind a proxy, what is asked for is not what the service is told by its own server: the scheme and
    the host differ, and a path of the public address is stripped.
    """

    def __init__(self, service: str | Flask, public_url: str = HERE, token: str = TOKEN) -> None:
        self.public_url = public_url
        self.token = token
        self._service = service
        self._local = threading.local()
        self._connections: list[http.client.HTTPConnection] = []

    def post(self, path: str, form: Values | None = None, **fields: object) -> Answer:
        """A signed POST to a path (and query) of the service."""
        pairs = [(name, str(value)) for name, value in {**(form or {}), **fields}.items()]
        header = {"X-Twilio-Signature": signature(self.token, self.public_url + path, pairs)}
        return self.send("POST", path, urlencode(pairs).encode(errors="surrogatepass"), header)

    def send(
        self, method: str, path: str, body: bytes = b"", headers: Mapping[str, str] | None = None
    ) -> Answer:
        """Any request, as it is."""
        sent = {"Content-Type": "application/x-www-form-urlencoded", **(headers or {})}
        if isinstance(self._service, Flask):
            request = Request(method, f"http://127.0.0.1{path}", tuple(sent.items()), body)
            return _answer_of(in_process(self._service.wsgi_app)(request))
        connection = self._connection(self._service)
        connection.request(method, path, body or None, sent)
        reply = connection.getresponse()
        return Answer(reply.status, dict(reply.getheaders()), reply.read())

    def call(self, call_id: str, caller: str = LAN, called: str = NUMBER, **fields: object) -> Answer:
        """A call comes in."""
        form = {"CallSid": call_id, "From": caller, "To": called, "CallStatus": "ringing", **fields}
        return self.post("/voice", form)

    def press(self, answer: Answer, call_id: str, digits: str | None = None, **fields: object) -> Answer:
        """What the line does with an answer: keys, or nothing at all."""
        pressed = {} if digits is None else {"Digits": digits}
        form = {"CallSid": call_id, "CallStatus": "in-progress", **pressed, **fields}
        return self.post(answer.leads, form)

    def ends(self, call_id: str, status: str = "completed", **fields: object) -> Answer:
        """The carrier says that a call is over."""
        return self.post("/voice/status", {"CallSid": call_id, "CallStatus": status, **fields})

    def _connection(self, url: str) -> http.client.HTTPConnection:
        known: http.client.HTTPConnection | None = getattr(self._local, "connection", None)
        if known is None:
            known = self._local.connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=20)
            self._connections.append(known)
        return known

    def reconnect(self) -> None:
        """The next request of this thread gets a connection of its own."""
        connection = self._local.__dict__.pop("connection", None)
        if connection is not None:
            connection.close()

    def close(self) -> None:
        for connection in self._connections:
            connection.close()


def _answer_of(reply: Reply) -> Answer:
    return Answer(reply.status, dict(reply.headers), reply.body)


class Browser(FlaskClient):
    """A browser that sends the forms of our pages and the JSON of their scripts, with what these put in."""

    def post(self, *words: Any, **more: Any) -> TestResponse:
        form = more.pop("data", None) or {}
        return super().post(*words, **more, data={SEAL: self.seal, **form})

    def sends(self, deed: str, what: Any = None, **more: Any) -> TestResponse:
        """What a script of our pages asks of the API: `PUT /api/me/status`."""
        way, path = deed.split(" ")
        headers = {**more.pop("headers", {}), SEAL_HEADER: self.seal}
        return self.open(path, method=way, json=what, headers=headers, **more)

    @property
    def seal(self) -> str:
        with self.session_transaction() as session:
            return str(session.setdefault(SEAL, "what our own page knows"))


@dataclass
class House:
    """The service in this process. Time stands still until the test moves `now` (UTC milliseconds)."""

    folder: Path
    exchange: Exchange = field(init=False)
    now: int = MONDAY_MORNING

    def open(self, menus: str | Path, **settings: Any) -> "House":
        """Publishes the menus (a text, or a folder) in an empty house, and opens the door."""
        wanted = settings_of(self.folder, menus, **settings)
        self.exchange = replace(assemble(wanted), now=lambda: self.now)
        if wanted.database_url:
            self.exchange.ledger.upgrade()
        else:
            make_ledger(self.folder)
        found = checked(menus, wanted.carrier) if isinstance(menus, str) else draft(wanted)
        go_live(self.exchange, found, "a test")
        self.enter()
        return self

    def become(self, **parts: Any) -> None:
        """Another carrier, another clock: the same house with other parts."""
        self.exchange = replace(self.exchange, **parts)
        self.enter()

    def enter(self) -> None:
        """An application of its own on the same ledger, as another worker process would be."""
        for made in ("app", "carrier"):
            self.__dict__.pop(made, None)

    @cached_property
    def app(self) -> Flask:
        """The application: there is none before somebody asks it for something."""
        app = create_app(exchange=self.exchange, clock=False)
        app.test_client_class = Browser
        make_quickly(app)
        return app

    @cached_property
    def carrier(self) -> Carrier:
        settings = self.exchange.settings
        return Carrier(self.app, settings.base_url, settings.tokens[0])

    def browser(self) -> Browser:
        """Somebody's browser, of whom nobody knows anything."""
        client = self.app.test_client()
        assert isinstance(client, Browser)
        return client

    def signed_in(self, role: Role = Role.ADMIN, name: str = "") -> Browser:
        """The browser of somebody who is signed in; whoever has no password yet has none that fits."""
        client, now = self.browser(), self.exchange.now()
        with self.exchange.ledger.transaction() as tx:
            accounts.add(tx, name or role, role, "no password", now)
            account = accounts.find(tx, name or role)
            assert account is not None
            ticket = sessions.start(tx, account.id, "192.0.2.1", now)
        with client.session_transaction() as session:
            session[TICKET] = ticket
        return client

    def errands(self) -> None:
        """Everything that is due is carried out, as by a worker's clock."""
        clock = Clock(self.exchange)
        clock.look()
        clock.stop()

    def replay(self) -> None:
        """What the clock does when an outage is over."""
        look_after_spool(self.exchange)

    def publish(self, menus: str) -> int:
        """Other menus go live, and every worker has had the time to see it."""
        write(self.folder, menus)
        revision = publish(self.exchange, "a test").revision
        self.now += 1_000
        return revision

    def phone(self, **wishes: Any) -> Phone:
        """A telephone whose calls reach this house."""
        base = self.exchange.settings.base_url
        return Phone(self.app, base_url=base, auth_token=TOKEN, account_sid=ACCOUNT, **wishes)

    @property
    def rows(self) -> Rows:
        return Rows(self.exchange.ledger)


def make_ledger(folder: Path) -> None:
    """The ledger of a new house; one that is there already stays as it is."""
    file = folder / "hotline.db"
    if not file.exists():
        file.write_bytes(empty_ledger())


def settings_of(folder: Path, menus: str | Path, **settings: Any) -> Settings:
    given = {"account_sid": ACCOUNT, "auth_token": TOKEN, "public_url": HERE, "secret_key": KEY}
    given |= {"carrier_url": NOBODY}
    home = write(folder, menus) if isinstance(menus, str) else menus
    places = {"data": str(folder), "menus": str(home), "recordings": str(folder / "recordings")}
    return Settings(**{**given, **places, **settings})


def write(folder: Path, menus: str) -> Path:
    """The menus as files of a folder."""
    home = folder / "menus"
    home.mkdir(exist_ok=True)
    (home / FILE).write_text(menus)
    return home


@dataclass(frozen=True)
class Server:
    """A running gunicorn, and what is known of it."""

    url: str
    settings: Settings
    process: subprocess.Popen[bytes]
    rows: Rows
    log: Path
    carrier: Carrier

    def workers(self) -> list[int]:
        """The process ids of the workers."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text()
        return [int(pid) for pid in children.split()]


@contextmanager
def serving(
    folder: Path, menus: str, workers: int = 3, app: str = "app:app", **settings: Any
) -> Iterator[Server]:
    """The service as it is shipped: gunicorn with so many workers, at a port of the system's choice."""
    wanted = settings_of(folder, menus, workers=workers, **settings)
    named = {row["name"]: str(getattr(wanted, name)) for name, row in _settings()}
    environment = {**os.environ, **named, "PORT": str(settings.get("port", 0)), "PYTHONPATH": str(HOUSE)}
    if not wanted.database_url:
        make_ledger(Path(wanted.data))
    log = folder / "server.log"
    command = [sys.executable, "-m", "gunicorn", "-c", "python:ivr.gunicorn", app]
    with log.open("wb") as output:
        process = subprocess.Popen(
            [*command, "--chdir", str(HOUSE)],
            env=environment,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    ledger = Ledger.open(wanted.sql_url, b"for looking only")
    carrier: Carrier | None = None
    try:
        url = _address(process, log, workers)
        carrier = Carrier(url, wanted.base_url)
        assert carrier.send("GET", "/voice").status == 405  # answered by the first worker that is ready
        yield Server(url, wanted, process, Rows(ledger), log, carrier)
    finally:
        if carrier:
            carrier.close()
        ledger.close()
        with suppress(ProcessLookupError):  # a test may have ended it
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _settings() -> Iterator[tuple[str, Mapping[str, Any]]]:
    for name, row in Settings.__dataclass_fields__.items():
        if row.metadata:
            yield name, row.metadata


def _address(process: subprocess.Popen[bytes], log: Path, workers: int) -> str:
    """Where it listens, once every worker is there. Fails with the log if it does not start."""
    started = threading.Event()
    for _ in range(600):
        text = log.read_text()
        listening = re.search(r"Listening at: (http://\S+)", text)
        if listening and text.count("Booting worker") >= workers:
            return listening[1]
        assert process.poll() is None, text
        started.wait(0.05)
    raise AssertionError(f"it does not start:\n{log.read_text()}")


def in_path(text: str) -> str:
    """Any text as one part of a path."""
    return quote(text, safe="", errors="replace")


NOBODY = "http://127.0.0.1:9"
"""Where nobody answers."""

STEPS = """
hotline: Sao Mai
zone: Asia/Ho_Chi_Minh
numbers: {"+842873001234": welcome}
languages:
  vi: {voice: Google.vi-VN-Wavenet-A}
  en: {voice: Polly.Joanna-Neural}
hours:
  office: {week: {mon-fri: 08:00-17:00}}
mailboxes:
  office: {max: 60s, silence: 3s}
defaults:
  silence: {after: 5s, tries: 3, then: goodbye}
  wrong: {tries: 3, then: goodbye}
limits: {keys: 60, then: goodbye}
blocked: ["+84666*"]
allowed: ["+84*"]
lookups: {hosts: [LISTED]}
steps:
  welcome:
    say: {vi: Xin chào., en: Welcome.}
    choose_language: {1: vi, 2: en}
    then: main
  main:
    say: {vi: Quý khách cần gì ạ?, en: How can we help?}
    again: {vi: Gì nữa ạ?, en: Anything else?}
    keys:
      1: order
      2: message
      3: colleague
      4: address
      5: account
      6: office
      9: repeat
  order:
    label: {vi: hỏi đơn hàng, en: your order}
    say: {vi: Mã đơn?, en: Which order?}
    ask: {as: order, digits: 4}
    then: status
  status:
    lookup: {get: "LOOKUP_HOST/orders/{order}", timeout: 2s}
    then: told
    otherwise: unknown
  told:
    say: {vi: "Đơn {order:digits}: {state}.", en: "Order {order:digits} is {state}."}
    then: main
  unknown:
    say: {vi: Chưa biết., en: We do not know.}
    then: main
  message:
    say: {vi: Xin nói sau tiếng bíp., en: Speak after the tone.}
    voicemail: office
    then: thanks
    otherwise: goodbye
  thanks:
    say: {vi: Cảm ơn., en: Thank you.}
    then: hang_up
  colleague:
    say: {vi: Xin chờ., en: One moment.}
    dial: {to: "+84281112222", ring: 20s}
    then: thanks
    otherwise: message
  address:
    say: {vi: Chúng tôi nhắn địa chỉ., en: We text you the address.}
    sms: {text: {vi: Quận 1., en: District 1.}}
    then: main
    otherwise: unknown
  account:
    say: {vi: Mã PIN?, en: Your PIN?}
    ask: {as: pin, digits: 6, secret: true}
    then: known
  known:
    lookup: {get: "LOOKUP_HOST/accounts/{pin}", timeout: 2s}
    then: main
    otherwise: main
  office:
    hours: office
    open: message
    closed: goodbye
  goodbye:
    say: {vi: Tạm biệt., en: Goodbye.}
    then: hang_up
"""


def menus(crm: str = NOBODY) -> str:
    """A hotline with one of everything a webhook can meet; its lookups ask `crm`."""
    listed = f'"{urlsplit(crm).hostname}", "{crm}"'
    return STEPS.replace("LOOKUP_HOST", crm).replace("LISTED", listed)


MENUS = menus()
