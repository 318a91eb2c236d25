"""`ivr caller`: what is held on one caller is shown, taken along, held and erased in a terminal."""

import json
import stat
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from ivr.cli import main
from tests.reaching.floor import Floor
from tests.reaching.one_caller import LAN, lived_through
from tests.service import KEY

Type = Callable[..., Result]


@pytest.fixture
def floor(tmp_path: Path) -> Floor:
    return lived_through(tmp_path)


@pytest.fixture
def type_(floor: Floor) -> Type:
    """Types a command as words, and what it asks for."""

    def type_(*words: str, asked: tuple[str, ...] = ()) -> Result:
        environment = {"IVR_DATA": str(floor.house.folder), "SECRET_KEY": KEY, "DATABASE_URL": "", "HOST": ""}
        environment |= {"TWILIO_AUTH_TOKEN": "", "PUBLIC_URL": "", "WEB_CONCURRENCY": "", "IVR_NUMBERS": ""}
        said = "".join(f"{each}\n" for each in asked)
        return CliRunner().invoke(main, ["caller", *words], input=said, env=environment)

    return type_


def calls_of_lan(floor: Floor) -> int:
    found: int = floor.house.rows.one("SELECT COUNT(*) FROM call WHERE caller = :lan", lan=LAN)
    return found


def test_it_counts_what_is_held(type_: Type) -> None:
    told = [json.loads(line) for line in type_("show", "0901234567", "--json").output.splitlines()]
    assert {row["what"]: row["count"] for row in told} == {
        "calls": 6,
        "recordings": 4,
        "messages left": 1,
        "notes of agents": 2,
        "answers to surveys": 1,
        "text messages": 2,
        "callbacks": 2,
        "remembered language": 1,
        "wish for no text messages": 1,
    }
    assert "Nothing is held on this number." in type_("show", "+84900000009").output
    assert "is no telephone number" in type_("show", "lan").output


def test_a_dossier_is_made_once_and_only_its_owner_reads_it(type_: Type, tmp_path: Path) -> None:
    file = tmp_path / "lan.zip"
    made = type_("export", LAN, "-o", str(file))
    assert made.output == f"{file}: 6 calls, with all that belongs to them.\n"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    with zipfile.ZipFile(file) as archive:
        told = json.loads(archive.read("caller.json"))
    assert told["remembered_language"][0]["language"] == "en"
    again = type_("export", LAN, "-o", str(file))
    assert again.exit_code == 1
    assert "cannot be made: File exists" in again.output


def test_it_asks_twice_and_says_what_will_go(type_: Type, floor: Floor) -> None:
    for asked in (("n",), ("y", "+84900000009"), ()):
        refused = type_("erase", LAN, asked=asked)
        assert refused.exit_code == 1
        assert "  6 calls\n" in refused.output
        assert calls_of_lan(floor) == 5
    erased = type_("erase", LAN, asked=("y", LAN))
    assert erased.exit_code == 0
    assert "Erased. What was still with the carrier is deleted there by errands." in erased.output
    assert "That they want no text messages is kept, without their number." in erased.output
    assert calls_of_lan(floor) == 0


def test_nobody_believes_that_a_mistyped_number_was_erased(type_: Type, floor: Floor) -> None:
    nothing = "Nothing is held on +84900000009: it may only stand in the words of others."
    asked = type_("erase", "+84900000009", asked=("n",))
    assert nothing in asked.output
    assert "This will go" not in asked.output
    assert nothing in type_("erase", "+84900000009", "--yes").output
    assert "Nothing is held on" not in type_("erase", LAN, "--yes").output


def test_a_program_is_asked_nothing(type_: Type, floor: Floor) -> None:
    assert type_("erase", LAN, "--yes", "--no-scrub").exit_code == 0
    assert calls_of_lan(floor) == 0


def test_what_is_held_is_said_and_released(type_: Type, floor: Floor) -> None:
    held = type_("hold", "0901234567", "--why", "the court asks for it")
    assert held.exit_code == 0
    hold = held.output.split()[2].rstrip(",")
    refused = type_("erase", LAN, "--yes")
    assert refused.exit_code == 1
    assert "nothing was erased, as it must be kept" in refused.output
    assert f"all calls: the court asks for it ({hold})" in refused.output
    (listed,) = [json.loads(line) for line in type_("holds", "--json").output.splitlines()]
    assert (listed["hold"], listed["what"], listed["why"]) == (hold, LAN, "the court asks for it")
    assert type_("release", hold).output == f"{hold} is released.\n"
    assert "nothing is held as" in type_("release", hold).output
    assert "Nothing is held." in type_("holds").output
    assert type_("holds", "--released", "--json").output.count(hold) == 1
    assert type_("erase", LAN, "--yes").exit_code == 0


def test_one_call_is_held_by_its_id(type_: Type, floor: Floor) -> None:
    call = floor.house.rows.one("SELECT MIN(id) FROM call")
    assert type_("hold", "--call", call, "--why", "evidence").exit_code == 0
    assert "there is no call CA9" in type_("hold", "--call", "CA9", "--why", "evidence").output
    assert type_("hold", LAN, "--call", call, "--why", "both").exit_code == 2
    assert type_("hold", "--why", "nothing").exit_code == 2
    assert type_("hold", LAN).exit_code == 2
