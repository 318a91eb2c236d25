"""The hotline that comes with the house: proved, recorded in three languages, and called."""

from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from ivr.box.phone_line import Phone, PhoneCall
from ivr.core.calls import Part
from ivr.core.menus import Hotline
from ivr.core.phrases import PHRASES, plain
from ivr.core.prompts import spoken
from ivr.language import Checked
from ivr.ledger import errands
from ivr.outside.telephone import LOUDEST, u_law
from ivr.switchboard.draft import check
from ivr.switchboard.rendering import State, prompts, state
from ivr.switchboard.wishes import carry_out
from tests.house import HOUSE
from tests.service import HERE, LAN, MAI, NUMBER, House

MENUS, RECORDINGS = HOUSE / "menus", HOUSE / "recordings"
NIGHT_MS = 14 * 3_600_000
"""From nine in the morning to eleven at night."""

AHEAD = 1.5
"""Seconds after which no further key is expected, see `type_ahead` in the menus."""

KEYS = {"vi": "1", "en": "2", "es": "3"}
Ring = Callable[..., PhoneCall]


@cache
def sample() -> Checked:
    """The menus and recordings as they lie there."""
    return check(MENUS, RECORDINGS)


def hotline() -> Hotline:
    found = sample().hotline
    assert found is not None
    return found


@pytest.fixture
def house(tmp_path: Path) -> House:
    """The sample in an empty house, on a Monday at nine in the morning. Nobody answers its carrier's REST."""
    return House(tmp_path).open(MENUS, recordings=str(RECORDINGS), carrier_url="http://127.0.0.1:9")


@pytest.fixture
def phone(house: House) -> Phone:
    phone = house.phone()

    def tick() -> None:
        house.now += 500
        with house.exchange.ledger.transaction() as tx:
            due = errands.due_kinds(tx, house.now)
            claimed = [errands.claim(tx, kind, house.now, 30_000) for kind in due]
        for errand in filter(None, claimed):
            carry_out(house.exchange, errand)

    phone.every(0.5, tick)
    return phone


@pytest.fixture
def ring(phone: Phone) -> Ring:
    """Rings the hotline and chooses a language, if one is given."""

    def ring(language: str = "", caller: str = LAN) -> PhoneCall:
        call = phone.dial(NUMBER, caller)
        return call.press(KEYS[language]) if language else call

    return ring


def choose(call: PhoneCall, *keys: str) -> PhoneCall:
    """Chooses from menus, one after another, as somebody who listens to each."""
    for key in keys:
        call.press(key).wait(AHEAD).settle()
    return call


def captions(house: House, call: PhoneCall) -> list[str]:
    """All that was heard as words: those spoken, and those that each recording brings with it."""
    return [caption(house, heard) if heard.startswith(HERE) else heard for heard in call.heard]


def caption(house: House, url: str) -> str:
    """The words inside a recording (RIFF INFO: ICMT)."""
    wav: bytes = house.app.test_client().get(url.removeprefix(HERE)).data
    at = wav.index(b"ICMT")
    words = wav[at + 8 : at + 8 + int.from_bytes(wav[at + 4 : at + 8], "little")]
    return words.rstrip(b"\0").decode()


def says(step: str, language: str = "vi", part: Part = Part.SAY) -> str:
    """What a step says in a language, as the menus have it."""
    return plain(dict(spoken(hotline(), step, part, language))[language])


# -- as it lies there -------------------------------------------------------------------------------------


def test_the_sample_is_without_a_mistake_or_a_warning() -> None:
    assert (sample().mistakes, sample().warnings) == ((), ())


def test_every_prompt_without_values_is_recorded_with_the_words_of_the_menus() -> None:
    every = list(prompts(hotline(), RECORDINGS))

    assert {str(prompt): state(prompt) for prompt in every if not prompt.has_values} == {
        str(prompt): State.UP_TO_DATE for prompt in every if not prompt.has_values
    }
    assert {prompt.step for prompt in every if prompt.has_values} == {
        "order_at_the_store",
        "order_delivered",
        "order_on_its_way",
        "order_in_work",
    }
    files = {path.with_suffix("") for path in RECORDINGS.glob("*/*")}
    assert files == {prompt.file for prompt in every if not prompt.has_values}


def test_the_recordings_are_spoken_at_a_human_pace_neither_silent_nor_clipped_nor_heavy() -> None:
    for path in RECORDINGS.glob("*/*.wav"):
        wav, words = path.read_bytes(), path.with_suffix(".txt").read_text()
        size = int.from_bytes(wav[(at := wav.index(b"data")) + 4 : at + 8], "little")
        loudest = max((byte ^ 0xFF) & 0x7F for byte in wav[at + 8 : at + 8 + size])
        assert loudest == (u_law(round(LOUDEST)) ^ 0xFF) & 0x7F, path
        assert 0.04 < size / 8000 / len(words) < 0.14, (path, size / 8000, len(words))
    assert sum(path.stat().st_size for path in RECORDINGS.glob("*/*.wav")) < 6_000_000


# -- called -----------------------------------------------------------------------------------------------


def test_a_new_caller_is_greeted_in_every_language_by_recordings(house: House, ring: Ring) -> None:
    call = ring()
    assert captions(house, call) == [says("welcome", language) for language in ("vi", "en", "es")]
    assert [event["url"].startswith(f"{HERE}/recordings/") for event in call.facts("play")] == [True] * 3


@pytest.mark.parametrize("language", KEYS)
def test_the_main_menu_is_heard_at_once_in_the_language_chosen(
    language: str, house: House, ring: Ring
) -> None:
    house.now += NIGHT_MS
    call = ring(language)
    assert captions(house, call)[3:] == [says("main", language)]
    call.hang_up()
    assert call.faults == []


def test_who_calls_again_is_known_and_told_how_to_change(house: House, ring: Ring) -> None:
    ring("es", MAI).hang_up()
    assert captions(house, ring(caller=MAI)) == [
        PHRASES["vi"]["language"].format(key="thăng"),
        PHRASES["en"]["language"].format(key="hash"),
        says("main", "es"),
    ]


def test_who_chooses_no_language_is_spoken_to_in_vietnamese(house: House, ring: Ring) -> None:
    assert captions(house, ring().wait().wait())[-1] == says("main")


@pytest.mark.parametrize("language", KEYS)
def test_silence_is_asked_three_times_and_ends_with_a_goodbye(
    language: str, house: House, ring: Ring
) -> None:
    call = ring(language).wait().wait().wait()
    assert captions(house, call)[4:] == [
        says("main", language, Part.SILENCE),
        says("main", language),
        says("main", language, Part.SILENCE),
        says("main", language),
        says("no_key", language),
    ]
    assert (call.status, call.faults) == ("completed", [])


@pytest.mark.parametrize("language", KEYS)
def test_an_order_number_is_checked_read_back_and_answered(language: str, house: House, ring: Ring) -> None:
    call = choose(ring(language), "1", "1").press("10000009")
    assert captions(house, call)[-2:] == [
        says("order_number", language, Part.WRONG),
        says("order_number", language),
    ]
    call.press("10000008")
    assert call.heard[-1] == PHRASES[language]["confirm"].format(value="1 0 0 0 0 0 0 8")
    call.press("1")
    assert captions(house, call)[-2:] == [
        says("order_at_the_store", language).replace("{order:digits}", "1 0 0 0 0 0 0 8"),
        says("main", language, Part.AGAIN),
    ]
    assert call.faults == []


def test_regulars_press_ahead(house: House, ring: Ring) -> None:
    assert captions(house, choose(ring("vi"), "11"))[-1] == says("order_number")


def test_when_the_shop_s_system_is_away_a_person_takes_over(house: House, ring: Ring) -> None:
    call = choose(ring("en"), "1", "1").press("20260006").press("1")
    assert captions(house, call)[-4:] == [
        PHRASES["en"]["one_moment"],
        says("order_unknown", "en"),
        PHRASES["en"]["unattended"],
        says("message", "en"),
    ]


@pytest.mark.parametrize("language", KEYS)
def test_leaving_word(language: str, house: House, ring: Ring) -> None:
    call = choose(ring(language), "4").speak(5).press("#")
    assert captions(house, call)[-2:] == [says("message", language), says("message_kept", language)]
    assert (call.status, call.faults) == ("completed", [])
    assert house.rows("SELECT mailbox, caller FROM message") == [("care", LAN)]


def test_who_says_nothing_after_the_tone_is_told_so(house: House, ring: Ring) -> None:
    assert captions(house, choose(ring("en"), "4").wait())[-1] == says("no_message", "en")


def test_at_night_only_the_way_to_a_person_is_closed(house: House, ring: Ring) -> None:
    house.now += NIGHT_MS
    call = choose(ring("en"), "0")
    assert captions(house, call)[-2:] == [says("we_are_closed", "en"), says("message", "en")]


def test_the_store_answers_and_returns_with_its_short_greeting(house: House, ring: Ring) -> None:
    call = choose(ring("vi"), "3", "2")
    assert captions(house, call)[-2:] == [says("directions"), says("store", "vi", Part.AGAIN)]
    call.press("*")
    assert captions(house, call)[-1] == says("main", "vi", Part.AGAIN)


def test_the_address_is_sent_but_not_to_a_number_that_is_withheld(house: House, ring: Ring) -> None:
    call = choose(ring("en"), "3", "3")
    assert captions(house, call)[-2] == says("address_sent", "en")
    assert house.rows.one("SELECT COUNT(*) FROM errand WHERE kind = 'message'") == 1

    call = choose(ring("en", ""), "3", "3")
    assert captions(house, call)[-2] == says("address_not_sent", "en")
    assert house.rows.one("SELECT COUNT(*) FROM errand WHERE kind = 'message'") == 1


def test_a_colleague_s_extension_is_dialled_from_the_main_menu(house: House, ring: Ring) -> None:
    call = ring("vi").press("1145").wait()
    assert [dialled["to"] for dialled in call.facts("dialing")] == ["sip:1145@pbx.saomai.example"]
    assert captions(house, call)[-2:] == [says("extension_away"), says("message")]


def test_the_workshop_is_rung_and_takes_word_when_it_does_not_answer(house: House, ring: Ring) -> None:
    call = choose(ring("es"), "2", "3")
    assert [dialled["to"] for dialled in call.facts("dialing")] == ["+842873001250"]
    assert captions(house, call)[-2:] == [says("workshop_away", "es"), says("workshop_message", "es")]


def test_a_pin_is_nowhere_in_the_log(house: House, ring: Ring) -> None:
    call = choose(ring("en"), "2", "1").press("123456").press("7391").settle()
    assert says("repair_unknown", "en") in captions(house, call)
    passes = house.rows.passes(call.sid)
    assert ("card_pin", "••••", "key") in passes
    assert "7391" not in str(
        [house.rows(f"SELECT * FROM {table}") for table in ("pass", "call", "event", "errand")]
    )


def test_a_fault_is_recorded_and_the_caller_can_go_on(house: House, ring: Ring) -> None:
    call = choose(ring("vi"), "2", "2").speak(4).press("#")
    assert captions(house, call)[-2:] == [says("fault_noted"), says("main", "vi", Part.AGAIN)]
