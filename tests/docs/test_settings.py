"""The page of the settings says what the code says, and leaves none out."""

import re

from ivr import settings
from tests.docs.pages import DOCS, rows, section, words
from tests.house import HOUSE

PAGE = DOCS / "settings.md"
ENVIRONMENT = re.compile(r"""os\.environ(?:\.get\(|\.setdefault\(|\[)["'](\w+)""")


def row_of(name: str, kind: str, default: object, meaning: str) -> list[str]:
    """A setting as a row of the table."""
    kinds = {"str": "text", "int": "number"}
    return [f"`{name}`", kinds[kind], f"`{default}`" if default != "" else "", meaning]


def read_by_the_server() -> set[str]:
    """What app.py and gunicorn's configuration read from the environment."""
    sources = [(HOUSE / file).read_text("utf-8") for file in ("app.py", "ivr/gunicorn.py")]
    return {name for source in sources for name in ENVIRONMENT.findall(source)}


def test_the_table_is_the_settings() -> None:
    right = [row_of(*row) for row in settings.table()]
    told = rows(section(PAGE, "All settings"))
    assert told == right, "the table should be:\n" + "\n".join(f"| {' | '.join(row)} |" for row in right)


def test_what_the_server_reads_besides_is_told() -> None:
    told = {word for row in rows(section(PAGE, "Of the server and the door")) for word in words(row[0])}
    assert told == read_by_the_server() - {row[0] for row in settings.table()}
