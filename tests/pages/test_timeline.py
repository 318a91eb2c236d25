"""The page of one call tells what its caller lived through: every word heard, every key, every wait."""

import html
import re
from pathlib import Path

import pytest

from ivr.box.parties import Party
from tests.pages.town import MENUS, Town, town
from tests.service import MAI, NUMBER

TAG = re.compile(r"<[^>]+>")


def told(town: Town, call_id: str, language: str = "en") -> list[str]:
    """The moments of a call as a reader of the page has them, one text each."""
    page = town.page(f"/calls/{call_id}", language)
    timeline = page[page.index('<ol class="timeline"') : page.index("</ol>")]
    moments = re.findall(r"<li[^>]*>(.*?)</li>", timeline)
    return [" ".join(html.unescape(TAG.sub(" ", moment)).split()) for moment in moments]


def words_heard(town: Town, call_id: str) -> list[str]:
    page = town.page(f"/calls/{call_id}")
    return [html.unescape(said) for said in re.findall(r'<p class="heard"[^>]*>(.*?)</p>', page)]


def together(words: list[str]) -> list[str]:
    """Words with their digits as they are written, not as they are read."""
    return [re.sub(r"(?<=\d) (?=\d)", "", sentence) for sentence in words]


def test_what_the_page_tells_is_word_for_word_what_the_caller_heard(town: Town) -> None:
    town.crm_says(state="on its way")
    call = town.dial().press("2").press("8").wait(3).press("1")
    call.press("1234").press("7").press("2").wait(12).press("5678").press("1")
    call.wait(12).press("5").press("123456").press("9").press("7").press("4").press("3").wait(40)

    assert call.status == "completed"
    assert len(call.heard) > 20
    assert words_heard(town, call.sid) == together(call.heard)
    assert town.phone.faults == []


def test_a_caller_of_another_language_and_one_we_remember(town: Town) -> None:
    first = town.dial().press("1").wait(60)
    again = town.dial().press("7").hang_up()

    for call in (first, again):
        assert words_heard(town, call.sid) == call.heard
    assert told(town, again.sid)[0] == "0:00 welcome went on For English, press hash."


def test_heard_pressed_and_waited_stand_beside_each_other(town: Town) -> None:
    call = town.dial().press("2").wait(2).press("7").hang_up()

    welcome, main, *_ = told(town, call.sid)
    assert welcome == (
        "0:00 welcome pressed a key · 0:05 Xin chào. Tiếng Việt, bấm phím 1. "
        "Welcome. For English, press 2. pressed 2 English after 0:05"
    )
    options = (
        "For your order, press 1. For voicemail, press 2. For a colleague, press 3. "
        "For our address, press 4. For your account, press 5. To hear this again, press 9."
    )
    assert (
        main == f"0:05 main pressed a key · 0:15 How can we help? {options} pressed 7 main.quiet after 0:15"
    )


def test_each_try_stands_apart(town: Town) -> None:
    call = town.dial().press("2").press("8").wait(1).wait(20).press("5").hang_up()

    main = told(town, call.sid)[1]
    question = r"How can we help\? For your order.*? press 9\."
    assert re.fullmatch(
        rf"0:05 main pressed a key · \d:\d\d {question} pressed 8 wrong There is no such key\. {question} "
        rf"pressed nothing I heard nothing\. {question} pressed 5 your account",
        main,
    ), main


def test_options_are_told_in_the_readers_language(town: Town) -> None:
    call = town.dial().press("2").press("9").press("5").hang_up()

    assert told(town, call.sid, "vi")[0].endswith("đã bấm 2 Tiếng Anh sau 0:05")
    assert "đã bấm 9 nghe lại" in told(town, call.sid, "vi")[1]
    assert "đã bấm 5 hỏi tài khoản" in told(town, call.sid, "vi")[2]
    assert "pulsó 9 oírlo de nuevo" in told(town, call.sid, "es")[1]
    assert "pulsó 5 main.account" in told(town, call.sid, "es")[2]  # nobody has written that label in Spanish


def test_the_key_that_changes_the_language_is_told_in_words(town: Town) -> None:
    call = town.dial().press("2").press("#").press("1").hang_up()

    assert re.search(r"pressed # choose another language after \d:\d\d$", told(town, call.sid)[1])
    assert "bấm # chọn ngôn ngữ khác" in told(town, call.sid, "vi")[1]
    assert "pulsó # elegir otro idioma" in told(town, call.sid, "es")[1]
    assert "main.welcome" not in town.page(f"/calls/{call.sid}")


def test_a_secret_is_only_so_many_dots(town: Town) -> None:
    call = town.dial().press("2").press("5").press("481516").hang_up()

    page = town.page(f"/calls/{call.sid}")
    assert "•" * 6 in page
    assert "481516" not in page
    assert told(town, call.sid)[2] == (
        "0:18 account pressed a key · 0:05 Your PIN? pressed •••••• after 0:05"
    )


def test_a_caller_who_asks_twice_is_told_of_the_order_asked_for_each_time(town: Town) -> None:
    town.crm_says(state="on its way")
    call = town.dial().press("2").press("1").press("1111").press("1").wait(4)
    call.press("1").press("2222").press("1").wait(4).hang_up()

    orders = [words for words in words_heard(town, call.sid) if words.startswith("Order ")]
    assert orders == ["Order 1111 is on its way.", "Order 2222 is on its way."]
    assert sum("answered · within a second state on its way" in each for each in told(town, call.sid)) == 2


def test_a_lookup_that_fails_says_why(town: Town) -> None:
    call = town.dial().press("2").press("1").press("1111").press("1").wait(8).hang_up()
    assert any("status did not work" in moment for moment in told(town, call.sid))


def test_a_text_message_is_told_with_what_became_of_it(town: Town) -> None:
    call = town.dial().press("2").press("4").hang_up()

    assert told(town, call.sid)[2].endswith(
        "address went on We text you the address. Text message: District 1. under way"
    )


def test_a_colleague_who_does_not_pick_up(town: Town) -> None:
    call = town.dial().press("2").press("3").hang_up()

    moments = told(town, call.sid)
    assert any(re.search(r"colleague no answer · 0:2\d One moment\.", each) for each in moments), moments
    assert any(each.endswith("Line to +84281112222 did not take the call") for each in moments), moments


def test_a_colleague_who_talks(town: Town) -> None:
    town.phone.exchange.people.by_number["+84281112222"] = Party(keys="1", talks=75)
    call = town.dial().press("2").press("3").wait(120)

    lines = [each for each in told(town, call.sid) if "Line to" in each]
    assert [line.partition(" ")[2] for line in lines] == [
        "Line to +84281112222 1:15 picked up, pressed 1 and took the call"
    ]


@pytest.mark.parametrize("then", ["then: thanks", "then: address", "then: hang_up"])
def test_who_hangs_up_in_conversation_has_talked_and_heard_nothing_that_follows(
    tmp_path: Path, then: str
) -> None:
    here = town(
        tmp_path, MENUS.replace("then: thanks\n    otherwise: message", f"{then}\n    otherwise: message")
    )
    here.phone.exchange.people.by_number["+84281112222"] = Party(keys="1", talks=75)
    call = here.dial().press("2").press("3").wait(30).hang_up()

    assert [each.partition(" ")[2] for each in told(here, call.sid)[2:]] == [
        "colleague talked · 0:37 One moment.",
        "Line to +84281112222 0:30 picked up, pressed 1 and took the call",
        "Connected",
    ]
    assert words_heard(here, call.sid) == call.heard
    assert here.house.rows("SELECT COUNT(*) FROM errand") == [(0,)], "nobody is written to who has hung up"
    here.house.exchange.ledger.close()


def test_who_hangs_up_at_the_tone_is_not_said_to_have_heard_the_goodbye(tmp_path: Path) -> None:
    here = town(
        tmp_path, MENUS.replace("voicemail: office\n    then: thanks", "voicemail: office\n    then: hang_up")
    )
    call = here.dial().press("2").press("2").speak(4).hang_up()
    stayed = here.dial().press("2").speak(4).press("#").wait(20)

    assert words_heard(here, call.sid) == call.heard
    assert words_heard(here, stayed.sid) == stayed.heard
    assert (call.heard[-1], stayed.heard[-1]) == ("Speak after the tone.", "Thank you for calling. Goodbye.")
    here.house.exchange.ledger.close()


def test_a_colleague_who_need_not_press_anything(tmp_path: Path) -> None:
    here = town(tmp_path, MENUS.replace("ring: 20s}", "ring: 20s, press: false}"))
    here.phone.exchange.people.by_number["+84281112222"] = Party(talks=75)
    call = here.dial().press("2").press("3").wait(120)

    assert any(each.endswith("Line to +84281112222 1:15 talked") for each in told(here, call.sid))


def test_the_end_is_told_and_the_goodbye_nobody_wrote(town: Town) -> None:
    call = town.dial().press("2").wait(60)

    assert call.heard[-1] == "Thank you for calling. Goodbye."
    assert told(town, call.sid)[-1].endswith("Thank you for calling. Goodbye. Reached the end")


def test_a_call_on_the_line_says_where_it_is(town: Town) -> None:
    call = town.dial(MAI).press("2")

    assert told(town, call.sid)[-1] == "now On the line, at main"
    assert "still on the line" in town.page(f"/calls/{call.sid}")


def test_a_number_the_menus_do_not_know_is_an_event_in_words(town: Town) -> None:
    call = town.phone.dial("+842899999999").hang_up()

    assert NUMBER != "+842899999999"
    assert any(
        "+842899999999 is not among the numbers of the menus, so the first of them answered." in each
        for each in told(town, call.sid)
    )


def test_keys_typed_ahead_had_no_question(tmp_path: Path) -> None:
    menus = """
hotline: Sao Mai
zone: Asia/Ho_Chi_Minh
numbers: {"+842873001234": main}
languages: {en: {voice: Polly.Joanna-Neural}}
mailboxes: {office: {max: 60s}}
defaults: {silence: {after: 5s, tries: 3, then: office}, wrong: {tries: 3, then: office}}
steps:
  main: {say: One., type_ahead: 1s, keys: {1: second}}
  second: {say: Two., type_ahead: 1s, keys: {1: office, 2: third}}
  third: {say: Three., then: main}
  office: {say: Speak., voicemail: office, then: hang_up}
"""
    here = town(tmp_path, menus)
    call = here.dial().press("12").wait(3).hang_up()

    assert words_heard(here, call.sid) == call.heard == ["One.", "Three.", "One."]
    assert "The keys were pressed before the question. pressed 2 second.third" in told(here, call.sid)[1]
    here.house.exchange.ledger.close()


def test_without_the_menus_of_that_day_the_log_still_tells_what_was_pressed(town: Town) -> None:
    call = town.dial().press("2").press("8").wait(1).hang_up()
    with town.house.exchange.ledger.transaction() as tx:
        tx.run("UPDATE call SET revision = 99 WHERE id = :id", {"id": call.sid})

    page = town.page(f"/calls/{call.sid}")
    assert "The menus of that day are not here any more" in page
    assert told(town, call.sid)[0] == "0:00 welcome pressed a key · 0:05 pressed 2 en"


def test_the_step_with_which_the_caller_had_what_they_wanted_says_so(tmp_path: Path) -> None:
    menus = MENUS.replace("  address:\n", "  address:\n    goal: true\n")
    assert menus != MENUS
    there = town(tmp_path, menus)
    call = there.dial().press("2").press("4").wait(1).hang_up()
    moments = told(there, call.sid)
    there.house.exchange.ledger.close()
    with_goal = [moment for moment in moments if "With this the caller had what they wanted." in moment]
    assert [moment.split()[1] for moment in with_goal] == ["address"]
