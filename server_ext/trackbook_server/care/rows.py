"""Rows whose run, or whatever else they belong to, is not there."""

from typing import NamedTuple

import sqlite_utils

from trackbook_server.care.finding import Check, Finding, Patient, some_runs
from trackbook_server.care.words import make_anew
from trackbook_server.store.derived import derive_runs
from trackbook_server.store.rows import Row, rows

WHAT = "rows"


class _Lack(NamedTuple):
    """Rows of `table` name something in `parent` that is not there: by their `column`,
    its `key`."""

    table: str
    column: str
    parent: str
    key: str


def look(patient: Patient) -> Finding:
    """Ask SQLite which rows refer to nothing."""
    lacks = patient.home.database.read(_find).result()
    if not lacks:
        return Finding(what=WHAT, says="each belongs to something")
    hit: set[str] = set()
    count = 0
    for lack in lacks:
        found = patient.home.database.read(_children, lack).result()
        count += len(found)
        hit |= {row["run_id"] for row in found if row.get("run_id")}
    tables = ", ".join(sorted({f"{lack.table} of {lack.parent}" for lack in lacks}))
    return Finding(
        what=WHAT,
        says=f"{count:,} belong to what is not there: {tables}",
        cure="`trackbook doctor --repair` takes what they belong to from the newest "
        "backup; what that has not goes to aside/.",
        run_ids=some_runs(hit),
        repair="take what is missing from the newest backup, put the rest aside",
    )


def mend(patient: Patient) -> str:
    """Bring back what rows belong to, or put them aside."""
    return patient.home.database.write(mend_rows, patient).result()


def mend_rows(db: sqlite_utils.Database, patient: Patient) -> str:
    """Mend within the caller's transaction; a row that comes back may lack another."""
    back = aside = 0
    db.execute("pragma defer_foreign_keys = on")
    while lacks := _find(db):
        for lack in lacks:
            children = _children(db, lack)
            wanted = {row[lack.column] for row in children}
            came = _bring_back(db, patient, lack, wanted)
            back += len(came)
            lost = [row for row in children if row[lack.column] not in came]
            if lost:
                patient.keep_rows(lack.table, lost)
                for value in wanted - came:
                    db.execute(
                        f'delete from "{lack.table}" where "{lack.column}" = ?',
                        (value,),
                    )
                aside += len(lost)
    # What is taken out of an index of full text must be in it.
    make_anew(db)
    derive_runs(db, [run_id for (run_id,) in db.execute("select run_id from runs")])
    return f"{back:,} rows came from the backup, {aside:,} are in aside/"


CHECK = Check(WHAT, look, mend)


def _find(db: sqlite_utils.Database) -> list[_Lack]:
    found: set[_Lack] = set()
    for table, _, parent, number in db.execute("pragma foreign_key_check").fetchall():
        for key in rows(db, f'pragma foreign_key_list("{table}")'):
            if key["id"] == number:
                target = key["to"] or _primary_key(db, parent)
                found.add(_Lack(table, key["from"], parent, target))
    return sorted(found)


def _primary_key(db: sqlite_utils.Database, table: str) -> str:
    columns = rows(db, f'pragma table_info("{table}")')
    [name] = [column["name"] for column in columns if column["pk"]]
    return str(name)


def _children(db: sqlite_utils.Database, lack: _Lack) -> list[Row]:
    return rows(
        db,
        f'select * from "{lack.table}" c where c."{lack.column}" is not null and not '
        f'exists (select 1 from "{lack.parent}" p where p."{lack.key}" = '
        f'c."{lack.column}")',
    )


def _bring_back(
    db: sqlite_utils.Database, patient: Patient, lack: _Lack, wanted: set[object]
) -> set[object]:
    """Copy the parents that the backup has; return which these are."""
    came: set[object] = set()
    if patient.backup is None or lack.parent not in patient.backup.table_names():
        return came
    known = {row["name"] for row in rows(db, f'pragma table_info("{lack.parent}")')}
    for value in wanted:
        for row in rows(
            patient.backup,
            f'select * from "{lack.parent}" where "{lack.key}" = ?',
            (value,),
        ):
            shared = {name: row[name] for name in row if name in known}
            names = ", ".join(f'"{name}"' for name in shared)
            places = ", ".join("?" for _ in shared)
            done = db.execute(
                f'insert or ignore into "{lack.parent}" ({names}) values ({places})',
                list(shared.values()),
            )
            if done.rowcount:
                came.add(value)
    return came
