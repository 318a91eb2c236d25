"""How a queue is served, from its spelling to the rules of the line."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from ivr.core.line.rules import AtClosing, Goal, Overflow, Rules, Skill, Speaks, Strategy, Tongue
from ivr.core.menus import Where
from ivr.language import grammar
from ivr.language.draft import Draft
from ivr.language.source import Text

PLAIN = (
    "weight",
    "priority",
    "head_start",
    "ring",
    "wrap_up",
    "misses",
    "max_wait",
    "room",
    "callback",
    "announce",
    "record",
)
"""The rules that are written as they are kept; the others are taken apart below."""


@dataclass(frozen=True, slots=True)
class Written:
    """A queue as it was written; what it does not say, `default` says."""

    draft: Draft
    name: str
    own: grammar.Queue
    default: grammar.Queue | None

    @classmethod
    def of(cls, draft: Draft, name: str) -> "Written":
        return cls(draft, name, draft.document.queues[name], draft.document.queues.get("default"))

    def says(self, word: str) -> Any:
        """What stands for a word; None if nobody says anything."""
        said = getattr(self.own, word)
        return getattr(self.default, word) if said is None and self.default else said

    def lacks(self, word: str) -> bool:
        """Whether nobody says anything for a word, for sure: it is not misspelled either, nor has it a value
        that could not be read. Only then is somebody told to add it."""
        own = getattr(self.own, word)
        asked = (self.own, self.default) if own is None else ()
        return not self.says(word) and not any(section.may_say(word) for section in asked if section)

    def where(self, word: str) -> Where:
        """Where that stands."""
        from_default = getattr(self.own, word) is None and self.default
        return (from_default or self.own).where(word)

    def mistake(self, word: str, text: str, hint: str) -> None:
        self.draft.findings.mistake(self.where(word), text, hint)


def rules(it: Written) -> Rules:
    """Everything about a queue but its words."""
    _check_promises(it)
    as_written = {word: value for word in PLAIN if (value := it.says(word)) is not None}
    goal = it.says("service_level")
    need, seconds = it.says("language") or (Speaks.REQUIRED, None)
    return Rules(
        **as_written,
        strategy=Strategy(it.says("strategy") or Strategy.LONGEST_IDLE),
        skills=tuple(_skills(it)),
        tongue=Tongue(Speaks(need), seconds or 0),
        overflow=tuple(_overflow(it)),
        at_closing=AtClosing(it.says("at_closing") or AtClosing.SERVE),
        hours=_hours(it),
        goal=Goal(*goal) if goal else None,
        dispositions=tuple(map(str, it.says("dispositions") or ())),
        must_dispose=it.says("disposition") == "required",
    )


def _skills(it: Written) -> Iterator[Skill]:
    """A list of skills asks for any level of each."""
    written = it.says("skills") or ()
    if not isinstance(written, dict):
        _check_once(it, "skills", written)
        yield from (Skill(str(name)) for name in written)
        return
    for name, level in written.items():
        if isinstance(level, grammar.Skill):
            yield _widening(it, str(name), level)
        else:
            yield Skill(str(name), level)


def _widening(it: Written, name: str, written: grammar.Skill) -> Skill:
    """Less and less is enough, the longer a caller waits."""
    widens = tuple(sorted((written.after or {}).items()))
    for (_, before), (seconds, level) in pairwise([(0.0, written.level), *widens]):
        if level >= before:
            text = f"skill '{name}' asks for level {level} after {seconds:g} s, and for {before} before"
            hint = "let it ask for less and less: who waits must not lose an agent"
            it.draft.findings.mistake(written.where("after"), text, hint)
            break
    return Skill(name, written.level, widens)


def _overflow(it: Written) -> Iterator[Overflow]:
    """The queues that help out, one after another. What `default` says is not meant for the helper itself."""
    written = it.says("overflow") or ()
    chain = [written] if isinstance(written, grammar.Overflow) else list(written)
    if it.own.overflow is None:
        chain = [each for each in chain if each.queue != it.name]
    for before, later in pairwise(chain):
        if later.after <= before.after:
            text = f"queue '{later.queue}' helps out no later than '{before.queue}'"
            it.draft.findings.mistake(
                later.where("after"), text, "write the queues in the order of their times"
            )
    met: set[str] = set()
    for each in chain:
        where = each.where("queue")
        to = it.draft.known("queue", str(each.queue), it.draft.sections["queues"], where)
        if to == it.name:
            it.draft.findings.mistake(where, f"queue '{to}' overflows into itself", "name another queue")
        elif to in met:
            it.draft.findings.mistake(where, f"queue '{to}' helps out already", "name another queue")
        met.add(to)
        yield Overflow(each.after, to)


def _hours(it: Written) -> str | None:
    hours = it.says("hours")
    if not isinstance(hours, Text):
        return None
    return it.draft.known("hours", hours, it.draft.sections["hours"], hours.at)


def _check_promises(it: Written) -> None:
    """What is promised can be kept."""
    at_closing = it.says("at_closing")
    if at_closing == AtClosing.CALLBACK and it.lacks("callback"):
        text = f"queue '{it.name}' rings nobody back, not even at closing"
        it.mistake("at_closing", text, "add 'callback: true', or write 'at_closing: leave_word'")
    dispositions = it.says("dispositions")
    if it.says("disposition") == "required" and it.lacks("dispositions"):
        text = f"agents of queue '{it.name}' must choose a disposition, and there is none"
        it.mistake("disposition", text, "add 'dispositions: [sold, complaint, other]'")
    _check_once(it, "dispositions", dispositions or ())


def _check_once(it: Written, word: str, written: list[Text] | tuple[()]) -> None:
    met: set[str] = set()
    for each in written:
        if each in met:
            it.draft.findings.mistake(each.at, f"'{each}' stands twice in '{word}'", "delete one of them")
        met.add(each)
