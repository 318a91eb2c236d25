"""Who may ask for what: the rule of every route. A route without one is closed to everybody."""

from collections.abc import Mapping
from dataclasses import dataclass

from ivr.core.accounts import Right


@dataclass(frozen=True, slots=True)
class Rule:
    """What a route asks of whoever wants it: nothing (`open`), to be somebody, or to have a right.

    `also` is another right that will do. `token`: a program may have it by a token with one of them.
    `public`: it says nothing of any call, so caches may keep it.
    """

    right: Right | None = None
    also: Right | None = None
    open: bool = False
    token: bool = False
    public: bool = False

    def lets_in(self, rights: frozenset[Right]) -> bool:
        """Whether somebody with these rights may have it."""
        return self.right is None or self.right in rights or self.also in rights


PUBLIC = Rule(open=True, public=True)
OPEN = Rule(open=True)
SOMEBODY = Rule()
ANYBODY = Rule(token=True)
"""Somebody, or a program with any token."""

ON_A_TALK = Rule(Right.DESK, also=Right.LINE, token=True)
"""An agent in their own conversation; whoever may act on the line, in every one."""

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
    "api.accepted": Rule(Right.DESK),
    "api.agent_removed": Rule(Right.AGENTS),
    "api.agent_set_up": Rule(Right.AGENTS),
    "api.agent_stands": Rule(Right.LINE, token=True),
    "api.agents_now": Rule(Right.LINE_READ, token=True),
    "api.asked": ON_A_TALK,
    "api.call_told": Rule(Right.CALLS, token=True),
    "api.callback_cancelled": Rule(Right.LINE, token=True),
    "api.callbacks_open": Rule(Right.LINE_READ, token=True),
    "api.called_off": ON_A_TALK,
    "api.called_out": Rule(Right.DESK),
    "api.calls_listed": Rule(Right.CALLS, token=True),
    "api.declined": Rule(Right.DESK),
    "api.document": ANYBODY,
    "api.extended": ON_A_TALK,
    "api.finished": ON_A_TALK,
    "api.handed_over": ON_A_TALK,
    "api.held": ON_A_TALK,
    "api.hung_up": ON_A_TALK,
    "api.left_alone": Rule(Right.LINE),
    "api.line_now": Rule(Right.LINE_READ, token=True),
    "api.listened": Rule(Right.LINE),
    "api.message_changed": Rule(Right.MESSAGES),
    "api.messages_listed": Rule(Right.MESSAGES),
    "api.moved": Rule(Right.LINE, token=True),
    "api.moved_up": Rule(Right.LINE, token=True),
    "api.muted": ON_A_TALK,
    "api.my_desk": Rule(Right.DESK),
    "api.my_status": Rule(Right.DESK),
    "api.my_token": Rule(Right.DESK),
    "api.queue_closed": Rule(Right.LINE, token=True),
    "api.queue_opened": Rule(Right.LINE, token=True),
    "api.queues_live": Rule(Right.LINE_READ, token=True),
    "api.recording_paused": ON_A_TALK,
    "api.recording_resumed": ON_A_TALK,
    "api.resumed": ON_A_TALK,
    "api.sent_on": ON_A_TALK,
    "api.unmuted": ON_A_TALK,
    "api.written_down": ON_A_TALK,
    "alerts.listed": Rule(Right.LINE_READ),
    "audit.listed": Rule(Right.AUDIT),
    "audit.as_json": Rule(Right.AUDIT, token=True),
    "callbacks.listed": Rule(Right.MESSAGES),
    "board.queue": Rule(Right.LINE_READ),
    "board.shown": Rule(Right.LINE_READ),
    "callers.shown": Rule(Right.CALLERS),
    "callers.looked_for": Rule(Right.CALLERS),
    "callers.exported": Rule(Right.CALLERS),
    "callers.held": Rule(Right.CALLERS),
    "callers.released": Rule(Right.CALLERS),
    "callers.erased": Rule(Right.CALLERS),
    "calls.listed": Rule(Right.CALLS),
    "calls.as_csv": Rule(Right.CALLS, token=True),
    "calls.as_json": Rule(Right.CALLS, token=True),
    "calls.one": Rule(Right.CALLS),
    "desk.shown": Rule(Right.DESK),
    "desk.sat_down": Rule(Right.DESK),
    "floor.shown": Rule(Right.LINE_READ),
    "help.contents": SOMEBODY,
    "help.image": SOMEBODY,
    "help.page": SOMEBODY,
    "lost.listed": Rule(Right.CALLS),
    "menus.listed": Rule(Right.MENUS),
    "menus.one": Rule(Right.MENUS),
    "menus.folder": Rule(Right.MENUS),
    "menus.published": Rule(Right.MENUS),
    "menus.back": Rule(Right.MENUS),
    "menus.went_back": Rule(Right.MENUS),
    "messages.listed": Rule(Right.MESSAGES),
    "messages.written": Rule(Right.MESSAGES),
    "messages.changed": Rule(Right.MESSAGES),
    "messages.fetched_again": Rule(Right.MESSAGES),
    "messages.heard": Rule(Right.MESSAGES),
    "metrics.told": Rule(Right.METRICS, token=True),
    "phone.lifted": Rule(Right.CALLS),
    "phone.picked_up": Rule(Right.DESK),
    "reports.shown": Rule(Right.CALLS),
    "reports.definitions": Rule(Right.CALLS),
    "reports.csv": Rule(Right.CALLS, token=True),
    "reports.json": Rule(Right.CALLS, token=True),
    "reports.xlsx": Rule(Right.CALLS, token=True),
}
"""By the name Flask has for the route: its blueprint and its function."""
