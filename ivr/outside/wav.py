"""WAV files: any PCM is read, what a telephone carries is written, with the words it says written into it."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass

PCM, U_LAW, EXTENSIBLE = 1, 7, 0xFFFE
HERTZ = 8000
"""Samples a second on a telephone line."""

MADE_HERE = b"ivr render"
"""Who made a file (INFO: ISFT): what we made we may make again, an admin's own recording never."""


class NotWav(ValueError):
    """These bytes are no WAV file of whole numbers (PCM)."""


@dataclass(frozen=True, slots=True)
class Sound:
    """One channel of samples from -32768 to 32767, `hertz` of them a second."""

    hertz: int
    samples: list[int]


def read(wav: bytes) -> Sound:
    """The sound of a PCM file of any rate and width; its channels become one. Raises NotWav."""
    if wav[:4] != b"RIFF" or wav[8:12] != b"WAVE":
        raise NotWav("it does not begin like a WAV file")
    chunks = dict(_chunks(wav))
    head, data = chunks.get(b"fmt ", b""), chunks.get(b"data", b"")
    if len(head) < 16:
        raise NotWav("it does not say what is in it")
    kind, channels, hertz, _, _, bits = struct.unpack("<HHIIHH", head[:16])
    if kind == EXTENSIBLE and len(head) >= 26:
        (kind,) = struct.unpack("<H", head[24:26])
    if kind != PCM or bits not in (8, 16, 24, 32) or not channels or not hertz:
        raise NotWav("it is not PCM of 8, 16, 24 or 32 bits")
    return Sound(hertz, _one_channel(_samples(data, bits // 8), channels))


def telephone(encoded: bytes, words: str, language: str) -> bytes:
    """A telephone's file (8 kHz, one channel) of samples encoded in u-law, with its caption."""
    head = struct.pack("<HHIIHHH", U_LAW, 1, HERTZ, HERTZ, 1, 8, 0)
    made = _chunk(b"LIST", b"INFO" + _chunk(b"ISFT", MADE_HERE + b"\0"))
    fact = _chunk(b"fact", struct.pack("<I", len(encoded)))
    body = b"WAVE" + _chunk(b"fmt ", head) + fact + made + _chunk(b"data", encoded)
    return with_caption(b"RIFF" + struct.pack("<I", len(body)) + body, words, language)


def is_made_here(wav: bytes) -> bool:
    """Whether `ivr render` made this file."""
    return any(name == b"LIST" and MADE_HERE in content for name, content in _chunks(wav))


def with_caption(wav: bytes, words: str, language: str) -> bytes:
    """The file with its words as a RIFF comment (INFO: ICMT, and ILNG for the language); else unchanged.

    A file that has a comment already, or is no RIFF file, is left as it is.
    """
    if wav[:4] != b"RIFF" or wav[8:12] != b"WAVE" or b"ICMT" in wav or not words:
        return wav
    info = b"INFO" + _chunk(b"ICMT", words.encode() + b"\0") + _chunk(b"ILNG", language.encode() + b"\0")
    body = wav[8:] + (b"\0" if len(wav) % 2 else b"") + _chunk(b"LIST", info)
    return b"RIFF" + struct.pack("<I", len(body)) + body


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


def _chunks(wav: bytes) -> Iterator[tuple[bytes, bytes]]:
    """The parts of a RIFF file; one cut short (or written into a pipe) is given as far as it goes."""
    at = 12
    while at + 8 <= len(wav):
        name, size = struct.unpack("<4sI", wav[at : at + 8])
        yield name, wav[at + 8 : at + 8 + size]
        at += 8 + size + size % 2


def _chunk(name: bytes, content: bytes) -> bytes:
    """RIFF: a name, a length, the content, and a byte more if that is odd."""
    return name + struct.pack("<I", len(content)) + content + (b"\0" if len(content) % 2 else b"")
