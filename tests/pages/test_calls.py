"""The log: newest first, found by day, number, outcome and text, page by page, and as a table."""

import csv
import html
import io
import re
from importlib import import_module

import pytest

from ivr.ledger import log
from tests.pages.town import Town
from tests.service import LAN, MAI

DAY = 24 * 3600.0


def callers(page: str) -> list[str]:
    """Who called, from top to bottom."""
    return [html.unescape(cell) for cell in re.findall(r'<td class="tel">(.*?)</td>', page)]


def rows_of(page: str) -> list[list[str]]:
    """The cells of the table as they are read."""
    rows = re.findall(r"<tr id.*?</tr>", page)
    return [
        [re.sub(r"<[^>]+>", "", cell).strip() for cell in re.findall(r"<td.*?</td>", row)] for row in rows
    ]


def four_calls(town: Town) -> None:
    """Lan leaves word on Monday; Mai rings twice on Tuesday; a withheld caller is on the line."""
    town.dial(LAN).press("1").press("2").speak(5).press("#")
    town.phone.pass_time(DAY)
    town.dial(MAI).press("2").hang_up()
    town.dial(MAI).press("7").wait(60)
    town.dial("").press("1")


def test_without_calls_the_page_says_how_to_make_one(town: Town) -> None:
    page = town.page("/calls")
    assert "No calls yet." in page
    assert '<a href="/phone/">Call the hotline</a>' in page


def test_calls_stand_newest_first_with_what_matters(town: Town) -> None:
    four_calls(town)

    assert rows_of(town.page("/calls")) == [
        ["Nov 24, 2026 09:02:14", "withheld", "Vietnamese", "main", "–", "On the line"],
        ["Nov 24, 2026 09:00:46", MAI, "English", "goodbye", "1:13", "Reached the end"],
        ["Nov 24, 2026 09:00:26", MAI, "English", "main", "0:18", "Hung up"],
        ["Nov 23, 2026 09:00:00", LAN, "Vietnamese", "thanks", "0:27", "Left a message"],
    ]


def test_calls_are_found_by_day_number_outcome_and_text(town: Town) -> None:
    four_calls(town)

    def found(query: str) -> list[str]:
        return callers(town.page(f"/calls?{query}"))

    assert found("until=2026-11-23") == [LAN]
    assert found("since=2026-11-24") == ["withheld", MAI, MAI]
    assert found("since=2026-11-23&until=2026-11-23") == [LAN]
    assert found("number=090+765-43.21") == [MAI, MAI]
    assert found("outcome=message") == [LAN]
    assert found("outcome=open") == ["withheld"]
    assert found("text=main.quiet") == [MAI]
    assert found("number=765&outcome=hung_up") == [MAI]
    assert found("since=yesterday&outcome=nonsense&number=+") == ["withheld", MAI, MAI, LAN]


def test_a_search_without_a_find_offers_the_way_back(town: Town) -> None:
    four_calls(town)
    page = town.page("/calls?text=nothing+like+it")
    assert 'No call fits. <a href="/calls">Show all</a>' in page
    assert 'name="text" value="nothing like it"' in page


def test_a_search_that_takes_long_says_how_far_it_came_and_goes_on_from_there(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    four_calls(town)
    monkeypatch.setattr(import_module("ivr.web.pages.calls"), "SEARCH", -1)
    monkeypatch.setattr(log, "WINDOW", 2)
    page = town.page("/calls?outcome=message")
    assert callers(page) == []
    assert "No call fits so far." in page
    looked = re.search(
        r'Looked through back to Nov 24, 2026 [0-9:]+; .*? <a href="([^"]+)" rel="next">Look on', page
    )
    assert looked
    assert callers(town.page(html.unescape(looked[1]))) == [LAN]


def test_long_logs_go_on_on_earlier_pages(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(import_module("ivr.web.pages.calls"), "PAGE", 3)
    for number in range(4):
        town.dial(f"+8490000{number:04}").press("1").hang_up()

    first = town.page("/calls?outcome=hung_up")
    link = re.search(r'<a href="([^"]+)" rel="next">Earlier calls</a>', first)
    assert link
    earlier = town.page(html.unescape(link[1]))
    assert callers(first) == [f"+8490000{number:04}" for number in (3, 2, 1)]
    assert callers(earlier) == ["+84900000000"]
    assert "Earlier calls" not in earlier


def test_the_table_is_that_of_the_command_line_and_holds_no_formula(town: Town) -> None:
    four_calls(town)
    town.dial("=HYPERLINK(1)").hang_up()
    answer = town.pages.get("/calls.csv?until=2026-11-23")
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="calls.csv"'
    (only,) = csv.DictReader(io.StringIO(answer.text))
    assert only | {"call": ""} == {
        "started": "2026-11-23T02:00:00+00:00",
        "caller": LAN,
        "called": "+842873001234",
        "language": "vi",
        "seconds": only["seconds"],
        "outcome": "message",
        "last_step": "thanks",
        "call": "",
    }

    everything = list(csv.DictReader(io.StringIO(town.pages.get("/calls.csv").text)))
    assert len(everything) == 5
    assert everything[0]["caller"] == "'=HYPERLINK(1)"


def test_an_empty_table_still_has_its_head(town: Town) -> None:
    assert (
        town.pages.get("/calls.csv").text
        == "started,caller,called,language,seconds,outcome,last_step,call\r\n"
    )


def test_a_page_that_has_not_changed_is_not_made_again(town: Town) -> None:
    call = town.dial().press("1")
    for path in ("/calls", f"/calls/{call.sid}", "/messages"):
        number = town.pages.get(path).headers["ETag"]
        assert town.pages.get(path, headers={"If-None-Match": number}).status_code == 304
        other = {"If-None-Match": number, "Accept-Language": "es"}
        assert town.pages.get(path, headers=other).status_code == 200

    number = town.pages.get(f"/calls/{call.sid}").headers["ETag"]
    call.press("7")
    assert town.pages.get(f"/calls/{call.sid}", headers={"If-None-Match": number}).status_code == 200


def test_a_page_that_was_open_through_an_upgrade_is_made_again(town: Town) -> None:
    number = town.pages.get("/calls").headers["ETag"]
    town.house.app.config["EDITION"] = "the next one"
    assert town.pages.get("/calls", headers={"If-None-Match": number}).status_code == 200


def test_an_unknown_call_and_an_unknown_page_say_so(town: Town) -> None:
    for path, words in {
        "/calls/CA1": "There is no such call.",
        "/nothing": "No page has this address.",
    }.items():
        answer = town.pages.get(path, headers={"Accept": "text/html", "Accept-Language": "en"})
        assert answer.status_code == 404
        assert words in answer.text


def test_a_reader_chooses_the_language_of_the_pages(town: Town) -> None:
    answer = town.pages.post("/language", data={"language": "vi", "back": "/calls?outcome=open"})
    assert (answer.status_code, answer.headers["Location"]) == (302, "/calls?outcome=open")
    assert "<h1>Cuộc gọi</h1>" in town.page("/calls", "es")

    for elsewhere in ("https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)"):
        answer = town.pages.post("/language", data={"language": "en", "back": elsewhere})
        assert answer.headers["Location"] == "/"
