"""Accounts, sessions, tokens and throttles as rows: on both databases, and between threads."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from ivr.core.accounts import Right, Role, Throttle
from ivr.ledger import Ledger, accounts, passwords, sessions, throttles, tokens
from ivr.ledger.sessions import STAY
from ivr.ledger.throttles import TooOften

NOW = 1_795_399_200_000
THREE = Throttle("three", 3, 60_000)


def add(ledger: Ledger, name: str = "Mai", role: Role = Role.AGENT) -> None:
    with ledger.transaction() as tx:
        assert accounts.add(tx, name, role, "hash", NOW)


def test_an_account_is_found_by_its_name_and_there_is_only_one_of_it(ledger: Ledger) -> None:
    with ledger.reading() as tx:
        assert not accounts.are_there_any(tx)
    add(ledger)
    with ledger.transaction() as tx:
        assert not accounts.add(tx, "MAI", Role.ADMIN, "other", NOW)
        found = accounts.held(tx, "mai")
        assert found == accounts.find(tx, "MAI")
        assert found == accounts.Account("mai", "Mai", Role.AGENT, "hash", NOW, None)
        assert accounts.listed(tx) == [found]
        assert accounts.are_there_any(tx)
        assert accounts.find(tx, "lan") is None


def test_an_account_is_changed(ledger: Ledger) -> None:
    add(ledger)
    with ledger.transaction() as tx:
        mai = accounts.find(tx, "mai")
        assert mai
        changed = replace(mai, role=Role.ADMIN, password="new", disabled_at=NOW)
        accounts.change(tx, changed)
        assert accounts.find(tx, "mai") == changed


def test_another_admin_is_one_who_can_sign_in(ledger: Ledger) -> None:
    add(ledger, "mai", Role.ADMIN)
    add(ledger, "lan", Role.SUPERVISOR)
    with ledger.transaction() as tx:
        assert not accounts.has_other_admin(tx, "mai")
        assert accounts.has_other_admin(tx, "lan")
        mai = accounts.find(tx, "mai")
        assert mai
        accounts.change(tx, replace(mai, disabled_at=NOW))
        assert not accounts.has_other_admin(tx, "lan")


def test_a_session_lasts_twelve_hours_and_its_ticket_stands_nowhere(ledger: Ledger) -> None:
    add(ledger)
    with ledger.transaction() as tx:
        ticket = sessions.start(tx, "mai", "192.0.2.1", NOW)
        found = sessions.find(tx, ticket, NOW + STAY - 1)
        assert found
        assert (found.name, found.role, found.address, found.started_at) == (
            "Mai",
            Role.AGENT,
            "192.0.2.1",
            NOW,
        )
        assert STAY == 12 * 3_600_000
        assert sessions.find(tx, ticket, NOW + STAY) is None
        assert sessions.find(tx, "another", NOW) is None
        assert ticket not in str(tx.rows("SELECT * FROM session", {}))
        assert len(ticket) >= 43


def test_sessions_end_one_by_one_all_at_once_and_with_their_account(ledger: Ledger) -> None:
    add(ledger)
    with ledger.transaction() as tx:
        first, second, third = (sessions.start(tx, "mai", str(at), NOW + at) for at in range(3))
        assert [each.address for each in sessions.of_account(tx, "mai", NOW)] == ["2", "1", "0"]
        last = sessions.find(tx, third, NOW)
        assert last
        sessions.end(tx, last.id)
        assert sessions.find(tx, third, NOW) is None
        kept = sessions.find(tx, first, NOW)
        assert kept
        assert sessions.end_all(tx, "mai", but=kept.id) == 1
        assert sessions.find(tx, second, NOW) is None
        assert sessions.find(tx, first, NOW) == kept
        mai = accounts.find(tx, "mai")
        assert mai
        accounts.change(tx, replace(mai, disabled_at=NOW))
        assert sessions.find(tx, first, NOW) is None
        assert sessions.of_account(tx, "mai", NOW) == []
        sessions.forget(tx, NOW + STAY)
        assert len(tx.rows("SELECT id FROM session", {})) == 1
        sessions.forget(tx, NOW + STAY + 1)
        assert tx.rows("SELECT id FROM session", {}) == []


def test_a_token_is_known_by_its_hash_until_it_is_revoked(ledger: Ledger) -> None:
    with ledger.transaction() as tx:
        token = tokens.add(tx, "sheet", (Right.CALLS, Right.AUDIT), "mai", NOW)
        assert token
        assert token.startswith("ivr_")
        assert len(token) == 4 + 43  # 256 bits
        assert tokens.add(tx, "sheet", (Right.CALLS,), "mai", NOW) is None
        found = tokens.find(tx, token)
        assert found == tokens.Token("sheet", (Right.CALLS, Right.AUDIT), "mai", NOW, None, None)
        assert token not in str(tx.rows("SELECT * FROM token", {}))
        for other in ("", token[:-1], token + "x", "ivr_" + "x" * 43, "\udcff"):
            assert tokens.find(tx, other) is None
        tokens.used(tx, "sheet", NOW + 5)
        tokens.used(tx, "sheet", NOW + 60_005)
        tokens.used(tx, "sheet", NOW + 60_006)
        assert tokens.listed(tx)[0].last_used_at == NOW + 60_006
        assert tokens.revoke(tx, "sheet", NOW + 9)
        assert not tokens.revoke(tx, "sheet", NOW + 10)
        assert tokens.find(tx, token) is None
        assert tokens.listed(tx)[0].revoked_at == NOW + 9
        assert tokens.add(tx, "sheet", (Right.CALLS,), "mai", NOW) is None


def tries(ledger: Ledger, at: int, of: str = "mai") -> int:
    """How many tries there are after one more; -1 if it was too much."""
    try:
        with ledger.transaction() as tx:
            return throttles.count(tx, THREE, of, at)
    except TooOften:
        return -1


def test_tries_are_counted_held_back_and_forgotten(ledger: Ledger) -> None:
    assert [tries(ledger, NOW) for _ in range(5)] == [1, 2, 3, -1, -1]
    assert tries(ledger, NOW, "lan") == 1
    with ledger.reading() as tx, pytest.raises(TooOften) as held:
        throttles.look(tx, THREE, "mai", NOW + 1)
    assert held.value.wait == 59_999
    assert tries(ledger, NOW + 59_999) == -1
    assert [tries(ledger, NOW + 60_000) for _ in range(2)] == [3, -1]
    with ledger.transaction() as tx:
        throttles.take_back(tx, THREE, "mai")
        throttles.look(tx, THREE, "mai", NOW + 60_000)
    assert [tries(ledger, NOW + 60_000) for _ in range(2)] == [3, -1]
    with ledger.transaction() as tx:
        throttles.forgive(tx, THREE, "mai")
    assert tries(ledger, NOW + 60_000) == 1
    with ledger.transaction() as tx:
        assert "mai" not in str(tx.rows("SELECT key FROM throttle", {}))
        throttles.forget(tx, NOW + 60_001)
        assert len(tx.rows("SELECT key FROM throttle", {})) == 1
        throttles.forget(tx, NOW + 120_001)
        assert tx.rows("SELECT key FROM throttle", {}) == []


def test_of_tries_at_the_same_moment_no_more_get_through(ledger: Ledger) -> None:
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: tries(ledger, NOW), range(24)))
    assert sorted(found)[-3:] == [1, 2, 3]
    assert found.count(-1) == 21


@pytest.mark.usefixtures("costly_passwords")
def test_a_password_is_right_however_its_letters_are_composed() -> None:
    kept = passwords.hashed("bát phở sáng nay")
    assert kept.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert passwords.is_right(kept, "ba\u0301t pho\u031b\u0309 sa\u0301ng nay")
    assert not passwords.is_right(kept, "bát phở sáng mai")
    assert not passwords.is_right("no hash", "bát phở sáng nay")
    assert not passwords.is_outdated(kept)
    assert passwords.is_outdated(kept.replace("t=3", "t=2"))
