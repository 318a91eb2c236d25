"""The words of a recording, written into the file and told to whoever plays it; its sound, from the box."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.box import serve
from ivr.box.phone_line import Phone
from ivr.box.riff import Caption, caption_of
from ivr.box.sounds import tone, wav_of
from tests.box.service import CALLER, HOTLINE, Service
from tests.box.sounds import captioned, chunk, with_chunk

WAV = wav_of(tone(1))
WORDS = "Quý khách cần gì ạ? 번을 누르세요."


def test_a_file_tells_its_words_and_their_language() -> None:
    assert caption_of(captioned(WAV, WORDS, "vi-VN")) == Caption(WORDS, "vi-VN")
    assert caption_of(captioned(WAV, WORDS)) == Caption(WORDS, "")


@pytest.mark.parametrize(
    "file",
    [
        WAV,
        b"",
        b"ID3 an mp3 with ICMT in it",
        captioned(WAV, "  "),
        with_chunk(WAV, chunk(b"LIST", b"adtl" + chunk(b"ICMT", b"not an INFO list\0"))),
        with_chunk(WAV, chunk(b"ICMT", b"not in a list\0")),
    ],
)
def test_a_file_without_a_comment_has_no_words(file: bytes) -> None:
    assert caption_of(file) is None


@given(st.integers(0, len(captioned(b"RIFF\0\0\0\0WAVE", WORDS, "vi"))), st.binary(max_size=8))
def test_no_damage_to_a_file_is_an_error(cut: int, noise: bytes) -> None:
    caption_of(captioned(b"RIFF\0\0\0\0WAVE", WORDS, "vi")[:cut] + noise)


def listening(times: int = 1) -> tuple[Service, Phone]:
    service = Service().on("/voice", f'<Play loop="{times}">http://files.example/main.wav</Play><Pause/>')
    service.on("/main.wav", (captioned(WAV, WORDS, "vi-VN"), "audio/x-wav")).on("/voice/status", "")
    return service, Phone(service.app)


def test_who_plays_a_recording_is_told_its_words() -> None:
    _, phone = listening()
    call = phone.ring(HOTLINE, CALLER)
    phone.pass_time(1)
    sound = f"calls/{call.sid}/sounds/{call.events[-1]['n']}"
    assert call.facts("play") == [
        {
            "url": "http://files.example/main.wav",
            "sound": sound,
            "text": WORDS,
            "language": "vi-VN",
            "seconds": 1.0,
        }
    ]
    assert call.heard == [WORDS]


def test_the_sound_is_had_from_the_box_while_the_line_is_up() -> None:
    service, phone = listening(times=3)
    call = phone.ring(HOTLINE, CALLER)
    phone.pass_time(2)
    page = serve(phone.exchange).test_client()
    first, second = call.facts("play")
    answer = page.get(f"/{second['sound']}")
    assert answer.data == captioned(WAV, WORDS, "vi-VN")
    assert (answer.content_type, answer.headers["X-Content-Type-Options"]) == ("audio/x-wav", "nosniff")
    assert first["sound"] == second["sound"], "one loop, one sound to fetch"
    assert service.paths().count("/main.wav") == 1
    assert page.get(f"/calls/{call.sid}/sounds/1").status_code == 404, "that event plays nothing"
    call.hang_up()
    assert page.get(f"/{second['sound']}").status_code == 404
