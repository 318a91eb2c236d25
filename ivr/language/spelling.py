"""What a YAML parser complains about, said so that an admin can mend it."""

import re

import yaml
from yaml import MarkedYAMLError
from yaml.reader import ReaderError

from ivr.core.menus import Where
from ivr.language.comments import QUOTE as QUOTE_HASH

GLUED_HASH = re.compile(r"\S #(?!\s)")

QUOTE = "quote the text"
EXPLAINED: tuple[tuple[str, str, str], ...] = (
    ("mapping values are not allowed", "a second ':' in one line", 'quote the text: "Press 1: sales"'),
    (
        "expected alphabetic or numeric character",
        "'*' or '&' at the beginning has a meaning in YAML",
        'quote it: "*"',
    ),
    ("undefined alias", "'*' would begin a YAML alias, which menus do not have", 'quote it: "*"'),
    ("second occurrence", "'&' would name this for aliases, which menus do not have", QUOTE),
    ("found character that cannot start", "this character has a meaning in YAML", QUOTE),
    ("unexpected end of stream", "this quote is never closed", "close it, and double it inside a text: ''"),
    ("found another document", "a second document begins here ('---')", "put it into a file of its own"),
    ("could not find expected ':'", "a ':' is missing here", "write 'word: value', or quote the text"),
    (
        "expected ',' or",
        "this bracket is never closed, or a comma is missing",
        "close it, or quote the text inside",
    ),
    (
        "expected <block end>",
        "this line does not fit the lines above",
        "look at its indentation, or quote the text",
    ),
    (
        "did not find expected key",
        "this line does not fit the lines above",
        "look at its indentation, or quote the text",
    ),
    ("block sequence entries are not allowed", "a '-' where no list can stand", "put the list below its key"),
    (
        "unknown escape character",
        "a '\\' means something in \"...\"",
        "write '\\\\', or use single quotes '...'",
    ),
    ("expected node content", "no value, or one whose first character means something in YAML", QUOTE),
    ("found unexpected ':'", "a ':' inside brackets", QUOTE),
    ("expected comment or line break", "text right after '|' or '>'", "begin it on the next line"),
    ("whitespace or line break", "'!' would begin a YAML tag, which menus do not have", QUOTE),
    ("directive", "'%' at the beginning of a line means something in YAML", QUOTE),
    ("non-alphabetical", "'%' at the beginning of a line means something in YAML", QUOTE),
    ("incompatible YAML", "'%' at the beginning of a line means something in YAML", QUOTE),
    ("expected '-' indicator", "this line does not fit the list above", "look at its indentation"),
    ("undefined tag handle", "'!' would begin a YAML tag, which menus do not have", QUOTE),
)

FROM_ITS_BEGINNING = ("unexpected end of stream", "expected ',' or", "expected alphabetic")


def explain(name: str, source: str, error: yaml.YAMLError) -> tuple[Where, str, str]:
    """Where and what is wrong, and what to do."""
    if not isinstance(error, MarkedYAMLError):
        reason = error.reason if isinstance(error, ReaderError) else str(error)
        return Where(name, 1, 1), f"this cannot be read as YAML: {reason}", ""
    problem = error.problem or "unknown"
    begins = error.context_mark if any(it in problem for it in FROM_ITS_BEGINNING) else None
    mark = begins or error.problem_mark or error.context_mark
    where = Where(name, mark.line + 1, mark.column + 1) if mark else Where(name, 1, 1)
    if swallowed := _swallowed(name, source, error):
        return swallowed, "'#' begins a comment here and swallows the rest of the line", QUOTE_HASH
    if mark and source.startswith("\t", mark.index):
        return where, "a tab", "indent with spaces"
    for said, text, hint in EXPLAINED:
        if said in problem:
            return where, text, hint
    return where, f"this is not YAML: {problem}" if error.context else problem, ""


def _swallowed(name: str, source: str, error: MarkedYAMLError) -> Where | None:
    """The first `#` glued to text between where the trouble began and where it was noticed."""
    if not error.context_mark or not error.problem_mark:
        return None
    lines = source.split("\n")
    for number in range(error.context_mark.line, min(error.problem_mark.line + 1, len(lines))):
        if hash_ := GLUED_HASH.search(lines[number]):
            return Where(name, number + 1, hash_.end())
    return None
