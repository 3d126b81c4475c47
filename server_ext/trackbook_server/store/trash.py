"""What is in the trash, what emptying it frees, and how an emptying gets on."""

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import sqlite_utils

from trackbook.blobs import blob_path
from trackbook_server import contract as c
from trackbook_server.store import purge
from trackbook_server.store.derived import get_change
from trackbook_server.store.rows import marks, rows
from trackbook_server.store.values import to_text

MEASURE_SECONDS = 1.0
"""So long runs are measured one by one; the size of the rest follows from theirs."""

_AT_ONCE = 100
_OVERHEAD = 1.3
"""What rows take besides what is in them: keys, indexes, the end of pages."""

_GONE = (
    "with recursive gone(run_id) as (select run_id from runs where place = 'trash' "
    "and end_status is not null union select r.run_id from runs r "
    "join gone on r.folded_into = gone.run_id) "
)

_SIZES = (
    "select sum(length(data)) from chunks join metrics using (series_id) "
    "where run_id in ({ids})",
    "select sum(length(source) + coalesce(length(traceback), 0)) + 400 * count(*) "
    "from cell_executions where run_id in ({ids})",
    "select sum(length(body)) from outputs join cell_executions using (execution_id) "
    "where run_id in ({ids})",
    "select sum(length(body)) from table_rows join tables using (table_id) "
    "where run_id in ({ids})",
    "select sum(2 * length(value)) + 200 * count(*) from param_log "
    "where run_id in ({ids})",
    "select sum(length(sample)) + 200 * count(*) from metrics where run_id in ({ids})",
    "select 600 * count(*) from runs where run_id in ({ids})",
)

_BLOBS = (
    "select sha256 from artifacts where run_id {in_gone} gone",
    "select sha256 from output_blobs join cell_executions using (execution_id) "
    "where run_id {in_gone} gone",
    "select source_sha256 from cell_executions where source_sha256 is not null "
    "and run_id {in_gone} gone",
    "select sha256 from param_log where sha256 is not null and run_id {in_gone} gone",
)
"""The blobs of runs, but for those of notebooks, which others mostly share."""


def get_trash(
    db: sqlite_utils.Database,
    blobs_dir: Path,
    clock: Callable[[], float] = time.monotonic,
) -> c.Trash:
    """Return what is in the trash and what deleting it would free."""
    run_count, open_count, oldest = db.execute(
        "select count(*), coalesce(sum(end_status is null), 0), min(trashed_at) "
        "from runs where place = 'trash'"
    ).fetchone()
    run_ids = [run_id for (run_id,) in db.execute(f"{_GONE} select run_id from gone")]
    row_bytes = _measure(db, run_ids, clock)
    keep_days = db.execute("select keep_days from store").fetchone()[0]
    return c.Trash(
        run_count=run_count,
        open_count=open_count,
        size_bytes=row_bytes + _measure_blobs(db, blobs_dir) if run_ids else 0,
        oldest_at=oldest,
        keep_days=keep_days,
        emptying=get_emptying(db),
        change=get_change(db),
    )


def get_emptying(db: sqlite_utils.Database) -> c.Emptying | None:
    """Return how the emptying under way gets on, or what the last one came to."""
    found = rows(
        db,
        "select phase, run_count, done_count, freed_bytes, later_bytes, started_at, "
        "ended_at from emptyings order by emptying_id desc limit 1",
    )
    return c.Emptying(**found[0]) if found else None


def has_aged(db: sqlite_utils.Database, now: datetime) -> bool:
    """Say whether runs are in the trash for longer than a person chose."""
    before = _oldest_kept(db, now)
    return before is not None and bool(
        db.execute(
            "select 1 from runs where place = 'trash' and end_status is not null "
            "and trashed_at < ? and run_id not in (select run_id from purging) limit 1",
            (before,),
        ).fetchone()
    )


def let_age(db: sqlite_utils.Database, now: datetime) -> None:
    """Let those runs be deleted for good."""
    before = _oldest_kept(db, now)
    if before is not None:
        purge.begin(db, (), before, to_text(now))


def _oldest_kept(db: sqlite_utils.Database, now: datetime) -> str | None:
    """Return the moment before which the trash lets go; None where it never does."""
    days = db.execute("select keep_days from store").fetchone()[0]
    return to_text(now - timedelta(days=days)) if days else None


def _measure(
    db: sqlite_utils.Database, run_ids: list[str], clock: Callable[[], float]
) -> int:
    """Return about how many bytes the rows of runs take."""
    deadline = clock() + MEASURE_SECONDS
    total = measured = 0
    for first in range(0, len(run_ids), _AT_ONCE):
        some = run_ids[first : first + _AT_ONCE]
        for sizes in _SIZES:
            sql = sizes.format(ids=marks(some))
            total += db.execute(sql, some).fetchone()[0] or 0
        measured += len(some)
        if clock() > deadline:
            break
    return round(total * _OVERHEAD * len(run_ids) / max(1, measured))


def _measure_blobs(db: sqlite_utils.Database, blobs_dir: Path) -> int:
    """Return how many bytes the blobs take that only runs in the trash name."""
    theirs = " union ".join(sql.format(in_gone="in") for sql in _BLOBS)
    others = " union ".join(sql.format(in_gone="not in") for sql in _BLOBS)
    size = 0
    for (sha256,) in db.execute(f"{_GONE} {theirs} except {others}"):
        try:
            size += blob_path(blobs_dir, sha256).stat().st_size
        except FileNotFoundError:
            continue
    return size
