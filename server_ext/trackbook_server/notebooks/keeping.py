"""Keeping a notebook's file as a revision, for a command that is about to change it."""

from pathlib import Path

from trackbook.paths import blobs_dir
from trackbook_server.contract import Capture, Captured
from trackbook_server.notebooks.aside import BodyMemory, journal_capture
from trackbook_server.notebooks.captures import CaptureMemory, take_capture
from trackbook_server.notebooks.document import Document
from trackbook_server.store.home import Home, now
from trackbook_server.store.values import to_text


def keep_document(home: Home, document: Document, path: Path) -> Captured:
    """Keep a document as a revision of the notebook at `path`.

    A process that does not own the home journals it for the one that does.
    """
    keys = [str(place) for place in range(len(document["cells"]))]
    capture = Capture(
        kernel_id=None,
        client_id="trackbook restore",
        moment="kept",
        messages={},
        frame={name: part for name, part in document.items() if name != "cells"},
        cell_keys=keys,
        cells=dict(zip(keys, document["cells"], strict=True)),
        notebook_path=str(path),
    )
    if not home.owns:
        return home.database.aside(
            journal_capture, home.path, BodyMemory(), capture, str(path)
        ).result()
    return home.database.write(
        take_capture, blobs_dir(home.path), CaptureMemory(), capture, to_text(now())
    ).result()
