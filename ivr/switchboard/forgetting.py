"""What the menus say is to be kept for so long and no longer is forgotten: each day, a little at a time."""

from contextlib import suppress
from functools import partial
from pathlib import Path

from ivr.core.keeping import before
from ivr.ledger import audit, errands, forgetting
from ivr.ledger.audit import Deed
from ivr.outside.sounds import path_of
from ivr.switchboard.exchange import Exchange
from ivr.switchboard.shelf import NothingPublished
from ivr.switchboard.turns import patiently

AT_A_TIME = 50
"""Rows of one transaction: some milliseconds of other writers' time."""

LOOK_SECONDS = 10

BY_ITSELF = "the clock"
"""Who forgets, as the audit writes it down."""


def forget_what_was_kept(exchange: Exchange) -> None:
    """Recordings and details that are older than the live menus keep them; the audit says how many."""
    now = exchange.now()
    try:
        keep = exchange.shelf.live(now).hotline.keep
    except NothingPublished:
        return
    recordings, details = before(keep.recordings, now), before(keep.details, now)
    forgotten = {
        "recordings": 0 if recordings is None else _forget_recordings(exchange, recordings),
        "calls": 0 if details is None else _forget_details(exchange, details),
    }
    if any(forgotten.values()):
        forgotten |= _held(exchange, recordings, details)
        with exchange.ledger.transaction() as tx:
            audit.note(tx, BY_ITSELF, Deed.FORGOTTEN, "what was kept long enough", None, forgotten, now)


def _held(exchange: Exchange, recordings: int | None, details: int | None) -> dict[str, int]:
    """How many were old enough and are held; nothing where none is."""
    with exchange.ledger.reading(LOOK_SECONDS) as tx:
        held = {
            "held_recordings": 0 if recordings is None else forgetting.held_recordings(tx, recordings),
            "held_calls": 0 if details is None else forgetting.held_calls(tx, details),
        }
    return {name: count for name, count in held.items() if count}


def _forget_recordings(exchange: Exchange, until: int) -> int:
    forgotten = 0
    while True:
        with exchange.ledger.reading(LOOK_SECONDS) as tx:
            old = forgetting.old_recordings(tx, until, AT_A_TIME)
        for _, recording_id, carrier_id, file in old:
            forget_recording(exchange, recording_id, carrier_id, file)
        forgotten += len(old)
        if len(old) < AT_A_TIME:
            return forgotten


def forget_recording(exchange: Exchange, recording_id: str, carrier_id: str, file: str | None) -> None:
    """First the file, then its row: what is not written down as forgotten is tried again. It is deleted at
    the carrier too, even if that was wished for before: nobody knows any more whether it came true."""
    now = exchange.now()
    if file is not None:
        with suppress(FileNotFoundError):
            path_of(Path(exchange.settings.data) / "messages", file).unlink()
    with exchange.ledger.transaction() as tx:
        forgetting.forget_recording(tx, recording_id)
        errands.wish(tx, "delete_recording", None, {"carrier_id": carrier_id}, now, now)


def _forget_details(exchange: Exchange, until: int) -> int:
    mark, forgotten, now = forgetting.START, 0, exchange.now()
    while True:
        with exchange.ledger.reading(LOOK_SECONDS) as tx:
            old = forgetting.old_calls(tx, until, mark, AT_A_TIME)
        if old:
            calls = [each for _, each in old]
            patiently(exchange, partial(forgetting.forget_details, call_ids=calls, now=now))
            mark = old[-1]
        forgotten += len(old)
        if len(old) < AT_A_TIME:
            break
    while patiently(exchange, partial(forgetting.forget_words, before=until, most=AT_A_TIME)) == AT_A_TIME:
        pass
    patiently(exchange, partial(forgetting.forget_languages, before=until))
    return forgotten
