"""Conversations: what came of an accepted offer, until the agent has written down what it was about.

A room has a random name, and both lines lead there; answered is the later of the two joins. An agent who is
asked by another one comes into the same room, and has a conversation of their own there.
"""

from dataclasses import dataclass

from ivr.core.line.recording import Recorder
from ivr.core.line.visits import Kind
from ivr.core.webhooks import Event
from ivr.ledger import calls, line, rows
from ivr.ledger.reports import stale
from ivr.ledger.transaction import Row, Transaction
from ivr.ledger.webhooks import happened_to


@dataclass(frozen=True, slots=True)
class Talk:
    """A conversation, known by its offer. Times are UTC milliseconds, None for what has not happened.

    `held` is in milliseconds. The talk itself ends at `talk_ended_at`, the wrap-up at `ended_at`;
    `wrap_up_until` None, while it wraps up: until a disposition is chosen. `onward` is where the agent sent
    the caller; who was only asked took the caller over at `took_over_at`, or never. `recorded` in general,
    `paused` as the carrier has said; `pause_wished` by the agent.
    """

    offer: str
    visit: str
    call: str
    agent: str
    queue: str
    room: str
    room_id: str | None = None
    leg: str | None = None
    agent_joined_at: int | None = None
    caller_joined_at: int | None = None
    answered_at: int | None = None
    held_since: int | None = None
    held: int = 0
    talk_ended_at: int | None = None
    ended_by: str | None = None
    wrap_up_until: int | None = None
    ended_at: int | None = None
    disposition: str | None = None
    notes: str = ""
    hold_wished: bool = False
    muted: bool = False
    onward: str | None = None
    took_over_at: int | None = None
    recorded: bool = False
    pause_wished: bool = False
    paused: bool = False

    @property
    def recorder(self) -> Recorder:
        """How its recording stands: paused only when the carrier has said so, as then a card may be read."""
        if not self.recorded or not self.is_on or self.answered_at is None:
            return Recorder.OFF
        return Recorder.PAUSED if self.paused else Recorder.RECORDING

    @property
    def is_on(self) -> bool:
        """Whether it is not over; its wrap-up does not count. Of one that another system told it may be known
        only that it is."""
        return self.talk_ended_at is None and self.ended_at is None


_TALKS = """
SELECT offer, visit, call, agent, queue, room, room_id, leg, agent_joined_at, caller_joined_at, answered_at,
       held_since, held, talk_ended_at, ended_by, wrap_up_until, ended_at, disposition, notes, hold_wished,
       muted, onward, took_over_at, recorded, pause_wished, paused
FROM talk"""

_ACCEPTED_AT = "(SELECT taken_at FROM visit WHERE visit.id = talk.visit)"
_IN_ORDER = f"{_ACCEPTED_AT}, visit, offer"

_BEGIN = """
INSERT INTO talk (offer, visit, call, agent, queue, room, leg, recorded, pause_wished, paused)
VALUES (:offer, :visit, :call, :agent, :queue, :room, :leg, :recorded, :pause_wished, :paused)"""


def begin(tx: Transaction, talk: Talk) -> None:
    """The two are brought together: the agent is in no other conversation, or the transaction fails."""
    tx.run(
        _BEGIN,
        {
            "offer": talk.offer,
            "visit": talk.visit,
            "call": talk.call,
            "agent": talk.agent,
            "queue": talk.queue,
            "room": talk.room,
            "leg": talk.leg,
            "recorded": talk.recorded,
            "pause_wished": talk.pause_wished,
            "paused": talk.paused,
        },
    )


_FIND = f"{_TALKS} WHERE offer = :offer"


def find(tx: Transaction, offer_id: str) -> Talk | None:
    """A conversation, held for the rest of a write transaction."""
    row = tx.locked_row(_FIND, {"offer": offer_id})
    return Talk(*row) if row else None


_IN_ROOM = f"{_TALKS} WHERE room = :room ORDER BY {_IN_ORDER}"


def in_room(tx: Transaction, room: str) -> list[Talk]:
    """The conversations in a room, in the order they began: who had the caller first, and who was asked."""
    return [Talk(*row) for row in tx.rows(_IN_ROOM, {"room": room})]


_CALL_AND_VISIT = "SELECT call, visit FROM talk WHERE offer = :offer"


def locked(tx: Transaction, offer_id: str) -> Talk | None:
    """A conversation, held after its call, the visit its call is in now, and its own: so whoever acts on a
    room, in which there may be two of them, waits for nobody who waits for them."""
    of = tx.row(_CALL_AND_VISIT, {"offer": offer_id})
    if of is None:
        return None
    call_id, visit_id = of
    calls.hold(tx, call_id)
    line.open_of(tx, call_id)
    return find(tx, offer_id) if line.find(tx, visit_id) else None


_OPEN_OF = f"{_TALKS} WHERE agent = :agent AND ended_at IS NULL"


def open_of(tx: Transaction, agent: str) -> Talk | None:
    """The conversation an agent is in, or wraps up; nothing is held for it."""
    row = tx.row(_OPEN_OF, {"agent": agent})
    return Talk(*row) if row else None


_UNDER_WAY = f"{_TALKS} WHERE ended_at IS NULL ORDER BY {_IN_ORDER}"


def under_way(tx: Transaction) -> list[Talk]:
    """All conversations that are on, or wrapped up, in the order in which they were accepted: at most one of
    each agent."""
    return [Talk(*row) for row in tx.rows(_UNDER_WAY, {})]


# As `numbers_of` a visit, for all of them at once.
_WITH = """
SELECT talk.offer, visit.kind, visit.leads, COALESCE(callback.number, call.caller),
       COALESCE(callback.sealed, call.number)
FROM talk JOIN visit ON visit.id = talk.visit LEFT JOIN call ON call.id = visit.call
LEFT JOIN callback ON visit.kind = 'callback' AND callback.visit = visit.id
WHERE talk.ended_at IS NULL"""


def numbers_under_way(tx: Transaction) -> dict[str, str | None]:
    """The number on the other side of each conversation that is under way, by its offer; None is withheld."""
    return {
        offer: (
            rows.dialled(tx.seal, leads) if kind == Kind.OUTBOUND else rows.number(tx.seal, known, sealed)
        )
        for offer, kind, leads, known, sealed in tx.rows(_WITH, {})
    }


_OF_CALL = f"{_TALKS} WHERE call = :call ORDER BY {_IN_ORDER}"


def of_call(tx: Transaction, call_id: str) -> list[Talk]:
    """The conversations of a call, in the order in which they were accepted."""
    return [Talk(*row) for row in tx.rows(_OF_CALL, {"call": call_id})]


def last_of(tx: Transaction, call_id: str) -> Talk | None:
    """The conversation a caller comes from: in the last room they were led to, whoever had them last there;
    somebody who was asked and never came does not count."""
    had = of_call(tx, call_id)
    here = [talk for talk in had if talk.room == had[-1].room]
    answered = [talk for talk in here if talk.answered_at is not None]
    last = max(answered, key=lambda talk: talk.talk_ended_at or FOR_EVER, default=None)
    return last or (here[0] if here else None)


FOR_EVER = 2**62
"""Later than anything that has happened."""


def of_visit(tx: Transaction, call_id: str, visit_id: str) -> Talk | None:
    """The conversation that came of a visit of this call."""
    return next((talk for talk in of_call(tx, call_id) if talk.visit == visit_id), None)


_JOINED = {
    "agent": """
UPDATE talk SET agent_joined_at = :now, leg = COALESCE(leg, :leg), room_id = COALESCE(room_id, :room_id),
    answered_at = CASE WHEN caller_joined_at IS NULL THEN NULL ELSE CAST(:now AS BIGINT) END
WHERE offer = :offer AND agent_joined_at IS NULL AND talk_ended_at IS NULL""",
    "caller": """
UPDATE talk SET caller_joined_at = :now, room_id = COALESCE(room_id, :room_id),
    answered_at = CASE WHEN agent_joined_at IS NULL THEN NULL ELSE CAST(:now AS BIGINT) END
WHERE offer = :offer AND caller_joined_at IS NULL AND talk_ended_at IS NULL""",
}


def joined(tx: Transaction, offer_id: str, who: str, leg: str, room_id: str | None, now: int) -> bool:
    """The `agent` or the `caller` is in the room; False if that was known, or the conversation is over."""
    values: dict[str, object] = {"offer": offer_id, "leg": leg, "room_id": room_id, "now": now}
    if who == "caller":
        del values["leg"]
    return tx.changed(_JOINED[who], values) > 0


_WISH_HOLD = "UPDATE talk SET hold_wished = :hold WHERE room = :room AND talk_ended_at IS NULL"


def wish_hold(tx: Transaction, room: str, *, hold: bool) -> None:
    """Whether the caller in this room is to be on hold."""
    tx.run(_WISH_HOLD, {"room": room, "hold": hold})


_MUTE = "UPDATE talk SET muted = :muted WHERE offer = :offer AND talk_ended_at IS NULL"


def mute(tx: Transaction, offer_id: str, *, muted: bool) -> bool:
    """Whether the agent is not to be heard; False if the conversation is over."""
    return tx.changed(_MUTE, {"offer": offer_id, "muted": muted}) > 0


_WISH_PAUSE = "UPDATE talk SET pause_wished = :pause WHERE room = :room AND talk_ended_at IS NULL"


def wish_pause(tx: Transaction, room: str, *, pause: bool) -> None:
    """Whether the recording in this room is to rest."""
    tx.run(_WISH_PAUSE, {"room": room, "pause": pause})


_PAUSED = "UPDATE talk SET paused = :paused WHERE room = :room AND talk_ended_at IS NULL"


def paused(tx: Transaction, room: str, *, paused: bool) -> None:
    """Whether the recording in this room rests, as the carrier says."""
    tx.run(_PAUSED, {"room": room, "paused": paused})


_NOT_RECORDED = "UPDATE talk SET recorded = :no WHERE room = :room"


def not_recorded(tx: Transaction, room: str) -> None:
    """The carrier records nothing in this room after all."""
    tx.run(_NOT_RECORDED, {"room": room, "no": False})


_SEND_ON = "UPDATE talk SET onward = :onward WHERE offer = :offer"


def send_on(tx: Transaction, offer_id: str, onward: str) -> None:
    """The agent sends the caller on."""
    tx.run(_SEND_ON, {"offer": offer_id, "onward": onward})


_IS_CALL = "UPDATE talk SET call = :call WHERE offer = :offer"


def is_call(tx: Transaction, offer_id: str, call_id: str) -> None:
    """Whom the agent calls is being rung: it is a call from now on."""
    tx.run(_IS_CALL, {"offer": offer_id, "call": call_id})


_TAKE_OVER = "UPDATE talk SET took_over_at = :now WHERE offer = :offer AND took_over_at IS NULL"


def take_over(tx: Transaction, offer_id: str, now: int) -> None:
    """An agent who was asked has the caller from now on."""
    tx.run(_TAKE_OVER, {"offer": offer_id, "now": now})


_MET = """
UPDATE talk SET answered_at = :at, room_id = COALESCE(room_id, :room_id)
WHERE offer = :offer AND answered_at IS NULL AND talk_ended_at IS NULL"""


def met(tx: Transaction, offer_id: str, at: int, room_id: str | None = None) -> bool:
    """The two have met, though nobody told of both that they came; False if that was known, or it is over."""
    return tx.changed(_MET, {"offer": offer_id, "at": at, "room_id": room_id}) > 0


_HOLD = (
    "UPDATE talk SET held_since = :now WHERE offer = :offer AND held_since IS NULL AND talk_ended_at IS NULL"
)

_RESUME = """
UPDATE talk SET held = held + CAST(:now AS BIGINT) - held_since, held_since = NULL
WHERE offer = :offer AND held_since IS NOT NULL"""


def held(tx: Transaction, offer_id: str, now: int) -> bool:
    """The caller is on hold from now on; False if they are already."""
    return tx.changed(_HOLD, {"offer": offer_id, "now": now}) > 0


def resumed(tx: Transaction, offer_id: str, now: int) -> bool:
    """The hold is over; False if there was none."""
    return tx.changed(_RESUME, {"offer": offer_id, "now": now}) > 0


_END_TALK = """
UPDATE talk SET talk_ended_at = :now, ended_by = :by, wrap_up_until = :until,
    held = held + CASE WHEN held_since IS NULL THEN 0 ELSE CAST(:now AS BIGINT) - held_since END,
    held_since = NULL
WHERE offer = :offer AND talk_ended_at IS NULL"""


def end_talk(tx: Transaction, offer_id: str, by: str, wrap_up_until: int | None, now: int) -> bool:
    """The conversation is over, ended by the agent, the caller or the line; False if it was before."""
    return tx.changed(_END_TALK, {"offer": offer_id, "by": by, "until": wrap_up_until, "now": now}) > 0


_EXTEND = """
UPDATE talk SET wrap_up_until = :until
WHERE offer = :offer AND talk_ended_at IS NOT NULL AND ended_at IS NULL"""


def wrap_up_until(tx: Transaction, offer_id: str, until: int | None) -> bool:
    """The wrap-up lasts until then, or until a disposition is chosen; False if the conversation lasts, or the
    wrap-up is over."""
    return tx.changed(_EXTEND, {"offer": offer_id, "until": until}) > 0


_END = """
UPDATE talk SET ended_at = :now
WHERE offer = :offer AND talk_ended_at IS NOT NULL AND ended_at IS NULL"""


def end(tx: Transaction, offer_id: str, now: int) -> bool:
    """The wrap-up is over; False if it was before, or the conversation lasts."""
    ended = tx.changed(_END, {"offer": offer_id, "now": now}) > 0
    if ended:
        stale.mark(tx, now)
        happened_to(tx, Event.TALK_ENDED, offer_id, now)
    return ended


_NOTE = "UPDATE talk SET disposition = :disposition, notes = :notes WHERE offer = :offer"


def write_down(tx: Transaction, offer_id: str, disposition: str | None, notes: str) -> None:
    """What the agent says it was about."""
    tx.run(_NOTE, {"offer": offer_id, "disposition": disposition, "notes": notes})


_DUE = f"""{_TALKS}
WHERE ended_at IS NULL AND (wrap_up_until <= :now OR wrap_up_until IS NULL AND talk_ended_at <= :forgotten)
ORDER BY talk_ended_at LIMIT :most"""


def due(tx: Transaction, now: int, forgotten: int, most: int) -> list[Talk]:
    """Conversations whose wrap-up is over by now, or has waited for a disposition since `forgotten`."""
    return [Talk(*row) for row in tx.rows(_DUE, {"now": now, "forgotten": forgotten, "most": most})]


_HELD_SINCE = f"""{_TALKS}
WHERE ended_at IS NULL AND talk_ended_at IS NULL AND held_since <= :before LIMIT :most"""


def held_since(tx: Transaction, before: int, most: int) -> list[Talk]:
    """Conversations in which the caller has been on hold since that time."""
    return [Talk(*row) for row in tx.rows(_HELD_SINCE, {"before": before, "most": most})]


_KIND = "(SELECT kind FROM visit WHERE visit.id = talk.visit)"

_UNANSWERED = f"""{_TALKS}
WHERE ended_at IS NULL AND talk_ended_at IS NULL AND answered_at IS NULL
    AND {_ACCEPTED_AT} < CASE WHEN {_KIND} IN ('callback', 'outbound') THEN CAST(:rung_before AS BIGINT)
        ELSE CAST(:before AS BIGINT) END
LIMIT :most"""


def unanswered(tx: Transaction, before: int, rung_before: int, most: int) -> list[Talk]:
    """Conversations that were accepted before that time, and in which the two have not met. Who is rung by us
    has more time: `rung_before`."""
    values = {"before": before, "rung_before": rung_before, "most": most}
    return [Talk(*row) for row in tx.rows(_UNANSWERED, values)]


_RECENT = """
SELECT COUNT(*), AVG(took) FROM (
    SELECT talk_ended_at - answered_at + COALESCE(ended_at - talk_ended_at, 0) AS took FROM talk
    WHERE queue = :queue AND answered_at >= :since AND talk_ended_at IS NOT NULL
    ORDER BY answered_at DESC LIMIT :most) AS recent"""


def handling(tx: Transaction, queue: str, since: int, most: int = 50) -> tuple[int, float]:
    """Of the last conversations of a queue: how many they are, and their mean handling time in seconds."""
    row: Row | None = tx.row(_RECENT, {"queue": queue, "since": since, "most": most})
    return (row[0], float(row[1]) / 1000) if row and row[0] else (0, 0.0)
