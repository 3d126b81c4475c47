"""In which order a list stands, and where its next page begins.

A list is ordered by one value of its runs, then by id. Runs without the value come
last, in either direction.
"""

import base64
import math
from dataclasses import dataclass
from typing import Any

import msgspec

from trackbook.errors import BadInput
from trackbook_server.store.params import PARAM_ORDER
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
_VALUES = {"param": PARAM_ORDER, "metric": "last", "tag": "value"}

Value = str | float | int | None


@dataclass(frozen=True, slots=True)
class Order:
    """What a list is ordered by.

    `source` is a select of run_id and value from another table where the value is not
    in `runs`, and `value` its column or an expression over `runs r`.
    """

    sort: str
    value: str
    descending: bool
    source: str | None = None
    key: tuple[str, ...] = ()
    may_be_null: bool = True

    @property
    def direction(self) -> str:
        """The word of SQL."""
        return "desc" if self.descending else "asc"


@dataclass(frozen=True, slots=True)
class Place:
    """The run that a page ended with."""

    value: Value
    run_id: str


def parse_order(sort: str) -> Order:
    """Return the order that `sort` names: a column, `-` before it for the greatest
    first; `starred` stands for the starred first. Raises BadInput."""
    column = parse_column(sort.removeprefix("-"))
    descending = sort.startswith("-") or sort == "starred"
    if column.kind == "attribute":
        return Order(
            sort=sort,
            value=ATTRIBUTES[column.key],
            descending=descending,
            may_be_null=column.key not in NEVER_NULL,
        )
    table, which = _TABLES[column.kind]
    return Order(
        sort=sort,
        value="v.value",
        descending=descending,
        source=f"select run_id, {_VALUES[column.kind]} as value from {table} "
        f"where {which} and key = ?",
        key=(column.key,),
    )


def make_cursor(order: Order, place: Place) -> str:
    """Return the opaque name of the place behind a row."""
    value = place.value
    if isinstance(value, float) and math.isinf(value):
        # JSON has no word for it; no other value is in a list.
        value_said: Any = [value > 0]
    else:
        value_said = value
    text = msgspec.json.encode([order.sort, value_said, place.run_id])
    return base64.urlsafe_b64encode(text).decode().rstrip("=")


def read_cursor(order: Order, cursor: str) -> Place:
    """Return the place that a cursor names. Raises BadInput."""
    try:
        data = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        sort, value, run_id = msgspec.json.decode(
            data, type=tuple[str, str | int | float | list[bool] | None, str]
        )
    except (ValueError, msgspec.DecodeError) as error:
        raise BadInput("the cursor is none that this list gave") from error
    if sort != order.sort:
        raise BadInput("the cursor belongs to another sort; begin without one")
    if isinstance(value, list):
        value = math.inf if value == [True] else -math.inf
    return Place(value, run_id)
