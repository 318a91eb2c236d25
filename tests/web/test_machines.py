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
from ivr.outside.bus import Topic
from ivr.switchboard.publishing import publish
from tests.outside.test_bus import until
from tests.redis_server import RedisServer, SlowRoad, redis_server
from tests.service import MENUS, Carrier, Server, serving, write

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
        settings = replace(self.machines[0].settings, menus=str(write(self.admin, MENUS)), redis_url=redis_url)
        write(self.admin, MENUS.replace("Xin chào.", words))
        exchange = assemble(settings)
        publish(exchange, "a test")
        exchange.bus.close()
        exchange.ledger.close()

    def all_say(self, words: str) -> bool:
        """Whether new calls hear these words, whichever worker answers: each is asked by a new connection."""
        return all(greeting(machine).startswith(words) for machine in self.machines for _ in range(8))

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
        return carrier.call(f"CAgreeting{next(NUMBERS)}").said[0]
    finally:
        carrier.close()


@pytest.fixture
def town(tmp_path: Path, postgresql_url: str) -> Iterator[Callable[..., Town]]:
    """Opens a town: its machines with this Redis, and this application."""
    with ExitStack() as stack:

        def opened(redis_url: str = "", app: str = "app:app") -> Town:
            machines = []
            for name in "one", "other":
                folder = tmp_path / name
                folder.mkdir()
                settings = {"database_url": postgresql_url, "redis_url": redis_url}
                machines.append(stack.enter_context(serving(folder, MENUS, WORKERS, app, **settings)))
            (tmp_path / "admin").mkdir()
            return Town((machines[0], machines[1]), tmp_path / "admin")

        yield opened


@pytest.fixture
def redis() -> Iterator[RedisServer]:
    with redis_server("a word") as server:
        yield server


PATIENT = "tests.web.patient:app"


def test_redis_wakes_every_worker_of_every_machine(town: Callable[..., Town], redis: RedisServer) -> None:
    """They would look by themselves after an hour only."""
    here = town(redis.url, PATIENT)
    until(lambda: redis.listeners() == 2 * WORKERS)
    here.publish("Chào buổi sáng.", redis.url)
    here.seconds_to_say("Chào buổi sáng.")
    wish_from_elsewhere(here, redis.url)
    redis.kill()
    redis.start()
    until(lambda: redis.listeners() == 2 * WORKERS)
    here.publish("Chào buổi chiều.", redis.url)
    here.seconds_to_say("Chào buổi chiều.")
    wish_from_elsewhere(here, redis.url)


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


def test_without_redis_all_know_within_two_seconds(town: Callable[..., Town]) -> None:
    here = town()
    for words in ("Chào buổi sáng.", "Chào buổi chiều."):
        here.publish(words)
        assert here.seconds_to_say(words) < 2
    wish_from_elsewhere(here, "")


class Load:
    """Callers who come, press a key, and go, on both machines, as long as the block lasts."""

    def __init__(self, town: Town) -> None:
        self.town = town
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
        machine = self.town.machines[at % 2]
        for number in count():
            if self._over.is_set():
                return
            call = f"CAload{at}x{number}x{id(self)}"
            try:
                asked = self._timed(lambda call=call: machine.carrier.call(call))  # type: ignore[misc]
                self._timed(lambda call=call, asked=asked: machine.carrier.press(asked, call, "1"))  # type: ignore[misc]
                assert machine.carrier.ends(call).status == 204
            except Exception as error:
                self.failed.append(error)

    def _timed(self, ask: Callable[[], object]) -> object:
        began = time.monotonic()
        answer = ask()
        self.seconds.append(time.monotonic() - began)
        assert "Say" in answer.body.decode()  # type: ignore[attr-defined]
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


@pytest.mark.parametrize("trouble", [killed, flushed, hanging, with_another_password])
def test_whatever_befalls_redis_callers_notice_nothing(
    town: Callable[..., Town], redis: RedisServer, trouble: Callable[[RedisServer], None]
) -> None:
    here = town(redis.url)
    until(lambda: redis.listeners() == 2 * WORKERS)
    with Load(here).running() as calm:
        time.sleep(2)
    threads, files = here.threads(), here.files()
    trouble(redis)
    with Load(here).running() as troubled:
        for words in ("Chào buổi sáng.", "Chào buổi chiều."):
            here.publish(words)
            assert here.seconds_to_say(words) < 4
        time.sleep(2)
    assert (calm.failed, troubled.failed) == ([], [])
    assert len(troubled.seconds) > 100
    assert troubled.p99 < calm.p99 + 0.25
    assert all(now <= before + 2 for before, now in zip(threads, here.threads(), strict=True))
    assert all(now <= before + 4 for before, now in zip(files, here.files(), strict=True))
    mended(redis)
    until(lambda: redis.listeners() == 2 * WORKERS)


def test_a_machine_starts_and_serves_while_redis_is_not_there(
    town: Callable[..., Town], redis: RedisServer
) -> None:
    redis.kill()
    here = town(redis.url)
    here.publish("Chào buổi sáng.")
    assert here.seconds_to_say("Chào buổi sáng.") < 4
    redis.start()
    until(lambda: redis.listeners() == 2 * WORKERS)
    assert "Redis is away, and every process looks by itself meanwhile" in here.machines[0].log.read_text()


def test_a_slow_redis_costs_callers_nothing(town: Callable[..., Town], redis: RedisServer) -> None:
    road = SlowRoad(redis.port, 0.4)
    here = town(redis.url.replace(str(redis.port), str(road.port)))
    with Load(here).running() as load:
        here.publish("Chào buổi sáng.")
        assert here.seconds_to_say("Chào buổi sáng.") < 4
        time.sleep(1)
    assert load.failed == []
    assert load.p99 < 0.4
    road.close()
