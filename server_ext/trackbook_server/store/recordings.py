"""The intents to record, by notebook path; called through `Database`."""

from collections.abc import Collection

import sqlite_utils


def list_recordings(db: sqlite_utils.Database) -> list[str]:
    """Return the paths of the notebooks that record, in the store's form."""
    return [path for (path,) in db.execute("select notebook_path from recordings")]


def save_recordings(
    db: sqlite_utils.Database, added: Collection[str], removed: Collection[str]
) -> None:
    """Add and remove intents; what is there (or not) already is left alone."""
    for path in added:
        db.execute("insert or ignore into recordings values (?)", (path,))
    for path in removed:
        db.execute("delete from recordings where notebook_path = ?", (path,))
