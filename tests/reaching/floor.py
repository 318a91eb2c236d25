"""The floor of a call centre in virtual time: the service, the phone company in its box, agents with phones.

The service asks the carrier by its own library; instead of a network there is the box's REST interface.
"""

import json
from collections.abc import Callable, Iterable, Iterator
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
from ivr.switchboard.line.offering import accept
from ivr.switchboard.line.rounds import look_after_line
from ivr.switchboard.line.standing import choose
from ivr.switchboard.silence import ask_about_the_silent
from ivr.switchboard.wishes import carry_out
from tests.service import ACCOUNT, NUMBER, TOKEN, House

LOOK_EVERY = 0.5
TIDY_EVERY = 60

Act = Callable[[], Response]
Trouble = Callable[[PreparedRequest, Act], Response]
"""What becomes of a wish of ours to the carrier, who would `Act` on it."""


def fine(_: PreparedRequest, act: Act) -> Response:
    """The carrier does as it is asked."""
    return act()


def away(_: PreparedRequest, __: Act) -> Response:
    """Nobody can be reached: nothing was done."""
    raise requests.ConnectTimeout


def lost_answer(_: PreparedRequest, act: Act) -> Response:
    """It was done, and we never hear so."""
    act()
    raise requests.ReadTimeout


def no_answer(_: PreparedRequest, __: Act) -> Response:
    """It was not done, and we cannot know."""
    raise requests.ReadTimeout


def refused(status: int, code: int | None = None) -> Trouble:
    """The carrier says no, in its own words."""

    def refuse(request: PreparedRequest, _: Act) -> Response:
        response = Response()
        response.status_code, response.request = status, request
        response.raw = BytesIO(json.dumps({"code": code, "message": "no", "status": status}).encode())
        return response

    return refuse


def only(path: str, trouble: Trouble) -> Trouble:
    """This trouble for whatever is asked of one part of the carrier."""
    return lambda request, act: (trouble if path in (request.url or "") else fine)(request, act)


def once(trouble: Trouble) -> Trouble:
    """This trouble for the first wish, and none afterwards."""
    left = [trouble]
    return lambda request, act: (left.pop() if left else fine)(request, act)


class InProcess(BaseAdapter):
    """Carries the library's requests to a WSGI application of this process."""

    def __init__(self, app: Any, trouble: Callable[[], Trouble]) -> None:
        super().__init__()
        self._client, self._trouble = Client(app), trouble

    def send(self, request: PreparedRequest, *_: object, **__: object) -> Response:
        return self._trouble()(request, lambda: self._carry(request))

    def _carry(self, request: PreparedRequest) -> Response:
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
    looks_every: float = LOOK_EVERY
    """Seconds between two looks of our clock: many are enough while nobody does anything."""
    lost: set[str] = field(default_factory=set)
    """The ends of the addresses at which no notice arrives."""
    broken: set[str] = field(default_factory=set)
    """The beginnings of the addresses at which we answer an error, as no program of ours ever should."""
    rest: Trouble = fine
    """What becomes of our wishes to the carrier."""

    @classmethod
    def open(cls, folder: Path, menus: str, **settings: Any) -> "Floor":
        """With its first menus live, and nobody there yet."""
        house = House(folder).open(menus, **{"calls_per_second": 10, **settings})
        phone = Phone(
            lambda environ, start: floor.heard(environ, start),
            base_url=house.exchange.settings.base_url,
            auth_token=TOKEN,
            account_sid=ACCOUNT,
            start=house.now / 1000,
            numbers={NUMBER: ""},
        )
        floor = cls(house, phone)
        rest = Rest(ACCOUNT, TOKEN, base_url="http://carrier.invalid/carrier")
        session: requests.Session = rest._client.http_client.session
        session.mount("http://", InProcess(serve(phone.exchange).wsgi_app, lambda: floor.rest))
        house.become(carrier=rest, now=lambda: phone.clock.now_ms())
        phone.every(LOOK_EVERY, floor.look)
        phone.every(TIDY_EVERY, lambda: ask_about_the_silent(house.exchange))
        return floor

    @contextmanager
    def without_errands(self) -> Iterator[None]:
        """While the carrier's REST cannot be reached: nothing is asked of it."""
        self.is_cut_off = True
        yield
        self.is_cut_off = False

    def heard(self, environ: Any, start: Any) -> Iterable[bytes]:
        """A webhook reaches us; or it is lost on the way, as a carrier's notices may be."""
        if any(environ["PATH_INFO"].endswith(end) for end in self.lost):
            start("204 No Content", [])
            return []
        if any(environ["PATH_INFO"].startswith(begin) for begin in self.broken):
            start("500 Internal Server Error", [])
            return []
        answer: Iterable[bytes] = self.house.app.wsgi_app(environ, start)
        return answer

    def look(self) -> None:
        """What a worker's clock does."""
        exchange = self.house.exchange
        if exchange.now() % (self.looks_every * 1000) >= LOOK_EVERY * 1000:
            return
        look_after_line(exchange)
        if self.is_cut_off:
            return
        with exchange.ledger.reading() as tx:
            kinds = errands.due_kinds(tx, exchange.now()) - errands.ROUNDS.keys()
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

    def accepts_on_page(self, agent_id: str, party: Party) -> str:
        """An agent takes the caller on their page, whose softphone then picks up by itself; the offer."""
        exchange = self.house.exchange
        with exchange.ledger.reading() as tx:
            offer = offers.open_of(tx, agent_id)
        assert offer
        self.phone.exchange.people.by_number[f"client:{agent_id}"] = party
        assert accept(exchange, offer.id)
        return offer.id

    # -- callers ---------------------------------------------------------------------------------------

    def ring(self, caller: str = "+84901234567") -> PhoneCall:
        """Somebody rings the hotline, and hears it out until they are to do something, or wait."""
        return self.phone.dial(NUMBER, caller)

    def pass_time(self, seconds: float) -> None:
        self.phone.pass_time(seconds)

    def night_passes(self, hours: float) -> None:
        """A long time in which nobody does anything."""
        self.looks_every = 60
        self.pass_time(hours * 3600)
        self.looks_every = LOOK_EVERY

    def visits(self, call: PhoneCall) -> list[Visit]:
        return self.visits_of(call.sid)

    def visits_of(self, sid: str | None) -> list[Visit]:
        with self.house.exchange.ledger.reading() as tx:
            return line.of_call(tx, sid or "")

    def waits(self, call: PhoneCall) -> bool:
        return [visit.is_waiting for visit in self.visits(call)] == [True]

    def offers(self, call: PhoneCall) -> list[Offer]:
        with self.house.exchange.ledger.reading() as tx:
            return [offer for visit in line.of_call(tx, call.sid) for offer in offers.of_visit(tx, visit.id)]

    def rung(self, number: str) -> int:
        """How often a number was rung."""
        return sum(leg.to == number for leg in self.phone.exchange.legs.values())

    def talks(self, call: PhoneCall) -> list[Talk]:
        with self.house.exchange.ledger.reading() as tx:
            return talks.of_call(tx, call.sid)
