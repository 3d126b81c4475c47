"""Notebooks of all kinds come back: through files, browsers and journals."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib.metadata import files
from pathlib import Path
from typing import Any

import msgspec
import nbformat
import pytest
import sqlite_utils
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from nbformat.validator import iter_validate

from tests.notebooks.conftest import memory_database
from tests.notebooks.documents import Document, code_cell, documents, notebook, printed
from tests.notebooks.schema import MINORS, valid_notebooks
from trackbook.blobs import read_blob, write_blob
from trackbook.events import RevisionCaptured
from trackbook.journal import list_segments, read_lines
from trackbook_server.contract import Capture
from trackbook_server.notebooks.aside import BodyMemory, journal_capture
from trackbook_server.notebooks.captures import (
    CaptureMemory,
    split_waiting,
    take_capture,
)
from trackbook_server.notebooks.document import canonical, check_notebook
from trackbook_server.notebooks.older import for_front_end
from trackbook_server.notebooks.pieces import get_bytes, get_document
from trackbook_server.rest.bodies import decode_body
from trackbook_server.store.projection import Projection

AT = "2026-11-23T10:00:00.000000Z"
SECRET = "ghp_" + "a1B2" * 9
ANY = settings(deadline=None, suppress_health_check=list(HealthCheck))
REAL = {
    str(path): Path(str(path.locate()))
    for package in ("nbdime", "papermill")
    for path in files(package) or ()
    if path.suffix == ".ipynb"
}


def put(db: sqlite_utils.Database, event: RevisionCaptured) -> str | None:
    projection = Projection(db)
    projection.apply(event, "writer")
    projection.finish()
    return event.notebook_path


def last(db: sqlite_utils.Database) -> str:
    [(found,)] = db.execute(
        "select revision_id from captures order by capture_id desc limit 1"
    ).fetchall()
    assert found is not None
    return str(found)


def through_a_file(db: sqlite_utils.Database, home: Path, data: bytes) -> str:
    """As a kernel journals the file that it found."""
    blob = write_blob(home / "blobs", data)
    put(db, RevisionCaptured(seq=0, at=datetime.now(UTC), sha256=blob))
    assert split_waiting(db, home / "blobs") == 1
    return last(db)


def body(document: Document) -> bytes:
    """What a browser sends for the document."""
    capture = {
        "kernel_id": None,
        "client_id": "c",
        "moment": "kept",
        "messages": {},
        "frame": {key: value for key, value in document.items() if key != "cells"},
        "cell_keys": [str(place) for place, _ in enumerate(document["cells"])],
        "cells": {str(place): cell for place, cell in enumerate(document["cells"])},
        "notebook_path": "/w/a.ipynb",
    }
    return json.dumps(in_a_browser(capture), allow_nan=False).encode()


def in_a_browser(value: Any) -> Any:
    """A value as JavaScript has it: all numbers are doubles, NaN has no JSON."""
    if isinstance(value, dict):
        return {key: in_a_browser(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [in_a_browser(inner) for inner in value]
    if isinstance(value, bool) or not isinstance(value, int | float):
        return value
    number = float(value)
    if number != number or number in (float("inf"), float("-inf")):
        return None
    return int(number) if number.is_integer() and abs(number) < 1e21 else number


def through_a_browser(db: sqlite_utils.Database, home: Path, data: bytes) -> str:
    capture = decode_body(data, Capture, half_characters=True)
    memory = CaptureMemory()
    answer = take_capture(db, home / "blobs", memory, capture, AT)
    assert answer.revision_id is not None
    return answer.revision_id


def through_a_journal(db: sqlite_utils.Database, home: Path, data: bytes) -> str:
    """As a server that does not own the home hands it on."""
    before = {segment.path for segment in list_segments(home / "journals")}
    capture = decode_body(data, Capture, half_characters=True)
    answer = journal_capture(home, BodyMemory(), capture, capture.notebook_path)
    for segment in list_segments(home / "journals"):
        if segment.path not in before:
            for line in read_lines(segment.path):
                if isinstance(line.event, RevisionCaptured):
                    put(db, line.event)
    split_waiting(db, home / "blobs")
    assert last(db) == answer.revision_id
    return last(db)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One store for all: nothing depends on what else is in it."""
    folder = tmp_path_factory.mktemp("home")
    (folder / "journals").mkdir()
    return folder


@pytest.fixture(scope="module")
def fresh() -> Iterator[sqlite_utils.Database]:
    database = memory_database()
    yield database
    database.close()


def test_there_are_real_notebooks_to_try() -> None:
    assert len(REAL) > 60


@pytest.mark.parametrize("name", sorted(REAL))
def test_a_real_notebook_comes_back_in_its_own_bytes(
    fresh: sqlite_utils.Database, home: Path, name: str
) -> None:
    data = REAL[name].read_bytes()
    try:
        expected = json.loads(data)
    except ValueError:
        return
    revision_id = through_a_file(fresh, home, data)
    given_back = get_bytes(fresh, home / "blobs", revision_id)
    if b'"trusted"' not in data:
        assert given_back == data
    if expected["nbformat"] == 4:
        want = canonical(check_notebook(expected))
        assert canonical(get_document(fresh, home / "blobs", revision_id)) == want
    json.loads(for_front_end(given_back))


@pytest.mark.parametrize("name", sorted(REAL))
def test_a_real_notebook_comes_back_equal_from_a_browser(
    fresh: sqlite_utils.Database, home: Path, name: str
) -> None:
    try:
        document = json.loads(REAL[name].read_bytes())
    except ValueError:
        return
    if document["nbformat"] != 4:
        return
    want = canonical(in_a_browser(check_notebook(document)))
    sent = body(document)
    one = through_a_browser(fresh, home, sent)
    assert canonical(get_document(fresh, home / "blobs", one)) == want
    assert through_a_journal(fresh, home, sent) == one


@pytest.mark.parametrize("minor", MINORS)
def test_what_the_schema_allows_comes_back(
    fresh: sqlite_utils.Database, home: Path, minor: int
) -> None:
    @settings(ANY, max_examples=25)
    @given(valid_notebooks(minor))
    def check(document: Document) -> None:
        assert list(iter_validate(document)) == []
        with_all_paths(fresh, home, document)

    check()


@settings(ANY, max_examples=60)
@given(documents())
def test_what_no_schema_allows_comes_back_too(
    fresh: sqlite_utils.Database, home: Path, document: Document
) -> None:
    with_all_paths(fresh, home, document)


def with_all_paths(db: sqlite_utils.Database, home: Path, document: Document) -> None:
    data = json.dumps(document, indent=2).encode()
    from_file = through_a_file(db, home, data)
    assert get_bytes(db, home / "blobs", from_file) == data or b'"trusted"' in data
    want = canonical(check_notebook(document))
    assert canonical(get_document(db, home / "blobs", from_file)) == want
    sent = body(document)
    from_browser = through_a_browser(db, home, sent)
    want = canonical(in_a_browser(check_notebook(document)))
    assert canonical(get_document(db, home / "blobs", from_browser)) == want
    assert through_a_journal(db, home, sent) == from_browser


ODD = notebook(
    code_cell("x = 1\r\ny = 2\n", "a", metadata={"n": 1.0, "big": 2**80, "e": 1e-7}),
    code_cell("half \ud800 pair", "a", outputs=[printed("é\u2028\x0b\x85")]),
    code_cell("", None, future={"deep": [[{}], -0.0]}),
) | {"unknown": [None, True, {"b": 1, "a": 2}]}


@pytest.mark.parametrize(
    "data",
    [
        json.dumps(ODD).encode(),
        json.dumps(ODD, indent=4).replace("\n", "\r\n").encode(),
        b"\xef\xbb\xbf" + json.dumps(ODD).encode(),
        json.dumps(ODD).encode("utf-16"),
        json.dumps(ODD).encode() + b"\n\n \n",
        json.dumps(ODD).replace("-0.0", "NaN").replace("1e-07", "-Infinity").encode(),
        json.dumps(ODD).replace('"a": 2', '"a": 2, "a": 3').encode(),
    ],
    ids=["plain", "crlf", "bom", "utf-16", "newlines", "no numbers", "key twice"],
)
def test_odd_bytes_come_back_as_they_were(
    fresh: sqlite_utils.Database, home: Path, data: bytes
) -> None:
    revision_id = through_a_file(fresh, home, data)
    assert get_bytes(fresh, home / "blobs", revision_id) == data
    shown = json.loads(for_front_end(data).decode())
    assert len(shown["cells"]) == 3
    msgspec.json.decode(for_front_end(data).replace(b"\\ud800", b""))


V3 = {
    "nbformat": 3,
    "nbformat_minor": 0,
    "metadata": {"name": "old"},
    "worksheets": [
        {
            "metadata": {},
            "cells": [
                {"cell_type": "heading", "level": 2, "source": "Old"},
                {
                    "cell_type": "code",
                    "language": "python",
                    "input": ["print(1)\n", "2"],
                    "prompt_number": 7,
                    "outputs": [
                        {"output_type": "stream", "stream": "stdout", "text": "1\n"},
                        {"output_type": "pyout", "prompt_number": 7, "text": ["2"]},
                    ],
                },
            ],
        }
    ],
}
BROKEN: list[dict[str, Any]] = [
    V3,
    {"nbformat": 2, "metadata": {}, "worksheets": V3["worksheets"]},
    {"nbformat": 3, "worksheets": "none"},
    {"nbformat": 4, "metadata": {}},
    {"nbformat": 4, "metadata": [], "cells": [code_cell("1"), {"source": "?"}, 5]},
    {"nbformat": "four", "cells": [code_cell("1")]},
    {"nbformat": 5, "cells": [code_cell("1")], "metadata": {}},
    {"some": "json"},
]


@pytest.mark.parametrize("value", BROKEN, ids=range(len(BROKEN)))
def test_what_is_no_notebook_of_format_4_is_kept_as_it_is(
    fresh: sqlite_utils.Database, home: Path, value: dict[str, Any]
) -> None:
    data = json.dumps(value, indent=3).encode() + b" \n"
    revision_id = through_a_file(fresh, home, data)
    assert get_bytes(fresh, home / "blobs", revision_id) == data
    # Two that differ in bytes alone are two, and each comes back.
    other = through_a_file(fresh, home, data.strip())
    assert get_bytes(fresh, home / "blobs", other) == data.strip()
    shown = json.loads(for_front_end(data))
    nbformat.validate(shown)
    assert canonical(check_notebook(shown)) == canonical(
        get_document(fresh, home / "blobs", revision_id)
    )


def test_an_older_notebook_is_shown_as_one_of_format_4() -> None:
    shown = check_notebook(json.loads(for_front_end(json.dumps(V3).encode())))
    assert [cell["source"] for cell in shown["cells"]] == ["## Old", "print(1)\n2"]
    assert shown["cells"][1]["outputs"][1]["data"] == {"text/plain": "2"}


def test_secrets_and_trust_are_taken_out_of_older_ones(
    fresh: sqlite_utils.Database, home: Path
) -> None:
    cell = {"cell_type": "code", "input": SECRET, "metadata": {"trusted": True}}
    value = V3 | {"worksheets": [{"cells": [cell | {"outputs": []}]}]}
    revision_id = through_a_file(fresh, home, json.dumps(value).encode())
    given_back = get_bytes(fresh, home / "blobs", revision_id)
    assert SECRET.encode() not in given_back
    assert b"trusted" not in given_back
    revision = fresh["revisions"].get(revision_id)
    assert revision["redacted_count"] == 1
    kept = (read_blob(home / "blobs", revision["raw"]) or b"") + given_back
    assert SECRET.encode() not in kept


@settings(ANY, max_examples=30)
@given(st.dictionaries(st.text(), st.recursive(st.none() | st.text(), st.lists)))
def test_any_json_object_is_kept(
    fresh: sqlite_utils.Database, home: Path, value: dict[str, Any]
) -> None:
    data = json.dumps(value).encode()
    revision_id = through_a_file(fresh, home, data)
    assert get_bytes(fresh, home / "blobs", revision_id) == data
    nbformat.validate(json.loads(for_front_end(data)))
