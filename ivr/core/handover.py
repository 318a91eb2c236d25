"""A call whose menus were taken back goes on in the live ones, at once and as far as possible where it was.

A key was an answer to words that are gone, so it counts for nothing. What has happened stays: who talked with
somebody, or was recorded, is led on from there.
"""

from dataclasses import replace

from ivr.core import walk
from ivr.core.calls import Call, DialEnded, Ending, Input, Move, Outcome, Recorded, Talked, Waited
from ivr.core.menus import Dial, Enqueue, Hotline, Record, Step, Voicemail
from ivr.core.world import World


def hand_over(
    call: Call, step: Step | None, given: Input, revision: int, hotline: Hotline, world: World
) -> Move:
    """The first move of a call in the live `revision`: at the step it stood at if there is one of that name,
    else at its entry. `step` is that step as it was, if its menus can still be read."""
    here = at_home(call, revision, hotline)
    new = hotline.steps.get(call.place.step) if call.place else None
    if has_happened(given, new):
        return walk.answer(hotline, here, given, world)
    left = walk.last_pass(call, world.now, Ending.WITHDRAWN)
    done = outcome_of(given, step) or call.outcome
    move = walk.resume(hotline, replace(here, entered_at=world.now, pressed="", outcome=done), world)
    return replace(move, passes=(left, *move.passes) if left else move.passes)


def at_home(call: Call, revision: int, hotline: Hotline) -> Call:
    """The call with nothing in it that these menus do not know; all their greetings are new to it."""
    return replace(
        call,
        revision=revision,
        language=call.language if call.language in hotline.languages else hotline.first_language,
        way=tuple(name for name in call.way if name in hotline.steps),
        heard=frozenset(),
    )


def has_happened(given: Input, step: Step | None) -> bool:
    """Whether it was something done, and not said, that this step leads on from."""
    match given:
        case DialEnded(ending=Ending.CONNECTED):
            return step is not None and isinstance(step.thing, Dial | Enqueue)
        case Talked() | Waited(ending=Ending.CONNECTED):
            return step is not None and isinstance(step.thing, Enqueue)
        case Recorded(recording=str()):
            return step is not None and isinstance(step.thing, Voicemail | Record)
    return False


def outcome_of(given: Input, step: Step | None) -> Outcome | None:
    """What was reached at the step as it was."""
    match given, step.thing if step else None:
        case ((DialEnded(ending=Ending.CONNECTED) | Talked(ending=Ending.CONNECTED)), _):
            return Outcome.CONNECTED
        case Recorded(recording=str()), Voicemail():
            return Outcome.MESSAGE
    return None
