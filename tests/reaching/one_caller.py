"""A caller with a long history: everything a hotline can come to hold on somebody."""

import json
from collections.abc import Iterator
from pathlib import Path

from ivr.box import Party
from ivr.carriers.events import TextReceived
from ivr.core.agents import Status
from ivr.core.surveys import Answer, Means, Question
from ivr.ledger import audit, callers, errands, events, messages, surveys
from ivr.ledger.audit import Deed
from ivr.ledger.schema import LEDGER
from ivr.switchboard.line.standing import choose
from ivr.switchboard.line.wrapping_up import write_down
from ivr.switchboard.surveys import text_received
from tests.reaching.floor import Floor
from tests.service import NUMBER

LAN, MAI = "+84901234567", "+84907654321"
AT_HOME = "0901234567"

MENUS = """
hotline: Shop
zone: Asia/Ho_Chi_Minh
numbers: {"+842873001234": main}
languages: {en: {}}
mailboxes: {office: {}}
allowed: [VN]
queues:
  default: {ring: 20s, wrap_up: none, otherwise: message, announce: never}
  sales: {label: sales, callback: yes, keys: {2: call_back}, then: message, record: yes}
steps:
  main: {say: Welcome., keys: {1: sales, 3: message, 4: number}}
  number: {say: Your number?, ask: {as: phone, digits: 9-12}, then: message, otherwise: message}
  message: {say: Leave word., voicemail: office, then: hang_up}
"""

TALKS = Party(after=3, keys="1", talks=30)


def lived_through(folder: Path, **settings: object) -> Floor:
    """Lan has been answered twice, has left word, was called back, has written, and others wrote of her; Mai
    has been here too."""
    floor = Floor.open(folder, MENUS, **settings)
    floor.hire("An", TALKS)
    for caller in (LAN, MAI, LAN):
        talks_to_an_agent(floor, caller)
    leaves_word(floor, LAN)
    is_called_back(floor, LAN)
    asks_from_a_withheld_number(floor)
    writes(floor)
    others_write_of_her(floor)
    floor.pass_time(120)
    return floor


def talks_to_an_agent(floor: Floor, caller: str) -> str:
    call = floor.ring(caller).press("1")
    floor.pass_time(10)
    exchange = floor.house.exchange
    [talk] = floor.talks(call)
    write_down(exchange, talk.offer, None, f"wants a boat; {AT_HOME}" if caller == LAN else "ring 0901234567")
    floor.pass_time(60)
    assert floor.talks(call)[0].ended_at, "it is over"
    call.hang_up()
    floor.pass_time(5)
    return call.sid or ""


def leaves_word(floor: Floor, caller: str) -> None:
    call = floor.ring(caller).press("4").press(AT_HOME)
    call.speak(4)
    call.hang_up()
    floor.pass_time(20)
    exchange = floor.house.exchange
    with exchange.ledger.transaction() as tx:
        (message,) = messages.of_call(tx, call.sid or "")
        messages.annotate(tx, message.id, f"rang {caller}, likes boats")
        before, after = {"note": ""}, {"note": f"rang {caller}, likes boats"}
        audit.note(tx, "binh", Deed.MESSAGE_CHANGED, message.id, before, after, exchange.now())
        audit.note(
            tx, "binh", Deed.CALLS_EXPORTED, "/calls.csv", None, {"number": caller[1:]}, exchange.now()
        )


def is_called_back(floor: Floor, caller: str) -> None:
    choose(floor.house.exchange, "an", Status.ON_BREAK, "coffee")
    call = floor.ring(caller).press("1")
    floor.pass_time(5)
    call.press_now("2")
    floor.pass_time(2)
    call.press("1")
    floor.phone.exchange.people.by_number[caller] = Party(after=3, keys="1", talks=60)
    choose(floor.house.exchange, "an", Status.READY)
    floor.pass_time(90)


def asks_from_a_withheld_number(floor: Floor) -> None:
    choose(floor.house.exchange, "an", Status.ON_BREAK, "coffee")
    call = floor.ring("anonymous").press("1")
    floor.pass_time(5)
    call.press_now("2")
    floor.pass_time(2)
    call.press(AT_HOME)
    floor.pass_time(5)


def writes(floor: Floor) -> None:
    exchange = floor.house.exchange
    with exchange.ledger.transaction() as tx:
        callers.remember(tx, LAN, "en", exchange.now())
        last = surveys.last_call(tx, LAN) or ""
        asked = Answer(last, "after.comment", Question.COMMENT, exchange.now(), Means.SMS, caller=LAN)
        surveys.asked(tx, asked)
    text_received(exchange, TextReceived("SM1", LAN, NUMBER, f"the boat leaks, call {AT_HOME}"))
    text_received(exchange, TextReceived("SM2", LAN, NUMBER, "STOP"))


def others_write_of_her(floor: Floor) -> None:
    """What stands in rows that are not hers: a text of Mai's, an event of the hotline, an answered errand."""
    exchange = floor.house.exchange
    text_received(exchange, TextReceived("SM3", MAI, NUMBER, f"my sister is {LAN} too"))
    with exchange.ledger.transaction() as tx:
        mine = surveys.last_call(tx, MAI)
        events.note(tx, mine, exchange.now(), "errand_failed", kind="message", cause=f"{LAN} is no number")
        errand = errands.wish(tx, "lookup", mine, {}, exchange.now() + 900_000, exchange.now())
        errands.done(tx, errand, {"phones": [LAN, 84901234567]}, exchange.now())


def bytes_of(floor: Floor) -> Iterator[tuple[str, bytes]]:
    """All that lies on the disk, and, where the database is a server's, all its rows as text."""
    exchange = floor.house.exchange
    file = exchange.ledger.file
    for path in sorted(floor.house.folder.rglob("*")):
        if path.is_file() and "menus" not in path.parts:
            yield path.name, path.read_bytes()
    if file is None:
        with exchange.ledger.reading(60) as tx:
            for table in LEDGER.sorted_tables:
                for row in tx.rows(f'SELECT * FROM "{table.name}"', {}):
                    told = [
                        bytes(cell).decode("latin-1") if isinstance(cell, bytes) else cell for cell in row
                    ]
                    yield table.name, json.dumps(told, ensure_ascii=False).encode()
