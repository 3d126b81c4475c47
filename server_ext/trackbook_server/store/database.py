"""The database file and the only thread boundary.

One thread owns the write connection; a small pool reads, each thread over a read-only
connection of its own. Functions given to `read` and `write` take a
`sqlite_utils.Database` first, are synchronous and know no threads. It does not know
what the tables mean, nor who may write: that is `ownership.py`.
"""

import os
import sqlite3
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any, Concatenate, NamedTuple, TypeVar
from uuid import uuid4

import sqlite_utils

from trackbook.errors import HomeNotWritable, TookTooLong
from trackbook_server.store.backups import back_up_before_migration
from trackbook_server.store.database_file import (
    check_version,
    damaged,
    is_damage,
    is_disk_problem,
    not_writable,
    read_version,
    too_new,
)
from trackbook_server.store.migrations import schema_version
from trackbook_server.store.patience import GivenUp, Limit, within
from trackbook_server.store.preparing import give_pages_back, prepare

T = TypeVar("T")

_READERS = 4
_BUSY_SECONDS = 10.0
_SETUP_SECONDS = 3.0


class _Reader(NamedTuple):
    """A reading connection, and which file it has open."""

    db: sqlite_utils.Database
    inode: int


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

        Only for the holder of the home's lock. Raises HomeTooNew, HomeNotWritable,
        HomeDamaged, HomeNotMigrated.
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

    def give_back(self, pages: int) -> "Future[bool]":
        """Give some pages of deleted rows back to the disk; return whether more are to
        be given. A file that was not made for that is written anew as a whole, where
        that is worth it and the disk has room."""
        return self._write_thread.submit(self._give_back, pages)

    def on_commit(self, call: Callable[[], None]) -> None:
        """Call `call` on the writing thread after every commit; it must be quick."""
        self._on_commit.append(call)

    def close(self) -> None:
        """Finish what was asked and close every connection."""
        self._read_threads.shutdown(wait=True)
        with self._lock:
            for connection in self._connections:
                connection.close()
        # The last to close: then SQLite brings the log into the file.
        self._write_thread.submit(self._close_writer).result()
        self._write_thread.shutdown(wait=True)

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
            self._writer = prepare(connection, None)
            return
        path = self._file()
        check_version(path)
        try:
            # Created here so that it is private from its first byte on.
            os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
            if path.stat().st_size:
                back_up_before_migration(path)
            connection = sqlite3.connect(
                path, check_same_thread=False, timeout=_BUSY_SECONDS
            )
            try:
                self._writer = prepare(connection, "delete" if self.network else "wal")
            except BaseException:
                connection.close()
                raise
        except (OSError, sqlite3.OperationalError) as error:
            raise not_writable(path, error) from error
        except sqlite3.DatabaseError as error:
            raise damaged(path, error) from error

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
                self._check_schema(db)
                result = change(db, *args)
        except sqlite3.DatabaseError as error:
            if is_damage(error):
                raise damaged(self.path, error) from error
            if is_disk_problem(error):
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

    def _give_back(self, pages: int) -> bool:
        if self._writer is None or self.path is None:
            return False
        return give_pages_back(self._writer.conn, self.path, pages)

    def _read(self, ask: Callable[..., T], args: tuple[Any, ...]) -> T:
        db = self._get_reader()
        try:
            with db.atomic():
                self._check_schema(db)
                return ask(db, *args)
        except sqlite3.DatabaseError as error:
            if "unable to open" in str(error) or "disk I/O" in str(error):
                raise HomeNotWritable(
                    f"can't read {self.path}: {error}. Make the folder readable, "
                    "or set TRACKBOOK_HOME to another one."
                ) from error
            if is_damage(error):
                raise damaged(self.path, error) from error
            raise

    def _check_schema(self, db: sqlite_utils.Database) -> None:
        """Stop where a newer trackbook has migrated the database meanwhile."""
        version: int = db.conn.execute("pragma user_version").fetchone()[0]
        if version > schema_version():
            raise too_new(self._file(), version)

    def _get_reader(self) -> sqlite_utils.Database:
        """Return this thread's connection, a new one where the file is another now: a
        backup was put in its place."""
        before: _Reader | None = getattr(self._local, "reader", None)
        if before is not None:
            if before.inode == self._inode():
                return before.db
            before.db.close()
        db = self._open_reader()
        self._local.reader = _Reader(db, self._inode())
        return db

    def _inode(self) -> int:
        """Return what tells one file from another in its place; 0 where none is."""
        try:
            return 0 if self.path is None else self.path.stat().st_ino
        except OSError:
            return 0

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
            connection.execute("pragma cache_size = -16000")
        except sqlite3.OperationalError as error:
            raise HomeNotWritable(
                f"can't open {self.path}: {error}. "
                "Start JupyterLab, or any trackbook command, where it can be written."
            ) from error
        with self._lock:
            self._connections.append(connection)
        return sqlite_utils.Database(connection)
