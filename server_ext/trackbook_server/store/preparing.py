"""The write connection set up, and its database brought to this version's schema.

All migrations that are due are one transaction, with the version that they end in:
whatever happens meanwhile, the file is as it was or it is done.
"""

import shutil
import sqlite3
from pathlib import Path

import sqlite_utils

from trackbook.errors import HomeNotMigrated
from trackbook_server.store.database_file import is_damage, is_disk_problem
from trackbook_server.store.migrations import migrations, schema_version

_INCREMENTAL = 2
"""Of `pragma auto_vacuum`: https://www.sqlite.org/pragma.html#pragma_auto_vacuum"""

_WORTH_WRITING = 0.1
"""The share of a file that must be free for all of it to be written anew."""


def prepare(
    connection: sqlite3.Connection, journal_mode: str | None
) -> sqlite_utils.Database:
    """Return the write connection, set up and migrated.

    `journal_mode`: `wal` or `delete`; None for a database in memory. Raises
    HomeNotMigrated; then nothing was changed.
    """
    db = sqlite_utils.Database(connection)
    # Before the first page, or it takes writing everything anew (`give_pages_back`).
    connection.execute(f"pragma auto_vacuum = {_INCREMENTAL}")
    if journal_mode is not None:
        connection.execute(f"pragma journal_mode = {journal_mode}").fetchall()
        level = "normal" if journal_mode == "wal" else "full"
        connection.execute(f"pragma synchronous = {level}")
    connection.execute("pragma foreign_keys = on")
    connection.execute("pragma cache_size = -16000")
    version: int = connection.execute("pragma user_version").fetchone()[0]
    if version < schema_version():
        _migrate(db, version)
        if journal_mode == "wal":
            # So that the header, which others look at, tells the version.
            connection.execute("pragma wal_checkpoint(truncate)").fetchall()
    return db


def _migrate(db: sqlite_utils.Database, version: int) -> None:
    try:
        with db.atomic():
            migrations.apply(db)
            db.conn.execute(f"pragma user_version = {schema_version()}")
    except Exception as error:
        if isinstance(error, sqlite3.DatabaseError) and (
            is_damage(error) or is_disk_problem(error)
        ):
            raise  # whoever opens the file knows its name
        raise HomeNotMigrated(
            f"the database could not be brought from schema {version} to "
            f"{schema_version()}: {error}. Nothing was changed in it. Go back to the "
            "trackbook that you had, and report this."
        ) from error


def give_pages_back(conn: sqlite3.Connection, path: Path, pages: int) -> bool:
    """Give some pages of deleted rows back to the disk; return whether more are to be
    given.

    A file that was not made for that is written anew as a whole, where that is worth it
    and the disk has room.
    """
    free: int = conn.execute("pragma freelist_count").fetchone()[0]
    if conn.execute("pragma auto_vacuum").fetchone()[0] == _INCREMENTAL:
        # `execute` would give back one: it has no rows to ask for.
        conn.executescript(f"pragma incremental_vacuum({int(pages)})")
        left: int = conn.execute("pragma freelist_count").fetchone()[0]
        return 0 < left < free
    count = conn.execute("pragma page_count").fetchone()[0]
    room = shutil.disk_usage(path.parent).free
    if free > count * _WORTH_WRITING and room > 2 * path.stat().st_size:
        conn.execute(f"pragma auto_vacuum = {_INCREMENTAL}")
        conn.execute("vacuum")
    return False
