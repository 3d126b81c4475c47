"""What a database file says of itself, and what is said when it can't be used.

Looks at the file's header and touches nothing else.
"""

import sqlite3
from pathlib import Path

from trackbook.errors import HomeDamaged, HomeNotWritable, HomeTooNew
from trackbook_server.store.migrations import schema_version

_HEADER = b"SQLite format 3\0"
_DISK_PROBLEMS = ("full", "readonly", "disk i/o", "unable to open", "permission")


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
        raise too_new(path, version)


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


def is_disk_problem(error: sqlite3.DatabaseError) -> bool:
    """Say whether SQLite complains about the disk or about permissions."""
    text = str(error).lower()
    return any(problem in text for problem in _DISK_PROBLEMS)


def damaged(path: Path | None, error: object) -> HomeDamaged:
    """Return the error that says that what is in the database can't be read."""
    return HomeDamaged(
        f"the database {path} is damaged: {error}. Stop whatever uses the home (close "
        "JupyterLab), then run `trackbook doctor --repair`: it keeps the file as it is "
        "and saves what can be read."
    )


def is_damage(error: sqlite3.DatabaseError) -> bool:
    """Say whether SQLite complains about the file's content."""
    text = str(error).lower()
    return "malformed" in text or "not a database" in text


def too_new(path: Path, version: int) -> HomeTooNew:
    """Return the error for a database of a newer schema."""
    return HomeTooNew(
        f"the home {path.parent} was written by a newer trackbook (schema "
        f"{version}; this one knows {schema_version()}). Upgrade trackbook here, "
        "or set TRACKBOOK_HOME to another folder."
    )
