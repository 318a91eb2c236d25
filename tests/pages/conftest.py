"""A town for each test, and one browser for those that look with eyes of their own."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from tests.pages.town import Town, town
from tests.tools import path_of

expect.set_options(timeout=30_000)  # as everything else in a browser is waited for; a busy machine is slow
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]
FLAGS += ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"]


@pytest.fixture(name="town")
def _town(tmp_path: Path) -> Iterator[Town]:
    made = town(tmp_path)
    yield made
    made.house.exchange.ledger.close()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path_of("chromium"), args=FLAGS)
        yield browser
        browser.close()
