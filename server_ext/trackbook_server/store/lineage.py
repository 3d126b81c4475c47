"""Which notebooks are of one family: copies, restored copies and their originals.

And where notebooks are on the disk, so that one that was moved behind Jupyter's back is
recognised. The only module that touches these two tables.
"""

import sqlite_utils

TABLES = (
    """
    create table notebook_copies (
        notebook_path text primary key,
        copied_from text not null
    ) without rowid
    """,
    "create index notebook_copies_from on notebook_copies (copied_from)",
    # `file_id`: what the file system calls the file that was last seen there.
    """
    create table notebook_files (
        notebook_path text primary key,
        file_id text not null
    ) without rowid
    """,
)

FAMILY = (
    "with recursive older(path) as (select ? union select copied_from "
    "from notebook_copies join older on notebook_path = path), "
    "kin(path) as (select path from older union select notebook_path "
    "from notebook_copies join kin on copied_from = path) select path from kin"
)
"""The paths of a notebook's family, of a path."""


def list_family(db: sqlite_utils.Database, notebook_path: str) -> list[str]:
    """Return the notebook's path and those of its originals and of all their copies."""
    found = [path for (path,) in db.execute(FAMILY, (notebook_path,))]
    return [notebook_path, *sorted(path for path in found if path != notebook_path)]


def note_copy(db: sqlite_utils.Database, source: str, copy: str) -> None:
    """Let a copy be of its original's family; a copy over it counts no more."""
    if source not in list_family(db, copy):
        db.execute(
            "insert or replace into notebook_copies values (?, ?)", (copy, source)
        )


def note_file(db: sqlite_utils.Database, notebook_path: str, file_id: str) -> None:
    """Keep what the file system calls a notebook's file."""
    db.execute(
        "insert or replace into notebook_files values (?, ?)", (notebook_path, file_id)
    )


def rename_in_lineage(db: sqlite_utils.Database, old: str, new: str) -> None:
    """Follow a notebook, or a folder of them, from `old` to `new`."""
    for table, column in (
        ("notebook_copies", "notebook_path"),
        ("notebook_copies", "copied_from"),
        ("notebook_files", "notebook_path"),
    ):
        db.execute(
            f"update or replace {table} set {column} = ?4 || substr({column}, ?2) "
            f"where {column} = ?1 or substr({column}, 1, ?2) = ?3",
            (old, len(old) + 1, f"{old}/", new),
        )


def is_known(db: sqlite_utils.Database, notebook_path: str) -> bool:
    """Return whether anything was recorded of a notebook."""
    row = db.execute(
        "select exists (select 1 from captures where notebook_path = ?1) "
        "or exists (select 1 from experiments where notebook_path = ?1)",
        (notebook_path,),
    ).fetchone()
    return bool(row[0])


def list_files(db: sqlite_utils.Database, limit: int) -> list[tuple[str, str, str]]:
    """Return path, file id and last revision of notebooks, the latest first."""
    return db.execute(
        "select notebook_path, coalesce((select file_id from notebook_files f "
        "where f.notebook_path = c.notebook_path), ''), revision_id from captures c "
        "where capture_id in (select max(capture_id) from captures "
        "where notebook_path is not null and revision_id is not null "
        "group by notebook_path) order by capture_id desc limit ?",
        (limit,),
    ).fetchall()
