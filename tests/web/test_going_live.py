"""Menus published and taken back by command while three real workers serve callers, on both databases."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ivr.settings import Settings
from tests.house import HOUSE
from tests.postgres import EITHER
from tests.service import MENUS, Answer, Carrier, Server, serving
from tests.service import write as save

WITHIN = 10
"""Seconds: five times what is promised, as the machine may be busy; the bench measures it."""


@pytest.fixture(params=EITHER)
def hotline(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Server]:
    """Three workers of their own: here other menus go live all the time."""
    settings = {}
    if request.param == "postgresql":
        settings["database_url"] = request.getfixturevalue("postgresql_url")
    with serving(tmp_path, MENUS, **settings) as server:
        yield server


def command(server: Server, *words: str) -> str:
    """What a command of ours prints, run as an admin runs it: beside the server."""
    rows = [row for row in Settings.__dataclass_fields__.values() if row.metadata]
    given = {row.metadata["name"]: str(getattr(server.settings, row.name)) for row in rows}
    run = subprocess.run(
        [sys.executable, "-m", "ivr", *words],
        env={**os.environ, **given, "PYTHONPATH": str(HOUSE)},
        capture_output=True,
        text=True,
    )
    assert run.returncode == 0, run.stdout + run.stderr
    return run.stdout


def says(words: str) -> str:
    return MENUS.replace("How can we help?", words)


def publish(server: Server, words: str) -> None:
    save(Path(server.settings.data), says(words))
    command(server, "publish", "--callers", "0", "--author", "An")


def arrivals(server: Server, count: int = 12) -> set[str]:
    """What so many new callers hear first in English, each on a connection of its own: so every worker is
    asked."""
    heard = set()
    for number in range(count):
        carrier = Carrier(server.url, server.settings.base_url)
        call = f"CA{time.monotonic_ns()}{number}"
        main = carrier.press(carrier.call(call, "anonymous"), call, "2")
        heard.add(main.said[-1].partition(" For")[0])
        carrier.ends(call)
        carrier.close()
    return heard


def soon(server: Server, words: str) -> None:
    """Every worker answers new callers with these words."""
    until = time.monotonic() + WITHIN
    while (heard := arrivals(server)) != {words}:
        assert time.monotonic() < until, heard


class Callers:
    """Callers who press 9 again and again, and what they heard."""

    def __init__(self, server: Server, count: int) -> None:
        self.server = server
        self.heard: list[list[str]] = [[] for _ in range(count)]
        self.failed: list[BaseException] = []
        self._over = threading.Event()
        self._threads = [threading.Thread(target=self._calls, args=(number,)) for number in range(count)]

    def __enter__(self) -> "Callers":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join()
        assert self.failed == []

    def _calls(self, number: int) -> None:
        try:
            self._call(number, Carrier(self.server.url, self.server.settings.base_url))
        except BaseException as error:
            self.failed.append(error)

    def _call(self, number: int, carrier: Carrier) -> None:
        call = f"CALLER{number}"
        answer: Answer = carrier.press(carrier.call(call, "anonymous"), call, "2")
        presses = 0
        while not self._over.is_set() and presses < 50:
            assert answer.verbs == ["Gather", "Redirect"]
            self.heard[number].append(answer.said[-1].partition(" For")[0])
            time.sleep(0.3)  # so that their keys last while a busy machine publishes
            answer = carrier.press(answer, call, "9")
            presses += 1
        assert carrier.ends(call).status == 204
        carrier.close()

    def wait_until(self, happened: Callable[[], bool]) -> None:
        until = time.monotonic() + WITHIN
        while not happened():
            assert time.monotonic() < until, self.heard
            assert not self.failed, self.failed
            time.sleep(0.05)


def test_new_callers_hear_the_new_menus_and_those_on_the_line_the_old_ones(hotline: Server) -> None:
    with Callers(hotline, 4) as callers:
        callers.wait_until(lambda: all(callers.heard))
        publish(hotline, "What now?")
        soon(hotline, "What now?")
    assert {words for heard in callers.heard for words in heard} == {"How can we help?"}
    assert hotline.rows.one("SELECT COUNT(*) FROM call WHERE ended_at IS NULL") == 0


def test_a_rollback_reaches_those_on_the_line(hotline: Server) -> None:
    publish(hotline, "Press 2 to win!")
    soon(hotline, "Press 2 to win!")
    with Callers(hotline, 4) as callers:
        callers.wait_until(lambda: all(callers.heard))
        assert command(hotline, "rollback", "--note", "a lure") == "Revision 1 is live instead of 2.\n"
        callers.wait_until(lambda: all(heard[-1] == "How can we help?" for heard in callers.heard))
        soon(hotline, "How can we help?")
    for heard in callers.heard:
        turned = heard.index("How can we help?")
        assert set(heard[:turned]) == {"Press 2 to win!"}
        assert set(heard[turned:]) == {"How can we help?"}
    handed = hotline.rows("SELECT call FROM event WHERE kind = 'handed_over' ORDER BY call")
    assert handed == [(f"CALLER{number}",) for number in range(4)]
    assert hotline.rows("SELECT DISTINCT revision FROM call WHERE id LIKE 'CALLER%'") == [(1,)]


def test_a_block_published_now_turns_the_next_arrival_away(hotline: Server) -> None:
    carrier = hotline.carrier
    main = carrier.press(carrier.call("CA1", "+84900000009"), "CA1", "2")
    save(Path(hotline.settings.data), MENUS.replace('["+84666*"]', '["+84900000009"]'))
    command(hotline, "publish", "--callers", "0")
    until = time.monotonic() + WITHIN
    blocked = [False]
    while not all(blocked):
        blocked = []
        for number in range(9):
            each = Carrier(hotline.url, hotline.settings.base_url)
            verbs = each.call(f"CB{time.monotonic_ns()}{number}", "+84900000009").verbs
            blocked.append(verbs == ["Reject"])
            each.close()
        assert time.monotonic() < until
    assert carrier.press(main, "CA1", "2").said == ["Speak after the tone."]
