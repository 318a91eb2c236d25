"""Reads the verbs that are heard: Say, Play and Pause."""

import re
from urllib.parse import quote
from xml.etree.ElementTree import Element

from ivr.box import faults
from ivr.box.faults import Refused
from ivr.box.twiml import verbs
from ivr.box.twiml.attributes import Attributes, childless, no_text

_VOICE = r"man|woman|alice|Polly\.[A-Z][A-Za-z]+(-Neural|-Generative)?"
_VOICE_OF_GOOGLE = r"[a-z]{2,3}-[A-Z]{2}-\w+(-\w+)*"
_LANGUAGE = r"[a-z]{2,3}(-[A-Za-z0-9]+)*"
_SSML = {"break", "emphasis", "lang", "p", "s", "phoneme", "prosody", "say-as", "sub", "w"}
_LONGEST = {"Polly": 3000, "Google": 5000, "gcloud": 5000}
_LONGEST_OF_BASIC_VOICES = 4096
_LONGEST_ENCODED = 4500
_LANGUAGES_OF_GOOGLE_ALONE = ("vi",)  # contract §3.1: no Polly, no man/woman


def read_say(element: Element, given: Attributes) -> verbs.Say:
    for inner in element.iter():
        if inner is not element and inner.tag not in _SSML:
            raise Refused(faults.BAD_SCHEMA, f"<{inner.tag}> is not allowed in <Say>", given.base.url)
    say = verbs.Say(
        text=re.sub(r"\s+", " ", "".join(element.itertext())).strip(),
        voice=given.text("voice", form=rf"{_VOICE}|{given.dialect.google}\.{_VOICE_OF_GOOGLE}"),
        language=given.text("language", form=_LANGUAGE),
        loop=_loop(given),
    )
    if not say.text:
        raise Refused(13520, "<Say> has nothing to say", given.base.url)
    _check_voice(say, given)
    _check_length(say, given)
    return say


def _check_voice(say: verbs.Say, given: Attributes) -> None:
    """A voice speaks its own language; a wrong pair makes the verb fail."""
    family, _, name = say.voice.partition(".")
    spoken = say.language or "en-US"
    if family == given.dialect.google:
        own = "-".join(name.split("-")[:2])
        if say.language and own != say.language:
            raise given.refuse("voice", f"{say.voice} does not speak {say.language}")
    elif spoken.split("-")[0] in _LANGUAGES_OF_GOOGLE_ALONE:
        raise given.refuse("voice", f"{say.voice or 'man'} does not speak {spoken}")


def _check_length(say: verbs.Say, given: Attributes) -> None:
    longest = _LONGEST.get(say.voice.partition(".")[0], _LONGEST_OF_BASIC_VOICES)
    if len(say.text) > longest or len(quote(say.text)) > _LONGEST_ENCODED:
        raise Refused(13521, f"<Say> of {len(say.text)} characters is too long", given.base.url)


def read_play(element: Element, given: Attributes) -> verbs.Play:
    if len(element):
        raise Refused(faults.BAD_SCHEMA, "<Play> holds a URL and nothing else", given.base.url)
    written = (element.text or "").strip()
    digits = given.text("digits", form=r"[0-9A-D#*wW]+")
    if not written and not digits:
        raise Refused(faults.BAD_SCHEMA, "<Play> has neither a URL nor digits", given.base.url)
    return verbs.Play(given.url("URL", written) if written else "", digits, _loop(given))


def read_pause(element: Element, given: Attributes) -> verbs.Pause:
    childless(element, given)
    return verbs.Pause(given.whole("length", 1, 1, 14400))


def _loop(given: Attributes) -> int:
    return given.whole("loop", 1, 0, verbs.NUMBER_OF_LOOPS_FOR_ZERO) or verbs.NUMBER_OF_LOOPS_FOR_ZERO


def read_prompts(element: Element, outer: Attributes) -> tuple[verbs.Prompt, ...]:
    """What is nested in a Gather: Say, Play and Pause only."""
    no_text(element, outer.base)
    prompts: list[verbs.Prompt] = []
    for child in element:
        given = outer.of(child)
        if child.tag == "Say":
            prompts.append(read_say(child, given))
        elif child.tag == "Play":
            prompts.append(read_play(child, given))
        elif child.tag == "Pause" and "Pause" not in outer.dialect.lacks:
            prompts.append(read_pause(child, given))
        else:
            raise Refused(13320, f"<{child.tag}> cannot be nested in <{element.tag}>", outer.base.url)
        given.nothing_else()
    return tuple(prompts)
