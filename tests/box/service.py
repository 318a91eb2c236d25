"""A small service for the box to ring: each test writes the documents it answers, and sees what was asked."""

from collections import deque
from dataclasses import dataclass, field

from flask import Flask, Response, request

HOTLINE = "+842873001234"
CALLER = "+84901234567"
TWIML = "text/xml; charset=utf-8"


@dataclass
class Asked:
    """One request as the service saw it."""

    path: str
    method: str
    form: dict[str, str]
    url: str
    headers: dict[str, str]


Answer = str | tuple[str | bytes, str] | tuple[str | bytes, str, int]


@dataclass
class Service:
    """Answers each path with its documents in turn; the last one stays."""

    answers: dict[str, deque[Answer]] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)
    app: Flask = field(default_factory=lambda: Flask("service"))

    def __post_init__(self) -> None:
        self.app.add_url_rule("/", "root", self._answer, methods=["GET", "POST"], defaults={"path": ""})
        self.app.add_url_rule("/<path:path>", "any", self._answer, methods=["GET", "POST"])

    def on(self, path: str, *answers: Answer) -> "Service":
        """A text is the inside of a <Response>; a tuple is body, content type and perhaps status."""
        self.answers[path] = deque(answers)
        return self

    def forms(self, path: str) -> list[dict[str, str]]:
        """What was sent to one path, in order."""
        return [asked.form for asked in self.asked if asked.path == path]

    def paths(self) -> list[str]:
        return [asked.path for asked in self.asked]

    def _answer(self, path: str) -> Response:
        form = (request.form if request.method == "POST" else request.args).to_dict()
        headers = dict(request.headers)
        self.asked.append(Asked(f"/{path}", request.method, form, request.url, headers))
        answers = self.answers.get(f"/{path}")
        if answers is None:
            return Response("", 404)
        answer = answers.popleft() if len(answers) > 1 else answers[0]
        if isinstance(answer, str):
            return Response(document(answer), content_type=TWIML)
        return Response(answer[0], answer[2] if len(answer) == 3 else 200, content_type=answer[1])


def document(inside: str) -> str:
    return f'<?xml version="1.0" encoding="UTF-8"?><Response>{inside}</Response>'
