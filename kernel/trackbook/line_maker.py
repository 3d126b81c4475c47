"""What a writer queued, as journal lines in their order.

It owns the writer's numbers: `seq`, and the next step of each metric. It opens no file.
"""

import contextlib
from collections import deque
from collections.abc import Callable, Mapping
from typing import Any

from trackbook.events import MAX_BATCH_POINTS, CaptureFailed, Event, ValuesRedacted
from trackbook.lines import (
    MAX_KEY_CHARACTERS,
    PointColumns,
    Target,
    encode_event,
    to_number,
)

OnPoints = Callable[[PointColumns], None]
"""Sees points on their way into a line."""

Redact = Callable[[type[Event], dict[str, Any]], tuple[dict[str, Any], int]]

EventItem = tuple[type[Event], int, dict[str, Any]]
"""An event as it is queued: what it is, nanoseconds since the epoch, its fields."""

PointItem = tuple[Target, str, float, int | None, int]
"""A point as it is queued: target, key, value, step, nanoseconds since the epoch."""


class LineMaker:
    """Makes the lines of one writer. Not thread-safe."""

    def __init__(
        self,
        redact: Redact | None,
        on_points: OnPoints | None = None,
        on_batch: Callable[[], None] | None = None,
    ) -> None:
        self._redact = redact
        self._on_batch = on_batch
        self._on_points = on_points
        self._seq = 0
        self._next_steps: dict[tuple[str, str], int] = {}
        self._by_hand: tuple[str | None, set[str]] = (None, set())

    def continue_steps(self, run_id: str, next_steps: Mapping[str, int]) -> None:
        """Number the next points of a run's metrics from here, or from where it is."""
        for key, step in next_steps.items():
            so_far = self._next_steps.get((run_id, key), 0)
            self._next_steps[run_id, key] = max(step, so_far)

    def make_line(
        self, event_type: type[Event], at_ns: int, fields: dict[str, Any]
    ) -> bytes:
        """Return one event as a line, as it stands."""
        line = encode_event(event_type, self._seq, at_ns, fields)
        self._seq += 1
        return line

    def take(self, queue: deque[EventItem | PointItem], limit: int) -> list[bytes]:
        """Take up to `limit` items off the queue and return them as lines.

        Points that follow each other go into one line a metric, as columns.
        """
        lines: list[bytes] = []
        columns: dict[tuple[Target, str], PointColumns] = {}
        if self._on_batch is not None:
            self._on_batch()
        for _ in range(min(limit, len(queue))):
            item = queue.popleft()
            if len(item) == 5:
                self._take_point(item, columns, lines)
                continue
            if columns:
                self._close_columns(columns, lines)
            try:
                lines += self._make_lines(*item)
            except Exception as error:  # not as it is: it might hold a credential
                lines.append(self._say_failed(item, error))
        self._close_columns(columns, lines)
        return lines

    def _make_lines(
        self, event_type: type[Event], at_ns: int, fields: dict[str, Any]
    ) -> list[bytes]:
        """Return an event and what was replaced in it."""
        if self._redact is None:
            return [self.make_line(event_type, at_ns, fields)]
        fields, redacted = self._redact(event_type, fields)
        lines = [self.make_line(event_type, at_ns, fields)]
        if redacted:
            said = {"count": redacted, "run_id": fields.get("run_id")}
            lines.append(self.make_line(ValuesRedacted, at_ns, said))
        return lines

    def _say_failed(self, item: EventItem, error: Exception) -> bytes:
        """Return the line that stands for an event that could not be written."""
        event_type, at_ns, fields = item
        said = {
            "where": "journal",
            "error": f"{event_type.__name__}: {type(error).__name__}",
            "run_id": fields.get("run_id"),
        }
        return self.make_line(CaptureFailed, at_ns, said)

    def _take_point(
        self,
        item: PointItem,
        columns: dict[tuple[Target, str], PointColumns],
        lines: list[bytes],
    ) -> None:
        target, key, value, step, at_ns = item
        if target[2] != "value" and self._is_said_by_hand(target, key):
            return
        series = (target[0], key)
        if step is None:
            step = self._next_steps.get(series, 0)
        self._next_steps[series] = step + 1
        found = columns.get((target, key))
        if found is None:
            found = columns[target, key] = PointColumns(
                target, key[:MAX_KEY_CHARACTERS]
            )
        found.steps.append(step)
        found.times_ms.append(at_ns // 1_000_000)
        found.values.append(to_number(value))
        if len(found.steps) == MAX_BATCH_POINTS:
            del columns[target, key]
            lines.append(self._encode(found, at_ns))

    def _is_said_by_hand(self, target: Target, key: str) -> bool:
        """Tell whether a result found in an execution is one that its code logs."""
        _, execution_id, origin = target
        if self._by_hand[0] != execution_id:
            self._by_hand = (execution_id, set())
        if origin != "auto":
            self._by_hand[1].add(key)
            return False
        return execution_id is not None and key in self._by_hand[1]

    def _close_columns(
        self, columns: dict[tuple[Target, str], PointColumns], lines: list[bytes]
    ) -> None:
        for found in columns.values():
            lines.append(self._encode(found, found.times_ms[-1] * 1_000_000))
        columns.clear()

    def _encode(self, columns: PointColumns, at_ns: int) -> bytes:
        line = columns.encode(self._seq, at_ns)
        self._seq += 1
        if self._on_points is not None:
            with contextlib.suppress(Exception):  # who looks on does not stop the rest
                self._on_points(columns)
        return line
