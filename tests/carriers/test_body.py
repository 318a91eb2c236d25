"""Reading a form's bytes, held equal to the parsers everybody uses."""

from urllib.parse import parse_qsl, urlencode

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from werkzeug.test import EnvironBuilder
from werkzeug.wrappers import Request

from ivr.carriers.twilio.body import LARGEST_BODY, MOST_FIELDS, BadForm, fields, pairs
from ivr.carriers.twilio.signature import is_signed, signature

bodies = st.binary(max_size=60) | st.text("ab&=+%41cG\u1ea5;?#", max_size=40).map(str.encode)
forms = st.lists(st.tuples(st.text(max_size=6), st.text(max_size=12)), max_size=10)


@given(bodies)
@example(b"a=%ff&b=\xff&=x&c&&d=a=b&%41+=%2B+%zz%4")
def test_any_bytes_are_read_as_the_standard_library_reads_them(body: bytes) -> None:
    text = body.decode("utf-8", "replace")
    assert pairs(body) == parse_qsl(text, keep_blank_values=True, errors="replace")


@given(forms)
def test_what_was_encoded_comes_back_in_its_order(form: list[tuple[str, str]]) -> None:
    assert pairs(urlencode(form).encode()) == form


@given(forms)
def test_flask_would_have_read_the_same(form: list[tuple[str, str]]) -> None:
    body = urlencode(form).encode()
    request = Request(
        EnvironBuilder(
            method="POST", data=body, content_type="application/x-www-form-urlencoded"
        ).get_environ()
    )
    assert sorted(pairs(body)) == sorted(request.form.items(multi=True))


def test_what_is_read_still_carries_its_signature() -> None:
    sent = [("CallSid", "CA1"), ("From", "+84901234567"), ("CallerName", "An \x07 B&n=%"), ("AddOns", "")]
    url, token = "https://ivr.example/voice", "f" * 32
    assert is_signed(url, pairs(urlencode(sent).encode()), signature(url, sent, token), [token])


def test_a_form_too_large_is_refused_before_it_is_read() -> None:
    assert len(pairs(b"a=" + b"x" * (LARGEST_BODY - 2))[0][1]) == LARGEST_BODY - 2
    with pytest.raises(BadForm, match="65537 bytes"):
        pairs(b"a=" + b"x" * (LARGEST_BODY - 1))


def test_a_form_of_too_many_fields_is_refused() -> None:
    assert len(pairs(b"&".join([b"a=1"] * MOST_FIELDS))) == MOST_FIELDS
    with pytest.raises(BadForm, match="more than 200 fields"):
        pairs(b"&".join([b"a=1"] * (MOST_FIELDS + 1)))


@pytest.mark.parametrize("second", ["CA2", "CA1", ""])
def test_two_call_ids_have_no_right_answer(second: str) -> None:
    with pytest.raises(BadForm, match="stands twice"):
        fields([("CallSid", "CA1"), ("Digits", "1"), ("CallSid", second)])


def test_a_repeated_field_that_is_not_the_carriers_keeps_its_first_value() -> None:
    assert fields([("msg", "first"), ("CallSid", "CA1"), ("msg", "second")]) == {
        "CallSid": "CA1",
        "msg": "first",
    }
