"""The body of a form: first the pairs as they were sent, then the fields of a request, each there once.

Reading is bounded and cheap: most of a carrier's values hold no "%" and need no decoding.
"""

from collections.abc import Mapping
from urllib.parse import unquote_to_bytes

from ivr.carriers.twilio.signature import Pairs

Form = Mapping[str, str]

LARGEST_BODY = 64 * 1024
MOST_FIELDS = 200


class BadForm(ValueError):
    """Not a request a carrier would send. The message says why and repeats nothing a stranger wrote."""


def pairs(body: bytes) -> Pairs:
    """The fields in the order sent, decoded and otherwise untouched: what the signature was made over.

    Bytes that are not UTF-8 become U+FFFD. Raises BadForm beyond 64 kB or 200 fields.
    """
    if len(body) > LARGEST_BODY:
        raise BadForm(f"the form has {len(body)} bytes, at most {LARGEST_BODY} are read")
    if body.count(b"&") >= MOST_FIELDS:
        raise BadForm(f"the form has more than {MOST_FIELDS} fields")
    text = body.decode("utf-8", "replace").replace("+", " ")
    split = [field.partition("=") for field in text.split("&") if field]
    return [
        (_decoded(name), _decoded(value)) if "%" in name or "%" in value else (name, value)
        for name, _, value in split
    ]


def fields(form: Pairs) -> Form:
    """The fields by name. Raises BadForm if one of the carrier's own fields stands twice, even if equal.

    Two call ids in one request have no right answer; the signature does not tell `a=1&a=1` from `a=1`.
    A repeated field of another name (a carrier may add fields at any time) keeps its first value.
    """
    found = dict(form)
    if len(found) == len(form):
        return found
    names = [name for name, _ in form]
    if any(_is_the_carriers(name) for name in names if names.count(name) > 1):
        raise BadForm("one of the carrier's fields stands twice in the form")
    return dict(reversed(form))


def _decoded(text: str) -> str:
    return unquote_to_bytes(text).decode("utf-8", "replace")


def _is_the_carriers(name: str) -> bool:
    """Whether the name is in the carrier's style (CallSid, DialCallStatus, SipHeader_X-Key)."""
    return name[:1].isupper()
