"""Supervisors are alerted: once when something goes wrong, once when it is over, each the way they wish."""

import email
import email.policy
from collections.abc import Iterator
from pathlib import Path

import pytest

from ivr.box import Party
from ivr.core.agents import Status
from ivr.core.alerts import Incident, Measure, Over
from ivr.ledger import errands, incidents
from ivr.ledger.incidents import Word
from ivr.switchboard import alerting
from ivr.switchboard.line.standing import choose
from tests.listening import Listener, listening
from tests.outside.mail_server import MailServer, mail_server
from tests.reaching.floor import Floor

BOSS, BOSS_PHONE = "boss@example.com", "+84909999999"
MENUS = """
hotline: Shop
zone: Asia/Ho_Chi_Minh
numbers: {"+842873001234": sales}
languages: {en: {}}
hours: {day: {week: {mon-sun: 08:00-18:00}}, night: {week: {mon-sun: 20:00-22:00}}}
mailboxes: {office: {}}
queues:
  default: {wrap_up: none, otherwise: message, announce: never, misses: 0}
  sales: {label: sales, service_level: 80% in 20s}
  repair: {label: repair}
steps:
  message: {say: Leave word., voicemail: office, then: hang_up}
"""


def watching(alerts: str, events: str = "") -> str:
    return f"{MENUS}alerts:\n  {alerts}\n{events}"


@pytest.fixture
def post() -> Iterator[MailServer]:
    with mail_server() as server:
        yield server


@pytest.fixture
def crm() -> Iterator[Listener]:
    with listening() as server:
        yield server


def opened(folder: Path, menus: str, talks: float = 60, **settings: str) -> Floor:
    """An is there, on a break; the clock looks for alerts each half minute."""
    floor = Floor.open(folder, menus, **settings)
    floor.hire("An", Party(after=3, keys="1", talks=talks))
    choose(floor.house.exchange, "an", Status.ON_BREAK, "coffee")
    floor.phone.every(30, lambda: alerting.look(floor.house.exchange))
    return floor


def open_now(floor: Floor) -> list[Incident]:
    with floor.house.exchange.ledger.reading() as tx:
        return incidents.still_open(tx)


def over(floor: Floor) -> list[Incident]:
    with floor.house.exchange.ledger.reading() as tx:
        return incidents.over(tx)


def names(found: list[Incident]) -> list[str]:
    return [incident.alert for incident in found]


def told(floor: Floor) -> list[tuple[bool, str, str, str]]:
    with floor.house.exchange.ledger.reading() as tx:
        words: list[Word] = incidents.words(tx, [*incidents.still_open(tx), *incidents.over(tx)])
    return [(word.end, word.means, word.to, word.state) for word in words]


def subjects(post: MailServer) -> list[str]:
    mails = [email.message_from_bytes(mail, policy=email.policy.default) for mail in post.mails]
    return [str(mail["Subject"]) for mail in mails]


def test_a_long_wait_is_told_once_by_every_way_and_so_is_its_end(
    tmp_path: Path, post: MailServer, crm: Listener
) -> None:
    alert = f'long: {{longest_wait: 3m, queues: [sales], hours: day, mail: {BOSS}, sms: "{BOSS_PHONE}"}}'
    menus = watching(alert, f"events: {{url: '{crm.url}', kinds: [alert]}}\n")
    floor = opened(tmp_path, menus, mail_server=post.url)
    floor.ring()
    floor.pass_time(170)
    assert open_now(floor) == []
    floor.pass_time(100)
    (incident,) = open_now(floor)
    assert (incident.alert, incident.limit, incident.queues) == ("long", 180.0, ("sales",))
    assert 180 <= incident.first <= 210
    assert subjects(post) == [f"Shop: long: longest wait 3:0{incident.first - 180:.0f} in sales (limit 3:00)"]
    choose(floor.house.exchange, "an", Status.READY)
    floor.pass_time(200)
    assert open_now(floor) == []
    (ended,) = over(floor)
    assert (ended.id, ended.over) == (incident.id, Over.WELL)
    assert 240 <= ended.worst <= 280
    begun, gone = subjects(post)
    assert gone.startswith("Shop: over after ")
    texts = floor.house.rows("SELECT answer FROM errand WHERE kind = 'message' AND state = 'done'")
    assert len(texts) == 2
    assert [event["alert"]["state"] for event in crm.told] == ["began", "ended"]
    assert crm.told[0]["alert"]["words"] in begun
    assert sorted(told(floor)) == [
        *((False, means, to, "done") for means, to in ways(crm)),
        *((True, means, to, "done") for means, to in ways(crm)),
    ]


def ways(crm: Listener) -> list[tuple[str, str]]:
    return [("mail", BOSS), ("sms", BOSS_PHONE), ("webhook", crm.url)]


def test_it_is_mailed_in_the_language_of_the_hotline(tmp_path: Path, post: MailServer) -> None:
    menus = watching(f"empty: {{nobody_signed_in: 1m, queues: [sales], mail: {BOSS}}}")
    floor = opened(
        tmp_path, menus.replace("languages: {en: {}}", "languages: {es: {}}"), mail_server=post.url
    )
    choose(floor.house.exchange, "an", Status.SIGNED_OUT)
    floor.pass_time(120)
    (subject,) = subjects(post)
    assert subject.startswith("Shop: empty: nadie conectado durante 1:")
    assert subject.endswith(" en sales (límite 1:00)")


def test_the_worst_wait_is_that_of_a_caller_too_who_was_gone_by_the_next_look(tmp_path: Path) -> None:
    floor = opened(tmp_path, watching("long: {longest_wait: 1m, queues: [sales]}"))
    call = floor.ring()
    floor.pass_time(85)
    (incident,) = open_now(floor)
    call.hang_up()
    floor.pass_time(30)
    (waited,) = floor.house.rows("SELECT (ended_at - entered_at) / 1000.0 FROM visit")[0]
    assert incident.worst < 70 < 80 < waited
    assert [each.worst for each in open_now(floor)] == [waited]
    floor.pass_time(180)
    assert [each.worst for each in over(floor)] == [waited]
    floor.ring().hang_up()
    floor.pass_time(60)
    assert open_now(floor) == []


def test_outside_its_hours_nobody_is_told(tmp_path: Path) -> None:
    floor = opened(tmp_path, watching("long: {longest_wait: 3m, hours: night}"))
    floor.ring()
    floor.pass_time(300)
    assert (open_now(floor), over(floor)) == ([], [])


def test_another_queue_is_not_watched(tmp_path: Path) -> None:
    floor = opened(tmp_path, watching("long: {longest_wait: 1m, queues: [repair]}"))
    floor.ring()
    floor.pass_time(120)
    assert open_now(floor) == []


def test_nobody_signed_in(tmp_path: Path) -> None:
    floor = opened(tmp_path, watching("empty: {nobody_signed_in: 2m, queues: [sales]}"))
    floor.pass_time(150)
    assert open_now(floor) == []
    choose(floor.house.exchange, "an", Status.SIGNED_OUT)
    floor.pass_time(110)
    assert open_now(floor) == []
    floor.pass_time(60)
    assert names(open_now(floor)) == ["empty"]


def test_where_nobody_ever_was_they_are_missed_since_the_first_menus(tmp_path: Path) -> None:
    """As long as there is a hotline, whatever was published since, and no day."""
    menus = watching("empty: {nobody_signed_in: 2m}")
    floor = Floor.open(tmp_path, menus)
    floor.phone.every(30, lambda: alerting.look(floor.house.exchange))
    floor.pass_time(80)
    floor.house.publish(menus.replace("Leave word.", "Speak."))
    floor.pass_time(30)
    assert open_now(floor) == []
    floor.pass_time(40)
    (incident,) = open_now(floor)
    assert 120 <= incident.first <= 150


def test_who_hangs_up_and_who_is_answered_late(tmp_path: Path) -> None:
    alerts = "gone: {abandon_rate: 40%, calls: 2}\n  late: {service_level: 80%, calls: 1}"
    floor = opened(tmp_path, watching(alerts), talks=5)
    first = floor.ring()
    floor.pass_time(20)
    first.hang_up()
    floor.pass_time(60)
    assert names(open_now(floor)) == ["late"]  # of one caller of two no share of abandoned is told yet
    floor.ring()
    floor.pass_time(10)
    choose(floor.house.exchange, "an", Status.READY)
    floor.pass_time(60)
    assert names(open_now(floor)) == ["late", "gone"]
    assert [incident.first for incident in open_now(floor)] == [0.0, 0.5]


def test_agents_who_miss_callers(tmp_path: Path) -> None:
    floor = Floor.open(tmp_path, watching("missed: {missed_offers: 2}"))
    floor.phone.every(30, lambda: alerting.look(floor.house.exchange))
    floor.hire("An", Party("no-answer"))
    floor.ring()
    floor.pass_time(30)
    assert open_now(floor) == []
    floor.pass_time(60)
    assert names(open_now(floor)) == ["missed"]


def test_errands_that_fail_and_messages_nobody_hears(tmp_path: Path) -> None:
    floor = opened(tmp_path, watching("faults: {faults: 2}\n  old: {old_messages: 2h}"))
    exchange = floor.house.exchange
    with exchange.ledger.transaction() as tx:
        for kind in ("lookup", "lookup", "message"):
            errand = errands.wish(tx, kind, None, {}, exchange.now(), exchange.now())
            errands.fail(tx, errand, "refused", exchange.now())
    alerting.look(exchange)
    assert open_now(floor) == []
    with exchange.ledger.transaction() as tx:
        errand = errands.wish(tx, "mail", None, {}, exchange.now(), exchange.now())
        errands.unknown(tx, errand, "nobody knows", exchange.now())
        tx.run(
            "INSERT INTO recording (id, call, carrier_id, step, kind, seconds, state, at)"
            " VALUES ('R', 'CA', 'RE', '', 'message', 3, 'kept', 0)",
            {},
        )
        tx.run(
            "INSERT INTO message (id, call, mailbox, recording, language, left_at)"
            " VALUES ('M', 'CA', 'office', 'R', 'en', :at)",
            {"at": exchange.now() - 7_200_000},
        )
    alerting.look(exchange)
    assert names(open_now(floor)) == ["faults", "old"]
    assert [(each.measure, each.first) for each in open_now(floor)] == [
        (Measure.FAULTS, 2.0),
        (Measure.OLD_MESSAGES, 7200.0),
    ]


def test_two_who_look_at_the_same_moment_begin_one_incident(tmp_path: Path) -> None:
    floor = opened(tmp_path, watching(f"empty: {{nobody_signed_in: 1m, queues: [sales], mail: {BOSS}}}"))
    choose(floor.house.exchange, "an", Status.SIGNED_OUT)
    floor.pass_time(120)
    (incident,) = open_now(floor)
    with floor.house.exchange.ledger.transaction() as tx:
        assert incidents.begin(tx, incident) is False
    assert told(floor) == [(False, "mail", BOSS, "failed")]  # no mail server is set


def test_an_alert_that_left_the_menus_ends_and_those_who_were_told_hear_so(
    tmp_path: Path, post: MailServer
) -> None:
    alert = f"empty: {{nobody_signed_in: 1m, queues: [sales], mail: {BOSS}}}"
    floor = opened(tmp_path, watching(alert), mail_server=post.url)
    choose(floor.house.exchange, "an", Status.SIGNED_OUT)
    floor.pass_time(120)
    floor.house.publish(MENUS)
    floor.pass_time(60)
    assert [incident.over for incident in over(floor)] == [Over.UNWATCHED]
    assert len(post.mails) == 2
