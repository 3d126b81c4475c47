"""Lines that an earlier version could not apply, applied once this one can.

Whoever owns the home does so before it reads anything new. A line that was applied is
gone in the same transaction; one that turned out to be bad is kept as bad.
"""

import msgspec
import sqlite_utils

from trackbook.events import JOURNAL_VERSION, Event
from trackbook.journal import decode_line
from trackbook_server.store.ingest import BATCH_RUNS, classify
from trackbook_server.store.projection import Projection
from trackbook_server.store.rows import Row, rows
from trackbook_server.store.values import BadEvent

Place = tuple[str, int, int]
"""Writer, segment and start of a line: in this order they were written."""

BATCH_LINES = 500
FIRST: Place = ("", -1, -1)


def retry_batch(db: sqlite_utils.Database, after: Place = FIRST) -> Place | None:
    """Try the kept lines behind `after`; return where to go on, None at the end.

    Run it in a transaction: `Database.write(retry_batch, after)`.
    """
    projection = Projection(db)
    last: Place | None = None
    for row in rows(
        db,
        "select * from bad_lines where kind in ('unknown', 'too_new') "
        "and (writer_id, segment, start) > (?, ?, ?) "
        "order by writer_id, segment, start limit ?",
        (*after, BATCH_LINES),
    ):
        last = (row["writer_id"], row["segment"], row["start"])
        _retry(db, projection, row)
        if len(projection.touched) >= BATCH_RUNS:
            break
    projection.finish()
    return last


def _retry(db: sqlite_utils.Database, projection: Projection, row: Row) -> None:
    """Apply one line and forget that it was kept, if this version knows it."""
    key = (row["writer_id"], row["segment"], row["start"])
    where = "where writer_id = ? and segment = ? and start = ?"
    event = _decode(row["text"])
    if event is None:
        kind, reason = classify(row["text"], "not an event")
    elif event.needs > JOURNAL_VERSION:
        return
    else:
        try:
            projection.apply(event, row["writer_id"])
        except BadEvent as error:
            kind, reason = "bad", str(error)
        else:
            db.execute(f"delete from bad_lines {where}", key)
            db.execute(
                "update cursors set bad_count = bad_count - 1 "
                "where writer_id = ? and segment = ?",
                key[:2],
            )
            return
    db.execute(
        f"update bad_lines set kind = ?, reason = ? {where}",
        (kind, reason[:1000], *key),
    )


def _decode(text: bytes) -> Event | None:
    try:
        return decode_line(text)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
