"""A supervisor's morning with the reports, in a real browser: from a bar to the call behind it."""

import re

import pytest
from playwright.sync_api import Browser, expect

from ivr.web.charts.svg import WIDTH
from tests.pages.test_browser import AXE, server
from tests.pages.test_reports import HOUR, NINE, THE_DAY, shop
from tests.pages.town import Town
from tests.service import MAI
from tests.switchboard.test_behind import put

pytestmark = pytest.mark.needs("chromium")

__all__ = ["shop"]


def test_a_number_leads_to_its_calls_by_keyboard_and_keeps_nobody_out(browser: Browser, shop: Town) -> None:
    page = browser.new_page(locale="en-US", viewport={"width": 360, "height": 800}, color_scheme="dark")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    found: list[tuple[str, str, str]] = []

    def look() -> None:
        page.evaluate(AXE)
        violations = page.evaluate("axe.run().then(result => result.violations)")
        found.extend((page.url, each["id"], each["nodes"][0]["html"]) for each in violations)
        assert page.evaluate("document.documentElement.scrollWidth") <= 360

    with server() as serving:
        serving.app = shop.house.app
        url = f"http://127.0.0.1:{serving.server_port}"
        for query in (f"of=agents&{THE_DAY}", "of=options", "compare=yes&all=yes"):
            page.goto(f"{url}/reports?{query}")
            look()
        page.get_by_label("Queue").select_option("sales")
        page.get_by_label("Queue").press("Tab")
        page.get_by_role("button", name="Show").press("Enter")
        expect(page).to_have_url(re.compile("queue=sales"))
        expect(page.get_by_role("img", name="What became of callers")).to_be_visible()
        page.locator(".headlines div").filter(has_text="abandoned").get_by_role("link", name="1").press(
            "Enter"
        )
        expect(page.get_by_role("heading", level=1)).to_have_text("1 abandoned")
        look()
        page.get_by_role("row").nth(1).get_by_role("link").press("Enter")
        expect(page.get_by_role("heading", level=1)).to_contain_text(MAI)
        page.goto(f"{url}/lost")
        look()
        before = len(asked)
        page.wait_for_timeout(1_200)
        assert len(asked) == before, "what is past is not asked for each second"
    page.close()
    assert found == []


def test_no_word_of_a_picture_is_cut_off(browser: Browser, shop: Town) -> None:
    page = browser.new_page(locale="en-US", viewport={"width": 1400, "height": 900})
    with shop.house.exchange.ledger.transaction() as tx:
        for state, since, until in (("talking", 9, 19), ("ringing", 19, 20)):
            stood = {"agent": "an", "status": "ready", "reason": "", "activity": state}
            put(tx, "span", **stood, since=NINE + (since - 9) * HOUR, ended_at=NINE + (until - 9) * HOUR)
    with server() as serving:
        serving.app = shop.house.app
        page.goto(f"http://127.0.0.1:{serving.server_port}/reports?of=agents&{THE_DAY}")
        ends = page.locator("svg.day text").evaluate_all(
            "words => words.map(word => word.getBBox().x + word.getBBox().width)"
        )
    page.close()
    assert max(ends) <= WIDTH
