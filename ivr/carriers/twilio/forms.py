"""The carrier's forms read into our events. An unknown word always falls to a value that is safe to act on:
a state that is not over, a dialling that did not connect, a recording that is not ready.

Fields by the carrier contract §1; ids and times of its copies (UUIDs, `v3:…`, ISO 8601) are understood too.
"""

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from ivr.carriers.events import (
    Arrival,
    DialEnded,
    DialResult,
    KeyPress,
    LegChanged,
    LegState,
    MessageChanged,
    MessageState,
    Numbers,
    Recorded,
    RecordingChanged,
    RecordingState,
)
from ivr.carriers.twilio.body import BadForm, Form

LONGEST_TEXT = 500

# Opaque (contract R7), but it becomes part of paths: a letter or digit first, so never "..".
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9:._~-]{0,254}")
_DIGITS = re.compile(r"[0-9*#]{1,100}")
_SIP_HEADER = "SipHeader_"
# Control characters, and those that turn the direction of writing: a name must not rearrange a page.
_INVISIBLE = re.compile("[\x00-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ufffe\uffff]")

# A withheld number arrives as a word, as a SIP address of that word, or as the word spelt on a keypad.
_WITHHELD_WORDS = ("anonymous", "unknown", "restricted", "blocked", "private", "unavailable", "withheld")
_KEYPAD = str.maketrans("abcdefghijklmnopqrstuvwxyz", "22233344455566677778889999")
_WITHHELD = frozenset(_WITHHELD_WORDS) | {word.translate(_KEYPAD) for word in _WITHHELD_WORDS}

_LEG_STATES = {
    "queued": LegState.QUEUED,
    "initiated": LegState.QUEUED,
    "ringing": LegState.RINGING,
    "in-progress": LegState.TALKING,
    "answered": LegState.TALKING,
    "completed": LegState.ENDED,
    "busy": LegState.BUSY,
    "no-answer": LegState.NO_ANSWER,
    "failed": LegState.FAILED,
    "canceled": LegState.CANCELED,
}
_DIAL_RESULTS = {
    "completed": DialResult.CONNECTED,
    "answered": DialResult.CONNECTED,
    "busy": DialResult.BUSY,
    "no-answer": DialResult.NO_ANSWER,
    "failed": DialResult.FAILED,
    "canceled": DialResult.CANCELED,
}
_RECORDING_STATES = {
    "in-progress": RecordingState.RUNNING,
    "completed": RecordingState.READY,
    "absent": RecordingState.ABSENT,
    "failed": RecordingState.FAILED,
}
_MESSAGE_STATES = {
    "accepted": MessageState.QUEUED,
    "scheduled": MessageState.QUEUED,
    "queued": MessageState.QUEUED,
    "sending": MessageState.QUEUED,
    "sent": MessageState.SENT,
    "delivered": MessageState.DELIVERED,
    "read": MessageState.DELIVERED,
    "undelivered": MessageState.FAILED,
    "failed": MessageState.FAILED,
    "canceled": MessageState.FAILED,
}


def arrival(form: Form) -> Arrival:
    """A call that came in, or came back to its fallback address. Raises BadForm without a call id."""
    both = numbers(form)
    return Arrival(
        call_id=_id(form, "CallSid"),
        caller=both.caller,
        called=both.called,
        forwarded_from=_number(form, "ForwardedFrom"),
        caller_name=_text(form, "CallerName"),
        vouched=_vouched(form),
        outbound=form.get("Direction", "").startswith("outbound"),
        parent_id=_id_if_any(form, "ParentCallSid"),
        sip_headers=_sip_headers(form),
        fault=_text(form, "ErrorCode"),
        hung_up=_hung_up(form),
    )


def numbers(form: Form) -> Numbers:
    """Who called, and the number they rang."""
    return Numbers(_number(form, "From"), _text(form, "To") or "")


def key_press(form: Form) -> KeyPress:
    """What the caller pressed. Anything but 1 to 100 of `0-9 * #` is no press at all."""
    digits = form.get("Digits", "")
    return KeyPress(_id(form, "CallSid"), digits if _DIGITS.fullmatch(digits) else None, _hung_up(form))


def dial_ended(form: Form) -> DialEnded:
    """How dialling somebody went. One who answered but refused to be joined counts as no answer."""
    bridged = {"true": True, "false": False}.get(form.get("DialBridged", "").lower())
    result = _DIAL_RESULTS.get(form.get("DialCallStatus", ""), DialResult.UNKNOWN)
    if result is DialResult.CONNECTED and bridged is False:
        result = DialResult.NO_ANSWER
    return DialEnded(
        call_id=_id(form, "CallSid"),
        result=result,
        bridged=bridged,
        seconds=_count(form, "DialCallDuration"),
        leg_id=_id_if_any(form, "DialCallSid"),
        hung_up=_hung_up(form),
    )


def recorded(form: Form) -> Recorded:
    """The caller finished speaking. The posted address is only read for the recording's id, never fetched."""
    ended_by = form.get("Digits", "")
    return Recorded(
        call_id=_id(form, "CallSid"),
        recording_id=_recording_id(form),
        seconds=_count(form, "RecordingDuration"),
        ended_by=ended_by if ended_by == "hangup" or _DIGITS.fullmatch(ended_by) else None,
        hung_up=ended_by == "hangup" or _hung_up(form),
    )


def recording_changed(form: Form) -> RecordingChanged:
    """A recording can be fetched now, or never will. Raises BadForm without a recording's id."""
    recording_id = _recording_id(form)
    if not recording_id:
        raise BadForm("the form names no recording")
    return RecordingChanged(
        recording_id=recording_id,
        state=_RECORDING_STATES.get(form.get("RecordingStatus", ""), RecordingState.UNKNOWN),
        call_id=_id_if_any(form, "CallSid"),
        room_id=_id_if_any(form, "ConferenceSid"),
        seconds=_count(form, "RecordingDuration"),
    )


def leg_changed(form: Form) -> LegChanged:
    """A leg's state, from a call's or a dialled number's status notice."""
    return LegChanged(
        call_id=_id(form, "CallSid"),
        state=_LEG_STATES.get(form.get("CallStatus", ""), LegState.UNKNOWN),
        parent_id=_id_if_any(form, "ParentCallSid"),
        # CallDuration counts seconds; Duration counts billed minutes and is never read.
        seconds=_count(form, "CallDuration"),
        sequence=_count(form, "SequenceNumber"),
        sip_code=_count(form, "SipResponseCode"),
        carrier_at_ms=_time_ms(form, "Timestamp"),
    )


def message_changed(form: Form) -> MessageChanged:
    """A text message's state, from its status notice."""
    return MessageChanged(
        message_id=_id(form, "MessageSid"),
        state=_MESSAGE_STATES.get(form.get("MessageStatus", ""), MessageState.UNKNOWN),
        code=_text(form, "ErrorCode"),
    )


def _id(form: Form, name: str) -> str:
    value = form.get(name, "")
    if _ID.fullmatch(value):
        return value
    raise BadForm(f"{name} is {'not an id' if value else 'missing'}")


def _id_if_any(form: Form, name: str) -> str | None:
    return _id(form, name) if form.get(name) else None


def _recording_id(form: Form) -> str | None:
    """The recording's id, else the last part of its address: not every carrier names it on its own."""
    if form.get("RecordingSid"):
        return _id(form, "RecordingSid")
    last = form.get("RecordingUrl", "").partition("?")[0].rpartition("/")[2]
    return last.removesuffix(".wav").removesuffix(".mp3") if _ID.fullmatch(last) else None


def _text(form: Form, name: str) -> str | None:
    return _INVISIBLE.sub("", form.get(name, ""))[:LONGEST_TEXT].strip() or None


def _number(form: Form, name: str) -> str | None:
    number = _text(form, name)
    bare = (number or "").lower().removeprefix("sip:").partition("@")[0].removeprefix("+")
    return None if bare in _WITHHELD else number


def _hung_up(form: Form) -> bool:
    return _LEG_STATES.get(form.get("CallStatus", ""), LegState.UNKNOWN).over


def _count(form: Form, name: str) -> int | None:
    value = form.get(name, "")
    return int(value) if value.isascii() and value.isdigit() and len(value) <= 7 else None


def _time_ms(form: Form, name: str) -> int | None:
    """A carrier's time, `Thu, 1 Jun 2017 20:48:32 +0000` or ISO 8601; one without a zone is UTC."""
    value = form.get(name, "")
    try:
        time = parsedate_to_datetime(value) if "," in value else datetime.fromisoformat(value)
        return round((time if time.tzinfo else time.replace(tzinfo=UTC)).timestamp() * 1000)
    except (ValueError, OverflowError):
        return None


def _vouched(form: Form) -> str | None:
    """STIR/SHAKEN: `TN-Validation-Passed-A[-Diverted]`, or an attestation and whether it was validated."""
    verdict, _, level = form.get("StirVerstat", "").removeprefix("TN-Validation-").partition("-")
    if form.get("ShakenStirAttestation"):
        verdict = "Passed" if form.get("ShakenStirValidated", "").lower() == "true" else "Failed"
        level = form["ShakenStirAttestation"]
    if verdict == "Failed":
        return "failed"
    return level[:1] if verdict == "Passed" and level[:1] in set("ABC") else None


def _sip_headers(form: Form) -> tuple[tuple[str, str], ...]:
    headers = sorted(name for name in form if name.startswith(_SIP_HEADER))
    return tuple((name.removeprefix(_SIP_HEADER).lower(), _text(form, name) or "") for name in headers)
