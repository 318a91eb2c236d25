"""Our check of signatures against the carrier's own library."""

import json
import string
from hashlib import sha256
from urllib.parse import quote

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from twilio.request_validator import RequestValidator  # type: ignore[import-untyped]
from werkzeug.datastructures import MultiDict

from ivr.carriers.twilio.signature import is_signed, is_signed_json, signature

Form = list[tuple[str, str]]

TOKEN = "12345"
URL = "https://ivr.example.org/v/menu?n=main&t=abc"
FORM = [
    ("CallSid", "CA1234567890ABCDE"),
    ("Caller", "+14158675310"),
    ("Digits", "1234"),
    ("From", "+14158675310"),
    ("To", "+18005551212"),
]


def test_the_published_vectors_are_met() -> None:
    assert signature(URL, FORM, TOKEN) == "loA1wdh52WrTZJ2gOPX/kYPScKk="
    assert (
        signature("https://x/y", [("a", "2"), ("a", "1"), ("a", "1")], TOKEN)
        == "tGQsCW4pZW7vKe/334F2mg450K4="
    )
    got = signature("https://ivr.example.org/v/menu?CallSid=CA1&Digits=5", [], TOKEN)
    assert got == "Ow/eqBOaurcZnUFmeuTDGfoRwwE="


def test_a_signature_made_with_the_port_written_out_is_accepted_for_the_url_without() -> None:
    assert is_signed(URL, FORM, "mhnji5vsgE5hXlb0GAwZELlAfqs=", [TOKEN])


def test_the_order_in_which_fields_arrive_does_not_matter() -> None:
    assert is_signed(URL, FORM[::-1], "loA1wdh52WrTZJ2gOPX/kYPScKk=", [TOKEN])


@pytest.mark.parametrize("header", [None, "", "loA1wdh52WrTZJ2gOPX/kYPScKk", "né", "\udcff", "x" * 5000])
def test_a_missing_or_odd_header_is_a_no(header: str | None) -> None:
    assert is_signed(URL, FORM, header, [TOKEN]) is False


def test_while_a_token_is_being_replaced_both_are_good() -> None:
    old, new = "o" * 32, "n" * 32
    for signing in (old, new):
        assert is_signed(URL, FORM, signature(URL, FORM, signing), [new, old])
    assert not is_signed(URL, FORM, signature(URL, FORM, old), [new])


def test_an_empty_token_believes_nobody() -> None:
    forged = signature(URL, FORM, "")
    assert RequestValidator("").validate(URL, dict(FORM), forged), "the library believes the empty key"
    assert not is_signed(URL, FORM, forged, [""])
    assert not is_signed(URL, FORM, forged, [])
    assert is_signed(URL, FORM, signature(URL, FORM, TOKEN), ["", TOKEN])


@pytest.mark.parametrize(
    "other",
    [
        "http://ivr.example.org/v/menu?n=main&t=abc",
        "https://ivr.example.org/v/menu?t=abc&n=main",
        "https://ivr.example.org/v/menu/?n=main&t=abc",
        "https://ivr.example.org.evil.example/v/menu?n=main&t=abc",
        "https://ivr.example.org:99999/v/menu",
        "https://[::1/v/menu",
        "not a url",
        "",
        "https://\udcff/",
    ],
)
def test_a_signature_for_one_url_is_worth_nothing_at_another(other: str) -> None:
    assert is_signed(other, FORM, signature(URL, FORM, TOKEN), [TOKEN]) is False


@pytest.mark.parametrize(
    "form", [[], FORM[:-1], [*FORM, ("Extra", "")], [*FORM[:-1], ("To", "+18005551213")], [("\udcff", "")]]
)
def test_a_missing_an_extra_or_a_changed_field_is_a_no(form: Form) -> None:
    assert is_signed(URL, form, signature(URL, FORM, TOKEN), [TOKEN]) is False


# ---- held equal to the library ----

texts = st.text(max_size=12) | st.sampled_from(
    ["", "+", "a b", "%41", "é", "\U0001f4de", "a=b&c", "\x00", "~"]
)
forms = st.lists(st.tuples(st.text("abZ_é", min_size=1, max_size=3), texts), max_size=8)
hosts = st.sampled_from(
    [
        "a.example",
        "A.example",
        "127.0.0.1",
        "[::1]",
        "u:p@a.example",
        "u@a.example",
        "b\u00fccher.example",
        "a_b.example",
    ]
)
ports = st.sampled_from(
    ["", ":443", ":80", ":8443", ":0", ":00443", ":", ":65535", ":65536", ":123456", ":x"]
)
tails = st.text(string.ascii_letters + string.digits + "/?#;&=%+:@[]'\" é\t\\^|", max_size=20)
urls = st.builds(
    lambda scheme, host, port, tail: f"{scheme}://{host}{port}{tail}",
    st.sampled_from(["http", "https", "HTTPS", "ftp"]),
    hosts,
    ports,
    st.just("") | tails | st.builds("/{}".format, tails),
)


def library_says(url: str, form: Form, header: str, token: str) -> bool:
    """The library's answer; where it raises instead of answering, the answer is a no."""
    try:
        return bool(RequestValidator(token).validate(url, MultiDict(form), header))
    except (ValueError, TypeError):
        return False


def signed_by_library(url: str, form: Form, token: str) -> str:
    try:
        return str(RequestValidator(token).compute_signature(url, MultiDict(form)))
    except ValueError:
        return "unsignable"


@given(urls, forms, st.sampled_from(["", ":443", ":80", ":8443"]), texts.filter(bool))
@example("https://a.example/p?", [], "", "t")
@example("https://a.example/p;", [], "", "t")
@example("https://a.example/p#f", [], "", "t")
@example("https://a.example", [("a", "")], "", "t")
def test_any_request_gets_the_librarys_answer(url: str, form: Form, signed_port: str, token: str) -> None:
    scheme, _, rest = url.partition("://")
    host, slash, tail = rest.partition("/")
    as_signed = f"{scheme}://{host.split(':')[0]}{signed_port}{slash}{tail}"
    for signed_url in (url, as_signed):
        header = signed_by_library(signed_url, form, token)
        assert is_signed(url, form, header, [token]) == library_says(url, form, header, token)


@given(st.text(string.ascii_letters + "/-._~%:@!$&'()*+,=", max_size=20), forms)
def test_the_ordinary_url_is_accepted_with_every_form(path: str, form: Form) -> None:
    url = f"https://ivr.example/{path}"
    assert is_signed(url, form, signed_by_library(url, form, TOKEN), [TOKEN])


@given(forms, forms)
def test_two_forms_agree_exactly_when_the_library_says_so(signed: Form, received: Form) -> None:
    header = signed_by_library(URL, signed, TOKEN)
    assert is_signed(URL, received, header, [TOKEN]) == library_says(URL, received, header, TOKEN)


# ---- JSON bodies ----

JSON_URL = (
    "https://ivr.example.org/j?bodySHA256=015abd7f5cc57a2dd94b7590f04ad8084273905ee33ec5cebeae62276a97f862"
)


def test_a_json_body_is_signed_through_its_hash_in_the_url() -> None:
    assert is_signed_json(JSON_URL, b'{"a":1}', "4PdiP3zSq6qv+9DZQ/j2iI/iGbU=", [TOKEN])
    assert not is_signed_json(JSON_URL, b'{"a":2}', "4PdiP3zSq6qv+9DZQ/j2iI/iGbU=", [TOKEN])
    assert not is_signed_json(JSON_URL, b'{"a":1}', None, [TOKEN])


def test_a_json_body_without_a_hash_is_a_no_where_the_library_raises() -> None:
    url = "https://ivr.example.org/j"
    assert not is_signed_json(url, b"{}", signature(url, [], TOKEN), [TOKEN])
    assert not is_signed_json("https://[::1/j", b"{}", "x", [TOKEN])


@given(st.text(max_size=20), st.text("0123456789abcdef", max_size=4), st.booleans())
def test_any_json_body_gets_the_librarys_answer(text: str, wrong_hash: str, right: bool) -> None:
    body = json.dumps(text)
    claimed = sha256(body.encode()).hexdigest() if right else wrong_hash + "0"
    url = f"https://ivr.example.org/j?x={quote(text)}&bodySHA256={claimed}"
    header = RequestValidator(TOKEN).compute_signature(url, {})
    assert is_signed_json(url, body.encode(), header, [TOKEN]) == RequestValidator(TOKEN).validate(
        url, body, header
    )
