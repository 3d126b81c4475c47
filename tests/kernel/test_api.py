"""The Python API: in scripts, in notebooks, in threads."""

import inspect
import subprocess
import sys
import threading

import pytest

import trackbook
from trackbook.errors import BadInput, BadMetricValue, NoActiveRun, TrackbookError
from trackbook.events import PointsLogged, RunEnded, RunStarted


def test_the_public_names_are_these():
    assert set(trackbook.__all__) == {
        "Run", "__version__", "active_run", "arm", "chart", "disarm", "edit_runs",
        "empty_trash", "end_run", "get_run",
        "last_active_run", "load_ipython_extension", "log_artifact", "log_artifacts",
        "log_dict", "log_figure", "log_input", "log_metric", "log_metrics",
        "log_param", "log_params", "log_table", "log_text", "recording_state",
        "restore", "search_runs", "set_experiment", "set_tag", "set_tags", "start_run",
        "unload_ipython_extension",
    }  # fmt: skip
    for name in trackbook.__all__:
        assert getattr(trackbook, name) is not None
    with pytest.raises(AttributeError, match="log_metrik"):
        _ = trackbook.log_metrik


def test_a_run_has_the_methods_of_the_module():
    ours = {name for name in trackbook.__all__ if name.startswith(("log_", "set_"))}
    ours -= {"set_experiment"}
    for name in ours:
        alone = inspect.signature(getattr(trackbook, name))
        method = inspect.signature(getattr(trackbook.Run, name))
        assert list(alone.parameters) == list(method.parameters)[1:], name


@pytest.mark.parametrize("name", sorted(trackbook.__all__))
def test_every_public_name_is_documented(name):
    value = getattr(trackbook, name)
    if name.startswith(("log_", "set_")):
        assert f"    trackbook.{name}(" in value.__doc__, "it has no example"
    elif name != "__version__":
        assert value.__doc__


def test_importing_imports_next_to_nothing():
    program = (
        "import sys; before = set(sys.modules); import trackbook;"
        "print(*sorted(set(sys.modules) - before))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    names = set(done.stdout.split())
    ours = {name for name in names if name.startswith("trackbook")}
    assert ours == {"trackbook", "trackbook.version"}
    assert not names & {"msgspec", "IPython", "json", "asyncio"}


def test_logging_without_a_run_opens_one(script):
    trackbook.log_param("lr", 0.1)
    trackbook.log_metrics({"loss": 1, "acc": 0.5}, step=2)
    (started,) = script.of(RunStarted)
    assert started.boundary == "script"
    assert script.metrics() == {"loss": [1.0], "acc": [0.5]}
    trackbook.end_run()
    assert [event.status for event in script.of(RunEnded)] == ["finished"]


@pytest.mark.parametrize("value", ["0.5", None, [1.0], {}, 1j, b"1", object()])
def test_a_metric_that_is_no_number_is_refused_by_name(script, value):
    with pytest.raises(BadMetricValue, match="'val_acc'"):
        trackbook.log_metric("val_acc", value)


def test_arrays_of_one_element_are_numbers(script):
    import numpy as np

    trackbook.log_metric("a", np.float32(0.5))
    trackbook.log_metric("a", np.array(1.5))
    trackbook.log_metric("a", np.int64(2), step=np.int64(7))
    trackbook.log_metric("a", True)
    (event,) = script.of(PointsLogged)
    assert event.values == (0.5, 1.5, 2.0, 1.0)
    assert event.steps == (0, 1, 7, 8)


@pytest.mark.parametrize("arguments", [("", 1), (3, 1), ("a", 1, "x")])
def test_a_key_or_step_that_is_none_is_refused(script, arguments):
    with pytest.raises(BadInput):
        trackbook.log_metric(*arguments)


def test_a_run_ends_with_its_block_and_says_how(script):
    with trackbook.start_run("good", experiment="e", tags={"a": 1}) as run:
        run.log_metric("auc", 0.5)
        assert trackbook.active_run() is run
    with pytest.raises(ZeroDivisionError), trackbook.start_run("bad"):
        1 / 0  # noqa: B018
    assert trackbook.active_run() is None
    assert [event.status for event in script.of(RunEnded)] == ["finished", "failed"]
    assert script.of(RunStarted)[0].experiment == "e"


def test_runs_nest_and_children_know_their_parent(script):
    with trackbook.start_run("outer") as outer:
        for value in (0.1, 0.2):
            with trackbook.start_run("inner") as inner:
                trackbook.log_metric("auc", value)
                assert trackbook.active_run() is inner
        trackbook.log_metric("best", 0.2)
    runs = script.of(RunStarted)
    assert [event.parent_run_id for event in runs] == [None, outer.run_id, outer.run_id]
    by_key = [(event.key, event.run_id) for event in script.of(PointsLogged)]
    assert [key for key, _ in by_key] == ["auc", "auc", "best"]
    assert by_key[2][1] == outer.run_id
    assert [event.run_id for event in script.of(RunEnded)][-1] == outer.run_id


def test_a_thread_logs_to_the_runs_of_the_process(script):
    run = trackbook.start_run("main")
    thread = threading.Thread(target=trackbook.log_metric, args=("loss", 1.0))
    thread.start()
    thread.join()
    (event,) = script.of(PointsLogged)
    assert event.run_id == run.run_id


def test_ending_without_a_run_says_what_to_do(script):
    with pytest.raises(NoActiveRun, match="start_run"):
        trackbook.end_run()


def test_search_runs_without_the_server_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "trackbook_server.reading", None)
    with pytest.raises(TrackbookError, match="pip install trackbook"):
        trackbook.search_runs()


def test_an_explicit_run_in_a_cell_leaves_no_empty_one_before_it(run, journal):
    run(
        "import trackbook\n"
        "with trackbook.start_run('a') as r:\n    r.log_metric('auc', 1)"
    )
    (started,) = journal.of(RunStarted)
    assert started.name == "a"
    assert started.boundary == "explicit"


def test_a_script_killed_by_its_own_exit_has_written_everything(home, journal):
    program = (
        "import trackbook\n"
        "for i in range(5000): trackbook.log_metric('loss', i)\n"
        "trackbook.log_param('a', float('nan'))\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True, timeout=30)
    assert journal.metrics()["loss"] == [float(i) for i in range(5000)]
    assert journal.params() == {"a": "NaN"}
    assert [event.reason for event in journal.of(RunEnded)] == ["exit"]


def test_a_worker_of_multiprocessing_logs_to_its_parents_run(home, journal):
    program = (
        "import multiprocessing, trackbook\n"
        "def work(i):\n"
        "    trackbook.log_metric('loss', i)\n"
        "run = trackbook.start_run('parent')\n"
        "trackbook.log_metric('loss', -1)\n"
        "context = multiprocessing.get_context('fork')\n"
        "workers = [context.Process(target=work, args=(i,)) for i in range(2)]\n"
        "[w.start() for w in workers]; [w.join() for w in workers]\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True, timeout=30)
    assert sorted(journal.metrics()["loss"]) == [-1.0, 0.0, 1.0]
    assert len(journal.runs()) == 1
    assert len(journal.of(RunEnded)) == 1
