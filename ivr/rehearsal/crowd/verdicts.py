"""What may be wrong with a call that is over: what the caller lived through, and what is written of it."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import chain

from ivr.box.faults import Fault
from ivr.core.calls import Ending, Outcome, Pass, Turn
from ivr.core.menus import Ask, Hotline, Menu, Option
from ivr.core.world import mask
from ivr.ledger.log import Story
from ivr.rehearsal.crowd.listener import Listener, Patience, Question
from ivr.rehearsal.worker import AS_WISHED
from ivr.switchboard.line.meeting import INFERRED


class Wrong(StrEnum):
    """The kinds of trouble, the cause before what follows from it."""

    ERROR = "an error in the service"
    DOCUMENT = "an answer that no carrier takes"
    SECRET = "a secret in clear"  # noqa: S105
    STUCK = "a call without an end"
    DEAD_AIR = "silence on the line"
    ERRAND = "an errand left undone"
    PASSES = "other keys in the log than were pressed"
    LOG = "a call that is not in the log as it was"


@dataclass(frozen=True, slots=True)
class Trouble:
    """One thing that is wrong with a call."""

    kind: Wrong
    text: str

    def __str__(self) -> str:
        return f"{self.kind}: {self.text}"


def heard(listener: Listener, patience: Patience, faults: Sequence[Fault]) -> Iterator[Trouble]:
    """What was wrong on the line."""
    for fault in faults:
        yield Trouble(Wrong.DOCUMENT, f"{fault.code} {fault.text}")
    for url in listener.refuges():
        yield Trouble(Wrong.ERROR, f"the service could not answer, and asked for another try at {url}")
    if listener.circles:
        yield Trouble(Wrong.STUCK, listener.circles)
    elif not listener.leg.over:
        yield Trouble(Wrong.STUCK, "the call is still going on")
    elif listener.leg.events[-1].get("by") == "carrier":
        yield Trouble(Wrong.STUCK, "the carrier ended the call: it was too long")
    waited = listener.longest_wait()
    if waited > patience.wait:
        yield Trouble(Wrong.STUCK, f"the caller waited {waited:.0f} s in line")
    silence = listener.longest_silence()
    if silence.seconds > patience.seconds:
        yield Trouble(Wrong.DEAD_AIR, f"{silence.seconds:.0f} s, {silence.began:.0f} s after the call began")


def written(story: Story, hotline: Hotline, listener: Listener) -> Iterator[Trouble]:
    """What is wrong with the log of a call, once everything has been told."""
    passed = _passed(story, hotline, list(listener.questions()))
    yield from chain(_ended(story, listener), passed, _errands(story))


def in_clear(texts: Iterable[tuple[str, str]], hotline: Hotline, listener: Listener) -> Iterator[Trouble]:
    """Secrets of a caller that anybody can read; `texts` is only looked at if there were any."""
    secrets = _secrets(hotline, list(listener.questions()))
    if secrets:
        for place, text in texts:
            if any(secret.search(text) for secret in secrets):
                yield Trouble(Wrong.SECRET, f"what was typed as a secret stands in {place}")


def _ended(story: Story, listener: Listener) -> Iterator[Trouble]:
    call = story.call
    if call.ended_at is None or call.outcome is None or story.end_source is None:
        yield Trouble(Wrong.LOG, "the call has no end")
        return
    if not call.started_at <= call.ended_at:
        yield Trouble(Wrong.LOG, "the call ended before it began")
    talked = listener.has("bridged")
    inferred = any(event.kind == INFERRED for event in story.events)
    unsure = listener.met_briefly() if talked else inferred
    if talked != (call.outcome is Outcome.CONNECTED) and not unsure:
        yield Trouble(
            Wrong.LOG, f"the caller {'' if talked else 'never '}talked, the log says {call.outcome}"
        )
    if call.outcome is Outcome.LOST and listener.leg.status in ("completed", "busy", "no-answer"):
        yield Trouble(Wrong.LOG, f"the line ended as {listener.leg.status}, the log says it was lost")
    if call.outcome is Outcome.MESSAGE and not story.messages:
        yield Trouble(Wrong.LOG, "word was left, but there is no message")


def _passed(story: Story, hotline: Hotline, questions: list[Question]) -> Iterator[Trouble]:
    """Whether the passes say what was pressed, in its order, each in the step that asked for it."""
    tokens = [(each.step, token) for each in story.passes for token in each.pressed.split()]
    if not _fit(tokens, questions, hotline):
        pressed = " ".join(f"{each.step}:{each.keys or '-'}" for each in questions)
        logged = " ".join(f"{step}:{token}" for step, token in tokens)
        yield Trouble(Wrong.PASSES, f"pressed {pressed or 'nothing'}; logged {logged or 'nothing'}")
    if story.call.inputs != len(tokens):
        yield Trouble(Wrong.PASSES, f"{len(tokens)} answers logged, {story.call.inputs} counted")
    if not _in_order(story.passes):
        yield Trouble(Wrong.PASSES, "a pass begins before the one before it ended")
    for each in story.passes:
        yield from _led(each, hotline)
    strangers = {each.step for each in story.passes} - hotline.steps.keys()
    if strangers:
        yield Trouble(Wrong.PASSES, f"there is no step {', '.join(sorted(strangers))}")


def _led(one: Pass, hotline: Hotline) -> Iterator[Trouble]:
    """Whether the keys of a menu led where the menu says, and only they."""
    step = hotline.steps.get(one.step)
    if step is None or not isinstance(step.thing, Menu) or one.ending is Ending.LIMIT:
        return
    *tries, last = one.pressed.split() or ["-"]
    led = {option.name for option in step.thing.options if _fits(option, last)}
    if one.ending is Ending.KEY and one.option not in led:
        yield Trouble(Wrong.PASSES, f"{last} in {one.step} led to {one.option}, not to {' or '.join(led)}")
    missed = tries if one.ending is Ending.KEY else [*tries, last]
    for keys in missed:
        if any(_fits(option, keys) for option in step.thing.options):
            yield Trouble(Wrong.PASSES, f"{keys} in {one.step} led nowhere")


def _fits(option: Option, keys: str) -> bool:
    """A hash that ends keys is no part of them where no option has one."""
    return option.matches(keys) or option.matches(keys.rstrip("#") or keys)


def _in_order(passes: Sequence[Pass]) -> bool:
    times = [time for each in passes for time in (each.entered_at, each.left_at)]
    return times == sorted(times)


def _fit(tokens: list[tuple[str, str]], questions: list[Question], hotline: Hotline) -> bool:
    """Keys typed ahead may be the answers to several questions, and the last of them to none."""
    ends = {0}
    for question in questions:
        shown = _shown(question, hotline)
        passed_over = ends if question.turn is Turn.WAIT else set()
        longest = len(question.keys) if question.several else 1
        ends = passed_over | {
            begin + count
            for begin in ends
            for count in range(1, max(1, longest) + 1)
            if begin + count <= len(tokens)
            and tokens[begin][0] == question.step
            and _says(tokens[begin : begin + count], shown, whole=not question.several)
        }
    return len(tokens) in ends


def _says(tokens: list[tuple[str, str]], shown: str, *, whole: bool) -> bool:
    said = "".join(token for _, token in tokens)
    return said == shown or (not whole and shown.startswith(said))


def _shown(question: Question, hotline: Hotline) -> str:
    """The keys as the log may show them."""
    if not question.keys:
        return "-"
    return mask(question.keys) if _is_secret(question, hotline) else question.keys


def _is_secret(question: Question, hotline: Hotline) -> bool:
    thing = hotline.steps[question.step].thing
    return isinstance(thing, Ask) and thing.secret and question.turn is Turn.KEYS


_SHORTEST = 4
"""Digits. Shorter ones are found in any log by chance."""


def _secrets(hotline: Hotline, questions: list[Question]) -> list[re.Pattern[str]]:
    """What was typed as a secret and nowhere else, to be found as it is or spoken digit by digit."""
    typed = {each.keys for each in questions if _is_secret(each, hotline)}
    plain = {each.keys for each in questions if not _is_secret(each, hotline)}
    return [
        re.compile(rf"(?<![0-9A-Za-z])({re.escape(keys)}|{re.escape(' '.join(keys))})(?![0-9A-Za-z])")
        for keys in typed - plain
        if len(keys) >= _SHORTEST
    ]


def _errands(story: Story) -> Iterator[Trouble]:
    for errand in story.errands:
        if errand.state != "done" and errand.cause != AS_WISHED:
            yield Trouble(Wrong.ERRAND, f"{errand.kind} is {errand.state}: {errand.cause or 'no cause'}")
