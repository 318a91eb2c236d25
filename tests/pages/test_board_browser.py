"""A supervisor at the board in a real browser."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page, expect

from ivr.core.line.visits import Visit
from ivr.ledger import line
from ivr.switchboard.exchange import clock
from tests.pages.test_board import MENUS
from tests.pages.test_browser import AXE, server
from tests.service import House

pytestmark = pytest.mark.needs("chromium")


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """The hotline on its own machine, where nobody has to sign in; it serves its pages at `public_url`."""
    with server() as serving:
        house = House(tmp_path).open(MENUS, boxed=True, public_url="", port=serving.server_port)
        house.exchange = replace(house.exchange, now=clock)
        house.enter()
        serving.app = house.app
        yield house
    house.exchange.ledger.close()


@pytest.fixture
def page(browser: Browser, house: House) -> Iterator[Page]:
    page = browser.new_page(locale="en-US", base_url=f"http://127.0.0.1:{house.exchange.settings.port}")
    yield page
    page.close()


def waits(house: House, name: str, seconds: int) -> None:
    since = clock() - seconds * 1000
    with house.exchange.ledger.transaction() as tx:
        line.join(tx, Visit(f"{name}.1", name, "sales", "en", since, since, since))


def is_fit_for_all(page: Page) -> bool:
    page.evaluate(AXE)
    found = page.evaluate("axe.run().then(result => result.violations)")
    assert found == []
    return page.evaluate("document.documentElement.scrollWidth <= innerWidth") is True


def test_a_caller_comes_to_the_front_and_the_queue_is_closed_and_opened(page: Page, house: House) -> None:
    waits(house, "CA1", 30)
    page.goto("/board")
    waiting = page.locator(".tile", has_text="Waiting now")
    expect(waiting).to_contain_text("1")
    waiting.get_by_role("link").focus()
    waits(house, "CA2", 10)
    expect(waiting).to_contain_text("2")
    expect(waiting.get_by_role("link")).to_be_focused()
    assert is_fit_for_all(page)
    page.get_by_role("link", name="sales").click()
    second = page.locator("#visit-CA2-1")
    expect(second.locator(".place")).to_have_text("2")
    second.get_by_role("button", name="To the front").click()
    expect(second.locator(".place")).to_have_text("1")
    page.get_by_text("In your own words").click()
    page.get_by_role("textbox", name="English").fill("We are at sea.")
    page.get_by_role("button", name="Close now").click()
    expect(page.locator("#problem")).to_have_text("Say it in every language of the hotline, or in none.")
    page.get_by_role("textbox", name="Vietnamese").fill("Chúng tôi ở ngoài khơi.")
    page.get_by_role("button", name="Close now").click()
    expect(page.locator("#closure")).to_contain_text("We are at sea.")
    expect(page.locator("#band")).to_contain_text("closed by hand")
    assert is_fit_for_all(page)
    page.get_by_role("button", name="Open again").click()
    expect(page.get_by_role("button", name="Close now")).to_be_visible()
    page.goto("/board?tv")
    expect(page.get_by_role("navigation", name="Pages")).to_be_hidden()
    assert is_fit_for_all(page)


def test_on_a_phone_each_figure_of_a_queue_stands_at_its_name(page: Page, house: House) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto("/board")
    cells = page.locator(".lanes tbody tr").first.locator("td.number")
    places = cells.evaluate_all("cells => cells.map(cell => cell.getBoundingClientRect().toJSON())")
    assert len({round(place["width"]) for place in places}) == 1
    assert len({round(place["left"]) for place in places}) == 2


SMALLEST = """
const says = (one) => [...one.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
const shown = [...document.querySelectorAll("main *")].filter((one) => one.checkVisibility() && says(one));
Math.min(...shown.map((one) => parseFloat(getComputedStyle(one).fontSize)))"""
"""The size of the smallest letters of a page, in pixels."""


@pytest.mark.parametrize(
    ("width", "theme"),
    [(390, "light"), (390, "dark"), (735, "light"), (1023, "light"), (1024, "light"), (1920, "dark")],
)
def test_on_the_wall_and_in_the_hand_nothing_is_too_small(
    page: Page, house: House, width: int, theme: Literal["light", "dark"]
) -> None:
    waits(house, "CA1", 30)
    page.emulate_media(color_scheme=theme)
    page.set_viewport_size({"width": width, "height": 844})
    page.goto("/board")
    small = page.evaluate(SMALLEST)
    assert is_fit_for_all(page)
    page.goto("/board?tv")
    assert page.evaluate(SMALLEST) >= small
    assert is_fit_for_all(page)
