"""Two hotlines compared, in an admin's words; and the same hotline differs from itself in nothing."""

from dataclasses import replace
from datetime import time

from ivr.core.alerts import Alert, Measure
from ivr.core.configuration import facts
from ivr.core.differences import differences, in_words, line
from ivr.core.facts import Phrase
from ivr.core.hours import Days, Hours
from ivr.core.keeping import Keeping
from ivr.core.line.recording import Recording
from ivr.core.line.rules import (
    AtClosing,
    Goal,
    Overflow,
    Rules,
    Skill,
    Speaks,
    Strategy,
    Tongue,
)
from ivr.core.menus import (
    CALL_BACK,
    Ask,
    Dial,
    Enqueue,
    Hotline,
    Limits,
    Mailbox,
    Menu,
    Option,
    Queue,
    Sound,
    Step,
    Voicemail,
)
from ivr.core.webhooks import Event, Webhook
from tests.core.hotlines import Caller, ask, does, holes, hotline, menu, patience, said, say

NAMES = {"vi": "Vietnamese", "en": "English"}


def lines(old: Hotline, new: Hotline) -> list[str]:
    return [line(each, lambda language: NAMES[language]) for each in differences(old, new)]


def option(key: str, leads: str, english: str, vietnamese: str = "…") -> Option:
    return Option(key, key, leads, f"main.{leads}", said(english, vietnamese))


def shop(*options: Option) -> Step:
    return Step("main", say=said("How can we help?"), thing=Menu(options, patience(), patience(), 6, 2))


SALES = option("1", "sales", "sales")
OLD = hotline(shop(SALES, Option("9", "9", "repeat", "main.9")), say("sales"), say("repair"))


def test_nothing_is_said_where_nothing_differs() -> None:
    assert lines(OLD, OLD) == []


def test_a_key_is_told_with_its_words_and_where_it_leads_in_each_language() -> None:
    repair = option("1", "repair", "repairs", "sửa chữa")
    new = hotline(shop(repair, Option("9", "9", "repeat", "main.9")), say("sales"), say("repair"))
    assert lines(OLD, new) == [
        "main, pressing 1 (Vietnamese): was “Bấm phím 1 để ….”, leads to sales"
        " → now “Bấm phím 1 để sửa chữa.”, leads to repair",
        "main, pressing 1 (English): was “For sales, press 1.”, leads to sales"
        " → now “For repairs, press 1.”, leads to repair",
    ]


def test_a_key_more_and_a_key_less() -> None:
    new = hotline(shop(SALES, option("2", "repair", "repairs", "sửa")), say("sales"), say("repair"))
    english = [told for told in lines(OLD, new) if "English" in told]
    assert english == [
        "main, pressing 2 (English): new, “For repairs, press 2.”, leads to repair",
        "main, pressing 9 (English): gone, was “To hear this again, press 9.”, leads to repeat",
    ]


def test_words_are_told_in_the_language_they_are_in() -> None:
    new = replace(OLD, steps={**OLD.steps, "sales": Step("sales", say=said("Welcome."))})
    assert lines(OLD, new) == ["sales, says (English): was “sales” → now “Welcome.”"]


def test_a_recording_that_says_the_same_is_another_recording() -> None:
    with_it = replace(OLD, sounds={("en", "sales"): Sound("0123456789", "audio/wav", 1)})
    other = replace(OLD, sounds={("en", "sales"): Sound("9876543210", "audio/wav", 1)})
    assert lines(OLD, with_it) == ["sales, says (English): was “sales” → now “sales”, recording 012345"]
    assert lines(with_it, other) == [
        "sales, says (English): was “sales”, recording 012345 → now “sales”, recording 987654"
    ]


def test_of_a_step_that_is_gone_no_more_is_told_and_of_a_new_one_all() -> None:
    less = replace(OLD, steps={name: OLD.steps[name] for name in ("main", "sales")})
    assert lines(OLD, less) == ["repair: gone"]
    assert lines(less, OLD) == [
        "repair: new",
        "repair, then: new, leads to hang_up",
        "repair, says (Vietnamese): new, “...”",
        "repair, says (English): new, “repair”",
    ]


def test_what_is_done_and_where_it_leads() -> None:
    old = hotline(
        does("call", Dial((holes("+8411"),), 20), "bye", busy="word"),
        does("word", Voicemail("office"), "bye"),
        say("bye"),
    )
    new = hotline(
        does("call", Dial((holes("+8411"), holes("+8422")), 25, press=False), "bye", busy="bye"),
        does("word", Voicemail("care"), "bye"),
        say("bye"),
    )
    assert lines(old, new) == [
        "call, when busy: was leads to word → now leads to bye",
        "call, rings: was +8411, 20 s, taken by pressing 1 → now +8411, +8422, 25 s, taken by picking up",
        "word, takes a message for: was office → now care",
    ]


def test_a_number_asked_for() -> None:
    old = hotline(ask("order", "order"))
    new = hotline(ask("order", "order", fewest=8, most=8, end=None, secret=True, smallest=1, largest=31))
    told = lines(old, new)
    assert told == [
        "order, asks for: was digits: 6 to 10, kept as order, ended by #"
        " → now digits: 8 to 8, kept as order, from 1 to 31, secret"
    ]
    assert isinstance(new.steps["order"].thing, Ask)


def test_silence_and_wrong_keys() -> None:
    old, new = menu("main", {}), menu("main", {}, silence=patience(2, "bye"), wrong=patience(4))
    assert lines(hotline(old, say("bye")), hotline(new, say("bye"))) == [
        "main, when silent: was 6 s, tries: 3, leads to hang_up → now 6 s, tries: 2, leads to bye",
        "main, when wrong: was tries: 3, leads to hang_up → now tries: 4, leads to hang_up",
    ]


def test_what_stands_around_the_steps() -> None:
    week = {0: ((time(8), time(12)),)}
    old = replace(
        OLD,
        hours={"office": Hours(week)},
        queues={"care": Queue("care", rules=Rules(ring=20))},
        mailboxes={"office": Mailbox("office")},
        blocked=("+84666*",),
    )
    new = replace(
        OLD,
        numbers={**OLD.numbers, "+8499": "sales"},
        hours={
            "office": Hours({0: ((time(8), time(11, 30)),)}, closed=(Days((None, 12, 24), (None, 12, 25)),))
        },
        queues={"care": Queue("care", rules=Rules(ring=30))},
        mailboxes={"office": Mailbox("office", mail="care@example.com")},
        blocked=("+84667*",),
        allowed=(),
        limits=Limits(50, "sales", 3),
    )
    assert lines(old, new) == [
        "number +8499: new, leads to sales",
        "hours office, Mondays: was 08:00–12:00 → now 08:00–11:30",
        "hours office, 12-24..12-25: new, closed",
        "queue care, an agent is rung for: was 20 s → now 30 s",
        "mailbox office: was at most 120 s, ended by 3 s of silence, ended by #"
        " → now mailed to care@example.com, at most 120 s, ended by 3 s of silence, ended by #",
        "limits: was keys: 100, leads to hang_up → now keys: 50, leads to sales, calls: 3 per 3600 s",
        "caller +84667*: new, turned away",
        "caller +84666*: gone, was turned away",
        "destination +84*: gone, was allowed",
    ]


def test_how_a_queue_is_served() -> None:
    old = replace(OLD, queues={"care": Queue("care", rules=Rules(dispositions=("sold",)))})
    rules = Rules(
        strategy=Strategy.RING_ALL,
        skills=(Skill("care"), Skill("tax", 5, ((30, 3), (120, 0)))),
        tongue=Tongue(Speaks.PREFERRED, 120),
        weight=1,
        priority=2,
        head_start=90,
        ring=25,
        wrap_up=0,
        misses=0,
        max_wait=600,
        room=50,
        overflow=(Overflow(180, "sales"), Overflow(360, "office")),
        hours="office",
        at_closing=AtClosing.CALLBACK,
        goal=Goal(0.8, 20),
        callback=True,
        announce=0,
        dispositions=("sold", "complaint"),
        must_dispose=True,
        record=Recording.YES,
    )
    assert lines(old, replace(OLD, queues={"care": Queue("care", rules=rules)})) == [
        "queue care, callers are offered to: was the agent who has been free longest"
        " → now all agents at once",
        "queue care, agents must know: new, care at level 1, tax at level 5, level 3 after 30 s,"
        " level 0 after 120 s",
        "queue care, the caller’s language: was agents must speak it → now agents must speak it for 120 s",
        "queue care, helped out by: new, sales after 180 s, office after 360 s",
        "queue care, head start: was steps ahead: 0, each step: 60 s → now steps ahead: 2, each step: 90 s",
        "queue care, weight: was 0 → now 1",
        "queue care, an agent is rung for: was 20 s → now 25 s",
        "queue care, wrap-up: was 30 s → now 0 s",
        "queue care, a break after missed offers: was 3 → now never",
        "queue care, longest wait: new, 600 s",
        "queue care, room for: new, callers: 50",
        "queue care, hours: new, office, who waits at closing is called back",
        "queue care, promises: new, 80% in 20 s",
        "queue care, callers are told their place: was every 60 s → now never",
        "queue care, callers may be called back: new, yes",
        "queue care, dispositions: was sold, may be chosen → now sold, complaint, must be chosen",
        "queue care, conversations: new, recorded",
    ]


def test_what_callers_can_press_and_hear_while_they_wait() -> None:
    old = hotline(does("care", Enqueue("care"), "bye", words=False), say("bye"))
    options = (
        Option("1", "1", "bye", "care.bye", said("goodbye", "chào")),
        Option("2", "2", CALL_BACK, "care.call_back"),
    )
    wait = does("care", Enqueue("care", options, 3, "waiting"), words=False)
    new = replace(hotline(wait, say("bye")), sounds={("en", "waiting"): Sound("0123456789", "audio/wav", 9)})
    assert lines(old, new) == [
        "care, then: was leads to bye → now leads to hang_up",
        "care, waits in queue: was care → now care, steps ahead: 3",
        "care, pressing 1 (Vietnamese): new, “Bấm phím 1 để chào.”, leads to bye",
        "care, pressing 2 (Vietnamese): new, “Bấm phím 2 để được gọi lại khi đến lượt.”, leads to call_back",
        "care, music while waiting (Vietnamese): new, waiting",
        "care, pressing 1 (English): new, “For goodbye, press 1.”, leads to bye",
        "care, pressing 2 (English): new, “To be called back when it is your turn, press 2.”,"
        " leads to call_back",
        "care, music while waiting (English): new, waiting, recording 012345",
    ]


def test_a_page_can_say_it_in_its_own_language() -> None:
    new = replace(OLD, numbers={"+842873001234": "sales"})
    (one,) = differences(OLD, new)
    words = {"number %(number)s": "số %(number)s", "leads to %(step)s": "đến %(step)s"}

    def say_it(phrase: Phrase) -> str:
        return words[phrase.text] % dict(phrase.holes)

    assert in_words(one, say_it) == ("số +842873001234", "đến main", "đến sales")


def test_hotlines_with_the_same_facts_are_the_same_to_a_caller() -> None:
    caller = Caller(OLD).dials()
    assert facts(OLD) == facts(caller.hotline)


def test_alerts_events_and_keeping_are_told() -> None:
    alert = Alert("long", Measure.LONGEST_WAIT, 180.0, ("sales",), mail=("boss@example.com",))
    low = Alert("low", Measure.SERVICE_LEVEL, 0.8, over=3600.0, calls=5)
    webhook = Webhook("https://crm.example/hotline", frozenset({Event.CALL_ENDED}))
    new = replace(OLD, alerts=(alert, low), webhook=webhook, keep=Keeping(recordings=90))
    assert lines(OLD, new) == [
        "alert long: new, when somebody has waited 180 s",
        "alert long, queues: new, sales",
        "alert long, boss@example.com: new, is told",
        "alert low: new, when the service level is below 80%, looking back 3600 s, of at least 5 callers",
        "another system: new, told at https://crm.example/hotline, call_ended",
        "recordings: new, kept for 90 days",
    ]
