"""The pages people read, taken apart: fenced blocks, headings, tables, links."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.house import HOUSE

DOCS = HOUSE / "ivr" / "docs"
PAGES = (HOUSE / "README.md", *sorted(DOCS.glob("*.md")))

FENCE = re.compile(r"^( *)```(\w+)\n(.*?)^\1```$", re.DOTALL | re.MULTILINE)
HEADING = re.compile(r"^#+ (.*)$", re.MULTILINE)
LINK = re.compile(r"\]\(([^)\s]+)\)")
CELL = re.compile(r"(?<!\\)\|")


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced block: where it stands, its language, its text."""

    page: Path
    line: int
    language: str
    text: str

    def __str__(self) -> str:
        return f"{self.page.name}:{self.line}"


def blocks(*languages: str) -> list[Block]:
    """The fenced blocks of all pages that are in one of these languages."""
    return [block for page in PAGES for block in blocks_of(page) if block.language in languages]


def blocks_of(page: Path) -> Iterator[Block]:
    source = page.read_text("utf-8")
    for match in FENCE.finditer(source):
        indent, language, text = match.groups()
        line = source.count("\n", 0, match.start()) + 1
        yield Block(page, line, language, re.sub(f"^{indent}", "", text, flags=re.MULTILINE))


def prose(page: Path) -> str:
    """A page without its fenced blocks."""
    return FENCE.sub("", page.read_text("utf-8"))


def anchors(page: Path) -> set[str]:
    """What a link may name behind `#`: each heading as GitHub writes it, a repeated one with its number."""
    found: dict[str, int] = {}
    names = set()
    for heading in HEADING.findall(prose(page)):
        name = re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")
        count = found[name] = found.get(name, -1) + 1
        names.add(f"{name}-{count}" if count else name)
    return names


def section(page: Path, heading: str, nth: int = 1) -> str:
    """What stands under the nth heading of this name, up to the next heading."""
    parts = re.split(r"^#+ (.*)\n", prose(page), flags=re.MULTILINE)
    return [text for title, text in zip(parts[1::2], parts[2::2], strict=True) if title == heading][nth - 1]


def rows(text: str) -> list[list[str]]:
    """The rows of all tables of a text without their heads, cell by cell."""
    lines = [line for line in text.splitlines() if line.startswith("|")]
    cells = [[cell.strip() for cell in CELL.split(line)[1:-1]] for line in lines]
    rules = {at for at, row in enumerate(cells) if all(re.fullmatch(":?-+:?", cell) for cell in row)}
    return [row for at, row in enumerate(cells) if at not in rules and at + 1 not in rules]


def words(cell: str) -> list[str]:
    """What stands in code style."""
    return re.findall(r"`([^`]+)`", cell)
