"""Runs in threads, tasks and child processes: each point arrives once, at its run."""

import asyncio
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

import trackbook
from tests.kernel.kernels import wait_for
from trackbook.api import process
from trackbook.events import ParamsLogged, PointsLogged, RunEnded, RunStarted
from trackbook.handover import remove_leftovers
from trackbook.paths import PARENT_VARIABLE


@pytest.fixture
def execute(home, tmp_path, monkeypatch):
    """Run a program that guards its main part, as `spawn` wants it."""
    # Short: the socket of a fork server lies in it, and its path may have 107 bytes.
    held = tempfile.TemporaryDirectory(prefix="t", ignore_cleanup_errors=True)
    scratch = Path(held.name)
    monkeypatch.setenv("TMPDIR", str(scratch))

    def run(work, main):
        path = tmp_path / "program.py"
        path.write_text(
            "import multiprocessing, os, time, trackbook\n"
            f"{work}\n"
            "if __name__ == '__main__':\n"
            + "".join(f"    {line}\n" for line in main.splitlines())
        )
        subprocess.run([sys.executable, str(path)], check=True, timeout=50)
        left = [path for path in scratch.iterdir() if "trackbook" in path.name]
        assert left == []

    with held:
        yield run


def points_by_run(journal):
    """Values by the name of the run that they arrived at."""
    names = {event.run_id: event.name for event in journal.of(RunStarted)}
    found = {}
    for event in journal.of(PointsLogged):
        found.setdefault(names[event.run_id], []).extend(event.values)
    return {name: sorted(values) for name, values in found.items()}


def parents(journal):
    names = {event.run_id: event.name for event in journal.of(RunStarted)}
    return {
        event.name: names.get(event.parent_run_id) for event in journal.of(RunStarted)
    }


WORK = """
def work(i):
    for step in range(20):
        trackbook.log_metric("loss", i * 100 + step, step=i * 100 + step)
    trackbook.log_param(f"worker {i}", i)
    return i
"""
POOL = """
with trackbook.start_run("parent"):
    trackbook.log_metric("loss", -1)
    with multiprocessing.get_context("{method}").Pool(3) as pool:
        assert pool.map(work, range(6), chunksize=1) == list(range(6))
"""
EXPECTED = sorted([-1.0, *(i * 100.0 + step for i in range(6) for step in range(20))])


@pytest.mark.parametrize("method", ["fork", "spawn", "forkserver"])
def test_a_pool_logs_to_the_open_run_whole_though_its_workers_are_killed(
    execute, journal, method
):
    execute(WORK, POOL.format(method=method))
    assert points_by_run(journal) == {"parent": EXPECTED}
    params = {p.key for event in journal.of(ParamsLogged) for p in event.params}
    assert params == {f"worker {i}" for i in range(6)}
    assert [event.status for event in journal.of(RunEnded)] == ["finished"]


@pytest.mark.parametrize("backend", ["loky", "multiprocessing", "threading"])
def test_joblib_logs_to_the_open_run(execute, journal, backend):
    execute(
        WORK,
        "import joblib\n"
        "with trackbook.start_run('parent'):\n"
        "    trackbook.log_metric('loss', -1)\n"
        f"    parallel = joblib.Parallel(n_jobs=2, backend={backend!r})\n"
        "    parallel(joblib.delayed(work)(i) for i in range(6))\n",
    )
    assert points_by_run(journal) == {"parent": EXPECTED}
    assert len(journal.of(RunEnded)) == 1


def test_an_executor_of_processes_logs_to_the_open_run(execute, journal):
    execute(
        WORK,
        "from concurrent.futures import ProcessPoolExecutor\n"
        "with trackbook.start_run('parent'):\n"
        "    trackbook.log_metric('loss', -1)\n"
        "    with ProcessPoolExecutor(2) as pool:\n"
        "        list(pool.map(work, range(6)))\n",
    )
    assert points_by_run(journal) == {"parent": EXPECTED}


ONCE = "def work(i):\n    trackbook.log_metric('loss', i)\n    time.sleep(0.05)\n"


@pytest.mark.parametrize("method", ["fork", "spawn", "forkserver", "loky"])
def test_workers_that_outlive_a_run_log_to_the_one_that_is_open(
    execute, journal, method
):
    if method == "loky":
        pool = (
            "import joblib\n"
            "def do(items):\n"
            "    joblib.Parallel(2)(joblib.delayed(work)(i) for i in items)\n"
        )
    else:
        pool = (
            f"pool = multiprocessing.get_context({method!r}).Pool(2)\n"
            "def do(items):\n"
            "    pool.map(work, items, chunksize=1)\n"
        )
    execute(
        ONCE,
        "with trackbook.start_run('before'):\n"
        "    trackbook.log_metric('loss', 0)\n"
        + "".join(f"    {line}\n" for line in pool.splitlines())
        + "    do([1, 2, 3, 4])\n"
        "with trackbook.start_run('after'):\n"
        "    do([5, 6, 7, 8])\n",
    )
    assert points_by_run(journal) == {
        "before": [0.0, 1.0, 2.0, 3.0, 4.0],
        "after": [5.0, 6.0, 7.0, 8.0],
    }


@pytest.mark.parametrize("method", ["fork", "spawn", "forkserver"])
def test_workers_open_child_runs_and_end_them(execute, journal, method):
    execute(
        "def work(i):\n"
        "    with trackbook.start_run(f'trial {i}'):\n"
        "        trackbook.log_metric('auc', i)\n",
        "with trackbook.start_run('sweep'):\n"
        f"    with multiprocessing.get_context({method!r}).Pool(2) as pool:\n"
        "        pool.map(work, range(4))\n"
        "    trackbook.log_metric('best', 3)\n",
    )
    trials = {f"trial {i}": [float(i)] for i in range(4)}
    assert points_by_run(journal) == {**trials, "sweep": [3.0]}
    assert parents(journal) == {**dict.fromkeys(trials, "sweep"), "sweep": None}
    assert [event.status for event in journal.of(RunEnded)] == ["finished"] * 5


def test_a_fork_waits_for_our_own_threads_to_rest(execute, journal):
    # What a thread was importing when the fork happened is locked in the child forever.
    execute(
        "import threading\nfrom trackbook.api import process",
        "trackbook.start_run('parent')\n"
        "process.recorder.background.begin()\n"
        "names = lambda: {thread.name for thread in threading.enumerate()}\n"
        "assert 'trackbook-environment' in names()\n"
        "for _ in range(3):\n"
        "    pid = os.fork()\n"
        "    if not pid:\n"
        "        trackbook.log_metric('loss', 1)\n"
        "        os._exit(0)\n"
        "    assert 'trackbook-environment' not in names()\n"
        "    assert os.waitpid(pid, 0)[1] == 0\n"
        "trackbook.log_metric('loss', 2)\n",
    )
    assert points_by_run(journal) == {"parent": [1.0, 1.0, 1.0, 2.0]}


def test_a_worker_that_ends_its_process_leaves_no_run_open(execute, journal):
    execute(
        "def work():\n"
        "    trackbook.start_run('own')\n"
        "    trackbook.log_metric('a', 1)\n",
        "trackbook.start_run('parent')\n"
        "for method in ('fork', 'spawn'):\n"
        "    worker = multiprocessing.get_context(method).Process(target=work)\n"
        "    worker.start(); worker.join()\n",
    )
    ended = Counter(event.run_id for event in journal.of(RunEnded))
    assert ended == Counter(journal.runs())
    assert len(ended) == 3


def test_a_script_that_a_run_starts_logs_to_it(execute, journal):
    child = (
        "import trackbook; trackbook.log_metric('a', 1)\n"
        "with trackbook.start_run('child'): trackbook.log_metric('a', 2)\n"
    )
    execute(
        "import subprocess, sys",
        "with trackbook.start_run('parent'):\n"
        f"    subprocess.run([sys.executable, '-c', {child!r}], check=True)\n",
    )
    assert points_by_run(journal) == {"parent": [1.0], "child": [2.0]}
    assert parents(journal)["child"] == "parent"


def test_workers_that_are_gone_leave_the_run_of_their_parent_open(home, tmp_path):
    path = tmp_path / "program.py"
    path.write_text(
        f"import multiprocessing, sys, time, trackbook\n{ONCE.replace('0.05', '0')}"
        "if __name__ == '__main__':\n"
        "    trackbook.start_run('parent')\n"
        "    with multiprocessing.get_context('spawn').Pool(2) as pool:\n"
        "        pool.map(work, range(4))\n"
        "    print('ready', flush=True)\n"
        "    sys.stdin.readline()\n"
    )
    parent = subprocess.Popen(
        [sys.executable, "-W", "ignore", str(path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    with parent:
        assert parent.stdout.readline() == b"ready\n"
        # The parent's own events are on the disk within a second.
        wait_for(lambda: not trackbook.search_runs("name = 'parent'").empty, seconds=5)
        found = trackbook.get_run("parent")
        assert (found.status, found.metrics["loss"].count) == ("open", 4)
        parent.kill()
    assert trackbook.get_run("parent").status == "lost"


def test_a_result_of_a_worker_counts_for_the_boundary(run, journal, tmp_path):
    # Re-executing a cell opens the next run only after a result: the workers' count.
    source = (
        "import multiprocessing, trackbook\n"
        "worker = multiprocessing.get_context('fork').Process(\n"
        "    target=trackbook.log_metric, args=('auc', 0.5))\n"
        "worker.start(); worker.join()"
    )
    run(source, "train")
    run(source, "train")
    assert len(journal.runs()) == 2
    assert [event.run_id for event in journal.of(PointsLogged)] == journal.runs()
    assert all(event.execution_id for event in journal.of(PointsLogged))


def test_the_environment_names_the_file_only_while_something_is_recorded(script):
    assert PARENT_VARIABLE not in os.environ
    with trackbook.start_run("a"):
        path = os.environ[PARENT_VARIABLE]
        assert Path(path).exists()
    process.recorder.close()
    process.recorder = None
    assert PARENT_VARIABLE not in os.environ
    assert not Path(path).exists()


def age(path):
    os.utime(path, (time.time() - 3600,) * 2)


def test_what_a_killed_process_left_goes_with_the_next_start(
    script, tmp_path, monkeypatch
):
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr(tempfile, "tempdir", None)
    program = (
        "import os, signal, trackbook\n"
        "trackbook.start_run('killed')\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    subprocess.run([sys.executable, "-c", program], timeout=50)
    [left] = tmp_path.glob("trackbook-run-*")
    other = tmp_path / "trackbook-run-notes"
    other.write_text("a person's own")
    age(left)
    age(other)
    with trackbook.start_run("a"):
        process.recorder.background.wait(30)
        [own] = set(tmp_path.glob("trackbook-run-*")) - {other}
        assert own != left
        assert os.environ[PARENT_VARIABLE] == str(own)
        age(own)
        remove_leftovers()  # as another process does
        assert own.exists()
    assert other.exists()


def test_a_file_that_was_just_made_is_left_alone(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    young = tmp_path / "trackbook-run-young"
    young.write_bytes(bytes(4096))
    remove_leftovers()
    assert young.exists()
    age(young)
    remove_leftovers()
    assert not young.exists()


def test_threads_log_to_the_run_of_the_process(script):
    with trackbook.start_run("a"), ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda i: trackbook.log_metric("loss", i), range(1000)))
    assert points_by_run(script) == {"a": [float(i) for i in range(1000)]}


def test_threads_within_a_run_have_child_runs_of_their_own(script):
    barrier = threading.Barrier(4)

    def work(i):
        with trackbook.start_run(f"child {i}"):
            barrier.wait(10)
            for step in range(100):
                trackbook.log_metric("loss", i, step)
            barrier.wait(10)

    with trackbook.start_run("parent"):
        threads = [threading.Thread(target=work, args=(i,)) for i in range(4)]
        for thread in threads:
            thread.start()
        for _ in range(100):
            trackbook.log_metric("own", -1)
        for thread in threads:
            thread.join()
    children = {f"child {i}": [float(i)] * 100 for i in range(4)}
    assert points_by_run(script) == {**children, "parent": [-1.0] * 100}
    assert parents(script) == {**dict.fromkeys(children, "parent"), "parent": None}


def test_threads_side_by_side_have_runs_of_their_own_and_no_parent(script):
    barrier = threading.Barrier(3)

    def work(i):
        barrier.wait(10)
        with trackbook.start_run(f"run {i}"):
            barrier.wait(10)
            trackbook.log_metric("loss", i)
            barrier.wait(10)

    threads = [threading.Thread(target=work, args=(i,)) for i in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert points_by_run(script) == {f"run {i}": [float(i)] for i in range(3)}
    assert set(parents(script).values()) == {None}
    assert len(script.of(RunEnded)) == 3
    assert trackbook.active_run() is None


@pytest.mark.parametrize("outer", [True, False])
def test_tasks_have_runs_of_their_own(script, outer):
    async def work(i):
        with trackbook.start_run(f"task {i}") as run:
            for _ in range(5):
                trackbook.log_metric("loss", i)
                await asyncio.sleep(0)
                assert trackbook.active_run() is run
                await asyncio.to_thread(trackbook.log_metric, "loss", i)

    async def main():
        if not outer:
            await asyncio.gather(*(work(i) for i in range(3)))
            return
        with trackbook.start_run("outer"):
            await asyncio.gather(*(work(i) for i in range(3)))
            trackbook.log_metric("own", -1)

    asyncio.run(main())
    tasks = {f"task {i}": [float(i)] * 10 for i in range(3)}
    parent = "outer" if outer else None
    assert points_by_run(script) == {**tasks, **({"outer": [-1.0]} if outer else {})}
    assert {parents(script)[name] for name in tasks} == {parent}
    assert {event.status for event in script.of(RunEnded)} == {"finished"}


def test_what_is_logged_after_the_run_of_a_block_was_ended_opens_another(script):
    with trackbook.start_run("a") as run:
        run.end()
        trackbook.log_metric("loss", 1)
    assert len(script.runs()) == 2
    (event,) = script.of(PointsLogged)
    assert event.run_id != run.run_id
