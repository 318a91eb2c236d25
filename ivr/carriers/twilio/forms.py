"""The carrier's forms read into our events. An unknown word always falls to a value that is safe to act on:
a state that is not over, a dialling that did not connect, a wait that led nowhere, a recording that is not
ready.

Fields by the carrier contract §1; ids and times of its copies (UUIDs, `v3:…`, ISO 8601) are understood too.
"""

import re

from ivr.carriers.events import (
    Answered,
    AnsweredBy,
    Arrival,
    DialEnded,
    DialResult,
    KeyPress,
    LegChanged,
    MessageChanged,
    MessageState,
    Numbers,
    QueueEnded,
    QueueResult,
    Recorded,
    RecordingChanged,
    RecordingState,
    StillWaiting,
    TextReceived,
)
from ivr.carriers.twilio.body import BadForm, Form
from ivr.carriers.twilio.values import ID, count, hung_up, id_if_any, id_of, leg_state, number, text, time_ms

_DIGITS = re.compile(r"[0-9*#]{1,100}")
_SIP_HEADER = "SipHeader_"

_DIAL_RESULTS = {
    "completed": DialResult.CONNECTED,
    "answered": DialResult.CONNECTED,
    "busy": DialResult.BUSY,
    "no-answer": DialResult.NO_ANSWER,
    "failed": DialResult.FAILED,
    "canceled": DialResult.CANCELED,
}
_QUEUE_RESULTS = {
    "bridged": QueueResult.BRIDGED,
    "hangup": QueueResult.HUNG_UP,
    "leave": QueueResult.LEFT,
    "redirected": QueueResult.REDIRECTED,
    "redirected-from-bridged": QueueResult.REDIRECTED,
    "queue-full": QueueResult.FULL,
    "error": QueueResult.ERROR,
    "system-error": QueueResult.ERROR,
    "timeout": QueueResult.ERROR,  # Telnyx's own end of a wait, which we never wish for
}
_ANSWERED_BY = {
    "human": AnsweredBy.PERSON,
    "machine_start": AnsweredBy.MACHINE,
    "machine_end_beep": AnsweredBy.MACHINE,
    "machine_end_silence": AnsweredBy.MACHINE,
    "machine_end_other": AnsweredBy.MACHINE,
    "fax": AnsweredBy.FAX,
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
        call_id=id_of(form, "CallSid"),
        caller=both.caller,
        called=both.called,
        forwarded_from=number(form, "ForwardedFrom"),
        caller_name=text(form, "CallerName"),
        vouched=_vouched(form),
        outbound=form.get("Direction", "").startswith("outbound"),
        parent_id=id_if_any(form, "ParentCallSid"),
        sip_headers=_sip_headers(form),
        fault=text(form, "ErrorCode"),
        hung_up=hung_up(form),
    )


def numbers(form: Form) -> Numbers:
    """Who called, and the number they rang."""
    return Numbers(number(form, "From"), text(form, "To") or "")


def key_press(form: Form) -> KeyPress:
    """What the caller pressed. Anything but 1 to 100 of `0-9 * #` is no press at all."""
    digits = form.get("Digits", "")
    return KeyPress(id_of(form, "CallSid"), digits if _DIGITS.fullmatch(digits) else None, hung_up(form))


def dial_ended(form: Form) -> DialEnded:
    """How dialling somebody went. One who answered but refused to be joined counts as no answer."""
    bridged = {"true": True, "false": False}.get(form.get("DialBridged", "").lower())
    result = _DIAL_RESULTS.get(form.get("DialCallStatus", ""), DialResult.UNKNOWN)
    if result is DialResult.CONNECTED and bridged is False:
        result = DialResult.NO_ANSWER
    return DialEnded(
        call_id=id_of(form, "CallSid"),
        result=result,
        bridged=bridged,
        seconds=count(form, "DialCallDuration"),
        leg_id=id_if_any(form, "DialCallSid"),
        hung_up=hung_up(form),
    )


def still_waiting(form: Form) -> StillWaiting:
    """The wait's document ended, or is asked for the first time."""
    return StillWaiting(id_of(form, "CallSid"), hung_up(form))


def queue_ended(form: Form) -> QueueEnded:
    """How the wait ended. One that was told to bridge, and no more, is unknown: nobody saw them joined."""
    result = _QUEUE_RESULTS.get(form.get("QueueResult", ""), QueueResult.UNKNOWN)
    return QueueEnded(
        call_id=id_of(form, "CallSid"),
        result=result,
        seconds=count(form, "QueueTime"),
        hung_up=result is QueueResult.HUNG_UP or hung_up(form),
    )


def answered(form: Form) -> Answered:
    """Who answered, as the carrier guesses; unknown when it was not asked to guess."""
    by = _ANSWERED_BY.get(form.get("AnsweredBy", ""), AnsweredBy.UNKNOWN)
    return Answered(id_of(form, "CallSid"), by, hung_up(form))


def recorded(form: Form) -> Recorded:
    """The caller finished speaking. The posted address is only read for the recording's id, never fetched."""
    ended_by = form.get("Digits", "")
    return Recorded(
        call_id=id_of(form, "CallSid"),
        recording_id=_recording_id(form),
        seconds=count(form, "RecordingDuration"),
        ended_by=ended_by if ended_by == "hangup" or _DIGITS.fullmatch(ended_by) else None,
        hung_up=ended_by == "hangup" or hung_up(form),
    )


def recording_changed(form: Form) -> RecordingChanged:
    """A recording can be fetched now, or never will. Raises BadForm without a recording's id."""
    recording_id = _recording_id(form)
    if not recording_id:
        raise BadForm("the form names no recording")
    return RecordingChanged(
        recording_id=recording_id,
        state=_RECORDING_STATES.get(form.get("RecordingStatus", ""), RecordingState.UNKNOWN),
        call_id=id_if_any(form, "CallSid"),
        room_id=id_if_any(form, "ConferenceSid"),
        seconds=count(form, "RecordingDuration"),
    )


def leg_changed(form: Form) -> LegChanged:
    """A leg's state, from a call's or a dialled number's status notice."""
    return LegChanged(
        call_id=id_of(form, "CallSid"),
        state=leg_state(form),
        parent_id=id_if_any(form, "ParentCallSid"),
        # CallDuration counts seconds; Duration counts billed minutes and is never read.
        seconds=count(form, "CallDuration"),
        sequence=count(form, "SequenceNumber"),
        sip_code=count(form, "SipResponseCode"),
        carrier_at_ms=time_ms(form, "Timestamp"),
    )


def text_received(form: Form) -> TextReceived:
    """A text message to a number of ours. Raises BadForm."""
    return TextReceived(
        message_id=id_of(form, "MessageSid"),
        caller=form.get("From", ""),
        called=form.get("To", ""),
        body=form.get("Body", ""),
    )


def message_changed(form: Form) -> MessageChanged:
    """A text message's state, from its status notice."""
    return MessageChanged(
        message_id=id_of(form, "MessageSid"),
        state=_MESSAGE_STATES.get(form.get("MessageStatus", ""), MessageState.UNKNOWN),
        code=text(form, "ErrorCode"),
    )


def _recording_id(form: Form) -> str | None:
    """The recording's id, else the last part of its address: not every carrier names it on its own."""
    if form.get("RecordingSid"):
        return id_of(form, "RecordingSid")
    last = form.get("RecordingUrl", "").partition("?")[0].rpartition("/")[2]
    return last.removesuffix(".wav").removesuffix(".mp3") if ID.fullmatch(last) else None


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
    return tuple((name.removeprefix(_SIP_HEADER).lower(), text(form, name) or "") for name in headers)
