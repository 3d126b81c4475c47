"""Journals become rows, each line exactly once.

A batch reads its cursor, the lines behind it and writes rows and cursor in one
transaction. Nothing that a journal holds stops it: a line that can't be applied is
counted and kept, and the next one is read. What an event means is `projection.py`'s.
"""

import time
from collections.abc import Callable
from pathlib import Path

import msgspec
import sqlite_utils

from trackbook.events import JOURNAL_VERSION, AnyEvent, Event
from trackbook.journal import Line, Segment, read_lines
from trackbook_server.store.projection import Projection
from trackbook_server.store.values import BadEvent

BATCH_BYTES = 2 * 1024 * 1024
BATCH_SECONDS = 0.2
"""A batch ends at the first of these, so that edits and others get their turn."""

BATCH_RUNS = 64
"""A batch also ends when it touched so many runs: each is derived at its end."""

MAX_KEPT_BYTES = 4096
"""So much of a line is kept that no version will ever apply."""

MAX_KEPT_LINES = 500
"""So many bad lines a segment are kept; the rest are only counted."""


class _Head(msgspec.Struct):
    """What tells an event of a newer version from garbage."""

    type: str
    needs: int = 1


_head_decoder = msgspec.json.Decoder(_Head)
_KNOWN_TYPES = frozenset(struct.__struct_config__.tag for struct in AnyEvent.__args__)


def ingest_batch(
    db: sqlite_utils.Database,
    segment: Segment,
    batch_bytes: int = BATCH_BYTES,
    batch_seconds: float = BATCH_SECONDS,
    clock: Callable[[], float] = time.monotonic,
) -> bool:
    """Apply the segment's next lines; return whether more may be there.

    Run it in a transaction: `Database.write(ingest_batch, segment)`.
    """
    start = get_offset(db, segment)
    if start is None:
        return False
    deadline = clock() + batch_seconds
    projection = Projection(db)
    imported = _load_imported(db, segment.writer_id)
    offset, bad_count, more = start, 0, False
    for line in read_lines(segment.path, start):
        until = imported.get(getattr(line.event, "run_id", None) or "")
        if until is None or (segment.index, line.end) > until:
            bad_count += not _apply(db, projection, segment, line)
        offset = line.end
        if (
            offset - start >= batch_bytes
            or len(projection.touched) >= BATCH_RUNS
            or clock() > deadline
        ):
            more = True
            break
    if offset == start:
        return False
    projection.finish()
    db.execute(
        "insert into cursors (writer_id, segment, offset, bad_count) "
        "values (?, ?, ?, ?) on conflict (writer_id, segment) do update "
        "set offset = excluded.offset, bad_count = bad_count + excluded.bad_count",
        (segment.writer_id, segment.index, offset, bad_count),
    )
    return more


def get_offset(db: sqlite_utils.Database, segment: Segment) -> int | None:
    """Return where to go on reading; None for a segment that is done with.

    One that was removed and comes back with more is read on.
    """
    row = db.execute(
        "select offset, removed_at from cursors where writer_id = ? and segment = ?",
        (segment.writer_id, segment.index),
    ).fetchone()
    if row is None:
        return 0
    if row[1] is not None and _size(segment.path) <= row[0]:
        return None
    return int(row[0])


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0


def _load_imported(
    db: sqlite_utils.Database, writer_id: str
) -> dict[str, tuple[int, int]]:
    """Return up to where the writer's journal was imported, by run."""
    return {
        run_id: (segment, offset)
        for run_id, segment, offset in db.execute(
            "select run_id, segment, offset from imported_until where writer_id = ?",
            (writer_id,),
        )
    }


def has_bad_lines(db: sqlite_utils.Database, segment: Segment) -> bool:
    """Say whether lines of the segment are damage that no version will apply."""
    row = db.execute(
        "select 1 from bad_lines where writer_id = ? and segment = ? and kind = 'bad'",
        (segment.writer_id, segment.index),
    ).fetchone()
    return row is not None


def _apply(
    db: sqlite_utils.Database, projection: Projection, segment: Segment, line: Line
) -> bool:
    """Apply one line, or keep it as bad; return whether it was applied."""
    event = line.event
    if event is None:
        _keep(db, segment, line, *classify(line.text, line.problem or "not an event"))
        return False
    if event.needs > JOURNAL_VERSION:
        _keep(db, segment, line, "too_new", _needs(event))
        return False
    try:
        projection.apply(event, segment.writer_id)
    except BadEvent as error:
        _keep(db, segment, line, "bad", str(error))
        return False
    return True


def classify(text: bytes, problem: str) -> tuple[str, str]:
    """Return the kind of a line that has no event, and why: `problem` if it is bad."""
    try:
        head = _head_decoder.decode(text)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return "bad", problem
    if head.needs > JOURNAL_VERSION:
        return "too_new", f"needs a reader of version {head.needs}"
    if head.type not in _KNOWN_TYPES:
        return "unknown", f"an event of type {head.type[:100]!r}"
    return "bad", problem


def _needs(event: Event) -> str:
    return f"needs a reader of version {event.needs}"


def _keep(
    db: sqlite_utils.Database, segment: Segment, line: Line, kind: str, reason: str
) -> None:
    """Keep a line that was not applied: whole if a later version may apply it."""
    key = (segment.writer_id, segment.index)
    kept = db.execute(
        "select count(*) from bad_lines where writer_id = ? and segment = ?", key
    ).fetchone()[0]
    if kind == "bad" and kept >= MAX_KEPT_LINES:
        return
    text = line.text or _read(segment.path, line)
    if kind == "bad":
        text = text[:MAX_KEPT_BYTES]
    db.execute(
        "insert or ignore into bad_lines values (?, ?, ?, ?, ?, ?, ?)",
        (*key, line.start, line.end - line.start, kind, reason[:1000], text),
    )


def _read(path: Path, line: Line) -> bytes:
    """Return the line's bytes, at most as many as a journal's line may have."""
    with path.open("rb") as file:
        file.seek(line.start)
        return file.read(min(line.end - line.start - 1, 256 * 1024))
