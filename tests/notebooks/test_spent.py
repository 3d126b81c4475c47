"""Which blobs of journaled documents go, and which stay."""

import os
from pathlib import Path

import pytest

from tests.notebooks.homes import record_two_runs
from tests.store.journals import FakeJournal
from trackbook.blobs import blob_path, write_blob
from trackbook_server.notebooks.pieces import get_bytes
from trackbook_server.notebooks.run_page import get_whole_run
from trackbook_server.notebooks.spent import UNTOUCHED_SECONDS
from trackbook_server.store.home import Home

WRITTEN = 1_000_000.0
LATER = WRITTEN + UNTOUCHED_SECONDS


@pytest.fixture
def home(tmp_path: Path):
    opened = Home(tmp_path / "home")
    yield opened
    opened.close()


def blobs_of(home: Home) -> set[str]:
    """The blobs that are there, as if they were all written long ago."""
    files = [path for path in (home.path / "blobs").rglob("*") if path.is_file()]
    for file in files:
        os.utime(file, (WRITTEN, WRITTEN))
    return {file.parent.name + file.name for file in files}


def test_a_document_that_was_split_leaves_no_blob_and_comes_back(home: Home) -> None:
    record_two_runs(home.path, "/work/churn.ipynb")
    home.ingest_now()
    assert len(blobs_of(home)) == 3
    assert home.sweep(LATER) == 3
    assert blobs_of(home) == set()
    assert home.sweep(LATER) == 0
    run = home.database.read(get_whole_run, "run-a").result()
    folder, revision_id = home.path / "blobs", run.revisions[0].revision_id
    data = home.database.read(get_bytes, folder, revision_id).result()
    assert b"lr = 0.01" in data


def test_a_blob_that_was_written_again_a_moment_ago_stays(home: Home) -> None:
    record_two_runs(home.path, "/work/churn.ipynb")
    home.ingest_now()
    blobs_of(home)
    assert home.sweep(LATER - 1) == 0
    assert len(blobs_of(home)) == 3


def test_writing_a_blob_again_touches_it(tmp_path: Path) -> None:
    path = blob_path(tmp_path, write_blob(tmp_path, b"some bytes"))
    os.utime(path, (WRITTEN, WRITTEN))
    write_blob(tmp_path, b"some bytes")
    assert path.stat().st_mtime > WRITTEN


def test_a_blob_that_is_an_artifact_or_not_read_stays(home: Home) -> None:
    record_two_runs(home.path, "/work/churn.ipynb")
    home.ingest_now()
    named, *_ = sorted(blobs_of(home))
    journal = FakeJournal(home.path, "w2")
    journal.put(
        "artifact_logged", run_id="run-a", name="nb", sha256=named, size_bytes=1
    )
    broken = write_blob(home.path / "blobs", b"no notebook")
    journal.put("revision_captured", sha256=broken, moment="file", run_id="run-a")
    home.ingest_now()
    blobs_of(home)
    assert home.sweep(LATER) == 2
    assert blobs_of(home) == {named, broken}


def test_only_the_blobs_of_outputs_that_are_gone_are_removed(home: Home) -> None:
    folder = home.path / "blobs"
    names = [write_blob(folder, f"picture {number}".encode()) for number in range(5)]
    shown, cleared, kept, source, param = names
    journal = FakeJournal(home.path)
    journal.start("run")
    journal.execute("run", "e1", source_sha256=source)
    long = {"key": "p", "value": "…", "sha256": param, "size_bytes": 9}
    journal.put("params_logged", run_id="run", params=[long])

    def show(*blobs: str, execution_id: str = "e1") -> None:
        outputs = [
            {"kind": "display_data", "blobs": {"image/png": {"sha256": b} | size}}
            for b in blobs
        ]
        journal.put(
            "outputs_changed",
            execution_id=execution_id,
            count=len(outputs),
            outputs=outputs,
        )

    size = {"size_bytes": 9}
    show(cleared, kept, source, param)
    show(kept, execution_id="e2")
    show(shown)
    home.ingest_now()
    assert blobs_of(home) == set(names)
    assert home.sweep(LATER) == 1
    assert blobs_of(home) == set(names) - {cleared}
    assert home.sweep(LATER) == 0
    show()
    show(execution_id="e2")
    home.ingest_now()
    assert home.sweep(LATER) == 2
    assert blobs_of(home) == {source, param}
