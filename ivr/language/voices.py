"""How each language is spoken: the carrier's tag and voice, and its sentences, ours or the admin's."""

import re
from collections.abc import Collection

from babel import Locale, UnknownLocaleError
from babel.core import get_global

from ivr.core.menus import Voice
from ivr.core.phrases import NAMES, PHRASES
from ivr.language import grammar
from ivr.language.mistakes import Findings, listed
from ivr.language.source import Text

TAG_IN_VOICE = re.compile(r"\b[a-z]{2,3}-[A-Z]{2}\b")
HOLES = {
    "option": {"label", "key"},
    "repeat": {"key"},
    "back": {"key"},
    "top": {"key"},
    "hang_up": {"key"},
    "language": {"key"},
    "confirm": {"value"},
    "screen": {"hotline"},
    "call_back": {"key"},
    "place": {"key"},
    "your_place": {"place"},
    "wait_range": {"least", "most"},
    "wait_about": {"most"},
    "rings_back": {"hotline"},
    "offer": {"queue", "caller", "language", "minutes"},
    "offer_back": {"queue", "caller", "language", "minutes"},
    "asked": {"agent", "caller"},
    "sent_on": {"agent"},
    "call_out": {"caller"},
    "agent_queue_open": {"queue", "key"},
    "agent_queue_closed": {"queue", "key"},
    "agent_because": {"reason", "key"},
    "agent_closed": {"queue"},
    "agent_opened": {"queue"},
    **{name: {"hotline"} for name in NAMES if name.startswith("text_")},
}
"""The holes each sentence must have; the others have none."""


def build(
    findings: Findings, name: Text, written: grammar.Language, needed: Collection[str] = NAMES
) -> Voice:
    """A language as it will be spoken. Of what is `needed`, sentences we do not ship must be written."""
    phrases = dict(PHRASES.get(name) or PHRASES.get(name.partition("-")[0]) or {})
    for word in NAMES:
        own = getattr(written, word)
        if isinstance(own, Text):
            _check_holes(findings, word, own)
            phrases[word] = str(own)
    if missing := sorted(word for word in needed if word not in phrases):
        text = f"we do not ship '{name}', and its sentences {listed(missing, 'and')} are missing"
        findings.mistake(name.at, text, "write them here, see 'en' in the docs")
    voice = str(written.voice) if written.voice else None
    return Voice(_tag(findings, name, written), voice, phrases)


def _tag(findings: Findings, name: Text, written: grammar.Language) -> str:
    """The carrier's name of the language: as written, as in the voice's name, or the usual country's."""
    if written.tag:
        return str(written.tag)
    if found := TAG_IN_VOICE.search(written.voice or ""):
        return found[0]
    try:
        locale = Locale.parse(name.replace("-", "_"))
    except (ValueError, UnknownLocaleError):
        findings.mistake(
            name.at, f"'{name}' is not a language we know", "add 'tag:' with its name, like en-GB"
        )
        return str(name)
    likely = str(get_global("likely_subtags").get(locale.language, "")).split("_")
    territory = locale.territory or likely[-1]
    return f"{locale.language}-{territory}"


def _check_holes(findings: Findings, word: str, written: Text) -> None:
    """A sentence has exactly the holes its meaning needs."""
    holes = set(re.findall(r"\{(\w*)\}", written))
    needed = HOLES.get(word, set())
    if written.count("{") != written.count("}") or holes - needed:
        known = (
            f"it knows {listed(sorted('{' + hole + '}' for hole in needed), 'and')}"
            if needed
            else "it knows none"
        )
        findings.mistake(written.at, f"'{word}' has holes it cannot fill", known)
    elif missing := needed - holes:
        text = f"'{word}' lacks {listed(sorted('{' + hole + '}' for hole in missing), 'and')}"
        findings.mistake(written.at, text, "the caller would miss it")
