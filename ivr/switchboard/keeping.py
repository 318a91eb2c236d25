"""What our own addresses keep while something is broken, as a redirect carries nothing else from one request
to the next: what the caller did, and how the call stands. Sealed, as it may hold a PIN, and addresses are
written into logs.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache

from pydantic import TypeAdapter, ValidationError

from ivr.core.calls import Call
from ivr.ledger import Seal

DONE = re.compile("Digits|Dial[A-Z][A-Za-z]*|Recording(Sid|Url|Duration)")
"""The fields that say what was done at a place; all others come again with every request."""

LONGEST = 2_300
"""Bytes; sealed they are 3,200, and a request line has 4,094. What is longer stays in the spool alone."""

Said = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Kept:
    """What was `said` by a request that failed, and how its `call` stands."""

    said: Said = field(default_factory=dict)
    call: Call | None = None


def sealed(seal: Seal, said: Said, call: Call | None) -> str:
    """As the value of an address's query; empty if there is nothing to keep, or nothing of it fits."""
    done = {name: value for name, value in said.items() if DONE.fullmatch(name)}
    for kept in (Kept(done, call), Kept(done), Kept({}, call)):
        text = _codec().dump_json(kept)
        if kept != Kept() and len(text) <= LONGEST:
            return seal.close(text.decode()).rstrip("=")
    return ""


def opened(seal: Seal, text: str) -> Kept:
    """What an address kept; nothing if we did not seal it."""
    kept = seal.open(text + "=" * (-len(text) % 4))
    try:
        return _codec().validate_json(kept) if kept else Kept()
    except ValidationError:  # another version of the program sealed it
        return Kept()


def carrying(seal: Seal, document: bytes, call: Call) -> bytes:
    """A document whose addresses carry the call that was answered with it."""
    kept = sealed(seal, {}, call)
    leads = rb'/voice/at/[^"<?]*/%d(?=["<#])' % call.hop
    return re.sub(leads, lambda found: found[0] + b"?kept=" + kept.encode(), document) if kept else document


@cache
def _codec() -> TypeAdapter[Kept]:
    return TypeAdapter(Kept)
