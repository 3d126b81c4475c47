"""A damaged database made anew: what can be read of it, and the newest backup for the
rest. The damaged file stays as it is, in the home's `aside/`.
"""

import shutil
import sqlite3
from contextlib import closing, suppress
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import sqlite_utils

from trackbook.errors import HomeDamaged, HomeNotWritable
from trackbook.paths import database_path
from trackbook_server.care.finding import Finding, Patient, some_runs
from trackbook_server.care.rows import mend_rows
from trackbook_server.care.scraping import (
    UNREADABLE,
    Doubtful,
    Gap,
    Key,
    Table,
    list_tables,
    read_text,
    scrape,
)
from trackbook_server.store.backups import FreeBytes, free_bytes, open_shared
from trackbook_server.store.database_file import read_version
from trackbook_server.store.migrations import migrations, schema_version
from trackbook_server.store.preparing import prepare
from trackbook_server.store.put_back import owned, replace_database
from trackbook_server.store.rows import rows

WHAT = "database"
_WORK = ".salvage"
_MAGIC = b"SQLite format 3\0"
_SHOWN = 20

_NAMED_BY = {"run_id": "runs", "execution_id": "cell_executions"}
"""Where keys are found from which to go on in another table."""

_FILLED_LATER = frozenset({"chunks"})
"""Filled series by series (`chunks.py`): an older chunk may be part of a newer."""


_NEVER_FEWER = frozenset({"runs"})
"""What is gone for good has a tombstone: all else of the backup must be there, also
where a damaged page led past it."""


class Salvaged(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a damaged database. `aside`: where it is; `tables` has, of each
    that was hit, how many rows were read and how many came from the backup."""

    aside: Path
    tables: dict[str, tuple[int, int]]
    run_ids: list[str]


class _Outcome(NamedTuple):
    is_hit: bool
    read: int
    filled: int
    run_ids: set[str]


def look_at_database(home: Path) -> Finding:
    """Have SQLite look at every page of the home's database."""
    path = database_path(home)
    if not path.exists():
        return Finding(what=WHAT, says="there is none yet")
    try:
        with closing(open_shared(path)) as db:
            said = db.execute(f"pragma integrity_check({_SHOWN})").fetchall()
            problems = [text for (text,) in said if text != "ok"]
            problems = problems or _list_garbled(db)
    except UNREADABLE as error:
        problems = [str(error)]
    if not problems:
        return Finding(what=WHAT, says="sound")
    return Finding(
        what=WHAT,
        says=f"damaged: {'; '.join(problems[:3])[:300]}",
        cure="close JupyterLab, then run `trackbook doctor --repair`.",
        repair="make the database anew: of what can be read of it, the rest from the "
        "newest backup; the damaged file is kept in aside/",
    )


def _list_garbled(db: sqlite3.Connection) -> list[str]:
    """Return which tables have texts that are none any more."""
    garbled = []
    for table in list_tables(db):
        texts = ", ".join(f'"{name}"' for name in table.texts)
        try:
            for _ in db.execute(f'select {texts or 1} from "{table.name}"'):
                pass
        except UNREADABLE:
            garbled.append(f"texts of {table.name} are none any more")
    return garbled


def salvage(home: Path, *, free: FreeBytes = free_bytes) -> Salvaged:
    """Make the home's database anew, and put the damaged one aside.

    Raises HomeNotWritable (in use, no room), HomeDamaged where nothing can be had, of
    it or of a backup; then all is as it was.
    """
    path = database_path(home)
    patient = Patient(home)
    with owned(home):
        work = home / _WORK
        shutil.rmtree(work, ignore_errors=True)
        _check_room(path, home, free)
        work.mkdir(mode=0o700)
        try:
            new = work / path.name
            hit = _build(patient, _copy(path, work, patient), new, _version_of(path))
            aside = replace_database(home, new, "damaged", is_damaged=True)
        finally:
            shutil.rmtree(work, ignore_errors=True)
    assert aside is not None
    return Salvaged(
        aside=aside,
        tables={name: (outcome.read, outcome.filled) for name, outcome in hit.items()},
        run_ids=some_runs(run for outcome in hit.values() for run in outcome.run_ids),
    )


def _build(
    patient: Patient, damaged: Path, path: Path, version: int
) -> dict[str, _Outcome]:
    """Fill a new database of that schema; return what was not simply read."""
    path.touch(0o600)
    db = sqlite_utils.Database(path)
    names = [one.name for one in migrations.pending(sqlite_utils.Database(memory=True))]
    with db.atomic():
        migrations.apply(db, stop_before=names[version:])
    hit: dict[str, _Outcome] = {}
    total = 0
    with closing(open_shared(damaged)) as source:
        source.text_factory = read_text
        for table in list_tables(db.conn):
            with db.atomic():
                outcome = _fill(patient, source, db, table)
            total += outcome.read + outcome.filled
            if outcome.is_hit:
                hit[table.name] = outcome
    if not total:
        raise HomeDamaged(
            "nothing can be read of the database, and there is no backup. It is as it "
            "was. Copy the home back from a backup of your own."
        )
    db.execute(f"pragma user_version = {version}")
    db.close()
    _finish(patient, path)
    return hit


def _fill(
    patient: Patient,
    source: sqlite3.Connection,
    db: sqlite_utils.Database,
    table: Table,
) -> _Outcome:
    gaps: list[Gap] = []
    db.execute(f'delete from "{table.name}"')  # what migrations put there
    read = filled = doubtful = 0
    run_ids: set[str] = set()
    for row in scrape(source, table, _list_pivots(patient, db, table), gaps):
        named = dict(zip(table.columns, row, strict=True))
        if any(isinstance(value, Doubtful) for value in row):
            doubtful += 1
            named = {
                name: str.__str__(value) if isinstance(value, Doubtful) else value
                for name, value in named.items()
            }
            patient.keep_rows(table.name, [named])
            run_ids |= {str(named["run_id"])} if named.get("run_id") else set()
            better = _find_in_backup(patient, table, named)
            filled += better is not None
            named = better or named
        if _insert(db, table, tuple(named), tuple(named.values())):
            read += 1
        else:
            patient.keep_rows(table.name, [named])
    is_hit = bool(gaps) or doubtful > 0
    if table.name in _NEVER_FEWER:
        gaps = gaps or [Gap(None, None)]
    if gaps and patient.backup is not None and table.name not in _FILLED_LATER:
        for names, row in _from_backup(patient.backup, table, gaps):
            if _insert(db, table, names, row):
                filled += 1
                if "run_id" in names:
                    run_ids.add(str(row[names.index("run_id")]))
    return _Outcome(is_hit or filled > 0, read, filled, run_ids)


def _find_in_backup(
    patient: Patient, table: Table, named: dict[str, Any]
) -> dict[str, Any] | None:
    """Return the backup's row of the same key; None where it has none."""
    if patient.backup is None or table.name not in patient.backup.table_names():
        return None
    where = " and ".join(f'"{name}" = ?' for name in table.key)
    found = rows(
        patient.backup,
        f'select * from "{table.name}" where {where or "0"}',
        [named[name] for name in table.key],
    )
    return (
        {name: found[0][name] for name in named if name in found[0]} if found else None
    )


def _insert(
    db: sqlite_utils.Database, table: Table, names: tuple[str, ...], row: Key
) -> bool:
    """Insert a row; False where one of its key is there, or the table can't have it."""
    columns = ", ".join(f'"{name}"' for name in names)
    marks = ", ".join("?" for _ in names)
    try:
        done = db.conn.execute(
            f'insert or ignore into "{table.name}" ({columns}) values ({marks})', row
        )
    except sqlite3.DatabaseError:
        return False
    return done.rowcount > 0


def _list_pivots(patient: Patient, db: sqlite_utils.Database, table: Table) -> set[Key]:
    """Return keys that the table may have: those of the backup, and of other tables."""
    if table.has_rowid:
        return set()
    pivots: set[Key] = set()
    names = ", ".join(f'"{name}"' for name in table.key)
    with suppress(sqlite3.DatabaseError):
        if patient.backup is not None:
            select = f'select {names} from "{table.name}"'
            pivots |= set(patient.backup.conn.execute(select))
    other = _NAMED_BY.get(table.key[0])
    if other is not None and other != table.name:
        pivots |= set(db.conn.execute(f'select "{table.key[0]}" from "{other}"'))
    return pivots


def _from_backup(
    backup: sqlite_utils.Database, table: Table, gaps: list[Gap]
) -> list[tuple[tuple[str, ...], Key]]:
    """Return the backup's rows that lie where nothing could be read.

    Of a table whose rows have numbers that tell nothing, it is all of them.
    """
    if table.name not in backup.table_names():
        return []
    there = [fact[1] for fact in backup.execute(f'pragma table_info("{table.name}")')]
    names = tuple(name for name in table.columns if name in there)
    columns = ", ".join(f'"{name}"' for name in names)
    if table.has_rowid and table.number is None:
        gaps = [Gap(None, None)]
    key = ", ".join(f'"{name}"' for name in table.key)
    marks = ", ".join("?" for _ in table.key)
    found: list[tuple[tuple[str, ...], Key]] = []
    for gap in gaps:
        where = ["1"]
        parameters: Key = ()
        for sign, bound in ((">", gap.after), ("<", gap.before)):
            if bound is not None:
                where.append(f"({key}) {sign} ({marks})")
                parameters += bound
        found += [
            (names, row)
            for row in backup.conn.execute(
                f'select {columns} from "{table.name}" where {" and ".join(where)}',
                parameters,
            )
        ]
    return found


def _finish(patient: Patient, path: Path) -> None:
    """Bring the new file to this version's schema, and its rows together."""
    connection = sqlite3.connect(path)
    try:
        db = prepare(connection, "delete")
        with db.atomic():
            connection.execute(
                "delete from runs where run_id in (select run_id from tombstones)"
            )
            _settle_change(db)
            mend_rows(db, patient)
        [(said,)] = db.execute("pragma integrity_check(1)").fetchall()
        if said != "ok":
            raise HomeDamaged(f"what was saved is not sound either: {said}")
    finally:
        connection.close()


def _settle_change(db: sqlite_utils.Database) -> None:
    """Let what follows, the runs derived anew, be a change that nobody has seen yet."""
    [(newest,)] = db.execute("select coalesce(max(change), 0) from runs").fetchall()
    row = db.execute("select max(change) from store").fetchone()
    change = max(newest, row[0] or 0) + 1
    if row[0] is None:
        db.execute("insert into store (change) values (?)", (change,))
    # Its one row may have come from the backup, too: the first is what was read.
    db.execute("delete from store where rowid > (select min(rowid) from store)")
    db.execute("update store set change = ?", (change,))


def _copy(path: Path, work: Path, patient: Patient) -> Path:
    """Copy the damaged file with its log, its header made one that SQLite opens."""
    copy = work / "damaged.db"
    shutil.copyfile(path, copy)
    log = path.with_name(f"{path.name}-wal")
    has_log = log.exists() and log.stat().st_size > 0
    if has_log:
        shutil.copyfile(log, work / f"{copy.name}-wal")
    copy.chmod(0o600)
    with copy.open("r+b") as file:
        header = file.read(24)
        if header[:16] != _MAGIC or header[20:24] != b"\x00\x40\x20\x20":
            size = header[16:18]
            if patient.backup is not None:
                [(pages,)] = patient.backup.execute("pragma page_size").fetchall()
                size = (1 if pages == 65536 else pages).to_bytes(2, "big")
            mode = b"\x02\x02" if has_log else b"\x01\x01"
            file.seek(0)
            file.write(_MAGIC + size + mode + b"\x00\x40\x20\x20")
    return copy


def _version_of(path: Path) -> int:
    version = read_version(path)
    return version if 0 < version <= schema_version() else schema_version()


def _check_room(path: Path, home: Path, free: FreeBytes) -> None:
    needed, left = 2 * path.stat().st_size, free(home)
    if left < needed:
        raise HomeNotWritable(
            f"there is no room to mend the database: it needs {needed / 1e6:,.0f} MB "
            f"in {home}, and {left / 1e6:,.0f} MB are free. Free some space."
        )
