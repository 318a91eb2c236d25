"""Reads the verbs that listen: Gather and Record."""

from xml.etree.ElementTree import Element

from ivr.box.twiml import verbs
from ivr.box.twiml.attributes import Attributes, childless, no_text
from ivr.box.twiml.notices import recording_notices
from ivr.box.twiml.speaking import read_prompts


def read_gather(element: Element, given: Attributes) -> verbs.Gather:
    no_text(element, given.base)
    _check_speech(given)
    hears = given.one_of("input", ("dtmf", "speech", "dtmf speech", "speech dtmf"), "dtmf")
    return verbs.Gather(
        prompts=read_prompts(element, given),
        action=given.webhook_or_self("action", "method"),
        timeout=given.whole("timeout", 5, 0, 600),
        digits=given.whole("numDigits", 0, 1, 1000) if given.given("numDigits") else None,
        finish=given.text("finishOnKey", "#", r"[0-9#*]?"),
        on_empty=given.yes("actionOnEmptyResult", False),
        barge_in=given.yes("bargeIn", True),
        hears_keys="dtmf" in hears,
    )


def _check_speech(given: Attributes) -> None:
    """The box hears no speech; the attributes are checked all the same."""
    whole_needed = given.given("speechModel")  # contract §3.2
    given.ignored(
        speechTimeout=r"[1-9][0-9]*" if whole_needed else r"[1-9][0-9]*|auto",
        maxSpeechTime=r"[1-9][0-9]*",
        speechModel=r"default|numbers_and_commands|phone_call|experimental_(conversations|utterances)"
        r"|googlev2_(long|short|telephony|telephony_short)|deepgram_nova-[23]",
        language=r"[A-Za-z]{2,3}(-[A-Za-z0-9]+)*",
        hints=r"([^,]{0,100},){0,499}[^,]{0,100}",
        enhanced="true|false",
        profanityFilter="true|false",
        partialResultCallbackMethod="POST|GET",
    )
    if url := given.text("partialResultCallback"):
        given.url("partialResultCallback", url)


def read_record(element: Element, given: Attributes) -> verbs.Record:
    childless(element, given)
    transcribe = given.yes("transcribe", False)
    given.ignored(
        trim="trim-silence|do-not-trim",
        transcribeCallback=r"\S*",
        recordingTrack="inbound|outbound|both",
    )
    return verbs.Record(
        action=given.webhook_or_self("action", "method"),
        silence=given.whole("timeout", 5, 0, 14400),
        finish=given.text("finishOnKey", "1234567890*#", r"[0-9#*]*"),
        max_seconds=given.whole("maxLength", 120 if transcribe else 3600, 2, 86400),
        beep=given.yes("playBeep", True),
        notices=recording_notices(given),
    )
