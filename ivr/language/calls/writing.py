"""A call written down: the YAML that reads as this call."""

import re
from collections.abc import Iterator, Mapping
from typing import Union

from ivr.language.calls.meaning import WITHHELD
from ivr.language.calls.written import (
    Agent,
    Does,
    Ends,
    Enters,
    HangUp,
    Hears,
    HearsNot,
    Line,
    Logged,
    Party,
    Press,
    Rings,
    Speak,
    TalksTo,
    Texted,
    Wait,
    WrittenCall,
)

Tree = Union[str, Mapping[str, "Tree"], list["Tree"]]  # noqa: UP007 - the name is not a type yet

PLAIN = re.compile(r"(?:[^\W_]|[¿¡])(?:[^\n\t:#]|:(?=\S))*(?<![\s:])")
"""Texts that mean themselves without quotes, behind their key or in a list."""

CLOSE = re.compile(r"[,\[\]{}]")
"""What has a meaning between brackets."""


def write(*calls: WrittenCall) -> str:
    """A file of these calls. What is as it is anyway is left out."""
    return text({"calls": [of_call(call) for call in calls]})


def of_call(call: WrittenCall, first: WrittenCall | None = None) -> Tree:
    """A call as words and values; what is as in the `first` call of its day goes without saying."""
    made: dict[str, Tree] = {"call": call.name}
    if first is None or call.caller != first.caller:
        made["from"] = call.caller or WITHHELD
    if call.called is not None and (first is None or call.called != first.called):
        made["to"] = call.called
    if first is None:
        clock = "%Y-%m-%d %H:%M:%S" if call.at.second else "%Y-%m-%d %H:%M"
        made["at"] = call.at.strftime(clock)
    else:
        made["after"] = duration(call.after - first.after)
    if call.remembered:
        made["remembered"] = call.remembered
    if call.lookups:
        brought: list[Tree] = ["failed" if each is None else dict(each) for each in call.lookups]
        made["lookups"] = brought[0] if len(brought) == 1 else brought
    if call.parties:
        made["parties"] = {number: of_party(party) for number, party in call.parties.items()}
    if call.agents and first is None:
        made["agents"] = {agent.name: of_agent(agent) for agent in call.agents}
    if call.story:
        made["story"] = [of_line(line) for line in call.story]
    made |= of_end(call.ends)
    if call.others:
        made["and"] = [of_call(other, call) for other in call.others]
    return made


def of_line(line: Line) -> Tree:
    match line:
        case Press(keys=keys, early=early):
            return {"interrupt" if early else "press": keys}
        case Wait(seconds=seconds):
            return "wait" if seconds is None else {"wait": duration(seconds)}
        case Speak(seconds=seconds):
            return {"speak": duration(seconds)}
        case HangUp():
            return "hang_up"
        case Hears():
            return {"hears": of_hearing(line)}
        case HearsNot(words=words):
            return {"hears_not": words}
        case Enters(step=step):
            return {"enters": step}
        case Rings(party=party):
            return {"rings": party}
        case TalksTo(agent=agent):
            return {"talks_to": agent}


def of_hearing(line: Hears) -> Tree:
    """The words, or with what else is said of them."""
    if line == Hears(line.words) and line.words:
        return line.words
    made: dict[str, Tree] = {}
    if line.words:
        made["exactly" if line.exactly else "words"] = line.words
    if line.language:
        made["language"] = line.language
    if line.within is not None:
        made["within"] = duration(line.within)
    return made


def of_party(party: Party) -> str:
    talks = party.does is Does.ANSWERS and party.talks != Party().talks
    return f"{party.does} {duration(party.talks)}" if talks else str(party.does)


def of_agent(agent: Agent) -> str:
    if agent.away is None:
        return "on_break"
    return of_party(agent.party) + (f" after {duration(agent.away)}" if agent.away else "")


def of_end(ends: Ends) -> dict[str, Tree]:
    made: dict[str, Tree] = {}
    if ends.outcome is not None:
        made["ends"] = str(ends.outcome)
    if ends.passes is not None:
        made["logs"] = [of_pass(one) for one in ends.passes]
    if ends.texts is not None:
        made["texts"] = [of_text(each) for each in ends.texts]
    if ends.mailboxes is not None:
        made["leaves_word"] = ends.mailboxes[0] if len(ends.mailboxes) == 1 else list(ends.mailboxes)
    return made


def of_pass(one: Logged) -> Tree:
    told = {"pressed": one.pressed, "option": one.option, "ending": one.ending, "language": one.language}
    given: dict[str, Tree] = {word: str(value) for word, value in told.items() if value is not None}
    if given.keys() <= {"pressed"} or given.keys() == {"ending"}:
        return {one.step: next(iter(given.values()))} if given else one.step
    return {one.step: given}


def of_text(text: Texted) -> Tree:
    return text.words if text.to is None else {"words": text.words, "to": text.to}


def duration(seconds: float) -> str:
    """A time as it is written: `6s`, `1.5s`."""
    return f"{round(seconds, 3):g}s" if seconds < 1e5 else f"{round(seconds)}s"


def text(node: Tree) -> str:
    """A tree as YAML, as a person would lay it out."""
    return "\n".join(lines(node)) + "\n"


def scalar(said: str, *, within: bool = False) -> str:
    """A text as it can stand in YAML, `within` brackets too."""
    if PLAIN.fullmatch(said) and not (within and CLOSE.search(said)):
        return said
    return (
        '"' + said.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t") + '"'
    )


def lines(node: Tree) -> Iterator[str]:
    """A tree, line by line."""
    if isinstance(node, Mapping):
        for key, value in node.items():
            if _is_short(value):
                yield f"{scalar(key)}: {flow(value)}"
            else:
                yield f"{scalar(key)}:"
                yield from (f"  {line}" for line in lines(value))
    elif isinstance(node, list):
        for item in node:
            first, *rest = lines(item) if item else [flow(item)]
            yield f"- {first}"
            yield from (f"  {line}" for line in rest)
    else:
        yield scalar(node)


def _is_short(node: Tree) -> bool:
    """Whether it stands behind its key, on one line: a text, nothing, or a few words with texts."""
    if isinstance(node, str) or not node:
        return True
    flat = isinstance(node, Mapping) and all(isinstance(value, str) for value in node.values())
    return flat and len(flow(node)) <= 80


def flow(node: Tree) -> str:
    """A tree on one line."""
    if isinstance(node, Mapping):
        inside = (f"{scalar(key, within=True)}: {_inside(value)}" for key, value in node.items())
        return "{" + ", ".join(inside) + "}"
    if isinstance(node, list):
        return "[" + ", ".join(map(_inside, node)) + "]"
    return scalar(node)


def _inside(node: Tree) -> str:
    return scalar(node, within=True) if isinstance(node, str) else flow(node)
