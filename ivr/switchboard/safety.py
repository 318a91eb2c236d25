"""What a caller hears when something of ours is broken: a moment of silence, and then what they wanted.

It needs no database: the words come from the menus in memory, and if even these are missing, from here.
The carrier is sent back to the same address. It would not tell again what the caller did there (a redirect
carries no keys), so that goes along: sealed, as it may be a PIN, and addresses are written into logs.
"""

import json
import re
from collections.abc import Mapping
from urllib.parse import quote

from ivr.carriers.capabilities import CARRIERS, Capability
from ivr.carriers.twilio import twiml
from ivr.carriers.twilio.fragment import Fragment
from ivr.core.phrases import PHRASES
from ivr.switchboard.exchange import Exchange

TRIES = 3
"""How often the carrier is sent back to the same address before the call ends."""

WAIT = 2
"""Seconds before it asks again: a locked database, a restart, is mostly over by then."""

DONE = re.compile("Digits|Dial[A-Z][A-Za-z]*|Recording(Sid|Url|Duration)")
"""The fields that say what was done at a place; all others come again with every request."""

LONGEST_DONE = 2_000
"""More characters than that are no caller's doing, and an address has to stay short."""

Said = Mapping[str, str]


def safe_document(exchange: Exchange, url: str, said: Said, tries: int = 0) -> bytes:
    """A short wait and the same address again, with what was `said`; after some tries regret and the end."""
    if tries >= TRIES:
        return twiml.document(_sorry(exchange) + twiml.hangup()).fill({})
    retries = CARRIERS[exchange.settings.carrier].retries
    again = f"{quote(url, safe=PLAIN)}?again={tries + 1}{_kept(exchange, said)}{retries}"
    return twiml.document(_wait(exchange) + twiml.redirect(again)).fill({})


PLAIN = ":/%@!$&'()*+,;=~"


def said_before(exchange: Exchange, kept: str) -> Said:
    """What was kept in the address of another try; nothing if we did not seal it."""
    text = exchange.seal.open(kept + "=" * (-len(kept) % 4))
    said: dict[str, str] = json.loads(text) if text else {}
    return said


def _kept(exchange: Exchange, said: Said) -> str:
    done = json.dumps({name: value for name, value in said.items() if DONE.fullmatch(name)})
    if done == "{}" or len(done) > LONGEST_DONE:
        return ""
    return f"&kept={exchange.seal.close(done).rstrip('=')}"


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
