"""The phone company in a box: a carrier on one machine, for trying, testing and rehearsing a hotline.

It shares no code with the hotline and meets it only by webhooks, TwiML and REST, as a carrier would.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from ivr.box.clock import RealClock
from ivr.box.exchange import Exchange, Limits, Line
from ivr.box.mischief import Mischief
from ivr.box.parties import Party, voicemail
from ivr.box.transport import over_http

if TYPE_CHECKING:  # the phone in a terminal has no web face, and starts sooner without
    from flask import Flask

__all__ = ["Limits", "Mischief", "Party", "create_box", "serve", "voicemail"]

Numbers = Iterable[str] | Mapping[str, str] | Callable[[], Mapping[str, str]]


def create_box(
    *,
    account_sid: str,
    auth_token: str,
    voice_url: str,
    status_url: str | None = None,
    text_url: str | None = None,
    fallback_url: str | None = None,
    numbers: Numbers = (),
    hotline: str = "",
    pages: Mapping[str, str] | None = None,
    public_url: str | None = None,
    guarded: bool = False,
    people: Mapping[str, Party] | None = None,
    mischief: Mischief | None = None,
    limits: Limits | None = None,
) -> "Flask":
    """A phone company in real time, to be mounted beside the service or to stand alone.

    `numbers` are the hotline's, as {number: name} or a function giving that at any moment; as a list they all
    bear the name `hotline`. `pages` are where the service's own pages are, to go to from the phone: its
    `calls`, under which each call has its page by its sid, and its `messages`. `public_url` is where the box
    itself is reached, by default `/phone` on the host of `voice_url`. `guarded`: a door before it knows whom
    to let in; else the phone answers only where it is asked for by the name of this machine. `people` says
    who answers which dialled number. All its state is in this process: run it in one.
    """
    host = urlsplit(voice_url)
    root = public_url or f"{host.scheme}://{host.netloc}/phone"
    line = Line(
        account_sid=account_sid,
        auth_token=auth_token,
        voice_url=voice_url,
        numbers=_directory(numbers, hotline),
        status_url=status_url,
        text_url=text_url,
        fallback_url=fallback_url,
        rest_root=f"{root}/carrier",
    )
    exchange = Exchange(line, RealClock(), over_http, limits)
    exchange.people.by_number.update(people or {})
    if mischief is not None:
        exchange.mischief = mischief
    return serve(exchange, None if guarded else urlsplit(root).hostname or "", pages)


def serve(
    exchange: Exchange, public_host: str | None = "localhost", pages: Mapping[str, str] | None = None
) -> "Flask":
    """The web face of an exchange: the browser phone, its interface, and the carrier's REST interface.

    `public_host` is the name it is asked for by, None if a door before it looks at that.
    """
    from flask import Flask

    from ivr.box.handset import handset_routes
    from ivr.box.rest import rest_routes

    app = Flask(__name__, static_folder=None)
    app.extensions["exchange"] = exchange
    app.register_blueprint(handset_routes(exchange, public_host, pages or {}))
    app.register_blueprint(rest_routes(exchange))
    return app


def _directory(numbers: Numbers, hotline: str) -> Callable[[], Mapping[str, str]]:
    if callable(numbers):
        return numbers
    known = dict(numbers) if isinstance(numbers, Mapping) else dict.fromkeys(numbers, hotline)
    return lambda: known
