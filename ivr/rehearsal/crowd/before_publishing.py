"""Before menus go live: what a rehearsal says of them, and how one is held beside a server.

A server must go on answering, and whoever presses a button waits for a page: so it is held in a process of
its own, which gives way to callers and is over after some seconds, with however many callers have rung.
"""

import logging
import os
import pickle
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from signal import SIGINT

from ivr.called import command
from ivr.core.menus import Hotline, Where
from ivr.language import Checked, Mistake
from ivr.rehearsal.crowd.crowd import Report, Seed, rehearse
from ivr.rehearsal.crowd.shortening import Shortened, shortened
from ivr.rehearsal.crowd.telling import file_of, mistake
from ivr.rehearsal.crowd.walking import walking
from ivr.rehearsal.playing import play_of
from ivr.rehearsal.stage import Play
from ivr.settings import Settings
from ivr.switchboard import whole
from ivr.switchboard.publishing import CALLERS, Rehearsed
from ivr.switchboard.readings import packed, unpacked

log = logging.getLogger(__name__)

RINGING, SHORTENING = 5.0, 2.0
"""Seconds from the press of the button in which callers ring, the first of them in any case; and those in
which the shortest way to a failure is looked for."""

LONGEST = 20.0
"""Seconds after which a rehearsal is given up: it cannot even begin."""

POLITE = 5
"""How much less the processor is ours than the server's."""

FAILED_CALL = "failed_call.yaml"
"""The file in IVR_DATA with the call that kept menus from going live."""


def beside(settings: Settings, checked: Checked) -> Rehearsed:
    """Rehearses checked menus in another process. What keeps it from doing so keeps them from going live."""
    assert checked.hotline is not None
    asked = (
        play_of(checked),
        packed(checked.hotline),
        settings.carrier,
        Path(settings.data),
        time.monotonic(),
    )
    with subprocess.Popen(  # noqa: S603 - a program of ours, by fixed words
        [sys.executable, "-m", __name__],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)},
    ) as process:
        try:
            told, complaint = process.communicate(pickle.dumps(asked), LONGEST)
        except subprocess.TimeoutExpired:
            _end(process)
            return _not_held(checked, f"no rehearsal was over within {LONGEST:.0f} seconds")
    if process.returncode:
        log.error("a rehearsal broke off: %s", complaint.decode(errors="replace"))
        return _not_held(checked, "the rehearsal broke off, by a mistake of ours that stands in the log")
    found = pickle.loads(told)  # noqa: S301 - from the process we started
    assert isinstance(found, Rehearsed)
    return found


def _end(process: "subprocess.Popen[bytes]") -> None:
    """It may clear its stage away; then it has to go."""
    process.send_signal(SIGINT)
    with suppress(subprocess.TimeoutExpired):
        process.communicate(timeout=2)
    process.kill()


def _not_held(checked: Checked, why: str) -> Rehearsed:
    where = Where(next(iter(checked.files)), 1, 1)
    return Rehearsed(CALLERS, 0, (Mistake(where, why, f"publish with the command `{command('publish')}`"),))


def tried(
    play: Play, hotline: Hotline, carrier: str, data: Path, seed: Seed, *, seconds: float, processes: int = 1
) -> Rehearsed:
    """Lets callers ring for so many seconds."""
    report = rehearse(play, hotline, CALLERS, seed, carrier=carrier, processes=processes, seconds=seconds)
    if report.failure is None:
        return Rehearsed(report.wanted, report.callers)
    with walking(play, hotline, carrier) as walk:
        found = shortened(report.failure, walk, seconds=SHORTENING)
    return failed(report, found, hotline, seed, data)


def failed(report: Report, found: Shortened, hotline: Hotline, seed: Seed, data: Path) -> Rehearsed:
    """What keeps menus from going live; the call is kept in the folder of the data."""
    data.mkdir(parents=True, exist_ok=True, mode=0o700)
    file, call = data / FAILED_CALL, file_of(found, hotline, seed)
    whole.put(file, call.encode())
    return Rehearsed(report.wanted, report.callers, (mistake(found, hotline, file),), call)


def main() -> None:
    """The other process: reads what is to be rehearsed, writes what came of it."""
    os.nice(POLITE)
    play, menus, carrier, data, began = pickle.load(sys.stdin.buffer)  # noqa: S301 - from the one that started us
    hotline = unpacked(menus)
    assert hotline is not None, "the same version of the program has packed it"
    seed, processes = Seed.any(time.gmtime().tm_year), os.cpu_count() or 1
    left = began + RINGING - time.monotonic()  # one clock for all processes
    found = tried(play, hotline, carrier, data, seed, seconds=left, processes=processes)
    sys.stdout.buffer.write(pickle.dumps(found))


if __name__ == "__main__":
    main()
