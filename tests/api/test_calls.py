"""The log and the messages, for programs and pages."""

from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from urllib.parse import quote

import pytest

from ivr.box import Party
from ivr.core.accounts import Right, Role
from ivr.core.calls import Outcome
from ivr.ledger import log
from ivr.switchboard import legal_holds
from ivr.web.api.calls import Ended
from tests.api.asking import Asker, program, somebody
from tests.pages.town import Town, town
from tests.reaching.floor import Floor
from tests.service import LAN, MAI


@pytest.fixture(name="town")
def _town(tmp_path: Path) -> Iterator[Town]:
    made = town(tmp_path, boxed=False)
    yield made
    made.house.exchange.ledger.close()


def ids(asker: Asker, question: str = "") -> list[str]:
    status, told = asker.asks(f"GET /api/calls{question}")
    assert status == 200, told
    return [each["id"] for each in told["calls"]]


def test_calls_are_found_as_on_the_page(town: Town) -> None:
    left = town.dial().press("1").press("2").speak(5).press("#")
    town.phone.pass_time(86_400)
    gone = town.dial("+84907654321").press("1")
    gone.hang_up()
    here = town.dial("").press("1")
    reader = program(town.house, Right.CALLS)
    assert ids(reader) == [here.sid, gone.sid, left.sid]
    assert ids(reader, "?number=090%20765") == [gone.sid]
    assert ids(reader, "?outcome=open") == [here.sid]
    assert ids(reader, "?outcome=hung_up") == [gone.sid]
    assert ids(reader, "?text=message") == [left.sid]
    assert ids(reader, "?until=2026-11-23") == [left.sid]
    assert ids(reader, "?since=2026-11-24&until=2026-11-24") == [here.sid, gone.sid]
    assert reader.asks("GET /api/calls?number=090%20765")[1] == {
        "calls": [
            {
                "id": gone.sid,
                "caller": "+84907654321",
                "called": "+842873001234",
                "language": "vi",
                "started_at": reader.asks(f"GET /api/calls/{gone.sid}")[1]["call"]["started_at"],
                "ended_at": reader.asks(f"GET /api/calls/{gone.sid}")[1]["call"]["ended_at"],
                "outcome": "hung_up",
                "talk": 0.0,
                "step": "main",
            }
        ],
        "next": None,
    }


def test_every_outcome_can_be_looked_for() -> None:
    assert {str(each) for each in Ended} == {"open", *map(str, Outcome)}


def test_a_long_log_comes_page_by_page(town: Town) -> None:
    made = [town.dial().sid for _ in range(5)]
    reader = program(town.house, Right.CALLS)
    found, cursor = [], ""
    while cursor is not None:
        status, told = reader.asks(f"GET /api/calls?limit=2&cursor={cursor}")
        assert status == 200
        found.append([each["id"] for each in told["calls"]])
        cursor = told["next"]
    assert found == [[made[4], made[3]], [made[2], made[1]], [made[0]]]
    assert ids(reader, "?cursor=nonsense") == made[::-1]


def test_a_search_that_takes_long_goes_on_where_its_page_says(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = [town.dial(caller).sid for caller in (LAN, MAI, MAI, MAI)]
    reader = program(town.house, Right.CALLS)
    monkeypatch.setattr(import_module("ivr.web.api.calls"), "SEARCH", -1)
    monkeypatch.setattr(log, "WINDOW", 2)
    _, told = reader.asks(f"GET /api/calls?number={quote(LAN)}")
    assert told["calls"] == []
    assert ids(reader, f"?number={quote(LAN)}&cursor={quote(told['next'])}") == made[:1]


@pytest.mark.parametrize(
    ("question", "field"),
    [
        ("limit=0", "limit"),
        ("limit=201", "limit"),
        ("since=yesterday", "since"),
        ("outcome=sad", "outcome"),
        ("colour=red", "colour"),
    ],
)
def test_what_nobody_can_look_for(town: Town, question: str, field: str) -> None:
    status, told = program(town.house, Right.CALLS).asks(f"GET /api/calls?{question}")
    assert (status, [each["field"] for each in told["where"]]) == (422, [field])


def test_one_call_from_the_first_step_to_the_wrap_up(floor: Floor) -> None:
    floor.hire("An", Party(after=2, keys="1", talks=30))
    call = floor.ring().press("1")
    floor.pass_time(90)
    reader = program(floor.house, Right.CALLS)
    status, told = reader.asks(f"GET /api/calls/{call.sid}")
    assert status == 200
    assert (told["call"]["id"], told["call"]["outcome"]) == (call.sid, "connected")
    assert [(each["step"], each["pressed"], each["ending"]) for each in told["passes"]] == [
        ("main", "1", "key"),
        ("sales", "", "connected"),
        ("thanks", "", "went_on"),
    ]
    [visit] = told["visits"]
    assert (visit["queue"], visit["kind"], visit["outcome"], visit["went_to"]) == (
        "sales",
        "call",
        "answered",
        "agent",
    )
    [offer] = visit["offers"]
    assert (offer["agent"], offer["ending"]) == ("an", "accepted")
    assert (visit["talk"]["agent"], visit["talk"]["ended_by"]) == ("an", "agent")
    assert (told["messages"], told["callbacks"], told["held"]) == ([], [], False)
    legal_holds.hold_call(floor.house.exchange, "chi", call.sid, "the court asks for it")
    assert reader.asks(f"GET /api/calls/{call.sid}")[1]["held"] is True
    assert reader.is_told("GET /api/calls/CA0") == (404, "There is no such call.")


def test_a_message_is_listed_and_seen_to(town: Town) -> None:
    call = town.dial().press("1").press("2").speak(5).press("#")
    agent = somebody(town.house, Role.AGENT, "Lan")
    status, told = agent.asks("GET /api/messages")
    assert status == 200
    [message] = told["messages"]
    assert (message["call"], message["mailbox"], message["done_at"], message["note"]) == (
        call.sid,
        "office",
        None,
        "",
    )
    path = f"PUT /api/messages/{message['id']}"
    status, told = agent.asks(path, {"done": True, "note": " rang back "})
    assert (status, told["done_by"], told["note"]) == (200, "Lan", "rang back")
    assert agent.asks("GET /api/messages")[1] == {"messages": [], "next": None}
    assert [each["id"] for each in agent.asks("GET /api/messages?all=true")[1]["messages"]] == [message["id"]]
    status, told = agent.asks(path, {"done": False})
    assert (told["done_at"], told["done_by"], told["note"]) == (None, None, "rang back")
    assert agent.asks(path, {})[0] == 200
    deeds = town.house.rows("SELECT who, subject FROM audit WHERE what = 'message_changed'")
    assert deeds == [("Lan", message["id"])] * 2
    assert agent.is_told("PUT /api/messages/nobodys", {}) == (404, "There is no such message.")
