"""Reads the answer to a text message: messages and nothing else."""

from collections.abc import Iterator

from ivr.box import faults
from ivr.box.faults import Refused
from ivr.box.transport import Reply
from ivr.box.twiml.reading import parsed_response
from ivr.box.webhooks import Webhook

_LONGEST = 1600
_TYPES = ("text/xml", "application/xml", "text/html")


def read_text_reply(reply: Reply | None, asked: Webhook) -> Iterator[str]:
    """The messages that are answered; an empty answer is none. Raises Refused."""
    if reply is None or not reply.body.strip():
        return
    if reply.content_type not in _TYPES:
        raise Refused(faults.WRONG_CONTENT_TYPE, f"{reply.content_type or 'none'} is no TwiML", reply.url)
    for element in parsed_response(reply.body, asked):
        words = element.text or ""
        if element.tag != "Message" or element.attrib or len(element):
            raise Refused(faults.BAD_SCHEMA, f"<{element.tag}> is no answer to a text message", reply.url)
        if not words.strip() or len(words) > _LONGEST:
            raise Refused(
                21617 if words.strip() else 21602, f"a message of {len(words)} characters", reply.url
            )
        yield words
