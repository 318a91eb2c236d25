"""Redis only wakes: it is told and heard, it comes and goes, and nobody ever waits for it."""

import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator

import pytest

from ivr.outside.bus import Bus, RedisBus, Topic, bus_at, waits
from tests.house import HOUSE
from tests.patience import taking, until
from tests.redis_server import RedisServer, SlowRoad, free_port, redis_server

pytestmark = pytest.mark.needs("redis")
AT_ONCE = 0.2
"""Seconds; far more than handing something to a thread takes, far less than Redis is waited for."""


@pytest.fixture
def redis() -> Iterator[RedisServer]:
    with redis_server() as server:
        yield server


class Ear:
    """Somebody who listens, and counts what was told."""

    def __init__(self, url: str) -> None:
        self.heard: list[Topic] = []
        self.bus = RedisBus(url)
        self.bus.listen(self.heard.append)

    def hears(self, *topics: Topic) -> None:
        """Waits until it has heard these, and forgets them."""
        until(lambda: set(topics) <= set(self.heard))
        self.heard.clear()


@pytest.fixture
def ears() -> Iterator[Callable[..., Ear]]:
    opened: list[Ear] = []

    def listening(url: str) -> Ear:
        opened.append(Ear(url))
        return opened[-1]

    yield listening
    for ear in opened:
        ear.bus.close()


def test_what_one_tells_all_others_hear(redis: RedisServer, ears: Callable[..., Ear]) -> None:
    one, other = ears(redis.url), ears(redis.url)
    one.hears(*Topic)  # whoever comes looks at everything once
    other.hears(*Topic)
    one.bus.tell(Topic.ERRANDS)
    other.hears(Topic.ERRANDS)
    one.bus.tell(Topic.MENUS)
    other.hears(Topic.MENUS)
    one.hears(Topic.MENUS)


def test_without_redis_nothing_is_told_and_nothing_is_wrong() -> None:
    bus = bus_at("")
    assert type(bus) is Bus
    heard: list[Topic] = []
    bus.listen(heard.append)
    bus.tell(Topic.MENUS)
    bus.close()
    assert heard == []


def test_a_command_that_ends_at_once_has_told_what_it_told(
    redis: RedisServer, ears: Callable[..., Ear]
) -> None:
    ear = ears(redis.url)
    ear.hears(*Topic)
    code = f"from ivr.outside.bus import Topic, bus_at; bus_at({redis.url!r}).tell(Topic.MENUS)"
    subprocess.run([sys.executable, "-c", code], cwd=HOUSE, check=True, timeout=20)
    ear.hears(Topic.MENUS)


def away(redis: RedisServer) -> None:
    redis.kill()


def frozen(redis: RedisServer) -> None:
    redis.freeze()


@pytest.mark.parametrize("trouble", [away, frozen])
def test_nobody_waits_for_a_redis_that_is_away(
    redis: RedisServer, ears: Callable[..., Ear], trouble: Callable[[RedisServer], None]
) -> None:
    ear = ears(redis.url)
    ear.hears(*Topic)
    trouble(redis)
    threads = threading.active_count()
    with taking(less_than=AT_ONCE):
        for _ in range(1_000):
            ear.bus.tell(Topic.ERRANDS)
    assert threading.active_count() <= threads + 1


def test_it_is_used_again_when_it_is_back(redis: RedisServer, ears: Callable[..., Ear]) -> None:
    one, other = ears(redis.url), ears(redis.url)
    other.hears(*Topic)
    for _ in range(2):
        redis.kill()
        one.bus.tell(Topic.ERRANDS)
        redis.start()
        other.hears(*Topic)  # what was told meanwhile is lost, so it looks at everything
        until(lambda: redis.listeners() == 2)
        one.bus.tell(Topic.MENUS)
        other.hears(Topic.MENUS)


def test_what_hung_goes_on_when_it_wakes(redis: RedisServer, ears: Callable[..., Ear]) -> None:
    one, other = ears(redis.url), ears(redis.url)
    one.hears(*Topic)
    other.hears(*Topic)
    redis.freeze()
    one.bus.tell(Topic.MENUS)
    time.sleep(6)  # longer than it may be silent
    redis.thaw()
    other.hears(*Topic)
    until(lambda: redis.listeners() == 2)
    one.bus.tell(Topic.ERRANDS)
    other.hears(Topic.ERRANDS)
    until(lambda: redis.connections() <= 5)  # two who listen, two who told, and who asks


def test_a_slow_redis_is_only_slow(redis: RedisServer, ears: Callable[..., Ear]) -> None:
    road = SlowRoad(redis.port, 0.3)
    url = f"redis://127.0.0.1:{road.port}"
    one, other = ears(url), ears(url)
    other.hears(*Topic)
    with taking(less_than=AT_ONCE):
        one.bus.tell(Topic.MENUS)
    other.hears(Topic.MENUS)
    road.close()


def test_one_that_is_not_there_yet_is_found_when_it_comes(ears: Callable[..., Ear]) -> None:
    with redis_server() as redis:
        redis.kill()
        ear = ears(redis.url)
        ear.bus.tell(Topic.MENUS)
        time.sleep(0.5)
        redis.start()
        ear.hears(*Topic)


def test_a_wrong_password_is_told_once_and_nowhere_in_clear(
    ears: Callable[..., Ear], caplog: pytest.LogCaptureFixture
) -> None:
    with redis_server("the right word") as redis:
        ear = ears(redis.url.replace("the right word", "the%20wrong%20word"))
        ear.bus.tell(Topic.MENUS)
        time.sleep(1)  # several tries
        assert ear.heard == []
    (told,) = [record.getMessage() for record in caplog.records]
    assert told.startswith("Redis is away, and every process looks by itself meanwhile: ")
    assert "invalid username-password pair" in told
    assert "wrong%20word" not in told
    assert "wrong word" not in told


def test_an_address_where_nobody_is_harms_nobody(ears: Callable[..., Ear]) -> None:
    for url in (f"redis://127.0.0.1:{free_port()}", "redis://nowhere.invalid", "unix:///nowhere"):
        ear = ears(url)
        ear.bus.tell(Topic.MENUS)
        ear.bus.close()
        assert ear.heard == []


def test_the_waits_between_two_tries_double_up_to_five_seconds() -> None:
    wait = waits()
    assert [next(wait) for _ in range(9)] == [0.05, 0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 5, 5]
