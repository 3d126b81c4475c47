"""Notebooks that were moved or copied behind Jupyter's back, recognised.

By `git mv`, a file manager or a shell, while the server ran or not. When a notebook is
opened that nothing is known of, it is one that is known if its file is the same, or if
it has the same cells; where the known one is still there, it is a copy of it.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import sqlite_utils

from trackbook.errors import NotANotebook, RevisionNotFound
from trackbook_server.notebooks.older import parse_any
from trackbook_server.notebooks.pieces import get_manifest, read_rows
from trackbook_server.notebooks.revision import Pieces
from trackbook_server.store.lineage import is_known, list_files

MAX_CANDIDATES = 200
MAX_FILE_BYTES = 64 * 1024 * 1024
MIN_SHARE = 0.6
"""So much of the larger one's code two notebooks share to be one."""


@dataclass(frozen=True, slots=True)
class Found:
    """A notebook's file, and what it is to one that is known."""

    file_id: str | None
    relation: Literal["moved", "copied"] | None = None
    source: str | None = None


def recognise(db: sqlite_utils.Database, path: str) -> Found:
    """Return which known notebook the file at `path` was, if it is a new one.

    An inode is used again by the next file, so that the same one alone says nothing:
    some of the code must be the same, too.
    """
    file_id = get_file_id(path)
    if file_id is None or is_known(db, path):
        return Found(file_id)
    sources = _sources_of_file(path)
    if not sources:
        return Found(file_id)
    copied: str | None = None
    for known, known_id, revision_id in list_files(db, MAX_CANDIDATES):
        shared = _share(sources, _sources_of_revision(db, revision_id))
        is_gone = Path(known).is_absolute() and not Path(known).exists()
        if is_gone and shared > (0 if known_id == file_id else MIN_SHARE):
            return Found(file_id, "moved", known)
        is_copy = not is_gone and shared > MIN_SHARE and len(sources) > 1
        if is_copy and copied is None:
            copied = known
    return Found(file_id, None if copied is None else "copied", copied)


def get_file_id(path: str) -> str | None:
    """Return what the file system calls a file, whatever its path; None: no file."""
    try:
        found = Path(path).stat()
    except (OSError, ValueError):
        return None
    return f"{found.st_dev}:{found.st_ino}"


def _sources_of_file(path: str) -> set[str]:
    try:
        file = Path(path)
        if file.stat().st_size > MAX_FILE_BYTES:
            return set()
        document = parse_any(file.read_bytes(), path)
    except (OSError, NotANotebook):
        return set()
    pieces = Pieces()
    for cell in document["cells"]:
        # Outputs say nothing of who a notebook is.
        pieces.add_cell({k: v for k, v in cell.items() if k != "outputs"})
    return {
        piece.source_sha256
        for piece in pieces.found.values()
        if piece.source_sha256 and json.loads(piece.data).get("source", "").strip()
    }


def _sources_of_revision(db: sqlite_utils.Database, revision_id: str) -> set[str]:
    try:
        manifest = get_manifest(db, revision_id)
    except RevisionNotFound:
        return set()
    rows = read_rows(db, {cell.sha256 for cell in manifest.cells})
    return {row.facts.source_sha256 for row in rows.values()}


def _share(one: set[str], other: set[str]) -> float:
    return len(one & other) / max(len(one), len(other), 1)
