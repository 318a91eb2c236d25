"""Sounds as somebody else would make them, for the box to read."""

import struct


def chunk(name: bytes, content: bytes) -> bytes:
    """A part of a RIFF file: its name, its length, itself, and a byte more if that is odd."""
    return name + struct.pack("<I", len(content)) + content + b"\0" * (len(content) % 2)


def with_chunk(wav: bytes, added: bytes) -> bytes:
    """The file with one more part at its end."""
    return b"RIFF" + struct.pack("<I", len(wav) - 8 + len(added)) + wav[8:] + added


def captioned(wav: bytes, text: str, language: str = "") -> bytes:
    """The file with its words as a comment, after the name of the program that made it."""
    told = chunk(b"ISFT", b"a program\0") + chunk(b"ICMT", text.encode() + b"\0")
    if language:
        told += chunk(b"ILNG", language.encode() + b"\0")
    return with_chunk(wav, chunk(b"LIST", b"INFO" + told))
