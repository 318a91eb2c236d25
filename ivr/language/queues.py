"""Queues: what they are told, what `default` adds, and the ways out for callers whom nobody takes."""

from typing import Any

from ivr.core.menus import Destination, Enqueue, Queue, Step
from ivr.language import grammar
from ivr.language.draft import Draft
from ivr.language.slots import WAYS_OUT
from ivr.language.source import Text

SETTINGS = ("ring", "wrap_up", "max_wait", "room", "priority", "callback", "at_closing")
"""The settings that are one value; the others are taken apart below."""


def build(draft: Draft, name: str) -> Queue:
    """A queue with all its settings: durations in seconds, `service_level` from 0 to 1.

    `language` is any, required or prefer; `language_for` the seconds it is preferred; `within` the seconds
    of the service level; `overflow_after` (seconds) and `overflow_to` (a queue).
    """
    rules = [draft.document.queues[name], *_default(draft)]
    settings: dict[str, object] = {
        word: value for word in SETTINGS if (value := _first(rules, word)) is not None
    }
    if skills := _first(rules, "skills"):
        settings["skills"] = tuple(map(str, skills))
    if need := _first(rules, "language"):
        settings["language"], settings["language_for"] = need
    if level := _first(rules, "service_level"):
        settings["service_level"], settings["within"] = level
    if overflow := _first(rules, "overflow"):
        settings |= _overflow(draft, name, overflow)
    return Queue(name, draft.labels.get(name), settings, _hours(draft, rules))


def step(draft: Draft, name: str) -> Step:
    """The step of the same name: whoever leads to a queue leads here."""
    queue = draft.document.queues[name]
    way = ways_out(draft, name)
    if not queue.strange and "no_agents" not in way and "" not in way:
        text = f"queue '{name}' has no way out when nobody is there"
        draft.findings.mistake(queue.at, text, "add 'no_agents:' or 'otherwise:', here or in 'default'")
    return Step(
        name=name,
        say=draft.texts(queue.say),
        thing=Enqueue(name),
        label=draft.labels.get(name),
        otherwise=way,
        at=draft.names.get(name, queue.at),
    )


def ways_out(draft: Draft, name: str) -> dict[str, Destination]:
    """Where callers go by reason; what nobody named goes where `otherwise` or `no_agents` says."""
    own = draft.ways(name, draft.document.queues[name])
    for rules in _default(draft):
        own = {**draft.ways("default", rules), **own}
    way = {word: own[word] for word in WAYS_OUT["queue"] if word in own}
    rest = way.pop("otherwise", None) or way.get("no_agents")
    return {**way, "": rest} if rest else way


def _default(draft: Draft) -> list[grammar.Queue]:
    default = draft.document.queues.get("default")
    return [default] if default else []


def _first(rules: list[grammar.Queue], word: str) -> Any:
    return next((value for each in rules if (value := getattr(each, word)) is not None), None)


def _overflow(draft: Draft, name: str, overflow: grammar.Overflow) -> dict[str, object]:
    where = overflow.where("queue")
    to = draft.known("queue", str(overflow.queue), draft.sections["queues"], where)
    if to == name:
        draft.findings.mistake(where, f"queue '{name}' overflows into itself", "name another queue")
    return {"overflow_after": overflow.after, "overflow_to": to}


def _hours(draft: Draft, rules: list[grammar.Queue]) -> str | None:
    for each in rules:
        if isinstance(each.hours, Text):
            return draft.known("hours", each.hours, draft.sections["hours"], each.hours.at)
    return None
