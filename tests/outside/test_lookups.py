"""Asking another system, over real HTTP, and all the places nobody is let to."""

import json
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given
from hypothesis import strategies as st

from ivr.outside.addresses import NotAllowed, reachable, target
from ivr.outside.lookups import LookupFailed, fill_url, look_up, values_in
from tests.patience import taking

ORDER = "https://crm.example/orders/{order}"


class Crm:
    """A system of the customer's, at a port of its own; it answers by path and keeps what it was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str | None]] = []
        self.url = ""
        self.over = threading.Event()


def answers(path: str) -> tuple[int, dict[str, str], bytes]:
    match path.strip("/").partition("?")[0]:
        case "orders/42":
            return 200, {}, json.dumps({"status": "late", "customer": {"name": "An", "vip": True}}).encode()
        case "moved":
            return 302, {"Location": "/orders/42"}, b""
        case "nobody":
            return 404, {}, b"{}"
        case "broken":
            return 502, {}, b"{}"
        case "page":
            return 200, {}, b"<html>"
        case "list":
            return 200, {}, b'["late"]'
        case "exactly":
            return 200, {}, b'{"a":"' + b"x" * (64 * 1024 - 8) + b'"}'
        case "huge":
            return 200, {}, b'{"a":"' + b"x" * (64 * 1024 - 7) + b'"}'
    return 200, {}, b"{}"


@contextmanager
def serving(tls: ssl.SSLContext | None = None) -> Iterator[Crm]:
    crm = Crm()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            crm.asked.append((self.path, self.headers["Host"]))
            if self.path == "/silent":
                crm.over.wait(20)
            if self.path in ("/drip-headers", "/drip-body"):
                self.drip()
            else:
                self.answer()

        def answer(self) -> None:
            status, headers, content = answers(self.path)
            self.send_response(status)
            for name, value in {**headers, "Content-Length": str(len(content))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content)

        def drip(self) -> None:
            self.close_connection = True
            start = b"HTTP/1.1 200 OK\r\n"
            self.wfile.write(
                start if self.path == "/drip-headers" else start + b"Content-Length: 9000\r\n\r\n{"
            )
            try:
                while not crm.over.wait(0.02):
                    self.wfile.write(b" ")
            except OSError:
                pass

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    server.block_on_close = False
    if tls:
        server.socket = tls.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    crm.url = f"{'https' if tls else 'http'}://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield crm
    finally:
        crm.over.set()
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture
def crm() -> Iterator[Crm]:
    with serving() as crm:
        yield crm


def test_an_order_is_looked_up(crm: Crm) -> None:
    url = fill_url(crm.url + "/orders/{order:digits}?by={caller}", {"order": "42", "caller": "+84901234567"})
    assert look_up(url, [crm.url], 2) == {"status": "late", "customer.name": "An", "customer.vip": "true"}
    assert crm.asked == [("/orders/42?by=%2B84901234567", crm.url.removeprefix("http://"))]


@pytest.mark.parametrize(
    ("path", "reason", "down"),
    [
        ("/moved", "answered 302", False),
        ("/nobody", "answered 404", False),
        ("/broken", "answered 502", True),
        ("/page", "not JSON", False),
        ("/list", "not a JSON object", False),
        ("/huge", "more than 65536 bytes", False),
    ],
)
def test_an_answer_that_is_none_says_why(crm: Crm, path: str, reason: str, down: bool) -> None:
    with pytest.raises(LookupFailed, match=reason) as failure:
        look_up(crm.url + path, [crm.url], 2)
    assert failure.value.down is down
    assert len(crm.asked) == 1, "a redirect is not followed"


def test_an_answer_of_exactly_64_kb_is_read(crm: Crm) -> None:
    assert len(look_up(crm.url + "/exactly", [crm.url], 2)["a"]) == 64 * 1024 - 8


@pytest.mark.parametrize("path", ["/silent", "/drip-headers", "/drip-body"])
def test_nobody_waits_longer_than_was_said_however_the_answer_is_drawn_out(crm: Crm, path: str) -> None:
    with taking(0.2, less_than=1.5), pytest.raises(LookupFailed) as failure:
        look_up(crm.url + path, [crm.url], 0.3)
    assert failure.value.down


def test_a_name_that_is_not_found_in_time_is_a_host_that_is_down() -> None:
    over = threading.Event()

    def lost(host: str, port: int) -> list[str]:
        over.wait(20)
        return []

    with pytest.raises(LookupFailed, match=r"crm\.example did not answer within 0\.1 s") as failure:
        look_up("https://crm.example/", ["crm.example"], 0.1, resolve=lost)
    over.set()
    assert failure.value.down


def test_a_host_where_nobody_listens_is_down(crm: Crm) -> None:
    with serving() as gone:
        url = gone.url
    with pytest.raises(LookupFailed, match="cannot be asked") as failure:
        look_up(url + "/orders/0901234567", [url], 2)
    assert failure.value.down
    assert "0901234567" not in str(failure.value), "what a caller typed stays out of logs"


# ---- where nobody is let to ----


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.example/",
        "https://crm.example.evil.example/",
        "https://evil.example/crm.example",
        "https://crm.example@evil.example/",
        "https://crm.example:443@evil.example/",
        "https://evil.example#@crm.example/",
        "https://evil.example\\@crm.example/",
        "https://crm.example\\.evil.example/",
        "https://crm.example\t.evil.example/",
        "https://crm.example:8443/",
        "https://crm.example:/",
        "http://crm.example/",
        "http://crm.example:443/",
        "ftp://crm.example/",
        "file:///etc/passwd",
        "//crm.example/",
        "crm.example/",
        "https:crm.example",
        "https:///crm.example",
        "https://crm。example/",
        "https://2130706433/",
        "https://0x7f.1/",
        "https://[::1]/",
        "https://127.0.0.1/",
        "",
    ],
)
def test_only_a_listed_host_is_asked(url: str) -> None:
    with pytest.raises(NotAllowed):
        target(url, ["crm.example"])
    with pytest.raises(LookupFailed):
        look_up(url, ["crm.example"], 1, resolve=lambda host, port: pytest.fail("it was looked for"))


@pytest.mark.parametrize(
    "url", ["https://crm.example/a", "HTTPS://CRM.example/a", "https://crm.example:443/a?b=c"]
)
def test_a_listed_host_is_asked_however_it_is_written(url: str) -> None:
    assert target(url, ["other.example", "CRM.example"]).netloc == "crm.example"


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.0.0.1",
        "172.16.0.1",
        "192.168.1.1",
        "100.64.0.1",
        "0.0.0.0",
        "255.255.255.255",
        "224.0.0.1",
        "198.18.0.1",
        "::1",
        "::",
        "fc00::1",
        "fe80::1",
        "ff02::1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "64:ff9b::7f00:1",
        "2002:7f00:1::",
        "169.254.169.254",
    ],
)
def test_a_listed_name_that_leads_inside_is_not_followed(address: str) -> None:
    there = target("https://crm.example/", ["crm.example"])
    for addresses in ([address], ["93.184.216.34", address]):
        with pytest.raises(NotAllowed, match=r"never asked|inside our own network"):
            reachable(there, lambda host, port, found=addresses: found)  # type: ignore[misc]


def test_a_host_listed_with_its_port_may_stand_inside() -> None:
    inside = target("https://crm.example:8443/", ["crm.example:8443"])
    assert reachable(inside, lambda host, port: ["10.0.0.5"]) == ["10.0.0.5"]
    plain = target("http://10.0.0.5/orders", ["http://10.0.0.5"])
    assert reachable(plain, lambda host, port: [host]) == ["10.0.0.5"]


@pytest.mark.parametrize(
    "address",
    [
        "169.254.169.254",
        "::ffff:169.254.169.254",
        "64:ff9b::a9fe:a9fe",
        "fe80::1",
        "fd00:ec2::254",
        "100.100.100.200",
    ],
)
def test_what_hands_out_a_machines_secrets_is_never_asked(address: str) -> None:
    inside = target("https://crm.example:8443/", ["crm.example:8443"])
    with pytest.raises(NotAllowed):
        reachable(inside, lambda host, port: [address])


def test_a_public_address_needs_no_word() -> None:
    there = target("https://crm.example/", ["crm.example"])
    for address in ("93.184.216.34", "2606:2800:220:1:248:1893:25c8:1946"):
        assert reachable(there, lambda host, port, found=address: [found]) == [address]  # type: ignore[misc]
    with pytest.raises(NotAllowed, match="has no address"):
        reachable(there, lambda host, port: [])


# ---- certificates ----


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate of crm.example, its own authority, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "crm.example")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("crm.example")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "crm.pem"
    path.write_bytes(
        made.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    return path


def test_the_certificate_is_held_to_the_name_while_the_checked_address_is_asked(certificate: Path) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    with serving(context) as crm:
        port = urlsplit(crm.url).port

        def look(host: str, ca_file: str | None) -> dict[str, str]:
            entry = f"{host}:{port}"
            url = f"https://{entry}/orders/42"
            return look_up(url, [entry], 3, resolve=lambda host, port: ["127.0.0.1"], ca_file=ca_file)

        assert look("crm.example", str(certificate))["status"] == "late"
        assert crm.asked == [("/orders/42", f"crm.example:{port}")]
        with pytest.raises(LookupFailed, match="SSLError"):
            look("other.example", str(certificate))
        with pytest.raises(LookupFailed, match="SSLError"):
            look("crm.example", None)
        assert len(crm.asked) == 1


# ---- filling an address ----


@pytest.mark.parametrize("value", ["..", ".", "../admin", "a/b", "a\\b", "/", "", "a\nb", "\x00"])
def test_a_value_that_would_be_another_path_is_refused(value: str) -> None:
    with pytest.raises(LookupFailed):
        fill_url(ORDER, {"order": value})


def test_a_value_that_is_not_known_asks_for_nothing() -> None:
    with pytest.raises(LookupFailed, match=r"\{order\} is not known"):
        fill_url(ORDER, {"other": "1"})


def test_two_values_beside_each_other_are_no_way_up_either() -> None:
    with pytest.raises(LookupFailed, match="another path"):
        fill_url("https://crm.example/{a}{b}/all", {"a": ".", "b": "."})


@pytest.mark.parametrize(
    "template",
    [
        "https://{host}/x",
        "https://crm.example{path}",
        "{url}",
        "https://crm.{x}/",
        "/orders/{order}",
        "https://c:{p}/",
    ],
)
def test_no_value_stands_in_the_host(template: str) -> None:
    with pytest.raises(LookupFailed, match="host without"):
        fill_url(template, {"host": "evil.example", "path": ".evil.example", "url": "x", "x": "y", "p": "1"})


@given(st.text(), st.text())
def test_whatever_was_typed_stays_in_its_place(order: str, name: str) -> None:
    template = "https://crm.example/orders/{order}/items?name={name}&all=no"
    try:
        filled = fill_url(template, {"order": order, "name": name})
    except LookupFailed:
        return
    there = target(filled, ["crm.example"])
    path, _, query = there.path.partition("?")
    assert path.split("/")[1::2] == ["orders", "items"]
    assert len(path.split("/")) == 4
    assert [part.partition("=")[0] for part in query.split("&")] == ["name", "all"]
    assert unquote(path.split("/")[2]) == order.encode(errors="replace").decode()


# ---- reading an answer ----


def test_fields_become_texts_by_their_way() -> None:
    answer = b'{"a": 1, "b": 1.10, "c": null, "d": [true, {"e": "x"}], "f": {}, "g": 12345678901234567890.5}'
    assert values_in(answer) == {
        "a": "1",
        "b": "1.10",
        "d.0": "true",
        "d.1.e": "x",
        "g": "12345678901234567890.5",
    }


@pytest.mark.parametrize(
    "answer", [b"", b"NaN", b'{"a": Infinity}', b"\xff", b"null", b'"x"', b"[" * 60_000, b"1e9"]
)
def test_what_is_not_an_object_is_no_answer(answer: bytes) -> None:
    with pytest.raises(LookupFailed):
        values_in(answer)


def test_an_answer_of_very_many_values_is_refused() -> None:
    assert len(values_in(json.dumps({str(n): n for n in range(200)}).encode())) == 200
    with pytest.raises(LookupFailed, match="more than 200"):
        values_in(json.dumps({str(n): n for n in range(201)}).encode())
