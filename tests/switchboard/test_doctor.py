"""The doctor finds each thing that can be wrong, and says how to mend it."""

import json
import os
import re
import shutil
import sqlite3
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from click.testing import CliRunner
from werkzeug.serving import make_server

from ivr.box.signing import signature as sign
from ivr.carriers.twilio.rest import Rest
from ivr.carriers.twilio.signature import signature
from ivr.cli.doctor import doctor
from ivr.core.calls import Outcome
from ivr.ledger import Ledger
from ivr.ledger.facts import Ended
from ivr.outside.bus import RedisBus
from ivr.outside.visits import Visit
from ivr.switchboard.doctor import Finding, Verdict, elsewhere, examine, house, menus, roads
from ivr.switchboard.exchange import Exchange, clock
from ivr.switchboard.fallback import fallbacks, keep
from tests.carriers.contract_server import ACCOUNT, TOKEN, Carrier, contract_server
from tests.redis_server import SlowRoad, free_port, redis_server
from tests.service import HERE, MENUS, NUMBER, House

FINE, DOUBTFUL, WRONG = Verdict.FINE, Verdict.DOUBTFUL, Verdict.WRONG
Check = Callable[[Exchange], Iterator[Finding]]


@pytest.fixture
def exchange(tmp_path: Path) -> Iterator[Exchange]:
    """A hotline with a real account, whose time is now."""
    opened = House(tmp_path).open(MENUS)
    yield replace(opened.exchange, now=clock)
    opened.exchange.ledger.close()


def having(exchange: Exchange, **settings: Any) -> Exchange:
    return replace(exchange, settings=replace(exchange.settings, **settings))


def found(check: Check, exchange: Exchange) -> list[tuple[Verdict, str]]:
    """What a check says; whatever is not fine tells what to do."""
    findings = list(check(exchange))
    assert all(bool(finding.mend) == (finding.verdict is not FINE) for finding in findings)
    return [(finding.verdict, finding.why) for finding in findings]


def the_only(check: Check, exchange: Exchange) -> tuple[Verdict, str]:
    (finding,) = found(check, exchange)
    return finding


# The house


def test_the_versions_of_the_packages_are_compared_with_those_that_were_tested(
    exchange: Exchange, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = tmp_path / "constraints.txt"
    tested = house.CONSTRAINTS.read_text()
    monkeypatch.setattr(house, "CONSTRAINTS", other)
    other.write_text(re.sub(r"^flask==.*$", "flask==99.0\nnot-here==1", tested, flags=re.MULTILINE))
    verdict, why = the_only(house.dependencies, exchange)
    assert verdict is DOUBTFUL
    assert re.search(r"flask [0-9.]+ \(tested: 99\.0\)", why)
    other.write_text("not-here==1 ; sys_platform == 'win32'\n")
    assert the_only(house.dependencies, exchange)[0] is FINE


def test_secrets_that_can_be_guessed_or_read_are_told(exchange: Exchange, tmp_path: Path) -> None:
    assert found(house.secrets, having(exchange, secret_key="short")) == [
        (WRONG, "SECRET_KEY has 5 characters")
    ]
    long = having(exchange, secret_key="k" * 32)
    assert the_only(house.secrets, long)[0] is FINE
    (tmp_path / "box_token").write_text("a key")
    (tmp_path / "box_token").chmod(0o644)
    assert the_only(house.secrets, long)[0] is FINE  # nobody else gets into the folder
    for path in tmp_path.iterdir():
        path.chmod(0o600 if path.is_file() else 0o700)
    (tmp_path / "box_token").chmod(0o644)
    tmp_path.chmod(0o755)
    assert found(house.secrets, long) == [
        (WRONG, f"others on this machine may read {tmp_path / 'box_token'}")
    ]


class Usage(NamedTuple):
    free: int


@pytest.mark.parametrize(("free", "verdict"), [(5e9, FINE), (5e8, DOUBTFUL), (5e7, WRONG)])
def test_a_disk_that_fills_up_is_told(
    exchange: Exchange, monkeypatch: pytest.MonkeyPatch, free: float, verdict: Verdict
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(int(free)))
    assert the_only(house.disk, exchange)[0] is verdict


def test_a_data_folder_that_is_not_there_is_told(exchange: Exchange) -> None:
    assert the_only(house.disk, having(exchange, data="/nowhere/at/all")) == (
        DOUBTFUL,
        "/nowhere/at/all is not there yet",
    )


def test_a_data_folder_that_cannot_be_written_is_told(
    exchange: Exchange, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "access", lambda path, _: Path(path) != tmp_path)
    assert the_only(house.disk, having(exchange, data=str(tmp_path))) == (
        WRONG,
        f"{tmp_path} cannot be written: nothing that callers say can be kept",
    )


def test_what_still_waits_for_the_database_is_told(exchange: Exchange, tmp_path: Path) -> None:
    assert the_only(house.spool, exchange)[0] is FINE
    exchange.spool.set_reserve()
    assert the_only(house.spool, exchange)[0] is FINE
    exchange.spool.append(Ended("CA1", Outcome.HUNG_UP, 0, "carrier"))
    assert the_only(house.spool, exchange)[0] is DOUBTFUL
    for file in exchange.spool.to_replay():
        exchange.spool.set_aside(list(file.lines()))
        file.done()
    assert the_only(house.spool, exchange)[0] is WRONG


def test_a_database_that_is_well_is_fine(tmp_path: Path, database_url: str) -> None:
    well = House(tmp_path).open(MENUS, database_url=database_url).exchange
    findings = found(house.database, well)
    kind = database_url.partition(":")[0]
    assert findings[0][0] is FINE
    assert findings[0][1].lower().startswith(kind)
    durable = {"sqlite": "(synchronous=normal)", "postgresql": "(fsync=off)"}[kind]  # as our tests run it
    assert findings[1][1].endswith(durable)
    assert findings[1][0] is (FINE if kind == "sqlite" else WRONG)
    well.ledger.close()


def test_a_database_that_is_away_is_told_and_none_is_made(exchange: Exchange, tmp_path: Path) -> None:
    file = tmp_path / "another.db"
    away = replace(exchange, ledger=Ledger.open(f"sqlite:///{file}", b"a key"))
    assert the_only(house.database, away) == (WRONG, f"cannot be used: {file} is not there")
    assert not file.exists()


@pytest.mark.needs("postgresql")
def test_a_database_server_that_does_not_answer_is_told(exchange: Exchange) -> None:
    url = f"postgresql://hotline@127.0.0.1:{free_port()}/hotline"
    verdict, why = the_only(house.database, replace(exchange, ledger=Ledger.open(url, b"a key")))
    assert verdict is WRONG
    assert "Connection refused" in why


def test_tables_of_another_version_are_told(tmp_path: Path, bare_database_url: str) -> None:
    ledger = Ledger.open(bare_database_url, b"a key")
    other = House(tmp_path).open(MENUS).exchange
    if ledger.file:
        ledger.file.touch()
    assert the_only(house.database, replace(other, ledger=ledger)) == (
        WRONG,
        "its tables are not of this version",
    )
    ledger.close()


def test_a_database_that_cannot_be_written_is_told(
    exchange: Exchange, monkeypatch: pytest.MonkeyPatch
) -> None:
    with sqlite3.connect(exchange.ledger.file or "") as stranger:
        stranger.execute("BEGIN IMMEDIATE")
        verdict, why = the_only(house.database, exchange)
        stranger.rollback()
    stranger.close()
    assert (verdict, why) == (WRONG, "cannot be used: database is locked")


def test_sqlite_on_a_network_file_system_is_told(
    exchange: Exchange, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mounts = tmp_path / "mounts"
    mounts.write_text(
        f"disk / ext4 rw 0 0\nserver:/x {tmp_path} nfs4 rw 0 0\nnone {tmp_path}/y tmpfs rw 0 0\n"
    )
    monkeypatch.setattr(house, "MOUNTS", mounts)
    (problem,) = [why for verdict, why in found(house.database, exchange) if verdict is WRONG]
    assert "lies on a network file system (nfs4)" in problem
    monkeypatch.setattr(house, "MOUNTS", tmp_path / "nobody says")
    assert WRONG not in dict(found(house.database, exchange))


def test_a_journal_that_makes_callers_wait_is_told(tmp_path: Path) -> None:
    (problem,) = house.on_its_disk(tmp_path / "hotline.db", "delete")
    assert problem.verdict is WRONG
    assert problem.why == "its journal is 'delete', so callers wait for one another"


# The roads


@pytest.mark.needs("redis")
def test_redis_is_fine_slow_or_away(exchange: Exchange) -> None:
    assert the_only(roads.redis, exchange) == (
        FINE,
        "is not set; every process looks each half second by itself",
    )
    with redis_server() as server:
        assert the_only(roads.redis, replace(exchange, bus=RedisBus(server.url)))[0] is FINE
        road = SlowRoad(server.port, 0.1)
        slow = replace(exchange, bus=RedisBus(f"redis://127.0.0.1:{road.port}"))
        assert the_only(roads.redis, slow)[0] is DOUBTFUL
        road.close()
        server.freeze()
        assert the_only(roads.redis, replace(exchange, bus=RedisBus(server.url)))[0] is WRONG
        server.thaw()
    away = replace(exchange, bus=RedisBus(f"redis://127.0.0.1:{free_port()}"))
    verdict, why = the_only(roads.redis, away)
    assert verdict is WRONG
    assert "Connection refused" in why


@contextmanager
def served(exchange: Exchange, **settings: Any) -> Iterator[Exchange]:
    """The hotline at a port of this machine: what the doctor sees, who comes by the same address."""
    from ivr import create_app

    port = free_port()
    here = having(exchange, public_url=f"http://127.0.0.1:{port}", **settings)
    server = make_server("127.0.0.1", port, create_app(exchange=here, clock=False), threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield here
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def host(answer: Callable[[str], tuple[int, dict[str, str], bytes]]) -> Iterator[str]:
    """Another program at a port of this machine, and its address."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            status, headers, body = answer(self.path)
            self.send_response_only(status)
            for name, text in {"Content-Length": str(len(body)), **headers}.items():
                self.send_header(name, text)
            self.end_headers()
            self.wfile.write(body)

        do_POST = do_GET  # noqa: N815

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def test_an_address_inside_this_network_and_one_in_the_clear_are_told(exchange: Exchange) -> None:
    with served(exchange) as here:
        inside, clear, answers = found(roads.public_address, here)
    assert inside == (WRONG, "127.0.0.1 is inside this network: no carrier comes there")
    assert clear == (DOUBTFUL, "what callers press is sent in the clear (http://)")
    assert answers[0] is FINE


@pytest.mark.parametrize(
    ("name", "inside"),
    [
        ("localhost", True),
        ("box", True),
        ("10.1.2.3", True),
        ("[::1]", True),
        ("192.168.1.1", True),
        ("hotline.example", False),
        ("8.8.8.8", False),
        ("[2606:4700::1111]", False),
    ],
)
def test_what_is_inside_this_network_is_known_by_its_name(name: str, inside: bool) -> None:
    assert roads.is_inside(name) is inside


def test_an_address_where_nobody_answers_or_another_program_does_is_told(exchange: Exchange) -> None:
    away = having(exchange, public_url=f"http://127.0.0.1:{free_port()}")
    assert found(roads.public_address, away)[-1][0] is WRONG
    assert "nobody answers there" in found(roads.public_address, away)[-1][1]
    assert found(roads.proxy, away) == []
    with host(lambda _: (200, {}, b"<html>a shop</html>")) as url:
        assert found(roads.public_address, having(exchange, public_url=url))[-1] == (
            WRONG,
            f"{url}/health is not a hotline's (status 200)",
        )
    with host(lambda _: (503, {}, b"no menus are published\n")) as url:
        assert found(roads.public_address, having(exchange, public_url=url))[-1] == (
            WRONG,
            "the hotline there cannot answer calls: no menus are published",
        )


def test_a_gunicorn_that_stands_in_the_open_is_told(exchange: Exchange) -> None:
    with host(lambda _: (200, {"Server": "gunicorn"}, b"ok\n")) as url:
        verdict, why = the_only(roads.proxy, having(exchange, public_url=url))
    assert verdict is DOUBTFUL
    assert why == "there is none: 64 clients that send drop by drop keep every caller out"
    with host(lambda _: (200, {"Server": "nginx/1.26"}, b"ok\n")) as url:
        assert the_only(roads.proxy, having(exchange, public_url=url))[0] is FINE


def test_tls_before_a_gunicorn_is_a_proxy_of_which_no_more_is_known(
    exchange: Exchange, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = Visit(200, {"server": "gunicorn"}, b"ok\n", 0.1)
    monkeypatch.setattr(roads, "visit", lambda _: answer)
    verdict, why = the_only(roads.proxy, exchange)
    assert verdict is DOUBTFUL
    assert why.startswith("one brings TLS")


def test_signed_requests_are_let_in_and_forged_ones_are_not(exchange: Exchange) -> None:
    with served(exchange) as here:
        assert the_only(roads.signature, here) == (
            FINE,
            "the carrier's requests are let in, forged ones are not",
        )
        other = having(here, auth_token="another token than the server has")
        assert the_only(roads.signature, other) == (WRONG, "the carrier's own requests are turned away")
    assert exchange.settings.base_url == HERE


def test_a_server_that_believes_in_another_address_is_told(exchange: Exchange) -> None:
    """As behind a proxy whose PUBLIC_URL was never set."""
    with served(exchange) as here:
        elsewhere_ = having(here, public_url=here.settings.public_url.replace("127.0.0.1", "localhost"))
        assert the_only(roads.signature, elsewhere_) == (WRONG, "the carrier's own requests are turned away")


def test_a_program_that_lets_everybody_in_is_told(exchange: Exchange) -> None:
    with host(lambda _: (200, {}, b"<Response/>")) as url:
        assert the_only(roads.signature, having(exchange, public_url=url)) == (
            WRONG,
            "a forged request is not turned away (status 200)",
        )


def test_a_proxy_that_answers_itself_is_told(exchange: Exchange) -> None:
    signed_first = iter((502, 403))
    with host(lambda _: (next(signed_first), {}, b"")) as url:
        assert the_only(roads.signature, having(exchange, public_url=url))[0] is DOUBTFUL
    away = having(exchange, public_url=f"http://127.0.0.1:{free_port()}")
    assert the_only(roads.signature, away)[0] is WRONG


def test_the_doctor_signs_as_the_carrier_does() -> None:
    form = [("CallSid", "CA1"), ("Digits", "1 2&3")]
    assert signature(HERE, form, "a token") == sign("a token", HERE, form)


@pytest.mark.needs("postgresql")
def test_a_clock_that_differs_from_the_database_servers_is_told(tmp_path: Path, postgresql_url: str) -> None:
    here = replace(House(tmp_path).open(MENUS, database_url=postgresql_url).exchange, now=clock)
    assert the_only(roads.clock, here) == (FINE, "agrees with the database server's")
    fast = replace(here, now=lambda: clock() + 5_000)
    verdict, why = the_only(roads.clock, fast)
    assert verdict is WRONG
    assert re.fullmatch(r"differs from the database server's by (4\.9|5\.[0-9]) s", why)
    here.ledger.close()


def test_a_clock_that_differs_from_the_carriers_is_told(exchange: Exchange) -> None:
    with contract_server() as carrier:
        there = having(exchange, carrier_url=carrier.url)
        assert the_only(roads.clock, there) == (FINE, "agrees with the carrier's")
        slow = replace(there, now=lambda: clock() - 4_000)
        assert the_only(roads.clock, slow)[0] is WRONG
    assert (
        the_only(roads.clock, having(exchange, carrier_url=f"http://127.0.0.1:{free_port()}"))[0] is DOUBTFUL
    )
    with host(lambda _: (200, {}, b"")) as url:
        assert the_only(roads.clock, having(exchange, carrier_url=url)) == (
            DOUBTFUL,
            "the carrier does not tell the time",
        )


# The menus


def test_a_folder_that_differs_from_what_is_live_is_told(exchange: Exchange, tmp_path: Path) -> None:
    assert found(menus.menus, exchange) == [(FINE, "revision 1 of Sao Mai is live")]
    file = tmp_path / "menus/hotline.yaml"
    file.write_text(MENUS.replace("Welcome.", "Hello."))
    folder = tmp_path / "menus"
    assert found(menus.menus, exchange)[1:] == [(DOUBTFUL, f"{folder} differs from what is live")]
    file.write_text(MENUS.replace("9: repeat", "9: nowhere"))
    ((verdict, why),) = found(menus.menus, exchange)[1:]
    assert verdict is DOUBTFUL
    assert why.startswith(f"{folder} has 1 mistakes, first: menus/hotline.yaml") or "1 mistakes" in why
    assert len(found(menus.menus, having(exchange, menus="/nowhere"))) == 1


def test_recordings_that_say_something_else_are_told(exchange: Exchange, tmp_path: Path) -> None:
    recordings = tmp_path / "recordings/en"
    recordings.mkdir(parents=True)
    sample = Path(__file__).parents[2] / "recordings/en/main.wav"
    (recordings / "goodbye.wav").write_bytes(sample.read_bytes())
    (recordings / "goodbye.txt").write_text("So long.")
    warned = [why for verdict, why in found(menus.menus, exchange) if verdict is DOUBTFUL]
    assert len(warned) == 1
    assert "goodbye" in warned[0]


def test_a_voice_that_does_not_speak_its_language_is_told(tmp_path: Path) -> None:
    wrong = House(tmp_path).open(MENUS.replace("Polly.Joanna-Neural", "Polly.Vicki-Neural")).exchange
    verdict, why = the_only(menus.voices, wrong)
    assert verdict is DOUBTFUL
    assert why.startswith("en: the voice 'Polly.Vicki-Neural' does not speak")
    wrong.ledger.close()


def test_alerts_that_mail_while_there_is_no_mail_server_are_told(tmp_path: Path) -> None:
    watched = MENUS + "alerts: {broken: {faults: 3, mail: boss@example.com}}\n"
    watching = House(tmp_path).open(watched).exchange
    assert found(menus.alerts, watching) == [
        (DOUBTFUL, "alert broken mails somebody, and no mail server is set")
    ]
    with_server = having(watching, mail_server="smtp://mail.example:25")
    assert found(menus.alerts, with_server) == [(FINE, "1 watched")]
    watching.ledger.close()


# The carrier and the other host


@pytest.fixture
def carrier() -> Iterator[Carrier]:
    with contract_server() as server:
        server.numbers[NUMBER] = {
            "sid": "PN1",
            "voice_url": f"{HERE}/voice#rc=2",
            "voice_method": "POST",
            "voice_fallback_url": "https://backup.example/ivr/842873001234.xml",
            "voice_fallback_method": "GET",
            "status_callback": f"{HERE}/voice/status",
            "sms_url": f"{HERE}/voice/text",
        }
        yield server


def asking(exchange: Exchange, carrier: Carrier, token: str = TOKEN) -> Exchange:
    there = having(exchange, fallback_url="https://backup.example/ivr/")
    return replace(there, carrier=Rest(ACCOUNT, token, base_url=carrier.url))


def test_a_number_that_is_set_up_right_is_fine(exchange: Exchange, carrier: Carrier) -> None:
    assert found(elsewhere.numbers, asking(exchange, carrier)) == [(FINE, f"{NUMBER} leads here")]


@pytest.mark.parametrize(
    ("field", "value", "verdict", "why"),
    [
        ("voice_url", "https://old.example/voice", WRONG, f"{NUMBER} leads POST https://old.example/voice"),
        ("voice_url", None, WRONG, f"{NUMBER} leads nowhere"),
        ("voice_method", "GET", WRONG, f"{NUMBER} leads GET {HERE}/voice#rc=2"),
        (
            "status_callback",
            "",
            WRONG,
            f"{NUMBER} does not tell us how calls end, so they seem to go on for minutes",
        ),
        (
            "sms_url",
            "https://old.example/sms",
            DOUBTFUL,
            f"{NUMBER} does not bring us what callers write, nor that they want no more messages",
        ),
        (
            "voice_fallback_url",
            "",
            DOUBTFUL,
            f"{NUMBER} has no fallback: callers hear an error when this host is away",
        ),
        (
            "voice_fallback_method",
            "POST",
            DOUBTFUL,
            f"the fallback of {NUMBER} is asked by POST, and files can only be got",
        ),
    ],
)
def test_a_number_that_is_set_up_wrong_is_told(
    exchange: Exchange, carrier: Carrier, field: str, value: str | None, verdict: Verdict, why: str
) -> None:
    carrier.numbers[NUMBER][field] = value
    assert (verdict, why) in found(elsewhere.numbers, asking(exchange, carrier))


def test_a_number_of_somebody_else_is_told(exchange: Exchange, carrier: Carrier) -> None:
    carrier.numbers.clear()
    assert the_only(elsewhere.numbers, asking(exchange, carrier)) == (
        WRONG,
        f"the account has no number {NUMBER}",
    )


def test_an_account_that_does_not_know_us_and_a_carrier_that_is_away_are_told(
    exchange: Exchange, carrier: Carrier
) -> None:
    verdict, why = the_only(elsewhere.numbers, asking(exchange, carrier, "a token of long ago"))
    assert verdict is WRONG
    assert why.startswith("does not know us")
    carrier.faults.append("unavailable")
    assert the_only(elsewhere.numbers, asking(exchange, carrier))[0] is DOUBTFUL


def test_fallback_documents_that_are_not_as_they_should_be_are_told(exchange: Exchange) -> None:
    assert the_only(elsewhere.fallback, exchange)[0] is DOUBTFUL
    files: dict[str, bytes] = {}
    kind = {"Content-Type": "application/xml"}

    def hosted(path: str) -> tuple[int, dict[str, str], bytes]:
        name = path.rpartition("/")[2]
        return (200, kind, files[name]) if name in files else (404, {}, b"")

    with host(hosted) as url:
        there = having(exchange, fallback_url=f"{url}/ivr/")
        verdict, why = the_only(elsewhere.fallback, there)
        first = f"{url}/ivr/842873001234.xml"
        assert (verdict, why) == (
            WRONG,
            f"6 documents are not there as they should be: {first} is answered with status 404",
        )
        files |= fallbacks(there.settings, there.shelf.live(clock()).hotline)
        assert the_only(elsewhere.fallback, there)[0] is FINE
        files["842873001234-word.xml"] += b" "
        assert the_only(elsewhere.fallback, there)[1].endswith("-word.xml says what other menus say")
        kind["Content-Type"] = "text/plain"
        assert "is sent as text/plain" in the_only(elsewhere.fallback, there)[1]
    assert "nobody answers there" in the_only(elsewhere.fallback, there)[1]


def test_a_folder_of_fallback_documents_that_has_not_what_it_should_is_told(
    exchange: Exchange, tmp_path: Path
) -> None:
    folder = tmp_path / "backup"
    set_up = having(exchange, fallback=str(folder), fallback_url=f"http://127.0.0.1:{free_port()}/ivr")
    missing, _ = found(elsewhere.fallback, set_up)
    assert missing == (
        DOUBTFUL,
        f"{folder} (IVR_FALLBACK) has not what it should: 842873001234.xml is missing or of other menus",
    )
    keep(set_up.settings, set_up.shelf.live(clock()).hotline)
    assert [verdict for verdict, _ in found(elsewhere.fallback, set_up)] == [WRONG]
    (folder / "README.md").write_text("something else")
    assert "README.md is missing or of other menus" in found(elsewhere.fallback, set_up)[0][1]


def test_fallback_documents_on_our_own_host_are_told(exchange: Exchange) -> None:
    with served(exchange) as here:
        beside = having(here, fallback_url=f"{here.settings.public_url}/fallback")
        assert found(elsewhere.fallback, beside)[0] == (
            WRONG,
            "the documents are on the hotline's own host, and away when it is",
        )


# All of it


def test_in_the_box_all_is_fine_and_it_says_what_is_only_tried_with_a_carrier(
    exchange: Exchange,
) -> None:
    findings = list(examine(having(exchange, boxed=True, secret_key="k" * 64)))
    assert {finding.verdict for finding in findings} == {FINE}
    told = {finding.what: finding.why for finding in findings}
    assert told["carrier"] == told["signature"] == told["fallback"] == roads.ONLY_IN_THE_BOX


def test_without_a_database_the_rest_is_looked_at_all_the_same(exchange: Exchange, tmp_path: Path) -> None:
    away = replace(having(exchange, boxed=True), ledger=Ledger.open(f"sqlite:///{tmp_path}/no.db", b"a key"))
    findings = list(examine(away))
    assert [finding.what for finding in findings if finding.verdict is DOUBTFUL] == [
        "clock, menus, voices, alerts, carrier, fallback"
    ]
    assert "Redis" in {finding.what for finding in findings}


def test_menus_that_were_never_published_are_told(exchange: Exchange, tmp_path: Path) -> None:
    empty = Ledger.open(f"sqlite:///{tmp_path}/empty.db", b"a key")
    empty.upgrade()
    shelf = type(exchange.shelf)(empty, HERE, exchange.shelf._carrier)
    findings = examine(replace(having(exchange, boxed=True), ledger=empty, shelf=shelf))
    told = [(finding.what, finding.why) for finding in findings if finding.verdict is WRONG]
    assert ("menus", "no menus are published yet") in told
    empty.close()


@pytest.mark.parametrize(("called", "typed"), [("/usr/bin/ivr", "ivr"), ("app.py", "python3 app.py")])
def test_commands_are_named_as_whoever_asks_would_type_them(
    exchange: Exchange, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, called: str, typed: str
) -> None:
    monkeypatch.setattr(sys, "argv", [called, "doctor"])
    (tmp_path / "menus" / "hotline.yaml").write_text("steps: {")
    (mend,) = [finding.mend for finding in menus.menus(exchange) if finding.mend]
    assert mend == f"mend them before you publish: {typed} check"
    (mend,) = [finding.mend for finding in elsewhere.fallback(exchange)]
    assert mend.startswith(f"{typed} fallback FOLDER --url https://…, ")


def test_the_command_says_what_is_wrong_how_to_mend_it_and_ends_with_1(exchange: Exchange) -> None:
    settings = replace(exchange.settings, boxed=True, secret_key="short")
    told = CliRunner().invoke(doctor, [], obj=settings)
    assert told.exit_code == 1, told.output
    assert "✗ secrets: SECRET_KEY has 5 characters\n  → set SECRET_KEY to at least 32 random" in told.output
    assert "✓ menus: revision 1 of Sao Mai is live\n" in told.output
    lines = CliRunner().invoke(doctor, ["--json"], obj=replace(settings, secret_key="k" * 64))
    assert lines.exit_code == 0, lines.output
    first, *rest = [json.loads(line) for line in lines.output.splitlines()]
    assert first.keys() == {"what", "verdict", "why", "mend"}
    assert {row["verdict"] for row in rest} == {"fine"}
