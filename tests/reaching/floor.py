"""The floor of a call centre in virtual time: the service, the phone company in its box, agents with phones.

The service asks the carrier by its own library; instead of a network there is the box's REST interface.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any

import requests
from requests.adapters import BaseAdapter
from requests.models import PreparedRequest, Response
from requests.structures import CaseInsensitiveDict
from werkzeug.test import Client

from ivr.box import Party, serve
from ivr.box.phone_line import Phone, PhoneCall
from ivr.carriers.twilio.rest import Rest
from ivr.core.accounts import Role
from ivr.core.agents import Activity, Agent, Status, Way
from ivr.core.line.visits import Visit
from ivr.ledger import accounts, agents, errands, line, offers, talks
from ivr.ledger.offers import Offer
from ivr.ledger.talks import Talk
from ivr.switchboard.line.rounds import look_after_line
from ivr.switchboard.line.standing import choose
from ivr.switchboard.wishes import carry_out
from tests.service import ACCOUNT, NUMBER, TOKEN, House

LOOK_EVERY = 0.5


class InProcess(BaseAdapter):
    """Carries the library's requests to a WSGI application of this process."""

    def __init__(self, app: Any) -> None:
        super().__init__()
        self._client = Client(app)

    def send(self, request: PreparedRequest, *_: object, **__: object) -> Response:
        assert request.url
        assert request.method
        body = request.body.encode() if isinstance(request.body, str) else request.body or b""
        answer = self._client.open(
            request.url, method=request.method, data=body, headers=list(request.headers.items())
        )
        response = Response()
        response.status_code = answer.status_code
        response.headers = CaseInsensitiveDict(answer.headers)
        response.raw = BytesIO(answer.get_data())
        response.url, response.request = request.url, request
        return response

    def close(self) -> None: ...


@dataclass
class Floor:
    """A hotline with agents. What happens on it happens in virtual time."""

    house: House
    phone: Phone
    people: dict[str, Party] = field(default_factory=dict)
    is_cut_off: bool = False

    @classmethod
    def open(cls, folder: Path, menus: str, **settings: Any) -> "Floor":
        """With its first menus live, and nobody there yet."""
        house = House(folder).open(menus, calls_per_second=10, **settings)
        phone = Phone(
            lambda environ, start: house.app.wsgi_app(environ, start),
            base_url=house.exchange.settings.base_url,
            auth_token=TOKEN,
            account_sid=ACCOUNT,
            start=house.now / 1000,
            numbers={NUMBER: ""},
        )
        floor = cls(house, phone)
        rest = Rest(ACCOUNT, TOKEN, base_url="http://carrier.invalid/carrier")
        session: requests.Session = rest._client.http_client.session
        session.mount("http://", InProcess(serve(phone.exchange).wsgi_app))
        house.become(carrier=rest, now=lambda: phone.clock.now_ms())
        phone.every(LOOK_EVERY, floor.look)
        return floor

    @contextmanager
    def without_errands(self) -> Iterator[None]:
        """While the carrier's REST cannot be reached: nothing is asked of it."""
        self.is_cut_off = True
        yield
        self.is_cut_off = False

    def look(self) -> None:
        """What a worker's clock does."""
        exchange = self.house.exchange
        look_after_line(exchange)
        if self.is_cut_off:
            return
        with exchange.ledger.reading() as tx:
            kinds = errands.due_kinds(tx, exchange.now()) - {"tidy"}
        for kind in sorted(kinds):
            while True:
                with exchange.ledger.transaction() as tx:
                    errand = errands.claim(tx, kind, exchange.now(), 60_000)
                if errand is None:
                    break
                carry_out(exchange, errand)

    # -- agents ----------------------------------------------------------------------------------------

    def hire(self, name: str, phone: Party | None = None, *, ready: bool = True, **more: Any) -> str:
        """Somebody with a phone of their own (or none: a page), ready unless they are not; their id."""
        number = f"+8490100{len(self.people):04}"
        agent = Agent(
            name.lower(),
            name,
            Way.PHONE if phone else Way.BROWSER,
            number if phone else f"client:{name.lower()}",
            languages=more.pop("languages", frozenset({"en"})),
            place=len(self.people),
            **more,
        )
        self.people[number] = phone or Party("no-answer")
        if phone:
            self.phone.exchange.people.by_number[number] = phone
        with self.house.exchange.ledger.transaction() as tx:
            accounts.add(tx, name, Role.AGENT, "no password", self.house.exchange.now())
            agents.set_up(tx, agent)
        if ready:
            choose(self.house.exchange, agent.id, Status.READY)
        return agent.id

    def agent(self, agent_id: str) -> Agent:
        with self.house.exchange.ledger.reading() as tx:
            found = agents.find(tx, agent_id)
        assert found
        return found

    def stands(self, agent_id: str) -> tuple[Status, Activity]:
        """What an agent has chosen, and is doing."""
        found = self.agent(agent_id)
        return found.status, found.activity

    # -- callers ---------------------------------------------------------------------------------------

    def ring(self, caller: str = "+84901234567") -> PhoneCall:
        """Somebody rings the hotline, and hears it out until they are to do something, or wait."""
        return self.phone.dial(NUMBER, caller)

    def pass_time(self, seconds: float) -> None:
        self.phone.pass_time(seconds)

    def visits(self, call: PhoneCall) -> list[Visit]:
        with self.house.exchange.ledger.reading() as tx:
            return line.of_call(tx, call.sid)

    def waits(self, call: PhoneCall) -> bool:
        return [visit.is_waiting for visit in self.visits(call)] == [True]

    def offers(self, call: PhoneCall) -> list[Offer]:
        with self.house.exchange.ledger.reading() as tx:
            return [offer for visit in line.of_call(tx, call.sid) for offer in offers.of_visit(tx, visit.id)]

    def talks(self, call: PhoneCall) -> list[Talk]:
        with self.house.exchange.ledger.reading() as tx:
            return talks.of_call(tx, call.sid)
