"""What an admin writes about queues: how they are served, what callers can press and hear while they wait."""

from dataclasses import replace

from ivr.core.calls import Part
from ivr.core.line.recording import Recording
from ivr.core.line.rules import AtClosing, Goal, Overflow, Rules, Skill, Speaks, Strategy, Tongue
from ivr.core.menus import CALL_BACK, PLACE, Enqueue, Option
from ivr.core.phrases import plain
from ivr.core.prompts import offered, options_spoken, spoken
from ivr.language import read_files
from tests.language.test_meaning import HEAD, ONE_LANGUAGE, hotline


def test_a_skill_is_any_level_of_it_or_a_level_that_falls_as_the_wait_grows() -> None:
    made = hotline(
        ONE_LANGUAGE,
        """
queues:
  default: {no_agents: hang_up}
  desk: {skills: tax}
  shop: {skills: [tax, law]}
  expert: {skills: {law: 2, tax: {level: 5, after: {2m: 0, 30s: 3}}}}
steps:
  main: {say: Hello., keys: {1: desk, 2: shop, 3: expert}}
""",
    )
    assert made.queues["desk"].rules.skills == (Skill("tax"),)
    assert made.queues["shop"].rules.skills == (Skill("tax"), Skill("law"))
    assert made.queues["expert"].rules.skills == (Skill("law", 2), Skill("tax", 5, ((30, 3), (120, 0))))


def test_every_word_about_a_queue_has_its_meaning() -> None:
    made = hotline(
        ONE_LANGUAGE,
        """
hours: {office: {always: true}}
queues:
  desk:
    strategy: fewest_calls
    language: any
    priority: 2
    head_start: 90s
    weight: 1
    ring: 25s
    wrap_up: none
    misses: 0
    room: 50
    max_wait: 10m
    overflow: [{after: 3m, queue: shop}, {after: 6m, queue: night}]
    hours: office
    at_closing: callback
    service_level: 90% in 30s
    announce: never
    callback: true
    dispositions: [sold, other]
    disposition: required
    record: true
    otherwise: hang_up
  shop: {otherwise: hang_up}
  night: {otherwise: hang_up}
steps:
  main: {queue: desk}
""",
    )
    assert made.queues["desk"].rules == Rules(
        strategy=Strategy.FEWEST_CALLS,
        tongue=Tongue(Speaks.ANY),
        weight=1,
        priority=2,
        head_start=90,
        ring=25,
        wrap_up=0,
        misses=0,
        max_wait=600,
        room=50,
        overflow=(Overflow(180, "shop"), Overflow(360, "night")),
        at_closing=AtClosing.CALLBACK,
        hours="office",
        goal=Goal(0.9, 30),
        callback=True,
        announce=0,
        dispositions=("sold", "other"),
        must_dispose=True,
        record=Recording.YES,
    )
    assert made.queues["shop"].rules == Rules()


WAITS = """
queues:
  default:
    otherwise: message
    then: thanks
    callback: true
    music: waiting
    keys: {1: {label: the news, say: News., then: back}, 2: call_back}
  desk: {label: an agent}
  shop: {keys: {"*": message, 3: place}, callback: false, music: fiddle, then: hang_up}
steps:
  main: {say: Hello., keys: {1: desk, 2: shop, 3: vip, 4: gentle}}
  vip: {queue: desk, priority: 3}
  gentle: {say: Hold the line., queue: shop, priority: 1, then: main, full: main}
  message: {label: voicemail, say: Speak., then: hang_up}
  thanks: {say: Thank you., then: hang_up}
"""


def test_a_queue_has_the_keys_the_music_and_the_ways_of_the_default_unless_it_has_its_own() -> None:
    made = hotline(ONE_LANGUAGE, WAITS)
    desk, shop = made.steps["desk"], made.steps["shop"]
    news = Option("1", "1", "default.1", "desk.default.1", {"en": ("the news",)})
    assert desk.thing == Enqueue(
        "desk", (news, Option("2", "2", CALL_BACK, "desk.call_back")), music="waiting"
    )
    message = Option("*", "*", "message", "shop.message", {"en": ("voicemail",)})
    assert shop.thing == Enqueue("shop", (message, Option("3", "3", PLACE, "shop.place")), music="fiddle")
    assert (desk.then, shop.then) == ("thanks", "hang_up")
    assert made.steps["default.1"].then == "back"


def test_a_step_waits_as_its_queue_says_with_a_head_start_of_its_own() -> None:
    made = hotline(ONE_LANGUAGE, WAITS)
    desk, vip, gentle = (made.steps[name] for name in ("desk", "vip", "gentle"))
    assert isinstance(desk.thing, Enqueue)
    assert vip.thing == replace(desk.thing, priority=3)
    assert (vip.then, vip.otherwise) == ("thanks", {"": "message"})
    assert (gentle.then, gentle.otherwise) == ("main", {"full": "main", "": "message"})


def test_a_key_of_a_wait_is_offered_as_in_a_menu_and_by_sentences_of_its_own() -> None:
    made = hotline(ONE_LANGUAGE, WAITS)

    def offers(name: str) -> list[str]:
        thing = made.steps[name].thing
        assert isinstance(thing, Enqueue)
        return [plain(offered(made, option, "en")) for option in options_spoken(thing)]

    assert offers("desk") == [
        "For the news, press 1.",
        "To be called back when it is your turn, press 2.",
    ]
    assert offers("shop") == ["For voicemail, press star.", "To hear your place in line, press 3."]


def test_what_record_may_be() -> None:
    text = "queues: {desk: {record: RECORD, no_agents: hang_up}}\nsteps: {main: {queue: desk}}\n"
    meant = {"yes": Recording.YES, "off": Recording.NO, "ask": Recording.ASK}
    for written, recording in meant.items():
        made = hotline(ONE_LANGUAGE, text.replace("RECORD", written))
        assert made.queues["desk"].rules.record is recording
    (mistake,) = read_files({"hotline.yaml": ONE_LANGUAGE + text.replace("RECORD", "maybe")}).mistakes
    assert mistake.text == "'maybe' is not one of no, yes or ask"


def test_callers_hear_that_they_are_recorded_in_every_language_and_in_the_admins_words() -> None:
    made = hotline(
        HEAD
        + """
languages: {en: {recorded: Big brother is listening.}, vi: {}}
queues:
  default: {no_agents: hang_up, record: true}
  desk: {say: {en: "You are from {caller}.", vi: Xin chờ.}}
  shop: {}
  night: {say: {en: Hold., vi: Chờ.}, record: false}
steps:
  main: {say: {en: Hi., vi: Chào.}, keys: {1: desk, 2: shop, 3: night, 4: vip}}
  vip: {say: {en: Welcome., vi: Chào mừng.}, queue: desk, priority: 3}
"""
    )

    def heard(part: Part) -> list[str]:
        return [plain(spoken(made, "desk", part, language)[0][1]) for language in made.languages]

    assert heard(Part.SAY) == ["You are from {caller}.", "Xin chờ."]
    assert heard(Part.RECORDED) == ["Big brother is listening.", "Cuộc trò chuyện này được ghi âm."]
    assert heard(Part.CONSENT) == [
        "If you agree that this conversation is recorded, press 1.",
        "Nếu quý khách đồng ý ghi âm cuộc trò chuyện này, bấm phím 1.",
    ]
    wanted = {name: queue.rules.record for name, queue in made.queues.items()}
    assert wanted == {"desk": Recording.YES, "shop": Recording.YES, "night": Recording.NO}
