"""RIFF, the file format of WAV: a file is a list of chunks, and its words may be written into one of them."""

from collections.abc import Iterator
from dataclasses import dataclass

_HEAD = 12  # "RIFF", a length, and what the file is
_CHUNK_HEAD = 8  # a name and a length


@dataclass(frozen=True, slots=True)
class Caption:
    """The words of a sound; `language` is a tag such as vi, "" where the file does not say."""

    text: str
    language: str = ""


def is_wav(file: bytes) -> bool:
    return file[:4] == b"RIFF" and file[8:_HEAD] == b"WAVE"


def chunks(file: bytes, start: int = _HEAD) -> Iterator[tuple[bytes, bytes]]:
    """Name and content of every chunk from `start` on; one that was cut short as far as it goes."""
    at = start
    while at + _CHUNK_HEAD <= len(file):
        size = int.from_bytes(file[at + 4 : at + _CHUNK_HEAD], "little")
        yield file[at : at + 4], file[at + _CHUNK_HEAD : at + _CHUNK_HEAD + size]
        at += _CHUNK_HEAD + size + size % 2


def caption_of(file: bytes) -> Caption | None:
    """What a WAV says in its comment (INFO: ICMT) and in which language (ILNG); None without a comment."""
    if not is_wav(file):
        return None
    lists = (content for name, content in chunks(file) if name == b"LIST" and content[:4] == b"INFO")
    told = {name: _text(content) for each in lists for name, content in chunks(each, start=4)}
    text = told.get(b"ICMT")
    return Caption(text, told.get(b"ILNG", "")) if text else None


def _text(content: bytes) -> str:
    return content.partition(b"\0")[0].decode(errors="replace").strip()
