"""Gather: keys while prompts play and in the silence after them (contract §3.2)."""

from ivr.box.acts.listening import listen, lose
from ivr.box.acts.speaking import hear
from ivr.box.happenings import Act, Key
from ivr.box.leg import Leg
from ivr.box.twiml.verbs import Gather
from ivr.box.webhooks import Webhook


def gather(leg: Leg, verb: Gather) -> Act[Webhook | None]:
    """Asks for keys; None when there were none, and the document goes on."""
    asked = {"digits": verb.digits, "finish": verb.finish, "timeout": verb.timeout}
    leg.emit("gather", **asked, action=verb.action.url)
    leg.doing = "prompted"
    first = yield from _prompts(leg, verb)
    pressed = yield from _collect(leg, verb, first)
    leg.doing = ""
    leg.emit("gather_end", digits=pressed)
    if pressed:
        return verb.action.having([("Digits", pressed)])
    return verb.action if verb.on_empty else None


def _prompts(leg: Leg, verb: Gather) -> Act[str]:
    """Plays the nested prompts; returns the key that barged in."""
    for prompt in verb.prompts:
        key = yield from hear(leg, prompt, stops_on_key=verb.barge_in and verb.hears_keys)
        if key:
            return key
    return ""


def _collect(leg: Leg, verb: Gather, first: str) -> Act[str]:
    """The keys pressed, without the finish key; a finish key that comes first is no input."""
    pressed, key = "", first
    while True:
        key = key or (yield from _next_key(leg, verb, "typing" if pressed else "asked"))
        if not key or key == verb.finish:
            return pressed
        pressed, key = pressed + key, ""
        if len(pressed) == verb.digits:
            return pressed


def _next_key(leg: Leg, verb: Gather, doing: str) -> Act[str]:
    """The key pressed within the timeout, which runs anew after every key."""
    leg.doing = doing
    until = leg.exchange.clock.now() + verb.timeout
    while (left := until - leg.exchange.clock.now()) > 0:
        happening = yield from listen(leg, left)
        if isinstance(happening, Key) and verb.hears_keys:
            leg.doing = "prompted"
            return happening.digit
        lose(leg, happening)
    return ""
