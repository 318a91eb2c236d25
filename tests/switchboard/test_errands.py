"""Law 11: what is wished of the world outside is done afterwards, once, and its answer is written down."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from ivr.carriers.twilio.rest import Rest as CarrierRest
from ivr.ledger import Ledger, LedgerAway
from ivr.ledger.errands import wish
from ivr.switchboard.clock import AT_ONCE, Clock
from ivr.switchboard.wishes import CARRIED_OUT
from tests.carriers.contract_server import TOKEN as REST_TOKEN
from tests.carriers.contract_server import Carrier as Rest
from tests.carriers.contract_server import contract_server
from tests.house import HOUSE
from tests.patience import until
from tests.service import ACCOUNT, LAN, MENUS, NOBODY, Answer, House, menus


@pytest.fixture
def rest() -> Iterator[Rest]:
    with contract_server() as carrier:
        yield carrier


@pytest.fixture
def home(tmp_path: Path, rest: Rest) -> Iterator[House]:
    """A house whose carrier has a REST side."""
    house = House(tmp_path, now=time.time_ns() // 1_000_000)
    house.open(MENUS, auth_token=REST_TOKEN, carrier_url=rest.url)
    yield house
    house.exchange.ledger.close()


def in_english(house: House, call: str = "CA1", caller: str = LAN) -> Answer:
    return house.carrier.press(house.carrier.call(call, caller), call, "2")


def errands(house: House) -> list[tuple[str, str, int]]:
    return [
        (kind, state, tries)
        for kind, state, tries in house.rows("SELECT kind, state, tries FROM errand ORDER BY id")
    ]


def asked(rest: Rest) -> list[tuple[str, str]]:
    return [(seen.method, seen.path) for seen in rest.seen]


def test_a_text_message_is_sent_after_the_answer_and_once(home: House, rest: Rest) -> None:
    home.carrier.press(in_english(home), "CA1", "4")
    assert rest.seen == []
    home.errands()
    home.errands()
    assert [(message["to"], message["body"]) for message in rest.messages] == [(LAN, "District 1.")]
    assert errands(home) == [("message", "done", 1)]
    assert home.rows("SELECT answer, payload FROM errand") == [('{"message":"SM1"}', "")]


@pytest.mark.parametrize("lost", ["cut", "nonsense"])
def test_a_message_whose_answer_was_lost_is_looked_up_before_it_is_sent_again(
    home: House, rest: Rest, lost: str
) -> None:
    home.carrier.press(in_english(home), "CA1", "4")
    rest.faults.append(lost)  # type: ignore[arg-type]
    home.errands()
    assert errands(home) == [("message", "waiting", 1)]
    home.now += 1_000
    home.errands()
    assert asked(rest) == [("POST", "/Messages.json"), ("GET", "/Messages.json")]
    assert len(rest.messages) == 1
    assert errands(home) == [("message", "done", 2)]


def test_a_message_that_really_was_not_sent_is_sent_then(home: House, rest: Rest) -> None:
    home.carrier.press(in_english(home), "CA1", "4")
    rest.faults.append("broken")
    home.errands()
    home.now += 1_000
    home.errands()
    assert len(rest.messages) == 1
    assert errands(home) == [("message", "done", 2)]


def test_a_busy_carrier_is_asked_again_when_it_says(home: House, rest: Rest) -> None:
    home.carrier.press(in_english(home), "CA1", "4")
    rest.faults.append("busy")
    home.errands()
    assert home.rows.one("SELECT due_at FROM errand") == home.now + 7_000
    home.now += 6_999
    home.errands()
    assert rest.messages == []
    home.now += 1
    home.errands()
    assert len(rest.messages) == 1


def test_a_refusal_is_final_and_noted_beside_the_call(home: House, rest: Rest) -> None:
    rest.user = "AC" + "9" * 32
    home.carrier.press(in_english(home), "CA1", "4")
    home.errands()
    home.now += 600_000
    home.errands()
    assert errands(home) == [("message", "failed", 1)]
    ((call, kind, detail),) = home.rows("SELECT call, kind, detail FROM event")
    assert (call, kind, json.loads(detail)["kind"]) == ("CA1", "errand_failed", "message")
    assert "401" in detail
    assert REST_TOKEN not in detail


def test_a_carrier_that_stays_away_is_given_up_after_eight_tries(home: House, rest: Rest) -> None:
    home.carrier.press(in_english(home), "CA1", "4")
    rest.faults += ["unavailable"] * 8
    waits = []
    for _ in range(8):
        before = home.now
        home.errands()
        ((home.now, state),) = home.rows("SELECT due_at, state FROM errand")
        waits.append((home.now - before) // 1000)
    assert state == "unknown"  # nobody could be asked whether the first try had not sent it after all
    assert waits[:-1] == [2, 2, 4, 8, 16, 32, 64]
    assert home.rows("SELECT kind FROM event") == [("errand_failed",)]


def test_a_text_that_may_have_been_sent_is_not_called_failed(home: House, rest: Rest) -> None:
    home.carrier.press(in_english(home), "CA1", "4")
    for _ in range(8):
        home.now += 600_000
        rest.faults += ["unavailable"] if rest.messages else ["cut"]
        home.errands()
    assert len(rest.messages) == 1
    assert errands(home) == [("message", "unknown", 8)]


def leave_word(house: House, recording: str = "RE1") -> None:
    message = house.carrier.press(in_english(house), "CA1", "2")
    house.carrier.press(message, "CA1", "#", RecordingSid=recording, RecordingDuration=3)
    ready = {"CallSid": "CA1", "RecordingSid": recording, "RecordingStatus": "completed"}
    house.carrier.post("/voice/recording", ready)


def test_a_recording_is_kept_here_for_our_eyes_only_and_then_deleted_there(home: House, rest: Rest) -> None:
    rest.recordings["RE1"] = b"RIFF....WAVEsound"
    leave_word(home)
    home.errands()
    ((name,),) = home.rows("SELECT file FROM recording WHERE state = 'kept'")
    kept = home.folder / "messages" / name
    assert kept.read_bytes() == b"RIFF....WAVEsound"
    assert (kept.stat().st_mode & 0o777, kept.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    home.errands()
    assert asked(rest) == [("GET", "/Recordings/RE1.wav"), ("DELETE", "/Recordings/RE1.json")]
    assert rest.recordings == {}
    assert errands(home) == [("fetch_recording", "done", 1), ("delete_recording", "done", 1)]
    assert "RE1" not in name


def test_a_recording_that_could_not_be_kept_is_not_deleted_there(home: House, rest: Rest) -> None:
    rest.recordings["RE1"] = b"RIFF....WAVEsound"
    (home.folder / "messages").write_text("a file where the folder should be")
    leave_word(home)
    home.errands()
    home.errands()
    assert rest.recordings == {"RE1": b"RIFF....WAVEsound"}
    assert errands(home) == [("fetch_recording", "waiting", 1)]
    (home.folder / "messages").unlink()
    home.now += 1_000
    home.errands()
    assert home.rows("SELECT state FROM recording") == [("kept",)]


def test_half_a_recording_is_none(home: House, rest: Rest) -> None:
    rest.recordings["RE1"] = b"RIFF....WAVEsound"
    rest.faults.append("cut")
    leave_word(home)
    home.errands()
    assert errands(home) == [("fetch_recording", "waiting", 1)]
    home.now += 60_000
    home.errands()
    ((name,),) = home.rows("SELECT file FROM recording WHERE state = 'kept'")
    assert (home.folder / "messages" / name).read_bytes() == b"RIFF....WAVEsound"


def test_a_recording_that_is_not_there_yet_is_asked_for_again(home: House, rest: Rest) -> None:
    leave_word(home)
    home.errands()
    assert errands(home) == [("fetch_recording", "waiting", 1)]
    rest.recordings["RE1"] = b"RIFF....WAVEsound"
    home.now += 1_000
    home.errands()
    assert home.rows("SELECT state FROM recording") == [("kept",)]


def test_a_recording_deleted_there_already_is_deleted(home: House, rest: Rest) -> None:
    rest.recordings["RE1"] = b"RIFF....WAVEsound"
    leave_word(home)
    home.errands()
    rest.recordings.clear()
    home.errands()
    assert errands(home)[-1] == ("delete_recording", "done", 1)


@dataclass
class Crm:
    """Another system over real HTTP: what it answers, and what it was asked."""

    url: str = ""
    status: int = 200
    answer: dict[str, str] = field(default_factory=lambda: {"state": "shipped"})
    asked: list[str] = field(default_factory=list)
    may_answer: threading.Event = field(default_factory=threading.Event)


@contextmanager
def crm_at_work() -> Iterator[Crm]:
    crm = Crm()
    crm.may_answer.set()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            crm.asked.append(self.path)
            crm.may_answer.wait(10)
            content = json.dumps(crm.answer).encode()
            self.send_response(crm.status)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    crm.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    yield crm
    crm.may_answer.set()
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def crm() -> Iterator[Crm]:
    with crm_at_work() as crm:
        yield crm


@pytest.fixture
def shop(tmp_path: Path, crm: Crm) -> Iterator[House]:
    """A house whose lookups ask the other system."""
    house = House(tmp_path).open(menus(crm.url))
    yield house
    house.exchange.ledger.close()


def ask_for_order(house: House, call: str = "CA1") -> Answer:
    order = house.carrier.press(in_english(house, call, "anonymous"), call, "1")
    return house.carrier.press(order, call, "4711")


def test_the_caller_hears_one_moment_and_then_what_the_other_system_knows(shop: House, crm: Crm) -> None:
    moment = ask_for_order(shop)
    assert (moment.said, moment.verbs) == (["One moment, please."], ["Say", "Pause", "Redirect"])
    assert crm.asked == []
    waiting = shop.carrier.press(moment, "CA1")
    assert waiting.verbs == ["Pause", "Redirect"]
    shop.errands()
    assert crm.asked == ["/orders/4711"]
    assert shop.carrier.press(waiting, "CA1").said[0] == "Order 4 7 1 1 is shipped."


def test_an_answer_with_markup_is_read_out_as_text(shop: House, crm: Crm) -> None:
    crm.answer = {"state": "</Say><Dial>+15551234567</Dial>"}
    moment = ask_for_order(shop)
    shop.errands()
    answer = shop.carrier.press(moment, "CA1")
    assert answer.verbs == ["Gather", "Redirect"]
    assert answer.said[0] == "Order 4 7 1 1 is </Say><Dial>+15551234567</Dial>."


def test_an_answer_that_takes_too_long_is_not_waited_for(shop: House, crm: Crm) -> None:
    """Two seconds of its own and three looks of grace; each look is a document of one second."""
    crm.may_answer.clear()
    answer, looks = ask_for_order(shop), 0
    clock = Clock(shop.exchange)
    clock.look()
    while answer.verbs[-2:] == ["Pause", "Redirect"]:
        answer, looks = shop.carrier.press(answer, "CA1"), looks + 1
    assert (answer.said[0], looks) == ("We do not know.", 6)
    crm.may_answer.set()
    clock.stop()
    assert shop.rows.passes("CA1")[-2:] == [("status", "", "failed"), ("unknown", "", "went_on")]


def test_a_refusal_of_the_other_system_leads_on(shop: House, crm: Crm) -> None:
    crm.status = 404
    moment = ask_for_order(shop)
    shop.errands()
    assert shop.carrier.press(moment, "CA1").said[0] == "We do not know."
    assert errands(shop) == [("lookup", "failed", 1)]
    assert "4711" not in str(shop.rows("SELECT detail FROM event"))


def test_when_the_host_is_down_nobody_waits_for_it_any_more(house: House) -> None:
    """Three callers find out; the next one goes on at once, until somebody finds it up again."""
    for number in range(3):
        moment = ask_for_order(house, f"CA{number}")
        assert moment.verbs == ["Say", "Pause", "Redirect"]
        house.errands()
        assert house.carrier.press(moment, f"CA{number}").said[0] == "We do not know."
    assert NOBODY.removeprefix("http://") in house.exchange.breakers
    assert ask_for_order(house, "CA8").said[0] == "We do not know."
    assert len(errands(house)) == 3
    house.now += 10_000
    assert ask_for_order(house, "CA9").verbs == ["Say", "Pause", "Redirect"]


def test_a_host_that_answers_at_all_is_not_down(shop: House, crm: Crm) -> None:
    """What it does not know is no failure of its own: failures in a row begin anew, and a probe closes."""
    for number, status in enumerate((500, 500, 404, 500, 500)):
        crm.status = status
        ask_for_order(shop, f"CA{number}")
        shop.errands()
    assert shop.exchange.down() == frozenset()
    ask_for_order(shop, "CA5")
    shop.errands()
    assert shop.exchange.down() == {crm.url.removeprefix("http://")}
    shop.now += 10_000
    crm.status = 404
    ask_for_order(shop, "CA6")
    shop.errands()
    assert shop.exchange.down() == frozenset()


def test_a_ledger_that_was_away_for_a_while_does_not_end_the_clocks_work(
    home: House, rest: Rest, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = Clock(home.exchange)
    with monkeypatch.context() as patch:
        patch.setattr(Ledger, "reading", lambda _: (_ for _ in ()).throw(LedgerAway("gone")))
        for _ in range(AT_ONCE + 1):
            with pytest.raises(LedgerAway):
                clock.look()
    home.carrier.press(in_english(home), "CA1", "4")
    clock.look()
    clock.stop()
    assert len(rest.messages) == 1


def test_a_caller_who_waits_for_a_lookup_does_not_wait_for_slow_errands(shop: House, crm: Crm) -> None:
    """Eight texts hang at a carrier that never answers; the look-up is asked all the same."""
    with contract_server() as slow:
        slow.faults += ["silent"] * AT_ONCE
        hanging = replace(shop.exchange, carrier=CarrierRest(ACCOUNT, REST_TOKEN, base_url=slow.url))
        for number in range(AT_ONCE + 1):
            shop.carrier.press(in_english(shop, f"CB{number}", f"+8490123{number:04}"), f"CB{number}", "4")
        clock = Clock(hanging)
        clock.look()
        moment = ask_for_order(shop)
        clock.look()
        until(lambda: bool(crm.asked), every=0.01)
        assert crm.asked == ["/orders/4711"]
        assert shop.rows("SELECT state FROM errand WHERE kind = 'lookup'") in ([("running",)], [("done",)])
        assert moment.verbs == ["Say", "Pause", "Redirect"]
        assert shop.rows.one("SELECT COUNT(*) FROM errand WHERE kind = 'message' AND state = 'waiting'") == 1
        slow.patience.set()
        clock.stop()


def test_many_quick_errands_of_one_kind_keep_no_other_waiting(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each is done, and its place free again, before the clock looks for the next one."""
    done: list[str] = []
    clock = Clock(house.exchange)
    monkeypatch.setattr(clock._pool, "submit", lambda act, errand: act(errand))
    for kind in ("message", "lookup"):
        monkeypatch.setitem(CARRIED_OUT, kind, lambda _, errand: done.append(errand.kind))
    with house.exchange.ledger.transaction() as tx:
        for kind in ("message", "lookup") * 3:
            wish(tx, kind, None, {}, house.now, house.now)
    clock.look()
    clock.stop()
    assert [set(done[at : at + 2]) for at in (0, 2, 4)] == [{"message", "lookup"}] * 3


def test_who_copies_a_recording_has_longer_for_it_than_the_carrier_may_take(home: House, rest: Rest) -> None:
    """Media may take a minute, each of a mail server's answers twenty seconds."""
    leave_word(home)
    rest.faults.append("silent")
    clock = Clock(home.exchange)
    clock.look()
    ((state, lease_until),) = home.rows("SELECT state, due_at FROM errand")
    assert (state, lease_until - home.now) == ("running", 300_000)
    rest.patience.set()
    clock.stop()


def test_the_clock_carries_what_was_written_into_the_file_itself(home: House) -> None:
    leave_word(home)
    clock = Clock(home.exchange)
    clock.start()
    file = home.exchange.ledger.file
    assert file
    until(lambda: calls_in(file) == ["CA1"])
    clock.stop()


def calls_in(file: Path) -> list[str]:
    """Those a copy of the file alone tells of, without the log beside it."""
    copy = file.with_name("copy.db")
    copy.write_bytes(file.read_bytes())
    with sqlite3.connect(copy) as database:
        return [call for (call,) in database.execute("SELECT id FROM call")]


KILLED = """
import sys
from ivr import assemble
from ivr.settings import Settings
from ivr.switchboard.clock import Clock
folder, url, account, token = sys.argv[1:]
settings = Settings(account_sid=account, auth_token=token, public_url="https://hotline.example",
                    secret_key="a key that only the tests seal with", data=folder, carrier_url=url)
clock = Clock(assemble(settings), lease_ms=30_000)
clock.look()
clock.stop()
"""


def test_an_errand_of_a_killed_worker_is_done_by_another_one_after_its_lease(home: House, rest: Rest) -> None:
    """It was killed after the carrier had sent the message, so the message is only looked up."""
    home.carrier.press(in_english(home), "CA1", "4")
    rest.faults.append("silent")
    words = [sys.executable, "-c", KILLED, str(home.folder), rest.url, ACCOUNT, REST_TOKEN]
    worker = subprocess.Popen(words, cwd=HOUSE, env={**os.environ, "PYTHONPATH": str(HOUSE)})
    until(lambda: bool(rest.messages), every=0.02)
    worker.send_signal(signal.SIGKILL)
    worker.wait()
    ((state, lease_until),) = home.rows("SELECT state, due_at FROM errand")
    assert state == "running"
    home.now = lease_until - 1
    home.errands()
    assert errands(home) == [("message", "running", 1)]
    home.now = lease_until
    home.errands()
    assert errands(home) == [("message", "done", 2)]
    assert len(rest.messages) == 1


def test_nobody_is_texted_twice_by_two_workers(home: House, rest: Rest) -> None:
    for number in range(12):
        home.carrier.press(in_english(home, f"CA{number}", f"+8490123{number:04}"), f"CA{number}", "4")
    clocks = [Clock(home.exchange) for _ in range(3)]
    threads = [threading.Thread(target=clock.look) for clock in clocks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for clock in clocks:
        clock.stop()
    home.errands()
    assert len(rest.messages) == len({message["to"] for message in rest.messages}) == 12
