"""Written calls with agents: callers wait, hear their place, press keys, and are put through."""

from collections.abc import Iterator
from functools import cache

import pytest

from ivr.core.calls import Outcome
from ivr.language import Checked, read_files
from ivr.language.calls import read_call_texts, write
from ivr.rehearsal.playing import Played, Rehearsal, rehearsing
from tests.rehearsal.scenes import parted

MENUS = """
hotline: Shop
zone: Asia/Ho_Chi_Minh
numbers: {"+842873001234": main}
languages: {en: {}}
mailboxes: {office: {}}
queues:
  default: {wrap_up: 20s, otherwise: message}
  sales:
    label: sales
    skills: {selling: 5}
    max_wait: 4m
    callback: yes
    say: Please hold.
    keys: {1: message, 2: call_back, 3: place}
    then: thanks
steps:
  main: {say: Welcome., keys: {1: sales}}
  message: {say: Leave word., voicemail: office, then: hang_up}
  thanks: {say: Thank you for talking to us., then: hang_up}
"""


@cache
def menus() -> Checked:
    return read_files({"hotline.yaml": MENUS})


@pytest.fixture(scope="module")
def rehearsal() -> Iterator[Rehearsal]:
    with rehearsing(menus()) as rehearsal:
        yield rehearsal


def play(rehearsal: Rehearsal, text: str) -> tuple[Played, ...]:
    """Plays the only call of a file, and those that share its day."""
    lines = "".join(f"    {line}\n" for line in text.strip("\n").splitlines())
    file = f'defaults: {{from: "+84901234567", at: 2026-11-23 09:00}}\ncalls:\n  - call: Something\n{lines}'
    hotline = menus().hotline
    assert hotline is not None
    read = read_call_texts({"calls/a.yaml": file}, hotline)
    assert [*map(str, read.mistakes)] == []
    (call,) = read.calls
    again = read_call_texts({"calls/a.yaml": write(call)}, hotline)
    assert again.calls == (call,), "what is read is written"
    return rehearsal.play(call)


def goes(rehearsal: Rehearsal, text: str) -> Played:
    """Nothing parts."""
    every = play(rehearsal, text)
    assert [line for each in every for line in parted(each)] == []
    return every[0]


def test_a_caller_is_put_through_and_goes_on_when_the_agent_has_left(rehearsal: Rehearsal) -> None:
    played = goes(
        rehearsal,
        """
agents: {An: answers 30s}
story:
  - press: 1
  - hears: Please hold.
  - talks_to: An
  - wait
  - hears: Thank you for talking to us.
ends: connected
logs:
  - main: 1
  - sales: connected
  - thanks
""",
    )
    assert played.story is not None
    assert played.story.call.outcome is Outcome.CONNECTED


def test_a_caller_waits_for_an_agent_who_comes_back_from_a_break(rehearsal: Rehearsal) -> None:
    goes(
        rehearsal,
        """
agents: {An: answers 30s after 90s}
story:
  - press: 1
  - hears: You are number 1 in line.
  - hears: {words: You are number 1 in line., within: 80s}
  - talks_to: An
ends: connected
""",
    )


def test_a_caller_leaves_the_line_by_a_key(rehearsal: Rehearsal) -> None:
    goes(
        rehearsal,
        """
agents: {An: on_break}
story:
  - press: 1
  - press: 3
  - hears: You are number 1 in line.
  - press: 1
  - enters: message
  - speak
ends: message
logs:
  - main: 1
  - sales: {pressed: 1, option: sales.message}
  - message
""",
    )


def test_who_has_waited_as_long_as_one_may_is_led_on(rehearsal: Rehearsal) -> None:
    goes(
        rehearsal,
        """
agents: {An: no_answer, Binh: on_break}
story:
  - press: 1
  - wait
  - hears: Nobody is free to take your call at the moment.
  - enters: message
logs:
  - main: 1
  - sales: too_long
  - message
""",
    )


def test_who_declines_leaves_the_caller_to_the_next_one(rehearsal: Rehearsal) -> None:
    goes(
        rehearsal,
        """
agents: {An: declines, Binh: answers 1m}
story:
  - press: 1
  - talks_to: Binh
  - wait: 10s
  - hang_up
ends: connected
""",
    )


def test_two_callers_and_one_agent(rehearsal: Rehearsal) -> None:
    goes(
        rehearsal,
        """
agents: {An: answers 30s}
story:
  - press: 1
  - talks_to: An
  - wait
and:
  - call: Somebody else comes a moment later
    from: "+84907654321"
    after: 10s
    story:
      - press: 1
      - hears: You are number 1 in line.
      - talks_to: An
    ends: connected
""",
    )


def test_a_caller_asks_to_be_called_back(rehearsal: Rehearsal) -> None:
    goes(
        rehearsal,
        """
agents: {An: answers 30s after 1m}
story:
  - press: 1
  - press: 2
  - hears: To be rung at the number you are calling from, press 1.
  - press: 1
  - hears: We will ring you when it is your turn.
ends: goodbye
""",
    )


def test_without_agents_nobody_is_there(rehearsal: Rehearsal) -> None:
    goes(
        rehearsal,
        """
agents: none
story:
  - press: 1
  - hears: Nobody is free to take your call at the moment.
  - enters: message
""",
    )


def test_where_a_call_with_agents_parts_it_says_so(rehearsal: Rehearsal) -> None:
    (played,) = play(
        rehearsal,
        """
agents: {An: declines, Binh: answers 1m}
story:
  - press: 1
  - talks_to: An
""",
    )
    assert parted(played) == [
        "calls/a.yaml:7:19: here it parted",
        "expected to talk to An",
        "instead  talked to Binh",
    ]


def test_who_waits_in_vain_for_words_is_told_where_they_are(rehearsal: Rehearsal) -> None:
    (played,) = play(
        rehearsal,
        """
agents: {An: on_break}
story:
  - press: 1
  - talks_to: An
""",
    )
    assert parted(played)[1] == "expected to talk to An"
