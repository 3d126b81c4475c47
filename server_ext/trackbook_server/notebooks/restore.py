"""Restore: give a run's notebook back, as a new file and never over one."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import sqlite_utils

from trackbook.errors import BadInput, NotFound, WouldOverwrite
from trackbook_server.contract import LostPart, RevisionInfo
from trackbook_server.notebooks.document import Document
from trackbook_server.notebooks.executed import rebuild
from trackbook_server.notebooks.lookup import find_revision
from trackbook_server.notebooks.names import copy_name, numbered
from trackbook_server.notebooks.older import for_front_end, parse_any
from trackbook_server.notebooks.pieces import get_file
from trackbook_server.notebooks.requirements import write_requirements
from trackbook_server.notebooks.revision import Pieces
from trackbook_server.notebooks.run_page import get_whole_run
from trackbook_server.notebooks.writing import write_revision


@dataclass(frozen=True, slots=True)
class Restored:
    """A run's notebook, ready to be written.

    `name` is what to call the copy, `lost` what is damaged in the store.
    """

    info: RevisionInfo
    data: bytes
    name: str
    lost: Sequence[LostPart] = ()

    @property
    def document(self) -> Document:
        """The document itself."""
        return parse_any(self.data)


def get_revision(
    db: sqlite_utils.Database,
    blobs_dir: Path,
    run_id: str,
    which: str | None = None,
) -> Restored:
    """Return the run's notebook: its own revision, or `which` (an id, `latest`,
    or `executed`).

    Raises RunNotFound, RevisionNotFound.
    """
    info = find_revision(db, run_id, which)
    lost: list[LostPart] = []
    if info.moment == "executed":
        pieces = Pieces()
        manifest = pieces.split(rebuild(db, run_id, blobs_dir))
        data = write_revision(manifest, pieces.data())
    else:
        data, lost = get_file(db, blobs_dir, info.revision_id)
    name, path = db.execute(
        "select name, notebook_path from runs where run_id = ?", (run_id,)
    ).fetchone()
    return Restored(info, data, copy_name(info.notebook_path or path, name), lost)


def read_for_front_end(
    db: sqlite_utils.Database, blobs_dir: Path, run_id: str, which: str | None = None
) -> bytes:
    """Return the run's notebook as JSON of format 4.

    Raises RunNotFound, RevisionNotFound.
    """
    return for_front_end(get_revision(db, blobs_dir, run_id, which).data)


def get_requirements(db: sqlite_utils.Database, run_id: str) -> str:
    """Return what a run had installed, as a requirements file.

    Raises RunNotFound, and NotFound where no environment was recorded.
    """
    run = get_whole_run(db, run_id)
    if run.environment is None or not run.environment.packages:
        raise NotFound(f"the packages of run {run.name!r} were not recorded.")
    return write_requirements(run.name, run.environment)


def write_new(path: Path, data: bytes) -> Path:
    """Write a file that does not exist yet, whole or not at all, and return its path.

    Raises WouldOverwrite, which names the file and a name that is free, and BadInput
    where the folder can't be written.
    """
    try:
        # Exclusive: also a file that appears this instant is not overwritten.
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666)
    except FileExistsError as error:
        raise WouldOverwrite(
            f"{path} exists and was left as it is. "
            f"Name another file: -o {str(free_path(path))!r} is free."
        ) from error
    except OSError as error:
        raise BadInput(
            f"can't write {path}: {error.strerror or error}. "
            "Name a file in a folder that exists and that you can write."
        ) from error
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        path.unlink(missing_ok=True)
        raise BadInput(
            f"can't write {path}: {error.strerror or error}. Free some space."
        ) from error
    return path


def write_beside(folder: Path, name: str, data: bytes) -> Path:
    """Write a new file `name` into `folder`, counted up while the name is taken."""
    for candidate in numbered(name):
        try:
            return write_new(folder / candidate, data)
        except WouldOverwrite:
            continue
    raise AssertionError("counting does not end")


def free_path(path: Path) -> Path:
    """Return `path`, or that with the first counter whose name is free now."""
    return next(
        candidate
        for candidate in map(path.with_name, numbered(path.name))
        if not os.path.lexists(candidate)
    )
