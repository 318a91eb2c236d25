"""What happened is written into the file as what is expected; what the caller does is never changed."""

from ivr.rehearsal.playing import Rehearsal
from ivr.rehearsal.updating import updated

HEAD = 'defaults: {from: "+84901234567", at: 2026-11-23 09:00}\ncalls:\n  - call: About nothing\n'


def update(rehearsal: Rehearsal, call: str) -> tuple[str, list[str]]:
    """The call after the update, and what it could not mend."""
    after, beyond = updated(rehearsal, {"a.yaml": HEAD + call})
    again, _ = updated(rehearsal, after)
    assert again == after, "an update of what is up to date changes something"
    return after["a.yaml"].removeprefix(HEAD), [str(parting) for parting in beyond]


def test_what_parted_becomes_what_happened_and_all_else_stays(rehearsal: Rehearsal) -> None:
    before = """\
    story:
      - hears: Xin chao       # softly
      # a key, and then
      - press: 2
      - enters: order
      - hears: {words: How may we help you?, language: vi, within: 5s}
      - hears: "For an order, press 1."
      - hears_not: press 9
      - hears: Something else entirely
      - press: 4
    ends: goodbye             # so it ends
    logs:
      - welcome: {pressed: 2, language: vi}
      - main: 3
    texts: nothing
    leaves_word: office
"""
    after = """\
    story:
      - hears: Xin chào.       # softly
      # a key, and then
      - press: 2
      - enters: main
      - hears: {words: How can we help?, language: en, within: 5s}
      - hears: For your order, press 1.
      - hears: To hear this again, press 9.
      - press: 4
    ends: hung_up             # so it ends
    logs:
      - welcome: {pressed: 2, language: vi}
      - main: 4
      - address: went_on
      - main: hung_up
    texts:
      - District 1.
    leaves_word: []
"""
    assert update(rehearsal, before) == (after, [])


def test_a_call_that_expects_nothing_learns_all_that_happened(rehearsal: Rehearsal) -> None:
    before = """\
    story:
      - wait: 1s
      - interrupt: 2    # at once
      - wait
      - press: 2
      - speak: 3s
"""
    after = """\
    story:
      - wait: 1s
      - hears: Xin chào. Tiếng Việt, bấm phím 1.
      - interrupt: 2    # at once
      - hears: How can we help? For your order, press 1. To hear this again, press 9.
      - wait
      - hears: We did not hear a key.
      - hears: How can we help? For your order, press 1. To hear this again, press 9.
      - press: 2
      - hears: Speak after the tone.
      - speak: 3s
      - hears: Thank you.
    ends: message
"""
    assert update(rehearsal, before) == (after, [])


def test_a_call_without_a_story_gets_one(rehearsal: Rehearsal) -> None:
    assert update(rehearsal, "    remembered: en\n") == (
        """\
    remembered: en
    story:
      - hears: Tiếng Việt, bấm phím thăng.
      - hears: How can we help? For your order, press 1. To hear this again, press 9.
    ends: hung_up
""",
        [],
    )


def test_somebody_else_is_rung(rehearsal: Rehearsal) -> None:
    moves = "    story:\n      - press: 2\n      - press: 3\n"
    before = f"{moves}      - rings: '+84281112223'\n      - rings: '+84'\n"
    after = f'{moves}      - rings: "+84281112222"\n'
    assert update(rehearsal, before) == (after, [])


def test_what_the_caller_cannot_do_any_more_is_told_and_left(rehearsal: Rehearsal) -> None:
    before = (
        "    story:\n      - press: 2\n      - press: 2\n      - wait\n      - press: 7\n    ends: message\n"
    )
    after, (told,) = update(rehearsal, before)
    assert after == before.replace("message", "goodbye")
    assert told.splitlines() == [
        "a.yaml:8:9: here it parted",
        "  expected to press 7",
        "  instead  the call was over",
    ]
