"""Reading runs from Python: the door for `trackbook.search_runs` and the command line.

Opens the home, brings what the journals hold into the store where it may, and reads.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from trackbook.errors import BadInput
from trackbook.journal import list_segments
from trackbook.paths import get_home, journals_dir
from trackbook_server.store import queries
from trackbook_server.store.finding import resolve_run
from trackbook_server.store.home import Home
from trackbook_server.store.ingest import get_offset
from trackbook_server.store.run_details import list_records

if TYPE_CHECKING:
    import pandas
    import sqlite_utils

CATCH_UP_SECONDS = 2.0
"""How long a reader waits for the process that owns the home to read the journals."""

_POLL_SECONDS = 0.05
_PAGE = 500

_ORDERS = {
    "start_time": "started_at",
    "start_time ASC": "started_at",
    "start_time DESC": "-started_at",
}


@contextmanager
def open_home(
    home: Path | None = None,
    *,
    wait_seconds: float = CATCH_UP_SECONDS,
    clock: Callable[[], float] = time.monotonic,
) -> Iterator[Home]:
    """Open a home for one command, with what its journals hold by now in the store.

    Where another process owns the home, that one reads the journals: wait for it, at
    most `wait_seconds`, then go on with what is there. Raises HomeNotWritable,
    HomeTooNew.
    """
    opened = Home(get_home() if home is None else home)
    try:
        if opened.owns:
            opened.ingest_now()
        else:
            _wait_for_owner(opened, clock() + wait_seconds, clock)
        yield opened
    finally:
        opened.close()


def search_runs(
    filter: str | None = None,
    order_by: str | None = None,
    max_results: int = 1000,
    home: Path | None = None,
) -> "pandas.DataFrame":
    """Return runs as a DataFrame, the newest first: one row a run.

    Columns are run_id, name, status, experiment, notebook_path, start_time, end_time,
    duration_ms, starred, then `params.…`, `metrics.…` (last values) and `tags.…`.
    `order_by` is one of the list's sorts (`-main_metric`) or `start_time [ASC|DESC]`.
    Raises BadInput for what is not supported, HomeError for a home that can't be read.
    """
    import pandas

    if filter:
        raise BadInput(
            f"filters are not supported yet (got {filter!r}). Leave `filter` out and "
            'select in the DataFrame: runs[runs["metrics.acc"] > 0.9]'
        )
    if max_results < 1:
        raise BadInput(f"max_results is {max_results}; it must be at least 1")
    sort = _ORDERS.get(order_by or "start_time DESC", order_by or "")
    with open_home(home) as opened:
        records = []
        for run_ids in _pages(opened, sort, max_results):
            records += opened.database.read(list_records, run_ids).result()
    frame = pandas.DataFrame([_flatten(record) for record in records])
    for column in ("start_time", "end_time"):
        if column in frame:
            frame[column] = pandas.to_datetime(frame[column], utc=True)
    return frame


def find_run(
    text: str, home: Path | None = None, but: str | None = None
) -> tuple[str, str, dict[str, int]]:
    """Return id and name of the run that `text` names, and its metrics' next steps.

    `@last` is not `but`. Raises RunNotFound, AmbiguousName, BadInput.
    """
    with open_home(home) as opened:
        return opened.database.read(_find_run, text, but).result()


def _find_run(
    db: "sqlite_utils.Database", text: str, but: str | None
) -> tuple[str, str, dict[str, int]]:
    run_id = resolve_run(db, text, but=but)
    name = db.execute("select name from runs where run_id = ?", (run_id,)).fetchone()[0]
    steps = db.execute("select key, last_step from metrics where run_id = ?", (run_id,))
    return run_id, name, {key: step + 1 for key, step in steps}


def _pages(opened: Home, sort: str, count: int) -> Iterator[list[str]]:
    """Yield the ids of the first `count` runs of the list, page by page."""
    cursor: str | None = None
    while count > 0:
        page = opened.database.read(
            queries.list_run_ids, None, sort, min(count, _PAGE), cursor
        ).result()
        yield page.run_ids
        count -= len(page.run_ids)
        cursor = page.next_cursor
        if cursor is None:
            return


def _flatten(record: Any) -> dict[str, Any]:
    """Return a record as one row of the frame."""
    row: dict[str, Any] = {
        "run_id": record.run_id,
        "name": record.name,
        "status": record.status,
        "experiment": record.experiment,
        "notebook_path": record.notebook_path,
        "start_time": record.started_at,
        "end_time": record.ended_at,
        "duration_ms": record.duration_ms,
        "starred": record.starred,
    }
    row |= {f"params.{key}": value for key, value in record.params.items()}
    row |= {
        f"metrics.{key}": float(metric.last) for key, metric in record.metrics.items()
    }
    return row | {f"tags.{key}": value for key, value in record.tags.items()}


def _wait_for_owner(opened: Home, deadline: float, clock: Callable[[], float]) -> None:
    """Wait until the owner has read what the journals hold now, or until the deadline.

    A half line at a journal's end never counts; that is why there is a deadline.
    """
    waiting = {
        segment: segment.path.stat().st_size
        for segment in list_segments(journals_dir(opened.path))
        if segment.path.exists()
    }
    while waiting:
        for segment, size in list(waiting.items()):
            offset = opened.database.read(get_offset, segment).result()
            if offset is None or offset >= size:
                del waiting[segment]
        if not waiting or clock() >= deadline:
            return
        time.sleep(_POLL_SECONDS)
