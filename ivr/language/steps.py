"""A step as it was written becomes a step of the hotline."""

from ivr.core.menus import HANG_UP, Destination, Step
from ivr.language import grammar
from ivr.language.draft import Draft
from ivr.language.mistakes import listed
from ivr.language.slots import STEP_WAYS, WAYS_OUT
from ivr.language.things import Written, made_of

QUESTIONS = ("keys", "ask", "choose_language")
BELONGS: dict[str, tuple[str, ...]] = {
    "silence": QUESTIONS,
    "wrong": QUESTIONS,
    "between_keys": ("keys", "ask"),
    "type_ahead": ("keys",),
    "again": ("keys",),
    "when": ("by",),
    "priority": ("queue",),
    "goal": ("", "ask", "lookup", "record", "sms"),
    **{word: tuple(thing for thing, ways in WAYS_OUT.items() if word in ways) for word in STEP_WAYS},
    "otherwise": tuple(thing for thing in grammar.THINGS if thing not in ("hours", "survey")),
    "then": ("ask", "choose_language", "lookup", "queue", "dial", "voicemail", "record", "sms", "survey", ""),
}
"""The things a word makes sense with; the empty one is a step that only says something."""

GOES_ON = ("", "ask", "choose_language", "lookup", "voicemail", "record", "sms", "survey")
"""The things after which a step must say where it goes on."""


def build(draft: Draft, name: str, step: grammar.Step, defaults: dict[str, Destination]) -> Step:
    """The finished step; what is wrong with it is noted."""
    written = Written(draft, name, step, thing_of(draft, step), draft.ways(name, step), defaults)
    _check_words(written)
    wait = _wait(written)
    return Step(
        name=name,
        then=written.ways.get("then", wait.then if wait else HANG_UP),
        say=None if written.thing == "survey" else draft.texts(step.say),
        again=draft.texts(step.again),
        must_hear=step.must_hear,
        thing=made_of(written),
        label=draft.labels.get(name),
        goal=step.goal,
        otherwise=_otherwise(written),
        at=draft.names.get(name, step.at),
    )


def thing_of(draft: Draft, step: grammar.Step) -> str:
    """The one thing a step does, or the empty word."""
    things = [thing for thing in grammar.THINGS if getattr(step, thing) is not None]
    if len(things) > 1:
        text = f"a step does at most one thing, this one has {listed(things, 'and')}"
        draft.findings.mistake(step.where(things[1]), text, "make two steps and join them with 'then'")
    return things[0] if things else ""


def _check_words(it: Written) -> None:
    """Every word belongs to the thing, and the step goes on somewhere."""
    for word in it.step.model_fields_set & BELONGS.keys():
        if it.thing not in BELONGS[word]:
            homes = [home for home in BELONGS[word] if home]
            it.mistake(word, f"'{word}' means nothing here", f"it belongs to {listed(homes)}")
    if it.step.strange:
        return
    if not it.thing and it.step.say is None and it.step.then is None:
        it.draft.findings.mistake(it.step.at, "this step says nothing, does nothing and leads nowhere", THEN)
    elif it.thing in GOES_ON and "then" not in it.ways:
        it.draft.findings.mistake(it.step.at, f"step '{it.name}' does not say where it goes on", THEN)
    for missing, hint in _missing_ways(it):
        it.draft.findings.mistake(it.step.at, f"step '{it.name}' does not say where it goes {missing}", hint)


THEN = "add 'then:' and a step, repeat, back, top or hang_up"


def _missing_ways(it: Written) -> list[tuple[str, str]]:
    """The ways out that its thing needs, as the caller would miss them."""
    otherwise = "otherwise" in it.ways
    named = {*WAYS_OUT.get(it.thing, ())} - {"otherwise"}
    match it.thing:
        case "hours":
            return [
                (f"when they are {word}", f"add '{word}:'")
                for word in WAYS_OUT["hours"]
                if word not in it.ways
            ]
        case "by" if not otherwise:
            return [("when no value fits", "add 'otherwise:'")]
        case "lookup" if not otherwise and not it.ways.keys() >= named:
            return [("when the other system does not answer", "add 'otherwise:'")]
        case "dial" if not otherwise and not it.ways.keys() >= named:
            return [("when nobody is reached", "add 'otherwise:'")]
    return []


def _wait(it: Written) -> Step | None:
    """The queue's own step, if this one waits in a queue: what it does not say itself, that one says."""
    return it.draft.waits.get(str(it.step.queue)) if it.thing == "queue" else None


def _otherwise(it: Written) -> dict[str, Destination]:
    """The ways out by reason, the unnamed ones under the empty reason."""
    if it.thing == "hours":
        return {}
    words = WAYS_OUT.get(it.thing, ("otherwise",))
    own = {"" if word == "otherwise" else word: it.ways[word] for word in words if word in it.ways}
    wait = _wait(it)
    return {**wait.otherwise, **own} if wait and "" not in own else own
