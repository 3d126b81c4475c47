"""What keeping a notebook's revisions costs: time and disk, beside whole files.

A notebook of 1 MB is captured 500 times, one cell edited and executed each time, as
a browser sends it (only what changed) and as a file is read (everything).
"""

import random
import tempfile
import time
from pathlib import Path
from typing import Any

import sqlite_utils
import zstandard

from benchmarks.rows import Row
from trackbook_server.contract import Capture
from trackbook_server.notebooks.captures import CaptureMemory, take_capture
from trackbook_server.notebooks.document import parse_notebook, render
from trackbook_server.notebooks.pieces import split_and_add
from trackbook_server.store.migrations import migrations

CAPTURES = 500
CELLS = 100
AT = "2026-01-01T00:00:00.000000Z"


def run() -> list[Row]:
    sent_ms, sent_mb = capture_as_sent()
    read_ms = capture_as_read()
    whole_ms, whole_mb = keep_whole_files()
    floor = "zstd of the whole file"
    return [
        Row.at_most("capture of a 1 MB notebook", sent_ms, "ms", floor, whole_ms, 1.0),
        Row.at_most("capture of a whole file", read_ms, "ms", floor, whole_ms, 8.0),
        Row.at_most(
            f"{CAPTURES} captures on disk", sent_mb, "MB", floor, whole_mb, 0.05
        ),
    ]


def make_notebook(chance: random.Random) -> dict[str, Any]:
    """Return a notebook of about 1 MB, with a picture in every fifth cell."""

    def cell(number: int) -> dict[str, Any]:
        said = f"done {number}\n" * 20
        outputs: list[dict[str, Any]] = [
            {"output_type": "stream", "name": "stdout", "text": said}
        ]
        if number % 5 == 0:
            picture = chance.randbytes(24_000).hex()
            outputs.append(
                {
                    "output_type": "display_data",
                    "metadata": {},
                    "data": {"image/png": picture, "text/plain": "<Figure>"},
                }
            )
        return {
            "cell_type": "code",
            "id": f"cell-{number}",
            "metadata": {},
            "execution_count": number,
            "source": f"value_{number} = train(rate={number / 7})\nprint(value)\n" * 5,
            "outputs": outputs,
        }

    return {
        "nbformat": 4,
        "nbformat_minor": 5,
        "metadata": {"kernelspec": {"name": "python3", "display_name": "Python 3"}},
        "cells": [cell(number) for number in range(CELLS)],
    }


def edit(document: dict[str, Any], step: int) -> int:
    """Edit and execute one cell; return which."""
    place = step * 37 % CELLS
    cell = document["cells"][place]
    cell["source"] = f"value = train(rate={step})\nprint(value)\n" * 5
    cell["execution_count"] = CELLS + step
    cell["outputs"][0] = cell["outputs"][0] | {"text": f"score {step / 1000}\n" * 20}
    return place


def capture_as_sent() -> tuple[float, float]:
    with tempfile.TemporaryDirectory() as folder:
        db, blobs = open_store(Path(folder))
        document = make_notebook(random.Random(0))
        memory = CaptureMemory()
        keys = [f"k{number}" for number in range(CELLS)]
        bodies = dict(zip(keys, document["cells"], strict=True))
        frame = {key: value for key, value in document.items() if key != "cells"}
        took = 0.0
        for step in range(CAPTURES):
            capture = Capture(
                kernel_id="k",
                client_id="c",
                moment="scheduled",
                messages={f"m{step}": "x"},
                frame=frame,
                cell_keys=list(keys),
                cells=bodies,
            )
            began = time.perf_counter()
            with db.atomic():
                take_capture(db, blobs, memory, capture, AT)
            took += time.perf_counter() - began
            place = edit(document, step)
            keys[place] = f"k{place}-{step}"
            bodies = {keys[place]: document["cells"][place]}
        return took * 1e3 / CAPTURES, stored(db, Path(folder))


def capture_as_read() -> float:
    with tempfile.TemporaryDirectory() as folder:
        db, blobs = open_store(Path(folder))
        document = make_notebook(random.Random(0))
        took = 0.0
        count = CAPTURES // 10
        for step in range(CAPTURES):
            edit(document, step)
            if step % 10:
                continue
            data = render(document)
            began = time.perf_counter()
            with db.atomic():
                split_and_add(db, blobs, parse_notebook(data))
            took += time.perf_counter() - began
        db.close()
        return took * 1e3 / count


def keep_whole_files() -> tuple[float, float]:
    document = make_notebook(random.Random(0))
    took, size = 0.0, 0
    for step in range(CAPTURES):
        edit(document, step)
        data = render(document)
        began = time.perf_counter()
        size += len(zstandard.compress(data, 3))
        took += time.perf_counter() - began
    return took * 1e3 / CAPTURES, size / 1e6


def open_store(folder: Path) -> tuple[sqlite_utils.Database, Path]:
    db = sqlite_utils.Database(folder / "trackbook.db")
    migrations.apply(db)
    db.execute("pragma journal_mode = wal").fetchall()
    db.execute("pragma synchronous = normal")
    return db, folder / "blobs"


def stored(db: sqlite_utils.Database, folder: Path) -> float:
    """Return the megabytes of the database and the blobs."""
    db.execute("pragma wal_checkpoint(truncate)").fetchall()
    db.close()
    files = (path for path in folder.rglob("*") if path.is_file())
    return sum(path.stat().st_size for path in files) / 1e6
