"""The phone in a terminal: a scripted call in virtual time, or a call by hand in real time."""

import os
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from select import select
from typing import TYPE_CHECKING, TextIO
from urllib.parse import urljoin

from ivr.box.beside import HandOver, RunningBox
from ivr.box.clock import RealClock
from ivr.box.dialects import TWILIO, Dialect
from ivr.box.exchange import Exchange, Line
from ivr.box.happenings import Finished, Key, Spoke
from ivr.box.leg import Event, Leg
from ivr.box.phone_line import Phone, PhoneCall
from ivr.box.script import BadScript, Move, read_script
from ivr.box.transcript import line_of
from ivr.box.transport import Transport, in_process, over_http

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

WELL, FAULTY, WRONG = 0, 1, 2
_HELP = """\
  1 and Enter     presses a key, 105# several          Enter alone     skips what is being said
  speak 3s        leaves word, if you are recorded     h, or Ctrl-D    hangs up
"""
_LOOK_UP_SECONDS = 0.2
_LAST_WORDS_SECONDS = 2.0  # the service is told of the end of a call, and of its recordings, a moment later


Keep = Callable[[Leg], None]


def _forget(_: Leg) -> None:
    """For calls that nobody wants to keep."""


@dataclass(frozen=True, slots=True)
class Service:
    """The hotline to call: its webhooks, its account; `app` to reach it in this process, not over HTTP.

    `carrier_url` is the REST base of the box beside it, where it will look for what the call recorded;
    `log_url` the page of all calls, under which each has its own. `dialect` is that of the carrier it has.
    """

    voice_url: str
    auth_token: str
    account_sid: str = "AC" + "0" * 32
    status_url: str | None = None
    fallback_url: str | None = None
    carrier_url: str | None = None
    log_url: str | None = None
    app: "WSGIApplication | None" = None
    dialect: Dialect = TWILIO


def call(
    service: Service,
    to: str,
    from_: str = "",
    keys: str | None = None,
    out: TextIO | None = None,
    keyboard: Iterable[str] | None = None,
    keep: Keep = _forget,
) -> int:
    """Calls `to` and writes what is heard. With `keys` (see `script`) at once, without by hand.

    `keep` is given the line once the call is over. Returns 0 if all went well, 1 if the service did something
    wrong or hung up early, 2 for a bad script.
    """
    out = out or sys.stdout
    print(f"{from_ or 'a withheld number'} calls {to}", file=out)
    if keys is None:
        return _by_hand(service, to, from_, out, keyboard, keep)
    try:
        moves = read_script(keys)
    except BadScript as error:
        print(error, file=out)
        return WRONG
    return _scripted(service, to, from_, moves, out, keep)


def numbers(service: Service) -> list[str]:
    """The numbers that lead to the service, by the box beside it; without one, none. Raises Unreachable."""
    box = _beside(service)
    return box.numbers() if box else []


def _scripted(service: Service, to: str, from_: str, moves: tuple[Move, ...], out: TextIO, keep: Keep) -> int:
    phone = Phone(
        service.app or urljoin(service.voice_url, "/"),
        voice_url=service.voice_url,
        status_url=service.status_url,
        fallback_url=service.fallback_url,
        account_sid=service.account_sid,
        auth_token=service.auth_token,
        dialect=service.dialect,
    )
    _hand_over(service, phone.exchange)
    call = phone.dial(to, from_, watcher=_writer(out))
    left = list(moves)
    while left and not call.leg.over:
        _make(call, left.pop(0))
    if not call.leg.over:
        call.hang_up()
    phone.pass_time(_LAST_WORDS_SECONDS)
    missed = [move for move in left if move.does not in ("hangup", "wait")]
    if missed:
        print(f"The call was over before: {', '.join(map(str, missed))}", file=out)
    _tell_the_log(service, call.leg, out)
    keep(call.leg)
    return FAULTY if missed or phone.faults else WELL


def _make(call: PhoneCall, move: Move) -> None:
    if move.does == "press":
        call.press(move.keys).pause()
    elif move.does == "wait":
        call.wait(move.seconds)
    elif move.does == "speak":
        call.speak(move.seconds or 0)
    else:
        call.hang_up()


def _by_hand(
    service: Service, to: str, from_: str, out: TextIO, keyboard: Iterable[str] | None, keep: Keep
) -> int:
    line = Line(
        account_sid=service.account_sid,
        auth_token=service.auth_token,
        voice_url=service.voice_url,
        numbers=lambda: {to: ""},
        status_url=service.status_url,
        fallback_url=service.fallback_url,
        dialect=service.dialect,
    )
    exchange = Exchange(line, RealClock(), _way_to(service))
    _hand_over(service, exchange)
    print(_HELP, file=out)
    leg = exchange.ring_in(from_, to, _writer(out))
    for typed in keyboard or _typed_lines(lambda: leg.over):
        with exchange.clock.changed:
            if leg.over or not _typed(leg, typed.strip(), out):
                break
    with exchange.clock.changed:
        leg.hang_up("caller")
        exchange.clock.wait_for(lambda: leg.over, 5)
        exchange.clock.wait_for(lambda: False, _LAST_WORDS_SECONDS)
    _tell_the_log(service, leg, out)
    keep(leg)
    return FAULTY if leg.faults else WELL


def _typed_lines(over: Callable[[], bool]) -> Iterator[str]:
    """What is typed, line by line, while the call lasts. (Reading stdin itself would outwait its end.)"""
    begun = ""
    while not over():
        if select([sys.stdin], [], [], _LOOK_UP_SECONDS)[0]:
            read = os.read(sys.stdin.fileno(), 1024).decode(errors="replace")
            if not read:
                return
            *lines, begun = (begun + read).split("\n")
            yield from lines


def _typed(leg: Leg, typed: str, out: TextIO) -> bool:
    """Does what was typed; False to hang up."""
    if typed.lower() in ("h", "q"):
        return False
    if not typed:
        leg.tell(Finished(leg.prompt))
    try:
        moves = read_script(typed)
    except BadScript as error:
        print(error, file=out)
        return True
    for move in moves:
        for key in move.keys:
            leg.tell(Key(key))
        if move.does == "speak":
            leg.tell(Spoke(seconds=move.seconds or 0))
    return not any(move.does == "hangup" for move in moves)


def _way_to(service: Service) -> Transport:
    return in_process(service.app) if service.app else over_http


def _hand_over(service: Service, exchange: Exchange) -> None:
    if box := _beside(service):
        exchange.before_asking = HandOver(exchange, box)


def _beside(service: Service) -> RunningBox | None:
    if not service.carrier_url:
        return None
    return RunningBox(service.carrier_url, service.account_sid, service.auth_token, _way_to(service))


def _tell_the_log(service: Service, leg: Leg, out: TextIO) -> None:
    if service.log_url:
        print(f"In the log: {service.log_url}/{leg.sid}", file=out)


def _writer(out: TextIO) -> Callable[[Event], None]:
    """Writes each event of a call as its line."""
    began: list[int] = []

    def write(event: Event) -> None:
        began.append(event["at"])
        line = line_of(event, began[0])
        if line is not None:
            print(line, file=out, flush=True)

    return write
