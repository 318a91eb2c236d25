"""The documents that lead a caller to somebody: a phone, a browser, a room in which others are.

A room is what the carrier calls a conference. Every leg in it asks for the same notices, as the carrier
keeps the wishes of whoever comes first (contract §1.5).
"""

from collections.abc import Mapping, Sequence

from ivr.carriers.twilio.elements import (
    Attributes,
    Method,
    address,
    element,
    joined,
    name,
    number,
    read,
    text,
    told,
)
from ivr.carriers.twilio.fragment import Fragment, Hole, Pieces, pieces_of

BROWSER = "client:"
LONGEST_IDENTITY = 256
LONGEST_ROOM = LONGEST_LABEL = 128
LEG_EVENTS = "initiated ringing answered completed"
ROOM_EVENTS = "start end join leave mute hold"
"""Without `modify`, which not every carrier has, and `speaker`, which comes with every word (§1.5)."""


def dial(
    to: Pieces,
    action: Pieces,
    *,
    timeout: int = 30,
    caller_id: Pieces | None = None,
    time_limit: int | None = None,
    screen_url: Pieces | None = None,
    status_callback: Pieces | None = None,
    parameters: Mapping[str, Pieces] | None = None,
    method: Method = "POST",
) -> Fragment:
    """Ring a phone number, a `sip:` address or a `client:` in a browser, and join it with the caller;
    `action` hears how it went.

    Rings for `timeout` seconds (5 to 120, and the carrier adds about 5). `screen_url` is run for whoever
    answers, before they are joined: it can ask for a key, or hang up to refuse. `parameters` are told to the
    page in the browser; to others nothing can be told. The caller's number is shown, or `caller_id`.
    """
    attributes: dict[str, Pieces | int | bool | None] = {}
    if screen_url:
        attributes |= {"url": address(screen_url), "method": "POST"}
    attributes |= told(status_callback, "statusCallback", LEG_EVENTS)
    settings: Attributes = {
        "action": address(action),
        "method": method,
        "timeout": min(max(timeout, 5), 120),
        "callerId": _shown(caller_id) if caller_id else None,
        "timeLimit": time_limit,
    }
    return element("Dial", settings, _party(to, attributes, parameters or {}))


def conference(
    room: Pieces,
    action: Pieces,
    *,
    label: Pieces | None,
    start_on_enter: bool,
    end_on_exit: bool,
    wait_url: Pieces | None,
    muted: bool = False,
    coach: Pieces | None = None,
    beep: bool = False,
    record: bool = False,
    recording_callback: Pieces | None = None,
    status_callback: Pieces | None = None,
    announcements: bool = False,
    time_limit: int | None = None,
    leave_by_star: bool = False,
    method: Method = "POST",
) -> Fragment:
    """Join the room of this name; `action` is asked when the leg leaves it, or could not enter.

    A name that is in use joins strangers: make it at random, for one conversation. `label` is another name
    of the leg for REST, unique in the room; None where the carrier has no labels. Until somebody with
    `start_on_enter` and one more are there, `wait_url` is heard, once (see `music`); None is silence. When a
    leg with `end_on_exit` leaves, all the others go on with their own `action`. `coach` is the call id of
    the only one who hears this leg. `record` records from the start of the talk to the end of the room and
    tells `recording_callback`; with `announcements` the `status_callback` hears when one has been played.
    `leave_by_star`: the key * takes this leg out of the room, and it goes on with its `action`.
    """
    attributes: dict[str, Pieces | int | bool | None] = {
        "participantLabel": name(label, LONGEST_LABEL, "participant") if label is not None else None,
        "startConferenceOnEnter": start_on_enter,
        "endConferenceOnExit": end_on_exit,
        "waitUrl": address(wait_url) if wait_url else "",
        "waitMethod": "POST",
        "muted": muted,
        "coach": coach,
        "beep": beep,
        "record": "record-from-start" if record else "do-not-record",
    }
    if record:
        attributes |= told(recording_callback, "recordingStatusCallback", "in-progress completed absent")
    events = f"{ROOM_EVENTS} announcement" if announcements else ROOM_EVENTS
    attributes |= told(status_callback, "statusCallback", events)
    place = element("Conference", attributes, text(name(room, LONGEST_ROOM, "room")))
    dialled: Attributes = {"action": address(action), "method": method, "timeLimit": time_limit}
    if leave_by_star:
        dialled = {**dialled, "hangupOnStar": True}
    return element("Dial", dialled, place)


def _party(to: Pieces, attributes: Attributes, parameters: Mapping[str, Pieces]) -> Fragment:
    first, *others = pieces_of(to)
    if isinstance(first, str) and first.startswith(BROWSER):
        return _browser([first.removeprefix(BROWSER), *others], attributes, parameters)
    if parameters:
        raise ValueError(f"only a phone in a browser ({BROWSER}…) can be told parameters")
    if isinstance(first, str) and first.startswith(("sip:", "sips:")):
        return element("Sip", attributes, text(read(to, "url")))
    return element("Number", attributes, text(number(to)))


def _browser(
    identity: Sequence[str | Hole], attributes: Attributes, parameters: Mapping[str, Pieces]
) -> Fragment:
    who = text(name(read([piece for piece in identity if piece], "url"), LONGEST_IDENTITY, "browser's phone"))
    if not parameters:
        return element("Client", attributes, who)
    given = [element("Parameter", {"name": key, "value": value}) for key, value in parameters.items()]
    return element("Client", attributes, joined([element("Identity", {}, who), *given]))


def _shown(caller_id: Pieces) -> Pieces:
    """A number of ours; from one phone in a browser to another, the identity it is rung from."""
    first = pieces_of(caller_id)[0]
    in_browser = isinstance(first, str) and first.startswith(BROWSER)
    return read(caller_id, "url") if in_browser else number(caller_id)
