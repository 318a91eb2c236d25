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


def test_the_table_is_the_settings() -> None:
    assert rows(section(PAGE, "All settings")) == [row_of(*row) for row in settings.table()]


def test_what_the_door_and_the_server_read_for_themselves_is_told() -> None:
    read = {
        name
        for file in ("app.py", "ivr/gunicorn.py")
        for name in ENVIRONMENT.findall((HOUSE / file).read_text("utf-8"))
    }
    own = {word for row in rows(section(PAGE, "Of the server and the door")) for word in words(row[0])}
    assert own == read - {row[0] for row in settings.table()}
