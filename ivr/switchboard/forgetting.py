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
        with exchange.ledger.transaction() as tx:
            audit.note(tx, BY_ITSELF, Deed.FORGOTTEN, "what was kept long enough", None, forgotten, now)


def _forget_recordings(exchange: Exchange, until: int) -> int:
    """First the file, then its row: what is not written down as forgotten is tried again the next day. A copy
    that is still with the carrier is deleted there too."""
    folder, now, forgotten = Path(exchange.settings.data) / "messages", exchange.now(), 0
    while True:
        with exchange.ledger.reading(LOOK_SECONDS) as tx:
            old = forgetting.old_recordings(tx, until, AT_A_TIME)
        for _, recording_id, carrier_id, file in old:
            if file is not None:
                with suppress(FileNotFoundError):
                    path_of(folder, file).unlink()
            with exchange.ledger.transaction() as tx:
                forgetting.forget_recording(tx, recording_id)
                if file is None:
                    errands.wish(tx, "delete_recording", None, {"carrier_id": carrier_id}, now, now)
        forgotten += len(old)
        if len(old) < AT_A_TIME:
            return forgotten


def _forget_details(exchange: Exchange, until: int) -> int:
    mark, forgotten = forgetting.START, 0
    while True:
        with exchange.ledger.reading(LOOK_SECONDS) as tx:
            old = forgetting.old_calls(tx, until, mark, AT_A_TIME)
        if old:
            patiently(exchange, partial(forgetting.forget_details, call_ids=[each for _, each in old]))
            mark = old[-1]
        forgotten += len(old)
        if len(old) < AT_A_TIME:
            break
    patiently(exchange, partial(forgetting.forget_words, before=until))
    return forgotten
