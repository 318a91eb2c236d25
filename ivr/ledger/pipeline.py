"""Statements that travel together: PostgreSQL's pipeline, straight on psycopg's libpq.

A cursor for each statement would cost a keypress more than all the server does for it. Here a statement is
prepared once on its connection, and is only a name and its values from then on.
"""

import re
import select
from collections.abc import Sequence
from functools import cache

import psycopg
from psycopg import errors
from psycopg.adapt import Transformer
from psycopg.pq import ConnStatus, ExecStatus
from psycopg.pq.abc import PGresult

from ivr.ledger.transaction import Row, Value, Values

TEXT, BINARY = 0, 1
DONE = (ExecStatus.TUPLES_OK, ExecStatus.COMMAND_OK, ExecStatus.PIPELINE_SYNC)
SOMETHING_TO_READ = select.POLLIN
ROOM_TO_WRITE = select.POLLIN | select.POLLOUT  # a server that cannot say what it has to say reads nothing


class Pipeline:
    """A connection in pipeline mode, of no more use once anything failed on it (`psycopg.Error`)."""

    patience = 1.0
    """Seconds the server may be silent: one that froze must not freeze the callers."""

    def __init__(self, connection: psycopg.Connection[Row]) -> None:
        self._connection = connection
        self._libpq = connection.pgconn
        self._libpq.nonblocking = 1
        self._libpq.enter_pipeline_mode()
        self._poll = select.poll()
        self._loader = Transformer(connection)
        self._prepared: dict[str, bytes] = {}
        self._unread = 0

    def is_alive(self) -> bool:
        """Whether the server has not hung up meanwhile: then there would be something to read. Asking it
        would cost every keypress a round trip."""
        return not self._ready(SOMETHING_TO_READ, 0)

    def send(self, sql: str, values: Values) -> None:
        """Put a statement with `:name` values into the pipeline; it leaves with the next `result`."""
        text, names = _spelled(sql)
        given = [values[name] for name in names]
        formats = [BINARY if type(value) is bytes else TEXT for value in given]
        prepared = self._prepared.get(sql) or self._prepare(sql, text)
        self._libpq.send_query_prepared(prepared, [_sent(value) for value in given], formats, BINARY)
        self._unread += 1

    def result(self) -> PGresult:
        """What the statement sent last has brought."""
        self._libpq.send_flush_request()
        return self._last_answer()

    def rows(self) -> list[Row]:
        """The rows the statement sent last has brought."""
        return self._read(self.result())

    def answers(self, questions: Sequence[tuple[str, Values]]) -> list[list[Row]]:
        """The rows of each of these statements, which travel together."""
        wanted = []
        for sql, values in questions:
            self.send(sql, values)
            wanted.append(self._unread)
        if not wanted:
            return []
        self._libpq.send_flush_request()
        came = [self._next_answer() for _ in range(self._unread)]
        return [self._read(came[nth - 1]) for nth in wanted]

    def _read(self, result: PGresult) -> list[Row]:
        self._loader.set_pgresult(result)
        return self._loader.load_rows(0, result.ntuples, tuple)

    def end(self, sql: str) -> None:
        """Send the last statement of a transaction, and see it through."""
        self.send(sql, {})
        self._libpq.pipeline_sync()
        self._last_answer()
        self._answer()

    def close(self) -> None:
        """What is not committed is undone by the server."""
        self._connection.close()

    def _prepare(self, sql: str, text: bytes) -> bytes:
        name = self._prepared[sql] = b"ivr_%d" % len(self._prepared)
        self._libpq.send_prepare(name, text)
        self._unread += 1
        return name

    def _last_answer(self) -> PGresult:
        """Reads the answers to all that was sent; the last of them."""
        while True:
            answer = self._next_answer()
            if not self._unread:
                return answer

    def _next_answer(self) -> PGresult:
        answer = self._answer()
        self._libpq.get_result()  # "no more of this one"
        self._unread -= 1
        return answer

    def _answer(self) -> PGresult:
        while self._libpq.flush():
            self._wait(ROOM_TO_WRITE)
        while self._libpq.is_busy():
            self._wait(SOMETHING_TO_READ)
        answer = self._libpq.get_result()
        if answer is None or self._libpq.status == ConnStatus.BAD:
            raise psycopg.OperationalError(f"the server is gone: {self._libpq.get_error_message()}")
        if answer.status not in DONE:
            raise errors.error_from_result(answer)
        return answer

    def _wait(self, event: int) -> None:
        if not self._ready(event, self.patience):
            raise psycopg.OperationalError(f"the server said nothing for {self.patience} seconds")
        self._libpq.consume_input()

    def _ready(self, event: int, seconds: float) -> bool:
        self._poll.register(self._libpq.socket, event)
        return bool(self._poll.poll(seconds * 1000))


def _sent(value: Value) -> bytes | None:
    if value is None or type(value) is bytes:
        return value
    text = str(value)
    if "\0" in text:
        raise psycopg.DataError("a text for PostgreSQL cannot hold the character 0")
    return text.encode()


@cache
def _spelled(sql: str) -> tuple[bytes, tuple[str, ...]]:
    """The statement with `$1` for `:name`, and the names in the order of their numbers."""
    names = tuple(dict.fromkeys(re.findall(r":(\w+)", sql)))
    return re.sub(r":(\w+)", lambda found: f"${names.index(found[1]) + 1}", sql).encode(), names
