"""The document: valid, complete, and true of every route."""

import re
from typing import Any

import pytest
from schemathesis.specs.openapi.definitions import OPENAPI_31_VALIDATOR

from ivr.core.accounts import Right, Role
from ivr.web.api.document import drawn
from ivr.web.api.routes import ROUTES
from ivr.web.rights import RULES
from tests.api.asking import agent, program, somebody
from tests.reaching.floor import Floor


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    return drawn()


def test_it_is_a_valid_document(document: dict[str, Any]) -> None:
    assert [str(error) for error in OPENAPI_31_VALIDATOR.iter_errors(document)] == []
    referred = set(re.findall(r"#/components/schemas/(\w+)", str(document)))
    assert referred == set(document["components"]["schemas"]), "each shape is there, and is used"


def test_every_route_is_in_it(document: dict[str, Any], floor: Floor) -> None:
    told = {(way.upper(), path) for path, ways in document["paths"].items() for way in ways}
    found = {
        (way, rule.rule.replace("<", "{").replace(">", "}"))
        for rule in floor.house.app.url_map.iter_rules()
        for way in (rule.methods or set()) - {"HEAD", "OPTIONS"}
        if rule.endpoint.startswith("api.")
    }
    assert told == found
    assert len(found) == len(ROUTES) >= 30


def test_every_route_says_what_it_does_and_who_may(document: dict[str, Any]) -> None:
    for ways in document["paths"].values():
        for one in ways.values():
            rule = RULES[f"api.{one['operationId']}"]
            assert one["summary"].endswith("."), one["operationId"]
            assert any("token" in shown for shown in one["security"]) is rule.token
            assert rule.right is None or f"`{rule.right}`" in one["description"]


def test_what_stands_under_a_field_stands_in_it(document: dict[str, Any]) -> None:
    schemas, ways = document["components"]["schemas"], document["paths"]["/api/calls"]["get"]
    assert schemas["Callback"]["properties"]["number"]["description"] == "What is rung."
    assert "description" not in schemas["Callback"]["properties"]["queue"]
    told = {each["name"]: each["schema"].get("description") for each in ways["parameters"]}
    assert told["until"] == "To the end of this day."
    assert told["limit"] == "So many on a page.", "it is every list's"


def test_everybody_who_is_known_reads_the_same(floor: Floor) -> None:
    floor.hire("Lan", ready=False)
    readers = [
        agent(floor, "Lan"),
        somebody(floor.house, Role.ADMIN),
        program(floor.house, Right.AUDIT),
    ]
    documents = [reader.asks("GET /api/openapi.json") for reader in readers]
    assert documents == [(200, drawn())] * 3
    assert floor.house.browser().get("/api/openapi.json").status_code == 401
