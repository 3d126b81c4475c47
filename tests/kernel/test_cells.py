"""What real cells in a real shell leave in the journal."""

import sys
import threading
from typing import Any

import pytest

from trackbook.blobs import read_blob
from trackbook.capture import cells, guard
from trackbook.events import (
    CaptureFailed,
    EnvironmentCaptured,
    ExecutionEnded,
    ExecutionStarted,
    PointsLogged,
    RunConfirmed,
    RunEnded,
    RunStarted,
)
from trackbook.paths import blobs_dir

SKLEARN = """
from sklearn.datasets import load_iris
from sklearn.linear_model import LogisticRegression
X, y = load_iris(return_X_y=True)
"""


def test_a_training_run_again_with_another_param_is_a_second_run(run, journal):
    run("import numpy as np", "imports")
    run(SKLEARN, "data")
    for value in (0.01, 1.0):
        run(f"C = {value}", "params")
        run("clf = LogisticRegression(C=C, max_iter=300).fit(X, y)", "fit")
        run("clf.score(X, y)", "score")
    first, second = journal.of(RunStarted)
    assert second.continues == first.run_id
    assert (first.provisional, second.provisional) == (False, True)
    assert [event.reason for event in journal.of(RunConfirmed)] == ["param"]
    imported = journal.of(ExecutionStarted)[0]
    assert imported.run_id is None
    assert first.adopts == (imported.execution_id,)
    points = [event for event in journal.of(PointsLogged) if event.origin == "auto"]
    assert [(event.run_id, event.key) for event in points] == [
        (first.run_id, "clf.score"),
        (second.run_id, "clf.score"),
    ]
    # The default C is not reported; the first fit's 0.01 is.
    assert journal.params() == {"C": 1.0, "clf.max_iter": 300}
    assert {param.key: param.value for param in second.params} == {
        "C": 0.01,
        "clf.C": 0.01,
        "clf.max_iter": 300,
    }


def test_a_setting_changed_in_place_is_a_param_that_changed(run, journal):
    run("config = {'lr': 0.1, 'opt': {'beta': 0.9}}", "config")
    run("val_acc = 0.5 + config['lr']", "train")
    run("config['lr'] = 0.2", "tweak")
    run("val_acc = 0.5 + config['lr']", "train")
    run("config.update(lr=0.3)", "tweak more")
    run("val_acc = 0.5 + config['lr']", "train")
    first, second, third = journal.of(RunStarted)
    assert (second.continues, third.continues) == (first.run_id, second.run_id)
    assert journal.params() == {"config.lr": 0.3, "config.opt.beta": 0.9}


def test_a_dict_made_and_changed_in_one_cell_is_as_it_ends(run, journal):
    for _ in range(2):
        run("config = dict(lr=0.1, depth=3)\nconfig['lr'] = 0.2", "config")
        run("val_acc = 0.5 + config['lr']", "train")
    assert journal.params() == {"config.lr": 0.2, "config.depth": 3}
    assert len(journal.runs()) == 2
    assert [event.reason for event in journal.of(RunConfirmed)] == ["result"]


def test_a_dict_that_a_loop_fills_is_no_param(run, journal):
    run("seen = {'a': 0}\nfor key in 'aab':\n    seen[key] = 1", "count")
    run("tally = {'a': 0}", "start")
    run("tally['a'] += 1", "count more")
    assert journal.params() == {}


def test_an_execution_says_source_order_cell_count_and_outcome(run, journal, shell):
    count = shell.execution_count
    run("x = [1]", "cell-1")
    run("raise ValueError('no')", "cell-2")
    first, second = journal.of(ExecutionStarted)
    assert (first.source, first.cell_id, first.order) == ("x = [1]", "cell-1", 1)
    assert (second.cell_id, second.order) == ("cell-2", 2)
    ok, failed = journal.of(ExecutionEnded)
    assert (ok.status, ok.execution_count, ok.error) == ("ok", count, None)
    assert ok.duration_ms is not None
    assert ok.duration_ms > 0
    assert failed.status == "error"
    assert failed.error is not None
    assert (failed.error.name, failed.error.message) == ("ValueError", "no")
    assert "raise ValueError('no')" in failed.error.traceback
    assert "interactiveshell.py" not in failed.error.traceback


def test_a_syntax_error_is_a_failed_execution_and_no_boundary(run, journal):
    run("accuracy = 0.5", "a")
    run("x = ", "a")
    run("y = [2]", "b")
    assert len(journal.runs()) == 1
    assert [event.status for event in journal.of(ExecutionEnded)] == [
        "ok",
        "error",
        "ok",
    ]


def test_an_interrupted_cell_is_interrupted(run, journal):
    run("raise KeyboardInterrupt")
    (ended,) = journal.of(ExecutionEnded)
    assert ended.status == "interrupted"


def test_what_the_user_did_not_execute_is_not_recorded(run, journal, shell):
    shell.run_cell("a = 1", store_history=False)
    shell.run_cell("b = 2", silent=True)
    run("c = 3")
    assert [event.source for event in journal.of(ExecutionStarted)] == ["c = 3"]


@pytest.mark.parametrize(
    "source",
    [
        "import os\nfrom sys import path",
        '"""About this notebook."""',
        "pass",
        "# only a comment",
        "df",
        "df.head()",
        "df['x'].describe()",
        "display(df)",
        "%who",
        "!true",
        "files = !true",
        "%%bash\ntrue",
        "%track",
        "%load_ext trackbook",
    ],
)
def test_imports_magics_and_looks_open_no_run(run, journal, shell, source):
    shell.user_ns["df"] = {"x": 1}
    run(source)
    assert journal.runs() == []
    assert len(journal.of(ExecutionStarted)) == 1


@pytest.mark.parametrize(
    "source", ["x = 1", "def f(): ...", "print(1 + 1)", "%time x = 1", "%%time\nx = 1"]
)
def test_what_does_something_opens_a_run(run, journal, source):
    run(source)
    assert len(journal.runs()) == 1
    assert journal.run_of(source) == journal.runs()


@pytest.mark.parametrize("magic", ["%%time", "%%capture", "%%capture out"])
def test_code_below_a_magic_counts_as_the_cell_and_once(run, journal, magic):
    run(f"{magic}\nlr = 0.1\naccuracy = lr * 5")
    assert [event.source[:2] for event in journal.of(ExecutionStarted)] == ["%%"]
    assert journal.metrics() == {"accuracy": [0.5]}
    assert journal.params() == {"lr": 0.1}


def test_a_timed_statement_binds_nothing(run, journal):
    run("accuracy = float(1) / 2")
    run("%%timeit -n1 -r1\naccuracy = float(1) / 2")
    assert journal.metrics() == {"accuracy": [0.5]}


def test_a_nested_run_cell_is_part_of_the_outer_cell(run, journal):
    run("get_ipython().run_cell('val_loss = 1 / 4', store_history=True)")
    assert len(journal.of(ExecutionStarted)) == 1
    assert journal.metrics() == {"val_loss": [0.25]}


def test_an_awaiting_cell_is_recorded_like_any_other(run, journal):
    run("import asyncio\nawait asyncio.sleep(0)\naccuracy = float('0.5')")
    assert journal.metrics() == {"accuracy": [0.5]}
    (ended,) = journal.of(ExecutionEnded)
    assert ended.status == "ok"


def test_cells_of_two_threads_are_kept_apart(run, journal, shell):
    inside, go_on = threading.Event(), threading.Event()
    shell.user_ns.update(inside=inside, go_on=go_on)

    def other() -> None:
        shell.run_cell("inside.set(); go_on.wait(10); f1 = 1 / 2", store_history=True)

    thread = threading.Thread(target=other)
    thread.start()
    assert inside.wait(10)
    run("recall = 1 / 4")
    go_on.set()
    thread.join(10)
    ends = {event.execution_id: event for event in journal.of(ExecutionEnded)}
    assert len(ends) == 2
    by_key = {event.key: event for event in journal.of(PointsLogged)}
    sources = {
        event.execution_id: event.source for event in journal.of(ExecutionStarted)
    }
    assert "recall" in sources[by_key["recall"].execution_id]
    assert "f1" in sources[by_key["f1"].execution_id]


def test_unload_in_a_cell_ends_its_run_and_the_cell_goes_on(run, journal, shell):
    run("x = [1]")
    run("%unload_ext trackbook\ny = 2")
    assert shell.user_ns["y"] == 2
    run("z = 3")
    assert [event.reason for event in journal.of(RunEnded)] == ["unload"]
    assert "z = 3" not in [event.source for event in journal.of(ExecutionStarted)]


def test_reloading_in_a_cell_records_on(run, journal, shell):
    run("x = [1]")
    result = run("%load_ext trackbook\n%reload_ext trackbook\ny = 2")
    assert result.success
    run("z = [3]")
    assert journal.run_of("z = [3]") != [None]


def test_a_failing_hook_is_said_once_and_does_not_reach_the_cell(
    run, journal, capsys, monkeypatch, shell
):
    def broken(*_: Any) -> None:
        raise RuntimeError("injected")

    monkeypatch.setattr(cells, "collect", broken)
    for number in range(guard.MAX_FAILURES + 2):
        result = run(f"acc{number} = max({number}, 0)")
        assert result.success
    said = capsys.readouterr().err
    assert said.count("injected") == said.count("trackbook:") == 1
    assert "`%track off` and `%track on`" in said
    failures = journal.of(CaptureFailed)
    assert len(failures) == guard.MAX_FAILURES  # then that part is left out
    assert {failure.where for failure in failures} == {"reading"}
    ended = journal.of(ExecutionEnded)
    assert [event.status for event in ended] == ["ok"] * (guard.MAX_FAILURES + 2)


def test_the_users_tree_is_neither_changed_nor_parsed_again(run, shell, monkeypatch):
    import ast

    seen = []

    class Before:
        def visit(self, tree: ast.AST) -> ast.AST:
            seen.append(ast.dump(tree, include_attributes=True))
            return tree

    class After(Before):
        pass

    before, after = Before(), After()
    shell.ast_transformers.insert(0, before)
    shell.ast_transformers.append(after)
    parsed = []
    original = ast.parse
    monkeypatch.setattr(
        ast, "parse", lambda *a, **k: parsed.append(a) or original(*a, **k)
    )
    run("for i in range(2):\n    loss = i / 2")
    shell.ast_transformers.remove(before)
    shell.ast_transformers.remove(after)
    assert seen[0] == seen[1]
    assert parsed == []


def test_who_wraps_the_shells_method_after_us_keeps_it_when_we_go(run, journal, shell):
    ours, seen = shell.transform_ast, []
    shell.transform_ast = lambda tree: seen.append(tree) or ours(tree)
    run("x = [1]")
    shell.run_line_magic("unload_ext", "trackbook")
    run("y = [2]")
    assert len(seen) == 2
    assert [event.source for event in journal.of(ExecutionStarted)] == ["x = [1]"]
    del shell.transform_ast


def test_values_that_fail_to_show_themselves_do_no_harm(run, journal):
    run(
        "class Bad:\n"
        "    def __repr__(self): raise RuntimeError\n"
        "    def __float__(self): raise RuntimeError\n"
        "    def __getattr__(self, name): raise RuntimeError(name)\n"
        "    def __eq__(self, other): raise RuntimeError\n"
        "    __hash__ = None\n"
    )
    run("accuracy = Bad()\nmodel = accuracy\nx = 1")
    assert journal.of(CaptureFailed) == []
    assert journal.params() == {"x": 1}


def test_an_error_whose_text_fails_is_still_journaled(run, journal):
    run("class Bad(Exception):\n    def __str__(self): raise RuntimeError\nraise Bad()")
    (ended,) = journal.of(ExecutionEnded)
    assert ended.status == "error"


def test_huge_sources_params_and_tracebacks_fit_their_lines(run, journal, home):
    text = "é\\x00" * 200_000
    source = f"# {text}\nname = '{text}'\nnumbers = {list(range(20_000))}"
    run(source)
    run("raise ValueError('x' * 1_000_000)")
    started = journal.of(ExecutionStarted)[0]
    assert source.startswith(started.source)
    kept = read_blob(blobs_dir(home), started.source_sha256)
    assert kept == source.encode()
    params = journal.params()
    assert len(params["name"]) < 2000
    assert len(params["numbers"]) < 2000


def test_the_environment_is_sent_once_and_named_after(run, journal):
    from trackbook.api import process

    run("accuracy = 0.5", "a")
    run("accuracy = 0.5", "a")
    assert process.recorder is not None
    process.recorder.background.wait(20)
    first, second = journal.of(EnvironmentCaptured)
    assert first.environment is not None
    assert first.environment["python"] == sys.version.split()[0]
    assert "ipython" in first.environment["packages"]
    assert second.environment is None
    assert second.environment_id == first.environment_id


@pytest.mark.filterwarnings("ignore:To exit")
def test_exit_in_a_cell_is_an_execution_like_any_other(run, journal):
    run("import sys\nsys.exit(0)")
    (ended,) = journal.of(ExecutionEnded)
    assert ended.error is not None
    assert ended.error.name == "SystemExit"


def test_a_function_that_starts_a_run_takes_over_the_one_of_its_cell(run, journal):
    run("import trackbook")
    run(
        "def train():\n"
        "    with trackbook.start_run('mine'):\n"
        "        trackbook.log_metric('loss', 0.5)\n"
    )
    for _ in range(2):
        run("train()", "call")
    first, _, empty, second = journal.of(RunStarted)
    assert second.name == "mine"
    ends = {event.run_id: event for event in journal.of(RunEnded)}
    assert ends[empty.run_id].folds_into == second.run_id
    assert ends[first.run_id].folds_into is None
    kinds = [(type(event), getattr(event, "run_id", "")) for event in journal.events()]
    assert kinds.index((RunStarted, second.run_id)) < kinds.index(
        (RunEnded, empty.run_id)
    )
    assert journal.run_of("train()")[1] == second.run_id


def test_what_a_cell_logged_before_it_starts_a_run_keeps_its_own_run(run, journal):
    run("import trackbook")
    run("f = lambda: trackbook.start_run('mine').end()\nx = [1]")
    run("%track end")
    run("trackbook.log_param('a', 1)\nf()")
    assert [event.folds_into for event in journal.of(RunEnded)][1:] == [None, None]
