"""In real kernels: what runners and the server do, and what a kill leaves."""

import json
import os
import signal
import sys
import time

import nbformat
import pytest
from nbclient import NotebookClient

from trackbook.events import (
    CaptureFailed,
    ExecutionEnded,
    ExecutionStarted,
    JournalOpened,
    PointsLogged,
    RevisionCaptured,
    RunEnded,
    RunStarted,
)

from .kernels import ARM, wait_for

pytestmark = [
    pytest.mark.filterwarnings("ignore"),
    pytest.mark.timeout(120),
]


def test_the_server_arms_a_kernel_and_the_notebook_does_not_notice(kernel, journal):
    kernel.run("before = 1")
    kernel.run("import os")
    names = kernel.ask("sorted(get_ipython().user_ns)")
    state = kernel.ask(ARM)
    assert state["state"] == "recording"
    assert state["executable"] == sys.executable
    assert kernel.ask(ARM) == state
    assert kernel.ask('__import__("trackbook").recording_state()') == state
    assert kernel.ask("sorted(get_ipython().user_ns)") == names
    assert kernel.ask("len(In)") == 3
    reply = kernel.run("accuracy = 0.5")
    state = kernel.ask(ARM)
    kernel.ask('__import__("trackbook").disarm()')
    kernel.run("after = 1")
    wait_for(lambda: journal.of(RunEnded))
    (header,) = journal.of(JournalOpened)
    assert header.kernel_id == kernel.kernel_id
    assert header.writer_id == state["writer_id"]
    (started,) = journal.of(RunStarted)
    assert started.kernel_id == kernel.kernel_id
    assert started.run_id == state["run_id"]
    early, imported, recorded = journal.of(ExecutionStarted)
    assert (early.source, early.before_recording) == ("before = 1", True)
    assert set(started.adopts) == {early.execution_id, imported.execution_id}
    assert recorded.source == "accuracy = 0.5"
    assert recorded.message_id == reply["parent_header"]["msg_id"]
    assert [event.reason for event in journal.of(RunEnded)] == ["unload"]


def test_a_cell_in_a_kernel_knows_its_cell_id_and_count(kernel, journal):
    kernel.ask(ARM)
    content = {
        "code": "import asyncio\nawait asyncio.sleep(0.01)\naccuracy = float('0.5')",
        "silent": False,
        "store_history": True,
        "user_expressions": {},
        "allow_stdin": False,
        "stop_on_error": True,
    }
    message = kernel.client.session.msg("execute_request", content)
    message["metadata"]["cellId"] = "the-cell"
    kernel.client.shell_channel.send(message)
    kernel.client.get_shell_msg(timeout=30)
    wait_for(lambda: journal.of(ExecutionEnded))
    first = journal.of(ExecutionStarted)[0]
    assert (first.cell_id, first.message_id) == (
        "the-cell",
        message["header"]["msg_id"],
    )
    ended = journal.of(ExecutionEnded)[0]
    assert ended.duration_ms is not None
    assert ended.duration_ms >= 10
    assert journal.metrics() == {"accuracy": [0.5]}


def test_an_interrupt_is_journaled_as_one(kernel, journal):
    kernel.run("%load_ext trackbook")
    kernel.client.execute("import time\nwhile True: time.sleep(0.01)")
    wait_for(lambda: journal.of(ExecutionStarted))
    kernel.manager.interrupt_kernel()
    wait_for(lambda: journal.of(ExecutionEnded))
    assert journal.of(ExecutionEnded)[0].status == "interrupted"


def test_a_shutdown_ends_the_run(kernel, journal):
    kernel.run("%load_ext trackbook")
    kernel.run("accuracy = 0.5")
    kernel.client.shutdown()
    wait_for(lambda: journal.of(RunEnded))
    assert journal.of(RunEnded)[0].status == "finished"


@pytest.mark.parametrize("after", [0.3, 1.1, 1.6, 2.3])
def test_a_kernel_killed_while_logging_keeps_what_is_a_second_old(
    kernel, journal, tmp_path, after
):
    kernel.run("%load_ext trackbook")
    said = tmp_path / "said"
    kernel.client.execute(
        "import trackbook, time\n"
        f"with open({str(said)!r}, 'a', buffering=1) as file:\n"
        "    step = 0\n"
        "    while True:\n"
        "        for _ in range(100):\n"
        "            trackbook.log_metric('loss', 1.0, step)\n"
        "            step += 1\n"
        "        file.write(f'{step} {time.time()}\\n')\n"
        "        time.sleep(0.001)\n"
    )
    wait_for(lambda: said.exists() and said.stat().st_size)
    time.sleep(after)
    killed = time.time()
    os.kill(kernel.manager.provisioner.pid, signal.SIGKILL)
    time.sleep(0.1)
    lines = [line.split() for line in said.read_text().splitlines() if " " in line]
    due = [int(step) for step, at in lines if float(at) < killed - 1]
    found = [step for event in journal.of(PointsLogged) for step in event.steps]
    assert found == list(range(len(found)))
    assert len(found) >= max(due, default=0)
    assert journal.of(RunEnded) == []


def test_a_sub_shells_cell_is_an_execution_of_its_own_beside_a_long_one(
    kernel, journal, tmp_path
):
    """JEP 91: the sub-shell runs cells in a thread of its own."""
    kernel.run("%load_ext trackbook")
    kernel.run("accuracy = float('0.25')")
    session = kernel.client.session
    kernel.client.control_channel.send(session.msg("create_subshell_request", {}))
    reply = kernel.client.get_control_msg(timeout=30)
    assert reply["header"]["msg_type"] == "create_subshell_reply"
    subshell_id = reply["content"]["subshell_id"]
    go_on = tmp_path / "go-on"
    long = kernel.client.execute(
        "import os, time\n"
        f"while not os.path.exists({str(go_on)!r}): time.sleep(0.01)\n"
        "recall = float('0.75')"
    )
    wait_for(lambda: len(journal.of(ExecutionStarted)) == 2)
    # In the sub-shell a cell of the run again, which opens the next one.
    content = {
        "code": "accuracy = float('0.25')",
        "silent": False,
        "store_history": True,
        "user_expressions": {},
        "allow_stdin": False,
        "stop_on_error": True,
    }
    message = session.msg("execute_request", content)
    message["header"]["subshell_id"] = subshell_id
    kernel.client.shell_channel.send(message)
    wait_for(lambda: len(journal.of(ExecutionEnded)) == 2)
    go_on.touch()
    wait_for(lambda: len(journal.of(ExecutionEnded)) == 3)
    _, slow, quick = journal.of(ExecutionStarted)
    first, second = journal.runs()
    assert (slow.message_id, quick.message_id) == (long, message["header"]["msg_id"])
    ends = {event.execution_id: event for event in journal.of(ExecutionEnded)}
    assert ends[slow.execution_id].run_id == first
    assert ends[quick.execution_id].run_id == second
    took = ends[quick.execution_id].duration_ms
    assert took < ends[slow.execution_id].duration_ms
    points = {
        (event.run_id, event.key): event.execution_id
        for event in journal.of(PointsLogged)
    }
    assert points[first, "recall"] == slow.execution_id
    assert points[second, "accuracy"] == quick.execution_id


@pytest.mark.parametrize(
    "source",
    [
        "%reload_ext trackbook",
        "import importlib, trackbook\nimportlib.reload(trackbook)",
        "import trackbook\ndel trackbook",
        "import sys\nsys.exit(0)",
        "import trackbook, sys\ndel sys.modules['trackbook']\nimport trackbook",
    ],
)
def test_recording_goes_on_after_a_cell_that_meddles_with_it(kernel, journal, source):
    kernel.run("%load_ext trackbook")
    kernel.run("accuracy = float('0.25')")
    kernel.run(source)
    reply = kernel.run("import trackbook\nrecall = float('0.5')")
    assert reply["content"]["status"] == "ok"
    kernel.run("trackbook.log_metric('loss', 1.5)")
    wait_for(lambda: {"accuracy", "recall", "loss"} <= set(journal.metrics()))
    assert journal.of(CaptureFailed) == []
    sources = [event.source for event in journal.of(ExecutionStarted)]
    assert len(sources) == len(set(sources))


def test_a_kernel_that_is_told_to_exit_ends_its_run(kernel, journal):
    kernel.run("%load_ext trackbook")
    kernel.run("accuracy = float('0.25')")
    kernel.client.execute("exit()")
    wait_for(lambda: journal.of(RunEnded))
    assert [event.reason for event in journal.of(RunEnded)] == ["exit"]


def test_what_came_before_a_cell_that_kills_its_process_is_kept(kernel, journal):
    kernel.run("%load_ext trackbook")
    kernel.run("import trackbook")
    kernel.client.execute(
        "import os, time\n"
        "trackbook.log_metric('loss', 0.5)\n"
        "time.sleep(1.2)\n"
        "os._exit(3)"
    )
    wait_for(lambda: not kernel.manager.is_alive())
    assert journal.metrics() == {"loss": [0.5]}
    last = journal.of(ExecutionStarted)[-1]
    assert "os._exit(3)" in last.source
    assert last.execution_id not in [e.execution_id for e in journal.of(ExecutionEnded)]
    assert journal.of(RunEnded) == []


def test_a_headless_notebook_is_recorded_and_its_file_kept(
    journal, home, tmp_path, monkeypatch
):
    notebook = nbformat.v4.new_notebook(
        cells=[
            nbformat.v4.new_code_cell(source)
            for source in (
                "%load_ext trackbook",
                "from sklearn.datasets import load_iris\n"
                "from sklearn.tree import DecisionTreeClassifier",
                "depth = 2",
                "X, y = load_iris(return_X_y=True)\n"
                "tree = DecisionTreeClassifier(max_depth=depth).fit(X, y)",
                "tree.score(X, y)",
            )
        ]
    )
    path = tmp_path / "train.ipynb"
    nbformat.write(notebook, path)
    monkeypatch.delenv("TRACKBOOK_SERVER")
    monkeypatch.setenv("TRACKBOOK_NOTEBOOK", str(path))
    NotebookClient(notebook, timeout=60, kernel_name="python3").execute()
    assert journal.params() == {"depth": 2, "tree.max_depth": 2}
    assert list(journal.metrics()) == ["tree.score"]
    (started,) = journal.of(RunStarted)
    assert started.notebook_path == str(path)
    (revision,) = journal.of(RevisionCaptured)
    assert (revision.run_id, revision.moment) == (started.run_id, "file")
    sha256 = revision.sha256
    kept = (home / "blobs" / sha256[:2] / sha256[2:]).read_bytes()
    assert kept == path.read_bytes()
    assert json.loads(kept)["cells"]
    assert [event.reason for event in journal.of(RunEnded)] == ["exit"]
