"""Conference rooms: who is in them, when they start and end, and who is told."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ivr.box.happenings import Summoned
from ivr.box.recordings import Recording
from ivr.box.twiml.verbs import Notices, Room
from ivr.box.webhooks import Webhook

if TYPE_CHECKING:
    from ivr.box.exchange import Exchange
    from ivr.box.leg import Leg

_TOLD_AS = {
    "start": "conference-start",
    "end": "conference-end",
    "join": "participant-join",
    "leave": "participant-leave",
    "mute": "participant-mute",
    "unmute": "participant-unmute",
    "hold": "participant-hold",
    "unhold": "participant-unhold",
    "announcement-end": "announcement-end",
    "announcement-fail": "announcement-fail",
}
_ASKED_FOR_AS = {
    "unmute": "mute",
    "unhold": "hold",
    "announcement-end": "announcement",
    "announcement-fail": "announcement",
}


@dataclass(slots=True)
class Participant:
    """One leg in a room, as it joined and as REST changed it since."""

    leg: "Leg"
    room: Room
    muted: bool
    ends: bool
    held: bool = False
    hold_music: Webhook | None = None
    coaches: str = ""
    """The call id of the only one who hears this leg; empty: everybody does."""
    hears: str = ""
    """What the leg was told last that it hears: `bridged` to the others, or on `hold`."""
    announcements: list[Webhook] = field(default_factory=list)
    """What it still is to hear."""


class Conference:
    """One room from its first participant to its last; a name that is used again is another room."""

    def __init__(self, exchange: "Exchange", sid: str, name: str, notices: Notices | None) -> None:
        self._exchange, self.sid, self.name, self._notices = exchange, sid, name, notices
        self.created_at = exchange.clock.now()
        self.participants: dict[str, Participant] = {}
        self.started = self.over = False
        self._told = 0
        self._announced: list[Webhook] = []
        self.recording: Recording | None = None
        """The one that is being made."""

    def find(self, name: str) -> Participant | None:
        """The participant with this call id or label."""
        return next((each for sid, each in self.participants.items() if name in (sid, each.room.label)), None)

    def labels(self) -> Iterator[str]:
        return (each.room.label for each in self.participants.values() if each.room.label)

    def join(self, leg: "Leg", room: Room) -> None:
        """Starts the room if this makes two, one of whom may start it (contract §1.5)."""
        member = Participant(leg, room, room.muted, room.ends, coaches=room.coaches)
        self.participants[leg.sid] = member
        self._tell("join", member)
        if room.coaches:
            leg.emit("coaching", target=room.coaches)
        if not self.started and len(self.participants) > 1 and self._may_start():
            self.started = True
            self._tell("start")
            self._record()
            self._summon()

    def leave(self, leg: "Leg", reason: str = "participant_hung_up") -> None:
        member = self.participants.pop(leg.sid, None)
        if member is None:
            return
        self._tell("leave", member, [("ReasonParticipantLeft", reason)])
        if member.ends:
            self.end("participant-with-end-conference-on-exit-left", member)
        elif not self.participants:
            self.end("last-participant-left", member)

    def mute(self, member: Participant, muted: bool) -> None:
        if member.muted != muted:
            member.muted = muted
            self._tell("mute" if muted else "unmute", member)

    def coach(self, member: Participant, target: str) -> None:
        """Lets one be heard by `target` alone; empty: by everybody again."""
        if member.coaches != target:
            member.coaches = target
            member.leg.emit("coaching", target=target)

    def hold(self, member: Participant, held: bool, music: Webhook | None = None) -> None:
        """A held participant hears the music alone until it is taken back."""
        if member.held != held:
            member.held, member.hold_music = held, music
            self._tell("hold" if held else "unhold", member)
            member.leg.tell(Summoned(self))

    def put_out(self, member: Participant) -> None:
        """Takes one out; its leg goes on with what follows its Dial."""
        self.leave(member.leg, "participant_updated_via_api")
        member.leg.tell(Summoned(self))

    def _record(self) -> None:
        member = next((each for each in self.participants.values() if each.room.record), None)
        if member is not None:
            about, notices = [("ConferenceSid", self.sid)], member.room.recording_notices
            self.recording = self._exchange.recordings.begin(member.leg, "Conference", notices, about)

    def end(self, reason: str, by: Participant | None = None) -> None:
        """The others are not hung up: they go on with what follows their Dial."""
        if self.over:
            return
        self.over = True
        self.stop_recording()
        self._summon()
        fields = [("ReasonConferenceEnded", reason)]
        self._tell("end", None, [*fields, ("CallSidEndingConference", by.leg.sid)] if by else fields)

    def stop_recording(self) -> None:
        """For good: the carrier begins no second one in this room."""
        if self.recording is not None:
            self._exchange.recordings.close(self.recording, empty_if_silent=False)
            self.recording = None

    def announce(self, to: Iterable[Participant], document: Webhook) -> None:
        """Lets these hear a document, and then talk on."""
        self._announced = [each for each in self._announced if each != document]
        for member in to:
            member.announcements.append(document)
            member.leg.tell(Summoned(self))

    def announced(self, member: Participant, document: Webhook, broken: str = "") -> None:
        """One of them has heard it, or not: told once, of the first."""
        if document in self._announced:
            return
        self._announced.append(document)
        fields = [("AnnounceUrl", document.url)]
        if broken:
            fields.append(("ReasonAnnouncementFailed", broken))
        self._tell("announcement-fail" if broken else "announcement-end", member, fields)

    def _may_start(self) -> bool:
        return any(each.room.starts for each in self.participants.values())

    def _summon(self) -> None:
        for member in self.participants.values():
            member.leg.tell(Summoned(self))

    def _tell(
        self, event: str, member: Participant | None = None, more: list[tuple[str, str]] | None = None
    ) -> None:
        notices = self._notices
        if notices is None or _ASKED_FOR_AS.get(event, event) not in notices.events:
            return
        self._told += 1
        fields = [
            ("StatusCallbackEvent", _TOLD_AS[event]),
            ("ConferenceSid", self.sid),
            ("FriendlyName", self.name),
            ("AccountSid", self._exchange.account_sid),
            ("SequenceNumber", str(self._told - 1)),
            ("Timestamp", self._exchange.rfc_time(self._exchange.clock.now())),
            *(_about(member) if member else []),
            *(more or []),
        ]
        self._exchange.deliver(None, notices.to.having(fields))


def _about(member: Participant) -> list[tuple[str, str]]:
    fields = [
        ("CallSid", member.leg.sid),
        ("Muted", _word(member.muted)),
        ("Hold", _word(member.held)),
        ("Coaching", _word(bool(member.coaches))),
        ("EndConferenceOnExit", _word(member.ends)),
        ("StartConferenceOnEnter", _word(member.room.starts)),
    ]
    return [*fields, ("ParticipantLabel", member.room.label)] if member.room.label else fields


def _word(yes: bool) -> str:
    return "true" if yes else "false"
