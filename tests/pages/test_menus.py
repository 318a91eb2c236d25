"""The page of the menus: what is live, what was published, what is wrong; nothing is done unseen."""

import re
from html import unescape

import pytest
from werkzeug.test import TestResponse

from ivr.core import facts
from ivr.ledger import revisions
from ivr.switchboard.publishing import NotPublished, publish, roll_back
from ivr.web.pages.changes import PHRASES
from tests.house import HOUSE
from tests.pages.town import MENUS, Town
from tests.service import write as save

OTHER = MENUS.replace("How can we help?", "What can we do for <you>?")
BROKEN = MENUS.replace("9: repeat", "9: repaet")


def post(town: Town, path: str, **form: object) -> TestResponse:
    return town.pages.post(path, data=form, headers={"Sec-Fetch-Site": "same-origin"})


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
    assert "The folder of menus has 1 mistake, so it is not live. Show them" in text(town.page("/calls"))
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


def test_what_will_change_is_read_before_the_folder_is_published(town: Town) -> None:
    save(town.house.folder, OTHER)
    page = town.page("/menus/folder")
    seen = text(page)
    assert "main, says (English) was “How can we help?” now “What can we do for <you>?”" in seen
    assert "<you>" not in page
    assert live(town) == 1
    answer = post(town, "/menus/folder", mark=field(page, "mark"), note=" for Easter ")
    assert (answer.status_code, answer.location) == (303, "/menus")
    assert live(town) == 2
    assert "· for Easter" in text(town.page("/menus"))


def test_what_was_not_seen_is_not_published(town: Town) -> None:
    save(town.house.folder, OTHER)
    mark = field(town.page("/menus/folder"), "mark")
    save(town.house.folder, MENUS.replace("How can we help?", "Something else entirely?"))
    answer = post(town, "/menus/folder", mark=mark)
    assert (answer.status_code, answer.location) == (303, "/menus/folder?late=")
    assert live(town) == 1
    page = text(town.page("/menus/folder?late="))
    assert "The folder has changed meanwhile, so nothing was published." in page
    assert "“Something else entirely?”" in page
    assert post(town, "/menus/folder").location == "/menus/folder?late="


def test_a_folder_with_mistakes_cannot_be_published(town: Town) -> None:
    save(town.house.folder, BROKEN)
    page = town.page("/menus/folder")
    assert "key 9 leads to unknown 'repaet'" in text(page)
    assert "<button" not in page.partition("<main")[2].partition("</main>")[0]


def test_a_folder_that_is_live_changes_nothing(town: Town) -> None:
    assert "Nothing: callers hear and reach what they do now." in text(town.page("/menus/folder"))


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
    rooms = [HOUSE / "ivr" / "core" / file for file in ("facts.py", "line/facts.py", "telling.py")]
    source = "".join(file.read_text() for file in rooms)
    written = set(re.findall(r'phrase\(\s*"([^"]+)"', source))
    told = {text for text in written if re.search("[A-Za-z]", re.sub(r"%\(\w+\)s", "", text))}
    assert told | set(facts.WEEK) | set(facts.SAID.values()) == set(PHRASES)


def test_the_audit_says_who_published_and_who_took_it_back(town: Town) -> None:
    save(town.house.folder, OTHER)
    page = town.page("/menus/folder")
    post(town, "/menus/folder", mark=field(page, "mark"), note="friendlier")
    page = town.page("/menus/1/back")
    post(town, "/menus/1/back", live=field(page, "live"), note="too friendly")
    rows = town.house.rows("SELECT who, what, subject, before, after FROM audit ORDER BY number")
    assert rows == [
        ("a test", "published", "revision 1", None, '{"live":1,"note":""}'),
        ("this machine", "published", "revision 2", '{"live":1}', '{"live":2,"note":"friendlier"}'),
        ("this machine", "rolled_back", "revision 1", '{"live":2}', '{"live":1,"note":"too friendly"}'),
    ]
