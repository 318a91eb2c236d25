"""The things a step can do, from their spelling to their values."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

from ivr.core import menus
from ivr.core.menus import HANG_UP, Destination, Option, Patience, Thing, Value, Words
from ivr.language import grammar, surveys
from ivr.language.draft import Draft, Hole
from ivr.language.mistakes import Wrong, listed
from ivr.language.options import option
from ivr.language.scalars import change_key
from ivr.language.slots import WAYS_OUT, key_name
from ivr.language.source import Text

AFTER, TRIES, BETWEEN_KEYS = 6.0, 3, 2.0
"""What a question does when nobody says otherwise (seconds, times, seconds)."""


@dataclass(frozen=True, slots=True)
class Written:
    """One step in the making: its draft, name, spelling, thing, and where its slots lead."""

    draft: Draft
    name: str
    step: grammar.Step
    thing: str
    ways: dict[str, Destination]
    defaults: dict[str, Destination]

    def mistake(self, word: str, text: str, hint: str = "") -> None:
        self.draft.findings.mistake(self.step.where(word), text, hint)


def made_of(it: Written) -> Thing | None:
    draft, step = it.draft, it.step
    match it.thing:
        case "keys":
            return _menu(it)
        case "ask":
            return _ask(it)
        case "choose_language":
            return _choose_language(it)
        case "by":
            return _by(it)
        case "lookup":
            return _lookup(it)
        case "dial":
            return _dial(it)
        case "record":
            return _record(it)
        case "sms":
            return _sms(it)
        case "survey":
            return surveys.of(it.draft, it.name, it.step)
        case "hours":
            hours = draft.known("hours", str(step.hours), draft.sections["hours"], step.where("hours"))
            return menus.ByHours(hours, it.ways.get("open", HANG_UP), it.ways.get("closed", HANG_UP))
        case "queue":
            queue = draft.known("queue", str(step.queue), draft.sections["queues"], step.where("queue"))
            return _enqueue(it, queue)
        case "voicemail":
            boxes = draft.sections["mailboxes"]
            return menus.Voicemail(
                draft.known("mailbox", str(step.voicemail), boxes, step.where("voicemail"))
            )
    return None


def patience(it: Written, word: str, onward: Destination | None = None) -> Patience:
    """What `silence` or `wrong` means here: the step's own words, else the defaults, else ours.

    Where the step itself has a way `onward`, no default leads elsewhere.
    """
    own: grammar.Silence | grammar.WrongKeys | None = getattr(it.step, word)
    default = getattr(it.draft.document.defaults, word, None)
    say = next((each.say for each in (own, default) if each and each.say), None)
    tries = next((each.tries for each in (own, default) if each and each.tries), TRIES)
    slot = f"{word}.then"
    then = it.ways.get(slot) or it.ways.get("otherwise") or onward or it.defaults.get(slot) or HANG_UP
    return Patience(it.draft.texts(say), tries, then)


def after(it: Written) -> float:
    """How long the caller may think (seconds)."""
    default = it.draft.document.defaults
    both = (it.step.silence, default.silence if default else None)
    return next((each.after for each in both if each and each.after), AFTER)


def _menu(it: Written) -> menus.Menu:
    assert it.step.keys is not None
    own = [_option(it, key, leads) for key, leads in it.step.keys.items()]
    _check_overlap(it, own)
    return menus.Menu(
        options=(*own, *_shared(it, own)),
        silence=patience(it, "silence"),
        wrong=patience(it, "wrong"),
        after=after(it),
        between_keys=it.step.between_keys or BETWEEN_KEYS,
        type_ahead=it.step.type_ahead,
    )


def _shared(it: Written, own: list[Option]) -> Iterator[Option]:
    """The keys of every menu that this one leaves free, and the key that changes the language."""
    for key, leads in it.draft.every_menu.items():
        if leads != it.name and not any(each.matches(key) or each.first == key for each in own):
            yield option(it.draft, it.name, key, leads)
    if it.draft.change is None:
        return
    key, leads = it.draft.change
    for used in it.step.keys or ():
        if used == key and isinstance(used, Text):
            text = f"key {key} changes the language in every menu (see '{leads}')"
            it.draft.findings.mistake(
                used.at, text, f"take another key, or write 'change: none' in '{leads}'"
            )
    yield Option(key, key, leads, f"{it.name}.{leads}")


def _enqueue(it: Written, queue: str) -> menus.Enqueue:
    """The wait of the queue, with a head start of the step's own."""
    wait = it.draft.waits.get(queue)
    of_queue = wait.thing if wait and isinstance(wait.thing, menus.Enqueue) else menus.Enqueue(queue)
    return replace(of_queue, priority=it.step.priority or 0)


def _option(it: Written, key: str, written: grammar.Destination) -> Option:
    keep_as = written.keep_as if isinstance(written, grammar.Step) else None
    if keep_as and isinstance(written, grammar.Step):
        it.draft.keep(keep_as, written.where("as"))
    return option(it.draft, it.name, key, it.ways[key_name(key)], keep_as)


def _check_overlap(it: Written, options: list[Option]) -> None:
    """No number may lie in two ranges; an exact key inside a range is meant."""
    ranges = sorted(
        (each for each in options if each.first != each.last), key=lambda each: (len(each.first), each.first)
    )
    for before, after_ in pairwise(ranges):
        if before.matches(after_.first):
            both = [f"{each.first}-{each.last}" for each in (before, after_)]
            places = [key.at for key in it.step.keys or () if key in both and isinstance(key, Text)]
            at = max(places, key=lambda place: place.line)
            text = f"the keys {listed(both, 'and')} overlap"
            it.draft.findings.mistake(at, text, "a number must lead to one place")


def _ask(it: Written) -> menus.Ask:
    ask = it.step.ask
    assert ask is not None
    smallest, largest = ask.range or (None, None)
    name = it.draft.keep(ask.name, ask.where("as"))
    if ask.secret:
        it.draft.secret.add(name)
    if ask.secret and ask.confirm:
        text = f"'confirm' would read the secret '{name}' aloud"
        it.draft.findings.mistake(ask.where("confirm"), text, "leave 'confirm' out")
    return menus.Ask(
        keep_as=name,
        fewest=ask.digits[0],
        most=ask.digits[1],
        end=ask.end or None,
        silence=patience(it, "silence"),
        wrong=patience(it, "wrong"),
        after=after(it),
        between_keys=it.step.between_keys or BETWEEN_KEYS,
        smallest=smallest,
        largest=largest,
        check=ask.check,
        confirm=ask.confirm,
        secret=ask.secret,
    )


def _choose_language(it: Written) -> menus.ChooseLanguage:
    """The caller's silence leads on in the first language; it is not a choice."""
    keys: dict[str, str] = {}
    for key, value in (it.step.choose_language or {}).items():
        if key == "change":
            continue
        if not re.fullmatch(r"[0-9*#]", key):
            it.draft.findings.mistake(key.at, f"'{key}' is not a single key", "write {1: vi, 2: en}")
        keys[key] = it.draft.known("language", str(value), set(it.draft.languages), key.at)
    if missing := [language for language in it.draft.languages if language not in keys.values()]:
        it.draft.findings.warning(
            it.step.where("choose_language"), f"no key chooses {listed(missing, 'and')}"
        )
    change = change_key_of(it.draft, it.step)
    onward = it.ways.get("then", HANG_UP)
    silence, wrong = patience(it, "silence", onward), patience(it, "wrong", onward)
    return menus.ChooseLanguage(keys, change or None, silence, wrong, after(it))


def change_key_of(draft: Draft, step: grammar.Step) -> str | None:
    """The key that asks for the language again: `#` unless the step says another, or none."""
    for key, value in (step.choose_language or {}).items():
        if key == "change":
            try:
                return change_key(str(value)) or None
            except Wrong as wrong:
                draft.findings.mistake(key.at, wrong.text, wrong.hint)
    return "#"


def _by(it: Written) -> menus.ByValue:
    assert it.step.by is not None
    if isinstance(it.step.by, Text):
        it.draft.holes.append(Hole(str(it.step.by), it.step.by.at))
    patterns = list(it.step.when or ())
    if not patterns:
        it.mistake(
            "by", f"step '{it.name}' does not say which values lead where", "add 'when: {value: step}'"
        )
    return menus.ByValue(
        str(it.step.by), tuple((str(p), it.ways[f"when.{n}"]) for n, p in enumerate(patterns, 1))
    )


def _lookup(it: Written) -> menus.Lookup:
    lookup = it.step.lookup
    get = lookup.get if isinstance(lookup, grammar.Lookup) else lookup
    timeout = lookup.timeout if isinstance(lookup, grammar.Lookup) else 2.0
    assert isinstance(get, Text)
    address = it.draft.words(get, keeps_secrets=True)
    it.draft.addresses.append((address, get.at))
    return menus.Lookup(address, timeout)


def _dial(it: Written) -> menus.Dial:
    dial = it.step.dial
    assert dial is not None
    parties = dial.to if isinstance(dial, grammar.Dial) else dial
    found = tuple(_party(it, party) for party in parties)
    if isinstance(dial, grammar.Dial):
        if dial.model_fields_set & it.step.model_fields_set & set(WAYS_OUT["dial"]):
            it.mistake("dial", "a way out stands inside 'dial' and beside it", "write it once")
        return menus.Dial(found, dial.ring, dial.press)
    return menus.Dial(found, 30.0)


def _party(it: Written, written: Text) -> Words:
    party = it.draft.words(written)
    it.draft.parties.append((party, written.at))
    return party


def _record(it: Written) -> menus.Record:
    record = it.step.record
    assert record is not None
    it.draft.keep(record.name, record.where("as"))
    return menus.Record(str(record.name), record.max, record.silence, record.end)


def _sms(it: Written) -> menus.Sms:
    sms = it.step.sms
    assert sms is not None
    texts = it.draft.texts(sms.text if isinstance(sms, grammar.Sms) else sms) or {}
    to = sms.to if isinstance(sms, grammar.Sms) else None
    return menus.Sms(_party(it, to) if isinstance(to, Text) else (Value("caller"),), texts)
