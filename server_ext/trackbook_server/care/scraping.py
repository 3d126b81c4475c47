"""Rows read out of a database whose pages are damaged, around what can't be read.

SQLite stops at a page that makes no sense. What lies behind it is reached by asking for
other keys: by halves where rows have numbers, else by keys that are known otherwise.
Only reads; what becomes of the rows, `salvage.py` says.
"""

import sqlite3
from collections.abc import Iterable, Iterator
from heapq import heappop, heappush
from typing import Any, NamedTuple

_AT_ONCE = 500
_MOST_FAILURES = 4000
"""So often a table is asked in vain, which takes a second or two."""

_LAST_ROWID = 2**62

UNREADABLE = (sqlite3.DatabaseError, UnicodeDecodeError, OverflowError)
"""What SQLite, and Python's door to it, raise of bytes that make no sense."""

Key = tuple[Any, ...]
Row = tuple[Any, ...]


class Table(NamedTuple):
    """A table of the schema; `texts` are its columns of text.

    `number` is the column that is its rowid; None where its rows are found by `key`,
    and `has_rowid` says whether they have numbers at all.
    """

    name: str
    columns: tuple[str, ...]
    texts: tuple[str, ...]
    key: tuple[str, ...]
    number: str | None
    has_rowid: bool


class Doubtful(str):
    """A text that was none any more: what is no character in it was replaced."""

    __slots__ = ()


def read_text(data: bytes) -> str:
    """Return a text as `text_factory` of a connection does, never failing."""
    try:
        return data.decode()
    except UnicodeDecodeError:
        return Doubtful(data.decode(errors="replace"))


class Gap(NamedTuple):
    """Keys between which nothing could be read; None: from the first, to the end."""

    after: Key | None
    before: Key | None


def list_tables(db: sqlite3.Connection) -> list[Table]:
    """Return the tables of a sound database that hold what was said."""
    found = []
    for name, sql in db.execute(
        "select name, sql from sqlite_master where type = 'table' order by rowid"
    ).fetchall():
        if name.startswith(("sqlite_", "_sqlite")) or "_words" in name:
            continue  # SQLite's own, the migrations', the index for full text
        facts = db.execute(f'pragma table_info("{name}")').fetchall()
        keys = sorted((pk, column, kind) for _, column, kind, _, _, pk in facts if pk)
        has_rowid = "without rowid" not in sql.lower()
        is_number = has_rowid and len(keys) == 1 and keys[0][2].lower() == "integer"
        found.append(
            Table(
                name=name,
                columns=tuple(fact[1] for fact in facts),
                texts=tuple(fact[1] for fact in facts if fact[2].lower() == "text"),
                key=tuple(column for _, column, _ in keys),
                number=keys[0][1] if is_number else None,
                has_rowid=has_rowid,
            )
        )
    return found


def scrape(
    db: sqlite3.Connection, table: Table, pivots: Iterable[Key], gaps: list[Gap]
) -> Iterator[Row]:
    """Yield the rows of `table` that can be read; note in `gaps` where others may be.

    `pivots` are keys, or beginnings of keys, from which to go on behind what can't be
    read; a table whose rows have numbers needs none.
    """
    try:
        db.execute(f'select * from "{table.name}" limit 0')
    except UNREADABLE:  # the schema itself
        gaps.append(Gap(None, None))
        return
    if table.has_rowid:
        yield from _by_number(db, table, gaps)
    else:
        yield from _by_key(db, table, sorted(pivots, key=_order), gaps)


def _by_number(db: sqlite3.Connection, table: Table, gaps: list[Gap]) -> Iterator[Row]:
    """Halve what can't be read, the widest range first: what is left in the end when
    it was asked too often is small."""
    ranges = [(-2 * _LAST_ROWID, -_LAST_ROWID, _LAST_ROWID)]
    unread: list[tuple[int, int]] = []
    failures = 0
    while ranges:
        _, low, high = heappop(ranges)
        try:
            while found := _read(
                db, table, "rowid between ? and ?", (low, high), "rowid", "rowid, "
            ):
                for rowid, *row in found:
                    yield tuple(row)
                    low = rowid + 1
        except UNREADABLE:
            failures += 1
            if low >= high or failures > _MOST_FAILURES:
                unread.append((low, high))
                continue
            middle = (low + high) // 2
            heappush(ranges, (low - middle, low, middle))
            heappush(ranges, (middle + 1 - high, middle + 1, high))
    for low, high in sorted(unread):
        if gaps and gaps[-1].before == (low,):  # neighbours are one gap
            gaps[-1] = Gap(gaps[-1].after, (high + 1,))
        else:
            gaps.append(Gap((low - 1,), (high + 1,)))


def _by_key(
    db: sqlite3.Connection, table: Table, pivots: list[Key], gaps: list[Gap]
) -> Iterator[Row]:
    places = [table.columns.index(name) for name in table.key]
    order = ", ".join(f'"{name}"' for name in table.key)
    last: Key | None = None
    starts = iter([None, *pivots])
    broken_after: Key | None = None
    is_broken = False
    failures = 0
    for start in starts:
        if start is not None and (
            not is_broken or (last is not None and _order(start) <= _order(last))
        ):
            continue
        at, inclusive = (last, False) if start is None else (start, True)
        try:
            while found := _from(db, table, at, inclusive, order):
                for row in found:
                    key = tuple(row[place] for place in places)
                    if is_broken:
                        gaps.append(Gap(broken_after, key))
                        is_broken = False
                    yield row
                    last = at = key
                inclusive = False
            if is_broken:
                gaps.append(Gap(broken_after, None))
            return
        except UNREADABLE:
            failures += 1
            if not is_broken:
                is_broken, broken_after = True, last
            if failures > _MOST_FAILURES:
                break
    # The rest from its end on.
    kept: list[Row] = []
    try:
        before: Key | None = None
        while found := _back_from(db, table, last, before, order):
            kept += found
            before = tuple(found[-1][place] for place in places)
    except UNREADABLE:
        pass
    yield from reversed(kept)
    end = tuple(kept[-1][place] for place in places) if kept else None
    gaps.append(Gap(broken_after, end))


def _from(
    db: sqlite3.Connection, table: Table, at: Key | None, inclusive: bool, order: str
) -> list[Row]:
    if at is None:
        return _read(db, table, "1", (), order)
    names = ", ".join(f'"{name}"' for name in table.key[: len(at)])
    marks = ", ".join("?" for _ in at)
    sign = ">=" if inclusive else ">"
    return _read(db, table, f"({names}) {sign} ({marks})", at, order)


def _back_from(
    db: sqlite3.Connection,
    table: Table,
    after: Key | None,
    before: Key | None,
    order: str,
) -> list[Row]:
    names = ", ".join(f'"{name}"' for name in table.key)
    marks = ", ".join("?" for _ in table.key)
    where = ["1"]
    parameters: Key = ()
    for sign, key in ((">", after), ("<", before)):
        if key is not None:
            where.append(f"({names}) {sign} ({marks})")
            parameters += key
    backwards = ", ".join(f'"{name}" desc' for name in table.key)
    return _read(db, table, " and ".join(where), parameters, backwards)


def _read(
    db: sqlite3.Connection,
    table: Table,
    where: str,
    parameters: Key,
    order: str,
    first: str = "",
) -> list[Row]:
    """Return some rows; as many as there are before the first that can't be read."""
    columns = ", ".join(f'"{name}"' for name in table.columns)
    cursor = db.execute(
        f'select {first}{columns} from "{table.name}" where {where} '
        f"order by {order} limit {_AT_ONCE}",
        parameters,
    )
    found: list[Row] = []
    try:
        for row in cursor:
            found.append(row)
    except UNREADABLE:
        if not found:
            raise
    return found


def _order(key: Key) -> tuple[tuple[int, Any], ...]:
    """Return what sorts keys as SQLite does: numbers, texts, bytes; shorter first."""
    ranks = {int: 1, float: 1, str: 2, bytes: 3}
    return tuple(
        (
            ranks.get(type(part), 0),
            part.encode() if isinstance(part, str) else part or 0,
        )
        for part in key
    )
