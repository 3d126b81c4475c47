"""Captures in a server that does not own the home: journaled for the one that does.

What a client's keys stand for is kept as bodies here, because this process can't store
pieces; the owner takes the whole document apart.
"""

import threading
from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from trackbook.blobs import write_blob
from trackbook.events import RevisionCaptured
from trackbook.paths import blobs_dir
from trackbook_server.contract import Capture, Captured
from trackbook_server.notebooks.captures import check_capture, lacking
from trackbook_server.notebooks.document import check_cell, check_frame
from trackbook_server.notebooks.revision import Pieces, count_redacted
from trackbook_server.notebooks.writing import write_revision
from trackbook_server.store.outbox import journal_edits

MAX_CLIENTS = 16


@dataclass(slots=True)
class BodyMemory:
    """The cells of each client's present document, by key; one thread at a time."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    clients: OrderedDict[str, dict[str, dict[str, Any]]] = field(
        default_factory=OrderedDict
    )


def journal_capture(
    home: Path, memory: BodyMemory, capture: Capture, notebook_path: str | None
) -> Captured:
    """Journal the document, its secrets replaced, and answer its revision.

    Raises BadInput (NotANotebook), HomeNotWritable.
    """
    check_capture(capture)
    with memory.lock:
        known = memory.clients.get(capture.client_id, {}) | {
            key: check_cell(cell, f"cell {key!r}")
            for key, cell in capture.cells.items()
        }
        missing = [key for key in capture.cell_keys if key not in known]
        memory.clients[capture.client_id] = (
            known if missing else {key: known[key] for key in capture.cell_keys}
        )
        memory.clients.move_to_end(capture.client_id)
        while len(memory.clients) > MAX_CLIENTS:
            memory.clients.popitem(last=False)
    if missing:
        return lacking(missing)
    document = check_frame(capture.frame) | {
        "cells": [known[key] for key in capture.cell_keys]
    }
    pieces = Pieces()
    manifest = pieces.split(document)
    clean = write_revision(manifest, pieces.data())
    redacted_count = count_redacted(manifest, pieces.found)
    event = RevisionCaptured(
        seq=0,
        at=datetime.now(UTC),
        sha256=write_blob(blobs_dir(home), clean),
        notebook_path=notebook_path,
        moment=capture.moment,
        message_ids=tuple(capture.messages),
        cell_ids=tuple(capture.messages.values()),
        redacted_count=redacted_count,
    )
    journal_edits(home, [event])
    return Captured(
        revision_id=manifest.revision_id(),
        number=None,
        redacted_count=redacted_count,
        missing=[],
    )
