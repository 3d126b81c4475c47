"""Revisions of notebooks: parts that can't be read any more."""

import sqlite_utils

from trackbook.errors import RevisionNotFound
from trackbook.paths import blobs_dir
from trackbook_server.care.finding import Check, Finding, Patient, some_runs
from trackbook_server.notebooks.manifests import read_packed
from trackbook_server.notebooks.pieces import load_readable
from trackbook_server.notebooks.soundness import list_damage
from trackbook_server.store.rows import rows

WHAT = "notebooks"
_AT_ONCE = 500


def look(patient: Patient) -> Finding:
    """Read every part of every revision."""
    read = patient.home.database.read
    count, damaged = read(list_damage, blobs_dir(patient.path)).result()
    if not damaged:
        return Finding(what=WHAT, says=f"{count:,} revisions, all are sound")
    names = ", ".join(name[:12] for name in damaged[:3])
    return Finding(
        what=WHAT,
        says=f"{len(damaged):,} of {count:,} revisions are damaged, as {names}",
        cure="what is damaged is marked in its place, the rest comes back. "
        "`trackbook doctor --repair` takes the parts that the newest backup has.",
        run_ids=some_runs(read(_list_runs, damaged).result()),
        repair="take damaged parts from the newest backup",
    )


def mend(patient: Patient) -> str:
    """Take from the backup what it has of the damaged parts."""
    folder = blobs_dir(patient.path)
    _, before = patient.home.database.read(list_damage, folder).result()
    taken = patient.home.database.write(_mend, patient, before).result()
    _, after = patient.home.database.read(list_damage, folder).result()
    return (
        f"{taken:,} parts came from the backup; {len(before) - len(after):,} revisions "
        f"are whole again, {len(after):,} are not"
    )


CHECK = Check(WHAT, look, mend)


def _mend(db: sqlite_utils.Database, patient: Patient, damaged: list[str]) -> int:
    backup = patient.backup
    if backup is None:
        return 0
    folder = blobs_dir(patient.path)
    names = [name for (name,) in db.execute("select sha256 from pieces")]
    taken = 0
    for start in range(0, len(names), _AT_ONCE):
        some = names[start : start + _AT_ONCE]
        broken = set(some) - set(load_readable(db, folder, some))
        for name in load_readable(backup, folder, broken):
            [row] = rows(
                backup, "select data, blob_sha256 from pieces where sha256 = ?", (name,)
            )
            before = rows(db, "select * from pieces where sha256 = ?", (name,))
            patient.keep_rows("pieces", before)
            db.execute(
                "update pieces set data = ?, blob_sha256 = ? where sha256 = ?",
                (row["data"], row["blob_sha256"], name),
            )
            taken += 1
    for revision_id in damaged:
        taken += _mend_manifest(db, patient, backup, revision_id)
    return taken


def _mend_manifest(
    db: sqlite_utils.Database,
    patient: Patient,
    backup: sqlite_utils.Database,
    revision_id: str,
) -> int:
    """Take the manifest of a revision, and the one beside it, from the backup."""
    try:
        read_packed(db, revision_id)
    except RevisionNotFound:
        pass
    else:
        return 0
    try:
        read_packed(backup, revision_id)
    except RevisionNotFound:
        return 0
    taken = 0
    for row in rows(
        backup,
        "select * from revisions where revision_id = ?1 or revision_id = "
        "(select base from revisions where revision_id = ?1)",
        (revision_id,),
    ):
        key = (row["revision_id"],)
        kept = rows(db, "select * from revisions where revision_id = ?", key)
        patient.keep_rows("revisions", kept)
        taken += db.execute(
            "update revisions set manifest = ?, base = ? where revision_id = ?",
            (row["manifest"], row["base"], *key),
        ).rowcount
    return taken


def _list_runs(db: sqlite_utils.Database, revisions: list[str]) -> list[str]:
    found: list[str] = []
    for revision_id in revisions[:_AT_ONCE]:
        found += [
            run_id
            for (run_id,) in db.execute(
                "select c.run_id from captures c where c.revision_id = ?1 "
                "and c.run_id is not null union select e.run_id from captures c "
                "join capture_messages m using (capture_id) join cell_executions e "
                "on e.message_id = m.message_id where c.revision_id = ?1 "
                "and e.run_id is not null",
                (revision_id,),
            )
        ]
    return found
