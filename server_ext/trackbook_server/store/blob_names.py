"""What names a blob: nothing that one of these names may ever be removed.

Only selects. A new way to name one belongs here first.
"""

import sqlite_utils

_PLACES = (
    ("artifacts", "sha256"),
    ("output_blobs", "sha256"),
    ("param_log", "sha256"),
    ("cell_executions", "source_sha256"),
    ("pieces", "blob_sha256"),
    ("revisions", "raw"),
    # A document that was split needs its blob no more.
    (
        "(select sha256 as waiting from captured_revisions c where not exists "
        "(select 1 from captures where journal_position = c.position "
        "and revision_id is not null))",
        "waiting",
    ),
)
_NAMED = " union all ".join(
    f"select 1 from {table} where {column} = ?1" for table, column in _PLACES
)
_ALL = " union ".join(
    f"select {column} from {table} where {column} is not null"
    for table, column in _PLACES
)

_OF_RUN = (
    "with members as (select run_id from runs where run_id = ?1 or folded_into = ?1) "
    "select mime_type, name from artifacts "
    "where sha256 = ?2 and run_id in members "
    "union all select o.mime_type, '' from output_blobs o "
    "join cell_executions e using (execution_id) "
    "where o.sha256 = ?2 and e.run_id in members "
    "union all select 'application/json', '' from param_log "
    "where sha256 = ?2 and run_id in members "
    "union all select 'text/plain', '' from cell_executions "
    "where source_sha256 = ?2 and run_id in members"
)


def is_named(db: sqlite_utils.Database, sha256: str) -> bool:
    """Say whether anything in the store names the blob."""
    return db.execute(_NAMED, (sha256,)).fetchone() is not None


def list_named(db: sqlite_utils.Database) -> set[str]:
    """Return every blob that the store names."""
    return {sha256 for (sha256,) in db.execute(_ALL)}


def list_names(
    db: sqlite_utils.Database, run_id: str, sha256: str
) -> list[tuple[str, str]]:
    """Return as what a run names the blob: mime types, and names of artifacts."""
    return [
        (mime_type, name)
        for mime_type, name in db.execute(_OF_RUN, (run_id, sha256)).fetchall()
    ]
