"""An admin's own recordings: playable, saying what the menus say, and each heard by somebody."""

import struct
from pathlib import Path

import pytest

from ivr.core.menus import Sound
from ivr.language import Checked, read, read_files

MENUS = """
hotline: Sao Mai
zone: Asia/Ho_Chi_Minh
numbers: {"+842873001234": main}
languages: {en: {}}
steps:
  main:
    say: How can we help?
    keys: {1: {name: news, label: the news, say: "You rang from {caller}.", then: back}}
"""
WORDS = "How can we help? For the news, press 1.\n"


def wav(
    kind: int = 1, channels: int = 1, rate: int = 8000, bits: int = 16, data: bytes = bytes(16000)
) -> bytes:
    """A WAV file as a phone line wants it, unless told otherwise."""
    width = channels * bits // 8
    head = struct.pack("<HHIIHH", kind, channels, rate, rate * width, width, bits)
    body = b"WAVEfmt " + struct.pack("<I", len(head)) + head + b"data" + struct.pack("<I", len(data)) + data
    return b"RIFF" + struct.pack("<I", len(body)) + body


@pytest.fixture
def studio(tmp_path: Path) -> Path:
    (tmp_path / "menus").mkdir()
    (tmp_path / "menus" / "main.yaml").write_text(MENUS, "utf-8")
    (tmp_path / "recordings" / "en").mkdir(parents=True)
    return tmp_path


def put(studio: Path, name: str, content: bytes, words: str | None = None, language: str = "en") -> None:
    folder = studio / "recordings" / language
    folder.mkdir(exist_ok=True)
    (folder / f"{name}.wav").write_bytes(content)
    if words is not None:
        (folder / f"{name}.txt").write_text(words, "utf-8")


def check(studio: Path) -> Checked:
    return read(studio / "menus", studio / "recordings")


def told(studio: Path) -> list[str]:
    checked = check(studio)
    return [*map(str, checked.mistakes), *(f"warning {warning}" for warning in checked.warnings)]


@pytest.mark.parametrize(
    ("content", "seconds"),
    [(wav(), 1.0), (wav(kind=7, bits=8, data=bytes(12000)), 1.5)],
    ids=["pcm", "u-law"],
)
def test_a_recording_in_the_lines_own_format_is_taken(studio: Path, content: bytes, seconds: float) -> None:
    put(studio, "main", content, WORDS)
    assert told(studio) == []
    made = check(studio)
    assert made.hotline
    sound = made.hotline.sounds["en", "main"]
    assert (sound.kind, sound.seconds) == ("audio/wav", seconds)
    assert made.sounds == {("en", "main"): sound}
    assert made.contents == {sound.digest: content}


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"ID3 an mp3", "this is not a WAV file"),
        (wav(rate=44100, channels=2), "this is 44.1 kHz in 2 channels; a phone line carries 8 kHz mono"),
        (wav(rate=16000), "this is 16 kHz mono; a phone line carries 8 kHz mono"),
        (wav(kind=3, bits=32), "this is neither PCM of 16 bits nor u-law"),
        (b"RIFF\0\0\0\0WAVE", "this WAV file does not say what is in it"),
    ],
)
def test_a_recording_no_line_can_play_says_how_to_mend_it(studio: Path, content: bytes, said: str) -> None:
    put(studio, "main", content, WORDS)
    convert = "convert it: sox in.wav -r 8000 -c 1 -b 16 out.wav"
    assert told(studio) == [f"recordings/en/main.wav:1:1: {said}; {convert}"]


def test_an_empty_recording_is_a_mistake(studio: Path) -> None:
    put(studio, "main", wav(data=b""), WORDS)
    assert told(studio) == ["recordings/en/main.wav:1:1: nothing is recorded here; record it again"]


def test_a_recording_that_says_other_words_than_the_menu_is_a_mistake(studio: Path) -> None:
    put(studio, "main", wav(), "How can we help? For sales, press 1.")
    assert told(studio) == [
        'recordings/en/main.wav:1:1: the recording says "How can we help? For sales, press 1.", '
        'the menu says "How can we help? For the news, press 1."; '
        "run `python3 app.py render`, or record it again"
    ]


def test_a_recording_without_its_words_cannot_be_compared(studio: Path) -> None:
    put(studio, "main", wav())
    assert told(studio) == [
        "warning recordings/en/main.wav:1:1: the words of this recording are not beside it, "
        "so nobody can compare; write them into main.txt, or run `python3 app.py render`"
    ]


def test_a_recording_cannot_say_values(studio: Path) -> None:
    put(studio, "news", wav(), "You rang from somewhere.")
    assert told(studio) == [
        "recordings/en/news.wav:1:1: a recording cannot say the values in "
        '"You rang from {caller}."; delete it'
    ]


def test_a_recording_nobody_hears_is_pointed_out(studio: Path) -> None:
    put(studio, "mian", wav())
    put(studio, "news.silence", wav())
    put(studio, "main", wav(), WORDS, language="fr")
    assert told(studio) == [
        "warning recordings/en/mian.wav:1:1: nobody hears this: it belongs to no step; did you mean 'main'?",
        "warning recordings/en/news.silence.wav:1:1: nobody hears this: it belongs to no step; "
        "delete it, or name it after a step",
        "warning recordings/fr/main.wav:1:1: nobody hears this: the hotline has no language 'fr'; "
        "delete it, or add the language",
    ]


def test_a_greeting_can_be_left_to_the_recording_but_its_options_cannot(studio: Path) -> None:
    menus = MENUS.replace("    say: How can we help?\n", "")
    (studio / "menus" / "main.yaml").write_text(menus, "utf-8")
    put(studio, "main", wav(), "Ahoy! For the news, press 1.")
    assert told(studio) == []
    put(studio, "main", wav(), "Ahoy! For the news, press 2.")
    assert told(studio) == [
        'recordings/en/main.wav:1:1: the recording says "Ahoy! For the news, press 2.", '
        'the menu says "For the news, press 1."; run `python3 app.py render`, or record it again'
    ]


def test_silence_and_wrong_keys_can_be_recorded_too(studio: Path) -> None:
    put(studio, "main.silence", wav(), "We did not hear a key.")
    put(studio, "main.wrong", wav(), "That is not one of the choices.")
    assert told(studio) == []
    assert set(check(studio).sounds) == {("en", "main.silence"), ("en", "main.wrong")}


def test_a_step_that_is_only_recorded_is_recorded_in_every_language(studio: Path) -> None:
    menus = MENUS.replace("{en: {}}", "{en: {}, vi: {}}").replace(
        'label: the news, say: "You rang from {caller}."', "label: {en: the news, vi: nghe tin}"
    )
    (studio / "menus" / "main.yaml").write_text(menus.replace("    say: How can we help?\n", ""), "utf-8")
    put(studio, "news", wav(), "")
    assert told(studio) == [
        "menus/main.yaml:8:16: step 'news' has no words and no recording in vi; write 'say:' or record them"
    ]


def test_the_same_recording_is_the_same_sound(studio: Path) -> None:
    put(studio, "main", wav(), WORDS)
    first = check(studio).sounds
    (studio / "recordings" / "en" / "main.wav").touch()
    assert check(studio).sounds == first
    assert all(isinstance(sound, Sound) for sound in first.values())


# -- music ------------------------------------------------------------------------------------------------


@pytest.fixture
def waiting(studio: Path) -> Path:
    """The studio of a hotline in two languages whose callers hear music while they wait."""
    menus = """
hotline: Sao Mai
zone: Asia/Ho_Chi_Minh
numbers: {"+842873001234": main}
languages: {en: {}, vi: {}}
queues: {desk: {music: waiting, no_agents: hang_up}}
steps: {main: {queue: desk}}
"""
    (studio / "menus" / "main.yaml").write_text(menus, "utf-8")
    return studio


def play(studio: Path, name: str, content: bytes) -> None:
    (studio / "recordings" / f"{name}.wav").write_bytes(content)


def test_music_is_one_for_all_languages_or_one_for_each(waiting: Path) -> None:
    play(waiting, "waiting", wav())
    put(waiting, "waiting", wav(data=bytes(32000)), language="vi")
    assert told(waiting) == []
    made = check(waiting)
    assert made.hotline
    assert {key: sound.seconds for key, sound in made.hotline.sounds.items()} == {
        ("en", "waiting"): 1.0,
        ("vi", "waiting"): 2.0,
    }
    assert len(made.contents) == 2


def test_music_that_is_not_there_in_every_language_is_a_mistake(waiting: Path) -> None:
    put(waiting, "waiting", wav(), language="vi")
    assert told(waiting) == [
        "menus/main.yaml:6:10: the music 'waiting' of queue 'desk' is not there in en; "
        "put it there as waiting.wav beside the folders of the languages, or into each"
    ]


def test_music_must_be_playable_like_every_recording(waiting: Path) -> None:
    play(waiting, "waiting", wav(rate=44100))
    (mistake,) = set(told(waiting))
    assert mistake == (
        "recordings/waiting.wav:1:1: this is 44.1 kHz mono; a phone line carries 8 kHz mono; "
        "convert it: sox in.wav -r 8000 -c 1 -b 16 out.wav"
    )


def test_music_that_no_queue_has_is_heard_by_nobody(waiting: Path) -> None:
    play(waiting, "waiting", wav())
    play(waiting, "wating", wav())
    assert told(waiting) == [
        "warning recordings/wating.wav:1:1: nobody hears this: no queue has such music; "
        "did you mean 'waiting'?"
    ]


def test_music_of_a_stored_revision_is_known_by_its_sounds(waiting: Path) -> None:
    play(waiting, "waiting", wav())
    stored = check(waiting)
    assert read_files(stored.files, sounds=stored.sounds).hotline == stored.hotline
    assert [mistake.text for mistake in read_files(stored.files, sounds={}).mistakes] == [
        "the music 'waiting' of queue 'desk' is not there in en, vi"
    ]
