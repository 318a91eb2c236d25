"""The queues of the live menus, and their rules."""

from ivr.core.line.recording import Recording
from ivr.core.line.rules import AtClosing, Rules, Speaks, Strategy
from ivr.core.menus import Queue as Kept
from ivr.web.api.exchanging import exchange
from ivr.web.api.routes import route
from ivr.web.api.shapes import Shown
from ivr.web.pages.visits import in_some_words
from ivr.web.wording import language


class Skill(Shown):
    """What an agent must know, at which level."""

    name: str
    level: int


class Overflow(Shown):
    """After so many seconds of waiting the agents of another queue may take the caller too."""

    after: float
    queue: str


class Goal(Shown):
    """The service level: a share (0 to 1) of the callers within so many seconds."""

    share: float
    within: float


class Queue(Shown):
    """A queue as the live menus have it. Durations are seconds."""

    name: str
    label: str | None
    """In the reader's language."""
    strategy: Strategy
    skills: list[Skill]
    language: Speaks
    """How much it matters that the agent speaks the caller's language."""
    weight: int
    priority: int
    ring: float
    wrap_up: float
    max_wait: float | None
    room: int | None
    """How many may wait; null: any number."""
    overflow: list[Overflow]
    hours: str | None
    at_closing: AtClosing
    goal: Goal | None
    callback: bool
    dispositions: list[str]
    must_dispose: bool
    record: Recording


class Queues(Shown):
    """All queues of the live menus."""

    queues: list[Queue]


@route("GET", "/queues")
def queues_live() -> Queues:
    """The queues and their rules, as they hold for every caller now."""
    hotline = exchange().shelf.live(exchange().now()).hotline
    labels = {name: in_some_words(hotline, one.label, language()) for name, one in hotline.queues.items()}
    return Queues(queues=[shown(one, labels[name]) for name, one in hotline.queues.items()])


def shown(queue: Kept, label: str | None) -> Queue:
    rules: Rules = queue.rules
    return Queue(
        name=queue.name,
        label=label,
        strategy=rules.strategy,
        skills=[Skill.model_validate(each) for each in rules.skills],
        language=rules.tongue.need,
        weight=rules.weight,
        priority=rules.priority,
        ring=rules.ring,
        wrap_up=rules.wrap_up,
        max_wait=rules.max_wait,
        room=rules.room,
        overflow=[Overflow.model_validate(each) for each in rules.overflow],
        hours=rules.hours,
        at_closing=rules.at_closing,
        goal=Goal.model_validate(rules.goal) if rules.goal else None,
        callback=rules.callback,
        dispositions=list(rules.dispositions),
        must_dispose=rules.must_dispose,
        record=rules.record,
    )
