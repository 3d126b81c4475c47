"""Backups of the database: copied beside it, checked before they count, rotated.

A backup is one SQLite file in the home's `backups/`, named by when and why it was made.
Blobs are not in it: they are never changed, and stay where they are. Who makes backups
when is `daily_backups.py`, what puts one back `put_back.py`.
"""

import os
import shutil
import sqlite3
import tempfile
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec

from trackbook.errors import (
    BackupNotFound,
    HomeDamaged,
    HomeError,
    HomeNotWritable,
    WouldOverwrite,
)
from trackbook.paths import backups_dir, database_path, ensure_private
from trackbook_server.store.database_file import check_version, not_writable
from trackbook_server.store.migrations import schema_version

LATEST = "@latest"

_TIME = "%Y%m%dT%H%M%SZ"
_MAKING = ".making-"
_SPARE_BYTES = 64 * 1024 * 1024
"""So much stays free beside a backup: journals go on being written."""

_INTERRUPT_STEPS = 20_000
_PAGES = 500
_PAUSE_SECONDS = 0.02

FreeBytes = Callable[[Path], int]


class Backup(msgspec.Struct, frozen=True, kw_only=True):
    """One backup in a home. `kind`: daily, by-hand, before-schema-N; `made_at` is what
    its name says, or the file's time where that says none."""

    path: Path
    kind: str
    made_at: datetime
    size_bytes: int


def free_bytes(folder: Path) -> int:
    """Return how much room is left for files in `folder`."""
    return shutil.disk_usage(folder).free


def list_backups(home: Path) -> list[Backup]:
    """Return the backups of a home, the newest first."""
    paths = [
        *backups_dir(home).glob("*.db"),
        # As versions before these had them.
        *home.glob(f"{database_path(home).stem}-before-schema-*.db"),
    ]
    found = [_describe(path) for path in paths if not path.name.startswith(_MAKING)]
    return sorted(found, key=lambda backup: backup.made_at, reverse=True)


def find_backup(home: Path, name: str) -> Path:
    """Return the backup that is the latest, has that name, or lies at that path.

    Raises BackupNotFound, which says which there are.
    """
    backups = list_backups(home)
    if name == LATEST and backups:
        return backups[0].path
    for path in (backups_dir(home) / name, Path(name).expanduser().absolute()):
        if path.is_file():
            return path
    known = ", ".join(backup.path.name for backup in backups[:5])
    raise BackupNotFound(
        f"there is no backup {name!r}. "
        + (f"There are {known}." if known else f"The home {home} has none yet.")
    )


def keep_backup(
    home: Path,
    kind: str,
    now: datetime,
    *,
    network: bool = False,
    free: FreeBytes = free_bytes,
    stopping: Callable[[], bool] = lambda: False,
) -> Path:
    """Make a backup in the home's `backups/`. Raises as `write_backup` does."""
    folder = backups_dir(home)
    ensure_private(folder)
    while (target := folder / f"{now:{_TIME}}-{kind}.db").exists():
        now += timedelta(seconds=1)
    return write_backup(
        database_path(home), target, network=network, free=free, stopping=stopping
    )


def write_backup(
    database: Path,
    target: Path,
    *,
    network: bool = False,
    free: FreeBytes = free_bytes,
    stopping: Callable[[], bool] = lambda: False,
) -> Path:
    """Copy a database that may be in use to `target`, and return that.

    `network`: its disk knows no write-ahead log, so that readers hold up writers; it is
    copied a piece at a time. `stopping` is asked now and then. The file appears whole,
    checked and on the disk, or not at all. Raises WouldOverwrite, HomeNotWritable (no
    room), HomeDamaged (the copy is not sound).
    """
    if target.exists():
        raise WouldOverwrite(f"{target} is there already; choose another name.")
    if not database.is_file():
        raise BackupNotFound(f"there is nothing to copy yet: {database} is missing.")
    try:
        sweep_unfinished(target.parent)
        check_room(database, target.parent, free)
        descriptor, name = tempfile.mkstemp(dir=target.parent, prefix=_MAKING)
        os.close(descriptor)
    except OSError as error:
        raise not_writable(target, error) from error
    making = Path(name)
    try:
        (_copy_slowly if network else _vacuum)(database, making, stopping)
        check_backup(making)
        with making.open("rb") as file:
            os.fsync(file.fileno())
        making.replace(target)
    except (OSError, sqlite3.OperationalError) as error:
        raise not_writable(target, error) from error
    except sqlite3.DatabaseError as error:
        raise _unsound(database, error) from error
    finally:
        for left in (making, making.with_name(f"{making.name}-journal")):
            left.unlink(missing_ok=True)
    return target


def back_up_before_migration(database: Path) -> None:
    """Keep a copy of a database of an older schema that is about to be migrated.

    One is enough where the migration is tried again.
    """
    source = sqlite3.connect(database)
    try:
        version: int = source.execute("pragma user_version").fetchone()[0]
        if not 0 < version < schema_version():
            return
        change: int = source.execute("select change from store").fetchone()[0]
    finally:
        source.close()
    kind = f"before-schema-{schema_version()}"
    for backup in list_backups(database.parent):
        with suppress(HomeError):
            if backup.kind == kind and check_backup(backup.path) == change:
                return
    keep_backup(database.parent, kind, datetime.now(UTC))


def check_backup(path: Path) -> int:
    """Return the `change` that a backup stands at.

    Raises HomeDamaged where it is not sound, HomeTooNew, HomeNotWritable where it is no
    database.
    """
    check_version(path)
    db = open_frozen(path)
    try:
        [(said,)] = db.execute("pragma quick_check(1)").fetchall()
        if said != "ok":
            raise _unsound(path, said)
        [(change,)] = db.execute("select change from store").fetchall()
        return int(change)
    except (sqlite3.DatabaseError, UnicodeDecodeError, TypeError, ValueError) as error:
        raise _unsound(path, error) from error
    finally:
        db.close()


def open_frozen(path: Path) -> sqlite3.Connection:
    """Open a file that nobody writes, for reading alone, with no file beside it."""
    return sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True)


def open_shared(path: Path) -> sqlite3.Connection:
    """Open a database that others may write, for reading alone."""
    return sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)


def sweep_unfinished(folder: Path) -> None:
    """Remove what a process left behind that was killed while it made a backup.

    Two hours old: nobody works so long at one.
    """
    oldest = datetime.now(UTC).timestamp() - 7200
    for path in folder.glob(f"{_MAKING}*"):
        if path.stat().st_mtime < oldest:
            path.unlink(missing_ok=True)


def _describe(path: Path) -> Backup:
    facts = path.stat()
    made, _, kind = path.stem.partition("-")
    try:
        made_at = datetime.strptime(made, _TIME).replace(tzinfo=UTC)
    except ValueError:
        made_at = datetime.fromtimestamp(facts.st_mtime, UTC)
    return Backup(path=path, kind=kind, made_at=made_at, size_bytes=facts.st_size)


def check_room(database: Path, folder: Path, free: FreeBytes = free_bytes) -> None:
    """Raise HomeNotWritable where a backup of the database has no room in `folder`."""
    log = database.with_name(f"{database.name}-wal")
    size = database.stat().st_size + (log.stat().st_size if log.exists() else 0)
    needed, left = size + _SPARE_BYTES, free(folder)
    if left < needed:
        raise HomeNotWritable(
            f"there is no room for a backup in {folder}: it needs "
            f"{needed / 1e6:,.0f} MB, and {left / 1e6:,.0f} MB are free. Free some "
            "space, or write one elsewhere: trackbook backup -o FILE."
        )


def _vacuum(database: Path, making: Path, stopping: Callable[[], bool]) -> None:
    """Write a copy without what was freed; others read and write meanwhile."""
    source = open_shared(database)
    try:
        source.set_progress_handler(stopping, _INTERRUPT_STEPS)
        source.execute("vacuum into ?", (str(making),))
    finally:
        source.close()


def _copy_slowly(database: Path, making: Path, stopping: Callable[[], bool]) -> None:
    """Copy some pages at a time, so that no writer waits for longer than those take.

    What is written meanwhile begins it anew.
    """

    def ask(_status: int, _left: int, _total: int) -> None:
        if stopping():
            raise sqlite3.OperationalError("interrupted")

    source = open_shared(database)
    target = sqlite3.connect(making)
    try:
        source.backup(target, pages=_PAGES, progress=ask, sleep=_PAUSE_SECONDS)
    finally:
        target.close()
        source.close()


def _unsound(path: Path, error: object) -> HomeDamaged:
    return HomeDamaged(
        f"{path} is not sound: {error}. `trackbook backup --list` shows which others "
        "there are; `trackbook doctor` looks at the home."
    )
