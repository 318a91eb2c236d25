"""What nearly every test needs and is the same in all of them: made once in a process, then handed out.

To make it anew would take most of a test's time.
"""

from collections.abc import Callable
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from flask import Flask
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from werkzeug.routing import Rule

from ivr.language import Checked
from ivr.ledger import Ledger
from ivr.switchboard.draft import check

FILE = "hotline.yaml"
"""Menus that are one text are this file of their folder."""


@cache
def empty_ledger() -> bytes:
    """An SQLite file with all tables and no rows."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / "hotline.db"
        ledger = Ledger.open(f"sqlite:///{file}", b"for making only")
        ledger.upgrade()
        ledger.close()
        return file.read_bytes()


@cache
def checked(menus: str, carrier: str) -> Checked:
    """A text of menus, without recordings, checked and proved."""
    with TemporaryDirectory() as folder:
        home = Path(folder) / "menus"
        home.mkdir()
        (home / FILE).write_text(menus)
        return check(home, Path(folder) / "recordings", carrier)


def make_quickly(app: Flask) -> None:
    """An application that takes over the templates another one has compiled."""
    app.jinja_env.bytecode_cache = TEMPLATES


class Templates(BytecodeCache):
    """Compiled templates, in memory."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, str], bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if known := self._known.get((bucket.key, bucket.checksum)):
            bucket.bytecode_from_string(known)

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._known[bucket.key, bucket.checksum] = bucket.bytecode_to_string()


TEMPLATES = Templates()


Address = Callable[..., tuple[str, str]]


def _remembering(write: Callable[[Rule, bool], Address]) -> Callable[[Rule, bool], Address]:
    """Werkzeug writes two functions in Python for each address of an application, and compiles them."""
    written: dict[tuple[object, ...], Address] = {}

    def remembered(rule: Rule, append_unknown: bool = True) -> Address:
        key = (rule.rule, tuple(rule._trace), repr(rule.defaults), append_unknown)
        if key not in written:
            written[key] = write(rule, append_unknown)
        return written[key]

    return remembered


Rule._compile_builder = _remembering(Rule._compile_builder)  # type: ignore[assignment, method-assign]
