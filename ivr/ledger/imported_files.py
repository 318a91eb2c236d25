"""Which files of another system's calls are in the log, and which somebody is bringing in.

Whoever brings one in claims it for a while, and holds the claim with each of its transactions: so nobody else
does meanwhile, and what is left of one who was killed is known, and can be taken out.
"""

from dataclasses import dataclass

from ivr.ledger.transaction import Row, Transaction


@dataclass(frozen=True, slots=True)
class ImportedFile:
    """A file by its digest: at most so many of its `calls` are in the log, `read` in a way of which this is a
    digest, brought in or begun `at` a moment. It is there as a whole, or somebody's `claim`, who may go on
    `until` a moment, and others may not. Times are UTC milliseconds."""

    digest: str
    calls: int
    read: str
    at: int
    claim: str | None = None
    until: int | None = None

    @property
    def is_whole(self) -> bool:
        return self.claim is None

    def is_under_way(self, now: int) -> bool:
        """Whether somebody brings it in."""
        return self.until is not None and self.until >= now


_SELECT = "SELECT digest, calls, read, at, claim, until FROM imported_file"


def find(tx: Transaction, digest: str) -> ImportedFile | None:
    """A file that is in the log, or a part of it."""
    row = tx.row(f"{_SELECT} WHERE digest = :digest", {"digest": digest})
    return _file(row) if row else None


_CLAIM = """
INSERT INTO imported_file (digest, calls, read, at, claim, until)
VALUES (:digest, :calls, :read, :at, :claim, :until)
ON CONFLICT (digest) DO UPDATE SET calls = excluded.calls, read = excluded.read, at = excluded.at,
    claim = excluded.claim, until = excluded.until
WHERE imported_file.until IS NULL OR imported_file.until < :at"""


def claim(tx: Transaction, file: ImportedFile) -> bool:
    """Whether it is ours to bring in, or to take out, from `at` on; no, if it is somebody else's."""
    return tx.changed(_CLAIM, _values(file)) > 0


_HOLD_ON = "UPDATE imported_file SET until = :until WHERE digest = :digest AND claim = :claim"


def hold_on(tx: Transaction, file: ImportedFile, until: int) -> bool:
    """Whether the claim is ours still; then it is until this moment."""
    return tx.changed(_HOLD_ON, {"until": until, "digest": file.digest, "claim": file.claim}) > 0


_WHOLE = """
UPDATE imported_file SET claim = NULL, until = NULL, at = :at, calls = :calls
WHERE digest = :digest AND claim = :claim"""


def is_whole(tx: Transaction, file: ImportedFile, calls: int, now: int) -> bool:
    """All of its calls are in the log, so many; False if the claim is not ours any more."""
    return tx.changed(_WHOLE, {"at": now, "calls": calls, "digest": file.digest, "claim": file.claim}) > 0


_GONE = "DELETE FROM imported_file WHERE digest = :digest AND claim = :claim"


def is_gone(tx: Transaction, file: ImportedFile) -> None:
    """Nothing of it is in the log."""
    tx.run(_GONE, {"digest": file.digest, "claim": file.claim})


_LEFT = f"{_SELECT} WHERE until < :now ORDER BY digest"


def left_behind(tx: Transaction, now: int) -> list[ImportedFile]:
    """Files of which somebody has brought a part, and does not go on."""
    return [_file(row) for row in tx.rows(_LEFT, {"now": now})]


def _file(row: Row) -> ImportedFile:
    return ImportedFile(*row)


def _values(file: ImportedFile) -> dict[str, str | int | None]:
    return {name: getattr(file, name) for name in ("digest", "calls", "read", "at", "claim", "until")}
