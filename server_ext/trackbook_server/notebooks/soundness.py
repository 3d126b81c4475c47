"""Whether what is stored of notebooks is what was stored: for `trackbook doctor`."""

import json
from pathlib import Path

import sqlite_utils

from trackbook.blobs import read_blob
from trackbook.errors import RevisionNotFound
from trackbook_server.notebooks.compression import Damaged, unfold
from trackbook_server.notebooks.document import MAX_NOTEBOOK_BYTES
from trackbook_server.notebooks.manifests import read_packed
from trackbook_server.notebooks.pieces import load_readable
from trackbook_server.notebooks.stored import list_ids

_AT_ONCE = 500


def list_damage(db: sqlite_utils.Database, blobs_dir: Path) -> tuple[int, list[str]]:
    """Read everything; return how many revisions there are, and the ids of those of
    which a part is damaged or gone."""
    sound = _sound_pieces(db, blobs_dir)
    revisions = db.execute("select revision_id, raw from revisions").fetchall()
    damaged = []
    for revision_id, raw in revisions:
        try:
            parts = set(list_ids(json.loads(read_packed(db, revision_id))))
        except RevisionNotFound:
            damaged.append(revision_id)
            continue
        if not parts <= sound or not _is_sound(blobs_dir, raw):
            damaged.append(revision_id)
    return len(revisions), damaged


def _sound_pieces(db: sqlite_utils.Database, blobs_dir: Path) -> set[int]:
    ids: dict[str, int] = dict(db.execute("select sha256, piece_id from pieces"))
    names = list(ids)
    sound: set[int] = set()
    for start in range(0, len(names), _AT_ONCE):
        some = names[start : start + _AT_ONCE]
        sound |= {ids[name] for name in load_readable(db, blobs_dir, some)}
    return sound


def _is_sound(blobs_dir: Path, raw: str | None) -> bool:
    """Say whether the bytes of a file can be read; true where none are kept."""
    if raw is None:
        return True
    packed = read_blob(blobs_dir, raw)
    try:
        return packed is not None and bool(unfold(packed, MAX_NOTEBOOK_BYTES))
    except Damaged:
        return False
