"""A call that was made is written down; played at once, it passes."""

import random

import pytest

from ivr.box.parties import Party
from ivr.core.checkdigits import CHECKS
from ivr.core.menus import Ask, Patience
from ivr.core.questions import is_valid
from ivr.language.calls import read_call_texts
from ivr.language.calls.writing import write
from ivr.ledger import log
from ivr.rehearsal.playing import Rehearsal
from ivr.rehearsal.saving import stand_in, written_from
from ivr.rehearsal.stage import Outside, Stage
from tests.rehearsal.scenes import parted
from tests.service import MONDAY_MORNING, NUMBER

COLLEAGUE = "+84281112222"
ANSWERS = [Party("busy"), Party("no-answer"), Party("failed"), Party(), Party(keys="1", talks=7)]
KEYS = ["1", "2", "3", "4", "5", "6", "9", "7", "12", "1234", "123456", "#"]


def made(stage: Stage, chance: random.Random) -> str:
    """Somebody calls and does this and that; the written call."""
    call = stage.phone.dial(NUMBER, chance.choice(["+84901234567", ""]))
    for _ in range(chance.randrange(1, 12)):
        if call.leg.over:
            break
        match chance.randrange(8):
            case 0 | 1 | 2:
                call.press(chance.choice(KEYS), early=chance.random() < 0.5)
            case 3:
                call.wait()
            case 4:
                call.wait(chance.random() * 9)
            case 5:
                call.press_now(chance.choice(KEYS))
            case 6 if call.doing == "recorded":
                call.speak(2.5)
            case 7 if chance.random() < 0.3:
                call.hang_up()
    if not call.leg.over:
        call.hang_up()
    stage.phone.pass_time(3)
    with stage.exchange.ledger.reading() as tx:
        story = log.story(tx, call.sid)
    hotline = stage.exchange.shelf.live(0).hotline
    return write(written_from(call.leg, hotline, None, story))


@pytest.mark.parametrize("seed", range(60))
def test_any_call_is_saved_so_that_it_passes_when_it_is_played(seed: int, rehearsal: Rehearsal) -> None:
    chance = random.Random(seed)
    brings = chance.choice([None, {"state": "late"}])
    stage = rehearsal.stage.anew(
        MONDAY_MORNING / 1000 + seed * 3_600, Outside(brings), {COLLEAGUE: chance.choice(ANSWERS)}
    )
    text = made(stage, chance)
    read = read_call_texts({"saved.yaml": text}, rehearsal.hotline)
    assert read.mistakes == ()
    (played,) = rehearsal.play(read.calls[0])
    assert parted(played) == [], text
    assert not read.calls[0].expects_nothing


def test_a_saved_call_tells_the_story(rehearsal: Rehearsal) -> None:
    stage = rehearsal.stage.anew(MONDAY_MORNING / 1000, Outside({"state": "late"}), {COLLEAGUE: ANSWERS[-1]})
    call = stage.phone.dial(NUMBER)
    call.press("2").press("1").press("1234#").press("5").press("123456#").wait().press("3")
    stage.phone.pass_time(30)
    with stage.exchange.ledger.reading() as tx:
        story = log.story(tx, call.sid)
    assert (
        write(written_from(call.leg, rehearsal.hotline, "en", story))
        == """\
calls:
  - call: Saved 2026-11-23 09:00:00
    from: "+84901234567"
    to: "+842873001234"
    at: 2026-11-23 09:00
    remembered: en
    lookups: {state: late}
    parties: {"+84281112222": answers 7s}
    story:
      - hears: Xin chào. Tiếng Việt, bấm phím 1.
      - hears: Welcome. For English, press 2.
      - press: 2
      - hears: How can we help? For your order, press 1. To hear this again, press 9.
      - press: 1
      - hears: Which order?
      - press: 1234
      - hears: One moment, please.
      - hears: Order 1 2 3 4 is late.
      - hears: Anything else? For your order, press 1. To hear this again, press 9.
      - press: 5
      - hears: Your PIN?
      - press: 000000
      - hears: One moment, please.
      - hears: Anything else? For your order, press 1. To hear this again, press 9.
      - wait
      - hears: We did not hear a key.
      - hears: Anything else? For your order, press 1. To hear this again, press 9.
      - press: 3
      - hears: One moment.
      - rings: "+84281112222"
      - hears: Thank you.
    ends: connected
"""
    )


NEVER = Patience(None, 3, "hang_up")


@pytest.mark.parametrize("check", [None, *CHECKS])
@pytest.mark.parametrize("keys", ["739182", "000000"])
def test_another_number_stands_for_a_secret_and_does_as_well(check: str | None, keys: str) -> None:
    ask = Ask("pin", 6, 6, None, NEVER, NEVER, 5, 2, smallest=100, check=check, secret=True)
    other = stand_in(ask, keys)
    assert len(other) == 6
    assert is_valid(ask, other) is is_valid(ask, keys)
    assert other != "739182"
