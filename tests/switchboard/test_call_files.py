"""How the moments of another system are read: each as it is written, whatever was remembered before."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from ivr.switchboard.call_files import BadRows, CallFile, Map, columns_of

LATEST = round(datetime(2026, 12, 1, tzinfo=UTC).timestamp() * 1000)


def arrivals(folder: Path, *written: str, moments: str = "", zone: str = "UTC") -> list[str]:
    """When the calls of a file arrived, in UTC."""
    path = folder / "calls.csv"
    path.write_text("\n".join(["at", *written]) + "\n")
    by = Map(columns_of(["arrived=at"]), moments=moments, zone=zone)
    with CallFile(path, by, "+842873001234", "i.", LATEST).reading() as batches:
        calls = [call for some, _ in batches for call in some]
    return [f"{datetime.fromtimestamp(call[1] / 1000, UTC):%F %T}" for call in calls]


@pytest.mark.parametrize(
    ("written", "moments", "arrived"),
    [
        (["2026-11-09 09:15:00", "2026-11-09 09:15:59"], "", ["2026-11-09 09:15:00", "2026-11-09 09:15:59"]),
        (
            ["2026-11-09T09:15:07", " 2026-11-09T09:15:08 "],
            "",
            ["2026-11-09 09:15:07", "2026-11-09 09:15:08"],
        ),
        (["2026-11-09 09:15", "2026-11-09 09:16"], "", ["2026-11-09 09:15:00", "2026-11-09 09:16:00"]),
        (["2026-11-09 09+07:00", "2026-11-09 09+07:30"], "", ["2026-11-09 02:00:00", "2026-11-09 01:30:00"]),
        (
            ["2026-11-09 09:15:07+07:00", "2026-11-09 09:15:07+07:30"],
            "",
            ["2026-11-09 02:15:07", "2026-11-09 01:45:07"],
        ),
        (
            ["09.11.2026 9:15:7", "09.11.2026 9:15:08"],
            "%d.%m.%Y %H:%M:%S",
            ["2026-11-09 09:15:07", "2026-11-09 09:15:08"],
        ),
        (
            ["15:09 2026-11-09", "15:09 2026-11-10"],
            "%M:%H %Y-%m-%d",
            ["2026-11-09 09:15:00", "2026-11-10 09:15:00"],
        ),
    ],
)
def test_moments_are_read_as_they_are_written(
    tmp_path: Path, written: list[str], moments: str, arrived: list[str]
) -> None:
    assert arrivals(tmp_path, *written, moments=moments) == arrived


def test_an_hour_that_comes_twice_is_of_the_zone(tmp_path: Path) -> None:
    """Whatever was remembered of the minutes before: in Berlin clocks went back at 01:00 UTC."""
    written = ["2026-10-25 01:59:59", "2026-10-25 02:00:00", "2026-10-25 03:00:00"]
    assert arrivals(tmp_path, *written, zone="Europe/Berlin") == [
        "2026-10-24 23:59:59",
        "2026-10-25 00:00:00",
        "2026-10-25 02:00:00",
    ]


@pytest.mark.parametrize("wrong", ["2026-11-09 09:15:60", "2026-11-09 09:15:5x", "2026-13-09 09:15:00"])
def test_what_is_no_moment_is_named_after_one_of_the_same_minute(tmp_path: Path, wrong: str) -> None:
    with pytest.raises(BadRows, match=rf"calls\.csv:3: arrived '{wrong}' is no moment"):
        arrivals(tmp_path, "2026-11-09 09:15:00", wrong)


@pytest.mark.parametrize(
    ("written", "wrong"),
    [
        ("0001-01-01 00:00:00", "it lies before 1970"),
        ("1969-12-31 23:59:59", "it lies before 1970"),
        ("2026-12-01 00:00:01", "it lies in the future"),
    ],
)
def test_a_call_that_cannot_have_been_is_refused(tmp_path: Path, written: str, wrong: str) -> None:
    """Other systems write a date of the year 1 where they know none."""
    with pytest.raises(BadRows, match=rf"calls\.csv:3: {wrong}"):
        arrivals(tmp_path, "2026-11-30 09:15:00", written)


def test_a_visit_without_its_outcome_is_told_so(tmp_path: Path) -> None:
    path = tmp_path / "calls.csv"
    path.write_text("at,in\n2026-11-09 09:15:00,2026-11-09 09:15:10\n")
    file = CallFile(path, Map(columns_of(["arrived=at", "entered=in"])), "+842873001234", "i.", LATEST)
    with (
        pytest.raises(BadRows, match=r"calls\.csv:2: a visit to a queue needs its outcome too"),
        file.reading() as batches,
    ):
        list(batches)
