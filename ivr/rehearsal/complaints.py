"""What the service writes into its log while it is rehearsed, by the call it was busy with."""

import logging
import re
import traceback
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication

SERVICE = "ivr"
_CALL = ContextVar("call", default="")
_SID = re.compile(rb"(?:^|&)CallSid=(\w+)")


class Complaints(logging.Handler):
    """Collects the warnings and errors of the service; while it does, they are written nowhere else."""

    def __init__(self) -> None:
        super().__init__()
        self.of_call: defaultdict[str, list[logging.LogRecord]] = defaultdict(list)

    def emit(self, record: logging.LogRecord) -> None:
        self.of_call[_CALL.get()].append(record)

    @contextmanager
    def collected(self) -> Iterator[None]:
        logger = logging.getLogger(SERVICE)
        was = logger.propagate
        logger.addHandler(self)
        logger.propagate = False
        try:
            yield
        finally:
            logger.propagate = was
            logger.removeHandler(self)


@contextmanager
def about(call_id: str) -> Iterator[None]:
    """What is complained of meanwhile belongs to this call."""
    token = _CALL.set(call_id)
    try:
        yield
    finally:
        _CALL.reset(token)


def attributed(app: "WSGIApplication", served: Callable[[], None]) -> "WSGIApplication":
    """The service, with each request known by the call it is about; after it, `served` is told."""

    def asked(environ: dict[str, Any], start: "StartResponse") -> Iterable[bytes]:
        form = environ["wsgi.input"].read()
        environ["wsgi.input"].seek(0)
        found = _SID.search(form)
        with about(found[1].decode() if found else ""):
            answer = app(environ, start)
        served()
        return answer

    return asked


def words_of(record: logging.LogRecord) -> str:
    """A complaint in one line: the exception and where it was raised, if there was one."""
    if record.exc_info and record.exc_info[1] is not None:
        error = record.exc_info[1]
        frames = traceback.extract_tb(error.__traceback__)
        where = f" ({frames[-1].filename}:{frames[-1].lineno}, {frames[-1].name})" if frames else ""
        return f"{type(error).__name__}: {error}{where}"
    return record.getMessage()
