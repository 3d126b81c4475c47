"""Runs become a bundle: which runs, in which order, and the file. Only selects."""

import contextlib
import json
import uuid
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory

import sqlite_utils

from trackbook.errors import BadInput, HomeNotWritable, WouldOverwrite
from trackbook_server.moving.bundle import create_bundle, seal_bundle
from trackbook_server.moving.ends import (
    End,
    FolderBlobs,
    Problems,
    TableBlobs,
    list_files,
    move_blob,
)
from trackbook_server.moving.merge import Merge
from trackbook_server.moving.places import SamePlaces

MAX_RUNS = 100_000
_AT_ONCE = 100

Progress = Callable[[int, int], None]
"""Takes how many runs are done, and of how many; what it raises stops the work."""


@dataclass(frozen=True, slots=True)
class Exported:
    """A bundle that was written; `run_count` are the runs that it lists."""

    run_count: int
    size_bytes: int
    problems: Problems


def export_runs(
    db: sqlite_utils.Database,
    blobs_dir: Path,
    run_ids: Sequence[str],
    path: Path,
    progress: Progress = lambda done, count: None,
) -> Exported:
    """Write the runs, and what belongs to them, to a new file.

    The file appears whole or not at all. What `progress` raises stops it. Call it over
    one snapshot. Raises BadInput, WouldOverwrite, HomeNotWritable.
    """
    if not run_ids:
        raise BadInput("no run is chosen, so there is nothing to export")
    chosen = _with_their_own(db, run_ids)
    if not chosen:
        raise BadInput("the runs are not there (any more): nothing to export")
    if len(chosen) > MAX_RUNS:
        raise BadInput(
            f"{len(chosen):,} runs are chosen; a bundle holds {MAX_RUNS:,} at most. "
            "Choose fewer, by a filter."
        )
    if path.exists():
        raise WouldOverwrite(f"{path} is there already; name another file")
    part = path.with_name(f".{path.name}.{uuid.uuid4().hex[:8]}.part")
    problems = Problems()
    try:
        with TemporaryDirectory(prefix=".trackbook-", dir=path.parent) as folder:
            _fill(
                End(db, FolderBlobs(blobs_dir)),
                part,
                Path(folder),
                _predecessors(db, chosen),
                chosen,
                problems,
                progress,
            )
        _settle(part, path)
    except OSError as error:
        raise HomeNotWritable(
            f"can't write {path}: {error.strerror or error}. "
            "Free some space, or name a file elsewhere."
        ) from error
    finally:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)
    return Exported(len(chosen), path.stat().st_size, problems)


def _settle(part: Path, path: Path) -> None:
    """Give the file its name; one that came meanwhile is not written over."""
    try:
        path.hardlink_to(part)
    except FileExistsError as error:
        raise WouldOverwrite(f"{path} is there already; name another file") from error
    except OSError:
        # Some file systems have no links.
        part.rename(path)


def _fill(
    source: End,
    part: Path,
    folder: Path,
    predecessors: list[str],
    chosen: list[str],
    problems: Problems,
    progress: Progress,
) -> None:
    bundle = create_bundle(part)
    target = End(bundle, TableBlobs(bundle, folder))
    try:
        done: dict[str, int] = {}
        for start in range(0, len(chosen), _AT_ONCE):
            with bundle.atomic():
                merge = Merge(
                    source, target, SamePlaces(bundle), problems, done, arrives=False
                )
                if not start:
                    for run_id in predecessors:
                        merge.name(run_id)
                for place, run_id in enumerate(chosen[start : start + _AT_ONCE]):
                    progress(start + place, len(chosen))
                    merge.merge(run_id)
                merge.finish()
        with bundle.atomic():
            for sha256 in list_files(bundle):
                progress(len(chosen), len(chosen))
                problem = move_blob(source, target, sha256)
                if problem:
                    problems.note(problem)
            bundle.execute(
                "insert into bundle values (?, ?)", (version("trackbook"), len(chosen))
            )
        seal_bundle(bundle, part, lambda done: progress(len(chosen), len(chosen)))
    finally:
        bundle.close()


def _with_their_own(db: sqlite_utils.Database, run_ids: Sequence[str]) -> list[str]:
    """Return the runs, those folded into them, and those nested in them, by start."""
    own: dict[str, list[str]] = defaultdict(list)
    for run_id, folded_into, parent in db.execute(
        "select run_id, folded_into, case when trashed_at is null then parent_run_id "
        "end from runs where folded_into is not null or parent_run_id is not null"
    ):
        own[folded_into].append(run_id)
        own[parent].append(run_id)
    found = dict.fromkeys(run_ids)
    queue = list(found)
    while queue:
        for run_id in own.get(queue.pop(), ()):
            if run_id not in found:
                found[run_id] = None
                queue.append(run_id)
    return [
        run_id
        for (run_id,) in db.execute(
            "select run_id from runs where experiment_id is not null and run_id in "
            "(select value from json_each(?)) order by started_at, run_id",
            (json.dumps(list(found)),),
        )
    ]


def _predecessors(db: sqlite_utils.Database, chosen: Sequence[str]) -> list[str]:
    """Return the runs that the chosen ones continue and that are not among them."""
    found = db.execute(
        "with recursive chain(run_id) as (select value from json_each(?1) union "
        "select r.continues from chain join runs r using (run_id) "
        "where r.continues is not null union "
        "select r.run_id from chain c join runs r on r.folded_into = c.run_id) "
        "select run_id from chain join runs using (run_id) where run_id not in "
        "(select value from json_each(?1)) order by started_at, run_id",
        (json.dumps(list(chosen)),),
    )
    return [run_id for (run_id,) in found]
