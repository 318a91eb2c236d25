"""What was known of a call at any moment: typed by the caller or found by a lookup, so far. Secrets never."""

from collections.abc import Iterator

from ivr.core.calls import Ending, Pass
from ivr.core.menus import Ask, Hotline, Menu
from ivr.ledger.errands import Errand
from ivr.ledger.log import Story
from ivr.web.pages.heard import SILENCE, Known

Fact = tuple[int, str, str]
"""When (UTC milliseconds) which name had which value."""


def facts(story: Story, hotline: Hotline) -> list[Fact]:
    """What became known in the call, in its order; only what the call's memory shows to anybody."""
    found = [fact for one in story.passes for fact in typed(one, hotline)]
    found += [fact for errand in story.errands for fact in looked_up(errand)]
    return sorted(fact for fact in found if fact[1] in story.values)


def known_at(story: Story, facts: list[Fact], at: int) -> Known:
    """The values as they were then; of a name whose past is not known, the last one."""
    call = story.call
    about = {"caller": call.caller or "", "called": call.called, "language": call.language}
    return {**story.values, **about, **{name: value for when, name, value in facts if when <= at}}


def typed(one: Pass, hotline: Hotline) -> Iterator[Fact]:
    """The number asked for in this pass, or the one kept of its menu's keys."""
    step = hotline.steps.get(one.step)
    answers = [answer for answer in one.pressed.split() if answer != SILENCE]
    if step is None or one.ending is not Ending.KEY or not answers:
        return
    match step.thing:
        case Ask(keep_as=name, confirm=confirm):
            yield one.left_at, name, answers[-2] if confirm and len(answers) > 1 else answers[-1]
        case Menu(options=options):
            kept = (option.keep_as for option in options if option.name == one.option)
            yield from ((one.left_at, name, answers[-1]) for name in kept if name)


def looked_up(errand: Errand) -> Iterator[Fact]:
    if errand.kind == "lookup" and errand.answer and errand.done_at:
        yield from ((errand.done_at, name, str(value)) for name, value in errand.answer.items())
