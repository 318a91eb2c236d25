"""The desk in a real browser: a caller on a phone, an agent at a keyboard, and only us between them."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from time import monotonic
from typing import Literal

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from ivr.core.accounts import Role
from ivr.core.agents import Agent, Way
from ivr.ledger import agents
from ivr.switchboard.clock import Clock
from ivr.switchboard.exchange import clock
from tests.pages.test_browser import AXE, server
from tests.pages.test_desk import KEY, MENUS
from tests.service import House

pytestmark = pytest.mark.needs("chromium")


@dataclass
class Box:
    """The hotline with its phone company in the box, in real time, at an address."""

    url: str
    house: House


@pytest.fixture
def box(tmp_path: Path) -> Iterator[Box]:
    with server() as serving:
        port = serving.server_port
        carrier = f"http://127.0.0.1:{port}/phone/carrier"
        house = House(tmp_path).open(MENUS, boxed=True, public_url="", port=port, carrier_url=carrier)
        house.exchange = replace(house.exchange, now=clock)
        house.enter()
        serving.app = house.app
        clerk = Clock(house.exchange)
        clerk.start()
        yield Box(f"http://127.0.0.1:{port}", house)
        clerk.stop()
    house.exchange.ledger.close()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(locale="en-US", permissions=["notifications"])
    yield context
    context.close()


def sit_down(context: BrowserContext, box: Box, name: str = "An") -> Page:
    page = context.new_page()
    page.goto(f"{box.url}/desk")
    page.get_by_label("Somebody new").fill(name)
    page.get_by_role("button", name="Sit down").click()
    expect(page.locator("#standing")).to_contain_text("Signed out")
    page.wait_for_load_state()  # its keys work
    return page


def call(context: BrowserContext, box: Box, queue: str = "1") -> Page:
    """Somebody with the phone in another tab has come into a queue."""
    page = context.new_page()
    page.goto(f"{box.url}/phone/")
    page.get_by_role("button", name="Call", exact=True).click()
    expect(page.locator("#lines")).to_contain_text("press 1")
    page.keyboard.press("1")
    expect(page.locator("#lines")).to_contain_text("Welcome.")
    page.keyboard.press(queue)
    return page


def test_from_ready_to_idle_by_keys_alone(context: BrowserContext, box: Box) -> None:
    desk = sit_down(context, box)
    standing, work = desk.locator("#standing"), desk.locator("#work")
    desk.keyboard.press("r")
    expect(standing).to_contain_text("Ready")
    phone = call(context, box)
    desk.bring_to_front()

    expect(standing.get_by_role("heading")).to_have_text("Somebody calls")
    expect(work).to_contain_text("+84901234567")
    expect(desk.locator("#announced")).to_have_text("+84901234567 calls: sales, English.")
    assert desk.title().startswith("☎ +84901234567")
    desk.keyboard.press("a")

    expect(standing.get_by_role("heading")).to_have_text("In conversation")
    expect(work).to_contain_text("You talk to")
    desk.keyboard.press("n")
    desk.keyboard.type("wants a blue one, hurry")
    expect(work.get_by_text("Saved.", exact=True)).to_be_visible()
    desk.keyboard.type("!")
    desk.reload()  # half a second has not passed since, and yet nothing is lost
    expect(desk.get_by_label("Notes")).to_have_value("wants a blue one, hurry!")
    desk.keyboard.press("n")
    desk.keyboard.type(" Size 4.")  # behind what stands there
    expect(desk.get_by_label("Notes")).to_have_value("wants a blue one, hurry! Size 4.")
    desk.keyboard.press("Escape")
    phone.bring_to_front()
    phone.get_by_role("button", name="Hang up").click()
    desk.bring_to_front()

    expect(standing.get_by_role("heading")).to_have_text("Wrapping up")
    expect(work).to_contain_text("You talked to")
    desk.get_by_label("What was it about?").select_option("bought")
    desk.keyboard.press("Escape")
    desk.keyboard.press("f")

    expect(standing.get_by_role("heading")).to_have_text("Ready")
    expect(desk.locator("#day")).to_contain_text("bought")
    expect(desk.locator("#day")).to_contain_text("wants a blue one, hurry! Size 4.")
    [(ended_by, disposition)] = box.house.rows("SELECT ended_by, disposition FROM talk")
    assert (ended_by, disposition) == ("caller", "bought")


def at_another_browser(browser: Browser, box: Box, name: str) -> Page:
    """A colleague at their own desk, ready for callers."""
    context = browser.new_context(locale="en-US")
    desk = sit_down(context, box, name)
    desk.keyboard.press("r")
    expect(desk.locator("#standing.ready")).to_be_visible()
    return desk


def test_the_line_of_a_page_outlives_a_moment_without_network(context: BrowserContext, box: Box) -> None:
    desk = sit_down(context, box)
    desk.keyboard.press("r")
    expect(desk.locator("#standing")).to_contain_text("Ready")
    desk.route("**/phone/calls/*/events*", lambda route: route.abort())
    call(context, box)
    desk.bring_to_front()
    expect(desk.locator("#standing").get_by_role("heading")).to_have_text("Somebody calls")
    with desk.expect_event("requestfailed"):
        desk.keyboard.press("a")

    desk.unroute("**/phone/calls/*/events*")
    with desk.expect_response("**/phone/calls/*/events*") as heard:
        expect(desk.locator("#work")).to_contain_text("You talk to")

    assert heard.value.json()["status"] == "in-progress"
    desk.locator("#keypad").get_by_role("button", name="7").click()
    expect(desk.locator("[data-sent]")).to_have_text("7")


DEVICE = """window.Twilio = { Device: class {
  #heard = {}; state = "unregistered"; static made = [];
  constructor(token) { this.token = token; this.constructor.made.push(this); }
  on(event, act) { this.#heard[event] = act; }
  updateToken(token) { this.token = token; }
  async register() { this.state = "registered"; }
  breaks() { this.state = "unregistered"; this.#heard.unregistered(); }
} };"""
"""What the page sees of the carrier's own software."""


@pytest.fixture
def telephone(browser: Browser, tmp_path: Path) -> Iterator[Page]:
    """The page of an agent who is rung in the browser by a real carrier, before it is opened."""
    with server() as serving:
        house = House(tmp_path).open(MENUS, public_url="", port=serving.server_port, **KEY)
        house.exchange = replace(house.exchange, now=clock)
        house.enter()
        serving.app = house.app
        client = house.signed_in(Role.AGENT, "An")
        with house.exchange.ledger.transaction() as tx:
            agents.set_up(tx, Agent("an", "An", Way.BROWSER, "client:an", languages=frozenset({"en"})))
        name = house.app.config["SESSION_COOKIE_NAME"]
        kept = client.get_cookie(name)
        assert kept
        url = f"http://127.0.0.1:{serving.server_port}"
        context = browser.new_context(locale="en-US", base_url=url)
        context.add_cookies([{"name": name, "value": kept.value, "url": url}])
        page = context.new_page()
        page.route(
            "**/twilio.min.js", lambda route: route.fulfill(body=DEVICE, content_type="text/javascript")
        )
        yield page
        context.close()
    house.exchange.ledger.close()


def test_a_line_that_does_not_open_or_breaks_is_tried_again_and_again_and_the_page_says_so(
    telephone: Page,
) -> None:
    broke = telephone.get_by_text("The line of this page broke. It is being opened again.")
    tried: list[float] = []

    def two_in_vain(route: Route) -> None:
        tried.append(monotonic())
        if len(tried) in (1, 2, 4):
            return route.fulfill(status=503, json={"problem": "The hotline is busy."})
        return route.continue_()

    telephone.route("**/api/me/token", two_in_vain)
    telephone.goto("/desk")
    expect(broke).to_be_visible()
    expect(broke).to_be_hidden(timeout=20_000)
    first, second, third = tried
    assert third - second > 1.5 * (second - first), "the pauses grow"
    assert telephone.evaluate("Twilio.Device.made.map((device) => device.state)") == ["registered"]
    old = telephone.evaluate("Twilio.Device.made[0].token")

    telephone.evaluate("Twilio.Device.made[0].breaks()")
    expect(broke).to_be_visible()
    expect(broke).to_be_hidden(timeout=20_000)
    assert len(tried) == 5
    assert telephone.evaluate("Twilio.Device.made.map((device) => device.state)") == ["registered"]
    assert telephone.evaluate("Twilio.Device.made[0].token") != old


def test_a_colleague_is_asked_and_takes_the_caller_over_by_keys_alone(
    browser: Browser, context: BrowserContext, box: Box
) -> None:
    desk = sit_down(context, box)
    desk.keyboard.press("r")
    expect(desk.locator("#standing.ready")).to_be_visible()
    call(context, box)
    desk.bring_to_front()
    expect(desk.locator("#standing.offered")).to_be_visible()
    desk.keyboard.press("a")
    expect(desk.locator("#standing.talking")).to_be_visible()
    expect(desk.locator("#keypad")).to_be_visible()
    desk.keyboard.press("k")
    expect(desk.locator("#digit-1")).to_be_focused()
    expect(desk.locator("#talk").get_by_role("button", name="Hold")).to_be_visible()
    desk.keyboard.type("12#")
    expect(desk.get_by_role("status", name="Sent")).to_have_text("12#")

    minh = at_another_browser(browser, box, "Minh")
    expect(desk.locator("#onward")).to_contain_text("Minh")
    desk.keyboard.press("t")
    expect(desk.locator("#ask-minh")).to_be_focused()
    assert violations(desk) == []
    desk.keyboard.press("Enter")
    expect(desk.locator("#asked")).to_have_text("Minh is being rung; the caller hears music.")
    expect(desk.locator("#onward")).to_be_hidden()
    expect(minh.locator("#announced")).to_have_text("An asks you in: +84901234567, sales, English.")
    minh.keyboard.press("a")
    expect(desk.locator("#asked")).to_have_text("Minh is here.")
    expect(minh.locator("#standing.talking")).to_be_visible()
    expect(minh.locator("#work")).to_contain_text("An asks you about +84901234567")
    assert violations(desk) == []
    desk.keyboard.press("g")
    expect(desk.locator("#standing.wrapping_up")).to_be_visible()
    expect(minh.locator("#work")).to_contain_text("You talk to +84901234567")
    expect(minh.locator("#onward")).to_be_visible()
    minh.context.close()


def test_a_supervisor_listens_in_on_the_page_of_the_floor(
    browser: Browser, context: BrowserContext, box: Box
) -> None:
    desk = sit_down(context, box)
    desk.keyboard.press("r")
    expect(desk.locator("#standing.ready")).to_be_visible()
    call(context, box)
    desk.bring_to_front()
    expect(desk.locator("#standing.offered")).to_be_visible()
    desk.keyboard.press("a")
    expect(desk.locator("#standing.talking")).to_be_visible()
    elsewhere = browser.new_context(locale="en-US")
    floor = sit_down(elsewhere, box, "Boss")
    floor.goto(f"{box.url}/floor")
    an = floor.get_by_role("article", name="An")
    expect(an).to_contain_text("+84901234567 sales")
    assert violations(floor) == []
    an.get_by_role("button", name="Listen").click()
    expect(an).to_contain_text("You hear both, and nobody hears you.")
    an.get_by_role("button", name="Whisper").click()
    expect(an).to_contain_text("Only An hears you.")
    expect(an.get_by_role("button", name="Whisper")).to_have_attribute("aria-pressed", "true")
    an.get_by_role("button", name="Stop").click()
    expect(an).not_to_contain_text("Only An hears you.")
    expect(desk.locator("#standing.talking")).to_be_visible()
    elsewhere.close()


def violations(page: Page) -> list[tuple[str, str]]:
    page.evaluate(AXE)
    found = page.evaluate("axe.run().then(result => result.violations)")
    return [(each["id"], each["nodes"][0]["html"]) for each in found]


@pytest.mark.parametrize(
    ("scheme", "width", "locale"),
    [("light", 1280, "en-US"), ("dark", 375, "vi-VN"), ("dark", 1280, "en-US"), ("light", 375, "es-ES")],
)
def test_the_desk_keeps_nobody_out(
    browser: Browser, box: Box, scheme: Literal["light", "dark"], width: int, locale: str
) -> None:
    context = browser.new_context(
        locale=locale, color_scheme=scheme, viewport={"width": width, "height": 800}
    )
    desk = context.new_page()
    found: list[tuple[str, ...]] = []

    def looked_at(state: str) -> None:
        expect(desk.locator(f"#standing.{state}")).to_be_visible()
        found.extend((state, *each) for each in violations(desk))
        assert desk.evaluate("document.documentElement.scrollWidth") <= width, state

    desk.goto(f"{box.url}/desk")
    found += violations(desk)
    desk.locator("input[name=name]").fill("An")
    desk.keyboard.press("Enter")
    looked_at("signed_out")
    desk.wait_for_load_state()
    desk.keyboard.press("b")
    looked_at("on_break")
    desk.keyboard.press("r")
    looked_at("ready")
    phone = context.new_page()
    phone.goto(f"{box.url}/phone/")
    phone.locator("#call").click()
    expect(phone.locator("#lines")).to_contain_text("press 1")
    phone.keyboard.press("1")
    expect(phone.locator("#lines")).to_contain_text("Welcome.")
    phone.keyboard.press("2")
    desk.bring_to_front()
    looked_at("offered")
    desk.keyboard.press("a")
    looked_at("talking")
    expect(desk.locator("#talk .ticks")).to_be_visible()
    desk.keyboard.press("Shift+H")
    looked_at("wrapping_up")
    desk.goto(f"{box.url}/agents")
    desk.locator("summary").click()
    found += violations(desk)
    assert desk.evaluate("document.documentElement.scrollWidth") <= width
    assert found == []
    context.close()


def test_a_page_that_loses_the_hotline_says_so_and_goes_on_when_it_is_back(
    context: BrowserContext, box: Box
) -> None:
    desk = sit_down(context, box)
    desk.keyboard.press("r")
    expect(desk.locator("#standing.ready")).to_be_visible()
    context.set_offline(True)
    expect(desk.get_by_text("The hotline does not answer this page.")).to_be_visible()
    context.set_offline(False)
    expect(desk.get_by_text("The hotline does not answer this page.")).to_be_hidden()
    expect(desk.locator("#standing.ready")).to_be_visible()


def test_letters_typed_into_a_field_press_nothing_and_keys_can_be_switched_off(
    context: BrowserContext, box: Box
) -> None:
    desk = sit_down(context, box)
    desk.get_by_label("Keys of this page").uncheck()
    desk.locator("body").press("r")
    desk.reload()
    desk.keyboard.press("r")
    desk.wait_for_timeout(1200)
    expect(desk.locator("#standing.signed_out")).to_be_visible()
    desk.get_by_label("Keys of this page").check()
    desk.locator("body").press("r")
    expect(desk.locator("#standing.ready")).to_be_visible()
    call(context, box)
    desk.bring_to_front()
    expect(desk.locator("#standing.offered")).to_be_visible()
    desk.keyboard.press("a")
    expect(desk.locator("#standing.talking")).to_be_visible()
    desk.get_by_label("Notes").press_sequentially("robot A and B", delay=10)
    desk.wait_for_timeout(1200)
    expect(desk.locator("#standing.talking")).to_be_visible()
    expect(desk.get_by_label("Notes")).to_have_value("robot A and B")


def test_who_is_not_looking_is_rung_by_the_browser(context: BrowserContext, box: Box) -> None:
    context.add_init_script(
        "window.Notification = class { static permission = 'granted'; close() {} addEventListener() {}"
        " constructor(title, more) { (window.told ??= []).push(title + ': ' + more.body); } };"
        "Object.defineProperty(document, 'hidden', { get: () => Boolean(window.away) });"
    )
    desk = sit_down(context, box)
    desk.keyboard.press("r")
    expect(desk.locator("#standing.ready")).to_be_visible()
    desk.evaluate("window.away = true")
    call(context, box)
    for _ in range(50):  # a page that nobody sees follows all the same
        if desk.evaluate("window.told?.length"):
            break
        desk.wait_for_timeout(100)
    assert desk.evaluate("window.told") == ["+84901234567 calls you: sales"]


def test_what_is_refused_is_said_on_the_page_until_something_else_is_done(
    context: BrowserContext, box: Box
) -> None:
    desk = sit_down(context, box)
    floor_is_closed = {"problem": "You have not dialled in yet.", "where": []}
    desk.route("**/api/me/status", lambda route: route.fulfill(status=409, json=floor_is_closed))
    desk.keyboard.press("r")
    expect(desk.get_by_role("alert").filter(has_text="You have not dialled in yet.")).to_be_visible()
    expect(desk.locator("#standing.signed_out")).to_be_visible()
    desk.unroute("**/api/me/status")
    desk.keyboard.press("r")
    expect(desk.locator("#standing.ready")).to_be_visible()
    expect(desk.get_by_text("You have not dialled in yet.")).to_be_hidden()
