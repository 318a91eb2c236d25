"""Who gets in, what they hear first, and what holds for calls under way when other menus go live."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from threading import Barrier

import pytest

from ivr.switchboard.tidying import tidy
from tests.service import LAN, MAI, MENUS, MONDAY_MORNING, NUMBER, Answer, House

HOUR = 3_600_000


def outcomes(house: House) -> list[tuple[str, str | None]]:
    return [(call, outcome) for call, outcome in house.rows("SELECT id, outcome FROM call ORDER BY id")]


def with_limits(limits: str) -> str:
    return MENUS.replace("limits: {keys: 60, then: goodbye}", f"limits: {limits}")


def in_english(house: House, call: str, caller: str = LAN) -> Answer:
    return house.carrier.press(house.carrier.call(call, caller), call, "2")


def test_a_blocked_number_hears_that_the_number_is_out_of_service(house: House) -> None:
    answer = house.carrier.call("CA1", "+84666123123")
    assert (answer.verbs, answer.tree[0].attrib) == (["Reject"], {"reason": "rejected"})
    assert outcomes(house) == [("CA1", "blocked")]
    assert house.rows("SELECT ended_at, end_source, step FROM call") == [(house.now, "door", None)]
    assert house.carrier.call("CA1", "+84666123123").body == answer.body
    assert house.carrier.ends("CA1", "busy").status == 204
    assert outcomes(house) == [("CA1", "blocked")]


def test_who_was_turned_away_is_never_let_in_however_late_the_carrier_asks_again(house: House) -> None:
    house.carrier.call("CA1", "+84666123123")
    house.now += 3 * HOUR
    tidy(house.exchange)
    assert house.carrier.call("CA1", "+84666123123").verbs == ["Hangup"]


def test_a_neighbour_of_a_blocked_number_gets_in(house: House) -> None:
    assert house.carrier.call("CA1", "+84667123123").verbs == ["Gather", "Redirect"]


@pytest.mark.parametrize(
    "caller", ["anonymous", "+266696687", "Restricted", "sip:anonymous@anonymous.invalid", ""]
)
def test_withheld_numbers_are_turned_away_only_where_the_menus_say_so(house: House, caller: str) -> None:
    assert house.carrier.call("CA1", caller).verbs == ["Gather", "Redirect"]
    house.publish(MENUS.replace('blocked: ["+84666*"]', "blocked: [withheld]"))
    assert house.carrier.call("CA2", caller).verbs == ["Reject"]
    assert house.carrier.call("CA3").verbs == ["Gather", "Redirect"]
    assert outcomes(house) == [("CA1", None), ("CA2", "blocked"), ("CA3", None)]
    assert house.rows("SELECT caller FROM call ORDER BY id") == [(None,), (None,), (LAN,)]


def test_who_calls_too_often_hears_a_busy_tone_and_nobody_else_does(house: House) -> None:
    house.publish(with_limits("{keys: 60, then: goodbye, calls: 3 per 1h}"))
    for number in range(3):
        assert house.carrier.call(f"CA{number}").verbs == ["Gather", "Redirect"]
    refused = house.carrier.call("CA3")
    assert (refused.verbs, refused.tree[0].attrib) == (["Reject"], {"reason": "busy"})
    assert house.carrier.call("CA3").body == refused.body
    assert house.carrier.call("CA4", MAI).verbs == ["Gather", "Redirect"]
    for number in range(4):
        assert house.carrier.call(f"CB{number}", "anonymous").verbs == ["Gather", "Redirect"]
    assert house.rows("SELECT id FROM call WHERE outcome = 'too_many'") == [("CA3",)]


def test_a_repeat_of_the_last_call_that_got_in_is_no_call_more(house: House) -> None:
    house.publish(with_limits("{keys: 60, then: goodbye, calls: 1 per 1h}"))
    first = house.carrier.call("CA1")
    assert house.carrier.call("CA1").body == first.body
    assert house.carrier.call("CA2").verbs == ["Reject"]


def test_of_calls_that_come_at_once_no_more_get_in_than_may(tmp_path: Path, database_url: str) -> None:
    """To count them and to take one in is one decision, whichever database keeps them."""
    menus = with_limits("{keys: 60, then: goodbye, calls: 3 per 1h}")
    house = House(tmp_path).open(menus, database_url=database_url)
    ready = Barrier(8)

    def a_call(number: int) -> str:
        ready.wait(10)
        return house.carrier.call(f"CA{number}").verbs[0]

    with closing(house.exchange.ledger), ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(a_call, range(8))) == 3 * ["Gather"] + 5 * ["Reject"]


def test_an_hour_later_they_get_in_again(house: House) -> None:
    house.publish(with_limits("{keys: 60, then: goodbye, calls: 2 per 1h}"))
    assert house.carrier.call("CA1").verbs == ["Gather", "Redirect"]
    assert house.carrier.call("CA2").verbs == ["Gather", "Redirect"]
    house.now += HOUR
    assert house.carrier.call("CA3").verbs == ["Reject"]
    house.now += 1
    assert house.carrier.call("CA4").verbs == ["Gather", "Redirect"]


def test_a_number_the_menus_do_not_name_meets_the_first_entry_and_is_noted(house: House) -> None:
    assert house.carrier.call("CA1", called="+84289999999").said[0].startswith("Xin chào.")
    assert house.rows("SELECT call, kind, detail FROM event") == [
        ("CA1", "unknown_number", '{"called":"+84289999999"}')
    ]
    house.carrier.call("CA1", called="+84289999999")
    house.carrier.call("CA2", called=NUMBER)
    assert house.rows.one("SELECT COUNT(*) FROM event") == 1


def test_the_language_chosen_with_a_key_is_remembered(house: House) -> None:
    in_english(house, "CA1")
    answer = house.carrier.call("CA2")
    assert answer.said[-1].startswith("How can we help?")
    assert house.carrier.call("CA3", MAI).said[0].startswith("Xin chào.")
    assert house.rows("SELECT caller, language FROM remembered") == [(LAN, "en")]


def test_silence_chooses_no_language_to_remember(house: House) -> None:
    answer = house.carrier.call("CA1")
    for _ in range(3):
        answer = house.carrier.press(answer, "CA1")
    assert house.rows("SELECT * FROM remembered") == []
    assert house.carrier.call("CA2").said[0].startswith("Xin chào.")


def test_nothing_is_remembered_of_a_withheld_number(house: House) -> None:
    in_english(house, "CA1", "anonymous")
    assert house.rows("SELECT * FROM remembered") == []
    assert house.carrier.call("CA2", "anonymous").said[0].startswith("Xin chào.")


def test_a_language_that_is_spoken_no_more_is_asked_again(house: House) -> None:
    in_english(house, "CA1")
    with house.exchange.ledger.transaction() as tx:
        tx.run("UPDATE remembered SET language = 'ko'", {})
    assert house.carrier.call("CA2").said[0].startswith("Xin chào.")


def test_words_and_paths_of_a_call_stay_those_it_began_with(house: House) -> None:
    main = in_english(house, "CA1")
    changed = MENUS.replace("How can we help?", "What now?").replace("9: repeat", "9: message")
    assert house.publish(changed) == 2
    again = house.carrier.press(main, "CA1", "9")
    assert again.said[0].startswith("How can we help?")
    assert again.leads.startswith("/voice/at/1/")
    assert house.carrier.call("CA2").said[-1].startswith("What now?")
    assert house.rows("SELECT id, revision FROM call ORDER BY id") == [("CA1", 1), ("CA2", 2)]


def test_a_destination_taken_off_the_list_is_rung_no_more_not_even_by_calls_under_way(house: House) -> None:
    main = in_english(house, "CA1")
    other = in_english(house, "CA2", MAI)
    assert house.carrier.press(main, "CA1", "3").verbs == ["Say", "Dial"]
    colleague = 'dial: {to: "+84281112222", ring: 20s}\n    then: thanks\n    otherwise: message'
    assert colleague in MENUS
    house.publish(MENUS.replace('["+84*"]', '["+1*"]').replace(colleague, "then: thanks"))
    assert house.carrier.press(other, "CA2", "3").verbs == ["Say", "Say", "Record", "Redirect"]
    assert house.carrier.press(house.carrier.press(other, "CA2", "3"), "CA2").status == 200


def test_a_number_that_is_not_allowed_gets_no_text_message(house: House) -> None:
    main = in_english(house, "CA1", "+15551234567")
    assert house.carrier.press(main, "CA1", "4").said[1] == "We do not know."
    assert house.rows("SELECT * FROM errand") == []


def test_hours_published_now_hold_for_calls_under_way(house: House) -> None:
    main, other = in_english(house, "CA1"), in_english(house, "CA2", MAI)
    assert house.carrier.press(main, "CA1", "6").verbs == ["Say", "Record", "Redirect"]
    house.publish(
        MENUS.replace("week: {mon-fri: 08:00-17:00}", 'week: {mon-fri: 08:00-17:00}, closed: ["2026-11-23"]')
    )
    assert house.carrier.press(other, "CA2", "6").said == ["Goodbye."]


@pytest.mark.parametrize(
    ("minutes", "open_"),
    [(-61, False), (-60, True), (0, True), (479, True), (480, False), (24 * 60 * 5, False)],
)
def test_the_office_is_open_by_the_hotlines_own_clock(house: House, minutes: int, open_: bool) -> None:
    main = in_english(house, "CA1")
    house.now = MONDAY_MORNING + minutes * 60_000
    answer = house.carrier.press(main, "CA1", "6")
    assert (answer.verbs[-1] == "Redirect") is open_


def test_a_number_blocked_now_is_turned_away_at_its_next_call_only(house: House) -> None:
    main = in_english(house, "CA1")
    house.publish(MENUS.replace('["+84666*"]', f'["{LAN}"]'))
    assert house.carrier.press(main, "CA1", "9").said[0].startswith("How can we help?")
    assert house.carrier.call("CA2").verbs == ["Reject"]


def test_calls_from_one_number_at_the_same_time_never_mix(house: House) -> None:
    """The keys of one are not the keys of the other, nor is the language chosen."""
    first, second = house.carrier.call("CA1"), house.carrier.call("CA2")
    first, second = house.carrier.press(first, "CA1", "2"), house.carrier.press(second, "CA2", "1")
    first, second = house.carrier.press(first, "CA1", "1"), house.carrier.press(second, "CA2", "2")
    assert (first.said, second.verbs) == (["Which order?"], ["Say", "Record", "Redirect"])
    house.carrier.ends("CA2")
    assert house.carrier.press(first, "CA1", "12").verbs[0] == "Gather"
    assert house.rows.passes("CA1") == [("welcome", "2", "key"), ("main", "1", "key")]
    assert house.rows.passes("CA2") == [
        ("welcome", "1", "key"),
        ("main", "2", "key"),
        ("message", "", "hung_up"),
    ]
    assert outcomes(house) == [("CA1", None), ("CA2", "hung_up")]
