"""`trackbook runs`, `show`, `diff`, `restore`, `doctor` on a home with two runs."""

import json
import sqlite3
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner, Result

from tests.notebooks.homes import document_of, record_two_runs
from tests.store.journals import FakeJournal
from trackbook_server.cli import main
from trackbook_server.notebooks.document import (
    check_notebook,
    parse_notebook,
    render,
)
from trackbook_server.store.home import Home

RECORD_FIELDS = [
    "run_id",
    "name",
    "status",
    "experiment",
    "notebook_path",
    "started_at",
    "ended_at",
    "params",
    "metrics",
    "tags",
]


@pytest.fixture
def two_runs(trackbook_home: Path) -> Path:
    record_two_runs(trackbook_home, "/work/churn.ipynb")
    return trackbook_home


def call(*arguments: str, code: int = 0) -> Result:
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code == code, result.output
    return result


def ask(*arguments: str) -> Any:
    return json.loads(call(*arguments, "--json").stdout)


def test_runs_as_json_have_the_shape_that_scripts_rely_on(two_runs: Path) -> None:
    newest, first = ask("runs")
    assert list(first)[: len(RECORD_FIELDS)] == RECORD_FIELDS
    assert first["name"] == "first"
    assert first["status"] == "finished"
    assert first["experiment"] == "churn"
    assert first["notebook_path"] == "/work/churn.ipynb"
    assert first["started_at"].endswith("Z")
    assert first["params"] == {"lr": 0.01}
    assert first["metrics"] == {
        "acc": {"last": 0.9, "min": 0.9, "max": 0.9, "count": 1}
    }
    assert first["tags"] == {}
    assert newest["name"] == "lr 0.003"


def test_show_as_json_has_the_cell_executions(two_runs: Path) -> None:
    run = ask("show", "run-a")
    assert list(run)[: len(RECORD_FIELDS)] == RECORD_FIELDS
    assert [
        {
            key: cell[key]
            for key in ("cell_id", "source", "execution_count", "status", "duration_ms")
        }
        for cell in run["cell_executions"]
    ] == [
        {
            "cell_id": "lr",
            "source": "lr = 0.01",
            "execution_count": 4,
            "status": "ok",
            "duration_ms": 10.0,
        },
        {
            "cell_id": "train",
            "source": "clf.fit(X, lr)\nacc = clf.score(X)",
            "execution_count": 7,
            "status": "ok",
            "duration_ms": 10.0,
        },
    ]
    assert [info["moment"] for info in run["revisions"]] == ["ended"]


def test_runs_are_printed_with_what_varies_and_their_score(two_runs: Path) -> None:
    text = call("runs").stdout
    for word in ("name", "acc", "lr", "first", "0.003", "0.95", "finished"):
        assert word in text


def test_a_run_answers_to_the_id_that_the_list_shows(two_runs: Path) -> None:
    rows = [line.split() for line in call("runs").stdout.splitlines()]
    shown = [row[-1] for row in rows if "finished" in row]
    assert [ask("show", run)["run_id"] for run in shown] == ["run-b", "run-a"]


def test_a_narrow_terminal_gets_fewer_columns_and_no_number_cut_short(
    trackbook_home: Path,
) -> None:
    journal = FakeJournal(trackbook_home)
    for n in range(2):
        params = {f"a_param_with_a_name_{key}": n for key in "abc"}
        journal.start(f"run-{n}", params)
        journal.execute(f"run-{n}", f"e{n}", results={"accuracy": 0.123456 + n / 4})
        journal.end(f"run-{n}")
    terminal = {"FORCE_COLOR": "1", "NO_COLOR": "1", "COLUMNS": "80"}
    text = click.unstyle(CliRunner(env=terminal).invoke(main, ["runs"]).stdout)
    assert max(map(len, text.splitlines())) <= 80
    for word in ("0.373456", "0.123456", "a_param_with_a_name_a", "run-1"):
        assert word in text
    assert "a_param_with_a_name_c" not in text


def test_runs_are_those_that_a_filter_matches(two_runs: Path) -> None:
    [found] = ask("runs", "params.lr < 0.01 and started > '2026-11-01'")
    assert found["params"]["lr"] == 0.003
    assert ask("runs", "not params.lr < 0.01")[0]["params"]["lr"] == 0.01
    nothing = call("runs", "metrics.accurcy > 0").output
    assert "No run matches" in nothing
    assert "No run has a metric 'accurcy'." in nothing


def test_a_filter_that_is_not_understood_is_shown_with_a_caret(two_runs: Path) -> None:
    said = call("runs", "lr < 0.01 and starred", code=1).output
    assert said.startswith("trackbook: a run has no attribute 'lr'")
    assert "  lr < 0.01 and starred\n  ^^\n" in said
    assert "  params.lr < 0.01 and starred\n" in said


def test_runs_are_limited_and_say_how_many_more(trackbook_home: Path) -> None:
    journal = FakeJournal(trackbook_home)
    for n in range(5):
        journal.start(f"run-{n}", {"n": n})
        journal.execute(f"run-{n}", f"e{n}", results={"acc": n / 10})
        journal.end(f"run-{n}")
    assert [run["params"]["n"] for run in ask("runs", "--limit", "2")] == [4, 3]
    assert "3 more; --all lists them." in call("runs", "--limit", "2").stdout
    assert len(ask("runs", "--all")) == 5
    best_first = ask("runs", "--sort", "-main_metric", "--limit", "1")
    assert best_first[0]["params"]["n"] == 4


def test_an_empty_home_says_what_to_do(trackbook_home: Path) -> None:
    assert "press Record" in call("runs").stdout
    assert ask("runs") == []


@pytest.mark.parametrize("name", ["run-b", "lr 0.003", "@last", "@best:acc"])
def test_a_run_answers_to_its_names(two_runs: Path, name: str) -> None:
    assert ask("show", name)["run_id"] == "run-b"
    assert "lr went from 0.01 to 0.003" in call("show", name).stdout


def test_diff_says_what_differs(two_runs: Path) -> None:
    text = call("diff", "run-a", "@last").stdout
    assert "Best: lr 0.003, acc +0.05" in text
    assert "-lr = 0.01" in text
    assert "+lr = 0.003" in text
    found = ask("diff", "run-a", "@last")
    assert found["params"] == [
        {
            "key": "lr",
            "values": [0.01, 0.003],
            "present": [True, True],
            "differs": True,
        }
    ]
    changes = [cell["change"] for cell in found["notebook"]["cells"]]
    assert changes == ["same", "edited", "rerun"]


def test_diff_takes_revisions_and_files(two_runs: Path, tmp_path: Path) -> None:
    now = tmp_path / "now.ipynb"
    now.write_bytes(render(check_notebook(document_of("0.5"))))
    run = ask("show", "run-a")
    revision = run["revisions"][0]["revision_id"]
    for a in ("run-a", "run-a:latest", revision[:12], f"{run['notebook_path']}@r1"):
        text = call("diff", a, str(now)).stdout
        assert "r1" in text.splitlines()[0]
        assert "edited: lr = 0.5  (cell 2)\n  -lr = 0.01\n  +lr = 0.5" in text
        assert "re-run: clf.fit(X, lr)" in text
        assert ask("diff", a, str(now))["counts"]["edited"] == 1
    whole = call("diff", "run-a:latest", str(now), "--outputs", "--all").stdout
    assert "-0.9" in whole
    assert "same: # Churn" in whole


def test_diff_says_by_its_exit_code_whether_anything_differs(
    two_runs: Path, tmp_path: Path
) -> None:
    now = tmp_path / "now.ipynb"
    now.write_bytes(render(check_notebook(document_of("0.01", "0.9"))))
    same = call("diff", "run-a", str(now), "--exit-code").stdout
    assert "Nothing differs" in same
    call("diff", "run-a", "run-b", "--exit-code", code=1)
    call("diff", "run-a:latest", "run-b:latest", "--exit-code", code=1)
    call("diff", "run-a:latest", "run-b:latest")
    refused = call("diff", "run-a", "nope.ipynb", "--exit-code", code=2)
    assert "nope.ipynb" in refused.stderr


def test_restore_gives_the_document_back_and_overwrites_nothing(
    two_runs: Path, tmp_path: Path
) -> None:
    target = tmp_path / "back.ipynb"
    assert "3 cells" in call("restore", "first", "-o", str(target)).stdout
    assert parse_notebook(target.read_bytes()) == document_of("0.01", "0.9")
    before = target.read_bytes()
    refused = call("restore", "@last", "-o", str(target), code=1)
    assert "back.ipynb exists and was left as it is" in refused.stderr
    assert "back 2.ipynb" in refused.stderr
    assert refused.stderr.count("\n") == 1
    assert target.read_bytes() == before


def test_restore_without_a_path_finds_a_free_name(
    two_runs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    first = ask("restore", "@last")
    second = ask("restore", "@last")
    assert Path(first["path"]) == tmp_path / "churn (lr 0.003).ipynb"
    assert Path(second["path"]) == tmp_path / "churn (lr 0.003) 2.ipynb"
    assert first["revision"]["moment"] == "scheduled"


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("show", "nope"), "'nope'"),
        (("show", "@nope"), "@last and @best:METRIC"),
        (("show", "@best:nope"), "'nope'"),
        (("show", "run-"), "several runs"),
        (("diff", "run-a", "run-a"), "can't be compared with itself"),
        (("restore", "run-a", "--revision", "feed"), "'feed'"),
        (("restore", "run-a", "-o", "/no/such/folder/x.ipynb"), "can't write"),
    ],
)
def test_what_can_not_be_done_is_one_line_with_exit_code_1(
    two_runs: Path, arguments: tuple[str, ...], says: str
) -> None:
    result = call(*arguments, code=1)
    assert result.stdout == ""
    assert result.stderr.startswith("trackbook: ")
    assert says in result.stderr
    assert result.stderr.count("\n") == 1


@pytest.mark.parametrize(
    "arguments", [("nope",), ("show",), ("runs", "--sort", "nope"), ("runs", "-x")]
)
def test_what_is_not_understood_has_exit_code_2(arguments: tuple[str, ...]) -> None:
    call(*arguments, code=2)


def test_a_home_that_can_not_be_used_is_named(
    tmp_path: Path, trackbook_home: Path
) -> None:
    file = tmp_path / "file"
    file.write_text("")
    result = call("runs", "--home", str(file / "home"), code=1)
    assert str(file) in result.stderr
    assert "TRACKBOOK_HOME" in result.stderr


def test_a_home_that_a_server_owns_is_read(two_runs: Path) -> None:
    server = Home(two_runs)
    try:
        server.ingest_now()
        assert len(ask("runs")) == 2
        report = ask_doctor()
        owner = next(f for f in report["findings"] if f["what"] == "written by")
        assert "this command" not in owner["says"]
    finally:
        server.close()


def ask_doctor() -> Any:
    return json.loads(CliRunner().invoke(main, ["doctor", "--json"]).stdout)


def test_doctor_names_the_home_versions_and_what_is_enabled(two_runs: Path) -> None:
    report = ask_doctor()
    assert report["home"] == str(two_runs)
    assert set(report["versions"]) >= {"python", "sqlite", "trackbook", "jupyterlab"}
    found = {finding["what"]: finding for finding in report["findings"]}
    assert found["runs"]["says"] == "2"
    assert {"written by", "disk", "size", "journal lines"} <= set(found)
    assert {"server extension", "JupyterLab extension", "kernel python3"} <= set(found)
    assert report["healthy"] == all(f["cure"] is None for f in report["findings"])


def test_doctor_tells_of_lines_that_could_not_be_applied(two_runs: Path) -> None:
    FakeJournal(two_runs, "w2").raw(b"garbage\n")
    report = ask_doctor()
    found = {finding["what"]: finding for finding in report["findings"]}
    assert "1 could not be applied" in found["journal lines"]["says"]
    assert found["journal lines"]["cure"]
    assert not report["healthy"]


def test_show_tells_folds_tables_long_params_and_outputs(trackbook_home: Path) -> None:
    journal = FakeJournal(trackbook_home)
    journal.start("run")
    long = {"key": "layers", "value": "[1, …]", "sha256": "0" * 64, "size_bytes": 9000}
    journal.put("params_logged", run_id="run", params=[long])
    journal.execute("run", "e1", "cross_val_score(clf, X, y)", results={"acc": 0.5})
    journal.put(
        "folds_logged", run_id="run", key="acc", values=[0.25, 0.75], execution_id="e1"
    )
    rows = [[n / 10, n] for n in range(30)]
    table = {"name": "loop", "columns": ["lr", "acc"], "rows": rows}
    journal.put("table_logged", run_id="run", **table)
    outputs = [{"kind": "stream", "name": "stdout", "text": "hi"}]
    journal.put("outputs_changed", execution_id="e1", count=1, outputs=outputs)
    shown = CliRunner().invoke(main, ["show", "run"])
    assert shown.exit_code == 0, shown.output
    for said in ("0.5 ± 0.25", "(9,000 bytes)", "loop", "10 more rows", "outputs"):
        assert said in shown.stdout
    run = json.loads(CliRunner().invoke(main, ["show", "run", "--json"]).stdout)
    assert run["cell_executions"][0]["output_count"] == 1
    assert run["tables"][0]["row_count"] == 30
    assert run["metric_list"][0]["folds"] == [0.25, 0.75]


def test_doctor_says_which_blobs_are_missing(two_runs: Path) -> None:
    def blobs() -> Any:
        found = {finding["what"]: finding for finding in ask_doctor()["findings"]}
        return found["blobs"]

    assert blobs()["cure"] is None
    journal = FakeJournal(two_runs, "w2")
    artifact = {"name": "model", "sha256": "ab" * 32, "size_bytes": 3}
    journal.put("artifact_logged", run_id="run-a", **artifact)
    assert "1 of " in blobs()["says"]
    assert "abababababab" in blobs()["says"]
    assert blobs()["cure"]


def test_doctor_says_which_notebooks_are_damaged(two_runs: Path) -> None:
    def notebooks() -> Any:
        found = {finding["what"]: finding for finding in ask_doctor()["findings"]}
        return found["notebooks"]

    assert "all are sound" in notebooks()["says"]
    with sqlite3.connect(two_runs / "trackbook.db") as db:
        db.execute("update pieces set data = x'00' where cell_id = 'train'")
    assert notebooks()["says"].startswith("3 of 3 revisions are damaged")
    assert notebooks()["cure"]
