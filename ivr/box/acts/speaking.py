"""Say, Play and Pause: what the party hears, how long, and the key that cuts it short."""

from ivr.box import sounds
from ivr.box.acts.listening import answer_in, listen, lose
from ivr.box.faults import PLAY_WRONG_CONTENT_TYPE, Refused
from ivr.box.happenings import Act, Fetched, Finished, Key
from ivr.box.leg import Leg
from ivr.box.sounds import Sound
from ivr.box.transport import Reply
from ivr.box.twiml.verbs import Pause, Play, Prompt, Say
from ivr.box.webhooks import Webhook

_SECONDS_PER_SENT_DIGIT = 0.5


def speak(leg: Leg, prompt: Prompt) -> Act[None]:
    """A prompt of its own: keys pressed while it runs are lost."""
    yield from hear(leg, prompt, stops_on_key=False)


def hear(leg: Leg, prompt: Prompt, stops_on_key: bool) -> Act[str]:
    """Plays one prompt; returns the key that stopped it, or ""."""
    if isinstance(prompt, Pause):
        number = leg.emit("pause", seconds=prompt.seconds)
        return (yield from _last(leg, number, prompt.seconds, stops_on_key))
    if isinstance(prompt, Say):
        seconds = sounds.spoken_seconds(prompt.text)
        facts: dict[str, object] = {"text": prompt.text, "language": prompt.language, "voice": prompt.voice}
        return (yield from _repeat(leg, prompt.loop, "say", facts, seconds, stops_on_key))
    if prompt.digits:
        seconds = len(prompt.digits) * _SECONDS_PER_SENT_DIGIT
        facts = {"digits": prompt.digits, "url": ""}
        return (yield from _repeat(leg, prompt.loop, "play", facts, seconds, stops_on_key))
    return (yield from _play(leg, prompt, stops_on_key))


def _play(leg: Leg, prompt: Play, stops_on_key: bool) -> Act[str]:
    try:
        sound = yield from _sound_at(leg, prompt.url)
    except Refused as refused:  # contract §2.2: a warning, the document continues
        leg.fault(refused.fault)
        return ""
    facts: dict[str, object] = {"url": prompt.url, "sound": leg.put_on(sound)}
    if sound.caption:
        facts |= {"text": sound.caption.text, "language": sound.caption.language}
    return (yield from _repeat(leg, prompt.loop, "play", facts, sound.seconds, stops_on_key))


def _repeat(
    leg: Leg, times: int, kind: str, facts: dict[str, object], seconds: float, stops_on_key: bool
) -> Act[str]:
    for _ in range(times):
        number = leg.emit(kind, **facts, seconds=seconds)
        key = yield from _last(leg, number, seconds, stops_on_key)
        if key:
            return key
    return ""


def _last(leg: Leg, number: int, seconds: float, stops_on_key: bool) -> Act[str]:
    """Waits while prompt `number` sounds. A handset that reports its end gets time to speak slowly."""
    leg.prompt = number
    spoken = leg.reports_prompts and leg.events[number - 1]["kind"] != "pause"
    until = leg.exchange.clock.now() + (2 * seconds + 5 if spoken else seconds)
    while (left := until - leg.exchange.clock.now()) > 0:
        happening = yield from listen(leg, left)
        if isinstance(happening, Key) and stops_on_key:
            leg.emit("stop")
            return happening.digit
        if isinstance(happening, Finished) and happening.n == number:
            return ""
        lose(leg, happening)
    return ""


def _sound_at(leg: Leg, url: str) -> Act[Sound]:
    """The sound at `url`, fetched by GET as a carrier does. Keys pressed meanwhile are kept."""
    known = leg.exchange.sounds.get(url)
    if known is not None:
        return known
    reply = yield from _fetch_sound(leg, url)
    if reply.content_type not in sounds.AUDIO_TYPES:
        raise Refused(PLAY_WRONG_CONTENT_TYPE, f"{reply.content_type or 'none'} is no sound", url)
    try:
        sound = sounds.sound_of(reply.body, reply.content_type)
    except sounds.NotAudio as error:
        raise Refused(PLAY_WRONG_CONTENT_TYPE, str(error), url) from error
    if reply.header("cache-control") and "no-" not in reply.header("cache-control"):
        leg.exchange.remember_sound(url, sound)
    return sound


def _fetch_sound(leg: Leg, url: str) -> Act[Reply]:
    ticket, kept = object(), []
    asked = Webhook(url, "GET")
    leg.exchange.ask(leg, asked, leg.cookies, lambda out: leg.tell(Fetched(ticket, out)), at_least=0)
    while True:
        happening = yield from listen(leg, None)
        if isinstance(happening, Key):
            kept.append(happening)
        if isinstance(happening, Fetched) and happening.ticket is ticket:
            for key in kept:
                leg.tell(key)
            return answer_in(leg, happening)
