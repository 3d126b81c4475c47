"""With nothing configured, each front end's runs know notebook, cells and status."""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import nbformat
import pytest
from jupyter_client.manager import KernelManager

from trackbook.capture.notebook import find_notebook
from trackbook_server.reading import open_home
from trackbook_server.store.queries import list_experiments, list_runs
from trackbook_server.store.run_details import get_run
from trackbook_server.store.run_scope import RunScope

pytestmark = [pytest.mark.filterwarnings("ignore"), pytest.mark.timeout(120)]

BIN = Path(sys.executable).parent
CELLS = ["%load_ext trackbook", "lr = 0.1", "print('training')", "accuracy = 1 - lr"]


@pytest.fixture
def environment(trackbook_home: Path, tmp_path: Path) -> dict[str, str]:
    """What a person's terminal has: no word of trackbook but where the home is."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("JPY_", "TRACKB"))}
    return kept | {
        "TRACKBOOK_HOME": str(trackbook_home),
        "IPYTHONDIR": str(tmp_path / "ipython"),
        "JUPYTER_RUNTIME_DIR": str(tmp_path / "runtime"),
    }


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "Übungen, neu" / "Teil 1"
    made.mkdir(parents=True)
    return made


def write(path: Path, *sources: str, tags: dict[int, list[str]] | None = None) -> Path:
    cells = [nbformat.v4.new_code_cell(source) for source in sources or CELLS]
    for index, given in (tags or {}).items():
        cells[index].metadata["tags"] = given
    spec = {"name": "python3", "display_name": "Python", "language": "python"}
    document = nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": spec})
    nbformat.write(document, path)
    return path


def call(*words: str | Path, cwd: Path, env: dict[str, str], code: int = 0) -> str:
    done = subprocess.run(
        [str(BIN / words[0]), *map(str, words[1:])],
        cwd=cwd,
        env=env,
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout


def recorded() -> list[Any]:
    """The runs of all lists, whole, the oldest first."""
    with open_home() as opened:
        rows = opened.database.read(list_runs, None, "started_at").result().runs
        quiet = RunScope(without_result=True)
        rows += opened.database.read(list_runs, quiet, "started_at").result().runs
        return [opened.database.read(get_run, row.run_id).result() for row in rows]


def the_run() -> Any:
    (run,) = recorded()
    return run


def sources(run: Any) -> list[str]:
    return [execution.source for execution in run.cell_executions]


@pytest.mark.parametrize(
    "words",
    [
        ["jupyter", "execute", "{}"],
        ["jupyter", "nbconvert", "--execute", "--to", "html", "--output", "o", "{}"],
        ["jupyter", "nbconvert", "--execute", "--to", "notebook", "--output",
         "copy.ipynb", "{}"],
        ["papermill", "{}", "out.ipynb", "-p", "lr", "0.25"],
    ],
    ids=["execute", "nbconvert-html", "nbconvert-notebook", "papermill"],
)  # fmt: skip
def test_a_runner_on_the_command_line(words, folder, environment):
    path = write(folder / "mein Lauf.ipynb", tags={1: ["parameters"]})
    shutil.copy(path, folder / "copy.ipynb")  # of the last time
    shutil.copy(path, folder / "out.ipynb")
    call(*[word.format(path.name) for word in words], cwd=folder, env=environment)
    run = the_run()
    assert (run.notebook_path, run.status) == (str(path), "finished")
    assert run.experiment == "mein Lauf"
    is_papermill = words[0] == "papermill"
    assert run.params == {"lr": 0.25 if is_papermill else 0.1}
    assert run.main_metric.value == (0.75 if is_papermill else 0.9)
    injected = ["# Parameters\nlr = 0.25\n"] if is_papermill else []
    assert [s for s in sources(run) if s not in injected] == CELLS[1:]
    assert {execution.status for execution in run.cell_executions} == {"ok"}


def test_a_notebook_that_fails_on_the_command_line(folder, environment):
    path = write(folder / "bad.ipynb", *CELLS, "1 / 0", "never = 1")
    call("jupyter", "execute", path.name, cwd=folder, env=environment, code=1)
    run = the_run()
    assert (run.notebook_path, run.status) == (str(path), "failed")
    assert sources(run) == [*CELLS[1:], "1 / 0"]
    assert run.cell_executions[-1].error_name == "ZeroDivisionError"


def test_two_notebooks_on_one_command_line(folder, environment):
    """By a link, from the folder above."""
    first = write(folder / "first.ipynb")
    second = write(folder / "second.ipynb", CELLS[0], "depth = 3", "loss = 1 / depth")
    link = folder.parent / "link"
    link.symlink_to(folder, target_is_directory=True)
    call("jupyter", "execute", "link/first.ipynb", "link/second.ipynb",
         cwd=folder.parent, env=environment)  # fmt: skip
    one, two = recorded()
    assert [one.notebook_path, two.notebook_path] == [
        str(link / path.name) for path in (first, second)
    ]
    assert [sources(one), sources(two)] == [
        CELLS[1:],
        ["depth = 3", "loss = 1 / depth"],
    ]


def test_a_tagged_cell_is_left_out_where_the_file_is_known(folder, environment):
    path = write(
        folder / "a.ipynb", *CELLS, "hush = 1", tags={4: ["x", "trackbook:skip"]}
    )
    call("jupyter", "execute", path.name, cwd=folder, env=environment)
    assert sources(the_run()) == CELLS[1:]


def test_nbclient_from_python_is_an_untitled_session(folder, environment):
    write(folder / "a.ipynb")
    code = (
        "import nbformat, nbclient\n"
        "document = nbformat.read('a.ipynb', as_version=4)\n"
        "nbclient.NotebookClient(document).execute()\n"
    )
    call("python", "-c", code, cwd=folder, env=environment)
    run = the_run()
    assert (run.notebook_path, run.status) == (None, "finished")
    assert run.experiment == "untitled kernel session"
    assert sources(run) == CELLS[1:]


def test_plain_ipython_runs_a_notebook(folder, environment):
    path = write(folder / "plain.ipynb", *CELLS, "accuracy")
    bare = write(folder / "bare.ipynb", *CELLS[1:], "accuracy")
    said = call("ipython", "plain.ipynb", cwd=folder, env=environment)
    assert said == call("ipython", bare.name, cwd=folder, env=environment)
    run = the_run()
    assert (run.notebook_path, run.status) == (str(path), "finished")
    assert sources(run) == [*CELLS[1:], "accuracy"]
    assert run.params == {"lr": 0.1}
    assert run.main_metric.key == "accuracy"


def test_plain_ipython_runs_a_command(folder, environment):
    code = "lr = 0.1; accuracy = 1 - lr"
    call("ipython", "--ext", "trackbook", "-c", code, cwd=folder, env=environment)
    run = the_run()
    assert (run.notebook_path, run.status) == (None, "finished")
    assert sources(run) == [code]
    assert run.params == {"lr": 0.1}


def test_a_terminal_session(folder, environment):
    done = subprocess.run(
        [str(BIN / "ipython"), "--simple-prompt", "--no-banner"],
        input="\n".join([*CELLS, "accuracy", "exit"]) + "\n",
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    run = the_run()
    assert (run.notebook_path, run.status) == (None, "finished")
    assert sources(run)[:4] == [*CELLS[1:], "accuracy"]
    with open_home() as opened:
        (only,) = opened.database.read(list_experiments).result().experiments
    assert only.name == "untitled kernel session"


def test_vs_code_names_notebook_and_cells(folder, environment, tmp_path):
    path = write(folder / "in code.ipynb")
    manager = KernelManager()
    manager.start_kernel(cwd=str(folder), env=environment)
    client = manager.blocking_client()
    client.start_channels()
    client.wait_for_ready(timeout=60)
    asked = {"silent": True, "store_history": False}

    def execute(source: str, cell_id: str | None = None, **options: Any) -> None:
        content = {
            "code": source, "silent": False, "store_history": True,
            "user_expressions": {}, "allow_stdin": False, "stop_on_error": True,
        }  # fmt: skip
        metadata = {"cellId": cell_id} if cell_id else {}
        message = client.session.msg(
            "execute_request", content | options, metadata=metadata
        )
        client.shell_channel.send(message)
        client.get_shell_msg(timeout=60)

    # VS Code sets its variable silently, and asks for variables as it goes.
    execute(f"__vsc_ipynb_file__ = {str(path)!r}", **asked)
    ids = [f"vscode-notebook-cell:{path.as_uri()[7:]}#W{n}sZmlsZQ==" for n in range(4)]
    for source, cell_id in zip(CELLS, ids, strict=True):
        execute(source, cell_id)
        execute("__silent = 1", **asked)
        execute("__unseen = 1", store_history=False)
        client.complete("acc")
        client.inspect("lr")
        client.get_shell_msg(timeout=60)
        client.get_shell_msg(timeout=60)
    execute("accuracy = 0.95", ids[3])  # the cell edited: the next attempt
    client.stop_channels()
    manager.shutdown_kernel()
    one, two = recorded()
    assert {one.notebook_path, two.notebook_path} == {str(path)}
    assert [sources(one), sources(two)] == [CELLS[1:], ["accuracy = 0.95"]]
    assert [execution.cell_id for execution in one.cell_executions] == ids[1:]


def test_a_servers_session_names_the_notebook(folder, monkeypatch):
    """Without our server extension; with the drive of real-time collaboration, too."""
    path = write(folder / "a.ipynb")
    monkeypatch.delenv("TRACKBOOK_SERVER", raising=False)
    for name in (
        str(path),
        str(folder / "RTC:a.ipynb"),
        f"{folder.parent}/RTC:Teil 1/a.ipynb",
    ):
        monkeypatch.setenv("JPY_SESSION_NAME", name)
        assert find_notebook({}) == path
    monkeypatch.setenv("JPY_SESSION_NAME", str(folder / "gone.ipynb"))
    assert find_notebook({}) is None
