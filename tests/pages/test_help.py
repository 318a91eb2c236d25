"""What is written of the hotline stands beside it, and every link of it leads somewhere."""

import html
import re
from collections.abc import Iterator

import pytest

from ivr.web.help import BESIDE, DOCS, pages
from tests.pages.town import Town, town

PAGES = sorted(file.stem for file in DOCS.glob("*.md"))


@pytest.fixture(name="town", scope="module")
def _town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    made = town(tmp_path_factory.mktemp("town"))
    yield made
    made.house.exchange.ledger.close()


def shown(town: Town, path: str) -> str:
    with town.pages.get(path) as answer:
        assert answer.status_code == 200, path
        return answer.get_data(as_text=True)


def leads_somewhere(town: Town, link: str) -> bool:
    path, _, name = link.partition("#")
    return not name or f' id="{name}"' in shown(town, path)


def test_all_pages_are_on_one(town: Town) -> None:
    assert sorted(re.findall(r'href="/help/([a-z-]+)">', shown(town, "/help"))) == PAGES


def test_a_page_is_told_by_its_first_sentence_whole(town: Town) -> None:
    contents = html.unescape(shown(town, "/help"))
    assert pages()["accounts"].begins.endswith("says you, on this machine, and you may do everything.")
    assert pages()["commands"].begins.endswith(
        "(words that follow go to pytest: python3 app.py test tests/core)."
    )
    for page in pages().values():
        assert page.begins in contents
        assert not page.begins.endswith(":"), page.name


@pytest.mark.parametrize("name", PAGES)
def test_every_link_and_picture_of_a_page_is_there(town: Town, name: str) -> None:
    page = shown(town, f"/help/{name}")
    text = page[page.index("<article") :]
    links = re.findall(r'(?:href|src)="([^"]+)"', text)
    assert [link for link in links if ".md" in link or link.startswith("images/")] == []
    for link in links:
        if link.startswith("/help/images/"):
            with town.pages.get(link) as answer:
                assert answer.status_code == 200
        elif link.startswith(("/help", "#")):
            assert leads_somewhere(town, link if link.startswith("/") else f"/help/{name}{link}"), link


def test_a_picture_is_one(town: Town) -> None:
    with town.pages.get("/help/images/phone.png") as answer:
        assert answer.mimetype == "image/png"


@pytest.mark.parametrize("path", ["/help/nothing", "/help/images/nothing.png", "/help/images/../menus.md"])
def test_what_is_no_page_is_not_found(town: Town, path: str) -> None:
    assert town.pages.get(path).status_code == 404


@pytest.mark.parametrize("page", BESIDE)
def test_every_page_of_the_hotline_leads_to_its_own_help(town: Town, page: str) -> None:
    assert f'<a class="help" href="/help/{BESIDE[page]}">' in shown(town, page)
    assert leads_somewhere(town, f"/help/{BESIDE[page]}")


def test_a_page_says_what_is_written(town: Town) -> None:
    page = shown(town, "/help/reports")
    assert '<h2 id="from-another-system">From another system</h2>' in page
    assert '<a href="/help/figures">figures</a>' in page
    assert '<table class="report">' in page
