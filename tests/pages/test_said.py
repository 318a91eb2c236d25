"""The page of a call tells what its caller said of it, and what they have written to us."""

from pathlib import Path

from ivr.core.accounts import Role
from tests.reaching.floor import Floor
from tests.reaching.test_surveys import BY_SMS, CALLER, open_floor
from tests.service import NUMBER


def page_of(floor: Floor, call_id: str) -> str:
    return " ".join(floor.house.signed_in().get(f"/calls/{call_id}").text.split())


def test_answers_stand_with_their_scale_and_questions_without_one_say_so(tmp_path: Path) -> None:
    floor = open_floor(tmp_path)
    call = floor.ring()
    floor.pass_time(12)
    call.press("4").settle()
    call.press("2").settle()
    floor.pass_time(10)
    call.hang_up()
    floor.pass_time(2)
    page = page_of(floor, call.sid)
    assert "<dt>Satisfied</dt> <dd>4 of 5" in page
    assert "<dt>Solved</dt> <dd>no" in page
    assert '<dt>In their own words</dt> <dd><span class="quiet">not answered' in page


def test_messages_of_the_number_stand_with_every_call_of_it(tmp_path: Path) -> None:
    floor = open_floor(tmp_path, BY_SMS)
    call = floor.ring()
    floor.pass_time(45)
    floor.phone.text(NUMBER, "5")
    floor.phone.text(NUMBER, "<b>1</b> stop it")
    another = floor.ring(CALLER)
    another.hang_up()
    page = page_of(floor, call.sid)
    assert '<dt>Satisfied</dt> <dd>5 of 5 <span class="quiet">by text message' in page
    assert "&lt;b&gt;1&lt;/b&gt; stop it" in page
    assert "Our answer: Sao Mai: Was it solved?" in page
    assert "after another call" in page_of(floor, another.sid)


def test_what_callers_write_has_a_list_of_its_own_also_of_who_never_called(tmp_path: Path) -> None:
    floor = open_floor(tmp_path)
    client = floor.house.signed_in(Role.AGENT, "hoa")
    assert "Nobody has written yet" in client.get("/messages/written").text
    floor.phone.text(NUMBER, "Are you open on Sunday?", "+84911111111")
    floor.phone.text(NUMBER, "STOP", "+84922222222")
    page = client.get("/messages/written").text
    assert "Are you open on Sunday?" in page
    assert "+84911111111" in page
    assert "+84922222222" not in page
    assert 'aria-current="page">Written' in page
