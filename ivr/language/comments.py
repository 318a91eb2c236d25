"""Comments that were not meant to be: a `#` key that vanished, a `#` that swallowed the end of a text."""

import re

from ivr.core.menus import Where
from ivr.language.mistakes import Findings

KEY_LIKE = re.compile(r"(?:^|[{,])[ \t]*(#)[ \t]*:(?=[ \t\r\n]|$)", re.MULTILINE)
HASH_VALUE = re.compile(r":[ \t]+#\S*[ \t\r]*$")
SWALLOWED = re.compile(r"[ \t]+#")


def place(name: str, source: str, index: int) -> Where:
    """The file, line and column of a character."""
    return Where(name, source.count("\n", 0, index) + 1, index - source.rfind("\n", 0, index))


def check(name: str, source: str, findings: Findings) -> None:
    """Notes every `#: hang_up`, which YAML takes for a comment."""
    for match in KEY_LIKE.finditer(source):
        if findings.full:
            return
        where = place(name, source, match.start(1))
        findings.misspelled(where, "'#' begins a comment here, so this key is lost", 'quote it: "#"')


def looks_like_key_below(source: str, line: int) -> bool:
    """Whether the line after `line` holds such a lost key."""
    rest = source.split("\n", line + 1)
    return len(rest) > line and KEY_LIKE.match(rest[line]) is not None


def begins_with_hash(source: str, line: int) -> bool:
    """Whether the value on this line would have been a `#`, or begun with one."""
    return HASH_VALUE.search(source.split("\n", line)[line - 1]) is not None


def check_swallowed(name: str, source: str, end: int, text: str, findings: Findings) -> None:
    """Notes a comment right behind an unquoted text that looks like the rest of its sentence."""
    match = SWALLOWED.match(source, end)
    if match and not findings.full and is_swallowed(source, match, text):
        where = place(name, source, match.end() - 1)
        findings.misspelled(where, "'#' begins a comment here and swallows the rest of the text", QUOTE)


QUOTE = "quote the text, or leave two spaces before the '#' of a comment"


def is_swallowed(source: str, match: re.Match[str], text: str) -> bool:
    """Two spaces make a comment. After one it is text if it is glued to what follows, ends the line, or
    stands behind a sentence."""
    if match[0] != " #":
        return False
    glued = not source[match.end() : match.end() + 1].isspace()
    line_end = source.find("\n", match.end())
    rest = source[match.end() : line_end if line_end >= 0 else None]
    return glued or not rest.strip() or len(re.findall(r"[^\W\d_]+", text)) >= 3
