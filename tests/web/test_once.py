"""Law 3: what a caller did is applied once, however often and from wherever the carrier asks."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ivr.box import Mischief
from tests.service import LAN, NUMBER, Answer, Carrier, House, Server

TIMES = 8


def at_once(carrier: Carrier, ask: Callable[[Carrier], Answer]) -> list[Answer]:
    """The same request so many times at the same moment, each on a connection of its own."""
    ready = Barrier(TIMES)

    def one(_: int) -> Answer:
        ready.wait(10)
        return ask(carrier)

    with ThreadPoolExecutor(TIMES) as pool:
        return list(pool.map(one, range(TIMES)))


def are_one(answers: Sequence[Answer]) -> Answer:
    """All of them are the same document, byte for byte."""
    assert {(answer.status, answer.body) for answer in answers} == {(200, answers[0].body)}
    return answers[0]


def test_an_arrival_told_many_times_at_once_is_one_call(server: Server) -> None:
    for number in range(5):
        are_one(at_once(server.carrier, lambda carrier, n=number: carrier.call(f"CAonce{n}")))  # type: ignore[misc]
    rows = server.rows("SELECT call, hop FROM answer WHERE call LIKE 'CAonce%' ORDER BY call")
    assert rows == [(f"CAonce{number}", 0) for number in range(5)]
    assert server.rows.one("SELECT COUNT(*) FROM call WHERE id LIKE 'CAonce%' AND hop = 1") == 5


def test_a_key_told_many_times_at_once_is_one_key(server: Server) -> None:
    answer = server.carrier.call("CAkey", "anonymous")
    for digits in ("2", "9", None, "2"):
        before = answer
        answer = are_one(at_once(server.carrier, lambda it, a=before, d=digits: it.press(a, "CAkey", d)))  # type: ignore[misc]
        assert answer.body != before.body
    assert server.rows.passes("CAkey") == [
        ("welcome", "2", "key"),
        ("main", "9", "key"),
        ("main", "- 2", "key"),
    ]
    assert server.rows.one("SELECT inputs FROM call WHERE id = 'CAkey'") == 4


def test_a_call_nobody_knows_that_comes_back_many_times_at_once_is_one_call(server: Server) -> None:
    """The rows were lost (or never written), and the carrier asks at a place deep in the menus."""
    lost = "/voice/at/1/main/keys.0.0/7"
    answer = are_one(
        at_once(server.carrier, lambda carrier: carrier.post(lost, CallSid="CAlost", Digits="2"))
    )
    assert answer.verbs == ["Say", "Record", "Redirect"]
    assert server.rows("SELECT hop, step FROM call WHERE id = 'CAlost'") == [(8, "message")]
    assert server.rows.passes("CAlost") == [("main", "2", "key")]


def test_different_keys_at_once_on_one_document_are_the_first_of_them(server: Server) -> None:
    first = server.carrier.call("CAdiffer", "anonymous")
    ready = Barrier(2)

    def press(digits: str) -> Answer:
        ready.wait(10)
        return server.carrier.press(first, "CAdiffer", digits)

    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(press, ("1", "2")))
    are_one(answers)
    ((language,),) = server.rows("SELECT language FROM call WHERE id = 'CAdiffer'")
    assert server.rows.passes("CAdiffer") == [("welcome", {"vi": "1", "en": "2"}[language], "key")]


def test_another_key_on_a_used_document_gets_what_the_first_one_got(house: House) -> None:
    first = house.carrier.call("CA1")
    second = house.carrier.press(first, "CA1", "2")
    assert house.carrier.press(first, "CA1", "1").body == second.body
    assert house.carrier.press(first, "CA1").body == second.body
    assert house.rows.passes("CA1") == [("welcome", "2", "key")]


def test_a_late_repeat_of_any_older_document_is_what_it_was_answered_with(house: House) -> None:
    asked = [house.carrier.call("CA1")]
    for digits in ("2", "9", None, "9", "7"):
        asked.append(house.carrier.press(asked[-1], "CA1", digits))
    counts = house.rows.counts()
    for number, one in enumerate(asked[:-1]):
        for digits in ("1", "", "*"):
            assert house.carrier.press(one, "CA1", digits).body == asked[number + 1].body
    assert house.rows.counts() == counts


def test_who_comes_back_to_the_door_hears_the_last_words_again(house: House) -> None:
    first = house.carrier.call("CA1")
    assert house.carrier.call("CA1", caller="+84900000000").body == first.body
    second = house.carrier.press(first, "CA1", "2")
    assert house.carrier.call("CA1", ErrorCode="11200").body == second.body
    assert house.rows("SELECT caller, hop FROM call") == [(LAN, 2)]


def test_a_second_visit_to_the_same_menu_is_no_repeat(house: House) -> None:
    """The address differs only in its hop; the key is the same, and it counts."""
    first = house.carrier.press(house.carrier.call("CA1"), "CA1", "2")
    second = house.carrier.press(first, "CA1", "9")
    third = house.carrier.press(second, "CA1", "9")
    assert len({first.leads, second.leads, third.leads}) == 3
    assert second.said == third.said
    assert house.rows.passes("CA1") == [("welcome", "2", "key"), ("main", "9", "key"), ("main", "9", "key")]


def test_each_pass_is_written_once_though_every_request_comes_five_times(house: House) -> None:
    answer = house.carrier.call("CA1")
    for digits in ("2", "9", "4", "2"):
        before, answers = answer, []
        for _ in range(5):
            answers.append(house.carrier.press(before, "CA1", digits))
        answer = are_one(answers)
    for _ in range(5):
        recorded = house.carrier.press(answer, "CA1", RecordingSid="RE1", RecordingDuration=7)
    assert recorded.verbs == ["Say", "Hangup"]
    assert house.rows.passes("CA1") == [
        ("welcome", "2", "key"),
        ("main", "9", "key"),
        ("main", "4", "key"),
        ("address", "", "went_on"),
        ("main", "2", "key"),
        ("message", "", "message"),
        ("thanks", "", "went_on"),
    ]
    assert house.rows("SELECT kind, COUNT(*) FROM errand GROUP BY kind ORDER BY kind") == [
        ("fetch_recording", 1),
        ("message", 1),
    ]
    assert house.rows.one("SELECT COUNT(*) FROM message") == 1


def test_a_call_that_meets_another_worker_at_every_document_is_one_call(house: House) -> None:
    workers = [House(house.folder, house.now) for _ in range(3)]
    for worker in workers:
        worker.open(house.folder / "menus")
    first = workers[0].carrier.call("CA1")
    second = workers[1].carrier.press(first, "CA1", "2")
    third = workers[2].carrier.press(second, "CA1", "9")
    assert workers[0].carrier.press(second, "CA1", "2").body == third.body
    assert workers[1].carrier.press(third, "CA1", "2").verbs == ["Say", "Record", "Redirect"]
    assert house.rows.passes("CA1") == [("welcome", "2", "key"), ("main", "9", "key"), ("main", "2", "key")]
    for worker in workers:
        worker.exchange.ledger.close()


PRANKS = Mischief(doubled=1, twice=0.5, late=0.7, backwards=True)


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    keys=st.lists(st.sampled_from(["1", "2", "3", "9", "7", "1234", None]), max_size=7),
    seed=st.integers(0, 99),
)
def test_any_call_of_which_everything_is_told_twice_is_the_same_call(
    house: House, keys: list[str | None], seed: int
) -> None:
    told: list[tuple[list[str], list[tuple[str, str, str]]]] = []
    for mischief in (Mischief(seed=seed), PRANKS):
        phone = house.phone(mischief=mischief)
        call = phone.dial(NUMBER, "")
        for key in keys:
            call = call.press(key) if key else call.wait()
        call.hang_up()
        phone.pass_time(60)
        assert phone.faults == []
        told.append((call.heard, house.rows.passes(call.sid)))
    assert told[0] == told[1]
