"""The line, the agents, the queues, the promised calls: seen and changed by who may."""

from typing import Any

from ivr.box import Party
from ivr.core.accounts import Right, Role
from ivr.core.agents import Activity, Status
from ivr.ledger import callbacks
from ivr.ledger.callbacks import Callback, Over
from tests.api.asking import Asker, agent, program, somebody
from tests.reaching.floor import Floor


def got(asker: Asker, path: str) -> dict[str, Any]:
    status, told = asker.asks(f"GET {path}")
    assert status == 200, told
    found: dict[str, Any] = told
    return found


NOBODY = {"ready": 0, "offered": 0, "talking": 0, "wrapping_up": 0, "on_break": 0, "signed_out": 0}


def test_who_waits_and_who_is_there(floor: Floor) -> None:
    board = program(floor.house, Right.LINE_READ)
    floor.hire("An", Party("no-answer"), queues=frozenset({"sales"}))
    floor.hire("Binh", ready=False)
    first, second = floor.ring().press("1"), floor.ring("").press("1")
    floor.pass_time(3)
    sales, support = got(board, "/api/line")["queues"]
    assert support == {
        "queue": "support",
        "waiting": 0,
        "since": None,
        "callers": [],
        "agents": NOBODY | {"signed_out": 1},
    }
    [before, behind] = sales.pop("callers")
    assert sales == {
        "queue": "sales",
        "waiting": 2,
        "since": "2026-11-23T02:00:02.350Z",
        "agents": NOBODY | {"offered": 1, "signed_out": 1},
    }
    assert before == {
        "visit": floor.visits(first)[0].id,
        "call": first.sid,
        "kind": "call",
        "caller": "+84901234567",
        "language": "en",
        "place": 1,
        "first_at": "2026-11-23T02:00:02.350Z",
        "entered_at": "2026-11-23T02:00:02.350Z",
        "offered_to": ["an"],
    }
    assert (behind["call"], behind["caller"], behind["place"], behind["offered_to"]) == (
        second.sid,
        None,
        2,
        [],
    )
    first.hang_up()
    floor.pass_time(1)
    sales = got(board, "/api/line")["queues"][0]
    assert (sales["waiting"], sales["callers"][0]["call"]) == (1, second.sid)


def test_a_queue_that_the_menus_have_lost_is_shown_while_somebody_waits_there(floor: Floor) -> None:
    floor.hire("An", Party("no-answer"))
    floor.ring().press("1")
    with floor.house.exchange.ledger.transaction() as tx:
        tx.run("UPDATE visit SET queue = 'of yesterday'", {})
    found = got(program(floor.house, Right.LINE_READ), "/api/line")["queues"]
    assert [(each["queue"], each["waiting"]) for each in found] == [
        ("sales", 0),
        ("support", 0),
        ("of yesterday", 1),
    ]


def test_the_rules_of_the_queues_are_those_that_are_live(floor: Floor) -> None:
    sales, support = got(program(floor.house, Right.LINE_READ), "/api/queues")["queues"]
    assert sales == {
        "name": "sales",
        "label": "sales",
        "strategy": "longest_idle",
        "skills": [],
        "language": "required",
        "weight": 0,
        "priority": 0,
        "ring": 20.0,
        "wrap_up": 30.0,
        "max_wait": 300.0,
        "room": None,
        "overflow": [],
        "hours": None,
        "at_closing": "serve",
        "goal": None,
        "callback": False,
        "dispositions": ["bought", "asked"],
        "must_dispose": False,
        "record": "no",
    }
    assert (support["callback"], support["must_dispose"]) == (True, True)


# -- agents ------------------------------------------------------------------------------------------------


def test_the_agents_as_they_stand(floor: Floor) -> None:
    floor.hire("An", Party(after=2, keys="1", talks=60), skills={"tax": 5}, queues=frozenset({"sales"}))
    floor.hire("Binh", ready=False)
    call = floor.ring().press("1")
    floor.pass_time(20)
    an, binh = got(program(floor.house, Right.LINE_READ), "/api/agents")["agents"]
    assert an == {
        "agent": "an",
        "name": "An",
        "way": "phone",
        "skills": {"tax": 5},
        "languages": ["en"],
        "queues": ["sales"],
        "weight": 1,
        "order": 0,
        "status": "ready",
        "reason": "",
        "activity": "talking",
        "since": an["since"],
        "talk": floor.talks(call)[0].offer,
    }
    assert (binh["status"], binh["queues"], binh["since"], binh["talk"]) == ("signed_out", None, None, None)


def test_an_account_becomes_an_agent_is_changed_and_is_none_any_more(floor: Floor) -> None:
    boss = somebody(floor.house, Role.ADMIN, "Boss")
    somebody(floor.house, Role.AGENT, "Chi")
    status, chi = boss.asks("PUT /api/agents/Chi", {"skills": {"tax": 5}, "queues": ["sales"]})
    assert status == 200
    assert (chi["agent"], chi["way"], chi["skills"], chi["queues"]) == (
        "chi",
        "browser",
        {"tax": 5},
        ["sales"],
    )
    phone = {"way": "phone", "address": "+84281112222", "queues": [], "order": 7, "weight": 3}
    status, chi = boss.asks("PUT /api/agents/chi", phone)
    assert (chi["way"], chi["skills"], chi["queues"]) == ("phone", {"tax": 5}, None)
    assert (chi["order"], chi["weight"]) == (7, 3)
    assert floor.agent("chi").address == "+84281112222"
    assert boss.asks("DELETE /api/agents/chi") == (204, None)
    assert got(boss, "/api/agents") == {"agents": []}
    assert boss.is_told("DELETE /api/agents/chi") == (404, "No agent has this name.")
    deeds = floor.house.rows("SELECT what, who, subject FROM audit WHERE what LIKE 'agent%' ORDER BY number")
    assert deeds == [
        ("agent_set_up", "Boss", "Chi"),
        ("agent_set_up", "Boss", "Chi"),
        ("agent_removed", "Boss", "Chi"),
    ]


def test_what_an_agent_cannot_be_is_said_field_by_field(floor: Floor) -> None:
    boss = somebody(floor.house, Role.ADMIN, "Boss")
    wanted: dict[str, dict[str, object]] = {
        "address": {"way": "phone", "address": "the neighbours"},
        "languages": {"languages": ["fr"]},
        "queues": {"queues": ["nobodys"]},
        "number": {"number": "1"},
        "pin": {"pin": "123456"},
        "skills.tax": {"skills": {"tax": 10}},
        "skills.a b.[key]": {"skills": {"a b": 1}},
        "way": {"way": "gone"},
    }
    for field, what in wanted.items():
        status, told = boss.asks("PUT /api/agents/boss", what)
        assert (status, [each["field"] for each in told["where"]]) == (422, [field])
    assert boss.is_told("PUT /api/agents/nobody", {}) == (404, "Nobody has this name.")
    assert got(boss, "/api/agents") == {"agents": []}


def test_a_supervisor_changes_how_an_agent_stands(floor: Floor) -> None:
    floor.hire("An", Party("no-answer"))
    boss = somebody(floor.house, Role.SUPERVISOR, "Boss")
    status, an = boss.asks("PUT /api/agents/An/status", {"status": "on_break", "reason": "meeting"})
    assert (status, an["status"], an["reason"]) == (200, "on_break", "meeting")
    assert floor.stands("an") == (Status.ON_BREAK, Activity.IDLE)
    assert floor.house.rows("SELECT who, subject, before, after FROM audit WHERE what = 'agent_status'") == [
        (
            "Boss",
            "An",
            '{"status":"ready","reason":""}',
            '{"status":"on_break","reason":"meeting"}',
        )
    ]
    told = boss.is_told("PUT /api/agents/nobody/status", {"status": "ready"})
    assert told == (404, "No agent has this name.")
    binh = floor.hire("Binh", ready=False)
    assert agent(floor, "Binh").asks(f"PUT /api/agents/{binh}/status", {"status": "ready"})[0] == 403


# -- the promised calls ------------------------------------------------------------------------------------


def promise(floor: Floor, name: str, number: str) -> None:
    now = floor.house.exchange.now()
    back = Callback(
        name, "CA1", number, "+842873001234", "support", "en", 1, "main", now - 5_000, now, now, 5_000
    )
    with floor.house.exchange.ledger.transaction() as tx:
        callbacks.ask(tx, back)


def over(floor: Floor, name: str) -> Over | None:
    with floor.house.exchange.ledger.reading() as tx:
        found = callbacks.find(tx, name)
    assert found
    return found.over


def test_a_promise_is_seen_and_taken_back(floor: Floor) -> None:
    board = program(floor.house, Right.LINE, Right.LINE_READ)
    promise(floor, "p1", "+84281112222")
    assert got(board, "/api/callbacks")["callbacks"] == [
        {
            "id": "p1",
            "call": "CA1",
            "number": "+84281112222",
            "queue": "support",
            "language": "en",
            "asked_at": "2026-11-23T02:00:00.000Z",
            "first_at": "2026-11-23T01:59:55.000Z",
            "waited": 5.0,
            "tries": 0,
            "due_at": "2026-11-23T02:00:00.000Z",
        }
    ]
    floor.pass_time(2)
    [in_line] = got(board, "/api/callbacks")["callbacks"]
    assert in_line["due_at"] is None
    assert got(board, "/api/line")["queues"][1]["callers"][0]["caller"] == "+84281112222"
    assert board.asks("POST /api/callbacks/p1/cancel") == (204, None)
    assert got(board, "/api/callbacks")["callbacks"] == []
    assert got(board, "/api/line")["queues"][1]["waiting"] == 0
    assert over(floor, "p1") is Over.CANCELLED
    words = "They have been called, are being called, or need not be called any more."
    assert board.is_told("POST /api/callbacks/p1/cancel") == (409, words)
    assert board.is_told("POST /api/callbacks/p2/cancel") == (404, "Nobody was promised this.")
    [(what, subject)] = floor.house.rows("SELECT what, subject FROM audit WHERE what LIKE 'callback%'")
    assert (what, subject) == ("callback_cancelled", "p1")
    floor.pass_time(60)
    assert floor.rung("+84281112222") == 0


def test_who_is_being_called_is_called(floor: Floor) -> None:
    board = program(floor.house, Right.LINE)
    promise(floor, "p1", "+84281112222")
    floor.hire("An", Party("no-answer"))
    floor.pass_time(3)
    assert board.asks("POST /api/callbacks/p1/cancel")[0] == 409
    assert over(floor, "p1") is None
