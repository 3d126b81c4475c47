"""Blobs of no more use: of documents that were split, of outputs that are gone.

A blob may go when every journal that was there is read, its pieces are on the disk, and
nothing else names it. Who writes the same bytes again touches the file; so one that was
touched a short while ago stays, for its new name may not have reached the store yet.
"""

from collections.abc import Sequence
from pathlib import Path

import sqlite_utils

from trackbook.blobs import blob_path
from trackbook_server.store.blob_names import is_named

UNTOUCHED_SECONDS = 3600.0
"""So long nobody must have written a blob before it is removed."""

_AT_ONCE = 500


def find_spent(db: sqlite_utils.Database) -> list[str]:
    """Return blobs that may still be there though their document was split, or the
    output that named them is another now."""
    return [
        sha256
        for (sha256,) in db.execute(
            "select distinct sha256 from captured_revisions c "
            "where blob_removed = 0 and exists (select 1 from captures "
            "where journal_position = c.position and revision_id is not null) "
            "union select sha256 from dropped_blobs limit ?",
            (_AT_ONCE,),
        )
    ]


def remove_spent(
    db: sqlite_utils.Database, blobs_dir: Path, found: Sequence[str], now: float
) -> int:
    """Remove those of the blobs that nothing names; return how many.

    `now` is in seconds since the epoch. Call it when what `find_spent` saw is synced.
    """
    removed, settled = [], []
    for sha256 in found:
        path = blob_path(blobs_dir, sha256)
        if is_named(db, sha256):
            settled.append(sha256)
            continue
        try:
            if now - path.stat().st_mtime < UNTOUCHED_SECONDS:
                continue
            path.unlink()
        except FileNotFoundError:
            pass
        removed.append(sha256)
    db.conn.executemany(
        "update captured_revisions set blob_removed = 1 where sha256 = ?",
        [(sha256,) for sha256 in removed],
    )
    db.conn.executemany(
        "delete from dropped_blobs where sha256 = ?",
        [(sha256,) for sha256 in (*removed, *settled)],
    )
    return len(removed)
