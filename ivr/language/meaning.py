"""What only the whole hotline can tell: whether all steps are reached, all values known, all lists short."""

from ivr.core.menus import WAYS, Hotline, Menu
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


def check_reach(hotline: Hotline, draft: Draft) -> None:
    """Every step can be reached from a number; a queue that cannot may still get transfers."""
    reached = reach(hotline)
    for name, step in hotline.steps.items():
        if name in reached:
            continue
        if name in hotline.queues:
            draft.findings.warning(step.at, f"no menu leads to queue '{name}'")
        else:
            draft.findings.mistake(step.at, f"nothing leads to step '{name}'", "lead to it or delete it")


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


def check_options(hotline: Hotline, draft: Draft) -> None:
    """A caller is not asked to remember too much."""
    for name, step in hotline.steps.items():
        if isinstance(step.thing, Menu):
            spoken = sum(option.label is not None for option in step.thing.options)
            if spoken > MOST_OPTIONS:
                text = f"menu '{name}' has {spoken} spoken options, callers remember {MOST_OPTIONS}"
                draft.findings.warning(step.at, text, "make two menus of it")
