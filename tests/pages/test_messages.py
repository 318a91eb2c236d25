"""Word left by callers: waiting until somebody has seen to it."""

import re
from importlib import import_module

import pytest

from ivr.ledger import calls, recordings
from ivr.ledger import messages as left
from tests.pages.town import Town
from tests.service import LAN, MAI

SOUND = b"RIFF" + bytes(range(256)) * 4


def leave_word(town: Town, from_: str = LAN) -> str:
    """A caller leaves word; the id of the message."""
    call = town.dial(from_).press("1").press("2").speak(5).press("#")
    found: str = town.house.rows.one("SELECT id FROM message WHERE call = :call", call=call.sid)
    return found


def who(page: str) -> list[str]:
    return re.findall(r'<h2 class="tel" id="[^"]+">(\S+)', page)


def recording_of(town: Town, message_id: str) -> str:
    found: str = town.house.rows.one("SELECT recording FROM message WHERE id = :id", id=message_id)
    return f"/recordings/said/{found}.wav"


def test_nobody_has_left_word(town: Town) -> None:
    assert "Nobody is waiting for an answer." in town.page("/messages")
    assert "Nobody has left word yet." in town.page("/messages?all")


def test_who_has_waited_longest_stands_first_and_the_rest_is_counted(town: Town) -> None:
    leave_word(town, LAN)
    leave_word(town, MAI)

    assert who(town.page("/messages")) == [LAN, MAI]
    assert who(town.page("/messages?all")) == [MAI, LAN]
    assert '<span class="count" id="waiting" data-follow>2<' in town.page("/calls")
    assert "The recording is on its way from the carrier." in town.page("/messages")


def test_a_message_is_played_noted_and_done(town: Town) -> None:
    message = leave_word(town)
    town.fetch_recordings(SOUND)
    assert "0:05 · new" in town.page("/messages")

    played = town.pages.get(recording_of(town, message), buffered=True)
    assert (played.status_code, played.data, played.mimetype) == (200, SOUND, "audio/wav")
    assert "0:05 · listened to" in town.page("/messages")

    town.pages.post(f"/messages/{message}", data={"note": " rang back, no answer ", "state": "as_it_was"})
    assert 'value="rang back, no answer"' in town.page("/messages")

    answer = town.pages.post(f"/messages/{message}", data={"note": "rang back, all well", "state": "done"})
    assert (answer.status_code, answer.headers["Location"]) == (302, "/messages")
    page = town.page("/messages")
    assert who(page) == []
    assert f"The message of {LAN} is done." in page
    assert "is done." not in town.page("/messages")  # said once
    assert "done on Nov 23, 2026" in town.page("/messages?all")
    call = town.house.rows.one("SELECT call FROM message")
    assert "rang back, all well" in town.page(f"/calls/{call}")

    town.pages.post(f"/messages/{message}", data={"all": "", "state": "waiting"})
    assert who(town.page("/messages")) == [LAN]
    assert 'value="rang back, all well"' in town.page("/messages")


def test_a_recording_can_be_sought_in_and_is_kept_by_no_browser(town: Town) -> None:
    message = leave_word(town)
    town.fetch_recordings(SOUND)

    part = town.pages.get(recording_of(town, message), headers={"Range": "bytes=4-7"}, buffered=True)

    assert (part.status_code, part.data) == (206, SOUND[4:8])
    assert part.headers["Content-Range"] == f"bytes 4-7/{len(SOUND)}"
    assert part.headers["Cache-Control"] == "no-store"


def test_what_is_not_there_is_not_found(town: Town) -> None:
    message = leave_word(town)
    assert town.pages.get(recording_of(town, message)).status_code == 404  # not fetched yet
    assert town.pages.get("/recordings/said/..%2fhotline.db.wav").status_code == 404
    assert town.pages.post("/messages/nobody", data={"state": "done"}).status_code == 404


def test_all_messages_go_on_on_earlier_pages(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(import_module("ivr.web.pages.messages"), "PAGE", 3)
    for number in range(4):
        leave_word(town, f"+8490000{number:04}")

    first = town.page("/messages?all")
    link = re.search(r'<a href="([^"]+)" rel="next">', first)
    assert link
    earlier = town.page(link[1].replace("&amp;", "&"))
    assert (len(who(first)), who(earlier)) == (3, ["+84900000000"])


def test_those_who_wait_longest_are_shown_and_the_rest_is_counted(town: Town) -> None:
    leave_word(town)
    with town.house.exchange.ledger.transaction() as tx:
        call = calls.find(tx, town.house.rows.one("SELECT call FROM message"))
        assert call
        for at in range(1, 103):
            recording = recordings.add(tx, call.id, f"RE{at}", "message", 5, call.started_at, message=True)
            left.leave(tx, call, "office", recording, call.started_at + 3_600_000 + at)

    page = town.page("/messages")
    assert len(who(page)) == 100
    assert "3 more are waiting behind these." in page


def test_a_recording_that_could_not_be_had_is_fetched_again(town: Town) -> None:
    message = leave_word(town)
    recording = town.house.rows.one("SELECT recording FROM message WHERE id = :id", id=message)
    with town.house.exchange.ledger.transaction() as tx:
        recordings.lost(tx, recording)
    for page in ("/messages", f"/calls/{town.house.rows.one('SELECT call FROM message')}"):
        assert "The recording could not be fetched from the carrier." in town.page(page)
        assert f'action="/recordings/said/{recording}"' in town.page(page)
    fetching = "SELECT COUNT(*) FROM errand WHERE kind = 'fetch_recording'"
    before = town.house.rows.one(fetching)

    answer = town.pages.post(f"/recordings/said/{recording}", data={"back": "/messages?all"})

    assert (answer.status_code, answer.headers["Location"]) == (303, "/messages?all")
    assert town.house.rows.one(fetching) == before + 1
    assert "The recording is on its way from the carrier." in town.page("/messages")
    town.pages.post(f"/recordings/said/{recording}")  # pressed on a page that was older
    assert town.house.rows.one(fetching) == before + 1


def test_who_has_left_word_is_called_by_one_click_from_the_desk(town: Town) -> None:
    call = town.dial(LAN).press("1").press("2").speak(5).press("#")
    call.hang_up()
    to_desk = 'href="/desk?call=%2B84901234567"'
    assert to_desk in town.page("/messages")
    assert to_desk in town.page(f"/calls/{call.sid}")
    leave_word(town, "")
    assert town.page("/messages").count("/desk?call=") == 1, "nobody can call a withheld number"
