"""YAML as plain data that knows where it stands. Every scalar is the text that was written.

YAML has more than menus need, and some of it bites: `no` is a truth, 08:00 a number of base 60, +84 an
integer, a second key silently replaces the first, and one alias can stand for a billion nodes. Here only
mappings, lists and texts are left, and what is dangerous or ambiguous is refused with a hint.
"""

import re
from collections.abc import Iterator
from typing import Union

import yaml
from yaml import MappingNode, Node, ScalarNode

from ivr.core.menus import Where
from ivr.language import comments
from ivr.language.mistakes import Findings
from ivr.language.spelling import explain

DEEPEST = 40
MOST_NODES = 100_000
"""Keys and values of all files together; a thousand menus have forty thousand."""
LONGEST = 5_000
"""Characters of one text; it takes six minutes to say them."""
CONTROL = re.compile(r"[^\t\n\r -~\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class Text(str):
    """A text and where it was written."""

    __slots__ = ("column", "file", "line")
    file: str
    line: int
    column: int

    @property
    def at(self) -> Where:
        return Where(self.file, self.line, self.column)


class Table(dict[Text, "Tree"]):
    """A mapping and where it begins. Its keys are Texts, so each knows its own place."""

    __slots__ = ("at",)
    at: Where

    def key(self, name: str) -> Text:
        """The key as it was written."""
        return next(key for key in self if key == name)


class Row(list["Tree"]):
    """A list and where it begins."""

    __slots__ = ("at",)
    at: Where


Tree = Union[Text, Table, Row]  # noqa: UP007 - the names are not classes yet


def text_at(value: str, where: Where) -> Text:
    text = Text(value)
    text.file, text.line, text.column = where.file, where.line, where.column
    return text


def decode(name: str, content: bytes, findings: Findings) -> str | None:
    """The text of a file, or None after noting why it is none."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        column = error.start - content.rfind(b"\n", 0, error.start)
        findings.misspelled(Where(name, line, column), "this is not UTF-8", "save the file as UTF-8")
        return None


def parse(name: str, source: str, findings: Findings, about: str = "menus") -> Table | None:
    """The data of one file about menus (or calls); None when it cannot be read at all. Never raises."""
    if control := CONTROL.search(source):
        where = comments.place(name, source, control.start())
        findings.misspelled(where, f"a control character (U+{ord(control[0]):04X})", "delete it")
        return None
    comments.check(name, source, findings)
    try:
        return _Reader(name, source, findings, about).read()
    except yaml.YAMLError as error:
        where, text, hint = explain(name, source, error)
        findings.misspelled(where, text, hint)
    except (RecursionError, ValueError, OverflowError) as error:
        findings.misspelled(Where(name, 1, 1), f"this cannot be read as YAML ({type(error).__name__})")
    return None


class _TooMuch(yaml.MarkedYAMLError):
    """Deeper or larger than any hotline is."""


class _Loader(yaml.CBaseLoader):
    """Composes nodes only: no tag is ever resolved, and depth and size have an end."""

    depth = 0

    def __init__(self, source: str, findings: Findings) -> None:
        super().__init__(source)
        self.findings = findings

    def descend_resolver(self, current_node: Node | None, current_index: object) -> None:
        self.depth += 1
        self.findings.nodes += 1
        if self.depth > DEEPEST or self.findings.nodes > MOST_NODES:
            mark = current_node.start_mark if current_node else None
            much = "this is nested too deep" if self.depth > DEEPEST else "these menus hold too much"
            raise _TooMuch(None, None, much, mark)

    def ascend_resolver(self) -> None:
        self.depth -= 1

    def resolve(self, kind: type[Node], value: str | None, implicit: object) -> str:
        return ""


class _Reader:
    """Walks the nodes of one file."""

    def __init__(self, name: str, source: str, findings: Findings, about: str) -> None:
        self.name, self.source, self.findings, self.about = name, source, findings, about
        # What a whole file does not have need not be looked for at each of its nodes.
        self.has_tags = "&" in source or "!" in source
        self.has_comments = "#" in source
        self.has_escapes = "\\" in source

    def read(self) -> Table | None:
        loader = _Loader(self.source, self.findings)
        try:
            root = loader.get_single_node()
        finally:
            loader.dispose()
        if root is None:
            self.findings.misspelled(
                Where(self.name, 1, 1), "this file is empty", "write a section or delete it"
            )
            return None
        if not isinstance(root, MappingNode):
            first = "steps" if self.about == "menus" else self.about
            text = f"a file of {self.about} holds sections"
            self.findings.misspelled(self.where(root), text, f"write '{first}:' and the {first} below it")
            return None
        tree = self.tree(root)
        return tree if isinstance(tree, Table) else None

    def where(self, node: Node) -> Where:
        return Where(self.name, node.start_mark.line + 1, node.start_mark.column + 1)

    def tree(self, node: Node) -> Tree:
        if node.tag or (self.has_tags and self.source.startswith(("&", "!"), node.start_mark.index)):
            return self.refused(node)
        if isinstance(node, ScalarNode):
            return self.text(node)
        if isinstance(node, MappingNode):
            return self.table(node)
        row = Row([self.item(item) for item in node.value])
        row.at = self.where(node)
        return row

    def refused(self, node: Node) -> Text:
        """A tag or an anchor; what stands behind it is not looked at (an alias is its anchor's node)."""
        where = self.where(node)
        if self.source.startswith("&", node.start_mark.index):
            self.findings.misspelled(where, "'&' would name this for aliases, which menus do not have", QUOTE)
        else:
            self.findings.misspelled(where, "'!' would begin a YAML tag, which menus do not have", QUOTE)
        return text_at("", where)

    def text(self, node: ScalarNode) -> Text:
        text = Text(node.value)
        mark = node.start_mark
        text.file, text.line, text.column = self.name, mark.line + 1, mark.column + 1
        if self.has_comments and not node.style:
            comments.check_swallowed(self.name, self.source, node.end_mark.index, text, self.findings)
        if self.has_escapes and (control := CONTROL.search(text)):  # a file has none but by an escape
            code = f"U+{ord(control[0]):04X}"
            self.findings.misspelled(text.at, f"a control character ({code}) is written here", "delete it")
            return text_at(CONTROL.sub("", text), text.at)
        if len(text) > LONGEST:
            self.findings.misspelled(text.at, f"this text has {len(text)} characters", "shorten it")
            return text_at("", text.at)
        return text

    def item(self, node: Node) -> Tree:
        if is_nothing(node):
            self.findings.misspelled(
                self.where(node), "nothing stands in this place of the list", "delete the '-'"
            )
        return self.tree(node)

    def table(self, node: MappingNode) -> Table:
        table = Table()
        table.at = self.where(node)
        for key_node, value_node in node.value:
            key = self.tree(key_node)
            if not isinstance(key, Text):
                self.findings.misspelled(
                    self.where(key_node), "a key is a word or a number, not a list or mapping"
                )
            elif self.findings.full:
                break
            elif key in table:
                text = f"'{key}' stands twice, first on line {table.key(key).line}"
                self.findings.misspelled(key.at, text, "delete one of them")
            elif is_nothing(value_node):
                table[key] = self.nothing(key, node)
            else:
                table[key] = self.tree(value_node)
        return table

    def nothing(self, key: Text, node: MappingNode) -> Text:
        if node.flow_style:
            hint = "write 'word: value', or quote the text if the comma belongs to it"
            self.findings.misspelled(key.at, f"'{key}' has no value", hint)
        elif not comments.looks_like_key_below(self.source, key.line):
            hint = "write its value or delete it"
            if comments.begins_with_hash(self.source, key.line):
                hint = "'#' begins a comment, so quote it: \"#\""
            self.findings.misspelled(key.at, f"nothing is written for '{key}'", hint)
        self.findings.spoiled.add(key.at)
        return text_at("", key.at)


def is_noted(key: Text, value: Tree) -> bool:
    """Whether a value was missing, so that a mistake was noted at its key already."""
    return isinstance(value, Text) and not value and (value.line, value.column) == (key.line, key.column)


QUOTE = "quote the text if it should begin so"


def is_nothing(node: Node) -> bool:
    return isinstance(node, ScalarNode) and not node.value and not node.style


def everything_in(tree: Tree) -> Iterator[tuple[Text, Tree]]:
    """Every key below a tree with its value, outer ones first."""
    if isinstance(tree, Table):
        for key, value in tree.items():
            yield key, value
            yield from everything_in(value)
    elif isinstance(tree, Row):
        for value in tree:
            yield from everything_in(value)
