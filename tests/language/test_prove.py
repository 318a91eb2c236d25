"""The proof: what it finds wrong, in which words, and that it is right about it."""

from dataclasses import replace
from itertools import chain, combinations
from random import Random
from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ivr.core.line.rules import Overflow, Rules
from ivr.core.menus import (
    BACK,
    CALL_BACK,
    HANG_UP,
    PLACE,
    REPEAT,
    TOP,
    WAITING_WAYS,
    WAYS,
    ByHours,
    ByValue,
    Dial,
    Enqueue,
    Hotline,
    Limits,
    Lookup,
    Option,
    Queue,
    Record,
    Sms,
    Step,
    Voicemail,
    Where,
)
from ivr.core.walk import LONGEST_WAY
from ivr.language.prove import Proof, prove
from tests.core.hotlines import ask, choose_language, does, hotline, menu, patience, said, say
from tests.language import every_caller

ENDS = "(a queue, a mailbox, hang_up)"


def written(*steps: Step, queues: tuple[str, ...] = (), limits: Limits | None = None) -> Hotline:
    """A hotline whose steps stand in a file one after another, ten lines each."""
    placed = [replace(step, at=Where("menus/main.yaml", 10 * at + 2, 3)) for at, step in enumerate(steps)]
    return replace(hotline(*placed, limits=limits), queues={name: Queue(name) for name in queues})


def mistakes(*steps: Step, queues: tuple[str, ...] = ()) -> list[str]:
    return [str(one) for one in prove(written(*steps, queues=queues)).mistakes]


def queue(name: str = "support", **otherwise: str) -> Step:
    return does(name, Enqueue(name), words=True, **(otherwise or {"otherwise": "message"}))


def mailbox(name: str = "message", **otherwise: str) -> Step:
    return does(name, Voicemail("office"), words=True, **otherwise)


def dial(name: str = "office", then: str = HANG_UP, **otherwise: str) -> Step:
    return does(name, Dial((("+84901",), ("+84902",)), 20), then, words=True, **otherwise)


# -- a hotline without mistakes ---------------------------------------------------------------------------


def test_a_hotline_in_which_nobody_gets_lost_is_proved() -> None:
    proof = prove(
        written(
            choose_language("welcome", "reception"),
            does("reception", ByHours("office", "main", "closed")),
            say("closed", "message"),
            menu(
                "main",
                {"1": "support", "2": "order", "3": "directions", "9": REPEAT, "0": "office", "*": "welcome"},
                silence=patience(3, "support"),
                wrong=patience(2, "support"),
            ),
            say("directions", REPEAT),
            ask("order", "order", check="luhn", confirm=True, silence=patience(3, BACK), then="status"),
            does("status", Lookup(("https://crm.example",), 2), "kind", otherwise="support"),
            does("kind", ByValue("status", (("late*", "support"), ("lost", "text"))), otherwise="main"),
            does("text", Sms(("+84901",), said("Sorry.")), TOP, failed="support"),
            dial(otherwise="message"),
            queue(),
            mailbox(),
            queues=("support",),
        )
    )
    assert proof.mistakes == proof.warnings == ()
    assert proof.complete
    assert proof.states == 17


# -- circles ----------------------------------------------------------------------------------------------


def test_a_silent_caller_who_goes_round_is_told_with_the_way() -> None:
    found = mistakes(
        menu("main", {"1": HANG_UP}, silence=patience(3, "sorry"), wrong=patience(3, HANG_UP)),
        say("sorry", "main"),
    )
    assert found == [
        "menus/main.yaml:2:3: a caller who presses nothing goes round main -> sorry -> main for ever; "
        f"give silence a 'then' that ends {ENDS}"
    ]


def test_a_menu_that_repeats_itself_for_the_silent_is_a_circle_of_one() -> None:
    found = mistakes(menu("main", {"1": HANG_UP}, silence=patience(3, REPEAT)))
    assert found == [
        "menus/main.yaml:2:3: a caller who presses nothing goes round main -> main for ever; "
        f"give silence a 'then' that ends {ENDS}"
    ]


@pytest.mark.parametrize("way", [BACK, TOP, REPEAT, "main"])
def test_in_the_first_menu_every_way_is_a_way_round(way: str) -> None:
    assert len(mistakes(menu("main", {"1": HANG_UP}, silence=patience(1, way)))) == 1


def test_wrong_keys_that_lead_round_are_told_too() -> None:
    found = mistakes(menu("main", {"1": HANG_UP}, wrong=patience(2, TOP)))
    assert found == [
        "menus/main.yaml:2:3: a caller who presses only wrong keys goes round main -> main for ever; "
        f"give wrong a 'then' that ends {ENDS}"
    ]


def test_a_circle_that_needs_both_silence_and_wrong_keys_is_found() -> None:
    found = mistakes(
        menu("main", {"1": HANG_UP}, silence=patience(2, "other")),
        menu("other", {"1": HANG_UP}, wrong=patience(2, "main")),
    )
    assert found == [
        "menus/main.yaml:2:3: a caller who presses nothing or wrong keys goes round main -> other -> main "
        f"for ever; give silence or wrong a 'then' that ends {ENDS}"
    ]


def test_steps_that_ask_nothing_and_lead_to_each_other_are_found() -> None:
    found = mistakes(
        menu("main", {"1": "open"}),
        does("open", ByHours("office", "main", "shut")),
        does("shut", ByValue("caller", (("+84*", "main"),)), otherwise="open"),
    )
    assert found == [
        "menus/main.yaml:12:3: these steps lead to each other for ever and ask the caller nothing: "
        "open -> shut -> open; let one of them lead to a menu, or end"
    ]


def test_a_line_that_is_rung_again_and_again_asks_nothing() -> None:
    found = mistakes(menu("main", {"1": "office"}), dial(busy="office", otherwise=HANG_UP))
    assert found == [
        "menus/main.yaml:12:3: these steps lead to each other for ever and ask the caller nothing: "
        "office -> office; let one of them lead to a menu, or end"
    ]


def test_repeat_before_the_first_menu_begins_the_call_again() -> None:
    assert mistakes(say("hello", "news"), say("news", REPEAT)) == [
        "menus/main.yaml:2:3: these steps lead to each other for ever and ask the caller nothing: "
        "hello -> news -> hello; let one of them lead to a menu, or end"
    ]


def test_where_the_limits_lead_may_not_go_round_either() -> None:
    limits = Limits(5, "last_words")
    proof = prove(
        written(
            menu("main", {"1": HANG_UP}), say("last_words", "more"), say("more", "last_words"), limits=limits
        )
    )
    assert [str(one) for one in proof.mistakes] == [
        "menus/main.yaml:12:3: these steps lead to each other for ever and ask the caller nothing: "
        "last_words -> more -> last_words; let one of them lead to a menu, or end"
    ]


def test_a_menu_that_only_the_limits_lead_to_is_no_place_to_come_back_to() -> None:
    line = hotline(
        ask("number", "n", wrong=patience(1, "language"), then="main"),
        choose_language("language", TOP, silence=patience(1, "number")),
        menu("main", {}, silence=patience(1, "number"), wrong=patience(1, "language")),
        menu("last_words", {}),
        limits=Limits(6, "last_words"),
    )
    assert [one.text for one in prove(line).mistakes] == [
        "a caller who presses only wrong keys goes round language -> main -> language for ever",
        "a caller who presses only wrong keys goes round number -> language -> number for ever",
    ]


def test_a_circle_in_which_each_round_needs_a_key_is_the_callers_own_will() -> None:
    assert mistakes(menu("main", {"1": "other", "2": REPEAT}), menu("other", {"1": "main", "*": BACK})) == []


def test_a_caller_who_talked_to_somebody_may_come_back() -> None:
    talked = (
        menu("main", {"1": HANG_UP}, silence=patience(2, "office")),
        dial("office", "main", otherwise=HANG_UP),
    )
    assert mistakes(*talked) == []


def test_back_is_no_circle_where_it_leads_out_of_one() -> None:
    """`deep` leads to `sub` by name, but `sub` is on the way already: its `back` still leads to `main`."""
    found = mistakes(
        menu("main", {"1": "sub"}),
        menu("sub", {"1": "deep"}, silence=patience(2, BACK)),
        menu("deep", {"1": HANG_UP}, silence=patience(2, "sub")),
    )
    assert found == []


def test_back_is_a_circle_where_a_caller_can_come_from_the_other_side() -> None:
    found = mistakes(
        menu("main", {"1": "sub", "2": "deep"}),
        menu("sub", {"1": "deep"}, silence=patience(2, BACK)),
        menu("deep", {"1": HANG_UP}, silence=patience(2, "sub")),
    )
    assert found == [
        "menus/main.yaml:12:3: a caller who presses nothing goes round sub -> deep -> sub for ever; "
        f"give silence a 'then' that ends {ENDS}"
    ]


def test_hours_do_not_change_while_a_caller_goes_round() -> None:
    found = mistakes(
        does("hello", ByHours("office", "main", "sorry")),
        menu("main", {"1": HANG_UP}, silence=patience(2, "late")),
        does("late", ByHours("office", HANG_UP, "hello")),
        say("sorry"),
    )
    assert found == []


def test_a_queue_that_is_closed_with_the_hours_leads_nobody_back_to_them() -> None:
    """Out of hours the queue is closed; that nobody is there comes of it in hours alone."""
    proof = prove(
        with_desk(
            written(
                does("hours", ByHours("x", "main", "desk")),
                menu("main", {"1": HANG_UP}),
                does("desk", Enqueue("desk"), no_agents="hours", closed=HANG_UP, otherwise=HANG_UP),
            )
        )
    )
    assert [str(one) for one in proof.mistakes] == []


def test_a_remembered_language_stays_remembered() -> None:
    found = mistakes(
        choose_language("first", "second", silence=patience(2, HANG_UP), wrong=patience(2, HANG_UP)),
        choose_language("second", HANG_UP, silence=patience(2, "first"), wrong=patience(2, HANG_UP)),
    )
    assert found == []


def test_every_circle_is_told_at_once() -> None:
    found = mistakes(
        menu("main", {"1": "other"}, silence=patience(2, REPEAT), wrong=patience(2, REPEAT)),
        menu("other", {"1": HANG_UP}, silence=patience(2, REPEAT)),
    )
    assert [one.partition(" for ever")[0] for one in found] == [
        "menus/main.yaml:2:3: a caller who presses nothing goes round main -> main",
        "menus/main.yaml:2:3: a caller who presses only wrong keys goes round main -> main",
        "menus/main.yaml:12:3: a caller who presses nothing goes round other -> other",
    ]


# -- what cannot be reached, and what leads nowhere -------------------------------------------------------


def test_a_step_nobody_can_reach_is_told() -> None:
    found = mistakes(menu("main", {"1": HANG_UP}), say("forgotten"))
    assert found == [
        "menus/main.yaml:12:3: nobody can reach this step: 'forgotten'; "
        "lead a key or a step to it, or leave it out"
    ]


def test_a_step_that_only_the_limits_lead_to_is_reached() -> None:
    proof = prove(written(menu("main", {"1": HANG_UP}), mailbox("enough"), limits=Limits(10, "enough")))
    assert proof.mistakes == ()


def test_an_option_whose_keys_belong_to_others_is_told() -> None:
    found = mistakes(menu("main", {"10": HANG_UP, "11": REPEAT, "10-11": "extension"}), say("extension"))
    assert found == [
        "menus/main.yaml:2:3: nobody can choose 'main.extension' with 10-11: other keys of 'main' take it "
        "first; give it a key of its own",
        "menus/main.yaml:12:3: nobody can reach this step: 'extension'; "
        "lead a key or a step to it, or leave it out",
    ]


def test_a_range_is_chosen_by_the_keys_that_are_left_to_it() -> None:
    assert mistakes(menu("main", {"10": HANG_UP, "10-12": "extension"}), say("extension")) == []


def test_an_ask_that_no_number_fits_is_told() -> None:
    found = mistakes(ask("pin", "pin", fewest=4, most=4, smallest=20000))
    assert found == [
        "menus/main.yaml:2:3: no number a caller could type is right for 'pin'; "
        "let its digits, its range and its check fit together"
    ]


@pytest.mark.parametrize("check", ["luhn", "verhoeff", "mod97"])
def test_an_ask_with_a_check_digit_is_answered(check: str) -> None:
    assert mistakes(ask("order", "order", check=check, then="thanks"), say("thanks")) == []


def test_a_destination_that_is_not_there_is_told() -> None:
    assert mistakes(
        menu("main", {"1": "suport"}, silence=patience(2, "support")), queue(otherwise=HANG_UP)
    ) == ["menus/main.yaml:2:3: step 'main' leads to unknown 'suport'; did you mean 'support'?"]


def test_a_queue_without_a_way_out_is_told() -> None:
    found = mistakes(menu("main", {"1": "support"}), queue("support", too_long=HANG_UP))
    assert found == [
        "menus/main.yaml:12:3: queue 'support' has no way out when nobody is there; "
        "add 'no_agents:' or 'otherwise:', here or in 'default'"
    ]


def test_more_steps_than_one_document_holds_are_told() -> None:
    chain_of = [say(f"s{at}", f"s{at + 1}") for at in range(LONGEST_WAY)]
    assert mistakes(*chain_of[:-1], say(f"s{LONGEST_WAY - 1}")) == []
    assert mistakes(*chain_of, say(f"s{LONGEST_WAY}")) == [
        "menus/main.yaml:2002:3: step 's200' comes after more than 200 steps that ask the caller nothing; "
        "leave some out, or ask something on the way"
    ]


def test_more_words_than_one_document_holds_are_told() -> None:
    def tale(at: int, letters: int) -> Step:
        return replace(say(f"s{at}", f"s{at + 1}" if at < 60 else HANG_UP), say=said("x" * letters))

    assert mistakes(*(tale(at, 700) for at in range(61))) == []
    assert mistakes(*(tale(at, 1_000) for at in range(61))) == [
        "menus/main.yaml:142:3: from step 's14' on callers hear 56,400 bytes of text at one go in 'en'; "
        "a carrier takes at most 56,000: shorten the texts, or ask something on the way"
    ]


# -- warnings ---------------------------------------------------------------------------------------------


def test_a_menu_without_help_in_reach_is_a_warning() -> None:
    proof = prove(
        written(
            menu("main", {"1": "help", "2": "news"}),
            menu("news", {"1": REPEAT, "2": "weather"}),
            menu("weather", {"1": "news"}),
            menu("help", {"1": "office", "2": "sub"}),
            menu("sub", {"*": BACK}),
            dial(otherwise=HANG_UP),
        )
    )
    assert proof.mistakes == ()
    assert [str(one) for one in proof.warnings] == [
        "menus/main.yaml:12:3: from menu 'news' nobody can be reached, and no word be left; "
        "give it a key to a queue, a number or a mailbox",
        "menus/main.yaml:22:3: from menu 'weather' nobody can be reached, and no word be left; "
        "give it a key to a queue, a number or a mailbox",
    ]


def test_a_queue_no_key_leads_to_is_a_warning_and_what_is_behind_it_is_reached() -> None:
    found = prove(
        written(
            menu("main", {"1": "support"}),
            queue("support"),
            queue("experts", otherwise="night"),
            mailbox(),
            mailbox("night"),
            queues=("support", "experts"),
        )
    )
    assert found.mistakes == ()
    assert [str(one) for one in found.warnings] == [
        "menus/main.yaml:22:3: no key and no step leads to queue 'experts'; "
        "only a transfer can bring callers there; lead a key to it, or leave it out"
    ]


def test_what_is_behind_a_closed_queue_is_reached_by_its_hours_and_without_any_as_it_is_closed_by_hand() -> (
    None
):
    line = written(
        menu("main", {"1": "support"}), queue(no_agents="message", closed="night"), mailbox(), say("night")
    )
    opened = replace(line, queues={"support": Queue("support", rules=Rules(hours="office"))})
    assert prove(opened).mistakes == ()
    always = replace(line, queues={"support": Queue("support")})
    assert prove(always).mistakes == ()


def test_a_queue_closed_by_hand_must_not_lead_round_to_itself() -> None:
    line = written(
        menu("main", {"1": "support"}),
        queue(no_agents="message", closed="again"),
        mailbox(),
        say("again", "support"),
    )
    always = replace(line, queues={"support": Queue("support")})
    (found,) = prove(always).mistakes
    assert "support -> again -> support" in found.text


def test_a_queue_is_not_open_and_closed_on_one_way_round() -> None:
    line = written(
        menu("main", {"1": "message"}, silence=patience(2, "door")),
        does("door", ByHours("office", "support", "message")),
        queue(no_agents="message", closed="main"),
        mailbox(),
    )
    opened = replace(line, queues={"support": Queue("support", rules=Rules(hours="office"))})
    assert prove(opened).mistakes == ()


def test_a_queue_that_is_joined_by_another_step_is_not_a_lonely_one() -> None:
    vip = does("vip", Enqueue("support", priority=3), otherwise="message")
    line = written(menu("main", {"1": "vip"}), vip, queue("support"), mailbox(), queues=("support",))
    assert prove(line).warnings == ()


def test_a_queue_that_only_helps_out_another_is_not_a_lonely_one() -> None:
    line = written(menu("main", {"1": "support"}), queue("support"), queue("experts"), mailbox())
    helped = Queue("support", rules=Rules(overflow=(Overflow(180, "experts"),)))
    assert prove(replace(line, queues={"support": helped, "experts": Queue("experts")})).warnings == ()


# -- waits ------------------------------------------------------------------------------------------------


def wait(*keys: str, ways: dict[str, str], rules: Rules | None = None, then: str = HANG_UP) -> Hotline:
    """A queue right behind the number; its keys, `then` and the `ways` out lead to steps that say something
    and end."""
    options = tuple(Option(str(at), str(at), leads, f"support.{leads}") for at, leads in enumerate(keys, 1))
    ends = dict.fromkeys((*keys, then, *ways.values()))
    others = [say(name) for name in ends if name not in (*WAYS, *WAITING_WAYS, "support")]
    otherwise = {"" if reason == "otherwise" else reason: leads for reason, leads in ways.items()}
    line = Step("support", then, thing=Enqueue("support", options), otherwise=otherwise)
    return replace(written(line, *others), queues={"support": Queue("support", rules=rules or Rules())})


NIGHT = {"otherwise": "night"}


def unreached(line: Hotline) -> list[str]:
    """The steps nobody can reach; that is all that is wrong."""
    texts = [one.text for one in prove(line).mistakes]
    assert all(text.startswith("nobody can reach this step: ") for text in texts)
    return [text.split("'")[1] for text in texts]


def test_who_waits_may_press_any_key_and_goes_on_when_the_agent_has_left() -> None:
    assert unreached(wait("message", "news", then="thanks", ways=NIGHT)) == []


def test_keys_for_ones_place_and_for_a_call_back_lead_to_no_step() -> None:
    proof = prove(wait(PLACE, CALL_BACK, ways=NIGHT))
    assert proof.mistakes == proof.warnings == ()
    assert proof.states == 2  # the wait and the night


@pytest.mark.parametrize(
    ("reason", "rules"),
    [
        ("too_long", Rules(max_wait=600)),
        ("full", Rules(room=50)),
    ],
)
def test_a_reason_for_leaving_the_line_is_one_only_where_it_can_happen(reason: str, rules: Rules) -> None:
    ways = {**NIGHT, reason: "elsewhere"}
    assert unreached(wait(ways=ways)) == ["elsewhere"]
    assert unreached(wait(ways=ways, rules=rules)) == []


@pytest.mark.parametrize("reason", ["no_agents", "declined", "closed", "otherwise"])
def test_some_reasons_can_always_happen(reason: str) -> None:
    assert unreached(wait(ways={"no_agents": "night", "declined": "night", reason: "elsewhere"})) == []


@pytest.mark.parametrize("reason", ["no_agents", "too_long", "full", "closed", "declined", "otherwise"])
def test_a_wait_that_leads_back_into_itself_is_a_circle_for_whatever_reason(reason: str) -> None:
    rules = Rules(max_wait=600, room=50, hours="office")
    line = wait(ways={"no_agents": "night", **NIGHT, reason: "support"}, rules=rules)
    assert [one.text for one in prove(line).mistakes] == [
        "these steps lead to each other for ever and ask the caller nothing: support -> support"
    ]


def test_a_conversation_that_leads_back_into_the_wait_is_a_circle_too() -> None:
    assert [one.text for one in prove(wait(then="support", ways=NIGHT)).mistakes] == [
        "these steps lead to each other for ever and ask the caller nothing: support -> support"
    ]


def test_back_from_a_wait_leads_to_the_menu_behind_and_a_key_there_is_the_callers_own_will() -> None:
    line = written(
        menu("main", {"1": "support"}, silence=patience(2, HANG_UP)),
        does("support", Enqueue("support", (Option("9", "9", BACK, "support.back"),)), otherwise=BACK),
        queues=("support",),
    )
    assert prove(line).mistakes == ()
    silent = menu("main", {"1": "support"}, silence=patience(2, "support"))
    assert [one.text for one in prove(replace(line, steps={**line.steps, "main": silent})).mistakes] == [
        "a caller who presses nothing goes round main -> support -> main for ever"
    ]


def test_who_has_used_up_all_answers_in_a_wait_goes_where_the_limits_lead() -> None:
    line = wait(PLACE, ways=NIGHT)
    more = replace(line, steps={**line.steps, "last_words": say("last_words")})
    assert unreached(more) == ["last_words"]
    assert unreached(replace(more, limits=Limits(5, "last_words"))) == []


def test_a_proof_that_runs_out_of_its_budget_says_so() -> None:
    proof = prove(written(*(menu(f"m{at}", {"1": f"m{at + 1}"}) for at in range(9)), mailbox("m9")), budget=5)
    assert not proof.complete
    assert proof.mistakes == ()
    assert [str(one) for one in proof.warnings] == [
        "menus/main.yaml:1:1: proved up to 5 states; there are more; "
        "make the menus simpler to prove them whole"
    ]


def test_ways_too_many_to_try_are_a_warning_that_names_the_menus() -> None:
    proof = prove(written(*mesh(4)), budget=20)
    assert not proof.complete
    assert [str(one) for one in proof.warnings] == [
        "menus/main.yaml:12:3: not proved: a caller who presses nothing may go round for ever among "
        "hub, m0, m1, m2, m3; there are too many ways to try all; "
        "let silence and wrong keys lead to a queue, a mailbox or hang_up"
    ]


def test_ways_enough_to_try_are_tried_and_proved() -> None:
    proof = prove(written(*mesh(4)))
    assert proof.complete
    assert proof.mistakes == proof.warnings == ()


def mesh(size: int) -> list[Step]:
    """Menus that lead to each other by keys, and to `hub` by silence. All ways come through `hub`, so its
    `back` leads to `main`, whatever the way; without the way, it looks as if it led to any of them."""
    leads = {str(key): f"m{key}" for key in range(size)}
    menus = [menu(name, leads, silence=patience(2, "hub")) for name in leads.values()]
    hub = menu("hub", leads, silence=patience(2, BACK))
    return [menu("main", {"1": "hub", "2": "message"}), hub, *menus, mailbox()]


# -- a second opinion -------------------------------------------------------------------------------------

NAMES = ["a", "b", "c", "d", "e"]
PLACES = st.sampled_from([*NAMES, *NAMES, HANG_UP, BACK, TOP, REPEAT])
PATIENCES = st.builds(patience, st.integers(1, 2), PLACES)


def questions(name: str) -> st.SearchStrategy[Step]:
    keys = st.dictionaries(st.sampled_from("1234"), PLACES, max_size=3)
    return st.one_of(
        *2 * [st.builds(lambda k, s, w: menu(name, k, silence=s, wrong=w), keys, PATIENCES, PATIENCES)],
        st.builds(
            lambda s, w, then, confirm: ask(
                name, "n", fewest=1, silence=s, wrong=w, then=then, confirm=confirm
            ),
            PATIENCES, PATIENCES, PLACES, st.booleans(),
        ),
        st.builds(
            lambda s, w, then, change: choose_language(name, then, change=change, silence=s, wrong=w),
            PATIENCES, PATIENCES, PLACES, st.sampled_from([None, "1"]),
        ),
    )  # fmt: skip


def settled_steps(name: str) -> st.SearchStrategy[Step]:
    """Steps in which a world that does not change leaves nothing to chance."""
    return st.one_of(
        questions(name),
        questions(name),
        st.builds(lambda then: say(name, then), PLACES),
        st.builds(lambda o, c, h: does(name, ByHours(h, o, c)), PLACES, PLACES, st.sampled_from("xy")),
        st.builds(lambda then, c: does(name, Enqueue("desk"), otherwise=then, closed=c), PLACES, PLACES),
        st.builds(lambda then, way: does(name, Voicemail("v"), then, otherwise=way), PLACES, PLACES),
        st.builds(lambda then, way: does(name, Record("r", 9, 3, "#"), then, otherwise=way), PLACES, PLACES),
    )


def moody_steps(name: str) -> st.SearchStrategy[Step]:
    """The steps in which a world can do anything."""
    return st.one_of(
        settled_steps(name),
        st.builds(lambda then, way: dial(name, then, otherwise=way), PLACES, PLACES),
        st.builds(
            lambda then, way: does(name, Lookup(("https://x",), 0), then, otherwise=way), PLACES, PLACES
        ),
        st.builds(
            lambda then, way: does(name, Sms(("+84",), said("x")), then, otherwise=way), PLACES, PLACES
        ),
        st.builds(lambda a, b: does(name, ByValue("v", (("x", a), ("y*", b))), otherwise=a), PLACES, PLACES),
    )


def with_desk(line: Hotline) -> Hotline:
    """The queue of the steps, open in the hours x."""
    return replace(line, queues={"desk": Queue("desk", rules=Rules(hours="x"))})


settled_hotlines = st.tuples(*map(settled_steps, NAMES)).map(lambda steps: with_desk(hotline(*steps)))
moody_hotlines = st.tuples(*map(moody_steps, NAMES)).map(
    lambda steps: with_desk(hotline(*steps, limits=Limits(6, "e")))
)

FOUND = {
    "unasked": "ask the caller nothing",
    "silent": "presses nothing goes round",
    "wrong": "presses only wrong keys goes round",
    "mixed": "presses nothing or wrong keys goes round",
}


def circles_of(proof: Proof) -> set[str]:
    return {kind for kind, words in FOUND.items() for one in proof.mistakes if words in one.text}


@settings(max_examples=60, deadline=None)
@given(settled_hotlines)
def test_the_proof_finds_a_circle_just_where_a_real_caller_goes_round(line: Hotline) -> None:
    opened = chain.from_iterable(combinations("xy", count) for count in range(3))
    queues = {name: queue.rules.hours for name, queue in line.queues.items()}
    worlds = [
        every_caller.Settled(frozenset(hours), queues, shut, known)
        for hours in opened
        for shut in (frozenset[str](), frozenset(queues))
        for known in (None, "vi")
    ]
    real = every_caller.circles(line, worlds)
    found = circles_of(prove(line))
    assert ("unasked" in found) == ("unasked" in real)
    assert bool(found) == bool(real)
    if "unasked" not in real:
        assert found - {"mixed"} == real - {"mixed"}


@settings(max_examples=100, deadline=None)
@given(moody_hotlines, st.integers(0, 2**32))
def test_nobody_gets_lost_in_a_hotline_that_is_proved(line: Hotline, seed: int) -> None:
    proof = prove(line)
    if proof.mistakes and circles_of(proof):
        return
    for call in range(10):
        moves = []
        for move in every_caller.random_call(line, Random(seed + call)):
            moves.append(move)
            assert len(move.passes) < LONGEST_WAY
            assert len(moves) < 100
        assert moves[-1].call.inputs <= line.limits.keys + 1


# -- how long it takes ------------------------------------------------------------------------------------


def test_two_thousand_waits_are_proved_in_no_time() -> None:
    rules = Rules(max_wait=600, room=50, hours="office")
    keys = tuple(
        Option(key, key, leads, f"wait.{leads}")
        for key, leads in {"1": "message", "2": CALL_BACK, "3": PLACE, "9": BACK, "0": TOP}.items()
    )
    waits = [
        does(f"q{at}", Enqueue(f"q{at}", keys), f"q{at + 1}" if at < 1999 else HANG_UP, otherwise="message")
        for at in range(2000)
    ]
    line = written(menu("main", {"1": "q0"}), *waits, mailbox())
    began = process_time()
    proof = prove(replace(line, queues={f"q{at}": Queue(f"q{at}", rules=rules) for at in range(2000)}))
    took = process_time() - began
    assert (proof.mistakes, proof.warnings, proof.states) == ((), (), 2002)
    assert took < 2, "0.33 s where this was written"


def test_a_thousand_menus_of_ten_keys_are_proved_in_no_time() -> None:
    chance = Random(7)
    menus = []
    for at in range(1000):
        leads = {str(key): f"m{(at * 8 + key) % 1000}" for key in range(1, 9)}
        keys = {**leads, "0": "support", "*": chance.choice([BACK, TOP, REPEAT])}
        menus.append(menu(f"m{at}", keys, silence=patience(3, "support"), wrong=patience(3, "support")))
    line = written(*menus, queue(), mailbox(), queues=("support",))
    began = process_time()
    proof = prove(line)
    took = process_time() - began
    assert (proof.mistakes, proof.warnings, proof.states) == ((), (), 1002)
    assert took < 1, "0.15 s where this was written"
