"""Alerts, events and keeping, as an admin writes them, and every mistake one can make."""

import pytest

from ivr.core.alerts import Alert, Measure
from ivr.core.keeping import Keeping
from ivr.core.webhooks import Event, Webhook
from ivr.language import Checked, read_files

BASE = """
hotline: Shop
zone: UTC
numbers: {"+842873001234": main}
languages: {en: {}}
hours: {office: {always: yes}}
queues: {sales: {label: sales, no_agents: bye}}
steps:
  main: {say: Welcome., keys: {1: sales}, silence: {tries: 1, then: bye}, wrong: {tries: 1, then: bye}}
  bye: {say: Goodbye., then: hang_up}
"""


def read(words: str) -> Checked:
    return read_files({"base.yaml": BASE, "more.yaml": words})


def test_an_alert_in_full() -> None:
    found = read(
        """
alerts:
  low:
    {service_level: 80%, queues: sales, hours: office, over: 1h, calls: 5, mail: [a@b.example, c@d.example]}
  long: {longest_wait: 3m, sms: "+84901234567"}
"""
    )
    assert found.mistakes == ()
    assert found.hotline
    assert found.hotline.alerts == (
        Alert(
            "low",
            Measure.SERVICE_LEVEL,
            0.8,
            ("sales",),
            "office",
            3600.0,
            5,
            mail=("a@b.example", "c@d.example"),
        ),
        Alert("long", Measure.LONGEST_WAIT, 180.0, sms=("+84901234567",)),
    )


def test_events_are_all_unless_some_are_named() -> None:
    found = read("events: {url: https://crm.example/hook}").hotline
    assert found
    assert found.webhook == Webhook("https://crm.example/hook", frozenset(Event))
    found = read("events: {url: https://crm.example/hook, kinds: alert}").hotline
    assert found
    assert found.webhook == Webhook("https://crm.example/hook", frozenset({Event.ALERT}))


def test_what_is_not_named_is_kept_for_ever() -> None:
    found = read("keep: {recordings: 90d}").hotline
    assert found
    assert found.keep == Keeping(recordings=90, details=None)


MISTAKES = {
    "alerts: {a: {mail: a@b.example}}": "alert 'a' watches nothing; write one of service_level, longest_wait,"
    " nobody_signed_in, abandon_rate, missed_offers, faults or old_messages",
    "alerts: {a: {faults: 2, missed_offers: 2}}": "alert 'a' watches missed_offers and faults; write one of"
    " service_level, longest_wait, nobody_signed_in, abandon_rate, missed_offers, faults or old_messages",
    "alerts: {a: {faults: 2, queues: sales}}": "'queues' means nothing to 'faults'; delete it, or write"
    " another measure",
    "alerts: {a: {longest_wait: 3m, over: 1h}}": "'over' means nothing to 'longest_wait'; delete it, or write"
    " another measure",
    "alerts: {a: {missed_offers: 3, calls: 9}}": "'calls' means nothing to 'missed_offers'; delete it, or"
    " write another measure",
    "alerts: {a: {abandon_rate: 5%, over: 1m}}": "'1m' is too short; 15m to 24h are possible here",
    "alerts: {a: {longest_wait: 3m, queues: [sale]}}": "unknown queue 'sale'; did you mean 'sales'?",
    "alerts: {a: {longest_wait: 3m, hours: offices}}": "unknown hours 'offices'; did you mean 'office'?",
    "alerts: {a: {longest_wait: 3m, mail: boss}}": "'boss' is not a mail address; write it like"
    " care@example.com",
    "alerts: {a: {longest_wait: 3m, sms: 'sip:a@b.example'}}": "'sip:a@b.example' is not a phone number;"
    " write it with + and the country: +842873001234",
    "alerts: {a: {longest_wait: 3m, sms: '+4915112345678'}}": "'+4915112345678' may not be rung; add it to"
    " 'allowed' if it should",
    "events: {kinds: alert}": "'url' is missing; add it",
    "events: {url: crm.example}": "'crm.example' is not an address; write it like https://crm.example/hotline",
    "events: {url: 'https://u:p@crm.example/'}": "'https://u:p@crm.example/' is not an address; write it like"
    " https://crm.example/hotline",
    "events: {url: https://crm.example, kinds: [call_end]}": "unknown event 'call_end'; did you mean"
    " 'call_ended'?",
    "keep: {recordings: 90}": "'90' is not a number of days; write 1d to 3660d",
    "keep: {details: 0d}": "'0d' is not a number of days; write 1d to 3660d",
}


@pytest.mark.parametrize(("words", "mistake"), MISTAKES.items(), ids=MISTAKES)
def test_a_mistake_is_said_with_what_to_do(words: str, mistake: str) -> None:
    (found,) = read(words).mistakes
    assert str(found).partition(": ")[2] == mistake
