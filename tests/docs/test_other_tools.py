"""The pages of alerts and of other tools name what there is, and the code they show runs."""

import time
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from ivr.core import webhooks
from ivr.core.alerts import CALLS, OVER, Measure
from ivr.core.webhooks import Event
from ivr.switchboard import asterisk, measuring
from tests.docs.pages import DOCS, blocks_of, rows, section, words
from tests.service import House, Rows

PAGE = DOCS / "other-tools.md"
MENUS = """
hotline: Shop
zone: UTC
numbers: {"+842873001234": bye}
languages: {en: {}}
steps:
  bye: {say: Goodbye., then: hang_up}
"""


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path).open(MENUS)


def test_every_event_is_told() -> None:
    told = [words(row[0])[0] for row in rows(section(PAGE, "Events"))]
    assert told == list(Event)


def test_every_measure_is_told() -> None:
    told = [words(row[0])[0] for row in rows(section(DOCS / "alerts.md", "What is watched"))]
    assert told == list(Measure)


def test_what_an_alert_does_by_itself_is_told() -> None:
    told = {words(row[0])[0]: row[2] for row in rows(section(DOCS / "menus.md", "alerts"))}
    assert (told["over"], told["calls"]) == (f"`{OVER / 60:g}m`", f"`{CALLS}`")


def test_every_metric_is_told_with_its_labels(house: House) -> None:
    told = {words(row[0])[0]: (row[1], row[2]) for row in rows(section(PAGE, "Prometheus"))}
    metrics = {metric.name: metric for metric in measuring.metrics(house.exchange)}
    assert list(told) == list(metrics)
    for name, metric in metrics.items():
        labels, meaning = told[name]
        assert meaning == metric.help
        for sample in metric.samples:
            assert set(sample.labels) <= set(labels.split(", "))


def verify() -> Callable[[str, Mapping[str, str], bytes], bool]:
    """The function the page shows."""
    (block,) = [block for block in blocks_of(PAGE) if block.language == "python"]
    shown: dict[str, Callable[[str, Mapping[str, str], bytes], bool]] = {}
    exec(block.text, shown)
    return shown["is_from_the_hotline"]


SECRET = webhooks.secret(b"a key")
BODY = b'{"event": "call_ended"}'


def signed(*, at: float = 0, secret: str = SECRET) -> Mapping[str, str]:
    return webhooks.headers(secret, "call_ended:CA1", round((time.time() + at) * 1000), BODY)


def test_the_code_of_the_page_knows_what_is_ours() -> None:
    is_ours = verify()
    assert is_ours(SECRET, signed(), BODY) is True
    assert is_ours(SECRET, signed(), BODY + b" ") is False
    assert is_ours(SECRET, signed(secret=webhooks.secret(b"another key")), BODY) is False
    assert is_ours(SECRET, {**signed(), "webhook-id": "call_ended:CA2"}, BODY) is False
    assert is_ours(SECRET, signed(at=-400), BODY) is False


def test_every_view_is_told_with_its_columns(house: House) -> None:
    for row in rows(section(PAGE, "Views")):
        name, columns = words(row[0])[0], words(row[2])
        assert house.rows(f"SELECT {', '.join(columns)} FROM {name}") == []
        made = house.rows.one("SELECT sql FROM sqlite_master WHERE name = :name", name=name)
        assert len(columns) == len(columns_of(house.rows, name)), made
    views = house.rows("SELECT name FROM sqlite_master WHERE type = 'view' ORDER BY name")
    assert sorted(words(row[0])[0] for row in rows(section(PAGE, "Views"))) == [name for (name,) in views]


def columns_of(look: Rows, view: str) -> list[str]:
    return [name for (name,) in look("SELECT name FROM pragma_table_info(:view)", view=view)]


def test_the_question_the_page_asks_of_a_view_is_answered(house: House) -> None:
    (block,) = [block for block in blocks_of(PAGE) if block.language == "sql"]
    assert house.rows(block.text.rstrip().rstrip(";")) == []


def test_the_page_names_every_event_of_the_queue_log() -> None:
    source = Path(asterisk.__file__).read_text()
    told = {word for word in words(section(PAGE, "CDR and queue_log")) if word.isupper() and len(word) > 4}
    assert told == {word for word in told if f'"{word}"' in source}
    assert len(told) == 18
