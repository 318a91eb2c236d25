"""A town of one hotline and one telephone: calls take no time to make, and yet have taken their time."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from flask.testing import FlaskClient

from ivr.box.phone_line import Phone, PhoneCall
from ivr.ledger import errands, recordings
from ivr.outside.sounds import keep
from tests.service import LAN, MONDAY_MORNING, NUMBER, House

MENUS = """
hotline: Sao Mai
zone: Asia/Ho_Chi_Minh
numbers: {"+842873001234": welcome}
languages:
  vi: {voice: Google.vi-VN-Wavenet-A}
  en: {voice: Polly.Joanna-Neural}
mailboxes: {office: {max: 60s, silence: 3s}}
defaults:
  silence: {after: 5s, tries: 3, then: goodbye}
  wrong: {tries: 3, then: goodbye}
allowed: ["+84*"]
lookups: {hosts: [crm.example]}
steps:
  welcome:
    say: {vi: Xin chào., en: Welcome.}
    choose_language: {1: vi, 2: en}
    then: main
  main:
    say: {vi: Quý khách cần gì ạ?, en: How can we help?}
    again: {vi: Gì nữa ạ?, en: Anything else?}
    keys:
      1: order
      2: message
      3: colleague
      4: address
      5: account
      7: {name: quiet, say: {vi: Không có gì., en: Nothing.}, then: repeat}
      9: repeat
    silence: {say: {vi: Tôi chưa nghe., en: I heard nothing.}, tries: 3, then: goodbye}
    wrong: {say: {vi: Không có phím này., en: There is no such key.}, tries: 3, then: goodbye}
  order:
    label: {vi: hỏi đơn hàng, en: your order}
    say: {vi: Mã đơn?, en: Which order?}
    ask: {as: order, digits: 4, end: none, confirm: true}
    then: status
    otherwise: main
  status:
    lookup: {get: "https://crm.example/orders/{order}", timeout: 2s}
    then: told
    otherwise: unknown
  told:
    say: {vi: "Đơn {order:digits}: {state}.", en: "Order {order:digits} is {state}."}
    then: main
  unknown:
    say: {vi: Chưa biết., en: We do not know.}
    then: main
  message:
    label: {vi: để lại lời nhắn, en: voicemail}
    say: {vi: Xin nói sau tiếng bíp., en: Speak after the tone.}
    voicemail: office
    then: thanks
    otherwise: goodbye
  thanks:
    say: {vi: Cảm ơn., en: Thank you.}
    then: hang_up
  colleague:
    label: {vi: gặp đồng nghiệp, en: a colleague}
    say: {vi: Xin chờ., en: One moment.}
    dial: {to: "+84281112222", ring: 20s}
    then: thanks
    otherwise: message
  address:
    label: {vi: nhận địa chỉ, en: our address}
    say: {vi: Chúng tôi nhắn địa chỉ., en: We text you the address.}
    sms: {text: {vi: Quận 1., en: District 1.}}
    then: main
    otherwise: unknown
  account:
    label: {vi: hỏi tài khoản, en: your account}
    say: {vi: Mã PIN?, en: Your PIN?}
    ask: {as: pin, digits: 6, end: none, secret: true}
    then: unknown
  goodbye:
    then: hang_up
"""


@dataclass
class Town:
    """The hotline, a telephone, and a browser (`pages`) of somebody at the hotline's own machine."""

    house: House
    phone: Phone
    pages: FlaskClient

    def dial(self, from_: str = LAN) -> PhoneCall:
        return self.phone.dial(NUMBER, from_)

    def page(self, path: str, language: str = "en") -> str:
        """A page as its reader sees it, without the markup's own spaces."""
        answer = self.pages.get(path, headers={"Accept-Language": language, "Accept": "text/html"})
        assert answer.status_code == 200, answer.text
        return " ".join(answer.text.split())

    def fetch_recordings(self, sound: bytes) -> None:
        """Every recording that was left has arrived from the carrier."""
        house = self.house
        for recording_id, *_ in house.rows("SELECT id FROM recording WHERE state <> 'kept'"):
            name = keep(house.folder / "messages", recording_id, sound)
            with house.exchange.ledger.transaction() as tx:
                recordings.kept(tx, recording_id, name)

    def crm_says(self, **found: str) -> None:
        """From now on the other system answers each look-up within half a second."""

        def answer() -> None:
            now = self.phone.clock.now_ms()
            for (errand,) in self.house.rows(
                "SELECT id FROM errand WHERE kind = 'lookup' AND state = 'waiting'"
            ):
                with self.house.exchange.ledger.transaction() as tx:
                    errands.done(tx, errand, found, now)

        self.phone.every(0.5, answer)


def town(folder: Path, menus: str | Path = MENUS, **settings: Any) -> Town:
    """Opens a town in which it is Monday morning. The time is the telephone's."""
    house = House(folder).open(menus, **{"boxed": True, **settings})
    clock = [lambda: MONDAY_MORNING]
    house.exchange = replace(house.exchange, now=lambda: clock[0]())
    house.enter()
    phone = house.phone(start=MONDAY_MORNING / 1000)
    clock[0] = phone.clock.now_ms
    return Town(house, phone, house.app.test_client())
