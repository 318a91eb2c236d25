"""Local use as the README starts it: what is saved is live, what is broken is told."""

from pathlib import Path

import requests

from tests.docs.test_commands import running, wait_until


def test_a_saved_folder_goes_live_and_a_broken_one_is_told_in_the_terminal(tmp_path: Path) -> None:
    with running(tmp_path) as house:
        log = tmp_path / "server.log"
        file = tmp_path / "menus" / "hotline.yaml"
        menus = file.read_text()
        file.write_text(menus.replace("ring: 20s", "ring: 25s"))
        wait_until(lambda: "Revision 2 is live." in log.read_text())
        file.write_text(menus.replace("ring: 20s", "ring: 25"))
        wait_until(lambda: "stays live" in log.read_text())
        page = requests.get(f"{house.url}/menus", timeout=10).text
        file.write_text(menus.replace("ring: 20s", "ring: 30s"))
        wait_until(lambda: "The menus are mended" in log.read_text())
        told = log.read_text().partition("Revision 2 is live.\n")[2].splitlines()
    assert told[0].startswith("menus/hotline.yaml:")
    assert "'25' is not a time with its unit; did you mean '25s'?" in told[0]
    assert told[-2:] == [
        "Revision 2 stays live until this is mended.",
        "The menus are mended: revision 3 is live.",
    ]
    assert "is not a time with its unit" in page
