"""The hotline while it is being made: every name and where it stands, and how what was written is read."""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain

from ivr.core.menus import (
    HANG_UP,
    REPEAT,
    WAITING_WAYS,
    WAYS,
    Destination,
    Language,
    Step,
    Texts,
    Value,
    Voice,
    Where,
    Words,
)
from ivr.core.surveys import THANKS, Means, Question
from ivr.language import grammar
from ivr.language.mistakes import Findings, Wrong, listed
from ivr.language.sections import Section
from ivr.language.slots import Slot, slots
from ivr.language.source import Table, Text, Tree, everything_in
from ivr.language.texts import words

NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_-]{0,63}")
BUILT_IN = ("caller", "called", "language")
"""The values every call has."""


@dataclass(frozen=True, slots=True)
class Hole:
    """A value that somebody wants: its name, where, and whether a secret one may stand there."""

    name: str
    at: Where
    keeps_secrets: bool = False


@dataclass(slots=True)
class Draft:
    """What is known so far.

    `names` holds every step and queue and `sections` the names of each section, also of what could not be
    read. `every_menu` and `change` are the keys all menus share, `voices` how each language is spoken, and
    `waits` the steps of the queues.
    """

    findings: Findings
    document: grammar.Document
    languages: tuple[Language, ...]
    voices: dict[Language, Voice] = field(default_factory=dict)
    waits: dict[str, Step] = field(default_factory=dict)
    names: dict[str, Where] = field(default_factory=dict)
    steps: dict[str, grammar.Step] = field(default_factory=dict)
    labels: dict[str, Texts] = field(default_factory=dict)
    kept: set[str] = field(default_factory=set)
    secret: set[str] = field(default_factory=set)
    holes: list[Hole] = field(default_factory=list)
    addresses: list[tuple[Words, Where]] = field(default_factory=list)
    parties: list[tuple[Words, Where]] = field(default_factory=list)
    sections: dict[str, set[str]] = field(default_factory=dict)
    every_menu: dict[str, Destination] = field(default_factory=dict)
    change: tuple[str, Destination] | None = None

    def texts(self, written: Text | Table | None) -> Texts | None:
        """A prompt in every language."""
        if written is None:
            return None
        if isinstance(written, Text):
            return self._plain_text(written)
        for key in written:
            if key not in self.languages:
                self.findings.mistake(
                    key.at, f"unknown language '{key}'", self.findings.nearest(key, self.languages, ADD)
                )
        if missing := [language for language in self.languages if language not in written]:
            self.findings.mistake(written.at, f"this text is missing in {listed(missing, 'and')}", "write it")
        return {key: self.words(text) for key, text in written.items() if isinstance(text, Text)}

    def _plain_text(self, written: Text) -> Texts:
        if len(self.languages) > 1:
            hint = "write {" + ", ".join(f"{language}: …" for language in self.languages) + "}"
            self.findings.mistake(written.at, "the hotline has several languages, this text is in one", hint)
        spoken = self.words(written)
        return dict.fromkeys(self.languages, spoken)

    def label(self, written: Text | Table | None) -> Texts | None:
        """A label: a prompt without values, for it stands on pages too."""
        texts = self.texts(written)
        for spoken in (texts or {}).values():
            if written is not None and any(isinstance(piece, Value) for piece in spoken):
                self.findings.mistake(
                    written.at, "a label cannot hold values", "say them in the step it leads to"
                )
        return texts

    def words(self, written: Text, *, keeps_secrets: bool = False) -> Words:
        """A text with its holes; only the address of a lookup keeps secrets."""
        try:
            found = words(written)
        except Wrong as wrong:
            self.findings.mistake(written.at, wrong.text, wrong.hint)
            return (str(written),)
        values = (piece for piece in found if isinstance(piece, Value))
        self.holes += [Hole(value.name, written.at, keeps_secrets) for value in values]
        return found

    def ways(
        self, owner: str, section: Section | Mapping[str, grammar.Destination]
    ) -> dict[str, Destination]:
        """Where every slot of a section leads."""
        return {slot.name: self.leads(owner, slot) for slot in slots(section)}

    def leads(self, owner: str, slot: Slot) -> Destination:
        """The name a slot leads to; an unknown one is noted."""
        if isinstance(slot.leads, grammar.Step):
            return place_name(owner, slot)
        if slot.is_waiting and slot.leads == REPEAT:
            self.findings.mistake(slot.at, f"{slot.said} has nothing to repeat while callers wait", IN_A_WAIT)
            return HANG_UP
        ways = WAYS | WAITING_WAYS if slot.is_waiting else WAYS
        if slot.leads in ways or slot.leads in self.names:
            return str(slot.leads)
        if slot.leads in WAITING_WAYS:
            text = f"{slot.said} leads to '{slot.leads}' where nobody waits"
            self.findings.mistake(slot.at, text, "it belongs behind a key of a queue")
            return HANG_UP
        hint = self.findings.nearest(slot.leads, chain(self.names, ways))
        self.findings.mistake(slot.at, f"{slot.said} leads to unknown '{slot.leads}'", hint)
        return HANG_UP

    def keep(self, name: str, where: Where) -> str:
        """A name under which a value is kept."""
        if not NAME.fullmatch(name) or name in BUILT_IN:
            self.findings.mistake(
                where, f"a value cannot be called '{name}'", "write a word of letters and digits"
            )
        self.kept.add(name)
        return str(name)

    def known(self, kind: str, name: str, names: Collection[str], where: Where) -> str:
        """A name that must stand in a section."""
        if name not in names:
            self.findings.mistake(where, f"unknown {kind} '{name}'", self.findings.nearest(name, names))
        return str(name)


ADD = "add it to the languages"
IN_A_WAIT = "write 'place' to say their place in line, or 'back' to go back to the menu"


def place_name(owner: str, slot: Slot) -> str:
    """What a step in place is called: its name, else where it stands."""
    name = slot.leads.name if isinstance(slot.leads, grammar.Step) else None
    return str(name) if name else f"{owner}.{slot.name}"


def collect(draft: Draft, written: Table) -> None:
    """Names every step and queue, lifts the steps in place out of their places, and reads the labels."""
    document = draft.document
    for section in ("queues", "steps"):
        entries = written.get(Text(section))
        for key, value in entries.items() if isinstance(entries, Table) else ():
            if not (section == "queues" and key == "default"):
                _claim(draft, key, key.at)
            entry = getattr(document, section).get(key)
            if entry is None:
                _claim_all_within(draft, value)
            elif isinstance(value, Table):
                for word in sorted(entry.unread):
                    _claim_all_within(draft, value[Text(word)])
    for owner, holder in owners(document):
        _lift(draft, owner, holder)
    labelled: list[tuple[str, grammar.Queue | grammar.Step]] = [
        *document.queues.items(),
        *draft.steps.items(),
    ]
    for name, entry in labelled:
        if texts := draft.label(entry.label):
            draft.labels[name] = texts


def owners(
    document: grammar.Document,
) -> Iterator[tuple[str, Section | Mapping[str, grammar.Destination]]]:
    """Everything that has destinations, and the name its steps in place begin with."""
    yield "numbers", document.numbers
    yield "every_menu", document.every_menu
    for name in ("defaults", "limits"):
        if section := getattr(document, name):
            yield name, section
    yield from document.queues.items()
    for name, step in document.steps.items():
        yield name, step


def _lift(
    draft: Draft,
    owner: str,
    section: Section | Mapping[str, grammar.Destination],
    behind_key: bool = False,
) -> None:
    if isinstance(section, grammar.Step):
        draft.steps[owner] = section
        if section.keep_as and not behind_key:
            text = "'as' here has nothing to keep"
            draft.findings.mistake(section.where("as"), text, "it belongs to a step behind a key of a menu")
        for question in _questions_of(section):
            _claim(draft, f"{owner}.{question}", section.where("survey"), named=False)
    for slot in slots(section):
        if isinstance(slot.leads, grammar.Step):
            name = place_name(owner, slot)
            _claim(
                draft,
                name,
                slot.leads.where("name") if slot.leads.name else slot.at,
                named=bool(slot.leads.name),
            )
            _lift(draft, name, slot.leads, behind_key=slot.is_key)


def _questions_of(step: grammar.Step) -> Iterator[str]:
    """The steps that a survey by keypad becomes, by what is asked, and the one behind the last question."""
    survey = step.survey
    if survey is None or (isinstance(survey, grammar.Survey) and survey.by != Means.KEYPAD):
        return
    words = survey.ask if isinstance(survey, grammar.Survey) else survey
    yield from (word for word in dict.fromkeys(map(str, words)) if word in tuple(Question))
    yield THANKS


def _claim(draft: Draft, name: str, at: Where, named: bool = True) -> None:
    """Gives a name away, once."""
    if name in draft.names:
        draft.findings.mistake(
            at, f"the name '{name}' is taken, first at {draft.names[name]}", "choose another"
        )
        return
    if named and name in (*WAYS, *WAITING_WAYS, "default"):
        draft.findings.mistake(at, f"'{name}' is a word of the language, not a name", "choose another name")
    elif named and not NAME.fullmatch(name):
        draft.findings.mistake(at, f"'{name}' is not a name", "use letters, digits, _ and -, a letter first")
    draft.names[name] = at


def _claim_all_within(draft: Draft, broken: Tree) -> None:
    """The names inside an entry that could not be read, so that nobody who leads there is blamed."""
    for key, value in everything_in(broken):
        if key == "name" and isinstance(value, Text):
            draft.names.setdefault(value, value.at)
