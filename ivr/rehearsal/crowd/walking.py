"""A path is walked once more: one caller alone on the stage, who does exactly what was done before."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial

from ivr.box.happenings import HungUp, Key, Spoke
from ivr.box.phone_line import Phone, PhoneCall
from ivr.core.menus import Hotline
from ivr.language.calls.written import HangUp, Move, Press, Speak, Wait
from ivr.rehearsal.complaints import Complaints
from ivr.rehearsal.crowd.audience import Audience, Oracle, Verdict
from ivr.rehearsal.crowd.path import Path
from ivr.rehearsal.stage import Play, Stage, staged

BETWEEN_KEYS = 0.2
LONGEST_PROMPTS = 120.0
LONGEST_CALL = 5 * 3600.0

Walk = Callable[[Path], Verdict]


@contextmanager
def walking(play: Play, hotline: Hotline, carrier: str = "twilio") -> Iterator[Walk]:
    """Gives what walks a path and says what was wrong with it; each walk finds an empty log."""
    complaints = Complaints()
    with complaints.collected(), staged(play, at=0, carrier=carrier) as stage:
        yield partial(_walk, stage, hotline, complaints)


def _walk(stage: Stage, hotline: Hotline, complaints: Complaints, path: Path) -> Verdict:
    stage = stage.anew(path.at, Oracle(), path.parties, path.staff)
    phone, audience = stage.phone, Audience(stage, hotline, complaints)
    phone.exchange.people.default = path.otherwise
    if path.remembered and path.caller:
        stage.remember(path.caller, path.remembered)
    call = phone.ring(path.called, path.caller, mischief=path.mischief)
    audience.joins(call.leg, path)
    phone.pass_time(0)
    for move in path.moves:
        if not call.leg.over:
            _make(phone, call, move)
    phone.clock.run(lambda: call.leg.over, LONGEST_CALL)
    return audience.verdicts()[0]


def _make(phone: Phone, call: PhoneCall, move: Move) -> None:
    match move:
        case Press(keys=keys, early=early):
            for number, key in enumerate(keys):
                if number:
                    phone.pass_time(BETWEEN_KEYS)
                listening = {"asked", "typing", "recorded"} | ({"prompted"} if early else set())
                _until(phone, call, listening)
                _tell(phone, call, Key(key))
        case Wait(seconds=None):
            call.wait()
        case Wait(seconds=seconds):
            phone.pass_time(seconds or 0)
        case Speak(seconds=seconds):
            _until(phone, call, {"recorded"})
            _tell(phone, call, Spoke(seconds=seconds))
            phone.pass_time(seconds)
        case HangUp():
            _tell(phone, call, HungUp("caller"))


def _until(phone: Phone, call: PhoneCall, doing: set[str]) -> None:
    phone.clock.run(lambda: call.leg.over or call.doing in doing, LONGEST_PROMPTS)


def _tell(phone: Phone, call: PhoneCall, happening: Key | Spoke | HungUp) -> None:
    with phone.clock.changed:
        call.leg.tell(happening)
    phone.pass_time(0)
