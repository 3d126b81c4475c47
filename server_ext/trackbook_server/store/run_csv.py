"""Runs of a list as lines of CSV: what a table shows of them, unrounded. Pure."""

import json
from collections.abc import Iterable, Sequence
from typing import Any

from trackbook_server import contract as c
from trackbook_server.store.csv_text import csv_lines, plain
from trackbook_server.store.run_columns import Column

_ALWAYS = ("run_id", "name", "status", "metric", "value", "change")
"""What every line begins with: `metric` is the main one's key, `value` and `change` are
its."""

_FIELDS = {"revision": "revision_number"}
_SAID = {"name", "status", "main_metric"}


def csv_head(columns: Sequence[Column]) -> str:
    """Return the line that names the columns, as `search_runs` does."""
    more = [
        column.key
        if column.kind == "attribute"
        else plain(f"{column.kind}s.{column.key}")
        for column in _added(columns)
    ]
    return csv_lines([[*_ALWAYS, *more]])


def csv_runs(runs: Iterable[c.RunRow], columns: Sequence[Column]) -> str:
    """Return a line a run."""
    added = _added(columns)
    return csv_lines(
        [*_start(run), *(_cell(run, column) for column in added)] for run in runs
    )


def _added(columns: Sequence[Column]) -> list[Column]:
    return [
        column
        for column in columns
        if column.kind != "attribute" or column.key not in _SAID
    ]


def _start(run: c.RunRow) -> list[str]:
    metric = run.main_metric
    return [
        run.run_id,
        plain(run.name),
        run.status,
        *(
            ("", "", "")
            if metric is None
            else (
                plain(metric.key),
                _number(metric.value),
                "" if metric.change is None else repr(metric.change),
            )
        ),
    ]


def _cell(run: c.RunRow, column: Column) -> str:
    if column.kind == "attribute":
        value = getattr(run, _FIELDS.get(column.key, column.key))
    else:
        value = run.cells.get(column.name)
    if value is None:
        return ""
    if column.kind == "metric":
        return _number(value)
    return plain(value) if isinstance(value, str) else _said(value)


def _number(value: c.Number) -> str:
    """Return a number as Python says it; the contract's "NaN" is `nan`."""
    return repr(float(value)) if isinstance(value, str) else repr(value)


def _said(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
