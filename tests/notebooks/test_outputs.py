"""The as-executed notebook holds what its cells put out."""

import base64
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest
from click.testing import CliRunner

from tests.store.journals import FakeJournal
from trackbook.blobs import write_blob
from trackbook.events import CellError, Output, OutputBlob
from trackbook_server.cli import main
from trackbook_server.notebooks.lookup import find_revision, list_run_revisions
from trackbook_server.notebooks.outputs import WIDGET_STATE, to_notebook, widget_state
from trackbook_server.notebooks.restore import Restored, get_revision
from trackbook_server.store.home import Home

PNG = b"\x89PNG\r\n\x1a\n\xff\xfe"


@pytest.fixture
def home(trackbook_home: Path) -> Iterator[Home]:
    opened = Home(trackbook_home)
    yield opened
    opened.close()


def put_out(journal: FakeJournal, execution_id: str, *outputs: dict[str, Any]) -> None:
    journal.put(
        "outputs_changed",
        execution_id=execution_id,
        count=len(outputs),
        outputs=list(outputs),
    )


def record(home: Path) -> None:
    """A loop that prints, a figure, an error: each with its outputs."""
    journal, folder = FakeJournal(home), home / "blobs"

    def blob(data: bytes) -> dict[str, Any]:
        return {"sha256": write_blob(folder, data), "size_bytes": len(data)}

    journal.start("run", notebook_path="/work/churn.ipynb")
    journal.execute("run", "e1", "train()", results={"acc": 0.5}, cell_id="a")
    stream = {"kind": "stream", "name": "stdout", "text": "first\nlast\n"}
    put_out(journal, "e1", {**stream, "omitted_bytes": 12345, "head_length": 6})
    source = "figure()\n" * 9
    whole = write_blob(folder, source.encode())
    journal.execute("run", "e2", "figure()", source_sha256=whole, cell_id="b")
    figure = {
        "kind": "execute_result",
        "data": {"text/plain": "<Figure>"},
        "blobs": {
            "image/png": blob(PNG),
            "image/svg+xml": blob(b"<svg/>"),
            "application/vnd.plotly.v1+json": blob(b'{"data": []}'),
            "text/html": {"sha256": "0" * 64, "size_bytes": 7},
        },
        "metadata": {"image/png": {"width": 3}},
    }
    state = {"version_major": 2, "state": {"m1": {"model_name": "IntSlider"}}}
    view = {"application/vnd.jupyter.widget-view+json": {"model_id": "m1"}}
    widget = {"kind": "display_data", "data": {**view, WIDGET_STATE: state}}
    put_out(journal, "e2", figure, widget)
    journal.execute("run", "e3", "1 / 0", status="error", cell_id="c")


def get(home: Home, which: str | None = None) -> Restored:
    home.ingest_now()
    folder = home.path / "blobs"
    return home.database.read(get_revision, folder, "run", which).result()


def test_the_rebuilt_notebook_is_valid_and_holds_every_output(home: Home) -> None:
    record(home.path)
    found = get(home)
    assert found.info.moment == "executed"
    nbformat.validate(nbformat.reads(found.data.decode(), as_version=4))
    document = found.document
    loop, figure, error = document["cells"]
    assert loop["outputs"] == [
        {
            "output_type": "stream",
            "name": "stdout",
            "text": "first\n[trackbook: 12,345 bytes of this output were not kept]\n"
            "last\n",
        }
    ]
    assert figure["source"] == "figure()\n" * 9
    result, widget = figure["outputs"]
    assert base64.b64decode(result["data"].pop("image/png")) == PNG
    assert result == {
        "output_type": "execute_result",
        "execution_count": figure["execution_count"],
        "data": {
            "text/plain": "<Figure>",
            "image/svg+xml": "<svg/>",
            "application/vnd.plotly.v1+json": {"data": []},
        },
        "metadata": {"image/png": {"width": 3}},
    }
    assert list(widget["data"]) == ["application/vnd.jupyter.widget-view+json"]
    assert document["metadata"]["widgets"][WIDGET_STATE]["state"] == {
        "m1": {"model_name": "IntSlider"}
    }
    [raised] = error["outputs"]
    assert (raised["output_type"], raised["ename"]) == ("error", "ValueError")


def test_the_name_of_the_rebuilt_notebook_changes_with_its_outputs(home: Home) -> None:
    journal = FakeJournal(home.path)
    journal.start("run")
    journal.execute("run", "e1", "x")
    without = get(home).info.revision_id
    put_out(journal, "e1", {"kind": "stream", "name": "stdout", "text": "a"})
    with_one = get(home).info.revision_id
    assert without != with_one
    [listed] = home.database.read(list_run_revisions, "run").result()
    assert listed.revision_id == with_one
    assert get(home, with_one[:9]).info == listed


def test_every_run_can_be_rebuilt_also_one_whose_document_is_kept(home: Home) -> None:
    record(home.path)
    data = json.dumps(
        {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": []}
    ).encode()
    FakeJournal(home.path, "w2").put(
        "revision_captured",
        sha256=write_blob(home.path / "blobs", data),
        moment="file",
        run_id="run",
    )
    assert get(home).document["cells"] == []
    assert len(get(home, "executed").document["cells"]) == 3
    info = home.database.read(find_revision, "run", "executed").result()
    assert info.moment == "executed"


def test_the_command_line_gives_it_with_its_outputs(
    trackbook_home: Path, tmp_path: Path
) -> None:
    record(trackbook_home)
    out = tmp_path / "copy.ipynb"
    arguments = ["restore", "run", "--as-executed", "-o", str(out)]
    answer = CliRunner().invoke(main, arguments)
    assert answer.exit_code == 0, answer.output
    notebook = nbformat.read(out, as_version=4)
    assert [len(cell.outputs) for cell in notebook.cells] == [1, 2, 1]
    both = CliRunner().invoke(main, ["restore", "run", "--as-executed", "--revision=1"])
    assert both.exit_code == 2


def test_a_credential_in_an_output_is_not_given_back(home: Home) -> None:
    journal = FakeJournal(home.path)
    journal.start("run")
    journal.execute("run", "e1", "show()")
    key = "AKIA" + "ABCDEFGHIJKLMNOP"
    put_out(journal, "e1", {"kind": "stream", "name": "stdout", "text": f"{key}\n"})
    assert key.encode() not in get(home).data


def test_outputs_that_make_no_sense_give_a_notebook_all_the_same() -> None:
    lost = OutputBlob("0" * 64, 1234)
    found = to_notebook(
        [
            Output("stream", text="abc", omitted_bytes=5),
            Output("display_data", blobs={"image/png": lost}),
            Output("display_data"),
            Output("display_data", blobs={"application/json": lost}),
        ],
        CellError("E", "m"),
        None,
        lambda blob: None,
    )
    assert found[0]["text"].splitlines()[1:] == ["abc"]
    assert found[1]["data"] == {
        "text/plain": "[trackbook: 1,234 bytes of this output were not kept]"
    }
    assert found[-1]["traceback"] == []
    broken = Output("display_data", blobs={WIDGET_STATE: lost}, data={})
    assert widget_state([broken, Output("display_data", data={WIDGET_STATE: 3})],
                        lambda blob: b"not json") is None  # fmt: skip
