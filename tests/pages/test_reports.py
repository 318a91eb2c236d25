"""Reports as pages: exact numbers of a day made by hand, each with its calls; files, filters, definitions."""

import csv
import html
import io
import json
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from ivr.core.accounts import Role
from ivr.core.figures import asking
from ivr.core.figures.catalogue import everything
from ivr.ledger.reports import stale
from ivr.web import figured
from ivr.web.figured import length
from ivr.web.pages import drawn
from tests.pages.town import Town, town
from tests.service import LAN, MAI, MONDAY_MORNING, NUMBER
from tests.switchboard.test_behind import put
from tests.switchboard.test_reporting import MENUS

SECOND, MINUTE, HOUR = 1_000, 60_000, 3_600_000
THE_DAY = "from=2026-11-23&to=2026-11-23"
NINE = MONDAY_MORNING

WAITS = ((5, "answered", LAN), (10, "answered", MAI), (30, "answered", LAN), (40, "abandoned", MAI))
"""How long each waited, how it ended, who it was. Sales promises an answer in 15 s."""


def came(town: Town, name: str, at: int, wait: int, outcome: str, caller: str | None, queue: str) -> None:
    """A caller of the line; An talks with whoever is answered for a minute and wraps up for ten seconds."""
    over = at + wait * SECOND
    gone = over + MINUTE if outcome == "answered" else over
    ended = "connected" if outcome == "answered" else "hung_up"
    with town.house.exchange.ledger.transaction() as tx:
        put(
            tx,
            "call",
            id=name,
            caller=caller,
            called=NUMBER,
            revision=1,
            language="en",
            started_at=at,
            entered_at=at,
            silences=0,
            wrongs=0,
            hop=2,
            inputs=1,
            pressed="",
            memory="[[],[],{},[]]",
            outcome=ended,
            ended_at=gone,
        )
        put(
            tx,
            "visit",
            id=f"{name}.1",
            call=name,
            kind="call",
            queue=queue,
            language="en",
            first_at=at,
            rank=at,
            entered_at=at,
            beat_at=at,
            outcome=outcome,
            went_to="agent" if outcome == "answered" else "goodbye",
            ended_at=over,
            target=15_000 if queue == "sales" else None,
            taken_at=over,
        )
        if outcome == "answered":
            offer = {"id": f"{name}.1.0", "visit": f"{name}.1", "agent": "an", "queue": queue, "made_at": at}
            put(tx, "offer", **offer, until=over, ended_at=over, ending="accepted")
            put(
                tx,
                "talk",
                offer=f"{name}.1.0",
                visit=f"{name}.1",
                call=name,
                agent="an",
                queue=queue,
                room=name,
                answered_at=over,
                talk_ended_at=gone,
                agent_joined_at=over,
                caller_joined_at=over,
                ended_at=gone + 10 * SECOND,
                ended_by="caller",
                disposition="sold",
                notes="Wants a receipt",
            )
        stale.mark(tx, at, gone + 10 * SECOND)


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Town]:
    """The shop's day: four callers of sales after nine, one of support at eleven."""
    made = town(tmp_path, MENUS.replace("Europe/Berlin", "Asia/Ho_Chi_Minh"))
    with made.house.exchange.ledger.transaction() as tx:
        put(tx, "account", id="an", name="An", role="agent", password="", created_at=0)
        put(tx, "agent", id="an", way="browser", address="", skills="{}", languages="[]", weight=1, place=0)
        stood = {"agent": "an", "status": "ready", "reason": ""}
        put(tx, "span", **stood, activity="idle", since=NINE, ended_at=NINE + HOUR)
        put(tx, "span", **stood, activity="talking", since=NINE + HOUR, ended_at=NINE + 2 * HOUR)
        stale.mark(tx, NINE, NINE + 2 * HOUR)
    for number, (wait, outcome, caller) in enumerate(WAITS):
        came(made, f"CA{number}", NINE + 10 * number * MINUTE, wait, outcome, caller, "sales")
    came(made, "CA4", NINE + 2 * HOUR, 20, "answered", None, "support")
    made.phone.pass_time(4 * 3600)
    yield made
    made.house.exchange.ledger.close()


def headlines(page: str) -> dict[str, str]:
    """What is said biggest, by its name."""
    found = re.findall(r"<dt><a [^>]*>(.*?)</a></dt> <dd>(.*?)</dd>", page)
    return {name: re.sub(r"<[^>]+>", "", value).strip() for name, value in found}


def table(page: str) -> dict[str, list[str]]:
    """The rows of the report, by what they are of."""
    body = page.split('aria-labelledby="rows" tabindex="0">')[1].split("</table>")[0]
    rows = re.findall(r'<tr> <th scope="row".*?</tr>', body)
    cells = [
        [re.sub(r"<[^>]+>", "", cell).strip() for cell in re.findall(r"<t[hd].*?</t[hd]>", row)]
        for row in rows
    ]
    return {row[0]: row[1:] for row in cells}


def lists(page: str) -> set[str]:
    """Where the figures of a page lead."""
    return {html.unescape(path) for path in re.findall(r'href="(/calls\?list=[^"]+)"', page)}


def test_a_day_is_said_in_figures_with_their_units(shop: Town) -> None:
    assert headlines(shop.page(f"/reports?{THE_DAY}")) == {
        "offered": "5",
        "answered": "4",
        "abandoned": "1",
        "service level": "60.0 %",
        "speed of answer": "16 s",
        "longest wait": "40 s",
    }


def test_the_worst_hour_stands_first_where_it_was_no_chance(
    shop: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "Most callers hung up" not in shop.page(f"/reports?{THE_DAY}&every=1h")
    monkeypatch.setattr(drawn, "SEVERAL", 1)
    said = "Most callers hung up Mon 23 Nov 09:00: 1 of 4."
    assert said in shop.page(f"/reports?{THE_DAY}&every=1h")


def test_what_happened_is_drawn(shop: Town) -> None:
    page = shop.page(f"/reports?{THE_DAY}&every=1h")
    assert "Mon 23 Nov 09:00: 4 came, 3 answered, 1 hung up, service level 50.0 %" in page
    assert "10 s: 1 answered, 0 hung up, 0 left another way" in page
    assert "45 s: 0 answered, 1 hung up, 0 left another way" in page
    assert table(page)["Mon 23 Nov 11:00"][:4] == ["1", "1", "0", "100.0 %"]
    assert table(page)["Mon 23 Nov 10:00"][:4] == ["0", "0", "0", "–"]


def test_queues_stand_one_beside_the_other(shop: Town) -> None:
    found = table(shop.page(f"/reports?of=queues&{THE_DAY}"))
    assert found["sales"][:5] == ["4", "3", "1", "50.0 %", "15 s"]
    assert found["support"][:5] == ["1", "1", "0", "100.0 %", "20 s"]
    assert found["all"][:5] == ["5", "4", "1", "60.0 %", "16 s"]


def test_an_agents_day_is_drawn_to_the_minute(shop: Town) -> None:
    page = shop.page(f"/reports?of=agents&{THE_DAY}")
    assert table(page)["An"][:4] == ["4", "1:10 min", "50.0 %", "100.0 %"]
    assert "ready, 09:00:00 to 10:00:00, 1:00:00 h" in page
    assert "talking, 10:00:00 to 11:00:00, 1:00:00 h" in page


def test_a_length_of_time_is_as_long_as_people_read_it(shop: Town) -> None:
    with shop.house.app.test_request_context(headers={"Accept-Language": "en"}):
        lengths = [length(seconds) for seconds in (7, 205, 3_723, 359_999, 360_000, 5_525_133)]
    assert lengths == ["7.0 s", "3:25 min", "1:02:03 h", "99:59:59 h", "100 h", "1,535 h"]


def test_who_came_through_two_steps_is_one_caller(shop: Town) -> None:
    with shop.house.exchange.ledger.transaction() as tx:
        steps = (("main", "main.sales", "key"), ("sales", None, "went_on"))
        for hop, (step, option, ending) in enumerate(steps):
            put(
                tx,
                "pass",
                call="CA0",
                hop=hop,
                nth=0,
                step=step,
                option=option,
                pressed="",
                silences=0,
                wrongs=0,
                entered_at=NINE,
                left_at=NINE + SECOND,
                ending=ending,
                language="en",
            )
        stale.mark(tx, NINE, NINE + SECOND)
    page = shop.page(f"/reports?of=options&{THE_DAY}")
    assert headlines(page) == {"passes": "2", "picked": "1", "hung up": "0", "went on": "1"}
    assert table(page)[NUMBER][2:4] == ["1", "1"]
    assert table(page)["all"][:2] == ["–", "2"]
    assert [list_ for list_ in lists(page) if "callers" in list_ and "step" not in list_] == []


def test_every_figure_of_the_page_leads_to_as_many_calls(shop: Town) -> None:
    page = shop.page(f"/reports?{THE_DAY}&all=yes")
    opened = {parse_qs(urlsplit(path).query)["list"][0]: shop.page(path) for path in lists(page)}
    counts = {
        name: int(re.findall(r'<span class="tally">(\d+)</span>', page)[0]) for name, page in opened.items()
    }
    assert counts == {
        "arrived": 5,
        "offered": 5,
        "answered": 4,
        "abandoned": 1,
        "in_target": 3,
        "ended": 5,
        "handled": 4,
        "reached": 4,
        "routed": 5,
        "offers": 4,
        "accepted": 4,
    }
    for name, list_page in opened.items():
        assert len(re.findall(r'<td class="when">', list_page)) == counts[name]


def test_a_list_says_what_it_is_of_and_leads_to_each_call(shop: Town) -> None:
    (path,) = (
        path
        for path in lists(shop.page(f"/reports?of=queues&{THE_DAY}"))
        if "abandoned" in path and "queue" in path
    )
    page = shop.page(path)
    assert "Nov 23, 2026, 00:00 – Nov 24, 2026, 00:00 · Queue: sales" in page
    assert "Callers who hung up while they waited" in page
    assert 'href="/calls/CA3"' in page
    assert f'<td class="tel">{MAI}</td>' in page
    assert '<td class="number">40 s</td>' in page
    assert shop.page(path.replace("sales", "support")).count("There is no such call.") == 1


def test_an_hour_of_the_week_leads_to_its_calls(shop: Town) -> None:
    page = shop.page("/reports?from=2026-11-22&to=2026-11-23")
    nine = [path for path in lists(page) if "hour=9" in path and "weekday=0" in path]
    assert len(nine) == 1
    assert '<span class="tally">4</span>' in shop.page(nine[0])
    assert "Monday 09:00: 4 callers" in page


def test_conversations_in_a_list_have_their_notes(shop: Town) -> None:
    page = shop.page(f"/calls?list=handled&since={NINE}&until={NINE + 9 * HOUR}")
    assert page.count("Wants a receipt") == 4
    assert "1:00 min" in page


def test_nonsense_is_no_list(shop: Town) -> None:
    client = shop.house.signed_in()
    for query in ("list=secrets&since=0&until=1", "list=offered", "list=offered&since=x&until=9"):
        answer = client.get(f"/calls?{query}", headers={"Accept": "text/html"})
        assert answer.status_code == 404
        assert "No figure has such a list of calls." in answer.text
    assert client.get("/calls?list=offered&since=0&until=9&hour=7&zone=Mars").status_code == 404


def test_a_report_is_compared_with_the_period_before(shop: Town) -> None:
    came(shop, "CB", NINE - 24 * HOUR, 5, "answered", LAN, "sales")
    page = shop.page(f"/reports?{THE_DAY}&compare=yes")
    assert headlines(page)["offered"] == "5before: 1"
    assert "the period before, Nov 22, 2026 to Nov 22, 2026" in page


def test_filters_stand_in_the_address_and_in_the_form(shop: Town) -> None:
    page = shop.page(f"/reports?{THE_DAY}&queue=support&number={NUMBER.replace('+', '%2B')}")
    assert headlines(page)["offered"] == "1"
    assert '<input type="date" name="from" value="2026-11-23">' in page
    assert "<option selected>support</option>" in page
    assert headlines(shop.page(f"/reports?{THE_DAY}&language=en"))["offered"] == "5"
    assert headlines(shop.page(f"/reports?{THE_DAY}&agent=An"))["handled"] == "4"
    assert headlines(shop.page("/reports?period=today"))["offered"] == "5"
    assert headlines(shop.page("/reports?of=weekdays&period=this_week"))["offered"] == "5"


WRONG = [
    ("from=2026-99-99", ["from: '2026-99-99' is no day and no moment: like 2026-11-09"]),
    ("from=2026-13-45&to=never", ["from: '2026-13-45' is no day", "to: 'never' is no day and no moment"]),
    ("from=2026-11-23&to=2026-11-22", ["from: a report ends after it begins"]),
    ("from=0001-01-01&to=9999-01-01", ["from: a report is of 800 days at the most"]),
    ("from=2026-11-23T09:07", ["from: a report begins and ends at a quarter of an hour"]),
    ("from=1971-01-01&to=1971-01-02&zone=Africa/Monrovia", ["from: a report begins", "to: a report begins"]),
    ("period=never", ["period: 'never' is none of these: today, yesterday, this_week"]),
    ("zone=Mars", ["zone: 'Mars' is no time zone: like Europe/Berlin"]),
    ("zone=../../etc/passwd", ["zone: '../../etc/passwd' is no time zone"]),
    ("every=7m", ["every: '7m' is none of these: 15m, 30m, 1h"]),
    ("of=days&every=1h", ["every: days are intervals already: leave this away, or ask for calls"]),
    ("period=this_year&every=15m", ["every: that is more than 3,000 intervals"]),
    ("of=nope", ["of: 'nope' is none of these: calls, queues, agents"]),
    ("compare=no", ["compare: 'no' is none of these: yes"]),
]
"""What asks for nothing, and what is said of it."""


def notice(page: str) -> str:
    """What a page says was not understood of its address."""
    found = re.search(r'<p class="notice" role="status">(Not understood.*?)</p>', page)
    return html.unescape(found[1]) if found else ""


def test_all_that_may_be_wrong_with_a_word_can_be_said_in_every_language() -> None:
    sentences = {text for name, text in vars(asking).items() if name.isupper() and isinstance(text, str)}
    assert sentences == set(figured.WRONG)


@pytest.mark.parametrize(("query", "said"), WRONG)
def test_what_makes_no_sense_in_the_address_is_said(shop: Town, query: str, said: list[str]) -> None:
    told = notice(shop.page(f"/reports?{query}"))
    assert all(each in told for each in said)
    client = shop.house.signed_in(Role.SUPERVISOR)
    for kind in ("json", "csv", "xlsx"):
        answer = client.get(f"/reports.{kind}?{query}")
        assert (answer.status_code, answer.mimetype) == (400, "text/plain")
        lines = answer.text.splitlines()
        assert [line.startswith(each) for line, each in zip(lines, said, strict=True)] == [True] * len(said)


def test_what_is_shown_instead_is_said_and_asked_for_by_its_links(shop: Town) -> None:
    page = shop.page("/reports?of=queues&from=2026-11-23T09:07&to=2026-11-23T10:00&zone=Mars")
    assert notice(page).endswith(
        "Shown instead: Queues, Nov 23, 2026, 09:00 – Nov 23, 2026, 10:00 (Asia/Ho_Chi_Minh)."
    )
    (path,) = re.findall(r'href="(/reports\.json[^"]*)"', page)
    said = json.loads(shop.house.signed_in().get(html.unescape(path)).text)
    assert (said["since"], said["until"], said["by"]) == (NINE, NINE + HOUR, "queues")


def test_it_is_said_in_the_readers_language(shop: Town) -> None:
    assert "“Mars” no es una zona horaria" in shop.page("/reports?zone=Mars", "es")
    answer = shop.house.signed_in().get("/reports.csv?zone=Mars", headers={"Accept-Language": "vi"})
    assert answer.text == "zone: “Mars” không phải múi giờ: như Europe/Berlin\n"


@pytest.mark.parametrize(
    "query", [THE_DAY, "queue=%27&agent='--&number=%3Cscript%3E", "period=today&from=2026-01-01"]
)
def test_what_can_be_asked_is_not_complained_of(shop: Town, query: str) -> None:
    page = shop.page(f"/reports?{query}")
    assert "<h1>Reports</h1>" in page
    assert notice(page) == ""


def test_a_queue_that_never_was_is_said_with_the_one_that_may_be_meant(shop: Town) -> None:
    page = shop.page(f"/reports?{THE_DAY}&queue=salse")
    assert "Neither the menus nor the log have a queue “salse”." in page
    (path,) = re.findall(r'<a href="([^"]+)">Did you mean “sales”\?</a>', page)
    assert headlines(shop.page(html.unescape(path)))["offered"] == "4"
    page = shop.page(f"/reports?{THE_DAY}&queue=nope")
    assert "have a queue “nope”." in page
    assert "Did you mean" not in page


def test_a_queue_the_menus_do_not_have_any_more_is_none_that_never_was(shop: Town) -> None:
    came(shop, "CO", NINE, 5, "answered", LAN, "old")
    assert "Neither the menus" not in shop.page("/reports?from=2020-01-01&to=2020-01-01&queue=old")
    shop.page(f"/reports?{THE_DAY}")
    with shop.house.exchange.ledger.transaction() as tx:
        tx.run("UPDATE visit SET queue = 'sales' WHERE queue = 'old'", {})
        tx.run("UPDATE line_tally SET minutes = 1440 WHERE queue = 'old'", {})
    assert "Neither the menus" not in shop.page("/reports?from=2020-01-01&to=2020-01-01&queue=old")


def test_a_time_in_which_nothing_happened_says_so(shop: Town) -> None:
    page = shop.page("/reports?from=2020-01-01&to=2020-01-02")
    assert 'Nothing happened in this time. <a href="/reports">Look at the last 7 days</a>' in page


def test_files_are_those_of_the_command(shop: Town) -> None:
    client = shop.house.signed_in(Role.SUPERVISOR)
    answer = client.get(f"/reports.csv?of=queues&{THE_DAY}")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="report.csv"'
    assert answer.text.startswith("\ufeff")
    rows = list(csv.DictReader(io.StringIO(answer.text[1:])))
    assert [(row["queue"], row["offered"], row["service_level"]) for row in rows] == [
        ("sales", "4", "0.5"),
        ("support", "1", "1.0"),
        ("", "5", "0.6"),
    ]
    said = json.loads(client.get(f"/reports.json?of=queues&{THE_DAY}").text)
    assert said["total"]["abandoned"] == 1
    assert all(balance["holds"] for balance in said["balances"])
    assert client.get(f"/reports.xlsx?{THE_DAY}").data.startswith(b"PK")


def test_in_files_agents_have_their_names_and_ids(shop: Town) -> None:
    with shop.house.exchange.ledger.transaction() as tx:
        tx.run("UPDATE account SET name = 'Nguyen An' WHERE id = 'an'", {})
    client = shop.house.signed_in(Role.SUPERVISOR)
    rows = list(csv.DictReader(io.StringIO(client.get(f"/reports.csv?of=agents&{THE_DAY}").text[1:])))
    assert [(row["agent"], row["agent_id"], row["handled"]) for row in rows] == [
        ("Nguyen An", "an", "4"),
        ("", "", "4"),
    ]
    said = json.loads(client.get(f"/reports.json?of=agents&{THE_DAY}").text)
    assert [(row["agent"], row["agent_id"]) for row in said["rows"]] == [("Nguyen An", "an")]
    assert (said["total"]["agent"], said["total"]["agent_id"]) == (None, None)
    with zipfile.ZipFile(io.BytesIO(client.get(f"/reports.xlsx?of=agents&{THE_DAY}").data)) as book:
        assert "Nguyen An" in book.read("xl/sharedStrings.xml").decode()


def test_an_interval_of_which_a_part_is_asked_for_is_marked(shop: Town) -> None:
    weeks = "of=weeks&from=2026-11-11&to=2026-11-23"
    assert list(table(shop.page(f"/reports?{weeks}"))) == [
        "Mon 9 Nov 2026 in part",
        "Mon 16 Nov 2026",
        "Mon 23 Nov 2026 in part",
        "all",
    ]
    client = shop.house.signed_in(Role.SUPERVISOR)
    said = json.loads(client.get(f"/reports.json?{weeks}").text)
    assert [row["part"] for row in said["rows"]] == [True, False, True]
    assert said["total"]["part"] is None
    rows = list(csv.DictReader(io.StringIO(client.get(f"/reports.csv?{weeks}").text[1:])))
    assert [row["part"] for row in rows] == ["true", "false", "true", ""]
    with zipfile.ZipFile(io.BytesIO(client.get(f"/reports.xlsx?{weeks}").data)) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert re.findall(r'<c r="B\d" t="b"><v>(\d)</v>', sheet) == ["1", "0", "1"]
    assert "part" not in json.loads(client.get(f"/reports.json?of=queues&{THE_DAY}").text)["rows"][0]
    assert "part" not in json.loads(client.get(f"/reports.json?of=weekdays&{THE_DAY}").text)["rows"][0]


def test_an_interval_that_still_goes_on_is_marked(shop: Town) -> None:
    assert list(table(shop.page("/reports?of=days&from=2026-11-22&to=2026-11-23"))) == [
        "Sun 22 Nov 2026",
        "Mon 23 Nov 2026 in part",
        "all",
    ]
    hours = list(table(shop.page("/reports?from=2026-11-23T09:15&to=2026-11-23T11:00&every=1h")))
    assert hours == ["Mon 23 Nov 09:00 in part", "Mon 23 Nov 10:00", "all"]


def test_what_does_not_add_up_is_shown(shop: Town) -> None:
    shop.page(f"/reports?{THE_DAY}")
    with shop.house.exchange.ledger.transaction() as tx:
        tx.run("UPDATE line_tally SET answered = 1 WHERE queue = 'support'", {})
        tx.run("UPDATE line_tally SET offered = 7 WHERE queue = 'support'", {})
    page = shop.page(f"/reports?{THE_DAY}")
    assert "These figures do not add up: waiting at the start + offered" in page
    assert "(11 ≠ 5)" in page


def test_every_column_leads_to_its_definition(shop: Town) -> None:
    page, told = shop.page(f"/reports?{THE_DAY}&all=yes"), html.unescape(shop.page("/reports/figures"))
    for name in re.findall(r'href="/reports/figures#(\w+)"', page):
        assert f'id="{name}"' in told
    for figure in everything().values():
        assert figure.definition in told
        assert figure.formula in told


def test_reports_speak_the_readers_language(shop: Town) -> None:
    assert headlines(shop.page(f"/reports?{THE_DAY}", "vi"))["mức phục vụ"] == "60,0 %"
    assert "<h1>Informes</h1>" in shop.page(f"/reports?{THE_DAY}", "es")
    assert "Người gác máy khi đang chờ" in shop.page("/reports/figures", "vi")


def test_the_log_is_searched_for_notes_and_dispositions(shop: Town) -> None:
    assert shop.page("/calls?text=receipt").count('<tr id="call-') == 4
    assert shop.page("/calls?text=sold").count('<tr id="call-') == 4


def lost(page: str) -> list[list[str]]:
    rows = re.findall(r'<tr id="lost-.*?</tr>', page)
    return [
        [re.sub(r"<[^>]+>", "", cell).strip() for cell in re.findall(r"<td.*?</td>", row)] for row in rows
    ]


def test_who_waited_in_vain_is_lost_until_somebody_talks_with_them(shop: Town) -> None:
    assert lost(shop.page("/lost")) == [
        [MAI, f"Call back {MAI}", "Nov 23, 2026 09:30:40", "sales", "English", "40 s", "1"]
    ]
    assert f'href="/desk?call={MAI.replace("+", "%2B")}&amp;queue=sales"' in shop.page("/lost")
    came(shop, "CB1", NINE + 3 * HOUR, 8, "abandoned", MAI, "support")
    came(shop, "CB2", NINE + 3 * HOUR, 8, "abandoned", None, "support")
    assert [row[2:4] + row[6:] for row in lost(shop.page("/lost"))] == [
        ["Nov 23, 2026 12:00:08", "support", "2"]
    ]
    assert lost(shop.page("/lost?queue=sales")) == []
    came(shop, "CB3", NINE + 3 * HOUR + MINUTE, 8, "answered", MAI, "sales")
    assert "Nobody is lost" in shop.page("/lost")
