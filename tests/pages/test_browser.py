"""The pages in a real browser: a supervisor's morning, hostile callers, people of every ability."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlencode

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect
from werkzeug.serving import make_server

from ivr.rehearsal.crowd import before_publishing
from ivr.switchboard import legal_holds
from ivr.switchboard.clock import Clock
from ivr.switchboard.exchange import clock
from ivr.switchboard.publishing import NotPublished, publish
from tests.pages.town import MENUS, Town
from tests.service import LAN, House
from tests.service import write as save

pytestmark = pytest.mark.needs("chromium")

AXE = (Path(__file__).parent / "axe" / "axe.min.js").read_text()
HOSTILE = """"'></p><img src=x onerror="hacked()"><script>hacked()</script>{{ 7 * 7 }}%2f&lt;"""


@contextmanager
def server() -> Iterator[Any]:
    """A server of nothing yet, so that its port is known before its app is made."""
    serving = make_server("127.0.0.1", 0, Flask("nobody"), threaded=True)
    thread = threading.Thread(target=serving.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield serving
    serving.shutdown()
    thread.join()
    serving.server_close()


@pytest.fixture
def url(town: Town) -> Iterator[str]:
    """Where the pages of the town are served."""
    with server() as serving:
        serving.app = town.house.app
        yield f"http://127.0.0.1:{serving.server_port}"


@pytest.fixture
def boxed(tmp_path: Path) -> Iterator[str]:
    """The hotline with its phone company in the box, in real time."""
    with server() as serving:
        port = serving.server_port
        house = House(tmp_path).open(
            MENUS,
            boxed=True,
            public_url="",
            port=port,
            carrier_url=f"http://127.0.0.1:{port}/phone/carrier",
        )
        house.exchange = replace(house.exchange, now=clock)
        house.enter()
        serving.app = house.app
        clerk = Clock(house.exchange)
        clerk.start()
        yield f"http://127.0.0.1:{port}"
        clerk.stop()
    house.exchange.ledger.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(locale="en-US")
    made = context.new_page()
    yield made
    context.close()


def ring(page: Page, url: str) -> None:
    page.goto(f"{url}/phone/")
    page.get_by_role("button", name="Call", exact=True).click()
    expect(page.locator("#lines")).to_contain_text("Welcome.")


def press(page: Page, key: str, then: str) -> None:
    """A key of the phone, and the words that follow."""
    page.keyboard.press(key)
    expect(page.locator("#lines")).to_contain_text(then)


def test_a_call_by_clicking_is_found_in_the_log_with_all_it_lived_through(page: Page, boxed: str) -> None:
    ring(page, boxed)
    press(page, "2", then="How can we help?")
    press(page, "7", then="Nothing.")
    page.get_by_role("button", name="Hang up").click()

    page.goto(f"{boxed}/calls")
    expect(page.get_by_role("row").nth(1)).to_contain_text("Hung up")
    page.get_by_role("row").nth(1).get_by_role("link").click()

    expect(page.get_by_role("heading", level=1)).to_contain_text(LAN)
    steps = [text.split()[0] for text in page.locator("#timeline h3").all_inner_texts()]
    assert steps == ["welcome", "main", "quiet", "main", "Hung"]
    assert page.locator("kbd").all_inner_texts() == ["2", "7"]
    assert page.locator(".heard").all_inner_texts()[1] == "Welcome. For English, press 2."


def test_word_is_left_played_noted_and_done(page: Page, boxed: str) -> None:
    ring(page, boxed)
    press(page, "2", then="How can we help?")
    press(page, "2", then="Speak after the tone.")
    expect(page.locator("#recording")).to_be_visible()
    page.wait_for_timeout(1200)  # the caller speaks
    page.get_by_role("button", name="Finish the message").click()
    expect(page.locator("#lines")).to_contain_text("Thank you.")

    page.goto(f"{boxed}/messages")
    message = page.get_by_role("article", name=LAN)
    sound = message.locator("audio")
    expect(sound).to_be_visible()  # it has arrived from the carrier, and the page has followed
    expect(message).to_contain_text("new")
    assert sound.evaluate("sound => sound.play().then(() => sound.duration)") >= 1
    expect(message).to_contain_text("listened to")

    message.get_by_label("Note").fill("Rang back, all well.")
    message.get_by_role("button", name="Done").click()
    expect(page.get_by_role("status")).to_contain_text(f"The message of {LAN} is done.")
    expect(page.locator("#messages")).to_contain_text("Nobody is waiting for an answer.")

    page.get_by_role("link", name="All, newest first").click()
    expect(message.get_by_label("Note")).to_have_value("Rang back, all well.")
    expect(message).to_contain_text("done on")


def test_open_pages_follow_what_happens(page: Page, town: Town, url: str) -> None:
    page.goto(f"{url}/calls")
    expect(page.locator("#log")).to_contain_text("No calls yet.")
    call = town.dial().press("2")
    expect(page.get_by_role("row").nth(1)).to_contain_text("On the line")

    page.get_by_role("row").nth(1).get_by_role("link").click()
    expect(page.locator("#timeline > li")).to_have_count(2)
    page.evaluate("document.querySelector('#moment-1').seen = true")
    call.press("7")
    expect(page.locator("#timeline")).to_contain_text("Nothing.")
    call.hang_up()
    expect(page.locator("#state")).to_have_text("Hung up")
    assert page.evaluate("document.querySelector('#moment-1').seen")  # what has not changed is left alone


def test_a_note_half_written_survives_what_happens_meanwhile(page: Page, town: Town, url: str) -> None:
    town.dial().press("1").press("2").speak(5).press("#")
    page.goto(f"{url}/messages")
    note = page.get_by_role("article").first.get_by_label("Note")
    note.fill("rang b")
    town.fetch_recordings(b"RIFF")
    town.dial().press("2").speak(5).press("#")

    expect(page.get_by_role("article")).to_have_count(2)
    expect(note).to_have_value("rang b")
    expect(note).to_be_focused()


def test_an_upgrade_brings_its_sheet_and_script_to_open_pages_once_they_are_not_in_use(
    page: Page, town: Town, url: str
) -> None:
    town.dial().press("1").press("2").speak(5).press("#")
    page.goto(f"{url}/messages")
    note = page.get_by_role("article").first.get_by_label("Note")
    note.fill("rang b")
    note.blur()
    town.house.app.config["EDITION"] = "the next one"

    with page.expect_response(f"{url}/messages"):
        pass
    with page.expect_response(f"{url}/messages"):
        pass
    expect(note).to_have_value("rang b")
    expect(page.locator("html[data-edition='the next one']")).to_have_count(0)
    note.fill("")
    note.blur()
    expect(page.locator("html[data-edition='the next one']")).to_have_count(1)


def full_of(hostile: str, town: Town) -> None:
    """Every text a caller, a carrier, or another system can have a word in, says this."""
    town.crm_says(state=hostile)
    call = town.dial(hostile).press("2").press("1").press("1111").press("1").wait(4)
    call.press("4").press("3").wait(40).speak(5).press("#")
    open_call = town.dial(hostile).press("2")
    with town.house.exchange.ledger.transaction() as tx:
        say = {"say": hostile}
        tx.run(
            "INSERT INTO event (call, at, kind, detail) SELECT id, started_at, :say, :detail FROM call",
            {**say, "detail": json.dumps({"called": hostile, hostile: hostile})},
        )
        tx.run("UPDATE pass SET option = :say, pressed = :say WHERE option IS NOT NULL", say)
        tx.run("UPDATE pass SET step = :say WHERE step = 'unknown'", say)
        tx.run("UPDATE leg SET party = :say, ending = :say", say)
        tx.run("UPDATE recording SET step = :say, kind = 'record' WHERE 1 = 1", say)
        tx.run("UPDATE message SET mailbox = :say, language = :say, note = :say", say)
        tx.run("UPDATE errand SET cause = :say, state = 'failed' WHERE kind = 'message'", say)
        tx.run("UPDATE call SET called = :say, language = :say", say)
        tx.run("UPDATE call SET step = :say WHERE id = :id", {**say, "id": open_call.sid})
        for table in ("pass", "leg", "recording", "message", "errand", "event"):
            tx.run(f"UPDATE {table} SET call = :say WHERE call = :id", {**say, "id": call.sid})
        tx.run("UPDATE call SET id = :say WHERE id = :id", {**say, "id": call.sid})


def only_text(page: Page) -> int:
    """How often the hostile words stand on the page; none of them is more than words."""
    assert page.locator("main img, main script").count() == 0
    return page.locator("body").inner_text().count(HOSTILE)


def test_whatever_a_caller_or_a_carrier_says_is_only_text(browser: Browser, town: Town, url: str) -> None:
    full_of(HOSTILE, town)
    hacked: list[str] = []
    context = browser.new_context(bypass_csp=True)  # the pages must not need the policy that guards them
    context.expose_function("hacked", lambda: hacked.append("hacked"))
    page = context.new_page()
    seen = 0
    for path in ("/calls", "/messages", "/messages?all", f"/calls?{urlencode({'text': HOSTILE})}"):
        page.goto(url + path)
        seen += only_text(page)
    page.goto(f"{url}/calls")
    for row in (1, 2):
        page.get_by_role("row").nth(row).get_by_role("link").click()
        expect(page.locator("#timeline")).to_be_visible()
        seen += only_text(page)
        page.go_back()
    page.wait_for_timeout(200)
    assert seen > 20
    assert hacked == []
    context.close()


PATHS = (
    *("/calls", "/calls?text=nothing", "/messages", "/messages?all", "/phone/", "/nothing"),
    *("/account", "/accounts", "/agents", "/desk", "/audit", "/audit?who=nobody", "/reports"),
    *("/reports?of=options", "/reports/figures", "/help", "/help/menus", "/help/api"),
    *("/lost", "/calls?list=arrived&since=0&until=1900000000000"),
)
MENU_PATHS = ("/menus", "/menus/1", "/menus/2", "/menus/folder", "/menus/1/back")


def changing_menus(town: Town) -> None:
    """A second revision, and a folder with a mistake in it."""
    save(town.house.folder, MENUS.replace("How can we help?", "What can we do for you today?"))
    publish(town.house.exchange, "Mai", "a note that is rather long, so that it has to be broken somewhere")
    save(town.house.folder, MENUS.replace("9: repeat", "9: repaet"))
    with suppress(NotPublished):
        publish(town.house.exchange, "the folder")


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 360)])
def test_the_pages_keep_nobody_out(
    browser: Browser, town: Town, url: str, scheme: Literal["light", "dark"], width: int
) -> None:
    town.crm_says(state="on its way")
    call = town.dial().press("2").press("8").wait(1).press("1").press("1111").press("1").wait(4).press("5")
    call.press("123456").press("4").press("3").wait(40).speak(5).press("#")
    town.fetch_recordings(b"RIFF")
    changing_menus(town)
    page = browser.new_page(viewport={"width": width, "height": 800}, color_scheme=scheme)
    found = []
    legal_holds.hold_call(town.house.exchange, "Mai", call.sid, "the court asks for it")
    for path in (*PATHS, *MENU_PATHS, f"/calls/{call.sid}", "/callers", f"/callers?call={call.sid}"):
        page.goto(url + path)
        page.evaluate(AXE)
        violations = page.evaluate("axe.run().then(result => result.violations)")
        found += [(path, each["id"], each["nodes"][0]["html"]) for each in violations]
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.close()
    assert found == []


def test_a_message_that_waits_makes_no_page_wider(page: Page, town: Town, url: str) -> None:
    """What only a screen reader says of it is in the head, which is pushed sideways on a telephone."""
    town.dial().press("1").press("2").speak(5).press("#")
    page.set_viewport_size({"width": 390, "height": 844})
    for path in ("/calls", "/desk", "/menus", "/audit"):
        page.goto(url + path)
        expect(page.locator(".top nav .count")).to_contain_text("1")
        assert page.evaluate("document.documentElement.scrollWidth") == 390, path


def test_a_caller_is_erased_by_hand(page: Page, town: Town, url: str) -> None:
    """As somebody does who comes from the call: two clicks, the number typed, and it is done."""
    call = town.dial().press("2").hang_up()
    number = town.house.rows.one("SELECT caller FROM call WHERE id = :id", id=call.sid)
    page.goto(f"{url}/calls/{call.sid}")
    page.get_by_role("link", name="Everything that is held on this caller").click()
    page.get_by_role("button", name="Erase…").click()
    expect(page.get_by_role("heading", name="Erase this caller?")).to_be_visible()
    page.evaluate(AXE)
    assert page.evaluate("axe.run().then(result => result.violations.map(each => each.id))") == []
    page.get_by_label("Type the number again").fill(number)
    page.get_by_role("button", name="Erase for good").click()
    expect(page.get_by_role("heading", name="The caller is erased.")).to_be_visible()
    page.goto(f"{url}/calls/{call.sid}")
    expect(page.get_by_role("heading", level=1)).to_contain_text("caller ")
    assert number not in page.content()


def test_a_telephone_shows_who_published_beside_what_became_of_it(page: Page, town: Town, url: str) -> None:
    name = "nguyen.thi.mai.of.the.night.shift@customer-care.example"
    save(town.house.folder, MENUS.replace("How can we help?", "What can we do?"))
    publish(town.house.exchange, name)
    page.set_viewport_size({"width": 375, "height": 700})
    page.goto(f"{url}/menus")
    row = page.locator("#revision-2")
    expect(row.get_by_text(name)).to_be_visible()
    right = row.get_by_text(name).evaluate(
        "cell => { const text = document.createRange(); text.selectNodeContents(cell);"
        " return text.getBoundingClientRect().right }"
    )
    state = row.get_by_text("live", exact=True).bounding_box()
    assert state is not None
    assert right <= state["x"]


@pytest.mark.parametrize("path", ["/board", "/reports", "/audit"])
@pytest.mark.usefixtures("town")
def test_a_telephone_shows_the_pages_in_one_line_with_this_one_in_sight(
    page: Page, url: str, path: str
) -> None:
    page.set_viewport_size({"width": 375, "height": 700})
    page.goto(f"{url}{path}")
    links = page.get_by_role("navigation", name="Pages").get_by_role("link")
    tops = links.evaluate_all("links => links.map(link => link.getBoundingClientRect().top)")
    assert len(set(tops)) == 1
    expect(page.locator(".top nav [aria-current]")).to_be_in_viewport(ratio=1)
    for link in links.all():  # as by Tab
        link.focus()
        expect(link).to_be_in_viewport(ratio=1)


def test_everything_is_reached_by_keyboard(page: Page, town: Town, url: str) -> None:
    town.dial().press("2").hang_up()
    page.goto(f"{url}/calls")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the page")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()
    for _ in range(20):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.closest('tbody') !== null"):
            break
    page.keyboard.press("Enter")
    expect(page.locator("#timeline")).to_be_visible()


def test_menus_go_live_and_back_by_clicking(
    page: Page, town: Town, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(before_publishing, "LONGEST", 60.0)  # a busy machine rehearses late
    save(town.house.folder, MENUS.replace("How can we help?", "What can we do?"))
    page.goto(f"{url}/menus")
    page.get_by_role("link", name="Publish the folder …").click()
    expect(page.locator(".changes")).to_contain_text("“What can we do?”")
    page.get_by_label("Note").fill("friendlier")
    page.get_by_role("button", name="Publish").click()
    expect(page.locator("#live")).to_have_text("Revision 2 is live", timeout=60_000)
    expect(page.get_by_role("status")).to_contain_text("random callers rang these menus first")
    expect(page.locator("#now")).to_contain_text("friendlier")

    page.get_by_role("link", name="Go back to revision 1 …").click()
    expect(page.locator(".changes")).to_contain_text("“How can we help?”")
    page.get_by_label("Why").fill("too friendly")
    page.get_by_role("button", name="Make it live again").click()
    expect(page.locator("#live")).to_have_text("Revision 1 is live")
    expect(page.locator("#revision-2")).to_contain_text("taken back")


def test_an_open_page_tells_of_a_mistake_and_of_its_end(page: Page, town: Town, url: str) -> None:
    page.goto(f"{url}/calls")
    expect(page.locator("#refusal")).to_have_text("")
    changing_menus(town)
    expect(page.locator("#refusal")).to_contain_text("The folder of menus has 1 mistake")
    page.get_by_role("link", name="Show it").click()
    expect(page.locator(".mistakes")).to_contain_text("key 9 leads to unknown 'repaet'")
    save(town.house.folder, MENUS)
    publish(town.house.exchange, "the folder")
    expect(page.locator(".mistakes")).to_have_count(0)
