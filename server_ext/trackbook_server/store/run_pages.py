"""Pages of a list: its runs in their order, from a place on. Only selects."""

from typing import Any

import msgspec
import sqlite_utils

from trackbook.errors import BadInput
from trackbook_server.store.patience import GivenUp, Limit, within
from trackbook_server.store.rows import Row, rows
from trackbook_server.store.run_columns import Column
from trackbook_server.store.run_groups import Grouping, member_condition
from trackbook_server.store.run_order import (
    Order,
    Place,
    Value,
    comes_after,
    make_cursor,
    read_cursor,
)
from trackbook_server.store.run_scope import RunScope
from trackbook_server.store.search.plan import PATIENCE, SOME

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
    scope = scope.planned(db)
    if scope.search is not None and not scope.search.is_selective:
        patience = Limit(steps=PATIENCE)
        try:
            with within(db, patience):
                return _read(db, scope, order, view, limit, place, columns)
        except GivenUp as given_up:
            if given_up.limit is not patience:
                raise
        scope = scope.planned(db, SOME)
    return _read(db, scope, order, view, limit, place, columns)


def _read(
    db: sqlite_utils.Database,
    scope: RunScope,
    order: Order,
    view: ListView,
    limit: int,
    place: Place | None,
    columns: str,
) -> tuple[list[Row], str | None]:
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
    """Return what follows a place in a list of several orders. No index has its runs
    so: those are put in order whose first value is reached within the page."""
    source, within = "runs r", ""
    key: tuple[str, ...] = ()
    bounds: list[Value] = []
    values, keys = looked_up(order)
    reached = _reach(db, order, place, where, arguments, limit)
    if reached is not None:
        source, key = _source(order, where)
        first, last = ("<=", ">=") if order.descending else (">=", "<=")
        within, bounds = f"and {order.value} {last} ?", [reached]
        if place is not None:
            within, bounds = (
                f"and {order.value} {first} ? {within}",
                [place.value, *bounds],
            )
        values[0] = f"{order.value} as v0"
        keys = keys[len(order.key) :]
    behind, more = ("1", []) if place is None else comes_after(order, place)
    directions = ", ".join(
        f"v{number} is null, v{number} {each.direction}"
        for number, each in enumerate(order.all)
    )
    wanted = ", ".join(f"s.v{number}" for number in range(len(order.all)))
    return rows(
        db,
        "with sorted as (select * from ("
        f"select r.run_id, {', '.join(values)} from {source} "
        f"where {where.condition} {within}) where {behind} "
        f"order by {directions}, run_id {order.direction} limit ?) "
        f"select {columns}, {wanted} from sorted s join runs r using (run_id) "
        f"order by {directions}, s.run_id {order.direction}",
        (*keys, *key, *arguments, *bounds, *more, limit),
    )


def _reach(
    db: sqlite_utils.Database,
    order: Order,
    place: Place | None,
    where: Where,
    arguments: list[Any],
    limit: int,
) -> Value:
    """Return the first value that the last run of a page has at most, or None where
    the runs without one may be on it: that of the page of the first order alone, from
    behind all runs with the place's value on."""
    if place is not None and place.value is None:
        return None
    behind = None if place is None else Place((place.value,), _LAST_ID[order.direction])
    found = _read_part(db, order.alone, behind, "r.run_id", where, arguments, limit)
    return found[-1]["v0"] if len(found) == limit else None


_LAST_ID = {"asc": "\U0010ffff", "desc": ""}
"""What comes behind the ids of all runs."""


def looked_up(order: Order) -> tuple[list[str], list[str]]:
    """Return the values of an order as columns over `runs r`, and what they take."""
    values = [f"{each.looked_up} as v{number}" for number, each in enumerate(order.all)]
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
