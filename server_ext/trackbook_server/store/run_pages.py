"""Pages of a list: its runs in their order, from a place on. Only selects."""

from typing import Any

import msgspec
import sqlite_utils

from trackbook.errors import BadInput
from trackbook_server.store.rows import Row, rows
from trackbook_server.store.run_columns import Column
from trackbook_server.store.run_groups import Grouping, member_condition
from trackbook_server.store.run_order import (
    Order,
    Place,
    comes_after,
    make_cursor,
    read_cursor,
)
from trackbook_server.store.run_scope import RunScope

MAX_LIMIT = 500
"""So many runs are on a page at most."""


class ListView(msgspec.Struct, frozen=True, kw_only=True):
    """How a list is shown: in which order and groups, with which columns.

    `then` sorts the runs that `sort` leaves in one place. `groups` are the keys of
    those that are read, in the order of the list; empty: the list is read as if it had
    none.
    """

    sort: str = "-started_at"
    then: tuple[str, ...] = ()
    grouping: Grouping | None = None
    groups: tuple[str, ...] = ()
    columns: tuple[Column, ...] = ()


class Where(msgspec.Struct, frozen=True):
    """Which runs are read: a condition over `runs r`, and whether most meet it."""

    condition: str
    is_wide: bool


def read_page(
    db: sqlite_utils.Database,
    scope: RunScope,
    order: Order,
    view: ListView,
    limit: int,
    cursor: str | None,
    columns: str = "r.*",
    most: int = MAX_LIMIT,
) -> tuple[list[Row], str | None]:
    """Return a page of the list, and the cursor of the next one."""
    if not 1 <= limit <= most:
        raise BadInput(f"limit is {limit}; it must be from 1 to {most}")
    place = None if cursor is None else read_cursor(order, cursor)
    condition, parameters = scope.where()
    parts: list[tuple[str, list[Any]]] = [("", [])]
    if view.grouping is not None and view.groups:
        parts = [member_condition(view.grouping, key) for key in view.groups]
    found: list[Row] = []
    for part, more in parts:
        member = f"{condition} and {part}" if part else condition
        where = Where(f"{member} and {scope.placed}", scope.is_wide and not part)
        arguments = [*parameters, *more, scope.place]
        wanted = limit + 1 - len(found)
        read = _read_part(db, order, place, columns, where, arguments, wanted)
        found += read
        if len(read) == wanted:
            last = found[-2] if len(read) > 1 else None
            next_cursor = (
                make_cursor(order, Place(values_of(order, last), last["run_id"]))
                if last is not None
                else None
            )
            return found[:-1], next_cursor
        place = None
    return found, None


def _read_part(
    db: sqlite_utils.Database,
    order: Order,
    place: Place | None,
    columns: str,
    where: Where,
    arguments: list[Any],
    limit: int,
) -> list[Row]:
    """Return what follows a place in the list: runs with the value, then the others."""
    if order.then:
        return _read_sorted(db, order, place, columns, where, arguments, limit)
    direction = order.direction
    sign = "<" if order.descending else ">"
    found: list[Row] = []
    if place is None or place.value is not None:
        after = "" if place is None else f"and ({order.value}, r.run_id) {sign} (?, ?)"
        source, key = _source(order, where)
        is_there = f"and {order.value} is not null" if order.may_be_null else ""
        found = rows(
            db,
            f"select {columns}, {order.value} as v0 from {source} "
            f"where {where.condition} {is_there} {after} "
            f"order by {order.value} {direction}, r.run_id {direction} limit ?",
            (*key, *arguments, *_after(place), limit),
        )
        place = None
    if order.may_be_null and len(found) < limit:
        without = f"{order.value} is null"
        if order.source is not None:
            without = f"r.run_id not in (select run_id from ({order.source}))"
        found += rows(
            db,
            f"select {columns}, null as v0 from runs r "
            f"where {where.condition} and {without} "
            f"{f'and r.run_id {sign} ?' if place else ''} "
            f"order by r.run_id {direction} limit ?",
            (
                *arguments,
                *order.key,
                *([place.run_id] if place else []),
                limit - len(found),
            ),
        )
    return found


def _read_sorted(
    db: sqlite_utils.Database,
    order: Order,
    place: Place | None,
    columns: str,
    where: Where,
    arguments: list[Any],
    limit: int,
) -> list[Row]:
    """Return what follows a place in a list of several orders: all its runs are put in
    order, since no index has them so."""
    values, keys = looked_up(order)
    behind, more = ("1", []) if place is None else comes_after(order, place)
    directions = ", ".join(
        f"v{number} is null, v{number} {each.direction}"
        for number, each in enumerate(order.all)
    )
    wanted = ", ".join(f"s.v{number}" for number in range(len(order.all)))
    return rows(
        db,
        f"with sorted as (select * from (select r.run_id, {values} from runs r "
        f"where {where.condition}) where {behind} "
        f"order by {directions}, run_id {order.direction} limit ?) "
        f"select {columns}, {wanted} from sorted s join runs r using (run_id) "
        f"order by {directions}, s.run_id {order.direction}",
        (*keys, *arguments, *more, limit),
    )


def looked_up(order: Order) -> tuple[str, list[str]]:
    """Return the values of an order as columns over `runs r`, and what they take."""
    values = ", ".join(
        f"{each.looked_up} as v{number}" for number, each in enumerate(order.all)
    )
    return values, [key for each in order.all for key in each.key]


def values_of(order: Order, row: Row) -> tuple[Any, ...]:
    """Return what a row that was read here is sorted by."""
    return tuple(row[f"v{number}"] for number in range(len(order.all)))


def _source(order: Order, where: Where) -> tuple[str, tuple[str, ...]]:
    """Return where the runs and the values of an order are read from."""
    if order.source is None:
        return "runs r", ()
    # Along the index of the values where the list is of all runs; from the runs of the
    # list where it is of some, or is ordered by few.
    if where.is_wide:
        return (
            f"({order.source}) v cross join runs r on r.run_id = v.run_id",
            order.key,
        )
    return f"runs r cross join ({order.source}) v on v.run_id = r.run_id", order.key


def _after(place: Place | None) -> list[Any]:
    return [] if place is None else [place.value, place.run_id]
