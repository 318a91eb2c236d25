"""How gunicorn serves the hotline: gunicorn -c python:ivr.gunicorn app:app

Environment (or `.env`): PORT, HOST, WEB_CONCURRENCY (workers), IVR_THREADS, FORWARDED_ALLOW_IPS (the proxies
in front); an argument of gunicorn's command line beats what stands here.
"""

import os
import sys
from collections.abc import Callable
from importlib import import_module
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from ivr import before_workers, given, leaving, once_listening
from ivr.settings import WrongSettings

try:
    _settings = given()
except WrongSettings as wrong:
    sys.exit(f"These settings cannot be: {wrong}")
_host = f"[{_settings.host}]" if ":" in _settings.host else _settings.host
bind = f"{_host}:{_settings.port}"
forwarded_allow_ips = _settings.proxies

workers = _settings.workers
worker_class = "gthread"
threads = _settings.threads
# An idle connection waits in a poller, not in a thread, and should outlive the proxy's own patience (60 s).
keepalive = 75
timeout = 30
# Twilio gives up on a webhook after 15 s, so no request is worth a longer farewell.
graceful_timeout = 10
if Path("/dev/shm").is_dir():  # noqa: S108 - a slow disk must not make a worker look dead
    worker_tmp_dir = "/dev/shm"  # noqa: S108

# A webhook's URL and headers are short; its values come in the body.
limit_request_line = 4094
limit_request_fields = 64
limit_request_field_size = 8190

errorlog = "-"
accesslog = None
loglevel = "info"
proc_name = "ivr"
# Two hotlines on one machine, or a home that cannot be written, shall not quarrel over a socket.
control_socket_disable = True


LIBRARIES = ("flask", "holidays", "phonenumbers", "pydantic", "requests", "sqlalchemy")
"""Loaded once, for every process that is forked from here: they take longer than the rest of the start, and
are the same memory in all workers. What is ours is not: a worker started anew takes the code as it is."""


def on_starting(server: Any) -> None:
    """Make all ready before any worker lives. The command line may have named another number of workers."""
    os.environ["WEB_CONCURRENCY"] = str(server.cfg.workers)
    for library in LIBRARIES:
        import_module(library)
    if _apart(before_workers):
        sys.exit("The hotline does not start, for the reason above.")


def when_ready(server: Any) -> None:
    """Say where everything is, now that it is true."""
    _apart(once_listening)


def worker_exit(server: Any, worker: Any) -> None:
    """In a worker that was told to go, once it has answered what it had in hand."""
    leaving(getattr(worker, "wsgi", None))


def _apart(act: Callable[[], None]) -> int | None:
    """Does it in a process of its own, so that no worker inherits a connection; its exit code."""
    process = get_context("fork").Process(target=act)
    process.start()
    process.join()
    return process.exitcode
