"""The hotline of the language's first page, from YAML to the values the switchboard walks."""

from datetime import time
from pathlib import Path

import pytest

from ivr.core.hours import Days
from ivr.core.line.rules import AtClosing, Goal, Overflow, Rules, Skill, Speaks, Tongue
from ivr.core.menus import (
    CALL_BACK,
    HANG_UP,
    PLACE,
    Ask,
    ByValue,
    ChooseLanguage,
    Dial,
    Enqueue,
    Hotline,
    Lookup,
    Menu,
    Option,
    Patience,
    Value,
    Where,
)
from ivr.language import read, read_files

DESIGN = Path(__file__).parent / "hotlines" / "design"


@pytest.fixture(scope="module")
def hotline() -> Hotline:
    checked = read(DESIGN)
    assert checked.mistakes == checked.warnings == ()
    assert checked.hotline
    return checked.hotline


def menu(hotline: Hotline, name: str) -> Menu:
    thing = hotline.steps[name].thing
    assert isinstance(thing, Menu)
    return thing


def test_its_sections_are_read(hotline: Hotline) -> None:
    assert (hotline.name, hotline.zone) == ("Sao Mai Customer Care", "Asia/Ho_Chi_Minh")
    assert hotline.numbers == {"+842873001234": "welcome"}
    assert hotline.first_language == "vi"
    assert (hotline.languages["vi"].tag, hotline.languages["vi"].voice) == ("vi-VN", "Google.vi-VN-Wavenet-A")
    assert hotline.languages["en"].tag == "en-US"
    assert (hotline.limits.keys, hotline.limits.then, hotline.limits.calls) == (100, "message", None)
    assert hotline.mailboxes["office"].mail == "care@example.com"


def test_opening_hours_are_spans_and_days(hotline: Hotline) -> None:
    office = hotline.hours["office"]
    assert office.week[0] == ((time(8), time(12)), (time(13), time(18)))
    assert office.week[5] == ((time(8), time(12)),)
    assert 6 not in office.week
    assert office.holidays == "VN"
    assert office.closed[1:] == (
        Days((2026, 3, 1), (2026, 3, 7)),
        Days((None, 12, 25), (None, 12, 25)),
    )
    assert office.open == ((Days((2026, 12, 31), (2026, 12, 31)), ((time(8), time(12)),)),)


def test_an_option_is_known_by_where_it_leads_and_called_by_the_label_there(hotline: Hotline) -> None:
    options = {option.first: option for option in menu(hotline, "main").options}
    assert (options["1"].leads, options["1"].name) == ("sales", "main.sales")
    assert options["1"].label == {"en": ("sales",), "vi": ("gặp bộ phận kinh doanh",)}
    assert (options["3"].leads, options["3"].name) == ("directions", "main.directions")
    assert (options["9"].leads, options["9"].name, options["9"].label) == ("repeat", "main.repeat", None)
    assert options["1100"] == Option("1100", "1199", "extension", "main.extension", None, "extension")


def test_a_menu_has_the_keys_of_every_menu_and_the_one_that_changes_the_language(hotline: Hotline) -> None:
    assert menu(hotline, "main").options[-2:] == (
        Option("0", "0", "support", "main.support", hotline.steps["support"].label),
        Option("#", "#", "welcome", "main.welcome"),
    )


def test_a_menu_is_patient_as_its_own_words_and_the_defaults_say(hotline: Hotline) -> None:
    main = menu(hotline, "main")
    assert main.silence == Patience(None, 3, "support")
    assert (main.wrong.tries, main.wrong.then) == (2, "support")
    assert main.wrong.say == {"en": ("There is no such choice.",), "vi": ("Không có lựa chọn này.",)}
    assert (main.after, main.between_keys, main.type_ahead) == (6, 2, None)


def test_silence_at_the_choice_of_a_language_leads_on(hotline: Hotline) -> None:
    thing = hotline.steps["welcome"].thing
    assert isinstance(thing, ChooseLanguage)
    assert thing.keys == {"1": "vi", "2": "en"}
    assert thing.change == "#"
    assert thing.silence.then == thing.wrong.then == "reception"


def test_otherwise_of_a_question_is_where_silence_and_wrong_keys_lead(hotline: Hotline) -> None:
    thing = hotline.steps["order_number"].thing
    assert isinstance(thing, Ask)
    assert (thing.keep_as, thing.fewest, thing.most, thing.end) == ("order", 6, 10, "#")
    assert (thing.check, thing.confirm, thing.secret) == ("luhn", True, False)
    assert thing.silence.then == thing.wrong.then == "support"


def test_things_that_reach_out_keep_their_holes(hotline: Hotline) -> None:
    assert hotline.steps["extension"].thing == Dial((("sip:", Value("extension"), "@pbx.example"),), 30, True)
    assert hotline.steps["extension"].otherwise == {"busy": "message", "": "message"}
    assert hotline.steps["order_status"].thing == Lookup(("https://crm.example/orders/", Value("order")), 2)
    assert hotline.steps["order_kind"].thing == ByValue(
        "status", (("delivered", "order_told"), ("late*", "support"))
    )
    told = hotline.steps["order_told"].say
    assert told
    assert told["en"] == ("Your order ", Value("order", "digits"), " is ", Value("status"), ".")


def test_only_the_hotlines_own_country_and_hosts_may_be_rung_or_asked(hotline: Hotline) -> None:
    assert hotline.allowed == ("VN", "sip:*@pbx.example")
    assert hotline.lookup_hosts == ("crm.example",)


def test_a_queue_takes_from_the_default_what_it_does_not_say(hotline: Hotline) -> None:
    assert hotline.queues["sales"].rules == Rules(
        skills=(Skill("sales"),),
        tongue=Tongue(Speaks.PREFERRED, 120),
        goal=Goal(0.8, 20),
        ring=20,
        wrap_up=30,
        max_wait=600,
        hours="office",
        at_closing=AtClosing.SERVE,
    )
    assert hotline.queues["support"].rules == Rules(
        skills=(Skill("support"),),
        tongue=Tongue(Speaks.REQUIRED),
        overflow=(Overflow(180, "sales"),),
        callback=True,
        max_wait=600,
        hours="office",
    )


def test_a_queue_is_also_a_step_with_its_ways_out(hotline: Hotline) -> None:
    step = hotline.steps["sales"]
    assert step.thing == Enqueue("sales")
    assert step.then == HANG_UP
    assert step.otherwise == {"no_agents": "message", "too_long": "message", "": "message"}
    assert step.way_out("closed") == "message"


def test_the_keys_of_a_wait_lead_where_no_menu_can_lead(hotline: Hotline) -> None:
    thing = hotline.steps["support"].thing
    assert isinstance(thing, Enqueue)
    assert [(option.first, option.leads, option.name) for option in thing.options] == [
        ("1", "message", "support.message"),
        ("2", CALL_BACK, "support.call_back"),
        ("3", PLACE, "support.place"),
    ]


def test_every_step_knows_where_it_stands(hotline: Hotline) -> None:
    assert hotline.steps["welcome"].at == Where("design/main.yaml", 2, 3)
    assert hotline.steps["directions"].at == Where("design/main.yaml", 24, 11)


def test_what_was_read_can_be_read_again_from_its_stored_texts(hotline: Hotline) -> None:
    stored = read(DESIGN)
    assert read_files(stored.files, sounds=stored.sounds).hotline == hotline
