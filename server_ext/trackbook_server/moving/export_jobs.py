"""Bundles that a server makes: one after the other, each until it was fetched.

They are files of the home, private as it is, and gone when they were let go, when an
hour has passed, or with the server.
"""

import contextlib
import time
import uuid
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import sqlite_utils

from trackbook.errors import BadInput, NotFound, TrackbookError
from trackbook.paths import blobs_dir, exports_dir
from trackbook_server.contract import Export, ExportState
from trackbook_server.moving.exporting import MAX_RUNS, export_runs
from trackbook_server.store.home import Home
from trackbook_server.store.run_scope import RunScope
from trackbook_server.store.search.keys import understand
from trackbook_server.store.search.order import list_ordered_ids

MOST = 8
"""So many are there at once."""

KEPT_SECONDS = 3600.0


class _Stopped(Exception):
    """Someone stopped it."""


@dataclass(slots=True)
class Job:
    """One bundle, from the request on."""

    export_id: str
    path: Path
    run_ids: Sequence[str]
    made_at: float
    state: ExportState = "waiting"
    run_count: int = 0
    done_count: int = 0
    size_bytes: int | None = None
    problems: list[str] = field(default_factory=list)

    def describe(self) -> Export:
        """Return how far it is."""
        return Export(
            export_id=self.export_id,
            state=self.state,
            file_name="run.tbk" if self.run_count == 1 else "runs.tbk",
            run_count=self.run_count,
            done_count=self.done_count,
            size_bytes=self.size_bytes,
            problems=self.problems,
        )


class ExportJobs:
    """The bundles of one server."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._jobs: dict[str, Job] = {}
        self._thread = ThreadPoolExecutor(1, "trackbook-export")

    def begin(self, home: Home, run_ids: Sequence[str]) -> Job:
        """Begin to make a bundle. Raises BadInput where too many are there."""
        for job in list(self._jobs.values()):
            if self._clock() - job.made_at > KEPT_SECONDS:
                self.end(job.export_id)
        if len(self._jobs) >= MOST:
            raise BadInput(
                f"{MOST} bundles are being made or wait to be fetched; fetch them, or "
                "let them go (DELETE)"
            )
        export_id = uuid.uuid4().hex
        exports_dir(home.path).mkdir(mode=0o700, exist_ok=True)
        path = exports_dir(home.path) / f"{export_id}.tbk"
        job = Job(export_id, path, run_ids, self._clock(), run_count=len(run_ids))
        self._jobs[export_id] = job
        self._thread.submit(_make, home, job)
        return job

    def find(self, export_id: str) -> Job:
        """Return a bundle. Raises NotFound."""
        job = self._jobs.get(export_id)
        if job is None:
            raise NotFound(f"there is no export {export_id[:64]!r} (any more)")
        return job

    def end(self, export_id: str) -> Job:
        """Stop making a bundle, or let go of one that was made. Raises NotFound."""
        job = self.find(export_id)
        del self._jobs[export_id]
        job.state = "stopped"
        with contextlib.suppress(OSError):
            job.path.unlink(missing_ok=True)
        return job

    def close(self) -> None:
        """Stop everything and leave no file."""
        for export_id in list(self._jobs):
            self.end(export_id)
        self._thread.shutdown(wait=True)


def choose_runs(db: sqlite_utils.Database, filter: str) -> list[str]:
    """Return the listed runs that a filter matches. Raises BadFilter, BadInput."""
    scope = RunScope(search=understand(db, filter))
    found = list_ordered_ids(db, scope, [], MAX_RUNS + 1)
    if not found:
        raise BadInput(
            f"no run matches {filter[:200]!r}, so there is nothing to export"
        )
    return found


def _make(home: Home, job: Job) -> None:
    """Make a bundle, on a thread of its own over one of the home's snapshots."""

    def progress(done: int, count: int) -> None:
        if job.state == "stopped":
            raise _Stopped
        job.state, job.done_count, job.run_count = "running", done, count

    try:
        progress(0, len(job.run_ids))
        done = home.database.read(
            export_runs, blobs_dir(home.path), job.run_ids, job.path, progress
        ).result()
        progress(done.run_count, done.run_count)
    except _Stopped:
        with contextlib.suppress(OSError):
            job.path.unlink(missing_ok=True)
    except (TrackbookError, RuntimeError) as error:
        # RuntimeError: the home was closed before it began.
        job.problems = [str(error)]
        job.state = "failed"
    else:
        job.size_bytes = done.size_bytes
        job.problems = done.problems.found
        job.state = "done"
