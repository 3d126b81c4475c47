"""The notebooks that the store knows, also those whose file is gone. Only selects."""

from pathlib import Path

import sqlite_utils

from trackbook.errors import BadInput
from trackbook_server.contract import KnownNotebook, KnownNotebookList
from trackbook_server.notebooks.lookup import describe_revision
from trackbook_server.notebooks.names import copy_name
from trackbook_server.notebooks.notebook_revisions import find_by_id
from trackbook_server.notebooks.pieces import get_file
from trackbook_server.notebooks.restore import Restored
from trackbook_server.store.rows import rows

MAX_NOTEBOOKS = 100


def list_notebooks(
    db: sqlite_utils.Database, limit: int = MAX_NOTEBOOKS, cursor: str | None = None
) -> KnownNotebookList:
    """Return a page of the notebooks that have revisions, the latest captured first.

    `place` is filled in by who knows the files. Raises BadInput for a limit or a cursor
    that makes no sense.
    """
    if not 1 <= limit <= MAX_NOTEBOOKS:
        raise BadInput(f"limit is {limit}; it must be from 1 to {MAX_NOTEBOOKS}")
    if cursor is not None and not (cursor.isascii() and cursor.isdigit()):
        raise BadInput("the cursor is none of ours; leave it out to begin anew")
    found = rows(
        db,
        "select max(capture_id) capture_id, notebook_path, captured_at, revision_id, "
        "(select max(number) from captures n where n.notebook_path = c.notebook_path) "
        "revision_count, (select count(*) from runs r where r.notebook_path = "
        "c.notebook_path and r.place in ('list', 'alike')) run_count "
        "from captures c where notebook_path is not null and revision_id is not null "
        "group by notebook_path having max(capture_id) < ? "
        "order by 1 desc limit ?",
        (min(int(cursor or 2**62), 2**62), limit + 1),
    )
    page = found[:limit]
    return KnownNotebookList(
        notebooks=[
            KnownNotebook(
                notebook_path=row["notebook_path"],
                place="notebook",
                captured_at=row["captured_at"],
                revision_id=row["revision_id"],
                revision_count=row["revision_count"],
                run_count=row["run_count"],
            )
            for row in page
        ],
        next_cursor=str(page[-1]["capture_id"]) if len(found) > limit else None,
    )


def get_any_revision(
    db: sqlite_utils.Database, blobs_dir: Path, which: str
) -> Restored:
    """Return a revision by its id, ready to be written.

    Raises RevisionNotFound, AmbiguousName.
    """
    info = describe_revision(db, find_by_id(db, which))
    data, lost = get_file(db, blobs_dir, info.revision_id)
    return Restored(info, data, copy_name(info.notebook_path, "copy"), lost)
