"""`ivr call` against the hotline as it is shipped: gunicorn, with the phone company in the box beside it."""

import io
import os
import re
import signal
import socket
import subprocess
import sys
import time
import wave
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import requests
from click.testing import CliRunner

from ivr.box import terminal
from ivr.box.dialects import DIALECTS
from ivr.cli import calls
from ivr.settings import Settings
from tests.house import HOUSE

MENUS = """
hotline: Sao Mai
zone: Asia/Ho_Chi_Minh
numbers: {"+842873001234": main}
languages: {en: {voice: Polly.Joanna-Neural}}
mailboxes:
  care: {max: 60s, silence: 3s, end: "#"}
steps:
  main:
    say: How can we help?
    keys:
      1: {name: directions, label: directions, say: We are in District 1., then: repeat}
      2: message
    silence: {after: 5s, tries: 2, then: message}
  message:
    label: voicemail
    say: Please speak after the tone.
    voicemail: care
    then: thanks
    otherwise: hang_up
  thanks:
    say: Thank you.
    then: hang_up
"""


class Hotline:
    """A folder of menus, and where they are served."""

    def __init__(self, folder: Path) -> None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        (folder / "menus").mkdir()
        (folder / "menus/hotline.yaml").write_text(MENUS)
        own = {"PORT": str(self.port), "HOST": "127.0.0.1", "PYTHONPATH": str(HOUSE), "IVR_DATA": str(folder)}
        places = {"IVR_MENUS": str(folder / "menus"), "IVR_RECORDINGS": str(folder / "recordings")}
        strangers = ("TWILIO", "IVR", "PUBLIC", "DATABASE", "REDIS", "WEB_CONCURRENCY")
        plain = {name: value for name, value in os.environ.items() if not name.startswith(strangers)}
        self.environment = {**plain, **own, **places}
        self.folder = folder

    def start(self) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "gunicorn", "-c", "python:ivr.gunicorn", "--chdir", str(HOUSE)]
        log = self.folder / "server.log"
        with log.open("wb") as output:
            server = subprocess.Popen(
                [*command, "app:app"], env=self.environment, stdout=output, stderr=subprocess.STDOUT
            )
        wait_for(lambda: "Booting worker" in log.read_text() or server.poll() is not None)
        assert server.poll() is None, log.read_text()
        return server

    def call(self, *words: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-m", "ivr", "call", *words],
            env=self.environment,
            cwd=self.folder,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def play(self, file: Path) -> str:
        """How a written call fares that is played against the menus."""
        command = [sys.executable, "-m", "ivr", "play", str(file), "--menus", str(self.folder / "menus")]
        played = subprocess.run(
            command, env=self.environment, cwd=self.folder, capture_output=True, text=True
        )
        return next((line for line in played.stdout.splitlines() if " played" in line), played.stdout)

    def messages(self) -> list[str]:
        """Where the sound of each message is that can be played."""
        page = requests.get(f"{self.url}/messages", timeout=10).text
        return re.findall(r'<audio[^>]* src="([^"]+)"', page)

    def seconds_of(self, sound: str) -> float:
        answer = requests.get(self.url + sound, timeout=10)
        with wave.open(io.BytesIO(answer.content)) as wav:
            return float(wav.getnframes() / wav.getframerate())


def read_until(sign: str, call: subprocess.Popen[str]) -> str:
    """What the terminal writes, up to the line with a sign in it."""
    read = ""
    assert call.stdout
    while sign not in read:
        line = call.stdout.readline()
        assert line, f"it ended without {sign!r}:\n{read}"
        read += line
    return read


def say(typed: str, call: subprocess.Popen[str]) -> None:
    assert call.stdin
    call.stdin.write(f"{typed}\n")
    call.stdin.flush()


def wait_for(fact: Callable[[], bool], seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not fact():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.02)


@pytest.fixture(scope="module")
def hotline(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hotline]:
    hotline = Hotline(tmp_path_factory.mktemp("hotline"))
    server = hotline.start()
    yield hotline
    server.send_signal(signal.SIGQUIT)
    server.wait(20)


def test_word_left_by_a_script_can_be_played_on_the_page_of_messages(hotline: Hotline) -> None:
    before = hotline.messages()
    call = hotline.call("--keys", "1,2,speak 3s,hangup")
    told, _ = call.communicate(timeout=60)
    assert call.returncode == 0, told
    for said in ("+84901234567 calls +842873001234", "“We are in District 1.”", "*beep*"):
        assert said in told
    log = re.search(r"In the log: (\S+)", told)
    assert log
    assert requests.get(log[1], timeout=10).status_code == 200
    wait_for(lambda: len(hotline.messages()) == len(before) + 1)
    (new,) = set(hotline.messages()) - set(before)
    assert hotline.seconds_of(new) == 3


def test_word_left_by_hand_can_be_played_too_and_the_call_ends_by_itself(hotline: Hotline) -> None:
    before = hotline.messages()
    with hotline.call() as call:
        for sign, typed in (("listens", "2"), ("“Please", ""), ("records you", "speak 2s, #")):
            read_until(sign, call)
            say(typed, call)
        rest = read_until("In the log", call)
        assert call.wait(20) == 0, rest
    assert "“Thank you.”" in rest
    assert "The hotline hangs up. completed." in rest
    wait_for(lambda: len(hotline.messages()) == len(before) + 1)
    (new,) = set(hotline.messages()) - set(before)
    assert hotline.seconds_of(new) == 2


def test_a_call_that_was_saved_passes_when_it_is_played(hotline: Hotline) -> None:
    saved = hotline.folder / "menus" / "calls" / "saved.yaml"
    call = hotline.call("--keys", "1,wait,7,2,speak 3s", "--from", "+84907654321", "--save", str(saved))
    told, _ = call.communicate(timeout=60)
    assert call.returncode == 0, told
    assert 'from: "+84907654321"' in saved.read_text()
    assert hotline.play(saved) == "1 call played, none parted."

    again, _ = hotline.call("--keys", "1", "--save", str(saved)).communicate(timeout=60)
    assert f"{saved} is there already: name another file" in again


def test_a_call_by_hand_is_saved_as_it_was_made(hotline: Hotline) -> None:
    saved = hotline.folder / "by_hand.yaml"
    with hotline.call("--save", str(saved)) as call:
        for sign, typed in (("How can we", "1"), ("How can we", "2"), ("records you", "speak 2s, #")):
            read_until(sign, call)
            say(typed, call)
        rest = read_until("In the log", call)
        assert call.wait(20) == 0, rest
    text = saved.read_text()
    told = re.findall(r"- (\w+)(?:: (.*))?$", text[text.index("story:") :], re.MULTILINE)
    assert [each for each in told if each[0] != "wait"] == [
        ("hears", "How can we help? For directions, press 1. For voicemail, press 2."),
        ("interrupt", "1"),
        ("hears", "We are in District 1."),
        ("hears", "How can we help? For directions, press 1. For voicemail, press 2."),
        ("interrupt", "2"),
        ("hears", "Please speak after the tone."),
        ("speak", "2s"),
        ("press", '"#"'),
        ("hears", "Thank you."),
    ]
    assert "ends: message" in text
    assert hotline.play(saved) == "1 call played, none parted."


def test_a_call_to_another_hotline_cannot_be_saved(hotline: Hotline) -> None:
    told, _ = hotline.call("+1", "--url", "https://other.example/voice", "--save", "x.yaml").communicate()
    assert "only a call to the hotline of this folder can be saved" in told


def test_a_hotline_that_does_not_run_is_said_so(tmp_path: Path) -> None:
    hotline = Hotline(tmp_path)
    call = hotline.call("--keys", "1")
    told, _ = call.communicate(timeout=60)
    assert call.returncode == 1
    assert told == f"Error: No hotline answers at {hotline.url}: start it with `python3 app.py`.\n"


def test_the_number_of_another_hotline_must_be_said(tmp_path: Path) -> None:
    told, _ = Hotline(tmp_path).call("--url", "https://other.example/voice").communicate(timeout=60)
    assert "say which NUMBER to call there" in told


def test_the_terminal_needs_neither_the_service_nor_a_server_to_call() -> None:
    words = "import sys; from ivr.cli import main; from ivr.box import terminal; print(*sys.modules)"
    loaded = subprocess.run(
        [sys.executable, "-c", words], cwd=HOUSE, capture_output=True, text=True, check=True
    ).stdout.split()
    assert "ivr.box.terminal" in loaded
    assert {"flask", "sqlalchemy", "pydantic", "twilio", "yaml", "ivr.switchboard"} & set(loaded) == set()


@pytest.mark.parametrize("carrier", ["twilio", "signalwire", "somleng"])
def test_a_hotline_with_a_real_carrier_is_called_as_by_that_one(
    monkeypatch: pytest.MonkeyPatch, carrier: str
) -> None:
    called: list[terminal.Service] = []
    monkeypatch.setattr(terminal, "call", lambda service, *_: called.append(service))
    settings = Settings(carrier=carrier, auth_token="9f8e7d6c5b4a3928", public_url="https://hotline.example")
    run = CliRunner().invoke(calls.call, ["+842873001234", "--keys", "1"], obj=settings)
    assert run.exit_code == 0, run.output
    assert [service.dialect for service in called] == [DIALECTS[carrier]]
