"""Reads an answer into verbs, strictly by the contract: what it does not allow is refused with its code."""

from collections.abc import Callable
from enum import Enum
from xml.etree.ElementTree import Element, ParseError, fromstring

from ivr.box import faults
from ivr.box.dialects import TWILIO, Dialect
from ivr.box.faults import Refused
from ivr.box.transport import Reply
from ivr.box.twiml import verbs
from ivr.box.twiml.asking import read_gather, read_record
from ivr.box.twiml.attributes import Attributes, no_text
from ivr.box.twiml.dialling import read_dial
from ivr.box.twiml.moving import read_enqueue, read_hangup, read_leave, read_redirect, read_reject
from ivr.box.twiml.speaking import read_pause, read_play, read_say
from ivr.box.twiml.verbs import Document, Verb
from ivr.box.webhooks import Webhook

_LARGEST = 64 * 1024
_LARGEST_IN_REST = 4000
_TWIML_TYPES = ("text/xml", "application/xml", "text/html")
_NOT_IN_THE_BOX = ("Connect", "Start", "Stop", "Pay", "Prompt", "Refer", "Sms", "Siprec", "Stream", "Echo")


class Place(Enum):
    """Where a document runs, which decides the verbs allowed in it (contract §3.5, §3.6)."""

    CALL = "a call"
    WAIT = "the waitUrl of a queue"
    SCREEN = "the url of a dialled party"
    HOLD = "music for a conference, or the url of a dialled queue"


_ANYWHERE = {"Say", "Play", "Pause", "Gather", "Redirect", "Hangup"}
_ALLOWED = {
    Place.CALL: _ANYWHERE | {"Reject", "Record", "Dial", "Enqueue"},
    Place.WAIT: _ANYWHERE | {"Leave"},
    Place.SCREEN: _ANYWHERE,
    Place.HOLD: {"Say", "Play", "Pause", "Redirect"},
}


def read_reply(reply: Reply, asked: Webhook, place: Place, dialect: Dialect = TWILIO) -> Document:
    """The document in `reply`, as a carrier of this dialect reads it; raises Refused."""
    source = Webhook(reply.url, asked.method)
    kind = reply.content_type
    if kind.startswith("audio/"):  # contract §2.1: played, then hung up
        return Document((verbs.Play(reply.url),), source)
    if kind not in (*_TWIML_TYPES, "text/plain"):
        raise Refused(faults.WRONG_CONTENT_TYPE, f"{kind or 'none'} is no TwiML", reply.url)
    if len(reply.body) > _LARGEST:
        raise Refused(faults.TOO_LARGE, f"{len(reply.body)} bytes, at most {_LARGEST}", reply.url)
    try:
        return _read(reply.body, source, place, dialect)
    except Refused:
        if kind != "text/plain":
            raise
        words = reply.body.decode(errors="replace")
        return Document((verbs.Say(words),), source)


def read_inline(twiml: str, place: Place = Place.CALL) -> Document:
    """The document given to the REST API as text: short, and every URL in it absolute."""
    if len(twiml) > _LARGEST_IN_REST:
        raise Refused(32018, f"{len(twiml)} characters, at most {_LARGEST_IN_REST}")
    return _read(twiml.encode(), Webhook(""), place, TWILIO, relative_allowed=False)


def _read(
    body: bytes, source: Webhook, place: Place, dialect: Dialect, relative_allowed: bool = True
) -> Document:
    if not body.strip():
        raise Refused(faults.EMPTY_BODY, "an instruction needs a document", source.url)
    root = parsed_response(body, source)
    read = [
        _read_verb(element, place, Attributes(element, source, relative_allowed, dialect)) for element in root
    ]
    return Document(tuple(read), source)


def parsed_response(body: bytes, source: Webhook) -> Element:
    """The root of a document; raises Refused."""
    root = _parsed(body, source)
    if root.tag != "Response" or root.attrib:
        raise Refused(faults.NO_RESPONSE_ELEMENT, f"found <{root.tag}>", source.url)
    no_text(root, source)
    return root


def _parsed(body: bytes, source: Webhook) -> Element:
    try:
        if b"<!DOCTYPE" in body:
            raise Refused(faults.NOT_XML, "a DOCTYPE is not TwiML", source.url)
        return fromstring(body)  # noqa: S314 - without a DOCTYPE there are no entities to expand
    except ParseError as error:
        raise Refused(faults.NOT_XML, str(error), source.url) from error


def _read_verb(element: Element, place: Place, attributes: Attributes) -> Verb:
    reader, source = _READERS.get(element.tag), attributes.base
    if element.tag in _NOT_IN_THE_BOX:
        raise Refused(
            faults.BAD_SCHEMA,
            f"<{element.tag}> is TwiML, but the phone company in a box has it not",
            source.url,
        )
    if reader is None or element.tag in attributes.dialect.lacks:
        raise Refused(faults.BAD_SCHEMA, f"there is no verb <{element.tag}>", source.url)
    if element.tag not in _ALLOWED[place]:
        raise Refused(faults.BAD_SCHEMA, f"<{element.tag}> is not allowed in {place.value}", source.url)
    verb = reader(element, attributes)
    attributes.nothing_else()
    return verb


_READERS: dict[str, Callable[[Element, Attributes], Verb]] = {
    "Say": read_say,
    "Play": read_play,
    "Pause": read_pause,
    "Gather": read_gather,
    "Redirect": read_redirect,
    "Hangup": read_hangup,
    "Reject": read_reject,
    "Record": read_record,
    "Dial": read_dial,
    "Enqueue": read_enqueue,
    "Leave": read_leave,
}
