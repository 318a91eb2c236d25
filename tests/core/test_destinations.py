"""Where the hotline may call or write: entries that let in what they say and nothing more."""

import pytest

from ivr.core.destinations import country_of, fits, is_allowed, is_number

ALLOWED = ("VN", "+12125550100", "+4420*", "sip:*@pbx.example")


@pytest.mark.parametrize(
    "destination",
    [
        "+84901234567",
        "+842873001111",
        "+12125550100",
        "+442079460000",
        "sip:102@pbx.example",
        "sip:a.b-c_d+e@pbx.example",
    ],
)
def test_what_an_entry_names_is_allowed(destination: str) -> None:
    assert is_allowed(destination, ALLOWED)


@pytest.mark.parametrize(
    "destination",
    [
        "",
        "+12125550101",
        "+121255501001",
        "+441314960000",
        "84901234567",
        "0901234567",
        "x+84901234567",
        "+84901234567\n",
        "+84901234567,+19005551234",
        "+84 90 123 4567",
        "+84\u0669\u0660\u0661\u0662\u0663\u0664\u0665\u0666\u0667",
        "sip:102@pbx.example.evil.example",
        "sip:102@evil.example;x=@pbx.example",
        "sip:a@evil.example?@pbx.example",
        "sip:102@pbx-example",
        "sips:102@pbx.example",
        "sip:102@pbx.example\n",
    ],
)
def test_everything_else_is_not(destination: str) -> None:
    assert not is_allowed(destination, ALLOWED)


def test_nothing_is_allowed_by_no_entry() -> None:
    assert not is_allowed("+84901234567", ())


@pytest.mark.parametrize("number", ["+19002345678", "+449098790000", "+448431234567", "+84", "+999123"])
def test_numbers_that_charge_more_than_a_call_are_refused_whatever_fits(number: str) -> None:
    assert not is_allowed(number, ("US", "GB", "+*", number))


@pytest.mark.parametrize("destination", ["+84901234567", "+442079460000", "sip:102@pbx.example"])
def test_ordinary_numbers_and_addresses_are_not_costly(destination: str) -> None:
    assert is_allowed(destination, (destination,))


@pytest.mark.parametrize("destination", ["sip:@pbx.example", "sip:1;2@pbx.example", "+84113", "113", ""])
def test_what_is_no_address_of_anybody_is_never_rung(destination: str) -> None:
    assert not is_allowed(destination, ("VN", "+84*", "sip:*@pbx.example", "*", destination))


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("+84901234567", True),
        ("+8490", False),
        ("84901234567", False),
        ("+84901234567890123", False),
        ("", False),
    ],
)
def test_a_number_is_known_by_its_plus_and_its_length(text: str, number: bool) -> None:
    assert is_number(text) is number


def test_countries_that_share_a_code_are_told_apart() -> None:
    toronto = "+14165550123"
    assert country_of(toronto) == "CA"
    assert is_allowed(toronto, ("CA",))
    assert not is_allowed(toronto, ("US",))
    assert is_allowed(toronto, ("+1*",))


def test_what_is_no_number_has_no_country() -> None:
    assert [country_of(text) for text in ("", "sip:1@pbx.example", "+84", "+999123456789")] == [None] * 4


def test_a_list_of_numbers_holds_whole_numbers_and_beginnings() -> None:
    blocked = ("+84900000000", "+1900*")
    assert fits("+84900000000", blocked)
    assert fits("+19005551234", blocked)
    assert not fits("+849000000001", blocked)
    assert not fits("+1901", blocked)
    assert not fits("", blocked)
