"""Law 10: what a caller types in confidence lies nowhere in the clear, and is gone after the call."""

import time
from pathlib import Path

import pytest

from ivr.core import walk
from ivr.ledger import rows
from tests.service import NUMBER, TOKEN, Answer, Carrier, House, Server

PIN = "748159"


def type_pin(carrier: Carrier, call: str, pin: str = PIN) -> Answer:
    main = carrier.press(carrier.call(call, "anonymous"), call, "2")
    return carrier.press(carrier.press(main, call, "5"), call, pin)


def files(folder: Path) -> bytes:
    """Everything that lies on the disk: the database, its log, the lock, the server's output."""
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


def every_row(server: Server) -> str:
    tables = ("call", "pass", "answer", "remembered", "event", "leg", "recording", "message", "errand")
    return "".join(str(server.rows(f"SELECT * FROM {table}")) for table in tables)


def test_a_pin_is_on_no_disk_and_in_no_log(server: Server) -> None:
    """The real service: its workers look the account up (in vain), and the caller goes on."""
    answer = type_pin(server.carrier, "CApin")
    until = time.monotonic() + 10
    while answer.verbs[-2:] == ["Pause", "Redirect"] and time.monotonic() < until:
        answer = server.carrier.press(answer, "CApin")
    assert answer.verbs == ["Gather", "Redirect"]
    assert server.rows("SELECT pressed FROM pass WHERE call = 'CApin' AND step = 'account'") == [("••••••",)]
    server.carrier.ends("CApin")
    assert PIN not in every_row(server)
    assert PIN.encode() not in files(Path(server.settings.data))
    assert TOKEN.encode() not in files(Path(server.settings.data))


def test_it_is_sealed_during_the_call_and_gone_after_it(house: House) -> None:
    type_pin(house.carrier, "CA1")
    memory = house.rows.one("SELECT memory FROM call")
    assert PIN not in memory
    assert '"pin":"gAAAA' in memory
    assert rows.open_values(memory) == {}
    house.carrier.ends("CA1")
    memory = house.rows.one("SELECT memory FROM call")
    assert "gAAAA" not in memory
    house.errands()
    assert house.rows("SELECT state, payload FROM errand") == [("failed", "")]


def test_wrong_and_half_pins_are_masked_too(house: House) -> None:
    again = type_pin(house.carrier, "CA1", "7481")
    assert again.verbs == ["Gather", "Redirect"]
    house.carrier.press(again, "CA1", "74815900")
    assert house.rows("SELECT pressed FROM call") == [("•••• ••••••••",)]
    assert b"7481" not in files(house.folder)


def test_no_page_shows_it(house: House) -> None:
    type_pin(house.carrier, "CA1")
    client = house.signed_in()
    for path in ("/calls", "/calls/CA1", f"/calls?text={PIN[:3]}"):
        assert client.get(path).text.count(PIN) == 0
    assert "••••••" in client.get("/calls/CA1").text


def test_a_pin_typed_into_a_failure_waits_sealed_in_the_address(
    house: House, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    main = house.carrier.press(house.carrier.call("CA1", "anonymous"), "CA1", "2")
    question = house.carrier.press(main, "CA1", "5")

    def broken(*_: object) -> None:
        raise RuntimeError("a bug")

    with monkeypatch.context() as patch:
        patch.setattr(walk, "answer", broken)
        again = house.carrier.press(question, "CA1", PIN)
    assert PIN.encode() not in again.body
    assert PIN not in caplog.text
    house.carrier.press(again, "CA1")
    assert house.rows.passes("CA1")[-1] == ("account", "••••••", "key")


def test_a_whole_call_says_it_to_nobody(house: House) -> None:
    phone = house.phone()
    call = phone.dial(NUMBER, "").press("2").press("5").press(PIN)
    assert PIN not in " ".join(call.heard)
    call.hang_up()
    assert phone.faults == []
