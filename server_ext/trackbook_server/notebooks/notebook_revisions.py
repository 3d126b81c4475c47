"""The revisions of a notebook, and any revision by its id. Only selects."""

import string
from pathlib import Path

import sqlite_utils

from trackbook.errors import AmbiguousName, BadInput, RevisionNotFound
from trackbook_server.contract import NotebookRevision, RevisionList
from trackbook_server.notebooks.older import for_front_end
from trackbook_server.notebooks.pieces import get_bytes
from trackbook_server.store.lineage import list_family
from trackbook_server.store.rows import marks, rows

DEFAULT_LIMIT = 50
MAX_LIMIT = 500

_RUN = (
    "select runs.run_id, runs.name from (select capture_id, e.run_id "
    "from captures join capture_messages using (capture_id) "
    "join cell_executions e using (message_id) "
    "where revision_id = ?1 and notebook_path = ?2 "
    "union all select capture_id, c.run_id from captures c "
    "where revision_id = ?1 and notebook_path = ?2) found "
    "join runs first on first.run_id = found.run_id "
    "join runs on runs.run_id = coalesce(first.folded_into, first.run_id) "
    "order by capture_id desc limit 1"
)
"""The last run that a revision of a notebook was captured for."""


def list_notebook_revisions(
    db: sqlite_utils.Database,
    notebook_path: str,
    limit: int = DEFAULT_LIMIT,
    cursor: str | None = None,
) -> RevisionList:
    """Return a page of the revisions of a notebook and its family, each once.

    The family are its originals and copies; the newest revision comes first.

    One that an execution was scheduled with is left out once the completed one is
    there. Raises BadInput for a limit or a cursor that makes no sense.
    """
    if not 1 <= limit <= MAX_LIMIT:
        raise BadInput(f"limit is {limit}; it must be from 1 to {MAX_LIMIT}")
    if cursor is not None and not (cursor.isascii() and cursor.isdigit()):
        raise BadInput("the cursor is none of ours; leave it out to begin anew")
    family = list_family(db, notebook_path)
    found = rows(
        db,
        "select capture_id, c.revision_id, number, moment, captured_at, notebook_path, "  # noqa: S608
        "cell_count, redacted_count, edited_count "
        "from captures c join revisions using (revision_id) "
        f"where notebook_path in ({marks(family)}) and capture_id < ? "
        "and not exists (select 1 from captures later "
        "where later.revision_id = c.revision_id "
        f"and later.notebook_path in ({marks(family)}) "
        "and later.capture_id > c.capture_id) "
        "and not (moment = 'scheduled' and not exists (select 1 "
        "from capture_messages m where m.capture_id = c.capture_id and not exists "
        "(select 1 from capture_messages e where e.message_id = m.message_id "
        "and e.moment = 'ended'))) "
        "order by capture_id desc limit ?",
        (*family, min(int(cursor or 2**62), 2**62), *family, limit + 1),
    )
    page = found[:limit]
    return RevisionList(
        revisions=[_revision(db, row) for row in page],
        next_cursor=str(page[-1]["capture_id"]) if len(found) > limit else None,
    )


def find_by_id(db: sqlite_utils.Database, which: str) -> str:
    """Return the id of the one revision whose id is, or begins with, `which`.

    Raises RevisionNotFound, AmbiguousName.
    """
    if not which or set(which) - set(string.hexdigits.lower()):
        matching = []
    else:
        matching = db.execute(
            "select revision_id from revisions where revision_id between ? and ? "
            "order by revision_id limit 3",
            (which, f"{which}g"),
        ).fetchall()
    if not matching:
        raise RevisionNotFound(
            f"there is no notebook revision {which[:80]!r}. `trackbook show RUN` lists "
            "those of a run."
        )
    if len(matching) > 1:
        raise AmbiguousName(
            f"several revisions begin with {which!r}: "
            + ", ".join(row[0][:16] for row in matching)
            + ". Give more of the id."
        )
    found: str = matching[0][0]
    return found


def read_revision(db: sqlite_utils.Database, blobs_dir: Path, which: str) -> bytes:
    """Return a revision as JSON of format 4; `which` is its id or its beginning.

    Raises RevisionNotFound, AmbiguousName.
    """
    return for_front_end(get_bytes(db, blobs_dir, find_by_id(db, which)))


def _revision(db: sqlite_utils.Database, row: dict[str, object]) -> NotebookRevision:
    run = db.execute(_RUN, (row["revision_id"], row["notebook_path"])).fetchone()
    run_id, run_name = run or (None, None)
    fields = {name: value for name, value in row.items() if name != "capture_id"}
    return NotebookRevision(run_id=run_id, run_name=run_name, **fields)  # type: ignore[arg-type]
