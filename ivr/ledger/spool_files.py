"""The files of the spool, each held by a lock while a process writes it, or replays it."""

import fcntl
import os
import secrets
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from ivr.core.calls import Call
from ivr.ledger import spool_lines
from ivr.ledger.facts import Fact
from ivr.ledger.seal import Seal
from ivr.ledger.spool_lines import Strange

FACTS = ".facts"
"""How the name of a file ends that is to be replayed."""


@dataclass(slots=True)
class OwnFile:
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
    was_put_off: bool = False

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


def new_file(folder: Path) -> OwnFile:
    """A new file, locked before anybody can see it under its name."""
    name = a_name()
    file = os.open(
        folder / f".{name}", os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_APPEND | os.O_CLOEXEC, 0o600
    )
    fcntl.flock(file, fcntl.LOCK_EX)
    path = folder / f"{name}{FACTS}"
    (folder / f".{name}").rename(path)
    sync_folder(folder)
    return OwnFile(path, file, os.getpid())


def held(path: Path) -> int | None:
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


def sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def a_name() -> str:
    return f"{os.getpid()}-{secrets.token_hex(4)}"


def private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
