"""The table of a loop over listed values: what was tried, and what came of it."""

import time
from typing import Any

from trackbook.capture.estimators import is_estimator
from trackbook.capture.literals import to_json_value
from trackbook.capture.variables import to_scalar

MAX_ROWS = 10_000
CHUNK_ROWS = 200
_MAX_LISTED = 200
_SECONDS = 1.0
_PLAIN = (bool, int, float, str, type(None))

Chunk = tuple[int, tuple[str, ...], list[tuple[Any, ...]]]
"""Rows on their way: the place of the first, the columns, the rows."""


class LoopTable:
    """Rows as a loop makes them; up to MAX_ROWS, told in chunks."""

    def __init__(self, tried: list[str], keys: list[str]) -> None:
        self.name = ", ".join(tried)
        self.tried = dict.fromkeys(tried)
        self._keys = keys
        self._rows: list[dict[str, Any]] = []
        self._told = 0
        self._told_at = time.monotonic()
        self._columns: tuple[str, ...] = ()

    def add(self, tried: dict[str, Any], results: dict[str, float]) -> bool:
        """Add an iteration; tells whether it is time to `take` rows."""
        if len(self._rows) >= MAX_ROWS:
            return False
        row: dict[str, Any] = {}
        for name, value in tried.items():
            if isinstance(value, dict) and value:
                self.tried.pop(name, None)
                row |= {f"{name}.{key}": _describe(item) for key, item in value.items()}
            else:
                row[name] = _describe(value)
        self.tried |= dict.fromkeys(row)
        self._rows.append(row | results)
        return (
            len(self._rows) - self._told >= CHUNK_ROWS
            or time.monotonic() - self._told_at >= _SECONDS
        )

    def take(self) -> Chunk | None:
        """Return the next rows that were not told, None without any.

        All of them once more where a row has brought new columns.
        """
        columns = (*self.tried, *(key for key in self._keys if key not in self.tried))
        if columns != self._columns:
            self._told, self._columns = 0, columns
        first = self._told
        rows = self._rows[first : first + CHUNK_ROWS]
        self._told_at = time.monotonic()
        self._told += len(rows)
        if not rows:
            return None
        found = [tuple(row.get(name) for name in columns) for row in rows]
        return first, columns, found


def lists_values(value: Any) -> bool:
    """Tell whether a loop over it tries values: a short collection of plain ones."""
    if type(value) not in (list, tuple, dict, set) or not 0 < len(value) <= _MAX_LISTED:
        return False
    first = next(iter(value.values() if type(value) is dict else value))
    if type(first) in (tuple, list) and 0 < len(first) <= 10:
        return all(map(_is_plain, first))
    return _is_plain(first) or type(first) is dict


def _is_plain(value: Any) -> bool:
    return isinstance(value, _PLAIN) or callable(value) or is_estimator(value)


def _describe(value: Any) -> Any:
    """Return what was tried; of an object its class, since its `repr` may take long."""
    if isinstance(value, (*_PLAIN, type, list, tuple)):
        return to_json_value(value)
    number = to_scalar(value)
    if number is not None:
        return number
    named = getattr(value, "__qualname__", None)
    return named if isinstance(named, str) else type(value).__name__
