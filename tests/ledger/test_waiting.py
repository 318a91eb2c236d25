"""Who waits, as boards and programs read it, on both databases."""

from ivr.core.accounts import Role
from ivr.core.agents import Agent
from ivr.core.calls import Call
from ivr.core.line.visits import Kind, Visit
from ivr.ledger import Ledger, accounts, agents, callbacks, calls, line, offers, talks, waiting
from ivr.ledger.callbacks import Callback
from ivr.ledger.offers import Offer
from ivr.ledger.talks import Talk
from ivr.ledger.waiting import Length, Waiting

NOW = 1_795_399_200_000
PROMISE = Callback(
    "p1", "CA0", "+84909", "+84287", "sales", "en", 1, "main", NOW - 90, NOW - 90, NOW, 90, due_at=NOW
)


def visit(name: str, rank: int, kind: Kind = Kind.CALL, queue: str = "sales") -> Visit:
    return Visit(name, f"CA{name}", queue, "vi", NOW + rank, NOW + rank, NOW + 10, kind)


def test_the_line_in_the_order_of_the_places(ledger: Ledger) -> None:
    with ledger.transaction() as tx:
        assert (waiting.lengths(tx), waiting.offered(tx), waiting.talking(tx)) == ({}, {}, {})
        accounts.add(tx, "An", Role.AGENT, "hash", NOW)
        agents.set_up(tx, Agent("an", "An"))
        calls.arrive(tx, Call("CA1", "+84901", "+84287", 1, "vi", NOW, NOW, hop=1), (), b"")
        for each in (
            visit("1", 5),
            visit("2", 3),
            visit("3", 1, Kind.CONSULT),
            visit("4", 0),
            visit("5", 9, queue="support"),
        ):
            line.join(tx, each)
        callbacks.ask(tx, PROMISE)
        callbacks.enter(tx, "p1", visit("p", -90, Kind.CALLBACK))
        line.take(tx, "4", "an", "room", NOW)
        offers.make(tx, Offer("o4", "4", "an", "sales", NOW, NOW + 20))
        talks.begin(tx, Talk("o4", "4", "CA4", "an", "sales", "room"))
        assert waiting.lengths(tx) == {"sales": Length(3, NOW - 90), "support": Length(1, NOW + 9)}
        assert waiting.first(tx, "sales", 10) == [
            Waiting("p", "CAp", Kind.CALLBACK, "vi", "+84909", NOW - 90, NOW + 10),
            Waiting("2", "CA2", Kind.CALL, "vi", None, NOW + 3, NOW + 10),
            Waiting("1", "CA1", Kind.CALL, "vi", "+84901", NOW + 5, NOW + 10),
        ]
        assert [each.visit for each in waiting.first(tx, "sales", 1)] == ["p"]
        assert waiting.offered(tx) == {"4": ["an"]}
        assert waiting.talking(tx) == {"an": "o4"}
