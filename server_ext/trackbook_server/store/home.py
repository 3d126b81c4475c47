"""A home in use: its lock, its database, and the thread that watches its journals."""

import sqlite3
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import sqlite_utils

from trackbook.errors import HomeError, HomeNotWritable
from trackbook.events import Event
from trackbook.paths import blobs_dir, database_path, ensure_home, journals_dir
from trackbook_server import contract as c
from trackbook_server.moving.importing import Importer
from trackbook_server.notebooks.captures import split_waiting
from trackbook_server.notebooks.spent import find_spent, remove_spent
from trackbook_server.store.daily_backups import DailyBackups, Keep
from trackbook_server.store.database import Database
from trackbook_server.store.database_file import has_write_ahead_log, not_writable
from trackbook_server.store.emptying import Emptier
from trackbook_server.store.filesystem import is_network_path
from trackbook_server.store.name_rules import has_ruled_runs
from trackbook_server.store.outbox import journal_edits
from trackbook_server.store.ownership import Ownership, this_process
from trackbook_server.store.projection import Projection
from trackbook_server.store.retry import FIRST, Place, retry_batch
from trackbook_server.store.search.texts import has_waiting, take_in_waiting
from trackbook_server.store.trash import get_emptying, has_aged, let_age
from trackbook_server.store.values import now as now
from trackbook_server.store.watch import Watch

TICK_SECONDS = 0.2
LOCK_RETRY_SECONDS = 1.0
SWEEP_SECONDS = 600.0
"""How often blobs that are of no more use are looked for."""

EMPTYING_SECONDS = 0.5
"""So long an emptying of the trash goes on before journals are looked at again."""

SERVER_WRITER = "server"
"""The writer of edits that were applied directly and are in no journal."""


class Home:
    """One home, opened: reads always, writes while it holds the home's lock.

    `start` watches journals on a thread of its own until `close`; without it,
    `ingest_now` does one round. `keep`: how many of the backups stay that are made
    while it is watched.
    """

    def __init__(
        self, path: Path, *, network: bool | None = None, keep: Keep | None = None
    ) -> None:
        self.path = ensure_home(path)
        self.is_network = is_network_path(path) if network is None else network
        self.ownership = Ownership(path)
        self.database = Database(database_path(path), network=self.is_network)
        self.backups = DailyBackups(path, keep=keep or Keep(), network=self.is_network)
        self.problem: str | None = None
        self._stop = threading.Event()
        self._watch = Watch(
            journals_dir(path), self.database, stopping=self._stop.is_set
        )
        self._importer = Importer(path, self.database)
        self._wake = threading.Event()
        self._swept_at = float("-inf")
        self._committed = threading.Event()
        self._committed.set()
        self.database.on_commit(self._committed.set)
        self._thread: threading.Thread | None = None
        self._emptier = Emptier(self.database, blobs_dir(path))
        try:
            if not self.try_own():
                self._refuse_foreign_log()
        except HomeError:
            self.database.close()
            raise

    @property
    def owns(self) -> bool:
        """Say whether this process ingests and writes."""
        return self.ownership.held

    def try_own(self) -> bool:
        """Take the home if nobody has it. Raises HomeTooNew, HomeNotWritable."""
        if self.owns:
            return True
        try:
            taken = self.ownership.try_acquire()
        except OSError as error:
            raise not_writable(self.path, error) from error
        if not taken:
            return False
        try:
            self.database.start_writing()
            self._retry_kept()
        except BaseException:
            self.ownership.release()
            raise
        return True

    def start(self) -> None:
        """Watch the journals, or for the lock, on a thread until `close`."""
        self._thread = threading.Thread(
            target=self._run, name="trackbook-watch", daemon=True
        )
        self._thread.start()

    def wake(self) -> None:
        """Look at the journals now: something was just written."""
        self._wake.set()

    def ingest_now(self) -> int:
        """Apply everything that the journals hold; return how many batches it took.

        0 for a process that does not own the home.
        """
        return self._round(everything=True) if self.owns else 0

    def import_some(self) -> bool:
        """Merge some runs of the bundles that wait; return whether any waited.

        For the process that owns the home; a server does it on its own.
        """
        return self._importer.step()

    def edit(self, *events: Event) -> "Future[Any]":
        """Apply a person's edits, or journal them for the owner of the home."""
        if self.owns:
            return self.database.write(apply_events, list(events))
        return self.database.aside(journal_edits, self.path, events)

    def describe_owner(self) -> str | None:
        """Return which other process writes the home; None when it is this one."""
        if self.owns:
            return None
        owner = self.ownership.get_owner()
        return owner.describe() if owner else "another process"

    def close(self) -> None:
        """Stop watching, finish what was asked, let the home go."""
        self._stop.set()
        self._wake.set()
        if self._thread is not None:
            self._thread.join()
        self.backups.close()
        self.database.close()
        self.ownership.release()

    def _round(self, *, everything: bool = False) -> int:
        """Apply what is new, and make revisions of the notebooks that it brought."""
        batches = self._watch.round(everything=everything)
        if batches:
            self.database.write(split_waiting, blobs_dir(self.path)).result()
        if self._committed.is_set():
            self._committed.clear()
            self._obey_rules()
        if self.database.read(has_waiting).result() and not self._stop.is_set():
            # A store from before it was searched: a slice a round.
            self.database.write(take_in_waiting).result()
        if self._watch.caught_up:
            if time.monotonic() - self._swept_at >= SWEEP_SECONDS:
                self._swept_at = time.monotonic()
                self.sweep(time.time())
                self._importer.clean(time.time())
                if self.database.read(has_aged, now()).result():
                    self.database.write(let_age, now()).result()
            self._empty_trash()
        return batches

    def _empty_trash(self) -> None:
        """Go on with an emptying for a moment, so that journals get their turn."""
        deadline = time.monotonic() + EMPTYING_SECONDS
        while not self._stop.is_set() and self._emptier.step(self._stop.is_set):
            if time.monotonic() > deadline:
                self._wake.set()
                return

    def finish_emptying(self, tell: Callable[[c.Emptying], None]) -> c.Emptying | None:
        """See an emptying of the trash to its end, here or by the owner of the home;
        return what it came to. `tell` is called with how far it is."""
        while (found := self.database.read(get_emptying).result()) is not None:
            tell(found)
            if found.phase == "done":
                return found
            if self.owns and self._thread is None:
                self._emptier.step(self._stop.is_set)
            else:
                time.sleep(TICK_SECONDS)
        return None

    def _obey_rules(self) -> None:
        """Let the runs obey a new rule that did not at once, a few at a time."""
        while self.database.read(has_ruled_runs).result() and not self._stop.is_set():
            self.database.write(apply_events, []).result()

    def sweep(self, now: float) -> int:
        """Remove the blobs that are of no more use; return how many.

        `now` is in seconds since the epoch. What the journals hold must be read.
        """
        count, after = 0, ""
        while found := self.database.read(find_spent, after).result():
            after = found[-1]
            self.database.sync().result()
            folder = blobs_dir(self.path)
            count += (
                self.database.write(remove_spent, folder, found, now).result().count
            )
        return count

    def _retry_kept(self) -> None:
        """Apply what an earlier version kept because it did not know it."""
        place: Place | None = FIRST
        while place is not None:
            place = self.database.write(retry_batch, place).result()

    def _refuse_foreign_log(self) -> None:
        """Raise HomeNotWritable where another host writes ahead: its log is not here.

        https://www.sqlite.org/wal.html: all processes must be on the same host.
        """
        owner = self.ownership.get_owner()
        me = this_process()
        if owner is None or owner.host == me.host or owner.boot_id == me.boot_id:
            return
        if has_write_ahead_log(database_path(self.path)):
            raise HomeNotWritable(
                f"the home {self.path} is in use on another host ({owner.describe()}). "
                "Read it there or over REST (--url), or set TRACKBOOK_HOME to another "
                "folder here."
            )

    def _run(self) -> None:
        while not self._stop.is_set():
            pause = TICK_SECONDS
            try:
                if self.try_own():
                    self._round()
                    self.backups.look()
                    if self.import_some():
                        pause = 0.0
                else:
                    pause = LOCK_RETRY_SECONDS
                self.problem = None
            except (HomeError, OSError, sqlite3.Error) as error:
                # Journals keep what is said meanwhile; the next round tries again.
                self.problem = str(error)
                pause = LOCK_RETRY_SECONDS
            self._wake.wait(pause)
            self._wake.clear()


def apply_events(db: sqlite_utils.Database, events: list[Event]) -> None:
    """Apply events that came by another way than a journal."""
    projection = Projection(db)
    for event in events:
        projection.apply(event, SERVER_WRITER)
    projection.finish()
