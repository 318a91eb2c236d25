"""Whatever anybody may send: no error of ours, and every answer is one that the document tells of."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from ivr.box import Party
from ivr.core.accounts import FOR_TOKENS, USES_OF_TOKEN, Role
from ivr.switchboard import accounts
from ivr.web.api.document import drawn
from tests.api.asking import MENUS
from tests.reaching.floor import Floor

CHECKS: list[Any] = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    negative_data_rejection,
]
FEW = settings(
    max_examples=3,
    database=None,
    deadline=None,
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@dataclass(frozen=True)
class Target:
    """A busy hotline, what the names in its addresses may be, and what each asker shows."""

    schema: Any
    places: Mapping[str, str]
    shown: Mapping[str, Mapping[str, Mapping[str, str]]]


@pytest.fixture
def target(tmp_path: Path, database_url: str) -> Iterator[Target]:
    floor = Floor.open(tmp_path, MENUS, database_url=database_url)
    house = floor.house
    admin = house.signed_in(Role.ADMIN, "Boss")
    floor.hire("Boss", Party(after=2, keys="1", talks=600), queues=frozenset({"sales"}))
    call = floor.ring().press("1")
    floor.pass_time(20)
    waiting = floor.ring("").press("1")
    token = accounts.add_token(house.exchange, "a test", "fuzz", FOR_TOKENS)
    seal = admin.seal
    cookie = admin.get_cookie(house.app.config["SESSION_COOKIE_NAME"])
    assert cookie
    schema = schemathesis.openapi.from_dict(without_security(drawn()))
    schema.app = house.app
    yield Target(
        schema,
        {
            "offer": floor.talks(call)[0].offer,
            "call": call.sid,
            "visit": floor.visits(waiting)[0].id,
            "queue": "support",
            "name": "boss",
            "id": "nobodys",
        },
        {
            "somebody": {"headers": {"X-Seal": seal}, "cookies": {cookie.key: cookie.value}},
            "a program": {"headers": {"Authorization": f"Bearer {token}"}},
        },
    )
    house.exchange.ledger.close()


def without_security(document: Any) -> Any:
    """The document of a hotline that asks nobody who they are: each asker shows it by themselves."""
    for ways in document["paths"].values():
        for one in ways.values():
            del one["security"]
    return document


POSITIVE, NEGATIVE = GenerationMode.POSITIVE, GenerationMode.NEGATIVE


def cases(target: Target, operation: Any) -> Iterator[Any]:
    """What is right of something that is there, of anything at all; and what is wrong of what is there."""
    names = [each.name for each in operation.path_parameters]
    known = {name: target.places[name] for name in names} or None
    yield operation.as_strategy(POSITIVE, path_parameters=known)
    if known:
        yield operation.as_strategy(POSITIVE)
    if operation.body or operation.query:
        yield operation.as_strategy(NEGATIVE, path_parameters=known)


def test_every_answer_is_in_the_document(target: Target, monkeypatch: pytest.MonkeyPatch) -> None:
    many = replace(USES_OF_TOKEN, most=10**6)
    monkeypatch.setattr("ivr.switchboard.programs.USES_OF_TOKEN", many)
    seen: Counter[int] = Counter()

    def ask(case: Any) -> None:
        for shown in target.shown.values():
            answer = case.call(**{name: dict(each) for name, each in shown.items()})
            seen[answer.status_code] += 1
            case.validate_response(answer, checks=CHECKS)

    for found in target.schema.get_all_operations():
        for strategy in cases(target, found.ok()):
            FEW(given(strategy)(ask))()  # type: ignore[no-untyped-call]
    assert {200, 204, 404, 409, 422} <= set(seen), seen
    assert not {401, 429} & set(seen), seen
