"""Redis carries "look now" from one process to all others, on every machine, and nothing else.

What is told may be lost, late or doubled: all it speaks of is in the ledger, where every process looks each
half second anyway. So nobody waits for Redis, and when it is away only that half second comes back.
"""

import atexit
import logging
import threading
import time
from collections.abc import Callable, Iterator
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # the library is loaded where there is a Redis to talk to
    from redis.client import PubSub

log = logging.getLogger(__name__)

PATIENCE = 1
"""Seconds Redis has to connect and to answer; what it is told later than that is no news any more."""

QUIET = 2
"""Seconds without a word after which Redis is asked whether it is still there."""

LONGEST_WAIT = 5
"""Seconds between two tries to reach it, at the most; the first comes a twentieth of a second later."""


class Topic(StrEnum):
    """What there is to look at."""

    ERRANDS = "errands"
    MENUS = "menus"
    LINE = "line"
    """Who waits, who is free, who talks."""


Listener = Callable[[Topic], None]


class BusAway(Exception):
    """Redis does not answer, or does not let us in; says why."""


class Bus:
    """The bus of a hotline without Redis: nothing is carried, everybody looks by themselves."""

    def tell(self, topic: Topic) -> None:
        """Let all other processes look at this. Returns at once, whatever Redis does."""

    def listen(self, listener: Listener) -> None:
        """Call this from now on, in a thread of the bus, when there is something to look at."""

    def answers_in(self) -> float | None:
        """Seconds the bus needs for an answer; None for the silent bus. Raises BusAway."""
        return None

    def close(self) -> None:
        """Carry what was told just now, if that takes no time, and stop."""


class RedisBus(Bus):
    """A bus over Redis. It belongs to the process that first uses it, so it is not used before a fork.

    Topics told while one is under way are told together, so what waits is never more than there are topics.
    """

    def __init__(self, url: str) -> None:
        from redis import Redis
        from redis.backoff import NoBackoff
        from redis.retry import Retry

        self._redis = Redis.from_url(
            url, socket_timeout=PATIENCE, socket_connect_timeout=PATIENCE, retry=Retry(NoBackoff(), 0)
        )
        self._told: set[Topic] = set()
        self._news = threading.Condition()
        self._closed = threading.Event()
        self._teller: threading.Thread | None = None

    def tell(self, topic: Topic) -> None:
        with self._news:
            if self._teller is None:
                self._teller = threading.Thread(target=self._tell, name="bus: tells", daemon=True)
                self._teller.start()
                atexit.register(self.close)  # a command that publishes ends at once
            self._told.add(topic)
            self._news.notify()

    def listen(self, listener: Listener) -> None:
        threading.Thread(target=self._listen, args=(listener,), name="bus: listens", daemon=True).start()

    def answers_in(self) -> float:
        began = time.monotonic()
        try:
            self._redis.ping()
        except Exception as error:
            raise BusAway(str(error)) from error
        return time.monotonic() - began

    def close(self) -> None:
        with self._news:
            self._closed.set()
            self._news.notify()
        if self._teller is not None:
            self._teller.join(2 * PATIENCE)

    def _tell(self) -> None:
        wait = waits()
        while topics := self._next():
            try:
                for topic in topics:
                    self._redis.publish(channel(topic), b"")
                wait = waits()
            except Exception:  # whoever listens says so in the log
                self._closed.wait(next(wait))
        self._redis.close()

    def _next(self) -> set[Topic]:
        """What is to be told now; nothing when the bus was closed, and all is told."""
        with self._news:
            self._news.wait_for(lambda: self._told or self._closed.is_set())
            topics, self._told = self._told, set()
            return topics

    def _listen(self, listener: Listener) -> None:
        wait, reached = waits(), True
        while not self._closed.is_set():
            try:
                with self._redis.pubsub() as line:  # type: ignore[no-untyped-call]
                    line.subscribe(*map(channel, Topic))
                    for topic in self._heard(line):
                        if not reached:
                            log.warning("Redis is back")
                        wait, reached = waits(), True
                        listener(topic)
            except Exception as error:
                if reached:
                    log.warning("Redis is away, and every process looks by itself meanwhile: %s", error)
                reached = False
                self._closed.wait(next(wait))

    def _heard(self, line: "PubSub") -> Iterator[Topic]:
        """What others tell; and each topic once at the beginning, as it may have been told before."""
        asked = False
        while not self._closed.is_set():
            message = line.get_message(timeout=QUIET)
            if message is None:
                if asked:
                    raise TimeoutError(f"it was silent for {2 * QUIET} seconds")
                line.ping()
            elif message["type"] in ("message", "subscribe"):
                yield Topic(message["channel"].decode().removeprefix(CHANNEL))
            asked = message is None


CHANNEL = "ivr:"
"""Two hotlines on one Redis wake each other, and find nothing to do."""


def channel(topic: Topic) -> str:
    """What a topic is called in Redis."""
    return CHANNEL + topic


def waits() -> Iterator[float]:
    """Seconds to wait before each next try."""
    wait = 0.05
    while True:
        yield wait
        wait = min(2 * wait, LONGEST_WAIT)


def bus_at(url: str) -> Bus:
    """The bus of the Redis at this address; without one, the silent bus."""
    return RedisBus(url) if url else Bus()
