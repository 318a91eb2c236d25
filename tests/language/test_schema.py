"""The schema an editor reads: it is the grammar's, and a real editor's server finds the mistakes with it."""

import re
import shutil
from pathlib import Path

import pytest

from ivr.language import read_files, schema
from tests.language.language_server import LanguageServer, install
from tests.language.test_broken import BASE
from tests.tools import path_of

HERE = Path(__file__).parent


@pytest.mark.parametrize("file", schema.SCHEMAS, ids=lambda file: file.stem)
def test_the_shipped_schema_is_made_from_the_grammar(file: Path) -> None:
    assert file.read_text("utf-8") == schema.text(file), "run python -m ivr.language.schema"


@pytest.mark.parametrize("file", schema.SCHEMAS, ids=lambda file: file.stem)
def test_the_schema_explains_every_word(file: Path) -> None:
    words = [
        (section, word, about)
        for section, its in schema.schema(file)["$defs"].items()
        for word, about in its["properties"].items()
    ]
    unexplained = [(section, word) for section, word, about in words if not explained(about)]
    assert unexplained == []


def explained(about: dict[str, object]) -> bool:
    """A word has a description, or its section has one."""
    return "description" in about or "$ref" in about


@pytest.mark.needs("node", "npm")
def test_an_editor_underlines_the_bad_lines_and_no_good_ones(tmp_path: Path) -> None:
    good = HERE / "hotlines" / "design"
    for file in (*good.glob("*.yaml"), HERE / "editor" / "bad.yaml"):
        text = file.read_text("utf-8").removeprefix("# yaml-language-server: $schema=menu.schema.json\n")
        (tmp_path / file.name).write_text(
            f"# yaml-language-server: $schema=menu.schema.json\n{text}", "utf-8"
        )
    for shipped in schema.SCHEMAS:
        shutil.copy(shipped, tmp_path)
    server = install(path_of("npm"))
    with LanguageServer(path_of("node"), server, tmp_path) as editor:
        assert editor.diagnostics(tmp_path / "hotline.yaml") == []
        assert editor.diagnostics(tmp_path / "main.yaml") == []
        assert [line for line, _ in editor.diagnostics(tmp_path / "bad.yaml")] == [9, 12, 13, 13, 15, 18]
        for file in (HERE / "editor" / "good_calls.yaml", HERE / "editor" / "bad_calls.yaml"):
            shutil.copy(file, tmp_path)
        assert editor.diagnostics(tmp_path / "good_calls.yaml") == []
        assert [line for line, _ in editor.diagnostics(tmp_path / "bad_calls.yaml")] == [4, 7, 9, 10, 12, 14]


@pytest.mark.parametrize("key", [*"0123456789*#", "12", "a", "１", "**", ""])
def test_the_schema_and_the_check_agree_on_the_keys_of_languages(key: str) -> None:
    about = schema.schema(schema.MENUS)["$defs"]["Step"]["properties"]["choose_language"]
    by_schema = any(re.search(pattern, key) for pattern in about["patternProperties"])
    steps = f'steps: {{main: {{choose_language: {{"{key}": en, change: none}}, then: hang_up}}}}\n'
    assert by_schema is (read_files({"base.yaml": BASE, "main.yaml": steps}).mistakes == ())
