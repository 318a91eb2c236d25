"""What a step says, word for word: its own words and the sentences made from its keys and labels.

The carrier's renderer, `ivr render` and the check of recordings all ask here, so words and keys cannot part.
"""

from collections.abc import Iterator

from ivr.core.calls import Part
from ivr.core.menus import (
    WAITING_WAYS,
    WAYS,
    Ask,
    ChooseLanguage,
    Enqueue,
    Hotline,
    Language,
    Menu,
    Option,
    Patience,
    Sound,
    Step,
    Texts,
    Value,
    Words,
)
from ivr.core.phrases import spoken_key, words

Spoken = tuple[tuple[Language, Words], ...]
"""Words and the language each is in, in the order they are said."""

RECORDED = {Part.SAY: "", Part.AGAIN: ".again", Part.SILENCE: ".silence", Part.WRONG: ".wrong"}
"""The parts an admin can record, and how a recording's name ends."""


def spoken(hotline: Hotline, step: str, part: Part, language: Language) -> Spoken:
    """The words of one part of a step, without a part that has none.

    The choice of a language is said in every language, the caller's first; all else in `language`.
    """
    at = hotline.steps[step]
    phrases = hotline.languages[language].phrases
    match part:
        case Part.SAY | Part.AGAIN if isinstance(at.thing, ChooseLanguage):
            return _language_choice(hotline, at, at.thing, language)
        case Part.CHANGE:
            return _change(hotline, language)
        case Part.SAY | Part.AGAIN:
            said = _said(hotline, at, part, language)
        case Part.SILENCE | Part.WRONG:
            said = _failure(hotline, at, part, language)
        case Part.CONFIRM:
            name = at.thing.keep_as if isinstance(at.thing, Ask) else ""
            said = words(phrases["confirm"], value=Value(name, "digits"))
        case Part.CLOSURE:
            said = (Value("closure"),)
        case Part.MOMENT:
            said = words(phrases["one_moment"])
        case _:
            said = words(phrases[part.value])
    return ((language, said),) if said else ()


def recorded(hotline: Hotline, step: str, part: Part, language: Language) -> Sound | None:
    """The admin's recording that stands for all words of this part in this language, if there is one."""
    if part not in RECORDED:
        return None
    sound = hotline.sounds.get((language, step + RECORDED[part]))
    if sound is None and part is Part.AGAIN and hotline.steps[step].again is None:
        return hotline.sounds.get((language, step))
    return sound


def options_spoken(asking: Menu | Enqueue) -> Iterator[Option]:
    """The options a caller hears in a menu or while waiting: those with labels as they stand, then those with
    sentences of their own (`call_back`, `repeat`, `back` ...)."""
    yield from (option for option in asking.options if option.label and option.leads not in OWN_SENTENCE)
    yield from (
        option for option in asking.options if option.leads in OWN_SENTENCE and option.first == option.last
    )


OWN_SENTENCE = WAYS | WAITING_WAYS
"""The destinations that the languages have a sentence for, so that no label is needed."""


def offered(hotline: Hotline, option: Option, language: Language) -> Words:
    """The sentence that offers an option of a menu, or of a wait."""
    phrases = hotline.languages[language].phrases
    key = spoken_key(option.first, phrases)
    if option.leads in OWN_SENTENCE:
        return words(phrases[option.leads], key=key)
    return words(phrases["option"], key=key, label=_in(option.label, language))


def _said(hotline: Hotline, step: Step, part: Part, language: Language) -> Words:
    """Greeting and options. A step without words for a caller who comes back greets again."""
    greeting = step.again if part is Part.AGAIN and step.again else step.say
    sentences = [_in(greeting, language)]
    if isinstance(step.thing, Menu):
        sentences += [offered(hotline, option, language) for option in options_spoken(step.thing)]
    return joined(sentences)


def _language_choice(hotline: Hotline, step: Step, thing: ChooseLanguage, language: Language) -> Spoken:
    """The greeting and "for English, press 2", each language in its own words."""
    order = [language, *(other for other in hotline.languages if other != language)]
    keys = {chosen: key for key, chosen in reversed(list(thing.keys.items()))}
    both = ((each, _choice(hotline, step, keys.get(each), each)) for each in order)
    return tuple((each, said) for each, said in both if said)


def _choice(hotline: Hotline, step: Step, key: str | None, language: Language) -> Words:
    phrases = hotline.languages[language].phrases
    choice = words(phrases["language"], key=spoken_key(key, phrases)) if key else ()
    return joined([_in(step.say, language), choice])


def _change(hotline: Hotline, language: Language) -> Spoken:
    """How to change to another language, said in that language."""
    choices = (step.thing for step in hotline.steps.values() if isinstance(step.thing, ChooseLanguage))
    thing = next(choices, None)
    if thing is None or thing.change is None:
        return ()
    others = [other for other in thing.keys.values() if other != language]
    phrases = {other: hotline.languages[other].phrases for other in others}
    return tuple(
        (other, words(its["language"], key=spoken_key(thing.change, its))) for other, its in phrases.items()
    )


def _failure(hotline: Hotline, step: Step, part: Part, language: Language) -> Words:
    """What follows silence or a wrong key, before the question comes again."""
    patience: Patience | None = None
    if isinstance(step.thing, Menu | Ask | ChooseLanguage):
        patience = step.thing.silence if part is Part.SILENCE else step.thing.wrong
    if patience and patience.say:
        return _in(patience.say, language)
    asked = isinstance(step.thing, Ask | Enqueue)
    name = "ask_wrong" if part is Part.WRONG and asked else part.value
    return words(hotline.languages[language].phrases[name])


def _in(texts: Texts | None, language: Language) -> Words:
    return texts[language] if texts else ()


def joined(sentences: list[Words]) -> Words:
    """Sentences as one prompt, a space between them; neighbouring texts become one."""
    pieces: list[str | Value] = []
    beside: list[str] = []
    for sentence in filter(None, sentences):
        if pieces or beside:
            beside.append(" ")
        for piece in sentence:
            if isinstance(piece, str):
                beside.append(piece)
            else:
                pieces += ["".join(beside), piece] if beside else [piece]
                beside = []
    return (*pieces, "".join(beside)) if beside else tuple(pieces)
