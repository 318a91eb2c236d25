"""Who was promised to be called back, and is not yet: what becomes of each, and who calls them now."""

from dataclasses import dataclass
from enum import StrEnum

from flask import Blueprint, Response, current_app

from ivr.ledger import callbacks as promised
from ivr.ledger import messages
from ivr.ledger.callbacks import Callback
from ivr.switchboard.exchange import Exchange
from ivr.switchboard.line.calling_back import TRIES, opening
from ivr.web.pages.calls import tags_of, zone_of
from ivr.web.pages.follow import followed
from ivr.web.pages.visits import label_of
from ivr.web.wording import language

callbacks = Blueprint("callbacks", __name__)

MOST = 200


class Turn(StrEnum):
    """What happens to a promise next."""

    RUNG = "rung"
    """An agent is offered it, or calls them at this moment."""
    IN_LINE = "in_line"
    LATER = "later"
    """They did not answer; another try follows at `due_at`."""
    CLOSED = "closed"
    """Their queue has no hours now."""


@dataclass(frozen=True, slots=True)
class Promise:
    """A promise as the page shows it; `queue` by its label."""

    back: Callback
    queue: str
    turn: Turn


@callbacks.get("/callbacks")
def listed() -> Response:
    """All promises that are still to be kept, in the order in which they will be."""
    exchange: Exchange = current_app.extensions["exchange"]
    now, live = exchange.now(), exchange.shelf.live(exchange.now()).hotline
    with exchange.ledger.reading() as tx:
        is_open, rung = opening(tx, live, now), promised.being_rung(tx)
        found = [
            Promise(
                back,
                label_of(live, back.queue, language()),
                turn_of(back, back.id in rung, is_open(back.queue), now),
            )
            for back in promised.still_open(tx, MOST)
        ]
        waiting = messages.count_waiting(tx)
    return followed(
        "callbacks.html",
        promises=found,
        tries=TRIES,
        most=MOST,
        waiting=waiting,
        zone=zone_of(exchange),
        tags=tags_of(exchange),
    )


def turn_of(back: Callback, is_rung: bool, is_open: bool, now: int) -> Turn:
    """What happens to a promise next."""
    if back.visit is not None:
        return Turn.RUNG if is_rung else Turn.IN_LINE
    if not is_open:
        return Turn.CLOSED
    return Turn.LATER if back.due_at is not None and back.due_at > now else Turn.IN_LINE
