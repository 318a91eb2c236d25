"""Our documents against those of the carrier's own library, and against texts that try to be markup."""

import re
from xml.etree import ElementTree

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from twilio.twiml.voice_response import (  # type: ignore[import-untyped]
    Dial,
    Gather,
    Number,
    Pause,
    Play,
    Say,
    Sip,
    VoiceResponse,
)

from ivr.carriers.twilio import twiml
from ivr.carriers.twilio.fragment import LONGEST_VALUE, NOTHING, Fragment, Hole, speakable

ACTION = "https://ivr.example/v/3?c=ab&h=7"
HOP = ("https://ivr.example/v/3?c=ab&h=", Hole("hop"))
FILLED = {"hop": "7"}

Tree = tuple[str, dict[str, str], str, tuple["Tree", ...]]


def tree(markup: str | bytes) -> Tree:
    """The document with everything that has a meaning, and nothing of how it was written."""

    def branch(element: ElementTree.Element) -> Tree:
        return (
            element.tag,
            dict(element.attrib),
            element.text or "",
            tuple(branch(child) for child in element),
        )

    return branch(ElementTree.fromstring(markup))


def ours(*fragments: Fragment) -> Tree:
    return tree(twiml.document(sum(fragments, NOTHING)).fill(FILLED))


def theirs(*verbs: object) -> Tree:
    response = VoiceResponse()
    for verb in verbs:
        response.append(verb)
    return tree(str(response))


def test_words_are_said_in_their_language_and_voice() -> None:
    said = twiml.say("Xin chào quý khách & <bạn>", "vi-VN", "Google.vi-VN-Wavenet-A")
    assert ours(said) == theirs(
        Say("Xin chào quý khách & <bạn>", language="vi-VN", voice="Google.vi-VN-Wavenet-A")
    )
    assert ours(twiml.say("Hello", "en-US")) == theirs(Say("Hello", language="en-US"))
    assert ours(twiml.say("Hello")) == theirs(Say("Hello"))


def test_a_recording_is_played_and_silence_kept() -> None:
    assert ours(twiml.play(ACTION), twiml.pause(3)) == theirs(Play(ACTION), Pause(length=3))
    assert ours(twiml.pause(250)) == theirs(Pause(length=120), Pause(length=120), Pause(length=10))
    assert ours(twiml.pause(240)) == theirs(Pause(length=120), Pause(length=120))
    assert twiml.pause(0) == NOTHING


def test_a_menu_of_one_key_listens_longer_for_the_first_than_between_two() -> None:
    menu = Gather(input="dtmf", action=ACTION, method="POST", timeout=2, num_digits=1, finish_on_key="")
    menu.say("Press 1.", language="en-US")
    menu.pause(length=4)
    expected = VoiceResponse()
    expected.append(menu)
    expected.redirect(ACTION, method="POST")
    asked = twiml.gather(twiml.say("Press 1.", "en-US"), HOP, timeout=2, num_digits=1, extra_listen=4)
    assert ours(asked, twiml.redirect(HOP)) == tree(str(expected))


def test_a_number_is_asked_for_until_hash() -> None:
    asked = Gather(input="dtmf", action=ACTION, method="POST", timeout=5, finish_on_key="#")
    assert ours(twiml.gather(NOTHING, ACTION, timeout=5, finish_on_key="#")) == theirs(asked)


def test_a_call_ends_or_is_refused() -> None:
    expected = VoiceResponse()
    expected.hangup()
    assert ours(twiml.hangup()) == tree(str(expected))
    expected = VoiceResponse()
    expected.reject(reason="busy")
    assert ours(twiml.reject("busy")) == tree(str(expected))


def test_word_is_left_after_the_tone() -> None:
    expected = VoiceResponse()
    expected.record(
        action=ACTION,
        method="POST",
        max_length=120,
        timeout=3,
        finish_on_key="#",
        play_beep=True,
        recording_status_callback=ACTION,
        recording_status_callback_method="POST",
        recording_status_callback_event="completed absent",
    )
    recording = twiml.record(HOP, max_length=120, timeout=3, status_callback=ACTION)
    assert ours(recording) == tree(str(expected))
    assert 'maxLength="2"' in str(twiml.record(ACTION, max_length=0).parts)


def test_a_phone_is_rung_and_whoever_answers_is_screened() -> None:
    expected = Dial(action=ACTION, method="POST", timeout=25, caller_id="+842873001234", time_limit=3600)
    expected.append(
        Number(
            "+84901234567",
            url=ACTION,
            method="POST",
            status_callback=ACTION,
            status_callback_method="POST",
            status_callback_event="initiated ringing answered completed",
        )
    )
    rung = twiml.dial(
        "+84 90 123-45-67",
        HOP,
        timeout=25,
        caller_id="+842873001234",
        time_limit=3600,
        screen_url=HOP,
        status_callback=HOP,
    )
    assert ours(rung) == theirs(expected)


def test_an_exchange_is_rung_by_its_address() -> None:
    expected = Dial(action=ACTION, method="POST", timeout=30)
    expected.append(Sip("sip:1100@pbx.example;transport=tls?X-Call=1&X-Hop=2"))
    address = ("sip:", Hole("extension"), "@pbx.example;transport=tls?X-Call=1&X-Hop=2")
    rung = twiml.document(twiml.dial(address, ACTION))
    assert tree(rung.fill({"extension": "1100"})) == theirs(expected)
    assert b"<Sip>sip:1%40evil.example%2F@pbx.example;" in rung.fill({"extension": "1@evil.example/"})


@pytest.mark.parametrize(("asked", "rings"), [(1, "5"), (5, "5"), (120, "120"), (600, "120")])
def test_a_phone_rings_as_long_as_every_carrier_can(asked: int, rings: str) -> None:
    [dial] = ElementTree.fromstring(twiml.document(twiml.dial("+1", ACTION, timeout=asked)).fill({}))
    assert dial.attrib["timeout"] == rings


@pytest.mark.parametrize(
    "address", ["/v/3", "v/3", "ftp://x/", "https://x/ü", "https://x/a b", "", "https://"]
)
def test_an_address_that_is_not_whole_is_refused_when_the_document_is_made(address: str) -> None:
    with pytest.raises(ValueError, match="absolute"):
        twiml.redirect(address)


def test_a_document_beyond_what_the_carrier_takes_is_refused_when_it_is_made() -> None:
    assert twiml.document(twiml.say("word. " * 10_000)).largest < 64_000
    with pytest.raises(twiml.DocumentTooLarge, match="at most 64000"):
        twiml.document(twiml.say("word. " * 11_000))
    with pytest.raises(twiml.DocumentTooLarge):
        twiml.document(twiml.say([Hole("name"), "."] * 60))


def test_the_only_hole_is_filled_by_joining() -> None:
    asked = twiml.document(twiml.gather(twiml.say("Press 1."), HOP, timeout=2) + twiml.redirect(HOP))
    around = asked.around("hop")
    assert around is not None
    assert b"12".join(around) == asked.fill({"hop": "12"})
    assert twiml.document(twiml.say(Hole("name"))).around("hop") is None
    assert twiml.document(twiml.hangup()).around("hop") == (twiml.document(twiml.hangup()).fill({}),)


@given(st.lists(st.sampled_from([b"a", b"bc", Hole("hop", "url")]), max_size=6))
def test_joining_is_filling_wherever_the_holes_stand(parts: list[bytes | Hole]) -> None:
    fragment = Fragment.of(parts)
    around = fragment.around("hop")
    assert around is not None
    assert b"7".join(around) == fragment.fill(FILLED)
    assert fragment.holes <= {"hop"}


def test_a_missing_value_is_not_passed_over() -> None:
    with pytest.raises(KeyError):
        twiml.say(Hole("name")).fill({})


def test_digits_are_read_one_by_one() -> None:
    said = twiml.say(["Order ", Hole("order", "digits"), "."])
    assert said.fill({"order": "12 3#"}) == b"<Say>Order 1 2 3 #.</Say>"


# ---- no text breaks out ----

texts = st.text(max_size=60) | st.sampled_from(
    [
        "</Say><Hangup/>",
        "]]>",
        "<![CDATA[x]]>",
        "&amp;",
        "&#0;",
        "\x00\x0b",
        '" x="',
        "\ud800",
        "a\r\nb\tc",
        "\ufffe",
        " ",
    ]
)


def spoken(markup: bytes) -> str:
    return "".join(element.text or "" for element in ElementTree.fromstring(markup))


def bare(text: str) -> str:
    return re.sub(r"\s", "", speakable(text))


@given(texts, texts, texts)
@example("a\x85b\u2028c", "", "x")
def test_no_text_and_no_value_leaves_its_element(before: str, value: str, after: str) -> None:
    parts = twiml.document(twiml.say([before, Hole("name"), after], "en-US", after))
    root = ElementTree.fromstring(parts.fill({"name": value}))
    assert {element.tag for element in root.iter()} <= {"Response", "Say"}
    assert all(set(element.attrib) == {"language", "voice"} for element in root)
    assert bare("".join(element.text or "" for element in root)) == bare(before + value + after)


@given(st.text())
def test_what_is_spoken_is_what_was_written_without_what_cannot_be(text: str) -> None:
    assert spoken(twiml.document(twiml.say(text)).fill({})) == speakable(text).strip()


@given(texts)
def test_a_value_stays_in_its_part_of_an_address(value: str) -> None:
    [redirect] = ElementTree.fromstring(
        twiml.document(twiml.redirect(["https://ivr.example/v/", Hole("hop"), "/end?x=1"])).fill(
            {"hop": value}
        )
    )
    assert re.fullmatch(r"https://ivr\.example/v/[A-Za-z0-9%._~-]*/end\?x=1", redirect.text or "")


@given(texts)
def test_a_value_in_a_number_is_a_number(value: str) -> None:
    [dial] = ElementTree.fromstring(twiml.document(twiml.dial(Hole("to"), ACTION)).fill({"to": value}))
    assert re.fullmatch(r"[0-9+*#]*", dial[0].text or "")


@given(st.text("<&\"'\U0001f4de\u1ea5 1", min_size=300, max_size=300), st.sampled_from(["text", "digits"]))
def test_a_value_is_never_larger_than_was_reckoned(value: str, reading: str) -> None:
    hole = twiml.say(Hole("name", reading))  # type: ignore[arg-type]
    assert len(hole.fill({"name": value})) <= hole.largest
    assert len(ElementTree.fromstring(hole.fill({"name": value})).text or "") <= LONGEST_VALUE


# ---- long texts ----


def test_a_long_text_is_cut_behind_its_sentences() -> None:
    sentence = "The office is open from eight to twelve and from one to six on working days. "
    document = ElementTree.fromstring(twiml.document(twiml.say(sentence * 40)).fill({}))
    assert len(document) == 4
    assert all((part.text or "").endswith("days.") and len(part.text or "") <= 1000 for part in document)
    assert " ".join(part.text or "" for part in document) == (sentence * 40).strip()


def test_a_text_without_sentences_is_cut_behind_its_words_or_anywhere() -> None:
    words = twiml.document(twiml.say("word " * 400)).fill({})
    assert b"<Say>rd" not in words
    assert words.count(b"<Say>") == 2
    assert spoken(twiml.document(twiml.say("x" * 2500)).fill({})) == "x" * 2500
    assert len(ElementTree.fromstring(twiml.document(twiml.say("電話。" * 400)).fill({}))) == 3


@given(
    st.lists(
        st.sampled_from(["One. ", "Mấy giờ? ", "電話。", "x" * 990, "word " * 150, Hole("name"), " "]),
        max_size=14,
    )
)
def test_however_long_every_part_can_be_said_and_no_word_is_lost(pieces: list[str | Hole]) -> None:
    value = "v" * LONGEST_VALUE
    root = ElementTree.fromstring(twiml.document(twiml.say(pieces)).fill({"name": value}))
    assert all(0 < len(part.text or "") <= 1000 for part in root)
    whole = "".join(value if isinstance(piece, Hole) else piece for piece in pieces)
    assert bare("".join(part.text or "" for part in root)) == bare(whole)
