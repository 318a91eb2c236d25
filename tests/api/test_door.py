"""Who is let in, by what, and how a refusal looks: one shape for all of them."""

import pytest

from ivr.core.accounts import Right, Role
from ivr.web.pages.door import SEAL_HEADER
from tests.api.asking import agent, program, somebody
from tests.outages import away
from tests.reaching.floor import Floor

READY = {"status": "ready"}


def test_a_stranger_is_asked_to_sign_in_and_a_token_of_nobodys_is_none(floor: Floor) -> None:
    browser = floor.house.browser()
    answer = browser.get("/api/me", headers={"Accept-Language": "en"})
    assert (answer.status_code, answer.get_json()) == (401, {"problem": "Please sign in.", "where": []})
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    answer = browser.get("/api/me", headers={"Accept": "text/html", "Accept-Language": "vi"})
    assert answer.get_json()["problem"] == "Xin đăng nhập."


def test_a_script_of_ours_shows_the_seal_and_a_program_its_token(floor: Floor) -> None:
    floor.hire("Lan", ready=False)
    lan = agent(floor, "Lan")
    words = "This page was out of date, so nothing was changed. Go back, load it again, and repeat it."
    for seal in ("", "-", "another one", "é"):
        headers = {SEAL_HEADER: seal, "Accept-Language": "en"}
        answer = lan.browser.put("/api/me/status", json=READY, headers=headers)
        assert (answer.status_code, answer.get_json()["problem"]) == (403, words)
    crm = program(floor.house, Right.LINE)
    answer = crm.browser.post("/api/talks/none/hold", headers={"Accept-Language": "en"})
    assert (answer.status_code, answer.get_json()["problem"]) == (
        404,
        "This call is not at your desk any more.",
    )


def test_another_sites_page_changes_nothing(floor: Floor) -> None:
    floor.hire("Lan", ready=False)
    answer = agent(floor, "Lan").sends("PUT /api/me/status", READY, **{"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403
    assert answer.get_json()["problem"].startswith("This was sent by a page of another site")


def test_what_does_not_exist_is_answered_in_json_too(floor: Floor) -> None:
    boss = somebody(floor.house, Role.ADMIN)
    assert boss.is_told("GET /api/moon") == (404, "No page has this address.")
    answer = boss.sends("DELETE /api/me")
    assert (answer.status_code, set(answer.headers["Allow"].split(", "))) == (405, {"GET", "HEAD", "OPTIONS"})
    assert answer.is_json


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"{", "application/json", 400),
        (b'"\\ud800"', "application/json", 400),
        (b"\xff", "application/json", 400),
        (b"status=ready", "application/x-www-form-urlencoded", 400),
        (b"[]", "application/json", 422),
        (b"", "application/json", 422),
        (b'{"status": "ready", "reason": 7}', "application/json", 422),
        (b'{"status": "ready", "colour": "red"}', "application/json", 422),
        (b'{"status": "\\u0000"}', "application/json", 422),
        (b" " * 70_000, "application/json", 413),
    ],
)
def test_what_is_no_json_and_what_has_another_shape(
    floor: Floor, body: bytes, kind: str, status: int
) -> None:
    floor.hire("Lan", ready=False)
    lan = agent(floor, "Lan").browser
    headers = {SEAL_HEADER: lan.seal}
    answer = lan.put("/api/me/status", data=body, content_type=kind, headers=headers)
    assert (answer.status_code, answer.is_json) == (status, True)
    assert set(answer.get_json()) == {"problem", "where"}
    assert floor.stands("lan")[0] == "signed_out"


def test_without_the_ledger_it_says_so(floor: Floor) -> None:
    boss = somebody(floor.house, Role.ADMIN)
    with away(floor.house, blind=True):
        words = "The database does not answer. Calls go on; please try again in a moment."
        assert boss.asks("GET /api/me") == (503, {"problem": words, "where": []})


def test_a_program_that_asks_too_often_is_held_back(floor: Floor) -> None:
    crm = program(floor.house, Right.LINE_READ)
    answers = [crm.sends("GET /api/openapi.json") for _ in range(62)]
    assert {answer.status_code for answer in answers[:60]} == {200}
    assert (answers[-1].status_code, answers[-1].is_json) == (429, True)
    assert answers[-1].headers["Retry-After"] == "1"


def test_an_answer_that_has_not_changed_is_one_line(floor: Floor) -> None:
    floor.hire("Lan", ready=False)
    lan = agent(floor, "Lan")
    number = lan.sends("GET /api/me").headers["ETag"]
    again = lan.sends("GET /api/me", **{"If-None-Match": number})
    assert (again.status_code, again.data) == (304, b"")
    lan.asks("PUT /api/me/status", READY)
    assert lan.sends("GET /api/me", **{"If-None-Match": number}).status_code == 200
