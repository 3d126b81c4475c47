"""Bundles become runs of a home: brought in, then merged a few runs at a time.

Bringing it in makes a private copy that is whole and of this version, and says so by an
event; whoever owns the home merges it, also after a kill or a restart.
"""

import contextlib
import json
import os
import platform
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import sqlite_utils

from trackbook.errors import BadBundle, HomeNotWritable
from trackbook.events import ImportRequested
from trackbook.paths import blobs_dir, exports_dir, imports_dir
from trackbook_server.contract import Import
from trackbook_server.moving.bundle import (
    Tell,
    bring_up_to_date,
    check_bundle,
    open_bundle,
)
from trackbook_server.moving.ends import (
    End,
    FolderBlobs,
    Problems,
    TableBlobs,
    list_files,
    move_blob,
)
from trackbook_server.moving.kinds import BadRow, select
from trackbook_server.moving.merge import Merge
from trackbook_server.moving.places import FoundPlaces
from trackbook_server.store.database import Database
from trackbook_server.store.naming import canonical
from trackbook_server.store.rows import rows

SLICE_SECONDS = 0.2
SLICE_RUNS = 64
LEFTOVER_SECONDS = 24 * 3600.0
"""Files of work that was killed are removed after so long."""

_COPY_BYTES = 1024 * 1024


def bring_in(
    home: Path, file: Path, name: str, by: str, tell: Tell = lambda done: None
) -> ImportRequested:
    """Make a private copy of a bundle in the home, checked and of this version; return
    the event that has it imported.

    `name` is what people call it. What `tell` raises stops it, and nothing is left.
    Raises BadBundle, HomeNotWritable.
    """
    import_id = uuid.uuid4().hex
    path = bundle_path(home, import_id)
    part = path.with_suffix(".part")
    try:
        size = check_bundle(file, name, tell)
        path.parent.mkdir(mode=0o700, exist_ok=True)
        _copy(file, part, size, name)
        bring_up_to_date(part, name)
        _sync(part)
        part.rename(path)
    except OSError as error:
        raise HomeNotWritable(
            f"can't copy {name} into {path.parent}: {error.strerror or error}. "
            "Free some space or make the folder writable."
        ) from error
    finally:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)
    return ImportRequested(
        seq=0, at=datetime.now(UTC), import_id=import_id, name=name, by=by
    )


def is_over(job: Import) -> bool:
    """Say whether nothing more of it will be merged."""
    return job.state not in ("waiting", "running")


def bundle_path(home: Path, import_id: str) -> Path:
    """Return where a bundle lies while it is imported."""
    return imports_dir(home) / f"{import_id}.tbk"


def find_import(db: sqlite_utils.Database, import_id: str) -> Import | None:
    """Return how far an import is; None where its event is not read yet."""
    found = rows(
        db,
        "select import_id, name, state, run_count, done_count, new_count, "
        "changed_count, problem_count, problems from imports where import_id = ?",
        (import_id,),
    )
    return (
        Import(**{**found[0], "problems": json.loads(found[0]["problems"])})
        if found
        else None
    )


@dataclass(slots=True)
class Importer:
    """Merges what waits, in the process that owns the home; one thread at a time."""

    home: Path
    database: Database
    clock: Callable[[], float] = time.monotonic
    _done: dict[str, int] = field(default_factory=dict)
    _staged: str | None = None

    def step(self) -> bool:
        """Merge some runs of what waits longest; return whether anything waited."""
        found = self.database.read(_find_open).result()
        if found is None:
            return False
        import_id, name = found
        path = bundle_path(self.home, import_id)
        problems = Problems()
        try:
            if not path.is_file():
                raise BadBundle(f"{name} is gone from {path.parent}. Import it again.")
            with open_bundle(path, name) as bundle:
                source = End(bundle, TableBlobs(bundle))
                if self._staged != import_id:
                    self._done.clear()
                    self._stage(source, problems)
                    self._staged = import_id
                run_ids = [run_id for (run_id,) in select(bundle, _ORDER)]
                self.database.write(
                    self._merge_some, source, import_id, run_ids, problems
                ).result()
        except (BadBundle, BadRow) as error:
            self.database.write(_fail, import_id, str(error)).result()
        state = self.database.read(find_import, import_id).result()
        if state is None or is_over(state):
            self._staged = None
            with contextlib.suppress(OSError):
                path.unlink(missing_ok=True)
        return True

    def clean(self, now: float) -> None:
        """Remove files of work that was killed. `now` is in seconds since the epoch."""
        waiting = set(self.database.read(_list_open).result())
        for folder in (imports_dir(self.home), exports_dir(self.home)):
            for path in folder.glob("*") if folder.is_dir() else ():
                with contextlib.suppress(OSError):
                    is_old = now - path.lstat().st_mtime > LEFTOVER_SECONDS
                    if is_old and path.stem not in waiting and path.is_file():
                        path.unlink()

    def _stage(self, source: End, problems: Problems) -> None:
        """Bring the bundle's files first: what names them must find them."""
        target = End(source.db, FolderBlobs(blobs_dir(self.home)))
        for sha256 in list_files(source.db):
            problem = move_blob(source, target, sha256)
            if problem:
                problems.note(problem)

    def _merge_some(
        self,
        db: sqlite_utils.Database,
        source: End,
        import_id: str,
        run_ids: list[str],
        problems: Problems,
    ) -> None:
        """Merge the next runs; a function for `Database.write`."""
        [job] = rows(db, "select * from imports where import_id = ?", (import_id,))
        if job["state"] not in ("waiting", "running"):
            return
        target = End(db, FolderBlobs(blobs_dir(self.home)))
        places = FoundPlaces(source.db, db, platform.node())
        merge = Merge(source, target, places, problems, self._done, arrives=True)
        deadline = self.clock() + SLICE_SECONDS
        count = {"new": 0, "changed": 0, "same": 0, None: 0}
        done = job["done_count"]
        if not done:
            for (run_id,) in select(source.db, _NAMED):
                merge.name(run_id)
        for run_id in run_ids[done : done + SLICE_RUNS]:
            count[merge.merge(run_id)] += 1
            done += 1
            if self.clock() > deadline:
                break
        merge.finish()
        known = json.loads(job["problems"])
        said = known + [text for text in problems.found if text not in known]
        new: dict[str, Any] = {
            "state": "running" if done < len(run_ids) else "done",
            "run_count": len(run_ids),
            "done_count": done,
            "new_count": job["new_count"] + count["new"],
            "changed_count": job["changed_count"] + count["changed"],
            "problem_count": job["problem_count"] + len(said) - len(known),
            "problems": canonical(said[:100]),
        }
        db.execute(
            f"update imports set {', '.join(f'{key} = ?' for key in new)} "
            "where import_id = ?",
            (*new.values(), import_id),
        )


_ORDER = (
    "select run_id from runs where experiment_id is not null "
    "order by started_at, run_id"
)
_NAMED = "select run_id from runs where experiment_id is null order by run_id"


def _find_open(db: sqlite_utils.Database) -> tuple[str, str] | None:
    found: tuple[str, str] | None = db.execute(
        "select import_id, name from imports where state in ('waiting', 'running') "
        "order by requested_at limit 1"
    ).fetchone()
    return found


def _list_open(db: sqlite_utils.Database) -> list[str]:
    found = db.execute(
        "select import_id from imports where state in ('waiting', 'running')"
    )
    return [import_id for (import_id,) in found]


def _fail(db: sqlite_utils.Database, import_id: str, problem: str) -> None:
    """Let an import be over that can't go on; what was merged stays."""
    db.execute(
        "update imports set state = 'failed', problem_count = problem_count + 1, "
        "problems = json_insert(problems, '$[#]', ?) where import_id = ?",
        (problem, import_id),
    )


def _copy(file: Path, part: Path, size: int, name: str) -> None:
    """Copy the first bytes of a file into a private one."""
    left = size
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as target, file.open("rb") as source:
        while left and (piece := source.read(min(_COPY_BYTES, left))):
            left -= len(piece)
            target.write(piece)
    if left:
        raise BadBundle(f"{name} was changed while it was read. Import it again.")


def _sync(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())
