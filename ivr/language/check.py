"""A document becomes a hotline, or a list of everything that is wrong with it."""

from ivr.core.menus import Hotline, Language, Step, Voice, Where
from ivr.core.phrases import IN_A_QUEUE, IN_A_SURVEY, NAMES, ON_AGENTS_LINE
from ivr.language import grammar, meaning, places, queues, steps, surveys, things, voices, watching
from ivr.language.draft import Draft, collect
from ivr.language.mistakes import Findings
from ivr.language.source import Table, Text


def check(document: grammar.Document, written: Table, home: Where, findings: Findings) -> Hotline:
    """The hotline the document describes; it is whole only if nothing was noted.

    `written` are the sections as they stand in the files; `home` is where a missing section belongs.
    """
    sections = {name: _names(written, name) for name in ("languages", "hours", "mailboxes", "queues")}
    sections["queues"].discard("default")
    languages = tuple(map(str, written.get(Text("languages"), ())))
    draft = Draft(findings, document, languages, sections=sections)
    _check_sections(draft, written, home)
    collect(draft, written)
    hotline = _hotline(draft)
    places.check_parties(draft, hotline.allowed)
    meaning.check_options(hotline, draft)
    meaning.check_helpers(hotline, draft)
    if not findings.mistakes:
        meaning.check_reach(hotline, draft)
        meaning.check_goals(hotline, draft)
    if not findings.spoiled and _all_steps_are_read(document, written):
        meaning.check_values(hotline, draft)
    return hotline


def _names(written: Table, section: str) -> set[str]:
    entries = written.get(Text(section))
    return set(entries) if isinstance(entries, Table) else set()


def _all_steps_are_read(document: grammar.Document, written: Table) -> bool:
    """Also those in the places of queues: what a step keeps, any other may say."""
    queues = written.get(Text("queues"))
    unread = (
        word
        for name, queue in (queues.items() if isinstance(queues, Table) else ())
        for key, word in (queue.items() if isinstance(queue, Table) else ())
        if name not in document.queues or key in document.queues[name].unread
    )
    no_step_in_place = not any(isinstance(word, Table) for word in unread)
    return document.steps.keys() == _names(written, "steps") and no_step_in_place


def _check_sections(draft: Draft, written: Table, home: Where) -> None:
    """A hotline has at least these."""
    for section, hint in NEEDED.items():
        if not written.get(Text(section)):
            draft.findings.mistake(home, f"the hotline has no '{section}'", hint)


NEEDED = {
    "hotline": "add 'hotline:' and its name",
    "zone": "add 'zone:', like Asia/Ho_Chi_Minh",
    "languages": "add 'languages: {en: {voice: Polly.Joanna-Neural}}'",
    "numbers": "add 'numbers:' and the step each one leads to",
    "steps": "add 'steps:' and the first step",
}


def _hotline(draft: Draft) -> Hotline:
    document, findings = draft.document, draft.findings
    draft.voices = _voices(draft)
    made = _steps(draft)
    emergency = places.emergency(draft)
    return Hotline(
        name=str(document.hotline or ""),
        zone=places.zone(draft),
        numbers=places.numbers(draft),
        languages=draft.voices,
        steps=made,
        hours={str(name): places.hours(findings, each) for name, each in document.hours.items()},
        mailboxes={
            str(name): places.mailbox(findings, name, each) for name, each in document.mailboxes.items()
        },
        queues={str(name): queues.build(draft, name) for name in document.queues if name != "default"},
        limits=places.limits(draft),
        emergency=emergency,
        agents_line=places.agents_line(draft),
        blocked=places.blocked(draft),
        allowed=places.allowed(draft),
        lookup_hosts=places.lookup_hosts(draft),
        alerts=tuple(watching.alerts(draft)),
        webhook=watching.webhook(draft),
        keep=watching.keeping(draft),
    )


def _voices(draft: Draft) -> dict[Language, Voice]:
    written = draft.document.languages.items()
    needed = NAMES if draft.document.queues else NAMES - IN_A_QUEUE
    needed = needed if draft.document.agents_line else needed - ON_AGENTS_LINE
    needed = needed if any(step.survey for step in draft.steps.values()) else needed - IN_A_SURVEY
    return {
        str(name): voices.build(draft.findings, name, each, needed)
        for name, each in written
        if isinstance(name, Text)
    }


def _steps(draft: Draft) -> dict[str, Step]:
    """Queues first, then the steps as they stand in the files, each followed by the steps in its places."""
    document = draft.document
    defaults = draft.ways("defaults", document.defaults) if document.defaults else {}
    draft.every_menu = _every_menu(draft)
    chooses = ((name, step) for name, step in draft.steps.items() if step.choose_language)
    if first := next(chooses, None):
        key = things.change_key_of(draft, first[1])
        draft.change = (key, str(first[0])) if key else None
    draft.waits = {str(name): queues.step(draft, name) for name in document.queues if name != "default"}
    made = dict(draft.waits)
    for name, step in draft.steps.items():
        made[str(name)] = steps.build(draft, str(name), step, defaults)
        made.update(surveys.questions(draft, str(name), step, made[str(name)]))
    return made


def _every_menu(draft: Draft) -> dict[str, str]:
    keys = draft.document.every_menu
    leads = draft.ways("every_menu", keys)
    return {str(key): way for key, way in zip(keys, leads.values(), strict=True)}
