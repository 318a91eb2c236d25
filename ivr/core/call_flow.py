"""The call flow of a step, fact by fact: what it says in each language, what it does, where that leads."""

from collections.abc import Iterator

from ivr.core.calls import Part
from ivr.core.facts import Fact, Phrase, Sides, Subject, in_seconds, leads, phrase, quoted, rules_of_recording
from ivr.core.line.facts import steps_ahead
from ivr.core.menus import (
    Ask,
    ByHours,
    ByValue,
    ChooseLanguage,
    Dial,
    Enqueue,
    Hotline,
    Language,
    Lookup,
    Menu,
    Option,
    Patience,
    Record,
    Sms,
    Sound,
    Step,
    Survey,
    Voicemail,
)
from ivr.core.phrases import plain
from ivr.core.prompts import offered, options_spoken, recorded, spoken
from ivr.core.questions import QUESTIONS
from ivr.core.surveys import Means

SAID = {
    Part.SAY: "says",
    Part.AGAIN: "says to who comes back",
    Part.SILENCE: "says after silence",
    Part.WRONG: "says after a wrong key",
}


def call_flow(hotline: Hotline, step: Step) -> Iterator[tuple[Subject, Fact]]:
    """What a caller could notice in a step."""
    place = phrase("%(step)s", step=step.name)
    yield Subject(place), ()
    for side, fact in (*_way(step), *_thing(step)):
        yield Subject(place, side), fact
    for language in hotline.languages:
        for side, fact in _heard(hotline, step, language):
            yield Subject(place, side, language), fact


def _heard(hotline: Hotline, step: Step, language: Language) -> Sides:
    """The words of a step in one language, and of its keys."""
    for part, side in SAID.items():
        if fact := _said(hotline, step, part, language):
            yield phrase(side), fact
    match step.thing:
        case Menu() | Enqueue() as asking:
            offers = list(options_spoken(asking))
            for option in asking.options:
                sentence = quoted(offered(hotline, option, language)) if option in offers else SILENT
                yield _pressing(option), (sentence, leads(option.leads), *_kept(option))
        case ChooseLanguage(keys=keys):
            for key, chosen in keys.items():
                yield phrase("pressing %(key)s", key=key), (phrase("chooses %(language)s", language=chosen),)
        case Sms(text=text):
            yield phrase("writes"), (quoted(text[language]),)
    if isinstance(step.thing, Enqueue) and step.thing.music:
        sound = hotline.sounds.get((language, step.thing.music))
        heard = (_recording_of(sound),) if sound else ()
        yield phrase("music while waiting"), (phrase("%(name)s", name=step.thing.music), *heard)


SILENT = phrase("not offered")


def _said(hotline: Hotline, step: Step, part: Part, language: Language) -> Fact:
    """One part of a step without the options, which are facts of their own; nothing if it says nothing."""
    if part is Part.AGAIN and not step.again and (language, f"{step.name}.again") not in hotline.sounds:
        return ()
    own = {Part.SAY: step.say, Part.AGAIN: step.again}
    if part in own and not isinstance(step.thing, ChooseLanguage):
        texts = own[part]
        words: Fact = (quoted(texts[language]),) if texts else ()
    elif part is not Part.AGAIN and isinstance(step.thing, QUESTIONS):
        told = spoken(hotline, step.name, part, language)
        words = tuple(quoted(said) for tongue, said in told if tongue == language)
    else:
        return ()
    sound = recorded(hotline, step.name, part, language)
    return (*words, _recording_of(sound)) if sound else words


def _recording_of(sound: Sound) -> Phrase:
    return phrase("recording %(digest)s", digest=sound.digest[:6])


def _pressing(option: Option) -> Phrase:
    keys = option.first if option.first == option.last else f"{option.first}–{option.last}"
    return phrase("pressing %(key)s", key=keys)


def _kept(option: Option) -> Fact:
    return (phrase("kept as %(name)s", name=option.keep_as),) if option.keep_as else ()


def _way(step: Step) -> Sides:
    """Where a step leads when nobody is asked, or when its thing did not work."""
    if not isinstance(step.thing, Menu | ByHours | ByValue):
        yield phrase("then"), (leads(step.then),)
    for reason, to in step.otherwise.items():
        yield phrase("when %(reason)s", reason=reason or "otherwise"), (leads(to),)
    if step.must_hear:
        yield phrase("its words"), (phrase("must be heard"),)
    if step.goal:
        yield phrase("who passes it"), (phrase("got what they wanted"),)


def _thing(step: Step) -> Sides:
    """What a step does."""
    match step.thing:
        case Menu(silence=silence, wrong=wrong, after=after) as menu:
            yield from _patience(silence, wrong, after)
            if menu.longest > 1 or menu.type_ahead is not None:
                yield phrase("between keys"), (in_seconds(menu.between_keys),)
            if menu.type_ahead is not None:
                yield phrase("keys typed ahead"), (in_seconds(menu.type_ahead),)
        case ChooseLanguage(silence=silence, wrong=wrong, after=after, change=change):
            yield from _patience(silence, wrong, after)
            if change:
                yield phrase("chosen anew by key"), (phrase("%(key)s", key=change),)
        case Ask(silence=silence, wrong=wrong, after=after) as ask:
            yield from _patience(silence, wrong, after)
            yield phrase("asks for"), tuple(_asked(ask))
        case ByHours(hours=hours, open=opened, closed=closed):
            yield phrase("when %(hours)s is open", hours=hours), (leads(opened),)
            yield phrase("when %(hours)s is closed", hours=hours), (leads(closed),)
        case ByValue(value=value, when=when):
            for pattern, to in when:
                yield phrase("when %(value)s is “%(text)s”", value=value, text=pattern), (leads(to),)
        case Lookup(get=get, timeout=timeout):
            yield phrase("looks up"), (phrase("%(address)s", address=plain(get)), in_seconds(timeout))
        case Enqueue(queue=queue, priority=priority):
            name = phrase("%(queue)s", queue=queue)
            yield phrase("waits in queue"), (name, steps_ahead(priority)) if priority else (name,)
        case Dial(parties=parties, ring=ring, press=press):
            rung = tuple(phrase("%(party)s", party=plain(party)) for party in parties)
            key = phrase("taken by pressing 1") if press else phrase("taken by picking up")
            yield phrase("rings"), (*rung, in_seconds(ring), key)
        case Voicemail(mailbox=mailbox):
            yield phrase("takes a message for"), (phrase("%(mailbox)s", mailbox=mailbox),)
        case Record(keep_as=name, longest=longest, silence=quiet, end=end):
            kept = phrase("kept as %(name)s", name=name)
            yield phrase("records"), (kept, *rules_of_recording(longest, quiet, end))
        case Survey() as survey:
            yield phrase("surveys"), tuple(_surveyed(survey))
        case Sms(to=to):
            yield phrase("writes to"), (phrase("%(number)s", number=plain(to)),)


def _surveyed(survey: Survey) -> Iterator[Phrase]:
    for question in survey.questions:
        yield phrase("%(question)s", question=question)
    yield phrase("by text message") if survey.means is Means.SMS else phrase("by keypad")
    yield phrase("%(share)s%% of the callers", share=f"{survey.share * 100:g}")
    if survey.rest:
        yield phrase("nobody twice within %(days)s days", days=f"{survey.rest / 86_400:g}")


def _patience(silence: Patience, wrong: Patience, after: float) -> Sides:
    yield phrase("when silent"), (in_seconds(after), _tries(silence), leads(silence.then))
    yield phrase("when wrong"), (_tries(wrong), leads(wrong.then))


def _tries(patience: Patience) -> Phrase:
    return phrase("tries: %(count)s", count=patience.tries)


def _asked(ask: Ask) -> Iterator[Phrase]:
    yield phrase("digits: %(fewest)s to %(most)s", fewest=ask.fewest, most=ask.most)
    yield phrase("kept as %(name)s", name=ask.keep_as)
    if ask.end:
        yield phrase("ended by %(key)s", key=ask.end)
    if ask.smallest is not None or ask.largest is not None:
        yield phrase("from %(smallest)s to %(largest)s", smallest=ask.smallest, largest=ask.largest)
    if ask.check:
        yield phrase("check digit: %(check)s", check=ask.check)
    if ask.confirm:
        yield phrase("read back")
    if ask.secret:
        yield phrase("secret")
