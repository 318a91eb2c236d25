"""The page of the API: what is typed there works, and its tables say what the routes are."""

import json
import shlex
import subprocess
from pathlib import Path
from threading import Thread
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest

from ivr.core.accounts import Right
from ivr.switchboard.accounts import add_token
from ivr.web.api.document import WHY
from ivr.web.api.routes import ROUTES
from ivr.web.rights import RULES
from tests.api.asking import MENUS
from tests.docs.pages import DOCS, blocks_of, rows, section, words
from tests.reaching.floor import Floor

PAGE = DOCS / "api.md"
PUBLIC = "https://hotline.example"


class Silent(WSGIRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - as the library has it
        pass


def curls() -> list[str]:
    return [block.text for block in blocks_of(PAGE) if block.text.startswith("curl")]


@pytest.mark.needs("curl")
def test_every_request_of_the_page_is_answered_as_one_may_expect(tmp_path: Path) -> None:
    floor = Floor.open(tmp_path, MENUS)
    floor.hire("Lan")
    token = add_token(floor.house.exchange, "a test", "crm", (Right.LINE, Right.LINE_READ))
    answers = []
    with make_server("127.0.0.1", 0, floor.house.app, handler_class=Silent) as serving:
        Thread(target=serving.serve_forever, daemon=True).start()
        for text in curls():
            typed = text.replace("$TOKEN", token).replace(PUBLIC, f"http://127.0.0.1:{serving.server_port}")
            curl, *rest = shlex.split(typed.replace("\\\n", " "))
            run = subprocess.run([curl, "--silent", "--fail", *rest], capture_output=True, check=True)
            answers.append(json.loads(run.stdout))
        serving.shutdown()
    line, lan = answers
    assert [queue["queue"] for queue in line["queues"]] == ["sales", "support"]
    assert (lan["name"], lan["status"], lan["reason"]) == ("Lan", "on_break", "meeting")
    floor.house.exchange.ledger.close()


def test_every_address_stands_there_with_its_right() -> None:
    told = {words(row[0])[0]: row[2] for row in rows(section(PAGE, "What there is"))}
    assert told == {f"{one.way} /api{one.path}": right_of(name) for name, one in ROUTES.items()}


def right_of(name: str) -> str:
    """As the table writes it."""
    rule = RULES[f"api.{name}"]
    rights = " or ".join(f"`{right}`" for right in (rule.right, rule.also) if right) or "any"
    return f"{rights}, no token" if rule.right is Right.LINE and not rule.token else rights


def test_every_status_of_a_refusal_stands_there() -> None:
    told = {int(row[0]) for row in rows(section(PAGE, "Answers"))}
    assert told == set(WHY) | {405}
