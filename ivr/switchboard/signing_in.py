"""Somebody signs in: held back if they guess, told nothing of who has an account, written down."""

from dataclasses import dataclass, replace
from threading import BoundedSemaphore

from ivr.core.accounts import BY_ACCOUNT, BY_ADDRESS, BY_BROWSER, Problem, Throttle, known_as
from ivr.ledger import Transaction, accounts, audit, passwords, sessions, throttles
from ivr.ledger.accounts import Account
from ivr.ledger.audit import Deed
from ivr.ledger.throttles import TooOften
from ivr.switchboard.exchange import Exchange

GROUP_MS = 600_000
"""Wrong passwords within so many milliseconds are one row of the audit."""

MOST_AT_ONCE = 4
"""Passwords that wait to be compared in one process: each holds a thread that callers may need."""

UNKNOWN = "an unknown name"
"""What the audit says instead of a name nobody has: it may be a password typed in the wrong place."""


class NotDone(ValueError):
    """Nothing was changed, for this reason."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(str(problem))
        self.problem = problem


class Busy(Exception):
    """Too many passwords are compared already; in a second there is room again."""


@dataclass(frozen=True, slots=True)
class Browser:
    """Where a password was typed. `known` is what this browser got when its account signed in before."""

    address: str
    known: str | None = None


_DESK = BoundedSemaphore(MOST_AT_ONCE)
_ONE_BY_ONE = BoundedSemaphore(1)


def sign_in(exchange: Exchange, name: str, password: str, browser: Browser) -> tuple[str, str]:
    """What the browser is to hold from now on: the ticket of its session, and what it is known by later.

    Raises NotDone(WRONG) for a wrong password, an unknown name and a disabled account alike; TooOften; Busy.
    """
    account = proven(exchange, name, password, browser)
    fresh = passwords.hashed(password) if passwords.is_outdated(account.password) else account.password
    now = exchange.now()
    with exchange.ledger.transaction() as tx:
        still = accounts.held(tx, account.id)
        if still != account:
            raise NotDone(Problem.WRONG)  # disabled, or given another password, this very moment
        if fresh != account.password:
            accounts.change(tx, replace(account, password=fresh))
        ticket = sessions.start(tx, account.id, browser.address, now)
        audit.note(tx, account.name, Deed.SIGNED_IN, account.name, None, {"address": browser.address}, now)
    return ticket, exchange.seal.close(f"{KNOWN} {account.id}")


KNOWN = "a browser known to"


def proven(exchange: Exchange, name: str, password: str, browser: Browser) -> Account:
    """The account of that name, if this is its password; NotDone(WRONG), TooOften or Busy if not."""
    with exchange.ledger.reading() as tx:
        account = accounts.find(tx, name)
        held_back = _throttles(exchange, name, browser)
        for throttle, of in held_back:
            throttles.look(tx, throttle, of, exchange.now())
    if not _DESK.acquire(blocking=False):
        raise Busy
    try:
        with exchange.ledger.transaction() as tx:
            tries = [throttles.count(tx, throttle, of, exchange.now()) for throttle, of in held_back]
        with _ONE_BY_ONE:
            nobodys = passwords.nobodys()
            right = passwords.is_right(account.password if account else nobodys, password)
    finally:
        _DESK.release()
    with exchange.ledger.transaction() as tx:
        if account is None or account.disabled_at is not None or not right:
            full = any(count >= throttle.most for count, (throttle, _) in zip(tries, held_back, strict=True))
            _write_down_failure(tx, account, browser.address, full=full, now=exchange.now())
        else:
            _forget_tries(tx, held_back)
            return account
    raise NotDone(Problem.WRONG)


def compared(kept: str | None, typed: str) -> bool:
    """Whether this is what was kept, a PIN or a password; it takes as long where nothing was. Raises Busy."""
    if not _DESK.acquire(blocking=False):
        raise Busy
    try:
        with _ONE_BY_ONE:
            return passwords.is_right(kept or passwords.nobodys(), typed)
    finally:
        _DESK.release()


def _throttles(exchange: Exchange, name: str, browser: Browser) -> list[tuple[Throttle, str]]:
    """What holds this try back: where the account was signed in before, nothing that strangers do."""
    account_id = known_as(name)[:100]
    known = exchange.seal.open(browser.known) if browser.known else None
    if browser.known and known == f"{KNOWN} {account_id}":
        return [(BY_BROWSER, browser.known)]
    return [(BY_ADDRESS, browser.address), (BY_ACCOUNT, account_id)]


def _forget_tries(tx: Transaction, held_back: list[tuple[Throttle, str]]) -> None:
    for throttle, of in held_back:
        if throttle is BY_ADDRESS:  # whoever has an account may not try the others' for ever
            throttles.take_back(tx, throttle, of)
        else:
            throttles.forgive(tx, throttle, of)


def _write_down_failure(
    tx: Transaction, account: Account | None, address: str, *, full: bool, now: int
) -> None:
    """One row for many of the same; another when they begin to be held back."""
    who, subject = f"somebody at {address}", account.name if account else UNKNOWN
    audit.note_once(tx, who, Deed.SIGN_IN_FAILED, subject, None, now, within=GROUP_MS)
    if full:
        audit.note_once(tx, who, Deed.SIGN_IN_HELD, subject, None, now, within=GROUP_MS)


def sign_out(exchange: Exchange, ticket: str) -> None:
    """The session of a browser ends, on every machine at once."""
    now = exchange.now()
    with exchange.ledger.transaction() as tx:
        session = sessions.find(tx, ticket, now)
        if session is not None:
            sessions.end(tx, session.id)
            audit.note(tx, session.name, Deed.SIGNED_OUT, session.name, None, None, now)


__all__ = ["Browser", "Busy", "NotDone", "TooOften", "proven", "sign_in", "sign_out"]
