"""The line to a party the menus ring is written down, whatever became of it."""

from pathlib import Path

import pytest

from ivr.box import Party
from ivr.ledger import log
from tests.service import House

MENUS = """
hotline: Shop
zone: UTC
numbers: {"+15005550006": ring}
languages: {en: {}}
allowed: [US]
steps:
  ring:
    say: We connect you.
    dial: {to: ["+14155550101", "+14155550102"], ring: 20s, otherwise: nobody}
    then: hang_up
  nobody: {say: Nobody is there., then: hang_up}
"""


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path).open(MENUS)


def test_who_is_busy_and_who_talked_is_in_the_log(house: House) -> None:
    people = {"+14155550101": Party("busy"), "+14155550102": Party(keys="1", talks=30)}
    phone = house.phone(people=people)
    phone.dial("+15005550006")
    phone.pass_time(120)
    with house.exchange.ledger.reading() as tx:
        story = log.story(tx, log.newest(tx)[0].id)
    assert story is not None
    assert [(leg.party, leg.ending) for leg in story.legs] == [
        ("+14155550101", "busy"),
        ("+14155550102", "connected"),
    ]
    assert story.call.outcome == "connected"
    assert story.call.talk == pytest.approx(30, abs=2)
