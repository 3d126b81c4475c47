"""Blobs of no more use: of documents that were split, of outputs that are gone.

A blob may go when every journal that was there is read, its pieces are on the disk, and
nothing else names it. Who writes the same bytes again touches the file; so one that was
touched a short while ago stays, for its new name may not have reached the store yet.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import sqlite_utils

from trackbook.blobs import blob_path
from trackbook_server.store.blob_names import is_named

UNTOUCHED_SECONDS = 3600.0
"""So long nobody must have written a blob before it is removed."""

_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Removed:
    """What came of removing blobs: bytes that are free now, and that will be once
    nobody has touched them for UNTOUCHED_SECONDS."""

    count: int
    freed_bytes: int
    later_bytes: int


def find_spent(db: sqlite_utils.Database, after: str = "") -> list[str]:
    """Return some blobs behind `after` that may still be there though their document
    was split, the output that named them is another now, or their run is gone."""
    return [
        sha256
        for (sha256,) in db.execute(
            "select distinct sha256 from captured_revisions c "
            "where blob_removed = 0 and sha256 > ?1 and exists (select 1 from captures "
            "where journal_position = c.position and revision_id is not null) "
            "union select sha256 from dropped_blobs where sha256 > ?1 "
            "order by sha256 limit ?2",
            (after, _AT_ONCE),
        )
    ]


def remove_spent(
    db: sqlite_utils.Database, blobs_dir: Path, found: Sequence[str], now: float
) -> Removed:
    """Remove those of the blobs that nothing names.

    `now` is in seconds since the epoch. Call it when what `find_spent` saw is synced.
    """
    removed, settled = [], []
    freed_bytes = later_bytes = 0
    for sha256 in found:
        path = blob_path(blobs_dir, sha256)
        if is_named(db, sha256):
            settled.append(sha256)
            continue
        try:
            there = path.stat()
            if now - there.st_mtime < UNTOUCHED_SECONDS:
                later_bytes += there.st_size
                continue
            path.unlink()
            freed_bytes += there.st_size
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
    return Removed(len(removed), freed_bytes, later_bytes)
