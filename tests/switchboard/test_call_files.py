"""How the moments of another system are read: each as it is written, whatever was remembered before."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from ivr.switchboard.call_files import BadRows, CallFile, columns_of
from ivr.switchboard.call_rows import BadMap, Map

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


def test_a_moment_that_never_was_is_named(tmp_path: Path) -> None:
    """In Dublin clocks were put forward from 01:00 to 02:00."""
    assert arrivals(tmp_path, "2026-03-29 00:59:59", "2026-03-29 02:00:00", zone="Europe/Dublin") == [
        "2026-03-29 00:59:59",
        "2026-03-29 01:00:00",
    ]
    with pytest.raises(
        BadRows, match=r"calls\.csv:3: arrived '2026-03-29 01:30:00' never was: clocks were put"
    ):
        arrivals(tmp_path, "2026-03-29 00:59:59", "2026-03-29 01:30:00", zone="Europe/Dublin")


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


FIELDS = ["arrived", "entered", "left", "began", "ended", "outcome", "queue", "agent", "priority"]


def read(folder: Path, text: str, zone: str = "UTC", **by: Any) -> list[tuple[Any, ...]]:
    """The calls of a file whose columns have the names of fields."""
    path = folder / "calls.csv"
    path.write_text(text)
    head = text.partition("\n")[0].split(",")
    found = Map(columns_of(f"{name}={name}" for name in FIELDS if name in head), zone=zone, **by)
    with CallFile(path, found, "+842873001234", "i.", LATEST).reading() as batches:
        return [call for some, _ in batches for call in some]


def test_the_second_of_two_equal_hours_is_where_a_call_would_end_before_it_began(tmp_path: Path) -> None:
    """In Berlin clocks went back from 03:00 to 02:00 at 01:00 UTC."""
    [call] = read(
        tmp_path,
        "arrived,entered,left,began,ended,outcome,queue,agent\n"
        "2026-10-25 02:58:00,2026-10-25 02:59:00,2026-10-25 02:01:00,2026-10-25 02:01:00,"
        "2026-10-25 02:05:00,answered,sales,An\n",
        "Europe/Berlin",
    )
    assert [f"{datetime.fromtimestamp(at / 1000, UTC):%T}" for at in call[1:6]] == [
        *("00:58:00", "00:59:00", "01:01:00", "01:01:00", "01:05:00")
    ]


HEAD = "arrived,entered,left,began,ended,outcome,queue,agent"
IN, OUT, END = "2026-11-09 09:15:10", "2026-11-09 09:15:40", "2026-11-09 09:19:00"


@pytest.mark.parametrize(
    ("row", "wrong"),
    [
        (f"{IN},{IN},{OUT},,,,sales,", "a visit to a queue needs outcome too"),
        (f"{IN},{IN},,,,abandoned,sales,", "a visit to a queue needs left too"),
        (f"{IN},{IN},{OUT},,,abandoned,,", "a visit to a queue needs queue too"),
        (f"{IN},{IN},{OUT},{OUT},{END},answered,sales,", "an answered visit needs the agent too"),
        (
            f"{IN},{IN},{OUT},{OUT},{END},abandoned,sales,An",
            "a conversation began, and the outcome is 'aband",
        ),
        (f"{IN},,{OUT},,,,sales,", "it left a queue, and it is not told when it entered"),
        (f"{IN},,,,,abandoned,sales,", "the outcome is 'abandoned', and it is not told when it entered a qu"),
        (f"{IN},,,,{END},answered,sales,An", "the outcome is 'answered', and it is not told when it entered"),
        (f'{IN},{IN},{OUT},{OUT},{END},answered,sales,"A\nn"', r"agent 'A\\nn' has a line break"),
        (
            f"{IN},{IN},{OUT},{OUT},{END},answered,sa\0les,An",
            r"queue 'sa\\x00les' has a line break, or another",
        ),
        (f"{IN},{OUT},{IN},,,abandoned,sales,", "left is before entered"),
    ],
)
def test_what_does_not_fit_together_is_named(tmp_path: Path, row: str, wrong: str) -> None:
    good = f"{IN},{IN},{OUT},{OUT},{END},answered,sales,An"
    with pytest.raises(BadRows, match=rf"^\S+calls\.csv:3: {wrong}"):
        read(tmp_path, f"{HEAD}\n{good}\n{row}\n{good}\n")


def test_who_was_answered_at_once_did_not_wait_in_a_line(tmp_path: Path) -> None:
    """Some systems tell no visit then."""
    [call] = read(tmp_path, f"{HEAD}\n{IN},,,{OUT},{END},answered,sales,An\n")
    assert call[2] == call[3] == call[4] == call[1] + 30_000


def test_who_was_served_ahead_of_others_has_the_rank_of_who_came_earlier(tmp_path: Path) -> None:
    row = f"{IN},{IN},{OUT},,,abandoned,sales,"
    plain, ahead = read(tmp_path, f"{HEAD},priority\n{row},\n{row},2\n")
    assert (plain[-1], ahead[-1]) == (plain[2], plain[2] - 2 * 60_000)
    for wrong in ("high", "11", "-1", "1.5"):
        with pytest.raises(
            BadRows, match=rf"calls\.csv:2: priority '{wrong}' is no whole number from 0 to 10"
        ):
            read(tmp_path, f"{HEAD},priority\n{row},{wrong}\n")


def test_cells_may_say_nothing_in_words_of_their_own(tmp_path: Path) -> None:
    text = f"{HEAD}\n{IN},0:00:00,0:00:00,NULL,NULL,PHANTOM,sales,NULL\n"
    [call] = read(tmp_path, text, nothing=frozenset({"0:00:00", "NULL"}), outcomes={"PHANTOM": ""})
    assert call[1:9] == (call[1], None, None, None, None, None, "sales", None)


@pytest.mark.parametrize("parted", [";", "\t"])
@pytest.mark.parametrize("begins", ["", "\ufeff"], ids=["", "with a mark of UTF-8"])
def test_cells_are_parted_as_in_the_first_line(tmp_path: Path, parted: str, begins: str) -> None:
    """Spreadsheets of many countries write semicolons, as their numbers have commas."""
    row = f"{IN},{IN},{OUT},{OUT},{END},answered,sales,An".replace(",", parted)
    path = tmp_path / "calls.csv"
    path.write_text(f"{begins}{HEAD.replace(',', parted)}\n{row}\n")
    by = Map(columns_of(f"{name}={name}" for name in FIELDS[:-1]))
    with CallFile(path, by, "+842873001234", "i.", LATEST).reading() as batches:
        [([call], agents)] = batches
    assert (call[6:9], agents) == (("answered", "sales", "an"), ["An"])


def test_a_file_without_a_call_is_none(tmp_path: Path) -> None:
    with pytest.raises(BadRows, match=r"calls\.csv: there is no call below its first line"):
        read(tmp_path, f"{HEAD}\n\n,,,,,,,\n")


def test_lines_with_nothing_on_them_are_none_and_a_row_of_many_is_named_by_its_first(tmp_path: Path) -> None:
    good = f'{IN},{IN},{OUT},{OUT},{END},answered,"sales",An'
    assert len(read(tmp_path, f"{HEAD}\n\n{good}\n,,,,,,,\n\n{good}\n\n")) == 2
    with pytest.raises(BadRows, match=r"calls\.csv:4: agent 'A\\nn' has a line break"):
        read(tmp_path, f'{HEAD}\n\n{good}\n{good[:-2]}"A\nn"\n')


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("", "the first line of the file must name its columns, and it is empty"),
        ("\narrived\n", "the first line of the file must name its columns, and it is empty"),
        ("arrived,arrived\n", "2 columns are called 'arrived': name them apart"),
        ("at\n", "there is no column 'arrived': there are at"),
    ],
)
def test_a_head_that_names_no_columns_is_refused(tmp_path: Path, text: str, wrong: str) -> None:
    path = tmp_path / "calls.csv"
    path.write_text(text)
    by = Map(columns_of(["arrived=arrived"]))
    with pytest.raises(BadMap, match=wrong), CallFile(path, by, "+84", "i.", LATEST).reading() as batches:
        list(batches)


def test_an_outcome_nobody_knows_is_named_before_any_row(tmp_path: Path) -> None:
    with pytest.raises(BadMap, match="no visit ends 'lost': say one of answered"):
        read(tmp_path, f"{HEAD}\n", outcomes={"HANG": "lost"})
