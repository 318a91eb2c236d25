"""What a caller hears when something of ours is broken: a sentence, and the same question again.

It needs no database: the words come from the menus in memory, and if even these are missing, from here.
"""

from ivr.carriers.twilio import twiml
from ivr.carriers.twilio.fragment import Fragment
from ivr.core.phrases import PHRASES
from ivr.switchboard.exchange import Exchange

TRIES = 3
"""How often the carrier is sent back to the same address before the call ends."""

WAIT = 2
"""Seconds before it asks again: a locked database, a restart, is mostly over by then."""


def safe_document(exchange: Exchange, path: str, tries: int = 0) -> bytes:
    """A short wait and the same address again; after a few tries a word of regret and the end."""
    if tries < TRIES:
        again = f"{exchange.settings.base_url}{path}?again={tries + 1}"
        return twiml.document(twiml.pause(WAIT) + twiml.redirect(again)).fill({})
    return twiml.document(_sorry(exchange) + twiml.hangup()).fill({})


def _sorry(exchange: Exchange) -> Fragment:
    """In every language of the hotline, as nobody knows which one this caller speaks."""
    script = exchange.shelf.last_live
    if script is None:
        return twiml.say(PHRASES["en"]["sorry"], "en-US")
    voices = script.hotline.languages.values()
    return sum((twiml.say(voice.phrases["sorry"], voice.tag, voice.voice) for voice in voices), Fragment())
