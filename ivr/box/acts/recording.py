"""Record: beep, what the party says, and the ways it ends (contract §3.4)."""

from ivr.box import sounds
from ivr.box.acts.listening import inform, listen, lose, rest
from ivr.box.happenings import Act, Diverted, Key, LineGone, Spoke
from ivr.box.leg import Leg
from ivr.box.recordings import Recording
from ivr.box.twiml.verbs import Record
from ivr.box.webhooks import Webhook

_BEEP_SECONDS = 0.5
_SILENCE_AFTER_UPLOAD = 1.0


def record(leg: Leg, verb: Record) -> Act[Webhook | None]:
    """Records the party; None for an empty recording, after which the document goes on."""
    if verb.beep:
        leg.emit("beep")
        yield from rest(leg, _BEEP_SECONDS)
    recording = leg.exchange.recordings.begin(leg, "RecordVerb", verb.notices)
    leg.emit("record", max_seconds=verb.max_seconds, finish=verb.finish, silence=verb.silence)
    leg.doing = "recorded"
    try:
        ending = yield from _until_it_ends(leg, verb, recording)
    except (LineGone, Diverted) as gone:
        _close(leg, recording, "")
        if isinstance(gone, LineGone):
            inform(leg, verb.action.having(recording.fields("hangup")))
        raise
    _close(leg, recording, ending)
    return verb.action.having(recording.fields(ending)) if recording.status == "completed" else None


def _close(leg: Leg, recording: Recording, key: str) -> None:
    leg.doing = "" if not leg.over else leg.doing
    leg.emit("record_end", spoken=recording.spoken_seconds, key=key)
    listened = recording.heard or not leg.reports_prompts
    leg.exchange.recordings.close(recording, empty_if_silent=listened and not leg.over)


def _until_it_ends(leg: Leg, verb: Record, recording: Recording) -> Act[str]:
    """Listens until a finishing key (returned), silence or the longest time (both "").

    A handset in a browser measures the silence itself: it sends the voice, or an empty one if nobody spoke.
    """
    clock = leg.exchange.clock
    end = clock.now() + verb.max_seconds
    quiet = end if leg.reports_prompts or not verb.silence else clock.now() + verb.silence
    while (left := min(end, quiet) - clock.now()) > 0:
        happening = yield from listen(leg, left)
        if isinstance(happening, Key) and happening.digit in verb.finish:
            return happening.digit
        if isinstance(happening, Spoke):
            recording.add(happening.samples or sounds.tone(happening.seconds))
            silence = min(verb.silence, _SILENCE_AFTER_UPLOAD) if leg.reports_prompts else verb.silence
            quiet = clock.now() + happening.seconds + silence if verb.silence else end
        lose(leg, happening)
    return ""
