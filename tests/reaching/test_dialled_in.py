"""Agents who ring in: number and PIN, then a line on which they hear of callers and talk with them."""

from pathlib import Path

import pytest

from ivr.box import Party
from ivr.box.mischief import Imp, Mischief
from ivr.box.phone_line import PhoneCall
from ivr.core.accounts import Role
from ivr.core.agents import Activity, Agent, Status, Way
from ivr.core.line.onward import Onward, To
from ivr.core.line.visits import Left
from ivr.ledger import accounts, agents
from ivr.ledger.offers import End
from ivr.switchboard.line.consulting import ask
from ivr.switchboard.line.dialled_in import NotAPin, set_pin
from ivr.switchboard.line.sending_on import send_on
from ivr.switchboard.line.standing import choose
from ivr.switchboard.line.wrapping_up import write_down
from tests.reaching.floor import Floor

AGENTS = "+842873009999"
MENUS = f"""
hotline: Shop
zone: UTC
numbers: {{"+842873001234": main}}
agents_line: "{AGENTS}"
languages: {{en: {{}}, vi: {{}}}}
mailboxes: {{office: {{}}}}
queues:
  default: {{ring: 20s, wrap_up: 30s, no_agents: message, then: thanks, language: any}}
  sales: {{say: {{en: Please hold., vi: Xin chờ.}}}}
steps:
  main: {{say: {{en: Welcome., vi: Xin chào.}}, keys: {{1: sales}}}}
  message: {{say: {{en: Leave word., vi: Xin để lại lời nhắn.}}, voicemail: office, then: hang_up}}
  thanks: {{say: {{en: Thank you., vi: Cảm ơn.}}, then: hang_up}}
"""

WRONG = ["That is not right.", "Please type your agent number, then press hash."]
READY = (Status.READY, Activity.IDLE)
TALKING = (Status.READY, Activity.TALKING)
WRAPPING_UP = (Status.READY, Activity.WRAPPING_UP)
GONE = (Status.SIGNED_OUT, Activity.IDLE)


@pytest.fixture
def floor(tmp_path: Path) -> Floor:
    floor = Floor.open(tmp_path, MENUS)
    enrol(floor, "An", "41", "739164")
    return floor


def enrol(floor: Floor, name: str, number: str, pin: str, language: str = "en") -> None:
    exchange = floor.house.exchange
    agent = Agent(
        name.lower(), name, Way.DIALLED_IN, "", number, languages=frozenset({language}), place=int(number)
    )
    with exchange.ledger.transaction() as tx:
        accounts.add(tx, name, Role.AGENT, "no password", exchange.now())
        agents.set_up(tx, agent)
    set_pin(exchange, agent.id, pin)


def dial_in(floor: Floor, number: str = "41", pin: str = "739164") -> PhoneCall:
    return floor.phone.dial(AGENTS, "+84905556677").press(f"{number}#").press(f"{pin}#")


def test_an_agent_dials_in_hears_of_a_caller_talks_and_is_back_on_the_line(floor: Floor) -> None:
    agent = dial_in(floor)
    assert agent.heard == [
        "Please type your agent number, then press hash.",
        "Please type your PIN, then press hash.",
        "You are ready for calls.",
        "Press 1 when you are ready, 2 for a break, 3 when you are done with a call, star to sign out.",
    ]
    assert floor.stands("an") == READY
    floor.pass_time(120)
    assert floor.stands("an") == READY, "the line itself tells that they are there"
    call = floor.ring().press("1")
    floor.pass_time(3)
    assert agent.heard[-1].startswith("sales, a caller from +84901234567, in English, has waited 0 minutes.")
    agent.press("1")
    floor.pass_time(5)
    assert (floor.stands("an"), agent.doing, call.doing) == (TALKING, "talking", "talking")
    floor.pass_time(120)
    assert floor.stands("an") == TALKING
    agent.press_now("*")
    floor.pass_time(5)
    assert call.heard[-1] == "Thank you."
    assert floor.stands("an") == WRAPPING_UP
    assert agent.heard[-1] == "The call is over. Press 3 when you are done with it."
    agent.press("3")
    assert floor.stands("an") == READY
    assert agent.heard[-1] == "You are ready for calls."
    [talk] = floor.talks(call)
    assert (talk.ended_by, floor.visits(call)[0].outcome) == ("agent", Left.ANSWERED)
    assert floor.phone.faults == []
    assert floor.house.rows("SELECT id FROM call") == [(call.sid,)], (
        "an agent's line is no call of a caller's"
    )


def test_a_caller_who_hangs_up_leaves_the_agent_on_their_line(floor: Floor) -> None:
    agent = dial_in(floor)
    call = floor.ring().press("1")
    floor.pass_time(3)
    agent.press("1")
    floor.pass_time(20)
    call.hang_up()
    floor.pass_time(3)
    assert (agent.status, floor.stands("an")) == ("in-progress", WRAPPING_UP)
    floor.pass_time(40)
    assert floor.stands("an") == READY


def test_an_offer_that_is_not_taken_leads_back_to_the_line(floor: Floor) -> None:
    agent = dial_in(floor)
    floor.hire("Binh", Party(after=2, keys="1", talks=30))
    first = floor.ring().press("1")
    floor.pass_time(3)
    agent.press("5")
    floor.pass_time(20)
    assert [(offer.agent, offer.ending) for offer in floor.offers(first)] == [
        ("an", End.DECLINED),
        ("binh", End.ACCEPTED),
    ]
    assert (agent.status, floor.stands("an")) == ("in-progress", READY)
    second = floor.ring("+84907778899").press("1")
    floor.pass_time(30)
    assert floor.offers(second)[0].ending is End.MISSED
    assert (agent.status, floor.stands("an")[0]) == ("in-progress", Status.READY)


def test_the_keys_of_the_line_say_how_an_agent_stands(floor: Floor) -> None:
    agent = dial_in(floor).press("2")
    assert floor.stands("an") == (Status.ON_BREAK, Activity.IDLE)
    assert agent.heard[-1] == "You are on a break."
    call = floor.ring().press("1")
    floor.pass_time(30)
    assert floor.offers(call) == []
    agent.press("7")
    assert agent.heard[-1].startswith("Press 1 when you are ready")
    agent.press("1")
    floor.pass_time(2)
    assert [offer.agent for offer in floor.offers(call)] == ["an"]
    agent.press("5").press("*")
    assert agent.heard[-1] == "You are signed out. Goodbye."
    assert (agent.status, floor.stands("an")) == ("completed", GONE)


@pytest.mark.parametrize("doing", ["idle", "offered", "talking"])
def test_who_hangs_up_is_signed_out_whatever_they_are_doing(floor: Floor, doing: str) -> None:
    agent = dial_in(floor)
    if doing != "idle":
        call = floor.ring().press("1")
        floor.pass_time(3)
    if doing == "talking":
        agent.press("1")
        floor.pass_time(20)
    agent.hang_up()
    floor.pass_time(5)
    assert floor.stands("an")[0] is Status.SIGNED_OUT
    if doing == "offered":
        assert floor.offers(call)[0].ending is End.WITHDRAWN
    if doing == "talking":
        assert (call.heard[-1], floor.talks(call)[0].ended_by) == ("Thank you.", "agent")


def test_a_line_that_was_lost_without_a_word_is_offered_one_caller_at_most(floor: Floor) -> None:
    agent = dial_in(floor)
    agent.leg.imp = Imp(Mischief(lost=1))
    agent.hang_up()
    assert floor.stands("an") == READY, "nobody told us"
    floor.hire("Binh", Party(after=2, keys="1", talks=30))
    call = floor.ring().press("1")
    floor.pass_time(20)
    assert [(offer.agent, offer.ending) for offer in floor.offers(call)] == [
        ("an", End.WITHDRAWN),
        ("binh", End.ACCEPTED),
    ]
    assert floor.stands("an") == GONE


def test_a_line_of_which_nothing_is_heard_is_signed_out(floor: Floor) -> None:
    agent = dial_in(floor)
    agent.leg.imp = Imp(Mischief(lost=1))
    agent.hang_up()
    floor.pass_time(45)
    assert floor.stands("an") == GONE


def test_an_agent_is_not_ready_on_a_line_that_is_not_there(floor: Floor) -> None:
    assert not choose(floor.house.exchange, "an", Status.READY)
    assert floor.stands("an") == GONE


def test_nobody_learns_what_was_wrong_and_guessing_is_held_back(floor: Floor) -> None:
    stranger = dial_in(floor, "41", "111111")
    assert stranger.heard[-2:] == WRONG
    stranger.press("99#").press("739164#")
    assert stranger.heard[-2:] == WRONG
    stranger.press("41#").press("222222#")
    assert (stranger.heard[-1], stranger.status) == ("Thank you for calling. Goodbye.", "completed")
    for pin in ("333333", "444444", "555555", "666666", "888888", "999999"):
        dial_in(floor, "41", pin).hang_up()
    held = dial_in(floor)
    assert held.heard[-1] == "There were too many tries. Please call again later."
    assert floor.stands("an") == GONE


@pytest.mark.parametrize("caller", ["", "+84905556677"])
def test_who_guesses_holds_back_nobody_with_another_number_who_rings_as_they_do(
    floor: Floor, caller: str
) -> None:
    """Many withhold their number, and a whole office may have one."""
    for number in ("51", "52", "53", "54"):
        for _ in range(2):
            stranger = floor.phone.dial(AGENTS, caller)
            for pin in ("111222", "111333", "111444"):
                stranger.press(f"{number}#").press(f"{pin}#")
            assert stranger.status == "completed", "three tries are enough for one call"
    agent = floor.phone.dial(AGENTS, caller).press("41#").press("739164#")
    assert agent.heard[-2] == "You are ready for calls."


def test_key_3_ends_no_wrap_up_that_has_to_say_what_the_call_was_about(tmp_path: Path) -> None:
    required = MENUS.replace(
        "sales: {say", "sales: {dispositions: [bought, asked], disposition: required, say"
    )
    floor = Floor.open(tmp_path, required)
    enrol(floor, "An", "41", "739164")
    agent = dial_in(floor)
    call = floor.ring().press("1")
    floor.pass_time(3)
    agent.press("1")
    floor.pass_time(5)
    call.hang_up()
    floor.pass_time(5)
    agent.press("3")
    assert agent.heard[-1] == "Say at your desk what the call was about, before you are done with it."
    assert floor.stands("an") == WRAPPING_UP
    write_down(floor.house.exchange, floor.talks(call)[0].offer, "bought", "")
    agent.press("3")
    assert (agent.heard[-1], floor.stands("an")) == ("You are ready for calls.", READY)
    floor.pass_time(600)
    assert "You are ready for calls." in dial_in(floor).heard


def test_who_types_nothing_is_asked_again_and_not_for_ever(floor: Floor) -> None:
    call = floor.phone.dial(AGENTS)
    floor.pass_time(90)
    assert call.status == "completed"
    assert call.heard.count("That is not right.") == 2


@pytest.mark.parametrize("typed", ["*#", "0123456789012345678901#"])
def test_what_is_no_agent_number_is_asked_for_again(floor: Floor, typed: str) -> None:
    call = floor.phone.dial(AGENTS).press(typed)
    assert call.heard[-2:] == WRONG
    assert floor.phone.faults == []


def test_each_agent_hears_their_own_language(floor: Floor) -> None:
    enrol(floor, "Mai", "42", "918273", "vi")
    agent = dial_in(floor, "42", "918273")
    assert agent.heard[-2] == "Bạn đang sẵn sàng nhận cuộc gọi."


def test_dialling_in_again_moves_the_agent_to_the_new_line(floor: Floor) -> None:
    old = dial_in(floor)
    new = dial_in(floor)
    floor.pass_time(3)
    assert (old.status, new.status) == ("completed", "in-progress")
    assert floor.stands("an") == READY


def test_an_agent_who_is_dialled_in_sends_callers_on_and_is_asked(floor: Floor) -> None:
    enrol(floor, "Mai", "42", "918273")
    first, second = dial_in(floor), dial_in(floor, "42", "918273")
    call = floor.ring().press("1")
    floor.pass_time(3)
    first.press("1")
    floor.pass_time(5)
    [talk] = floor.talks(call)
    assert ask(floor.house.exchange, talk.offer, "mai") is None
    floor.pass_time(3)
    assert second.heard[-1] == "An asks you about a caller from +84901234567. Press 1 to talk."
    second.press("1")
    floor.pass_time(5)
    first.press_now("*")
    floor.pass_time(5)
    assert (floor.stands("an"), floor.stands("mai"), call.doing) == (WRAPPING_UP, TALKING, "talking")
    first.press("3")
    theirs = floor.talks(call)[1]
    assert send_on(floor.house.exchange, theirs.offer, Onward(To.AGENT, "an")) is None
    floor.pass_time(5)
    assert first.heard[-1].startswith("Mai sends you a caller. sales, a caller from +84901234567,")
    first.press("1")
    floor.pass_time(5)
    assert (floor.stands("an"), floor.stands("mai")) == (TALKING, WRAPPING_UP)
    assert (first.status, second.status, call.doing) == ("in-progress", "in-progress", "talking")


@pytest.mark.parametrize("pin", ["12345", "1234567890123", "abcdef", "777777", ""])
def test_a_pin_has_six_digits_and_not_all_the_same(floor: Floor, pin: str) -> None:
    with pytest.raises(NotAPin):
        set_pin(floor.house.exchange, "an", pin)
