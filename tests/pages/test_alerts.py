"""The page of alerts: what goes on, what is over, who was told; and a line about it on every page."""

from dataclasses import replace

from ivr.core.accounts import Role
from ivr.core.alerts import Incident, Measure, Over
from ivr.ledger import errands, incidents
from tests.pages.town import MENUS, Town
from tests.service import MONDAY_MORNING

ALERTS = "alerts: {long: {longest_wait: 3m, mail: boss@example.com}}\n"
LONG = Incident("i1", "long", Measure.LONGEST_WAIT, 180.0, (), MONDAY_MORNING, 190.0, 250.0)


def goes_on(town: Town, incident: Incident = LONG, *, failed: str = "") -> None:
    """An incident of which somebody is told by mail."""
    with town.house.exchange.ledger.transaction() as tx:
        incidents.begin(tx, incident)
        errand = errands.wish(tx, "letter", None, {}, MONDAY_MORNING, MONDAY_MORNING)
        incidents.tell(tx, incident.id, "mail", "boss@example.com", errand, end=False)
        if failed:
            errands.fail(tx, errand, failed, MONDAY_MORNING)


def test_a_hotline_without_alerts_says_how_to_get_some(town: Town) -> None:
    assert "Nothing is watched yet: write “alerts” into the menus." in town.page("/alerts")
    town.house.publish(MENUS + ALERTS)
    town.phone.pass_time(2)
    assert "All is well: 1 alert watches over the hotline." in town.page("/alerts")


def test_what_goes_on_is_on_its_page_and_a_line_of_every_other(town: Town) -> None:
    assert "Alert:" not in town.page("/calls")
    goes_on(town)
    page = town.page("/alerts")
    assert "4:10 at worst, the limit is 3:00" in page
    assert "on its way" in page
    changing = ("/calls", "/messages", "/menus")
    still = ("/reports", "/reports/figures", "/lost", "/callers", "/agents", "/accounts", "/desk")
    for path in (*changing, *still):
        assert 'Alert: long. <a href="/alerts">Show what is wrong</a>' in town.page(path)


def test_who_was_not_told_is_said_with_the_reason(town: Town) -> None:
    goes_on(town, failed="no mail server is set: SMTP_URL")
    assert "not told: no mail server is set: SMTP_URL" in town.page("/alerts")


def test_what_is_over_says_how_long_it_lasted(town: Town) -> None:
    goes_on(town)
    with town.house.exchange.ledger.transaction() as tx:
        incidents.change(tx, replace(LONG, ended_at=MONDAY_MORNING + 90_000, over=Over.WELL))
    page = town.page("/alerts")
    assert "lasted 1:30 · all was well again" in page
    assert "Alert:" not in town.page("/calls")


def test_an_agent_has_no_line_about_it(town: Town) -> None:
    goes_on(town)
    agent = town.house.signed_in(Role.AGENT)
    elsewhere = {"headers": {"Accept": "text/html"}, "environ_base": {"REMOTE_ADDR": "192.0.2.1"}}
    page = agent.get("/messages", **elsewhere)
    assert (page.status_code, "Alert:" in page.text) == (200, False)
    assert agent.get("/alerts", **elsewhere).status_code == 403


def test_a_page_that_is_followed_is_made_anew_when_an_alert_begins(town: Town) -> None:
    before = town.pages.get("/calls", headers={"Accept": "text/html"})
    same = {"Accept": "text/html", "If-None-Match": before.headers["ETag"]}
    assert town.pages.get("/calls", headers=same).status_code == 304
    goes_on(town)
    assert town.pages.get("/calls", headers=same).status_code == 200


def test_earlier_ones_are_on_pages_of_their_own(town: Town) -> None:
    for number in range(60):
        at = MONDAY_MORNING + number * 1000
        incident = replace(LONG, id=f"i{number:02}", opened_at=at)
        goes_on(town, incident)
        with town.house.exchange.ledger.transaction() as tx:
            incidents.change(tx, replace(incident, ended_at=at + 500, over=Over.QUIET))
    first = town.page("/alerts")
    assert first.count('<li id="incident-') == 50
    assert town.page(f"/alerts?at={MONDAY_MORNING + 10_000}&incident=i10").count('<li id="incident-') == 10
