"""The wall board, and a queue of it where a supervisor acts."""

import html
import re
from pathlib import Path
from typing import Any

import pytest
from flask import template_rendered

from ivr.box import Party
from ivr.core.accounts import Right, Role
from ivr.core.agents import Activity, Status
from ivr.core.board import Band, Board, Lane
from ivr.core.line.closures import Reason
from ivr.ledger import audit, closures
from ivr.switchboard.board import look
from ivr.switchboard.line.standing import choose
from ivr.web.visitors import Visitor
from tests.api.asking import Asker, program, somebody
from tests.pages.test_callbacks import promised
from tests.reaching.floor import Floor

MENUS = """
hotline: Shop
zone: Asia/Ho_Chi_Minh
numbers: {"+842873001234": main}
languages: {en: {}, vi: {}}
mailboxes: {office: {}}
queues:
  default: {ring: 20s, wrap_up: 30s, no_agents: message, closed: message, language: any, then: hang_up}
  sales: {say: {en: Hold., vi: Chờ.}, label: {en: sales, vi: mua hàng}, service_level: 80% in 20s}
  support: {say: {en: Hold., vi: Chờ.}, label: {en: support, vi: máy}, callback: true, keys: {2: call_back}}
steps:
  main: {say: {en: Hello., vi: Chào.}, keys: {1: sales, 2: support}}
  message: {say: {en: Leave word., vi: Xin để lại lời nhắn.}, voicemail: office, then: hang_up}
"""


@pytest.fixture
def floor(tmp_path: Path) -> Floor:
    floor = Floor.open(tmp_path, MENUS)
    floor.hire("An", Party("answer", after=4, keys="1", talks=60), queues=frozenset({"sales"}), ready=False)
    floor.hire("Binh", Party("no-answer"), ready=False)
    choose(floor.house.exchange, "binh", Status.ON_BREAK, "lunch")
    return floor


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """No look at the board serves a second time."""
    monkeypatch.setattr("ivr.switchboard.glance.GOOD_FOR", 0)
    monkeypatch.setattr("ivr.switchboard.glance.NEW_FOR", 0)


def lane(board: Board, queue: str) -> Lane:
    return next(each for each in board.lanes if each.queue == queue)


def test_what_happens_stands_on_the_board(floor: Floor) -> None:
    exchange = floor.house.exchange
    calm = look(exchange)
    assert [each.queue for each in calm.lanes] == ["sales", "support"]
    assert (calm.all.waiting, calm.all.oldest, calm.all.level) == (0, None, None)
    first = floor.ring().press("1")
    floor.pass_time(30)
    second = floor.ring("+84901112222").press("1")
    busy = look(exchange)
    came = floor.visits(first)[0].entered_at
    assert (busy.all.waiting, lane(busy, "sales").oldest) == (2, came)
    assert lane(busy, "sales").band is Band.NEAR, "somebody waits longer than is promised"
    assert lane(busy, "support").band is None, "it promises nothing"
    assert lane(busy, "sales").agents == {Status.ON_BREAK: 1, Status.SIGNED_OUT: 1}
    assert [(seat.name, seat.state, seat.reason) for seat in busy.seats] == [
        ("Binh", Status.ON_BREAK, "lunch")
    ]
    second.hang_up()
    choose(exchange, "an", Status.READY)
    floor.pass_time(15)
    later = look(exchange)
    today = lane(later, "sales").today
    assert (today.offered, today.answered, today.abandoned, today.short_abandoned) == (2, 1, 1, 1)
    assert lane(later, "sales").level == 0, "answered too late, and who hung up at once does not count"
    assert lane(later, "sales").band is Band.BROKEN
    assert [seat.state for seat in later.seats] == [Activity.TALKING, Status.ON_BREAK]
    assert [hour.tally.answered for hour in later.hours] == [0, 0, 0, 0, 0, 0, 0, 1]
    assert later.whole


def test_yesterday_is_not_today(floor: Floor) -> None:
    floor.ring().press("1").hang_up()
    assert look(floor.house.exchange).all.today.abandoned == 1
    floor.night_passes(24)
    assert look(floor.house.exchange).all.today.abandoned == 0


@pytest.mark.usefixtures("at_once")
def test_a_page_is_made_only_when_something_has_happened(floor: Floor) -> None:
    boss = floor.house.signed_in(Role.SUPERVISOR)
    page = boss.get("/board")
    again = boss.get("/board", headers={"If-None-Match": page.headers["ETag"]})
    assert (page.status_code, again.status_code, again.data) == (200, 304, b"")
    floor.ring().press("1")
    assert boss.get("/board", headers={"If-None-Match": page.headers["ETag"]}).status_code == 200


def test_screens_that_read_a_look_alike_share_what_is_made_of_it(floor: Floor) -> None:
    """And who shows the page already is sent what changes of it."""
    made: list[str] = []
    app = floor.house.app
    screens = [floor.house.signed_in(Role.SUPERVISOR, name) for name in ("Lan", "Mai")]
    with template_rendered.connected_to(lambda _, template, **__: made.append(template.name), app):
        whole, part = (each.get("/board", headers=asked) for each, asked in zip(screens, ASKED, strict=True))
        screens[0].get("/board?tv")
        screens[0].get("/board", headers={"Accept-Language": "vi"})
    assert [name for name in made if name == "board_now.html"] == ["board_now.html"] * 3
    assert after_the_head(whole.text) == after_the_head(part.text)
    assert "<nav" in whole.text
    assert 'id="waiting"' in part.text
    assert "<nav" not in part.text
    assert "<head>" not in part.text


def after_the_head(page: str) -> str:
    return page.partition('<div id="board" data-follow>')[2].partition("</main>")[0]


ASKED: tuple[dict[str, str], dict[str, str]] = ({}, {"Follow": "parts"})


def test_the_board_in_every_language_for_wall_and_hand(floor: Floor) -> None:
    boss = floor.house.signed_in(Role.SUPERVISOR)
    for language, words in (("en", "Waiting now"), ("vi", "Đang chờ"), ("es", "Esperan ahora")):
        for address in ("/board", "/board?tv", "/board/sales"):
            page = boss.get(address, headers={"Accept-Language": language}).text
            assert words in page, (language, address)
    assert 'class="board tv"' in boss.get("/board?tv").text
    assert boss.get("/board/nowhere").status_code == 404
    assert floor.house.signed_in(Role.AGENT, "Chi").get("/board").status_code == 403


def test_the_page_of_a_queue_shows_who_waits_and_where_they_could_go(floor: Floor) -> None:
    call = floor.ring().press("1")
    choose(floor.house.exchange, "binh", Status.READY)
    choose(floor.house.exchange, "an", Status.READY)
    floor.pass_time(1)
    page = floor.house.signed_in(Role.SUPERVISOR).get("/board/sales").text
    visit = floor.visits(call)[0].id
    assert f"POST /api/waiting/{visit}/move" in page
    assert "+84901234567" in page
    assert "is offered to" in page
    assert '<option value="queue:support">' in page
    assert '<option value="queue:sales">' not in page


def leads(page: str) -> dict[str, str]:
    """Where the figures of a board lead, by what they say of which queue."""
    return {name: html.unescape(to) for name, to in re.findall(r'<a id="([\w-]+)" href="([^"]+)">', page)}


@pytest.mark.usefixtures("at_once")
def test_every_figure_leads_to_what_it_counts(floor: Floor) -> None:
    boss = floor.house.signed_in(Role.SUPERVISOR)
    assert set(leads(boss.get("/board").text)) == {"agents-1", "agents-2"}, "nothing is counted yet"
    choose(floor.house.exchange, "an", Status.READY)
    floor.ring().press("1")
    floor.pass_time(10)
    floor.ring("+84901112222").press("1").hang_up()
    floor.ring("+84901113333").press("2")
    floor.pass_time(3)
    found = leads(boss.get("/board").text)
    assert found["waiting-all"] == found["longest_wait-all"] == "/board/support#callers-title"
    assert found["waiting-2"] == found["longest_wait-2"] == "/board/support#callers-title"
    assert found["agents-1"] == "/floor"
    for name, count in {"answered": 1, "abandoned": 1, "service_level": 1}.items():
        assert f'<span class="tally">{count}</span>' in boss.get(found[f"{name}-all"]).text
        assert found[f"{name}-1"] == f"{found[f'{name}-all']}&queue=sales"
        assert f"{name}-2" not in found
    assert leads(boss.get("/board/support").text)["waiting-all"] == "/board/support#callers-title"
    floor.ring("+84901114444").press("1")
    assert leads(boss.get("/board").text)["waiting-all"] == "#lanes-title"


def test_promises_and_messages_are_figures_too(floor: Floor) -> None:
    promised(floor, queue="support")
    floor.ring("+84901112222").press("1").hang_up()
    boss = floor.house.signed_in(Role.SUPERVISOR)
    found = leads(boss.get("/board").text)
    assert found["to_call_back-all"] == found["to_call_back-2"] == "/callbacks"
    assert "messages-all" not in found


@pytest.mark.usefixtures("at_once")
@pytest.mark.parametrize(
    ("right", "gone"), [(Right.CALLS, "abandoned-all"), (Right.MESSAGES, "to_call_back-all")]
)
def test_no_figure_leads_where_its_reader_may_not_go(
    floor: Floor, monkeypatch: pytest.MonkeyPatch, right: Right, gone: str
) -> None:
    promised(floor, queue="support")
    floor.ring("+84901112222").press("1").hang_up()
    boss = floor.house.signed_in(Role.SUPERVISOR)
    assert gone in leads(boss.get("/board").text)
    may = Visitor.may
    monkeypatch.setattr(Visitor, "may", lambda self, asked: asked != right and may(self, asked))
    found = leads(boss.get("/board").text)
    assert gone not in found
    assert found


def test_on_the_wall_nothing_leads_anywhere(floor: Floor) -> None:
    floor.ring().press("1").hang_up()
    assert leads(floor.house.signed_in(Role.SUPERVISOR).get("/board?tv").text) == {}


def put(asker: Asker, what: Any, queue: str = "sales") -> tuple[int, Any]:
    return asker.asks(f"PUT /api/queues/{queue}/closure", what)


def test_a_supervisor_closes_a_queue_and_opens_it(floor: Floor) -> None:
    boss = somebody(floor.house, Role.SUPERVISOR, "Mai")
    status, closed = put(boss, {"reason": "closed_by_fault"})
    assert (status, closed) == (
        200,
        {
            "queue": "sales",
            "since": "2026-11-23T02:00:00.000Z",
            "by": "Mai",
            "reason": "closed_by_fault",
            "says": {},
        },
    )
    page = boss.browser.get("/board/sales", headers={"Accept-Language": "en"}).text
    assert "Mai has closed this queue" in page
    assert "closed by hand" in boss.browser.get("/board", headers={"Accept-Language": "en"}).text
    assert boss.asks("DELETE /api/queues/sales/closure") == (204, None)
    assert boss.is_told("DELETE /api/queues/sales/closure") == (404, "Nobody has closed this queue.")


def test_words_of_their_own_are_there_in_every_language(floor: Floor) -> None:
    boss = somebody(floor.house, Role.SUPERVISOR, "Mai")
    status, told = put(boss, {"says": {"en": "Back at ten.", "vi": " "}})
    assert (status, told["where"]) == (
        422,
        [{"field": "says.vi", "wrong": "Say it in every language of the hotline, or in none."}],
    )
    status, told = put(boss, {"says": {"fr": "À dix heures."}})
    assert (status, told["where"][0]["field"]) == (422, "says.fr")
    assert put(boss, {"reason": "because"})[0] == 422
    assert put(boss, {}, "nowhere")[0] == 404
    assert put(boss, {"says": {"en": "Back at ten.", "vi": "Mười giờ."}})[0] == 200
    with floor.house.exchange.ledger.reading() as tx:
        found = closures.of_queue(tx, "sales")
    assert found is not None
    assert (found.says, found.reason) == ({"en": "Back at ten.", "vi": "Mười giờ."}, None)


def test_the_audit_tells_in_words_what_callers_are_told(floor: Floor) -> None:
    boss = somebody(floor.house, Role.SUPERVISOR, "Mai")
    put(boss, {"reason": "closed_by_fault"})
    put(boss, {"says": {"en": "Back at ten.", "vi": "Mười giờ."}})
    put(boss, {})
    page = floor.house.signed_in().get("/audit", headers={"Accept-Language": "en"}).text
    told = [
        " ".join(re.sub(r"<[^>]+>", " ", each).split())
        for each in re.findall(r"<p class=\"quiet\">.*?</p>", page)
    ]
    words = "English “Back at ten.”, Vietnamese “Mười giờ.”"
    assert told[:5] == [
        f"before: closed by: Mai · why: – · words of their own: {words}",
        "after: closed by: Mai · why: – · words of their own: –",
        "before: closed by: Mai · why: closed_by_fault · words of their own: –",
        f"after: closed by: Mai · why: – · words of their own: {words}",
        "closed by: Mai · why: closed_by_fault",
    ]


def test_a_program_with_the_right_acts_on_the_line(floor: Floor) -> None:
    line = program(floor.house, Right.LINE)
    assert put(line, {"reason": str(Reason.CROWD)})[0] == 200
    assert line.asks("DELETE /api/queues/sales/closure")[0] == 204
    first, second = floor.ring().press("1"), floor.ring("+84901112222").press("1")
    visit = floor.visits(second)[0].id
    assert line.asks(f"POST /api/waiting/{visit}/front") == (204, None)
    assert line.is_told(f"POST /api/waiting/{visit}/front") == (409, "They are the first already.")
    move = f"POST /api/waiting/{floor.visits(first)[0].id}/move"
    assert line.is_told(move, {"to": "agent", "name": "Binh"}) == (409, "That agent is not free.")
    assert line.asks(move, {"to": "queue", "name": "support"}) == (204, None)
    floor.pass_time(3)
    assert floor.visits(first)[-1].queue == "support"
    second.hang_up()
    floor.pass_time(1)
    assert line.is_told(f"POST /api/waiting/{visit}/front") == (404, "They do not wait any more.")
    with floor.house.exchange.ledger.reading() as tx:
        noted = audit.newest(tx)
    deeds = [
        each.what for each in noted if each.who.startswith("token program") and each.what != "token_used"
    ]
    assert deeds == ["caller_moved", "caller_moved", "queue_opened", "queue_closed"]
