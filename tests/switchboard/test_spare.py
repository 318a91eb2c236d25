"""A worker that is born while the ledger cannot be read answers with the menus others saw live last."""

import json
import stat
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest

from ivr import assemble
from ivr.core.menus import Sound
from ivr.ledger import LedgerAway, LedgerBusy
from ivr.ledger.revisions import Source
from ivr.switchboard.rolling_back import roll_back
from ivr.switchboard.spare import FILE, Spare
from tests.service import MENUS, House

OTHER = MENUS.replace("Welcome.", "Hello.")


@contextmanager
def newborn(house: House, *, reads: bool = False) -> Iterator[House]:
    """Another worker of the hotline, which has never read the ledger; it can neither write it now."""
    worker = House(house.folder, house.now)
    settings = house.exchange.settings
    worker.exchange = replace(assemble(settings), now=lambda: worker.now)
    worker.enter()
    ledger: Any = worker.exchange.ledger
    ledger.transaction = fails(LedgerBusy("held"))
    if not reads:
        ledger.reading = fails(LedgerAway("gone"))
    yield worker
    worker.exchange.ledger.close()


def fails(error: Exception) -> Any:
    def raises(*_: object, **__: object) -> Any:
        raise error

    return raises


def greeting(worker: House, call: str = "CA1") -> str:
    return worker.carrier.press(worker.carrier.call(call), call, "2").said[-1]


def welcome(worker: House, call: str = "CA1") -> str:
    return worker.carrier.call(call).said[-1]


def seen(house: House) -> int:
    """A worker's clock sees what is live."""
    return house.exchange.shelf.look(house.now).revision


def kept(house: House) -> Any:
    return json.loads((house.folder / FILE).read_bytes())


def test_a_worker_born_in_an_outage_answers_calls_and_loses_nothing(house: House) -> None:
    seen(house)
    with newborn(house) as worker:
        assert welcome(worker) == "Welcome. For English, press 2."
        assert greeting(worker, "CA2").startswith("How can we help?")
        assert worker.exchange.outage.is_blind
        worker.exchange.spool.close()
    house.replay()
    assert house.rows.passes("CA2") == [("welcome", "2", "key")]
    assert house.rows("SELECT DISTINCT revision FROM call") == [(1,)]


def test_it_answers_with_what_was_live_last(house: House) -> None:
    seen(house)
    house.publish(OTHER)
    seen(house)
    with newborn(house) as worker:
        assert welcome(worker) == "Hello. For English, press 2."
    roll_back(house.exchange, 1, "An")
    assert seen(house) == 1
    with newborn(house) as worker:
        assert welcome(worker, "CA2") == "Welcome. For English, press 2."


def test_the_copy_is_the_owners_alone(house: House) -> None:
    seen(house)
    assert stat.S_IMODE((house.folder / FILE).stat().st_mode) == 0o600
    assert kept(house) == {"revision": 1, "files": {"menus/hotline.yaml": MENUS}, "sounds": []}


def test_it_never_wins_against_a_ledger_that_can_be_read(house: House) -> None:
    seen(house)
    house.publish(OTHER)
    assert kept(house)["revision"] == 1
    with newborn(house, reads=True) as worker:
        assert welcome(worker) == "Hello. For English, press 2."
    assert kept(house)["revision"] == 2


def test_who_was_born_in_an_outage_sees_what_is_live_when_it_is_over(house: House) -> None:
    seen(house)
    house.publish(OTHER)
    with newborn(house) as worker:
        assert welcome(worker) == "Welcome. For English, press 2."
        ledger: Any = worker.exchange.ledger
        del ledger.reading, ledger.transaction
        worker.replay()
        assert welcome(worker, "CA2") == "Hello. For English, press 2."


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "null", '{"revision": 1}', '{"revision":1,"files":{},"sounds":[]}']
)
def test_what_is_no_copy_is_as_good_as_none(house: House, text: str) -> None:
    (house.folder / FILE).write_text(text)
    with newborn(house) as worker:
        assert worker.carrier.call("CA1").verbs == ["Pause", "Redirect"]
    assert seen(house) == 1
    assert kept(house)["revision"] == 1


def test_callers_go_on_where_it_cannot_be_written(house: House, caplog: pytest.LogCaptureFixture) -> None:
    (house.folder / FILE).mkdir()
    assert (seen(house), seen(house)) == (1, 1)
    assert caplog.text.count("the spare copy of the live menus was not written") == 1


def test_recordings_are_in_it_too(house: House) -> None:
    spare = Spare(house.folder / "copy.json")
    sounds = {("vi", "main"): Sound("0a1b", "audio/x-wav", 3.5)}
    spare.keep(Source(7, "", "", 0, "Sao Mai", None, {"menus/a.yaml": "chào"}, sounds))
    found = spare.found()
    assert found is not None
    assert (found.revision, found.files, found.sounds) == (7, {"menus/a.yaml": "chào"}, sounds)


def test_of_several_workers_that_write_at_once_one_whole_copy_stays(house: House) -> None:
    spare = Spare(house.folder / "many" / "copy.json")

    def sees(number: int) -> None:
        for _ in range(50):
            spare.keep(Source(number, "", "", 0, "", None, {"a": str(number) * 100_000}, {}))
            found = spare.found()
            assert found is not None
            assert found.files == {"a": str(found.revision) * 100_000}

    with ThreadPoolExecutor(2) as workers:
        for done in [workers.submit(sees, number) for number in (1, 2)]:
            done.result(30)
    assert [path.name for path in spare.path.parent.iterdir()] == ["copy.json"]
