"""The file that runs travel in: a trackbook database, its blobs, and its checksum.

A bundle (`.tbk`) is what SQLite reads: the tables of a home and, besides, `bundle` (one
row about it) and `bundle_blobs` (its files, in parts). Behind the database stands one
line with the SHA-256 of all that is before it, so that a file that is cut short or
damaged is known before anything of it is used.

A bundle may come from anyone. It is opened read-only, nothing that it defines is ever
run, and only the tables of `kinds.py` are read.
"""

import hashlib
import os
import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import sqlite_utils

from trackbook.errors import BadBundle
from trackbook_server.store.migrations import migrations, schema_version

APPLICATION_ID = 0x74626B31
"""SQLite's mark of what a file is: "tbk1"."""

MAX_VALUE_BYTES = 128 * 1024 * 1024
_HEADER = b"SQLite format 3\0"
_TRAILER = b"\n-- trackbook bundle, SHA-256 %s\n"
_TRAILER_PATTERN = re.compile(rb"\n-- trackbook bundle, SHA-256 ([0-9a-f]{64})\n\Z")
_TRAILER_BYTES = len(_TRAILER % (b"0" * 64))
_READ_BYTES = 4 * 1024 * 1024

BUNDLE_TABLES = (
    "create table bundle (trackbook_version text not null, run_count integer not null)",
    "create table bundle_blobs (sha256 text not null, position integer not null, "
    "data blob not null, primary key (sha256, position)) without rowid",
)

Tell = Callable[[float], None]
"""Takes how much is done, from 0 to 1; what it raises stops the work."""


def create_bundle(path: Path) -> sqlite_utils.Database:
    """Return a new, empty bundle; `seal_bundle` makes it whole."""
    os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
    connection = sqlite3.connect(path, check_same_thread=False)
    connection.execute("pragma page_size = 2048")
    # Nobody sees the file before it is whole, so that a journal would serve nobody.
    connection.execute("pragma journal_mode = off")
    connection.execute("pragma synchronous = off")
    connection.execute("pragma foreign_keys = on")
    connection.execute(f"pragma application_id = {APPLICATION_ID}")
    db = sqlite_utils.Database(connection)
    migrations.apply(db)
    with db.atomic():
        # The same runs make the same file, whenever.
        db.execute(f"update {migrations.migrations_table} set applied_at = ''")
        for statement in BUNDLE_TABLES:
            db.execute(statement)
    connection.execute(f"pragma user_version = {schema_version()}")
    return db


def seal_bundle(db: sqlite_utils.Database, path: Path, tell: Tell) -> None:
    """Close a bundle and write its checksum; it is on the disk when this returns."""
    db.close()
    digest = _hash(path, path.stat().st_size, tell)
    with path.open("ab") as file:
        file.write(_TRAILER % digest.encode())
        file.flush()
        os.fsync(file.fileno())


def check_bundle(path: Path, name: str, tell: Tell) -> int:
    """Return how many bytes of the file are its database.

    `name` is what the file is called in messages. Raises BadBundle for what is no
    bundle, not whole, or of a newer trackbook.
    """
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            header = file.read(100)
            file.seek(max(size - _TRAILER_BYTES, 0))
            trailer = _TRAILER_PATTERN.search(file.read(_TRAILER_BYTES))
    except OSError as error:
        raise BadBundle(f"can't read {name}: {error.strerror or error}.") from error
    if not header.startswith(_HEADER):
        raise BadBundle(
            f"{name} is not a trackbook bundle. `trackbook export` makes one."
        )
    if int.from_bytes(header[68:72], "big") != APPLICATION_ID:
        raise BadBundle(
            f"{name} is a SQLite database, but no trackbook bundle. "
            "`trackbook export` makes one of the runs of a home."
        )
    if trailer is None:
        raise BadBundle(
            f"{name} is not whole: its end is missing, or it was changed. Copy it "
            "again from where it was made; nothing of it was imported."
        )
    size -= _TRAILER_BYTES
    if _hash(path, size, tell).encode() != trailer[1]:
        raise BadBundle(
            f"{name} is damaged: its content is not what its checksum says. Copy it "
            "again from where it was made; nothing of it was imported."
        )
    return size


@contextmanager
def open_bundle(path: Path, name: str) -> Iterator[sqlite_utils.Database]:
    """Give a bundle's database to read. Raises BadBundle for one that is made up."""
    connection = sqlite3.connect(
        f"{path.absolute().as_uri()}?mode=ro", uri=True, check_same_thread=False
    )
    try:
        yield _set_up(connection, name)
    finally:
        connection.close()


def _set_up(connection: sqlite3.Connection, name: str) -> sqlite_utils.Database:
    """Return the database, which is known to define nothing of its own."""
    connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, MAX_VALUE_BYTES)
    connection.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
    try:
        connection.execute("pragma trusted_schema = off")
        connection.execute("pragma cell_size_check = on")
        connection.execute("pragma query_only = on")
        db = sqlite_utils.Database(connection)
        _check_schema(db, name)
    except sqlite3.DatabaseError as error:
        raise BadBundle(f"{name} can't be read: {error}.") from error
    return db


def bring_up_to_date(path: Path, name: str) -> None:
    """Migrate a private copy of an older bundle. Raises BadBundle."""
    with open_bundle(path, name) as db:
        [(version,)] = db.execute("pragma user_version")
    if version == schema_version():
        return
    connection = sqlite3.connect(path)
    try:
        connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, MAX_VALUE_BYTES)
        connection.execute("pragma trusted_schema = off")
        migrations.apply(sqlite_utils.Database(connection))
        connection.execute(f"pragma user_version = {schema_version()}")
    except (sqlite3.Error, ValueError, TypeError) as error:
        raise BadBundle(
            f"{name} is of an older trackbook and can't be brought up to date: {error}."
        ) from error
    finally:
        connection.close()


def _check_schema(db: sqlite_utils.Database, name: str) -> None:
    """Raise BadBundle unless the file has the tables of a trackbook, and only those."""
    [(version,)] = db.execute("pragma user_version")
    if version > schema_version():
        raise BadBundle(
            f"{name} was made by a newer trackbook ({_version_of(db)}, schema "
            f"{version}; this one knows {schema_version()}). Upgrade trackbook here "
            "and import it again."
        )
    known = _tables_of(version) if version > 0 else {}
    for kind, table, text in db.execute("select type, name, sql from sqlite_schema"):
        if known.get((kind, table)) != _plain(text):
            raise BadBundle(
                f"{name} was not made by `trackbook export`: it has a {kind} "
                f"{str(table)[:100]!r} that no bundle of its version has."
            )
    there = {row[0] for row in db.execute("select name from sqlite_schema")}
    lacking = {table for kind, table in known if kind == "table"} - there
    if lacking or not known:
        raise BadBundle(
            f"{name} was not made by `trackbook export`: it has no table "
            f"{min(lacking, default='runs')!r}."
        )


@cache
def _tables_of(version: int) -> dict[tuple[str, str], str]:
    """Return the statements that make a bundle of that version."""
    db = sqlite_utils.Database(memory=True)
    later = [migration.name for migration in migrations.pending(db)][version:]
    migrations.apply(db, stop_before=later[:1])
    for statement in BUNDLE_TABLES:
        db.execute(statement)
    return {
        (kind, table): _plain(text)
        for kind, table, text in db.execute("select type, name, sql from sqlite_schema")
    }


def _plain(text: str | None) -> str:
    """Return a statement as it is compared: SQLite's versions quote differently."""
    return re.sub(r"[\s\"'`\[\]]+", "", text or "").lower()


def _version_of(db: sqlite_utils.Database) -> str:
    try:
        [version] = db.execute("select trackbook_version from bundle").fetchone()
    except (sqlite3.DatabaseError, TypeError, ValueError):
        return "of a version that it does not tell"
    return str(version)[:40]


def _hash(path: Path, size: int, tell: Tell) -> str:
    """Return the SHA-256 of the first bytes of a file."""
    digest = hashlib.sha256()
    left = size
    with path.open("rb") as file:
        while left and (part := file.read(min(_READ_BYTES, left))):
            digest.update(part)
            left -= len(part)
            tell(1 - left / size)
    return digest.hexdigest()
