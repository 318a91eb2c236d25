"""Menus as this version of the program has read them, kept beside their source so that no worker reads them
again. It is a cache: where there is none, or another version made it, the source is read.

What comes out of the ledger can make nothing but menus, whoever put it there.
"""

import io
import pickle
import platform
import zlib
from dataclasses import is_dataclass
from datetime import time
from enum import StrEnum
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from ivr.core import hours, menus
from ivr.core.line import rules
from ivr.core.menus import Hotline
from ivr.language.reading import no_collecting

PARTS = {
    (each.__module__, each.__name__): each
    for room in (menus, hours, rules)
    for each in vars(room).values()
    if isinstance(each, type) and (is_dataclass(each) or (issubclass(each, StrEnum) and each is not StrEnum))
} | {("datetime", "time"): time, ("builtins", "str"): str}
"""Everything menus are made of, besides texts, numbers and collections of them."""

READERS = ("core", "language")
"""The rooms that decide what a reading looks like."""


@cache
def version() -> str:
    """What the readings of this version of the program are known by; another version makes others."""
    rooms = (Path(__file__).parents[1] / room for room in READERS)
    files = sorted(file for room in rooms for file in room.rglob("*.py"))
    digest = sha256(platform.python_version().encode())
    for file in files:
        digest.update(file.read_bytes())
    return digest.hexdigest()[:32]


def packed(hotline: Hotline) -> bytes:
    """The menus as bytes."""
    content = io.BytesIO()
    with no_collecting():
        _Packer(content, protocol=5).dump(hotline)
    return zlib.compress(content.getvalue(), level=1)


def unpacked(content: bytes) -> Hotline | None:
    """The menus again; None if these bytes are no menus."""
    try:
        with no_collecting():
            found = _Unpacker(io.BytesIO(zlib.decompress(content))).load()
    except Exception:  # whatever is wrong with the bytes: the source is there
        return None
    return found if isinstance(found, Hotline) else None


class _Packer(pickle.Pickler):
    """Forgets where a text was written: to callers it is a text like any other."""

    def reducer_override(self, made: object) -> Any:
        text = isinstance(made, str) and not isinstance(made, StrEnum)
        return (str, (str(made),)) if text else NotImplemented


class _Unpacker(pickle.Unpickler):
    """Makes the parts of menus, and refuses to make anything else."""

    def find_class(self, module: str, name: str) -> type:
        try:
            return PARTS[module, name]
        except KeyError:
            raise pickle.UnpicklingError(f"{module}.{name} is no part of menus") from None
