"""The browser phone in a real browser, on a line that tells what the test wants told."""

import io
import math
import struct
import time
import wave
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.box.fake_exchange import FakeExchange, FakeLine, fake_exchange
from tests.tools import path_of

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
]
HOTLINE = "+842873001234"

pytestmark = pytest.mark.needs("chromium")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path_of("chromium"), args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def exchange() -> Iterator[FakeExchange]:
    with fake_exchange() as exchange:
        yield exchange


class Desk:
    """Opens phones, and keeps everything a browser complains about."""

    def __init__(self, browser: Browser, exchange: FakeExchange) -> None:
        self.browser, self.exchange = browser, exchange
        self.contexts: list[BrowserContext] = []
        self.complaints: list[str] = []

    def phone(self, before: str = "", **context: Any) -> Page:
        """A phone in a browser of its own; `before` is a script that runs ahead of the page's."""
        self.contexts.append(self.browser.new_context(**{"locale": "en-US", **context}))
        if before:
            self.contexts[-1].add_init_script(before)
        return self.tab(self.contexts[-1])

    def tab(self, context: BrowserContext) -> Page:
        """One more tab of the same browser, ready to call."""
        page = context.new_page()
        page.set_default_timeout(5000)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", lambda message: self.complaints.append(message.text))
        page.goto(self.exchange.url)
        expect(page.locator("#party-number")).not_to_be_empty()
        return page

    def call(self, page: Page) -> FakeLine:
        """Calls by the button, and is answered."""
        known = len(self.exchange.lines)
        page.get_by_role("button", name="Call", exact=True).click()
        wait_for(lambda: len(self.exchange.lines) > known)
        line = self.exchange.lines[-1]
        line.tell("ringing")
        line.tell("answered")
        expect(page.locator("#state")).to_have_text("Connected")
        return line


@pytest.fixture
def desk(browser: Browser, exchange: FakeExchange) -> Iterator[Desk]:
    desk = Desk(browser, exchange)
    yield desk
    for context in desk.contexts:
        context.close()
    assert desk.complaints == [], "the browser complained"


def wait_for(fact: Callable[[], object], seconds: float = 5) -> None:
    """Waits until `fact` is true."""
    deadline = time.monotonic() + seconds
    while not fact():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.01)


def told(page: Page) -> list[str]:
    """The captions, without their times."""
    lines = page.locator("#lines > li").evaluate_all(
        "lines => lines.map(line => [...line.children].slice(1).map(part => part.textContent).join(' '))"
    )
    return [str(line) for line in lines]


def test_a_caller_rings_by_clicking_and_reads_every_word_in_order(desk: Desk) -> None:
    page = desk.phone()
    line = desk.call(page)
    line.tell("say", text="Xin chào.", language="vi-VN", voice="Google.vi-VN-Wavenet-A", seconds=0.1)
    line.tell("say", text="Welcome.", language="en-US", voice="Polly.Joanna-Neural", seconds=60)
    current = page.locator("[aria-current]")
    expect(current).to_contain_text("Welcome.")
    assert line.asked == {"from": "+84901234567", "to": HOTLINE}
    assert told(page) == ["The hotline answered", "Xin chào. vi", "Welcome. en"]
    assert page.locator(".heard p").evaluate_all("all => all.map(p => p.lang)") == ["vi-VN", "en-US"]
    wait_for(lambda: line.finished == [3])


def test_ringing_is_heard_until_somebody_answers(desk: Desk, exchange: FakeExchange) -> None:
    page = desk.phone(before=LISTEN_TO_TONES)
    page.keyboard.press("Enter")
    wait_for(lambda: exchange.lines)
    expect(page.locator("#state")).to_have_text("Calling")
    exchange.lines[0].tell("ringing")
    expect(page.locator("#state")).to_have_text("Ringing")
    assert page.evaluate("tones") == [425]
    expect(page.locator("#timer")).to_be_hidden()
    exchange.lines[0].tell("answered")
    expect(page.locator("#state")).to_have_text("Connected")
    expect(page.locator("#timer")).to_have_text("0:01")


LISTEN_TO_TONES = """
    window.tones = [];
    window.OscillatorNode = class extends OscillatorNode {
        constructor(context, options) { super(context, options); tones.push(options.frequency); }
    };
"""


def test_keys_from_mouse_and_keyboard_arrive_in_order_each_with_its_two_tones(desk: Desk) -> None:
    page = desk.phone(before=LISTEN_TO_TONES)
    line = desk.call(page)
    line.tell("gather", digits=0, finish="", timeout=5)
    expect(page.locator("#state")).to_have_text("Waiting for a key")
    page.evaluate("tones.length = 0")
    page.get_by_role("button", name="star").click()
    page.get_by_role("button", name="7 PQRS").click()
    page.keyboard.type("05#")
    wait_for(lambda: line.keys == "*705#")
    assert page.evaluate("tones") == [941, 1209, 852, 1209, 941, 1336, 770, 1336, 941, 1477]
    assert told(page)[-1] == "You pressed * 7 0 5 #"


def test_a_key_stops_the_prompt_at_once_and_stands_between_the_prompts(desk: Desk) -> None:
    page = desk.phone()
    line = desk.call(page)
    line.tell("gather", digits=1, finish="", timeout=5)
    line.tell("say", text="For sales, press 1.", language="en-US", seconds=60)
    expect(page.locator("[aria-current]")).to_contain_text("For sales")
    page.keyboard.press("1")
    expect(page.locator(".heard.cut")).to_contain_text("For sales")
    line.tell("stop")
    line.tell("gather_end", digits="1")
    line.tell("say", text="One moment.", language="en-US", seconds=0.05)
    wait_for(lambda: line.finished)
    assert told(page) == ["The hotline answered", "For sales, press 1. en", "You pressed 1", "One moment. en"]
    assert line.finished == [7], "a prompt that was cut off is not reported as heard to its end"


def test_a_key_while_the_line_is_not_listening_is_shown_as_unheard_and_stops_nothing(desk: Desk) -> None:
    page = desk.phone()
    line = desk.call(page)
    line.tell("say", text="This call may be recorded.", language="en-US", seconds=60)
    expect(page.locator("[aria-current]")).to_be_visible()
    page.keyboard.press("1")
    assert told(page)[-1] == "You pressed 1 not heard: the line was not listening"
    expect(page.locator("[aria-current]")).to_contain_text("This call")


def test_a_recording_is_played_to_its_own_end(desk: Desk, exchange: FakeExchange) -> None:
    page = desk.phone()
    line = desk.call(page)
    exchange.recordings["main.wav"] = tone(0.3)
    line.tell("play", url="../recordings/main.wav", seconds=60)
    line.tell("play", url="../recordings/main.wav", text="How can we help?", language="en-US", seconds=60)
    wait_for(lambda: line.finished == [3, 4])
    assert told(page)[1:] == ["Recording: main.wav", "How can we help? en"]


def tone(seconds: float) -> bytes:
    """A WAV of 440 Hz, as a telephone would carry it."""
    samples = [int(9000 * math.sin(2 * math.pi * 440 * n / 8000)) for n in range(int(8000 * seconds))]
    file = io.BytesIO()
    with wave.open(file, "wb") as wav:
        wav.setnchannels(1)
        wav.setsampwidth(2)
        wav.setframerate(8000)
        wav.writeframes(struct.pack(f"<{len(samples)}h", *samples))
    return file.getvalue()


def test_a_voice_of_the_language_speaks_and_a_key_silences_it(desk: Desk) -> None:
    # Debian's Chromium has no voice at all, so a browser that has a Vietnamese one is acted.
    page = desk.phone(before=A_VIETNAMESE_VOICE)
    line = desk.call(page)
    line.tell("gather", digits=1, finish="", timeout=5)
    line.tell("say", text="Xin chào.", language="vi-VN", seconds=60)
    wait_for(lambda: page.evaluate("spoken") == ["vi-VN Xin chào."])
    page.keyboard.press("1")
    wait_for(lambda: page.evaluate("spoken") == ["vi-VN Xin chào.", "silenced"])
    expect(page.locator("#hint")).to_be_hidden()


A_VIETNAMESE_VOICE = """
    window.spoken = [];
    window.SpeechSynthesisUtterance = class { constructor(text) { this.text = text; } };
    Object.defineProperty(window, "speechSynthesis", { value: {
        getVoices: () => [{ lang: "ko-KR" }, { lang: "vi-VN" }],
        speak: (words) => { spoken.push(`${words.voice.lang} ${words.text}`); words.onstart(); },
        cancel: () => spoken.push("silenced"),
    } });
"""


def test_without_voices_one_quiet_line_says_so(desk: Desk) -> None:
    page = desk.phone()
    line = desk.call(page)
    for language in ("vi-VN", "en-US", "vi-VN"):
        line.tell("say", text="…", language=language, seconds=0.05)
    wait_for(lambda: len(line.finished) == 3)
    expect(page.locator("#hint")).to_have_text(
        "This browser has no Vietnamese or English voice, so please read along."
    )


def test_what_the_caller_says_arrives_as_telephone_sound(desk: Desk) -> None:
    page = desk.phone()
    line = desk.call(page)
    line.tell("beep")
    line.tell("record", max_seconds=120, finish="#")
    expect(page.locator("#recording")).to_contain_text("Speak now.")
    speak(page)
    page.get_by_role("button", name="Finish the message").click()
    wait_for(lambda: line.keys == "#")
    line.tell("record_end")
    wait_for(lambda: line.voices)
    with wave.open(io.BytesIO(line.voices[0])) as wav:
        assert (wav.getframerate(), wav.getnchannels(), wav.getsampwidth()) == (8000, 1, 2)
        samples = struct.unpack(f"<{wav.getnframes()}h", wav.readframes(wav.getnframes()))
    assert len(samples) > 800
    assert max(samples) > 1000, "silence was sent"
    expect(page.locator("#recording")).to_be_hidden()
    expect(page.locator(".spoken")).to_contain_text("You spoke for 0:0")


def speak(page: Page) -> None:
    """Waits for Chromium's fake microphone, which beeps once a second, to be heard."""
    wait_for(lambda: page.evaluate("document.querySelector('meter').value") > 0.3)


def test_without_a_microphone_the_page_says_so_and_sends_nothing(desk: Desk) -> None:
    page = desk.phone(before="navigator.mediaDevices.getUserMedia = () => Promise.reject(new Error('none'))")
    line = desk.call(page)
    line.tell("record", max_seconds=120, finish="#")
    expect(page.locator("#recording-hint")).to_have_text(
        "No microphone: a stand-in voice leaves the message for you."
    )
    line.tell("record_end")
    line.tell("say", text="Thank you.", language="en-US", seconds=0.05)
    wait_for(lambda: line.finished)
    assert line.voices == []


def test_escape_hangs_up_and_enter_calls_again(desk: Desk, exchange: FakeExchange) -> None:
    page = desk.phone()
    line = desk.call(page)
    page.keyboard.press("Escape")
    expect(page.locator("#state")).to_have_text("Call ended")
    wait_for(lambda: line.status == "completed")
    expect(page.locator("#ending")).to_have_text("You hung up.")
    log = page.get_by_role("link", name="See this call in the log")
    assert log.get_attribute("href") == f"/calls/{line.sid}"
    page.keyboard.press("Enter")
    wait_for(lambda: len(exchange.lines) == 2)
    expect(page.locator("#lines > li")).to_have_count(0)


def test_a_message_in_the_making_is_sent_when_the_caller_hangs_up(desk: Desk) -> None:
    page = desk.phone()
    line = desk.call(page)
    line.tell("record", max_seconds=120, finish="#")
    speak(page)
    page.get_by_role("button", name="Hang up").click()
    wait_for(lambda: line.status == "completed")
    assert [voice[:4] for voice in line.voices] == [b"RIFF"], "the voice goes ahead of the hang-up"


def test_the_page_tells_when_the_hotline_hangs_up(desk: Desk) -> None:
    page = desk.phone()
    line = desk.call(page)
    line.tell("say", text="Goodbye.", language="en-US", seconds=60)
    line.tell("hangup", by="hotline")
    expect(page.locator("#ending")).to_have_text("The hotline hung up.")
    expect(page.locator("[aria-current]")).to_have_count(0)
    expect(page.get_by_role("button", name="Call again")).to_be_enabled()


def test_closing_the_page_hangs_up(desk: Desk) -> None:
    page = desk.phone()
    line = desk.call(page)
    page.goto("about:blank")
    wait_for(lambda: line.status == "completed")


def test_two_tabs_hold_two_calls(desk: Desk) -> None:
    first = desk.phone()
    second = desk.tab(first.context)
    one, two = desk.call(first), desk.call(second)
    one.tell("say", text="First.", language="en-US", seconds=60)
    two.tell("say", text="Second.", language="en-US", seconds=60)
    expect(first.locator("[aria-current]")).to_contain_text("First.")
    expect(second.locator("[aria-current]")).to_contain_text("Second.")
    first.keyboard.press("1")
    second.keyboard.press("2")
    wait_for(lambda: (one.keys, two.keys) == ("1", "2"))
    first.keyboard.press("Escape")
    wait_for(lambda: one.status == "completed")
    expect(second.locator("#hang-up")).to_be_visible()
    assert two.status == "in-progress"


def test_the_calling_number_is_remembered_and_can_be_withheld(desk: Desk, exchange: FakeExchange) -> None:
    page = desk.phone()
    page.get_by_label("Calling from").fill("+84 98 765 4321")
    desk.call(page)
    assert exchange.lines[0].asked["from"] == "+84987654321"
    again = desk.tab(page.context)
    assert again.get_by_label("Calling from").input_value() == "+84 98 765 4321"
    again.get_by_label("Withhold my number").check()
    desk.call(again)
    assert exchange.lines[1].asked["from"] == ""


def test_with_several_numbers_the_caller_chooses(desk: Desk, exchange: FakeExchange) -> None:
    exchange.numbers["+842873005678"] = "Sao Mai Sales"
    page = desk.phone()
    expect(page.locator("#party")).to_have_text("Sao Mai Customer Care")
    page.get_by_label("Number to call").select_option("+842873005678")
    expect(page.locator("#party")).to_have_text("Sao Mai Sales")
    desk.call(page)
    assert exchange.lines[0].asked["to"] == "+842873005678"


def test_with_no_number_the_page_says_what_to_do(desk: Desk, exchange: FakeExchange) -> None:
    exchange.numbers.clear()
    context = desk.browser.new_context(locale="en-US")
    page = context.new_page()
    page.goto(exchange.url)
    expect(page.get_by_role("alert")).to_contain_text("Add one under “numbers” in the menus")
    expect(page.get_by_role("button", name="Call")).to_be_disabled()
    context.close()


def test_text_messages_show_as_bubbles(desk: Desk, exchange: FakeExchange) -> None:
    page = desk.phone()
    line = desk.call(page)
    expect(page.locator("#messages")).to_be_hidden()
    exchange.messages.append({"from": HOTLINE, "to": "+84901234567", "body": "We are in District 1."})
    exchange.messages.append({"from": HOTLINE, "to": "+84900000000", "body": "Not for you."})
    line.tell("message", to="+84901234567", body="We are in District 1.")
    expect(page.locator("#bubbles li p")).to_have_text(["We are in District 1."])


def test_webhooks_and_faults_are_listed_underneath(desk: Desk) -> None:
    page = desk.phone()
    line = desk.call(page)
    line.tell("webhook", url="https://hotline.example/voice")
    line.tell("fault", code=12100, text="Document parse failure")
    expect(page.locator("#fault-count")).to_have_text("Faults: 1")
    page.get_by_text("What happens underneath").click()
    expect(page.locator("#wire code")).to_have_text("https://hotline.example/voice")
    expect(page.locator("#wire .fault p")).to_have_text("Fault 12100 Document parse failure")


def test_conversation_with_a_person_is_told_step_by_step(desk: Desk) -> None:
    page = desk.phone()
    line = desk.call(page)
    states = {"dialing": "Ringing a person", "bridged": "Talking to a person", "hold": "On hold"}
    for kind, state in states.items():
        line.tell(kind, to="+84911111111")
        expect(page.locator("#state")).to_have_text(state)
    assert told(page)[1:] == [
        "Ringing +84911111111",
        "You are through: somebody picked up",
        "On hold",
    ]


def test_the_page_speaks_the_readers_language(desk: Desk) -> None:
    page = desk.phone(locale="vi-VN")
    assert page.evaluate("document.documentElement.lang") == "vi"
    expect(page.locator("#call")).to_have_text("Gọi")
    page = desk.phone(locale="es-MX")
    expect(page.locator("#call")).to_have_text("Llamar")


def test_on_a_small_screen_words_keys_and_hang_up_are_in_sight_at_once(desk: Desk) -> None:
    page = desk.phone(viewport={"width": 360, "height": 740}, has_touch=True)
    line = desk.call(page)
    line.tell("say", text="How can we help? " * 9, language="en-US", seconds=60)
    line.tell("gather", digits=1, finish="", timeout=5)
    current = page.locator("[aria-current] p")
    for seen in (current, page.locator("[value='1']"), page.locator("#hang-up"), page.locator("#timer")):
        expect(seen).to_be_in_viewport(ratio=1)
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    sizes = page.locator("button:visible, summary").evaluate_all(
        "all => all.map(one => one.getBoundingClientRect()).map(box => Math.min(box.width, box.height))"
    )
    assert min(sizes) >= 44
    page.locator("[value='3']").tap()
    wait_for(lambda: line.keys == "3")
