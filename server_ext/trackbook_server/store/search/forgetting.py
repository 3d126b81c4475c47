"""What full text is not to find any more: of runs that are gone. Only writes."""

from collections.abc import Sequence

import sqlite_utils

from trackbook_server.store.rows import marks
from trackbook_server.store.search.texts import forget_unused


def forget_run(db: sqlite_utils.Database, run_id: str) -> None:
    """Forget what is said of a run."""
    db.execute(
        "insert into search_runs_words "
        "(search_runs_words, rowid, name, params, tags, note, error) "
        "select 'delete', document_id, name, params, tags, note, error "
        "from search_runs where run_id = ?",
        (run_id,),
    )
    db.execute("delete from search_runs where run_id = ?", (run_id,))


def forget_executions(db: sqlite_utils.Database, execution_ids: Sequence[str]) -> None:
    """Forget the texts of executions, but for those that others have too."""
    within = f"where execution_id in ({marks(execution_ids)})"
    text_ids = db.execute(
        f"select distinct text_id from search_places {within}", execution_ids
    ).fetchall()
    db.execute(f"delete from search_places {within}", execution_ids)
    for (text_id,) in text_ids:
        forget_unused(db, text_id)
