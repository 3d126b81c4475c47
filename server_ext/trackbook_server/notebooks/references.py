"""What REF means anywhere a notebook is named: REST, the command line and `%track`.

    REVISION         a revision's id, or a prefix of it of at least seven digits
    RUN              an id, prefix, name, @last or @best:metric: the run's own revision
    RUN:executed     the notebook rebuilt from what the run executed
    RUN:REVISION     another revision of the run
    PATH@r7          the revision of that number of a notebook
    FILE.ipynb       a file, on the command line only

Only selects and reads.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import msgspec
import sqlite_utils

from trackbook.errors import (
    AmbiguousName,
    NotANotebook,
    NotFound,
    RevisionNotFound,
    RunNotFound,
)
from trackbook_server.contract import NotebookSide, RevisionInfo
from trackbook_server.notebooks.difference import (
    LoadPieces,
    Notebook,
    language_of,
    read_frame,
)
from trackbook_server.notebooks.document import (
    MAX_NOTEBOOK_BYTES,
    Document,
    read_notebook,
)
from trackbook_server.notebooks.executed import rebuild
from trackbook_server.notebooks.lookup import (
    EXECUTED,
    describe_revision,
    find_numbered,
    find_paths,
    find_revision,
    last_number,
    list_run_revisions,
)
from trackbook_server.notebooks.notebook_revisions import find_by_id
from trackbook_server.notebooks.older import parse_any
from trackbook_server.notebooks.pieces import get_manifest, load_readable
from trackbook_server.notebooks.revision import Manifest, Pieces
from trackbook_server.store.finding import resolve_run
from trackbook_server.store.home import now
from trackbook_server.store.values import to_text

_ID = re.compile(r"[0-9a-f]{64}")
_PREFIX = re.compile(r"[0-9a-f]{7,64}")
_NUMBERED = re.compile(r"(?P<path>.+)@r(?P<number>[0-9]{1,9})")
_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Places:
    """Where names lead to. `to_store` makes a notebook's path the store's; `files` says
    that the command line's files may be named, too."""

    blobs_dir: Path
    to_store: Callable[[str], str] = field(default=str)
    files: bool = False


def find_notebook(db: sqlite_utils.Database, places: Places, ref: str) -> Notebook:
    """Return the notebook that `ref` names.

    Raises RevisionNotFound, RunNotFound, AmbiguousName, BadInput (NotANotebook).
    """
    if places.files and ref.endswith(".ipynb"):
        return _of_file(places.to_store(ref), ref)
    if _ID.fullmatch(ref):
        return _of_revision(db, places, describe_revision(db, ref))
    numbered = _NUMBERED.fullmatch(ref)
    if numbered:
        path, number = numbered["path"], int(numbered["number"])
        return _of_revision(db, places, _find_numbered(db, places, path, number))
    try:
        run_id, which = _find_run(db, ref)
    except NotFound as error:
        if _PREFIX.fullmatch(ref):
            return _of_revision(db, places, describe_revision(db, find_by_id(db, ref)))
        if ref.startswith("@"):
            raise
        raise RunNotFound(
            f"{ref!r} names no run and no notebook revision. `trackbook runs` lists "
            "runs, `trackbook show RUN` a run's revisions; RUN:executed, PATH@r7, "
            "@last and @best:METRIC work too."
        ) from error
    return _of_run(db, places, run_id, find_revision(db, run_id, which))


def find_run_notebook(
    db: sqlite_utils.Database, places: Places, run_id: str
) -> Notebook | None:
    """Return the run's own revision; None where it executed nothing."""
    found = list_run_revisions(db, run_id)
    return _of_run(db, places, run_id, found[0]) if found else None


def get_piece(db: sqlite_utils.Database, notebook: Notebook, sha256: str) -> bytes:
    """Return a piece of the notebook as canonical JSON. Raises RevisionNotFound."""
    if sha256 not in notebook.manifest.names():
        raise RevisionNotFound(f"{notebook.side.label} has no piece {sha256[:64]!r}")
    data = notebook.load([sha256]).get(sha256)
    if data is None:
        raise RevisionNotFound(
            f"the piece {sha256[:12]} of {notebook.side.label} is damaged or gone. "
            "Restore it from a backup of the home."
        )
    return data


def _find_run(db: sqlite_utils.Database, ref: str) -> tuple[str, str | None]:
    """Return the run that is meant and which of its notebooks; None is its own."""
    try:
        return resolve_run(db, ref), None
    except NotFound:
        name, colon, which = ref.rpartition(":")
        if not colon or name in ("", "@best"):
            raise
        return resolve_run(db, name), which


def _of_run(
    db: sqlite_utils.Database, places: Places, run_id: str, info: RevisionInfo
) -> Notebook:
    name, number = db.execute(
        "select name, number from runs where run_id = ?", (run_id,)
    ).fetchone()
    if info.moment == EXECUTED:
        manifest, load = _take_apart(rebuild(db, run_id, places.blobs_dir))
        found = _notebook(f"{run_id}:{EXECUTED}", info, manifest, load)
    else:
        found = _of_revision(db, places, info)
    return Notebook(
        msgspec.structs.replace(
            found.side, run_id=run_id, run_name=name, run_number=number
        ),
        found.manifest,
        found.load,
    )


def _of_revision(
    db: sqlite_utils.Database, places: Places, info: RevisionInfo
) -> Notebook:
    return _notebook(
        info.revision_id,
        info,
        get_manifest(db, info.revision_id),
        lambda names: load_readable(db, places.blobs_dir, names),
    )


def _of_file(path: str, ref: str) -> Notebook:
    document = _read_file(Path(path))
    pieces = Pieces()
    manifest = pieces.split(document)
    info = RevisionInfo(
        revision_id=manifest.revision_id(),
        number=0,
        moment="file",
        captured_at=to_text(now()),
        notebook_path=path,
        cell_count=len(manifest.cells),
        redacted_count=sum(len(piece.redacted) for piece in pieces.found.values()),
        edited_count=None,
    )
    return _notebook(ref, info, manifest, _loader(pieces))


def _read_file(path: Path) -> Document:
    try:
        return read_notebook(path)[0]
    except NotANotebook:
        if not path.is_file() or path.stat().st_size > MAX_NOTEBOOK_BYTES:
            raise
        return parse_any(path.read_bytes(), str(path))


def _take_apart(document: Document) -> tuple[Manifest, LoadPieces]:
    pieces = Pieces()
    return pieces.split(document), _loader(pieces)


def _loader(pieces: Pieces) -> LoadPieces:
    return lambda names: {
        name: pieces.found[name].data for name in names if name in pieces.found
    }


def _notebook(
    ref: str, info: RevisionInfo, manifest: Manifest, load: LoadPieces
) -> Notebook:
    side = NotebookSide(
        ref=ref,
        label=_label(ref, info),
        revision=info,
        run_id=None,
        run_name=None,
        run_number=None,
        frame_sha256=manifest.frame,
        language=language_of(read_frame(manifest, load)),
    )
    return Notebook(side, manifest, load)


def _label(ref: str, info: RevisionInfo) -> str:
    if info.number:
        return f"r{info.number}"
    return "as executed" if info.moment == EXECUTED else Path(ref).name


def _find_numbered(
    db: sqlite_utils.Database, places: Places, path: str, number: int
) -> RevisionInfo:
    stored = places.to_store(path)
    paths = [stored] if last_number(db, stored) else find_paths(db, path.strip("/"))
    if len(paths) > 1:
        raise AmbiguousName(
            f"{path!r} is the end of several notebooks' paths: "
            f"{', '.join(paths[:_SHOWN])}. Say more of it."
        )
    if not paths:
        raise RevisionNotFound(
            f"there is no revision of a notebook {path!r}. "
            "`trackbook show RUN` lists a run's."
        )
    found = find_numbered(db, paths[0], number)
    if found is None:
        raise RevisionNotFound(
            f"{path!r} has no revision r{number}; its last is "
            f"r{last_number(db, paths[0])}."
        )
    return found
