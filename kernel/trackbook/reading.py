"""The door to the stored runs: the only module that knows of the server's package.

It may be missing: the light wheel brings the kernel side alone.
"""

from collections.abc import Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any, Literal

from trackbook.api import process
from trackbook.errors import BadInput, TrackbookError
from trackbook.resuming import FoundRun, find_in_journals


def find_run(text: str, home: Path, but: str | None = None) -> FoundRun:
    """Return the run that `text` names: an id, a unique prefix, a name, `@last`.

    `@last` is not `but`. Without the package 'trackbook' here only ids are known, of
    runs that this home's journals still hold. Raises RunNotFound, AmbiguousName.
    """
    try:
        reading = import_module("trackbook_server.reading")
    except ImportError:
        return find_in_journals(text, home)
    run_id, name, next_steps = reading.find_run(text, home, but)
    return FoundRun(run_id, name, next_steps)


def search_runs(
    filter: str = "",
    order_by: str | Sequence[str] | None = None,
    max_results: int = 1000,
    *,
    filter_string: str = "",
    experiment_names: Sequence[str] | None = None,
    view: Literal["list", "archive", "trash"] = "list",
) -> Any:
    """Return runs as a pandas DataFrame, one row a run, the newest first.

    Columns are run_id, name, status, experiment, notebook_path, start_time, end_time
    (UTC), duration_ms, starred, then `params.…`, `metrics.…` (last values) and
    `tags.…`. `filter` says which runs, in MLflow's syntax and with `or`, `not`, `in`,
    `between` and dates in words; `filter_string` is MLflow's name for it. `order_by` is
    a key or several (`metrics.acc DESC`, `start_time`, `params.lr`), `-` before a key
    meaning the greatest first; `experiment_names` are names or ids. `view` names the
    runs of the lists, those in the archive or those in the trash.

    Raises BadFilter, which shows where a filter is not understood and what would be,
    BadInput, ExperimentNotFound, and TrackbookError that says what to install where the
    store can't be read here.

        trackbook.search_runs("metrics.acc > 0.9 and started > 'last 7 days'",
                              order_by=["metrics.acc DESC", "start_time"])
    """
    if filter and filter_string:
        raise BadInput("filter and filter_string are the same; give one of them")
    reading = _open("search_runs()")
    return reading.search_runs(
        filter or filter_string,
        order_by,
        max_results,
        experiment_names=experiment_names,
        view=view,
    )


def edit_runs(
    runs: str | Sequence[str] = (),
    *,
    filter: str | None = None,
    view: Literal["list", "archive", "trash"] = "list",
    starred: bool | None = None,
    pinned: bool | None = None,
    archived: bool | None = None,
    trashed: bool | None = None,
    tags: Mapping[str, str | None] | None = None,
    experiment: str | None = None,
) -> int:
    """Change what is said of runs, one or many; return how many were different before.

    `runs` are ids, unique prefixes or names, as in `get_run`; else `filter` says which,
    as in `search_runs`, among those that `view` names. A tag of None is removed.
    `experiment` is the name or id of one to move them to, where they stay whatever is
    recorded later; an empty one gives them back to where they were recorded. What is
    trashed is kept until `empty_trash`. Only what is given changes.

    Raises RunNotFound, AmbiguousName, ExperimentNotFound, BadFilter, BadInput, and
    TrackbookError where the store can't be read.

        trackbook.edit_runs(filter="metrics.acc < 0.5", archived=True)
    """
    change = {
        "starred": starred,
        "pinned": pinned,
        "archived": archived,
        "trashed": trashed,
        "tags": dict(tags or {}),
    }
    texts = [runs] if isinstance(runs, str) else list(runs)
    count: int = _open("edit_runs()").edit_runs(
        texts, filter=filter, view=view, experiment=experiment, **change
    )
    return count


def empty_trash(older_than_days: float | None = None) -> dict[str, Any] | None:
    """Delete what is in the trash for good, and give the room back to the disk.

    `older_than_days`: only runs that are there for so long. There is no way back.
    Returns `run_count`, `done_count`, `freed_bytes`, `later_bytes` (files that were
    written within the last hour go once they are older) and more; None where another
    process owns the home and will do it. Runs that have not ended stay in the trash.

    Raises BadInput, and TrackbookError where the store can't be written.

        trackbook.edit_runs("@last", trashed=True)
        trackbook.empty_trash()["freed_bytes"]
    """
    done: dict[str, Any] | None = _open("empty_trash()").empty_trash(older_than_days)
    return done


def get_run(run: str) -> Any:
    """Return a run with everything that it holds, as `trackbook show --json` has it.

    `run` is an id, a unique prefix of one, a name, `@last` or `@best:METRIC`.

    Raises RunNotFound, AmbiguousName, and TrackbookError where the store can't be read.

        trackbook.get_run("@best:acc").params["lr"]
    """
    return _open("get_run()").get_run(run)


def restore(run: str, path: str | Path | None = None) -> Path:
    """Write the notebook of a run to a new file and return its path.

    `path` is that file, which must not exist, or a folder; without it the copy goes to
    this folder. `run` is as in `get_run`. The open notebook is left alone.

    Raises RunNotFound, RevisionNotFound, WouldOverwrite, BadInput, and TrackbookError
    where the store can't be read.

        trackbook.restore("@best:acc", "best.ipynb")
    """
    reading = _open("restore()")
    written: Path = reading.restore(run, _to_path(path))[0]
    return written


def get_histories(metric: str, runs: Sequence[str]) -> Any:
    """Return id, name and stored points of a metric for each run."""
    return _open("chart()").get_histories(metric, runs)


def list_runs(runs: Sequence[str]) -> Any:
    """Return params and metrics of each run, as `trackbook runs --json` has them."""
    return _open("chart()").list_runs(runs)


def show_runs(count: int, filter: str = "") -> None:
    """Print the newest runs, or the newest that the filter matches."""
    _open("%track runs", "cli.in_kernel").show_runs(count, filter)


def show_run(run: str) -> None:
    """Print all about one run."""
    _open("%track show", "cli.in_kernel").show_run(run)


def show_difference(first: str, second: str) -> None:
    """Print what differs between two runs or notebooks."""
    _open("%track diff", "cli.in_kernel").show_difference(first, second)


def show_restored(run: str, path: str | None, revision: str | None = None) -> Path:
    """Write the notebook of a run to a new file, say so, and return its path."""
    command = _open("%track restore", "cli.in_kernel")
    written: Path = command.show_restored(run, _to_path(path), revision)
    return written


def _to_path(path: str | Path | None) -> Path | None:
    return None if path is None else Path(path).expanduser()


def _open(what: str, module: str = "reading") -> Any:
    """Return a module of the server's package; what is logged here is in its reach."""
    try:
        found = import_module(f"trackbook_server.{module}")
    except ImportError as error:
        raise TrackbookError(
            f"{what} reads the store, which needs the package 'trackbook'; this "
            "environment has the light 'trackbook-kernel' alone. Install it here: "
            "pip install trackbook"
        ) from error
    if process.recorder is not None:
        process.recorder.journal.flush()
    return found
