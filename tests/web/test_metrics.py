"""What Prometheus reads: the same from every process, and the board of Grafana asks for nothing else."""

import json
import re
from collections.abc import Iterator
from importlib.resources import files
from itertools import count
from pathlib import Path

import pytest

from ivr.core.accounts import Right
from ivr.core.metrics import Kind, Metric, Sample, exposition, histogram
from ivr.switchboard import accounts
from tests.reaching.floor import Floor
from tests.reaching.test_telling import MENUS
from tests.service import House

BOARD = json.loads((files("ivr") / "ops" / "grafana.json").read_text("utf-8"))
NUMBERS = count()
ALERTS = "alerts: {long: {longest_wait: 3m}}\n"
LINE = re.compile(r'([a-z_]+)(?:\{((?:[a-z]+="(?:[^"\\]|\\.)*",?)*)\})? (-?[0-9.e+]+|\+Inf)')


def metrics(house: House) -> dict[tuple[str, frozenset[tuple[str, str]]], float]:
    """Every number by its name and labels; each line is one that Prometheus reads."""
    token = accounts.add_token(house.exchange, "a test", f"t{next(NUMBERS)}", (Right.METRICS,))
    answer = house.app.test_client().get("/metrics", headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 200
    assert answer.content_type == "text/plain; version=0.0.4; charset=utf-8"
    found = {}
    for line in answer.text.splitlines():
        if not line.startswith("# "):
            match = LINE.fullmatch(line)
            assert match, line
            labels = re.findall(r'([a-z]+)="((?:[^"\\]|\\.)*)"', match[2] or "")
            key = (match[1], frozenset(labels))
            assert key not in found, line
            found[key] = float(match[3])
    return found


def of(found: dict[tuple[str, frozenset[tuple[str, str]]], float], name: str, **labels: str) -> float:
    return found[name, frozenset(labels.items())]


@pytest.fixture(scope="module")
def floor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Floor]:
    """Of three callers one is answered after 12 seconds, one hangs up, one waits."""
    from ivr.box import Party
    from ivr.core.agents import Status
    from ivr.switchboard.line.standing import choose

    floor = Floor.open(tmp_path_factory.mktemp("metrics"), MENUS + ALERTS)
    floor.hire("An", Party(after=3, keys="1", talks=30))
    choose(floor.house.exchange, "an", Status.ON_BREAK)
    floor.ring("+84900000001").press("1")
    floor.pass_time(8)
    choose(floor.house.exchange, "an", Status.READY)
    floor.pass_time(60)
    choose(floor.house.exchange, "an", Status.ON_BREAK)
    gone = floor.ring("+84900000002").press("1")
    floor.pass_time(20)
    gone.hang_up()
    floor.ring("+84900000003").press("1")
    floor.pass_time(30)
    floor.house.now = floor.house.exchange.now()
    yield floor
    floor.house.exchange.ledger.close()


def test_what_has_happened_is_counted(floor: Floor) -> None:
    found = metrics(floor.house)
    sales = {"queue": "sales"}
    assert of(found, "hotline_offered_total", **sales) == 3
    assert of(found, "hotline_answered_total", **sales) == 1
    assert of(found, "hotline_abandoned_total", **sales) == 1
    assert of(found, "hotline_waiting", **sales) == 1
    assert 30 <= of(found, "hotline_longest_wait_seconds", **sales) <= 31
    assert of(found, "hotline_answer_wait_seconds_bucket", **sales, le="10") == 0
    assert of(found, "hotline_answer_wait_seconds_bucket", **sales, le="15") == 1
    assert of(found, "hotline_answer_wait_seconds_bucket", **sales, le="+Inf") == 1
    assert of(found, "hotline_answer_wait_seconds_sum", **sales) == 13.25
    assert of(found, "hotline_offers_total", **sales, ending="accepted") == 1
    assert of(found, "hotline_agents", status="on_break", activity="idle") == 1
    assert of(found, "hotline_calls_total", called="+842873001234") == 3
    assert of(found, "hotline_alert", alert="long") == 0


def test_every_process_tells_the_same(floor: Floor) -> None:
    first = metrics(floor.house)
    floor.house.now += 1
    floor.house.enter()  # as another worker
    assert metrics(floor.house) == first


def test_nobody_reads_them_without_the_right(floor: Floor) -> None:
    token = accounts.add_token(floor.house.exchange, "a test", "reader", (Right.CALLS,))
    client = floor.house.app.test_client()
    assert client.get("/metrics").status_code == 401
    assert client.get("/metrics", headers={"Authorization": f"Bearer {token}"}).status_code == 403


def test_a_hotline_nobody_has_called_yet_has_all_metrics(tmp_path: Path) -> None:
    house = House(tmp_path).open(MENUS + ALERTS)
    found = metrics(house)
    assert of(found, "hotline_offered_total", queue="sales") == 0
    assert of(found, "hotline_calls_total", called="+842873001234") == 0
    house.exchange.ledger.close()


# -- the board ---------------------------------------------------------------------------------------------


def expressions() -> list[str]:
    panels = [inner for panel in BOARD["panels"] for inner in [panel, *panel.get("panels", [])]]
    return [target["expr"] for panel in panels for target in panel.get("targets", [])]


@pytest.mark.parametrize("expression", expressions())
def test_every_expression_of_the_board_asks_for_what_is_told(floor: Floor, expression: str) -> None:
    found = metrics(floor.house)
    labels: dict[str, set[str]] = {}
    for name, its in found:
        labels.setdefault(name, set()).update(label for label, _ in its)
    names = set(re.findall(r"\bhotline_[a-z_]+", expression))
    assert names
    assert names <= labels.keys()
    known = set.union(*(labels[name] for name in names))
    asked = set(re.findall(r"([a-z]+)\s*(?:=~|!~|!=|=)\s*\"", expression))
    for listed in re.findall(r"\bby\s*\(([^)]*)\)", expression):
        asked |= {label.strip() for label in listed.split(",")}
    assert asked <= known
    assert expression.count("(") == expression.count(")")
    for name in re.findall(r"\b(?:rate|increase)\(\s*(hotline_[a-z_]+)", expression):
        assert name.endswith(("_total", "_bucket", "_sum", "_count"))


def test_the_board_can_be_told_where_its_numbers_come_from() -> None:
    sources = {
        target["datasource"]["uid"] for panel in BOARD["panels"] for target in panel.get("targets", [])
    }
    assert sources == {"${source}"}
    assert [each["name"] for each in BOARD["templating"]["list"] if each["type"] == "datasource"] == [
        "source"
    ]
    legends = {
        label
        for panel in BOARD["panels"]
        for target in panel.get("targets", [])
        for label in re.findall(r"\{\{(\w+)\}\}", target.get("legendFormat", ""))
    }
    assert legends <= {"queue", "status", "activity", "ending", "alert", "way", "kind"}


# -- the format --------------------------------------------------------------------------------------------


def test_labels_are_escaped() -> None:
    odd = Metric("m", Kind.GAUGE, "Odd.", [Sample({"name": 'a "b"\\\n'}, 1.5)])
    assert exposition([odd]) == '# HELP m Odd.\n# TYPE m gauge\nm{name="a \\"b\\"\\\\\\n"} 1.5\n'


def test_the_counts_of_a_histogram_grow() -> None:
    made = histogram({}, [5, 10], [1, 2, 4], 99.5)
    assert exposition([Metric("w", Kind.HISTOGRAM, "W.", made)]).splitlines()[2:] == [
        'w_bucket{le="5"} 1',
        'w_bucket{le="10"} 3',
        'w_bucket{le="+Inf"} 7',
        "w_sum 99.5",
        "w_count 7",
    ]
