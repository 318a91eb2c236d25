"""The page of the menus: what is live, what was published, what is wrong; nothing is done unseen."""

import re
from html import unescape
from inspect import getsource
from pathlib import Path

import pytest
from werkzeug.test import TestResponse

from ivr.core import call_flow, configuration, facts
from ivr.core.line import facts as line_facts
from ivr.core.menus import Where
from ivr.language import Checked, Mistake
from ivr.ledger import revisions
from ivr.rehearsal.crowd import before_publishing
from ivr.switchboard.publishing import NotPublished, Rehearsed, publish
from ivr.switchboard.rolling_back import roll_back
from ivr.web.pages.changes import PHRASES
from tests.pages.town import MENUS, Town
from tests.pages.town import town as a_town
from tests.service import write as save

OTHER = MENUS.replace("How can we help?", "What can we do for <you>?")
BROKEN = MENUS.replace("9: repeat", "9: repaet")


def post(town: Town, path: str, **form: object) -> TestResponse:
    return town.pages.post(path, data=form, headers={"Sec-Fetch-Site": "same-origin"})


def publishes(town: Town, page: str, **form: object) -> TestResponse:
    """Presses the button of the page of the folder."""
    return post(town, "/menus/folder", mark=field(page, "mark"), live=field(page, "live"), **form)


@pytest.fixture(autouse=True)
def rehearsals(town: Town) -> list[str]:
    """What was rehearsed; it goes well, and takes no time."""
    rehearsed: list[str] = []

    def well(checked: Checked) -> Rehearsed:
        rehearsed.append(checked.files["menus/hotline.yaml"])
        return Rehearsed(300, 300)

    town.house.app.extensions["rehearsal"] = well
    return rehearsed


def field(page: str, name: str) -> str:
    found = re.search(f'name="{name}" value="([^"]*)"', page)
    assert found, page
    return found[1]


def live(town: Town) -> int | None:
    with town.house.exchange.ledger.reading() as tx:
        return revisions.live(tx)


def text(page: str) -> str:
    return " ".join(unescape(re.sub("<[^>]+>", " ", page)).split())


def test_it_says_what_is_live_since_when_and_by_whom(town: Town) -> None:
    page = text(town.page("/menus"))
    assert "Revision 1 is live since Nov 23, 2026, 09:00:00 · a test" in page
    assert "Go back" not in page
    save(town.house.folder, OTHER)
    publish(town.house.exchange, "Mai", "a better question")
    page = text(town.page("/menus"))
    assert "Revision 2 is live since Nov 23, 2026" in page
    assert "· Mai · a better question" in page
    assert "Go back to revision 1 …" in page


def test_every_page_tells_that_the_folder_has_mistakes_until_it_has_none(town: Town) -> None:
    save(town.house.folder, BROKEN)
    with pytest.raises(NotPublished):
        publish(town.house.exchange, "the folder")
    assert "The folder of menus has 1 mistake, so it is not live. Show it" in text(town.page("/calls"))
    page = text(town.page("/menus"))
    assert "The folder has 1 mistake Found on Nov 23, 2026" in page
    assert re.search(r"menus/hotline.yaml:\d+:7 key 9 leads to unknown 'repaet'; did you mean 'repeat'", page)
    save(town.house.folder, OTHER)
    publish(town.house.exchange, "the folder")
    assert "mistake" not in text(town.page("/calls")) + text(town.page("/menus"))


def test_an_open_page_is_told_of_a_mistake_and_of_its_end(town: Town) -> None:
    first = town.pages.get("/calls")
    unchanged = town.pages.get("/calls", headers={"If-None-Match": first.headers["ETag"]})
    save(town.house.folder, BROKEN)
    with pytest.raises(NotPublished):
        publish(town.house.exchange, "the folder")
    changed = town.pages.get("/calls", headers={"If-None-Match": first.headers["ETag"]})
    assert (unchanged.status_code, changed.status_code) == (304, 200)


def test_what_will_change_is_read_before_the_folder_is_published(town: Town, rehearsals: list[str]) -> None:
    save(town.house.folder, OTHER)
    page = town.page("/menus/folder")
    seen = text(page)
    assert "main, says (English) was “How can we help?” now “What can we do for <you>?”" in seen
    assert "<you>" not in page
    assert live(town) == 1
    answer = publishes(town, page, note=" for Easter ")
    assert (answer.status_code, answer.location) == (303, "/menus?rung=300")
    assert (live(town), rehearsals) == (2, [OTHER])
    page = text(town.page("/menus?rung=300"))
    assert "300 random callers rang these menus first, and nothing failed." in page
    assert "· for Easter" in page


def test_what_was_not_seen_is_not_published(town: Town) -> None:
    save(town.house.folder, OTHER)
    page = town.page("/menus/folder")
    save(town.house.folder, MENUS.replace("How can we help?", "Something else entirely?"))
    answer = publishes(town, page)
    assert (answer.status_code, answer.location) == (303, "/menus/folder?late=folder")
    assert live(town) == 1
    page = text(town.page("/menus/folder?late=folder"))
    assert "The folder has changed meanwhile, so nothing was published." in page
    assert "“Something else entirely?”" in page
    assert post(town, "/menus/folder").location == "/menus/folder?late=folder"


def test_what_was_compared_is_published_whatever_is_saved_meanwhile(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While callers ring, the folder changes, and is even broken."""
    save(town.house.folder, OTHER)
    page = town.page("/menus/folder")

    def slowly(checked: Checked) -> Rehearsed:
        save(town.house.folder, BROKEN)
        return Rehearsed(300, 300)

    monkeypatch.setitem(town.house.app.extensions, "rehearsal", slowly)
    assert publishes(town, page).location == "/menus?rung=300"
    with town.house.exchange.ledger.reading() as tx:
        assert revisions.source(tx, 2).files == {"menus/hotline.yaml": OTHER}


def test_where_another_revision_is_live_than_was_seen_nothing_is_published(town: Town) -> None:
    save(town.house.folder, MENUS.replace("How can we help?", "What now?"))
    publish(town.house.exchange, "Mai")
    save(town.house.folder, OTHER)
    page = town.page("/menus/folder")
    roll_back(town.house.exchange, 1, "An")
    answer = publishes(town, page)
    assert (answer.status_code, answer.location) == (303, "/menus/folder?late=live")
    assert live(town) == 1
    late = town.page("/menus/folder?late=live")
    assert "Another revision went live meanwhile, so nothing was changed." in text(late)
    assert "against revision 1, which is live" in text(late)
    assert publishes(town, late).location == "/menus?rung=300"
    assert live(town) == 3


def test_what_fails_in_the_rehearsal_is_shown_and_not_published(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    stuck = Mistake(Where("menus/hotline.yaml", 20, 3), "a random caller met silence", "play the call")
    failed = Rehearsed(300, 75, (stuck,), "calls:\n- caller: +84901234567\n  <press>: 9\n")
    monkeypatch.setitem(town.house.app.extensions, "rehearsal", lambda checked: failed)
    save(town.house.folder, OTHER)
    answer = publishes(town, town.page("/menus/folder"))
    assert (answer.status_code, live(town)) == (422, 1)
    told = text(answer.text)
    assert "The rehearsal failed, so nothing was published" in told
    assert "Revision 1 stays live until this is mended. 75 random callers rang." in told
    assert "menus/hotline.yaml:20:3 a random caller met silence; play the call" in told
    assert "- caller: +84901234567\n  &lt;press&gt;: 9\n</pre>" in answer.text
    assert "The folder has 1 mistake" in text(town.page("/menus"))


def test_the_service_rehearses_in_a_process_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing stands in for it here. How long it may take, its own tests know; a busy machine is slow."""
    monkeypatch.setattr(before_publishing, "LONGEST", 60.0)
    alone = a_town(tmp_path)
    save(alone.house.folder, OTHER)
    answer = publishes(alone, alone.page("/menus/folder"))
    rung = re.fullmatch(r"/menus\?rung=(\d+)", answer.location or "")
    assert rung, answer.text
    assert 25 <= int(rung[1]) <= 300
    assert live(alone) == 2
    alone.house.exchange.ledger.close()


def test_a_folder_with_mistakes_cannot_be_published(town: Town) -> None:
    save(town.house.folder, BROKEN)
    page = town.page("/menus/folder")
    assert "key 9 leads to unknown 'repaet'" in text(page)
    assert "<button" not in page.partition("<main")[2].partition("</main>")[0]


def test_a_folder_that_is_live_changes_nothing_and_is_not_rehearsed(
    town: Town, rehearsals: list[str]
) -> None:
    page = town.page("/menus/folder")
    assert "Nothing: callers hear and reach what they do now." in text(page)
    assert publishes(town, page).location == "/menus"
    assert (live(town), rehearsals) == (1, [])


def test_going_back_says_first_what_callers_will_notice(town: Town) -> None:
    save(town.house.folder, OTHER)
    publish(town.house.exchange, "Mai")
    page = town.page("/menus/1/back")
    assert "main, says (English) was “What can we do for <you>?” now “How can we help?”" in text(page)
    answer = post(town, "/menus/1/back", live=field(page, "live"), note="too familiar")
    assert (answer.status_code, answer.location) == (303, "/menus")
    assert live(town) == 1
    assert "Revision 2" in text(town.page("/menus"))
    assert "taken back" in text(town.page("/menus"))
    told = text(town.page("/menus/2"))
    assert "Taken back Nov 23, 2026" in told
    assert "· too familiar" in told


def test_who_goes_back_from_another_revision_than_was_seen_is_asked_again(town: Town) -> None:
    for words in ("What now?", "What then?"):
        save(town.house.folder, MENUS.replace("How can we help?", words))
        publish(town.house.exchange, "Mai")
    page = town.page("/menus/2/back")
    roll_back(town.house.exchange, 1, "An")
    answer = post(town, "/menus/2/back", live=field(page, "live"))
    assert answer.location == "/menus/2/back?late="
    assert live(town) == 1
    late = text(town.page("/menus/2/back?late="))
    assert "Another revision went live meanwhile, so nothing was changed." in late


def test_a_revision_tells_what_it_changed_and_shows_its_files(town: Town) -> None:
    save(town.house.folder, OTHER)
    publish(town.house.exchange, "Mai", "a note")
    page = town.page("/menus/2")
    assert "What it changed against revision 1 main, says (English) was “How can we help?”" in text(page)
    assert "numbers: {&#34;+842873001234&#34;: welcome}" in page
    assert "What it changed" not in text(town.page("/menus/1"))


def test_there_is_nothing_where_there_is_no_revision(town: Town) -> None:
    for path in ("/menus/7", "/menus/7/back"):
        assert town.pages.get(path).status_code == 404
    assert post(town, "/menus/7/back", live=1).status_code == 404


def test_a_number_no_database_holds_is_no_revision(town: Town) -> None:
    for path in (f"/menus/{10**20}", f"/menus/{10**20}/back"):
        assert town.pages.get(path).status_code == 404
    assert town.pages.get("/menus", query_string={"below": 10**20}).status_code == 200


def test_it_is_told_in_the_readers_language(town: Town) -> None:
    save(town.house.folder, OTHER.replace("9: repeat", "9: message"))
    page = text(town.page("/menus/folder", "es"))
    assert "main, al pulsar 9 (inglés) antes “To hear this again, press 9.”, lleva a repeat" in page


def test_the_list_has_pages(town: Town) -> None:
    with town.house.exchange.ledger.transaction() as tx:
        for number in range(60):
            revisions.publish(tx, {}, {}, "Sao Mai", "Mai", f"the {number}.", town.house.exchange.now())
        revisions.go_back(tx, 1, "Mai", "", town.house.exchange.now())
    first = town.page("/menus")
    (below,) = re.findall(r'href="/menus\?below=(\d+)"', first)
    assert first.count('<tr id="revision-') == 50
    assert town.page(f"/menus?below={below}").count('<tr id="revision-') == 11


def test_a_call_that_was_handed_over_is_told_by_the_menus_of_its_time(town: Town) -> None:
    save(town.house.folder, OTHER)
    publish(town.house.exchange, "Mai")
    town.phone.pass_time(2)
    call = town.dial().press("2")
    roll_back(town.house.exchange, None, "An")
    town.phone.pass_time(2)
    call.press("2").hang_up()
    page = text(town.page(f"/calls/{call.sid}"))
    assert "What can we do for <you>?" in page
    assert "The menus were taken back" in page
    assert "Revision 2 was withdrawn, so the call went on in revision 1." in page
    assert page.index("What can we do for <you>?") < page.index("The menus were taken back")
    assert page.index("The menus were taken back") < page.index("How can we help?")


def test_every_phrase_of_a_fact_is_in_the_catalogs() -> None:
    modules = (facts, call_flow, configuration, line_facts)
    written = {text for module in modules for text in re.findall(r'phrase\(\s*"([^"]+)"', getsource(module))}
    told = {text for text in written if re.search("[A-Za-z]", re.sub(r"%\(\w+\)s", "", text))}
    of_tables = {*configuration.WEEK, *configuration.WATCHED.values(), *configuration.KEPT.values()}
    assert told | of_tables | set(call_flow.SAID.values()) == set(PHRASES)


def test_the_audit_says_who_published_and_who_took_it_back(town: Town) -> None:
    save(town.house.folder, OTHER)
    page = town.page("/menus/folder")
    publishes(town, page, note="friendlier")
    page = town.page("/menus/1/back")
    post(town, "/menus/1/back", live=field(page, "live"), note="too friendly")
    rows = town.house.rows("SELECT who, what, subject, before, after FROM audit ORDER BY number")
    assert rows == [
        ("a test", "published", "revision 1", None, '{"live":1,"note":""}'),
        ("this machine", "published", "revision 2", '{"live":1}', '{"live":2,"note":"friendlier"}'),
        ("this machine", "rolled_back", "revision 1", '{"live":2}', '{"live":1,"note":"too friendly"}'),
    ]
