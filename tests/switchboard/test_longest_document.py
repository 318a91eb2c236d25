"""The longest tale the proof lets callers hear at one go is one document, of a size that a carrier takes."""

from bisect import bisect_left
from pathlib import Path

import pytest

from ivr.switchboard.draft import check
from tests.service import MENUS, House, write

HEAD, STEPS = MENUS.replace('1234": welcome', '1234": t0').split("steps:\n")


def tale(words: str, steps: int) -> str:
    """The hotline, after a tale of so many steps."""
    text = words * (4_000 // len(words))
    told = (f"  t{at}: {{say: {{vi: '{text}', en: '{text}'}}, then: t{at + 1}}}\n" for at in range(steps))
    last = f"  t{steps}: {{say: {{vi: Xong., en: Done.}}, then: welcome}}\n"
    return f"{HEAD}steps:\n{''.join(told)}{last}{STEPS}"


@pytest.mark.parametrize("words", ["một hai ba bốn ", "a & b < c > d. "])
def test_it_is_heard_whole(words: str, house: House, tmp_path: Path) -> None:
    def is_too_long(steps: int) -> bool:
        return bool(check(write(tmp_path, tale(words, steps)), tmp_path / "recordings").mistakes)

    most = bisect_left(range(30), True, key=is_too_long) - 1
    house.open(tale(words, most))

    answer = house.carrier.call("CA1")

    assert most >= 6
    assert len("".join(answer.said)) > most * 3_900
    assert answer.tree.find("Gather") is not None
