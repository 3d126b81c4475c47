"""The home's files: who may read them, whether its backups are sound, and its clock."""

import os
import stat
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import sqlite_utils

from trackbook.errors import HomeError
from trackbook.journal import list_segments
from trackbook.paths import database_path, journals_dir
from trackbook_server.care.finding import Check, Finding, Patient
from trackbook_server.store.backups import (
    FreeBytes,
    check_backup,
    check_room,
    free_bytes,
    list_backups,
)
from trackbook_server.store.values import to_text

_AHEAD = timedelta(hours=1)
_SILENT = timedelta(days=30)


def look_at_modes(patient: Patient) -> Finding:
    """Find what others than its owner may read or write."""
    open_ = list(_find_open(patient.path))
    if not open_:
        return Finding(what="private", says="only you may read the home")
    return Finding(
        what="private",
        says=f"{len(open_):,} files or folders can be read or written by others, as "
        f"{open_[0]}",
        cure="run `trackbook doctor --repair`, or chmod -R go-rwx the home.",
        repair="take others' permissions from the home",
    )


def make_private(patient: Patient) -> str:
    """Take all permissions from group and others."""
    open_ = list(_find_open(patient.path))
    for path in open_:
        path.chmod(stat.S_IMODE(path.stat().st_mode) & ~0o077)
    return f"{len(open_):,} files and folders are private now"


def look_at_backups(patient: Patient, free: FreeBytes = free_bytes) -> Finding:
    """Check every backup that there is, and that the next has room."""
    backups = list_backups(patient.path)
    broken = [backup for backup in backups if not _is_sound(backup.path)]
    if broken:
        return Finding(
            what="backups",
            says=f"{len(broken):,} of {len(backups):,} are not sound, as "
            f"{broken[0].path.name}",
            cure="make a new one: trackbook backup",
            repair="put the backups aside that are not sound",
        )
    try:
        check_room(database_path(patient.path), patient.path, free)
    except HomeError as error:
        return Finding(
            what="backups", says=f"{len(backups):,}, all are sound", cure=str(error)
        )
    if not backups:
        return Finding(
            what="backups",
            says="none yet; a server makes one a day, or `trackbook backup`",
        )
    newest = f"{backups[0].made_at.astimezone():%Y-%m-%d %H:%M}"
    return Finding(
        what="backups", says=f"{len(backups):,}, all are sound; the newest of {newest}"
    )


def put_backups_aside(patient: Patient) -> str:
    """Put the backups aside that are not sound."""
    broken = [b for b in list_backups(patient.path) if not _is_sound(b.path)]
    for backup in broken:
        patient.put_aside(backup.path)
    return f"{len(broken):,} backups are in {patient.aside}"


def look_at_clock(patient: Patient) -> Finding:
    """Find what the store has of a time that is still to come."""
    now = datetime.now(UTC)
    runs = patient.home.database.read(_list_future, now + _AHEAD).result()
    if not runs:
        return Finding(what="clock", says="nothing is of a time still to come")
    return Finding(
        what="clock",
        says=f"it is {now:%Y-%m-%d %H:%M} UTC here, and {len(runs):,} runs began or "
        "went on later than that",
        cure="set the clock of this machine right, or of the one that they ran on. "
        "Those runs stay at the top of lists until then; nothing else is wrong.",
        run_ids=runs[:20],
    )


def look_at_silent_journals(patient: Patient) -> Finding:
    """Find journals of which nobody here can tell whether their writer lives."""
    oldest = (datetime.now(UTC) - _SILENT).timestamp()
    silent = [
        segment.path.name
        for segment in list_segments(journals_dir(patient.path))
        if segment.path.stat().st_mtime < oldest
    ]
    if not silent:
        return Finding(what="journals", says="each has a writer that may live, or none")
    return Finding(
        what="journals",
        says=f"{len(silent):,} had nothing new for a month, as {silent[0]}. All that "
        "they say is in the store; their writers are on other hosts",
    )


CHECKS = (
    Check("private", look_at_modes, make_private),
    Check("backups", look_at_backups, put_backups_aside),
    Check("clock", look_at_clock),
    Check("journals", look_at_silent_journals),
)


def _find_open(home: Path) -> Iterator[Path]:
    if os.name != "posix":
        return
    for path in (home, *home.rglob("*")):
        if not path.is_symlink() and path.stat().st_mode & 0o077:
            yield path


def _is_sound(path: Path) -> bool:
    try:
        check_backup(path)
    except HomeError:
        return False
    return True


def _list_future(db: sqlite_utils.Database, after: datetime) -> list[str]:
    return [
        run_id
        for (run_id,) in db.execute(
            "select run_id from runs where place != 'unknown' "
            "and max(started_at, last_at) > ? order by run_id",
            (to_text(after),),
        )
    ]
