"""What a caller hears when something of ours is broken: a moment of silence, and then what they wanted.

It needs no database: the words come from the menus in memory, and if even these are missing, from here.
The carrier is sent back to the same address, which keeps what it would not tell again (`keeping`).
"""

from urllib.parse import quote

from ivr.carriers.capabilities import CARRIERS, Capability
from ivr.carriers.twilio import twiml
from ivr.carriers.twilio.fragment import Fragment
from ivr.core.calls import Call
from ivr.core.phrases import PHRASES
from ivr.switchboard.exchange import Exchange
from ivr.switchboard.keeping import Said, sealed

TRIES = 3
"""How often the carrier is sent back to the same address before the call ends."""

WAIT = 2
"""Seconds before it asks again: a restart is mostly over by then."""


def safe_document(
    exchange: Exchange, url: str, said: Said, tries: int = 0, call: Call | None = None
) -> bytes:
    """A short wait and the same address again, with what was `said`; after some tries regret and the end."""
    if tries >= TRIES:
        return twiml.document(_sorry(exchange) + twiml.hangup()).fill({})
    kept = sealed(exchange.seal, said, call)
    again = f"{quote(url, safe=PLAIN)}?again={tries + 1}" + (f"&kept={kept}" if kept else "")
    retries = CARRIERS[exchange.settings.carrier].retries
    return twiml.document(_wait(exchange) + twiml.redirect(again + retries)).fill({})


PLAIN = ":/%@!$&'()*+,;=~"


def _sorry(exchange: Exchange) -> Fragment:
    """In every language of the hotline, as nobody knows which one this caller speaks."""
    script = exchange.shelf.last_live
    if script is None:
        return twiml.say(PHRASES["en"]["sorry"], "en-US")
    spoken = script.hotline.languages.items()
    regrets = (script.documents.say(language, (voice.phrases["sorry"],)) for language, voice in spoken)
    return sum(regrets, Fragment())


def _wait(exchange: Exchange) -> Fragment:
    """A moment before the carrier asks again, where it can wait."""
    can = CARRIERS[exchange.settings.carrier].can
    return twiml.pause(WAIT) if Capability.PAUSE in can else Fragment()
