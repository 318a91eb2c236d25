"""Who asks the API: an agent's own page, a supervisor's, a program with a token."""

from dataclasses import dataclass
from itertools import count
from typing import Any

from werkzeug.test import TestResponse

from ivr.core.accounts import Right, Role
from ivr.ledger import sessions
from ivr.switchboard import accounts
from ivr.web.visitors import TICKET
from tests.reaching.floor import Floor
from tests.service import Browser, House

MENUS = """
hotline: Shop
zone: UTC
numbers: {"+842873001234": main}
languages: {en: {}}
mailboxes: {office: {}}
allowed: [VN]
queues:
  default: {ring: 20s, wrap_up: 30s, max_wait: 5m, no_agents: message, too_long: message, then: thanks}
  sales: {say: Please hold for sales., dispositions: [bought, asked], label: sales}
  support: {say: Please hold for support., dispositions: [solved], disposition: required, callback: true}
steps:
  main: {say: Welcome., keys: {1: sales, 2: support}}
  message: {say: Leave word., voicemail: office, then: hang_up}
  thanks: {say: Thank you for talking to us., then: hang_up}
"""

NUMBERS = count()


@dataclass(frozen=True)
class Asker:
    """Somebody who asks in JSON, and is answered so."""

    browser: Browser

    def asks(self, deed: str, what: Any = None, **headers: str) -> tuple[int, Any]:
        """The status and what is answered: None where there is nothing."""
        answer = self.sends(deed, what, **headers)
        return answer.status_code, answer.get_json() if answer.data else None

    def sends(self, deed: str, what: Any = None, **headers: str) -> TestResponse:
        english = {"Accept-Language": "en"}
        return self.browser.sends(deed, what, headers=english | headers)

    def is_told(self, deed: str, what: Any = None) -> tuple[int, str]:
        """The status and the words of a refusal."""
        status, told = self.asks(deed, what)
        return status, told["problem"]


def agent(floor: Floor, name: str) -> Asker:
    """The browser of somebody who was hired."""
    exchange, browser = floor.house.exchange, floor.house.browser()
    with exchange.ledger.transaction() as tx:
        ticket = sessions.start(tx, name.lower(), "192.0.2.1", exchange.now())
    with browser.session_transaction() as session:
        session[TICKET] = ticket
    return Asker(browser)


def somebody(house: House, role: Role, name: str = "") -> Asker:
    return Asker(house.signed_in(role, name))


def program(house: House, *rights: Right) -> Asker:
    """A program with a token of these rights, and with nothing that a page has."""
    token = accounts.add_token(house.exchange, "a test", f"program{next(NUMBERS)}", rights)
    browser = house.browser()
    browser.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {token}"
    return Asker(browser)
