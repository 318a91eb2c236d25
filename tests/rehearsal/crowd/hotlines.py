"""Hotlines for random callers to ring: those of this house, and any number of made ones."""

from functools import cache
from pathlib import Path
from random import Random

from ivr.language import Checked, read_files
from ivr.language.prove import prove
from ivr.switchboard.draft import check
from tests.house import HOUSE

FOLDERS = sorted(
    {
        file.parent
        for place in ("menus", "examples/*", "tests/hotlines/*", "tests/language/hotlines/*")
        for file in HOUSE.glob(f"{place}/hotline.yaml")
    }
)


def checked(folder: Path, carrier: str = "twilio") -> Checked:
    """The menus of a folder, without a mistake."""
    found = check(folder, HOUSE / "recordings" if folder.name == "menus" else folder / "recordings", carrier)
    assert found.hotline is not None, found.mistakes
    return found


@cache
def of(menus: str) -> Checked:
    """Menus that were written into one file, without a mistake."""
    found = read_files({"hotline.yaml": menus})
    assert found.hotline is not None, found.mistakes
    return found


HEAD = """
hotline: Made by dice
zone: America/New_York
numbers: {"+12125550100": s0, "+12125550101": s1}
languages: {en: {}, es: {voice: Polly.Lucia-Neural}}
hours:
  office: {week: {mon-fri: 09:00-17:00}, holidays: US, closed: [12-24..12-26]}
mailboxes: {office: {max: 20s, silence: 2s}}
defaults:
  silence: {after: 3s, tries: 2, then: bye}
  wrong: {tries: 2, then: bye}
limits: {keys: 12, then: bye, calls: 40 per 1h}
blocked: [withheld, "+12125559*"]
allowed: [US]
lookups: {hosts: [crm.example]}
steps:
  bye: {say: {en: Goodbye., es: Adios.}, then: hang_up}
"""

SIZE = 9


def made(number: int) -> Checked:
    """A hotline in which nobody gets lost, as these dice fall."""
    found = of(hotline(Random(number)))
    assert found.hotline is not None
    proof = prove(found.hotline)
    assert not proof.mistakes, proof.mistakes
    return found


def hotline(dice: Random) -> str:
    """Steps of all kinds; each but the first two is led to by one before it, and most lead on to others."""
    leads: list[list[str]] = [[] for _ in range(SIZE)]
    menus = {0, 1, *(at for at in range(2, SIZE - 1) if dice.random() < 0.3)}
    for at in range(2, SIZE):
        leads[dice.choice([menu for menu in menus if menu < at])].append(f"s{at}")
    leads[0].append("s1")
    steps = [_menu(dice, leads[at]) if at in menus else _other(dice, at) for at in range(SIZE)]
    return HEAD + "".join(f"  s{at}: {step}\n" for at, step in enumerate(steps))


def _menu(dice: Random, leads: list[str]) -> str:
    keys = dice.sample("123456789*", len(leads) + 2)
    ways = [*leads, dice.choice(["repeat", "back", "top"]), dice.choice(["bye", "hang_up"])]
    options = ", ".join(f'"{key}": {way}' for key, way in zip(keys, ways, strict=True))
    ahead = ", type_ahead: 1s" if dice.random() < 0.4 else ""
    return f"{{say: {_words(dice)}, keys: {{{options}}}{ahead}}}"


def _other(dice: Random, at: int) -> str:
    then = dice.choice(["repeat", "top", "back", "hang_up", "bye", *(f"s{to}" for to in range(at + 1, SIZE))])
    way = dice.choice(["bye", "hang_up"])
    thing = dice.choice(
        (
            f"ask: {{as: n{at}, digits: 1-{dice.randint(2, 6)}}}",
            f"ask: {{as: pin{at}, digits: 4, end: none, secret: true}}",
            f"ask: {{as: n{at}, digits: 8, check: luhn, confirm: true}}",
            f"voicemail: office, otherwise: {way}",
            f"record: {{as: r{at}, max: 10s}}, otherwise: {way}",
            f'dial: {{to: ["+12125550199", "+12125550198"], ring: 10s}}, busy: bye, otherwise: {way}',
            f'lookup: {{get: "https://crm.example/{at}", timeout: 2s}}, otherwise: {way}',
            f"sms: {{text: {_words(dice)}}}, otherwise: {way}",
            "choose_language: {1: en, 2: es}",
        )
    )
    if dice.random() < 0.15:
        return f"{{hours: office, open: {then}, closed: {way}}}"
    return f"{{say: {_words(dice)}, {thing}, then: {then}}}"


def _words(dice: Random) -> str:
    return f"{{en: Words {dice.randrange(100)}., es: Palabras.}}"
