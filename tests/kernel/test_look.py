"""Looking at runs and getting notebooks back from within a kernel."""

import sys
from pathlib import Path

import nbformat
import pytest

import trackbook
from trackbook.errors import (
    BadFilter,
    BadInput,
    ExperimentNotFound,
    RunNotFound,
    TrackbookError,
    WouldOverwrite,
)


@pytest.fixture
def attempts(run, shell, monkeypatch, tmp_path):
    """A notebook's session with two attempts, in a folder of its own."""
    monkeypatch.chdir(tmp_path)
    run("lr = 0.1", "p")
    run("accuracy = 1 - lr", "s")
    run("lr = 0.3", "p")
    run("accuracy = 1 - lr", "s")
    with trackbook.start_run("by hand", experiment="digits"):
        trackbook.log_metric("accuracy", 0.8)
        trackbook.log_input("s3://bucket/iris.csv", digest="v1")
    return run


def test_runs_lists_them_with_what_is_not_written_yet(attempts, capsys):
    attempts("%track runs")
    said = capsys.readouterr().out
    assert "by hand" in said
    assert "lr 0.3" in said
    attempts("%track runs 1")
    said = capsys.readouterr().out
    assert "lr 0.3" not in said
    assert "`%track runs 2` lists more" in said
    attempts("%track runs params.lr = '0.3' and not name = 'by hand'")
    said = capsys.readouterr().out
    assert "lr 0.3" in said
    assert "by hand" not in said


def test_show_and_diff_take_any_name_of_a_run(attempts, capsys):
    attempts("%track show @best:accuracy")
    assert "0.1" in capsys.readouterr().out
    attempts("%track show by hand")
    assert "digits" in capsys.readouterr().out
    attempts("%track diff @best:accuracy 'lr 0.3'")
    said = capsys.readouterr().out
    assert "0.1" in said
    assert "0.3" in said


def test_restore_writes_a_copy_and_never_over_a_file(attempts, capsys, tmp_path):
    attempts("%track restore @best:accuracy -o best.ipynb")
    assert "best.ipynb: the notebook" in capsys.readouterr().out
    notebook = nbformat.read(tmp_path / "best.ipynb", as_version=4)
    assert [cell.source for cell in notebook.cells][-1] == "accuracy = 1 - lr"
    result = attempts("%track restore @best:accuracy -o best.ipynb")
    assert "best 2.ipynb' is free" in str(result.error_in_exec)


def test_restore_shows_a_button_that_says_the_command_too(attempts, shell, monkeypatch):
    shown = []
    publish = lambda data, **_: shown.append(data)  # noqa: E731
    monkeypatch.setattr(shell.display_pub, "publish", publish)
    monkeypatch.setattr(shell, "kernel", object(), raising=False)
    attempts("%track restore @best:accuracy --replace --as-executed")
    run_id = trackbook.get_run("@best:accuracy").run_id
    (bundle,) = shown
    wanted = bundle["application/vnd.trackbook.restore+json"]
    assert wanted == {
        "run_id": run_id, "run_name": "first", "way": "replace", "executed": True
    }  # fmt: skip
    assert f"trackbook restore {run_id} --as-executed --replace" in bundle["text/plain"]
    assert f"%track restore {run_id} --out" in bundle["text/plain"]


def test_the_same_from_python(attempts, tmp_path):
    run = trackbook.get_run("by hand")
    assert run.metrics["accuracy"].last == 0.8
    assert [(found.name, found.digest) for found in run.inputs] == [("iris.csv", "v1")]
    first = trackbook.restore("@best:accuracy")
    assert isinstance(first, Path)
    assert first.exists()
    assert trackbook.restore("@best:accuracy") != first
    with pytest.raises(WouldOverwrite):
        trackbook.restore("@best:accuracy", first)
    with pytest.raises(RunNotFound, match="no run has"):
        trackbook.get_run("nonesuch")


def test_start_run_goes_on_with_a_run_that_has_ended(attempts):
    with trackbook.start_run(run_id="by hand", tags={"again": 1}) as run:
        trackbook.log_metric("accuracy", 0.9)
        with pytest.raises(BadInput, match="is open here"):
            trackbook.start_run(run_id=run.run_id)
    found = trackbook.get_run("by hand")
    assert (found.run_id, found.metrics["accuracy"].count) == (run.run_id, 2)
    assert found.metrics["accuracy"].last == 0.9
    assert found.metric_list[0].last_step == 1
    assert found.tags == {"again": "1"}
    with pytest.raises(BadInput, match="leave them out"):
        trackbook.start_run("other", run_id="by hand")
    with pytest.raises(RunNotFound):
        trackbook.start_run(run_id="nonesuch")


def test_search_runs_by_experiment_and_order(attempts):
    frame = trackbook.search_runs(experiment_names=["digits"])
    assert list(frame["name"]) == ["by hand"]
    frame = trackbook.search_runs(order_by="-main_metric")
    assert list(frame["metrics.accuracy"]) == [0.9, 0.8, 0.7]
    newest = list(trackbook.search_runs(max_results=2)["run_id"])
    assert (
        newest
        == list(
            trackbook.search_runs(order_by=["attributes.start_time DESC"])["run_id"]
        )[:2]
    )
    ordered = trackbook.search_runs(order_by=["status", "metrics.accuracy DESC"])
    assert list(ordered["metrics.accuracy"]) == sorted(
        ordered["metrics.accuracy"], reverse=True
    )
    found = trackbook.search_runs(
        filter_string="metrics.accuracy between 0.75 and 0.85"
    )
    assert list(found["name"]) == ["by hand"]
    with pytest.raises(BadFilter, match=r"(?s)expected ASC or DESC.*\^\^"):
        trackbook.search_runs(order_by="metrics.accuracy up")
    with pytest.raises(BadInput, match="one of them"):
        trackbook.search_runs("starred", filter_string="starred")
    with pytest.raises(ExperimentNotFound, match="'digits'"):
        trackbook.search_runs(experiment_names=["nonesuch"])


@pytest.mark.parametrize(
    ("line", "cure"),
    [
        ("%track runs metrics.loss >", "expected a value after >"),
        ("%track runs 0", "how many"),
        ("%track show", "@last"),
        ("%track show nonesuch", "no run has"),
        ("%track diff @last", "two runs"),
        ("%track restore", "one run"),
        ("%track restore @last --from x", "--out"),
        ("%track restore @last --look --replace", "one of --look"),
        ("%track restore @last --cells -o x", "one of --look"),
        ("%track input", "path or URL"),
        ("%track input /no/such/file", "can't read"),
    ],
)
def test_a_wrong_line_says_what_to_do(attempts, line, cure):
    result = attempts(line)
    assert type(result.error_in_exec).__name__ == "UsageError"
    assert cure in str(result.error_in_exec)


@pytest.mark.parametrize(
    "line", ["runs", "show @last", "diff @last @last", "restore @last"]
)
def test_without_the_server_half_each_says_what_to_install(run, line, monkeypatch):
    for name in [name for name in sys.modules if name.startswith("trackbook_server")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "trackbook_server", None)
    result = run(f"%track {line}")
    said = str(result.error_in_exec)
    assert f"%track {line.split()[0]} reads the store" in said
    assert "pip install trackbook" in said
    with pytest.raises(TrackbookError, match="pip install trackbook"):
        trackbook.get_run("@last")


def test_input_takes_a_name_of_the_notebook_or_a_path(run, tmp_path):
    path = tmp_path / "data.csv"
    path.write_text("a\n1\n")
    run("import pandas as pd\ntrain = pd.DataFrame({'x': [1, 2]})")
    run("%track input train --context training")
    run(f"%track input {path} --name raw")
    run("accuracy = 0.5 + 0")
    found = trackbook.get_run("@last").inputs
    assert [(one.name, one.context) for one in found] == [
        ("train", "training"),
        ("raw", ""),
    ]
    assert found[0].profile == {"num_rows": 2, "num_elements": 2}


@pytest.mark.filterwarnings("ignore:.*pending deprecation")
def test_tab_completes_runs_and_data(attempts, shell):
    _, found = shell.complete(None, "%track show @", 13)
    assert {"@last", "@best:"} <= set(found)
    _, found = shell.complete(None, "%track show by", 14)
    assert "by hand" in found
    shell.run_cell("import numpy\ntraining_set = numpy.zeros(3)")
    _, found = shell.complete(None, "%track input tra", 16)
    assert found == ["training_set"]
