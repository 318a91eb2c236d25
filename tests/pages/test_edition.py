"""Pages have an edition: the same for the same program, another one when what they are made of changes."""

from pathlib import Path

from ivr.web import edition


def test_whatever_pages_are_made_of_makes_another_edition(tmp_path: Path) -> None:
    (tmp_path / "static").mkdir()
    sheet = tmp_path / "static" / "page.css"
    sheet.write_text("a {}")
    first = edition(tmp_path)
    assert edition(tmp_path) == first

    (tmp_path / "notes.txt").write_text("no page is made of this")
    assert edition(tmp_path) == first
    sheet.write_text("b {}")
    second = edition(tmp_path)
    sheet.rename(tmp_path / "static" / "sheet.css")
    assert len({first, second, edition(tmp_path)}) == 3


def test_the_program_has_one() -> None:
    assert edition() == edition()
