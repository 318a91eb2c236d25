"""The page of a call tells what its caller lived through in line."""

from pathlib import Path

from ivr.box import Party
from ivr.core.agents import Status
from ivr.switchboard.line.standing import choose
from ivr.switchboard.line.wrapping_up import write_down
from ivr.web.pages import queued
from tests.reaching.floor import Floor
from tests.reaching.test_calling_back import LAN, MENUS, TALKS, promised

DECLINES = Party(after=2, keys="5")


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
