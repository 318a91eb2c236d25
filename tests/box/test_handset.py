"""The handset's interface in real time: what a phone in a browser asks, over HTTP, both ways."""

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
import requests
from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.serving import WSGIRequestHandler, make_server

from ivr.box import Limits, create_box, serve
from ivr.box.clock import VirtualClock
from ivr.box.handsets import Handsets
from ivr.box.phone_line import Phone
from ivr.box.sounds import tone, wav_of
from tests.box.service import CALLER, HOTLINE, Service

ACCOUNT, TOKEN = "AC" + "1" * 32, "token-of-the-box"
AGENT = "+842811112222"
MENU = '<Gather numDigits="1" action="/chosen"><Say>Press 1.</Say></Gather>'


class Quiet(WSGIRequestHandler):
    def log(self, kind: str, message: str, *args: Any) -> None:
        """Tests need no access log."""


@dataclass
class Town:
    """A service with the box mounted beside it, on a port of its own."""

    service: Service
    base: str

    def get(self, path: str) -> Any:
        return requests.get(f"{self.base}/phone{path}", timeout=10).json()

    def post(self, path: str, said: dict[str, Any] | None = None, **more: Any) -> requests.Response:
        return requests.post(f"{self.base}/phone{path}", json=said or {}, timeout=10, **more)

    def ring(self) -> str:
        sid: str = self.post("/calls", {"from": CALLER, "to": HOTLINE}).json()["call"]
        return sid

    def until(self, sid: str, kind: str) -> list[dict[str, Any]]:
        """The events of a call up to the first of a kind."""
        events: list[dict[str, Any]] = []
        deadline = time.monotonic() + 30
        while kind not in [event["kind"] for event in events]:
            assert time.monotonic() < deadline, (kind, events)
            after = events[-1]["n"] if events else 0
            events += self.get(f"/calls/{sid}/events?after={after}&wait=2")["events"]
        return events


@pytest.fixture
def town() -> Iterator[Town]:
    service = Service().on("/voice", MENU).on("/chosen", "<Hangup/>").on("/voice/status", "")
    server = make_server("127.0.0.1", 0, service.app, threaded=True, request_handler=Quiet)
    base = f"http://127.0.0.1:{server.server_port}"
    box = create_box(
        account_sid=ACCOUNT,
        auth_token=TOKEN,
        voice_url=f"{base}/voice",
        status_url=f"{base}/voice/status",
        numbers=(HOTLINE,),
        hotline="Sao Mai Customer Care",
        pages={"calls": "/calls", "messages": "/messages"},
        limits=Limits(request_seconds=0),
    )
    server.app = DispatcherMiddleware(service.app, {"/phone": box})
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    yield Town(service, base)
    server.shutdown()
    thread.join()
    server.server_close()


def test_the_page_learns_which_numbers_there_are(town: Town) -> None:
    assert town.get("/state") == {
        "numbers": {HOTLINE: "Sao Mai Customer Care"},
        "hotline": "Sao Mai Customer Care",
        "account": ACCOUNT,
        "pages": {"calls": "/calls", "messages": "/messages"},
    }
    page = requests.get(f"{town.base}/phone/", timeout=5)
    assert (page.status_code, "text/html" in page.headers["Content-Type"]) == (200, True)
    assert requests.get(f"{town.base}/phone/static/phone.js", timeout=5).status_code == 200


def test_the_page_is_found_without_the_slash_at_its_end(town: Town) -> None:
    assert requests.get(f"{town.base}/phone", timeout=5).url == f"{town.base}/phone/"


def test_who_said_nothing_leaves_no_recording(town: Town) -> None:
    town.service.on("/voice", '<Record action="/chosen" playBeep="false" timeout="1"/><Say>Nothing?</Say>')
    sid = town.ring()
    assert town.until(sid, "record")[-1]["silence"] == 1
    requests.post(
        f"{town.base}/phone/calls/{sid}/voice",
        data=wav_of(b""),
        headers={"Content-Type": "audio/wav"},
        timeout=5,
    )
    assert town.until(sid, "say")[-1]["text"] == "Nothing?"
    assert town.service.forms("/chosen") == []


@pytest.mark.parametrize("after", ["inf", "nan", "-1", "x"])
def test_events_after_what_is_no_number_are_all_events(town: Town, after: str) -> None:
    sid = town.ring()
    told = town.get(f"/calls/{sid}/events?after={after}&wait=0")["events"]
    assert told[0]["kind"] == "ringing"


def test_a_call_from_ringing_to_the_end(town: Town) -> None:
    sid = town.ring()
    events = town.until(sid, "say")
    assert [event["kind"] for event in events] == ["ringing", "webhook", "answered", "gather", "say"]
    assert [event["n"] for event in events] == [1, 2, 3, 4, 5]
    assert events[-1]["text"] == "Press 1."
    assert town.post(f"/calls/{sid}/keys", {"keys": "1"}).json() == {"status": "in-progress"}
    assert [event["kind"] for event in town.until(sid, "hangup")][5:] == [
        "stop",
        "gather_end",
        "webhook",
        "hangup",
    ]
    assert town.service.forms("/chosen")[0]["Digits"] == "1"
    assert town.get("/calls")["calls"][0]["status"] == "completed"


def test_a_prompt_lasts_until_the_handset_has_spoken_it(town: Town) -> None:
    town.service.on("/voice", f"<Say>{'A very long story. ' * 20}</Say><Say>The end.</Say>")
    sid = town.ring()
    number = town.until(sid, "say")[-1]["n"]
    town.post(f"/calls/{sid}/finished", {"n": number})
    events = town.get(f"/calls/{sid}/events?after={number}&wait=2")["events"]
    assert events[0]["text"] == "The end."


def test_a_voice_from_the_microphone_becomes_the_recording(town: Town) -> None:
    town.service.on("/voice", '<Record action="/chosen" playBeep="false" finishOnKey="#"/>')
    sid = town.ring()
    town.until(sid, "record")
    spoken = wav_of(tone(2.0))
    answer = requests.post(
        f"{town.base}/phone/calls/{sid}/voice", data=spoken, headers={"Content-Type": "audio/wav"}, timeout=5
    )
    assert answer.status_code == 200
    town.post(f"/calls/{sid}/keys", {"keys": "#"})
    town.until(sid, "record_end")
    town.until(sid, "hangup")
    recording = town.service.forms("/chosen")[0]["RecordingUrl"]
    assert recording.startswith(f"{town.base}/phone/carrier/2010-04-01/Accounts/{ACCOUNT}/Recordings/RE")
    deadline = time.monotonic() + 30
    while (kept := requests.get(f"{recording}.wav", auth=(ACCOUNT, TOKEN), timeout=5)).status_code == 404:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    assert kept.content == spoken


def test_a_dialled_number_rings_the_handset_that_is_open_for_it(town: Town) -> None:
    town.service.on("/voice", f"<Dial>{AGENT}</Dial>")
    assert town.get(f"/handsets/{AGENT}/events?after=0&wait=0") == {"events": []}
    caller = town.ring()
    (incoming,) = town.get(f"/handsets/{AGENT}/events?after=0&wait=5")["events"]
    assert (incoming["kind"], incoming["from"]) == ("incoming", CALLER)
    town.post(f"/calls/{incoming['call']}/answer")
    town.until(caller, "bridged")
    town.until(incoming["call"], "bridged")
    town.post(f"/calls/{incoming['call']}/hangup")
    assert town.until(caller, "hangup")[-2]["kind"] == "dialed"


def test_a_declined_call_is_busy(town: Town) -> None:
    town.service.on("/voice", f'<Dial action="/chosen">{AGENT}</Dial>')
    town.get(f"/handsets/{AGENT}/events?after=0&wait=0")
    caller = town.ring()
    (incoming,) = town.get(f"/handsets/{AGENT}/events?after=0&wait=5")["events"]
    town.post(f"/calls/{incoming['call']}/decline")
    town.until(caller, "hangup")
    assert town.service.forms("/chosen")[0]["DialCallStatus"] == "busy"


def test_a_page_that_remembers_a_box_of_before_hears_its_handset_ring(town: Town) -> None:
    """The browser asks again by itself when a box has died, and still counts the rings of that one."""
    assert town.get(f"/handsets/{AGENT}/events?after=5&wait=0") == {"events": []}
    town.service.on("/voice", f"<Dial>{AGENT}</Dial>")
    town.ring()

    (incoming,) = town.get(f"/handsets/{AGENT}/events?after=5&wait=5")["events"]

    assert (incoming["n"], incoming["kind"]) == (1, "incoming")


def test_messages_are_shown_on_the_handset(town: Town) -> None:
    sid = town.ring()
    town.until(sid, "say")
    sent = requests.post(
        f"{town.base}/phone/carrier/2010-04-01/Accounts/{ACCOUNT}/Messages.json",
        data={"To": CALLER, "From": HOTLINE, "Body": "Your order is on its way."},
        auth=(ACCOUNT, TOKEN),
        timeout=5,
    )
    assert sent.status_code == 201
    assert town.until(sid, "message")[-1]["body"] == "Your order is on its way."
    (message,) = town.get(f"/messages?of=%2B{CALLER[1:]}")["messages"]
    assert (message["to"], message["body"]) == (CALLER, "Your order is on its way.")


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Host": "rebound.example"},
    ],
)
def test_no_other_page_can_place_a_call(town: Town, headers: dict[str, str]) -> None:
    answer = town.post("/calls", {"from": CALLER, "to": HOTLINE}, headers=headers)
    assert answer.status_code == 403
    assert town.get("/calls") == {"calls": []}


def test_a_form_is_not_json(town: Town) -> None:
    answer = requests.post(f"{town.base}/phone/calls", data={"to": HOTLINE}, timeout=5)
    assert (answer.status_code, answer.json()["error"]) == (415, "send a JSON object, as application/json")


def test_what_cannot_be_is_said_so(town: Town) -> None:
    assert town.post("/calls", {"from": "", "to": "+1"}).json() == {"error": "nobody can be reached at +1"}
    assert town.post("/calls/CA1/keys", {"keys": "1"}).status_code == 404
    sid = town.ring()
    assert town.post(f"/calls/{sid}/keys", {"keys": "1a"}).status_code == 400
    assert town.post(f"/calls/{sid}/finished", {"n": "1"}).status_code == 400


def test_only_the_last_ended_calls_are_kept() -> None:
    phone = Phone(Service().on("/voice", "<Reject/>").on("/voice/status", "").app)
    calls = [phone.dial(HOTLINE, CALLER) for _ in range(205)]
    assert list(phone.exchange.legs) == [call.sid for call in calls[5:]]


def test_a_call_nobody_listens_to_any_more_is_hung_up() -> None:
    phone = Phone(
        Service().on("/voice", '<Say>Hello.</Say><Pause length="600"/>').on("/voice/status", "").app
    )
    phone.dial(HOTLINE, CALLER).hang_up()
    page = serve(phone.exchange).test_client()
    sid = page.post("/calls", json={"from": CALLER, "to": HOTLINE}).get_json()["call"]
    for _ in range(15):
        phone.pass_time(19)
        assert page.get(f"/calls/{sid}/events").get_json()["status"] != "completed"
    phone.pass_time(21)
    assert phone.exchange.legs[sid].status == "completed"


def test_a_page_that_is_waiting_for_what_happens_is_there() -> None:
    """It has asked once, for longer than one may keep silent."""
    phone = Phone(
        Service().on("/voice", '<Say>Hello.</Say><Pause length="600"/>').on("/voice/status", "").app
    )
    phone.dial(HOTLINE, CALLER).hang_up()
    page = serve(phone.exchange).test_client()
    sid = page.post("/calls", json={"from": CALLER, "to": HOTLINE}).get_json()["call"]
    phone.pass_time(5)
    waits, leg = threading.Event(), phone.exchange.legs[sid]

    def waiting(happened: Callable[[], bool], seconds: float) -> bool:
        phone.pass_time(seconds)
        waits.set()
        return happened()

    phone.clock.wait_for = waiting  # type: ignore[method-assign]
    told = page.get(f"/calls/{sid}/events?after=99&wait=25").get_json()
    assert waits.is_set()
    assert (told["status"], leg.over) == ("in-progress", False)
    phone.pass_time(21)
    assert leg.over


def test_a_page_that_has_picked_up_and_is_closed_hangs_up() -> None:
    """A tab can be closed without a word, and whoever was rung there holds nobody on the line for ever."""
    phone = Phone(Service().on("/voice", f"<Dial>{AGENT}</Dial>").on("/voice/status", "").app)
    phone.dial(HOTLINE, CALLER).hang_up()
    page = serve(phone.exchange).test_client()
    page.get(f"/handsets/{AGENT}/events")
    sid = page.post("/calls", json={"from": CALLER, "to": HOTLINE}).get_json()["call"]
    phone.pass_time(5)
    (incoming,) = page.get(f"/handsets/{AGENT}/events").get_json()["events"]
    page.post(f"/calls/{incoming['call']}/answer", json={})
    for nth in range(12):
        page.get(f"/calls/{sid}/events")
        phone.pass_time(15)
        assert phone.exchange.legs[incoming["call"]].status == "in-progress"
        if nth % 3 == 2:
            page.get(f"/calls/{incoming['call']}/events")
    for _ in range(5):
        phone.pass_time(15)
        page.get(f"/calls/{sid}/events")
    assert phone.exchange.legs[incoming["call"]].status == "completed"


def test_a_page_that_was_loaded_anew_keeps_the_handset_the_old_one_closes() -> None:
    """The old page's goodbye may come after the new page has asked for the first time."""
    handsets = Handsets(VirtualClock())
    handsets.seen(AGENT, "old")
    handsets.seen(AGENT, "new")
    handsets.close(AGENT, "old")
    assert handsets.holder(AGENT) == "new"
    handsets.close(AGENT, "new")
    assert handsets.holder(AGENT) is None
