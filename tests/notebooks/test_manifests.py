"""Manifests beside others: small, and read back whatever they stand beside."""

from pathlib import Path

import sqlite_utils

from tests.notebooks.documents import code_cell, notebook, printed
from trackbook_server.notebooks.pieces import add_revision, get_document, take_apart


def test_a_thousand_edits_of_a_large_notebook_cost_little_and_all_come_back(
    db: sqlite_utils.Database, blobs_dir: Path
) -> None:
    document = notebook(*[code_cell(f"x = {n}", f"c{n}") for n in range(300)])
    documents, ids = [], []
    near = None
    for step in range(250):
        cells = list(document["cells"])
        cells[step * 37 % 300] = code_cell(f"y = {step}", f"c{step * 37 % 300}")
        document = document | {"cells": cells}
        stored = take_apart(db, blobs_dir, document)
        near = add_revision(db, blobs_dir, stored, near=near)
        documents.append(document)
        ids.append(near)
    found = [get_document(db, blobs_dir, revision_id) for revision_id in ids]
    assert found == documents
    [(size,)] = db.execute("select sum(length(manifest)) from revisions")
    assert size < 250 * 200
    # What a damaged base could take along is bounded.
    [(most,)] = db.execute(
        "select max(n) from (select count(*) n from revisions "
        "where base is not null group by base)"
    )
    assert most <= 100


def test_a_revision_unlike_the_one_before_stands_alone(
    db: sqlite_utils.Database, blobs_dir: Path
) -> None:
    one = notebook(*[code_cell(f"x = {n}", f"c{n}") for n in range(50)])
    other = notebook(
        *[code_cell("y", f"d{n}", outputs=[printed(f"{n}")]) for n in range(9)]
    )
    first = add_revision(db, blobs_dir, take_apart(db, blobs_dir, one))
    second = add_revision(db, blobs_dir, take_apart(db, blobs_dir, other), near=first)
    assert {row["base"] for row in db["revisions"].rows} == {None}
    assert get_document(db, blobs_dir, second) == other
