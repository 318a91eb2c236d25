"""Reads Dial and what it rings. A noun that is added later needs a reader here and an act in `acts`."""

import re
from xml.etree.ElementTree import Element

from ivr.box import faults
from ivr.box.faults import Refused
from ivr.box.twiml import verbs
from ivr.box.twiml.attributes import Attributes, childless, no_text
from ivr.box.twiml.notices import CALL_EVENTS, notices, recording_notices
from ivr.box.twiml.places import read_place

_MOST_TARGETS = 10
_NUMBER = r"\+[1-9][0-9]{4,14}|[0-9*#]{3,15}"
_SIP = r"sips?:[^@\s]+@[^@\s]{1,255}"
_CLIENT = r"\S{1,256}"
_CALLER_ID = rf"{_NUMBER}|client:\S+|sip:\S+|"
_NOT_IN_THE_BOX = ("Application", "WhatsApp", "Sim")
_RECORD = ("do-not-record", "record-from-answer", "record-from-ringing")
_RECORD_DUAL = ("record-from-answer-dual", "record-from-ringing-dual", "true", "false")


def read_dial(element: Element, given: Attributes) -> verbs.Dial:
    record = given.one_of("record", (*_RECORD, *_RECORD_DUAL), "do-not-record")
    given.ignored(
        answerOnBridge="true|false",
        trim="trim-silence|do-not-trim",
        ringTone=r"[a-z]{2,9}(-old)?",
        recordingTrack="inbound|outbound|both",
        callReason=r".{1,50}",
    )
    place = read_place(element, given)
    return verbs.Dial(
        targets=() if place else _targets(element, given),
        place=place,
        action=given.webhook("action", "method"),
        timeout=given.whole("timeout", 30, 5, 600),
        time_limit=given.whole("timeLimit", 14400, 1, 86400),
        caller_id=given.text("callerId", form=_CALLER_ID),
        hang_up_on_star=given.yes("hangupOnStar", False),
        sequential=given.yes("sequential", False),
        record=record.startswith("record") or record == "true",
        recording_notices=recording_notices(given),
    )


def _targets(element: Element, outer: Attributes) -> tuple[verbs.Target, ...]:
    if not len(element):
        return (verbs.Target("number", _address(element, outer, "number")),)
    no_text(element, outer.base)
    if len(element) > _MOST_TARGETS:
        raise Refused(13250, f"{len(element)} parties, at most {_MOST_TARGETS}", outer.base.url)
    return tuple(_target(child, outer) for child in element)


def _target(element: Element, outer: Attributes) -> verbs.Target:
    if element.tag in _NOT_IN_THE_BOX:
        why = f"<{element.tag}> is TwiML, but the phone company in a box cannot dial it"
        raise Refused(faults.BAD_SCHEMA, why, outer.base.url)
    if element.tag not in ("Number", "Sip", "Client"):
        raise Refused(13215, f"<{element.tag}> cannot be dialled", outer.base.url)
    kind = element.tag.lower()
    given = outer.of(element)
    given.ignored(**_EXTRAS[kind])
    _ignore_machine_detection(given)
    target = verbs.Target(
        kind=kind,
        address=_address(element, given, kind),
        screen=given.webhook("url", "method"),
        notices=notices(given, CALL_EVENTS, frozenset() if kind == "client" else frozenset({"completed"})),
        send_digits=given.text("sendDigits", form=r"[0-9#*wW]+") if kind == "number" else "",
        parameters=_parameters(element, given),
    )
    given.nothing_else()
    return target


_EXTRAS = {
    "number": {"byoc": r"BY\w+"},
    "sip": {"username": r".{0,256}", "password": r".{0,256}"},
    "client": {},
}


def _ignore_machine_detection(given: Attributes) -> None:
    given.ignored(
        machineDetection="Enable|DetectMessageEnd",
        machineDetectionTimeout=r"[3-9]|[1-5][0-9]|60",
        machineDetectionSpeechThreshold=r"[1-5][0-9]{3}|6000",
        machineDetectionSpeechEndThreshold=r"[5-9][0-9]{2}|[1-4][0-9]{3}|5000",
        machineDetectionSilenceTimeout=r"[2-9][0-9]{3}|10000",
        amdStatusCallback=r"\S+",
        amdStatusCallbackMethod="POST|GET",
    )


def _address(element: Element, given: Attributes, kind: str) -> str:
    identity = element.find("Identity") if kind == "client" else None
    if identity is None and kind == "client" and len(element):
        raise Refused(13215, "<Client> with children needs an <Identity>", given.base.url)
    written = ((element if identity is None else identity).text or "").strip()
    if kind == "number":
        written = re.sub(r"[ ().-]", "", written)
    form, code = {"number": (_NUMBER, 13223), "sip": (_SIP, 13243), "client": (_CLIENT, 13223)}[kind]
    if not re.fullmatch(form, written) or (kind != "client" and len(element)):
        raise Refused(code, f"<{element.tag}> {written!r}", given.base.url)
    return written


def _parameters(element: Element, given: Attributes) -> dict[str, str]:
    found: dict[str, str] = {}
    for child in element:
        inner = given.of(child)
        if child.tag == "Parameter":
            childless(child, inner)
            found[inner.text("name")] = inner.text("value")
        elif child.tag != "Identity":
            raise Refused(13215, f"<{child.tag}> cannot stand in <{element.tag}>", given.base.url)
        inner.nothing_else()
    return found
