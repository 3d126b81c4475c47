"""`%track resume`: a run goes on, over a restart and from another notebook."""

import pytest

from trackbook.api import process
from trackbook.errors import AmbiguousName, RunNotFound
from trackbook.events import (
    ExecutionEnded,
    ParamsLogged,
    PointsLogged,
    RunEnded,
    RunResumed,
    RunStarted,
)
from trackbook.resuming import find_in_journals
from trackbook_server.reading import open_home
from trackbook_server.store.histories import get_history
from trackbook_server.store.queries import list_runs
from trackbook_server.store.run_details import get_run


@pytest.fixture
def restart(shell):
    """Another process, as far as recording goes: another writer, nothing in mind."""

    def do():
        shell.run_line_magic("unload_ext", "trackbook")
        shell.run_line_magic("load_ext", "trackbook")

    return do


def said(result):
    return str(result.error_in_exec or result.error_before_exec)


def test_a_run_goes_on_after_a_restart_with_its_steps(run, restart, journal, home):
    run("%track start long one")
    run("import trackbook\nfor i in range(3): trackbook.log_metric('reward', i)")
    first = journal.runs()[0]
    restart()
    run("import trackbook")
    run("lr = 0.5")
    assert run("%track resume long\\ one").error_in_exec is None
    run("trackbook.log_metric('reward', 10.0)")
    run("%track end")
    (resumed,) = journal.of(RunResumed)
    assert resumed.run_id == first
    assert [event.steps for event in journal.of(PointsLogged)] == [(0, 1, 2), (3,)]
    with open_home(home) as opened:
        (row,) = opened.database.read(list_runs).result().runs
        assert (row.run_id, row.status, row.name) == (first, "finished", "long one")
        found = opened.database.read(get_run, first).result()
        history = opened.database.read(get_history, first, "reward").result()
    assert (history.steps, history.values) == ([0, 1, 2, 3], [0.0, 1.0, 2.0, 10.0])
    assert found.params == {"lr": 0.5}
    sources = [execution.source for execution in found.cell_executions]
    assert sources[-4:-2] == ["lr = 0.5", "%track resume long\\ one"]
    assert "trackbook.log_metric('reward', 10.0)" in sources


def test_the_last_run_is_the_one_before_that_of_this_kernel(run, restart, journal):
    run("accuracy = float('0.5')")
    restart()
    run("prepared = sorted('ba')")  # opens a run of this kernel
    run("%track resume @last")
    first, second = journal.runs()
    assert [event.run_id for event in journal.of(RunResumed)] == [first]
    folded = {event.run_id: event.folds_into for event in journal.of(RunEnded)}
    assert folded[second] == first


def test_a_resumed_run_is_not_split_and_may_be_resumed_again(run, journal):
    run("accuracy = float('0.5')")
    run("%track end")
    first = journal.runs()[0]
    for _ in range(2):
        run(f"%track resume {first[:-1]}")
        run("accuracy = float('0.5')")
        run("accuracy = float('0.5')")
        run("%track end")
    assert journal.runs() == [first]
    assert len(journal.of(RunResumed)) == 2
    assert {event.run_id for event in journal.of(ExecutionEnded)} >= {first}
    assert process.recorder.boundaries.current is None


def test_params_in_force_are_the_resumed_runs(run, restart, journal):
    run("accuracy = float('0.5')")
    first = journal.runs()[0]
    restart()
    run("depth = 3")
    run("%track resume @last")
    last = journal.of(ParamsLogged)[-1]
    assert (last.run_id, last.params[0].key) == (first, "depth")


@pytest.mark.parametrize(
    ("line", "cure"),
    [
        ("%track resume", "needs one run"),
        ("%track resume nothing-like-it", "no run has the id"),
        ("%track resume @best:loss", "no run has a metric"),
        ("%track resume @last", "there is no @last"),
    ],
)
def test_what_can_not_be_resumed_says_so(run, line, cure):
    assert cure in said(run(line))


def test_a_run_that_is_open_here_needs_no_resuming(run, journal):
    run("accuracy = float('0.5')")
    assert "is open here" in said(run(f"%track resume {journal.runs()[0]}"))
    assert journal.of(RunResumed) == []


def test_without_the_server_half_the_journals_are_asked(run, journal, home):
    run("import trackbook\ntrackbook.log_metric('loss', 1.0, step=4)")
    run("%track end")
    run("accuracy = float('0.5')")
    first, second = journal.runs()
    assert find_in_journals(first, home) == (first, None, {"loss": 5})
    with pytest.raises(RunNotFound, match="pip install trackbook"):
        find_in_journals("@last", home)
    with pytest.raises(AmbiguousName, match=second):
        find_in_journals(first[:4], home)
    assert journal.of(RunStarted)[1].run_id == second
