"""The door: `python3 app.py` on a machine that has only Python and pip."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.setup.house import House, build
from tests.tools import path_of

pytestmark = pytest.mark.needs("pip")


@pytest.fixture
def house(tmp_path: Path) -> House:
    return build(tmp_path)


def test_the_first_start_sets_up_and_becomes_gunicorn(house: House) -> None:
    said = house.run().splitlines()
    assert said[0].startswith("Setting up .venv")
    assert said[-1] == f"CALLED gunicorn-99.1 -c python:ivr.gunicorn app:app in {house.folder}/.venv"


def test_the_second_start_needs_no_network_and_says_nothing(house: House) -> None:
    house.run()
    assert house.run(offline=True).splitlines() == [
        f"CALLED gunicorn-99.1 -c python:ivr.gunicorn app:app in {house.folder}/.venv"
    ]


def test_other_words_are_a_command_of_ivr(house: House) -> None:
    called = house.run("check", "menus", "--strict").splitlines()[-1]
    assert called == f"CALLED ivr check menus --strict in {house.folder}/.venv"


def test_the_word_test_brings_the_tests_packages_and_hands_its_words_to_pytest(house: House) -> None:
    house.run()
    called = house.run("test", "-k", "queue").splitlines()[-1]
    assert called == f"CALLED pytest-99.2 -k queue in {house.folder}/.venv"
    assert len(house.run(offline=True).splitlines()) == 1, "the hotline's own packages are still there"


def test_all_tests_run_side_by_side(house: House) -> None:
    assert " -n auto " in house.run("test").splitlines()[-1]


def test_a_new_pin_is_installed_at_the_next_start(house: House) -> None:
    house.run()
    house.pin("gunicorn==99.1", "hotline-tone==2.0")
    house.run()
    assert tones(house) == ["hotline_tone-2.0.dist-info"]


def test_a_set_up_that_was_cut_short_is_begun_again(house: House) -> None:
    house.run()
    (house.folder / ".venv/installed.txt").write_text("")
    spoilt = next((house.folder / ".venv").rglob("gunicorn.py"))
    spoilt.write_text("half a fi")
    assert "CALLED gunicorn-99.1" in house.run()


def test_a_set_up_that_was_killed_is_begun_again_when_its_pip_is_done(house: House) -> None:
    killed = house.start()
    assert killed.stdout
    assert any("Processing" in line for line in killed.stdout)
    killed.kill()
    assert "CALLED gunicorn-99.1" in house.run()
    killed.communicate()


def test_an_environment_whose_python_is_gone_is_made_again(house: House) -> None:
    house.run()
    shutil.rmtree(house.folder / ".venv/bin")
    assert "CALLED gunicorn-99.1" in house.run()


def test_a_failed_set_up_says_so_and_the_next_start_tries_again(house: House) -> None:
    failed = house.start(offline=True)
    said = failed.communicate(timeout=60)[0]
    assert failed.returncode == 1
    assert "ERROR: Cannot install gunicorn==99.1" in said
    assert said.splitlines()[-1].startswith("The set-up failed")
    assert "CALLED gunicorn-99.1" in house.run()


def test_of_two_starts_at_once_one_sets_up_and_both_serve(house: House) -> None:
    said = [start.communicate(timeout=60)[0] for start in [house.start(), house.start()]]
    assert ["CALLED gunicorn-99.1" in words for words in said] == [True, True]
    assert sorted("Installing collected packages" in words for words in said) == [False, True]


def test_an_environment_that_has_everything_is_taken_as_it_is(house: House) -> None:
    house.run()
    own = house.folder.parent / "own"
    (house.folder / ".venv").rename(own)
    assert house.run(python=own / "bin/python", offline=True).endswith(f" in {own}\n")
    assert not (house.folder / ".venv").exists()


def test_the_set_up_can_be_forbidden(house: House) -> None:
    bare = house.folder.parent / "bare"
    subprocess.run([path_of("pip"), "-m", "venv", "--without-pip", bare], check=True)
    assert "No module named gunicorn" in house.run(python=bare / "bin/python", IVR_NO_SETUP="1")
    assert not (house.folder / ".venv").exists()


def test_a_server_that_imports_the_door_finds_the_app_and_sets_up_nothing(house: House) -> None:
    found = subprocess.check_output(
        [sys.executable, "-c", "import app; print(app.app)"], cwd=house.folder, text=True
    )
    assert found == "the app\n"
    assert not (house.folder / ".venv").exists()


def tones(house: House) -> list[str]:
    return [found.name for found in (house.folder / ".venv").rglob("hotline_tone-*")]
