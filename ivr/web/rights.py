"""Who may ask for what: the rule of every route. A route without one is closed to everybody."""

from collections.abc import Mapping
from dataclasses import dataclass

from ivr.core.accounts import Right


@dataclass(frozen=True, slots=True)
class Rule:
    """What a route asks of whoever wants it: nothing (`open`), to be somebody, or to have a right.

    `token`: a program may have it by a token with that right. `public`: it says nothing of any call, so
    caches may keep it.
    """

    right: Right | None = None
    open: bool = False
    token: bool = False
    public: bool = False


PUBLIC = Rule(open=True, public=True)
OPEN = Rule(open=True)
SOMEBODY = Rule()

RULES: Mapping[str, Rule] = {
    "static": PUBLIC,
    "sounds.sound": PUBLIC,
    "health.answers": OPEN,
    "door.entrance": SOMEBODY,
    "door.language_chosen": OPEN,
    "sign_in.asked": OPEN,
    "sign_in.shown": OPEN,
    "sign_in.signed_out": SOMEBODY,
    "account.mine": SOMEBODY,
    "account.password_changed": SOMEBODY,
    "account.signed_out_elsewhere": SOMEBODY,
    "accounts.listed": Rule(Right.ACCOUNTS),
    "accounts.added": Rule(Right.ACCOUNTS),
    "accounts.changed": Rule(Right.ACCOUNTS),
    "accounts.token_revoked": Rule(Right.ACCOUNTS),
    "agents.listed": Rule(Right.AGENTS),
    "agents.added": Rule(Right.AGENTS),
    "agents.changed": Rule(Right.AGENTS),
    "agents.removed": Rule(Right.AGENTS),
    "audit.listed": Rule(Right.AUDIT),
    "audit.as_json": Rule(Right.AUDIT, token=True),
    "calls.listed": Rule(Right.CALLS),
    "calls.as_csv": Rule(Right.CALLS, token=True),
    "calls.as_json": Rule(Right.CALLS, token=True),
    "calls.one": Rule(Right.CALLS),
    "desk.shown": Rule(Right.DESK),
    "desk.sat_down": Rule(Right.DESK),
    "desk.chosen": Rule(Right.DESK),
    "desk.answered": Rule(Right.DESK),
    "desk.worked": Rule(Right.DESK),
    "desk.token": Rule(Right.DESK),
    "menus.listed": Rule(Right.MENUS),
    "menus.one": Rule(Right.MENUS),
    "menus.folder": Rule(Right.MENUS),
    "menus.published": Rule(Right.MENUS),
    "menus.back": Rule(Right.MENUS),
    "menus.went_back": Rule(Right.MENUS),
    "messages.listed": Rule(Right.MESSAGES),
    "messages.changed": Rule(Right.MESSAGES),
    "messages.fetched_again": Rule(Right.MESSAGES),
    "messages.heard": Rule(Right.MESSAGES),
    "phone.lifted": Rule(Right.CALLS),
    "phone.picked_up": Rule(Right.DESK),
}
"""By the name Flask has for the route: its blueprint and its function."""
