"""The desk in a real browser: a caller on a phone, an agent at a keyboard, and only us between them."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from ivr.switchboard.clock import Clock
from ivr.switchboard.exchange import clock
from tests.pages.test_browser import server
from tests.pages.test_desk import MENUS
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
    context.set_default_timeout(10_000)
    yield context
    context.close()


def sit_down(context: BrowserContext, box: Box, name: str = "An") -> Page:
    page = context.new_page()
    page.goto(f"{box.url}/desk")
    page.get_by_label("Somebody new").fill(name)
    page.get_by_role("button", name="Sit down").click()
    expect(page.locator("#standing")).to_contain_text("Signed out")
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
    expect(desk.locator("#day")).to_contain_text("wants a blue one, hurry!")
    [(ended_by, disposition)] = box.house.rows("SELECT ended_by, disposition FROM talk")
    assert (ended_by, disposition) == ("caller", "bought")
