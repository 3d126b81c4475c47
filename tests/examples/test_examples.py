"""The examples, each executed with and without recording.

Recording changes nothing that is put out, and the scores that a notebook shows are the
results in the list.
"""

import json
import re
from pathlib import Path
from typing import Any

import nbformat
import pytest
from click.testing import CliRunner
from nbclient import NotebookClient

from trackbook_server.cli import main

EXAMPLES = Path(__file__).parents[2] / "examples"

SHOWN = {
    "digits-classifier": {"clf.score": r"^(0\.\d+)$"},
    "training-loop": {
        "loss": r"'loss ([\d.]+), val_acc",
        "val_acc": r"'loss [\d.]+, val_acc ([\d.]+)'",
    },
    "sensor-files": {
        "mae": r"^mae ([\d.]+),",
        "naive_mae": r"yesterday's value ([\d.]+)$",
    },
    "figures": {"rmse": r"^np\.float64\((.*)\)$"},
    "sliders": {"model.score": r"^(0\.\d+)$"},
    "long-loop": {"goal_error": r"^np\.float64\((.*)\)$"},
}
"""Where a notebook shows each of its results, by result."""

PARAMS = {
    "digits-classifier": {"learning_rate": 0.02, "max_depth": 3, "n_rounds": 60},
    "training-loop": {"lr": 0.5, "hidden": 24, "epochs": 60, "seed": 7},
    "sensor-files": {"lags": 7, "first_test_month": 10},
    "figures": {"degree": 5, "noise": 0.2},
    "sliders": {"alpha": 0.1, "scale": True},
    "long-loop": {"walkers": 400, "rounds": 300, "pull": 0.02},
}


@pytest.fixture(autouse=True)
def quiet_kernels(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("JUPYTER_RUNTIME_DIR", "IPYTHONDIR"):
        monkeypatch.setenv(name, str(tmp_path / name))
    monkeypatch.setenv("TRACKBOOK_SERVER", "1")


def test_every_example_is_here() -> None:
    assert {path.stem for path in EXAMPLES.glob("*.ipynb")} == set(SHOWN) == set(PARAMS)


@pytest.mark.parametrize("name", sorted(SHOWN))
def test_an_example_is_the_same_with_and_without_recording(
    name: str, tmp_path: Path
) -> None:
    path = tmp_path / f"{name}.ipynb"
    path.write_bytes((EXAMPLES / path.name).read_bytes())
    out = tmp_path / "out.ipynb"
    [run] = ask("run", path, "-o", out)["runs"]
    recorded = nbformat.read(out, 4)
    plain = nbformat.read(path, 4)
    NotebookClient(plain, resources={"metadata": {"path": str(tmp_path)}}).execute()

    assert put_out(recorded) == put_out(plain)
    assert run["status"] == "finished"
    text = "\n".join(texts(plain))
    for key, pattern in SHOWN[name].items():
        shown = re.findall(pattern, text, re.MULTILINE)[-1]
        assert run["metrics"][key]["last"] == pytest.approx(float(shown), abs=5e-5)
    assert {key: run["params"].get(key) for key in PARAMS[name]} == PARAMS[name]


def ask(*arguments: str | Path) -> Any:
    result = CliRunner().invoke(main, [*map(str, arguments), "--json"])
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def put_out(notebook: Any) -> dict[str, list[dict[str, Any]]]:
    """What each cell put out, without what differs from one execution to the next."""
    return {
        cell["id"]: [
            {
                "output_type": output["output_type"],
                "name": output.get("name"),
                "text": settle(output.get("text", "")),
                "data": json.loads(settle(json.dumps(output.get("data", {})))),
                "execution_count": output.get("execution_count"),
            }
            for output in merged(cell["outputs"])
        ]
        for cell in notebook["cells"]
        if cell["cell_type"] == "code"
    }


def merged(outputs: list[Any]) -> list[Any]:
    """Join a stream's pieces: how it was cut is a matter of time."""
    found: list[Any] = []
    for output in outputs:
        same = found and found[-1]["output_type"] == output["output_type"] == "stream"
        if same and found[-1]["name"] == output["name"]:
            found[-1] = {**found[-1], "text": found[-1]["text"] + output["text"]}
        else:
            found.append(dict(output))
    return found


def settle(text: str) -> str:
    """Blank ids, and fold the lines that a progress bar redrew."""
    text = re.sub(r"[0-9a-f]{32}|ipykernel_\d+/\d+|sk-[\w-]+-\d+", "#", text)
    lines = text.replace("\r\n", "\n").split("\n")
    return "\n".join(line.rpartition("\r")[2] for line in lines)


def texts(notebook: Any) -> list[str]:
    """What a person reads below the cells."""
    return [
        output.get("text") or output.get("data", {}).get("text/plain", "")
        for cell in notebook["cells"]
        for output in merged(cell.get("outputs", []))
    ]
