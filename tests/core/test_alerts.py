"""When an incident begins and ends: once, by its limit, in its hours."""

from dataclasses import replace

import pytest

from ivr.core.alerts import (
    CALM_MS,
    NOTHING,
    WORDS,
    Alert,
    Decision,
    Incident,
    Look,
    Measure,
    Over,
    Reading,
    decide,
    in_words,
    past,
)

MINUTE = 60_000
NOW = 100 * MINUTE
LONG = Alert("long", Measure.LONGEST_WAIT, 180.0, queues=("sales",))
OPEN = Incident("1", "long", Measure.LONGEST_WAIT, 180.0, ("sales",), NOW, 200.0, 200.0)


def look(value: float | None, *, asleep: bool = False, alert: Alert = LONG) -> Look:
    reading = NOTHING if value is None else Reading(value)
    return Look([alert], {alert.name: reading}, frozenset({alert.name} if asleep else ()))


@pytest.mark.parametrize(("value", "begins"), [(None, False), (179.9, False), (180.0, True), (500.0, True)])
def test_an_incident_begins_at_the_limit(value: float | None, begins: bool) -> None:
    opened = ((LONG, value),) if begins and value is not None else ()
    assert decide([], look(value), NOW) == Decision(opened=opened)


def test_one_that_goes_on_is_not_begun_again_and_remembers_its_worst() -> None:
    worse = replace(OPEN, worst=300.0)
    assert decide([OPEN], look(300.0), NOW + MINUTE) == Decision(changed=(worse,))
    assert decide([worse], look(250.0), NOW + MINUTE) == Decision()


def test_it_ends_when_all_has_been_well_for_a_while() -> None:
    well = replace(OPEN, well_since=NOW + MINUTE)
    assert decide([OPEN], look(0.0), NOW + MINUTE) == Decision(changed=(well,))
    assert decide([well], look(None), NOW + MINUTE + CALM_MS - 1) == Decision()
    end = NOW + MINUTE + CALM_MS
    over = replace(well, ended_at=end, over=Over.WELL)
    assert decide([well], look(None), end) == Decision(ended=(over,))


def test_one_that_comes_back_meanwhile_is_still_the_same() -> None:
    well = replace(OPEN, well_since=NOW + MINUTE)
    assert decide([well], look(190.0), NOW + MINUTE + CALM_MS) == Decision(changed=(OPEN,))


def test_outside_its_hours_nothing_begins_and_what_goes_on_ends() -> None:
    assert decide([], look(500.0, asleep=True), NOW) == Decision()
    over = replace(OPEN, ended_at=NOW, over=Over.QUIET)
    assert decide([OPEN], look(500.0, asleep=True), NOW) == Decision(ended=(over,))


def test_one_that_nobody_watches_any_more_ends() -> None:
    over = replace(OPEN, ended_at=NOW, over=Over.UNWATCHED)
    assert decide([OPEN], Look([], {}), NOW) == Decision(ended=(over,))
    higher = replace(LONG, limit=600.0)
    assert decide([OPEN], look(500.0, alert=higher), NOW) == Decision(ended=(over,))


@pytest.mark.parametrize(
    ("seen", "after"),
    [
        (look(300.0), Decision(changed=(replace(OPEN, worst=310.0),))),
        (look(400.0), Decision(changed=(replace(OPEN, worst=400.0),))),
        (look(None), Decision(changed=(replace(OPEN, worst=310.0, well_since=NOW + 1),))),
        (
            look(300.0, asleep=True),
            Decision(ended=(replace(OPEN, worst=310.0, ended_at=NOW + 1, over=Over.QUIET),)),
        ),
        (Look([], {}), Decision(ended=(replace(OPEN, worst=310.0, ended_at=NOW + 1, over=Over.UNWATCHED),))),
    ],
    ids=["goes on", "gets worse", "is well", "is quiet", "is watched no more"],
)
def test_what_happened_between_two_looks_counts_as_its_worst_and_opens_nothing(
    seen: Look, after: Decision
) -> None:
    assert decide([OPEN], replace(seen, since={OPEN.id: 310.0}), NOW + 1) == after
    assert decide([], replace(look(0.0), since={OPEN.id: 310.0}), NOW + 1) == Decision()


LOW = Alert("low", Measure.SERVICE_LEVEL, 0.8)


@pytest.mark.parametrize(
    ("reading", "found"),
    [
        (Reading(0.79, 10), 0.79),
        (Reading(0.8, 10), None),
        (Reading(0.1, 9), None),
        (Reading(None, 0), None),
    ],
    ids=["below", "at the limit", "of too few callers", "of none"],
)
def test_a_service_level_is_past_its_limit_below_it(reading: Reading, found: float | None) -> None:
    assert past(LOW, reading) == found


def test_the_worst_service_level_is_the_lowest() -> None:
    low = Incident("2", "low", Measure.SERVICE_LEVEL, 0.8, (), NOW, 0.7, 0.7)
    seen = Look([LOW], {"low": Reading(0.6, 20)})
    assert decide([low], seen, NOW + 1) == Decision(changed=(replace(low, worst=0.6),))


SENTENCES = {
    OPEN: "long: longest wait 3:20 in sales (limit 3:00)",
    replace(OPEN, ended_at=NOW + 90_000): "over after 1:30: long: longest wait 3:20 in sales (limit 3:00)",
    Incident("3", "low", Measure.SERVICE_LEVEL, 0.8, (), NOW, 0.7, 0.62): (
        "low: service level 62 % (limit 80 %)"
    ),
    Incident("4", "f", Measure.FAULTS, 3, (), NOW, 3, 4): "f: failed errands: 4 (limit 3)",
    Incident("5", "m", Measure.OLD_MESSAGES, 7200, (), NOW, 7260, 7260): (
        "m: oldest message waiting for 2:01:00 (limit 2:00:00)"
    ),
}


@pytest.mark.parametrize(("incident", "words"), SENTENCES.items(), ids=SENTENCES.values())
def test_an_incident_in_one_line(incident: Incident, words: str) -> None:
    assert in_words(incident) == words


IN_OTHERS = {
    ("vi-VN", OPEN): "long: thời gian chờ lâu nhất 3:20, sales (giới hạn 3:00)",
    ("es-ES", OPEN): "long: espera más larga 3:20 en sales (límite 3:00)",
    ("ko-KR", OPEN): "long: longest wait 3:20 in sales (limit 3:00)",
    ("vi-VN", replace(OPEN, ended_at=NOW + 90_000)): (
        "đã hết sau 1:30: long: thời gian chờ lâu nhất 3:20, sales (giới hạn 3:00)"
    ),
    ("es-ES", replace(OPEN, ended_at=NOW + 90_000)): (
        "terminó tras 1:30: long: espera más larga 3:20 en sales (límite 3:00)"
    ),
}


@pytest.mark.parametrize(("of", "words"), IN_OTHERS.items(), ids=IN_OTHERS.values())
def test_it_is_told_in_the_language_of_the_hotline(of: tuple[str, Incident], words: str) -> None:
    language, incident = of
    assert in_words(incident, language) == words


@pytest.mark.parametrize("language", WORDS)
def test_every_measure_has_words_in_every_language(language: str) -> None:
    assert set(WORDS[language].measured) == set(Measure)
    assert all("%(value)s" in words for words in WORDS[language].measured.values())
