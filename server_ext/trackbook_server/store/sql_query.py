"""Raw SQL over a home: one select, of documented views, that can only read.

Four locks, each of which would do: the file is opened read-only, the connection takes
no writes, nothing can be attached, and SQLite asks before it compiles any statement
whether what that does is allowed.
"""

import difflib
import re
import secrets
import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from trackbook.errors import BadInput, HomeNotWritable
from trackbook_server.store.sql_views import (
    VIEWS,
    create_statements,
    list_columns,
    points_of,
)
from trackbook_server.store.values import to_text

MAX_SQL_CHARS = 100_000
MAX_VALUE_BYTES = 64 * 1024 * 1024
"""So large is a value at most that a query makes."""

_STEPS = 10_000
"""After so many steps of SQLite's machine it is asked whether to stop."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_TABLE_FUNCTIONS = frozenset(("json_each", "json_tree"))
_FORBIDDEN_FUNCTIONS = frozenset(("load_extension", "fts3_tokenizer", "sql_points"))


@dataclass(frozen=True, slots=True)
class Answer:
    """The columns of a query and its rows, which are read as they are asked for."""

    columns: list[str]
    rows: Iterator[tuple[Any, ...]]


class Query:
    """One query; close it when its rows were read.

    `stopping` is asked now and then; the query ends when it says yes.
    Raises BadInput for what is no query, with what it could be.
    """

    def __init__(
        self,
        database: Path,
        sql: str,
        *,
        stopping: Callable[[], bool] = lambda: False,
        seconds: float | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        if len(sql) > MAX_SQL_CHARS:
            raise BadInput(f"the SQL is longer than {MAX_SQL_CHARS:,} characters")
        self._stopping = stopping
        self._seconds = seconds
        self._clock = clock
        self._deadline = None if seconds is None else clock() + seconds
        self._connection = _open(database)
        self._connection.set_progress_handler(self._is_over, _STEPS)
        try:
            cursor = self._run(lambda: self._connection.execute(sql))
            if cursor.description is None:
                raise BadInput(f"this is no query. {_ALLOWED}")
        except BaseException:
            self._connection.close()
            raise
        columns = _unique([column[0] for column in cursor.description])
        self.answer = Answer(columns, self._read(cursor))

    def close(self) -> None:
        """Let the database go."""
        self._connection.close()

    def _read(self, cursor: sqlite3.Cursor) -> Iterator[tuple[Any, ...]]:
        while (row := self._run(cursor.fetchone)) is not None:
            yield row

    def _run(self, step: Callable[[], Any]) -> Any:
        try:
            return step()
        except (sqlite3.Error, sqlite3.Warning, OverflowError, ValueError) as error:
            raise BadInput(self._say(error)) from error

    def _is_over(self) -> bool:
        late = self._deadline is not None and self._clock() > self._deadline
        return late or self._stopping()

    def _say(self, error: Exception) -> str:
        """Return what is wrong with the query, and what it could be."""
        text = str(error)
        if text == "interrupted":
            if self._stopping():
                return "stopped"
            return f"the query took longer than {self._seconds:g} s; ask for less"
        if "authorized" in text or "prohibited" in text:
            return f"{text}. {_ALLOWED}"
        if "one statement" in text:
            return "only one statement at a time; leave out what is behind the first ;"
        missing = re.search(r"no such (table|column|function): (\S+)", text)
        if missing is None:
            return f"SQLite says: {text}. {_ALLOWED}"
        kind, name = missing.groups()
        return f"{text}. {_near(kind, name.rpartition('.')[2])}{_ALLOWED}"


_ALLOWED = (
    f"What can be asked is one select (or with … select) of the views "
    f"{', '.join(VIEWS)}; `trackbook query --views` lists their columns."
)


def _near(kind: str, name: str) -> str:
    """Return what may have been meant."""
    if kind == "table":
        found = difflib.get_close_matches(name, list(VIEWS), 1, 0.5)
        return f"Did you mean {found[0]}? " if found else ""
    having = [view for view in VIEWS if name in list_columns(view)]
    if having:
        return f"{name} is a column of {', '.join(having)}. "
    known = sorted({column for view in VIEWS for column in list_columns(view)})
    found = difflib.get_close_matches(name, known, 1, 0.6)
    return f"Did you mean {found[0]}? " if found and kind == "column" else ""


def _open(database: Path) -> sqlite3.Connection:
    """Return a connection on which only queries of the views can be compiled."""
    prefix = f"within_{secrets.token_hex(16)}_"
    try:
        connection = sqlite3.connect(
            f"{database.absolute().as_uri()}?mode=ro", uri=True, timeout=10.0
        )
        connection.create_function("sql_points", 1, points_of, deterministic=True)
        connection.create_function("sql_moment", 1, _moment, deterministic=True)
        for statement in create_statements(prefix):
            connection.execute(statement)
        tables = frozenset(
            name.lower()
            for (name,) in connection.execute("select name from sqlite_schema")
        )
        for function in _TABLE_FUNCTIONS:
            # What makes them known would not be allowed later.
            connection.execute(f"select 1 from {function}('[]')")
        connection.execute("pragma query_only = on")
        connection.execute("pragma trusted_schema = off")
    except sqlite3.OperationalError as error:
        raise HomeNotWritable(f"can't read {database}: {error}.") from error
    connection.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
    connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, MAX_VALUE_BYTES)
    connection.set_authorizer(lambda *said: _authorize(prefix, tables, *said))
    return connection


def _authorize(
    prefix: str,
    tables: frozenset[str],
    action: int,
    first: str | None,
    second: str | None,
    place: str | None,
    by: str | None,
) -> int:
    """Say whether a statement may do something; `by` is the view that does it.

    SQLite gives the name of a `with` there as well, which a query chooses: therefore
    only what bears the prefix, which no query knows, may read tables.
    """
    is_within = (by or "").startswith(prefix)
    allowed = action in (sqlite3.SQLITE_SELECT, sqlite3.SQLITE_RECURSIVE)
    if action == sqlite3.SQLITE_FUNCTION:
        allowed = is_within or second not in _FORBIDDEN_FUNCTIONS
    elif action == sqlite3.SQLITE_READ:
        name = first or ""
        is_view = place == "temp" and (name in VIEWS or name.startswith(prefix))
        # Of `count(*)` SQLite tells the name alone: it may be one of the query's own.
        is_own = place is None and not second and not name.startswith("sqlite_")
        is_own = is_own and (name in VIEWS or name.lower() not in tables)
        allowed = is_view or is_within or is_own or name in _TABLE_FUNCTIONS
    return sqlite3.SQLITE_OK if allowed else sqlite3.SQLITE_DENY


def _moment(time_ms: int | None) -> str | None:
    """Return milliseconds since the epoch as the store writes moments."""
    try:
        return (
            None
            if time_ms is None
            else to_text(_EPOCH + timedelta(milliseconds=time_ms))
        )
    except OverflowError:
        return None


def _unique(names: Sequence[str]) -> list[str]:
    """Return names of columns so that each is there once."""
    found: list[str] = []
    for name in names:
        number, new = 1, name
        while new in found:
            number += 1
            new = f"{name}_{number}"
        found.append(new)
    return found
