"""What the contract does not allow is refused with the carrier's code, and never reaches the caller."""

import pytest
from twilio.twiml.voice_response import Dial, Gather, VoiceResponse  # type: ignore[import-untyped]

from ivr.box.faults import Refused
from ivr.box.phone_line import Phone
from ivr.box.transport import Reply
from ivr.box.twiml import verbs
from ivr.box.twiml.reading import Place, read_inline, read_reply
from ivr.box.twiml.verbs import Document
from ivr.box.webhooks import Webhook
from tests.box.service import CALLER, HOTLINE, Service, document

HERE = Webhook("https://ivr.example/v/menu?n=1")
SORRY = "We are sorry, an application error has occurred. Goodbye."


def read(inside: str, place: Place = Place.CALL) -> Document:
    reply = Reply(200, (("Content-Type", "text/xml"),), document(inside).encode(), HERE.url)
    return read_reply(reply, HERE, place)


def code_of(inside: str, place: Place = Place.CALL) -> int:
    with pytest.raises(Refused) as refused:
        read(inside, place)
    return refused.value.fault.code


@pytest.mark.parametrize(
    ("inside", "code"),
    [
        ("<Speak>Hello</Speak>", 12200),
        ("<say>Hello</say>", 12200),
        ("Hello", 12200),
        ("<Connect/>", 12200),
        ('<Say colour="red">Hello</Say>', 12200),
        ("<Say/>", 13520),
        ('<Say loop="-1">Hello</Say>', 13510),
        ('<Say voice="Siri">Hello</Say>', 13511),
        ('<Say language="vi-VN">Xin chào</Say>', 13511),
        ('<Say language="vi-VN" voice="Polly.Joanna">Xin chào</Say>', 13511),
        ('<Say language="vi-VN" voice="Google.en-US-Wavenet-A">Xin chào</Say>', 13511),
        ('<Say language="Vietnamese">Xin chào</Say>', 12200),
        (f"<Say>{'a' * 4097}</Say>", 13521),
        ("<Say><Play>x</Play></Say>", 12200),
        ('<Pause length="0"/>', 13910),
        ('<Pause length="1.5"/>', 13910),
        ("<Play/>", 12200),
        ('<Play loop="x">a.wav</Play>', 13410),
        ("<Play>ftp://ivr.example/a.wav</Play>", 12200),
        ("<Play>https://my_host.example/a.wav</Play>", 12200),
        ('<Gather finishOnKey="##"/>', 13310),
        ('<Gather numDigits="0"/>', 13314),
        ('<Gather timeout="soon"/>', 13313),
        ('<Gather method="PUT"/>', 13312),
        ('<Gather input="keys"/>', 12200),
        ('<Gather speechModel="phone_call" speechTimeout="auto"/>', 13327),
        ("<Gather><Gather/></Gather>", 13320),
        ("<Gather><Dial>1</Dial></Gather>", 13320),
        ("<Gather>Press 1</Gather>", 12200),
        ('<Record maxLength="1"/>', 13612),
        ('<Record playBeep="yes"/>', 13616),
        ("<Record><Say>x</Say></Record>", 12200),
        ("<Dial>not a number</Dial>", 13223),
        ('<Dial timeout="4">+842811112222</Dial>', 13212),
        ('<Dial timeLimit="0">+842811112222</Dial>', 13216),
        ('<Dial record="sure">+842811112222</Dial>', 13217),
        ("<Dial><Say>x</Say></Dial>", 13215),
        ("<Dial><Application>x</Application></Dial>", 12200),
        ("<Dial><Queue/></Dial>", 14212),
        ("<Dial><Conference/></Dial>", 13237),
        ("<Dial><Conference>x</Conference><Number>+842811112222</Number></Dial>", 12200),
        ('<Dial><Conference statusCallbackEvent="ring">x</Conference></Dial>', 12200),
        ("<Dial><Sip>agent</Sip></Dial>", 13243),
        ('<Dial><Number statusCallbackEvent="rings">+842811112222</Number></Dial>', 12200),
        (f"<Dial>{'<Number>+842811112222</Number>' * 11}</Dial>", 13250),
        ("<Enqueue/>", 14204),
        (f"<Enqueue>{'q' * 65}</Enqueue>", 14205),
        ('<Enqueue waitUrlMethod="PUT">q</Enqueue>', 14206),
        ('<Redirect method="PATCH">/x</Redirect>', 13710),
        ('<Reject reason="tired"/>', 12200),
        ("<Hangup>now</Hangup>", 12200),
        ("<Leave/>", 12200),
        ("<Say>un</Sai>", 12100),
        ("<Say>\x07</Say>", 12100),
    ],
)
def test_a_document_with_a_mistake_is_refused_with_its_code(inside: str, code: int) -> None:
    assert code_of(inside) == code


@pytest.mark.parametrize("verb", ["<Dial>1234</Dial>", "<Record/>", "<Enqueue>q</Enqueue>", "<Reject/>"])
def test_waiting_and_screening_allow_fewer_verbs(verb: str) -> None:
    read(verb)
    assert code_of(verb, Place.WAIT) == code_of(verb, Place.SCREEN) == 12200
    read("<Leave/>", Place.WAIT)


@pytest.mark.parametrize(
    ("body", "kind", "code"),
    [
        (document("<Say>" + "a" * 66_000 + "</Say>"), "text/xml", 11750),
        ("", "text/xml", 11770),
        ("<Answer/>", "text/xml", 12102),
        (document("<Say>Hi</Say>"), "application/json", 12300),
        (document("<Say>Hi</Say>"), "", 12300),
        ("<!DOCTYPE r [<!ENTITY a 'b'>]><Response/>", "text/xml", 12100),
    ],
)
def test_an_answer_that_is_no_document_is_refused(body: str, kind: str, code: int) -> None:
    reply = Reply(200, (("Content-Type", kind),), body.encode(), HERE.url)
    with pytest.raises(Refused) as refused:
        read_reply(reply, HERE, Place.CALL)
    assert refused.value.fault.code == code


def test_plain_text_is_read_aloud_and_sound_is_played_before_the_line_goes_down() -> None:
    words = Reply(200, (("Content-Type", "text/plain"),), b"Hello there", HERE.url)
    assert read_reply(words, HERE, Place.CALL).verbs == (verbs.Say("Hello there"),)
    sound = Reply(200, (("Content-Type", "audio/mpeg"),), b"ID3", HERE.url)
    assert read_reply(sound, HERE, Place.CALL).verbs == (verbs.Play(HERE.url),)


def test_relative_urls_are_resolved_against_the_document() -> None:
    gather, redirect = read('<Gather action="key?a=1"/><Redirect/>').verbs
    assert isinstance(gather, verbs.Gather)
    assert gather.action.url == "https://ivr.example/v/key?a=1"
    assert redirect == verbs.Redirect(Webhook(HERE.url))


def test_a_document_for_the_rest_api_is_short_and_names_whole_urls() -> None:
    assert read_inline(document('<Gather action="https://ivr.example/k"/>')).verbs
    for inside in ('<Gather action="/k"/>', "<Gather/>", "<Record/>", "<Play>/a.wav</Play>"):
        with pytest.raises(Refused):
            read_inline(document(inside))
    with pytest.raises(Refused) as refused:
        read_inline(document(f"<Say>{'a' * 4000}</Say>"))
    assert refused.value.fault.code == 32018


def test_what_the_carriers_own_library_builds_is_understood() -> None:
    built = VoiceResponse()
    gather = Gather(num_digits=1, finish_on_key="", action="/k", timeout=3, action_on_empty_result=True)
    gather.say("Xin chào", voice="Google.vi-VN-Wavenet-A", language="vi-VN")
    gather.play("https://ivr.example/a.wav", loop=2)
    gather.pause(length=2)
    built.append(gather)
    built.record(action="/left", max_length=60, play_beep=True, finish_on_key="#", trim="trim-silence")
    dial = Dial(action="/after", timeout=20, caller_id="+842873001234", record="record-from-answer")
    dial.number(
        "+842811112222", url="/screen", status_callback="/s", status_callback_event="ringing answered"
    )
    dial.sip("sip:agent@pbx.example?X-Call=1")
    dial.client("ngoc")
    built.append(dial)
    built.enqueue("support", wait_url="/wait", wait_url_method="POST", action="/out")
    built.redirect("/again", method="POST")
    built.reject(reason="busy")
    built.hangup()
    reply = Reply(200, (("Content-Type", "text/xml"),), str(built).encode(), HERE.url)
    read_verbs = read_reply(reply, HERE, Place.CALL).verbs
    kinds = [type(verb).__name__ for verb in read_verbs]
    assert kinds == ["Gather", "Record", "Dial", "Enqueue", "Redirect", "Reject", "Hangup"]
    assert read_verbs[0] == verbs.Gather(
        prompts=(
            verbs.Say("Xin chào", "Google.vi-VN-Wavenet-A", "vi-VN"),
            verbs.Play("https://ivr.example/a.wav", loop=2),
            verbs.Pause(2),
        ),
        action=Webhook("https://ivr.example/k"),
        timeout=3,
        digits=1,
        finish="",
        on_empty=True,
    )


def test_after_a_mistake_the_fallback_goes_on_with_the_call() -> None:
    service = (
        Service().on("/voice", "<Speak/>").on("/rescue", "<Say>One moment.</Say><Redirect>/menu</Redirect>")
    )
    service.on("/menu", "<Hangup/>").on("/voice/status", "")
    phone = Phone(service.app, fallback_url="/rescue")
    call = phone.dial(HOTLINE, CALLER)
    rescue = service.forms("/rescue")[0]
    assert (rescue["ErrorCode"], rescue["ErrorUrl"]) == ("12200", "http://127.0.0.1/voice")
    assert (call.heard, call.status) == (["One moment."], "completed")
    assert [(fault.code, fault.text) for fault in phone.faults] == [
        (12200, "Schema validation warning: there is no verb <Speak>")
    ]


@pytest.mark.parametrize("fallback", [None, "/rescue"])
def test_without_a_fallback_that_works_the_caller_hears_the_carriers_apology(fallback: str | None) -> None:
    service = Service().on("/voice", ("Boom", "text/plain", 500)).on("/voice/status", "")
    service.on("/rescue", ("", "text/xml"))
    phone = Phone(service.app, fallback_url=fallback)
    call = phone.dial(HOTLINE, CALLER)
    assert (call.heard, call.status) == ([SORRY], "completed")
    assert [fault.code for fault in phone.faults] == ([11200] if fallback is None else [11200, 11770])


def test_a_sound_that_is_not_there_is_a_fault_and_the_document_goes_on() -> None:
    service = Service().on("/voice", "<Play>/lost.wav</Play><Play>/page</Play><Say>Hello.</Say>")
    service.on("/page", ("<html/>", "text/html")).on("/voice/status", "")
    phone = Phone(service.app)
    call = phone.dial(HOTLINE, CALLER)
    assert call.heard == ["Hello."]
    assert [fault.code for fault in phone.faults] == [11200, 13420]


def test_an_unanswered_call_can_be_rejected() -> None:
    service = Service().on("/voice", '<Reject reason="busy"/>').on("/voice/status", "")
    phone = Phone(service.app)
    call = phone.dial(HOTLINE, CALLER)
    phone.pass_time(2)
    assert (call.status, service.forms("/voice/status")[0]["CallDuration"]) == ("busy", "0")


def test_a_first_pause_delays_the_answer() -> None:
    service = Service().on("/voice", '<Pause length="7"/><Say>Hello.</Say>').on("/voice/status", "")
    call = Phone(service.app).dial(HOTLINE, CALLER)
    rang, answered = (next(e["at"] for e in call.events if e["kind"] == k) for k in ("webhook", "answered"))
    assert answered - rang == 7_300
