"""Every link of the pages leads somewhere, and every file they name is there."""

import re
import struct
from pathlib import Path

import pytest

from tests.docs.pages import DOCS, LINK, PAGES, anchors, blocks_of, prose
from tests.house import HOUSE


def links() -> list[tuple[Path, str]]:
    return [(page, link) for page in PAGES for link in LINK.findall(prose(page)) if "://" not in link]


@pytest.mark.parametrize(("page", "link"), links(), ids=lambda each: getattr(each, "name", each))
def test_a_link_leads_somewhere(page: Path, link: str) -> None:
    file, _, anchor = link.partition("#")
    target = (page.parent / file).resolve() if file else page
    assert target.is_file()
    if anchor:
        assert anchor in anchors(target)


def test_every_page_can_be_found_from_the_readme() -> None:
    linked = {
        (HOUSE / link.partition("#")[0]).resolve() for page, link in links() if page.name == "README.md"
    }
    assert {*DOCS.glob("*.md")} <= linked


def test_the_readmes_tree_is_the_tree() -> None:
    tree = next(block.text for block in blocks_of(HOUSE / "README.md") if block.language == "text")
    inside = ""
    for line in tree.splitlines():
        name = re.match(r" *(\S+)", line)
        assert name
        if not line.startswith(" "):
            inside = name[1] if name[1].endswith("/") else ""
        path = HOUSE / (inside if line.startswith(" ") else "") / name[1]
        assert path.is_dir() if name[1].endswith("/") else path.is_file(), path


def test_the_picture_is_small() -> None:
    picture = (DOCS / "images" / "phone.png").read_bytes()
    assert picture.startswith(b"\x89PNG\r\n")
    width, height = struct.unpack(">II", picture[16:24])
    assert (len(picture) <= 150_000, width > height > 500) == (True, True)
