"""What a carrier can do, and who speaks which language."""

import pytest

from ivr.carriers.capabilities import CARRIERS, Capability
from ivr.carriers.voices import default_voice, language_tag, voice_problem


def test_what_a_menu_needs_and_the_carrier_lacks_is_named() -> None:
    needed = [Capability.COACH, Capability.QUEUE, Capability.PAUSE]
    assert CARRIERS["twilio"].lacks(needed) == []
    assert CARRIERS["somleng"].lacks(needed) == [Capability.QUEUE, Capability.COACH, Capability.PAUSE]
    assert CARRIERS["signalwire"].lacks([Capability.PARTICIPANTS]) == [Capability.PARTICIPANTS]
    assert CARRIERS["box"].lacks(needed) == []


def test_a_carrier_is_trusted_with_what_its_papers_say_and_no_more() -> None:
    of_rooms = [
        Capability.CONFERENCE,
        Capability.PARTICIPANTS,
        Capability.HOLD,
        Capability.COACH,
        Capability.LABELS,
        Capability.SPOKEN_WAIT,
        Capability.ANNOUNCEMENTS,
        Capability.RECORDING_PAUSE,
    ]
    lacking = {kind: carrier.lacks(of_rooms) for kind, carrier in CARRIERS.items()}
    assert lacking == {
        "box": [],
        "twilio": [],
        "signalwire": [
            Capability.PARTICIPANTS,
            Capability.LABELS,
            Capability.SPOKEN_WAIT,
            Capability.ANNOUNCEMENTS,
            Capability.RECORDING_PAUSE,
        ],
        "telnyx": [Capability.ANNOUNCEMENTS, Capability.RECORDING_PAUSE],
        "somleng": of_rooms,
    }


def test_every_carrier_is_found_by_its_own_name() -> None:
    assert set(CARRIERS) == {"box", "twilio", "signalwire", "telnyx", "somleng"}
    assert all(kind == carrier.kind for kind, carrier in CARRIERS.items())


def test_a_voice_is_asked_for_by_the_carriers_name_for_it() -> None:
    assert CARRIERS["signalwire"].voice("Google.vi-VN-Wavenet-A") == "gcloud.vi-VN-Wavenet-A"
    assert CARRIERS["twilio"].voice("Google.vi-VN-Wavenet-A") == "Google.vi-VN-Wavenet-A"
    assert CARRIERS["signalwire"].voice("Polly.Joanna-Neural") == "Polly.Joanna-Neural"
    assert CARRIERS["signalwire"].voice(None) is None


@pytest.mark.parametrize(
    ("voice", "language"),
    [
        ("Google.vi-VN-Wavenet-A", "vi"),
        ("Google.vi-VN-Standard-D", "vi-VN"),
        ("Google.vi-VN-Neural2-A", "vi"),
        ("Google.vi-VN-Chirp3-HD-Aoede", "vi"),
        ("Polly.Joanna-Neural", "en"),
        ("Polly.Joanna", "en-US"),
        ("Polly.Amy-Generative", "en"),
        ("Polly.Lucia-Neural", "es"),
        ("Polly.Zhiyu-Neural", "zh"),
        ("Polly.SomebodyNew-Neural", "en"),
        ("ElevenLabs.Rachel", "vi"),
        ("Google.ko-KR-Wavenet-A", "ko"),
        ("woman", "en"),
        ("alice", "pt"),
    ],
)
def test_a_voice_that_may_speak_the_language_is_believed(voice: str, language: str) -> None:
    assert voice_problem(voice, language) is None


@pytest.mark.parametrize(
    ("voice", "language", "problem"),
    [
        (
            "Google.en-US-Wavenet-A",
            "vi",
            "the voice 'Google.en-US-Wavenet-A' does not speak 'vi'; try Google.vi-VN-Wavenet-A",
        ),
        ("Polly.Linh", "vi", "the voice 'Polly.Linh' does not speak 'vi'; try Google.vi-VN-Wavenet-A"),
        ("woman", "vi", "the voice 'woman' does not speak 'vi'; try Google.vi-VN-Wavenet-A"),
        (
            "Polly.Lucia-Neural",
            "es-MX",
            "the voice 'Polly.Lucia-Neural' does not speak 'es-MX'; try Polly.Mia-Neural",
        ),
        ("Polly.Joanna", "ko", "the voice 'Polly.Joanna' does not speak 'ko'"),
        (
            "Google.vi-VN-Wavenet-E",
            "vi",
            "'Google.vi-VN-Wavenet-E' is no voice of Google's; try Google.vi-VN-Wavenet-A",
        ),
        (
            "Google.vi-Wavenet-A",
            "vi",
            "'Google.vi-Wavenet-A' is no voice of Google's; try Google.vi-VN-Wavenet-A",
        ),
        (
            "joanna",
            "en",
            "'joanna' is no voice; names look like Google.vi-VN-Wavenet-A or Polly.Joanna-Neural",
        ),
    ],
)
def test_a_voice_that_cannot_is_named_with_one_that_can(voice: str, language: str, problem: str) -> None:
    assert voice_problem(voice, language) == problem


@pytest.mark.parametrize("language", ["vi", "en", "es"])
def test_the_voice_we_choose_speaks_the_language(language: str) -> None:
    voice = default_voice(language)
    assert voice is not None
    assert voice_problem(voice, language) is None
    assert language_tag(language, voice) == language_tag(language)


def test_a_language_is_asked_for_by_its_tag() -> None:
    assert [language_tag(code) for code in ("vi", "en", "es", "ko", "pt-PT", "xx")] == [
        "vi-VN",
        "en-US",
        "es-MX",
        "ko-KR",
        "pt-PT",
        "xx",
    ]
    assert language_tag("es", "Polly.Lucia-Neural") == "es-ES", "a voice is asked in its own accent"
    assert language_tag("es-MX", "Polly.Lucia-Neural") == "es-MX"
    assert language_tag("vi", "Google.en-US-Wavenet-A") == "vi-VN"
    assert default_voice("ko") is None
