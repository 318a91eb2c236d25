"""A process of its own that works on a floor, for tests: `python -m tests.reaching.worker <folder> <url> N`.

It says "ready", and then, until it is killed, brings people together, accepts, declines, hangs up.
"""

import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from random import Random

from ivr import assemble
from ivr.ledger import LedgerError
from ivr.switchboard.exchange import Exchange
from ivr.switchboard.line.dispatch import dispatch
from ivr.switchboard.line.meeting import agent_hung_up
from ivr.switchboard.line.offering import accept, decline, miss
from ivr.switchboard.line.wrapping_up import wrapped_up
from tests.service import settings_of

OFFERS = "SELECT id FROM offer WHERE ended_at IS NULL"
TALKS = "SELECT offer FROM talk WHERE ended_at IS NULL"


ANSWERS: list[Callable[[Exchange, str], object]] = [accept, accept, accept, decline, miss]


def work(exchange: Exchange, dice: Random) -> None:
    with exchange.ledger.reading() as tx:
        offers = [offer for (offer,) in tx.rows(OFFERS, {})]
        talks = [talk for (talk,) in tx.rows(TALKS, {})]
    dispatch(exchange)
    for offer in dice.sample(offers, min(2, len(offers))):
        dice.choice(ANSWERS)(exchange, offer)
    for talk in dice.sample(talks, min(2, len(talks))):
        agent_hung_up(exchange, talk)
        wrapped_up(exchange, talk)


def main(folder: str, url: str, number: str) -> None:
    exchange = assemble(settings_of(Path(folder), Path(folder) / "menus", database_url=url))
    print("ready", flush=True)
    dice = Random(number)
    while True:
        with suppress(LedgerError):
            work(exchange, dice)
        time.sleep(0.005)


if __name__ == "__main__":
    main(*sys.argv[1:])
