"""What a carrier tells of its rooms (it says: conferences), in our words.

Notices come late, twice and out of order: `(room_id, sequence)` is the same for both of two. A room ends for
good, and its name with it; a `room_id` stands for one room only.
"""

from dataclasses import dataclass
from enum import StrEnum


class RoomEvent(StrEnum):
    """What happened in a room. A word we do not know is `unknown`: nobody came or left, nothing ended."""

    STARTED = "started"
    ENDED = "ended"
    JOINED = "joined"
    LEFT = "left"
    HELD = "held"
    UNHELD = "unheld"
    MUTED = "muted"
    UNMUTED = "unmuted"
    CHANGED = "changed"
    TALKING = "talking"
    SILENT = "silent"
    ANNOUNCED = "announced"
    NOT_ANNOUNCED = "not_announced"
    UNKNOWN = "unknown"


class RoomReason(StrEnum):
    """Why somebody left, or the room ended. `taken_out` and `ended_by_us` were wishes of ours by REST;
    `ended_by_leaving`: somebody left whose leaving ends the room."""

    HUNG_UP = "hung_up"
    TAKEN_OUT = "taken_out"
    NOT_ADDED = "not_added"
    LAST_ONE_LEFT = "last_one_left"
    ENDED_BY_LEAVING = "ended_by_leaving"
    ENDED_BY_US = "ended_by_us"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class ConferenceChanged:
    """Something happened in the room we named `room`; `room_id` is the carrier's name for it.

    `call_id` and `label` are who joined, left, was held; of the end of a room, whose leaving ended it.
    `reason` comes with `left` and `ended`. `carrier_at_ms` is the carrier's clock: good for lengths within
    one room.
    """

    room: str
    room_id: str
    event: RoomEvent
    call_id: str | None = None
    label: str | None = None
    reason: RoomReason | None = None
    sequence: int | None = None
    carrier_at_ms: int | None = None


@dataclass(frozen=True, slots=True)
class RoomLeft:
    """The leg's Dial into a room is over and the carrier waits for what comes now.

    `entered` says that the leg was in the room, not that anybody else was: only the notices of those who
    joined say that. It is false for a label that is taken, a full room, nobody to coach.
    """

    call_id: str
    entered: bool
    hung_up: bool = False
