"""Reading runs from Python: the door for `trackbook.search_runs` and the command line.

Opens the home, brings what the journals hold into the store where it may, and reads.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
import sqlite_utils

from trackbook.errors import BadInput, RunNotFound
from trackbook.events import NotebookCopied
from trackbook.journal import list_segments
from trackbook.paths import blobs_dir, get_home, journals_dir
from trackbook_server import editing
from trackbook_server.contract import MetricHistory, Run, RunRecord
from trackbook_server.notebooks.restore import (
    Restored,
    get_requirements,
    get_revision,
    write_beside,
    write_new,
)
from trackbook_server.notebooks.run_page import get_whole_run
from trackbook_server.store.finding import (
    find_experiment,
    find_experiments,
    resolve_run,
)
from trackbook_server.store.histories import MAX_POINTS, get_history
from trackbook_server.store.home import Home, now
from trackbook_server.store.ingest import get_offset
from trackbook_server.store.plans import plan_emptying
from trackbook_server.store.run_details import list_records
from trackbook_server.store.run_scope import RunScope
from trackbook_server.store.search.keys import understand
from trackbook_server.store.search.order import list_ordered_ids

if TYPE_CHECKING:
    import pandas
    import sqlite_utils

CATCH_UP_SECONDS = 2.0
"""How long a reader waits for the process that owns the home to read the journals."""

_COLUMNS = {
    "run_id": "run_id",
    "name": "name",
    "status": "status",
    "experiment": "experiment",
    "notebook_path": "notebook_path",
    "start_time": "started_at",
    "end_time": "ended_at",
    "duration_ms": "duration_ms",
    "starred": "starred",
}
"""The columns that every frame has, and the record's fields that they show."""

_POLL_SECONDS = 0.05
_PAGE = 500


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
    order_by: str | Sequence[str] | None = None,
    max_results: int = 1000,
    home: Path | None = None,
    experiment_names: Sequence[str] | None = None,
    view: str = "list",
) -> "pandas.DataFrame":
    """Return runs as a DataFrame, the newest first: one row a run.

    What `trackbook.search_runs` says of the arguments holds.
    Raises BadInput for what is not supported, HomeError for a home that can't be read.
    """
    import pandas

    if max_results < 1:
        raise BadInput(f"max_results is {max_results}; it must be at least 1")
    if view not in ("list", "archive", "trash"):
        raise BadInput(f"view is {view!r}; there is list, archive and trash")
    keys = [order_by] if isinstance(order_by, str) else list(order_by or [])
    with open_home(home) as opened:
        read = opened.database.read
        scope = RunScope(
            search=read(understand, filter).result(),
            archived=view == "archive",
            trashed=view == "trash",
        )
        if experiment_names is not None:
            found = tuple(read(find_experiments, experiment_names).result())
            scope = msgspec.structs.replace(scope, experiment_ids=found)
        run_ids = read(list_ordered_ids, scope, keys, max_results).result()
        records = []
        for first in range(0, len(run_ids), _PAGE):
            page = run_ids[first : first + _PAGE]
            records += read(list_records, page).result()
    # Code that picks a column goes on where nothing was found, as MLflow's does.
    frame = (
        pandas.DataFrame([_flatten(record) for record in records])
        if records
        else pandas.DataFrame(columns=list(_COLUMNS))
    )
    for column in ("start_time", "end_time"):
        frame[column] = pandas.to_datetime(frame[column], utc=True)
    return frame


def edit_runs(
    runs: Sequence[str],
    *,
    experiment: str | None = None,
    filter: str | None = None,
    view: str = "list",
    home: Path | None = None,
    **change: Any,
) -> int:
    """Edit runs as `trackbook.edit_runs` says; return how many it changed."""
    with open_home(home) as opened:
        run_ids = editing.choose_runs(
            opened,
            runs,
            filter,
            trashed=view == "trash" or change.get("trashed") is False,
            archived=view == "archive" or change.get("archived") is False,
        )
        if experiment is not None:
            change["experiment_id"] = experiment and (
                opened.database.read(find_experiment, experiment).result()
            )
        return editing.edit_runs(opened, run_ids, **change)


def empty_trash(
    older_than_days: float | None = None, home: Path | None = None
) -> dict[str, Any] | None:
    """Empty the trash as `trackbook.empty_trash` says; return what that came to."""
    with open_home(home) as opened:
        event = plan_emptying([], older_than_days)
        done = editing.empty_trash(opened, event)
    return None if done is None else msgspec.structs.asdict(done)


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


def get_run(text: str, home: Path | None = None) -> Run:
    """Return the run that `text` names, whole. Raises RunNotFound, AmbiguousName."""
    with open_home(home) as opened:
        return opened.database.read(_get_run, text, blobs_dir(opened.path)).result()


def _get_run(db: sqlite_utils.Database, text: str, blobs: Path) -> Run:
    return get_whole_run(db, resolve_run(db, text), blobs)


def get_histories(
    metric: str, runs: Sequence[str], home: Path | None = None
) -> list[tuple[str, str, MetricHistory | None]]:
    """Return id, name and points of a metric for each run; None where it has none."""
    with open_home(home) as opened:
        return opened.database.read(_get_histories, metric, runs).result()


def _get_histories(
    db: sqlite_utils.Database, metric: str, runs: Sequence[str]
) -> list[tuple[str, str, MetricHistory | None]]:
    found: list[tuple[str, str, MetricHistory | None]] = []
    for text in runs:
        run_id = resolve_run(db, text)
        name = db.execute(
            "select name from runs where run_id = ?", (run_id,)
        ).fetchone()[0]
        try:
            history = get_history(db, run_id, metric, max_points=MAX_POINTS)
        except RunNotFound:
            history = None
        found.append((run_id, name, history))
    return found


def list_runs(runs: Sequence[str], home: Path | None = None) -> list[RunRecord]:
    """Return what scripts rely on of each run, in the order in which they are named.

    Raises RunNotFound, AmbiguousName.
    """
    with open_home(home) as opened:
        return opened.database.read(_list_runs, runs).result()


def _list_runs(db: sqlite_utils.Database, runs: Sequence[str]) -> list[RunRecord]:
    run_ids = [resolve_run(db, text) for text in runs]
    return [
        record
        for first in range(0, len(run_ids), _PAGE)
        for record in list_records(db, run_ids[first : first + _PAGE])
    ]


def restore(
    text: str,
    out: Path | None = None,
    home: Path | None = None,
    revision: str | None = None,
) -> tuple[Path, Restored]:
    """Write the notebook of a run to a new file; return its path and what it is.

    `out` is that file, which must not exist, or a folder; None is this folder.
    Raises RunNotFound, AmbiguousName, RevisionNotFound, WouldOverwrite, BadInput.
    """
    with open_home(home) as opened:
        restored = read_notebook_of(opened, text, revision)
        return write_restored(opened, restored, out), restored


def read_notebook_of(opened: Home, text: str, revision: str | None = None) -> Restored:
    """Return a revision of the notebook of the run that `text` names."""
    blobs = blobs_dir(opened.path)
    return opened.database.read(_get_revision, blobs, text, revision).result()


def write_restored(opened: Home, restored: Restored, out: Path | None) -> Path:
    """Write a notebook to a new file as `restore` does: a copy of its original."""
    if out is None or out.is_dir():
        path = write_beside(out or Path(), restored.name, restored.data)
    else:
        path = write_new(out, restored.data)
    source, copy = restored.info.notebook_path, str(path.absolute())
    if source is not None and source != copy:
        event = NotebookCopied(seq=0, at=now(), source=source, copy=copy)
        opened.edit(event).result()
    return path


def read_requirements(opened: Home, text: str) -> str:
    """Return what the run that `text` names had installed, as a requirements file."""
    return opened.database.read(_get_requirements, text).result()


def _get_revision(
    db: sqlite_utils.Database, blobs: Path, text: str, revision: str | None
) -> Restored:
    return get_revision(db, blobs, resolve_run(db, text), revision)


def _get_requirements(db: sqlite_utils.Database, text: str) -> str:
    return get_requirements(db, resolve_run(db, text))


def _flatten(record: Any) -> dict[str, Any]:
    """Return a record as one row of the frame."""
    row = {column: getattr(record, field) for column, field in _COLUMNS.items()}
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
