import json
import random
from pathlib import Path
from typing import Any

import pytest
import sqlite_utils
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.notebooks.conftest import memory_database
from tests.notebooks.documents import (
    code_cell,
    documents,
    notebook,
    printed,
    shown,
    text_cell,
)
from trackbook.errors import RevisionNotFound
from trackbook_server.notebooks.document import check_notebook, render
from trackbook_server.notebooks.pieces import (
    RawFile,
    add_revision,
    get_bytes,
    get_document,
    get_manifest,
    redacted_spans,
    take_apart,
)

SECRET = "ghp_" + "a1B2" * 9


def keep(
    db: sqlite_utils.Database,
    blobs_dir: Path,
    document: dict[str, Any],
    raw: bytes | None = None,
) -> str:
    manifest = take_apart(db, blobs_dir, document)
    return add_revision(db, blobs_dir, manifest, RawFile(raw) if raw else None)


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(document=documents())
def test_any_notebook_comes_back_equal(
    db: sqlite_utils.Database, blobs_dir: Path, document: dict[str, Any]
) -> None:
    checked = check_notebook(document)
    revision_id = keep(db, blobs_dir, checked)
    given_back = get_document(db, blobs_dir, revision_id)
    assert given_back == checked
    assert get_bytes(db, blobs_dir, revision_id) == render(given_back)


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(document=documents(), indent=st.sampled_from([None, 1, 3]))
def test_the_bytes_of_an_unmodified_file_come_back_identical(
    blobs_dir: Path, document: dict[str, Any], indent: int | None
) -> None:
    db = memory_database()
    raw = json.dumps(document, indent=indent).encode()
    revision_id = keep(db, blobs_dir, check_notebook(document), raw)
    given_back = get_bytes(db, blobs_dir, revision_id)
    db.close()
    assert given_back == raw or b'"trusted"' in raw


def test_files_of_one_document_in_other_bytes_come_back_each_as_it_was(
    db: sqlite_utils.Database, blobs_dir: Path
) -> None:
    document = notebook(code_cell("1", "a"))
    files = [json.dumps(document, indent=n).encode() for n in (None, 2, 4)]
    files.append(render(document))
    ids = [keep(db, blobs_dir, document, raw) for raw in files]
    assert [get_bytes(db, blobs_dir, revision_id) for revision_id in ids] == files
    assert len(set(ids)) == len(files)
    assert keep(db, blobs_dir, document) == ids[-1]
    assert len({row["code_sha256"] for row in db["revisions"].rows}) == 1


def test_what_repeats_is_stored_once(
    db: sqlite_utils.Database, blobs_dir: Path
) -> None:
    first = notebook(*[code_cell(f"cell {n}", f"id{n}") for n in range(50)])
    keep(db, blobs_dir, first)
    before = db["pieces"].count
    first["cells"][7]["source"] = "edited"
    for count in range(20):
        first["cells"][7]["execution_count"] = count
        first["cells"][7]["outputs"] = [shown("0.9", count)]
        keep(db, blobs_dir, first)
    assert db["pieces"].count == before + 2
    assert db["revisions"].count == 21


def test_a_large_output_is_a_blob(db: sqlite_utils.Database, blobs_dir: Path) -> None:
    noise = random.Random(1).randbytes(100_000).hex()
    document = notebook(code_cell("plot", "a", outputs=[printed(noise)]))
    revision_id = keep(db, blobs_dir, document)
    assert get_document(db, blobs_dir, revision_id) == document
    [blob] = [row["blob_sha256"] for row in db["pieces"].rows if row["blob_sha256"]]
    assert (blobs_dir / blob[:2] / blob[2:]).is_file()


def test_equal_documents_are_one_revision(
    db: sqlite_utils.Database, blobs_dir: Path
) -> None:
    one = notebook(code_cell("a", "x", metadata={"n": 1, "m": 2}))
    two = notebook(code_cell("a", "x", metadata={"m": 2.0, "n": 1.0}))
    assert keep(db, blobs_dir, one) == keep(db, blobs_dir, two)


def test_secrets_are_nowhere_in_what_is_stored(
    db: sqlite_utils.Database, blobs_dir: Path
) -> None:
    document = notebook(
        text_cell(f"my token is {SECRET}", "m"),
        code_cell(f"t = '{SECRET}'", "c", outputs=[printed(f"1\n{SECRET}")]),
    )
    document["metadata"]["where"] = SECRET
    revision_id = keep(db, blobs_dir, document, render(document))
    given_back = get_bytes(db, blobs_dir, revision_id)
    assert SECRET.encode() not in given_back
    assert not list(blobs_dir.rglob("*"))
    spans = redacted_spans(db, get_manifest(db, revision_id))
    assert [(span["cell"], span["place"]) for span in spans] == [
        (None, ["metadata", "where"]),
        (0, ["source"]),
        (1, ["source"]),
        (1, ["outputs", 0, "text"]),
    ]
    source = json.loads(given_back)["cells"][0]["source"][0]
    at = spans[1]["start"]
    assert source[at : at + spans[1]["length"]] == "<redacted>"


def test_an_unknown_revision_is_named(
    db: sqlite_utils.Database, blobs_dir: Path
) -> None:
    with pytest.raises(RevisionNotFound, match="no notebook revision 'nope'"):
        get_manifest(db, "nope")
