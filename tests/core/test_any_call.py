"""What holds for every call through every hotline, whatever comes in, even where no check would pass it."""

from collections.abc import Callable
from dataclasses import replace
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from ivr.core import walk
from ivr.core.calls import Act, DialEnded, Ending, Input, Keys, LookedUp, Move, Recorded, Silence, Turn
from ivr.core.hours import Hours
from ivr.core.menus import (
    WAYS,
    ByHours,
    ByValue,
    Dial,
    Enqueue,
    Hotline,
    Limits,
    Lookup,
    Menu,
    Record,
    Sms,
    Step,
    Thing,
    Voicemail,
)
from ivr.core.questions import QUESTIONS, patience_of
from tests.core.hotlines import Caller, ask, choose_language, does, holes, hotline, menu, patience, said, say

NAMES = ("one", "two", "three", "four", "five")
LEADS = st.sampled_from((*NAMES, *NAMES, *sorted(WAYS)))
TRIES = st.builds(patience, st.integers(1, 3), LEADS)
PARTIES = st.lists(st.sampled_from(("+84901111111", "+15551112222")), min_size=1, max_size=3)


def a_menu(name: str) -> st.SearchStrategy[Step]:
    keys = st.dictionaries(
        st.sampled_from(("0", "1", "2", "3", "9", "*", "#", "12", "100-199")), LEADS, min_size=3, max_size=7
    )
    return st.builds(
        menu,
        st.just(name),
        keys,
        silence=TRIES,
        wrong=TRIES,
        again=st.booleans(),
        type_ahead=st.sampled_from((None, 1.0)),
        keep_as=st.just("number"),
        must_hear=st.booleans(),
    )


def a_question(name: str) -> st.SearchStrategy[Step]:
    number = st.builds(
        ask,
        st.just(name),
        st.just("number"),
        fewest=st.integers(1, 2),
        most=st.integers(2, 4),
        silence=TRIES,
        wrong=TRIES,
        check=st.sampled_from((None, "luhn")),
        confirm=st.booleans(),
        secret=st.booleans(),
        then=LEADS,
    )
    language = st.builds(
        choose_language, st.just(name), LEADS, change=st.sampled_from(("*", "9", None)), silence=TRIES
    )
    return number | language


def a_thing() -> st.SearchStrategy[Thing]:
    return st.one_of(
        st.builds(ByHours, st.sampled_from(("office", "unpublished")), LEADS, LEADS),
        st.builds(lambda leads: ByValue("number", (("1*", leads),)), LEADS),
        st.just(Lookup(holes("https://crm.example/{number}"), 2)),
        st.just(Lookup(holes("https://down.example/"), 2)),
        st.just(Enqueue("sales")),
        PARTIES.map(lambda parties: Dial(tuple(map(holes, parties)), 20)),
        st.just(Voicemail("office")),
        st.just(Record("word", 60, 3, "#")),
        st.just(Sms(holes("{caller}"), said("{number}", "{number}"))),
    )


def a_step(name: str) -> st.SearchStrategy[Step]:
    acting = st.builds(
        does, st.just(name), a_thing(), LEADS, words=st.booleans(), busy=LEADS, otherwise=LEADS
    )
    talking = st.builds(say, st.just(name), LEADS, must_hear=st.booleans())
    return st.one_of(a_menu(name), a_menu(name), a_question(name), acting, talking)


HOTLINES = st.builds(
    lambda steps, keys, then, always: replace(
        hotline(*steps, limits=Limits(keys, then)), hours={"office": Hours(always=always)}
    ),
    st.tuples(*map(a_menu, NAMES[:2]), *map(a_step, NAMES[2:])),
    st.integers(1, 12),
    LEADS,
    st.booleans(),
)

ANYTHING: tuple[Input | None, ...] = (
    *map(Keys, ("0", "1", "2", "9", "*", "#", "12", "150", "1239", "99*1", "7777777", "")),
    Silence(),
    *map(DialEnded, (Ending.CONNECTED, Ending.BUSY, Ending.NO_ANSWER, Ending.FAILED)),
    *(Recorded(recording, seconds) for recording in (None, "RE1") for seconds in (0, 9)),
    *map(LookedUp, (None, {"number": "1"})),
    LookedUp(failed=True),
    None,
)
"""What comes in; None stands for a place that was lost and found again."""


def something(caller: Caller, chance: Random) -> Input | None:
    """What comes in next: mostly what fits the place of the caller, sometimes anything."""
    assert caller.call.place is not None
    fitting = [one for one in ANYTHING if isinstance(one, FITTING[caller.call.place.turn])]
    thing = caller.hotline.steps[caller.call.place.step].thing
    if isinstance(thing, Menu):
        keys = [option.first for option in thing.options]
        ahead = "".join(chance.choices("01239*", k=chance.randrange(4)))
        fitting = [*map(Keys, keys), Keys(chance.choice(keys) + ahead), Silence(), Keys("7")]
    return chance.choice(fitting if chance.random() < 0.9 else ANYTHING)


FITTING: dict[Turn, tuple[type, ...]] = {
    Turn.KEYS: (Keys, Silence),
    Turn.CHANGE: (Keys, Silence),
    Turn.CONFIRM: (Keys, Silence),
    Turn.DIAL: (DialEnded,),
    Turn.RECORD: (Recorded,),
    Turn.LOOKUP: (LookedUp,),
}


def every_move_is_one_document(caller: Caller) -> None:
    assert [move.call.hop for move in caller.moves] == list(range(1, len(caller.moves) + 1))


def the_call_stands_where_its_document_stands(caller: Caller) -> None:
    for move in caller.moves:
        assert move.document.place == move.call.place
        assert move.document.language == move.call.language
        assert (move.document.act is Act.HANG_UP) is (move.call.place is None)


def a_call_has_an_outcome_when_its_menus_have_ended(caller: Caller) -> None:
    assert caller.call.place is not None or caller.call.outcome is not None


def nobody_is_hung_up_on_without_a_word(caller: Caller) -> None:
    assert caller.call.place is not None or caller.document.speech


def passes_cover_the_call_without_a_gap(caller: Caller) -> None:
    edges = [edge for done in caller.passes for edge in (done.entered_at, done.left_at)]
    starts = [caller.call.started_at, *edges[1::2]]
    assert [*edges[::2], caller.call.entered_at] == starts
    assert starts == sorted(starts)
    assert starts[-1] <= caller.now


def every_answer_is_counted_and_written_down_once(caller: Caller) -> None:
    written = " ".join([*(done.pressed for done in caller.passes), caller.call.pressed]).split()
    assert len(written) == caller.call.inputs


def beyond_the_limit_nothing_is_asked(caller: Caller) -> None:
    for move in caller.moves:
        assert move.call.inputs <= caller.hotline.limits.keys or move.document.act is not Act.LISTEN


def failures_of_a_pass_are_within_the_patience_of_its_step(caller: Caller) -> None:
    for done in caller.passes:
        thing = caller.hotline.steps[done.step].thing
        most = patience_of(caller.hotline.steps[done.step]).tries if isinstance(thing, Menu) else 3
        assert done.silences <= most
        assert done.wrongs <= 3
        if not isinstance(thing, QUESTIONS):
            assert (done.silences, done.wrongs, done.pressed) == (0, 0, "")


def the_way_back_holds_each_menu_once(caller: Caller) -> None:
    for move in caller.moves:
        way = move.call.way
        assert len(set(way)) == len(way)
        assert set(way[:-1]) <= move.call.heard
        assert all(isinstance(caller.hotline.steps[name].thing, Menu) for name in way)


def whoever_is_rung_or_written_to_is_allowed(caller: Caller) -> None:
    for move in caller.moves:
        if move.document.act is Act.DIAL:
            assert party_of(caller.hotline, move) == "+84901111111"


def party_of(built: Hotline, move: Move) -> str:
    assert move.call.place is not None
    dial = built.steps[move.call.place.step].thing
    assert isinstance(dial, Dial)
    return str(dial.parties[move.call.place.wrongs][0])


def only_a_key_chooses_a_language_to_remember(caller: Caller) -> None:
    for move in caller.moves:
        if move.chosen:
            assert (move.chosen, Ending.KEY) in [(done.option, done.ending) for done in move.passes]


def the_same_call_and_world_give_the_same_move(caller: Caller) -> None:
    if caller.call.place:
        key = Keys("1")
        once = walk.answer(caller.hotline, caller.call, key, caller.world)
        assert walk.answer(caller.hotline, caller.call, key, caller.world) == once


LAWS: tuple[Callable[[Caller], None], ...] = (
    every_move_is_one_document,
    the_call_stands_where_its_document_stands,
    a_call_has_an_outcome_when_its_menus_have_ended,
    nobody_is_hung_up_on_without_a_word,
    passes_cover_the_call_without_a_gap,
    every_answer_is_counted_and_written_down_once,
    beyond_the_limit_nothing_is_asked,
    failures_of_a_pass_are_within_the_patience_of_its_step,
    the_way_back_holds_each_menu_once,
    whoever_is_rung_or_written_to_is_allowed,
    only_a_key_chooses_a_language_to_remember,
    the_same_call_and_world_give_the_same_move,
)


@settings(deadline=None, max_examples=200)
@given(HOTLINES, st.randoms(use_true_random=True), st.sampled_from((None, "en")))
def test_every_law_holds_for_any_call(built: Hotline, chance: Random, remembered: str | None) -> None:
    caller = Caller(built, remembered=remembered, down=frozenset({"down.example"})).dials()
    while caller.call.place is not None and len(caller.moves) < 30:
        came_in = something(caller, chance)
        if came_in is None:
            caller.loses_the_line_and_is_found_again()
        else:
            caller.gives(came_in)
    for holds in LAWS:
        holds(caller)
