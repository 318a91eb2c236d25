"""How long things sound, and sounds made from nothing: 8 kHz, 16 bit, mono, as a telephone carries them."""

import io
import math
import struct
import wave
from dataclasses import dataclass
from functools import lru_cache

from ivr.box.riff import Caption, caption_of, chunks, is_wav

HERTZ = 8000
SAMPLE_BYTES = 2
_WAV_TYPES = frozenset({"audio/wav", "audio/wave", "audio/x-wav", "audio/vnd.wave"})
_MP3_TYPES = frozenset({"audio/mpeg", "audio/mp3", "audio/mpeg3"})
_OTHER_TYPES = frozenset(
    {"audio/aiff", "audio/x-aiff", "audio/x-aifc", "audio/gsm", "audio/x-gsm", "audio/ulaw", "audio/basic"}
)
AUDIO_TYPES = _WAV_TYPES | _MP3_TYPES | _OTHER_TYPES
_SECONDS_PER_LETTER = 0.065
_SECONDS_PER_IDEOGRAM = 0.2
_SECONDS_PER_DIGIT = 0.3
_MP3_BYTES_PER_SECOND = 4000
_ULAW_BYTES_PER_SECOND = 8000


class NotAudio(Exception):
    """The bytes are not the sound they claim to be."""


@dataclass(frozen=True, slots=True)
class Sound:
    """A sound that was fetched to be played, how many seconds it plays, and its words if it has them."""

    content: bytes
    content_type: str
    seconds: float
    caption: Caption | None


def sound_of(content: bytes, content_type: str) -> Sound:
    """Raises NotAudio."""
    return Sound(content, content_type, audio_seconds(content, content_type), caption_of(content))


def spoken_seconds(text: str) -> float:
    """About how long a synthetic voice needs for `text`."""

    def needed(letter: str) -> float:
        if letter.isdigit():
            return _SECONDS_PER_DIGIT
        return _SECONDS_PER_IDEOGRAM if letter.isalpha() and _wide(letter) else _SECONDS_PER_LETTER

    return round(max(0.5, sum(map(needed, text))), 2)


def _wide(letter: str) -> bool:
    """Hangul, kana and ideograms; Vietnamese letters (U+1EA0 to U+1EF9) are as quick as Latin ones."""
    return letter >= "\u2e80" or "\u1100" <= letter <= "\u11ff"


def audio_seconds(audio: bytes, content_type: str) -> float:
    """How long `audio` plays: exact for WAV, by its usual bit rate otherwise. Raises NotAudio."""
    if content_type in _WAV_TYPES:
        return _wav_seconds(audio)
    if not audio:
        raise NotAudio("no bytes")
    rate = _MP3_BYTES_PER_SECOND if content_type in _MP3_TYPES else _ULAW_BYTES_PER_SECOND
    return round(len(audio) / rate, 2)


def _wav_seconds(audio: bytes) -> float:
    """Read by hand: the wave module refuses µ-law, which carriers play."""
    if not is_wav(audio):
        raise NotAudio("not a WAV")
    bytes_per_second = 0
    for name, content in chunks(audio):
        if name == b"fmt ":
            bytes_per_second = int.from_bytes(content[8:12], "little")
        if name == b"data" and bytes_per_second:
            return round(len(content) / bytes_per_second, 2)
    raise NotAudio("a WAV without sound")


def samples_of(wav: bytes) -> bytes:
    """The samples of a telephone WAV; raises NotAudio for any other kind."""
    try:
        with wave.open(io.BytesIO(wav)) as sound:
            if (sound.getframerate(), sound.getsampwidth(), sound.getnchannels()) != (HERTZ, SAMPLE_BYTES, 1):
                raise NotAudio("send 8 kHz, 16 bit, mono")
            samples: bytes = sound.readframes(sound.getnframes())
            return samples
    except (wave.Error, EOFError) as error:
        raise NotAudio(str(error)) from error


def seconds_of(samples: bytes) -> float:
    return len(samples) / (HERTZ * SAMPLE_BYTES)


def wav_of(samples: bytes) -> bytes:
    made = io.BytesIO()
    with wave.open(made, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(SAMPLE_BYTES)
        sound.setframerate(HERTZ)
        sound.writeframes(samples)
    return made.getvalue()


def tone(seconds: float, hertz: int = 440) -> bytes:
    """A soft tone, so that a recording nobody spoke into can be heard to be there."""
    second = _one_second(hertz)
    length = int(seconds * HERTZ) * SAMPLE_BYTES
    return (second * (length // len(second) + 1))[:length]


def silence(seconds: float) -> bytes:
    return bytes(int(seconds * HERTZ) * SAMPLE_BYTES)


@lru_cache(maxsize=4)
def _one_second(hertz: int) -> bytes:
    turn = 2 * math.pi * hertz / HERTZ
    return struct.pack(f"<{HERTZ}h", *(int(3000 * math.sin(turn * n)) for n in range(HERTZ)))
