"""The commands that make accounts and tokens, and show what everybody did."""

import getpass
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from ivr import assemble, load
from ivr.cli import main
from ivr.core.accounts import Role
from ivr.ledger import accounts, passwords, sessions
from ivr.switchboard.exchange import Exchange

PASSWORD = "bát phở sáng nay"
Type = Callable[..., Result]


@pytest.fixture(name="type_")
def _type(tmp_path: Path) -> Type:
    """Types a command, and what it asks for."""

    def type_(line: str, *asked: str) -> Result:
        environment = {"IVR_DATA": str(tmp_path), "TWILIO_AUTH_TOKEN": "", "DATABASE_URL": "", "HOST": ""}
        environment |= {"PUBLIC_URL": "", "SECRET_KEY": "", "WEB_CONCURRENCY": ""}
        said = "".join(f"{each}\n" for each in asked)
        return CliRunner().invoke(main, line.split(), input=said, env=environment)

    return type_


@pytest.fixture
def exchange(tmp_path: Path, type_: Type) -> Exchange:
    assert type_("users list").exit_code == 0
    return assemble(load({"IVR_DATA": str(tmp_path)}))


def who_did_what(type_: Type) -> list[tuple[str, str, str]]:
    lines = type_("audit --json").output.splitlines()
    return [(row["who"], row["what"], row["subject"]) for row in map(json.loads, lines)]


ME = f"command by {getpass.getuser()}"


def test_an_account_is_made_by_a_password_typed_twice_and_never_shown(
    type_: Type, exchange: Exchange
) -> None:
    made = type_("users add mai --role admin", PASSWORD, PASSWORD)
    assert made.exit_code == 0
    assert made.stdout == "mai can sign in at http://127.0.0.1:5000/sign-in as admin.\n"
    assert PASSWORD not in made.output
    with exchange.ledger.reading() as tx:
        mai = accounts.find(tx, "mai")
    assert mai
    assert (mai.role, passwords.is_right(mai.password, PASSWORD)) == (Role.ADMIN, True)
    assert who_did_what(type_) == [(ME, "account_added", "mai")]


def test_a_program_hands_the_password_over_as_one_line(type_: Type, exchange: Exchange) -> None:
    assert type_("users add lan --role agent --password-stdin", PASSWORD).exit_code == 0
    with exchange.ledger.reading() as tx:
        lan = accounts.find(tx, "lan")
    assert lan
    assert passwords.is_right(lan.password, PASSWORD)


@pytest.mark.parametrize(
    ("line", "asked", "why"),
    [
        ("users add x/y --role agent --password-stdin", [PASSWORD], "A name is one word"),
        ("users add lan --role agent --password-stdin", ["short"], "at least 12 characters"),
        ("users add lan --role agent --password-stdin", [], "at least 12 characters"),
        ("users add lan --role agent --password-stdin", ["password12345"], "first that are guessed"),
        ("users add lan --role boss --password-stdin", [PASSWORD], "'boss' is not one of"),
        ("users add lan", [], "Missing option '--role'"),
        ("users change lan --role admin", [], "Nobody has this name."),
        ("users change lan --password-stdin", [PASSWORD], "Nobody has this name."),
        ("users change lan", [], "say what to change"),
        ("users disable lan", [], "Nobody has this name."),
        ("tokens add sheet", [], "Missing option '--right'"),
        ("tokens add sheet --right accounts", [], "'accounts' is not one of"),
        ("tokens revoke sheet", [], "Nobody has this name."),
    ],
)
def test_what_cannot_be_done_says_why_and_changes_nothing(
    type_: Type, line: str, asked: list[str], why: str
) -> None:
    refused = type_(line, *asked)
    assert refused.exit_code != 0
    assert why in refused.output
    assert type_("users list --json").output == ""
    assert who_did_what(type_) == []


def test_an_account_is_changed_disabled_and_opened_again_and_its_sessions_end(
    type_: Type, exchange: Exchange
) -> None:
    type_("users add mai --role admin --password-stdin", PASSWORD)
    type_("users add lan --role agent --password-stdin", PASSWORD)
    changes = (
        "change lan --role supervisor",
        "change lan --password-stdin",
        "disable lan",
        "change lan --enable",
    )
    for change in changes:
        with exchange.ledger.transaction() as tx:
            ticket = sessions.start(tx, "lan", "192.0.2.1", exchange.now())
        assert type_(f"users {change}", "another phở today").exit_code == 0
        with exchange.ledger.reading() as tx:
            assert sessions.find(tx, ticket, exchange.now()) is None
    assert type_("users disable lan").output == "lan is disabled.\n"
    assert type_("users disable lan").output == "lan was disabled already.\n"
    mai, lan = reversed([json.loads(line) for line in type_("users list --json").output.splitlines()])
    assert (mai["name"], mai["role"], mai["disabled"]) == ("mai", "admin", None)
    assert (lan["name"], lan["role"], bool(lan["disabled"])) == ("lan", "supervisor", True)
    assert "supervisor" in type_("users list").output
    what = [what for _, what, subject in who_did_what(type_) if subject == "lan"][::-1]
    assert what == ["account_added", "account_changed", "password_changed", *["account_changed"] * 3]
    refused = type_("users change mai --role agent")
    assert (refused.exit_code, "This is the last admin" in refused.output) == (1, True)


def test_a_token_is_printed_once_alone_and_listed_without_itself(type_: Type, exchange: Exchange) -> None:
    token = type_("tokens add sheet --right calls:read --right audit:read").stdout.strip()
    assert token.startswith("ivr_")
    for command in ("tokens list", "tokens list --json", "audit", "audit --json"):
        assert token not in type_(command).output
    (row,) = map(json.loads, type_("tokens list --json").output.splitlines())
    assert (row["name"], row["rights"], row["by"]) == ("sheet", "calls:read, audit:read", ME)
    assert "This name is taken." in type_("tokens add sheet --right calls:read").output
    assert type_("tokens revoke sheet").output == "The token sheet is revoked.\n"
    assert type_("tokens revoke sheet").exit_code == 1
    assert who_did_what(type_) == [(ME, "token_revoked", "sheet"), (ME, "token_added", "sheet")]


def test_the_audit_is_listed_and_proved(type_: Type, exchange: Exchange) -> None:
    assert type_("audit").output == "Nobody has changed anything yet.\n"
    assert (
        type_("audit --verify").output.splitlines()[0] == "All 0 rows of the audit are as they were written."
    )
    for name in ("a1", "a2", "a3"):
        type_(f"tokens add {name} --right calls:read")
    assert [subject for *_, subject in who_did_what(type_)] == ["a3", "a2", "a1"]
    assert len(type_("audit --json --last 2").output.splitlines()) == 2
    assert type_("audit --json --since 2099-01-01").output == ""
    assert type_("audit --json --who nobody").output == ""
    assert len(type_("audit --json --what token_added").output.splitlines()) == 3
    assert "rights" in type_("audit").output
    proved = type_("audit --verify")
    assert (proved.exit_code, "All 3 rows" in proved.output) == (0, True)
    with exchange.ledger.transaction() as tx:
        tx.run("UPDATE audit SET who = 'somebody else' WHERE number = 2", {})
    found_out = type_("audit --verify")
    assert found_out.exit_code == 1
    assert (
        "row 2 of the audit is not as it was written, or is missing; before it 1 are whole"
        in found_out.output
    )
