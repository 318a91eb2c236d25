"""How the callers of a queue are served, fact by fact."""

from collections.abc import Iterator, Mapping

from ivr.core.facts import Phrase, Sides, in_seconds, phrase
from ivr.core.line.recording import Recording
from ivr.core.line.rules import AtClosing, Rules, Skill, Speaks, Strategy, Tongue
from ivr.core.menus import Queue


def of_queue(queue: Queue) -> Sides:
    """Who is offered the callers of a queue and when, and what callers and agents may count on."""
    rules = queue.rules
    yield phrase("callers are offered to"), (STRATEGIES[rules.strategy],)
    if rules.skills:
        yield phrase("agents must know"), tuple(each for skill in rules.skills for each in _skill(skill))
    yield phrase("the caller’s language"), (_tongue(rules.tongue),)
    if rules.overflow:
        helpers = (
            phrase("%(queue)s after %(seconds)s s", queue=other.queue, seconds=f"{other.after:g}")
            for other in rules.overflow
        )
        yield phrase("helped out by"), tuple(helpers)
    each = phrase("each step: %(seconds)s s", seconds=f"{rules.head_start:g}")
    yield phrase("head start"), (steps_ahead(rules.priority), each)
    yield phrase("weight"), (phrase("%(count)s", count=rules.weight),)
    yield phrase("an agent is rung for"), (in_seconds(rules.ring),)
    yield phrase("wrap-up"), (in_seconds(rules.wrap_up),)
    missed = phrase("%(count)s", count=rules.misses) if rules.misses else NEVER
    yield phrase("a break after missed offers"), (missed,)
    yield from _waiting(rules)
    yield from _conversation(rules)


STRATEGIES: Mapping[Strategy, Phrase] = {
    Strategy.LONGEST_IDLE: phrase("the agent who has been free longest"),
    Strategy.RING_ALL: phrase("all agents at once"),
    Strategy.ROUND_ROBIN: phrase("the agent whose last offer is longest ago"),
    Strategy.FEWEST_CALLS: phrase("the agent who has answered the fewest calls today"),
    Strategy.LEAST_TALK: phrase("the agent who has talked least today"),
    Strategy.LINEAR: phrase("the first agent in their order"),
    Strategy.RANDOM: phrase("an agent by chance"),
    Strategy.WEIGHTED: phrase("an agent by chance and weight"),
}


def _skill(skill: Skill) -> Iterator[Phrase]:
    yield phrase("%(skill)s at level %(level)s", skill=skill.name, level=skill.level)
    for after, level in skill.widens:
        yield phrase("level %(level)s after %(seconds)s s", level=level, seconds=f"{after:g}")


def _tongue(tongue: Tongue) -> Phrase:
    match tongue.need:
        case Speaks.REQUIRED:
            return phrase("agents must speak it")
        case Speaks.PREFERRED:
            return phrase("agents must speak it for %(seconds)s s", seconds=f"{tongue.seconds:g}")
    return phrase("agents need not speak it")


def steps_ahead(count: int) -> Phrase:
    return phrase("steps ahead: %(count)s", count=count)


def _waiting(rules: Rules) -> Sides:
    """What callers live through while they wait."""
    if rules.max_wait is not None:
        yield phrase("longest wait"), (in_seconds(rules.max_wait),)
    if rules.room is not None:
        yield phrase("room for"), (phrase("callers: %(count)s", count=rules.room),)
    if rules.hours:
        yield phrase("hours"), (phrase("%(name)s", name=rules.hours), AT_CLOSING[rules.at_closing])
    if rules.goal:
        share, within = f"{rules.goal.share * 100:g}", f"{rules.goal.within:g}"
        yield phrase("promises"), (phrase("%(share)s%% in %(seconds)s s", share=share, seconds=within),)
    told = phrase("every %(seconds)s s", seconds=f"{rules.announce:g}") if rules.announce else NEVER
    yield phrase("callers are told their place"), (told,)
    if rules.callback:
        yield phrase("callers may be called back"), (phrase("yes"),)


NEVER = phrase("never")
AT_CLOSING: Mapping[AtClosing, Phrase] = {
    AtClosing.SERVE: phrase("who waits at closing is served"),
    AtClosing.LEAVE_WORD: phrase("who waits at closing leaves word"),
    AtClosing.CALLBACK: phrase("who waits at closing is called back"),
}


def _conversation(rules: Rules) -> Sides:
    """What becomes of a conversation."""
    if rules.dispositions:
        names = tuple(phrase("%(name)s", name=name) for name in rules.dispositions)
        must = phrase("must be chosen") if rules.must_dispose else phrase("may be chosen")
        yield phrase("dispositions"), (*names, must)
    if rules.record is not Recording.NO:
        yield phrase("conversations"), (RECORDED[rules.record],)


RECORDED = {
    Recording.YES: phrase("recorded"),
    Recording.ASK: phrase("recorded if the caller agrees"),
}
