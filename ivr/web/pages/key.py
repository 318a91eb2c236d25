"""The key of the pages: shown once, it opens them for a session. Whoever guesses is made to wait."""

import hmac
from collections import deque
from dataclasses import dataclass, field
from datetime import timedelta
from threading import Lock

from flask import Blueprint, current_app, redirect, request, session
from flask.blueprints import BlueprintSetupState
from werkzeug.exceptions import TooManyRequests
from werkzeug.wrappers import Response

from ivr.switchboard.exchange import Exchange
from ivr.web.pages.door import Locked, back_where_they_were, by_our_page_only, key_of, privately, ticket
from ivr.web.wording import _

key = Blueprint("key", __name__)
key.before_request(by_our_page_only)
key.after_request(privately)

STAY = timedelta(hours=12)
MOST = 5
WITHIN_MS = 60_000
"""That many wrong keys within that time, from wherever they come, and no key is tried for as long again."""

WRONG_KEY = _("This is not the key. It is in the file door_key, in the hotline’s data folder.")
TOO_MANY = _("Wrong keys were tried too often. Please try again in a minute.")


@dataclass
class Guesses:
    """The last wrong keys of this process: when they were shown, in UTC milliseconds."""

    wrong: deque[int] = field(default_factory=lambda: deque(maxlen=MOST))
    lock: Lock = field(default_factory=Lock)

    def judge(self, right: bool, now: int) -> int:
        """How many milliseconds to wait before a key is tried: 0 if this one was, and counted if wrong."""
        with self.lock:
            wait = self.wrong[-1] + WITHIN_MS - now if self.many else 0
            if wait <= 0 and not right:
                self.wrong.append(now)
            return max(wait, 0)

    @property
    def many(self) -> bool:
        return len(self.wrong) == MOST and self.wrong[-1] - self.wrong[0] < WITHIN_MS


@key.record
def prepared(state: BlueprintSetupState) -> None:
    """In every process, as any of them may be asked by whoever showed the key to another one."""
    state.app.extensions.update(guesses=Guesses())
    state.app.permanent_session_lifetime = STAY


@key.post("/door")
def shown() -> Response:
    """Somebody shows a key: the right one becomes a session and leads on to the page they asked for."""
    exchange: Exchange = current_app.extensions["exchange"]
    true = key_of(exchange)
    right = hmac.compare_digest(request.form.get("key", "").strip().encode(), true.encode())
    guesses: Guesses = current_app.extensions["guesses"]
    wait = guesses.judge(right, exchange.now())
    if wait:
        raise TooManyRequests(TOO_MANY, retry_after=-(-wait // 1000))
    if not right:
        raise Locked(WRONG_KEY)
    session.permanent = True
    session["ticket"] = ticket(true)
    return redirect(back_where_they_were(), 303)


@key.get("/door")
def asked() -> Response:
    """The address of the form, typed or loaded again: the first page asks for the key if it is needed."""
    return redirect("/calls")
