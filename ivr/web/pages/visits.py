"""The passes of a call as people read them, document by document."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from operator import attrgetter

from ivr.core.calls import Ending, Pass
from ivr.core.line.recording import Consent
from ivr.core.menus import (
    WAYS,
    ChooseLanguage,
    Dial,
    Enqueue,
    Hotline,
    Lookup,
    Menu,
    Option,
    Sms,
    Step,
    Texts,
)
from ivr.core.phrases import in_language
from ivr.ledger.errands import Errand
from ivr.ledger.log import Story
from ivr.switchboard.tongues import tongue
from ivr.web.pages.heard import SILENCE, Known, Scene, Try, filled, greets_anew
from ivr.web.pages.known import facts, known_at
from ivr.web.wording import ANOTHER_LANGUAGE, way


@dataclass(frozen=True, slots=True)
class Visit:
    """A pass as people read it. `option` is its label in the reader's language, else its name.

    `waited`: seconds from the first word to the only answer; `words`: seconds the words take, if all of them
    are recorded. `parties` are those a dial may ring, `text` what an sms wrote. `wished` is the kind of the
    errand that came of it, `errand` that errand once it is found. `goal`: with it they had what they wanted.
    """

    step: str
    ending: Ending
    seconds: float
    tries: tuple[Try, ...] = ()
    option: str | None = None
    ahead: bool = False
    waited: float | None = None
    words: float | None = None
    parties: tuple[str, ...] = ()
    text: str = ""
    wished: str = ""
    errand: Errand | None = None
    goal: bool = False


def visits(story: Story, hotline: Hotline | None, reader: str) -> Iterator[tuple[int, Visit]]:
    """The passes and when each began; a step that waits for nothing is said in one breath with the next."""
    learned = facts(story, hotline) if hotline else []
    met: list[Pass] = []
    for entered_at, passes in groupby(story.passes, attrgetter("entered_at")):
        known = known_at(story, learned, entered_at)
        document = []
        for one in passes:
            step = hotline.steps.get(one.step) if hotline else None
            if hotline and step and one.language in hotline.languages:
                told = replace(
                    scene(hotline, step, one, known, met),
                    consent=consent_in(story, one),
                    may_keep=may_keep_in(story, one),
                )
                document.append(visit(told, reader))
            else:
                document.append(as_logged(one))
            met.append(one)
        yield from ((entered_at, each) for each in spoken_together(document))


def scene(hotline: Hotline, step: Step, one: Pass, known: Known, met: Sequence[Pass]) -> Scene:
    again = any(old.step == one.step for old in met)
    before = hotline.steps.get(met[-1].step) if met else None
    greeted = again and before is not None and greets_anew(met[-1], before.thing, step)
    back = met[-1].ending if met and met[-1].step == one.step and met[-1].left_at == one.entered_at else None
    return Scene(hotline, step, one, known, again, greeted, back)


def consent_in(story: Story, one: Pass) -> Consent | None:
    """What the caller heard in this pass of being recorded, or said to it."""
    noted = (event for event in story.events if event.kind == "consent")
    within = (event for event in noted if one.entered_at <= event.at <= one.left_at)
    return next((Consent(event.detail["caller"]) for event in within), None)


def may_keep_in(story: Story, one: Pass) -> bool:
    """Whether the caller was asked in this pass to keep the place in line they had before."""
    return any(
        event.kind == "may_keep_place" and one.entered_at <= event.at <= one.left_at for event in story.events
    )


def visit(scene: Scene, reader: str) -> Visit:
    """One pass as people read it."""
    one, thing = scene.one, scene.step.thing
    seconds = (one.left_at - one.entered_at) / 1000
    return Visit(
        one.step,
        one.ending,
        seconds,
        tuple(scene.tries()),
        option_of(scene, reader),
        ahead=scene.typed_ahead,
        waited=seconds if scene.answers == 1 else None,
        parties=tuple(filled(party, scene.known) for party in thing.parties)
        if isinstance(thing, Dial)
        else (),
        text=filled(in_language(thing.text, one.language), scene.known) if isinstance(thing, Sms) else "",
        wished=wished_in(scene),
        goal=one.goal,
    )


def wished_in(scene: Scene) -> str:
    """The kind of errand this pass put down; a number that may not be written to, or a host known to be down,
    got none."""
    one = scene.one
    match scene.step.thing:
        case Sms() if one.ending is Ending.WENT_ON:
            return "message"
        case Lookup() if one.ending is Ending.WENT_ON or one.left_at > one.entered_at:
            return "lookup"
    return ""


def as_logged(one: Pass) -> Visit:
    """A pass whose step nobody knows any more: what was heard is lost, what was pressed is not."""
    tries = tuple(Try((), "" if pressed == SILENCE else pressed) for pressed in one.pressed.split())
    return Visit(
        one.step, one.ending, (one.left_at - one.entered_at) / 1000, tries, one.option, goal=one.goal
    )


def spoken_together(document: list[Visit]) -> list[Visit]:
    """Visits said in one breath: nothing was said before keys typed ahead, and the caller who answers the
    last one has waited through the words of all."""
    last_ahead = max((at for at, each in enumerate(document) if each.ahead), default=-1)
    unheard = [unsaid(each) for each in document[: last_ahead + 1]]
    heard = document[last_ahead + 1 :]
    if heard:
        lengths = [said.seconds for each in heard for one in each.tries[:1] for said in one.heard]
        known = [seconds for seconds in lengths if seconds is not None]
        words = sum(known) if len(known) == len(lengths) else None
        heard[-1] = replace(heard[-1], words=words)
    return unheard + heard


def unsaid(each: Visit) -> Visit:
    tries = tuple(replace(one, heard=()) for one in each.tries if one.pressed is not None)
    return replace(each, tries=tries, waited=None)


def option_of(scene: Scene, reader: str) -> str | None:
    """What the key meant, as the reader calls it."""
    name, hotline = scene.one.option, scene.hotline
    match scene.step.thing:
        case ChooseLanguage() if name is not None and name in hotline.languages:
            return tongue(hotline.languages[name].tag, reader)
        case Menu(options=options) | Enqueue(options=options):
            option = next((option for option in options if option.name == name), None)
            if option and not option.label and (meant := way_of(hotline, option)):
                return way(meant, reader)
            return labelled(hotline, option.label if option else None, reader) or name
    return name


def way_of(hotline: Hotline, option: Option) -> str | None:
    """What a key does that every menu may have, and no menu labels; None for a key of this menu alone."""
    if option.leads in WAYS:
        return option.leads
    match hotline.steps.get(option.leads):
        case Step(thing=ChooseLanguage(change=option.first)):
            return ANOTHER_LANGUAGE
    return None


def labelled(hotline: Hotline, label: Texts | None, reader: str) -> str | None:
    """A label in the reader's language, if the admin wrote one; `vi` may be called otherwise in the menus."""
    for language, words in (label or {}).items():
        if hotline.languages[language].tag.split("-")[0] == reader:
            return filled(words, {})
    return None


def in_some_words(hotline: Hotline, label: Texts | None, reader: str) -> str | None:
    """A label in the reader's language, else in the first one in which the admin wrote it."""
    first = next(iter(label.values()), None) if label else None
    return labelled(hotline, label, reader) or (filled(first, {}) if first else None)


def label_of(hotline: Hotline, queue: str, reader: str) -> str:
    """A queue as its reader calls it; by its name if nobody labelled it."""
    known = hotline.queues.get(queue)
    return (in_some_words(hotline, known.label, reader) if known else None) or queue
