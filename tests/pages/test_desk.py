"""The desk: an agent sees who calls, takes them or not, writes down what it was about, and is free again."""

import base64
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from ivr.box import Party
from ivr.box.happenings import PickedUp
from ivr.box.phone_line import PhoneCall
from ivr.core.accounts import Role
from ivr.core.agents import Activity, Status
from ivr.ledger import sessions
from ivr.ledger.offers import End
from ivr.web.visitors import TICKET
from tests.reaching.floor import Floor, Trouble, fine, no_answer, once, only, refused
from tests.service import Browser

HTML = {"Accept": "text/html", "Accept-Language": "en"}
MENUS = """
hotline: Shop
zone: Asia/Ho_Chi_Minh
numbers: {"+842873001234": welcome}
languages: {en: {voice: Polly.Joanna-Neural}, vi: {voice: Google.vi-VN-Wavenet-A}}
mailboxes: {office: {}}
queues:
  default: {ring: 20s, wrap_up: 30s, max_wait: 5m, too_long: message, no_agents: message}
  sales:
    label: {en: sales, vi: bán hàng}
    dispositions: [bought, asked, complained]
    then: thanks
  support:
    label: {en: support, vi: hỗ trợ}
    dispositions: [solved, open]
    disposition: required
    then: thanks
steps:
  welcome: {choose_language: {1: en, 2: vi}, then: main}
  main: {say: {en: Welcome., vi: Chào.}, keys: {1: sales, 2: support}}
  message: {say: {en: Leave word., vi: Xin nhắn.}, voicemail: office, then: hang_up}
  thanks: {say: {en: Thank you., vi: Cảm ơn.}, then: hang_up}
"""


@pytest.fixture
def floor(tmp_path: Path) -> Iterator[Floor]:
    floor = Floor.open(tmp_path, MENUS, boxed=True)
    yield floor
    floor.house.exchange.ledger.close()


class Tab:
    """An agent's browser with the desk in it: it asks each second, and is the agent's telephone."""

    def __init__(self, floor: Floor, name: str) -> None:
        self._floor, self.name, self.is_open = floor, name, True
        self.client = signed_in(floor, name)
        self._heard = 0
        floor.phone.every(1, self._look)

    def _look(self) -> None:
        if not self.is_open:
            return
        self.client.get("/desk", headers=HTML)
        box = self._floor.phone.exchange
        handset = box.handsets.seen(f"client:{self.name.lower()}")
        for event in handset.events[self._heard :]:
            if event["kind"] == "incoming":
                box.legs[event["call"]].tell(PickedUp())
        self._heard = len(handset.events)

    def page(self, language: str = "en") -> str:
        answer = self.client.get("/desk", headers={**HTML, "Accept-Language": language})
        assert answer.status_code == 200, answer.text
        return " ".join(re.sub(r"<[^>]+>", " ", answer.text.partition("<main")[2]).split())

    def does(self, deed: str, **what: object) -> int:
        """A button of the page."""
        return self.client.sends(deed, what).status_code

    def chooses(self, status: str, reason: str = "") -> None:
        assert self.does("PUT /api/me/status", status=status, reason=reason) == 200

    def answers(self, answer: str) -> None:
        """Presses the button under the caller who is offered."""
        shown = self.client.get("/desk", headers=HTML).text
        found = re.search(rf'data-api="(POST /api/offers/[^"]+/{answer})"', shown)
        assert found, "nobody is offered, or not so"
        assert self.does(found[1]) in (200, 204)
        self._floor.pass_time(5)

    def works(self, button: str = "notes", answer: int = 200, **what: object) -> None:
        """Presses a button under the conversation, or types into its notes."""
        shown = self.client.get("/desk", headers=HTML).text
        found = re.search(rf'data-api="(\w+ /api/talks/[^"]+/{button})"', shown)
        assert found, "there is no such button"
        assert self.does(found[1], **what) in ((200, 204) if answer == 200 else (answer,))
        self._floor.pass_time(2)


def signed_in(floor: Floor, name: str) -> Browser:
    """Somebody's browser, elsewhere than at the hotline's own machine."""
    client, exchange = floor.house.browser(), floor.house.exchange
    with exchange.ledger.transaction() as tx:
        ticket = sessions.start(tx, name.lower(), "192.0.2.1", exchange.now())
    with client.session_transaction() as session:
        session[TICKET] = ticket
    client.environ_base["REMOTE_ADDR"] = "192.0.2.1"
    return client


@pytest.fixture
def lan(floor: Floor) -> Tab:
    floor.hire("Lan", ready=False, languages=frozenset({"en", "vi"}))
    return Tab(floor, "Lan")


def waiting_for(floor: Floor, queue: str = "1", caller: str = "+84901234567") -> PhoneCall:
    """A caller, in English: who has called before is not asked for the language again."""
    call = floor.ring(caller)
    call = call.press(queue) if "Welcome." in call.heard[-1] else call.press("1").press(queue)
    floor.pass_time(2)
    return call


def test_an_agent_says_whether_they_are_there(floor: Floor, lan: Tab) -> None:
    assert "Signed out No callers are offered to you." in lan.page()
    lan.chooses("ready")
    assert "Ready Waiting for a caller 0:00" in lan.page()
    floor.pass_time(7)
    assert "Ready Waiting for a caller 0:07" in lan.page()
    lan.chooses("on_break", "meal")
    assert floor.agent("lan").reason == "meal"
    assert "On break A meal" in lan.page()
    assert lan.does("PUT /api/me/status", status="on_break", reason="whatever a stranger writes") == 422
    assert floor.agent("lan").reason == "meal"
    lan.chooses("on_break")
    assert floor.agent("lan").reason == ""
    lan.chooses("signed_out")
    assert floor.stands("lan") == (Status.SIGNED_OUT, Activity.IDLE)


def test_an_offer_shows_who_calls_and_by_which_way_they_came(floor: Floor, lan: Tab) -> None:
    lan.chooses("ready")
    waiting_for(floor).hang_up()
    floor.pass_time(60)
    call = waiting_for(floor)
    floor.pass_time(3)
    shown = lan.page()
    assert "+84901234567 calls: sales, English." in shown
    assert "Somebody calls Ready" in shown
    assert "Accept A" in shown
    assert "Decline D" in shown
    assert "Queue sales Language English Waited" in shown
    assert "Chose sales" in shown
    assert re.search(r"Earlier calls of this number Nov 23, 2026, 09:00:00 Hung up", shown)
    assert "+84901234567" in lan.page("vi")
    assert "bán hàng" in lan.page("vi")
    assert "Eligió sales" in lan.page("es"), "nobody wrote this label in Spanish"
    assert floor.offers(call)[0].ended_at is None


def test_a_withheld_number_has_no_past(floor: Floor, lan: Tab) -> None:
    lan.chooses("ready")
    waiting_for(floor, caller="")
    assert "A withheld number calls: sales, English." in lan.page()
    assert "Nobody knows: the number is withheld." in lan.page()


def test_from_the_offer_to_the_next_caller(floor: Floor, lan: Tab) -> None:
    lan.chooses("ready")
    call = waiting_for(floor)
    lan.answers("accept")
    assert call.doing == "talking"
    assert floor.stands("lan") == (Status.READY, Activity.TALKING)
    assert "In conversation Ready" in lan.page()
    floor.pass_time(60)
    lan.works(notes="wants a blue one")
    call.hang_up()
    floor.pass_time(2)
    assert "Wrapping up Ready" in lan.page()
    assert "You talked to +84901234567" in lan.page()
    assert "wants a blue one" in lan.page()
    lan.works("finish", disposition="bought", notes="bought a blue one")
    assert floor.stands("lan") == (Status.READY, Activity.IDLE)
    [talk] = floor.talks(call)
    assert (talk.ended_by, talk.disposition, talk.notes) == ("caller", "bought", "bought a blue one")
    shown = lan.page()
    assert "My day Calls 1 Talked 1:0" in shown
    assert "Missed 0" in shown
    assert "sales · 1:0" in shown
    assert "bán hàng · 1:0" in lan.page("vi"), "the queue is called as the reader calls it"
    assert "· bought bought a blue one" in shown
    assert floor.phone.faults == []


def test_the_next_time_they_call_it_is_known_what_was_said(floor: Floor, lan: Tab) -> None:
    lan.chooses("ready")
    call = waiting_for(floor)
    lan.answers("accept")
    call.hang_up()
    lan.works("finish", disposition="complained", notes="will write to us")
    waiting_for(floor)
    assert "Connected · Lan · complained will write to us" in lan.page()


def test_the_agent_hangs_up_and_the_caller_goes_on(floor: Floor, lan: Tab) -> None:
    lan.chooses("ready")
    call = waiting_for(floor)
    lan.answers("accept")
    floor.pass_time(30)
    lan.works("hang-up")
    floor.pass_time(5)
    assert call.heard[-1] == "Thank you."
    assert floor.talks(call)[0].ended_by == "agent"
    assert all(leg.over for leg in floor.phone.exchange.legs.values() if leg.sid != call.sid)


def test_the_caller_is_put_on_hold_and_the_agent_is_muted(floor: Floor, lan: Tab) -> None:
    lan.chooses("ready")
    call = waiting_for(floor)
    lan.answers("accept")
    lan.works("hold")
    lan.works("mute")
    floor.pass_time(10)
    [talk] = floor.talks(call)
    assert talk.held_since is not None
    assert talk.muted
    shown = lan.page()
    assert "On hold P Muted M on hold for 0:1" in shown
    lan.works("resume")
    lan.works("unmute")
    [talk] = floor.talks(call)
    assert (talk.held_since, talk.muted) == (None, False)
    assert 10_000 < talk.held < 20_000
    assert "Hold P Mute M" in lan.page()
    assert call.doing == "talking"


def test_who_declines_is_not_asked_again_for_this_caller(floor: Floor, lan: Tab) -> None:
    lan.chooses("ready")
    call = waiting_for(floor)
    lan.answers("decline")
    assert [offer.ending for offer in floor.offers(call)] == [End.DECLINED]
    assert floor.stands("lan") == (Status.READY, Activity.IDLE)


def test_who_lets_it_ring_finds_it_among_what_they_missed(floor: Floor, lan: Tab) -> None:
    lan.chooses("ready")
    waiting_for(floor)
    floor.pass_time(21)
    assert "Missed 1" in lan.page()


def test_a_wrap_up_ends_by_itself_but_not_while_notes_are_typed(floor: Floor, lan: Tab) -> None:
    lan.chooses("ready")
    call = waiting_for(floor)
    lan.answers("accept")
    call.hang_up()
    floor.pass_time(20)
    lan.works(notes="a long st")
    floor.pass_time(10)
    assert floor.stands("lan")[1] is Activity.WRAPPING_UP
    lan.works(notes="a long story")
    lan.works("longer")
    floor.pass_time(50)
    assert floor.stands("lan")[1] is Activity.WRAPPING_UP
    floor.pass_time(12)
    assert floor.stands("lan")[1] is Activity.IDLE
    assert floor.talks(call)[0].notes == "a long story"


def test_where_it_is_required_the_wrap_up_lasts_until_it_is_said_what_it_was(floor: Floor, lan: Tab) -> None:
    lan.chooses("ready")
    call = waiting_for(floor, "2")
    lan.answers("accept")
    call.hang_up()
    floor.pass_time(120)
    assert "until you say what it was about" in lan.page()
    lan.works("finish", 409, disposition="", notes="")
    assert floor.stands("lan")[1] is Activity.WRAPPING_UP
    lan.works("finish", 422, disposition="of another queue", notes="")
    assert floor.stands("lan")[1] is Activity.WRAPPING_UP
    lan.works("finish", disposition="solved", notes="")
    assert floor.stands("lan")[1] is Activity.IDLE


@pytest.fixture
def minh(floor: Floor) -> Tab:
    """A colleague at another desk, who knows about tax and is ready."""
    floor.hire("Minh", ready=False, languages=frozenset({"en"}), skills={"tax": 5})
    tab = Tab(floor, "Minh")
    tab.chooses("on_break")
    return tab


def test_what_can_be_done_with_a_caller_is_shown_and_nothing_else(floor: Floor, lan: Tab, minh: Tab) -> None:
    lan.chooses("ready")
    waiting_for(floor)
    lan.answers("accept")
    shown = lan.page()
    assert "Agents who are free Nobody else is free. Queues sales support" in shown
    assert "A number, such as +84901234567" in shown
    minh.chooses("ready")
    assert "Agents who are free Minh English · tax=5 Ask first Send there Queues sales support" in lan.page()
    assert "bán hàng hỗ trợ" in lan.page("vi")
    lan.works("hang-up")
    assert "Agents who are free" not in lan.page()


def test_a_caller_is_sent_on_to_a_colleague_who_sees_by_whom(floor: Floor, lan: Tab, minh: Tab) -> None:
    lan.chooses("ready")
    call = waiting_for(floor)
    lan.answers("accept")
    lan.works(notes="has paid twice")
    lan.works("send-on", 409, to="agent", name="minh")
    minh.chooses("ready")
    lan.works("send-on", to="agent", name="minh")
    assert "Wrapping up" in lan.page()
    floor.pass_time(3)
    shown = minh.page()
    assert "Lan sends you +84901234567: sales, English." in shown
    assert "What Lan has written has paid twice" in shown
    assert "on hold" not in shown
    lan.works(disposition="complained")
    assert "What Lan has written complained has paid twice" in minh.page(), "also what is written after that"
    minh.answers("accept")
    assert call.doing == "talking"
    assert [talk.agent for talk in floor.talks(call)] == ["lan", "minh"]


def test_a_caller_who_is_sent_to_a_queue_is_offered_there_with_who_sent_them_and_why(
    floor: Floor, lan: Tab, minh: Tab
) -> None:
    floor.hire("Hoa", ready=False, languages=frozenset({"en"}), queues=frozenset({"support"}))
    hoa = Tab(floor, "Hoa")
    hoa.chooses("ready")
    lan.chooses("ready")
    waiting_for(floor)
    lan.answers("accept")
    lan.works(notes="has paid twice")
    lan.works("send-on", to="queue", name="support")
    floor.pass_time(3)
    shown = hoa.page()
    assert "Lan sends you +84901234567: support, English." in shown
    assert "What Lan has written has paid twice" in shown
    hoa.answers("accept")
    assert "What Lan has written has paid twice" in hoa.page()
    assert "What Lan" not in lan.page()


def test_a_colleague_is_asked_first_then_all_three_talk_then_the_caller_is_theirs(
    floor: Floor, lan: Tab, minh: Tab
) -> None:
    lan.chooses("ready")
    call = waiting_for(floor)
    lan.answers("accept")
    minh.chooses("ready")
    lan.works(notes="has paid")
    lan.works("ask", agent="minh")
    shown = lan.page()
    assert "Minh is being rung; the caller hears music. Hang up" in shown
    assert "Without Minh C" in shown
    assert "Hand over" not in shown
    assert "Agents who are free" not in shown
    assert "Lan asks you in: +84901234567, sales, English." in minh.page()
    assert "Lan asks you about +84901234567 The caller is on hold. Accept" in minh.page()
    assert "What Lan has written has paid Earlier" in minh.page()
    minh.answers("accept")
    shown = lan.page()
    assert "Minh is here." in shown
    assert "Hand over to Minh G Without Minh C All three P" in shown
    assert "Ask first" not in minh.page()
    assert "Lan asks you about +84901234567 Hang up" in minh.page()
    assert "All three P" in minh.page()
    lan.works(notes="has paid twice")
    assert "What Lan has written has paid twice" in minh.page()
    lan.works("resume")
    assert "Hold P" in minh.page()
    assert "Hand over to Minh G Without Minh C Hold P" in lan.page()
    lan.works("hand-over")
    assert "Wrapping up" in lan.page()
    assert "You talk to +84901234567" in minh.page()
    assert call.doing == "talking"


@pytest.mark.parametrize(("answer", "told"), [("decline", "has declined"), ("", "did not answer")])
def test_a_colleague_who_does_not_come_leaves_the_caller_with_who_asked(
    floor: Floor, lan: Tab, minh: Tab, answer: str, told: str
) -> None:
    lan.chooses("ready")
    call = waiting_for(floor)
    lan.answers("accept")
    minh.chooses("ready")
    lan.works("ask", agent="minh")
    if answer:
        minh.answers(answer)
    floor.pass_time(25)
    shown = lan.page()
    assert f"Minh {told}; you have the caller back." in shown
    assert "Without Minh" not in shown
    assert "Hold P" in shown
    assert call.doing == "talking"


def test_a_caller_is_sent_to_another_queue_or_to_a_number_that_may_be_called(floor: Floor, lan: Tab) -> None:
    lan.chooses("ready")
    call = waiting_for(floor)
    lan.answers("accept")
    lan.works("send-on", 409, to="number", name="+19005550100")
    lan.works("send-on", to="queue", name="support")
    assert [visit.queue for visit in floor.visits(call)] == ["sales", "support"]


def test_an_agent_is_told_that_the_carrier_does_not_answer(floor: Floor, lan: Tab, minh: Tab) -> None:
    lan.chooses("ready")
    waiting_for(floor)
    lan.answers("accept")
    minh.chooses("ready")
    floor.rest = refused(500)
    lan.works("ask", agent="minh")
    told = "The carrier does not answer. What you have asked for comes as soon as it does."
    assert told in lan.page()
    floor.rest = fine
    floor.pass_time(5)
    assert told not in lan.page()


def test_whoever_is_asked_can_be_done_without(floor: Floor, lan: Tab, minh: Tab) -> None:
    lan.chooses("ready")
    waiting_for(floor)
    lan.answers("accept")
    minh.chooses("ready")
    lan.works("ask", agent="minh")
    lan.works("call-off")
    assert "Minh is" not in lan.page()
    assert "Ask first" in lan.page()
    assert floor.stands("minh") == (Status.READY, Activity.IDLE)


def test_an_agent_whose_page_is_gone_is_offered_nobody(floor: Floor, lan: Tab) -> None:
    lan.chooses("ready")
    floor.pass_time(300)
    assert floor.stands("lan")[0] is Status.READY
    lan.is_open = False
    floor.pass_time(31)
    assert floor.stands("lan")[0] is Status.SIGNED_OUT
    assert "The desk’s page was not heard of any more" in lan.page()


def test_a_browser_that_does_not_pick_up_leaves_the_caller_first_in_line(floor: Floor, lan: Tab) -> None:
    lan.chooses("ready")
    call = waiting_for(floor)
    lan.is_open = False
    floor.pass_time(46)
    lan.chooses("ready")
    lan.answers("accept")
    [first, *_] = floor.talks(call)
    assert (first.answered_at, first.ended_by) == (None, "line")
    before, now = floor.visits(call)
    assert (now.is_waiting, now.rank, now.preferred) == (True, before.rank, "lan")


@pytest.mark.parametrize("trouble", [refused(400, 21211), no_answer])
def test_a_browser_that_the_carrier_does_not_ring_keeps_nobody_waiting(
    floor: Floor, lan: Tab, trouble: Trouble
) -> None:
    lan.chooses("ready")
    call = waiting_for(floor)
    floor.rest = only("/Calls.json", once(trouble))
    lan.answers("accept")
    floor.pass_time(60)
    first, now = floor.visits(call)
    assert (now.is_waiting, now.rank) == (True, first.rank)
    assert floor.stands("lan")[1] is Activity.OFFERED


def test_whose_phone_is_rung_is_told_to_pick_it_up(floor: Floor) -> None:
    floor.hire("Minh", Party(after=15, keys="1"), languages=frozenset({"en"}))
    minh = Tab(floor, "Minh")
    call = waiting_for(floor)
    floor.pass_time(3)
    shown = minh.page()
    assert "Your phone rings: pick it up and press 1." in shown
    assert "Accept A" not in shown
    [offer] = floor.offers(call)
    assert minh.does(f"POST /api/offers/{offer.id}/accept") == 409, "it is accepted where it rings"
    assert floor.talks(call) == []
    floor.pass_time(15)
    assert "In conversation" in minh.page()


def test_an_agent_who_signs_in_is_led_to_the_desk(floor: Floor, lan: Tab) -> None:
    assert lan.client.get("/").headers["Location"] == "/desk"
    assert 'href="/desk"' in lan.client.get("/messages", headers=HTML).text


def test_nobody_touches_the_call_of_somebody_else(floor: Floor, lan: Tab) -> None:
    floor.hire("Minh", ready=False)
    minh = Tab(floor, "Minh")
    lan.chooses("ready")
    call = waiting_for(floor)
    [offer] = floor.offers(call)
    assert minh.does(f"POST /api/offers/{offer.id}/accept") == 404
    lan.answers("accept")
    assert minh.does(f"POST /api/talks/{offer.id}/hang-up") == 404
    assert minh.does(f"PUT /api/talks/{offer.id}/notes", notes="mine now") == 404
    assert call.doing == "talking"
    assert floor.talks(call)[0].notes == ""


def test_who_is_no_agent_sees_what_to_ask_for(floor: Floor) -> None:
    client = floor.house.signed_in(Role.AGENT, "Hoa")
    client.environ_base["REMOTE_ADDR"] = "192.0.2.1"
    shown = client.get("/desk", headers=HTML).text
    assert "Ask whoever looks after the hotline to set you up as an agent" in shown
    assert "your name here: Hoa" in shown
    assert client.sends("PUT /api/me/status", {"status": "ready"}).status_code == 404


def test_at_the_hotlines_own_machine_one_sits_down_at_a_desk(floor: Floor) -> None:
    here = floor.house.browser()
    assert "At whose desk?" in here.get("/desk", headers=HTML).text
    assert here.post("/desk/seat", data={"name": "not a name"}, headers=HTML).status_code == 400
    assert here.post("/desk/seat", data={"name": "An"}).status_code == 303
    assert here.sends("PUT /api/me/status", {"status": "ready"}).status_code == 200
    assert floor.stands("an") == (Status.READY, Activity.IDLE)
    assert floor.agent("an").languages == {"en", "vi"}
    assert "You sit at the desk of An." in here.get("/desk", headers=HTML).text
    here.post("/desk/seat", data={})
    assert ">An</button>" in here.get("/desk", headers=HTML).text
    elsewhere = floor.house.signed_in(Role.AGENT, "Hoa")
    elsewhere.environ_base["REMOTE_ADDR"] = "192.0.2.1"
    elsewhere.post("/desk/seat", data={"name": "An"})
    assert "your name here: Hoa" in elsewhere.get("/desk", headers=HTML).text


KEY = {"boxed": False, "api_key": "SK" + "1" * 32, "api_secret": "a secret of thirty-two characters"}


def test_with_a_real_carrier_the_page_is_a_phone_by_a_pass_of_its_own(tmp_path: Path) -> None:
    floor = Floor.open(tmp_path, MENUS, **KEY)
    floor.hire("Lan", ready=False)
    lan = signed_in(floor, "Lan")
    page = lan.get("/desk", headers=HTML)
    assert 'data-line="carrier"' in page.text
    assert "/static/twilio/twilio.min.js" in page.text
    assert "microphone=(self)" in page.headers["Permissions-Policy"]
    assert "wss://*.twilio.com" in page.headers["Content-Security-Policy"]
    assert lan.get("/static/twilio/twilio.min.js", buffered=True).status_code == 200
    assert "microphone=()" in lan.get("/messages", headers=HTML).headers["Permissions-Policy"]
    claims = lan.get("/api/me/token").get_json()["token"].split(".")[1]
    said = json.loads(base64.urlsafe_b64decode(claims + "=" * (-len(claims) % 4)))
    assert said["grants"] == {"identity": "lan", "voice": {"incoming": {"allow": True}}}
    assert floor.house.signed_in(Role.AGENT, "Hoa").get("/api/me/token").status_code == 404
    floor.house.exchange.ledger.close()


def test_without_the_carriers_key_the_page_says_what_is_missing(tmp_path: Path) -> None:
    floor = Floor.open(tmp_path, MENUS, boxed=False)
    floor.hire("Lan", ready=False)
    lan = signed_in(floor, "Lan")
    page = lan.get("/desk", headers=HTML)
    assert "the carrier’s key is missing (TWILIO_API_KEY)" in page.text
    assert "twilio.min.js" not in page.text
    assert "microphone=()" in page.headers["Permissions-Policy"]
    assert lan.get("/api/me/token").status_code == 404
    floor.house.exchange.ledger.close()


def test_the_page_follows_one_number_that_does_not_change_by_itself(floor: Floor, lan: Tab) -> None:
    lan.chooses("ready")
    number = lan.client.get("/desk", headers=HTML).headers["ETag"]
    floor.pass_time(5)
    asked = {**HTML, "If-None-Match": number}
    assert lan.client.get("/desk", headers=asked).status_code == 304
    waiting_for(floor)
    assert lan.client.get("/desk", headers=asked).status_code == 200


MAI = "+84907654321"


def test_an_agent_who_is_free_calls_out_and_writes_down_what_it_was(floor: Floor, lan: Tab) -> None:
    floor.phone.exchange.people.by_number[MAI] = Party(after=5, talks=40)
    assert "Call somebody" not in lan.page()
    lan.chooses("ready")
    assert "Call somebody L A number, such as +84901234567" in lan.page()
    assert lan.does("POST /api/calls-out", number=MAI, queue="sales") == 204
    assert "You call +84907654321" in lan.page()
    lan.answers("accept")
    assert "Is being rung +84907654321" in lan.page()
    assert "Queue sales Language English Earlier calls" in lan.page(), "nobody waits for them"
    floor.pass_time(10)
    shown = lan.page()
    assert "You talk to +84907654321" in shown
    assert "Queues sales support" not in shown, "they are in no menus in which they could go on"
    floor.pass_time(40)
    lan.works("finish", disposition="bought")
    assert "Call somebody" in lan.page()


def test_a_number_one_came_for_waits_on_the_desk_until_one_may_call_it(floor: Floor, lan: Tab) -> None:
    def shown(number: str) -> str:
        return lan.client.get("/desk", query_string={"call": number, "queue": "sales"}, headers=HTML).text

    assert "Be ready first; then you can call." in shown(MAI)
    lan.chooses("ready")
    page = shown(MAI)
    assert f'value="{MAI}"' in page
    assert '<option value="sales" selected>' in page
    assert "Be ready first" not in page
    assert "+19005550100 may not be called from here." in shown("+19005550100")
    assert 'value="hacked"' not in shown("hacked")


def test_a_recording_is_shown_and_pauses_while_a_card_is_read(tmp_path: Path) -> None:
    floor = Floor.open(tmp_path, MENUS.replace("  sales:\n", "  sales:\n    record: true\n"), boxed=True)
    floor.hire("Lan", ready=False, languages=frozenset({"en"}))
    lan = Tab(floor, "Lan")
    lan.chooses("ready")
    waiting_for(floor)
    floor.pass_time(10)
    lan.answers("accept")
    assert "Pause the recording S Being recorded" in lan.page()
    lan.works("pause-recording")
    assert "Record again S Not being recorded now" in lan.page()
    lan.works("resume-recording")
    assert "Pause the recording S Being recorded" in lan.page()
    floor.house.exchange.ledger.close()
