"""The page of one caller: who may, what it shows, what it asks twice, and what it leaves."""

import io
import json
import re
import zipfile
from pathlib import Path

import pytest

from ivr.core.accounts import Role
from ivr.ledger import legal_holds
from ivr.switchboard.hashing import hash_numbers
from tests.reaching.floor import Floor
from tests.reaching.one_caller import LAN, MAI, lived_through
from tests.service import Browser

NAMES = re.compile(r'class="tel"[^>]*>([^<]*)')
"""Where pages name a caller; what agents wrote in their own words stays as they wrote it."""


@pytest.fixture
def floor(tmp_path: Path) -> Floor:
    return lived_through(tmp_path)


@pytest.fixture
def admin(floor: Floor) -> Browser:
    return floor.house.signed_in(Role.ADMIN, "chi")


def a_call(floor: Floor, caller: str = LAN) -> str:
    found: str = floor.house.rows.one("SELECT MIN(id) FROM call WHERE caller = :caller", caller=caller)
    return found


def test_it_counts_what_is_held_and_takes_a_number_as_it_is_typed_at_home(admin: Browser) -> None:
    page = admin.post("/callers", data={"number": "090 123 45 67"}).text
    assert LAN in page
    for told in ("<dt>Calls</dt><dd>6</dd>", "<dt>Text messages</dt><dd>2</dd>", "Wish for no text messages"):
        assert told in page
    nobody = admin.post("/callers", data={"number": "+84900000009"}).text
    assert "Nothing is held on this number." in nobody
    assert admin.post("/callers", data={"number": "Lan"}).status_code == 400


def test_what_is_held_is_named_in_the_language_of_who_reads(admin: Browser) -> None:
    """In English one word says that somebody calls, and what they have made."""
    page = admin.post("/callers", data={"number": LAN}, headers={"Accept-Language": "vi"})
    assert "<dt>Cuộc gọi</dt>" in page.text


def test_everything_is_taken_along_and_the_audit_knows(floor: Floor, admin: Browser) -> None:
    answer = admin.post("/callers/export", data={"number": LAN})
    with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
        told = json.loads(archive.read("caller.json"))
        sounds = [name for name in archive.namelist() if name.endswith(".wav")]
        heard = [archive.read(name)[:4] for name in sounds]
    answer.close()
    assert told["caller"] == LAN
    assert [text["text"] for text in told["texts"]][1] == "STOP"
    calls = told["calls"]
    assert len(calls) == 6
    assert {note for call in calls for talk in call.get("conversations", ()) if (note := talk["notes"])} == {
        "wants a boat; 0901234567"
    }
    named = [
        recording["sound"]
        for call in calls
        for recording in call.get("recordings", ())
        if "sound" in recording
    ]
    assert sorted(named) == sorted(sounds)
    assert heard == [b"RIFF"] * len(sounds)
    assert len(sounds) >= 2
    assert floor.house.rows("SELECT who, what FROM audit ORDER BY number DESC LIMIT 1") == [
        ("chi", "caller_exported")
    ]


def test_to_erase_is_asked_twice_and_nothing_happens_before(floor: Floor, admin: Browser) -> None:
    first = admin.post("/callers/erase", data={"number": LAN})
    assert "Erase this caller?" in first.text
    other = admin.post("/callers/erase", data={"number": LAN, "again": MAI})
    assert "That is another number" in other.text
    assert floor.house.rows.one("SELECT COUNT(*) FROM call WHERE caller = :lan", lan=LAN) == 5
    done = admin.post("/callers/erase", data={"number": LAN, "again": "0901234567"})
    assert "The caller is erased." in done.text
    assert "That they want no text messages is kept" in done.text
    assert floor.house.rows.one("SELECT COUNT(*) FROM call WHERE caller = :lan", lan=LAN) == 0


def test_a_call_is_held_from_its_page_and_shown_there_until_it_is_released(
    floor: Floor, admin: Browser
) -> None:
    call = a_call(floor)
    held = admin.post("/callers/hold", data={"call": call, "why": "the court asks for it"})
    assert held.headers["Location"] == f"/calls/{call}"
    reader = floor.house.signed_in(Role.SUPERVISOR)
    page = reader.get(f"/calls/{call}").text
    assert "This call is held" in page
    assert "the court asks for it" in page
    assert "Release" not in page
    refused = admin.post("/callers/erase", data={"number": LAN, "again": LAN}).text
    assert "What is held cannot be erased" in refused
    with floor.house.exchange.ledger.reading() as tx:
        (hold,) = legal_holds.on_call(tx, call)
    admin.post("/callers/release", data={"hold": hold.id, "call": call})
    assert "This call is held" not in reader.get(f"/calls/{call}").text
    assert admin.post("/callers/release", data={"hold": hold.id}).status_code == 404
    told = floor.house.rows("SELECT what, subject FROM audit ORDER BY number DESC LIMIT 2")
    assert told == [("hold_released", call), ("call_held", call)]


def test_all_calls_of_a_caller_are_held_by_one_of_them(floor: Floor, admin: Browser) -> None:
    call = a_call(floor)
    admin.post("/callers/hold", data={"call": call, "all": "yes", "why": "a complaint"})
    with floor.house.exchange.ledger.reading() as tx:
        others = floor.house.rows("SELECT id FROM call WHERE caller = :lan", lan=LAN)
        assert all(legal_holds.on_call(tx, other) for (other,) in others)
        assert not legal_holds.on_call(tx, a_call(floor, MAI))
    assert "a complaint" in admin.get("/callers").text
    (told,) = floor.house.rows("SELECT * FROM audit WHERE what = 'caller_held'")
    assert LAN[1:] not in str(told)


def test_nothing_is_held_for_no_reason(floor: Floor, admin: Browser) -> None:
    assert admin.post("/callers/hold", data={"call": a_call(floor), "why": "  "}).status_code == 400
    assert admin.post("/callers/hold", data={"call": "CAnone", "why": "x"}).status_code == 404


@pytest.mark.parametrize("role", [Role.AGENT, Role.SUPERVISOR])
def test_only_who_has_the_right_sees_it(floor: Floor, role: Role) -> None:
    somebody = floor.house.signed_in(role)
    assert somebody.get("/callers").status_code == 403
    for path in ("", "/export", "/hold", "/release", "/erase"):
        assert somebody.post(f"/callers{path}", data={"number": LAN, "again": LAN}).status_code == 403
    assert floor.house.rows.one("SELECT COUNT(*) FROM call WHERE caller = :lan", lan=LAN) == 5


def test_where_numbers_are_hashed_pages_show_a_short_name(tmp_path: Path) -> None:
    lived_through(tmp_path)
    floor = Floor.open(tmp_path, (tmp_path / "menus" / "hotline.yaml").read_text(), numbers="hashed")
    floor.pass_time(3_600)
    hash_numbers(floor.house.exchange, everything=True)
    admin = floor.house.signed_in()
    known_as = floor.house.exchange.seal.pseudonym(LAN)
    shown = f"caller {known_as[1:5]}"
    call = a_call(floor, known_as)
    mai = f"caller {floor.house.exchange.seal.pseudonym(MAI)[1:5]}"
    for path, name in (
        *((f"/calls/{call}", shown), ("/calls", shown), ("/calls?number=0901234567", shown)),
        *(("/messages?all", shown), ("/messages/written", mai)),
    ):
        page = admin.get(path).text
        assert name in page, path
        assert not [name for name in NAMES.findall(page) if "901234567" in name], path
    assert "nobody on this list can be called back" in admin.get("/lost").text
    asked = admin.get(f"/callers?call={call}").text
    assert shown in asked
    done = admin.post("/callers/erase", data={"number": known_as, "again": known_as[1:5].lower()})
    assert "The caller is erased." in done.text
