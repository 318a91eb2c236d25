"""Written phone calls as YAML: read with all their mistakes, written, and changed where they stand."""

from datetime import datetime
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.core.calls import Ending, Outcome
from ivr.core.menus import Hotline, Where
from ivr.language import read, read_files
from ivr.language.calls import read_call_texts, read_calls
from ivr.language.calls.editing import Added, Before, CannotEdit, Edit, Entry, Removed, Value, edited
from ivr.language.calls.writing import scalar, write
from ivr.language.calls.written import (
    Does,
    Ends,
    Enters,
    HangUp,
    Hears,
    HearsNot,
    Logged,
    Party,
    Press,
    Rings,
    Speak,
    Texted,
    Wait,
    WrittenCall,
)
from tests.service import MENUS

HERE = Path(__file__).parent
BROKEN = sorted((HERE / "broken_calls").glob("*.yaml"))
MORNING = datetime(2026, 11, 23, 9, 0)  # noqa: DTZ001 - a time of the hotline's own zone


@cache
def hotline() -> Hotline:
    found = read_files({"hotline.yaml": MENUS}).hotline
    assert found is not None
    return found


def read_back(text: str) -> tuple[WrittenCall, ...]:
    found = read_call_texts({"calls.yaml": text}, hotline())
    assert found.mistakes == ()
    return found.calls


# -- read -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", BROKEN, ids=lambda path: path.stem)
def test_everything_that_is_wrong_is_told_at_once(path: Path) -> None:
    found = read_call_texts({path.name: path.read_text("utf-8")}, hotline())
    assert [*map(str, found.mistakes)] == path.with_suffix(".txt").read_text("utf-8").splitlines()


def test_every_word_is_read() -> None:
    (call,) = read_back(
        """
        defaults: {from: withheld, to: "+842873001234", lookups: failed}
        calls:
          - call: Everything
            from: "+84901234567"
            at: 2026-11-23 9:00
            remembered: en
            lookups: [{state: on its way}, failed]
            parties: {"+84281112222": answers 30s}
            story:
              - hears: {words: How can we help, language: en, within: 6s}
              - hears_not: Goodbye
              - hears: {exactly: How can we help?}
              - enters: main
              - press: 3
              - interrupt: "#"
              - rings: "+84281112222"
              - wait
              - wait: 1m
              - speak
              - speak: 3s
              - hang_up
            ends: connected
            logs: [main: 3, colleague: {option: main.colleague, language: en}, thanks: went_on, goodbye]
            texts: [a, {words: b, to: "+84907654321"}]
            leaves_word: []
            and:
              - {call: Another, after: 5s}
        """
    )
    assert call == WrittenCall(
        "Everything",
        "+84901234567",
        MORNING,
        (
            Hears("How can we help", language="en", within=6),
            HearsNot("Goodbye"),
            Hears("How can we help?", exactly=True),
            Enters("main"),
            Press("3"),
            Press("#", early=True),
            Rings("+84281112222"),
            Wait(),
            Wait(60),
            Speak(),
            Speak(3),
            HangUp(),
        ),
        called="+842873001234",
        remembered="en",
        lookups=({"state": "on its way"}, None),
        parties={"+84281112222": Party(Does.ANSWERS, 30)},
        ends=Ends(
            Outcome.CONNECTED,
            (
                Logged("main", pressed="3"),
                Logged("colleague", option="main.colleague", language="en"),
                Logged("thanks", ending=Ending.WENT_ON),
                Logged("goodbye"),
            ),
            (Texted("a"), Texted("b", "+84907654321")),
            (),
        ),
        others=(
            WrittenCall("Another", "+84901234567", MORNING, called="+842873001234", after=5, lookups=()),
        ),
    )


def test_a_file_of_calls_is_no_file_of_menus(tmp_path: Path) -> None:
    (tmp_path / "calls").mkdir()
    (tmp_path / "hotline.yaml").write_text(MENUS)
    (tmp_path / "calls" / "broken.yaml").write_text("calls: [")
    assert read(tmp_path).mistakes == ()

    (tmp_path / "calls.yaml").write_text("calls: []\n")
    (mistake,) = read(tmp_path).mistakes
    assert (mistake.text, mistake.hint) == (
        "unknown section 'calls'",
        "written calls lie in the folder 'calls' within this one",
    )


def test_a_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_bytes(b"calls: \xff")
    found = read_calls([tmp_path / "a.yaml"], hotline())
    assert [*map(str, found.mistakes)] == [
        f"{tmp_path}/a.yaml:1:8: this is not UTF-8; save the file as UTF-8"
    ]


# -- written ----------------------------------------------------------------------------------------------


@given(st.text(st.characters(exclude_categories=["Cc", "Cs", "Co", "Cn"]), min_size=1, max_size=60))
def test_any_words_are_read_as_they_were_written(words: str) -> None:
    if words.strip():
        call = WrittenCall(words, None, MORNING, (Hears(words), Hears(words, language="en")))
        assert read_back(write(call)) == (call,)


WORDS = st.sampled_from(["Hello", "press 1, or 2", 'say "yes"', "a: b", "#1", "100% {x}", "¿Sí?", "Đơn hàng"])
SECONDS = st.integers(1, 80_000).map(lambda milliseconds: milliseconds / 1000)
LINES = st.one_of(
    st.builds(Press, st.text("0123456789*#", min_size=1, max_size=5), st.booleans()),
    st.builds(Wait, st.none() | SECONDS),
    st.builds(Speak, SECONDS),
    st.just(HangUp()),
    st.builds(Hears, WORDS, st.booleans(), st.none() | st.sampled_from(["vi", "en"]), st.none() | SECONDS),
    st.builds(HearsNot, WORDS),
    st.builds(Enters, st.sampled_from(["main", "told"])),
    st.builds(Rings, st.just("+84281112222")),
)
PASSES = st.builds(
    Logged,
    st.just("main"),
    st.none() | st.sampled_from(["1", "- 2", "••••"]),
    st.none() | st.just("main.order"),
    st.none() | st.sampled_from(Ending),
    st.none() | st.just("vi"),
)
ENDS = st.builds(
    Ends,
    st.none() | st.sampled_from(Outcome),
    st.none() | st.lists(PASSES, max_size=3).map(tuple),
    st.none()
    | st.lists(st.builds(Texted, WORDS, st.none() | st.just("+84907654321")), max_size=2).map(tuple),
    st.none() | st.lists(st.just("office"), max_size=2).map(tuple),
)


@given(
    st.builds(
        WrittenCall,
        name=WORDS,
        caller=st.none() | st.just("+84901234567"),
        at=st.sampled_from([MORNING, MORNING.replace(second=7)]),
        story=st.lists(LINES, max_size=6).map(tuple),
        called=st.none() | st.just("+842873001234"),
        remembered=st.none() | st.just("en"),
        lookups=st.lists(st.none() | st.just({"state": "on its way"}), max_size=3).map(tuple),
        parties=st.dictionaries(
            st.just("+84281112222"), st.builds(Party, st.sampled_from([d for d in Does if d != Does.ANSWERS]))
        ),
        ends=ENDS,
    )
)
def test_any_call_is_read_as_it_was_written(call: WrittenCall) -> None:
    assert read_back(write(call)) == (call,)


def test_a_written_file_is_pleasant_to_read() -> None:
    call = WrittenCall(
        "Asks for a colleague, in the morning",
        "+84901234567",
        MORNING,
        (Hears("For a colleague, press 3."), Press("3"), Wait(1.5), HangUp()),
        lookups=({"state": "on its way"},),
        parties={"+84281112222": Party(Does.ANSWERS, 30)},
        ends=Ends(Outcome.CONNECTED, (Logged("main", pressed="3"), Logged("thanks"))),
    )
    assert (
        write(call)
        == """\
calls:
  - call: Asks for a colleague, in the morning
    from: "+84901234567"
    at: 2026-11-23 09:00
    lookups: {state: on its way}
    parties: {"+84281112222": answers 30s}
    story:
      - hears: For a colleague, press 3.
      - press: 3
      - wait: 1.5s
      - hang_up
    ends: connected
    logs:
      - main: 3
      - thanks
"""
    )


@pytest.mark.parametrize(
    ("said", "written"),
    [("Hello, you", "Hello, you"), ("a: b", '"a: b"'), ('"', '"\\""'), ("*", '"*"'), ("9:00", "9:00")],
)
def test_only_what_needs_quotes_has_them(said: str, written: str) -> None:
    assert scalar(said) == written


# -- changed ----------------------------------------------------------------------------------------------

SOURCE = """\
# by Mai
calls:
  - call: One     # the first
    story:
      - hears: Hello   # softly
      # then
      - press: 1
      - hears: {words: Bye, language: en}
    logs:          # all of them
      - main: 1
      # not this
    ends: goodbye

  - {call: Two, story: [hears: Hello], ends: message}
"""


REST = SOURCE[SOURCE.index("    logs") : SOURCE.index("\n  - {call")]


def at(words: str, nth: int = 1) -> Where:
    """Where the nth of these words stands in the source."""
    index = -1
    for _ in range(nth):
        index = SOURCE.index(words, index + 1)
    return Where("a.yaml", SOURCE.count("\n", 0, index) + 1, index - SOURCE.rfind("\n", 0, index))


@pytest.mark.parametrize(
    ("edit", "before", "after"),
    [
        (Value(at("Hello"), "Good day: you"), "hears: Hello   #", 'hears: "Good day: you"   #'),
        (Value(at("{words"), {"words": "Hi, you"}), "{words: Bye, language: en}", '{words: "Hi, you"}'),
        (Value(at("Hello", 2), "Hi"), "[hears: Hello]", "[hears: Hi]"),
        (Removed(at("Hello")), "      - hears: Hello   # softly\n", ""),
        (Entry(at("ends"), "message"), "ends: goodbye", "ends: message"),
        (Entry(at("ends", 2), "goodbye"), "ends: message}", "ends: goodbye}"),
        (
            Entry(at("logs"), [{"main": "2"}, "order"]),
            "    logs:          # all of them\n      - main: 1\n",
            "    logs:\n      - main: 2\n      - order\n",
        ),
        (
            Before(at("press"), ({"hears": "x"}, "wait")),
            "      - press: 1\n",
            "      - hears: x\n      - wait\n      - press: 1\n",
        ),
        (
            Added(at("One"), {"story": ["hang_up"], "texts": []}),
            f"language: en}}\n{REST}",
            f"language: en}}\n      - hang_up\n{REST}    texts: []\n",
        ),
    ],
    ids=lambda each: type(each).__name__ if not isinstance(each, str) else "",
)
def test_a_change_changes_nothing_else(edit: Edit, before: str, after: str) -> None:
    assert SOURCE.count(before) == 1
    assert edited(SOURCE, [edit]) == SOURCE.replace(before, after)


def test_many_changes_are_made_at_once() -> None:
    edits: list[Edit] = [Removed(at("Hello")), Value(at("{words"), "Bye"), Entry(at("ends"), "lost")]
    changed = SOURCE.replace("      - hears: Hello   # softly\n", "")
    assert edited(SOURCE, edits) == changed.replace("{words: Bye, language: en}", "Bye").replace(
        "goodbye", "lost"
    )


@pytest.mark.parametrize(
    "edit", [Removed(at("Hello", 2)), Added(at("Two"), {"texts": []}), Value(at("Mai"), "")]
)
def test_what_stands_in_the_way_is_told(edit: Edit) -> None:
    with pytest.raises(
        CannotEdit, match=f"a.yaml:{edit.place.line}:{edit.place.column}: this cannot be changed"
    ):
        edited(SOURCE, [edit])
