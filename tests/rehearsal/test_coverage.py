"""How much of a hotline was rehearsed."""

from ivr.rehearsal.coverage import Reached, coverage, least
from tests.rehearsal.scenes import Play, menus


def test_what_was_never_reached_is_named(play: Play) -> None:
    hotline = menus().hotline
    assert hotline is not None
    reached = Reached()
    story = play("story: [press: 2, press: 1, press: 1234]").story
    assert story is not None
    reached.add(story.passes)

    steps, options, languages = coverage(hotline, reached)

    assert (steps.reached, steps.every) == (5, 14)
    assert steps.missing[:3] == ("told", "message", "thanks")
    assert (options.reached, options.every) == (2, 10)
    assert options.missing[:2] == ("welcome.vi (1)", "main.message (2)")
    assert str(languages) == "languages    2 of    2  100.0%"
    assert least((steps, options, languages)) == 20


def test_ranges_are_named_by_their_ends() -> None:
    from ivr.language import read
    from ivr.rehearsal.coverage import options_of
    from tests.house import HOUSE

    hotline = read(HOUSE / "menus").hotline
    assert hotline is not None
    assert "main.extension (1100-1199)" in dict(options_of(hotline)).values()
