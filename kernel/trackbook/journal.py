"""The journal: append-only NDJSON, one a writer process, in segments bounded by size.

This module owns the files in `journals/`: their names, their lines, and how they are
read from a cursor; `writer.py` appends them. What an event means, it does not know.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import msgspec

from trackbook.events import MAX_LINE_BYTES, AnyEvent, Event

SEGMENT_SUFFIX = ".ndjson"

_READ_BYTES = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Segment:
    """One file of one writer's journal: `{writer_id}-{index:06d}.ndjson`."""

    path: Path
    writer_id: str
    index: int


@dataclass(frozen=True, slots=True)
class Line:
    """One complete line: its event, or the problem that it has none.

    `end` is the offset behind its newline: the cursor once the line is applied.
    """

    start: int
    end: int
    event: Event | None
    problem: str | None = None
    text: bytes = b""


def segment_path(folder: Path, writer_id: str, index: int) -> Path:
    """Return where segment `index` of that writer lies."""
    return folder / f"{writer_id}-{index:06d}{SEGMENT_SUFFIX}"


def list_segments(folder: Path) -> list[Segment]:
    """Return all segments below `folder`, by writer and index; no foreign files."""
    found = []
    for path in folder.glob(f"*{SEGMENT_SUFFIX}"):
        writer_id, _, index = path.name.removesuffix(SEGMENT_SUFFIX).rpartition("-")
        if writer_id and index.isdigit():
            found.append(Segment(path, writer_id, int(index)))
    return sorted(found, key=lambda segment: (segment.writer_id, segment.index))


def read_lines(path: Path, offset: int = 0) -> Iterator[Line]:
    """Yield the complete lines of a segment from `offset` on.

    A torn last line is left alone: it is yielded by a later call, once completed.
    A line over MAX_LINE_BYTES is a problem and is not held in memory. `text` is the
    line's bytes where it could not be decoded (at most MAX_LINE_BYTES).
    """
    with path.open("rb") as file:
        file.seek(offset)
        start = offset
        pending = b""
        dropped = 0
        while chunk := file.read(_READ_BYTES):
            *complete, pending_tail = (pending + chunk).split(b"\n")
            for text in complete:
                end = start + dropped + len(text) + 1
                yield _line(start, end, text, dropped)
                start, dropped = end, 0
            pending = pending_tail
            if len(pending) > MAX_LINE_BYTES:
                dropped += len(pending)
                pending = b""


def decode_line(text: bytes) -> Event:
    """Return the event of a line.

    Raises msgspec.DecodeError, UnicodeDecodeError or RecursionError for a line that is
    no event of this version.
    """
    event: Event = _decoder().decode(text)
    return event


@cache
def _decoder() -> "msgspec.json.Decoder[AnyEvent]":
    """Made by its first use, which in a kernel is none."""
    return msgspec.json.Decoder(AnyEvent)


def _line(start: int, end: int, text: bytes, dropped: int) -> Line:
    """Return the line, decoded if it can be."""
    size = end - start - 1
    if dropped or size > MAX_LINE_BYTES:
        return Line(
            start, end, None, f"a line of {size:,} bytes (at most {MAX_LINE_BYTES:,})"
        )
    try:
        return Line(start, end, decode_line(text))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        return Line(start, end, None, str(error), text)
