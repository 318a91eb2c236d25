"""The revisions in use: which one is live, which were withdrawn, and the finished documents of each."""

import logging
import threading
import time
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace

from ivr.carriers.capabilities import Carrier
from ivr.core.menus import Hotline, Language, Sound
from ivr.language import read_files
from ivr.ledger import Ledger, LedgerAway, LedgerError, revisions
from ivr.switchboard import readings
from ivr.switchboard.documents import Documents
from ivr.switchboard.readings import unpacked
from ivr.switchboard.spare import Spare

log = logging.getLogger(__name__)

LATE_MS = 1_000
"""The clock looks each half second; a caller looks only where it is late, or nobody carries one."""

KEPT = 8
"""Compiled revisions a process keeps; a call on one not used for longer has it compiled again."""


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
    """Revisions as scripts. A swap of the live one is one reference; callers never wait for it."""

    def __init__(self, ledger: Ledger, base_url: str, carrier: Carrier, spare: Spare | None = None) -> None:
        self._ledger = ledger
        self._base_url = base_url
        self._carrier = carrier
        self._spare = spare
        self._spared: Script | None = None
        """What the spare copy holds, while this process has not seen the live revision itself."""
        self._spare_of: int | None = None
        """The revision of which this process has put down a spare copy."""
        self._scripts: OrderedDict[int, Script] = OrderedDict()  # the one used longest ago first
        self._unreadable: dict[int, str] = {}
        self._live: Script | None = None
        self._withdrawn: frozenset[int] = frozenset()
        self._looked_at = 0
        self._looking = threading.Lock()
        self._compiling = threading.Lock()
        self._could_not_read_at = 0.0

    def live(self, now: int) -> Script:
        """The live revision as last seen, or as it is if nobody has looked for long. Raises NothingPublished.

        While another thread makes a new one ready, callers go on with the one before.
        """
        live = self._live
        if live is not None and (now - self._looked_at < LATE_MS or self._looking.locked()):
            return live
        return self.look(now)

    def look(self, now: int) -> Script:
        """Asks the ledger which revision is live, and makes it ready. Raises NothingPublished.

        Where it cannot be asked, what was live last is made ready from the spare copy; the error is raised.
        """
        try:
            return self._seen(now)
        except LedgerError:
            self._take_spare()
            raise

    def _seen(self, now: int) -> Script:
        with self._in_turn(self._looking):
            self._looked_at = now
            with self._ledger.reading() as tx:
                number, withdrawn = revisions.standing(tx)
            if number is None:
                raise NothingPublished("no menus are published yet")
            before, live = self._live, self._readable(number)
            self._live, self._withdrawn = live, withdrawn
            if live is not before:
                live.documents.warm()
            self._keep_spare(live.revision)
            return live

    def _keep_spare(self, number: int) -> None:
        """For whoever is born while the ledger is away."""
        if self._spare is None or self._spare_of == number:
            return
        with self._ledger.reading() as tx:
            source = revisions.source(tx, number)
        self._spare.keep(source)
        self._spare_of = number

    def _take_spare(self) -> None:
        """The live revision as another process has seen it last, for one that has seen none."""
        with self._compiling:
            if self._live is not None or self._spared is not None or self._spare is None:
                return
            copy = self._spare.found()
            if copy is None:
                return
            try:
                hotline = read_again(copy.revision, copy.files, copy.sounds)
            except Unreadable as error:
                log.error("%s", error)
                return
            documents = Documents(hotline, copy.revision, self._base_url, self._carrier)
            documents.warm()
            self._spared = Script(copy.revision, hotline, documents)

    @contextmanager
    def _in_turn(self, turn: threading.Lock) -> Iterator[None]:
        """One thread reads at a time. Who waited while it could not does not wait for the same again."""
        asked_at = time.monotonic()
        with turn:
            if self._could_not_read_at > asked_at:
                raise LedgerAway("the menus could not be read a moment ago")
            try:
                yield
            except LedgerError:
                self._could_not_read_at = time.monotonic()
                raise

    def _readable(self, number: int) -> Script:
        """The live revision; one that this version of the program cannot read leaves the last one live."""
        try:
            return self.script(number)
        except Unreadable as error:
            if self._live is None:
                raise NothingPublished(str(error)) from error
            return self._live

    @property
    def last_live(self) -> Script | None:
        """The live revision as last seen (where this process could not look yet, by another one), without
        looking: for when there is no database to look in."""
        return self._live or self._spared

    def ready(self, number: int) -> Script | None:
        """The script of a revision if it is compiled already: for when there is no database to read."""
        spared = self._spared
        return self._scripts.get(number) or (spared if spared and spared.revision == number else None)

    def is_withdrawn(self, number: int) -> bool:
        """Whether a revision was taken back, as last seen: its calls go on in the live one."""
        return number in self._withdrawn

    def script(self, number: int) -> Script:
        """The script of a revision, compiled if need be. KeyError if there is no such revision, Unreadable
        if this version cannot read it."""
        script = self._scripts.get(number)
        if script is None:
            return self._compiled(number)
        with suppress(KeyError):  # another thread has dropped it meanwhile
            self._scripts.move_to_end(number)
        return script

    def script_or(self, number: int, instead: Script) -> Script:
        """The script of a revision, or another one if that is gone."""
        try:
            return self.script(number)
        except KeyError:
            return instead

    def _compiled(self, number: int) -> Script:
        with self._in_turn(self._compiling):
            if number in self._unreadable:
                raise Unreadable(self._unreadable[number])
            if number not in self._scripts:
                self._scripts[number] = self._compile(number)
                self._drop_but(number)
            return self._scripts[number]

    def _compile(self, number: int) -> Script:
        try:
            return compiled(self._ledger, number, self._base_url, self._carrier)
        except Unreadable as error:
            log.error("%s", error)
            self._unreadable[number] = str(error)  # neither it nor this program will change
            raise

    def _drop_but(self, number: int) -> None:
        """Forgets the scripts that were used longest ago, but never the live one, nor this one."""
        live = self._live.revision if self._live else None
        others = [old for old in list(self._scripts) if old not in (number, live)]
        for old in others[: max(len(self._scripts) - KEPT, 0)]:
            del self._scripts[old]


def compiled(ledger: Ledger, number: int, base_url: str, carrier: Carrier) -> Script:
    """A revision made ready from its stored source: what is compiled is only ever a cache of that."""
    hotline = hotline_of(ledger, number)
    return Script(number, hotline, Documents(hotline, number, base_url, carrier))


def hotline_of(ledger: Ledger, number: int) -> Hotline:
    """The menus of a revision: as they were read before, or from their source. KeyError, Unreadable."""
    with ledger.reading() as tx:
        read_before = revisions.reading(tx, number, readings.version())
        known = unpacked(read_before) if read_before else None
        if known is not None:
            return known
        source = revisions.source(tx, number)
    return read_again(number, source.files, source.sounds)


def read_again(
    number: int, files: Mapping[str, str], sounds: Mapping[tuple[Language, str], Sound]
) -> Hotline:
    """The menus of a revision from its source. Raises Unreadable."""
    checked = read_files(files)
    if checked.hotline is None:
        why = checked.mistakes[0] if checked.mistakes else "there is nothing in it"
        raise Unreadable(f"revision {number} cannot be read by this version: {why}")
    return replace(checked.hotline, sounds=sounds)
