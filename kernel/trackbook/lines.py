"""Events as journal lines: JSON, one line each, never longer than MAX_LINE_BYTES.

Pure: turns an event into bytes and opens no file. What is too long is cut, what JSON
can't say is replaced; an event is never refused.
"""

import math
import re
from datetime import UTC, datetime
from typing import Any

import msgspec

from trackbook.events import MAX_LINE_BYTES, CellError, Event, Param, PointsLogged

MAX_KEY_CHARACTERS = 250
"""A longer metric or param key is cut, so that a batch of points stays in its line."""

Target = tuple[str, str | None, str]
"""Where a point belongs: run id, execution id, origin."""

_FIRST_CUT = 64 * 1024
_WORD = 512
"""So far from where a text is to be cut a space is looked for."""

_SPACE = re.compile(r"\s")
_encoder = msgspec.json.Encoder()


def encode_event(event_type: type[Event], seq: int, at_ns: int, fields: Any) -> bytes:
    """Return the event as one line with its newline; `at_ns` is since the epoch."""
    at = datetime.fromtimestamp(at_ns / 1e9, UTC)
    try:
        line = _encoder.encode(event_type(seq=seq, at=at, **fields))
    except (TypeError, ValueError, OverflowError, RecursionError):
        line = b""
    cut = _FIRST_CUT
    while not line or len(line) >= MAX_LINE_BYTES:
        plain = {key: _plain(value, cut) for key, value in fields.items()}
        line = _encoder.encode(event_type(seq=seq, at=at, **plain))
        cut //= 2
    return line + b"\n"


def cut_text(text: str, limit: int) -> str:
    """Return `text` with at most about `limit` characters: its head and its tail.

    It is cut between words, so that no half of a credential is left to be overlooked.
    """
    if len(text) <= limit:
        return text
    half = limit // 2
    spaces = [
        match.start() for match in _SPACE.finditer(text, max(0, half - _WORD), half)
    ]
    head = spaces[-1] if spaces else half
    tail = len(text) - half
    if found := _SPACE.search(text, tail, tail + min(_WORD, half)):
        tail = found.start()
    return f"{text[:head]}\n… {tail - head:,} characters left out …\n{text[tail:]}"


def to_number(value: float) -> float | str:
    """Return `value`, or its word where JSON has none."""
    if math.isfinite(value):
        return value
    if value != value:
        return "NaN"
    return "Infinity" if value > 0 else "-Infinity"


class PointColumns:
    """Points of one metric of one run on their way into a line, as columns."""

    __slots__ = ("key", "steps", "target", "times_ms", "values")

    def __init__(self, target: Target, key: str) -> None:
        self.target = target
        self.key = key
        self.steps: list[int] = []
        self.times_ms: list[int] = []
        self.values: list[float | str] = []

    def encode(self, seq: int, at_ns: int) -> bytes:
        """Return the batch as one line."""
        run_id, execution_id, origin = self.target
        fields = {
            "run_id": run_id,
            "key": self.key,
            "steps": self.steps,
            "times_ms": self.times_ms,
            "values": self.values,
            "origin": origin,
            "execution_id": execution_id,
        }
        return encode_event(PointsLogged, seq, at_ns, fields)


def _plain(value: Any, cut: int, depth: int = 0) -> Any:
    """Return `value` in a form that can be written, with nothing longer than `cut`."""
    if isinstance(value, str):
        return cut_text(value, cut).encode("utf-8", "replace").decode("utf-8")
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int):
        return value if -(2**63) <= value < 2**63 else str(value)[:cut]
    if isinstance(value, float):
        return to_number(value)
    if isinstance(value, (Param, CellError)):
        changed = {
            field: _plain(getattr(value, field), cut, depth + 1)
            for field in value.__struct_fields__
        }
        return type(value)(**changed)
    if depth > 8:
        return "…"
    if isinstance(value, (list, tuple)):
        kept = [_plain(item, cut, depth + 1) for item in value[: max(1, cut // 8)]]
        return tuple(kept) if isinstance(value, tuple) else kept
    if isinstance(value, dict):
        return {
            str(_plain(str(key), cut)): _plain(item, cut, depth + 1)
            for key, item in list(value.items())[: max(1, cut // 8)]
        }
    return cut_text(f"<{type(value).__name__}>", cut)
