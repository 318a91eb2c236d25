"""The page of the commands says what the commands say; every command on any page can be typed."""

import os
import re
import shlex
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import click
import click.testing
import pytest
import requests

from ivr.cli import main
from tests.docs.pages import DOCS, PAGES, blocks, rows, section, words
from tests.house import HOUSE

PAGE = DOCS / "commands.md"
OPENING = re.compile(r"`(python3 app\.py[^`]*)`")


def typed() -> Iterator[str]:
    """Every line of the pages that begins with `python3 app.py`, in blocks and in sentences."""
    for block in blocks("sh", "console"):
        for line in block.text.splitlines():
            if line.removeprefix("$ ").startswith("python3 app.py"):
                yield line.removeprefix("$ ")
    for page in PAGES:
        yield from OPENING.findall(page.read_text("utf-8"))


LINES = sorted(set(typed()))
FORMS = [line for line in LINES if "[" in line]
"""How a command is called, with names for what is to be filled in."""
WITHOUT_A_PERSON = [
    line
    for line in LINES
    if line not in FORMS
    and line.split()[2:3]
    in (["--help"], ["check"], ["publish"], ["calls"], ["diff"], ["revisions"], ["play"])
]
CALLS = [line for line in LINES if "call --" in line or "call +" in line]
RENDERINGS = [line for line in LINES if " render" in line and line not in FORMS]


def commands_of(group: click.Group, before: str = "") -> Iterator[tuple[str, click.Command]]:
    """Every command that does something, by the words it is called with: those of a group one by one."""
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None, name
        if isinstance(command, click.Group):
            if command.invoke_without_command:
                yield f"{before}{name}", command
            yield from commands_of(command, f"{before}{name} ")
        else:
            yield f"{before}{name}", command


COMMANDS = dict(commands_of(main))


def row_of(parameter: click.Parameter) -> list[str]:
    """An option or an argument as a row of the table."""
    kind = parameter.make_metavar(click.Context(main))
    if isinstance(parameter, click.Argument):
        return [f"`{kind.strip('[]')}`", "", ""]
    assert isinstance(parameter, click.Option)
    name = parameter.opts[-1] if parameter.is_flag else f"{parameter.opts[-1]} {kind}"
    default = f"`{parameter.default}`" if parameter.show_default else ""
    return [f"`{name.replace('|', chr(92) + '|')}`", default, parameter.help or ""]


def test_every_command_has_its_section() -> None:
    headings = re.findall(r"^## (.+)$", PAGE.read_text("utf-8"), re.MULTILINE)
    assert headings == sorted(COMMANDS)


def test_the_help_says_of_every_command_what_it_does_to_the_end_of_a_sentence() -> None:
    told = click.testing.CliRunner().invoke(main, ["--help"]).output.partition("Commands:")[2]
    assert "..." not in told
    listed = re.findall(r"^  ([a-z]+)  ", told, re.MULTILINE)
    assert listed == main.list_commands(click.Context(main))


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_a_section_says_what_the_command_says(name: str) -> None:
    command = COMMANDS[name]
    text = section(PAGE, name)
    assert command.help is not None
    assert command.help in text
    options = [row_of(parameter) for parameter in command.params if isinstance(parameter, click.Option)]
    assert rows(text) == options


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_a_section_names_the_arguments(name: str) -> None:
    command = COMMANDS[name]
    usage = " ".join([name, *command.collect_usage_pieces(click.Context(command))])
    assert f"`python3 app.py {usage}`" in section(PAGE, name)


def test_there_are_lines_to_try() -> None:
    assert {"python3 app.py", "python3 app.py test", "python3 app.py check"} <= set(LINES)


@pytest.mark.parametrize("line", sorted({*LINES} - {*FORMS}))
def test_a_line_can_be_typed(line: str) -> None:
    said = shlex.split(re.split(" [<>] ", line)[0], comments=True)[2:]
    if said and said[0] not in ("test", "--help"):
        length = 1 if said[0] in COMMANDS else 2
        name = " ".join(said[:length])
        COMMANDS[name].make_context(name, said[length:])


def test_what_the_readme_says_to_do_can_be_done(tmp_path: Path) -> None:
    with running(tmp_path) as house:
        for page in ("phone/", "calls", "messages", "menus"):
            assert requests.get(f"{house.url}/{page}", timeout=10).status_code == 200
        for webhook in ("voice", "voice/status"):
            assert requests.post(f"{house.url}/{webhook}", timeout=10).status_code == 403
        for line in WITHOUT_A_PERSON:
            house.type(line)
        with ThreadPoolExecutor() as people:  # these take the time that a call takes
            list(people.map(house.type, CALLS))
        head, *calls = house.type("python3 app.py calls --csv").splitlines()
    assert head.split(",") == [words(row[0])[0] for row in rows(section(DOCS / "log.md", "The columns"))]
    assert len(calls) == len(CALLS)
    table = rows(section(DOCS / "running.md", "The data folder"))
    told = {word.rstrip("/") for row in table for word in words(row[0])}
    assert {path.name for path in (tmp_path / "var").iterdir()} <= told


@pytest.mark.needs("espeak-ng")
def test_prompts_are_rendered_as_the_pages_say(tmp_path: Path) -> None:
    house = House(copied(tmp_path), port=0)
    for line in RENDERINGS:
        house.type(line)


@dataclass(frozen=True, slots=True)
class House:
    """A house of its own: its menus and recordings can be changed, its rooms are the real ones."""

    folder: Path
    port: int

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def environment(self) -> dict[str, str]:
        here = {"PATH": os.environ["PATH"], "PYTHONPATH": str(HOUSE), "LC_ALL": "C.UTF-8"}
        return {**here, "IVR_NO_SETUP": "1", "PORT": str(self.port)}

    def type(self, line: str) -> str:
        """What the line prints; it must end well."""
        command = f"{shlex.quote(sys.executable)} {line.removeprefix('python3 ')}"
        run = subprocess.run(
            ["sh", "-c", command], cwd=self.folder, env=self.environment, capture_output=True, text=True
        )
        assert run.returncode == 0, f"{line}\n{run.stdout}{run.stderr}"
        return run.stdout


def copied(folder: Path) -> Path:
    for name in ("app.py", "pyproject.toml"):
        shutil.copy(HOUSE / name, folder)
    for name in ("menus", "recordings"):
        shutil.copytree(HOUSE / name, folder / name)
    (folder / "ivr").symlink_to(HOUSE / "ivr")
    return folder


@contextmanager
def running(folder: Path) -> Iterator[House]:
    """The hotline as the README starts it."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        house = House(copied(folder), free.getsockname()[1])
    log = folder / "server.log"
    with (
        log.open("w") as output,
        subprocess.Popen(
            [sys.executable, "app.py"], cwd=folder, env=house.environment, stdout=output, stderr=output
        ) as server,
    ):
        try:
            wait_until(lambda: "Booting worker" in log.read_text() or server.poll() is not None)
            assert f"{house.url}/phone/" in log.read_text(), log.read_text()
            yield house
        finally:
            server.terminate()


def wait_until(happened: Callable[[], bool], seconds: float = 60) -> None:
    until = time.monotonic() + seconds
    while not happened() and time.monotonic() < until:
        time.sleep(0.05)
