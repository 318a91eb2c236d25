"""The floor: a supervisor sees what the agents do, listens in, and changes how somebody stands."""

import base64
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from ivr.box import Party
from ivr.box.conferences import Participant
from ivr.box.happenings import PickedUp
from ivr.core.accounts import Role
from ivr.core.agents import Activity, Status
from ivr.switchboard.line.calling_out import call_out
from tests.pages.test_desk import HTML, KEY, MENUS
from tests.questions import asked
from tests.reaching.floor import Floor
from tests.service import Browser


@pytest.fixture
def floor(tmp_path: Path) -> Iterator[Floor]:
    floor = Floor.open(tmp_path, MENUS, boxed=True)
    floor.hire("An", Party(after=2, keys="1", talks=600), languages=frozenset({"en"}))
    yield floor
    floor.house.exchange.ledger.close()


def test_with_a_real_carrier_who_listens_has_a_pass_too_agent_or_not(tmp_path: Path) -> None:
    floor = Floor.open(tmp_path, MENUS, **KEY)
    boss = floor.house.signed_in(Role.SUPERVISOR, "Boss")
    page = boss.get("/floor", headers=HTML).text
    assert ('data-line="carrier"' in page, 'data-client="client:boss"' in page) == (True, True)
    claims = boss.get("/api/me/token").get_json()["token"].split(".")[1]
    said = json.loads(base64.urlsafe_b64decode(claims + "=" * (-len(claims) % 4)))
    assert said["grants"]["identity"] == "boss"
    floor.house.exchange.ledger.close()


@pytest.fixture
def boss(floor: Floor) -> Browser:
    """A supervisor who is no agent, elsewhere than at the hotline's own machine."""
    client = floor.house.signed_in(Role.SUPERVISOR, "Boss")
    client.environ_base["REMOTE_ADDR"] = "192.0.2.1"
    return client


def page(client: Browser) -> str:
    answer = client.get("/floor", headers=HTML)
    assert answer.status_code == 200, answer.text
    return " ".join(re.sub(r"<[^>]+>", " ", answer.text.partition("<main")[2]).split())


def presses(client: Browser, button: str, deed: str = "PUT", **what: object) -> int:
    """A button of the page, by the end of its address."""
    found = re.search(rf'data-api="({deed} /api/[^"]*{button})"', client.get("/floor", headers=HTML).text)
    assert found, "there is no such button"
    return client.sends(found[1], what).status_code


def ear_of_boss(floor: Floor) -> Participant:
    [room] = floor.phone.exchange.conferences.values()
    [ear] = [each for each in room.participants.values() if each.leg.to == "client:boss"]
    return ear


def test_who_talks_with_whom_and_since_when(floor: Floor, boss: Browser) -> None:
    floor.hire("Binh", ready=False)
    assert "An Ready 0:00 Ready On break Signed out Binh Signed out" in page(boss)
    floor.ring().press("1").press("1")
    floor.pass_time(30)
    shown = page(boss)
    assert re.search(r"An In conversation 0:\d\d \+84901234567 sales · 0:\d\d Listen Whisper Barge in", shown)


def test_a_supervisor_listens_on_this_page_whispers_and_stops(floor: Floor, boss: Browser) -> None:
    call = floor.ring().press("1").press("1")
    floor.pass_time(30)
    shown = boss.get("/floor", headers=HTML).text
    assert 'data-line="box" data-client="client:boss"' in shown
    handset = floor.phone.exchange.handsets.seen("client:boss")
    assert presses(boss, "listening", how="listen") == 200
    assert "You are being rung." in page(boss)
    floor.pass_time(2)
    [rings] = handset.events
    floor.phone.exchange.legs[rings["call"]].tell(PickedUp())
    floor.pass_time(2)
    assert "Stop You hear both, and nobody hears you." in page(boss)
    assert ear_of_boss(floor).muted
    assert presses(boss, "listening", how="whisper") == 200
    floor.pass_time(2)
    assert "Only An hears you." in page(boss)
    assert ear_of_boss(floor).coaches
    assert presses(boss, "listening", "DELETE") == 204
    floor.pass_time(2)
    assert "Only An hears you." not in page(boss)
    assert call.doing == "talking"
    assert floor.house.rows.one("SELECT COUNT(*) FROM audit WHERE what = 'listened_in'") == 3


def test_the_page_asks_as_little_for_many_agents_as_for_one(floor: Floor, boss: Browser) -> None:
    floor.ring("+84901000001").press("1").press("1")
    floor.pass_time(30)
    few = asked(lambda: page(boss))
    for nth in range(2, 6):
        floor.hire(f"Agent {nth}", Party(after=2, keys="1", talks=600))
        floor.ring(f"+8490100000{nth}").press("1").press("1")
        floor.pass_time(20)
    many = asked(lambda: page(boss))
    assert page(boss).count("In conversation") == 5
    assert re.search(r"Agent 5 In conversation 0:\d\d \+84901000005 sales", page(boss))
    assert len(many) == len(few)


def test_where_numbers_are_hashed_they_are_there_as_long_as_the_conversation(tmp_path: Path) -> None:
    menus = MENUS.replace("mailboxes:", "allowed: [VN]\nmailboxes:")
    floor = Floor.open(tmp_path, menus, boxed=True, numbers="hashed")
    for name in ("An", "Binh"):
        floor.hire(name, Party(after=2, keys="1", talks=600))
    floor.ring().press("1").press("1")
    floor.pass_time(20)
    assert call_out(floor.house.exchange, "binh", "+84907654321") is None
    floor.pass_time(5)
    shown = page(floor.house.signed_in(Role.SUPERVISOR, "Boss"))
    assert re.search(r"An In conversation 0:\d\d \+84901234567 sales", shown)
    assert re.search(r"Binh In conversation 0:\d\d \+84907654321", shown)
    floor.house.exchange.ledger.close()


def test_a_supervisor_changes_how_an_agent_stands(floor: Floor, boss: Browser) -> None:
    assert presses(boss, "agents/an/status", status="on_break") == 200
    assert floor.stands("an") == (Status.ON_BREAK, Activity.IDLE)
    assert "An On break 0:00" in page(boss)
    assert floor.house.rows.one("SELECT COUNT(*) FROM audit WHERE who = 'Boss'") == 1


def test_nobody_listens_to_themselves_or_without_a_line(floor: Floor, tmp_path: Path) -> None:
    floor.ring().press("1").press("1")
    floor.pass_time(30)
    here = floor.house.browser()
    assert "To listen in, sit down at a desk first." in page(here)
    assert "Whisper" not in page(here)
    here.post("/desk/seat", data={"name": "An"})
    assert "Whisper" not in page(here)
    (tmp_path / "away").mkdir()
    away = Floor.open(tmp_path / "away", MENUS, boxed=False)
    away.hire("An")
    assert "To listen in you need a line" in page(away.house.signed_in(Role.SUPERVISOR))
    away.house.exchange.ledger.close()


def test_the_floor_is_no_agents_business(floor: Floor) -> None:
    agent = floor.house.signed_in(Role.AGENT, "Hoa")
    agent.environ_base["REMOTE_ADDR"] = "192.0.2.1"
    assert agent.get("/floor", headers=HTML).status_code == 403
    assert 'href="/floor"' not in agent.get("/messages", headers=HTML).text
