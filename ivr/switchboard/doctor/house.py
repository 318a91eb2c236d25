"""What stands in our own house: the database, the disk it lies on, secrets, the program's packages."""

import os
import re
import shutil
import sys
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from ivr.ledger import LedgerError, condition
from ivr.ledger.condition import Condition
from ivr.switchboard.doctor.finding import Finding, doubtful, fine, wrong
from ivr.switchboard.exchange import Exchange

CONSTRAINTS = Path(__file__).parents[2] / "constraints.txt"
MOUNTS = Path("/proc/mounts")
NETWORK = re.compile(r"nfs|cifs|smb|9p|afs|ceph|gluster|lustre|fuse\.(sshfs|s3fs|gcsfuse|rclone)")

SCARCE = 1_000_000_000
NONE_LEFT = 100_000_000
"""Bytes: a day of a busy hotline; what a database needs to stay whole."""

SHORTEST_KEY = 32
"""Characters; a key that can be guessed opens everything that is sealed."""

PRIVATE = ("secret_key", "box_token", "box_account", "hotline.db", "hotline.db-wal", "messages")
"""What nobody but the hotline's own user may read, of the data folder."""


def database(exchange: Exchange) -> Iterator[Finding]:
    """It is there, as this version of the program needs it, can be written, and forgets nothing."""
    try:
        yield from condition_of(exchange)
    except LedgerError as error:
        mend = "start the hotline once, or look at DATABASE_URL, at its server, at the rights of its file"
        yield wrong("database", f"cannot be used: {error}", mend)


def condition_of(exchange: Exchange) -> Iterator[Finding]:
    """How the database is, if it can be asked. Raises LedgerError."""
    found = condition.of(exchange.ledger)
    if not found.is_current:
        mend = (
            "start the hotline once: it brings them up to date (if it cannot: they are of a newer version, so"
        )
        yield wrong("database", "its tables are not of this version", f"{mend} start that one)")
        return
    condition.try_to_write(exchange.ledger)
    yield fine("database", f"{found.kind} can be read and written, its tables are of this version")
    yield durability(found)
    if found.file is not None:
        yield from on_its_disk(found.file, found.journal)


def durability(found: Condition) -> Finding:
    if found.durable is condition.Durable.ALWAYS:
        return fine("durability", f"what was answered survives a power cut ({found.setting})")
    if found.durable is condition.Durable.KILLED:
        return fine(
            "durability", f"survives a killed process; a power cut may cost moments ({found.setting})"
        )
    mend = "set it back in the database server: the log would lose calls that were answered"
    return wrong("durability", f"what is committed may be lost ({found.setting})", mend)


def on_its_disk(file: Path, journal: str) -> Iterator[Finding]:
    """SQLite's WAL is memory that processes share, so it lives on a disk of this machine only."""
    kind = file_system(file)
    if NETWORK.match(kind):
        mend = "move it to a disk of this machine (IVR_DATA), or use PostgreSQL (DATABASE_URL)"
        yield wrong("database", f"{file} lies on a network file system ({kind}), where SQLite breaks", mend)
    if journal != "wal":
        mend = "look whether the file or its folder is read-only, and start the hotline again"
        yield wrong("database", f"its journal is '{journal}', so callers wait for one another", mend)


def file_system(path: Path) -> str:
    """The kind of file system a path lies on; "unknown" where nobody says."""
    if not MOUNTS.exists():
        return "unknown"
    mounts = [line.split()[1:3] for line in MOUNTS.read_text().splitlines()]
    around = [(place, kind) for place, kind in mounts if path.resolve().is_relative_to(place)]
    return max(around, key=lambda mount: len(mount[0]), default=("", "unknown"))[1]


def disk(exchange: Exchange) -> Iterator[Finding]:
    """There is room for what callers say, and for the log."""
    folder = Path(exchange.settings.data)
    if not folder.is_dir():
        yield doubtful("disk", f"{folder} is not there yet", "start the hotline once, or set IVR_DATA")
        return
    if not os.access(folder, os.W_OK | os.X_OK):
        mend = "let the hotline's user write there (chown), or set IVR_DATA to another folder"
        yield wrong("disk", f"{folder} cannot be written: nothing that callers say can be kept", mend)
        return
    free = shutil.disk_usage(folder).free
    why = f"{free / 1e9:.1f} GB are free in {folder}"
    if free < NONE_LEFT:
        yield wrong("disk", why, "make room: without it no call can be written down")
    elif free < SCARCE:
        yield doubtful("disk", why, "make room, or move IVR_DATA: messages are kept there")
    else:
        yield fine("disk", why)


def secrets(exchange: Exchange) -> Iterator[Finding]:
    """Keys cannot be guessed, and nobody else on this machine can read them."""
    settings = exchange.settings
    key_is_short = len(settings.secret_key) < SHORTEST_KEY
    if key_is_short:
        mend = f"set SECRET_KEY to at least {SHORTEST_KEY} random characters; what was sealed stays sealed"
        yield wrong("secrets", f"SECRET_KEY has {len(settings.secret_key)} characters", mend)
    open_ = [path for path in private_files(Path(settings.data)) if path.stat().st_mode & 0o077]
    for path in open_:
        yield wrong("secrets", f"others on this machine may read {path}", f"chmod -R go= {path}")
    if not (key_is_short or open_):
        yield fine("secrets", "the key is long enough, and only the hotline's user reads its files")


def private_files(folder: Path) -> Iterator[Path]:
    """What in the data folder is nobody else's business; nothing if nobody else gets into the folder."""
    if folder.is_dir() and folder.stat().st_mode & 0o077:
        yield from (path for name in PRIVATE if (path := folder / name).exists())


def spool(exchange: Exchange) -> Iterator[Finding]:
    """Everything that had to wait for the database has been written into it."""
    waiting, aside = exchange.spool.waiting(), exchange.spool.aside()
    for path in aside:
        mend = "a newer version, or the key it was sealed with, may read it: it is tried again at each start"
        yield wrong("spool", f"{path} holds what could not be written into the database", mend)
    if waiting:
        mend = "running workers do it by themselves; if it stays, their output says what is in the way"
        yield doubtful("spool", f"{waiting} files of facts wait to be written into the database", mend)
    elif not aside:
        yield fine("spool", "nothing waits for the database")


def dependencies(exchange: Exchange) -> Iterator[Finding]:
    """The packages are those this version was tested with."""
    others = [*other_versions(CONSTRAINTS.read_text())]
    python = ".".join(map(str, sys.version_info[:3]))
    if others:
        mend = f"pip install -c {CONSTRAINTS} {' '.join(name for name, _, _ in others)}"
        told = ", ".join(f"{name} {ours} (tested: {tested})" for name, ours, tested in others)
        yield doubtful("dependencies", f"other versions than those tested: {told}", mend)
    else:
        yield fine("dependencies", f"the versions that were tested, on Python {python}")


def other_versions(constraints: str) -> Iterator[tuple[str, str, str]]:
    """Installed packages that are not of the version in the constraints: name, version, tested version."""
    for name, tested in re.findall(r"^([A-Za-z0-9._-]+)==([^\s;]+)", constraints, re.MULTILINE):
        try:
            ours = version(name)
        except PackageNotFoundError:
            continue  # of another machine, or of the tests
        if ours != tested:
            yield name, ours, tested
