"""The carrier's forms in our words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.carriers.events import (
    Answered,
    AnsweredBy,
    Arrival,
    DialEnded,
    DialResult,
    KeyPress,
    LegChanged,
    LegState,
    MessageChanged,
    MessageState,
    QueueEnded,
    QueueResult,
    Recorded,
    RecordingChanged,
    RecordingState,
    StillWaiting,
)
from ivr.carriers.twilio import forms, values
from ivr.carriers.twilio.body import BadForm

ID = "CA" + "0" * 32
TELNYX_ID = "v3:T02llQxIyaRkhfRKxgAP8nY511EhFLizdvdUKJiSw8d6A9BborherQ"


def test_an_ordinary_call_arrives() -> None:
    form = {
        "CallSid": ID,
        "From": "+84901234567",
        "To": "+842873001234",
        "CallStatus": "ringing",
        "Direction": "inbound",
        "CallerName": "NGUYEN AN",
        "StirVerstat": "TN-Validation-Passed-A-Diverted",
        "ApiVersion": "2010-04-01",
    }
    assert forms.arrival(form) == Arrival(
        call_id=ID,
        caller="+84901234567",
        called="+842873001234",
        caller_name="NGUYEN AN",
        vouched="A",
    )


def test_a_call_from_another_exchange_keeps_what_it_says_of_itself() -> None:
    form = {
        "CallSid": TELNYX_ID,
        "ParentCallSid": "6c8e4ab2-1a2b-4c3d-9e8f-001122334455",
        "From": "sip:an@pbx.example",
        "To": "sip:hotline@ivr.example",
        "ForwardedFrom": "+84901",
        "SipHeader_X-Order": "12",
        "SipHeader_User-to-User": "ab",
        "Direction": "outbound-dial",
        "ErrorCode": "11200",
        "CallStatus": "completed",
    }
    arrived = forms.arrival(form)
    assert (arrived.call_id, arrived.caller) == (TELNYX_ID, "sip:an@pbx.example")
    assert arrived.parent_id == "6c8e4ab2-1a2b-4c3d-9e8f-001122334455"
    assert arrived.forwarded_from == "+84901"
    assert arrived.sip_headers == (("user-to-user", "ab"), ("x-order", "12"))
    assert (arrived.outbound, arrived.fault, arrived.hung_up) == (True, "11200", True)


@pytest.mark.parametrize(
    "number",
    [
        "anonymous",
        "Anonymous",
        "Restricted",
        "unknown",
        "+266696687",
        "266696687",
        "+7378742833",
        "+2562533",
        "+8656696",
        "+86282452253",
        "sip:anonymous@anonymous.invalid",
        "",
        "\x00",
    ],
)
def test_a_caller_who_withholds_the_number_is_nobody(number: str) -> None:
    assert forms.arrival({"CallSid": ID, "From": number, "To": "+1"}).caller is None


def test_a_caller_without_any_number_is_nobody_too() -> None:
    assert forms.arrival({"CallSid": ID}) == Arrival(ID, None, "")


@pytest.mark.parametrize(
    ("form", "vouched"),
    [
        ({"StirVerstat": "TN-Validation-Passed-C"}, "C"),
        ({"StirVerstat": "TN-Validation-Failed"}, "failed"),
        ({"StirVerstat": "TN-Validation-Failed-A"}, "failed"),
        ({"StirVerstat": "No-TN-Validation"}, None),
        ({"StirVerstat": "TN-Validation-Passed-Z"}, None),
        ({"StirVerstat": "TN-Validation-Passed"}, None),
        ({"StirVerstat": ""}, None),
        ({"ShakenStirAttestation": "B", "ShakenStirValidated": "true"}, "B"),
        ({"ShakenStirAttestation": "A", "ShakenStirValidated": "false"}, "failed"),
    ],
)
def test_only_what_the_network_validated_is_vouched_for(form: dict[str, str], vouched: str | None) -> None:
    assert forms.arrival({"CallSid": ID, **form}).vouched == vouched


def test_a_name_cannot_ring_a_bell_or_turn_a_page_around() -> None:
    assert (
        forms.arrival({"CallSid": ID, "CallerName": " An\x07\u202e\r\n\ufeff B\x9b "}).caller_name == "An B"
    )
    assert len(forms.arrival({"CallSid": ID, "CallerName": "x" * 9000}).caller_name or "") == 500


@pytest.mark.parametrize("digits", ["1", "0", "*", "#", "12*#", "0" * 100])
def test_what_is_on_a_keypad_is_a_press(digits: str) -> None:
    assert forms.key_press({"CallSid": ID, "Digits": digits}) == KeyPress(ID, digits)


@pytest.mark.parametrize("digits", ["", " 1", "1\n", "A", "hangup", "\u0661", "1w2", "0" * 101, "<Dial/>"])
def test_what_is_not_on_a_keypad_is_no_press(digits: str) -> None:
    assert forms.key_press({"CallSid": ID, "Digits": digits}) == KeyPress(ID, None)


def test_silence_is_no_press() -> None:
    assert forms.key_press({"CallSid": ID, "CallStatus": "in-progress"}) == KeyPress(ID, None)


def test_keys_of_a_caller_who_hung_up_are_marked() -> None:
    assert forms.key_press({"CallSid": ID, "Digits": "1", "CallStatus": "completed"}) == KeyPress(
        ID, "1", True
    )


@pytest.mark.parametrize("call_id", ["", "CA 1", "CA1\n", "../x", "..", "a" * 256, "<b>", "CA1'--", "\u00e9"])
def test_what_is_not_an_id_is_refused(call_id: str) -> None:
    with pytest.raises(BadForm, match="CallSid is"):
        forms.key_press({"CallSid": call_id, "Digits": "1"})
    with pytest.raises(BadForm, match="CallSid is missing"):
        forms.arrival({})


def test_a_refusal_repeats_nothing_a_stranger_wrote() -> None:
    with pytest.raises(BadForm) as refusal:
        forms.key_press({"CallSid": "<script>"})
    assert str(refusal.value) == "CallSid is not an id"


@pytest.mark.parametrize(
    ("status", "bridged", "result"),
    [
        ("completed", "true", DialResult.CONNECTED),
        ("completed", None, DialResult.CONNECTED),
        ("answered", None, DialResult.CONNECTED),
        ("completed", "false", DialResult.NO_ANSWER),
        ("busy", "false", DialResult.BUSY),
        ("no-answer", None, DialResult.NO_ANSWER),
        ("failed", None, DialResult.FAILED),
        ("canceled", None, DialResult.CANCELED),
        ("Completed", None, DialResult.UNKNOWN),
        ("transferred-to-mars", "true", DialResult.UNKNOWN),
        (None, None, DialResult.UNKNOWN),
    ],
)
def test_dialling_ends_in_one_of_our_words(
    status: str | None, bridged: str | None, result: DialResult
) -> None:
    form = {"CallSid": ID, "DialCallStatus": status, "DialBridged": bridged}
    assert forms.dial_ended({k: v for k, v in form.items() if v is not None}).result is result


def test_a_conversation_is_as_long_as_the_carrier_says() -> None:
    form = {"CallSid": ID, "DialCallStatus": "completed", "DialBridged": "true", "DialCallSid": "CA9"}
    assert forms.dial_ended({**form, "DialCallDuration": "74"}) == DialEnded(
        ID, DialResult.CONNECTED, bridged=True, seconds=74, leg_id="CA9"
    )
    for odd in ("-1", "1.5", "\u0662", "99999999", "soon", ""):
        assert forms.dial_ended({**form, "DialCallDuration": odd}).seconds is None


def test_a_dial_into_a_room_has_neither_leg_nor_length() -> None:
    form = {"CallSid": ID, "DialCallStatus": "answered", "CallStatus": "in-progress"}
    assert forms.dial_ended(form) == DialEnded(ID, DialResult.CONNECTED)


def test_a_caller_still_waits_whatever_the_carrier_counts() -> None:
    form = {"CallSid": ID, "QueueTime": "61", "QueuePosition": "3", "CurrentQueueSize": "7"}
    assert forms.still_waiting({**form, "CallStatus": "in-progress"}) == StillWaiting(ID)
    assert forms.still_waiting({**form, "CallStatus": "completed"}) == StillWaiting(ID, hung_up=True)
    with pytest.raises(BadForm, match="CallSid is missing"):
        forms.still_waiting({})


@pytest.mark.parametrize(
    ("word", "result"),
    [
        ("bridged", QueueResult.BRIDGED),
        ("bridging-in-process", QueueResult.UNKNOWN),
        ("bridging-in-progress", QueueResult.UNKNOWN),
        ("hangup", QueueResult.HUNG_UP),
        ("leave", QueueResult.LEFT),
        ("redirected", QueueResult.REDIRECTED),
        ("redirected-from-bridged", QueueResult.REDIRECTED),
        ("queue-full", QueueResult.FULL),
        ("error", QueueResult.ERROR),
        ("system-error", QueueResult.ERROR),
        ("timeout", QueueResult.ERROR),
        ("Bridged", QueueResult.UNKNOWN),
        ("", QueueResult.UNKNOWN),
    ],
)
def test_a_wait_ends_in_one_of_our_words(word: str, result: QueueResult) -> None:
    ended = forms.queue_ended({"CallSid": ID, "QueueResult": word, "CallStatus": "in-progress"})
    assert ended == QueueEnded(ID, result, None, hung_up=word == "hangup")


def test_a_wait_is_as_long_as_the_carrier_says_and_ends_with_the_call() -> None:
    form = {"CallSid": ID, "QueueResult": "system-error", "QueueTime": "74", "CallStatus": "completed"}
    assert forms.queue_ended(form) == QueueEnded(ID, QueueResult.ERROR, 74, hung_up=True)


@pytest.mark.parametrize(
    ("word", "by"),
    [
        ("human", AnsweredBy.PERSON),
        ("machine_start", AnsweredBy.MACHINE),
        ("machine_end_beep", AnsweredBy.MACHINE),
        ("machine_end_silence", AnsweredBy.MACHINE),
        ("machine_end_other", AnsweredBy.MACHINE),
        ("fax", AnsweredBy.FAX),
        ("unknown", AnsweredBy.UNKNOWN),
        ("dolphin", AnsweredBy.UNKNOWN),
        (None, AnsweredBy.UNKNOWN),
    ],
)
def test_the_carrier_guesses_who_answered(word: str | None, by: AnsweredBy) -> None:
    form = {"CallSid": ID, "CallStatus": "in-progress"} | ({"AnsweredBy": word} if word else {})
    assert forms.answered(form) == Answered(ID, by)


@given(st.sampled_from(["bridged ", " bridged", "BRIDGED", "bridged\n", "bridge"]) | st.text(max_size=9))
def test_no_unknown_word_is_a_conversation_or_a_person(word: str) -> None:
    form = {"CallSid": ID, "QueueResult": word, "AnsweredBy": word}
    assert (forms.queue_ended(form).result is QueueResult.BRIDGED) == (word == "bridged")
    assert (forms.answered(form).by is AnsweredBy.PERSON) == (word == "human")


@given(st.text(max_size=20))
def test_no_unknown_word_ever_means_connected_ready_or_over(word: str) -> None:
    form = {
        "CallSid": ID,
        "RecordingSid": "RE1",
        "DialCallStatus": word,
        "CallStatus": word,
        "RecordingStatus": word,
    }
    known = {
        "completed",
        "answered",
        "busy",
        "no-answer",
        "failed",
        "canceled",
        "in-progress",
        "ringing",
        "queued",
    }
    if word not in known:
        assert forms.dial_ended(form).result is DialResult.UNKNOWN
        assert forms.recording_changed(form).state in (RecordingState.UNKNOWN, RecordingState.ABSENT)
        assert not forms.leg_changed(form).state.over
        assert not forms.key_press(form).hung_up


def test_a_message_left_by_voice_is_known_by_its_id() -> None:
    form = {"CallSid": ID, "RecordingUrl": "https://api.twilio.com/2010/Accounts/AC1/Recordings/RE77"}
    assert forms.recorded({**form, "RecordingDuration": "9", "Digits": "#"}) == Recorded(ID, "RE77", 9, "#")
    assert forms.recorded({**form, "RecordingSid": "RE5", "Digits": "hangup"}) == Recorded(
        ID, "RE5", None, "hangup", hung_up=True
    )
    assert forms.recorded({"CallSid": ID, "RecordingDuration": "0"}) == Recorded(ID, None, 0)


@pytest.mark.parametrize(
    ("url", "recording_id"),
    [
        ("https://evil.example/a/RE1.wav?x=/RE2", "RE1"),
        ("https://evil.example/a/RE1.mp3", "RE1"),
        ("https://evil.example/", None),
        ("https://evil.example/%2e%2e", None),
        ("..", None),
    ],
)
def test_a_posted_address_gives_at_most_an_id(url: str, recording_id: str | None) -> None:
    assert forms.recorded({"CallSid": ID, "RecordingUrl": url}).recording_id == recording_id


def test_a_recording_becomes_ready() -> None:
    form = {"CallSid": ID, "RecordingSid": "RE1", "RecordingStatus": "completed", "RecordingDuration": "12"}
    assert forms.recording_changed(form) == RecordingChanged("RE1", RecordingState.READY, ID, None, 12)


def test_a_recording_of_a_room_belongs_to_no_call() -> None:
    form = {"ConferenceSid": "CF1", "RecordingSid": "RE1", "RecordingStatus": "absent"}
    assert forms.recording_changed(form) == RecordingChanged("RE1", RecordingState.ABSENT, None, "CF1", None)
    with pytest.raises(BadForm, match="names no recording"):
        forms.recording_changed({"CallSid": ID})


def test_a_leg_ends_with_its_length_in_seconds_not_in_billed_minutes() -> None:
    form = {
        "CallSid": ID,
        "ParentCallSid": "CA7",
        "CallStatus": "completed",
        "CallDuration": "61",
        "Duration": "2",
        "SequenceNumber": "3",
        "SipResponseCode": "200",
        "Timestamp": "Thu, 1 Jun 2017 20:48:32 +0000",
    }
    changed = forms.leg_changed(form)
    assert changed == LegChanged(ID, LegState.ENDED, "CA7", 61, 3, 200, 1_496_350_112_000)
    assert changed.state.over


@pytest.mark.parametrize(
    ("status", "state", "over"),
    [
        ("queued", LegState.QUEUED, False),
        ("initiated", LegState.QUEUED, False),
        ("ringing", LegState.RINGING, False),
        ("in-progress", LegState.TALKING, False),
        ("busy", LegState.BUSY, True),
        ("no-answer", LegState.NO_ANSWER, True),
        ("failed", LegState.FAILED, True),
        ("canceled", LegState.CANCELED, True),
        ("melted", LegState.UNKNOWN, False),
    ],
)
def test_a_leg_is_in_one_of_our_states(status: str, state: LegState, over: bool) -> None:
    changed = forms.leg_changed({"CallSid": ID, "CallStatus": status})
    assert (changed.state, changed.state.over) == (state, over)


@pytest.mark.parametrize(
    ("written", "at_ms"),
    [
        ("2024-01-15T10:30:00Z", 1_705_314_600_000),
        ("2024-01-15T17:30:00.25+07:00", 1_705_314_600_250),
        ("2024-01-15T10:30:00", 1_705_314_600_000),
        ("Mon, 15 Jan 2024 10:30:00 GMT", 1_705_314_600_000),
        ("Mon, 99 Jan 2024 10:30:00 GMT", None),
        ("yesterday, about noon", None),
        ("yesterday", None),
        ("", None),
    ],
)
def test_carriers_write_the_time_in_two_ways(written: str, at_ms: int | None) -> None:
    assert forms.leg_changed({"CallSid": ID, "Timestamp": written}).carrier_at_ms == at_ms


def test_a_text_message_arrives_or_does_not() -> None:
    sent = forms.message_changed({"MessageSid": "SM1", "MessageStatus": "delivered"})
    assert sent == MessageChanged("SM1", MessageState.DELIVERED)
    lost = forms.message_changed({"MessageSid": "SM1", "MessageStatus": "undelivered", "ErrorCode": "30003"})
    assert lost == MessageChanged("SM1", MessageState.FAILED, "30003")


@given(
    st.dictionaries(
        st.sampled_from(["CallSid", "From", "To", "CallerName", "Timestamp", "Digits"]), st.text()
    )
)
def test_no_form_does_worse_than_being_refused(form: dict[str, str]) -> None:
    calls = (forms.arrival, forms.key_press, forms.recorded, forms.leg_changed, forms.dial_ended)
    for read in (*calls, forms.still_waiting, forms.queue_ended, forms.answered):
        try:
            read(form)
        except BadForm:
            assert values.ID.fullmatch(form.get("CallSid", "")) is None
