"""What differs between two notebooks: how long it takes to tell, beside nbdime.

Two notebooks of 16 MB with pictures, of which ten cells were edited and every cell was
run again with other pictures; and one of 5,000 cells beside an edited copy. Each with
cell ids and, as older notebooks are, without. Whole answers: from the store to the
JSON that goes out. nbdime is given the same pairs in a process of its own, and is
stopped after a while: its figure is then the least that it takes.
"""

import json
import multiprocessing
import random
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import sqlite_utils

from benchmarks.revisions import Size, make_notebook, open_store, picture, printed
from benchmarks.rows import Row
from trackbook_server.contract import Capture
from trackbook_server.notebooks.captures import CaptureMemory, take_capture
from trackbook_server.notebooks.references import Places
from trackbook_server.rest.differences import read_difference

AT = "2026-01-01T00:00:00.000000Z"
PATH = "/work/train.ipynb"
PATIENCE_SECONDS = 20.0
TURNS = 5

PICTURES = Size(cells=100, picture_bytes=600_000, revisions=2)
MANY = Size(cells=5000, picture_bytes=60, revisions=2)

Document = dict[str, Any]


def run() -> list[Row]:
    pictures, many = rerun(PICTURES), edited(MANY)
    bare, bare_many = (
        (without_ids(before), without_ids(after)) for before, after in (pictures, many)
    )
    most = "at most"
    rows = []
    for what, pair, goal, share in (
        ("two of 16 MB, pictures", pictures, 1000, 0.25),
        ("the same without ids", bare, 1000, 0.1),
        ("5,000 cells, edited", many, 1000, 0.1),
        ("the same without ids", bare_many, 1000, 0.1),
    ):
        took = measure(pair[0], pair[1])
        rows.append(Row.at_most(what, took, "ms", most, goal, 1.0))
        name, floor = beside(pair[0], pair[1])
        rows.append(Row.at_most(what, took, "ms", name, floor, share))
    return rows


def rerun(size: Size) -> tuple[Document, Document]:
    """Return a notebook, and what became of it when it was run again."""
    before = make_notebook(size)
    chance = random.Random(1)
    after = before | {"cells": list(before["cells"])}
    for place, cell in enumerate(after["cells"]):
        outputs = [printed(f"done again {place}\n" * 20)]
        if len(cell["outputs"]) > 1:
            outputs.append(picture(chance, size))
        source = cell["source"]
        if place % 10 == 0:
            source = source.replace("rate=", "rate=2 * ")
        after["cells"][place] = cell | {
            "outputs": outputs,
            "source": source,
            "execution_count": place + 1000,
        }
    return before, after


def edited(size: Size) -> tuple[Document, Document]:
    """Return a notebook and one with cells edited, moved, copied and thrown away."""
    before = make_notebook(size)
    chance = random.Random(2)
    cells = [dict(cell) for cell in before["cells"]]
    for place in chance.sample(range(len(cells)), len(cells) // 10):
        cells[place]["source"] += f"\nprint({place})"
    for _ in range(len(cells) // 50):
        cells.insert(chance.randrange(len(cells)), cells.pop(chance.randrange(1000)))
        copied = dict(cells[chance.randrange(len(cells))])
        cells.append(copied | {"id": f"copy-{len(cells)}-{chance.random()}"})
        del cells[chance.randrange(len(cells))]
    return before, before | {"cells": cells}


def without_ids(document: Document) -> Document:
    cells = [{k: v for k, v in c.items() if k != "id"} for c in document["cells"]]
    return document | {"cells": cells, "nbformat_minor": 4}


def measure(before: Document, after: Document) -> float:
    """Return the least of some turns, in milliseconds."""
    with open_store() as (db, blobs, _):
        for document in (before, after):
            keep(db, blobs, document)
        return min(answer(db, blobs) for _ in range(TURNS)) * 1e3


def keep(db: sqlite_utils.Database, blobs: Path, document: Document) -> None:
    """Make the document the notebook's next revision, as the open one is kept."""
    keys = [f"k{place}" for place in range(len(document["cells"]))]
    capture = Capture(
        kernel_id=None,
        client_id="c",
        moment="kept",
        messages={},
        frame={key: value for key, value in document.items() if key != "cells"},
        cell_keys=keys,
        cells=dict(zip(keys, document["cells"], strict=True)),
        notebook_path=PATH,
    )
    with db.atomic():
        take_capture(db, blobs, CaptureMemory(), capture, AT)


def answer(db: sqlite_utils.Database, blobs: Path) -> float:
    began = time.perf_counter()
    found = read_difference(db, Places(blobs), f"{PATH}@r1", f"{PATH}@r2")
    msgspec.json.encode(found)
    took = time.perf_counter() - began
    assert not found.equal
    return took


def beside(before: Document, after: Document) -> tuple[str, float]:
    """Return what nbdime is called here, and its milliseconds, at least."""
    took = in_time(nbdime, before, after)
    if took is None:
        return f"nbdime, stopped at {PATIENCE_SECONDS:.0f} s", PATIENCE_SECONDS * 1e3
    return "nbdime", took * 1e3


def nbdime(before: Document, after: Document) -> float:
    import nbformat
    from nbdime import diff_notebooks

    one, other = (nbformat.from_dict(document) for document in (before, after))
    began = time.perf_counter()
    json.dumps(diff_notebooks(one, other))
    return time.perf_counter() - began


def in_time(act: Callable[..., float], *args: Any) -> float | None:
    """Return what `act` returns in another process; None if that takes too long."""
    context = multiprocessing.get_context("fork")
    here, there = context.Pipe(duplex=False)
    process = context.Process(target=_send, args=(there, act, args))
    process.start()
    took: float | None = here.recv() if here.poll(PATIENCE_SECONDS) else None
    process.terminate()
    process.join()
    return took


def _send(there: Any, act: Callable[..., float], args: tuple[Any, ...]) -> None:
    there.send(act(*args))
