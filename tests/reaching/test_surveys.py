"""What callers are asked after they have talked, on the line and by message, and what they write to us."""

from pathlib import Path
from typing import Any

import pytest

from ivr.box import Party
from ivr.box.phone_line import PhoneCall
from ivr.core.calls import Outcome
from ivr.core.surveys import Answer, Means, Question, is_chosen
from ivr.ledger import calls, surveys
from ivr.ledger.surveys import Kind
from tests.reaching.floor import Floor
from tests.service import NUMBER

MENUS = """
hotline: Sao Mai
zone: Asia/Ho_Chi_Minh
numbers: {"+842873001234": sales}
languages: {en: {voice: Polly.Joanna-Neural}}
mailboxes: {office: {}}
allowed: ["+84*"]
queues:
  sales: {label: sales, no_agents: message, wrap_up: 1s, then: how_was_it}
steps:
  how_was_it:
    say: Before you go.
    survey: {ask: [satisfaction, solved, comment], rest: 30d}
    then: goodbye
  goodbye: {say: Goodbye now., then: hang_up}
  message: {say: Leave word., voicemail: office, then: hang_up}
"""
BY_SMS = MENUS.replace("rest: 30d", "rest: 30d, by: sms").replace("    say: Before you go.\n", "")
TALKS = Party(after=2, keys="1", talks=4)
CALLER = "+84901234567"


def answers(floor: Floor, call_id: str) -> list[Answer]:
    with floor.house.exchange.ledger.reading() as tx:
        return surveys.of_call(tx, call_id)


def told(floor: Floor, call_id: str) -> list[tuple[str, int | None]]:
    return [(answer.question.value, answer.value) for answer in answers(floor, call_id)]


def said(call: PhoneCall) -> str:
    return " ".join(call.heard)


def days_later(floor: Floor, days: int) -> None:
    """What was asked was asked so many days ago: days of an idle hotline are long, also in virtual time."""
    with floor.house.exchange.ledger.transaction() as tx:
        tx.run("UPDATE survey_answer SET asked_at = asked_at - :ms", {"ms": days * 86_400_000})


def open_floor(folder: Path, menus: str = MENUS, **more: Any) -> Floor:
    floor = Floor.open(folder, menus, **more)
    floor.hire("An", TALKS)
    return floor


def test_after_the_agent_has_left_the_caller_answers_by_keys(tmp_path: Path) -> None:
    floor = open_floor(tmp_path)
    call = floor.ring()
    floor.pass_time(12)
    assert "Before you go. How satisfied were you" in said(call)
    call.press("4").settle()
    call.press("1").settle()
    call.speak(5).press("#").settle()
    floor.pass_time(30)
    assert "Thank you. Your answers help us. Goodbye now." in said(call)
    first, second, third = answers(floor, call.sid)
    assert [(each.question, each.value) for each in (first, second)] == [
        (Question.SATISFACTION, 4),
        (Question.SOLVED, 1),
    ]
    assert third.question is Question.COMMENT
    assert third.recording == floor.house.rows.one("SELECT id FROM recording")
    (talk,) = floor.talks(call)
    assert {(each.agent, each.queue, each.talk) for each in (first, second, third)} == {
        ("an", "sales", talk.offer)
    }
    assert floor.phone.faults == []


def test_silence_and_wrong_keys_pass_a_question_over_and_nobody_is_kept(tmp_path: Path) -> None:
    floor = open_floor(tmp_path)
    call = floor.ring()
    floor.pass_time(12)
    call.press("9").settle()
    call.press("8").settle()
    floor.pass_time(50)
    assert call.status == "completed"
    with floor.house.exchange.ledger.reading() as tx:
        known = calls.find(tx, call.sid)
    assert known is not None
    assert known.outcome is Outcome.CONNECTED
    assert told(floor, call.sid) == [("satisfaction", None), ("solved", None), ("comment", None)]


def test_who_hangs_up_on_a_question_has_been_asked_it(tmp_path: Path) -> None:
    floor = open_floor(tmp_path)
    call = floor.ring()
    floor.pass_time(12)
    call.press("5").settle()
    call.hang_up()
    floor.pass_time(5)
    assert told(floor, call.sid) == [("satisfaction", 5), ("solved", None)]


def test_nobody_is_asked_twice_within_the_days_of_rest(tmp_path: Path) -> None:
    floor = open_floor(tmp_path)
    first = floor.ring()
    floor.pass_time(12)
    first.hang_up()
    floor.pass_time(5)
    second = floor.ring()
    floor.pass_time(15)
    assert "Before you go" not in said(second)
    assert "Goodbye now." in said(second)
    another = floor.ring("+84907777777")
    floor.pass_time(12)
    assert "Before you go" in said(another)
    another.hang_up()
    days_later(floor, 31)
    floor.pass_time(5)
    later = floor.ring()
    floor.pass_time(12)
    assert "Before you go" in said(later)


def test_of_a_share_the_same_callers_are_asked_however_often_the_carrier_asks(tmp_path: Path) -> None:
    floor = open_floor(tmp_path, MENUS.replace("rest: 30d", "share: 50%, rest: none"))
    for _ in range(4):
        call = floor.ring()
        floor.pass_time(12)
        assert ("Before you go" in said(call)) is is_chosen(call.sid, 0.5)
        call.hang_up()
        floor.pass_time(3)


def test_by_text_message_the_questions_come_one_after_the_other(tmp_path: Path) -> None:
    floor = open_floor(tmp_path, BY_SMS)
    call = floor.ring()
    floor.pass_time(45)
    assert call.status == "completed"
    (question,) = floor.phone.messages(CALLER)
    assert question.body.startswith("Sao Mai: How satisfied were you")
    floor.phone.text(NUMBER, "5 thanks!")
    assert floor.phone.messages(CALLER)[-1].body.startswith("Sao Mai: Was it solved?")
    floor.phone.text(NUMBER, "2")
    assert floor.phone.messages(CALLER)[-1].body.startswith("Sao Mai: If you like")
    floor.phone.text(NUMBER, "the line was bad")
    assert floor.phone.messages(CALLER)[-1].body == "Sao Mai: Thank you. Your answers help us."
    found = answers(floor, call.sid)
    assert [(each.value, each.comment, each.means) for each in found] == [
        (5, None, Means.SMS),
        (2, None, Means.SMS),
        (None, "the line was bad", Means.SMS),
    ]
    assert {each.agent for each in found} == {"an"}
    assert floor.phone.faults == []


def test_an_answer_may_be_a_word_and_what_is_none_is_kept_as_a_comment(tmp_path: Path) -> None:
    floor = open_floor(tmp_path, BY_SMS)
    call = floor.ring()
    floor.pass_time(45)
    floor.phone.text(NUMBER, "An was very kind")
    floor.phone.text(NUMBER, "really")
    floor.phone.text(NUMBER, "five stars")
    floor.phone.text(NUMBER, "Yes!")
    found = answers(floor, call.sid)
    assert [(each.question, each.value, each.comment) for each in found] == [
        (Question.SATISFACTION, 5, "An was very kind\nreally"),
        (Question.SOLVED, 1, None),
        (Question.COMMENT, None, None),
    ]


def test_who_writes_stop_gets_no_message_any_more_until_they_write_start(tmp_path: Path) -> None:
    floor = open_floor(tmp_path, BY_SMS.replace("rest: 30d", "rest: none"))
    floor.phone.text(NUMBER, " Stop. ")
    floor.ring()
    floor.pass_time(50)
    assert floor.phone.messages(CALLER) == []
    floor.phone.text(NUMBER, "START")
    floor.ring()
    floor.pass_time(50)
    assert len(floor.phone.messages(CALLER)) == 1


def test_yes_to_a_question_is_no_wish_for_messages_and_is_kept_as_what_they_said(tmp_path: Path) -> None:
    floor = open_floor(tmp_path, BY_SMS)
    call = floor.ring()
    floor.pass_time(45)
    floor.phone.text(NUMBER, "5")
    floor.phone.text(NUMBER, "2")
    floor.phone.text(NUMBER, "Yes!")
    assert [each.comment for each in answers(floor, call.sid)] == [None, None, "Yes!"]
    assert floor.phone.messages(CALLER)[-1].body == "Sao Mai: Thank you. Your answers help us."


@pytest.mark.parametrize("word", ["stop", "DỪNG", "Alto", "unsubscribe"])
def test_words_of_withdrawal_are_known_in_every_language(tmp_path: Path, word: str) -> None:
    floor = open_floor(tmp_path)
    floor.phone.text(NUMBER, word)
    with floor.house.exchange.ledger.reading() as tx:
        assert surveys.has_withdrawn(tx, CALLER)
    assert floor.phone.messages(CALLER) == []


def test_anything_else_is_kept_beside_the_callers_last_call_and_thanked_for_once_a_day(
    tmp_path: Path,
) -> None:
    floor = open_floor(tmp_path)
    call = floor.ring()
    floor.pass_time(12)
    call.hang_up()
    floor.phone.text(NUMBER, "An was very kind")
    floor.phone.text(NUMBER, "4")
    with floor.house.exchange.ledger.reading() as tx:
        second, first = surveys.written_by(tx, CALLER)
    assert (first.text, first.kind, first.call) == ("An was very kind", Kind.FEEDBACK, call.sid)
    assert (second.text, second.kind, second.reply) == ("4", Kind.FEEDBACK, "")
    assert [each.body for each in floor.phone.messages(CALLER)] == ["Sao Mai: Thank you, we have noted it."]


def test_a_message_told_twice_is_one_message_with_one_answer(tmp_path: Path) -> None:
    floor = open_floor(tmp_path, BY_SMS)
    floor.ring()
    floor.pass_time(45)
    floor.phone.exchange.mischief = type(floor.phone.exchange.mischief)(doubled=1.0)
    floor.phone.text(NUMBER, "3")
    assert floor.house.rows.one("SELECT count(*) FROM feedback") == 1
    assert floor.house.rows.one("SELECT count(*) FROM survey_answer") == 2
    assert floor.phone.faults == []


def test_an_answer_that_comes_days_too_late_is_only_kept(tmp_path: Path) -> None:
    floor = open_floor(tmp_path, BY_SMS)
    call = floor.ring()
    floor.pass_time(45)
    days_later(floor, 4)
    floor.phone.text(NUMBER, "5")
    assert told(floor, call.sid) == [("satisfaction", None)]
