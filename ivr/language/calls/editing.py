"""Changes in a file of calls that leave all the rest of it, comments and order too, as it was written."""

from collections.abc import Iterable
from dataclasses import dataclass, field

import yaml
from yaml import CollectionNode, MappingNode, Node, SequenceNode

from ivr.core.menus import Where
from ivr.language.calls.writing import Tree, flow, lines


@dataclass(frozen=True, slots=True)
class Value:
    """What stands at a place becomes something else."""

    place: Where
    tree: Tree


@dataclass(frozen=True, slots=True)
class Entry:
    """What belongs to the key at a place becomes something else."""

    place: Where
    tree: Tree


@dataclass(frozen=True, slots=True)
class Removed:
    """The item of a list whose value stands at a place goes."""

    place: Where


@dataclass(frozen=True, slots=True)
class Before:
    """New items of a list stand before the one at a place."""

    place: Where
    trees: tuple[Tree, ...]


@dataclass(frozen=True, slots=True)
class Added:
    """New words stand in the section that holds the value at a place: more items of a list that is there, or
    new keys at its end."""

    place: Where
    tree: dict[str, Tree]


Edit = Value | Entry | Removed | Before | Added


class CannotEdit(ValueError):
    """A place is written in a way that cannot be changed without changing more."""


def edited(source: str, edits: Iterable[Edit]) -> str:
    """The file with all these changes in it. Raises CannotEdit."""
    document = _Document(source if source.endswith("\n") else f"{source}\n")
    spans = [span for edit in edits for span in document.spans(edit)]
    source = document.source
    for begin, end, text in reversed(sorted(spans, key=lambda span: span[0])):  # noqa: C413 - of two, the later
        source = source[:begin] + text + source[end:]
    return source


Spot = tuple[int, int]
"""Line and column, from 1."""
Span = tuple[int, int, str]


@dataclass(slots=True)
class _Document:
    """A file as nodes that can be found by where they stand."""

    source: str
    values: dict[Spot, Node] = field(default_factory=dict)
    keys: dict[Spot, tuple[Node, Node]] = field(default_factory=dict)
    items: dict[Spot, Node] = field(default_factory=dict)
    sections: dict[Spot, MappingNode] = field(default_factory=dict)
    """By the place of a value: the item of a list, and the section, it stands in."""

    def __post_init__(self) -> None:
        root = yaml.compose(self.source, yaml.CBaseLoader)
        if root is not None:
            self.walk(root)

    def walk(self, node: Node) -> None:
        if isinstance(node, SequenceNode):
            for item in node.value:
                self.values.setdefault(_spot(item), item)
                if not node.flow_style:
                    self.items[_spot(item)] = item
                    if isinstance(item, MappingNode) and len(item.value) == 1:
                        self.items[_spot(item.value[0][1])] = item
                self.walk(item)
        elif isinstance(node, MappingNode):
            for key, value in node.value:
                self.values[_spot(value)] = value
                self.keys[_spot(key)] = (key, value)
                self.sections[_spot(value)] = node
                self.walk(value)

    def spans(self, edit: Edit) -> list[Span]:
        """From where to where the source is replaced, and by what."""
        spot = (edit.place.line, edit.place.column)
        try:
            match edit:
                case Value(tree=tree):
                    node = self.values[spot]
                    return [(node.start_mark.index, _end(node), flow(tree))]
                case Entry(tree=tree):
                    key, value = self.keys[spot]
                    begin = self.source.index(":", key.end_mark.index) + 1
                    return [(begin, _end(value), _behind_key(tree, edit.place.column + 1))]
                case Removed():
                    begin, end = self.whole_lines(self.items[spot])
                    return [(begin, end, "")]
                case Before(trees=trees):
                    begin, _ = self.whole_lines(self.items[spot])
                    return [(begin, begin, self.items_text(self.items[spot], trees))]
                case Added(tree=tree):
                    return [self.added(self.sections[spot], key, value) for key, value in tree.items()]
        except KeyError:
            raise CannotEdit(f"{edit.place}: this cannot be changed without changing more") from None

    def added(self, section: MappingNode, key: str, value: Tree) -> Span:
        if section.flow_style:
            raise KeyError
        there = next((its for name, its in section.value if name.value == key), None)
        if there is None:
            end = self.line_end(_end(section))
            return end, end, _indented(lines({key: value}), section.start_mark.column)
        if there.flow_style or not isinstance(there, SequenceNode):
            raise KeyError
        end = self.line_end(_end(there))
        return end, end, _indented(lines(value), there.start_mark.column)

    def whole_lines(self, item: Node) -> tuple[int, int]:
        """The lines of an item of a list; what stands before it must be its dash."""
        begin = self.source.rfind("\n", 0, item.start_mark.index) + 1
        if self.source[begin : item.start_mark.index].strip() != "-":
            raise KeyError
        return begin, self.line_end(_end(item))

    def line_end(self, index: int) -> int:
        """Behind the line in which something ends."""
        if self.source[index - 1 : index] == "\n":
            return index
        newline = self.source.find("\n", index)
        return newline + 1 if newline >= 0 else len(self.source)

    def items_text(self, item: Node, trees: tuple[Tree, ...]) -> str:
        begin = self.source.rfind("\n", 0, item.start_mark.index) + 1
        dash = self.source.index("-", begin) - begin
        return _indented(lines(list(trees)), dash)


def _spot(node: Node) -> Spot:
    return node.start_mark.line + 1, node.start_mark.column + 1


def _end(node: Node) -> int:
    """Behind the last character of a node: PyYAML says of a block where the next thing begins."""
    if not isinstance(node, CollectionNode) or node.flow_style or not node.value:
        return int(node.end_mark.index)
    last = node.value[-1]
    return _end(last[1] if isinstance(last, tuple) else last)


def _behind_key(tree: Tree, column: int) -> str:
    """A value behind its colon; a list stands below it, at a column."""
    if isinstance(tree, str) or not tree:
        return f" {flow(tree)}"
    return "\n" + _indented(lines(tree), column).rstrip("\n")


def _indented(written: Iterable[str], column: int) -> str:
    return "".join(f"{' ' * column}{line}\n" for line in written)
