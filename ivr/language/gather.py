"""The sections of all files as one document: what can stand in two files becomes one, twice is a mistake."""

from collections.abc import Iterable
from functools import cache
from typing import Annotated, Any

from pydantic import TypeAdapter, ValidationError

from ivr.core.menus import Where
from ivr.language.grammar import Alert, Document, Language, Mailbox, Openings, Queue, Step
from ivr.language.mistakes import Findings, Wrong, listed
from ivr.language.sections import words_of
from ivr.language.source import Row, Table, Text, Tree

NAMED: dict[str, Any] = {
    "languages": Language,
    "hours": Openings,
    "mailboxes": Mailbox,
    "queues": Queue,
    "steps": Step,
    "alerts": Alert,
}
"""The sections whose entries are read one by one, so that one broken step does not hide the others."""


MOST_OF = {"steps": 5_000, "languages": 50, "every_menu": 20}
"""The most entries of a section; others have two thousand."""


def gather(trees: Iterable[Table], findings: Findings) -> tuple[Document, Table]:
    """The document all files make together without the entries that are broken, and all as it was written."""
    whole = Table()
    whole.at = Where("", 1, 1)
    for tree in trees:
        for key, value in tree.items():
            if key in words_of(Document):
                _join(whole, key, value, findings)
            else:
                hint = findings.nearest(key, words_of(Document), NOT_MENUS.get(key, SECTIONS))
                findings.mistake(key.at, f"unknown section '{key}'", hint)
    good = {key: _section(key, value, findings) for key, value in whole.items()}
    return Document.model_construct(**{key: value for key, value in good.items() if value is not None}), whole


SECTIONS = f"sections are {listed(sorted(words_of(Document)), 'and')}"


NOT_MENUS = {"calls": "written calls lie in the folder 'calls' within this one"}


def _join(whole: Table, key: Text, value: Tree, findings: Findings) -> None:
    """Adds a section to the others of its name."""
    have = whole.get(key)
    if have is None:
        whole[key] = _copy(value)
    elif isinstance(have, Table) and isinstance(value, Table):
        for name, entry in value.items():
            if name in have and findings.full:
                return
            if name in have:
                findings.mistake(
                    name.at, f"'{name}' stands twice in '{key}', first at {have.key(name).at}", AGAIN
                )
            else:
                have[name] = entry
    elif isinstance(have, Row) and isinstance(value, Row):
        have.extend(value)
    else:
        findings.mistake(key.at, f"'{key}' stands twice, first at {whole.key(key).at}", AGAIN)


AGAIN = "delete one of them"


def _copy(value: Tree) -> Tree:
    """A section that others can be added to without changing the file's own."""
    if not isinstance(value, Table | Row):
        return value
    copy: Table | Row = Table(value) if isinstance(value, Table) else Row(value)
    copy.at = value.at
    return copy


def _section(key: Text, value: Tree, findings: Findings) -> Any:
    """A section as its model, or what of it could be read."""
    if isinstance(value, Table | Row) and len(value) > (most := MOST_OF.get(key, 2_000)):
        findings.mistake(key.at, f"'{key}' has more than {most} entries", "publish two hotlines")
        return None
    if key not in NAMED:
        return read_as(_section_type(key), value, findings)
    if not isinstance(value, Table):
        findings.mistake(
            value.at, f"'{key}' holds names and what they stand for", "write each on a line of its own"
        )
        return {}
    entries = {
        name: _default_queue(entry, findings)
        if (key, name) == DEFAULT
        else read_as(_entry_type(key), entry, findings)
        for name, entry in value.items()
    }
    return {name: entry for name, entry in entries.items() if entry is not None}


DEFAULT = ("queues", "default")
"""The entry from which all others take what they do not say: nobody is blamed for a mistake of its own."""


@cache
def _entry_type(section: str) -> TypeAdapter[Any]:
    return TypeAdapter(NAMED[section])


@cache
def _section_type(section: str) -> TypeAdapter[Any]:
    field = Document.model_fields[section]
    kind: Any = field.annotation
    return TypeAdapter(Annotated[kind, *field.metadata] if field.metadata else kind)


def read_as(kind: TypeAdapter[Any], value: Tree, findings: Findings) -> Any:
    """A tree as what it should be, or None after noting all that is wrong with it."""
    try:
        return kind.validate_python(value, context=findings)
    except ValidationError as error:
        for detail in error.errors(include_url=False):
            _note(detail, value, findings)
    return None


def _default_queue(value: Tree, findings: Findings) -> Queue:
    """What it says of all queues; where some of its words cannot be read, what the others say."""
    kind = _entry_type("queues")
    whole: Queue | None = read_as(kind, value, findings)
    if whole is not None:
        return whole
    words = value if isinstance(value, Table) else Table()
    good = Table({word: each for word, each in words.items() if _is_read(kind, words, word)})
    good.at = value.at
    part: Queue = kind.validate_python(good)
    return part.without(words.keys() - good.keys() if words else words_of(Queue))


def _is_read(kind: TypeAdapter[Any], section: Table, word: Text) -> bool:
    """Whether a word of a section can be read by itself."""
    alone = Table({word: section[word]})
    alone.at = section.at
    try:
        kind.validate_python(alone)
    except ValidationError:
        return False
    return True


def _note(detail: Any, value: Tree, findings: Findings) -> None:
    """One of pydantic's errors as one of our mistakes. Every part of a tree knows where it stands."""
    input_ = detail["input"]
    at = input_.at if isinstance(input_, Text | Table | Row) else value.at
    cause = detail.get("ctx", {}).get("error")
    if isinstance(cause, Wrong):
        findings.mistake(at, cause.text, cause.hint)
    elif detail["type"] == "missing":
        findings.mistake(at, f"'{detail['loc'][-1]}' is missing", "add it")
    elif detail["type"] == "too_long":
        ranges = "; ranges like 1100-1199 stand for many keys" if "keys" in detail["loc"] else ""
        findings.mistake(at, "these are too many", f"{detail['ctx']['max_length']} are possible{ranges}")
    elif detail["type"] in PLAIN:
        findings.mistake(at, *PLAIN[detail["type"]])
    else:
        findings.mistake(at, f"this cannot be read: {detail['msg']}")


PLAIN = {
    "dict_type": ("keys and values are expected here", "write them below, one on each line"),
    "list_type": ("a list is expected here", "write [first, second]"),
    "too_short": ("nothing stands here", "write something or delete it"),
}
