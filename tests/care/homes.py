"""Homes with something of everything that can be damaged."""

import json
import sqlite3
from pathlib import Path
from typing import Any

from tests.store.journals import FakeJournal
from trackbook.blobs import write_blob
from trackbook.paths import blobs_dir, database_path
from trackbook_server.store.home import Home

RUNS = 12
POINTS = 900


def fill(home: Path) -> None:
    """Record runs, each with a series of several chunks, a table of text, an artifact
    and the notebook that it came from."""
    journal = FakeJournal(home)
    for number in range(RUNS):
        run_id = f"run-{number:02}"
        journal.start(run_id, {"lr": number / 100, "name": f"model {number}"})
        source = f"fit(x, {number})\n" + "# why\n" * 40
        journal.execute(run_id, f"e{number}", source, results={"acc": number / 20})
        sha256 = write_blob(blobs_dir(home), f"artifact {number} ".encode() * 500)
        artifact = {"name": "model", "sha256": sha256, "size_bytes": 6000}
        journal.put("artifact_logged", run_id=run_id, **artifact)
        document = write_blob(blobs_dir(home), notebook(number))
        journal.put(
            "revision_captured",
            run_id=run_id,
            sha256=document,
            notebook_path=f"/nb/{number}.ipynb",
            moment="file",
        )
        journal.put("run_edited", run_id=run_id, tags={"who": f"person {number}"})
    log_points(home, journal, 0, POINTS)
    for number in range(RUNS):
        journal.end(f"run-{number:02}")
    ingest(home)


def log_points(home: Path, journal: FakeJournal, first: int, end: int) -> None:
    """Log points in three parts, each ingested, so that they are three chunks."""
    part = (end - first) // 3
    for start in range(first, end, part):
        for number in range(RUNS):
            values = [value(number, step) for step in range(start, start + part)]
            journal.points(f"run-{number:02}", "loss", values, first_step=start)
        ingest(home)


def value(number: int, step: int) -> float:
    return number + 1 / (step + 1)


def notebook(number: int) -> bytes:
    cells = [
        {
            "cell_type": "code",
            "id": f"cell-{number}-{place}",
            "metadata": {},
            "execution_count": None,
            "outputs": [],
            "source": f"x = {number}\ny = {place}",
        }
        for place in range(3)
    ]
    document = {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": cells}
    return json.dumps(document).encode()


def ingest(home: Path) -> None:
    opened = Home(home)
    opened.ingest_now()
    opened.close()


def change(home: Path, sql: str, *parameters: Any) -> int:
    """Change the database behind trackbook's back; return how many rows."""
    db = sqlite3.connect(database_path(home))
    with db:
        count = db.execute(sql, parameters).rowcount
    db.close()
    return count


def ask(home: Path, sql: str, *parameters: Any) -> list[tuple[Any, ...]]:
    db = sqlite3.connect(database_path(home))
    try:
        return db.execute(sql, parameters).fetchall()
    finally:
        db.close()
