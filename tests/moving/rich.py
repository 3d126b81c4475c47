"""A home in which every kind of thing was recorded, and what can be asked of it."""

import hashlib
import json
import random
from pathlib import Path
from typing import Any

import msgspec
import sqlite_utils

from tests.notebooks.documents import code_cell, notebook, printed, shown, text_cell
from tests.store.journals import FakeJournal
from trackbook.blobs import write_blob
from trackbook.events import ExperimentEdited, RunEdited
from trackbook.paths import blobs_dir
from trackbook_server.contract import Capture
from trackbook_server.notebooks.captures import CaptureMemory, take_capture
from trackbook_server.notebooks.document import render
from trackbook_server.notebooks.explained import explain_run
from trackbook_server.notebooks.lookup import EXECUTED
from trackbook_server.notebooks.pieces import get_bytes
from trackbook_server.notebooks.restore import get_revision
from trackbook_server.notebooks.run_page import get_whole_run
from trackbook_server.store.histories import MAX_POINTS, get_history
from trackbook_server.store.home import Home, now
from trackbook_server.store.outcomes import get_outputs

PATH = "/home/ada/work/train.ipynb"
RUNS = ("first-run", "second-run", "third-run")
SECRET = "AKIA" + "ABCDEFGHIJKLMNOP"


def fill(folder: Path) -> None:
    """Record three runs of a notebook, each going on from the one before it."""
    home = Home(folder)
    journal = FakeJournal(folder, "writer-of-ada", kernel_id="kernel-ada", user="ada")
    blobs = blobs_dir(folder)
    for number, run_id in enumerate(RUNS):
        _record(journal, blobs, run_id, number)
    home.ingest_now()
    memory = CaptureMemory()
    for number in range(len(RUNS)):
        for moment, outputs in (("scheduled", []), ("ended", [_picture(number)])):
            document = notebook(
                text_cell("# Training", "title-of-it"),
                code_cell(f"key = '{SECRET}'", "cell-setup"),
                code_cell(f"lr = 0.{number + 1}", "cell-params", execution_count=1),
                code_cell("fit()", "cell-train-it", outputs=outputs),
            )
            keys = [f"k{number}{moment}{place}" for place in range(4)]
            capture = Capture(
                kernel_id="kernel-ada",
                client_id="browser",
                moment=moment,
                messages={f"message-{number}": "cell-train-it"},
                frame={k: v for k, v in document.items() if k != "cells"},
                cell_keys=keys,
                cells=dict(zip(keys, document["cells"], strict=True)),
                notebook_path=PATH,
            )
            home.database.write(
                take_capture,
                blobs,
                memory,
                capture,
                f"2026-11-23T11:0{number}:00.000000Z",
            ).result()
    home.edit(
        RunEdited(
            seq=0,
            at=now(),
            run_id="second-run",
            name="the good one",
            starred=True,
            note="look at *this*",
            tags={"team": "vision", "dropped": None},
        )
    ).result()
    [(experiment_id,)] = home.database.read(
        lambda db: db.execute("select experiment_id from experiments").fetchall()
    ).result()
    home.edit(
        ExperimentEdited(
            seq=0,
            at=now(),
            experiment_id=experiment_id,
            main_metric="val_loss",
            directions={"val_loss": "lower"},
        )
    ).result()
    home.close()


def tell(home: Home, run_id: str) -> dict[str, Any]:
    """Return all that the pages of a run show, but for what a home counts itself."""
    return home.database.read(_tell, blobs_dir(home.path), run_id).result()


def _tell(db: sqlite_utils.Database, blobs: Path, run_id: str) -> dict[str, Any]:
    run = get_whole_run(db, run_id, blobs)
    said: dict[str, Any] = msgspec.to_builtins(run)
    said.pop("experiment_id")
    histories = {
        metric.key: msgspec.to_builtins(
            get_history(db, run_id, metric.key, max_points=MAX_POINTS)
        )
        for metric in [*run.metric_list, *run.values]
    }
    files = {
        one.revision_id: get_bytes(db, blobs, one.revision_id).decode()
        for one in run.revisions
        if one.moment != EXECUTED
    }
    return _unchanging(
        {
            "run": said,
            "histories": histories,
            "files": files,
            "executed": get_revision(db, blobs, run_id, EXECUTED).data.decode(),
            "outputs": msgspec.to_builtins(get_outputs(db, run_id)),
            "explained": msgspec.to_builtins(explain_run(db, blobs, run)),
            "blobs": sorted(
                (one.name, (blobs / one.sha256[:2] / one.sha256[2:]).read_bytes())
                for one in run.artifacts
            ),
        }
    )


def _unchanging(said: Any) -> Any:
    """Leave out the numbers of changes, which each home counts for itself."""
    if isinstance(said, dict):
        return {k: _unchanging(value) for k, value in said.items() if k != "change"}
    return [_unchanging(value) for value in said] if isinstance(said, list) else said


def _record(journal: FakeJournal, blobs: Path, run_id: str, number: int) -> None:
    body = {"python": "3.11", "packages": {"numpy": "2.0"}, "machine": {}}
    body |= {"executable": "python", "platform": "linux", "host": "elsewhere"}
    environment = msgspec.json.encode(body, order="deterministic")
    long_text = json.dumps("x" * 300_000 + run_id).encode()
    journal.start(
        run_id,
        {"lr": (number + 1) / 10, "layers": [64, 32]},
        notebook_path=PATH,
        kernel_id="kernel-ada",
        continues=RUNS[number - 1] if number else None,
        tags={"kind": "test"},
    )
    journal.put(
        "environment_captured",
        run_id=run_id,
        environment_id=hashlib.sha256(environment).hexdigest(),
        environment=body,
        git={"commit": "abc", "branch": "main", "dirty": False},
    )
    journal.put(
        "params_logged",
        run_id=run_id,
        params=[
            {
                "key": "prompt",
                "value": "xxx…",
                "origin": "user",
                "sha256": write_blob(blobs, long_text),
                "size_bytes": len(long_text),
            }
        ],
    )
    journal.execute(
        run_id,
        f"setup-{run_id}",
        f"key = '<redacted>' # {number}",
        cell_id="cell-setup",
    )
    journal.execute(
        run_id,
        f"train-{run_id}",
        "fit()",
        cell_id="cell-train-it",
        message_id=f"message-{number}",
        results={"val_loss": 1 / (number + 1), "acc": number / 10},
    )
    values = [float(step % 7) for step in range(5000)]
    journal.points(run_id, "loss", [*values[:4000]], origin="user")
    journal.points(run_id, "loss", ["NaN", "Infinity", 3.5], first_step=100)
    journal.points(run_id, "loss", ["NaN", "Infinity", 3.5], first_step=100)
    journal.points(run_id, "n_rows", [100 + number], origin="value")
    plot = random.Random(number).randbytes(100_000)
    journal.put(
        "outputs_changed",
        execution_id=f"train-{run_id}",
        count=2,
        outputs=[
            {"kind": "stream", "name": "stdout", "text": f"epoch {number}\n"},
            {
                "kind": "display_data",
                "data": {"text/plain": "<Figure>"},
                "blobs": {
                    "image/png": {
                        "sha256": write_blob(blobs, plot),
                        "size_bytes": len(plot),
                    }
                },
            },
        ],
    )
    model = f"model of {run_id}".encode() * 1000
    journal.put(
        "artifact_logged",
        run_id=run_id,
        name="models/model.pkl",
        sha256=write_blob(blobs, model),
        size_bytes=len(model),
        mime_type="application/octet-stream",
    )
    journal.put(
        "input_logged",
        run_id=run_id,
        name="train.csv",
        digest=f"digest-{number}",
        source="data/train.csv",
        schema={"columns": [{"name": "x", "type": "double"}]},
        profile={"num_rows": 10},
        context="training",
    )
    journal.put("folds_logged", run_id=run_id, key="acc", values=[0.1, 0.2, 0.3])
    journal.put(
        "table_logged",
        run_id=run_id,
        name="search",
        columns=["lr", "score"],
        rows=[[0.1, number], [0.2, "NaN"]],
        params=["lr"],
        origin="search",
    )
    journal.put("capture_failed", run_id=run_id, where="environment", error="no git")
    journal.put("values_redacted", run_id=run_id, count=2)
    odd = render(notebook(code_cell(f"fit({number})", "cell-train-it"))) + b"\n\n"
    for data in (odd, odd.replace(b'"nbformat": 4', b'"nbformat": 3')):
        journal.put(
            "revision_captured",
            sha256=write_blob(blobs, data),
            run_id=run_id,
            notebook_path=PATH,
            moment="file",
        )
    journal.end(run_id, "finished")


def _picture(number: int) -> dict[str, Any]:
    text = random.Random(number).randbytes(150_000).hex()
    return {
        "output_type": "display_data",
        "data": {"image/png": text, "text/plain": "<Figure>"},
        "metadata": {},
    }


__all__ = ["PATH", "RUNS", "fill", "printed", "shown", "tell"]
