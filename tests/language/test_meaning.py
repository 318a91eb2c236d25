"""What short spellings come to mean: steps in place, defaults, queues, hours, sections in two files."""

from datetime import time

import pytest

from ivr.core.calls import Call
from ivr.core.hours import Hours
from ivr.core.menus import (
    Ask,
    ByHours,
    ByValue,
    ChooseLanguage,
    Dial,
    Enqueue,
    Hotline,
    Lookup,
    Menu,
    Option,
    Patience,
    Record,
    Sms,
    Value,
)
from ivr.core.world import Today
from ivr.language import read_files

HEAD = 'hotline: Sao Mai\nzone: Asia/Ho_Chi_Minh\nnumbers: {"+842873001234": main}\n'
ONE_LANGUAGE = HEAD + "languages: {en: {}}\n"
TWO_LANGUAGES = HEAD + "languages: {vi: {}, en: {}}\n"


def hotline(*files: str) -> Hotline:
    checked = read_files({f"{number}.yaml": text for number, text in enumerate(files)})
    assert [str(mistake) for mistake in checked.mistakes] == []
    assert checked.hotline
    return checked.hotline


def menu(of: Hotline, name: str = "main") -> Menu:
    thing = of.steps[name].thing
    assert isinstance(thing, Menu)
    return thing


def test_steps_in_place_are_named_after_where_they_stand() -> None:
    made = hotline(
        ONE_LANGUAGE,
        """
steps:
  main:
    say: Hello.
    keys:
      1: {say: One., then: {say: Then., then: back}}
      "*": {name: star, hours: office, open: {say: Open., then: back}, closed: {say: Closed., then: back}}
      "#": {by: caller, when: {"+84*": {say: Home., then: back}}, otherwise: {say: Abroad., then: back}}
    silence: {then: {say: Nobody there?, then: hang_up}}
    wrong: {then: {say: So many., then: hang_up}}
hours: {office: always}
""",
    )
    assert set(made.steps) == {
        "main",
        "main.1",
        "main.1.then",
        "star",
        "star.open",
        "star.closed",
        "main.hash",
        "main.hash.when.1",
        "main.hash.otherwise",
        "main.silence.then",
        "main.wrong.then",
    }
    assert [option.name for option in menu(made).options] == ["main.1", "main.star", "main.hash"]
    assert made.steps["star"].thing == ByHours("office", "star.open", "star.closed")
    assert menu(made).silence.then == "main.silence.then"


def test_without_a_word_about_it_a_menu_waits_six_seconds_asks_thrice_and_hangs_up() -> None:
    made = menu(hotline(ONE_LANGUAGE, "steps: {main: {say: Hello., keys: {1: repeat}}}\n"))
    assert made.silence == made.wrong == Patience(None, 3, "hang_up")
    assert (made.after, made.between_keys) == (6, 2)


def test_a_step_says_more_than_the_defaults_and_otherwise_stands_between() -> None:
    made = hotline(
        ONE_LANGUAGE,
        """
defaults:
  silence: {say: Are you there?, after: 4s, tries: 2, then: goodbye}
  wrong: {then: goodbye}
steps:
  main: {say: Hello., keys: {1: other, 2: number}}
  other: {say: Hello., keys: {1: repeat}, silence: {after: 10s, tries: 1, then: back}, wrong: {say: No.}}
  number: {say: Which?, ask: {as: it, digits: 2}, then: main, otherwise: main, wrong: {then: hang_up}}
  goodbye: {say: Goodbye., then: hang_up}
""",
    )
    assert menu(made).silence == Patience({"en": ("Are you there?",)}, 2, "goodbye")
    assert menu(made).after == 4
    assert menu(made, "other").silence == Patience({"en": ("Are you there?",)}, 1, "back")
    assert menu(made, "other").wrong == Patience({"en": ("No.",)}, 3, "goodbye")
    number = made.steps["number"].thing
    assert isinstance(number, Ask)
    assert (number.silence.then, number.wrong.then) == ("main", "hang_up")


def test_the_keys_of_every_menu_leave_alone_who_uses_them_and_where_they_lead() -> None:
    made = hotline(
        ONE_LANGUAGE,
        """
every_menu: {0: help, 9: back, "*": {name: bye, say: Goodbye., then: hang_up}}
steps:
  main: {say: Hello., keys: {1: help, 9: repeat, 100-199: back}}
  help: {label: help, say: Help., keys: {1: main}}
""",
    )
    keys = {name: [(o.first, o.leads) for o in menu(made, name).options] for name in ("main", "help")}
    assert keys == {
        "main": [("1", "help"), ("9", "repeat"), ("100", "back"), ("0", "help"), ("*", "bye")],
        "help": [("1", "main"), ("9", "back"), ("*", "bye")],
    }


def test_the_key_that_changes_the_language_can_be_another_or_none() -> None:
    steps = """
steps:
  main: {{choose_language: {{1: vi, 2: en{change}}}, then: menu}}
  menu: {{say: {{vi: Chào., en: Hello.}}, keys: {{1: repeat}}}}
"""
    by_default, other, none = (
        hotline(TWO_LANGUAGES, steps.format(change=change))
        for change in ("", ", change: 8", ", change: none")
    )
    assert menu(by_default, "menu").options[-1] == Option("#", "#", "main", "menu.main")
    assert menu(other, "menu").options[-1] == Option("8", "8", "main", "menu.main")
    assert [option.first for option in menu(none, "menu").options] == ["1"]
    thing = none.steps["main"].thing
    assert isinstance(thing, ChooseLanguage)
    assert thing.change is None


def test_a_queue_can_be_the_thing_of_a_step_with_words_and_ways_of_its_own() -> None:
    made = hotline(
        ONE_LANGUAGE,
        """
queues:
  sales: {no_agents: message, too_long: message}
steps:
  main: {say: Hello., keys: {1: sales, 2: gently, 3: firmly}}
  gently: {say: Hold the line., queue: sales, full: hang_up}
  firmly: {queue: sales, otherwise: hang_up}
  message: {say: Leave word., voicemail: box, then: hang_up}
mailboxes: {box: {}}
""",
    )
    ways = {"no_agents": "message", "too_long": "message", "": "message"}
    assert made.steps["sales"].otherwise == ways
    assert made.steps["gently"].thing == Enqueue("sales")
    assert made.steps["gently"].otherwise == {**ways, "full": "hang_up"}
    assert made.steps["firmly"].otherwise == {"": "hang_up"}


def test_things_in_short_mean_the_same_as_in_full() -> None:
    made = hotline(
        ONE_LANGUAGE,
        """
steps:
  main: {say: Hello., keys: {1: short, 2: full, 3: ask, 4: record, 5: text, 6: fax}}
  short: {dial: +842873009999, busy: main, otherwise: hang_up}
  full: {dial: {to: [+842873009999, "sip:1@pbx.example"], ring: 10s, press: false, otherwise: hang_up}}
  ask: {lookup: "https://crm.example/{caller}", then: main, otherwise: hang_up}
  record: {say: Your wish?, record: {as: wish, max: 90s, end: none}, then: main}
  text: {sms: "We are in District 1.", then: main}
  fax: {sms: {to: +842873009999, text: Call us.}, then: main}
""",
    )
    assert made.steps["short"].thing == Dial((("+842873009999",),), 30, True)
    assert made.steps["short"].otherwise == {"busy": "main", "": "hang_up"}
    assert made.steps["full"].thing == Dial((("+842873009999",), ("sip:1@pbx.example",)), 10, False)
    assert made.steps["full"].otherwise == {"": "hang_up"}
    assert made.steps["ask"].thing == Lookup(("https://crm.example/", Value("caller")), 2)
    assert made.steps["record"].thing == Record("wish", 90, 3, "")
    assert made.steps["text"].thing == Sms((Value("caller"),), {"en": ("We are in District 1.",)})
    assert made.steps["fax"].thing == Sms(("+842873009999",), {"en": ("Call us.",)})


def test_hours_over_midnight_end_on_the_next_day() -> None:
    made = hotline(
        ONE_LANGUAGE,
        """
hours: {bar: {week: {fri-sun: 20:00-02:00, mon: 00:00-24:00}}}
steps: {main: {hours: bar, open: hang_up, closed: hang_up}}
""",
    )
    assert made.hours["bar"].week == {
        0: ((time(0), time(0)), (time(0), time(2))),
        4: ((time(20), time(0)),),
        5: ((time(0), time(2)), (time(20), time(0))),
        6: ((time(0), time(2)), (time(20), time(0))),
    }


def test_a_section_in_two_files_becomes_one() -> None:
    made = hotline(
        ONE_LANGUAGE,
        "steps: {main: {say: Hello., then: second}}\nblocked: [+8490*]\n",
        "steps: {second: {say: Goodbye., then: hang_up}}\nblocked: [withheld]\nlimits: {calls: 20 per 1h}\n",
        "limits: {keys: 50, then: hang_up}\n",
    )
    assert set(made.steps) == {"main", "second"}
    assert made.blocked == ("+8490*", "withheld")
    assert (made.limits.keys, made.limits.calls, made.limits.per) == (50, 20, 3600)


@pytest.mark.parametrize(
    ("written", "seconds"),
    [("20s", 20), ("10m", 600), ("1h", 3600), ("500ms", 0.5), ("2m30s", 150), ("1.5s", 1.5)],
)
def test_durations_carry_their_units(written: str, seconds: float) -> None:
    made = hotline(
        ONE_LANGUAGE,
        f"queues: {{desk: {{max_wait: {written}, no_agents: hang_up}}}}\n"
        "steps: {main: {say: Hello., keys: {1: desk}}}\n",
    )
    assert made.queues["desk"].rules.max_wait == seconds


KOREAN = f"""{HEAD}
languages:
  ko:
    voice: Google.ko-KR-Wavenet-A
    option: "{{label}}, {{key}}번을 누르세요."
    repeat: "다시 들으시려면 {{key}}번을 누르세요."
    back: "돌아가시려면 {{key}}번을 누르세요."
    top: "처음으로 가시려면 {{key}}번을 누르세요."
    hang_up: "끊으시려면 {{key}}번을 누르세요."
    language: "한국어는 {{key}}번을 누르세요."
    silence: 입력이 없습니다.
    wrong: 없는 번호입니다.
    ask_wrong: 번호가 맞지 않습니다.
    confirm: "{{value}}이 맞으면 1번, 아니면 2번을 누르세요."
    one_moment: 잠시만 기다려 주세요.
    unattended: 지금은 상담원이 없습니다.
    screen: "{{hotline}} 전화입니다. 받으시려면 1번을 누르세요."
    sorry: 잠시 후 다시 걸어 주세요.
    goodbye: 감사합니다.
    star: 별표
    hash: 우물정자
steps:
  main: {{say: 안녕하세요., then: hang_up}}
"""


def test_a_language_we_do_not_ship_is_spoken_in_the_admins_sentences() -> None:
    made = hotline(KOREAN)
    assert made.languages["ko"].tag == "ko-KR"
    assert made.languages["ko"].phrases["star"] == "별표"


def test_a_language_we_do_not_ship_needs_the_sentences_of_a_wait_only_where_there_are_queues() -> None:
    written = f"{KOREAN}queues: {{desk: {{no_agents: hang_up}}}}\n"
    (mistake,) = read_files({"hotline.yaml": written}).mistakes
    assert mistake.text == (
        "we do not ship 'ko', and its sentences agent_coming, asked, call_back, call_out, caller_gone, "
        "closed_by_crowd, closed_by_fault, closed_for_short, closed_for_today, cut_off, keep_place, "
        "may_record, offer, offer_back, place, recorded, ring_back, ring_here, "
        "ring_number, rings_back, sent_on, taken, thanks_for_waiting, wait_about, wait_range, wait_short and "
        "your_place are missing"
    )


def test_a_language_without_a_voice_is_spoken_as_in_its_usual_country() -> None:
    made = hotline(
        HEAD + "languages: {en: {}, vi: {}, en-GB: {}, es: {tag: es-MX}}\n"
        "steps: {main: {say: {en: x, vi: x, en-GB: x, es: x}, then: hang_up}}\n"
    )
    assert [voice.tag for voice in made.languages.values()] == ["en-US", "vi-VN", "en-GB", "es-MX"]


def test_an_empty_text_behind_when_is_a_value_that_is_empty() -> None:
    made = hotline(
        ONE_LANGUAGE,
        """
steps:
  main: {by: caller, when: {"": withheld, "+84*": home}, otherwise: hang_up}
  withheld: {say: Who are you?, then: hang_up}
  home: {say: Hello., then: hang_up}
""",
    )
    thing = made.steps["main"].thing
    assert thing == ByValue("caller", (("", "withheld"), ("+84*", "home")))
    today = Today(0, made)
    callers = [Call("CA1", number, "", 1, "en", 0, 0) for number in (None, "+84901234567", "+1")]
    assert [today.branch(made.steps["main"], call) for call in callers] == ["withheld", "home", "hang_up"]


def test_a_goal_behind_which_there_are_only_people_is_doubted() -> None:
    checked = read_files(
        {
            "0.yaml": ONE_LANGUAGE,
            "1.yaml": """
queues: {support: {no_agents: hang_up}}
mailboxes: {office: {}}
hours: {office: {always: true}}
steps:
  main: {say: Hello., keys: {1: told, 2: unknown, 3: asked}}
  told: {say: It is on its way., goal: true, then: main}
  unknown: {say: We will ask., goal: true, then: person}
  person: {hours: office, open: support, closed: message}
  message: {voicemail: office, then: hang_up}
  asked: {say: Your order?, ask: {as: order, digits: 6}, goal: true, silence: {then: hang_up}, then: person}
""",
        }
    )
    assert [str(each) for each in checked.warnings] == [
        "1.yaml:8:3: step 'unknown' is a goal, but only leads to a queue or a person, so it never counts;"
        " mark the step at which callers have what they wanted"
    ]
    assert checked.hotline
    assert [name for name, step in checked.hotline.steps.items() if step.goal] == ["told", "unknown", "asked"]


def test_hours_in_short_are_always_and_nothing_else() -> None:
    steps = "steps: {main: {hours: office, open: hang_up, closed: hang_up}}\n"
    made = hotline(f"{ONE_LANGUAGE}hours: {{office: always}}\n{steps}")
    assert made.hours["office"] == Hours(always=True)
    (mistake,) = read_files({"hotline.yaml": f"{ONE_LANGUAGE}hours: {{office: never}}\n{steps}"}).mistakes
    assert (mistake.text, mistake.hint) == (
        "'never' is no opening hours",
        "write 'always', or {week: {mon-fri: 08:00-18:00}}",
    )
