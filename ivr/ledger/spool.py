"""The spool: facts that could not be put down, in files of a folder, until the ledger can be written again.

Each process writes a file of its own and holds it by a lock; a file that nobody holds is anybody's to
replay. A line that is not whole was never acknowledged.
"""

import errno
import fcntl
import logging
import os
import secrets
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Lock

from ivr.core.calls import Call
from ivr.ledger import spool_lines
from ivr.ledger.facts import Fact, Moved
from ivr.ledger.seal import Seal
from ivr.ledger.spool_lines import Index, Strange

log = logging.getLogger(__name__)

FACTS, ASIDE, RESERVE = ".facts", ".aside", "reserve"

RESERVED = 8 << 20
"""Bytes of the disk kept for the spool, given up when it is full: room for some thousand facts."""

TICK_NS = 100_000_000
"""What changes in a folder so soon after another change may leave it with the same time."""


class Spool:
    """The folder, and this process's file in it. Safe to share between threads, and to fork."""

    def __init__(self, folder: Path, seal: Seal) -> None:
        self.folder = folder
        self._seal = seal
        self._own: _Own | None = None
        self._writing = Lock()
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

    def to_replay(self) -> Iterator["SpoolFile"]:
        """The files to replay, held for us: our own (another is begun), and those of processes that died."""
        with self._writing:
            own, self._own = self._own, None
        if own is not None:
            yield SpoolFile(own.path, own.file, self._seal)
        for path in self._files():
            held = _held(path)
            if held is not None:
                yield SpoolFile(path, held, self._seal)

    def set_aside(self, lines: Sequence[Fact | Strange]) -> None:
        """Keep what nobody understands, or the ledger refuses, where no replay sees it. Raises OSError."""
        path = self.folder / f"{_a_name()}{ASIDE}"
        log.error("%s facts of the spool cannot be put down, and are kept in %s", len(lines), path)
        with open(path, "xb", opener=_private) as file:
            for each in lines:
                file.write(
                    each.line + b"\n" if isinstance(each, Strange) else spool_lines.written(self._seal, each)
                )
            file.flush()
            os.fsync(file.fileno())

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
                made = reserve.with_name(f".{_a_name()}")
                with open(made, "xb", opener=_private) as file:
                    os.posix_fallocate(file.fileno(), 0, RESERVED)
                made.rename(reserve)

    def _has_room(self) -> bool:
        self._make_folder()
        disk = os.statvfs(self.folder)
        return disk.f_bavail * disk.f_frsize > 2 * RESERVED

    def close(self) -> None:
        """Let go of our file; whoever finds it replays it."""
        with self._writing:
            own, self._own = self._own, None
        if own is not None:
            os.close(own.file)

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
            self._own = _own(self.folder)
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


@dataclass(slots=True)
class _Own:
    """The file this process appends to."""

    path: Path
    file: int
    pid: int
    size: int = 0


@dataclass(frozen=True, slots=True)
class SpoolFile:
    """A file that is ours to replay."""

    path: Path
    file: int
    _seal: Seal

    def lines(self) -> Iterator[Fact | Strange]:
        """What stands in it, but for a torn end; nothing if somebody removed it under us."""
        with suppress(FileNotFoundError), self.path.open("rb") as file:
            for line in file:
                said = spool_lines.read(self._seal, line[:-1]) if line.endswith(b"\n") else None
                if said is not None and not isinstance(said, Call):
                    yield said

    def done(self) -> None:
        """All of it is in the ledger."""
        self.path.unlink(missing_ok=True)
        os.close(self.file)

    def leave(self) -> None:
        """Not now: somebody else, or we, will replay it another time."""
        os.close(self.file)


def _own(folder: Path) -> _Own:
    """A new file, locked before anybody can see it under its name."""
    name = _a_name()
    file = os.open(
        folder / f".{name}", os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_APPEND | os.O_CLOEXEC, 0o600
    )
    fcntl.flock(file, fcntl.LOCK_EX)
    path = folder / f"{name}{FACTS}"
    (folder / f".{name}").rename(path)
    _sync_folder(folder)
    return _Own(path, file, os.getpid())


def _held(path: Path) -> int | None:
    """The file, locked for us; None if somebody lives who holds it, or has just replayed it."""
    try:
        file = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        return None
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if os.fstat(file).st_nlink:
            return file
    except BlockingIOError:
        pass
    os.close(file)
    return None


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _a_name() -> str:
    return f"{os.getpid()}-{secrets.token_hex(4)}"


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
