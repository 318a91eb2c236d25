"""How gunicorn serves: the real server, with an app that only waits."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests

from tests.house import HOUSE

GUNICORN = [sys.executable, "-m", "gunicorn", "-c", "python:ivr.gunicorn", "app:app"]

REAL = {
    "TWILIO_ACCOUNT_SID": "AC1",
    "TWILIO_AUTH_TOKEN": "a token that only tests sign with",
    "PUBLIC_URL": "https://hotline.example",
}
"""What a hotline that is open to others must have."""

WAITS = """
import os
from pathlib import Path
from dotenv import dotenv_values
from ivr.settings import from_environment

def given():
    return from_environment({**dotenv_values(".env"), **os.environ})

def before_workers():
    with Path("order").open("a") as order: order.write("before ")

def once_listening():
    with Path("order").open("a") as order: order.write("listening ")

def leaving(app):
    with Path("order").open("a") as order: order.write("leaving ")

def create_app():
    with Path("order").open("a") as order: order.write("worker ")
    together = __import__("threading").Barrier(8)
    def app(environ, start_response):
        together.wait(10)
        start_response("200 OK", [("Content-Type", "text/plain")])
        return [environ["wsgi.url_scheme"].encode()]
    return app
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "ivr/core").mkdir(parents=True)
    (tmp_path / "ivr/__init__.py").write_text(WAITS)
    for name in "app.py", "ivr/gunicorn.py", "ivr/settings.py", "ivr/core/__init__.py", "ivr/core/secrets.py":
        (tmp_path / name).write_text((HOUSE / name).read_text())
    return tmp_path


@contextmanager
def serving(folder: Path, **environment: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A running gunicorn and its address; port 0 lets the system choose one."""
    server = subprocess.Popen(
        GUNICORN, cwd=folder, env=os.environ | environment, stderr=subprocess.PIPE, text=True
    )
    try:
        yield server, address(server)
    finally:
        server.terminate()
        server.communicate(timeout=20)


def address(server: subprocess.Popen[str]) -> str:
    lines = []
    for line in server.stderr or ():
        lines.append(line)
        if found := re.search(r"Listening at: (\S+)", line):
            return found[1]
    raise AssertionError("".join(lines))


def test_a_worker_answers_many_at_once_and_all_was_made_ready_before(folder: Path) -> None:
    with serving(folder, HOST="127.0.0.1", PORT="0") as (_, url), ThreadPoolExecutor(8) as callers:
        answers = list(callers.map(lambda _: requests.get(url, timeout=15).text, range(8)))
    assert answers == ["http"] * 8
    assert sorted((folder / "order").read_text().split()) == ["before", "leaving", "listening", "worker"]
    assert (folder / "order").read_text().startswith("before ")


def test_workers_that_the_command_line_names_are_counted_before_any_is_made(folder: Path) -> None:
    counted = (
        (folder / "ivr/__init__.py").read_text().replace('write("before ")', "write(str(given().workers))")
    )
    (folder / "ivr/__init__.py").write_text(counted)
    server = subprocess.Popen(
        [*GUNICORN, "--workers", "3"],
        cwd=folder,
        env=os.environ | REAL | {"PORT": "0"},
        stderr=subprocess.PIPE,
        text=True,
    )
    address(server)
    server.terminate()
    server.communicate(timeout=20)
    assert (folder / "order").read_text().startswith("3")


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({}, "127.0.0.1:5000"),
        ({"PORT": "8080"}, "127.0.0.1:8080"),
        ({"PORT": "8080", "HOST": "0.0.0.0", **REAL}, "0.0.0.0:8080"),
        ({"HOST": "::1"}, "[::1]:5000"),
    ],
)
def test_only_this_machine_is_served_unless_a_host_is_given(
    folder: Path, environment: dict[str, str], expected: str
) -> None:
    clean = {name: value for name, value in os.environ.items() if name not in {"HOST", "PORT"}}
    command = [*GUNICORN, "--print-config"]
    told = subprocess.check_output(command, cwd=folder, env=clean | environment, text=True)
    assert [line.split()[-1] for line in told.splitlines() if line.startswith("bind ")] == [f"['{expected}']"]


def test_what_stands_in_the_env_file_counts_where_the_environment_is_silent(folder: Path) -> None:
    (folder / ".env").write_text("PORT=8081\nHOST=::1\n")
    clean = {name: value for name, value in os.environ.items() if name not in {"HOST", "PORT"}}
    command = [*GUNICORN, "--print-config"]
    told = subprocess.check_output(command, cwd=folder, env=clean | {"PORT": "8082"}, text=True)
    assert [line.split()[-1] for line in told.splitlines() if line.startswith("bind ")] == ["['[::1]:8082']"]


@pytest.mark.parametrize(
    ("environment", "believed"), [({}, "10.0.0.7"), ({"FORWARDED_ALLOW_IPS": "10.0.0.8"}, "10.0.0.8")]
)
def test_the_proxies_in_front_may_stand_in_the_env_file_too(
    folder: Path, environment: dict[str, str], believed: str
) -> None:
    (folder / ".env").write_text("FORWARDED_ALLOW_IPS=10.0.0.7\n")
    clean = {name: value for name, value in os.environ.items() if name != "FORWARDED_ALLOW_IPS"}
    command = [*GUNICORN, "--print-config"]
    told = subprocess.check_output(command, cwd=folder, env=clean | environment, text=True)
    lines = [line for line in told.splitlines() if line.startswith("forwarded_allow_ips ")]
    assert [line.split()[-1] for line in lines] == [f"['{believed}']"]


def test_a_port_that_is_none_is_told_in_words(folder: Path) -> None:
    environment = os.environ | {"PORT": "http"}
    end = subprocess.run(GUNICORN, cwd=folder, capture_output=True, text=True, timeout=20, env=environment)
    assert end.returncode != 0
    assert "These settings cannot be: PORT must be a whole number, not 'http'" in end.stderr
    assert "Traceback" not in end.stderr


def test_a_server_that_would_let_strangers_in_does_not_start(folder: Path) -> None:
    weak = {"HOST": "0.0.0.0", "SECRET_KEY": "changeme", "PUBLIC_URL": "http://hotline.example"}
    environment = os.environ | weak | {"TWILIO_AUTH_TOKEN": ""}
    end = subprocess.run(GUNICORN, cwd=folder, capture_output=True, text=True, timeout=20, env=environment)
    assert end.returncode != 0
    reasons = end.stderr.split("These settings cannot be: ")[1].split("; ")
    assert [reason.split()[0] for reason in reasons] == ["HOST", "SECRET_KEY", "PUBLIC_URL"]
    assert not (folder / "order").exists()


def test_a_hotline_that_cannot_be_made_ready_does_not_start(folder: Path) -> None:
    with (folder / "ivr/__init__.py").open("a") as broken:
        broken.write("def before_workers(): raise OSError('the disk is full')")
    end = subprocess.run(GUNICORN, cwd=folder, capture_output=True, text=True, timeout=20)
    assert end.returncode == 1
    assert "the disk is full" in end.stderr
    assert "The hotline does not start" in end.stderr
    assert not (folder / "order").exists()
