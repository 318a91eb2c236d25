"""The page of a call tells what its caller lived through in line."""

import html
import re
from pathlib import Path

import pytest

from ivr.box import Party
from ivr.box.phone_line import PhoneCall
from ivr.core.agents import Status
from ivr.core.line.closures import Closure
from ivr.core.line.onward import Onward, To
from ivr.switchboard.line import closing
from ivr.switchboard.line.consulting import ask, hand_over
from ivr.switchboard.line.sending_on import send_on
from ivr.switchboard.line.standing import choose
from ivr.switchboard.line.wrapping_up import write_down
from ivr.web.pages import queued
from tests.reaching.floor import Floor
from tests.reaching.test_calling_back import LAN, MENUS, TALKS, promised
from tests.reaching.test_closing import MENUS as MAY_BE_CLOSED
from tests.reaching.test_sending_on import HELPS, SELLS
from tests.reaching.test_sending_on import MENUS as TWO_QUEUES

DECLINES = Party(after=2, keys="5")
ASKED = MENUS.replace("callback: yes", "callback: yes\n    record: ask\n    say: One moment.")


def told(floor: Floor, call: PhoneCall) -> list[str]:
    """What the page says of this call: the words heard in quotes, the keys, and what a key meant."""
    page = floor.house.signed_in().get(f"/calls/{call.sid}").text
    moments = page[page.index('<ol class="timeline"') : page.index("</ol>")]
    pieces = (
        r'<p class="heard"[^>]*>(.*?)</p>|<kbd>(.*?)</kbd>\s*(?:<span class="wrong">(.*?)</span>|([^<]*))'
    )
    found = re.findall(pieces, moments)
    return [html.unescape(" ".join(piece.strip() for piece in each if piece.strip())) for each in found]


def test_a_visit_says_who_was_offered_it_who_talked_and_what_was_written_down(tmp_path: Path) -> None:
    floor = Floor.open(tmp_path, MENUS)
    floor.hire("An", DECLINES)
    floor.hire("Binh", TALKS)
    call = floor.ring().press("1")
    floor.pass_time(120)
    [talk] = floor.talks(call)
    write_down(floor.house.exchange, talk.offer, "sold", "wants a receipt")
    page = floor.house.signed_in().get(f"/calls/{call.sid}").text
    assert "In line for sales" in page
    assert "Offered to An: declined" in page
    assert "Offered to Binh: accepted" in page
    assert "Talked to Binh for 1:00" in page
    assert "the agent hung up" in page
    assert "sold" in page
    assert "wants a receipt" in page


def test_queues_stand_there_by_their_labels_for_who_reads(tmp_path: Path) -> None:
    labelled = TWO_QUEUES.replace("sales: {say", "sales: {label: the shop, say")
    labelled = labelled.replace("support: {say", "support: {label: the engineers, say")
    floor = Floor.open(tmp_path, labelled)
    floor.hire("An", Party(after=2, keys="1", talks=600), **SELLS)
    floor.hire("Binh", Party(after=2, keys="1", talks=600), **HELPS)
    call = floor.ring().press("1")
    floor.pass_time(20)
    [talk] = floor.talks(call)
    assert send_on(floor.house.exchange, talk.offer, Onward(To.QUEUE, "support")) is None
    floor.pass_time(20)
    page = floor.house.signed_in().get(f"/calls/{call.sid}").text
    assert "In line for the shop" in page
    assert "sent the caller on to the engineers" in page
    assert "In line for the engineers" in page


def test_a_promise_stands_with_its_tries_and_leads_to_the_call_that_came_of_it(tmp_path: Path) -> None:
    floor = Floor.open(tmp_path, MENUS)
    floor.hire("An", TALKS)
    choose(floor.house.exchange, "an", Status.ON_BREAK, "coffee")
    floor.phone.exchange.people.by_number[LAN] = Party(after=5, keys="1", talks=30)
    call = promised(floor)
    client = floor.house.signed_in()
    before = client.get(f"/calls/{call.sid}").text
    assert f"To be called back at {LAN}" in before
    assert "still to be called" in before
    choose(floor.house.exchange, "an", Status.READY)
    floor.pass_time(120)
    with floor.house.exchange.ledger.reading() as tx:
        (back,) = queued.promises(tx, call.sid)
    assert f'href="/calls/{back.leg}"' in client.get(f"/calls/{call.sid}").text
    assert "Called back, after" in client.get(f"/calls/{back.leg}").text


MAIN = ["Welcome. For sales, press 1.", "1 sales"]


def test_a_caller_who_talked_is_not_said_to_have_heard_that_nobody_is_free(tmp_path: Path) -> None:
    floor = Floor.open(tmp_path, ASKED)
    floor.hire("An", TALKS)
    call = floor.ring().press("1")
    floor.pass_time(2)
    call.press_now("1")
    floor.pass_time(120)

    said = [words for words in call.heard if not words.startswith("http")]  # without the music
    question = "If you agree that this conversation is recorded, press 1."
    assert said == [MAIN[0], "One moment.", question, "Thank you for talking to us."]
    assert told(floor, call) == [*MAIN, *said[1:3], "1", said[3]]


def test_one_whom_nobody_could_take_is(tmp_path: Path) -> None:
    floor = Floor.open(tmp_path, MENUS)
    call = floor.ring().press("1")
    floor.pass_time(30)

    assert call.heard[1:3] == ["Nobody is free to take your call at the moment.", "Leave word."]
    assert told(floor, call) == [*MAIN, *call.heard[1:]]


def test_one_who_found_the_queue_closed_by_hand_is_told_with_what_they_heard_and_by_whom(
    tmp_path: Path,
) -> None:
    floor = Floor.open(tmp_path, MAY_BE_CLOSED)
    floor.hire("An", TALKS)
    closing.close(floor.house.exchange, Closure("sales", 0, "Mai", says={"en": "We are at sea."}))
    closing.close(floor.house.exchange, Closure("support", 0, "Mai"))
    first, second = floor.ring().press("1"), floor.ring().press("2")
    floor.pass_time(30)

    assert first.heard[1:3] == ["We are at sea.", "Leave word."]
    assert told(floor, first) == [*MAIN, *first.heard[1:]]
    assert "We are at sea." not in told(floor, second)
    page = floor.house.signed_in().get(f"/calls/{second.sid}").text
    assert re.search(r"support was closed by hand <span class=.quiet.>Mai</span>", page)


@pytest.mark.parametrize(("keys", "answers"), [("1", ["1"]), ("51", ["5", "1"])])
def test_who_asks_to_be_called_back_is_asked_where_and_nothing_was_wrong(
    tmp_path: Path, keys: str, answers: list[str]
) -> None:
    floor = Floor.open(tmp_path, ASKED)
    floor.hire("An", TALKS)
    choose(floor.house.exchange, "an", Status.ON_BREAK, "coffee")
    call = floor.ring().press("1")
    for key in ("2", "2", *keys):  # they do not agree to be recorded, and wish to be called back
        floor.pass_time(5)
        call.press_now(key)
    floor.pass_time(10)

    where = "To be rung at the number you are calling from, press 1."
    promise = "We will ring you when it is your turn. You can hang up now."
    assert call.heard[-1] == promise
    asked = [piece for answer in answers[:-1] for piece in (where, answer)]
    assert told(floor, call)[4:] == ["2", "2", *asked, where, "1", promise]


def test_a_transfer_is_told_by_who_asked_who_took_over_and_where_a_caller_was_sent(tmp_path: Path) -> None:
    floor = Floor.open(tmp_path, TWO_QUEUES)
    floor.hire("An", Party(after=2, keys="1", talks=600), **SELLS)
    floor.hire("Binh", Party(after=4, keys="1", talks=600), **HELPS)
    call = floor.ring().press("1")
    floor.pass_time(20)
    exchange = floor.house.exchange
    [first] = floor.talks(call)
    assert ask(exchange, first.offer, "binh") is None
    floor.pass_time(20)
    assert hand_over(exchange, first.offer)
    floor.pass_time(5)
    second = next(talk for talk in floor.talks(call) if talk.agent == "binh")
    assert send_on(exchange, second.offer, Onward(To.QUEUE, "support")) is None
    floor.pass_time(5)
    page = floor.house.signed_in().get(f"/calls/{call.sid}").text
    assert "An asks somebody else" in page
    assert "took the caller over" in page
    assert "sent the caller on to support" in page
