"""YAML at its worst: refused within a second, with little memory, and in plain words."""

import resource
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ivr.language import read, read_files
from ivr.language.mistakes import Findings, in_order
from ivr.language.source import Table, Text, parse

BOMB = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{name}: &{name} [{', '.join([f'*{before}'] * 9)}]\n"
    for before, name in zip("abcdefgh", "bcdefghi", strict=True)
)
HOSTILE = {
    "alias bomb": BOMB,
    "deep lists": "a: " + "[" * 100_000,
    "deep mappings": "a: " + "{a: " * 100_000,
    "deep rows": "- " * 100_000,
    "deep keys": "? " * 100_000,
    "deep lines": "".join(" " * depth + "a:\n" for depth in range(1_000)),
    "huge key": "x" * 900_000 + ": 1\n",
    "huge complex key": "? " + "x" * 900_000 + "\n: 1\n",
    "huge text": "hotline: " + "x" * 900_000 + "\n",
    "many nodes": "a: [" + "x," * 400_000 + "]\n",
    "many keys": "steps:\n" + "".join(f"  s{number}: {{}}\n" for number in range(60_000)),
    "many steps": "steps:\n" + "".join(f"  s{number}: {{}}\n" for number in range(5_000)),
    "many unknown names": "steps:\n" + "".join(f"  s{n}: {{say: x, then: t{n}}}\n" for n in range(5_000)),
    "too many steps": "steps:\n" + "".join(f"  s{number}: {{}}\n" for number in range(30_000)),
    "many unknown words": "steps: {" + ", ".join(f"s{n}: {{sey: x}}" for n in range(5_000)) + "}\n",
    "many keys twice": "steps:\n" + "  s: x\n" * 40_000,
    "many keys of a menu": "steps: {m: {keys: {" + ", ".join(f"{n}: x" for n in range(40_000)) + "}}}\n",
    "many in one line": "blocked: [" + "x, " * 90_000 + "]\n",
    "many lost keys": "#: x\n" * 90_000,
    "many languages": "languages: {" + ", ".join(f"l{n}: {{}}" for n in range(30_000)) + "}\n",
    "many numbers": "numbers: {" + ", ".join(f'"+8490{n:07}": x' for n in range(1_900)) + "}\n",
    "many hashes": "a: x" + " #" * 300_000 + "\n",
    "many spaces": "a: {b: c" + " " * 900_000 + "x: y\n",
    "many quotes": "a: " + "'" * 900_001,
    "many durations": "steps: {m: {say: x, between_keys: " + "1" * 900_000 + "}}\n",
    "many holes": "steps: {m: {say: '" + "{a}" * 300_000 + "'}}\n",
    "python object": "a: !!python/object/apply:os.system ['true']\n",
    "number of 5,000 digits": "hotline: !!int " + "9" * 5_000 + "\n",
    "no date": "zone: 2024-13-45\n",
    "merge key": "steps: {<<: {a: {say: x}}}\n",
    "half written": "steps:\n  main:\n    say: {en: 'Hel",
    "percent": "%YAML 9.9\n---\na: b\n",
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_yaml_is_refused_within_a_second(text: str) -> None:
    began = time.process_time()
    checked = read_files({"menus.yaml": text})
    assert checked.hotline is None
    assert checked.mistakes
    assert time.process_time() - began < 1


def test_a_folder_of_hostile_files_is_refused_with_little_memory(tmp_path: Path) -> None:
    for name, text in HOSTILE.items():
        (tmp_path / f"{name.replace(' ', '_')}.yaml").write_text(text)
    with (tmp_path / "of_50_megabytes.yaml").open("wb") as file:
        file.truncate(50_000_000)
    (tmp_path / "folder.yaml").mkdir()
    program = """
import sys
from pathlib import Path
from ivr.language import read
print(*read(Path(sys.argv[1])).mistakes, sep="\\n")
"""
    done = subprocess.run(
        [sys.executable, "-c", program, tmp_path],
        capture_output=True,
        text=True,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (600_000_000, 600_000_000)),
        cwd=Path(__file__).parents[2],
    )
    assert done.stderr == ""
    assert (
        f"{tmp_path.name}/of_50_megabytes.yaml:1:1: this file is larger than 1 MB; make two of it"
        in done.stdout
    )
    assert f"{tmp_path.name}/deep_lists.yaml:1:42: this is nested too deep" in done.stdout


def test_menus_that_are_too_large_together_are_refused(tmp_path: Path) -> None:
    for number in range(9):
        (tmp_path / f"{number}.yaml").write_text("a: " + "x" * 950_000)
    told = [str(mistake) for mistake in read(tmp_path).mistakes if "together" in mistake.text]
    assert told == [
        f"{tmp_path.name}/8.yaml:1:1: the menus together are larger than 8 MB; publish two hotlines"
    ]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"hotline: \xff\n", "menus/a.yaml:1:10: this is not UTF-8; save the file as UTF-8"),
        ("hotline: Hé".encode("utf-16"), "menus/a.yaml:1:1: this is not UTF-8; save the file as UTF-8"),
        (b"a: 1\nb: \x07\n", "menus/a.yaml:2:4: a control character (U+0007); delete it"),
        (b"", "menus/a.yaml:1:1: this file is empty; write a section or delete it"),
        (b"# nothing\n", "menus/a.yaml:1:1: this file is empty; write a section or delete it"),
        (
            b"- main\n",
            "menus/a.yaml:1:1: a file of menus holds sections; write 'steps:' and the steps below it",
        ),
        (
            b"hello\n",
            "menus/a.yaml:1:1: a file of menus holds sections; write 'steps:' and the steps below it",
        ),
    ],
)
def test_a_file_that_is_no_text_or_no_menus_is_named(tmp_path: Path, content: bytes, told: str) -> None:
    menus = tmp_path / "menus"
    menus.mkdir()
    (menus / "a.yaml").write_bytes(content)
    assert [str(mistake) for mistake in read(menus).mistakes] == [told]


@pytest.mark.parametrize(
    ("source", "told", "left"),
    [
        (
            r'a: "Sao\x1b Mai"',
            "1:4: a control character (U+001B) is written here; delete it",
            {"a": "Sao Mai"},
        ),
        (r'"a\0": b', "1:1: a control character (U+0000) is written here; delete it", {"a": "b"}),
        (r'a: ["\uFFFE"]', "1:5: a control character (U+FFFE) is written here; delete it", {"a": [""]}),
    ],
)
def test_a_control_character_is_refused_behind_an_escape_too(
    source: str, told: str, left: dict[str, object]
) -> None:
    findings = Findings()
    assert parse("a.yaml", source, findings) == left
    assert list(map(str, findings.mistakes)) == [f"a.yaml:{told}"]


def test_an_empty_folder_says_what_is_missing(tmp_path: Path) -> None:
    told = [str(mistake) for mistake in read(tmp_path).mistakes]
    where = f"{tmp_path.name}/hotline.yaml:1:1"
    assert told == [f"{where}: there are no menus in this folder; write them into a file named *.yaml"]


@pytest.mark.parametrize(
    "written",
    [
        "08:00",
        "12:30",
        "+84901234567",
        "0123456",
        "no",
        "on",
        "1.10",
        "2027-02-06",
        "1_000",
        "0x1F",
        "~",
        "null",
    ],
)
def test_every_scalar_is_the_text_that_was_written(written: str) -> None:
    findings = Findings()
    tree = parse("a.yaml", f"key: {written}\n{written}: value\n", findings)
    assert tree == {"key": written, written: "value"}
    assert findings.mistakes == []


def test_places_are_right_after_letters_of_all_kinds() -> None:
    tree = parse("a.yaml", 'a: {en: "Chào 👋 quý khách", vi: x}\r\nb:\r\n  - y\r\n', Findings())
    assert isinstance(tree, Table)
    a = tree[Text("a")]
    assert isinstance(a, Table)
    assert str(a.key("vi").at) == "a.yaml:1:29"
    assert [str(text.at) for text in tree[Text("b")]] == ["a.yaml:3:5"]  # type: ignore[union-attr]


SEEDS = [path.read_text("utf-8") for path in sorted(Path(__file__).parent.glob("*/**/*.yaml"))]
SPICE = [
    "\t",
    "\n",
    "#",
    " #",
    "*",
    "&",
    "!",
    "{",
    "}",
    "[",
    "]",
    ":",
    ": ",
    "- ",
    "'",
    '"',
    "\\",
    "%",
    "|",
    "ạ",
    "\0",
    "~",
]


@st.composite
def mutated(draw: st.DrawFn) -> str:
    """A file, good or broken, with pieces cut, doubled, moved and spiced."""
    text = draw(st.sampled_from(SEEDS))
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(text)))
        end = min(len(text), start + draw(st.integers(0, 40)))
        put = draw(st.one_of(st.sampled_from(SPICE), st.just(text[start:end] * 2), st.text(max_size=5)))
        text = text[:start] + put + text[end:]
    return text


@settings(max_examples=300, deadline=1000)
@given(mutated(), mutated())
def test_mutated_menus_never_break_the_reader(one: str, other: str) -> None:
    checked = read_files({"one.yaml": one, "other.yaml": other})
    assert (checked.hotline is None) == bool(checked.mistakes)
    assert len({str(mistake) for mistake in checked.mistakes}) == len(checked.mistakes)
    assert checked.mistakes == in_order(checked.mistakes)
