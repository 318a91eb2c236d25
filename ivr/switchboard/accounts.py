"""Accounts and tokens are made, changed and ended; each change is in the audit, with who made it."""

from dataclasses import replace

from ivr.core.accounts import Problem, Right, Role, name_problem, password_problem
from ivr.core.agents import Status
from ivr.ledger import Transaction, accounts, agents, audit, passwords, sessions, tokens
from ivr.ledger.accounts import Account
from ivr.ledger.audit import Deed, State
from ivr.switchboard.exchange import Exchange
from ivr.switchboard.signing_in import Browser, NotDone, proven


def add(exchange: Exchange, who: str, name: str, role: Role, password: str) -> None:
    """There is one more account. Raises NotDone."""
    problem = name_problem(name) or password_problem(password, name)
    if problem is not None:
        raise NotDone(problem)
    kept, now = passwords.hashed(password), exchange.now()
    with exchange.ledger.transaction() as tx:
        if not accounts.add(tx, name, role, kept, now):
            raise NotDone(Problem.TAKEN)
        audit.note(tx, who, Deed.ACCOUNT_ADDED, name, None, {"role": str(role)}, now)


def change(
    exchange: Exchange, who: str, name: str, *, role: Role | None = None, disabled: bool | None = None
) -> bool:
    """An account gets another role, is disabled, or opens again; False if it was so already.

    Its sessions end. Raises NotDone(UNKNOWN), and NotDone(LAST_ADMIN) if nobody could undo it.
    """
    now = exchange.now()
    with exchange.ledger.transaction() as tx:
        accounts.hold_admins(tx)
        old = existing(tx, name)
        new = replace(old, role=role or old.role)
        if disabled is not None and disabled != (old.disabled_at is not None):
            new = replace(new, disabled_at=now if disabled else None)
        if new == old:
            return False
        is_admin = new.role is Role.ADMIN and new.disabled_at is None
        was_admin = old.role is Role.ADMIN and old.disabled_at is None
        if was_admin and not is_admin and not accounts.has_other_admin(tx, old.id):
            raise NotDone(Problem.LAST_ADMIN)
        accounts.change(tx, new)
        sessions.end_all(tx, old.id)
        agent = agents.held(tx, old.id) if new.disabled_at is not None else None
        if agent is not None:
            agents.becomes(tx, agent, now, status=Status.SIGNED_OUT)
        audit.note(tx, who, Deed.ACCOUNT_CHANGED, old.name, state(old), state(new), now)
        return True


def give_password(exchange: Exchange, who: str, name: str, password: str) -> None:
    """An account gets another password, and its sessions end. Raises NotDone."""
    problem = password_problem(password, name)
    if problem is not None:
        raise NotDone(problem)
    kept, now = passwords.hashed(password), exchange.now()
    with exchange.ledger.transaction() as tx:
        account = existing(tx, name)
        _change_password(tx, who, account, kept, now)


def change_password(exchange: Exchange, name: str, password: str, new: str, browser: Browser) -> str:
    """Somebody changes their own password: all their sessions end, and this browser gets another ticket.

    Raises NotDone, TooOften and Busy as when signing in.
    """
    problem = password_problem(new, name)
    if problem is not None:
        raise NotDone(problem)
    account = proven(exchange, name, password, browser)
    kept, now = passwords.hashed(new), exchange.now()
    with exchange.ledger.transaction() as tx:
        if accounts.held(tx, account.id) != account:
            raise NotDone(Problem.WRONG)
        ticket = sessions.start(tx, account.id, browser.address, now)
        this = sessions.find(tx, ticket, now)
        _change_password(tx, account.name, account, kept, now, but=this.id if this else "")
    return ticket


def _change_password(tx: Transaction, who: str, account: Account, kept: str, now: int, but: str = "") -> None:
    accounts.change(tx, replace(account, password=kept))
    ended = sessions.end_all(tx, account.id, but)
    audit.note(tx, who, Deed.PASSWORD_CHANGED, account.name, None, {"sessions_ended": ended}, now)


def sign_out_elsewhere(exchange: Exchange, ticket: str) -> None:
    """Of somebody's sessions only the one of this browser goes on."""
    now = exchange.now()
    with exchange.ledger.transaction() as tx:
        this = sessions.find(tx, ticket, now)
        account = accounts.find(tx, this.name) if this else None
        if this is not None and account is not None:
            ended = sessions.end_all(tx, account.id, this.id)
            audit.note(tx, account.name, Deed.SIGNED_OUT, account.name, None, {"sessions_ended": ended}, now)


def existing(tx: Transaction, name: str) -> Account:
    """An account, held until the end of the transaction. Raises NotDone(UNKNOWN)."""
    account = accounts.held(tx, name)
    if account is None:
        raise NotDone(Problem.UNKNOWN)
    return account


def state(account: Account) -> State:
    """An account as the audit shows it."""
    return {"role": str(account.role), "disabled": account.disabled_at is not None}


def add_token(exchange: Exchange, who: str, name: str, rights: tuple[Right, ...]) -> str:
    """A program may read something from now on; its token, told this once. Raises NotDone."""
    problem = name_problem(name)
    if problem is not None:
        raise NotDone(problem)
    now = exchange.now()
    with exchange.ledger.transaction() as tx:
        token = tokens.add(tx, name, rights, who, now)
        if token is None:
            raise NotDone(Problem.TAKEN)
        audit.note(tx, who, Deed.TOKEN_ADDED, name, None, {"rights": [str(right) for right in rights]}, now)
    return token


def revoke_token(exchange: Exchange, who: str, name: str) -> None:
    """A token opens nothing any more. Raises NotDone(UNKNOWN)."""
    now = exchange.now()
    with exchange.ledger.transaction() as tx:
        if not tokens.revoke(tx, name, now):
            raise NotDone(Problem.UNKNOWN)
        audit.note(tx, who, Deed.TOKEN_REVOKED, name, {"revoked": False}, {"revoked": True}, now)
