"""Rows as mappings, for modules that read more columns than they can count."""

import sqlite3
import time
from collections.abc import Iterable, Sequence
from typing import Any

import sqlite_utils

Row = dict[str, Any]

_STEPS = 2000
"""After so many steps of SQLite's machine the clock is looked at."""


def rows(
    db: sqlite_utils.Database, sql: str, parameters: Sequence[Any] = ()
) -> list[Row]:
    """Return what a select gives, each row by column name."""
    cursor: sqlite3.Cursor = db.conn.execute(sql, parameters)
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor]


def count_within(
    db: sqlite_utils.Database, sql: str, parameters: Sequence[Any], seconds: float
) -> tuple[int, bool]:
    """Return how many rows a select has, and whether these are all: it is given up
    after so many seconds."""
    deadline = time.monotonic() + seconds
    count = 0
    db.conn.set_progress_handler(lambda: time.monotonic() > deadline, _STEPS)
    try:
        for _ in db.conn.execute(sql, parameters):
            count += 1
    except sqlite3.OperationalError as error:
        if "interrupted" not in str(error):
            raise
        return count, False
    finally:
        db.conn.set_progress_handler(None, 0)
    return count, True


def marks(values: Iterable[object]) -> str:
    """Return as many question marks as there are values, for `in (…)`."""
    return ", ".join("?" for _ in values)
