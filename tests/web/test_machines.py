"""Two machines of two workers on one PostgreSQL: what happens on one is known on the other."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path

import pytest

from ivr import assemble
from ivr.ledger import errands
from ivr.outside.bus import PATIENCE, Topic
from ivr.switchboard.publishing import publish
from tests.patience import until
from tests.postgres import PostgreSQLServer
from tests.redis_server import RedisServer, SlowRoad, redis_server
from tests.service import MENUS, Answer, Carrier, Server, serving, write

pytestmark = pytest.mark.needs("postgresql", "redis")
WORKERS = 2
NUMBERS = count(1)


@dataclass(frozen=True)
class Town:
    """Two machines, and an admin's computer, which serves nobody."""

    machines: tuple[Server, Server]
    admin: Path

    def publish(self, words: str, redis_url: str = "") -> None:
        """From the admin's computer."""
        settings = replace(
            self.machines[0].settings, menus=str(write(self.admin, MENUS)), redis_url=redis_url
        )
        write(self.admin, MENUS.replace("Xin chào.", words))
        exchange = assemble(settings)
        publish(exchange, "a test")
        exchange.bus.close()
        exchange.ledger.close()

    def all_say(self, words: str) -> bool:
        """Whether new calls hear these words, whichever worker answers: each is asked by a new connection."""
        return all(greeting(machine).startswith(words) for machine in self.machines for _ in range(6))

    def seconds_to_say(self, words: str) -> float:
        """How long it took from now on until all workers said it."""
        began = time.monotonic()
        until(lambda: self.all_say(words))
        return time.monotonic() - began

    def threads(self) -> list[int]:
        return [len(list(Path(f"/proc/{pid}/task").iterdir())) for pid in self.workers()]

    def files(self) -> list[int]:
        return [len(list(Path(f"/proc/{pid}/fd").iterdir())) for pid in self.workers()]

    def workers(self) -> list[int]:
        return [pid for machine in self.machines for pid in machine.workers()]


def greeting(machine: Server) -> str:
    carrier = Carrier(machine.url)
    try:
        number = next(NUMBERS)
        return carrier.call(f"CAgreeting{number}", f"+84917{number:06}").said[0]
    finally:
        carrier.close()


@contextmanager
def town(folder: Path, database_url: str, redis_url: str = "", app: str = "app:app") -> Iterator[Town]:
    """Two machines with this Redis, and this application."""
    with ExitStack() as stack:
        machines = []
        for name in "one", "other":
            home = folder / name
            home.mkdir()
            settings = {"database_url": database_url, "redis_url": redis_url}
            machines.append(stack.enter_context(serving(home, MENUS, WORKERS, app, **settings)))
        (folder / "admin").mkdir()
        yield Town((machines[0], machines[1]), folder / "admin")


@pytest.fixture(scope="module")
def redis() -> Iterator[RedisServer]:
    with redis_server("a word") as server:
        yield server


@pytest.fixture(scope="module")
def here(
    redis: RedisServer, postgresql_server: PostgreSQLServer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Town]:
    """One town for all the troubles."""
    with (
        postgresql_server.database(like=postgresql_server.empty_ledger) as url,
        town(tmp_path_factory.mktemp("town"), url, redis.url) as opened,
    ):
        yield opened


@pytest.fixture
def well(here: Town, redis: RedisServer) -> Iterator[None]:
    """Its Redis works before a trouble; mended after it, it is used again, and by nobody twice."""
    until(lambda: redis.listeners() == 2 * WORKERS)
    yield
    mended(redis)
    until(lambda: redis.listeners() == 2 * WORKERS)
    until(lambda: redis.connections() <= 4 * WORKERS + 1)  # who listens, who tells, and who asks


PATIENT = "tests.web.patient:app"
WORDS = ("Chào buổi sáng.", "Chào buổi chiều.")


def test_redis_wakes_every_worker_of_every_machine(
    tmp_path: Path, postgresql_url: str, redis: RedisServer
) -> None:
    """They would look by themselves after an hour only."""
    with town(tmp_path, postgresql_url, redis.url, PATIENT) as sleepy:
        for words in WORDS:
            until(lambda: redis.listeners() == 2 * WORKERS)
            sleepy.publish(words, redis.url)
            sleepy.seconds_to_say(words)
            wish_from_elsewhere(sleepy, redis.url)
            redis.kill()
            redis.start()


def wish_from_elsewhere(here: Town, redis_url: str) -> None:
    """A lookup that was wished where nobody carries it out is carried out on one of the machines."""
    machine = here.machines[0]
    exchange = assemble(replace(machine.settings, redis_url=redis_url))
    call = f"CAlookup{next(NUMBERS)}"
    machine.carrier.call(call)
    with exchange.ledger.transaction() as tx:
        payload = {"get": "http://127.0.0.1:9/", "values": {}, "timeout": 2, "host": "127.0.0.1"}
        errands.wish(tx, "lookup", call, payload, exchange.now(), exchange.now())
    exchange.tell(Topic.ERRANDS)
    until(lambda: state_of_lookup(machine, call) == "failed")
    exchange.bus.close()
    exchange.ledger.close()


def state_of_lookup(machine: Server, call: str) -> str:
    return str(machine.rows.one("SELECT state FROM errand WHERE call = :call", call=call))


def test_without_redis_all_know_within_two_seconds(tmp_path: Path, postgresql_url: str) -> None:
    with town(tmp_path, postgresql_url) as alone:
        for words in WORDS:
            alone.publish(words)
            assert alone.seconds_to_say(words) < 2
        wish_from_elsewhere(alone, "")


LOADS = count()
"""So that no call of one load has the id of another's, which is over."""


class Load:
    """Callers who come, wish for a text, and go, on both machines, as long as the block lasts."""

    def __init__(self, town: Town) -> None:
        self.town = town
        self.nth = next(LOADS)
        self.seconds: list[float] = []
        self.failed: list[object] = []
        self._over = threading.Event()

    @contextmanager
    def running(self) -> Iterator["Load"]:
        callers = [threading.Thread(target=self._call, args=(at,)) for at in range(4)]
        for caller in callers:
            caller.start()
        try:
            yield self
        finally:
            self._over.set()
            for caller in callers:
                caller.join()

    def _call(self, at: int) -> None:
        machine, caller = self.town.machines[at % 2], f"+8491800000{at}"
        for number in count():
            if self._over.is_set():
                return
            call = f"CAload{at}x{number}x{self.nth}"
            try:
                answer = self._timed(machine.carrier.call, call, caller)
                for key in "1", "4":  # the second wishes a text, so all are told
                    answer = self._timed(machine.carrier.press, answer, call, key)
                assert machine.carrier.ends(call).status == 204
            except Exception as error:
                self.failed.append(error)

    def _timed(self, ask: Callable[..., Answer], *words: object) -> Answer:
        began = time.monotonic()
        answer = ask(*words)
        self.seconds.append(time.monotonic() - began)
        assert answer.said
        return answer

    @property
    def p99(self) -> float:
        return sorted(self.seconds)[len(self.seconds) * 99 // 100]


def killed(redis: RedisServer) -> None:
    redis.kill()


def flushed(redis: RedisServer) -> None:
    with redis.client() as client:
        client.flushall()


def hanging(redis: RedisServer) -> None:
    redis.freeze()


def with_another_password(redis: RedisServer) -> None:
    with redis.client() as client:
        client.config_set("requirepass", "another word")
    redis.password = "another word"
    with redis.client() as client:
        client.client_kill_filter(_type="pubsub")


def mended(redis: RedisServer) -> None:
    """Redis as it was, whatever had befallen it."""
    redis.thaw_or_start()
    if redis.password != "a word":
        with redis.client() as client:
            client.config_set("requirepass", "a word")
        redis.password = "a word"


@pytest.mark.usefixtures("well")
@pytest.mark.parametrize("trouble", [killed, flushed, hanging, with_another_password])
def test_whatever_befalls_redis_callers_notice_nothing(
    here: Town, redis: RedisServer, trouble: Callable[[RedisServer], None]
) -> None:
    with Load(here).running() as calm:
        time.sleep(2)
    threads, files = here.threads(), here.files()
    trouble(redis)
    with Load(here).running() as troubled:
        for words in WORDS:
            here.publish(words)
            assert here.seconds_to_say(words) < 4
    assert (calm.failed, troubled.failed) == ([], [])
    assert len(troubled.seconds) > 100
    assert troubled.p99 < PATIENCE  # nobody waited for Redis
    assert all(now <= before + 10 for before, now in zip(threads, here.threads(), strict=True))
    assert all(now <= before + 10 for before, now in zip(files, here.files(), strict=True))


def test_a_redis_that_is_slow_or_comes_late_costs_callers_nothing(
    tmp_path: Path, postgresql_url: str
) -> None:
    """A Redis of its own, to which no other town listens."""
    with redis_server("a word") as redis:
        redis.kill()
        slow_or_late(tmp_path, postgresql_url, redis)


def slow_or_late(folder: Path, postgresql_url: str, redis: RedisServer) -> None:
    road = SlowRoad(redis.port, 0.2)
    with town(folder, postgresql_url, redis.url.replace(str(redis.port), str(road.port))) as far:
        with Load(far).running() as late:
            far.publish(WORDS[0])
            assert far.seconds_to_say(WORDS[0]) < 4
        redis.start()
        until(lambda: redis.listeners() == 2 * WORKERS)
        with Load(far).running() as slow:
            far.publish(WORDS[1])
            assert far.seconds_to_say(WORDS[1]) < 4
        assert (late.failed, slow.failed) == ([], [])
        assert slow.p99 < PATIENCE
        log = far.machines[0].log
        assert "Redis is away, and every process looks by itself meanwhile" in log.read_text()
        until(lambda: "Redis is back" in log.read_text())
    road.close()
