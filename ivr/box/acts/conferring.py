"""Dial into a conference: music until it starts, the talk, and the way out (contract §3.7)."""

from ivr.box.acts.conversing import converse
from ivr.box.acts.listening import inform, listen, lose
from ivr.box.conferences import Conference, Participant
from ivr.box.faults import Fault
from ivr.box.happenings import Act, Diverted, Interrupted, Key, LineGone, WaitBroken
from ivr.box.leg import Leg
from ivr.box.twiml.reading import Place
from ivr.box.twiml.verbs import Dial, Room
from ivr.box.webhooks import Webhook

_LABEL_TAKEN = 16025
_NOBODY_TO_COACH = 13240


def confer(leg: Leg, verb: Dial, room: Room) -> Act[Webhook | None]:
    """Takes part in the room until it ends, the leg is taken out, or its time is over."""
    conference = leg.exchange.conference(room)
    refusal = _refusal(conference, room)
    if refusal is not None:
        leg.fault(refusal)
        return verb.action.having([("DialCallStatus", "failed")]) if verb.action else None
    leg.can_be_summoned = True
    conference.join(leg, room)
    if not conference.started:
        leg.emit("hold")
    try:
        yield from _take_part(leg, verb, conference, room)
    except (LineGone, Diverted) as gone:
        leg.can_be_summoned = False
        conference.leave(leg)
        if isinstance(gone, LineGone) and verb.action:
            inform(leg, verb.action.having([("DialCallStatus", "completed")]))
        raise
    leg.can_be_summoned = False
    leg.doing = ""
    leg.emit("dialed", status="answered")
    return verb.action.having([("DialCallStatus", "answered")]) if verb.action else None


def _refusal(conference: Conference, room: Room) -> Fault | None:
    if room.label in conference.labels():
        return Fault(_LABEL_TAKEN, f"the label {room.label} is taken in {room.name}")
    if len(conference.participants) >= room.most:
        return Fault(0, f"the conference {room.name} is full")
    if room.coaches and room.coaches not in conference.participants:
        return Fault(_NOBODY_TO_COACH, f"{room.coaches} is not in {room.name}")
    return None


def _take_part(leg: Leg, verb: Dial, conference: Conference, room: Room) -> Act[None]:
    until = leg.exchange.clock.now() + verb.time_limit
    try:
        if not conference.started:
            yield from _wait(leg, room)
    except Interrupted:
        pass
    except WaitBroken:  # the join does not complete
        conference.leave(leg, "participant_add_failed")
        return
    while not conference.over and leg.sid in conference.participants:
        try:
            member = conference.participants[leg.sid]
            yield from _until_summoned(leg, member, conference, until, verb.hang_up_on_star)
            break
        except Interrupted:  # it began or ended, or this leg was held, taken back or put out
            continue
        except WaitBroken:
            break
    conference.leave(leg, "moderator_ended_conference" if conference.over else "participant_hung_up")


def _until_summoned(
    leg: Leg, member: Participant, conference: Conference, until: float, by_star: bool
) -> Act[None]:
    """Talks, or hears the hold music; returns when the Dial's time is over, or `by_star` at this key."""
    leg.doing = "" if member.held else "talking"
    hears = "hold" if member.held else "bridged"
    if member.hears != hears:  # not again after each word in the middle of it
        member.hears = hears
        leg.emit(hears)
    if member.hold_music is not None:
        yield from converse(leg, member.hold_music, Place.HOLD)
    while member.announcements:
        yield from _announce(leg, member, conference)
    while (left := until - leg.exchange.clock.now()) > 0:
        happening = yield from listen(leg, left)
        if by_star and happening == Key("*"):
            return
        lose(leg, happening)


def _announce(leg: Leg, member: Participant, conference: Conference) -> Act[None]:
    """What one hears in the middle of the talk; a document that fails spoils nothing else."""
    document = member.announcements[0]  # whoever is interrupted in the middle of it hears it anew
    broken = ""
    try:
        yield from converse(leg, document, Place.HOLD)
    except WaitBroken:
        broken = "the document could not be played"
    member.announcements.pop(0)
    conference.announced(member, document, broken)


def _wait(leg: Leg, room: Room) -> Act[None]:
    """The wait document runs once, then there is silence: unlike a queue's it is not asked again."""
    if room.wait is not None:
        yield from converse(leg, room.wait, Place.HOLD)
    while True:
        yield from listen(leg, None)
