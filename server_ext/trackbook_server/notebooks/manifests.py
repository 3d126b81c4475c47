"""Manifests in their rows: each compressed beside one that it mostly repeats.

A revision differs from the one before in a cell or two, so its packed manifest is a few
bytes beside that of its `base`, whose own stands alone: reading takes two at most.
"""

import sqlite_utils

from trackbook.errors import RevisionNotFound
from trackbook_server.notebooks.compression import Damaged, squeeze, unfold

MAX_MANIFEST_BYTES = 256 * 1024 * 1024
_WORTH_A_BASE = 4
"""What is not smaller by this factor than its base is kept alone, as the next base."""
_MOST_BESIDE = 100
"""So many stand beside one base: what a damaged one can take along."""


def pack_manifest(
    db: sqlite_utils.Database, text: bytes, near: str | None
) -> tuple[bytes, str | None]:
    """Return the packed manifest compressed, and the revision that it stands beside.

    `near` is a revision that is probably much like it.
    """
    base = None if near is None else _base_of(db, near)
    if base is not None:
        base_id, base_bytes = base
        try:
            beside = squeeze(text, unfold(base_bytes, MAX_MANIFEST_BYTES))
        except Damaged:
            return squeeze(text), None
        if len(beside) * _WORTH_A_BASE <= len(base_bytes):
            return beside, base_id
    return squeeze(text), None


def read_packed(db: sqlite_utils.Database, revision_id: str) -> bytes:
    """Return the packed manifest of a revision. Raises RevisionNotFound."""
    row = db.execute(
        "select r.manifest, r.base, b.manifest from revisions r "
        "left join revisions b on b.revision_id = r.base where r.revision_id = ?",
        (revision_id,),
    ).fetchone()
    if row is None:
        raise RevisionNotFound(
            f"there is no notebook revision {revision_id!r}. "
            "`trackbook show RUN` lists those of a run."
        )
    packed, base, base_bytes = row
    try:
        beside = None
        if base is not None:
            beside = unfold(base_bytes or b"", MAX_MANIFEST_BYTES)
        return unfold(packed, MAX_MANIFEST_BYTES, beside)
    except Damaged as error:
        raise RevisionNotFound(
            f"the list of what revision {revision_id[:12]} consists of is damaged: "
            f"{error}. Restore it from a backup of the home."
        ) from error


def _base_of(db: sqlite_utils.Database, revision_id: str) -> tuple[str, bytes] | None:
    found: tuple[str, bytes] | None = db.execute(
        "select b.revision_id, b.manifest from revisions r join revisions b "
        "on b.revision_id = coalesce(r.base, r.revision_id) where r.revision_id = ? "
        "and (select count(*) from revisions c where c.base = b.revision_id) < ?",
        (revision_id, _MOST_BESIDE),
    ).fetchone()
    return found
