"""The page of reports says every word of their address, and no other."""

from ivr.core.figures.periods import PERIODS
from ivr.web.asked import EVERY, NAMES, OF
from tests.docs.pages import DOCS, rows, section, words


def test_every_word_of_the_address_is_explained() -> None:
    told = {
        name: row[1] for row in rows(section(DOCS / "reports.md", "On the page")) for name in words(row[0])
    }
    assert set(told) == set(NAMES)
    assert set(words(told["period"])) == set(PERIODS)
    assert words(told["every"]) == [str(each) for each in EVERY]


def test_every_kind_of_row_is_explained() -> None:
    told = rows(section(DOCS / "reports.md", "Reports"))
    assert [word for row in told for word in words(row[0])] == [str(word) for word in OF]
