"""The lines of the spool: `kind call hop payload`, the payload sealed, as it may hold secrets.

A line is a fact, and `hop` that of the document it led to; or (`stood`) it is how a call stands as a process
remembers it, for the others to read while the ledger is away.
"""

from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from threading import Lock

from pydantic import TypeAdapter, ValidationError

from ivr.core.calls import Call
from ivr.ledger.facts import Accepted, Ended, Fact, Moved, RecordingTold, Written
from ivr.ledger.seal import Seal

Said = Fact | Call

KINDS: dict[str, type[Said]] = {
    "moved": Moved,
    "ended": Ended,
    "accepted": Accepted,
    "recording": RecordingTold,
    "written": Written,
    "stood": Call,
}
_NAMES = {kind: name for name, kind in KINDS.items()}


@dataclass(frozen=True, slots=True)
class Strange:
    """A line that this version of the program, or this SECRET_KEY, does not understand."""

    line: bytes


def written(seal: Seal, said: Said) -> bytes:
    """The line, with its end."""
    name = _NAMES[type(said)]
    call, hop = (said.id, said.hop) if isinstance(said, Call) else (said.call_id, getattr(said, "hop", 0))
    payload = seal.close(_codec(name).dump_json(said).decode())
    return f"{name} {call} {hop} {payload}\n".encode()


def read(seal: Seal, line: bytes) -> Said | Strange:
    """What a line (without its end) says."""
    name, _, rest = line.decode(errors="replace").partition(" ")
    payload = seal.open(rest.rpartition(" ")[2])
    if name not in KINDS or payload is None:
        return Strange(line)
    try:
        return _codec(name).validate_json(payload)
    except ValidationError:
        return Strange(line)


@cache
def _codec(name: str) -> TypeAdapter[Said]:
    return TypeAdapter(KINDS[name])


@dataclass(slots=True)
class Index:
    """What the files of a folder say of each call, found without reading any line twice."""

    _read_to: dict[Path, int] = field(default_factory=dict)
    _latest: dict[str, tuple[int, bytes]] = field(default_factory=dict)
    _accepted: set[tuple[str, int]] = field(default_factory=set)
    _reading: Lock = field(default_factory=Lock)

    def latest(self, files: list[Path], call_id: str) -> bytes | None:
        """The line that leads this call furthest."""
        self._read(files)
        found = self._latest.get(call_id)
        return found[1] if found else None

    def accepted(self, files: list[Path], call_id: str, hop: int) -> bool:
        """Whether a party rung by this document of the call pressed 1."""
        self._read(files)
        return (call_id, hop) in self._accepted

    def _read(self, files: list[Path]) -> None:
        with self._reading:
            if not files:
                self._read_to, self._latest, self._accepted = {}, {}, set()
            for path in files:
                self._read_on(path)

    def _read_on(self, path: Path) -> None:
        start = self._read_to.get(path, 0)
        try:
            with path.open("rb") as file:
                file.seek(start)
                text = file.read()
        except FileNotFoundError:  # replayed a moment ago: the ledger has it
            return
        whole = text[: text.rfind(b"\n") + 1]
        self._read_to[path] = start + len(whole)
        for line in whole.splitlines():
            self._note(line)

    def _note(self, line: bytes) -> None:
        name, call, hop, _ = (*line.decode(errors="replace").split(" "), "", "", "")[:4]
        if name == "accepted":
            self._accepted.add((call, int(hop)))
        elif name in ("moved", "stood"):
            known = self._latest.get(call)
            if known is None or int(hop) > known[0] or (int(hop) == known[0] and name == "moved"):
                self._latest[call] = (int(hop), line)
