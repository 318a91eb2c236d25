"""Check digits: what they accept, and which slips of the finger they find."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from ivr.core.checkdigits import CHECKS, is_right, luhn, mod97, verhoeff

NUMBERS = st.text("0123456789", min_size=1, max_size=20)
NAMES = st.sampled_from(sorted(CHECKS))


def completed(check: str, number: str) -> str:
    """The number with the check digits that make it right, found by trying them all."""
    width = 2 if check == "mod97" else 1
    tries = (f"{number}{tail:0{width}}" for tail in range(10**width))
    return next(digits for digits in tries if is_right(check, digits))


def test_numbers_printed_in_the_standards_are_right() -> None:
    assert luhn("79927398713")
    assert luhn("4111111111111111")
    assert verhoeff("2363")
    assert verhoeff("758722")
    assert mod97("3214282912345698765432161182")  # the number inside IBAN GB82 WEST 1234 5698 7654 32


def test_numbers_that_are_not() -> None:
    assert [luhn(f"7992739871{digit}") for digit in range(10)] == [digit == 3 for digit in range(10)]
    assert [verhoeff(f"236{digit}") for digit in range(10)] == [digit == 3 for digit in range(10)]
    assert not mod97("3214282912345698765432161183")


@given(NAMES, NUMBERS)
def test_every_number_can_be_completed_and_then_is_right(check: str, number: str) -> None:
    assert is_right(check, completed(check, number))


@given(NAMES, NUMBERS, st.data())
def test_every_single_wrong_digit_is_found(check: str, number: str, data: st.DataObject) -> None:
    digits = completed(check, number)
    place = data.draw(st.integers(0, len(digits) - 1))
    slip = data.draw(st.sampled_from([digit for digit in "0123456789" if digit != digits[place]]))
    assert not is_right(check, digits[:place] + slip + digits[place + 1 :])


@given(NUMBERS)
def test_verhoeff_finds_every_swap_of_neighbours(number: str) -> None:
    digits = completed("verhoeff", number)
    for place, (left, right) in enumerate(pairwise(digits)):
        swapped = digits[:place] + right + left + digits[place + 2 :]
        assert left == right or not verhoeff(swapped)


@given(st.text("0123456789", min_size=3, max_size=20))
def test_luhn_misses_no_swap_but_that_of_0_and_9(number: str) -> None:
    digits = completed("luhn", number)
    for place, (left, right) in enumerate(pairwise(digits)):
        swapped = digits[:place] + right + left + digits[place + 2 :]
        assert luhn(swapped) is (left == right or {left, right} == {"0", "9"})
