"""Words spoken by a program of this machine, such as espeak-ng or piper, as a telephone carries them."""

import re
import shlex
import subprocess
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from ivr.core.riff import NotWav
from ivr.outside import telephone, wav

PLACEHOLDER = re.compile(r"\{(\w+)\}")
PLACES = ("file", "language", "tag", "text", "voice")
LONGEST = 120
"""Seconds a program may take for one prompt."""

HOW_TO_GET = {"espeak-ng": "apt-get install espeak-ng (on a Mac: brew install espeak-ng)"}


class SpeechFailed(RuntimeError):
    """The words could not be spoken; the message says why and what to do."""


def speak(command: str, words: str, *, language: str, tag: str, voice: str = "") -> bytes:
    """The words as a telephone's WAV file, captioned. Raises SpeechFailed.

    `command` is a line like `espeak-ng -v {language} -w {file} {text}`, run without a shell: `{language}` is
    vi, `{tag}` vi-VN, `{voice}` the carrier's voice. Where `{text}` is left out, the program reads the words.
    It writes any PCM WAV to `{file}`.
    """
    with TemporaryDirectory(prefix="ivr-speech-") as folder:
        file = Path(folder) / "said.wav"
        places = {"file": str(file), "language": language, "tag": tag, "text": words, "voice": voice}
        _run(words_of(command, places), words)
        try:
            sound = wav.read(file.read_bytes())
        except FileNotFoundError:
            raise SpeechFailed(f"'{command}' wrote no file; IVR_SPEECH must write to {{file}}") from None
        except NotWav as problem:
            raise SpeechFailed(f"what '{command}' wrote is not WAV we can read: {problem}") from None
    heard = telephone.as_telephone_hears(sound)
    if not heard:
        raise SpeechFailed(f"'{command}' said nothing for \"{words}\"")
    return wav.telephone(telephone.encoded(heard), words, tag)


def words_of(command: str, places: Mapping[str, str]) -> list[str]:
    """The command as a program and its arguments; whatever stands in the words stays one argument."""
    try:
        line = shlex.split(command)
    except ValueError as problem:
        raise SpeechFailed(f"IVR_SPEECH cannot be read ({problem}): {command}") from None
    holes = set(PLACEHOLDER.findall(command))
    if not line or "file" not in holes or not holes <= set(PLACES):
        known = ", ".join(f"{{{place}}}" for place in PLACES)
        raise SpeechFailed(f"IVR_SPEECH must be a command with {{file}} (it knows {known}), not '{command}'")
    return [PLACEHOLDER.sub(lambda hole: places[hole[1]], word) for word in line]


def _run(line: list[str], words: str) -> None:
    program = line[0]
    try:
        done = subprocess.run(line, input=words.encode(), capture_output=True, timeout=LONGEST)  # noqa: S603
    except (FileNotFoundError, PermissionError):
        how = HOW_TO_GET.get(program, "install it")
        raise SpeechFailed(
            f"there is no program '{program}' to speak with: {how}, or set IVR_SPEECH to another command"
        ) from None
    except subprocess.TimeoutExpired:
        raise SpeechFailed(f"'{program}' took longer than {LONGEST} seconds for \"{words}\"") from None
    if done.returncode:
        said = done.stderr.decode(errors="replace").strip().splitlines()
        reason = f": {said[-1]}" if said else ""
        raise SpeechFailed(f"'{program}' failed ({done.returncode}){reason}")
