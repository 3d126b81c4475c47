"""Emptying the trash, from the first row to the room on the disk, a step at a time.

`Emptier.step` does what comes next of the emptying that is noted in `emptyings`: take
runs apart, then what only they had of notebooks, then blobs that nothing names any
more, then give the pages back. Each step is short; one cut off is done again.
"""

import time
from collections.abc import Callable
from pathlib import Path

import sqlite_utils

from trackbook.errors import RevisionNotFound
from trackbook_server.notebooks.forgetting import (
    drop_pieces,
    has_loose,
    last_capture,
    list_used,
)
from trackbook_server.notebooks.spent import Removed, find_spent, remove_spent
from trackbook_server.store.database import Database
from trackbook_server.store.purge import purge_some
from trackbook_server.store.values import now, to_text

PAGES = 1_000
"""So many pages are given back at once: a few milliseconds."""


class Emptier:
    """Does the emptying under way; one thread uses it."""

    def __init__(self, database: Database, blobs_dir: Path) -> None:
        self._database = database
        self._blobs_dir = blobs_dir
        self._used: set[int] | None = None
        self._captured_before = 0

    def step(self, stopping: Callable[[], bool] = lambda: False) -> bool:
        """Do a bit of it; return whether there is more to do. Call it when what the
        journals hold is read."""
        phase = self._database.read(find_phase).result()
        if phase is None:
            return False
        more = {
            "runs": self._purge,
            "revisions": self._drop_pieces,
            "blobs": self._remove_blobs,
            "pages": self._give_back,
        }[phase](stopping)
        if not more:
            path = self._database.path
            file_bytes = 0 if path is None else path.stat().st_size
            self._database.write(end_phase, phase, file_bytes).result()
        return True

    def _purge(self, stopping: Callable[[], bool]) -> bool:
        return self._database.write(purge_some).result()

    def _drop_pieces(self, stopping: Callable[[], bool]) -> bool:
        read = self._database.read
        if not read(has_loose).result():
            return False
        try:
            if self._used is None:
                self._captured_before = read(last_capture).result()
                used: set[int] = set()
                after: str | None = ""
                while after is not None:
                    if stopping():
                        return True
                    found, after = read(list_used, after).result()
                    used |= found
                self._used = used
            more = self._database.write(
                drop_pieces, self._used, self._captured_before
            ).result()
        except RevisionNotFound:
            # What a damaged revision consists of can't be told: all pieces stay.
            more = False
        if not more:
            self._used = None
        return more

    def _remove_blobs(self, stopping: Callable[[], bool]) -> bool:
        found = self._database.read(_find_next).result()
        if not found:
            return False
        # Rows before files: what names a blob must be gone for good before it is.
        self._database.sync().result()
        self._database.write(_remove_next, self._blobs_dir, found, time.time()).result()
        return True

    def _give_back(self, stopping: Callable[[], bool]) -> bool:
        if self._database.give_back(PAGES).result():
            return True
        # The file is as long as it was until the log is in it.
        self._database.sync().result()
        return False


def find_phase(db: sqlite_utils.Database) -> str | None:
    """Return what the emptying under way has come to; None where none is."""
    row = db.execute(
        "select phase from emptyings where phase != 'done' order by emptying_id limit 1"
    ).fetchone()
    return None if row is None else row[0]


def end_phase(db: sqlite_utils.Database, phase: str, file_bytes: int) -> None:
    """Go on to what follows a phase; `file_bytes` is the length of the database."""
    following = {"runs": "revisions", "revisions": "blobs", "blobs": "pages"}
    db.execute(
        "update emptyings set phase = ?1, freed_bytes = blob_bytes + "
        "max(0, file_bytes - ?2), ended_at = case ?1 when 'done' then ?3 end "
        "where phase = ?4",
        (following.get(phase, "done"), file_bytes, to_text(now()), phase),
    )


def _find_next(db: sqlite_utils.Database) -> list[str]:
    row = db.execute(
        "select blobs_after from emptyings where phase = 'blobs'"
    ).fetchone()
    return [] if row is None else find_spent(db, row[0])


def _remove_next(
    db: sqlite_utils.Database, blobs_dir: Path, found: list[str], now: float
) -> Removed:
    removed = remove_spent(db, blobs_dir, found, now)
    db.execute(
        "update emptyings set blobs_after = ?, blob_bytes = blob_bytes + ?, "
        "later_bytes = later_bytes + ? where phase = 'blobs'",
        (found[-1], removed.freed_bytes, removed.later_bytes),
    )
    return removed
