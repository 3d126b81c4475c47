"""What keeping a notebook's revisions costs: time and disk, beside whole files.

A notebook of 1 MB with pictures is edited and executed a thousand times, one cell each
time, and captured as a browser sends it (only what changed), when the execution begins
and when it ends; then revisions from anywhere are given back. The same with a notebook
of 50 MB and with one of 5,000 cells. Beside it: each revision as a compressed file, and
what the whole files would take.
"""

import random
import tempfile
import time
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

import sqlite_utils
import zstandard

from benchmarks.rows import Row
from trackbook_server.contract import Capture
from trackbook_server.notebooks.captures import CaptureMemory, take_capture
from trackbook_server.notebooks.document import parse_notebook, render
from trackbook_server.notebooks.pieces import add_revision, get_bytes, take_apart
from trackbook_server.store.migrations import migrations

AT = "2026-01-01T00:00:00.000000Z"
RESTORES = 60


@dataclass(frozen=True)
class Size:
    """A notebook: every fifth cell has a picture of so many bytes."""

    cells: int
    picture_bytes: int
    revisions: int


ONE_MB = Size(cells=100, picture_bytes=34_000, revisions=1000)
FIFTY_MB = Size(cells=500, picture_bytes=370_000, revisions=100)
MANY_CELLS = Size(cells=5000, picture_bytes=500, revisions=100)


@dataclass(frozen=True)
class Figures:
    """Milliseconds a capture and a restore (medians), megabytes, and whole files'."""

    capture_ms: float
    restore_ms: float
    stored_mb: float
    copies_mb: float


def run() -> list[Row]:
    one, fifty, many = measure(ONE_MB), measure(FIFTY_MB), measure(MANY_CELLS)
    whole_ms, unpack_ms = keep_whole_files()
    most = "at most"
    return [
        Row.at_most("capture, 1 MB", one.capture_ms, "ms", most, 3, 1.0),
        Row.at_most("restore, 1 MB", one.restore_ms, "ms", most, 3, 1.0),
        Row.at_most("1,000 revisions, 1 MB", one.stored_mb, "MB", most, 14, 1.0),
        Row.at_most(
            "the same", one.stored_mb, "MB", "copies", one.copies_mb, 14 / 1059
        ),
        Row.at_most("capture, 1 MB", one.capture_ms, "ms", "zstd", whole_ms, 1.0),
        Row.at_most("restore, 1 MB", one.restore_ms, "ms", "zstd", unpack_ms, 6.0),
        Row.at_most("a file read, 1 MB", read_file(), "ms", "zstd", whole_ms, 8.0),
        Row.at_most(
            "capture, 50 MB", fifty.capture_ms, "ms", "1 MB", one.capture_ms, 3.0
        ),
        Row.at_most("100 revisions, 50 MB", fifty.stored_mb, "MB", most, 60, 1.0),
        Row.at_most("restore, 50 MB", fifty.restore_ms, "ms", most, 300, 1.0),
        Row.at_most("capture, 5,000 cells", many.capture_ms, "ms", most, 15, 1.0),
        Row.at_most("restore, 5,000 cells", many.restore_ms, "ms", most, 300, 1.0),
    ]


def make_notebook(size: Size) -> dict[str, Any]:
    chance = random.Random(0)

    def cell(number: int) -> dict[str, Any]:
        outputs = [printed(f"done {number}\n" * 20)]
        if number % 5 == 0:
            outputs.append(picture(chance, size))
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
        "cells": [cell(number) for number in range(size.cells)],
    }


def printed(text: str) -> dict[str, Any]:
    return {"output_type": "stream", "name": "stdout", "text": text}


def picture(chance: random.Random, size: Size) -> dict[str, Any]:
    data = b64encode(chance.randbytes(size.picture_bytes)).decode()
    return {
        "output_type": "display_data",
        "metadata": {},
        "data": {"image/png": data, "text/plain": "<Figure>"},
    }


def edit(document: dict[str, Any], step: int) -> int:
    """Edit one cell; return which."""
    place = step * 37 % len(document["cells"])
    document["cells"][place] = document["cells"][place] | {
        "source": f"value = train(rate={step})\nprint(value)\n" * 5
    }
    return place


def execute(document: dict[str, Any], place: int, step: int, size: Size) -> None:
    """Give the cell other outputs, a picture where it has one in every fourth step."""
    cell = document["cells"][place]
    outputs = [printed(f"score {step / 1000}\n" * 20), *cell["outputs"][1:]]
    if len(outputs) > 1 and step % 4 == 0:
        outputs[1] = picture(random.Random(step), size)
    document["cells"][place] = cell | {
        "execution_count": len(document["cells"]) + step,
        "outputs": outputs,
    }


def measure(size: Size) -> Figures:
    with open_store() as (db, blobs, folder):
        document = make_notebook(size)
        memory = CaptureMemory()
        keys = [f"k{number}" for number in range(size.cells)]
        bodies = dict(zip(keys, document["cells"], strict=True))
        frame = {key: value for key, value in document.items() if key != "cells"}
        took, ids = [], []
        copies_mb = 0.0
        for step in range(size.revisions):
            for moment in ("scheduled", "ended"):
                capture = Capture(
                    kernel_id="k",
                    client_id="c",
                    moment=moment,
                    messages={f"m{step}": "x"},
                    frame=frame,
                    cell_keys=list(keys),
                    cells=bodies,
                    notebook_path="/work/train.ipynb",
                )
                began = time.perf_counter()
                with db.atomic():
                    taken = take_capture(db, blobs, memory, capture, AT)
                took.append(time.perf_counter() - began)
                if moment == "scheduled":
                    place = step * 37 % size.cells
                    execute(document, place, step, size)
                else:
                    place = edit(document, step + 1)
                keys[place] = f"k{place}-{step}-{moment}"
                bodies = {keys[place]: document["cells"][place]}
            ids.append(taken.revision_id or "")
            if step % 50 == 0:
                copies_mb += len(render(document)) / 1e6
        given = []
        for revision_id in random.Random(0).sample(ids, RESTORES):
            began = time.perf_counter()
            get_bytes(db, blobs, revision_id)
            given.append(time.perf_counter() - began)
        copies_mb *= size.revisions / (1 + (size.revisions - 1) // 50)
        # The first capture sends the notebook whole, once.
        return Figures(
            median(took[1:]) * 1e3, median(given) * 1e3, stored(db, folder), copies_mb
        )


def read_file() -> float:
    """Return milliseconds for a document that comes as a file, as headless ones do."""
    with open_store() as (db, blobs, _):
        document = make_notebook(ONE_MB)
        took = []
        for step in range(40):
            execute(document, edit(document, step), step, ONE_MB)
            data = render(document)
            began = time.perf_counter()
            with db.atomic():
                add_revision(db, blobs, take_apart(db, blobs, parse_notebook(data)))
            took.append(time.perf_counter() - began)
        return median(took) * 1e3


def keep_whole_files() -> tuple[float, float]:
    """Return milliseconds to compress the file, and to unpack it."""
    data = render(make_notebook(ONE_MB))
    packed, unpacked = [], []
    for _ in range(40):
        began = time.perf_counter()
        small = zstandard.compress(data, 3)
        between = time.perf_counter()
        zstandard.decompress(small)
        packed.append(between - began)
        unpacked.append(time.perf_counter() - between)
    return median(packed) * 1e3, median(unpacked) * 1e3


@contextmanager
def open_store() -> Iterator[tuple[sqlite_utils.Database, Path, Path]]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        db = sqlite_utils.Database(folder / "trackbook.db")
        migrations.apply(db)
        db.execute("pragma journal_mode = wal").fetchall()
        db.execute("pragma synchronous = normal")
        db.execute("pragma foreign_keys = on")
        yield db, folder / "blobs", folder
        db.close()


def stored(db: sqlite_utils.Database, folder: Path) -> float:
    """Return the megabytes of the database and the blobs."""
    db.execute("pragma wal_checkpoint(truncate)").fetchall()
    files = (path for path in folder.rglob("*") if path.is_file())
    return sum(path.stat().st_size for path in files) / 1e6
