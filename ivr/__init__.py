"""A phone hotline in one service: keypad menus in YAML, documents for the carrier, every call in the log.

Here, and only here, the parts are put together.
"""

import os
import secrets
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from dotenv import dotenv_values

from ivr.settings import Settings, WrongSettings, from_environment, secret_file

if TYPE_CHECKING:  # every part is imported where it is put in: a command in the terminal needs few of them
    from flask import Flask

    from ivr.language import Checked
    from ivr.switchboard.exchange import Exchange
    from ivr.switchboard.publishing import Rehearsal, Rehearsed

PHONE = "/phone"
"""Where the phone company in the box answers, when it is the carrier."""


def given(environment: Mapping[str, str | None] | None = None) -> Settings:
    """The settings somebody gave: in the environment, or in a `.env` file. Raises WrongSettings."""
    words = {**dotenv_values(".env"), **os.environ} if environment is None else environment
    return from_environment({name: value or "" for name, value in words.items()})


def load(environment: Mapping[str, str | None] | None = None) -> Settings:
    """The settings of this process: those given, and what is made without them. Raises WrongSettings."""
    settings = given(environment)
    settings = replace(settings, secret_key=settings.secret_key or secret_file(settings, "secret_key"))
    return settings if settings.auth_token else boxed(settings)


def boxed(settings: Settings) -> Settings:
    """Nobody gave a carrier's token: the box is the carrier, with an account, a signature and voices of its
    own, whatever carrier the menus are for (`ivr check` still asks what that one can do). There is one
    worker then, for a call in the box lives in one process.
    """
    return replace(
        settings,
        boxed=True,
        carrier="box",
        account_sid="AC" + secret_file(settings, "box_account", 16),
        auth_token=secret_file(settings, "box_token", 16),
        carrier_url=f"http://127.0.0.1:{settings.port}{PHONE}/carrier",
    )


def assemble(settings: Settings) -> "Exchange":
    """The parts of one hotline, connected to nothing yet."""
    from ivr.carriers.capabilities import CARRIERS
    from ivr.carriers.twilio.rest import Rest
    from ivr.ledger import Ledger, Seal
    from ivr.ledger.spool import Spool
    from ivr.outside.bus import bus_at
    from ivr.switchboard.exchange import Exchange
    from ivr.switchboard.shelf import Shelf
    from ivr.switchboard.spare import FILE, Spare

    key = settings.secret_key.encode()
    ledger = Ledger.open(settings.sql_url, key, settings.synchronous.upper(), hashing=settings.hashing)
    carrier = Rest(
        settings.account_sid,
        settings.tokens[0],
        api_key=settings.api_key,
        api_secret=settings.api_secret,
        base_url=settings.carrier_url or None,
    )
    spare = Spare(Path(settings.data) / FILE)
    shelf = Shelf(ledger, settings.base_url, CARRIERS[settings.carrier], spare)
    seal = Seal(key, hashing=settings.hashing)
    spool = Spool(Path(settings.data) / "spool", seal)
    return Exchange(settings, ledger, seal, shelf, carrier, spool, bus=bus_at(settings.redis_url))


def before_workers() -> None:
    """Once, before any worker: the tables are brought up to date, and there are menus to answer with."""
    try:
        exchange = assemble(load())
    except WrongSettings as wrong:
        sys.exit(f"These settings cannot be: {wrong}")
    exchange.ledger.upgrade()
    have_menus(exchange)
    exchange.bus.close()
    exchange.ledger.close()


def have_menus(exchange: "Exchange") -> None:
    """Publishes the folder where that is wanted. Exits if there are no menus to answer with."""
    from ivr.switchboard.amending import BY_ITSELF
    from ivr.switchboard.publishing import NotPublished, publish
    from ivr.switchboard.shelf import NothingPublished

    settings = exchange.settings
    try:
        live = exchange.shelf.live(exchange.now())
    except NothingPublished:
        live = None
    if live is None or settings.boxed:
        try:
            publish(exchange, "the first start" if live is None else BY_ITSELF, by_itself=live is not None)
        except NotPublished as refused:
            print(*refused.mistakes, sep="\n", file=sys.stderr)
            if live is None:
                sys.exit("There are no menus to answer with: mend these mistakes and start again.")
            print(f"Revision {live.revision} stays live until these are mended.", file=sys.stderr)


def once_listening() -> None:
    """When the server has its port: says where to dial and where the log is."""
    exchange = assemble(load())
    print(welcome(exchange), flush=True)
    exchange.ledger.close()


def welcome(exchange: "Exchange") -> str:
    """Where to dial, where the log is, how to connect a real number."""
    settings, url = exchange.settings, exchange.settings.base_url
    hotline = exchange.shelf.live(exchange.now() + 1_000).hotline
    dial = f"  call it      {url}{PHONE}/   (in the browser; {next(iter(hotline.numbers))})\n"
    terminal = "               python3 app.py call   (in a terminal)\n"
    answer = f"  answer it    {url}/desk   (as an agent, in another tab)\n"
    log = f"  see the log  {url}/calls\n"
    if not settings.boxed and not has_accounts(exchange):
        log += "               (make the first account: python3 app.py users add NAME --role admin)\n"
    number = (
        f"  real number  point its voice webhook at {url}/voice and its status callback at {url}/voice/status"
    )
    hint = "\n               (set TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN and PUBLIC_URL first: see README.md)"
    return (
        f"\n{hotline.name} answers.\n"
        + (dial + terminal + answer if settings.boxed else "")
        + log
        + number
        + (hint if settings.boxed else "")
    )


def has_accounts(exchange: "Exchange") -> bool:
    """Whether anybody can sign in."""
    from ivr.ledger import accounts

    with exchange.ledger.reading() as tx:
        return accounts.are_there_any(tx)


def create_app(
    settings: Settings | None = None, exchange: "Exchange | None" = None, clock: bool = True
) -> "Flask":
    """The service as a WSGI application. Its clock runs beside it unless a test keeps time itself."""
    from flask import Flask
    from werkzeug.exceptions import HTTPException

    from ivr.switchboard.clock import Clock
    from ivr.web import (
        about,
        api,
        edition,
        health,
        metrics,
        pages,
        refused,
        sounds,
        stand_before,
        teach,
        teach_figures,
    )
    from ivr.web.voice import Voice

    exchange = exchange or assemble(settings or load())
    app = Flask("ivr", root_path=str(Path(__file__).parent / "web"), static_url_path="/static")
    app.secret_key = exchange.settings.secret_key or secrets.token_hex()
    app.config.update(MAX_CONTENT_LENGTH=64 * 1024, EDITION=edition(), **cookies(exchange.settings))
    app.extensions["exchange"] = exchange
    app.extensions["rehearsal"] = before_publishing(exchange.settings)
    teach(app)
    teach_figures(app)
    stand_before(app)
    app.context_processor(lambda: about(exchange))
    app.register_error_handler(HTTPException, refused)
    for blueprint in (health, metrics, sounds, api, *pages):
        app.register_blueprint(blueprint)
    app.wsgi_app = Voice(exchange, app.wsgi_app)  # type: ignore[method-assign, assignment]
    if exchange.settings.boxed:
        put_box_beside(app, exchange)
    if clock:
        ready(exchange)
        app.extensions["clock"] = Clock(exchange)
        app.extensions["clock"].start()
    return app


def before_publishing(settings: Settings) -> "Rehearsal":
    """What tries menus before they go live from a page."""

    def held(checked: "Checked") -> "Rehearsed":
        from ivr.rehearsal.crowd.before_publishing import beside  # few workers ever need it

        return beside(settings, checked)

    return held


def cookies(settings: Settings) -> dict[str, object]:
    """How a browser keeps what it holds: for us alone, and on encrypted lines only where there are some."""
    from ivr.ledger.sessions import STAY

    secure = settings.base_url.startswith("https:")
    ours = "__Host-" if secure else ""  # a browser takes that from this very host only
    return {
        "SESSION_COOKIE_NAME": f"{ours}ivr",
        "KNOWN_COOKIE_NAME": f"{ours}known",
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_SECURE": secure,
        "SESSION_REFRESH_EACH_REQUEST": False,
        "PERMANENT_SESSION_LIFETIME": STAY // 1000,
    }


def leaving(app: "Flask | None") -> None:
    """A worker goes: its clock takes nothing new and finishes what it has begun; the spool is let go of."""
    extensions = getattr(app, "extensions", {})
    if "clock" in extensions:
        extensions["clock"].stop()
        extensions["exchange"].spool.close()


def ready(exchange: "Exchange") -> None:
    """For a server that was started without our configuration: what it would have done before its workers.

    A worker that starts while the ledger is away serves all the same: one that did not would end its server.
    """
    from ivr.ledger import LedgerError

    try:
        current = exchange.ledger.is_current()
    except LedgerError as error:
        print(f"The ledger cannot be asked for its schema now: {error}", file=sys.stderr, flush=True)
        return
    if not current:
        exchange.ledger.upgrade()
        have_menus(exchange)


def put_box_beside(app: "Flask", exchange: "Exchange") -> None:
    """Mounts the phone company in the box. It meets the service by webhooks only, like any carrier."""
    from werkzeug.middleware.dispatcher import DispatcherMiddleware

    from ivr.box import create_box
    from ivr.web.pages.phone import GuardedPhone

    settings = exchange.settings

    def numbers() -> dict[str, str]:
        hotline = exchange.shelf.live(exchange.now()).hotline
        agents = {hotline.agents_line: f"{hotline.name} · agents"} if hotline.agents_line else {}
        return dict.fromkeys(hotline.numbers, hotline.name) | agents

    box = create_box(
        account_sid=settings.account_sid,
        auth_token=settings.tokens[0],
        voice_url=f"{settings.base_url}/voice",
        status_url=f"{settings.base_url}/voice/status",
        text_url=f"{settings.base_url}/voice/text",
        numbers=numbers,
        pages={"calls": "/calls", "messages": "/messages"},
        guarded=True,
    )
    phone = GuardedPhone(app.wsgi_app, box)
    app.wsgi_app = DispatcherMiddleware(app.wsgi_app, {PHONE: phone})  # type: ignore[method-assign]
