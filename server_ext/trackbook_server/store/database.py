"""The database file and the only thread boundary.

One thread owns the write connection; a small pool reads, each thread over a read-only
connection of its own. Functions given to `read` and `write` take a
`sqlite_utils.Database` first, are synchronous and know no threads. It does not know
what the tables mean, nor who may write: that is `ownership.py`.
"""

import os
import shutil
import sqlite3
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any, Concatenate, TypeVar
from uuid import uuid4

import sqlite_utils

from trackbook.errors import HomeNotWritable, HomeTooNew, TookTooLong
from trackbook_server.store.migrations import migrations, schema_version
from trackbook_server.store.patience import GivenUp, Limit, within

T = TypeVar("T")

_READERS = 4
_BUSY_SECONDS = 10.0
_SETUP_SECONDS = 3.0
_HEADER = b"SQLite format 3\0"
_DISK_PROBLEMS = ("full", "readonly", "disk i/o", "unable to open", "permission")


class Database:
    """One SQLite database; `write` works once `start_writing` was called.

    `network`: keep a rollback journal instead of a write-ahead log. `memory`: a
    database of its own that is gone with it, for tests; it writes from the start.
    """

    def __init__(
        self, path: Path | None = None, *, network: bool = False, memory: bool = False
    ) -> None:
        self.path = path
        self.network = network
        self._uri = (
            f"file:trackbook-{uuid4().hex}?mode=memory&cache=shared" if memory else ""
        )
        self._writer: sqlite_utils.Database | None = None
        self._write_thread = ThreadPoolExecutor(1, "trackbook-write")
        self._read_threads = ThreadPoolExecutor(_READERS, "trackbook-read")
        self._local = threading.local()
        self._connections: list[sqlite3.Connection] = []
        self._lock = threading.Lock()
        self._on_commit: list[Callable[[], None]] = []
        if memory:
            self.start_writing()
        else:
            check_version(self._file())

    def start_writing(self) -> None:
        """Open the write connection and bring the schema up to date.

        Only for the holder of the home's lock. Raises HomeTooNew, HomeNotWritable.
        """
        self._write_thread.submit(self._open_writer).result()

    def read(
        self, ask: Callable[Concatenate[sqlite_utils.Database, ...], T], *args: Any
    ) -> "Future[T]":
        """Run `ask(db, *args)` on a reading thread, over one snapshot."""
        return self._read_threads.submit(self._read, ask, args)

    def read_within(
        self,
        limit: Limit,
        ask: Callable[Concatenate[sqlite_utils.Database, ...], T],
        *args: Any,
    ) -> "Future[T]":
        """Like `read`, up to a limit; `limit.cancel()` ends it. Raises TookTooLong."""
        return self._read_threads.submit(self._read_within, limit, ask, args)

    def write(
        self, change: Callable[Concatenate[sqlite_utils.Database, ...], T], *args: Any
    ) -> "Future[T]":
        """Run `change(db, *args)` in a transaction of its own on the writing thread."""
        return self._write_thread.submit(self._write, change, args)

    def aside(self, call: Callable[..., T], *args: Any) -> "Future[T]":
        """Run `call(*args)`, which may wait for files, on a reading thread."""
        return self._read_threads.submit(call, *args)

    def sync(self) -> "Future[None]":
        """Bring everything committed so far onto the disk itself."""
        return self._write_thread.submit(self._sync)

    def on_commit(self, call: Callable[[], None]) -> None:
        """Call `call` on the writing thread after every commit; it must be quick."""
        self._on_commit.append(call)

    def close(self) -> None:
        """Finish what was asked and close every connection."""
        self._read_threads.shutdown(wait=True)
        self._write_thread.submit(self._close_writer).result()
        self._write_thread.shutdown(wait=True)
        with self._lock:
            for connection in self._connections:
                connection.close()

    def _file(self) -> Path:
        assert self.path is not None
        return self.path

    def _open_writer(self) -> None:
        if self._writer is not None:
            return
        if self._uri:
            connection = sqlite3.connect(
                self._uri, uri=True, check_same_thread=False, timeout=_BUSY_SECONDS
            )
            self._writer = _prepare(connection, None)
            return
        path = self._file()
        check_version(path)
        try:
            # Created here so that it is private from its first byte on.
            os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
            if path.stat().st_size:
                _back_up(path)
            connection = sqlite3.connect(
                path, check_same_thread=False, timeout=_BUSY_SECONDS
            )
            self._writer = _prepare(connection, "delete" if self.network else "wal")
        except (OSError, sqlite3.OperationalError) as error:
            raise not_writable(path, error) from error

    def _close_writer(self) -> None:
        if self._writer is not None:
            self._writer.close()
            self._writer = None

    def _write(self, change: Callable[..., T], args: tuple[Any, ...]) -> T:
        db = self._writer
        if db is None:
            raise HomeNotWritable(
                f"another process owns {self.path}; it writes, this one reads"
            )
        before = db.conn.total_changes
        try:
            with db.atomic():
                result = change(db, *args)
        except sqlite3.OperationalError as error:
            if _is_disk_problem(error):
                raise not_writable(self.path, error) from error
            raise
        if db.conn.total_changes != before:
            for call in self._on_commit:
                call()
        return result

    def _sync(self) -> None:
        if self._writer is None or self.path is None:
            return
        self._writer.execute("pragma wal_checkpoint(full)").fetchall()
        descriptor = os.open(self.path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

    def _read(self, ask: Callable[..., T], args: tuple[Any, ...]) -> T:
        db: sqlite_utils.Database | None = getattr(self._local, "db", None)
        if db is None:
            db = self._open_reader()
            self._local.db = db
        try:
            with db.atomic():
                return ask(db, *args)
        except sqlite3.OperationalError as error:
            if "unable to open" in str(error) or "disk I/O" in str(error):
                raise HomeNotWritable(
                    f"can't read {self.path}: {error}. Make the folder readable, "
                    "or set TRACKBOOK_HOME to another one."
                ) from error
            raise

    def _read_within(
        self, limit: Limit, ask: Callable[..., T], args: tuple[Any, ...]
    ) -> T:
        def ask_within(db: sqlite_utils.Database) -> T:
            with within(db, limit):
                return ask(db, *args)

        try:
            return self._read(ask_within, ())
        except GivenUp as given_up:
            if limit.is_cancelled:
                raise TookTooLong("nobody waits for the answer any more") from None
            if given_up.limit is not limit:
                raise
            raise TookTooLong(
                f"the search took longer than {limit.seconds:g} s and was given up. "
                "Add a condition that fewer runs meet, or sort by another column."
            ) from None

    def _wait_for_schema(self) -> None:
        """Wait a moment for the process that is setting the database up."""
        path = self._file()
        deadline = time.monotonic() + _SETUP_SECONDS
        while (version := read_version(path)) < schema_version():
            if time.monotonic() < deadline:
                time.sleep(0.02)
            elif version:
                raise HomeNotWritable(
                    f"{path} belongs to an older trackbook that is running (schema "
                    f"{version}; this one needs {schema_version()}). End that process "
                    "and try again."
                )
            else:
                raise HomeNotWritable(
                    f"there is no trackbook database at {path} yet. Start JupyterLab, "
                    "or any trackbook command, where it can be written."
                )

    def _open_reader(self) -> sqlite_utils.Database:
        uri = self._uri
        if not uri:
            self._wait_for_schema()
            uri = f"{self._file().as_uri()}?mode=ro"
        try:
            connection = sqlite3.connect(
                uri, uri=True, check_same_thread=False, timeout=_BUSY_SECONDS
            )
            if self._uri:
                # In a shared cache a reader would wait for the writer's table locks.
                connection.execute("pragma read_uncommitted = on")
            connection.execute("pragma query_only = on")
        except sqlite3.OperationalError as error:
            raise HomeNotWritable(
                f"can't open {self.path}: {error}. "
                "Start JupyterLab, or any trackbook command, where it can be written."
            ) from error
        with self._lock:
            self._connections.append(connection)
        return sqlite_utils.Database(connection)


def read_version(path: Path) -> int:
    """Return the schema version of a database; 0 where there is none yet."""
    try:
        with path.open("rb") as file:
            header = file.read(100)
    except OSError:
        return 0
    return _version_in(header)


def check_version(path: Path) -> None:
    """Raise HomeTooNew when `path` was written by a newer trackbook.

    Reads the version from the file's header and touches nothing else.
    """
    try:
        with path.open("rb") as file:
            header = file.read(100)
    except FileNotFoundError:
        return
    except OSError as error:
        raise not_writable(path, error) from error
    if len(header) < 100:
        return
    if not header.startswith(_HEADER):
        raise HomeNotWritable(
            f"{path} is not a trackbook database. Move it away, "
            "or set TRACKBOOK_HOME to another folder."
        )
    version = _version_in(header)
    if version > schema_version():
        raise HomeTooNew(
            f"the home {path.parent} was written by a newer trackbook (schema "
            f"{version}; this one knows {schema_version()}). Upgrade trackbook here, "
            "or set TRACKBOOK_HOME to another folder."
        )


def _version_in(header: bytes) -> int:
    """Return `user_version`: https://www.sqlite.org/fileformat.html, section 1.3."""
    return int.from_bytes(header[60:64], "big")


def has_write_ahead_log(path: Path) -> bool:
    """Say whether the database's header asks readers for a write-ahead log."""
    try:
        with path.open("rb") as file:
            return file.read(20)[18:20] == b"\x02\x02"
    except OSError:
        return False


def not_writable(path: Path | None, error: Exception) -> HomeNotWritable:
    """Return the error that says what can't be written and what mends it."""
    reason = getattr(error, "strerror", None) or str(error)
    return HomeNotWritable(
        f"can't write {path}: {reason}. Free some space, make the folder writable, "
        "or set TRACKBOOK_HOME to a folder that you can write."
    )


def _is_disk_problem(error: sqlite3.OperationalError) -> bool:
    text = str(error).lower()
    return any(problem in text for problem in _DISK_PROBLEMS)


def _prepare(
    connection: sqlite3.Connection, journal_mode: str | None
) -> sqlite_utils.Database:
    """Return the write connection, set up and migrated."""
    db = sqlite_utils.Database(connection)
    if journal_mode is not None:
        connection.execute(f"pragma journal_mode = {journal_mode}").fetchall()
        level = "normal" if journal_mode == "wal" else "full"
        connection.execute(f"pragma synchronous = {level}")
    connection.execute("pragma foreign_keys = on")
    connection.execute("pragma cache_size = -16000")
    version: int = connection.execute("pragma user_version").fetchone()[0]
    if version < schema_version():
        migrations.apply(db)
        connection.execute(f"pragma user_version = {schema_version()}")
        if journal_mode == "wal":
            # So that the header, which others look at, tells the version.
            connection.execute("pragma wal_checkpoint(truncate)").fetchall()
    return db


def _back_up(path: Path) -> None:
    """Keep a copy beside a database that is about to be migrated."""
    with sqlite3.connect(path) as source:
        version: int = source.execute("pragma user_version").fetchone()[0]
        if 0 < version < schema_version():
            copy = path.with_name(f"{path.stem}-before-schema-{schema_version()}.db")
            os.close(os.open(copy, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600))
            if shutil.disk_usage(path.parent).free < path.stat().st_size:
                raise OSError(28, "No space left on device")
            with sqlite3.connect(copy) as target:
                source.backup(target)
            target.close()
    source.close()
