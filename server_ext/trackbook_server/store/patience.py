"""How long selects may take: until a moment, for so many steps, or until nobody waits
for them any more.

SQLite asks every so many steps of its machine whether to go on; limits nest, and the
first that is over ends the select.
"""

import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import sqlite_utils

_STEPS = 1000
"""After so many steps of SQLite's machine the limits are looked at."""

_local = threading.local()


class Limit:
    """When to give up: after so many seconds, after so many steps (which are the same
    wherever they are counted), or when it is cancelled."""

    def __init__(self, seconds: float | None = None, steps: int | None = None) -> None:
        self.seconds = seconds
        self._deadline = None if seconds is None else time.monotonic() + seconds
        self._steps = steps
        self.is_cancelled = False

    def cancel(self) -> None:
        """Give up now. From any thread."""
        self.is_cancelled = True

    @property
    def is_over(self) -> bool:
        """Whether to give up."""
        return (
            self.is_cancelled
            or (self._deadline is not None and time.monotonic() > self._deadline)
            or (self._steps is not None and self._steps < 0)
        )

    def count(self, steps: int) -> bool:
        """Count steps; return whether to give up."""
        if self._steps is not None:
            self._steps -= steps
        return self.is_over


class GivenUp(Exception):
    """A select was ended by `limit`."""

    def __init__(self, limit: Limit) -> None:
        super().__init__("given up")
        self.limit = limit


@contextmanager
def within(db: sqlite_utils.Database, limit: Limit) -> Iterator[None]:
    """Let what is selected in the block end with the limit. Raises GivenUp."""
    limits: list[Limit] = _local.__dict__.setdefault("limits", [])

    def is_over() -> bool:
        over = [each.count(_STEPS) for each in limits]
        return any(over)

    if limit.is_over:
        raise GivenUp(limit)
    limits.append(limit)
    db.conn.set_progress_handler(is_over, _STEPS)
    try:
        yield
    except sqlite3.OperationalError as error:
        over = next((each for each in limits if each.is_over), None)
        if over is None or "interrupted" not in str(error):
            raise
        raise GivenUp(over) from error
    finally:
        limits.pop()
        if not limits:
            db.conn.set_progress_handler(None, 0)


def count_within(
    db: sqlite_utils.Database,
    sql: str,
    parameters: tuple[object, ...],
    seconds: float,
) -> tuple[int, bool]:
    """Return how many rows a select has, and whether these are all: it is given up
    after so many seconds."""
    limit = Limit(seconds)
    count = 0
    try:
        with within(db, limit):
            for _ in db.conn.execute(sql, parameters):
                count += 1
    except GivenUp as given_up:
        if given_up.limit is not limit:
            raise
        return count, False
    return count, True
