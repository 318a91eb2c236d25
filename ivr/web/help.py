"""The pages of `ivr/docs` as HTML: their links lead to one another here, and every heading can be linked."""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path

from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup

DOCS = Path(__file__).parents[1] / "docs"

_PAGE = re.compile(r"([a-z-]+)\.md(#.+)?").fullmatch
_IMAGE = re.compile(r"images/[a-z-]+\.png").fullmatch


@dataclass(frozen=True, slots=True)
class Help:
    """A page: its title, what it begins with, and all of it."""

    name: str
    title: str
    begins: str
    html: Markup


@cache
def pages() -> Mapping[str, Help]:
    """All pages by their names, in the order of their titles."""
    read = (_read(file) for file in DOCS.glob("*.md"))
    return {page.name: page for page in sorted(read, key=lambda page: page.title.casefold())}


BESIDE = {
    "/desk": "agents#the-desk",
    "/board": "board",
    "/floor": "agents#the-floor",
    "/alerts": "alerts",
    "/calls": "log",
    "/lost": "reports#lost-callers",
    "/messages": "log#messages",
    "/callbacks": "queues#to-be-called-back",
    "/reports": "reports",
    "/menus": "publishing",
    "/agents": "agents",
    "/accounts": "accounts",
    "/account": "accounts",
    "/callers": "callers",
    "/audit": "accounts#audit",
}
"""What is written of a page of the hotline, by how its address begins."""


def beside(path: str) -> str:
    """Where help for a page is: on its own one, else on that of all."""
    name = BESIDE.get(f"/{path.split('/')[1]}")
    return f"/help/{name}" if name else "/help"


def _read(file: Path) -> Help:
    # HTML is not let through: the pages have none, and <NUMBER> stands for a number.
    markdown = MarkdownIt("commonmark", {"html": False}).enable("table")
    tokens = markdown.parse(file.read_text(encoding="utf-8"))
    headings = [(token, after) for token, after in pairwise(tokens) if token.type == "heading_open"]
    first = next(after for token, after in pairwise(tokens) if token.type == "paragraph_open")
    before: Counter[str] = Counter()
    for heading, words in headings:
        name = anchor(_words(words))
        heading.attrSet("id", f"{name}-{before[name]}" if before[name] else name)
        before[name] += 1
    for token in tokens:
        for inner in token.children or ():
            _lead_here(inner)
    html = markdown.renderer.render(tokens, markdown.options, {})
    title, begins = _words(headings[0][1]), _sentence(_words(first))
    return Help(file.stem, title, begins, Markup(_in_sheets(html)))  # noqa: S704  (ours)


def _sentence(text: str) -> str:
    """The first one. The point in app.py ends none, and what stands behind a colon belongs to it."""
    return re.split(r"(?<=\.)\s", text, maxsplit=1)[0]


def anchor(heading: str) -> str:
    """By what a heading is linked, as code hosts make it; one that comes again has a number besides."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def _words(inline: Token) -> str:
    """The text of a heading or a paragraph, without its marks."""
    return "".join(inner.content for inner in inline.children or () if inner.type in ("text", "code_inline"))


def _lead_here(token: Token) -> None:
    """A link to another page of the docs leads to it here; so does an image."""
    if (href := token.attrGet("href")) and (page := _PAGE(str(href))):
        token.attrSet("href", f"/help/{page[1]}{page[2] or ''}")
    if (src := token.attrGet("src")) and _IMAGE(str(src)):
        token.attrSet("src", f"/help/{src}")


def _in_sheets(html: str) -> str:
    """A wide table, or a long line of code, is pushed sideways by itself, also by keys; the page stays."""
    begins = '<div class="sheet" role="group" aria-label="Table" tabindex="0"><table class="report">'
    html = html.replace("<table>", begins).replace("</table>", "</table></div>")
    return html.replace("<pre>", '<pre tabindex="0">')
