"""The browser phone in a real browser, on the phone company in a box, ringing a small service."""

import io
import math
import struct
import threading
import time
import wave
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import requests
from flask import Flask, Response, request
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, expect, sync_playwright
from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.serving import make_server

from ivr.box import Limits, Party, create_box
from tests.box.sounds import captioned
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
CONTENT_POLICY = "default-src 'self'; media-src 'self' blob:"
HOTLINE, SALES = "+842873001234", "+842873005678"
CALLER, COLLEAGUE = "+84901234567", "+84911111111"

# Writes down every state as it comes: one that lasts half a second is missed by looking now and then.
NOTE_STATES = """() => {
    window.states = [];
    const state = document.querySelector("#state");
    const note = () => states.at(-1) === state.textContent || states.push(state.textContent);
    new MutationObserver(note).observe(state, { childList: true, characterData: true, subtree: true });
}"""
ACCOUNT, TOKEN = "AC" + "0" * 32, "token-of-this-test"

pytestmark = pytest.mark.needs("chromium")


class Service:
    """A service whose documents the test writes, with the phone company beside it at /phone/."""

    def __init__(self, origin: str) -> None:
        self.origin = origin
        self.numbers = {HOTLINE: "Sao Mai Customer Care"}
        self.documents = {"voice": listening("Welcome.")}
        self.asked: list[tuple[str, dict[str, str]]] = []
        self.people = {COLLEAGUE: Party(after=0.3, talks=0.5)}

    def app(self) -> Flask:
        app = Flask("service", static_folder=None)

        @app.post("/<document>")
        def voice(document: str) -> Response:
            self.asked.append((document, request.form.to_dict()))
            return Response(f"<Response>{self.documents[document]}</Response>", mimetype="text/xml")

        @app.get("/main.wav")
        def recording() -> Response:
            return Response(tone(0.3), mimetype="audio/wav")

        @app.get("/captioned.wav")
        def captioned_recording() -> Response:
            return Response(captioned(tone(0.3), "Xin chào quý khách.", "vi-VN"), mimetype="audio/wav")

        return app

    def phone_company(self) -> Flask:
        box = create_box(
            account_sid=ACCOUNT,
            auth_token=TOKEN,
            voice_url=f"{self.origin}/voice",
            status_url=f"{self.origin}/status",
            text_url=f"{self.origin}/text",
            numbers=lambda: self.numbers,
            pages={"calls": "/calls", "messages": "/messages"},
            people=self.people,
            limits=Limits(request_seconds=0.05),
        )

        self.exchange = box.extensions["exchange"]

        @box.after_request
        def strict(answer: Response) -> Response:
            answer.headers["Content-Security-Policy"] = CONTENT_POLICY
            return answer

        return box

    def told(self, document: str) -> list[dict[str, str]]:
        """What each request for a document said."""
        return [fields for name, fields in self.asked if name == document]

    def rest(self, resource: str, **fields: str) -> dict[str, Any]:
        """Asks the phone company's REST interface."""
        url = f"{self.origin}/phone/carrier/2010-04-01/Accounts/{ACCOUNT}/{resource}.json"
        answer = requests.post(url, fields, auth=(ACCOUNT, TOKEN), timeout=5)
        answer.raise_for_status()
        created: dict[str, Any] = answer.json()
        return created


def vietnamese(words: str) -> str:
    return f'<Say language="vi-VN" voice="Google.vi-VN-Wavenet-A">{words}</Say>'


def english(words: str) -> str:
    return f'<Say language="en-US" voice="Polly.Joanna-Neural">{words}</Say>'


def listening(words: str, keys: int = 1, say: Callable[[str], str] = english) -> str:
    """Words, and then a minute's patience for `keys` keys, which lead to /next."""
    return f'<Gather action="/next" numDigits="{keys}" finishOnKey="" timeout="60">{say(words)}</Gather>'


def tone(seconds: float) -> bytes:
    """A WAV of 440 Hz, as a telephone would carry it."""
    samples = [int(9000 * math.sin(2 * math.pi * 440 * n / 8000)) for n in range(int(8000 * seconds))]
    file = io.BytesIO()
    with wave.open(file, "wb") as wav:
        wav.setparams((1, 2, 8000, 0, "NONE", ""))
        wav.writeframes(struct.pack(f"<{len(samples)}h", *samples))
    return file.getvalue()


@pytest.fixture(scope="module")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as playwright:
        yield playwright


@pytest.fixture(scope="module")
def browser(playwright: Playwright) -> Iterator[Browser]:
    browser = playwright.chromium.launch(executable_path=path_of("chromium"), args=FLAGS)
    yield browser
    browser.close()


@pytest.fixture
def service() -> Iterator[Service]:
    server = make_server("127.0.0.1", 0, Flask("nobody"), threaded=True)
    service = Service(f"http://127.0.0.1:{server.server_port}")
    service.documents["status"] = ""
    server.app = DispatcherMiddleware(service.app(), {"/phone": service.phone_company()})
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield service
    server.shutdown()
    thread.join()


class Desk:
    """Opens phones, and keeps everything a browser complains about."""

    def __init__(self, browser: Browser, service: Service) -> None:
        self.browser, self.service = browser, service
        self.contexts: list[BrowserContext] = []
        self.complaints: list[str] = []

    def phone(self, before: str = "", **context: Any) -> Page:
        """A phone in a browser of its own; `before` is a script that runs ahead of the page's."""
        self.contexts.append(self.browser.new_context(**{"locale": "en-US", **context}))
        if before:
            self.contexts[-1].add_init_script(before)
        return self.tab(self.contexts[-1])

    def tab(self, context: BrowserContext) -> Page:
        """One more tab of the same browser, ready to call or saying why not."""
        page = context.new_page()
        page.set_default_timeout(8000)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", lambda message: self.complaints.append(message.text))
        page.goto(f"{self.service.origin}/phone/")
        expect(page.locator("#call:enabled, #mistake:visible")).to_be_visible()
        return page

    def call(self, page: Page) -> None:
        """Calls by the button, and is answered."""
        page.get_by_role("button", name="Call", exact=True).click()
        expect(page.locator("#timer")).to_be_visible()


@pytest.fixture
def desk(browser: Browser, service: Service) -> Iterator[Desk]:
    desk = Desk(browser, service)
    yield desk
    for context in desk.contexts:
        context.close()
    assert desk.complaints == [], "the browser complained"


def wait_for(fact: Callable[[], object], seconds: float = 8) -> None:
    """Waits until `fact` is true."""
    deadline = time.monotonic() + seconds
    while not fact():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.01)


def told(page: Page) -> list[str]:
    """The captions, without their times and the first line, which says that the line is open."""
    lines = page.locator("#lines > li").evaluate_all(
        "lines => lines.map(line => [...line.children].slice(1).map(part => part.textContent).join(' '))"
    )
    return [str(line) for line in lines[1:]]


def test_a_caller_rings_by_clicking_and_reads_every_word_in_order(desk: Desk, service: Service) -> None:
    service.documents["voice"] = vietnamese("Xin chào.") + listening("Welcome.")
    page = desk.phone()
    desk.call(page)
    expect(page.locator("#lines [aria-current]")).to_contain_text("Welcome.")
    assert [(asked["From"], asked["To"]) for asked in service.told("voice")] == [(CALLER, HOTLINE)]
    assert told(page) == ["Xin chào. vi", "Welcome. en"]
    assert page.locator(".heard p").evaluate_all("all => all.map(p => p.lang)") == ["vi-VN", "en-US"]


LISTEN_TO_TONES = """
    window.tones = [];
    window.OscillatorNode = class extends OscillatorNode {
        constructor(context, options) { super(context, options); tones.push(options.frequency); }
    };
"""


def test_ringing_is_heard_until_somebody_answers(desk: Desk, service: Service) -> None:
    service.documents["voice"] = '<Pause length="1"/>' + listening("Welcome.")
    page = desk.phone(before=LISTEN_TO_TONES)
    page.keyboard.press("Enter")
    expect(page.locator("#state")).to_have_text("Ringing")
    assert page.evaluate("tones") == [425]
    expect(page.locator("#timer")).to_be_hidden()
    expect(page.locator("#state")).to_have_text("Waiting for a key")
    expect(page.locator("#timer")).to_have_text("0:01")


def test_keys_from_mouse_and_keyboard_arrive_in_order_each_with_its_two_tones(
    desk: Desk, service: Service
) -> None:
    service.documents |= {"voice": listening("Your number?", keys=5), "next": "<Hangup/>"}
    page = desk.phone(before=LISTEN_TO_TONES)
    desk.call(page)
    expect(page.locator("#state")).to_have_text("Waiting for a key")
    page.evaluate("tones.length = 0")
    page.get_by_role("button", name="star").click()
    page.get_by_role("button", name="7 PQRS").click()
    page.keyboard.type("05#")
    wait_for(lambda: [asked["Digits"] for asked in service.told("next")] == ["*705#"])
    assert page.evaluate("tones.slice(0, 10)") == [941, 1209, 852, 1209, 941, 1336, 770, 1336, 941, 1477]
    assert told(page)[-1] == "You pressed * 7 0 5 #"


def test_a_key_stops_the_prompt_at_once_and_stands_between_the_prompts(desk: Desk, service: Service) -> None:
    service.documents |= {"voice": listening("For sales, press 1. " * 20), "next": listening("One moment.")}
    page = desk.phone()
    desk.call(page)
    expect(page.locator("#lines [aria-current]")).to_contain_text("For sales")
    page.keyboard.press("1")
    expect(page.locator(".heard.cut")).to_contain_text("For sales")
    expect(page.locator("#lines [aria-current]")).to_contain_text("One moment.")
    assert [line.split()[0] for line in told(page)] == ["For", "You", "One"]


def test_a_key_that_the_carrier_dropped_is_shown_as_not_heard(desk: Desk, service: Service) -> None:
    service.documents["voice"] = f"<Say>{'This call may be recorded. ' * 20}</Say>"
    page = desk.phone()
    desk.call(page)
    expect(page.locator("#lines [aria-current]")).to_contain_text("This call")
    page.keyboard.press("1")
    expect(page.locator("kbd.lost")).to_have_text("1")
    assert told(page)[-1] == "You pressed 1 not heard"
    expect(page.locator("#lines [aria-current]")).to_contain_text("This call")


def test_a_recording_is_played_to_its_own_end(desk: Desk, service: Service) -> None:
    service.documents["voice"] = "<Play>/main.wav</Play>" + listening("Welcome.")
    page = desk.phone(before=LISTEN_TO_RECORDINGS)
    desk.call(page)
    expect(page.locator("#lines [aria-current]")).to_contain_text("Welcome.")
    assert told(page) == ["Recording: main.wav", "Welcome. en"]
    assert page.evaluate("played") == [0.3]


def test_a_recording_from_elsewhere_is_played_with_its_words_as_caption(desk: Desk, service: Service) -> None:
    elsewhere = service.origin.replace("127.0.0.1", "localhost")
    service.documents["voice"] = f"<Play>{elsewhere}/captioned.wav</Play>" + listening("Welcome.")
    page = desk.phone(before=LISTEN_TO_RECORDINGS)
    desk.call(page)
    expect(page.locator("#lines [aria-current]")).to_contain_text("Welcome.")
    assert told(page) == ["Xin chào quý khách. vi", "Welcome. en"]
    assert page.evaluate("played") == [0.3]


LISTEN_TO_RECORDINGS = """
    window.played = [];
    window.AudioBufferSourceNode = class extends AudioBufferSourceNode {
        constructor(context, options) { super(context, options); played.push(options.buffer.duration); }
    };
"""


def test_a_voice_of_the_language_speaks_until_a_key_stops_it(desk: Desk, service: Service) -> None:
    # Debian's Chromium has no voice at all, so a browser that has a Vietnamese one is acted.
    service.documents |= {"voice": listening("Xin chào.", say=vietnamese), "next": "<Pause/>"}
    page = desk.phone(before=A_VIETNAMESE_VOICE)
    desk.call(page)
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


def test_without_voices_one_quiet_line_says_so(desk: Desk, service: Service) -> None:
    service.documents["voice"] = vietnamese("Dạ.") + listening("Yes.")
    page = desk.phone()
    desk.call(page)
    expect(page.locator("#hint")).to_have_text(
        "This browser has no Vietnamese or English voice, so please read along."
    )


def recorded(service: Service, number: int = 0) -> tuple[int, int, int, tuple[int, ...]]:
    """The rate, channels, bytes a sample and samples of a recording the service was told of."""
    url = service.told("recorded")[number]["RecordingUrl"]
    wait_for(lambda: requests.get(url, auth=(ACCOUNT, TOKEN), timeout=5).ok)
    with wave.open(io.BytesIO(requests.get(url, auth=(ACCOUNT, TOKEN), timeout=5).content)) as wav:
        samples = struct.unpack(f"<{wav.getnframes()}h", wav.readframes(wav.getnframes()))
        return wav.getframerate(), wav.getnchannels(), wav.getsampwidth(), samples


def speak(page: Page) -> None:
    """Waits for Chromium's fake microphone, which beeps once a second, to be heard."""
    wait_for(lambda: page.evaluate("document.querySelector('meter').value") > 0.3)


@pytest.fixture
def voicemail(service: Service) -> None:
    """The service records."""
    service.documents |= {
        "voice": '<Record action="/recorded" finishOnKey="#"/>',
        "recorded": listening("Thank you."),
    }


@pytest.mark.usefixtures("voicemail")
def test_what_the_caller_says_arrives_as_telephone_sound(desk: Desk, service: Service) -> None:
    page = desk.phone()
    desk.call(page)
    expect(page.locator("#recording")).to_contain_text("Speak now.")
    speak(page)
    page.get_by_role("button", name="Finish the message").click()
    expect(page.locator("#lines [aria-current]")).to_contain_text("Thank you.")
    expect(page.locator("#recording")).to_be_hidden()
    assert [told(page)[0], told(page)[1]] == ["Beep", "You pressed #"]
    rate, channels, sample_bytes, samples = recorded(service)
    assert (rate, channels, sample_bytes) == (8000, 1, 2)
    assert len(samples) > 800
    assert max(samples) > 1000, "silence was sent"


@pytest.mark.usefixtures("voicemail")
def test_without_a_microphone_the_page_says_so_and_sends_nothing(desk: Desk, service: Service) -> None:
    page = desk.phone(before="navigator.mediaDevices.getUserMedia = () => Promise.reject(new Error('none'))")
    sent: list[str] = []
    page.on("request", lambda asked: sent.append(asked.url))
    desk.call(page)
    expect(page.locator("#recording-hint")).to_have_text("No microphone: a tone stands in for your voice.")
    page.keyboard.press("#")
    expect(page.locator("#lines [aria-current]")).to_contain_text("Thank you.")
    assert [url for url in sent if url.endswith("/voice")] == []
    assert max(recorded(service)[3]) > 1000, "the phone company puts a tone in its place"


@pytest.mark.usefixtures("voicemail")
def test_a_message_in_the_making_is_sent_when_the_caller_hangs_up(desk: Desk, service: Service) -> None:
    page = desk.phone()
    desk.call(page)
    speak(page)
    page.get_by_role("button", name="Hang up").click()
    wait_for(lambda: service.told("recorded"))
    assert service.told("recorded")[0]["Digits"] == "hangup"
    samples = recorded(service)[3]
    assert min(samples[:80]) > -1000, "the fake microphone begins with silence, the stand-in tone does not"
    assert max(samples) > 1000


SPEAKS = """
    navigator.mediaDevices.getUserMedia = async () => {
        const audio = new AudioContext(), mouth = audio.createMediaStreamDestination();
        const voice = new OscillatorNode(audio, { frequency: 440 });
        voice.connect(mouth);
        voice.start(audio.currentTime + SECONDS_OF_SILENCE);
        voice.stop(audio.currentTime + SECONDS_OF_SILENCE + SECONDS_OF_VOICE);
        return mouth.stream;
    };
"""


def speaker(silence: float, voice: float) -> str:
    """A microphone that hears silence, then a voice, then silence for ever."""
    return SPEAKS.replace("SECONDS_OF_SILENCE", str(silence)).replace("SECONDS_OF_VOICE", str(voice))


@pytest.fixture
def impatient(service: Service) -> None:
    """The service records, until one second of silence."""
    service.documents |= {
        "voice": f'<Record action="/recorded" timeout="1"/>{listening("We heard nothing.")}',
        "recorded": listening("Thank you."),
    }


@pytest.mark.usefixtures("impatient")
def test_who_falls_silent_has_finished(desk: Desk, service: Service) -> None:
    page = desk.phone(before=speaker(silence=0.5, voice=1.2))
    desk.call(page)
    expect(page.locator("#lines [aria-current]")).to_contain_text("Thank you.")
    assert "Digits" not in service.told("recorded")[0], "no key ended it"
    assert max(recorded(service)[3]) > 1000
    said = len(recorded(service)[3]) / 8000
    assert 2.4 < said < 4, "half a second, the voice, and a second of silence"


@pytest.mark.usefixtures("impatient")
def test_who_says_nothing_at_all_leaves_no_recording(desk: Desk, service: Service) -> None:
    page = desk.phone(before=speaker(silence=99, voice=1))
    desk.call(page)
    expect(page.locator("#lines [aria-current]")).to_contain_text("We heard nothing.")
    assert told(page) == ["Beep", "You said nothing", "We heard nothing. en"]
    assert service.told("recorded") == []


def test_a_recording_that_nothing_here_could_end_offers_no_button_for_it(
    desk: Desk, service: Service
) -> None:
    service.documents["voice"] = '<Record action="/recorded" finishOnKey=""/>'
    page = desk.phone(before="navigator.mediaDevices.getUserMedia = () => Promise.reject(new Error('none'))")
    desk.call(page)
    expect(page.locator("#recording-hint")).to_have_text("No microphone: a tone stands in for your voice.")
    expect(page.locator("#finish")).to_be_hidden()


def test_the_phone_bears_the_hotlines_name_and_leads_to_its_pages(desk: Desk) -> None:
    page = desk.phone()
    assert page.title() == "Phone · Sao Mai Customer Care"
    expect(page.locator("header strong")).to_have_text("Sao Mai Customer Care")
    links = page.get_by_role("navigation").get_by_role("link")
    assert [(link.inner_text(), link.get_attribute("href")) for link in links.all()] == [
        ("Calls", "/calls"),
        ("Messages", "/messages"),
        ("Phone", ""),
    ]
    expect(links.filter(has_text="Phone")).to_have_attribute("aria-current", "page")


def test_escape_hangs_up_and_enter_calls_again(desk: Desk, service: Service) -> None:
    page = desk.phone()
    desk.call(page)
    page.keyboard.press("Escape")
    expect(page.locator("#state")).to_have_text("Call ended")
    expect(page.locator("#ending")).to_have_text("You hung up.")
    wait_for(lambda: [asked["CallStatus"] for asked in service.told("status")] == ["completed"])
    log = page.get_by_role("link", name="See this call in the log")
    assert log.get_attribute("href") == f"/calls/{service.told('voice')[0]['CallSid']}"
    page.keyboard.press("Enter")
    wait_for(lambda: len(service.told("voice")) == 2)


def test_the_page_tells_when_the_hotline_hangs_up(desk: Desk, service: Service) -> None:
    service.documents["voice"] = "<Say>Goodbye.</Say><Hangup/>"
    page = desk.phone()
    desk.call(page)
    expect(page.locator("#ending")).to_have_text("The hotline hung up.")
    expect(page.locator("#lines [aria-current]")).to_have_count(0)
    expect(page.get_by_role("button", name="Call again")).to_be_enabled()


def test_the_page_tells_when_the_line_is_busy(desk: Desk, service: Service) -> None:
    service.documents["voice"] = '<Reject reason="busy"/>'
    page = desk.phone()
    page.keyboard.press("Enter")
    expect(page.locator("#state")).to_have_text("Busy")
    expect(page.locator("#ending")).to_have_text("The line was busy.")


@pytest.mark.parametrize(
    "leave",
    [Page.close, lambda page: page.goto("about:blank")],
    ids=["the tab is closed", "for another page"],
)
def test_closing_the_page_hangs_up(desk: Desk, service: Service, leave: Callable[[Page], object]) -> None:
    page = desk.phone()
    desk.call(page)
    leave(page)
    wait_for(lambda: [asked["CallStatus"] for asked in service.told("status")] == ["completed"], seconds=2)


def test_closing_the_page_while_it_rings_hangs_up(desk: Desk, service: Service) -> None:
    service.documents["voice"] = '<Pause length="9"/>' + listening("Welcome.")
    page = desk.phone()
    page.get_by_role("button", name="Call", exact=True).click()
    expect(page.locator("#state")).to_have_text("Ringing")
    page.close()
    wait_for(lambda: service.told("status"), seconds=2)


def test_a_page_that_the_browser_keeps_to_come_back_to_hangs_up_and_says_so(
    playwright: Playwright, service: Service
) -> None:
    """It hears nothing meanwhile, and may never be come back to."""
    keeps = playwright.chromium.launch(
        executable_path=path_of("chromium"),
        args=FLAGS,
        ignore_default_args=["--disable-back-forward-cache"],
    )
    page = keeps.new_page(locale="en-US")
    page.goto(f"{service.origin}/phone/")
    page.evaluate("addEventListener('pageshow', (event) => { window.wasKept = event.persisted; })")
    page.locator("#call:enabled").click()
    expect(page.locator("#timer")).to_be_visible()
    page.goto(f"{service.origin}/phone/state")
    wait_for(lambda: service.told("status"), seconds=2)
    page.evaluate("history.back()")
    expect(page.locator("#ending")).to_have_text("You hung up.")
    assert page.evaluate("window.wasKept")
    keeps.close()


def test_two_tabs_hold_two_calls(desk: Desk, service: Service) -> None:
    service.documents["next"] = listening("Thank you.")
    first = desk.phone()
    second = desk.tab(first.context)
    desk.call(first)
    desk.call(second)
    first.keyboard.press("1")
    second.keyboard.press("2")
    wait_for(lambda: len(service.told("next")) == 2)
    calls = [asked["CallSid"] for asked in service.told("voice")]
    assert {asked["CallSid"]: asked["Digits"] for asked in service.told("next")} == dict(
        zip(calls, "12", strict=True)
    )
    first.keyboard.press("Escape")
    wait_for(lambda: [asked["CallSid"] for asked in service.told("status")] == calls[:1])
    expect(second.locator("#hang-up")).to_be_visible()


def test_the_calling_number_is_remembered_and_can_be_withheld(desk: Desk, service: Service) -> None:
    page = desk.phone()
    page.get_by_label("Calling from").fill("+84 98 765 4321")
    desk.call(page)
    again = desk.tab(page.context)
    assert again.get_by_label("Calling from").input_value() == "+84 98 765 4321"
    again.get_by_label("Withhold my number").check()
    desk.call(again)
    assert [asked["From"] for asked in service.told("voice")] == ["+84987654321", "anonymous"]


def test_with_several_numbers_the_caller_chooses(desk: Desk, service: Service) -> None:
    service.numbers[SALES] = "Sao Mai Sales"
    page = desk.phone()
    expect(page.locator("#party")).to_have_text("Sao Mai Customer Care")
    page.get_by_label("Number to call").select_option(SALES)
    expect(page.locator("#party")).to_have_text("Sao Mai Sales")
    desk.call(page)
    assert service.told("voice")[0]["To"] == SALES


def test_with_no_number_the_page_says_what_to_do(desk: Desk, service: Service) -> None:
    service.numbers.clear()
    page = desk.phone()
    expect(page.get_by_role("alert")).to_contain_text("Add one under “numbers” in the menus")
    expect(page.get_by_role("button", name="Call")).to_be_disabled()


def phone_that_can_be_rung(desk: Desk, service: Service) -> Page:
    """A page that was loaded anew and holds the handset now, the one before it having said goodbye."""
    page = desk.phone()
    wait_for(lambda: service.exchange.handsets.holder(CALLER))
    first = service.exchange.handsets.holder(CALLER)
    page.reload()
    wait_for(lambda: service.exchange.handsets.holder(CALLER) not in (None, first))
    return page


def test_the_hotline_rings_back_and_is_answered(desk: Desk, service: Service) -> None:
    service.documents["callback"] = listening("It is your turn.")
    page = phone_that_can_be_rung(desk, service)
    service.rest("Calls", To=CALLER, From=HOTLINE, Url=f"{service.origin}/callback")
    expect(page.locator("#state")).to_have_text("Incoming call")
    expect(page.locator("#party")).to_have_text("Sao Mai Customer Care")
    page.get_by_role("button", name="Answer").click()
    expect(page.locator("#lines [aria-current]")).to_contain_text("It is your turn.")
    page.keyboard.press("Escape")
    wait_for(lambda: service.told("callback"))
    expect(page.locator("#state")).to_have_text("Call ended")


def test_an_incoming_call_can_be_declined(desk: Desk, service: Service) -> None:
    page = phone_that_can_be_rung(desk, service)
    service.rest(
        "Calls", To=CALLER, From=HOTLINE, Twiml="<Response/>", StatusCallback=f"{service.origin}/status"
    )
    page.get_by_role("button", name="Decline").click()
    expect(page.locator("#state")).to_have_text("Ready")
    wait_for(lambda: [asked["CallStatus"] for asked in service.told("status")] == ["busy"])


def test_text_messages_show_as_bubbles_during_and_between_calls(desk: Desk, service: Service) -> None:
    page = phone_that_can_be_rung(desk, service)
    expect(page.locator("#bubbles li")).to_have_count(0)
    service.rest("Messages", To=CALLER, From=HOTLINE, Body="We open at 8.")
    expect(page.locator("#bubbles li p")).to_have_text(["We open at 8."])
    desk.call(page)
    service.rest("Messages", To="+84900000000", From=HOTLINE, Body="Not for you.")
    service.rest("Messages", To=CALLER, From=HOTLINE, Body="We are in District 1.")
    expect(page.locator("#bubbles li p")).to_have_text(["We open at 8.", "We are in District 1."])


def test_the_caller_writes_to_the_hotline_and_reads_its_answer(desk: Desk, service: Service) -> None:
    service.documents["text"] = "<Message>Thank you.</Message>"
    page = phone_that_can_be_rung(desk, service)
    page.get_by_label("Write to the hotline").fill("An was kind")
    page.keyboard.press("Enter")
    expect(page.locator("#bubbles li p")).to_have_text(["An was kind", "Thank you."])
    expect(page.locator("#bubbles .mine p")).to_have_text(["An was kind"])
    assert [(asked["From"], asked["To"], asked["Body"]) for asked in service.told("text")] == [
        (CALLER, HOTLINE, "An was kind")
    ]
    page.get_by_label("Withhold my number").check()
    expect(page.locator("#messages")).to_be_hidden()


def test_webhooks_and_faults_are_listed_underneath(desk: Desk, service: Service) -> None:
    service.documents["voice"] = "<Play>/missing.wav</Play>" + listening("Welcome.")
    page = desk.phone()
    desk.call(page)
    expect(page.locator("#fault-count")).to_have_text("Faults: 1")
    page.get_by_text("What happens underneath").click()
    expect(page.locator("#wire code")).to_have_text(f"{service.origin}/voice")
    expect(page.locator("#wire .fault p")).to_contain_text("Fault 1")


def test_a_conversation_with_a_person_is_told_step_by_step(desk: Desk, service: Service) -> None:
    service.documents["voice"] = f"<Dial>{COLLEAGUE}</Dial>" + '<Enqueue waitUrl="/wait">sales</Enqueue>'
    service.documents["wait"] = "<Pause length='60'/>"
    page = desk.phone()
    page.evaluate(NOTE_STATES)
    desk.call(page)
    expect(page.locator("#state")).to_have_text("On hold")
    states = page.evaluate("states")
    assert states[states.index("Ringing a person") :] == [
        "Ringing a person",
        "Talking to a person",
        "Connected",
        "On hold",
    ]
    assert told(page) == [
        f"Ringing {COLLEAGUE}",
        "You are through: somebody picked up",
        "The conversation is over",
        "On hold",
    ]


def test_the_page_speaks_the_readers_language(desk: Desk) -> None:
    page = desk.phone(locale="vi-VN")
    assert page.evaluate("document.documentElement.lang") == "vi"
    expect(page.locator("#call")).to_have_text("Gọi")
    page = desk.phone(locale="es-MX")
    expect(page.locator("#call")).to_have_text("Llamar")


def test_on_a_small_screen_words_keys_and_hang_up_are_in_sight_at_once(desk: Desk, service: Service) -> None:
    service.documents |= {"voice": listening("How can we help? " * 9), "next": "<Pause length='60'/>"}
    page = desk.phone(viewport={"width": 360, "height": 740}, has_touch=True)
    desk.call(page)
    expect(page.locator("#state")).to_have_text("Waiting for a key")
    current = page.locator("#lines [aria-current] p")
    for seen in (current, page.locator("[value='1']"), page.locator("#hang-up"), page.locator("#timer")):
        expect(seen).to_be_in_viewport(ratio=1)
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    sizes = page.locator("button:visible, summary").evaluate_all(
        "all => all.map(one => one.getBoundingClientRect()).map(box => Math.min(box.width, box.height))"
    )
    assert min(sizes) >= 44
    page.locator("[value='3']").tap()
    wait_for(lambda: [asked["Digits"] for asked in service.told("next")] == ["3"])
