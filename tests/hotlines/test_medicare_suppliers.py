"""A real phone tree, four levels deep, ported from what its owner publishes (see hotline.yaml): it is proved,
and called down to its leaves, with a claims system of the test's own behind it."""

import json
import shutil
import threading
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from ivr.box.phone_line import PhoneCall
from ivr.core.menus import Enqueue, Menu
from ivr.ledger import errands
from ivr.switchboard.draft import check
from ivr.switchboard.wishes import carry_out
from tests.service import House

FOLDER = Path(__file__).parent / "medicare_suppliers"
NUMBER = "+18662389650"
NPI, PTAN, TIN = "1234567893", "900123#", "54321"
PATIENT, BIRTHDAY = "11223344556#", "02281950"
KNOWN = {
    "/suppliers/1234567893/900123/54321": {"registered": "yes"},
    "/patients/11223344556/02281950/1234567893": {
        "part_b": "March 2015",
        "admitted": "May 3",
        "discharged": "May 9",
        "hospice": "has not begun",
        "certificate": "on file",
        "oxygen": "expires in June",
        "supplies": "in January",
        "shoes": "two years ago",
    },
    "/claims/12345678901/1234567893": {"status": "paid", "redetermination": "pending"},
    "/pending/1234567893": {"pending": 3},
    "/checks/1234567893": {"outstanding": 2, "last": "120, 80"},
    "/prices/0431": {"dollars": 95},
}


class Claims(BaseHTTPRequestHandler):
    """The claims system: it knows one supplier, one patient and one claim."""

    def do_GET(self) -> None:
        known = KNOWN.get(self.path)
        body = json.dumps(known or {}).encode()
        self.send_response(200 if known else 404)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """It is quiet."""


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """The supplier line, asking a claims system on this machine."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Claims) as claims:
        threading.Thread(target=claims.serve_forever, args=(0.02,), daemon=True).start()
        address = f"127.0.0.1:{claims.server_port}"
        folder = tmp_path / "menus"
        shutil.copytree(FOLDER, folder)
        for file in folder.glob("*.yaml"):
            file.write_text(file.read_text().replace("https://ivr.example", f"http://{address}"))
        allow = f"\nlookups: {{hosts: [127.0.0.1, 'http://{address}']}}\n"
        (folder / "hotline.yaml").write_text((folder / "hotline.yaml").read_text() + allow)
        yield House(tmp_path).open(folder, carrier_url="http://127.0.0.1:9")
        claims.shutdown()


def ring(house: House) -> PhoneCall:
    """A call to the line, and the clock that carries out its errands."""
    phone = house.phone()

    def tick() -> None:
        house.now += 500
        with house.exchange.ledger.transaction() as tx:
            due = errands.due_kinds(tx, house.now)
            claimed = [errands.claim(tx, kind, house.now, 30_000) for kind in due]
        for errand in filter(None, claimed):
            carry_out(house.exchange, errand)

    phone.every(0.5, tick)
    return phone.dial(NUMBER, "+13125550100")


def sign_in(call: PhoneCall) -> PhoneCall:
    return call.press(NPI).press(PTAN).press(TIN)


def test_the_published_tree_is_proved_as_it_stands() -> None:
    checked = check(FOLDER, FOLDER / "none")

    assert checked.mistakes == ()
    assert [str(warning) for warning in checked.warnings] == [
        "medicare_suppliers/claims.yaml:4:3: menu 'claims' has 6 spoken options, callers remember 5; "
        "make two menus of it"
    ]
    assert checked.hotline is not None
    menus = [name for name, step in checked.hotline.steps.items() if isinstance(step.thing, Menu)]
    assert sorted(menus) == [
        "beneficiary",
        "claims",
        "diabetic",
        "eligibility",
        "general",
        "main",
        "payments",
    ]


def test_down_all_four_levels_and_back_up(house: House) -> None:
    call = ring(house)
    assert call.heard[-1].startswith("Main menu. For claims, press 1. For beneficiary information, press 2.")

    sign_in(call.press("2"))
    assert call.heard[-1].startswith("Beneficiary information. For Medicare eligibility, press 1.")

    call.press("1").press(PATIENT).press("1").press(BIRTHDAY)
    assert call.heard[-1].startswith("Part B since March 2015. For stays in a hospital")

    call.press("2")
    assert call.heard[-2] == "Hospice care has not begun."
    assert call.heard[-1].startswith("Part B since March 2015.")

    call.press("9")
    assert call.heard[-1].startswith("Beneficiary information.")

    call.press("4").press(PATIENT).press("1").press(BIRTHDAY).press("2")
    assert call.heard[-2] == "Last shoes two years ago."

    call.press("*")
    assert call.heard[-1].startswith("What else can we do for you?")
    call.hang_up()
    assert call.faults == []
    assert house.rows.one("SELECT COUNT(*) FROM pass WHERE pressed LIKE '%54321%'") == 0


def test_who_has_signed_in_is_not_asked_again(house: House) -> None:
    call = sign_in(ring(house).press("1"))
    call.press("2")
    assert call.heard[-2] == "You have 3 pending claims."

    call.press("*").press("3")
    assert call.heard[-1].startswith("Payments. For pricing, press 1.")

    call.press("1").press("0431#")
    assert call.heard[-1] == "Please enter the procedure code, turned into digits, then press hash."
    call.press("00431#")
    assert call.heard[-2] == "That information is not available right now."


def test_who_is_not_a_supplier_comes_no_further(house: House) -> None:
    call = ring(house).press("1").press(NPI).press(PTAN).press("11111").press("2")
    assert call.heard[-3] == "That information is not available right now."
    assert call.heard[-1] == "Please enter your ten digit N P I."


def test_the_status_of_a_claim_and_of_its_redetermination(house: House) -> None:
    call = sign_in(ring(house).press("1"))
    call.press("1").press("12345678901#").press("1")
    assert call.heard[-2] == "That claim is paid."
    call.press("3").press("12345678901#").press("1")
    assert call.heard[-2] == "The redetermination is pending."


def test_who_presses_nothing_is_let_go_kindly(house: House) -> None:
    call = ring(house).wait().wait().wait()
    assert call.heard[-1] == "Thank you for calling. Goodbye."
    assert (call.status, call.faults) == ("completed", [])


def test_a_person_by_night_and_by_day(house: House) -> None:
    assert ring(house).press("0").heard[-2:] == [
        "Our representatives are here on weekdays from seven to five, central time.",
        "Thank you for calling. Goodbye.",
    ]  # 9 in the morning in Ho Chi Minh City is evening in Chicago

    house.now += 12 * 3_600_000
    call = ring(house).press("0")
    assert call.heard[-2:] == [
        "We are connecting you to a representative.",
        "Nobody is free to take your call at the moment.",
    ]
    assert [dialed["to"] for dialed in call.facts("dialing")] == ["+18662704909"]


def test_who_has_signed_in_has_a_head_start(house: House) -> None:
    ring(house).press("0").hang_up()
    assert house.rows.one("SELECT COUNT(*) FROM pass WHERE step = 'known_supplier'") == 0
    sign_in(ring(house).press("1")).press("0").hang_up()
    assert house.rows.one("SELECT COUNT(*) FROM pass WHERE step = 'known_supplier'") == 1
    waits = check(FOLDER, FOLDER / "none").hotline
    assert waits is not None
    known, anybody = (waits.steps[name].thing for name in ("known_supplier", "representative"))
    assert isinstance(known, Enqueue)
    assert known.priority == 2
    assert anybody == replace(known, priority=0)
