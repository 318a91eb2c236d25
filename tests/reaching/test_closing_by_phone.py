"""A supervisor closes and opens queues from any phone."""

from pathlib import Path

import pytest

from ivr.box.phone_line import PhoneCall
from ivr.core.accounts import Role
from ivr.core.agents import Activity, Agent, Status, Way
from ivr.core.line.closures import Reason
from ivr.ledger import accounts, agents, audit, closures
from ivr.switchboard.line.dialled_in import set_pin
from tests.reaching.floor import Floor

LINE = "+842873009999"
MENUS = f"""
hotline: Shop
zone: UTC
numbers: {{"+842873001234": main}}
agents_line: "{LINE}"
languages: {{en: {{}}}}
mailboxes: {{office: {{}}}}
queues:
  default: {{no_agents: message, then: thanks}}
  sales: {{say: Please hold., label: sales}}
  support: {{say: Please hold.}}
steps:
  main: {{say: Welcome., keys: {{1: sales, 2: {{label: support, then: support}}}}}}
  message: {{say: Leave word., voicemail: office, then: hang_up}}
  thanks: {{say: Thank you., then: hang_up}}
"""

OPEN = ["sales is open. To close it, press 1.", "support is open. To close it, press 2."]
WHY = [
    "Callers can hear why. To tell them nothing, press 0.",
    "To say: We cannot take your call now because of a technical fault. We are sorry. press 1.",
    "To say: So many people are calling that we can take no more calls at the moment. press 2.",
    "To say: We are away for a short while. Please call again later. press 3.",
    "To say: We are closed for the rest of the day. press 4.",
]
END = "To end, press star."


@pytest.fixture
def floor(tmp_path: Path) -> Floor:
    floor = Floor.open(tmp_path, MENUS)
    enrol(floor, "Mai", Role.SUPERVISOR, Way.BROWSER, "71", "739164")
    enrol(floor, "Lan", Role.SUPERVISOR, Way.DIALLED_IN, "72", "739165")
    enrol(floor, "An", Role.AGENT, Way.BROWSER, "41", "739166")
    enrol(floor, "Binh", Role.AGENT, Way.DIALLED_IN, "42", "739167")
    return floor


def enrol(floor: Floor, name: str, role: Role, way: Way, number: str, pin: str) -> None:
    exchange = floor.house.exchange
    address = f"client:{name.lower()}" if way is Way.BROWSER else ""
    with exchange.ledger.transaction() as tx:
        accounts.add(tx, name, role, "no password", exchange.now())
        agents.set_up(tx, Agent(name.lower(), name, way, address, number, languages=frozenset({"en"})))
    set_pin(exchange, name.lower(), pin)


def dial_in(floor: Floor, number: str, pin: str) -> PhoneCall:
    return floor.phone.dial(LINE, "+84905556677").press(f"{number}#").press(f"{pin}#")


def reason_of(floor: Floor, queue: str) -> Reason | bool | None:
    """Why a queue is closed; False: it is open."""
    with floor.house.exchange.ledger.reading() as tx:
        closure = closures.of_queue(tx, queue)
    return closure.reason if closure else False


def test_a_supervisor_closes_a_queue_for_a_reason_and_opens_it_again(floor: Floor) -> None:
    call = dial_in(floor, "71", "739164")
    assert call.heard[2:] == [*OPEN, END]
    call.press("1")
    assert call.heard[5:] == WHY
    call.press("4")
    shut = ["sales is closed now.", "sales is closed. To open it, press 1.", OPEN[1], END]
    assert call.heard[10:] == shut
    assert reason_of(floor, "sales") is Reason.TODAY
    call.press("1")
    assert call.heard[14:] == ["sales is open now.", *OPEN, END]
    assert reason_of(floor, "sales") is False
    call.press("*")
    assert call.heard[-1] == "Thank you for calling. Goodbye."
    assert floor.stands("mai") == (Status.SIGNED_OUT, Activity.IDLE), "they came for no callers"
    with floor.house.exchange.ledger.reading() as tx:
        deeds = [(each.who, each.what, each.subject) for each in audit.newest(tx)[:2]]
    assert deeds == [("Mai", "queue_opened", "sales"), ("Mai", "queue_closed", "sales")]


def test_without_a_reason_and_with_no_key_at_all(floor: Floor) -> None:
    call = dial_in(floor, "71", "739164").press("2").press("0")
    assert reason_of(floor, "support") is None
    call.press("1")
    floor.pass_time(120)
    assert reason_of(floor, "sales") is False, "no key, no closure"
    assert call.heard[-1] == "Thank you for calling. Goodbye."


def test_who_dials_in_for_callers_has_a_break_meanwhile(floor: Floor) -> None:
    call = dial_in(floor, "72", "739165")
    assert call.heard[-1] == "To close or open a queue, press 5."
    call.press("5")
    assert floor.stands("lan") == (Status.ON_BREAK, Activity.IDLE)
    call.press("1").press("2")
    assert reason_of(floor, "sales") is Reason.CROWD
    floor.pass_time(5)
    call.press("*").press("1")
    assert floor.stands("lan") == (Status.READY, Activity.IDLE)


def test_an_agent_who_is_no_supervisor_closes_nothing(floor: Floor) -> None:
    assert dial_in(floor, "41", "739166").heard[2] == "That is not right."
    call = dial_in(floor, "42", "739167")
    assert "To close or open a queue, press 5." not in call.heard
    call.press("5")
    assert call.heard[-1].startswith("Press 1 when you are ready")
    assert floor.stands("binh") == (Status.READY, Activity.IDLE)


def test_a_supervisor_who_was_demoted_meanwhile_closes_nothing(floor: Floor) -> None:
    call = dial_in(floor, "71", "739164")
    with floor.house.exchange.ledger.transaction() as tx:
        tx.run("UPDATE account SET role = 'agent' WHERE id = 'mai'", {})
    call.press("1")
    assert call.status == "completed"
    assert reason_of(floor, "sales") is False
