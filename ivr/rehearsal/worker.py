"""What a worker's clock does, on virtual time: it looks when something is due, and not otherwise."""

from collections.abc import Mapping
from threading import Event

from ivr.box.clock import Appointment, VirtualClock
from ivr.ledger import errands, line
from ivr.ledger.errands import Errand
from ivr.rehearsal.complaints import about
from ivr.rehearsal.outside import Outside
from ivr.switchboard.exchange import Exchange
from ivr.switchboard.line.rounds import look_after_line
from ivr.switchboard.wishes import carry_out

LOOK_SECONDS = 0.5
"""How soon a wish is seen; a real worker looks as often."""

LOOK_ANYWAY_SECONDS = 20
"""How soon after a request it is seen whether something was put off, of which nobody told."""

LEASE_MS = 24 * 3_600_000
"""Nobody else is there to claim an errand that takes its time."""

OUTSIDE = frozenset({"lookup", "message"})
"""What would reach the world; the other errands are carried out for real."""


class Worker(Event):
    """Stands in the place of `exchange.due`: whoever sets it makes an appointment to look."""

    def __init__(self) -> None:
        super().__init__()
        self._at_work: tuple[Exchange, VirtualClock, Outside] | None = None
        self._next: Appointment | None = None
        self.attended = False
        """Whether there are agents: without, nobody is ever in a line that must be looked after."""

    def starts(self, exchange: Exchange, clock: VirtualClock, outside: Outside) -> None:
        """From now on, on this clock; what was to be done on another is forgotten."""
        self._at_work, self._next = (exchange, clock, outside), None

    def set(self) -> None:
        """Something may be due: it is looked for, a moment later."""
        if self._at_work is not None:
            self._look_in(LOOK_SECONDS)

    def served(self) -> None:
        """The service has answered somebody."""
        if self._at_work is not None:
            self._look_in(LOOK_ANYWAY_SECONDS)

    def look(self) -> None:
        """Carries out, at once and in this thread, whatever is due now; and looks again when more is."""
        self._next = None
        if self._at_work is None:
            return
        exchange = self._at_work[0]
        if self.attended:
            look_after_line(exchange)
        with exchange.ledger.reading() as tx:
            due_at = errands.next_due(tx)
            kinds = errands.due_kinds(tx, exchange.now()) if due_at is not None else frozenset()
        for kind in sorted(kinds):
            while (errand := _claimed(exchange, kind)) is not None:
                with about(errand.call or ""):
                    self._carry_out(errand)
        if kinds or self.attended:
            with exchange.ledger.reading() as tx:
                due_at = errands.next_due(tx)
                in_line = line.next_due(tx) if self.attended else None
            due_at = min((at for at in (due_at, in_line) if at is not None), default=None)
        if due_at is not None:
            self._look_in(max((due_at - exchange.now()) / 1000, LOOK_SECONDS))

    def _look_in(self, seconds: float) -> None:
        """Only the earliest appointment counts."""
        assert self._at_work is not None
        clock = self._at_work[1]
        if self._next is not None and self._next.at <= clock.now() + seconds:
            return
        if self._next is not None:
            self._next.cancel()
        self._next = clock.later(seconds, self.look)

    def _carry_out(self, errand: Errand) -> None:
        assert self._at_work is not None
        exchange, clock, outside = self._at_work
        if errand.kind not in OUTSIDE:
            carry_out(exchange, errand)
        elif seconds := outside.seconds(errand):
            clock.later(seconds, lambda: _settle(exchange, errand, outside.answer(errand)))
        else:
            _settle(exchange, errand, outside.answer(errand))


def _claimed(exchange: Exchange, kind: str) -> Errand | None:
    with exchange.ledger.transaction() as tx:
        return errands.claim(tx, kind, exchange.now(), LEASE_MS)


def _settle(exchange: Exchange, errand: Errand, answer: Mapping[str, str] | None) -> None:
    with exchange.ledger.transaction() as tx:
        if answer is None:
            errands.fail(tx, errand.id, AS_WISHED, exchange.now())
        else:
            errands.done(tx, errand.id, answer, exchange.now())


AS_WISHED = "it did not answer, as the rehearsal wants"
