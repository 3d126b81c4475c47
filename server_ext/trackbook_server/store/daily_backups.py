"""A backup a day of a home that is in use, and which ones stay.

Looked after by the process that owns the home, on a thread of its own: neither requests
nor journals wait for it. What it can't do, `problem` says.
"""

import sqlite3
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec

from trackbook.errors import HomeDamaged, HomeError
from trackbook.paths import database_path
from trackbook_server.store.backups import (
    Backup,
    FreeBytes,
    check_backup,
    free_bytes,
    keep_backup,
    list_backups,
    open_shared,
)

DAILY = "daily"
LOOK_SECONDS = 600.0
FIRST_SECONDS = 30.0
"""So long after the home was taken nothing is copied: a server is starting."""

_BEFORE_MIGRATION = "before-schema-"
_KEPT_BEFORE_MIGRATIONS = 3
_DAY = timedelta(days=1)


class Keep(msgspec.Struct, frozen=True):
    """How many backups stay: one a day of so many days on which one was made, and one a
    week of so many weeks. With neither none is made."""

    days: int = 7
    weeks: int = 4


class DailyBackups:
    """Makes them while a home is owned; `look` is cheap and called often."""

    def __init__(
        self,
        home: Path,
        *,
        keep: Keep,
        network: bool,
        free: FreeBytes = free_bytes,
        clock: Callable[[], float] = time.monotonic,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self.problem: str | None = None
        self._home = home
        self._keep = keep
        self._network = network
        self._free = free
        self._clock = clock
        self._now = now
        self._next_at = clock() + FIRST_SECONDS
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    def look(self) -> None:
        """Begin a backup on a thread if it is time to."""
        if self._clock() < self._next_at or not (self._keep.days or self._keep.weeks):
            return
        self._next_at = self._clock() + LOOK_SECONDS
        if self._thread is None or not self._thread.is_alive():
            self._thread = threading.Thread(
                target=self.make_due, name="trackbook-backup", daemon=True
            )
            self._thread.start()

    def make_due(self) -> Path | None:
        """Make today's backup where the store changed since the last, and let go those
        that are too many. Return it, None where none is due."""
        try:
            if not is_due(self._home, self._now()):
                self.problem = None
                return None
            made = keep_backup(
                self._home,
                DAILY,
                self._now(),
                network=self._network,
                free=self._free,
                stopping=self._stop.is_set,
            )
            for path in list_spare(list_backups(self._home), self._keep, self._now()):
                path.unlink(missing_ok=True)
        except (HomeError, OSError, sqlite3.Error) as error:
            if not self._stop.is_set():
                self.problem = f"no backup was made: {error}"
            return None
        self.problem = None
        return made

    def close(self) -> None:
        """Give up what is being made."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join()


def is_due(home: Path, now: datetime) -> bool:
    """Say whether a day has gone by since a backup, and something changed in it.

    A backup from the future tells that the clock went back; it counts for nothing.
    """
    past = [backup for backup in list_backups(home) if backup.made_at <= now]
    if past and now - past[0].made_at < _DAY:
        return False
    change = _change_of(home)
    if not past:
        return change > 0
    try:
        return check_backup(past[0].path) != change
    except HomeDamaged:
        return True


def list_spare(backups: list[Backup], keep: Keep, now: datetime) -> list[Path]:
    """Return the backups that may go: of the daily ones those that `keep` does not ask
    for, of those before migrations the oldest. All others are a person's to remove.

    What was made after `now`, as the clock says, stays.
    """
    past = [backup for backup in backups if backup.made_at <= now]
    daily = [backup for backup in past if backup.kind == DAILY]
    before = [b for b in past if b.kind.startswith(_BEFORE_MIGRATION)]
    days: dict[object, Path] = {}
    weeks: dict[object, Path] = {}
    for backup in daily:
        days.setdefault(backup.made_at.date(), backup.path)
        weeks.setdefault(backup.made_at.isocalendar()[:2], backup.path)
    kept = {*list(days.values())[: keep.days], *list(weeks.values())[: keep.weeks]}
    kept |= {backup.path for backup in before[:_KEPT_BEFORE_MIGRATIONS]}
    return [b.path for b in (*daily, *before) if b.path not in kept]


def _change_of(home: Path) -> int:
    """Return the `change` that the store stands at; 0 where there is none."""
    path = database_path(home)
    if not path.is_file():
        return 0
    db = open_shared(path)
    try:
        row = db.execute("select change from store").fetchone()
        return int(row[0]) if row else 0
    finally:
        db.close()
