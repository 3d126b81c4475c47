"""What a check says, and what is kept of what it mends."""

import base64
import os
from collections.abc import Callable, Iterable
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import sqlite_utils

from trackbook.errors import HomeError
from trackbook.paths import ensure_private
from trackbook_server.store.backups import check_backup, list_backups, open_frozen
from trackbook_server.store.home import Home
from trackbook_server.store.put_back import new_aside

_SHOWN_RUNS = 20


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """One thing looked at; `cure` is None where all is well.

    `run_ids`: runs that are hit, at most 20. `repair`: what `--repair` does about it;
    None: nothing, the cure is a person's.
    """

    what: str
    says: str
    cure: str | None = None
    run_ids: list[str] = []
    repair: str | None = None


class Patient:
    """A home that is looked at, with what its cures need.

    `home` is it opened; None while its database is too damaged for that.
    """

    def __init__(self, path: Path, home: Home | None = None) -> None:
        self.path = path
        self._home = home

    @property
    def home(self) -> Home:
        """The home, opened."""
        assert self._home is not None
        return self._home

    @cached_property
    def aside(self) -> Path:
        """A new folder of the home's `aside/`."""
        return new_aside(self.path, "repair")

    @cached_property
    def backup(self) -> sqlite_utils.Database | None:
        """The newest backup that is sound; None where there is none."""
        for backup in list_backups(self.path):
            try:
                check_backup(backup.path)
            except HomeError:
                continue
            return sqlite_utils.Database(open_frozen(backup.path))
        return None

    def put_aside(self, path: Path) -> None:
        """Move a file of the home into `aside/`, below the same folders."""
        target = self.aside / path.relative_to(self.path)
        ensure_private(target.parent)
        path.replace(target)

    def keep_rows(self, table: str, rows: Iterable[dict[str, Any]]) -> None:
        """Append rows to `aside/…/rows.ndjson`, each with the name of its table."""
        lines = b"".join(
            msgspec.json.encode({"table": table, "row": _plain(row)}) + b"\n"
            for row in rows
        )
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT
        path = self.aside / "rows.ndjson"
        with os.fdopen(os.open(path, flags, 0o600), "ab") as file:
            file.write(lines)
            file.flush()
            os.fsync(file.fileno())


class Check(NamedTuple):
    """One thing to look at. `mend` returns what it did, in one sentence."""

    what: str
    look: Callable[[Patient], Finding]
    mend: Callable[[Patient], str] | None = None


def some_runs(run_ids: Iterable[str]) -> list[str]:
    """Return ids of runs as a finding has them."""
    return sorted(set(run_ids))[:_SHOWN_RUNS]


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    return {
        name: {"base64": base64.b64encode(value).decode()}
        if isinstance(value, bytes)
        else value
        for name, value in row.items()
    }
