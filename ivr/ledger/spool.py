"""The spool: facts that could not be put down, in files of a folder, until the ledger can be written again.

Each process writes a file of its own and holds it by a lock; a file that nobody holds is anybody's to
replay. A line that is not whole was never acknowledged.
"""

import errno
import logging
import os
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from threading import Lock

from ivr.core.calls import Call
from ivr.ledger import spool_lines
from ivr.ledger.facts import Fact, Moved
from ivr.ledger.seal import Seal
from ivr.ledger.spool_files import FACTS, OwnFile, SpoolFile, a_name, held, new_file, private, sync_folder
from ivr.ledger.spool_lines import Index, Strange

log = logging.getLogger(__name__)

ASIDE, RESERVE = ".aside", "reserve"

RESERVED = 8 << 20
"""Bytes of the disk kept for the spool, given up when it is full: room for some thousand facts."""

TRY_AGAIN = 60.0
"""Seconds until a file that was put off is tried again."""

TICK_NS = 100_000_000
"""What changes in a folder so soon after another change may leave it with the same time."""


class Spool:
    """The folder, and this process's file in it. Safe to share between threads, and to fork."""

    def __init__(self, folder: Path, seal: Seal) -> None:
        self.folder = folder
        self._seal = seal
        self._own: OwnFile | None = None
        self._writing = Lock()
        self._put_off: deque[tuple[float, SpoolFile]] = deque()
        self._index = Index()
        self._empty_as_of = 0

    # -- while the ledger is away ---------------------------------------------------------------------

    def append(self, fact: Fact) -> None:
        """Keep a fact; it is on the disk when this returns. Raises OSError if it cannot be kept."""
        self._write(spool_lines.written(self._seal, fact), sync=True)

    def tell(self, calls: Iterable[Call]) -> None:
        """Let the other processes know how these calls stand. Raises OSError."""
        self._write(b"".join(spool_lines.written(self._seal, call) for call in calls), sync=False)

    def knock(self) -> None:
        """Let the other processes see that somebody here is in trouble. Raises OSError."""
        self._write(b"", sync=False)

    def latest(self, call_id: str) -> Call | Moved | None:
        """What the folder's files say of a call: how it stands, or the move that has led it furthest."""
        line = self._index.latest(self._files(), call_id)
        said = spool_lines.read(self._seal, line) if line else None
        return said if isinstance(said, Call | Moved) else None

    def accepted(self, call_id: str, hop: int) -> bool:
        """Whether the files say that a party rung by this document of the call pressed 1."""
        return self._index.accepted(self._files(), call_id, hop)

    def is_empty(self) -> bool:
        """Asked for every answer, so the folder is only looked into when something in it has changed."""
        try:
            changed = self.folder.stat().st_mtime_ns
        except FileNotFoundError:
            return True
        if changed == self._empty_as_of:
            return True
        empty = not self._files()
        if empty and time.time_ns() - changed > TICK_NS:
            self._empty_as_of = changed
        return empty

    def waiting(self) -> int:
        """How many files wait to be replayed."""
        return len(self._files())

    def aside(self) -> list[Path]:
        """The files of what nobody understood, or the ledger refused."""
        return sorted(self.folder.glob(f"*{ASIDE}"))

    # -- when it is back ------------------------------------------------------------------------------

    def first(self) -> Fact | None:
        """The first fact of this process's own file, if there is one: to try whether it can be put down."""
        own = self._own
        said = SpoolFile(own.path, -1, self._seal).lines() if own else iter(())
        return next((fact for fact in said if not isinstance(fact, Strange)), None)

    def to_replay(self) -> Iterator[SpoolFile]:
        """The files to replay, held for us: our own (another is begun), and those of processes that died."""
        with self._writing:
            own, self._own = self._own, None
        if own is not None:
            yield SpoolFile(own.path, own.file, self._seal)
        while (due := self._due()) is not None:
            yield due
        for path in self._files():
            taken = held(path)
            if taken is not None:
                yield SpoolFile(path, taken, self._seal)

    def put_off(self, file: SpoolFile, why: OSError) -> None:
        """Keep hold of a file that cannot be dealt with now, and give it `to_replay` again in a minute."""
        if not file.was_put_off:
            text = "%s cannot be put down, and what is wrong with it cannot be set aside (%s): "
            log.error(text + "it is tried again each minute", file.path, why)
        with self._writing:
            self._put_off.append((time.monotonic() + TRY_AGAIN, replace(file, was_put_off=True)))

    def _due(self) -> SpoolFile | None:
        """A file that was put off long enough."""
        with self._writing:
            if self._put_off and self._put_off[0][0] <= time.monotonic():
                return self._put_off.popleft()[1]
        return None

    def set_aside(self, lines: Sequence[Fact | Strange]) -> None:
        """Keep what nobody understands, or the ledger refuses, where no replay sees it.

        Raises OSError, and then has kept nothing: the reserve is for what callers do.
        """
        name = a_name()
        path, made = self.folder / f"{name}{ASIDE}", self.folder / f".{name}"
        try:
            with open(made, "xb", opener=private) as file:
                file.writelines(self._written(each) for each in lines)
                file.flush()
                os.fsync(file.fileno())
            made.rename(path)
            sync_folder(self.folder)
        except OSError:
            made.unlink(missing_ok=True)
            raise
        log.error("%s facts of the spool cannot be put down, and are kept in %s", len(lines), path)

    def _written(self, line: Fact | Strange) -> bytes:
        return line.line + b"\n" if isinstance(line, Strange) else spool_lines.written(self._seal, line)

    def forget_aside(self, is_theirs: Callable[[Fact], bool]) -> None:
        """Take some facts out of what was set aside. What nobody understands stays, sealed as it is."""
        for path in self.aside():
            with path.open("rb") as file:
                lines = [line for line in file if line.endswith(b"\n")]
            left = [line for line in lines if not self._is(line, is_theirs)]
            if len(left) == len(lines):
                continue
            made = self.folder / f".{a_name()}"
            with open(made, "xb", opener=private) as file:
                file.writelines(left)
                file.flush()
                os.fsync(file.fileno())
            made.rename(path)
            if not left:
                path.unlink()

    def _is(self, line: bytes, is_theirs: Callable[[Fact], bool]) -> bool:
        said = spool_lines.read(self._seal, line[:-1])
        return not isinstance(said, Strange | Call) and is_theirs(said)

    def try_aside_again(self) -> None:
        """Another version of the program, or another key, may understand what was set aside."""
        for path in self.folder.glob(f"*{ASIDE}"):
            with suppress(OSError):  # another worker was quicker, or nothing can be written: it stays aside
                path.rename(path.with_suffix(FACTS))

    def set_reserve(self) -> None:
        """Keep some room on the disk for the time when there is none, unless there is hardly any now."""
        reserve = self.folder / RESERVE
        with suppress(OSError):
            if not reserve.exists() and self._has_room():
                made = reserve.with_name(f".{a_name()}")
                with open(made, "xb", opener=private) as file:
                    os.posix_fallocate(file.fileno(), 0, RESERVED)
                made.rename(reserve)

    def _has_room(self) -> bool:
        self._make_folder()
        disk = os.statvfs(self.folder)
        return disk.f_bavail * disk.f_frsize > 2 * RESERVED

    def close(self) -> None:
        """Let go of our files; whoever finds them replays them."""
        with self._writing:
            own, self._own = self._own, None
            put_off = [file for _, file in self._put_off]
            self._put_off.clear()
        if own is not None:
            os.close(own.file)
        for file in put_off:
            file.leave()

    # -- our file -------------------------------------------------------------------------------------

    def _write(self, lines: bytes, *, sync: bool) -> None:
        with self._writing:
            try:
                self._write_once(lines, sync)
            except OSError as error:
                if error.errno not in (errno.ENOSPC, errno.EDQUOT):
                    raise
                with suppress(OSError):  # another process may have given it up a moment ago
                    (self.folder / RESERVE).unlink()
                self._write_once(lines, sync)

    def _write_once(self, lines: bytes, sync: bool) -> None:
        if self._own is None or self._own.pid != os.getpid():
            self._make_folder()
            self._own = new_file(self.folder)
        own = self._own
        try:
            left = memoryview(lines)
            while left:
                left = left[os.write(own.file, left) :]
            if sync:
                os.fdatasync(own.file)
        except OSError:
            os.ftruncate(own.file, own.size)  # what is torn would tear the next line too
            raise
        own.size += len(lines)
        if not os.fstat(own.file).st_nlink:  # somebody removed it under us: that was written to nowhere
            os.close(own.file)
            self._own = None
            self._write_once(lines, sync)

    def _make_folder(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)

    def _files(self) -> list[Path]:
        try:
            return [path for path in self.folder.iterdir() if path.suffix == FACTS]
        except FileNotFoundError:
            return []
