"""Everything a use case works with, in one frozen record that a test can fill as it likes."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Event

from ivr.carriers.twilio.rest import Rest
from ivr.core.breaker import Breaker, ask
from ivr.ledger import Ledger, Seal
from ivr.ledger.spool import Spool
from ivr.outside.bus import Bus, Topic
from ivr.settings import Settings
from ivr.switchboard.glance import Glance
from ivr.switchboard.lookout import Lookout
from ivr.switchboard.memory import Memory
from ivr.switchboard.outage import Outage
from ivr.switchboard.shelf import Shelf


def clock() -> int:
    """UTC milliseconds."""
    return time.time_ns() // 1_000_000


@dataclass(frozen=True, slots=True)
class Exchange:
    """The hotline's parts. `due` is set when there may be something for this process's clock to do."""

    settings: Settings
    ledger: Ledger
    seal: Seal
    shelf: Shelf
    carrier: Rest
    spool: Spool
    now: Callable[[], int] = clock
    due: Event = field(default_factory=Event)
    bus: Bus = field(default_factory=Bus)
    breakers: dict[str, Breaker] = field(default_factory=dict)
    """By host; each process learns for itself which hosts are down."""
    outage: Outage = field(default_factory=Outage)
    memory: Memory = field(default_factory=Memory)
    lookout: Lookout = field(default_factory=Lookout)
    board: Glance = field(default_factory=Glance)

    def down(self) -> frozenset[str]:
        """The hosts that are not worth asking now."""
        now = self.now()
        return frozenset(host for host, state in list(self.breakers.items()) if not ask(state, now)[0])

    def tell(self, topic: Topic) -> None:
        """Something was committed: every process of every machine looks at once, this one first."""
        self.look(topic)
        self.bus.tell(topic)

    def look(self, _: Topic) -> None:
        """Lets this process's clock look now, not after its half second: at everything, whatever was told."""
        self.board.spoil()
        self.due.set()
