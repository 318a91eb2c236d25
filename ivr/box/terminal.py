"""The phone in a terminal: a scripted call in virtual time, or a call by hand in real time."""

import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, TextIO

from ivr.box.clock import RealClock
from ivr.box.exchange import Exchange, Line
from ivr.box.happenings import Finished, Key
from ivr.box.leg import Event, Leg
from ivr.box.phone_line import Phone, PhoneCall
from ivr.box.script import BadScript, Move, read_script
from ivr.box.transcript import line_of
from ivr.box.transport import in_process, over_http

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

WELL, FAULTY, WRONG = 0, 1, 2
_HELP = "(keys and Enter to press them; Enter alone skips a prompt; h and Enter, or Ctrl-D, to hang up)"


@dataclass(frozen=True, slots=True)
class Service:
    """The hotline to call: its webhooks, its account; `app` to reach it in this process, not over HTTP."""

    voice_url: str
    auth_token: str
    account_sid: str = "AC" + "0" * 32
    status_url: str | None = None
    fallback_url: str | None = None
    app: "WSGIApplication | None" = None


def call(
    service: Service,
    to: str,
    from_: str = "",
    keys: str | None = None,
    out: TextIO | None = None,
    keyboard: Iterable[str] | None = None,
) -> int:
    """Calls `to` and writes what is heard. With `keys` (see `script`) at once, without by hand.

    Returns 0 if all went well, 1 if the service did something wrong or hung up early, 2 for a bad script.
    """
    out = out or sys.stdout
    print(f"{from_ or 'a withheld number'} calls {to}", file=out)
    if keys is None:
        return _by_hand(service, to, from_, out, keyboard or sys.stdin)
    try:
        moves = read_script(keys)
    except BadScript as error:
        print(error, file=out)
        return WRONG
    return _scripted(service, to, from_, moves, out)


def _scripted(service: Service, to: str, from_: str, moves: tuple[Move, ...], out: TextIO) -> int:
    phone = Phone(
        service.app or service.voice_url,
        voice_url=service.voice_url,
        status_url=service.status_url,
        fallback_url=service.fallback_url,
        account_sid=service.account_sid,
        auth_token=service.auth_token,
    )
    call = phone.dial(to, from_, watcher=_writer(out))
    left = list(moves)
    while left and not call.leg.over:
        _make(call, left.pop(0))
    if not call.leg.over:
        call.hang_up()
    phone.pass_time(2)
    missed = [move for move in left if move.does != "hangup"]
    if missed:
        print(f"The call was over before: {', '.join(map(str, missed))}", file=out)
    return FAULTY if missed or phone.faults else WELL


def _make(call: PhoneCall, move: Move) -> None:
    if move.does == "press":
        call.press(move.keys)
    elif move.does == "wait":
        call.wait(move.seconds)
    elif move.does == "speak":
        call.speak(move.seconds or 0)
    else:
        call.hang_up()


def _by_hand(service: Service, to: str, from_: str, out: TextIO, keyboard: Iterable[str]) -> int:
    line = Line(
        account_sid=service.account_sid,
        auth_token=service.auth_token,
        voice_url=service.voice_url,
        numbers=lambda: {to: ""},
        status_url=service.status_url,
        fallback_url=service.fallback_url,
    )
    transport = in_process(service.app) if service.app else over_http
    exchange = Exchange(line, RealClock(), transport)
    print(_HELP, file=out)
    leg = exchange.ring_in(from_, to, _writer(out))
    for typed in keyboard:
        with exchange.clock.changed:
            if leg.over or not _typed(leg, typed.strip()):
                break
    with exchange.clock.changed:
        leg.hang_up("caller")
        exchange.clock.wait_for(lambda: leg.over, 5)
    return FAULTY if leg.faults else WELL


def _typed(leg: Leg, typed: str) -> bool:
    """Does what was typed; False to hang up."""
    if typed.lower() in ("h", "hangup", "q"):
        return False
    if not typed:
        leg.tell(Finished(leg.prompt))
    for key in typed:
        if key in "0123456789*#":
            leg.tell(Key(key))
    return True


def _writer(out: TextIO) -> Callable[[Event], None]:
    """Writes each event of a call as its line."""
    began: list[int] = []

    def write(event: Event) -> None:
        began.append(event["at"])
        line = line_of(event, began[0])
        if line is not None:
            print(line, file=out, flush=True)

    return write
