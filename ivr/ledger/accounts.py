"""Accounts: who may work with the hotline's pages. None is ever removed: the audit names them for good."""

from collections.abc import Mapping
from dataclasses import dataclass

from ivr.core.accounts import Role, known_as
from ivr.ledger.transaction import Row, Transaction


@dataclass(frozen=True, slots=True)
class Account:
    """A person's account. `id` is the name as it is looked for, `password` its hash; times in UTC
    milliseconds."""

    id: str
    name: str
    role: Role
    password: str
    created_at: int
    disabled_at: int | None


_ADD = """
INSERT INTO account (id, name, role, password, created_at) VALUES (:id, :name, :role, :password, :now)
ON CONFLICT (id) DO NOTHING"""


def add(tx: Transaction, name: str, role: Role, password: str, now: int) -> bool:
    """Write down an account with the hash of its password; False if there is one of that name."""
    values = {"id": known_as(name), "name": name, "role": str(role), "password": password, "now": now}
    return tx.changed(_ADD, values) > 0


_SELECT = "SELECT id, name, role, password, created_at, disabled_at FROM account"


def find(tx: Transaction, name: str) -> Account | None:
    """An account by its name, in whatever case it is written."""
    row = tx.row(f"{_SELECT} WHERE id = :id", {"id": known_as(name)})
    return _account(row) if row else None


def held(tx: Transaction, name: str) -> Account | None:
    """The same, and nobody else changes it until the end of the transaction."""
    row = tx.locked_row(f"{_SELECT} WHERE id = :id", {"id": known_as(name)})
    return _account(row) if row else None


def listed(tx: Transaction) -> list[Account]:
    """All accounts by name, those that are disabled too."""
    return [_account(row) for row in tx.rows(f"{_SELECT} ORDER BY id", {})]


def names(tx: Transaction) -> Mapping[str, str]:
    """What those are called who have, or had, an account, by its id."""
    return {account.id: account.name for account in listed(tx)}


def are_there_any(tx: Transaction) -> bool:
    """Whether there is any account at all."""
    return tx.row("SELECT 1 FROM account LIMIT 1", {}) is not None


_ADMINS = "SELECT id FROM account WHERE role = 'admin' ORDER BY id"


def hold_admins(tx: Transaction) -> None:
    """Nobody else changes an admin's account until the end of the transaction. Hold them before any other
    account, so that of two who change one another one waits."""
    tx.locked_row(_ADMINS, {})


_OTHER_ADMIN = "SELECT 1 FROM account WHERE role = 'admin' AND disabled_at IS NULL AND id <> :id LIMIT 1"


def has_other_admin(tx: Transaction, account_id: str) -> bool:
    """Whether somebody else can look after the accounts."""
    return tx.row(_OTHER_ADMIN, {"id": account_id}) is not None


_CHANGE = """
UPDATE account SET role = :role, password = :password, disabled_at = :disabled_at WHERE id = :id"""


def change(tx: Transaction, account: Account) -> None:
    """Write down what an account is from now on."""
    tx.run(
        _CHANGE,
        {
            "id": account.id,
            "role": str(account.role),
            "password": account.password,
            "disabled_at": account.disabled_at,
        },
    )


def _account(row: Row) -> Account:
    account_id, name, role, *rest = row
    return Account(account_id, name, Role(role), *rest)
