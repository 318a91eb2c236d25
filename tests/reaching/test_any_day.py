"""Any day on the floor: callers, agents and clocks do what they like in any order, the carrier loses, doubles
and delays, menus change meanwhile; and what must be so is so at every half second."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from ivr.box import Mischief, Party
from ivr.box.phone_line import PhoneCall
from ivr.core.agents import Status, Way
from ivr.core.line.rules import Rules
from ivr.ledger import offers, talks
from ivr.switchboard.line.meeting import agent_hung_up
from ivr.switchboard.line.offering import decline
from ivr.switchboard.line.standing import choose, heard_of
from ivr.switchboard.line.wrapping_up import wrapped_up
from tests.postgres import EITHER, PostgreSQLServer
from tests.reaching.figures import figures_add_up
from tests.reaching.floor import Floor, away, fine, lost_answer, no_answer, once, refused
from tests.reaching.sure import Watcher, nothing_is_open

MENUS = """
hotline: Shop
zone: UTC
numbers: {"+842873001234": language}
languages: {en: {}, vi: {}}
mailboxes: {office: {}}
queues:
  default:
    {ring: 12s, wrap_up: 8s, misses: 2, max_wait: 3m, too_long: bye, no_agents: bye, announce: 25s}
  sales:
    label: {en: sales, vi: "mua hàng"}
    language: prefer 20s
    strategy: STRATEGY
    keys: {1: bye, 2: main, 3: place}
    then: bye
  support:
    label: {en: help, vi: "trợ giúp"}
    skills: {tax: {level: 5, after: {15s: 1}}}
    language: required
    weight: 1
    overflow: {after: 30s, queue: sales}
    keys: {2: main}
    then: main
  urgent:
    label: {en: emergencies, vi: "việc gấp"}
    strategy: ring_all
    language: any
    priority: 1
steps:
  language: {choose_language: {1: vi, 2: en}, then: main}
  main: {say: {en: Welcome., vi: Xin chào.}, keys: {1: sales, 2: support, 3: urgent}}
  bye: {say: {en: Goodbye., vi: Tạm biệt.}, then: hang_up}
"""
STRATEGIES = ["longest_idle", "ring_all", "round_robin", "fewest_calls", "least_talk", "linear", "random"]

PARTIES = st.one_of(
    st.builds(
        Party,
        does=st.just("answer"),
        after=st.integers(0, 14),
        keys=st.sampled_from(["1", "5", ""]),
        talks=st.sampled_from([0, 1, 5, 30, None]),
    ),
    st.builds(Party, does=st.sampled_from(["busy", "no-answer", "failed"])),
)
MISCHIEF = st.sampled_from(
    [
        Mischief(),
        Mischief(twice=0.7),
        Mischief(late=0.6, late_seconds=15),
        Mischief(lost=0.4, late=0.3, twice=0.3),
        Mischief(lost=1),
        Mischief(backwards=True, late_seconds=8),
    ]
)
TROUBLES = st.sampled_from(
    [fine, away, once(lost_answer), once(no_answer), refused(429), refused(404, 20404)]
)
NewDatabase = Callable[[], str]
EVENING_LOOK = 5
"""Seconds: once everybody has gone, so often is enough."""

ANYBODY = st.integers(0, 5)


class AnyDay(RuleBasedStateMachine):
    """Six agents, and as many callers as come."""

    def __init__(self, new_database: NewDatabase) -> None:
        super().__init__()
        self._new_database = new_database
        self._folder = TemporaryDirectory()

    @initialize(strategy=st.sampled_from(STRATEGIES), parties=st.lists(PARTIES, min_size=4, max_size=4))
    def morning(self, strategy: str, parties: list[Party]) -> None:
        menus, url = MENUS.replace("STRATEGY", strategy), self._new_database()
        self.floor = Floor.open(Path(self._folder.name), menus, database_url=url)
        self.began_at = self.floor.house.exchange.now()
        self.calls: list[PhoneCall] = []
        both, one = frozenset({"vi", "en"}), frozenset({"en"})
        hire = self.floor.hire
        self.agents = [
            hire("An", parties[0], languages=both, skills={"tax": 9}),
            hire("Binh", parties[1], languages=one, skills={"tax": 2}, queues=frozenset({"sales"})),
            hire("Chi", parties[2], languages=both, queues=frozenset({"support", "urgent"})),
            hire("Dung", parties[3], languages=one, skills={"tax": 5}),
            hire("Em", languages=both, skills={"tax": 7}),
            hire("Giang", languages=one, queues=frozenset({"sales", "urgent"})),
        ]
        self.watcher = Watcher(self.floor.house.exchange.ledger)
        self.pages_open = self.is_day = True
        self.floor.phone.every(0.5, self.look)

    @property
    def queue_rules(self) -> dict[str, Rules]:
        hotline = self.floor.house.exchange.shelf.live(self.floor.house.exchange.now()).hotline
        return {name: queue.rules for name, queue in hotline.queues.items()}

    def look(self) -> None:
        exchange = self.floor.house.exchange
        if not self.is_day and exchange.now() % (EVENING_LOOK * 1000) >= 500:
            return
        if self.pages_open:
            for agent in self.agents[4:]:
                heard_of(exchange, agent)
        self.watcher.look(exchange.now(), self.queue_rules)

    # -- callers ---------------------------------------------------------------------------------------

    @rule(language=st.sampled_from("12"), queue=st.sampled_from("123"), pause=st.floats(0, 3))
    def somebody_rings(self, language: str, queue: str, pause: float) -> None:
        if sum(not call.leg.over for call in self.calls) < 9:
            call = self.floor.ring(f"+8490{len(self.calls):07}").press(language).press(queue)
            self.calls.append(call.wait(pause))

    @rule(who=st.integers(0, 30), key=st.sampled_from("1237"))
    def somebody_presses_a_key(self, who: int, key: str) -> None:
        if self.calls and not self.calls[who % len(self.calls)].leg.over:
            self.calls[who % len(self.calls)].press_now(key)

    @rule(who=st.integers(0, 30))
    def somebody_hangs_up(self, who: int) -> None:
        if self.calls and not self.calls[who % len(self.calls)].leg.over:
            self.calls[who % len(self.calls)].hang_up()

    # -- agents ----------------------------------------------------------------------------------------

    @rule(who=ANYBODY, status=st.sampled_from(Status))
    def an_agent_chooses(self, who: int, status: Status) -> None:
        choose(self.floor.house.exchange, self.agents[who], status, "so")

    @rule(who=ANYBODY)
    def an_agent_is_ready(self, who: int) -> None:
        choose(self.floor.house.exchange, self.agents[who], Status.READY)

    @rule(who=st.integers(0, 3), party=PARTIES)
    def a_phone_is_in_other_hands(self, who: int, party: Party) -> None:
        self.floor.phone.exchange.people.by_number[self.floor.agent(self.agents[who]).address] = party

    @rule(who=st.integers(4, 5), party=PARTIES.filter(lambda party: party.does == "answer"))
    def an_agent_accepts_on_the_page(self, who: int, party: Party) -> None:
        agent = self.floor.agent(self.agents[who])
        assert agent.way is Way.BROWSER
        with self.floor.house.exchange.ledger.reading() as tx:
            offer = offers.open_of(tx, agent.id)
        if offer is not None and self.floor.rest is fine:
            self.floor.accepts_on_page(agent.id, party)

    @rule(who=ANYBODY)
    def an_agent_declines(self, who: int) -> None:
        with self.floor.house.exchange.ledger.reading() as tx:
            offer = offers.open_of(tx, self.agents[who])
        if offer is not None:
            decline(self.floor.house.exchange, offer.id)

    @rule(who=ANYBODY)
    def an_agent_is_done(self, who: int) -> None:
        with self.floor.house.exchange.ledger.reading() as tx:
            talk = talks.open_of(tx, self.agents[who])
        if talk is not None and talk.talk_ended_at is None:
            agent_hung_up(self.floor.house.exchange, talk.offer)
        elif talk is not None:
            wrapped_up(self.floor.house.exchange, talk.offer)

    @rule()
    def a_supervisor_looks_at_the_figures(self) -> None:
        figures_add_up(self.floor.house.exchange, self.began_at)

    @rule(open_=st.booleans())
    def pages_close_and_open(self, open_: bool) -> None:
        self.pages_open = open_

    # -- everything else -------------------------------------------------------------------------------

    @rule(seconds=st.sampled_from([0.1, 0.5, 1, 3, 7, 15, 31]))
    def time_passes(self, seconds: float) -> None:
        self.floor.pass_time(seconds)

    @rule(strategy=st.sampled_from(STRATEGIES), level=st.sampled_from([3, 5, 9]), gone=st.booleans())
    def other_menus_go_live(self, strategy: str, level: int, gone: bool) -> None:
        menus = MENUS.replace("STRATEGY", strategy).replace("level: 5", f"level: {level}")
        if gone:
            menus = menus.replace(", 3: urgent}", "}").partition("  urgent:")[0] + (
                "steps:" + menus.partition("steps:")[2].replace(", 3: urgent}", "}")
            )
        self.floor.house.publish(menus)
        self.watcher.beside.clear()
        self.floor.pass_time(1)

    @rule(mischief=MISCHIEF, seed=st.integers(0, 9))
    def the_carrier_is_in_a_mood(self, mischief: Mischief, seed: int) -> None:
        values = {name: getattr(mischief, name) for name in Mischief.__slots__}
        self.floor.phone.exchange.mischief = Mischief(**values | {"seed": seed})

    @rule(trouble=TROUBLES)
    def the_carrier_is_in_trouble(self, trouble: object) -> None:
        self.floor.rest = trouble  # type: ignore[assignment]

    def teardown(self) -> None:
        if hasattr(self, "floor"):
            self.evening()
            self.floor.house.exchange.ledger.close()
        self._folder.cleanup()

    def evening(self) -> None:
        """The carrier is well again, everybody hangs up; a while later nothing is left open."""
        self.floor.rest = fine
        self.floor.phone.exchange.mischief = Mischief()
        for call in self.calls:
            if not call.leg.over:
                call.hang_up()
        self.floor.pass_time(10)
        self.is_day = False
        self.floor.looks_every = EVENING_LOOK
        self.floor.pass_time(7 * 60)
        nothing_is_open(self.floor.house.exchange.ledger)
        figures_add_up(self.floor.house.exchange, self.began_at)
        assert all(leg.over for leg in self.floor.phone.exchange.legs.values())
        strange = [fault for fault in self.floor.phone.faults if fault.code != 0]
        assert strange == []


@pytest.fixture(params=EITHER)
def new_database(request: pytest.FixtureRequest) -> Iterator[NewDatabase]:
    """Makes the address of an empty ledger for each day."""
    if request.param == "sqlite":
        yield lambda: ""
        return
    server: PostgreSQLServer = request.getfixturevalue("postgresql_server")
    with ExitStack() as made:
        yield lambda: made.enter_context(server.database(like=server.empty_ledger))


def test_what_must_be_so_is_so_on_any_day(new_database: NewDatabase) -> None:
    some_days = settings(
        max_examples=4, stateful_step_count=40, deadline=None, suppress_health_check=list(HealthCheck)
    )
    run_state_machine_as_test(lambda: AnyDay(new_database), settings=some_days)  # type: ignore[arg-type]
