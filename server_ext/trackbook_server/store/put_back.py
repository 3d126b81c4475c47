"""A backup put in the place of the database; nothing that is there now is lost.

Only while no process owns the home. In this order, so that a kill at any moment leaves
a home that works: the backup is checked and copied beside the database, the database is
linked into `aside/`, then the copy takes its place in one step.
"""

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from trackbook.errors import HomeNotWritable
from trackbook.paths import aside_dir, database_path, ensure_home
from trackbook_server.store.backups import (
    FreeBytes,
    check_backup,
    free_bytes,
    open_frozen,
)
from trackbook_server.store.database_file import not_writable
from trackbook_server.store.ownership import Ownership

_COPYING = ".putting-back.db"
_LISTED = 1000
_TIME = "%Y%m%dT%H%M%SZ"


class LaterRun(msgspec.Struct, frozen=True, kw_only=True):
    """A run that is in the database that was replaced, and not in the backup."""

    run_id: str
    name: str
    started_at: str


class PutBack(msgspec.Struct, frozen=True, kw_only=True):
    """What was done. `aside` is the database that was there before; None: there was
    none. `later_runs` are at most a thousand of `later_count`; that is None where the
    database was too damaged to be asked."""

    backup: Path
    aside: Path | None
    later_count: int | None
    later_runs: list[LaterRun]


def put_back(
    home: Path,
    backup: Path,
    *,
    now: datetime | None = None,
    free: FreeBytes = free_bytes,
) -> PutBack:
    """Let `backup` be the home's database.

    Raises HomeNotWritable (in use, no room), HomeDamaged, HomeTooNew; then all is as it
    was.
    """
    check_backup(backup)
    ensure_home(home)
    with owned(home):
        database = database_path(home)
        try:
            _check_room(backup, home, free)
            copy = _copy(backup, home / _COPYING)
            count, later = _list_later(database, copy)
            aside = replace_database(home, copy, "before-restore", now)
        except OSError as error:
            raise not_writable(database, error) from error
    return PutBack(backup=backup, aside=aside, later_count=count, later_runs=later)


@contextmanager
def owned(home: Path) -> Iterator[None]:
    """Hold the home's lock for a while, which nobody else must hold.

    Raises HomeNotWritable, which says who does.
    """
    ownership = Ownership(home)
    if not ownership.try_acquire():
        owner = ownership.get_owner()
        who = owner.describe() if owner else "another process"
        raise HomeNotWritable(
            f"the home {home} is in use by {who}. Stop it (close JupyterLab) and try "
            "again."
        )
    try:
        yield
    finally:
        ownership.release()


def replace_database(
    home: Path,
    new: Path,
    why: str,
    now: datetime | None = None,
    *,
    is_damaged: bool = False,
) -> Path | None:
    """Put `new`, a file of the home, in the database's place; keep that in `aside/`.

    A damaged one is kept to the last bit, with its write-ahead log beside it. Return
    where it is kept; None where there was none.
    """
    database = database_path(home)
    log = database.with_name(f"{database.name}-wal")
    kept = None
    if database.exists():
        kept = new_aside(home, why, now) / database.name
        if not is_damaged:
            _settle_log(database)
        if log.exists():  # it belongs to the old file, and would spoil the new one
            shutil.copy2(log, kept.with_name(log.name))
        _link(database, kept)
        log.unlink(missing_ok=True)
        log.with_name(f"{database.name}-shm").unlink(missing_ok=True)
    new.replace(database)
    _sync_folder(home)
    return kept


def new_aside(home: Path, why: str, now: datetime | None = None) -> Path:
    """Return a new folder of `aside/`, named by the time and the reason."""
    parent = aside_dir(home)
    parent.mkdir(mode=0o700, exist_ok=True)
    name = f"{now or datetime.now(UTC):{_TIME}}-{why}"
    for number in range(1, 1000):
        folder = parent / (name if number == 1 else f"{name}-{number}")
        with suppress(FileExistsError):
            folder.mkdir(mode=0o700)
            return folder
    raise HomeNotWritable(f"can't make a folder {name} in {parent}; tidy it up.")


def _settle_log(database: Path) -> None:
    """Bring what the write-ahead log holds into the database, if that can be done."""
    with suppress(sqlite3.Error):
        db = sqlite3.connect(database)
        try:
            db.execute("pragma wal_checkpoint(truncate)").fetchall()
            db.execute("pragma journal_mode = delete").fetchall()
        finally:
            db.close()


def _link(source: Path, target: Path) -> None:
    try:
        target.hardlink_to(source)
    except OSError:  # a file system without links
        shutil.copy2(source, target)
        target.chmod(0o600)


def _copy(backup: Path, target: Path) -> Path:
    with (
        backup.open("rb") as source,
        os.fdopen(
            os.open(target, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb"
        ) as file,
    ):
        shutil.copyfileobj(source, file, 1024 * 1024)
        file.flush()
        os.fsync(file.fileno())
    return target


def _check_room(backup: Path, home: Path, free: FreeBytes) -> None:
    needed, left = backup.stat().st_size, free(home)
    if left < needed:
        raise HomeNotWritable(
            f"there is no room to put the backup back: it needs {needed / 1e6:,.0f} "
            f"MB in {home}, and {left / 1e6:,.0f} MB are free. Free some space."
        )


def _list_later(database: Path, backup: Path) -> tuple[int | None, list[LaterRun]]:
    """Return the runs that only the database has, the newest first."""
    if not database.exists():
        return 0, []
    old = open_frozen(backup)
    try:
        there = {run_id for (run_id,) in old.execute("select run_id from runs")}
    finally:
        old.close()
    later = []
    try:
        db = sqlite3.connect(database)
        try:
            for run_id, name, started_at in db.execute(
                "select run_id, name, started_at from runs where place != 'unknown' "
                "order by started_at desc"
            ):
                if run_id not in there:
                    run = LaterRun(run_id=run_id, name=name, started_at=started_at)
                    later.append(run)
        finally:
            db.close()
    except sqlite3.Error:
        return None, later[:_LISTED]
    return len(later), later[:_LISTED]


def _sync_folder(folder: Path) -> None:
    with suppress(OSError):  # not every system syncs folders
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
