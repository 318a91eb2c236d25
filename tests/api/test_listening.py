"""A supervisor listens in on a conversation; each time stands in the audit."""

from ivr.box import Party
from ivr.box.conferences import Participant
from ivr.core.accounts import Role
from tests.api.asking import agent, somebody
from tests.reaching.floor import Floor


def member(floor: Floor, listener: str) -> Participant | None:
    [room] = floor.phone.exchange.conferences.values()
    return room.find(f"listener-{listener}")


def test_a_supervisor_listens_whispers_barges_in_and_leaves(floor: Floor) -> None:
    floor.hire("An", Party(after=2, keys="1", talks=600))
    call = floor.ring().press("1")
    floor.pass_time(20)
    [talk] = floor.talks(call)
    boss, path = somebody(floor.house, Role.SUPERVISOR, "Boss"), f"/api/talks/{talk.offer}/listening"
    floor.phone.exchange.people.by_number["client:boss"] = Party(after=1, talks=600)
    assert boss.is_told(f"DELETE {path}") == (404, "You do not listen to this conversation.")
    status, told = boss.asks(f"PUT {path}", {"how": "listen"})
    assert (status, told) == (
        200,
        {
            "id": told["id"],
            "who": "boss",
            "how": "listen",
            "asked_at": "2026-11-23T02:00:24.080Z",
            "joined_at": None,
        },
    )
    floor.pass_time(10)
    ear = member(floor, told["id"])
    assert ear
    assert (ear.muted, ear.coaches) == (True, "")
    assert boss.asks(f"PUT {path}", {"how": "whisper"})[1]["id"] == told["id"]
    floor.pass_time(2)
    assert (ear.muted, ear.coaches) == (False, talk.leg)
    assert boss.asks(f"DELETE {path}") == (204, None)
    floor.pass_time(3)
    assert member(floor, told["id"]) is None
    assert call.doing == "talking"
    assert floor.house.rows("SELECT who, subject, after FROM audit WHERE what = 'listened_in'") == [
        ("Boss", call.sid, '{"how":"listen"}'),
        ("Boss", call.sid, '{"how":"whisper"}'),
        ("Boss", call.sid, '{"how":null}'),
    ]


def test_an_agent_listens_to_nobody(floor: Floor) -> None:
    floor.hire("An", Party(after=2, keys="1", talks=600))
    floor.hire("Binh", ready=False)
    call = floor.ring().press("1")
    floor.pass_time(20)
    path = f"/api/talks/{floor.talks(call)[0].offer}/listening"
    assert agent(floor, "Binh").asks(f"PUT {path}", {"how": "listen"})[0] == 403
    call.hang_up()
    floor.pass_time(2)
    boss = somebody(floor.house, Role.SUPERVISOR, "Boss")
    assert boss.is_told(f"PUT {path}", {"how": "listen"}) == (409, "Nobody is in this conversation now.")
