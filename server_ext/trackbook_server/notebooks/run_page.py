"""A run whole, with what the store alone does not know: its notebook's revisions."""

import msgspec
import sqlite_utils

from trackbook_server.contract import Run
from trackbook_server.notebooks.lookup import list_run_revisions
from trackbook_server.store.run_details import get_run


def get_whole_run(db: sqlite_utils.Database, run_id: str) -> Run:
    """Return a run with everything that it holds. Raises RunNotFound."""
    run = get_run(db, run_id)
    return msgspec.structs.replace(run, revisions=list_run_revisions(db, run_id))
