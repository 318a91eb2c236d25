"""A Redis server of our own, at a port of this machine, and a slow road to it."""

import os
import random
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from redis import Redis
from redis.exceptions import RedisError

from tests.tools import path_of


def free_port() -> int:
    """A port that is free now, and below those which the system gives away: while a server is killed to be
    started again at its own, nobody else must be there."""
    while True:
        port = random.SystemRandom().randrange(20_000, 30_000)
        with suppress(OSError), socket.socket() as free:
            free.bind(("127.0.0.1", port))
            return port


class RedisServer:
    """A server that keeps nothing. It always comes back at the same port."""

    def __init__(self, folder: Path, password: str = "") -> None:
        self.folder = folder
        self.port = free_port()
        self.password = password
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"redis://:{self.password}@127.0.0.1:{self.port}/0"

    def start(self) -> None:
        words = ["--port", str(self.port), "--bind", "127.0.0.1", "--dir", str(self.folder), "--save", ""]
        words += ["--requirepass", self.password] if self.password else []
        self._process = subprocess.Popen([path_of("redis"), *words], stdout=subprocess.DEVNULL)
        with self.client() as client:
            for _ in range(200):
                with suppress(RedisError):
                    client.ping()
                    assert self._process.poll() is None, "another server is at this port"
                    return
                time.sleep(0.05)
        raise AssertionError("redis-server does not answer")

    def client(self) -> "Redis":
        return Redis.from_url(self.url, socket_timeout=5)

    def listeners(self) -> int:
        """How many processes listen for news of the menus."""
        with self.client() as client:
            ((_, count),) = client.pubsub_numsub("ivr:menus")
            return int(count)

    def connections(self) -> int:
        with self.client() as client:
            return len(client.client_list())

    def kill(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def freeze(self) -> None:
        """It takes what is sent to it, and never answers."""
        self._tell(signal.SIGSTOP)

    def thaw(self) -> None:
        self._tell(signal.SIGCONT)

    def thaw_or_start(self) -> None:
        """It answers again, whether it was frozen or killed."""
        if self._process is None:
            self.start()
        else:
            self.thaw()

    def _tell(self, what: signal.Signals) -> None:
        assert self._process is not None
        os.kill(self._process.pid, what)


@contextmanager
def redis_server(password: str = "") -> Iterator[RedisServer]:
    """A running server."""
    folder = Path(tempfile.mkdtemp(prefix="hotline-redis-"))
    server = RedisServer(folder, password)
    try:
        server.start()
        yield server
    finally:
        server.kill()
        shutil.rmtree(folder)


class SlowRoad:
    """A port that leads to another one; every byte takes `seconds` on the way."""

    def __init__(self, to: int, seconds: float) -> None:
        self.seconds = seconds
        self._to = to
        self._door = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._door.getsockname()[1]
        threading.Thread(target=self._let_in, daemon=True).start()

    def close(self) -> None:
        self._door.shutdown(socket.SHUT_RDWR)
        self._door.close()

    def _let_in(self) -> None:
        with suppress(OSError):
            while True:
                here, _ = self._door.accept()
                try:
                    there = socket.create_connection(("127.0.0.1", self._to))
                except OSError:
                    here.close()
                    continue
                for from_, to in ((here, there), (there, here)):
                    threading.Thread(target=self._carry, args=(from_, to), daemon=True).start()

    def _carry(self, from_: socket.socket, to: socket.socket) -> None:
        with suppress(OSError):
            while data := from_.recv(65536):
                time.sleep(self.seconds)
                to.sendall(data)
        for end in (from_, to):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()
