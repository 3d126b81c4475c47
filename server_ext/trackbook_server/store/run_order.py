"""In which order a list stands, and where its next page begins.

A list is ordered by one value of its runs or by several, then by id. Runs without a
value come behind those that have one, in either direction.
"""

import base64
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import msgspec

from trackbook.errors import BadInput
from trackbook_server.store.run_columns import (
    ATTRIBUTES,
    NEVER_NULL,
    parse_column,
)

SORTS = (
    "-started_at",
    "started_at",
    "name",
    "-name",
    "duration_ms",
    "-duration_ms",
    "main_metric",
    "-main_metric",
    "starred",
)
"""The orders that have names of their own; every other column sorts as well."""

_TABLES = {
    "param": ("params", "value is not null"),
    "metric": ("metrics", "role = 'result' and last is not null"),
    "tag": ("tags", "value is not null"),
}
_VALUES = {"param": "ranked", "metric": "last", "tag": "value"}

_BY_RUN = {"metrics": "indexed by metrics_of_run"}

MAX_SORTS = 5
"""By so many columns one list is sorted at most."""

Value = str | float | int | None


@dataclass(frozen=True, slots=True)
class Order:
    """What a list is ordered by.

    `source` is a select of run_id and value from another table where the value is not
    in `runs`, and `value` its column or an expression over `runs r`. `looked_up` is the
    value of one run `r`; like the source, it takes `key`. `then` are the orders of the
    runs that have the same value.
    """

    sort: str
    value: str
    looked_up: str
    descending: bool
    source: str | None = None
    key: tuple[str, ...] = ()
    may_be_null: bool = True
    then: tuple["Order", ...] = ()

    @property
    def all(self) -> tuple["Order", ...]:
        """This order and those that follow it."""
        return (self, *self.then)

    @property
    def alone(self) -> "Order":
        """This order without those that follow it."""
        return replace(self, then=())

    @property
    def direction(self) -> str:
        """The word of SQL."""
        return "desc" if self.descending else "asc"


@dataclass(frozen=True, slots=True)
class Place:
    """The run that a page ended with, and its values by which the list is sorted."""

    values: tuple[Value, ...]
    run_id: str

    @property
    def value(self) -> Value:
        """The first of them."""
        return self.values[0]


def parse_order(sort: str, then: Sequence[str] = ()) -> Order:
    """Return the order that `sort` names: a column, `-` before it for the greatest
    first; `starred` stands for the starred first. Raises BadInput."""
    if len(then) >= MAX_SORTS:
        raise BadInput(f"a list is sorted by {MAX_SORTS} columns at most")
    return replace(_parse(sort), then=tuple(map(_parse, then)))


def _parse(sort: str) -> Order:
    column = parse_column(sort.removeprefix("-"))
    descending = sort.startswith("-") or sort == "starred"
    if column.kind == "attribute":
        return Order(
            sort=sort,
            value=ATTRIBUTES[column.key],
            looked_up=ATTRIBUTES[column.key],
            descending=descending,
            may_be_null=column.key not in NEVER_NULL,
        )
    table, which = _TABLES[column.kind]
    value = _VALUES[column.kind]
    return Order(
        sort=sort,
        value="v.value",
        looked_up=f"(select {value} from {table} {_BY_RUN.get(table, '')} "
        f"where run_id = r.run_id and {which} and key = ?)",
        descending=descending,
        source=f"select run_id, {value} as value from {table} "
        f"where {which} and key = ?",
        key=(column.key,),
    )


def comes_after(order: Order, place: Place) -> tuple[str, list[Value]]:
    """Return the condition that a row comes behind a place, over `v0`, `v1` and so on
    (the values) and `run_id`, and its parameters."""
    ways: list[str] = []
    parameters: list[Value] = []
    same = ""
    known: list[Value] = []
    for number, (each, value) in enumerate(zip(order.all, place.values, strict=True)):
        if value is not None:
            sign = "<" if each.descending else ">"
            ways.append(f"{same}(v{number} is null or v{number} {sign} ?)")
            parameters += [*known, value]
        same += f"v{number} is ? and "
        known.append(value)
    ways.append(f"{same}run_id {'<' if order.descending else '>'} ?")
    parameters += [*known, place.run_id]
    return " or ".join(f"({way})" for way in ways), parameters


def make_cursor(order: Order, place: Place) -> str:
    """Return the opaque name of the place behind a row."""
    text = msgspec.json.encode(
        [_sorts(order), [_sayable(value) for value in place.values], place.run_id]
    )
    return base64.urlsafe_b64encode(text).decode().rstrip("=")


def read_cursor(order: Order, cursor: str) -> Place:
    """Return the place that a cursor names. Raises BadInput."""
    try:
        data = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        sorts, values, run_id = msgspec.json.decode(
            data,
            type=tuple[list[str], list[str | int | float | list[bool] | None], str],
        )
    except (ValueError, msgspec.DecodeError) as error:
        raise BadInput("the cursor is none that this list gave") from error
    if sorts != _sorts(order) or len(values) != len(sorts):
        raise BadInput("the cursor belongs to another sort; begin without one")
    return Place(tuple(map(_read, values)), run_id)


def _sorts(order: Order) -> list[str]:
    return [each.sort for each in order.all]


def _sayable(value: Value) -> Any:
    """Return a value that JSON can say; no other value in a list is a list."""
    if isinstance(value, float) and math.isinf(value):
        return [value > 0]
    return value


def _read(value: str | float | list[bool] | None) -> Value:
    if isinstance(value, list):
        return math.inf if value == [True] else -math.inf
    return value
