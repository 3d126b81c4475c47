"""What becomes of notebooks when runs are gone for good: captures, revisions, pieces.

A capture goes with the run that it was made for, unless someone asked to keep it or it
is the last of its notebook, which is no run's alone. A revision goes with its last
capture. Whether a piece is still part of another revision only the manifests tell:
`list_used` reads them all, without holding up who writes.
"""

import json
from collections.abc import Sequence

import sqlite_utils

from trackbook.errors import RevisionNotFound
from trackbook_server.notebooks.manifests import read_packed
from trackbook_server.notebooks.stored import list_ids
from trackbook_server.store.rows import marks

MANIFESTS_AT_ONCE = 500
PIECES_AT_ONCE = 500


def forget_captures(
    db: sqlite_utils.Database, run_id: str, message_ids: Sequence[str]
) -> None:
    """Forget what was captured for messages of a run; without any, for the run."""
    if message_ids:
        shared = (
            "select message_id from cell_executions "  # noqa: S608
            f"where message_id in ({marks(message_ids)}) and run_id is not ?"
        )
        others = {name for (name,) in db.execute(shared, (*message_ids, run_id))}
        own = [name for name in message_ids if name not in others]
        within = f"where message_id in ({marks(own)})"
        found = db.execute(
            f"select distinct capture_id from capture_messages {within}",  # noqa: S608
            own,
        ).fetchall()
        db.execute(f"delete from capture_messages {within}", own)  # noqa: S608
    else:
        found = db.execute(
            "select capture_id from captures where run_id = ?", (run_id,)
        ).fetchall()
        _forget_waiting(db, run_id)
    for (capture_id,) in found:
        _forget_capture(db, run_id, capture_id)


def _forget_waiting(db: sqlite_utils.Database, run_id: str) -> None:
    """Forget documents that a journal brought and that were not split."""
    within = (
        "where run_id = ? and position not in (select journal_position from captures "
        "where journal_position is not null)"
    )
    db.execute(
        "insert or ignore into dropped_blobs select sha256 from captured_revisions "  # noqa: S608
        f"{within}",
        (run_id,),
    )
    db.execute(f"delete from captured_revisions {within}", (run_id,))  # noqa: S608


def _forget_capture(db: sqlite_utils.Database, run_id: str, capture_id: int) -> None:
    revision_id, moment, path, other, position = db.execute(
        "select revision_id, moment, notebook_path, run_id, journal_position "
        "from captures where capture_id = ?",
        (capture_id,),
    ).fetchone()
    if moment == "kept" or (other is not None and other != run_id):
        return
    if db.execute(
        "select 1 from capture_messages where capture_id = ? limit 1", (capture_id,)
    ).fetchone():
        return
    if path is not None and revision_id is not None:
        last = db.execute(
            "select max(capture_id) from captures where notebook_path = ? "
            "and revision_id is not null",
            (path,),
        ).fetchone()
        if last[0] == capture_id:
            return
    db.execute("delete from captures where capture_id = ?", (capture_id,))
    if position is not None:
        db.execute(
            "insert or ignore into dropped_blobs select sha256 "
            "from captured_revisions where position = ? and blob_removed = 0",
            (position,),
        )
        db.execute("delete from captured_revisions where position = ?", (position,))
    if revision_id is not None:
        _forget_revision(db, revision_id)


def _forget_revision(db: sqlite_utils.Database, revision_id: str) -> None:
    """Forget a revision that nothing captured any more and none stands beside."""
    if db.execute(
        "select 1 from captures where revision_id = ?1 union all "
        "select 1 from revisions where base = ?1 limit 1",
        (revision_id,),
    ).fetchone():
        return
    try:
        pieces = _pieces_of(db, revision_id)
    except RevisionNotFound:
        # Damaged: what it consisted of, `gc` of everything would tell.
        pieces = set()
    db.conn.executemany(
        "insert or ignore into loose_pieces values (?)",
        [(piece_id,) for piece_id in pieces],
    )
    raw, base = db.execute(
        "select raw, base from revisions where revision_id = ?", (revision_id,)
    ).fetchone()
    if raw is not None:
        db.execute("insert or ignore into dropped_blobs values (?)", (raw,))
    db.execute("delete from revisions where revision_id = ?", (revision_id,))
    if base is not None:
        _forget_revision(db, base)


def has_loose(db: sqlite_utils.Database) -> bool:
    """Say whether there are pieces that perhaps no revision has."""
    return db.execute("select 1 from loose_pieces limit 1").fetchone() is not None


def last_capture(db: sqlite_utils.Database) -> int:
    """Return the id of the latest capture."""
    row = db.execute("select coalesce(max(capture_id), 0) from captures").fetchone()
    return int(row[0])


def list_used(
    db: sqlite_utils.Database, after: str, at_most: int = MANIFESTS_AT_ONCE
) -> tuple[set[int], str | None]:
    """Return the pieces that revisions behind `after` have, and where to go on."""
    found = [
        revision_id
        for (revision_id,) in db.execute(
            "select revision_id from revisions where revision_id > ? "
            "order by revision_id limit ?",
            (after, at_most),
        )
    ]
    return _pieces_of_all(db, found), found[-1] if len(found) == at_most else None


def drop_pieces(
    db: sqlite_utils.Database, used: set[int], captured_before: int
) -> bool:
    """Remove some of the loose pieces that are not used, nor by what was captured
    since; return whether there are more."""
    loose = [
        piece_id
        for (piece_id,) in db.execute(
            "select piece_id from loose_pieces limit ?", (PIECES_AT_ONCE,)
        )
    ]
    since = db.execute(
        "select distinct revision_id from captures where capture_id > ? "
        "and revision_id is not null",
        (captured_before,),
    ).fetchall()
    kept = used | _pieces_of_all(db, [revision_id for (revision_id,) in since])
    unused = [(piece_id,) for piece_id in loose if piece_id not in kept]
    db.conn.executemany(
        "insert or ignore into dropped_blobs select blob_sha256 from pieces "
        "where piece_id = ? and blob_sha256 is not null",
        unused,
    )
    db.conn.executemany("delete from pieces where piece_id = ?", unused)
    db.conn.executemany(
        "delete from loose_pieces where piece_id = ?",
        [(piece_id,) for piece_id in loose],
    )
    if unused:
        db.execute("update store set piece_removals = piece_removals + 1")
    return len(loose) == PIECES_AT_ONCE


def _pieces_of_all(db: sqlite_utils.Database, revision_ids: list[str]) -> set[int]:
    return {
        piece_id
        for revision_id in revision_ids
        for piece_id in _pieces_of(db, revision_id)
    }


def _pieces_of(db: sqlite_utils.Database, revision_id: str) -> set[int]:
    return set(list_ids(json.loads(read_packed(db, revision_id))))
