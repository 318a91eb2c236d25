"""`ivr render`: prompts become files, again only when their words change; an admin's own are not touched."""

import struct
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from ivr.cli import main
from ivr.switchboard.draft import check

MENUS = """
hotline: Sao Mai
zone: UTC
numbers: {"+842873001234": main}
languages: {vi: {}, en: {}}
steps:
  main:
    say: {vi: Xin chào., en: Hello.}
    again: {vi: Gì nữa ạ?, en: Anything else?}
    keys:
      1: number
      2: bye
  number:
    label: {vi: nghe số của mình, en: your number}
    say: {vi: "Số {caller}.", en: "It is {caller}."}
    then: repeat
  bye:
    label: {vi: tạm biệt, en: goodbye}
    say: {vi: Tạm biệt., en: Goodbye.}
    then: hang_up
"""
MAIN = "Xin chào. Bấm phím 1 để nghe số của mình. Bấm phím 2 để tạm biệt."
EVERY = ["bye", "main", "main.again", "main.silence", "main.wrong"]
Render = Callable[..., Result]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A hotline in two languages, and a program that whistles and notes what it was to say."""
    (tmp_path / "menus").mkdir()
    (tmp_path / "menus" / "hotline.yaml").write_text(MENUS)
    samples = struct.pack("<800h", *([9000, -9000] * 400))
    head = struct.pack("<HHIIHH", 1, 1, 8000, 16000, 2, 16)
    body = b"WAVEfmt " + struct.pack("<I", 16) + head + b"data" + struct.pack("<I", len(samples)) + samples
    (tmp_path / "tone.wav").write_bytes(b"RIFF" + struct.pack("<I", len(body)) + body)
    (tmp_path / "whistle.py").write_text(
        "import shutil, sys\n"
        f"shutil.copy({str(tmp_path / 'tone.wav')!r}, sys.argv[1])\n"
        f"open({str(tmp_path / 'said')!r}, 'a').write(' '.join(sys.argv[2:]) + '\\n')\n"
    )
    return tmp_path


@pytest.fixture
def render(folder: Path) -> Render:
    """Runs the command; `speech` is another program to speak with."""

    def render(*words: str, speech: str = "") -> Result:
        whistle = f"'{sys.executable}' '{folder / 'whistle.py'}' {{file}} {{language}} {{text}}"
        named = {"IVR_MENUS": "menus", "IVR_RECORDINGS": "recordings", "IVR_DATA": "var"}
        places = {name: str(folder / place) for name, place in named.items()}
        environment = {**places, "IVR_SPEECH": speech or whistle, "TWILIO_AUTH_TOKEN": ""}
        return CliRunner(env=environment).invoke(main, ["render", *words])

    return render


def said(folder: Path) -> list[str]:
    """What the program was told to say since the last look."""
    notes = folder / "said"
    lines = notes.read_text().splitlines() if notes.exists() else []
    notes.unlink(missing_ok=True)
    return lines


def names(folder: Path, language: str, ending: str) -> list[str]:
    return sorted(
        path.name.removesuffix(ending) for path in (folder / "recordings" / language).glob(f"*{ending}")
    )


def test_every_prompt_without_values_becomes_a_recording_with_its_words_beside_it(
    folder: Path, render: Render
) -> None:
    done = render()

    assert done.exit_code == 0
    assert done.output.splitlines()[0] == "   1/10  vi/main  0.1 s"
    assert done.output.splitlines()[-1] == (
        "10 rendered, 2 left to the carrier's voice, for they hold values."
    )
    assert said(folder)[0] == f"vi {MAIN}"
    for language in ("vi", "en"):
        assert names(folder, language, ".wav") == names(folder, language, ".txt") == EVERY
    checked = check(folder / "menus", folder / "recordings")
    assert (checked.mistakes, len(checked.sounds)) == ((), 10)


def test_only_what_has_changed_is_spoken_again(folder: Path, render: Render) -> None:
    render()
    said(folder)
    assert render().output == "10 up to date, 2 left to the carrier's voice, for they hold values.\n"
    assert said(folder) == []

    menus = folder / "menus" / "hotline.yaml"
    menus.write_text(menus.read_text().replace("en: Goodbye.", "en: See you."))
    (folder / "recordings" / "vi" / "main.txt").unlink()
    render()
    assert said(folder) == [
        f"vi {MAIN}",
        "en See you.",
    ]
    assert (folder / "recordings" / "en" / "bye.txt").read_text() == "See you.\n"

    render("--all", "--language", "en", "--step", "main")
    assert len(said(folder)) == 4


def test_an_admin_s_own_recording_is_never_touched(folder: Path, render: Render) -> None:
    own = folder / "recordings" / "en" / "bye.wav"
    own.parent.mkdir(parents=True)
    own.write_bytes((folder / "tone.wav").read_bytes())
    own.with_suffix(".txt").write_text("Farewell.")

    done = render("--all", "--step", "bye")
    assert done.output.splitlines() == [
        "   1/1  vi/bye  0.1 s",
        'en/bye is a recording of yours; the menu now says "Goodbye.": record it again',
        "1 rendered, 1 of your own to record again.",
    ]
    assert own.read_bytes() == (folder / "tone.wav").read_bytes()


def test_what_cannot_be_done_is_said_plainly(folder: Path, render: Render) -> None:
    missing = render(speech="no-such-program {file}")
    assert (missing.exit_code, missing.output) == (
        1,
        "Error: there is no program 'no-such-program' to speak with: install it, or set IVR_SPEECH to "
        "another command\n",
    )
    assert render("--step", "mian").output == (
        "Error: the hotline has no step 'mian'; did you mean 'main'?\n"
    )
    assert (
        render("--language", "fr").output == "Error: the hotline has no language 'fr'; there are en and vi\n"
    )

    (folder / "menus" / "hotline.yaml").write_text(MENUS.replace("then: repeat", "then: nowhere"))
    broken = render()
    assert broken.exit_code == 1
    assert "nothing was rendered: mend these mistakes first." in broken.output
    assert not (folder / "recordings").exists()
