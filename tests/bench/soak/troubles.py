"""Everything that goes wrong, each kind on its own rhythm: workers, Redis, the database."""

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from redis.exceptions import RedisError

from tests.bench.soak.database import Database
from tests.bench.soak.plan import Plan
from tests.redis_server import RedisServer
from tests.service import Server

KILLED = "a worker killed"
FLUSHED = "Redis flushed"
FROZEN = "Redis frozen"
GONE = "Redis killed"
LOCKED = "the database locked"


@dataclass(frozen=True, slots=True)
class Trouble:
    """One of them; times are those of `time.monotonic`."""

    what: str
    began: float
    ended: float

    @property
    def seconds(self) -> float:
        return self.ended - self.began


@dataclass
class Troubles:
    """Each kind has a thread. What happened is in `happened`."""

    plan: Plan
    server: Server
    redis: RedisServer
    database: Database
    happened: list[Trouble] = field(default_factory=list)
    _over: threading.Event = field(default_factory=threading.Event)

    @contextmanager
    def brewing(self) -> Iterator[None]:
        """As long as the block lasts; all is mended at its end."""
        rhythm = self.plan.rhythm
        kinds = [
            (rhythm.kill, self._kill),
            (rhythm.flush, self._flush),
            (rhythm.redis_away, self._take_redis_away),
            (rhythm.lock, self._lock),
        ]
        threads = [threading.Thread(target=self._keep_doing, args=kind) for kind in kinds]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            self._over.set()
            for thread in threads:
                thread.join()

    def _keep_doing(self, every: float, act: Callable[[Random], Trouble]) -> None:
        dice = self.plan.dice(act.__name__)
        while not self._over.wait(every * (0.5 + dice.random())):
            self.happened.append(act(dice))

    def _kill(self, dice: Random) -> Trouble:
        """As soon as there is another one to go on with."""
        while len(ready := [pid for pid in self.server.workers() if _is_ready(pid)]) < 2:
            time.sleep(0.05)
        began = time.monotonic()
        os.kill(dice.choice(ready), signal.SIGKILL)
        return Trouble(KILLED, began, time.monotonic())

    def _flush(self, dice: Random) -> Trouble:
        began = time.monotonic()
        with suppress(OSError, RedisError), self.redis.client() as client:
            client.flushall()
        return Trouble(FLUSHED, began, time.monotonic())

    def _take_redis_away(self, dice: Random) -> Trouble:
        began, frozen = time.monotonic(), dice.random() < 0.5
        (self.redis.freeze if frozen else self.redis.kill)()
        self._over.wait(dice.uniform(1, self.plan.rhythm.longest_redis_away))
        self.redis.thaw_or_start()
        return Trouble(FROZEN if frozen else GONE, began, time.monotonic())

    def _lock(self, dice: Random) -> Trouble:
        began = time.monotonic()  # who asks for the lock shuts others out before they have it
        with self.database.locked():
            self._over.wait(dice.uniform(1, self.plan.rhythm.longest_lock))
        return Trouble(LOCKED, began, time.monotonic())


def _is_ready(pid: int) -> bool:
    """A worker that serves carries a clock, which is a thread."""
    try:
        return len(list(Path(f"/proc/{pid}/task").iterdir())) > 1
    except FileNotFoundError:
        return False
