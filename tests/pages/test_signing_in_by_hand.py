"""Signing in and looking after accounts in a real browser: by keyboard alone, on every screen."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page, expect

from ivr.core.accounts import Right, Role
from ivr.ledger import accounts as kept
from ivr.switchboard import accounts
from tests.pages.test_browser import AXE, server
from tests.service import LAN, MENUS, House

pytestmark = pytest.mark.needs("chromium")

PASSWORD = "bát phở sáng nay"


@dataclass(frozen=True)
class Office:
    """A hotline with a real carrier, and where it is served."""

    house: House
    url: str


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with server() as serving:
        url = f"http://127.0.0.1:{serving.server_port}"
        house = House(tmp_path).open(MENUS, public_url=url)
        serving.app = house.app
        yield Office(house, url)
    house.exchange.ledger.close()


@contextmanager
def browsing(
    browser: Browser, width: int = 1280, scheme: Literal["light", "dark"] = "light"
) -> Iterator[Page]:
    context = browser.new_context(
        locale="en-US", viewport={"width": width, "height": 800}, color_scheme=scheme
    )
    page = context.new_page()
    yield page
    context.close()


def sign_in(page: Page, office: Office, name: str = "mai", path: str = "/calls") -> None:
    page.goto(office.url + path)
    expect(page.get_by_label("Name")).to_be_focused()
    page.keyboard.type(name)
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name=name, exact=True)).to_be_visible()


def test_somebody_signs_in_and_out_by_keyboard(browser: Browser, office: Office) -> None:
    accounts.add(office.house.exchange, "a test", "mai", Role.ADMIN, PASSWORD)
    with browsing(browser) as page:
        page.goto(f"{office.url}/calls?outcome=open")
        expect(page.get_by_label("Name")).to_be_focused()
        page.keyboard.type("mai")
        page.keyboard.press("Tab")
        page.keyboard.type("not the password")
        page.keyboard.press("Enter")
        expect(page.get_by_role("alert")).to_have_text("This name and this password do not belong together.")
        expect(page.get_by_label("Name")).to_have_value("mai")
        expect(page.get_by_label("Password")).to_be_focused()
        page.keyboard.type(PASSWORD)
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", level=1)).to_have_text("Calls")
        assert page.url == f"{office.url}/calls?outcome=open"

        page.get_by_role("button", name="Sign out").focus()
        page.keyboard.press("Enter")
        expect(page.get_by_label("Password")).to_be_visible()
        page.go_back()
        expect(page.get_by_label("Password")).to_be_visible()  # no page stays to be read


def test_an_open_page_goes_away_when_its_reader_is_signed_out_elsewhere(
    browser: Browser, office: Office
) -> None:
    accounts.add(office.house.exchange, "a test", "mai", Role.ADMIN, PASSWORD)
    accounts.add(office.house.exchange, "a test", "hoa", Role.ADMIN, PASSWORD)
    office.house.carrier.call("CA1")
    with browsing(browser) as page:
        sign_in(page, office)
        expect(page.locator("#log")).to_contain_text(LAN)
        accounts.change(office.house.exchange, "a test", "mai", disabled=True)
        expect(page.get_by_label("Password")).to_be_visible()
        expect(page.locator("body")).not_to_contain_text(LAN)


def test_an_account_is_added_disabled_and_found_in_the_audit(browser: Browser, office: Office) -> None:
    accounts.add(office.house.exchange, "a test", "mai", Role.ADMIN, PASSWORD)
    with browsing(browser) as page:
        sign_in(page, office, path="/accounts")
        page.get_by_label("Name").fill("lan")
        page.get_by_label("Password, of at least 12 characters").fill(PASSWORD)
        page.get_by_label("The password again").fill(PASSWORD)
        page.get_by_role("button", name="Add the account").click()
        lan = page.get_by_role("article", name="lan")
        expect(lan).to_contain_text("Agent")
        lan.get_by_label("Role").select_option("supervisor")
        lan.get_by_role("button", name="Save").click()
        expect(lan).to_contain_text("Supervisor")
        lan.get_by_role("button", name="Disable").click()
        expect(lan).to_contain_text("disabled on")

        page.get_by_role("link", name="Audit").click()
        first = page.locator("#audit > li").first
        expect(first).to_contain_text("mai changed an account")
        expect(first).to_contain_text("disabled: yes")
        page.get_by_label("Did what").select_option("account_added")
        page.get_by_role("button", name="Find").click()
        expect(page.locator("#audit > li")).to_have_count(2)


def test_somebody_changes_their_password(browser: Browser, office: Office) -> None:
    accounts.add(office.house.exchange, "a test", "mai", Role.AGENT, PASSWORD)
    with browsing(browser) as page:
        sign_in(page, office, path="/account")
        page.get_by_label("Your present password").fill(PASSWORD)
        page.get_by_label("The new one, of at least 12 characters").fill("another phở today")
        page.get_by_label("The new one again").fill("another phở today")
        page.keyboard.press("Enter")
        expect(page.get_by_role("status")).to_contain_text("Your password is changed.")


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 360)])
def test_these_pages_keep_nobody_out(
    browser: Browser, office: Office, scheme: Literal["light", "dark"], width: int
) -> None:
    exchange = office.house.exchange
    found: list[tuple[str, str, str]] = []

    def look(page: Page, path: str) -> None:
        page.goto(office.url + path)
        violations = page.evaluate(f"{AXE}; axe.run().then(result => result.violations)")
        found.extend((path, each["id"], each["nodes"][0]["html"]) for each in violations)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path

    with browsing(browser, width, scheme) as page:
        look(page, "/sign-in")  # nobody has an account yet
        accounts.add(exchange, "a test", "mai", Role.ADMIN, PASSWORD)
        with exchange.ledger.transaction() as tx:
            kept.add(tx, "nguyen.thi.thanh.huong.with.a.very.long.name@example", Role.AGENT, "", 0)
        accounts.change(
            exchange,
            "command by root",
            "nguyen.thi.thanh.huong.with.a.very.long.name@example",
            role=Role.SUPERVISOR,
        )
        accounts.add_token(exchange, "a test", "spreadsheet", (Right.CALLS, Right.AUDIT))
        look(page, "/sign-in")
        page.get_by_label("Name").fill("mai")
        page.get_by_label("Password").fill("wrong")
        page.keyboard.press("Enter")
        expect(page.get_by_role("alert")).to_be_visible()
        sign_in(page, office)
        for path in ("/calls", "/messages", "/account", "/accounts", "/audit", "/nothing"):
            look(page, path)
    assert found == []
