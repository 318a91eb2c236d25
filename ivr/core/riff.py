"""RIFF, the form of WAV files: chunks one after the other, and what their head says of the samples.

Read by hand, as the standard library's `wave` refuses u-law, which telephones carry.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass

PCM, U_LAW, EXTENSIBLE = 1, 7, 0xFFFE


class NotWav(ValueError):
    """These bytes are no WAV file whose sound can be read; the message says why."""


@dataclass(frozen=True, slots=True)
class Wave:
    """The samples of a WAV file, and how they are written: `bits` each, `hertz` of them a second."""

    coding: int
    channels: int
    hertz: int
    bits: int
    samples: bytes


def is_wav(content: bytes) -> bool:
    return content[:4] == b"RIFF" and content[8:12] == b"WAVE"


def wave(content: bytes) -> Wave:
    """What a WAV file holds; `samples` is empty if it holds none. Raises NotWav."""
    if not is_wav(content):
        raise NotWav("this is not a WAV file")
    found = dict(chunks(content))
    head = found.get(b"fmt ", b"")
    if len(head) < 16:
        raise NotWav("this WAV file does not say what is in it")
    coding, channels, hertz, _, _, bits = struct.unpack("<HHIIHH", head[:16])
    if coding == EXTENSIBLE and len(head) >= 26:
        (coding,) = struct.unpack("<H", head[24:26])
    return Wave(coding, channels, hertz, bits, found.get(b"data", b""))


def chunks(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    """The names and contents of the chunks; one cut short, or written into a pipe, as far as it goes."""
    at = 12
    while at + 8 <= len(content):
        name, size = struct.unpack("<4sI", content[at : at + 8])
        yield name, content[at + 8 : at + 8 + size]
        at += 8 + size + size % 2


def chunk(name: bytes, content: bytes) -> bytes:
    """A chunk as it is written: a name, a length, the content, and a byte more if that is odd."""
    return name + struct.pack("<I", len(content)) + content + (b"\0" if len(content) % 2 else b"")
