"""A spare copy of the live menus, beside the ledger: for a worker that is born while that cannot be read.

It holds what some worker saw live last, as its author wrote it. Nobody looks at it while the ledger can be
read.
"""

import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ivr.core.menus import Language, Sound
from ivr.ledger.revisions import Source
from ivr.switchboard import whole

log = logging.getLogger(__name__)

FILE = "live_menus.json"
"""Its name in IVR_DATA."""


@dataclass(frozen=True, slots=True)
class Copy:
    """A revision: its number, the texts of its files, its recordings by language and name."""

    revision: int
    files: Mapping[str, str]
    sounds: Mapping[tuple[Language, str], Sound]


@dataclass(frozen=True, slots=True)
class Spare:
    """The file with the copy. Each worker puts down what it sees live, and soon all see the same."""

    path: Path

    def keep(self, source: Source) -> None:
        """Puts a revision down, unless it is there. Never raises OSError: callers do not need it now."""
        sounds = [
            (*place, sound.digest, sound.kind, sound.seconds)
            for place, sound in sorted(source.sounds.items())
        ]
        content = {"revision": source.number, "files": dict(source.files), "sounds": sounds}
        text = json.dumps(content, ensure_ascii=False).encode()
        try:
            if self._bytes() != text:
                self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
                whole.put(self.path, text, 0o600)
        except OSError as error:
            log.error("the spare copy of the live menus was not written: %s", error)

    def found(self) -> Copy | None:
        """The copy; None if there is none, or it is no copy."""
        try:
            content = json.loads(self.path.read_bytes())
            sounds = {(language, name): Sound(*sound) for language, name, *sound in content["sounds"]}
            return Copy(content["revision"], content["files"], sounds)
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def _bytes(self) -> bytes | None:
        """What is there now; a file that cannot be read is as good as none."""
        try:
            return self.path.read_bytes()
        except OSError:
            return None
