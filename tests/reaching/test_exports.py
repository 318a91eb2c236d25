"""The log for other programs: Asterisk's CDR and queue_log, and views for those that read SQL."""

import csv
from collections.abc import Iterator
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path

import pytest

from ivr.box import Party
from ivr.box.phone_line import PhoneCall
from ivr.core.agents import Agent, Status
from ivr.core.line.onward import Onward, To
from ivr.ledger import Ledger, agents, talks
from ivr.ledger.talks import Talk
from ivr.switchboard.asterisk import CDR, cdr, queue_log
from ivr.switchboard.line.consulting import ask, hand_over
from ivr.switchboard.line.sending_on import send_on
from ivr.switchboard.line.standing import choose
from tests.reaching.floor import Floor
from tests.reaching.test_sending_on import HELPS, SELLS
from tests.reaching.test_sending_on import MENUS as TWO_QUEUES
from tests.reaching.test_telling import MENUS
from tests.service import MONDAY_MORNING

LAN, MAI = "+84901234567", "+84907654321"
START = MONDAY_MORNING // 1000
END = MONDAY_MORNING + 3_600_000


class Day:
    """A morning: Lan is answered, Mai hangs up, and Bình misses somebody."""

    def __init__(self, folder: Path, **settings: str) -> None:
        self.floor = floor = Floor.open(folder, MENUS, **settings)
        floor.hire("An", Party(after=4, keys="1", talks=20))
        self.lan = self.answered()
        choose(floor.house.exchange, "an", Status.ON_BREAK, "meal")
        self.mai = floor.ring(MAI).press("1")
        floor.pass_time(10)
        self.mai.hang_up()
        floor.pass_time(2)
        choose(floor.house.exchange, "an", Status.SIGNED_OUT)

    def answered(self) -> PhoneCall:
        call = self.floor.ring(LAN).press("1")
        self.floor.pass_time(10)
        (talk,) = self.floor.talks(call)
        with self.floor.house.exchange.ledger.transaction() as tx:
            talks.write_down(tx, talk.offer, "sold", "wants two")
        self.floor.pass_time(30)
        call.press("5").settle()
        self.floor.pass_time(10)
        return call

    @property
    def ledger(self) -> Ledger:
        return self.floor.house.exchange.ledger


@pytest.fixture(scope="module")
def day(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Day]:
    day = Day(tmp_path_factory.mktemp("day"))
    yield day
    day.ledger.close()


def test_the_queue_log_tells_the_morning_in_asterisks_words(day: Day) -> None:
    lines = [line.rstrip("\n").split("|") for line in queue_log(day.ledger, MONDAY_MORNING, END)]
    lan, mai = day.lan.sid, day.mai.sid
    told = [line[1:] for line in lines]
    (talk,) = day.floor.talks(day.lan)
    assert talk.leg
    assert told == [
        ["NONE", "NONE", "An", "AGENTLOGIN", "+84901000000"],
        [lan, "sales", "NONE", "ENTERQUEUE", "", LAN, "1"],
        [lan, "sales", "An", "CONNECT", told[2][4], talk.leg, told[2][6]],
        [lan, "sales", "An", told[3][3], told[2][4], told[3][5], "1"],
        ["NONE", "NONE", "An", "PAUSE", "meal"],
        [mai, "sales", "NONE", "ENTERQUEUE", "", MAI, "1"],
        [mai, "sales", "NONE", "ABANDON", "1", "1", "10"],
        ["NONE", "NONE", "An", "UNPAUSE", ""],
        ["NONE", "NONE", "An", "AGENTLOGOFF", "+84901000000", told[8][5]],
    ]
    assert told[3][3] in ("COMPLETEAGENT", "COMPLETECALLER")
    assert (4 <= int(told[2][4]) <= 6, 3 <= int(told[2][6]) <= 5) == (True, True)
    assert 18 <= int(told[3][5]) <= 21
    epochs = [int(line[0]) for line in lines]
    assert epochs == sorted(epochs)
    assert epochs[0] == START


def test_who_leaves_by_a_key_is_in_the_queue_log_with_it(tmp_path: Path) -> None:
    floor = Floor.open(tmp_path, MENUS)
    floor.hire("An", Party(after=0, keys="1", talks=None))
    floor.ring(MAI).press("1")
    call = floor.ring(LAN).press("1")
    floor.pass_time(8)
    call.press("2").settle()
    call.press("1").settle()
    floor.pass_time(5)
    lines = [line.split("|")[1:] for line in queue_log(floor.house.exchange.ledger, MONDAY_MORNING, END)]
    assert [line[4:6] for line in lines if line[0] == call.sid and line[3] == "EXITWITHKEY"] == [["2", "1"]]


def test_transfers_are_in_the_queue_log_as_asterisk_writes_them(tmp_path: Path) -> None:
    floor = Floor.open(tmp_path, TWO_QUEUES)
    floor.hire("An", Party(after=2, keys="1", talks=600), **SELLS)
    floor.hire("Bình", Party(after=4, keys="1", talks=600), **HELPS)
    exchange = floor.house.exchange
    binh = next(each.id for each in all_agents(floor) if each.name == "Bình")

    def goes_on(call: PhoneCall, seconds: float = 20) -> Talk:
        floor.pass_time(seconds)
        return floor.talks(call)[-1]

    def ended(call: PhoneCall) -> list[list[str]]:
        call.hang_up()
        floor.pass_time(40)
        lines = [line.rstrip("\n").split("|")[1:] for line in queue_log(exchange.ledger, MONDAY_MORNING, END)]
        return [line[1:] for line in lines if line[0] == call.sid and "TRANSFER" in line[3]]

    first = floor.ring().press("1")
    assert send_on(exchange, goes_on(first).offer, Onward(To.QUEUE, "support")) is None
    floor.pass_time(20)
    [[*event, hold, talked, place]] = ended(first)
    assert event == ["sales", "An", "BLINDTRANSFER", "support", "queue"]
    assert (int(hold) < 5, 14 <= int(talked) <= 19, place) == (True, True, "1")

    second = floor.ring().press("1")
    assert send_on(exchange, goes_on(second).offer, Onward(To.AGENT, binh)) is None
    floor.pass_time(20)
    assert ended(second)[0][:5] == ["sales", "An", "BLINDTRANSFER", "Bình", "agent"]

    third = floor.ring().press("1")
    talk = goes_on(third)
    assert ask(exchange, talk.offer, binh) is None
    floor.pass_time(20)
    assert hand_over(exchange, talk.offer)
    floor.pass_time(10)
    [[*event, hold, talked, place]] = ended(third)
    assert event == ["sales", "An", "ATTENDEDTRANSFER", "BRIDGE", floor.talks(third)[0].room_id]
    assert (int(hold) < 5, 34 <= int(talked) <= 39, place) == (True, True, "1")
    exchange.ledger.close()


def all_agents(floor: Floor) -> list[Agent]:
    with floor.house.exchange.ledger.reading() as tx:
        return agents.listed(tx)


def test_an_agent_who_does_not_answer_is_in_the_queue_log_with_the_milliseconds(tmp_path: Path) -> None:
    floor = Floor.open(tmp_path, MENUS)
    floor.hire("An", Party("no-answer"))
    call = floor.ring().press("1")
    floor.pass_time(30)
    call.hang_up()
    floor.pass_time(2)
    lines = [line.split("|") for line in queue_log(floor.house.exchange.ledger, MONDAY_MORNING, END)]
    events = [line[4].strip() for line in lines]
    assert events.count("RINGNOANSWER") == 1
    missed = next(line for line in lines if line[4] == "RINGNOANSWER")
    assert (missed[2], missed[3]) == ("sales", "An")
    assert int(missed[5]) == 20_400
    floor.house.exchange.ledger.close()


def test_the_cdr_has_a_row_for_each_line_to_one_party(day: Day) -> None:
    rows = list(csv.DictReader(StringIO("".join(cdr(day.ledger, MONDAY_MORNING, END)))))
    assert tuple(rows[0]) == CDR
    lan = [row for row in rows if row["linkedid"] == day.lan.sid]
    call, agent = lan
    assert (call["src"], call["dst"], call["lastapp"]) == (LAN, "+842873001234", "IVR")
    assert call["start"] == "2026-11-23 02:00:00"
    assert (call["disposition"], call["userfield"]) == ("ANSWERED", "connected")
    assert (agent["dst"], agent["lastapp"], agent["dcontext"]) == ("An", "Queue", "sales")
    assert (agent["disposition"], 18 <= int(agent["billsec"]) <= 21) == ("ANSWERED", True)
    assert int(agent["duration"]) > int(agent["billsec"])
    (mai,) = [row for row in rows if row["linkedid"] == day.mai.sid]
    assert (mai["src"], mai["userfield"]) == (MAI, "hung_up")


def test_another_day_has_nothing(day: Day) -> None:
    before = MONDAY_MORNING - 86_400_000
    assert list(queue_log(day.ledger, before, MONDAY_MORNING)) == []
    assert len(list(cdr(day.ledger, before, MONDAY_MORNING))) == 1


def test_a_number_that_is_a_formula_harms_no_spreadsheet(tmp_path: Path) -> None:
    floor = Floor.open(tmp_path, MENUS)
    floor.ring("=1+1").hang_up()
    (_, row) = cdr(floor.house.exchange.ledger, MONDAY_MORNING, END)
    assert "'=1+1" in row
    floor.house.exchange.ledger.close()


# -- views -------------------------------------------------------------------------------------------------


def moment(value: object) -> datetime:
    """A time as both databases tell it."""
    if isinstance(value, datetime):
        return value.astimezone(UTC)
    assert isinstance(value, str)
    assert value.endswith("Z")
    return datetime.fromisoformat(value)


@pytest.fixture
def anywhere(tmp_path: Path, database_url: str) -> Iterator[Day]:
    """The morning on either database."""
    day = Day(tmp_path, database_url=database_url)
    yield day
    day.ledger.close()


def test_views_tell_the_morning_with_names_and_times(anywhere: Day) -> None:
    rows, lan, mai = anywhere.floor.house.rows, anywhere.lan.sid, anywhere.mai.sid
    first, second = rows("SELECT call_id, started, caller, outcome FROM view_calls ORDER BY started")
    assert (first[0], first[2], first[3]) == (lan, LAN, "connected")
    assert moment(first[1]) == datetime(2026, 11, 23, 2, tzinfo=UTC)
    assert (second[0], second[3]) == (mai, "hung_up")
    assert rows("SELECT queue, outcome, agent FROM view_visits ORDER BY entered") == [
        ("sales", "answered", "An"),
        ("sales", "abandoned", None),
    ]
    waited = [float(seconds) for (seconds,) in rows("SELECT seconds FROM view_visits ORDER BY entered")]
    assert waited[1] == 10.3
    ((agent, disposition, notes, seconds),) = rows(
        "SELECT agent, disposition, notes, seconds FROM view_talks"
    )
    assert (agent, disposition, notes, 18 <= float(seconds) <= 21) == ("An", "sold", "wants two", True)
    assert rows("SELECT question, value, agent, queue FROM view_survey") == [
        ("satisfaction", 5, "An", "sales")
    ]
    states = rows("SELECT agent, status, activity FROM view_agent_states ORDER BY since")
    assert states[0] == ("An", "ready", "idle")
    assert states[-1] == ("An", "signed_out", "idle")
