"""The settings: what stands in the environment, what is made without, and what cannot be."""

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from ivr import assemble, create_app, load
from ivr.box.phone_line import Phone
from ivr.carriers.capabilities import CARRIERS
from ivr.cli.calls import OUTCOMES
from ivr.core.calls import Outcome
from ivr.settings import KNOWN_CARRIERS, Settings, WrongSettings, from_environment, secret_file
from ivr.switchboard.publishing import publish
from tests.service import MENUS, NUMBER, write

ACCOUNT = {
    "TWILIO_ACCOUNT_SID": "AC1",
    "TWILIO_AUTH_TOKEN": "a token of thirty-two characters",
    "PUBLIC_URL": "https://hotline.example",
}

OPEN = (
    "is open to others, but TWILIO_AUTH_TOKEN is missing, so anybody could place calls "
    "(set the carrier's account, or leave HOST and PUBLIC_URL away to try the hotline)"
)


def test_an_empty_environment_is_a_hotline_in_its_box(tmp_path: Path) -> None:
    settings = load({"IVR_DATA": str(tmp_path), "PORT": "8080"})
    assert settings.boxed
    assert settings.base_url == "http://127.0.0.1:8080"
    assert settings.carrier_url == "http://127.0.0.1:8080/phone/carrier"
    assert settings.sql_url == f"sqlite:///{tmp_path}/hotline.db"
    assert (settings.host, settings.workers, settings.threads) == ("127.0.0.1", 1, 64)


@pytest.mark.parametrize("carrier", KNOWN_CARRIERS)
def test_the_box_answers_whatever_carrier_the_menus_are_for(tmp_path: Path, carrier: str) -> None:
    """It signs as Twilio does and knows Twilio's voices; SignalWire's header and names are others."""
    folders = {"IVR_DATA": tmp_path, "IVR_MENUS": write(tmp_path, MENUS), "IVR_RECORDINGS": tmp_path / "said"}
    settings = load({**{name: str(folder) for name, folder in folders.items()}, "IVR_CARRIER": carrier})
    exchange = assemble(settings)
    exchange.ledger.upgrade()
    publish(exchange, "a test")
    app = create_app(exchange=exchange, clock=False)
    phone = Phone(app, base_url=settings.base_url, auth_token=settings.tokens[0])
    call = phone.dial(NUMBER).press("2")
    exchange.ledger.close()
    assert (call.heard[-1][:20], phone.faults) == ("How can we help? For", [])


def test_what_is_made_is_made_once_and_for_its_owner_only(tmp_path: Path) -> None:
    first, second = (load({"IVR_DATA": str(tmp_path)}) for _ in range(2))
    assert first == second
    assert len(first.secret_key) == 64
    assert len({first.secret_key, first.auth_token, first.account_sid}) == 3
    kept = [path for path in tmp_path.iterdir() if path.is_file()]
    assert sorted(path.name for path in kept) == ["box_account", "box_token", "secret_key"]
    assert {stat.S_IMODE(path.stat().st_mode) for path in kept} == {0o600}


def test_a_carriers_token_makes_it_a_real_hotline(tmp_path: Path) -> None:
    settings = load({**ACCOUNT, "IVR_DATA": str(tmp_path), "WEB_CONCURRENCY": "3"})
    assert not settings.boxed
    assert settings.base_url == "https://hotline.example"
    assert settings.tokens == (ACCOUNT["TWILIO_AUTH_TOKEN"],)


def test_several_tokens_hold_while_one_is_replaced() -> None:
    two = f"{ACCOUNT['TWILIO_AUTH_TOKEN']}, another token of many characters,"
    settings = from_environment({**ACCOUNT, "TWILIO_AUTH_TOKEN": two})
    assert settings.tokens == (ACCOUNT["TWILIO_AUTH_TOKEN"], "another token of many characters")


@pytest.mark.parametrize(
    ("environment", "complaint"),
    [
        ({"PORT": "http"}, "PORT must be a whole number, not 'http'"),
        ({"IVR_CARRIER": "acme"}, "IVR_CARRIER 'acme' is none of twilio, signalwire, somleng"),
        (
            {"IVR_FALLBACK": "fallback"},
            "IVR_FALLBACK_URL is missing: the documents in IVR_FALLBACK lead to one another",
        ),
        (
            {"IVR_FALLBACK_URL": "backup.example"},
            "IVR_FALLBACK_URL must begin with https://, not 'backup.example'",
        ),
        (
            {"REDIS_URL": "redis.example:6379"},
            "REDIS_URL must look like redis://host:6379, rediss://… (with TLS) or unix:///path",
        ),
        ({"IVR_SYNCHRONOUS": "off"}, "IVR_SYNCHRONOUS 'off' is neither normal nor full"),
        (
            ACCOUNT | {"PUBLIC_URL": "https://h.example/?a=1"},
            "PUBLIC_URL may have a path, but no query: 'https://h.example/?a=1'",
        ),
        (ACCOUNT | {"TWILIO_AUTH_TOKEN": " , "}, "TWILIO_AUTH_TOKEN has no token in it"),
        (
            ACCOUNT | {"TWILIO_ACCOUNT_SID": ""},
            "TWILIO_ACCOUNT_SID is missing: recordings are fetched and texts sent in its name",
        ),
        (ACCOUNT | {"TWILIO_API_KEY": "SK1"}, "TWILIO_API_KEY and TWILIO_API_SECRET go together"),
        (
            ACCOUNT | {"PUBLIC_URL": "hotline.example"},
            "PUBLIC_URL must begin with https://, not 'hotline.example'",
        ),
        ({"HOST": "0.0.0.0"}, f"HOST 0.0.0.0 {OPEN}"),
        ({"HOST": "0.0.0.0", "PUBLIC_URL": "https://hotline.example"}, f"HOST 0.0.0.0 {OPEN}"),
        ({"PUBLIC_URL": "https://hotline.example"}, f"PUBLIC_URL https://hotline.example {OPEN}"),
        (
            ACCOUNT | {"PUBLIC_URL": "http://hotline.example"},
            "PUBLIC_URL http://hotline.example is not encrypted, so passwords could be read on the way "
            "(use https://, or say IVR_INSECURE_HTTP=yes where nobody can listen in)",
        ),
        ({"IVR_INSECURE_HTTP": "1"}, "IVR_INSECURE_HTTP is yes or nothing, not '1'"),
        (
            ACCOUNT | {"TWILIO_AUTH_TOKEN": "your_auth_token_here"},
            "TWILIO_AUTH_TOKEN is an example that everybody knows: take a random one (the real one is in the "
            "carrier's console)",
        ),
        (
            {"SECRET_KEY": "changeme"},
            "SECRET_KEY has 8 characters and needs at least 32 (or leave it away: one is made and kept in "
            "IVR_DATA)",
        ),
        (
            {name: text for name, text in ACCOUNT.items() if name != "PUBLIC_URL"},
            "PUBLIC_URL is missing: the carrier's signature is checked on the address it calls",
        ),
        (
            {"DATABASE_URL": "postgresql//hotline:hunter2@db.example/hotline"},
            "DATABASE_URL must begin with sqlite:/// or postgresql://",
        ),
        *(
            (
                {"SMTP_URL": url},
                "SMTP_URL must be like smtp://user:password@host:587; "
                "a # in a password is written %23, a / %2F",
            )
            for url in ("mail.example:587", "smtp://user:hunter#2@mail.example:587", "smtp://", "mailto:a@b")
        ),
        (
            {"WEB_CONCURRENCY": "2"},
            "without TWILIO_AUTH_TOKEN the phone company in the box needs WEB_CONCURRENCY=1",
        ),
    ],
)
def test_settings_that_cannot_be_say_why(tmp_path: Path, environment: dict[str, str], complaint: str) -> None:
    with pytest.raises(WrongSettings) as wrong:
        load({"IVR_DATA": str(tmp_path), **environment})
    assert str(wrong.value) == complaint


@pytest.mark.parametrize(
    "given",
    [
        {"DATABASE_URL": "postgres://hotline:hunter2@db.example/hotline"},
        {"DATABASE_URL": "postgresql+psycopg://db.example/hotline"},
        {"DATABASE_URL": "sqlite:////srv/hotline.db"},
        {"SMTP_URL": "smtps://user:hunter%232@mail.example"},
        {"SMTP_URL": "smtp://mail.example:25"},
    ],
)
def test_databases_and_mail_servers_that_can_be(given: dict[str, str]) -> None:
    settings = from_environment(given)
    assert [settings.database_url or settings.mail_server] == list(given.values())


def test_all_wrong_settings_are_named_at_once() -> None:
    with pytest.raises(WrongSettings) as wrong:
        from_environment({"PORT": "x", "WEB_CONCURRENCY": "y", "IVR_CARRIER": "z"})
    assert str(wrong.value).count(";") == 2


def test_everything_that_would_let_strangers_in_is_named_at_once() -> None:
    with pytest.raises(WrongSettings) as wrong:
        from_environment(
            {"HOST": "0.0.0.0", "PUBLIC_URL": "http://hotline.example", "SECRET_KEY": "ab" * 20, "PORT": "x"}
        )
    reasons = str(wrong.value).split("; ")
    assert [reason.split()[0] for reason in reasons] == ["PORT", "HOST", "SECRET_KEY", "PUBLIC_URL"]


@pytest.mark.parametrize(
    "environment",
    [
        {"HOST": "0.0.0.0", "PORT": "8080", **ACCOUNT},
        {"HOST": "0.0.0.0", **ACCOUNT, "PUBLIC_URL": "http://10.0.0.7:5000", "IVR_INSECURE_HTTP": "yes"},
        {**ACCOUNT, "SECRET_KEY": "0f2b7c55d6a94e11b0c3a8f7e6d5c4b3"},
        {**ACCOUNT, "PUBLIC_URL": "http://127.0.0.1:5000"},
        {"HOST": "::1", "PUBLIC_URL": "http://[::1]:5000"},
        {"HOST": "localhost", "PUBLIC_URL": "http://localhost:5000"},
    ],
    ids=str,
)
def test_a_server_with_proper_settings_starts(tmp_path: Path, environment: dict[str, str]) -> None:
    assert load({"IVR_DATA": str(tmp_path), **environment}).secret_key


def test_an_address_that_cannot_be_read_is_taken_for_a_public_one() -> None:
    with pytest.raises(WrongSettings, match="is open to others"):
        from_environment({"PUBLIC_URL": "http://[::1"})


def test_a_short_token_is_refused(tmp_path: Path) -> None:
    with pytest.raises(WrongSettings, match="TWILIO_AUTH_TOKEN"):
        load({**ACCOUNT, "TWILIO_AUTH_TOKEN": "short", "IVR_DATA": str(tmp_path)})


def test_settings_do_not_show_their_secrets(tmp_path: Path) -> None:
    assert repr(Settings(auth_token="secret")) == "Settings(…)"
    assert secret_file(Settings(data=str(tmp_path)), "any") == (tmp_path / "any").read_text()


def test_a_data_folder_that_cannot_be_is_said_to_be_none(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for data in (tmp_path / "file", tmp_path / "file" / "var"):
        with pytest.raises(WrongSettings, match=f"IVR_DATA {data} cannot be used: .*set it to a folder that"):
            secret_file(Settings(data=str(data)), "any")


def test_a_secret_file_that_was_emptied_is_no_secret(tmp_path: Path) -> None:
    (tmp_path / "secret_key").write_text("\n")
    with pytest.raises(WrongSettings, match="secret_key is empty: delete it"):
        load({"IVR_DATA": str(tmp_path)})


def test_of_several_processes_that_make_a_secret_one_wins(tmp_path: Path) -> None:
    settings = Settings(data=str(tmp_path))
    with ThreadPoolExecutor(8) as pool:
        made = set(pool.map(lambda _: secret_file(settings, "new"), range(32)))
    assert made == {(tmp_path / "new").read_text()}
    assert [path.name for path in tmp_path.iterdir()] == ["new"]


def test_the_carriers_that_can_be_set_are_those_whose_signature_is_checked() -> None:
    checked = [kind for kind, carrier in CARRIERS.items() if carrier.signature_header and kind != "box"]
    assert list(KNOWN_CARRIERS) == checked


def test_the_command_line_knows_every_outcome() -> None:
    assert list(Outcome) == OUTCOMES
