"""What callers live through when our host is away: the carrier in the box runs the fallback documents."""

import json
import subprocess
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest
from click.testing import CliRunner

from ivr.box.leg import Event
from ivr.box.parties import Party
from ivr.box.phone_line import Phone, PhoneCall
from ivr.box.transport import Unreachable
from ivr.cli.fallback import fallback
from ivr.core.menus import Hotline
from ivr.switchboard.fallback import fallbacks, write
from ivr.switchboard.publishing import publish
from tests.service import ACCOUNT, HERE, LAN, MENUS, NUMBER, TOKEN, House
from tests.tools import path_of

BACKUP = "https://backup.example/ivr"
HUMAN = "+84281119999"
WITH_EMERGENCY = f'emergency: "{HUMAN}"\n' + MENUS
WITH_LABEL = MENUS.replace("  message:\n", "  message:\n    label: {vi: gửi lời nhắn, en: voicemail}\n")

Start = Callable[..., Any]


@dataclass
class World:
    """Our host and the other one, as the carrier finds them; `reads` is a host that looks at ErrorUrl."""

    house: House
    files: dict[str, bytes]
    reads: bool = True
    away: bool = False
    got: int = 0

    def __call__(self, environ: dict[str, Any], start: Start) -> Iterable[bytes]:
        if environ["HTTP_HOST"] == "backup.example":
            return self._file(environ, start)
        if self.away:
            raise Unreachable("ct", 11202, "connection refused")
        return self.house.app.wsgi_app(environ, start)

    def _file(self, environ: dict[str, Any], start: Start) -> Iterable[bytes]:
        """As web servers treat files: they can only be got."""
        if environ["REQUEST_METHOD"] != "GET":
            start("405 Method Not Allowed", [])
            return [b""]
        name = environ["PATH_INFO"].rpartition("/")[2]
        tried = parse_qs(parse_qs(environ["QUERY_STRING"]).get("ErrorUrl", ["?"])[0].partition("?")[2])
        if self.reads and "tried" in tried:
            name = name.replace(".xml", f"-{int(tried['tried'][0].partition('#')[0]) + 1}.xml")
        self.got += 1
        start("200 OK", [("Content-Type", "text/xml")])
        return [self.files[name]]

    def phone(self, answers: str = "nobody") -> Phone:
        party = Party() if answers == "person" else Party("no-answer")
        fallback_url = f"{BACKUP}/{NUMBER[1:]}.xml"
        return Phone(
            self,
            base_url=HERE,
            auth_token=TOKEN,
            account_sid=ACCOUNT,
            fallback_url=fallback_url,
            fallback_method="GET",
            people={HUMAN: party},
        )


@pytest.fixture
def world(tmp_path: Path) -> Callable[..., World]:
    def opened(menus: str = MENUS, **how: Any) -> World:
        house = House(tmp_path).open(menus)
        return World(house, files_of(house), **how)

    return opened


def files_of(house: House) -> dict[str, bytes]:
    return fallbacks(house.exchange.settings, hotline_of(house), BACKUP)


def hotline_of(house: House) -> Hotline:
    return house.exchange.shelf.live(house.now).hotline


def in_main_menu(phone: Phone) -> PhoneCall:
    call = phone.dial(NUMBER, LAN).press("2")
    assert call.heard[-1].startswith("How can we help?")
    return call


MOMENT = ["Xin quý khách chờ trong giây lát.", "One moment, please."]


def test_who_was_in_the_menus_is_back_where_they_were(world: Callable[..., World]) -> None:
    there = world()
    call = in_main_menu(there.phone())
    before, heard = call.heard[-1:], len(call.heard)
    there.away = True
    call._phone.clock.later(6, lambda: setattr(there, "away", False))
    call.press("1").wait()
    assert call.heard[heard : heard + 2] == MOMENT
    assert call.heard[heard + 2 :] == before  # the same words again, and the key is to be pressed again
    assert there.got == 1
    call.press("1")
    assert call.heard[-1] == "Which order?"
    call.hang_up()
    assert there.house.rows("SELECT COUNT(*), COUNT(ended_at) FROM call") == [(1, 1)]
    assert there.house.rows.passes(call.sid)[:2] == [("welcome", "2", "key"), ("main", "1", "key")]


def test_who_calls_while_we_are_away_is_let_in_when_we_are_back(world: Callable[..., World]) -> None:
    there = world()
    there.away = True
    phone = there.phone()
    phone.clock.later(6, lambda: setattr(there, "away", False))
    call = phone.dial(NUMBER, LAN)
    while "Xin chào." not in " ".join(call.heard):
        call.wait()
    assert call.heard[:2] == MOMENT
    call.press("2")
    assert call.heard[-1].startswith("How can we help?")
    assert there.house.rows("SELECT caller, called FROM call") == [(LAN, NUMBER)]


def test_one_that_is_back_late_is_tried_after_longer_and_longer_waits(world: Callable[..., World]) -> None:
    there = world()
    call = in_main_menu(there.phone())
    there.away = True
    call.press("1")
    while there.got < 3:
        call.wait(1)
    there.away = False
    while call.heard[-1] in MOMENT:
        call.wait(1)
    waits = [later - earlier for earlier, later in pairwise(e["at"] for e in call.events if is_try(e))]
    assert waits == sorted(waits)
    assert waits[-1] > waits[0] * 1.5
    call.press("1")
    assert call.heard[-1] == "Which order?"


def is_try(event: Event) -> bool:
    """Whether the carrier asked our host, led by a fallback document."""
    return event["kind"] == "webhook" and "/voice?tried=" in event["url"]


def never_back(there: World, answers: str = "nobody") -> PhoneCall:
    """A call during which we go away, and stay away."""
    call = in_main_menu(there.phone(answers))
    there.away = True
    return call.press("1")


def longest_silence(call: PhoneCall) -> float:
    at = [event["at"] for event in call.events if event["kind"] in ("say", "ended", "bridged", "record")]
    return max(float(later - earlier) for earlier, later in pairwise(at))


def test_when_we_never_come_back_a_person_is_rung(world: Callable[..., World]) -> None:
    call = never_back(world(WITH_EMERGENCY), "person")
    while call.doing != "talking":
        call.wait(1)
    assert [fact["to"] for fact in call.facts("dialing")] == [HUMAN]
    call.hang_up()
    assert call.status == "completed"


def test_when_nobody_answers_word_can_be_left_and_the_call_ends(world: Callable[..., World]) -> None:
    call = never_back(world(WITH_EMERGENCY))
    while call.doing != "recorded":
        call.wait(1)
    call.speak(4).wait(60)
    assert call.heard[-4:] == [
        "Xin nói sau tiếng bíp.",
        "Speak after the tone.",
        "Cảm ơn quý khách đã gọi. Xin chào.",
        "Thank you for calling. Goodbye.",
    ]
    assert call.status == "completed"
    assert longest_silence(call) < 45_000  # that is while somebody is rung


def test_who_says_nothing_at_all_comes_to_an_end_too(world: Callable[..., World]) -> None:
    there = world()
    call = never_back(there)
    call.wait(400)
    assert call.status == "completed"
    assert call.heard[-1] == "Thank you for calling. Goodbye."
    assert there.got == 4  # three tries, and the end
    assert call.heard.count("One moment, please.") == 1 + 2 + 4


def test_a_hotline_without_a_mailbox_regrets(world: Callable[..., World]) -> None:
    mailbox = "    voicemail: office\n    then: thanks\n    otherwise: goodbye\n"
    there = world(MENUS.replace(mailbox, "    then: thanks\n"))
    call = never_back(there)
    call.wait(400)
    assert call.heard[-1] == "Something went wrong on our side. Please call again in a few minutes."
    assert call.status == "completed"


def test_a_host_that_cannot_read_an_address_keeps_trying_and_a_key_leads_to_the_mailbox(
    world: Callable[..., World],
) -> None:
    there = world(WITH_LABEL, reads=False)
    call = never_back(there)
    call.wait(100)
    assert there.got > 3
    assert "For voicemail, press 1." in call.heard
    call.press("1")
    assert call.heard[-2:] == ["Xin nói sau tiếng bíp.", "Speak after the tone."]
    call.speak(3).wait(60)
    assert call.status == "completed"
    there.away = False


def test_every_document_is_one_that_a_carrier_runs_and_needs_no_word_of_the_call(
    world: Callable[..., World],
) -> None:
    files = world(WITH_EMERGENCY).files
    number = NUMBER[1:]
    names = [f"{number}{end}.xml" for end in ("", "-2", "-3", "-4", "-word", "-end")]
    assert sorted(files) == sorted([*names, "README.md", "function.js"])
    for name, content in files.items():
        if name.endswith(".xml"):
            assert content.startswith(b'<?xml version="1.0" encoding="UTF-8"?><Response>')
            assert b"/recordings/" not in content  # they are on our host


def test_publishing_writes_them_anew_where_that_is_set(tmp_path: Path) -> None:
    folder = tmp_path / "fallback"
    house = House(tmp_path).open(MENUS, fallback=str(folder), fallback_url=BACKUP)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == files_of(house)
    house.publish(MENUS.replace("Speak after the tone.", "Speak now."))
    assert b"Speak now." in (folder / f"{NUMBER[1:]}-word.xml").read_bytes()


def test_menus_go_live_also_when_the_folder_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file")
    house = House(tmp_path).open(MENUS, fallback=str(tmp_path / "taken"), fallback_url=BACKUP)
    assert publish(house.exchange, "a test").revision == 1


def test_two_who_write_them_at_once_leave_whole_files_and_nothing_else(tmp_path: Path) -> None:
    contents = [bytes([letter]) * 100_000 for letter in b"ab"]

    def writes(content: bytes) -> None:
        for _ in range(100):
            write(tmp_path / "out", {"one.xml": content})

    with ThreadPoolExecutor(2) as publishers:
        for done in [publishers.submit(writes, content) for content in contents]:
            done.result(30)
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["one.xml"]
    assert (tmp_path / "out/one.xml").read_bytes() in contents


def test_the_command_writes_them_and_says_what_to_do(tmp_path: Path) -> None:
    house = House(tmp_path).open(MENUS)
    settings = replace(house.exchange.settings)
    done = CliRunner().invoke(fallback, [str(tmp_path / "out"), "--url", f"{BACKUP}/"], obj=settings)
    assert done.exit_code == 0, done.output
    assert f"{NUMBER}  {BACKUP}/{NUMBER[1:]}.xml" in done.output
    assert {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()} == files_of(house)
    index = (tmp_path / "out/README.md").read_text()
    assert f"| {NUMBER} | `{BACKUP}/{NUMBER[1:]}.xml` |" in index
    refused = CliRunner().invoke(fallback, [str(tmp_path / "out")], obj=settings)
    assert refused.exit_code == 2
    assert "say where the files will be hosted: --url https://backup.example/ivr" in refused.output


STAND_IN = """
global.Twilio = { twiml: { VoiceResponse: class { redirect(how, url) { this.to = [how.method, url]; } } } };
const { handler } = require(process.argv[1]);
const asked = JSON.parse(process.argv[2]);
const told = (error, document) => console.log(document.to.join(" "));
handler({ DOMAIN_NAME: "lines-1234.twil.io" }, asked, told);
"""


@pytest.mark.needs("node")
@pytest.mark.parametrize(
    ("error_url", "name"),
    [
        (None, ""),
        (f"{HERE}/voice/at/1/main/ask.0.0/2", ""),
        (f"{HERE}/voice?tried=1", "-2"),
        (f"{HERE}/voice?tried=2#rc=2&rp=ct", "-3"),
        (f"{HERE}/voice?tried=3", "-4"),
    ],
)
def test_the_function_goes_on_to_the_next_document(tmp_path: Path, error_url: str | None, name: str) -> None:
    house = House(tmp_path).open(MENUS)
    write(tmp_path / "out", files_of(house))
    asked = {"To": NUMBER} | ({"ErrorUrl": error_url} if error_url else {})
    words = [str(path_of("node")), "-e", STAND_IN, str(tmp_path / "out/function.js"), json.dumps(asked)]
    told = subprocess.run(words, capture_output=True, text=True, check=True, timeout=20).stdout
    assert told == f"GET https://lines-1234.twil.io/{NUMBER[1:]}{name}.xml\n"
