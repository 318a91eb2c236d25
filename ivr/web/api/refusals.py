"""A refusal as a program reads it, which is also what our pages show: always the same shape."""

from flask import Response
from pydantic import ValidationError
from werkzeug.exceptions import BadRequest, Conflict, HTTPException, NotFound, UnprocessableEntity

from ivr.web.api.shapes import Problem, Wrong
from ivr.web.wording import _, say

HERE = "/api/"
"""Below this address everything is answered by JSON, what does not exist too."""

NO_JSON = _("What was sent is no JSON. Send it as application/json.")
NOT_AS_IT_SHOULD_BE = _("Something of what was sent cannot be so.")


class Wanting(UnprocessableEntity):
    """What was sent is JSON, and yet cannot be: `where` names each field."""

    def __init__(self, where: list[Wrong], words: str = NOT_AS_IT_SHOULD_BE) -> None:
        super().__init__(words)
        self.where = where


def refused(error: HTTPException, code: int, words: str) -> Response:
    """The answer for an error of a code, with what people are told."""
    problem = Problem(problem=say(words), where=getattr(error, "where", []))
    return Response(problem.model_dump_json(), code, mimetype="application/json")


def why(invalid: ValidationError) -> HTTPException:
    """What does not fit a shape, as an answer."""
    found = invalid.errors(include_url=False, include_context=False, include_input=False)
    if any(each["type"] == "json_invalid" for each in found):
        return BadRequest(NO_JSON)
    return Wanting([Wrong(field=".".join(map(str, each["loc"])), wrong=each["msg"]) for each in found])


def wrong(field: str, words: str) -> Wanting:
    """One field that the hotline does not take."""
    return Wanting([Wrong(field=field, wrong=say(words))], words)


def not_now(words: str) -> Conflict:
    """It would be right at another moment, or of something else."""
    return Conflict(words)


def not_there(words: str) -> NotFound:
    """There is no such thing, or it is none of theirs."""
    return NotFound(words)
