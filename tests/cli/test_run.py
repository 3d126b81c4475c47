"""`trackbook run` with real kernels."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import nbformat
import pytest
from click.testing import CliRunner, Result

from tests.notebooks.documents import code_cell, notebook, printed, shown, text_cell
from trackbook_server.cli import main
from trackbook_server.headless.run import write_whole
from trackbook_server.notebooks.document import parse_notebook, render
from trackbook_server.store.home import Home

PARAMS = code_cell("lr = 0.1\nsteps = 3", "params", metadata={"tags": ["parameters"]})
TRAIN = code_cell("print('training')\nacc = 1 - lr", "train")
SCORE = code_cell("acc", "score")


@pytest.fixture(autouse=True)
def quiet_kernels(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Kernels that write nothing into the user's folders."""
    for name in ("JUPYTER_RUNTIME_DIR", "IPYTHONDIR"):
        monkeypatch.setenv(name, str(tmp_path / name))
    monkeypatch.setenv("TRACKBOOK_SERVER", "1")


@pytest.fixture
def churn(tmp_path: Path) -> Path:
    return write(tmp_path / "churn.ipynb", text_cell("# Hi", "t"), PARAMS, TRAIN, SCORE)


def write(path: Path, *cells: dict[str, Any]) -> Path:
    path.write_bytes(render(notebook(*cells)))
    return path


def call(*arguments: str | Path, code: int = 0) -> Result:
    result = CliRunner().invoke(main, [str(argument) for argument in arguments])
    assert result.exit_code == code, result.output
    return result


def ask(*arguments: str | Path, code: int = 0) -> Any:
    return json.loads(call(*arguments, "--json", code=code).stdout)


def test_a_notebook_that_never_heard_of_trackbook_is_recorded(churn: Path) -> None:
    before = churn.read_bytes()
    report = ask("run", churn, "-p", "lr=3e-3", "-o", churn.with_name("out.ipynb"))
    assert report["status"] == "finished"
    [run] = report["runs"]
    assert run["status"] == "finished"
    assert run["experiment"] == "churn"
    assert run["notebook_path"] == str(churn)
    assert run["params"] == {"lr": 0.003, "steps": 3}
    assert run["metrics"]["acc"]["last"] == 0.997
    assert churn.read_bytes() == before

    whole = ask("show", run["run_id"])
    assert [cell["cell_id"] for cell in whole["cell_executions"]] == [
        "params",
        "injected-parameters",
        "train",
        "score",
    ]
    origins = {param["key"]: param["origin"] for param in whole["param_list"]}
    assert origins == {"lr": "papermill", "steps": "auto"}

    assert whole["revisions"][0]["moment"] == "ended"
    target = churn.with_name("back.ipynb")
    call("restore", run["run_id"], "-o", target)
    restored = parse_notebook(target.read_bytes())
    assert restored == parse_notebook(churn.with_name("out.ipynb").read_bytes())
    assert [cell["id"] for cell in restored["cells"]] == [
        "t",
        "params",
        "injected-parameters",
        "train",
        "score",
    ]
    assert restored["cells"][3]["outputs"] == [printed("training\n")]
    assert restored["cells"][4]["outputs"] == [shown("0.997", 4)]
    assert restored["cells"][0] == text_cell("# Hi", "t")
    nbformat.validate(restored)


def test_two_runs_of_a_notebook_are_compared_cell_by_cell(churn: Path) -> None:
    for lr in ("0.2", "0.1"):
        call("run", churn, "-p", f"lr={lr}")
    found = ask("diff", "first", "@last")
    cells = found["notebook"]["cells"]
    changes = {cell["after"]["cell_id"]: cell["change"] for cell in cells}
    assert changes == {
        "t": "same",
        "params": "same",
        "injected-parameters": "edited",
        "train": "same",
        "score": "rerun",
    }
    assert found["sentence"].startswith("Best: lr 0.1, acc +0.1; lr 0.2 → 0.1")


def test_a_cell_that_raises_ends_the_run_as_failed_and_keeps_it(tmp_path: Path) -> None:
    path = write(tmp_path / "bad.ipynb", PARAMS, SCORE_OF_NOTHING, code_cell("x = 1"))
    report = ask("run", path, code=1)
    assert report["status"] == "failed"
    assert report["error"].startswith("NameError: name 'nothing'")
    [run] = report["runs"]
    assert run["status"] == "failed"
    whole = ask("show", run["run_id"])
    assert [c["status"] for c in whole["cell_executions"]] == ["ok", "error"]
    assert "NameError" in call("run", path, code=1).stderr


SCORE_OF_NOTHING = code_cell("nothing.score()", "s")


def test_it_runs_in_the_notebooks_folder_and_without_ids_or_outputs(
    tmp_path: Path,
) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "x.csv").write_text("0.75")
    path = tmp_path / "data" / "old.ipynb"
    document = notebook(
        code_cell("acc = float(open('x.csv').read())"), code_cell(""), minor=2
    )
    path.write_bytes(render(document))
    [run] = ask("run", path)["runs"]
    assert run["metrics"]["acc"]["last"] == 0.75
    call("restore", run["run_id"], "-o", tmp_path / "back.ipynb")
    restored = parse_notebook((tmp_path / "back.ipynb").read_bytes())
    assert restored["nbformat_minor"] == 2
    assert all("id" not in cell for cell in restored["cells"])


def test_secrets_of_a_notebook_are_in_no_file_of_the_home(
    tmp_path: Path, trackbook_home: Path
) -> None:
    secret = "ghp_" + "a1B2" * 9
    path = write(
        tmp_path / "s.ipynb", code_cell(f"token = '{secret}'\nacc = 0.5\nprint(token)")
    )
    report = ask("run", path)
    call("restore", report["runs"][0]["run_id"], "-o", tmp_path / "back.ipynb")
    assert secret not in (tmp_path / "back.ipynb").read_text()
    for file in trackbook_home.rglob("*"):
        if file.is_file():
            assert secret.encode() not in file.read_bytes(), file


def test_a_kernel_without_trackbook_gets_the_line_that_installs_it(
    tmp_path: Path, churn: Path, monkeypatch: pytest.MonkeyPatch, trackbook_home: Path
) -> None:
    kernel = tmp_path / "data" / "kernels" / "bare"
    kernel.mkdir(parents=True)
    (tmp_path / "hides").mkdir()
    hide = "import sys; sys.modules['trackbook'] = None"
    start = f"{hide}; from ipykernel.kernelapp import launch_new_instance as go; go()"
    spec = {
        "argv": [sys.executable, "-c", start, "-f", "{connection_file}"],
        "display_name": "bare",
        "language": "python",
    }
    (kernel / "kernel.json").write_text(json.dumps(spec))
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path / "data"))
    result = call("run", churn, "--kernel", "bare", code=1)
    assert f"{sys.executable} -m pip install trackbook-kernel" in result.stderr
    assert ask("runs") == []
    assert list((trackbook_home / "blobs").rglob("*")) == []


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("gone.ipynb",), "gone.ipynb: No such file"),
        (("text.ipynb",), "text.ipynb is not a notebook"),
        (("churn.ipynb", "-o", "churn.ipynb"), "is the notebook itself"),
        (("churn.ipynb", "-o", "no/out.ipynb"), "there is no folder"),
        (("churn.ipynb", "--kernel", "nope"), "there is no kernel 'nope'"),
        (("churn.ipynb", "-p", "1=2"), "write name=value"),
    ],
)
def test_what_can_not_run_is_named_and_nothing_is_written(
    churn: Path,
    monkeypatch: pytest.MonkeyPatch,
    arguments: tuple[str, ...],
    says: str,
) -> None:
    monkeypatch.chdir(churn.parent)
    Path("text.ipynb").write_text("no notebook")
    before = churn.read_bytes()
    result = call("run", *arguments, code=1)
    assert says in result.stderr
    assert churn.read_bytes() == before


def test_ctrl_c_interrupts_the_cell_and_the_run(
    tmp_path: Path, trackbook_home: Path
) -> None:
    mark = tmp_path / "started"
    slow = f"acc = 0.5\nopen({str(mark)!r}, 'w').close()\nimport time\ntime.sleep(60)"
    path = write(tmp_path / "slow.ipynb", code_cell("x = 1", "a"), code_cell(slow, "b"))
    process = subprocess.Popen(
        [sys.executable, "-m", "trackbook_server.cli", "run", str(path), "--json"],
        stdout=subprocess.PIPE,
        env={**os.environ},
    )
    deadline = time.monotonic() + 40
    while not mark.exists():
        assert time.monotonic() < deadline
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    report = json.loads(process.communicate(timeout=30)[0])
    assert process.returncode == 130
    assert report["status"] == "interrupted"
    assert [run["status"] for run in report["runs"]] == ["interrupted"]


def test_runs_are_reported_where_a_server_owns_the_home(
    churn: Path, trackbook_home: Path
) -> None:
    server = Home(trackbook_home)
    server.start()
    try:
        [run] = ask("run", churn)["runs"]
        assert run["status"] == "finished"
        assert run["metrics"]["acc"]["last"] == 0.9
    finally:
        server.close()


def test_a_file_is_replaced_whole_and_keeps_its_permissions(tmp_path: Path) -> None:
    path = tmp_path / "out.ipynb"
    path.write_text("old")
    path.chmod(0o640)
    write_whole(path, b"new")
    assert path.read_bytes() == b"new"
    assert path.stat().st_mode & 0o777 == 0o640
    assert [p.name for p in tmp_path.iterdir() if p.is_file()] == ["out.ipynb"]


def test_a_cell_with_the_skip_tag_is_executed_but_not_recorded(tmp_path: Path) -> None:
    hush = code_cell("lr = 0.5", "hush", metadata={"tags": ["trackbook:skip"]})
    path = write(tmp_path / "a.ipynb", PARAMS, hush, TRAIN)
    [run] = ask("run", path)["runs"]
    shown = ask("show", run["run_id"])
    assert [cell["cell_id"] for cell in shown["cell_executions"]] == ["params", "train"]
    assert shown["params"]["lr"] == 0.1
    assert shown["metrics"]["acc"]["last"] == 0.5
