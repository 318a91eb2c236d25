"""Reads the places a Dial can join: a conference, or the front of a queue."""

from xml.etree.ElementTree import Element

from ivr.box.faults import BAD_SCHEMA, Refused
from ivr.box.twiml import verbs
from ivr.box.twiml.attributes import Attributes
from ivr.box.twiml.notices import CONFERENCE_EVENTS, notices, recording_notices

_RECORD = ("do-not-record", "record-from-start")


def read_place(element: Element, outer: Attributes) -> verbs.Room | verbs.FrontOfQueue | None:
    """None when the Dial rings parties instead."""
    if not {child.tag for child in element} & {"Conference", "Queue"}:
        return None
    if len(element) > 1 or (element.text or "").strip() or len(element[0]):
        raise Refused(BAD_SCHEMA, f"<{element[0].tag}> must stand alone in <Dial>", outer.base.url)
    given = outer.of(element[0])
    name = (element[0].text or "").strip()
    place = _room(name, given) if element[0].tag == "Conference" else _front(name, given)
    given.nothing_else()
    return place


def _room(name: str, given: Attributes) -> verbs.Room:
    if not 1 <= len(name) <= 128:
        raise Refused(13237, f"conference name {name!r}", given.base.url)
    given.ignored(
        beep="true|false|onEnter|onExit",
        region=r"[a-z]{2}[0-9]",
        jitterBufferSize="off|small|medium|large",
        trim="trim-silence|do-not-trim",
        eventCallbackUrl=r"\S+",
    )
    return verbs.Room(
        name=name,
        label=given.text("participantLabel", form=r".{1,128}"),
        muted=given.yes("muted", False),
        starts=given.yes("startConferenceOnEnter", True),
        ends=given.yes("endConferenceOnExit", False),
        wait=given.webhook("waitUrl", "waitMethod"),
        coaches=given.text("coach"),
        most=given.whole("maxParticipants", 250, 2, 250),
        notices=notices(given, CONFERENCE_EVENTS, frozenset({"start", "end"})),
        record=given.one_of("record", _RECORD, _RECORD[0]) != _RECORD[0],
        recording_notices=recording_notices(given),
    )


def _front(name: str, given: Attributes) -> verbs.FrontOfQueue:
    if not 1 <= len(name) <= 64:
        raise Refused(14213 if name else 14212, f"queue name {name!r}", given.base.url)
    return verbs.FrontOfQueue(name, given.webhook("url", "method"))
