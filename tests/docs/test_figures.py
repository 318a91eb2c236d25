"""The page of definitions is what the figures say of themselves."""

from ivr.core.figures.catalogue import everything
from ivr.switchboard.figures_page import PAGE, page


def test_the_page_is_made_of_the_figures() -> None:
    assert PAGE.read_text("utf-8") == page(), "python -m ivr.switchboard.figures_page makes it anew"


def test_it_defines_each_of_them_once() -> None:
    text = page()
    assert {name: text.count(f"\n### {name}\n") for name in everything()} == dict.fromkeys(everything(), 1)
