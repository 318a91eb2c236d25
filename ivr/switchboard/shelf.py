"""The revisions in use: which one is live, and the finished documents of each."""

import logging
import threading
from dataclasses import dataclass, replace

from ivr.carriers.capabilities import Carrier
from ivr.core.menus import Hotline
from ivr.language import read_files
from ivr.ledger import Ledger, revisions
from ivr.switchboard.documents import Documents

log = logging.getLogger(__name__)

LOOK_EVERY_MS = 500
KEPT = 8
"""Compiled revisions a process keeps; a call on an older one has it compiled again."""


class NothingPublished(LookupError):
    """No menus are live; `ivr publish` puts some there."""


class Unreadable(KeyError):
    """A stored revision that this version of the program does not understand."""

    def __str__(self) -> str:
        return str(self.args[0])


@dataclass(frozen=True, slots=True)
class Script:
    """One revision, ready to answer calls."""

    revision: int
    hotline: Hotline
    documents: Documents


class Shelf:
    """Revisions as scripts. The live one is looked up at most each half second; a swap is one reference."""

    def __init__(self, ledger: Ledger, base_url: str, carrier: Carrier) -> None:
        self._ledger = ledger
        self._base_url = base_url
        self._carrier = carrier
        self._scripts: dict[int, Script] = {}
        self._live: Script | None = None
        self._looked_at = 0
        self._compiling = threading.Lock()

    def live(self, now: int) -> Script:
        """The published revision. Raises NothingPublished."""
        live = self._live
        if live is None or now - self._looked_at >= LOOK_EVERY_MS:
            self._looked_at = now
            with self._ledger.reading() as tx:
                number = revisions.live(tx)
            if number is None:
                raise NothingPublished("no menus are published yet")
            live = self._live = self._readable(number)
        return live

    def look_again(self) -> None:
        """Another revision may be live: whoever asks next looks, not after the half second."""
        self._looked_at = 0

    def _readable(self, number: int) -> Script:
        """The live revision; one that this version of the program cannot read leaves the last one live."""
        try:
            return self.script(number)
        except Unreadable as error:
            log.error("%s", error)
            if self._live is None:
                raise NothingPublished(str(error)) from error
            return self._live

    @property
    def last_live(self) -> Script | None:
        """The live revision as last seen, without looking: for when there is no database to look in."""
        return self._live

    def ready(self, number: int) -> Script | None:
        """The script of a revision if it is compiled already: for when there is no database to read."""
        return self._scripts.get(number)

    def script(self, number: int) -> Script:
        """The script of a revision, compiled if need be; KeyError if there is no such revision."""
        return self._scripts.get(number) or self._compiled(number)

    def script_or(self, number: int, instead: Script) -> Script:
        """The script of a revision, or another one if that is gone."""
        try:
            return self.script(number)
        except KeyError:
            return instead

    def _compiled(self, number: int) -> Script:
        with self._compiling:
            if number not in self._scripts:
                script = compiled(self._ledger, number, self._base_url, self._carrier)
                kept = sorted(self._scripts)[-(KEPT - 1) :]
                self._scripts = {old: self._scripts[old] for old in kept} | {number: script}
            return self._scripts[number]


def compiled(ledger: Ledger, number: int, base_url: str, carrier: Carrier) -> Script:
    """A revision made ready from its stored source: what is compiled is only ever a cache of that."""
    with ledger.reading() as tx:
        source = revisions.source(tx, number)
    checked = read_files(source.files)
    if checked.hotline is None:
        raise Unreadable(f"revision {number} cannot be read by this version: {checked.mistakes[0]}")
    hotline = replace(checked.hotline, sounds=source.sounds)
    documents = Documents(hotline, number, base_url, carrier)
    documents.warm()
    return Script(number, hotline, documents)
