"""An agent's own desk: how they stand, who is offered to them, whom they call."""

from ivr.box import Party
from ivr.core.accounts import Role
from ivr.core.agents import Activity, Status
from tests.api.asking import Asker, agent, somebody
from tests.reaching.floor import Floor


def desk(asker: Asker) -> dict[str, object]:
    status, told = asker.asks("GET /api/me")
    assert status == 200
    found: dict[str, object] = told
    return found


def test_an_agent_is_ready_rests_and_goes(floor: Floor) -> None:
    floor.hire("Lan", ready=False)
    lan = agent(floor, "Lan")
    status, stands = lan.asks("PUT /api/me/status", {"status": "ready"})
    assert status == 200
    assert stands == {
        "agent": "lan",
        "name": "Lan",
        "way": "browser",
        "status": "ready",
        "reason": "",
        "activity": "idle",
        "since": "2026-11-23T02:00:00.000Z",
        "own_line": "missing",
        "client": "client:lan",
    }
    assert lan.asks("PUT /api/me/status", {"status": "on_break", "reason": "meal"})[1]["reason"] == "meal"
    assert lan.asks("PUT /api/me/status", {"status": "signed_out", "reason": "meal"})[1]["reason"] == ""
    assert floor.stands("lan") == (Status.SIGNED_OUT, Activity.IDLE)
    assert lan.asks("PUT /api/me/status", {"status": "on_break", "reason": "bored"}) == (
        422,
        {
            "problem": "Something of what was sent cannot be so.",
            "where": [
                {
                    "field": "reason",
                    "wrong": "Value error, one of short, meal, meeting, training, other_work",
                }
            ],
        },
    )


def test_who_asks_for_their_desk_is_there(floor: Floor) -> None:
    floor.hire("Lan")
    lan = agent(floor, "Lan")
    for _ in range(4):
        floor.pass_time(20)
        assert desk(lan)["offer"] is None
    assert floor.stands("lan")[0] is Status.READY
    floor.pass_time(31)
    assert floor.stands("lan")[0] is Status.SIGNED_OUT


def test_an_offer_is_accepted_and_seen_from_the_desk(floor: Floor) -> None:
    floor.hire("Lan")
    lan = agent(floor, "Lan")
    floor.phone.exchange.people.by_number["client:lan"] = Party(after=1, talks=60)
    call = floor.ring().press("1")
    floor.pass_time(3)
    [offer] = floor.offers(call)
    told = desk(lan)
    assert told["offer"] == {
        "id": offer.id,
        "visit": offer.visit,
        "agent": "lan",
        "queue": "sales",
        "made_at": "2026-11-23T02:00:02.350Z",
        "until": "2026-11-23T02:00:22.350Z",
        "ringing_at": "2026-11-23T02:00:02.350Z",
    }
    assert told["caller"] == {
        "kind": "call",
        "call": call.sid,
        "caller": "+84901234567",
        "queue": "sales",
        "language": "en-US",
        "path": ["sales"],
        "entered_at": "2026-11-23T02:00:02.350Z",
        "earlier": [],
        "sent_by": None,
        "before": None,
        "is_kept": False,
        "is_held": False,
    }
    status, talk = lan.asks(f"POST /api/offers/{offer.id}/accept")
    assert (status, talk["offer"], talk["answered_at"]) == (200, offer.id, None)
    assert lan.asks(f"POST /api/offers/{offer.id}/accept")[0] == 200, "asked twice"
    floor.pass_time(5)
    assert call.doing == "talking"
    assert desk(lan)["offer"] is None
    assert lan.is_told(f"POST /api/offers/{offer.id}/decline") == (
        409,
        "The caller is gone, or somebody else was quicker.",
    )


def test_an_offer_is_declined(floor: Floor) -> None:
    floor.hire("Lan")
    lan = agent(floor, "Lan")
    call = floor.ring().press("1")
    floor.pass_time(3)
    [offer] = floor.offers(call)
    assert lan.asks(f"POST /api/offers/{offer.id}/decline") == (204, None)
    assert [each.ending for each in floor.offers(call)] == ["declined"]


def test_an_offer_is_nobody_elses(floor: Floor) -> None:
    floor.hire("Lan")
    floor.hire("Binh", ready=False)
    call = floor.ring().press("1")
    floor.pass_time(3)
    [offer] = floor.offers(call)
    words = "This caller is not offered to you."
    assert agent(floor, "Binh").is_told(f"POST /api/offers/{offer.id}/accept") == (404, words)
    boss = somebody(floor.house, Role.ADMIN, "Boss")
    told = boss.is_told(f"POST /api/offers/{offer.id}/decline")
    assert told == (404, "You answer no callers: whoever looks after the hotline can set you up as an agent.")
    assert floor.offers(call)[0].ended_at is None


def test_an_agent_calls_somebody_as_the_hotline(floor: Floor) -> None:
    floor.hire("An", Party(after=2, keys="1", talks=60))
    an = agent(floor, "An")
    floor.phone.exchange.people.by_number["+84281112222"] = Party(after=3, talks=30)
    assert an.asks("POST /api/calls-out", {"number": "+84281112222", "queue": "sales"}) == (204, None)
    floor.pass_time(20)
    assert floor.rung("+84281112222") == 1
    assert floor.stands("an") == (Status.READY, Activity.TALKING)
    assert an.is_told("POST /api/calls-out", {"number": "+84281112222"}) == (409, "That agent is not free.")


def test_why_somebody_is_not_called_is_said_in_words(floor: Floor) -> None:
    floor.hire("An", Party(after=2, keys="1", talks=60))
    an = agent(floor, "An")
    words = "This number may not be called from here."
    assert an.is_told("POST /api/calls-out", {"number": "+19005550123"}) == (409, words)
    told = an.is_told("POST /api/calls-out", {"number": "+84281112222", "queue": "nobodys"})
    assert told == (422, "The menus have no such queue.")
    assert floor.rung("+84281112222") == 0
