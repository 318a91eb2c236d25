"""What the menus say is to be kept for so long and no longer is forgotten: each day, a little at a time."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path

from ivr.core.keeping import before
from ivr.ledger import Transaction, audit, errands, forgetting
from ivr.ledger.audit import Deed
from ivr.ledger.forgetting import Mark
from ivr.outside.sounds import path_of
from ivr.switchboard.exchange import Exchange
from ivr.switchboard.shelf import NothingPublished
from ivr.switchboard.turns import patiently

AT_A_TIME = 50
"""Rows of one transaction: some milliseconds of other writers' time."""

LOOK_SECONDS = 10

WEEK_MS = 7 * 86_400_000

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
    for old in _pages(exchange, forgetting.first_recording, forgetting.old_recordings, until):
        forgotten += sum(forget_recording(exchange, recording_id) for _, recording_id in old)
    return forgotten


def _pages(
    exchange: Exchange,
    first: Callable[[Transaction], int | None],
    look: Callable[[Transaction, int, Mark, int], list[Mark]],
    until: int,
) -> Iterator[list[Mark]]:
    """What is older than `until`, a page at a time. One look goes through a week at most: what was forgotten
    years ago is looked through too, and no look may take longer the more there is of it."""
    with exchange.ledger.reading(LOOK_SECONDS) as tx:
        begins = first(tx)
    mark: Mark = (until if begins is None else begins, "")
    while mark[0] < until:
        end = min(mark[0] + WEEK_MS, until)
        with exchange.ledger.reading(LOOK_SECONDS) as tx:
            old = look(tx, end, mark, AT_A_TIME)
        if old:
            yield old
        mark = old[-1] if len(old) == AT_A_TIME else (end, "")


def forget_recording(
    exchange: Exchange, recording_id: str, unless: Callable[[Transaction], None] = lambda _: None
) -> bool:
    """First its row, as only that transaction knows whether it is held, then the file; False, and all stays,
    if it is held by now. Whoever is killed in between leaves the file to the errand that deletes it at the
    carrier too, even if that was wished for before: nobody knows any more whether it came true. In the same
    transaction `unless` may raise what forbids it."""
    gone = patiently(exchange, partial(_forget, recording_id=recording_id, unless=unless, now=exchange.now()))
    if gone is None:
        return False
    _, file = gone
    delete_file(exchange, file)
    return True


def _forget(
    tx: Transaction, recording_id: str, unless: Callable[[Transaction], None], now: int
) -> tuple[str, str | None] | None:
    unless(tx)
    gone = forgetting.forget_recording(tx, recording_id)
    if gone is not None:
        carrier_id, file = gone
        errands.wish(tx, "delete_recording", None, {"carrier_id": carrier_id, "file": file}, now, now)
    return gone


def delete_file(exchange: Exchange, file: str | None) -> None:
    """What was recorded lies here no longer, if it did."""
    if file is not None:
        with suppress(FileNotFoundError):
            path_of(Path(exchange.settings.data) / "messages", file).unlink()


def _forget_details(exchange: Exchange, until: int) -> int:
    forgotten, now = 0, exchange.now()
    for old in _pages(exchange, forgetting.first_call, forgetting.old_calls, until):
        calls = [each for _, each in old]
        forgotten += patiently(exchange, partial(forgetting.forget_details, call_ids=calls, now=now))
    while patiently(exchange, partial(forgetting.forget_words, before=until, most=AT_A_TIME)) == AT_A_TIME:
        pass
    patiently(exchange, partial(forgetting.forget_languages, before=until))
    return forgotten
