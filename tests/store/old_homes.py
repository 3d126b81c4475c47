"""Databases as older versions of trackbook left them, with what they held."""

import sqlite3
from pathlib import Path
from typing import Any

import sqlite_utils

from trackbook_server.store.migrations import migrations, schema_version


def make_older(newest: Path, path: Path, version: int) -> Path:
    """Write a database of schema `version` with all that `newest` has room for in it.

    What that schema has no columns for is what a later migration adds or fills.
    """
    names = [migration.name for migration in all_migrations()]
    db = sqlite_utils.Database(path)
    migrations.apply(db, stop_before=names[version:])
    db.execute("attach ? as newest", (str(newest),))
    known = set(columns_of(db, "newest"))
    with db.atomic():
        for table, columns in columns_of(db, "main").items():
            if table not in known or is_made_by_migrations(table):
                continue
            there = set(columns_of(db, "newest")[table])
            shared = ", ".join(name for name in columns if name in there)
            db.execute(f"delete from main.{table}")
            db.execute(
                f"insert into main.{table} ({shared}) select {shared} "
                f"from newest.{table}"
            )
    db.execute(f"pragma user_version = {version}")
    db.close()
    path.chmod(0o600)
    return path


def all_migrations() -> list[Any]:
    return migrations.pending(sqlite_utils.Database(memory=True))


def older_versions() -> range:
    return range(1, schema_version())


def columns_of(db: sqlite_utils.Database, schema: str) -> dict[str, list[str]]:
    names = db.execute(f"select name from {schema}.sqlite_master where type = 'table'")
    return {
        name: [row[1] for row in db.execute(f"pragma {schema}.table_info({name})")]
        for (name,) in names.fetchall()
    }


def is_made_by_migrations(table: str) -> bool:
    """Say whether a table is SQLite's, the migrations', or filled by one of them."""
    return table.startswith(("sqlite_", "_sqlite", "search_"))


def content_of(path: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Return all that is in a database, but for when its migrations were applied."""
    db = sqlite3.connect(path)
    try:
        tables = [
            name
            for (name,) in db.execute(
                "select name from sqlite_master where type='table'"
            )
            if not name.startswith("_sqlite")
        ]
        return {
            name: sorted(db.execute(f"select * from {name}").fetchall(), key=repr)
            for name in tables
        }
    finally:
        db.close()
