"""WAV files: any PCM is read, what a telephone carries is written, with the words it says written into it."""

import struct
from dataclasses import dataclass

from ivr.core import riff
from ivr.core.riff import chunk

HERTZ = 8000
"""Samples a second on a telephone line."""

MADE_HERE = b"ivr render"
"""Who made a file (INFO: ISFT): what we made we may make again, an admin's own recording never."""


@dataclass(frozen=True, slots=True)
class Sound:
    """One channel of samples from -32768 to 32767, `hertz` of them a second."""

    hertz: int
    samples: list[int]


def read(wav: bytes) -> Sound:
    """The sound of a PCM file of any rate and width; its channels become one. Raises NotWav."""
    wave = riff.wave(wav)
    if wave.coding != riff.PCM or wave.bits not in (8, 16, 24, 32) or not wave.channels or not wave.hertz:
        raise riff.NotWav("this is not PCM of 8, 16, 24 or 32 bits")
    return Sound(wave.hertz, _one_channel(_samples(wave.samples, wave.bits // 8), wave.channels))


def telephone(encoded: bytes, words: str, language: str) -> bytes:
    """A telephone's file (8 kHz, one channel) of samples encoded in u-law, with its caption."""
    head = struct.pack("<HHIIHHH", riff.U_LAW, 1, HERTZ, HERTZ, 1, 8, 0)
    made = chunk(b"LIST", b"INFO" + chunk(b"ISFT", MADE_HERE + b"\0"))
    fact = chunk(b"fact", struct.pack("<I", len(encoded)))
    body = b"WAVE" + chunk(b"fmt ", head) + fact + made + chunk(b"data", encoded)
    return with_caption(chunk(b"RIFF", body), words, language)


def is_made_here(wav: bytes) -> bool:
    """Whether `ivr render` made this file."""
    return any(name == b"LIST" and MADE_HERE in content for name, content in riff.chunks(wav))


def with_caption(wav: bytes, words: str, language: str) -> bytes:
    """The file with its words as a RIFF comment (INFO: ICMT, and ILNG for the language); else unchanged.

    A file that has a comment already, or is no RIFF file, is left as it is.
    """
    if not riff.is_wav(wav) or b"ICMT" in wav or not words:
        return wav
    info = b"INFO" + chunk(b"ICMT", words.encode() + b"\0") + chunk(b"ILNG", language.encode() + b"\0")
    body = wav[8:] + (b"\0" if len(wav) % 2 else b"") + chunk(b"LIST", info)
    return chunk(b"RIFF", body)


def _samples(data: bytes, width: int) -> list[int]:
    """Samples of `width` bytes as 16 bits: what lies below is finer than a telephone hears."""
    count = len(data) // width
    if width == 1:
        return [(byte - 128) << 8 for byte in data]
    upper = bytearray(2 * count)
    upper[0::2] = data[width - 2 : count * width : width]
    upper[1::2] = data[width - 1 : count * width : width]
    return list(struct.unpack(f"<{count}h", upper))


def _one_channel(samples: list[int], channels: int) -> list[int]:
    if channels == 1:
        return samples
    each = (samples[channel::channels] for channel in range(channels))
    return [sum(together) // channels for together in zip(*each, strict=False)]
