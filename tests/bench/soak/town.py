"""All that stands in a soak: the service with its database and Redis, the carrier, the other hosts."""

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from ivr.box.exchange import Exchange, Line
from ivr.carriers.capabilities import CARRIERS
from tests.bench.soak.callers import STRAY, phone_company
from tests.bench.soak.database import Database, database
from tests.bench.soak.hosts import carrier_at, other_hosts
from tests.bench.soak.menus import edition
from tests.bench.soak.plan import Plan
from tests.bench.soak.wire import Wire
from tests.redis_server import RedisServer, free_port, redis_server
from tests.service import ACCOUNT, HERE, NUMBER, TOKEN, Server, serving

BACKUP = "https://backup.example"


@dataclass(frozen=True)
class Town:
    """`crm` is where look-ups lead."""

    server: Server
    redis: RedisServer
    database: Database
    company: Exchange
    wire: Wire
    crm: str

    @property
    def spool(self) -> Path:
        """Where the service keeps what it cannot write down."""
        return Path(self.server.settings.data) / "spool"


@contextmanager
def town(plan: Plan) -> Iterator[Town]:
    """It stands as long as the block lasts, with its first menus live."""
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # a new worker starts as where the hotline is installed
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="soak-")))
        fallback = folder / "fallback"
        fallback.mkdir()
        base = stack.enter_context(database(plan.database, folder))
        redis = stack.enter_context(redis_server())
        hosts = stack.enter_context(other_hosts(fallback))
        carrier = f"http://127.0.0.1:{(port := free_port())}/carrier"
        settings = {
            "database_url": base.url,
            "redis_url": redis.url,
            "carrier_url": carrier,
            "fallback": str(fallback),
            "fallback_url": BACKUP,
        }
        first = edition(0, plan.dice("first"), hosts)
        server = stack.enter_context(serving(folder, first, plan.workers, **settings))
        wire = Wire({HERE: server.url, BACKUP: hosts})
        company = phone_company(plan, line(carrier), wire)
        stack.enter_context(carrier_at(port, company))
        yield Town(server, redis, base, company, wire, hosts)


def line(carrier: str) -> Line:
    """The hotline's number, as the docs say how to set it at the carrier."""
    retries = CARRIERS["twilio"].retries
    return Line(
        account_sid=ACCOUNT,
        auth_token=TOKEN,
        voice_url=f"{HERE}/voice{retries}",
        numbers=lambda: {NUMBER: "Sao Mai", STRAY: ""},
        status_url=f"{HERE}/voice/status{STATUS_RETRIES}",
        fallback_url=f"{BACKUP}/{NUMBER[1:]}.xml",
        fallback_method="GET",
        rest_root=carrier,
    )


STATUS_RETRIES = "#rc=3&rp=all"
