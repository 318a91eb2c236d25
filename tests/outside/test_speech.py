"""Words become files a telephone line carries, whatever program speaks them."""

import math
import struct
import sys
from hashlib import sha256
from itertools import pairwise
from pathlib import Path

import pytest

from ivr.core.riff import NotWav
from ivr.outside import telephone, wav
from ivr.outside.speech import SpeechFailed, speak, words_of
from ivr.outside.telephone import as_telephone_hears, resampled, u_law
from ivr.outside.wav import Sound

BY_AUDIOOP = "81d633c9e6972a18c74a58720b96cb8ca0bdd096d4060b646dd708c3b846019a"
"""SHA-256 of `audioop.lin2ulaw` of all 65536 samples, from -32768 up (Python 3.11)."""

REFERENCE = {0: 0xFF, -1: 0x7E, 8: 0xFE, -8: 0x7E, 100: 0xF2, -100: 0x72, 1000: 0xCE, -1000: 0x4E}
LOUD = {12345: 0x97, -12345: 0x17, 32635: 0x80, 32767: 0x80, -32768: 0x00}


def tone(hertz: float, rate: int, seconds: float = 0.5, loud: float = 10_000) -> list[float]:
    return [loud * math.sin(2 * math.pi * hertz * n / rate) for n in range(int(rate * seconds))]


def decibels(samples: list[float], loud: float = 10_000) -> float:
    """How loud the middle of a sound is, beside a tone of `loud`."""
    middle = samples[400:-400]
    power = sum(sample * sample for sample in middle) / len(middle)
    return 10 * math.log10(power / (loud * loud / 2) + 1e-15)


def pcm(samples: list[int], rate: int = 8000, bits: int = 16, channels: int = 1) -> bytes:
    """A PCM file, as programs write it."""
    width = bits // 8
    shifted = (sample << (bits - 16) if bits >= 16 else (sample >> 8) + 128 for sample in samples)
    data = b"".join(each.to_bytes(width, "little", signed=bits > 8) for each in shifted)
    head = struct.pack("<HHIIHH", 1, channels, rate, rate * width * channels, width * channels, bits)
    body = b"WAVEfmt " + struct.pack("<I", 16) + head + b"data" + struct.pack("<I", len(data)) + data
    return b"RIFF" + struct.pack("<I", len(body)) + body


def data_of(file: bytes) -> bytes:
    at = file.index(b"data")
    return file[at + 8 : at + 8 + int.from_bytes(file[at + 4 : at + 8], "little")]


def test_u_law_is_the_telephones_own() -> None:
    assert {sample: u_law(sample) for sample in (*REFERENCE, *LOUD)} == REFERENCE | LOUD
    assert sha256(bytes(map(u_law, range(-32768, 32768)))).hexdigest() == BY_AUDIOOP


@pytest.mark.parametrize("rate", [8000, 11025, 16000, 22050, 24000, 44100, 48000])
@pytest.mark.parametrize("hertz", [300, 1000, 3000])
def test_a_tone_keeps_its_height_and_loudness(rate: int, hertz: int) -> None:
    heard = resampled(tone(hertz, rate), rate)

    assert len(heard) in (3999, 4000)
    ups = sum(before < 0 <= after for before, after in pairwise(heard))
    assert abs(ups - hertz / 2) <= 1
    assert abs(decibels(heard)) < 0.1


@pytest.mark.parametrize("hertz", [4200, 5000, 7000, 9000, 10500])
def test_what_a_telephone_cannot_carry_does_not_come_back_as_a_false_tone(hertz: int) -> None:
    assert decibels(resampled(tone(hertz, 22050), 22050)) < -75


def test_a_constant_stays_what_it_is() -> None:
    assert {round(sample, 6) for sample in resampled([100.0] * 22050, 22050)[400:-400]} == {100.0}


def test_every_prompt_is_as_loud_as_the_others_and_begins_at_once() -> None:
    silence = [0] * 8000
    quiet = [round(sample) for sample in tone(440, 8000, 1, loud=900)]
    heard = as_telephone_hears(Sound(8000, silence + quiet + silence))

    assert max(map(abs, heard)) == round(0.7 * 32767)
    assert abs(len(heard) - 8000 * (0.05 + 1 + 0.2)) < 10
    assert as_telephone_hears(Sound(8000, silence)) == []


@pytest.mark.parametrize("bits", [8, 16, 24, 32])
def test_pcm_of_any_width_is_read(bits: int) -> None:
    samples = [0, 256, -256, 25_600, -32_768, 32_512]
    assert wav.read(pcm(samples, 22050, bits)) == Sound(22050, samples)


def test_two_channels_become_one() -> None:
    assert wav.read(pcm([100, 300, -100, -300], channels=2)).samples == [200, -200]


def test_a_file_written_into_a_pipe_has_no_length_and_is_read_as_far_as_it_goes() -> None:
    piped = pcm([1, 2, 3]).replace(b"data\x06\0\0\0", b"data\xff\xff\xff\xff")
    assert wav.read(piped).samples == [1, 2, 3]


@pytest.mark.parametrize(
    "file", [b"", b"ID3 an mp3", b"RIFF\0\0\0\0WAVE", pcm([1]).replace(b"\x01\0", b"\x03\0", 1)]
)
def test_what_is_no_pcm_is_refused(file: bytes) -> None:
    with pytest.raises(NotWav):
        wav.read(file)


def test_a_rendered_file_is_u_law_says_its_words_and_who_made_it() -> None:
    file = wav.telephone(telephone.encoded([0, 100, -100]), "Xin chào quý khách.", "vi-VN")

    assert struct.unpack("<HHIIHHH", file[20:38]) == (7, 1, 8000, 8000, 1, 8, 0)
    assert int.from_bytes(file[4:8], "little") == len(file) - 8
    assert data_of(file) == bytes([0xFF, 0xF2, 0x72])
    assert "Xin chào quý khách.".encode() in file
    assert wav.is_made_here(file)
    assert not wav.is_made_here(pcm([1, 2]))


# -- the program that speaks ------------------------------------------------------------------------------


@pytest.fixture
def whistle(tmp_path: Path) -> str:
    """A program that whistles for a second whatever it is told, and notes what that was."""
    (tmp_path / "tone.wav").write_bytes(pcm([round(s) for s in tone(440, 22050, 1)], 22050))
    program = tmp_path / "whistle.py"
    program.write_text(
        "import shutil, sys\n"
        f"shutil.copy({str(tmp_path / 'tone.wav')!r}, sys.argv[1])\n"
        f"open({str(tmp_path / 'heard')!r}, 'w').write('|'.join(sys.argv[2:] + [sys.stdin.read()]))\n"
    )
    return f"'{sys.executable}' '{program}'"


def test_any_program_speaks_and_the_words_are_one_argument_without_a_shell(
    whistle: str, tmp_path: Path
) -> None:
    words = 'Chào "anh"; rm -rf $HOME {file}'
    file = speak(
        f"{whistle} {{file}} -v{{language}} {{tag}} {{voice}} {{text}}",
        words,
        language="vi",
        tag="vi-VN",
        voice="Wavenet",
    )

    assert (tmp_path / "heard").read_text() == f"-vvi|vi-VN|Wavenet|{words}|{words}"
    assert abs(len(data_of(file)) / 8000 - 1.0) < 0.01
    assert words.encode() in file


def test_a_program_that_reads_the_words_needs_no_text_in_its_command(whistle: str, tmp_path: Path) -> None:
    speak(f"{whistle} {{file}}", "Xin chào", language="vi", tag="vi-VN")
    assert (tmp_path / "heard").read_text() == "Xin chào"


def test_a_missing_program_is_named_with_how_to_get_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(SpeechFailed) as failed:
        speak("espeak-ng -v {language} -w {file} {text}", "Hello", language="en", tag="en-US")
    assert str(failed.value) == (
        "there is no program 'espeak-ng' to speak with: apt-get install espeak-ng (on a Mac: brew install "
        "espeak-ng), or set IVR_SPEECH to another command"
    )


@pytest.mark.parametrize(
    ("code", "problem"),
    [
        ("import sys; sys.exit('no such voice')", "failed (1): no such voice"),
        ("pass", "wrote no file; IVR_SPEECH must write to {file}"),
        ("import sys; open(sys.argv[1], 'w').write('words')", "is not WAV we can read"),
    ],
)
def test_a_program_that_fails_is_told_apart_from_one_that_lies(code: str, problem: str) -> None:
    with pytest.raises(SpeechFailed) as failed:
        speak(f"'{sys.executable}' -c \"{code}\" {{file}}", "Hello", language="en", tag="en-US")
    assert problem in str(failed.value)


@pytest.mark.parametrize("command", ["", "say", "say {fiel}", "say {file} {words}", "say '{file}"])
def test_a_command_that_cannot_work_is_refused_before_it_runs(command: str) -> None:
    with pytest.raises(SpeechFailed, match="IVR_SPEECH"):
        words_of(command, dict.fromkeys(("file", "language", "tag", "text", "voice"), ""))


@pytest.mark.needs("espeak-ng")
@pytest.mark.parametrize(
    ("language", "words"),
    [("vi", "Bấm phím 1 để hỏi về đơn hàng."), ("en", "For your order, press 1."), ("es", "Pulse 1.")],
)
def test_espeak_speaks_our_three_languages(language: str, words: str) -> None:
    file = speak("espeak-ng -v {language} -s 150 -w {file} {text}", words, language=language, tag=language)
    seconds = len(data_of(file)) / 8000
    assert 0.5 < seconds < 0.2 * len(words)
