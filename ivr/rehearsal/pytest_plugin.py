"""`pytest menus/` plays the written calls of a folder of menus: each is a test, and JUnit knows it as one.

What a call needs is imported when there is one: the plugin is loaded in every run of an environment that has
this package.
"""

from __future__ import annotations

import os
from collections.abc import Generator, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from ivr.language import Checked
    from ivr.language.calls.written import WrittenCall
    from ivr.rehearsal.coverage import Reached, Share
    from ivr.rehearsal.playing import Rehearsal

OPTION = "--calls-coverage"


class NotPlayed(Exception):
    """The menus, or a file of calls, have mistakes."""


class CallParted(Exception):
    """A call is not as it was written."""


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("written calls")
    group.addoption(
        OPTION,
        type=float,
        metavar="PERCENT",
        help="fail if the written calls reach less of the menus' steps, options or languages",
    )


def pytest_configure(config: pytest.Config) -> None:
    config.stash[STAGES] = Stages()
    config.pluginmanager.register(Count(config), "written calls")


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    session.config.stash[STAGES].curtain.close()


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    if file_path.suffix not in (".yaml", ".yml") or file_path.parent.name != "calls":
        return None
    from ivr.rehearsal.files import is_calls

    return CallsFile.from_parent(parent, path=file_path) if is_calls(file_path) else None


class Stages:
    """The stages of this process, one for each folder of menus, set when its first call is played."""

    def __init__(self) -> None:
        self.curtain = ExitStack()
        self._checked: dict[Path, Checked] = {}
        self._rehearsals: dict[Path, Rehearsal] = {}

    def menus(self, folder: Path) -> Checked:
        """The checked menus of a folder. Raises NotPlayed with their mistakes."""
        from ivr.switchboard.draft import check

        if folder not in self._checked:
            self._checked[folder] = check(folder, folder.parent / "recordings")
        checked = self._checked[folder]
        if checked.hotline is None:
            raise NotPlayed("\n".join(map(str, checked.mistakes)))
        return checked

    def rehearsal(self, folder: Path) -> Rehearsal:
        from ivr.rehearsal.playing import rehearsing

        if folder not in self._rehearsals:
            self._rehearsals[folder] = self.curtain.enter_context(rehearsing(self.menus(folder)))
        return self._rehearsals[folder]


STAGES = pytest.StashKey[Stages]()


class CallsFile(pytest.File):
    """A file of written calls."""

    def collect(self) -> Iterator[CallItem]:
        from ivr.language.calls import read_calls

        hotline = self.config.stash[STAGES].menus(self.folder).hotline
        assert hotline is not None
        read = read_calls([Path(os.path.relpath(self.path))], hotline)
        if read.mistakes:
            raise NotPlayed("\n".join(map(str, read.mistakes)))
        for call in read.calls:
            yield CallItem.from_parent(self, name=call.name, call=call)

    @property
    def folder(self) -> Path:
        """The menus that are rung."""
        return self.path.parent.parent

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException]) -> Any:  # type: ignore[override]
        if isinstance(excinfo.value, NotPlayed):
            return str(excinfo.value)
        return super().repr_failure(excinfo)


class CallItem(pytest.Item):
    """One written call."""

    parent: CallsFile

    def __init__(self, *, call: WrittenCall, **given: Any) -> None:
        super().__init__(**given)
        self.call = call
        self.reached: Reached | None = None

    def runtest(self) -> None:
        from ivr.rehearsal.coverage import Reached
        from ivr.rehearsal.transcript import transcript

        played = self.config.stash[STAGES].rehearsal(self.parent.folder).play(self.call)
        self.reached = Reached()
        for each in played:
            self.reached.add(each.story.passes if each.story else ())
        if not all(each.passed for each in played):
            parted = next(parting for each in played for parting in each.partings)
            told = ["\n".join(transcript(each)) for each in played]
            raise CallParted("\n\n".join([f"{parted.place}: expected {parted.expected}", *told]))

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        if isinstance(excinfo.value, CallParted | NotPlayed):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int, str]:
        return self.path, self.call.place.line - 1, self.name


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """What a call reached travels with its report: under pytest-xdist it was played in another process."""
    report = yield
    if isinstance(item, CallItem) and call.when == "call" and item.reached is not None:
        reached = item.reached
        told = [sorted(reached.steps), sorted(map(list, reached.options)), sorted(reached.languages)]
        report.reached = [str(item.parent.folder), *told]  # type: ignore[attr-defined]
    return report


class Count:
    """Adds up what the calls of each folder reached, and says it at the end."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._reached: dict[str, Reached] = {}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if told := getattr(report, "reached", None):
            from ivr.rehearsal.coverage import Reached

            folder, steps, options, languages = told
            known = self._reached.setdefault(folder, Reached())
            known.steps.update(steps)
            known.options.update(map(tuple, options))
            known.languages.update(languages)

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        wanted = self._config.getoption(OPTION)
        shares = [share for _, each in self._shares() for share in each]
        if wanted is not None and any(share.percent < wanted for share in shares):
            session.exitstatus = session.exitstatus or pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        wanted = self._config.getoption(OPTION) or 0
        for folder, shares in self._shares():
            terminalreporter.write_sep("-", f"written calls of {Path(folder).name}")
            for share in shares:
                terminalreporter.write_line(str(share), red=share.percent < wanted)

    def _shares(self) -> Iterator[tuple[str, tuple[Share, ...]]]:
        for folder, reached in self._reached.items():
            from ivr.rehearsal.coverage import coverage

            hotline = self._config.stash[STAGES].menus(Path(folder)).hotline
            assert hotline is not None
            yield folder, coverage(hotline, reached)
