"""Every route of the app, asked by everybody there is: the rule of each stands in one table, and holds."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import count, product
from pathlib import Path
from typing import Any

import pytest
from werkzeug.routing import Rule as Route
from werkzeug.test import TestResponse

from ivr.core.accounts import FOR_TOKENS, RIGHTS, Right, Role
from ivr.core.agents import Agent
from ivr.ledger import agents, callbacks, passwords, revisions
from ivr.ledger.callbacks import Callback
from ivr.switchboard import accounts
from ivr.switchboard.draft import draft, mark_of
from ivr.switchboard.legal_holds import hold_caller
from ivr.switchboard.publishing import Rehearsed, publish
from ivr.web.rights import RULES
from tests.docs.pages import DOCS, rows, section, words
from tests.pages.town import Town, town
from tests.service import Browser

PASSWORD = "a password for tests only"
HTML = {"Accept": "text/html"}


@dataclass(frozen=True)
class Asker:
    """Somebody who asks: how they come to their browser, and the rights they have got; None for nobody."""

    enter: Callable[[Town], Browser]
    rights: frozenset[Right] | None
    by_token: bool = False


def nobody(town: Town) -> Browser:
    return town.house.browser()


def with_role(role: Role) -> Callable[[Town], Browser]:
    return lambda town: town.house.signed_in(role)


NUMBERS = count()


def disabled(town: Town) -> Browser:
    name = f"gone{next(NUMBERS)}"
    client = town.house.signed_in(Role.ADMIN, name)
    accounts.change(town.house.exchange, "a test", name, disabled=True)
    return client


def demoted(town: Town) -> Browser:
    name = f"demoted{next(NUMBERS)}"
    client = town.house.signed_in(Role.ADMIN, name)
    accounts.change(town.house.exchange, "a test", name, role=Role.AGENT)
    return client


def signed_out(town: Town) -> Browser:
    client = town.house.signed_in(Role.ADMIN, "leaving")
    assert client.post("/sign-out").status_code == 303
    return client


def expired(town: Town) -> Browser:
    client = town.house.signed_in(Role.ADMIN, "yesterday")
    with town.house.exchange.ledger.transaction() as tx:
        tx.run("UPDATE session SET ends_at = :now", {"now": town.house.exchange.now()})
    return client


def forged(town: Town) -> Browser:
    client = town.house.browser()
    with client.session_transaction() as session:
        session["ticket"] = "nobody gave me this"
    return client


def with_token(*rights: Right, revoked: bool = False) -> Callable[[Town], Browser]:
    """A program that has the cookie of an admin besides, which must mean nothing."""

    def enter(town: Town) -> Browser:
        name = f"program{next(NUMBERS)}"
        token = accounts.add_token(town.house.exchange, "a test", name, rights)
        if revoked:
            accounts.revoke_token(town.house.exchange, "a test", name)
        client = town.house.signed_in()
        client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {token}"
        return client

    return enter


def wrong_token(town: Town) -> Browser:
    client = town.house.signed_in()
    client.environ_base["HTTP_AUTHORIZATION"] = "Bearer ivr_nobody-gave-me-this"
    return client


ASKERS: Mapping[str, Asker] = {
    "nobody": Asker(nobody, None),
    **{str(role): Asker(with_role(role), RIGHTS[role]) for role in Role},
    "disabled": Asker(disabled, None),
    "demoted": Asker(demoted, None),
    "signed out": Asker(signed_out, None),
    "expired": Asker(expired, None),
    "forged": Asker(forged, None),
    **{f"token {right}": Asker(with_token(right), frozenset({right}), True) for right in FOR_TOKENS},
    "revoked token": Asker(with_token(*FOR_TOKENS, revoked=True), None, True),
    "wrong token": Asker(wrong_token, None, True),
}


@dataclass(frozen=True)
class Request:
    """What is sent to a route that lets one in, its answer, and that for a `stranger`."""

    status: int
    values: Callable[[Town], dict[str, str]] = lambda _: {}
    form: Mapping[str, str] | Callable[[Town], Mapping[str, str]] | None = None
    stranger: int | None = None
    json: Mapping[str, object] | None = None


def the_call(town: Town) -> dict[str, str]:
    return {"call_id": town.house.rows.one("SELECT id FROM call")}


def the_message(town: Town) -> dict[str, str]:
    return {"message_id": town.house.rows.one("SELECT id FROM message")}


def the_recording(town: Town) -> dict[str, str]:
    return {"recording_id": town.house.rows.one("SELECT id FROM recording")}


def an_agent(town: Town) -> dict[str, str]:
    """Somebody who was set up as an agent a moment ago."""
    name = f"agent{next(NUMBERS)}"
    town.house.signed_in(Role.AGENT, name)
    with town.house.exchange.ledger.transaction() as tx:
        agents.set_up(tx, Agent(name, name, address=f"client:{name}"))
    return {"name": name}


def the_folder_as_seen(town: Town) -> dict[str, str]:
    """The folder says something new, and whoever publishes it has seen that."""
    file = Path(town.house.exchange.settings.menus) / "hotline.yaml"
    file.write_text(f"{file.read_text()}\n# a change of {next(NUMBERS)}\n")
    town.house.app.extensions["rehearsal"] = lambda checked: Rehearsed(
        300, 300
    )  # elsewhere it takes its time
    with town.house.exchange.ledger.reading() as tx:
        live = revisions.live(tx)
    mark = mark_of(draft(town.house.exchange.settings))
    return {"mark": mark, "live": str(live), "note": "a comment"}


def the_live_one_as_seen(town: Town) -> dict[str, str]:
    """A second revision is live, and whoever goes back to the first has seen that."""
    the_folder_as_seen(town)
    return {"live": str(publish(town.house.exchange, "a test").revision)}


def an_offer(_: Town) -> dict[str, str]:
    """One that nobody has: an agent's own deeds are asked of nobody's call."""
    return {"offer": "nobodys"}


def a_visit(_: Town) -> dict[str, str]:
    """One in which nobody waits."""
    return {"visit": "nobodys"}


def a_promise(town: Town) -> dict[str, str]:
    """Somebody was promised to be called a moment ago."""
    name = f"promise{next(NUMBERS)}"
    back = Callback(name, "CA1", f"+8490{next(NUMBERS):07}", "", "sales", "vi", 1, "main", 1, 1, 1, 0)
    with town.house.exchange.ledger.transaction() as tx:
        callbacks.ask(tx, back)
    return {"id": name}


def a_hold(town: Town) -> dict[str, str]:
    """Somebody's calls are held since a moment ago."""
    return {"hold": hold_caller(town.house.exchange, "a test", "+84900000007", "a test").id}


SOMEBODY = {"number": "+84900000009"}
ADDED = {"name": "new", "role": "agent", "password": PASSWORD, "again": PASSWORD}
REQUESTS: Mapping[str, Request] = {
    "static": Request(200, lambda _: {"filename": "page.css"}),
    "sounds.sound": Request(200, lambda _: {"digest": "ab" * 16}),
    "health.answers": Request(200),
    "metrics.told": Request(200),
    "door.entrance": Request(302),
    "door.language_chosen": Request(302, form={"language": "vi"}),
    "sign_in.asked": Request(302, stranger=401),
    "sign_in.shown": Request(303, form={"name": "known", "password": PASSWORD}),
    "sign_in.signed_out": Request(303, form={}),
    "account.mine": Request(200),
    "account.password_changed": Request(400, form={"new": "short", "again": "short"}),
    "account.signed_out_elsewhere": Request(303, form={}),
    "accounts.listed": Request(200),
    "accounts.added": Request(303, form=ADDED),
    "accounts.changed": Request(303, lambda _: {"name": "known"}, {"role": "supervisor"}),
    "accounts.token_revoked": Request(303, lambda _: {"name": "spare"}, {}),
    "agents.listed": Request(200),
    "agents.added": Request(303, form={"name": "known"}),
    "agents.changed": Request(303, an_agent, {"language": "vi", "skills": "tax"}),
    "agents.removed": Request(303, an_agent, {}),
    "api.accepted": Request(404, an_offer),
    "api.agent_removed": Request(204, an_agent),
    "api.agent_set_up": Request(200, an_agent, json={"skills": {"tax": 5}}),
    "api.agent_stands": Request(200, an_agent, json={"status": "on_break"}),
    "api.agents_now": Request(200),
    "api.asked": Request(404, an_offer, json={"agent": "lan"}),
    "api.call_told": Request(200, lambda town: {"call": the_call(town)["call_id"]}),
    "api.callback_cancelled": Request(204, a_promise),
    "api.callbacks_open": Request(200),
    "api.called_off": Request(404, an_offer),
    "api.called_out": Request(404, json={"number": "+84901234567"}),
    "api.calls_listed": Request(200),
    "api.declined": Request(404, an_offer),
    "api.document": Request(200),
    "api.extended": Request(404, an_offer),
    "api.finished": Request(404, an_offer, json={}),
    "api.handed_over": Request(404, an_offer),
    "api.held": Request(404, an_offer),
    "api.hung_up": Request(404, an_offer),
    "api.left_alone": Request(404, an_offer),
    "api.line_now": Request(200),
    "api.listened": Request(404, an_offer, json={"how": "listen"}),
    "api.message_changed": Request(
        200, lambda town: {"id": the_message(town)["message_id"]}, json={"done": True, "note": "wants a call"}
    ),
    "api.messages_listed": Request(200),
    "api.moved": Request(404, a_visit, json={"to": "queue", "name": "sales"}),
    "api.moved_up": Request(404, a_visit),
    "api.muted": Request(404, an_offer),
    "api.my_desk": Request(404),
    "api.my_status": Request(404, json={"status": "ready"}),
    "api.my_token": Request(404),
    "api.queue_closed": Request(404, lambda _: {"queue": "nowhere"}, json={"reason": "closed_by_fault"}),
    "api.queue_opened": Request(404, lambda _: {"queue": "nowhere"}),
    "api.queues_live": Request(200),
    "api.recording_paused": Request(404, an_offer),
    "api.recording_resumed": Request(404, an_offer),
    "api.resumed": Request(404, an_offer),
    "api.sent_on": Request(404, an_offer, json={"to": "queue", "name": "sales"}),
    "api.unmuted": Request(404, an_offer),
    "api.written_down": Request(404, an_offer, json={"notes": "mine"}),
    "alerts.listed": Request(200),
    "audit.listed": Request(200),
    "audit.as_json": Request(200),
    "callbacks.listed": Request(200),
    "board.queue": Request(404, lambda _: {"queue": "nowhere"}),
    "board.shown": Request(200),
    "callers.shown": Request(200),
    "callers.looked_for": Request(200, form=SOMEBODY),
    "callers.exported": Request(200, form=SOMEBODY),
    "callers.held": Request(303, form={**SOMEBODY, "why": "a test"}),
    "callers.released": Request(303, form=a_hold),
    "callers.erased": Request(200, form={"number": "+84900000008", "again": "+84900000008"}),
    "calls.listed": Request(200),
    "calls.as_csv": Request(200),
    "calls.as_json": Request(200),
    "calls.one": Request(200, the_call),
    "desk.shown": Request(200),
    "desk.sat_down": Request(303, form={}),
    "floor.shown": Request(200),
    "help.contents": Request(200),
    "help.image": Request(200, lambda _: {"file": "phone.png"}),
    "help.page": Request(200, lambda _: {"name": "menus"}),
    "lost.listed": Request(200),
    "menus.listed": Request(200),
    "menus.one": Request(200, lambda _: {"number": "1"}),
    "menus.folder": Request(200),
    "menus.published": Request(303, form=the_folder_as_seen),
    "menus.back": Request(200, lambda _: {"number": "1"}),
    "menus.went_back": Request(303, lambda _: {"number": "1"}, the_live_one_as_seen),
    "messages.listed": Request(200),
    "messages.written": Request(200),
    "messages.changed": Request(302, the_message, {"state": "done", "note": "rang back"}),
    "messages.fetched_again": Request(303, the_recording, {}),
    "messages.heard": Request(200, the_recording),
    "phone.lifted": Request(404),
    "phone.picked_up": Request(404),
    "reports.shown": Request(200),
    "reports.definitions": Request(200),
    "reports.csv": Request(200),
    "reports.json": Request(200),
    "reports.xlsx": Request(200),
}


@pytest.fixture(scope="module")
def hash_of_password() -> str:
    return passwords.hashed(PASSWORD)


@pytest.fixture
def served(tmp_path: Path, hash_of_password: str) -> Iterator[Town]:
    """A real carrier, one message left, one account, one token, one sound; rehearsals go well."""
    served = town(tmp_path, boxed=False)
    served.house.app.extensions["rehearsal"] = lambda checked: Rehearsed(300, 300)
    served.dial().press("1").press("2").speak(5).press("#")
    served.fetch_recordings(b"RIFF")
    served.house.signed_in(Role.ADMIN, "known")
    accounts.add_token(served.house.exchange, "a test", "spare", (Right.CALLS,))
    with served.house.exchange.ledger.transaction() as tx:
        tx.run("UPDATE account SET password = :hash", {"hash": hash_of_password})
        sound = {"digest": "ab" * 16, "content": b"RIFF"}
        tx.run("INSERT INTO sound (digest, kind, content) VALUES (:digest, 'audio/wav', :content)", sound)
    yield served
    served.house.exchange.ledger.close()


def routes(town: Town) -> list[tuple[Route, str]]:
    """Every route of the app with every way to ask it that does something of its own."""
    rules = town.house.app.url_map.iter_rules()
    return [(rule, way) for rule in rules for way in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})]


def ask(town: Town, client: Browser, route: Route, way: str) -> TestResponse:
    """The request itself, as a page of ours would send it."""
    wanted = REQUESTS[route.endpoint]
    with town.house.app.test_request_context():
        path = town.house.app.url_map.bind("localhost").build(route.endpoint, wanted.values(town))
    if route.endpoint.startswith("api."):
        return client.sends(f"{way} {path}", wanted.json, headers=HTML)
    form = wanted.form(town) if callable(wanted.form) else wanted.form
    more: dict[str, Any] = {"data": dict(form)} if form is not None else {}
    send = client.post if way == "POST" else client.get
    return send(path, headers=HTML, buffered=True, **more)


def expected(endpoint: str, asker: Asker) -> int:
    """What the table says that the asker is answered."""
    rule, wanted = RULES[endpoint], REQUESTS[endpoint]
    known = asker.rights is not None and not asker.by_token
    if rule.open:
        return wanted.status if known else wanted.stranger or wanted.status
    if asker.by_token and not rule.token:
        return 403
    if asker.rights is None:
        return 401
    return wanted.status if rule.lets_in(asker.rights) else 403


def test_every_route_has_a_rule_and_every_rule_a_route(served: Town) -> None:
    endpoints = {route.endpoint for route, _ in routes(served)}
    assert endpoints == set(RULES)
    assert endpoints == set(REQUESTS)


WRITING = {Right.LINE}
"""The rights by which a program may change anything."""


def test_a_program_changes_only_what_its_right_says(served: Town) -> None:
    for route, way in routes(served):
        rule, of_api = RULES[route.endpoint], route.endpoint.startswith("api.")
        assert way in ("GET", "POST", "PUT", "DELETE") if of_api else ("GET", "POST")
        if rule.token and way != "GET":
            assert of_api
            assert WRITING & {rule.right, rule.also}


@pytest.mark.parametrize("name", ASKERS)
def test_every_route_answers_everybody_as_its_rule_says(served: Town, name: str) -> None:
    asker, found, right = ASKERS[name], {}, {}
    for route, way in routes(served):
        with served.house.exchange.ledger.transaction() as tx:
            tx.run("DELETE FROM throttle", {})  # so many wrong tokens would be held back
        key = f"{way} {route.rule}"
        right[key] = expected(route.endpoint, asker)
        found[key] = ask(served, asker.enter(served), route, way).status_code
    assert found == right


def test_there_are_as_many_cells_as_there_should_be(served: Town) -> None:
    cells = list(product(ASKERS, routes(served)))
    assert len(cells) == len(ASKERS) * len(REQUESTS) >= 300


def test_a_route_without_a_rule_is_closed_to_everybody(served: Town) -> None:
    app = served.house.app
    app.add_url_rule("/new", "new", lambda: "nobody thought of who may see this")
    for name in ("nobody", "agent", "admin", "token calls:read"):
        answer = ASKERS[name].enter(served).get("/new", headers=HTML)
        assert answer.status_code == 403
        assert "nobody thought" not in answer.text


OTHER = "another phở today"
WRITTEN_DOWN: Mapping[str, Mapping[str, str]] = {
    "account.password_changed": {"password": PASSWORD, "new": OTHER, "again": OTHER},
    "calls.as_csv": {},
    "calls.as_json": {},
    "messages.heard": {},
}
"""What is written down besides the forms of REQUESTS: reading that takes something along, other forms."""

OF_A_TALK = {"api.listened", "api.left_alone"}
"""What needs a conversation, and is seen in the audit by tests/api."""

OF_A_QUEUE = frozenset({"api.moved", "api.moved_up", "api.queue_closed", "api.queue_opened"})
"""What needs a queue, and somebody in it, and is seen in the audit by tests/reaching."""


def test_whatever_changes_anything_is_one_row_of_the_audit(served: Town, hash_of_password: str) -> None:
    written: dict[str, int] = {}
    for route, way in routes(served):
        wanted = REQUESTS[route.endpoint]
        if way == "GET" and route.endpoint not in WRITTEN_DOWN:
            continue
        if route.endpoint == "desk.sat_down" or RULES[route.endpoint].right is Right.DESK:
            continue  # an agent's day is in the log: their states, offers and conversations are rows there
        if route.endpoint in OF_A_TALK | OF_A_QUEUE:
            continue
        with served.house.exchange.ledger.transaction() as tx:
            lost = route.endpoint == "messages.fetched_again"
            tx.run("UPDATE recording SET state = :state", {"state": "failed" if lost else "kept"})
            tx.run("UPDATE account SET password = :hash", {"hash": hash_of_password})
        client = served.house.signed_in()
        form = form_of(served, route)
        before = served.house.rows.one("SELECT number FROM audit_end")
        with pytest.MonkeyPatch.context() as patch:
            patch.setitem(REQUESTS, route.endpoint, replace(wanted, form=form))
            assert ask(served, client, route, way).status_code < 400
        written[f"{way} {route.rule}"] = served.house.rows.one("SELECT number FROM audit_end") - before
    assert written.pop("POST /language") == 0
    assert written.pop("POST /callers") == 0, "it only looks, and is posted so that no address holds a number"
    assert set(written.values()) == {1}, written
    assert len(written) >= 12


def form_of(town: Town, route: Route) -> Mapping[str, str] | None:
    form = WRITTEN_DOWN.get(route.endpoint) or REQUESTS[route.endpoint].form
    return form(town) if callable(form) else form


def test_an_agent_hears_messages_and_nothing_else_that_was_recorded(served: Town) -> None:
    agent, supervisor = served.house.signed_in(Role.AGENT), served.house.signed_in(Role.SUPERVISOR)
    path = f"/recordings/said/{the_recording(served)['recording_id']}"
    with served.house.exchange.ledger.transaction() as tx:
        tx.run("UPDATE recording SET kind = 'record', state = 'failed' WHERE 1 = 1", {})
    assert agent.get(f"{path}.wav").text == agent.get("/recordings/said/nobodys.wav").text
    assert agent.get(f"{path}.wav").status_code == 404
    agent.post(path)
    assert served.house.rows.one("SELECT state FROM recording") == "failed"
    assert supervisor.get(f"{path}.wav", buffered=True).status_code == 200


def test_a_page_leads_only_where_its_reader_may_go(served: Town) -> None:
    page = served.house.signed_in(Role.AGENT).get("/messages", headers=HTML).text
    assert "/messages" in page
    assert not [
        path for path in ("/calls", "/menus", "/accounts", "/agents", "/audit") if f'href="{path}' in page
    ]
    assert served.house.signed_in(Role.AGENT).get("/").headers["Location"] == "/messages"


def test_the_page_of_the_accounts_says_who_may_what() -> None:
    told = rows(section(DOCS / "accounts.md", "Who may what"))
    rights = {
        words(row[0])[0]: {role for role, cell in zip(Role, row[2:5], strict=True) if cell} for row in told
    }
    assert rights == {str(right): {role for role in Role if right in RIGHTS[role]} for right in Right}
    by_token = {words(row[0])[0] for row in told if row[5]}
    assert by_token == {str(right) for right in FOR_TOKENS}
