"""What a run read. Only selects."""

import json

import sqlite_utils

from trackbook_server import contract as c
from trackbook_server.store.rows import rows


def list_inputs(db: sqlite_utils.Database, run_id: str) -> list[c.RunInput]:
    """Return what a run read, in the order in which it was logged."""
    return [
        c.RunInput(
            name=row["name"],
            digest=row["digest"],
            source=row["source"],
            schema=json.loads(row["schema"]),
            profile=json.loads(row["profile"]),
            context=row["context"],
            logged_at=row["logged_at"],
        )
        for row in rows(
            db,
            "select * from inputs where run_id = ? order by logged_at, name",
            (run_id,),
        )
    ]
