"""Damaged pieces: the rest of a notebook comes back, and says what is missing."""

import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import pytest
import sqlite_utils
import zstandard
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.notebooks.conftest import memory_database
from tests.notebooks.documents import code_cell, notebook, printed, text_cell
from trackbook.errors import RevisionNotFound
from trackbook_server.notebooks.compression import Damaged, squeeze, unfold
from trackbook_server.notebooks.damage import describe_lost
from trackbook_server.notebooks.pieces import (
    RawFile,
    add_revision,
    get_document,
    get_file,
    get_manifest,
    take_apart,
)
from trackbook_server.notebooks.soundness import list_damage

NOISE = random.Random(1).randbytes(100_000).hex()


def document() -> dict[str, Any]:
    return notebook(
        text_cell("# Churn", "title"),
        code_cell("fit()", "fit", outputs=[printed("0.9"), printed(NOISE)]),
        code_cell("plot()", "plot"),
    )


@pytest.fixture
def revision_id(db: sqlite_utils.Database, blobs_dir: Path) -> str:
    return add_revision(db, blobs_dir, take_apart(db, blobs_dir, document()))


def flip(db: sqlite_utils.Database, name: str) -> None:
    [(data,)] = db.execute("select data from pieces where sha256 = ?", (name,))
    flipped = bytes([*data[:-6], data[-6] ^ 1, *data[-5:]])
    db.execute("update pieces set data = ? where sha256 = ?", (flipped, name))


def cut(db: sqlite_utils.Database, name: str) -> None:
    db.execute("update pieces set data = substr(data, 1, 9) where sha256 = ?", (name,))


def bomb(db: sqlite_utils.Database, name: str) -> None:
    data = zstandard.compress(bytes(1 << 28))
    db.execute("update pieces set data = ? where sha256 = ?", (data, name))


def remove(db: sqlite_utils.Database, name: str) -> None:
    db.execute("delete from pieces where sha256 = ?", (name,))


HARMS = [flip, cut, bomb, remove]
Harm = Callable[[sqlite_utils.Database, str], None]


@pytest.mark.parametrize("harm", HARMS)
def test_a_damaged_cell_is_marked_in_its_place_and_the_rest_comes_back(
    db: sqlite_utils.Database, blobs_dir: Path, revision_id: str, harm: Harm
) -> None:
    harm(db, get_manifest(db, revision_id).cells[1].sha256)
    data, lost = get_file(db, blobs_dir, revision_id)
    assert [(part.cell, part.output) for part in lost] == [(1, None)]
    assert describe_lost(lost).endswith("marked in their place: cell 2.")
    found = json.loads(data)
    nbformat.validate(found)
    assert "damaged in trackbook's store" in found["cells"][1]["source"][0]
    assert found["metadata"]["trackbook_lost"][0]["cell"] == 1
    whole = get_document(db, blobs_dir, revision_id)
    assert whole["cells"][1]["outputs"] == document()["cells"][1]["outputs"]
    assert [whole["cells"][0], whole["cells"][2]] == document()["cells"][::2]


@pytest.mark.parametrize("harm", HARMS)
def test_a_damaged_output_is_marked_in_its_place(
    db: sqlite_utils.Database, blobs_dir: Path, revision_id: str, harm: Harm
) -> None:
    outputs = get_manifest(db, revision_id).cells[1].outputs
    assert outputs is not None
    harm(db, outputs[0].sha256)
    data, lost = get_file(db, blobs_dir, revision_id)
    assert [(part.cell, part.output) for part in lost] == [(1, 0)]
    nbformat.validate(json.loads(data))
    found = get_document(db, blobs_dir, revision_id)["cells"]
    assert "damaged" in found[1]["outputs"][0]["text"]
    found[1]["outputs"][0] = printed("0.9")
    assert found == document()["cells"]


@pytest.mark.parametrize("harm", HARMS)
def test_a_damaged_frame_leaves_the_cells(
    db: sqlite_utils.Database, blobs_dir: Path, revision_id: str, harm: Harm
) -> None:
    harm(db, get_manifest(db, revision_id).frame)
    data, lost = get_file(db, blobs_dir, revision_id)
    assert describe_lost(lost).endswith("the notebook's metadata.")
    nbformat.validate(json.loads(data))
    assert get_document(db, blobs_dir, revision_id)["cells"] == document()["cells"]


@pytest.mark.parametrize("content", [None, b"", b"no zstd", zstandard.compress(b"x")])
def test_a_damaged_blob_is_a_lost_output(
    db: sqlite_utils.Database, blobs_dir: Path, revision_id: str, content: bytes | None
) -> None:
    [blob] = [row["blob_sha256"] for row in db["pieces"].rows if row["blob_sha256"]]
    path = blobs_dir / blob[:2] / blob[2:]
    path.unlink() if content is None else path.write_bytes(content)
    _, lost = get_file(db, blobs_dir, revision_id)
    assert [(part.cell, part.output) for part in lost] == [(1, 1)]


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(harmed=st.sets(st.integers(0, 5)), harm=st.sampled_from(HARMS))
def test_whatever_is_damaged_a_notebook_comes_back(
    blobs_dir: Path, harmed: set[int], harm: Harm
) -> None:
    db = memory_database()
    revision_id = add_revision(db, blobs_dir, take_apart(db, blobs_dir, document()))
    names = [name for (name,) in db.execute("select sha256 from pieces order by 1")]
    inline = {name for (name,) in db.execute("select sha256 from pieces where data")}
    for place in harmed:
        if names[place] in inline:
            harm(db, names[place])
    data, _ = get_file(db, blobs_dir, revision_id)
    found = json.loads(data)
    db.close()
    nbformat.validate(found)
    assert len(found["cells"]) == 3


def test_a_manifest_that_is_damaged_is_named_and_harms_no_other(
    db: sqlite_utils.Database, blobs_dir: Path, revision_id: str
) -> None:
    other = document()
    other["cells"][0]["source"] = "edited"
    stored = take_apart(db, blobs_dir, other)
    beside = add_revision(db, blobs_dir, stored, near=revision_id)
    db.execute("update revisions set manifest = x'00' where revision_id = ?", (beside,))
    with pytest.raises(RevisionNotFound, match=f"{beside[:12]} .*damaged"):
        get_file(db, blobs_dir, beside)
    assert get_document(db, blobs_dir, revision_id) == document()


@pytest.mark.parametrize("harm", HARMS)
def test_doctor_finds_the_revisions_that_are_damaged(
    db: sqlite_utils.Database, blobs_dir: Path, revision_id: str, harm: Harm
) -> None:
    other = notebook(code_cell("1", "a"))
    raw = RawFile(json.dumps(other).encode())
    with_raw = add_revision(db, blobs_dir, take_apart(db, blobs_dir, other), raw)
    assert list_damage(db, blobs_dir) == (2, [])
    harm(db, get_manifest(db, revision_id).cells[1].sha256)
    assert list_damage(db, blobs_dir) == (2, [revision_id])
    [blob] = [row["raw"] for row in db["revisions"].rows if row["raw"]]
    (blobs_dir / blob[:2] / blob[2:]).write_bytes(b"")
    assert sorted(list_damage(db, blobs_dir)[1]) == sorted([revision_id, with_raw])


def test_what_would_unfold_into_more_than_was_stored_is_not_unfolded() -> None:
    packed = squeeze(bytes(1 << 20))
    assert len(packed) < 1000
    assert unfold(packed, 1 << 20) == bytes(1 << 20)
    with pytest.raises(Damaged, match="claims to hold"):
        unfold(packed, (1 << 20) - 1)
    # A frame that does not say how much it holds is none of ours.
    silent = zstandard.ZstdCompressor(write_content_size=False).compress(b"x")
    with pytest.raises(Damaged):
        unfold(silent, 1 << 20)
