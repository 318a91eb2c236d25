"""Whether the figures add up. It is checked on every report, and shown if it ever fails."""

from dataclasses import dataclass

from ivr.core.figures.tally import Tally
from ivr.core.figures.waiting import flow_out


@dataclass(frozen=True, slots=True)
class Balance:
    """Two sides that must be equal, and what they are."""

    what: str
    left: int
    right: int

    @property
    def holds(self) -> bool:
        return self.left == self.right


def of_line(tally: Tally, waiting_at_start: int, waiting_at_end: int) -> Balance:
    """Nobody who waits is forgotten, and nobody counted twice."""
    came = waiting_at_start + tally.offered
    left = tally.answered + tally.abandoned + int(flow_out(tally)) + tally.error
    what = "waiting at the start + offered = answered + abandoned + flow-out + errors + waiting at the end"
    return Balance(what, came, left + waiting_at_end)


def of_offers(tally: Tally) -> Balance:
    """Every offer has one end."""
    ends = tally.accepted + tally.declined + tally.missed + tally.caller_gone + tally.withdrawn
    return Balance("offers = accepted + declined + missed + caller gone + withdrawn", tally.offers, ends)


def of_options(tally: Tally) -> Balance:
    """Every pass has one end."""
    ends = tally.picked + tally.silent + tally.wrong + tally.hung_up + tally.went_on
    return Balance("passes = picked + silent + wrong + hung up + went on", tally.passes, ends)


def of_calls(tally: Tally) -> Balance:
    """Every call is turned away, still open, or ended in one of three ways."""
    ends = tally.blocked + tally.too_many + tally.open + tally.contained + tally.gave_up + tally.routed
    what = "calls = turned away at once + still open + contained + gave up in menus + routed"
    return Balance(what, tally.arrived, ends)
