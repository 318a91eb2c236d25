"""WAV files, as far as a telephone goes: 8 kHz, one channel, with the words they say written into them."""

import struct


def with_caption(wav: bytes, words: str, language: str) -> bytes:
    """The file with its words as a RIFF comment (INFO: ICMT, and ILNG for the language); else unchanged.

    A file that has a comment already, or is no RIFF file, is left as it is.
    """
    if wav[:4] != b"RIFF" or wav[8:12] != b"WAVE" or b"ICMT" in wav or not words:
        return wav
    info = b"INFO" + _chunk(b"ICMT", words.encode() + b"\0") + _chunk(b"ILNG", language.encode() + b"\0")
    body = wav[8:] + (b"\0" if len(wav) % 2 else b"") + _chunk(b"LIST", info)
    return b"RIFF" + struct.pack("<I", len(body)) + body


def _chunk(name: bytes, content: bytes) -> bytes:
    """RIFF: a name, a length, the content, and a byte more if that is odd."""
    return name + struct.pack("<I", len(content)) + content + (b"\0" if len(content) % 2 else b"")
