"""Order by several keys, in MLflow's words: `metrics.acc DESC`, `start_time`.

For answers that are whole; pages of a list have one key (`run_order.py`).
"""

from collections.abc import Sequence
from itertools import pairwise

import sqlite_utils

from trackbook.errors import BadFilter
from trackbook_server.store.run_scope import RunScope
from trackbook_server.store.search.fields import get_attribute
from trackbook_server.store.search.names import read_field
from trackbook_server.store.search.syntax import Field
from trackbook_server.store.search.tokens import Token, tokenize

MAX_KEYS = 10


def list_ordered_ids(
    db: sqlite_utils.Database, scope: RunScope, order_by: Sequence[str], limit: int
) -> list[str]:
    """Return the ids of the first runs of a list, ordered by all keys, then the newest
    first. Runs without a value come last, as MLflow has it. Raises BadFilter."""
    if len(order_by) > MAX_KEYS:
        raise BadFilter(
            f"at most {MAX_KEYS} keys to order by", ", ".join(order_by), 0, 1
        )
    scope = scope.planned(db)
    condition, parameters = scope.where()
    selects: list[str] = []
    keys: list[str] = []
    orders: list[str] = []
    for number, text in enumerate(order_by):
        field, descending = read_order(text)
        expression, more = _value_of(field)
        selects.append(f"{expression} as o{number}")
        keys += more
        direction = "desc" if descending else "asc"
        orders.append(f"o{number} is null, o{number} {direction}")
    columns = ", ".join(["r.run_id", *selects])
    order = ", ".join([*orders, "r.started_at desc", "r.run_id desc"])
    return [
        run_id
        for run_id, *_ in db.execute(
            f"select {columns} from runs r where {condition} and {scope.placed} "
            f"order by {order} limit ?",
            (*keys, *parameters, scope.place, limit),
        )
    ]


def read_order(text: str) -> tuple[Field, bool]:
    """Return the field that a key names, and whether the greatest comes first.

    `-` before it does that too. Raises BadFilter.
    """
    tokens = tokenize(text)[:-1]
    descending = False
    if tokens and tokens[-1].says("asc", "desc") and len(tokens) > 1:
        descending = tokens.pop().says("desc")
    if not tokens:
        raise BadFilter("expected a key, such as metrics.acc DESC", text, 0, 1)
    first = tokens[0]
    if first.kind == "word" and first.text.startswith("-"):
        descending = True
        tokens[0] = Token("word", first.text[1:], first.start + 1, first.end)
    for before, after in pairwise(tokens):
        if before.end != after.start:
            raise BadFilter(
                "expected ASC or DESC after the key", text, after.start, after.end
            )
    return read_field(text, tokens), descending


def _value_of(field: Field) -> tuple[str, list[str]]:
    """Return the field's value of a run `r`, and what it needs."""
    if field.kind == "attribute":
        attribute = get_attribute(field.key)
        if attribute.table:
            return f"(select {attribute.sql} from {attribute.table})", []
        return attribute.sql, []
    table, value = {
        "metric": ("metrics", field.statistic),
        "param": ("params", "ranked"),
        "tag": ("tags", "value"),
        "dataset": ("inputs", f"min({field.key})"),
    }[field.kind]
    key = "" if field.kind == "dataset" else " and key = ?"
    return (
        f"(select {value} from {table} where run_id = r.run_id{key})",
        [] if field.kind == "dataset" else [field.key],
    )
