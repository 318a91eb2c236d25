"""The dossier of one caller: everything held on them, to be taken along."""

import json
import zipfile
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

from ivr.core.pseudonyms import short
from ivr.ledger import audit, dossiers, legal_holds
from ivr.ledger.audit import Deed
from ivr.ledger.dossiers import Person
from ivr.outside.sounds import path_of
from ivr.switchboard.erasing import blocked
from ivr.switchboard.exchange import Exchange
from ivr.switchboard.forgetting import LOOK_SECONDS
from ivr.switchboard.legal_holds import named
from ivr.switchboard.telling import moment

FILE, SOUNDS = "caller.json", "recordings"


def write(exchange: Exchange, who: str, whose: Person, file: IO[bytes]) -> int:
    """Puts the dossier into a ZIP file, and who took it along into the audit; how many calls are in it."""
    now = exchange.now()
    with exchange.ledger.transaction() as tx:
        subject = named(exchange, whose.number or whose.known_as)
        audit.note(tx, who, Deed.CALLER_EXPORTED, subject, None, None, now)
    told = of(exchange, whose)
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for call in told["calls"]:
            for recording in call.get("recordings", ()):
                sound = _sound(exchange, recording.pop("file", None))
                if sound is not None:
                    recording["sound"] = f"{SOUNDS}/{recording['id']}.wav"
                    archive.writestr(recording["sound"], sound)
        archive.writestr(FILE, json.dumps(told, ensure_ascii=False, indent=2) + "\n")
    return len(told["calls"])


def of(exchange: Exchange, whose: Person) -> dict[str, Any]:
    """The dossier as it is written; `file` of a recording is where its sound lies here."""
    hotline = exchange.shelf.live(exchange.now()).hotline
    with exchange.ledger.reading(LOOK_SECONDS) as tx:
        calls = [dossiers.call(tx, call_id) for call_id in dossiers.calls_of(tx, whose)]
        holds = legal_holds.on_caller(tx, whose.number or whose.known_as)
        return {
            "caller": whose.number or f"caller {short(whose.known_as)}",
            "hotline": hotline.name,
            "exported_at": moment(exchange.now()),
            "calls": [call for call in calls if call is not None],
            "texts": dossiers.texts(tx, whose),
            "callbacks": dossiers.callbacks(tx, whose),
            "remembered_language": dossiers.remembered(tx, whose),
            "wants_no_texts": dossiers.withdrawn(tx, whose),
            "blocked_by": list(blocked(exchange, whose)),
            "legal_holds": [{"since": moment(hold.since), "why": hold.why} for hold in holds],
        }


def _sound(exchange: Exchange, file: str | None) -> bytes | None:
    if file is not None:
        with suppress(FileNotFoundError):
            return path_of(Path(exchange.settings.data) / "messages", file).read_bytes()
    return None
