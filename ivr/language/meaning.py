"""What only the whole hotline can tell: whether all steps are reached, all values known, all lists short."""

from collections.abc import Iterable, Iterator, Mapping

from ivr.core.menus import WAYS, Dial, Enqueue, Hotline, Menu, Step, Voicemail
from ivr.language.draft import BUILT_IN, Draft

MOST_OPTIONS = 5
"""More options than these nobody remembers."""

ONLY_LOOKED_UP = "it may stand in the address of a lookup, and nowhere else"


def check_values(hotline: Hotline, draft: Draft) -> None:
    """Every hole names a value that somebody asks, keeps or looks up; secrets are only looked up with."""
    known = {*BUILT_IN, *draft.kept}
    for hole in dict.fromkeys(draft.holes):
        if draft.findings.full:
            return
        if hole.name in draft.secret and not hole.keeps_secrets:
            draft.findings.mistake(hole.at, f"'{hole.name}' is secret", ONLY_LOOKED_UP)
        elif hole.name in known:
            continue
        elif not draft.addresses:
            hint = draft.findings.nearest(hole.name, known, f"ask for it ('as: {hole.name}') or look it up")
            draft.findings.mistake(hole.at, f"nothing is known as '{hole.name}'", hint)
        elif near := draft.findings.nearest(hole.name, known):
            draft.findings.warning(hole.at, f"'{hole.name}' is known only if a lookup brings it", near)


def check_helpers(hotline: Hotline, draft: Draft) -> None:
    """Overflow runs one way: no queue is helped out, in the end, by those whom it helps itself."""
    helpers = {
        name: [each.queue for each in queue.rules.overflow if each.queue != name]
        for name, queue in hotline.queues.items()
    }
    done: set[str] = set()
    for name in hotline.queues:
        if circle := _circle(name, helpers, done):
            way = " -> ".join(circle if len(circle) < 10 else [*circle[:8], "…", circle[-1]])
            where = draft.document.queues[circle[0]].where("overflow")
            draft.findings.mistake(
                where, f"these queues overflow into each other: {way}", "let one of them help nobody"
            )


def _circle(first: str, helpers: Mapping[str, list[str]], done: set[str]) -> list[str]:
    """A circle that can be reached from a queue, if there is one; what was walked is added to `done`."""
    path: dict[str, Iterator[str]] = {} if first in done else {first: iter(helpers[first])}
    while path:
        name, left = next(reversed(path.items()))
        helper = next((each for each in left if each in helpers and each not in done), None)
        if helper is None:
            del path[name]
            done.add(name)
        elif helper in path:
            circle = list(path)[list(path).index(helper) :]
            done.update(path)
            return [*circle, helper]
        else:
            path[helper] = iter(helpers[helper])
    return []


def check_reach(hotline: Hotline, draft: Draft) -> None:
    """Every step can be reached from a number; a queue that cannot may still help out, or get transfers."""
    reached = reach(hotline)
    served = serving(hotline, reached)
    for name, step in hotline.steps.items():
        if name in reached:
            continue
        if name in served:
            continue
        if name in hotline.queues:
            draft.findings.warning(step.at, f"no menu leads to queue '{name}'")
        else:
            draft.findings.mistake(step.at, f"nothing leads to step '{name}'", "lead to it or delete it")


def serving(hotline: Hotline, reached: Iterable[str]) -> set[str]:
    """The queues that have callers without a key to themselves: other steps wait there, or they help out."""
    things = ((name, hotline.steps[name].thing) for name in reached)
    joined = {thing.queue for name, thing in things if isinstance(thing, Enqueue) and thing.queue != name}
    return joined | {each.queue for queue in hotline.queues.values() for each in queue.rules.overflow}


def reach(hotline: Hotline) -> set[str]:
    """The steps a caller can come to."""
    ahead = [*hotline.numbers.values(), hotline.limits.then]
    reached: set[str] = set()
    while ahead:
        name = ahead.pop()
        if name not in reached and name not in WAYS:
            reached.add(name)
            ahead.extend(hotline.steps[name].destinations())
    return reached


def check_goals(hotline: Hotline, draft: Draft) -> None:
    """A goal is reached without a person: behind it there is more than a queue."""
    for name, step in hotline.steps.items():
        if step.goal and leads_to_people_alone(hotline, step):
            text = f"step '{name}' is a goal, but only leads to a queue or a person, so it never counts"
            draft.findings.warning(step.at, text, "mark the step at which callers have what they wanted")


def leads_to_people_alone(hotline: Hotline, step: Step) -> bool:
    """Whether every way from a step comes to a queue, a party or a mailbox, unless the caller hangs up."""
    ahead, met = [*step.destinations()], set[str]()
    while ahead:
        name = ahead.pop()
        if name in WAYS:
            return False
        if name not in met:
            met.add(name)
            there = hotline.steps[name]
            ahead.extend(() if isinstance(there.thing, PEOPLE) else there.destinations())
    return True


PEOPLE = (Enqueue, Dial, Voicemail)


def check_options(hotline: Hotline, draft: Draft) -> None:
    """A caller is not asked to remember too much."""
    for name, step in hotline.steps.items():
        if isinstance(step.thing, Menu | Enqueue):
            spoken = sum(option.label is not None for option in step.thing.options)
            if spoken > MOST_OPTIONS:
                kind = "menu" if isinstance(step.thing, Menu) else "the wait of"
                text = f"{kind} '{name}' has {spoken} spoken options, callers remember {MOST_OPTIONS}"
                draft.findings.warning(step.at, text, "make two menus of it")
