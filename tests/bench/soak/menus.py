"""The menus an admin edits all the time: editions that work, each unlike the one before, and broken ones."""

from dataclasses import replace
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from ivr.core.menus import Hotline
from ivr.language import read
from tests.service import menus

FILE = "hotline.yaml"

Edit = tuple[str, str]
"""What stands in the menus, and what an admin puts in its place."""

DESIGNS: tuple[tuple[Edit, ...], ...] = (
    (),
    (("1: order\n      2: message", "1: message\n      2: order"),),
    (
        ("9: repeat", "7: news\n      9: repeat"),
        ("  order:\n", "  news:\n    say: {vi: Tin mới., en: The news.}\n    then: main\n  order:\n"),
    ),
    (
        ("      4: address\n", "      4: order\n"),
        (
            "  address:\n    say: {vi: Chúng tôi nhắn địa chỉ., en: We text you the address.}\n"
            "    sms: {text: {vi: Quận 1., en: District 1.}}\n    then: main\n    otherwise: unknown\n",
            "",
        ),
    ),
    (("    keys:\n", "    type_ahead: 1s\n    keys:\n"),),
    (("ask: {as: order, digits: 4}", 'ask: {as: order, digits: 2-6, end: "#"}'),),
)
"""Keys change places, a step comes, a step goes, keys may be typed ahead, a question is put otherwise."""

FLAWS: tuple[Edit, ...] = (
    ("then: told\n", "then: tolled\n"),
    ("{vi: Gì nữa ạ?, en: Anything else?}", "{vi: Gì nữa ạ?}"),
    ('to: "+84281112222"', 'to: "+8821612345678"'),
    ("  thanks:\n", "  main:\n    say: {vi: A., en: B.}\n  thanks:\n"),
    ("limits: {keys: 60, then: goodbye}", "limits: {keys: 60, then: goodbye"),
    ("digits: 6, secret: true}", "digits: six}"),
    ("en: Thank you.}\n    then: hang_up", "en: Thank you.}\n    then: thanks"),
)
"""A step that is none, a language forgotten, a number not allowed, a step twice, half a bracket, a word for a
number, a circle without a way out."""


def edition(number: int, dice: Random, crm: str) -> str:
    """Menus that work; every edition welcomes its callers in its own words."""
    text = edited(menus(crm), dice.choice(DESIGNS))
    return edited(text, ((" en: Welcome.", f" en: Welcome to edition {number}."),))


def broken(text: str, dice: Random) -> str:
    """The same menus with one mistake, or as far as they were written when the machine was switched off."""
    if dice.random() < 0.2:
        return text[: dice.randrange(len(text) // 4, len(text) - 200)]
    return edited(text, (dice.choice(FLAWS),))


def known_to_callers(crm: str) -> Hotline:
    """One hotline with the steps of all designs: whatever a caller meets is in it."""
    known = [_checked(edited(menus(crm), design)) for design in reversed(DESIGNS)]
    steps = {name: step for hotline in known for name, step in hotline.steps.items()}
    return replace(known[-1], steps=steps)


def _checked(text: str) -> Hotline:
    with TemporaryDirectory() as folder:
        (Path(folder) / FILE).write_text(text)
        hotline = read(Path(folder)).hotline
    assert hotline is not None, text
    return hotline


def edited(text: str, edits: tuple[Edit, ...]) -> str:
    for before, after in edits:
        assert before in text, before
        text = text.replace(before, after, 1)
    return text
