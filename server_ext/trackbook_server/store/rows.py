"""Rows as mappings, for modules that read more columns than they can count."""

import sqlite3
from collections.abc import Iterable, Sequence
from typing import Any

import sqlite_utils

Row = dict[str, Any]


def rows(
    db: sqlite_utils.Database, sql: str, parameters: Sequence[Any] = ()
) -> list[Row]:
    """Return what a select gives, each row by column name."""
    cursor: sqlite3.Cursor = db.conn.execute(sql, parameters)
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor]


def marks(values: Iterable[object]) -> str:
    """Return as many question marks as there are values, for `in (…)`."""
    return ", ".join("?" for _ in values)
