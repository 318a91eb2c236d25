"""Agents are set up by an admin, on the page or by a command; the audit says what was before and after."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from flask.testing import FlaskClient

from ivr.cli.agents import agents as command
from ivr.core.accounts import Role
from ivr.core.agents import Agent, Status, Way, skills_of, skills_written
from ivr.ledger import agents, audit
from ivr.switchboard.line.standing import choose
from tests.service import House

HTML = {"Accept": "text/html", "Accept-Language": "en"}
MENUS = """
hotline: Shop
zone: UTC
numbers: {"+842873001234": main}
languages: {en: {}, vi: {}}
mailboxes: {office: {}}
queues:
  default: {max_wait: 5m, too_long: message, no_agents: message}
  sales: {label: {en: sales, vi: bán hàng}, skills: [selling]}
  support: {label: {en: support, vi: hỗ trợ}}
steps:
  main: {say: {en: Welcome., vi: Chào.}, keys: {1: sales, 2: support}}
  message: {say: {en: Leave word., vi: Xin nhắn.}, voicemail: office, then: hang_up}
"""


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    house = House(tmp_path).open(MENUS)
    house.signed_in(Role.AGENT, "Lan")
    yield house
    house.exchange.ledger.close()


@pytest.fixture
def admin(house: House) -> FlaskClient:
    return house.signed_in(Role.ADMIN, "Mai")


def page(client: FlaskClient, path: str = "/agents") -> str:
    return " ".join(client.get(path, headers=HTML).text.split())


def agent(house: House, agent_id: str = "lan") -> Agent:
    with house.exchange.ledger.reading() as tx:
        found = agents.find(tx, agent_id)
    assert found
    return found


def last(house: House) -> audit.Entry:
    return next(audit.every(house.exchange.ledger))


def typed(house: House, *words: str, **more: Any) -> Result:
    return CliRunner().invoke(command, words, obj=house.exchange.settings, **more)


def test_an_account_becomes_an_agent_who_can_do_what_callers_want(house: House, admin: FlaskClient) -> None:
    assert "Nobody answers callers yet." in page(admin)
    assert admin.post("/agents", data={"name": "Lan", "skill": "selling"}).status_code == 303
    lan = agent(house)
    assert (lan.way, lan.address, lan.skills) == (Way.BROWSER, "client:lan", {"selling": 1})
    assert (lan.languages, lan.queues) == (frozenset({"en", "vi"}), None)
    assert lan.status is Status.SIGNED_OUT
    assert "Lan" in page(admin)
    assert (last(house).who, last(house).what, last(house).subject) == ("Mai", "agent_set_up", "Lan")
    assert last(house).before is None


def test_a_change_is_in_the_audit_with_what_was_before_and_after(house: House, admin: FlaskClient) -> None:
    admin.post("/agents", data={"name": "Lan"})
    form = {"way": "phone", "address": "+84901112222", "skills": "selling=5, cars", "language": ["vi"]}
    assert admin.post("/agents/Lan", data={**form, "queue": ["sales"], "number": "7001"}).status_code == 303
    lan = agent(house)
    assert (lan.way, lan.address, lan.number) == (Way.PHONE, "+84901112222", "7001")
    assert lan.skills == {"selling": 5, "cars": 1}
    assert (lan.languages, lan.queues) == (frozenset({"vi"}), frozenset({"sales"}))
    before, after = last(house).before, last(house).after
    assert before is not None
    assert after is not None
    assert (before["way"], before["skills"], before["queues"]) == ("browser", "", [])
    assert (after["way"], after["skills"], after["queues"]) == ("phone", "cars, selling=5", ["sales"])
    shown = page(admin, "/audit")
    assert "set up an agent" in shown
    assert "skills: cars, selling=5" in shown
    rows = house.rows.one("SELECT number FROM audit_end")
    admin.post("/agents/Lan", data={**form, "queue": ["sales"], "number": "7001"})
    assert house.rows.one("SELECT number FROM audit_end") == rows, "nothing has changed, nothing is told"


@pytest.mark.parametrize(
    ("form", "told"),
    [
        ({"skills": "tax=10"}, "Skills are words"),
        ({"way": "phone", "address": "0901112222"}, "A phone is rung at a number like"),
        ({"way": "phone", "address": ""}, "A phone is rung at a number like"),
        ({"way": "sip", "address": "an@pbx.example"}, "A phone is rung at a number like"),
        ({"language": "klingon"}, "The menus have no such language."),
        ({"queue": "nothing"}, "The menus have no such queue."),
        ({"number": "12"}, "An agent number has 3 to 8 digits"),
        ({"way": "dialled_in"}, "An agent number has 3 to 8 digits"),
        ({"pin": "12345"}, "A PIN has 6 to 12 digits"),
        ({"pin": "123456"}, "A PIN has 6 to 12 digits"),
        ({"pin": "777777"}, "A PIN has 6 to 12 digits"),
    ],
)
def test_what_cannot_be_is_told_and_changes_nothing(
    house: House, admin: FlaskClient, form: dict[str, str], told: str
) -> None:
    admin.post("/agents", data={"name": "Lan"})
    before = agent(house)
    answer = admin.post("/agents/Lan", data=form, headers=HTML)
    assert answer.status_code == 400
    assert told in answer.text
    assert agent(house) == before


def test_a_removed_agent_is_signed_out_and_can_come_back(house: House, admin: FlaskClient) -> None:
    admin.post("/agents", data={"name": "Lan", "skill": "selling"})
    choose(house.exchange, "lan", Status.READY)
    assert admin.post("/agents/Lan/remove").status_code == 303
    assert (agent(house).status, agent(house).way) == (Status.SIGNED_OUT, Way.GONE)
    assert "Nobody answers callers yet." in page(admin)
    assert (last(house).what, last(house).after) == ("agent_removed", None)
    assert admin.post("/agents/Lan/remove", headers=HTML).status_code == 400
    assert not choose(house.exchange, "lan", Status.READY), "who is no agent cannot be ready"
    admin.post("/agents", data={"name": "Lan"})
    assert (agent(house).way, agent(house).skills) == (Way.BROWSER, {})


def test_a_disabled_account_is_signed_out(house: House, admin: FlaskClient) -> None:
    admin.post("/agents", data={"name": "Lan"})
    admin.post("/agents/Lan", data={"way": "phone", "address": "+84901112222", "language": ["vi"]})
    choose(house.exchange, "lan", Status.READY)
    admin.post("/accounts/Lan", data={"state": "disabled"})
    assert agent(house).status is Status.SIGNED_OUT


def test_a_pin_is_kept_as_a_hash_and_the_audit_says_only_that_there_is_another(
    house: House, admin: FlaskClient
) -> None:
    admin.post("/agents", data={"name": "Lan"})
    admin.post(
        "/agents/Lan", data={"way": "dialled_in", "number": "7001", "pin": "481516", "language": ["vi"]}
    )
    with house.exchange.ledger.reading() as tx:
        assert (agents.pin(tx, "lan") or "").startswith("$argon2id$")
    after = last(house).after
    assert after is not None
    assert after["pin"] == "•••"


def test_two_agents_cannot_dial_in_by_one_number(house: House, admin: FlaskClient) -> None:
    house.signed_in(Role.AGENT, "Minh")
    for name in ("Lan", "Minh"):
        admin.post("/agents", data={"name": name})
    admin.post("/agents/Lan", data={"number": "7001", "language": ["vi"]})
    answer = admin.post("/agents/Minh", data={"number": "7001", "language": ["vi"]}, headers=HTML)
    assert "is nobody else’s" in answer.text


def test_the_command_does_the_same(house: House) -> None:
    assert "No agents yet" in typed(house, "list").output
    done = typed(house, "set", "lan", "--skills", "selling=5,cars", "--queues", "sales")
    assert done.output == "lan is set up as an agent.\n"
    assert last(house).who.startswith("command by ")
    assert typed(house, "set", "lan", "--skills", "selling=5,cars").output == "lan was set up so already.\n"
    assert typed(house, "set", "lan", "--queues", "").exit_code == 0
    assert agent(house).queues is None
    assert agent(house).skills == {"selling": 5, "cars": 1}, "what is not named stays"
    assert typed(house, "set", "nobody").output == "Error: Nobody has this name.\n"
    assert "Skills are words" in typed(house, "set", "lan", "--skills", "a b=0").output
    assert '"name": "Lan"' in typed(house, "list", "--json").output
    nobody = typed(house, "set", "nobody", "--pin", input="481516\n481516\n")
    assert (nobody.exit_code, "PIN" in nobody.output) == (1, False), "nobody types a PIN in vain"
    pin = typed(house, "set", "lan", "--number", "7001", "--pin", input="481516\n481516\n")
    assert pin.exit_code == 0
    assert "481516" not in pin.output
    assert typed(house, "remove", "lan").output == "lan is no agent any more.\n"
    assert typed(house, "remove", "lan").output == "Error: No agent has this name.\n"


def test_skills_are_read_as_they_are_written() -> None:
    assert skills_of("tax=5, cars  boats=9") == {"tax": 5, "cars": 1, "boats": 9}
    assert skills_written({"tax": 5, "cars": 1}) == "cars, tax=5"
    assert skills_of(skills_written({"tax": 5, "cars": 1})) == {"tax": 5, "cars": 1}


def test_an_address_of_a_browser_is_one_that_a_carrier_takes(house: House, admin: FlaskClient) -> None:
    house.signed_in(Role.AGENT, "nguyễn.an@shop")
    admin.post("/agents", data={"name": "nguyễn.an@shop"})
    found = agent(house, "nguyễn.an@shop")
    assert found.address.startswith("client:agent_")
    assert found.address.removeprefix("client:").replace("_", "").isalnum()
