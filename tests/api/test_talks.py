"""What an agent does in a conversation, and a program for them."""

from pathlib import Path

import pytest

from ivr.box import Party
from ivr.box.phone_line import PhoneCall
from ivr.core.accounts import Right, Role
from ivr.core.agents import Activity, Status
from tests.api.asking import MENUS, Asker, agent, program, somebody
from tests.reaching.floor import Floor

TALKING = (Status.READY, Activity.TALKING)
WRAPPING_UP = (Status.READY, Activity.WRAPPING_UP)
IDLE = (Status.READY, Activity.IDLE)

SALES, SUPPORT = frozenset({"sales"}), frozenset({"support"})


@pytest.fixture
def an(floor: Floor) -> Asker:
    floor.hire("An", Party(after=2, keys="1", talks=600), queues=SALES)
    return agent(floor, "An")


@pytest.fixture
def call(floor: Floor, an: Asker) -> PhoneCall:
    """Somebody talks with An."""
    call = floor.ring().press("1")
    floor.pass_time(20)
    assert call.doing == "talking"
    return call


def path(floor: Floor, call: PhoneCall) -> str:
    return f"/api/talks/{floor.talks(call)[0].offer}"


def test_the_caller_is_held_and_the_agent_is_muted(floor: Floor, an: Asker, call: PhoneCall) -> None:
    talk = path(floor, call)
    assert an.asks(f"POST {talk}/hold") == (204, None)
    assert an.asks(f"POST {talk}/mute") == (204, None)
    floor.pass_time(10)
    now = floor.talks(call)[0]
    assert (now.hold_wished, now.muted, now.held_since is not None) == (True, True, True)
    assert an.asks(f"POST {talk}/resume") == (204, None)
    assert an.asks(f"POST {talk}/unmute") == (204, None)
    floor.pass_time(2)
    now = floor.talks(call)[0]
    assert (now.hold_wished, now.muted, now.held_since) == (False, False, None)


def test_the_recording_rests_and_goes_on(tmp_path: Path) -> None:
    floor = Floor.open(tmp_path, MENUS.replace("label: sales", "label: sales, record: yes"))
    floor.hire("An", Party(after=2, keys="1", talks=600))
    an, call = agent(floor, "An"), floor.ring().press("1")
    floor.pass_time(25)
    talk = path(floor, call)

    def recorder() -> tuple[str, bool]:
        told = an.asks(f"PUT {talk}/notes", {})[1]
        return told["recorder"], told["pause_wished"]

    assert recorder() == ("recording", False)
    assert an.asks(f"POST {talk}/pause-recording") == (204, None)
    assert recorder() == ("recording", True), "the carrier has not said so yet"
    floor.pass_time(2)
    assert recorder() == ("paused", True)
    assert an.asks(f"POST {talk}/resume-recording") == (204, None)
    floor.pass_time(2)
    assert recorder() == ("recording", False)
    call.hang_up()
    floor.pass_time(2)
    assert an.is_told(f"POST {talk}/pause-recording") == (409, "Nothing is recorded now.")
    floor.house.exchange.ledger.close()


def test_what_is_over_cannot_be_held(floor: Floor, an: Asker, call: PhoneCall) -> None:
    talk = path(floor, call)
    call.hang_up()
    floor.pass_time(2)
    for deed in ("hold", "resume", "mute", "unmute"):
        told = an.is_told(f"POST {talk}/{deed}")
        assert told == (409, "Nobody is in this conversation now."), deed
    assert an.asks(f"POST {talk}/hang-up") == (204, None), "it is what they want"
    assert floor.talks(call)[0].ended_by == "caller"


def test_the_agent_hangs_up_and_the_caller_goes_on(floor: Floor, an: Asker, call: PhoneCall) -> None:
    assert an.asks(f"POST {path(floor, call)}/hang-up") == (204, None)
    floor.pass_time(5)
    assert call.heard[-1] == "Thank you for talking to us."
    assert (floor.talks(call)[0].ended_by, floor.stands("an")) == ("agent", WRAPPING_UP)


def test_the_caller_is_sent_on_to_a_queue(floor: Floor, an: Asker, call: PhoneCall) -> None:
    floor.hire("Binh", Party(after=2, keys="1", talks=60), queues=SUPPORT)
    sent = an.asks(f"POST {path(floor, call)}/send-on", {"to": "queue", "name": "support"})
    assert sent == (204, None)
    floor.pass_time(20)
    assert (floor.stands("an"), floor.stands("binh")) == (WRAPPING_UP, TALKING)
    assert [talk.onward for talk in floor.talks(call)] == ["queue:support", None]


def test_why_a_caller_is_not_sent_on_is_said_in_words(floor: Floor, an: Asker, call: PhoneCall) -> None:
    floor.hire("Binh", ready=False)
    told = {
        f"{to} {name}": an.is_told(f"POST {path(floor, call)}/send-on", {"to": to, "name": name})
        for to, name in (
            ("agent", "binh"),
            ("agent", "an"),
            ("queue", "nobodys"),
            ("number", "+19005550123"),
            ("number", "the neighbours"),
        )
    }
    assert told == {
        "agent binh": (409, "That agent is not free."),
        "agent an": (409, "There is no such agent or queue."),
        "queue nobodys": (409, "There is no such agent or queue."),
        "number +19005550123": (409, "This number may not be called from here."),
        "number the neighbours": (409, "This number may not be called from here."),
    }
    assert floor.stands("an") == TALKING
    assert an.asks(f"POST {path(floor, call)}/send-on", {"to": "moon"}) == (
        422,
        {
            "problem": "Something of what was sent cannot be so.",
            "where": [
                {"field": "to", "wrong": "Input should be 'agent', 'queue' or 'number'"},
                {"field": "name", "wrong": "Field required"},
            ],
        },
    )


def test_another_agent_is_asked_and_called_off_and_asked_again_and_keeps_the_caller(
    floor: Floor, an: Asker, call: PhoneCall
) -> None:
    floor.hire("Binh", Party(after=4, keys="1", talks=120), queues=SUPPORT)
    talk = path(floor, call)
    assert an.is_told(f"POST {talk}/call-off") == (409, "Nobody is asked.")
    assert an.is_told(f"POST {talk}/hand-over") == (409, "Whoever is asked has not come yet.")
    assert an.asks(f"POST {talk}/ask", {"agent": "binh"}) == (204, None)
    words = "You are not talking with the caller, or you are asking somebody."
    assert an.is_told(f"POST {talk}/ask", {"agent": "binh"}) == (409, words)
    floor.pass_time(20)
    assert floor.stands("binh") == TALKING
    assert an.asks(f"POST {talk}/call-off") == (204, None)
    floor.pass_time(5)
    assert (floor.stands("an"), floor.stands("binh")) == (TALKING, IDLE)
    assert an.asks(f"POST {talk}/ask", {"agent": "binh"}) == (204, None)
    floor.pass_time(20)
    assert an.asks(f"POST {talk}/hand-over") == (204, None)
    floor.pass_time(5)
    assert (floor.stands("an"), floor.stands("binh")) == (WRAPPING_UP, TALKING)
    assert call.doing == "talking"


def test_what_it_was_about_is_written_down_and_the_wrap_up_ends(
    floor: Floor, an: Asker, call: PhoneCall
) -> None:
    talk = path(floor, call)
    status, told = an.asks(f"PUT {talk}/notes", {"notes": "wants\r\na blue one"})
    assert (status, told["notes"], told["disposition"]) == (200, "wants\na blue one", None)
    assert an.is_told(f"POST {talk}/longer") == (409, "Nobody is in this conversation now.")
    assert an.is_told(f"POST {talk}/finish") == (409, "The conversation is not over yet.")
    call.hang_up()
    floor.pass_time(2)
    status, told = an.asks(f"PUT {talk}/notes", {"disposition": "bought"})
    assert (status, told["notes"], told["disposition"]) == (200, "wants\na blue one", "bought")
    assert told["ended_by"] == "caller"
    assert told["talk_ended_at"] == "2026-11-23T02:00:24.080Z"
    assert told["wrap_up_until"] == "2026-11-23T02:00:54.080Z"
    assert an.asks(f"POST {talk}/longer") == (204, None)
    floor.pass_time(55)
    assert floor.stands("an") == WRAPPING_UP
    assert an.asks(f"POST {talk}/finish", {"disposition": ""}) == (204, None)
    assert floor.stands("an") == IDLE
    now = floor.talks(call)[0]
    assert (now.disposition, now.notes) == (None, "wants\na blue one")
    assert an.asks(f"POST {talk}/finish") == (204, None), "it is what they want"


def test_a_disposition_of_another_queue_is_none_of_this_one(floor: Floor, an: Asker, call: PhoneCall) -> None:
    words = "The queue of this conversation has no such disposition."
    assert an.asks(f"PUT {path(floor, call)}/notes", {"disposition": "solved", "notes": "x"}) == (
        422,
        {"problem": words, "where": [{"field": "disposition", "wrong": words}]},
    )
    assert floor.talks(call)[0].notes == ""


def test_where_it_is_required_it_is_said_first_what_it_was_about(floor: Floor) -> None:
    floor.hire("Binh", Party(after=2, keys="1", talks=10), queues=SUPPORT)
    binh, call = agent(floor, "Binh"), floor.ring().press("2")
    floor.pass_time(30)
    talk = path(floor, call)
    assert binh.is_told(f"POST {talk}/finish") == (409, "Say first what it was about.")
    assert binh.asks(f"POST {talk}/finish", {"disposition": "solved", "notes": "done"}) == (204, None)
    assert (floor.stands("binh"), floor.talks(call)[0].notes) == (IDLE, "done")


def audited(floor: Floor) -> list[tuple[str, str, str]]:
    return floor.house.rows("SELECT who, what, after FROM audit WHERE what = 'talk_changed' ORDER BY number")


def test_nobody_acts_in_the_conversation_of_another_agent(floor: Floor, call: PhoneCall) -> None:
    floor.hire("Binh", ready=False)
    told = agent(floor, "Binh").is_told(f"POST {path(floor, call)}/hang-up")
    assert told == (404, "This call is not at your desk any more.")
    assert program(floor.house, Right.CALLS).is_told(f"POST {path(floor, call)}/hang-up") == (
        403,
        "This token has not the right for this.",
    )
    assert call.doing == "talking"


def test_who_may_act_on_the_line_acts_in_every_conversation_and_it_is_written_down(
    floor: Floor, an: Asker, call: PhoneCall
) -> None:
    talk = path(floor, call)
    crm = program(floor.house, Right.LINE)
    assert crm.asks(f"POST {talk}/hold") == (204, None)
    assert crm.asks(f"PUT {talk}/notes", {"disposition": "asked"})[0] == 200
    assert somebody(floor.house, Role.SUPERVISOR, "Boss").asks(f"POST {talk}/resume") == (204, None)
    assert an.asks(f"POST {talk}/mute") == (204, None), "what is their own stands in the log"
    crm_name = audited(floor)[0][0]
    assert crm_name.startswith("token program")
    assert audited(floor) == [
        (crm_name, "talk_changed", '{"deed":"hold"}'),
        (crm_name, "talk_changed", '{"deed":"notes"}'),
        ("Boss", "talk_changed", '{"deed":"resume"}'),
    ]
