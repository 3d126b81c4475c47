"""Cells that are not to be recorded: nothing of them is written anywhere."""

import json

import nbformat

from trackbook.capture.skips import SKIP_TAG, Skips, read_tagged
from trackbook.events import ExecutionStarted, RunStarted


def nowhere():
    return None


def everything(home):
    return b"".join(path.read_bytes() for path in home.rglob("*") if path.is_file())


def test_a_cell_that_says_so_leaves_no_trace_and_the_run_goes_on(run, journal, home):
    run("rate = 0.1")
    result = run("%track skip\nhush_rate = 7\nrate = 5\nhush_accuracy = 0.9")
    assert result.success
    run("accuracy = 1 - 0.1")
    assert [event.source for event in journal.of(ExecutionStarted)] == [
        "rate = 0.1",
        "accuracy = 1 - 0.1",
    ]
    assert len(journal.of(RunStarted)) == 1
    assert journal.metrics() == {"accuracy": [0.9]}
    assert [event.params for event in journal.of(RunStarted)] == [()]
    assert journal.params() == {"rate": 0.1}
    assert b"hush" not in everything(home)


def test_a_skipped_cell_that_fails_fails_as_it_would(run, journal, shell):
    result = run("%track skip\n1 / 0")
    assert isinstance(result.error_in_exec, ZeroDivisionError)
    assert run("%track skip\nif:").error_before_exec is not None
    run("after = 1")
    assert [event.source for event in journal.of(ExecutionStarted)] == ["after = 1"]


def test_a_skipped_cell_is_not_taken_from_the_history_either(run, shell, journal, home):
    run("%track skip\nhush = 1")
    run("%unload_ext trackbook")
    shell.run_cell("%track skip\nhush = 2", store_history=True)
    assert shell.user_ns["hush"] == 1  # there is no `%track` any more
    run("import trackbook\ntrackbook.arm()")
    run("after = 1")
    assert b"hush" not in everything(home)
    assert "after = 1" in [event.source for event in journal.of(ExecutionStarted)]


def test_a_line_that_comes_too_late_says_so(run, shell, capsys):
    result = run("get_ipython().run_line_magic('track', 'skip')")
    assert "line of its own" in str(result.error_in_exec)
    assert not Skips().is_skipped("text = '%track skip'", {}, nowhere)
    assert Skips().is_skipped("x = 1\n  %track skip  # why\n", {}, nowhere)


def test_the_tag_comes_with_the_request_or_from_the_notebooks_file(tmp_path):
    hush = nbformat.v4.new_code_cell("hush = 1", metadata={"tags": ["a", SKIP_TAG]})
    other = nbformat.v4.new_code_cell("other = 1")
    path = tmp_path / "train.ipynb"
    nbformat.write(nbformat.v4.new_notebook(cells=[hush, other]), path)
    assert read_tagged(path) == {"hush = 1"}
    skips = Skips()

    def here():
        return path

    assert skips.is_skipped("hush = 1\n", {}, here)
    assert not skips.is_skipped("other = 1", {}, here)
    assert skips.is_skipped("other = 1", {"tags": [SKIP_TAG], "cellId": "x"}, here)
    # What the request says of the cell is newer than the file.
    assert not skips.is_skipped("hush = 1", {"cellId": "y"}, here)


def test_a_file_that_is_no_notebook_has_no_tags(tmp_path):
    path = tmp_path / "train.ipynb"
    for text in ("", "[]", json.dumps({"cells": [1, {"metadata": {"tags": 5}}]})):
        path.write_text(text)
        assert not Skips().is_skipped("x = 1", {}, lambda: path)
