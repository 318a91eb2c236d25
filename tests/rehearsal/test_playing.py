"""Written calls are played: what comes true passes, what does not is told, and what came instead."""

import time
from typing import Any

import pytest

from ivr.rehearsal.playing import Rehearsal
from ivr.rehearsal.transcript import transcript
from ivr.switchboard import callers
from ivr.switchboard.documents import Documents
from tests.rehearsal.scenes import Play, parted, written

PASSING = {
    "words, a piece of them, in any case": "story: [hears: xin CHÀO]",
    "words with accents encoded otherwise": "story: [hears: Xin cha\u0300o.]",
    "words in their order, also within one sentence": """
        story: [press: 2, hears: How can, hears: help?, hears: your order, hears: to hear this again]""",
    "words in a language": "story: [hears: {words: Welcome, language: en}]",
    "anything in a language": "story: [hears: {language: en}]",
    "all that is said": "story: [hears: {exactly: 'Welcome. For English, press 2.'}]",
    "soon enough": "story: [press: 2, hears: {words: How can we help, within: 1s}]",
    "not heard before the next key": "story: [hears_not: How can we help, press: 2, hears: How can we help]",
    "a key into the words": "story: [interrupt: 2, hears_not: Welcome, enters: main]",
    "a key just as words begin": "story: [hears: Welcome, wait: 500ms, interrupt: 2, enters: main]",
    "several keys at once": "story: [press: 2, press: 1, press: 1234, enters: status]",
    "a silence": "story: [press: 2, wait, hears: We did not hear a key., hears: How can we help?]",
    "all silences": "{story: [wait, wait, wait, wait, wait, wait, hears: Tạm biệt.], ends: goodbye}",
    "a step on the way": "story: [press: 2, press: 6, enters: office, enters: message]",
    "hanging up at once": "{story: [hang_up], ends: hung_up, logs: [welcome: hung_up]}",
    "hanging up into the words": """
        story: [press: 2, hears: How can we, hang_up]
        logs: [welcome: 2, main: hung_up]""",
    "leaving word, ended by a key": """
        story: [press: 2, press: 2, speak: 5s, press: "#", enters: thanks]
        ends: message""",
    "leaving word, ended by silence": """
        story: [press: 2, press: 2, speak, hears: Thank you.]
        leaves_word: office""",
    "no word left": "{story: [press: 2, press: 2, wait], ends: goodbye, leaves_word: []}",
    "a look-up": """
        lookups: {state: late}
        story: [press: 2, press: 1, press: 1234, hears: Order 1 2 3 4 is late.]""",
    "a look-up that fails": "story: [press: 2, press: 1, press: 1234, enters: unknown]",
    "look-ups one after another": """
        lookups: [failed, {state: late}]
        story: [press: 2, press: 1, press: 1234, enters: unknown, press: 1, press: 1234, hears: is late]""",
    "somebody answers": """
        parties: {"+84281112222": answers 30s}
        story: [press: 2, press: 3, rings: "+84281112222", wait: 1m]
        ends: connected""",
    "somebody talks until the caller hangs up": """
        parties: {"+84281112222": answers}
        story: [press: 2, press: 3, rings: "+84281112222", wait: 20s]
        ends: connected""",
    "nobody answers": "story: [press: 2, press: 3, rings: '+84281112222', enters: message]",
    "a line is busy": """
        parties: {"+84281112222": busy}
        story: [press: 2, press: 3]
        logs: [welcome, main, colleague: busy, message]""",
    "a line does not work": """
        parties: {"+84281112222": failed}
        story: [press: 2, press: 3]
        logs: [welcome, main, colleague: failed, message]""",
    "somebody declines": """
        parties: {"+84281112222": declines}
        story: [press: 2, press: 3]
        logs: [welcome, main, colleague: no_answer, message]""",
    "a voicemail takes no call": """
        parties: {"+84281112222": voicemail}
        story: [press: 2, press: 3]
        logs: [welcome, main, colleague: no_answer, message]""",
    "a text": "{story: [press: 2, press: 4], texts: District 1}",
    "a text to a number": "{story: [press: 2, press: 4], texts: [{words: district, to: '+84901234567'}]}",
    "no text": "{from: withheld, story: [press: 2, press: 4], texts: []}",
    "at night": "{at: 2026-11-23 22:00, story: [press: 2, press: 6, enters: goodbye]}",
    "on a Sunday": "{at: 2026-11-22 09:00, story: [press: 2, press: 6, enters: goodbye]}",
    "a caller who is known": "{remembered: en, story: [hears: How can we help?], logs: [welcome, main]}",
    "a secret is dots": """
        story: [press: 2, press: 5, press: 123456]
        logs: [welcome, main: 5, account: ••••••, known, main]""",
    "passes told exactly": """
        story: [press: 2, press: 7, press: 9]
        logs:
          - welcome: {pressed: 2, option: en, ending: key, language: vi}
          - main: {pressed: 7 9, option: main.repeat, ending: key, language: en}
          - main: hung_up""",
}


@pytest.mark.parametrize("call", PASSING.values(), ids=PASSING)
def test_what_comes_true_passes(call: str, play: Play) -> None:
    assert parted(play(call)) == []


PARTING = {
    "other words": (
        "story:\n  - press: 2\n  - hears: How may we help you?",
        "calls/a.yaml:6:16: here it parted",
        "expected to hear “How may we help you?”",
        "instead  “How can we help? For your order, press 1. To hear this again, press 9.” [en-US]",
        "nearest  How can we help?",
    ),
    "words of before the last key": (
        "story:\n  - press: 2\n  - hears: Welcome",
        "calls/a.yaml:6:16: here it parted",
        "expected to hear “Welcome”",
        "instead  “How can we help? For your order, press 1. To hear this again, press 9.” [en-US]",
    ),
    "words in the wrong order": (
        "story:\n  - hears: Welcome\n  - hears: Xin chào",
        "calls/a.yaml:6:16: here it parted",
        "expected to hear “Xin chào”",
        "instead  “For English, press 2.” [en-US]",
    ),
    "another language": (
        "story:\n  - hears: {words: Xin chào, language: en}",
        "calls/a.yaml:5:16: here it parted",
        "expected to hear “Xin chào” in en",
        "instead  “Xin chào. Tiếng Việt, bấm phím 1.” [vi-VN]",
        "instead  “Welcome. For English, press 2.” [en-US]",
        "nearest  Xin chào.",
    ),
    "more than the words": (
        "story:\n  - hears: {exactly: Welcome.}",
        "calls/a.yaml:5:16: here it parted",
        "expected to hear exactly “Welcome.”",
        "instead  “Xin chào. Tiếng Việt, bấm phím 1.” [vi-VN]",
        "instead  “Welcome. For English, press 2.” [en-US]",
    ),
    "too late": (
        "story:\n  - hears: {words: Welcome, within: 1s}",
        "calls/a.yaml:5:16: here it parted",
        "expected to hear “Welcome” within 1 s",
        "instead  “Welcome. For English, press 2.” [en-US] after 2.68 s",
    ),
    "nothing heard": (
        "story:\n  - press: 2\n  - press: 1\n  - press: 12\n  - hears: Which order?\n  - hears: Thanks",
        "calls/a.yaml:9:16: here it parted",
        "expected to hear “Thanks”",
        "instead  heard nothing; the hotline waits for a key",
    ),
    "words that must not be heard": (
        "story:\n  - hears_not: welcome\n  - press: 2",
        "calls/a.yaml:5:20: here it parted",
        "expected not to hear “welcome”",
        "instead  “Welcome. For English, press 2.” [en-US]",
    ),
    "words that must not be heard at the end": (
        "story:\n  - press: 2\n  - hears_not: order",
        "calls/a.yaml:6:20: here it parted",
        "expected not to hear “order”",
        "instead  “How can we help? For your order, press 1. To hear this again, press 9.” [en-US]",
    ),
    "another step": (
        "story:\n  - press: 2\n  - press: 6\n  - enters: goodbye",
        "calls/a.yaml:7:17: here it parted",
        "expected to enter goodbye",
        "instead  entered office, message",
    ),
    "no step": (
        "story:\n  - press: 2\n  - enters: main\n  - enters: main",
        "calls/a.yaml:7:17: here it parted",
        "expected to enter main",
        "instead  the hotline waits for a key",
    ),
    "somebody else is rung": (
        "story:\n  - press: 2\n  - press: 3\n  - rings: '+84281112223'",
        "calls/a.yaml:7:16: here it parted",
        "expected that +84281112223 is rung",
        "instead  rung: +84281112222",
    ),
    "nobody is rung": (
        "story:\n  - rings: '+84281112223'",
        "calls/a.yaml:5:16: here it parted",
        "expected that +84281112223 is rung",
        "instead  rung: nobody",
    ),
    "a key after the end": (
        "story:\n  - press: 2\n  - press: 2\n  - wait\n  - press: 1",
        "calls/a.yaml:8:9: here it parted",
        "expected to press 1",
        "instead  the call was over",
    ),
    "hanging up after the end": (
        "story:\n  - hang_up\n  - hang_up",
        "calls/a.yaml:6:9: here it parted",
        "expected to hang up",
        "instead  the call was over",
    ),
    "speaking where nobody listens": (
        "story:\n  - press: 2\n  - speak: 3s",
        "calls/a.yaml:6:9: here it parted",
        "expected to be recorded",
        "instead  the hotline waits for a key",
    ),
    "another end": (
        "story: [hang_up]\nends: goodbye",
        "calls/a.yaml:5:5: here it parted",
        "expected that it ends: goodbye",
        "instead  it ended: hung_up",
    ),
    "another pass": (
        "story: [press: 2, press: 9]\nlogs:\n  - welcome\n  - main: 1\n  - order",
        "calls/a.yaml:7:9: here it parted",
        "expected a pass main (1)",
        "instead  it was main (pressed 9, main.repeat, key, en)",
    ),
    "a pass that is missing": (
        "story: [press: 2, hang_up]\nlogs:\n  - welcome\n  - main\n  - order: {ending: key}",
        "calls/a.yaml:8:9: here it parted",
        "expected a pass order (key)",
        "instead  the log ends before",
    ),
    "a pass too many": (
        "story: [press: 2, hang_up]\nlogs:\n  - welcome",
        "calls/a.yaml:5:5: here it parted",
        "expected 1 passes",
        "instead  then came main (hung_up, en)",
    ),
    "another text": (
        "story: [press: 2, press: 4]\ntexts:\n  - District 2",
        "calls/a.yaml:6:9: here it parted",
        "expected a text to the caller with “District 2”",
        "instead  a text to +84901234567: “District 1.”",
    ),
    "a text to somebody else": (
        "story: [press: 2, press: 4]\ntexts: {words: District, to: '+84907654321'}",
        "calls/a.yaml:5:12: here it parted",
        "expected a text to +84907654321 with “District”",
        "instead  a text to +84901234567: “District 1.”",
    ),
    "a text nobody expects": (
        "story: [press: 2, press: 4]\ntexts: []",
        "calls/a.yaml:5:5: here it parted",
        "expected 0 texts",
        "instead  to +84901234567: “District 1.”",
    ),
    "no text": (
        "story: [press: 2]\ntexts: District 1",
        "calls/a.yaml:5:5: here it parted",
        "expected 1 text",
        "instead  none was sent",
    ),
    "no word": (
        "story: [press: 2]\nleaves_word: office",
        "calls/a.yaml:5:5: here it parted",
        "expected that word is left in: office",
        "instead  it is in: no mailbox",
    ),
    "a line that is stuck": (
        "parties: {'+84281112222': answers 3h}\nstory:\n  - press: 2\n  - press: 3\n  - wait",
        "calls/a.yaml:8:9: here it parted",
        "expected that something happens",
        "instead  nothing, for an hour",
    ),
}


@pytest.mark.parametrize(("call", "told"), [(it[0], it[1:]) for it in PARTING.values()], ids=PARTING)
def test_what_does_not_come_true_is_told(call: str, told: tuple[str, ...], play: Play) -> None:
    assert parted(play(call)) == list(told)


def test_where_it_parts_the_caller_hangs_up(play: Play) -> None:
    played = play("{story: [press: 2, enters: order, press: 2, speak], ends: message}")
    assert len(played.partings) == 1
    assert played.events[-1]["kind"] == "hangup"
    assert [event["kind"] for event in played.events].count("gather_end") == 1


def test_a_document_that_no_carrier_runs_fails_a_call_that_expects_nothing(
    play: Play, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Documents, "answer", lambda *_: b"<Response><Sing/></Response>")
    told = parted(play("story: []"))
    assert told[:2] == [
        "calls/a.yaml:3:11: here it parted",
        "expected no error, and documents that a carrier runs",
    ]
    assert "Sing" in told[2]


def test_a_document_of_a_party_that_no_carrier_runs_fails_the_callers_call(
    play: Play, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(callers, "party_answered", lambda *_: b"<Response><Sing/></Response>")
    told = parted(play("{parties: {'+84281112222': answers}, story: [press: 2, press: 3, enters: message]}"))
    assert told[1] == "expected no error, and documents that a carrier runs"
    assert "Sing" in told[2]


def test_an_error_of_the_hotline_fails_a_call_though_the_caller_is_kept_from_it(
    play: Play, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer: Any = Documents.answer
    times = iter([True, False])

    def broken_once(*given: Any) -> Any:
        if next(times, False):
            raise ZeroDivisionError
        return answer(*given)

    monkeypatch.setattr(Documents, "answer", broken_once)
    played = play("story: [hears: Welcome]")
    assert [parting.expected for parting in played.partings] == [
        "no error, and documents that a carrier runs"
    ]
    assert played.heard[0].words.startswith("Xin chào.")


def test_a_call_reads_like_a_story(play: Play) -> None:
    played = play(
        """
        story: [press: 2, press: 2, speak: 5s, press: "#"]
        ends: message
        """
    )
    assert "\n".join(transcript(played)) == (
        """\
About nothing  (calls/a.yaml:3)
  Mon 2026-11-23 09:00: +84901234567 calls
  0:00  (answered)
  0:00  “Xin chào. Tiếng Việt, bấm phím 1.”  [vi-VN]
  0:02  “Welcome. For English, press 2.”  [en-US]
  0:04  You pressed 2
  0:05  “How can we help? For your order, press 1. To hear this again, press 9.”  [en-US]
  0:10  You pressed 2
  0:10  “Speak after the tone.”  [en-US]
  0:11  *beep*
  0:12  (records you for up to 60 s; # or 3 s of silence ends it)
  0:17  (recording over)
  0:17  “Thank you.”  [en-US]
  0:18  The hotline hangs up. completed.
        ends: message"""
    )


def test_a_call_that_parts_says_so_at_the_end_of_its_story(play: Play) -> None:
    *_, last, here, expected, instead = transcript(play("story: [press: 2, enters: order]"))
    assert last == "  0:10  You hang up. completed."
    assert (here, expected, instead) == (
        "calls/a.yaml:4:31: here it parted",
        "  expected to enter order",
        "  instead  entered main",
    )


TOGETHER = """
calls:
  - call: Lan chooses English
    from: "+84901234567"
    at: 2026-11-23 09:00
    lookups: {state: late}
    story: [press: 2, press: 1, press: 1234, hears: is late, wait: 30s, hang_up]
    ends: hung_up
    and:
      - call: Mai calls while she listens
        from: "+84907654321"
        after: 3s
        lookups: failed
        story: [press: 2, press: 1, press: 9999, enters: unknown, press: 4]
        texts: District 1
      - call: Lan calls again
        after: 10m
        story: [hears: How can we help?]
        logs: [welcome: {language: en}, main]
"""


def test_callers_share_a_day_one_after_another_and_at_the_same_time(rehearsal: Rehearsal) -> None:
    lan, mai, again = rehearsal.play(written(TOGETHER))
    assert [parted(each) for each in (lan, mai, again)] == [[], [], []]
    began = [each.events[0]["at"] for each in (lan, mai, again)]
    assert [at - began[0] for at in began] == [0, 3_000, 600_000]
    assert lan.events[-1]["at"] > mai.events[0]["at"]


def test_each_call_begins_with_an_empty_log(rehearsal: Rehearsal, play: Play) -> None:
    first, second = play("story: [press: 2]"), play("story: [hears: Xin chào, hears: Welcome]")
    assert (parted(first), parted(second)) == ([], [])
    assert first.events[0]["at"] == second.events[0]["at"]


def test_a_call_is_played_alike_every_time(play: Play) -> None:
    call = "{story: [press: 2, wait, press: 1, press: 1234], ends: hung_up}"
    assert [*transcript(play(call))] == [*transcript(play(call))]


def test_a_hundred_calls_take_seconds(play: Play) -> None:
    began = time.process_time()
    for _ in range(100):
        assert play("{story: [press: 2, press: 2, speak, press: '#'], ends: message}").passed
    assert time.process_time() - began < 10
