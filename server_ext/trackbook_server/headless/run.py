"""Run a notebook from the command line: execute, record, keep both documents.

The kernel journals the run itself; what it can't know, the document, is journaled here:
as scheduled before the first cell, so that nothing is lost if this process dies, and as
ended behind the last. Whoever owns the home puts the two together.
"""

import asyncio
import os
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from trackbook.blobs import write_blob
from trackbook.errors import BadInput, WouldOverwrite
from trackbook.events import RevisionCaptured
from trackbook.paths import HOME_VARIABLE, NOTEBOOK_VARIABLE, SERVER_VARIABLE, blobs_dir
from trackbook_server.headless.client import Executor, Progress, sent_cells
from trackbook_server.headless.parameters import inject
from trackbook_server.notebooks.document import Document, read_notebook, render
from trackbook_server.notebooks.revision import Pieces, count_redacted
from trackbook_server.notebooks.writing import write_revision
from trackbook_server.store.outbox import journal_edits

DEFAULT_KERNEL = "python3"
_IDS_AN_EVENT = 1000
"""So many message and cell ids fit a journal's line with room to spare."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How it went: `error` is what the cell that raised said."""

    status: Literal["finished", "failed", "interrupted"]
    error: str | None
    message_ids: tuple[str, ...]


def run_notebook(
    notebook: Path,
    home: Path,
    *,
    parameters: dict[str, Any],
    out: Path | None,
    kernel: str | None,
    progress: Progress,
    environment: Mapping[str, str],
) -> Outcome:
    """Execute `notebook` in its folder and record it; write it to `out` if asked.

    Raises NotANotebook, BadInput (kernel, parameters), WouldOverwrite (`out` is the
    notebook itself), TrackbookError (the kernel can't record).
    """
    source = notebook.absolute()
    document, _ = read_notebook(source)
    if out is not None:
        _check_out(out, source)
    kernel_name = kernel or _kernel_of(document)
    document = inject(document, parameters, kernel_name)
    executor = Executor(document, kernel_name, str(source.parent))
    everything = sent_cells(executor, executor.messages)
    variables = {
        **{k: v for k, v in environment.items() if k != SERVER_VARIABLE},
        HOME_VARIABLE: str(home),
        NOTEBOOK_VARIABLE: str(source),
    }
    error = asyncio.run(
        executor.run(
            variables,
            progress,
            lambda: _journal(home, source, document, "scheduled", everything),
        )
    )
    executed = executor.executed()
    sent = sent_cells(executor, executor.sent)
    if sent:
        _journal(home, source, executed, "ended", sent)
    if out is not None:
        write_whole(out, render(executed))
    status: Literal["finished", "failed", "interrupted"] = "finished"
    if executor.interrupted:
        status = "interrupted"
    elif error is not None:
        status = "failed"
    return Outcome(status, error, tuple(sent))


def write_whole(path: Path, data: bytes) -> None:
    """Write a file whole or not at all, over an earlier one. Raises BadInput."""
    try:
        with tempfile.NamedTemporaryFile(
            dir=path.parent, prefix=f".{path.name[:40]}-", delete=False
        ) as file:
            try:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
                _adopt_mode(file.fileno(), path)
                Path(file.name).replace(path)
            except OSError:
                Path(file.name).unlink(missing_ok=True)
                raise
    except OSError as error:
        raise BadInput(
            f"can't write {path}: {error.strerror or error}. The run is kept; "
            "get its notebook with `trackbook restore @last -o PATH`."
        ) from error


def _adopt_mode(descriptor: int, path: Path) -> None:
    """Give the new file the old one's permissions, else those of any new file."""
    try:
        mode = path.stat().st_mode & 0o777
    except FileNotFoundError:
        mask = os.umask(0)
        os.umask(mask)
        mode = 0o666 & ~mask
    if hasattr(os, "fchmod"):
        os.fchmod(descriptor, mode)


def _check_out(out: Path, source: Path) -> None:
    if out.exists() and out.samefile(source):
        raise WouldOverwrite(
            f"{out} is the notebook itself; it was left as it is. Name another file "
            f"with -o, such as {source.stem}-out.ipynb."
        )
    if not out.absolute().parent.is_dir():
        raise BadInput(
            f"there is no folder {out.absolute().parent} for {out.name}; create it, or "
            "name another file with -o."
        )


def _kernel_of(document: Document) -> str:
    spec = document.get("metadata", {}).get("kernelspec", {})
    name = spec.get("name") if isinstance(spec, dict) else None
    return name if isinstance(name, str) and name else DEFAULT_KERNEL


def _journal(
    home: Path,
    source: Path,
    document: Document,
    moment: Literal["scheduled", "ended"],
    messages: Mapping[str, str | None],
) -> None:
    """Keep the document, its secrets replaced, and say which requests it is of."""
    pieces = Pieces()
    manifest = pieces.split(document)
    clean = write_revision(manifest, pieces.data())
    sha256 = write_blob(blobs_dir(home), clean)
    items = list(messages.items())
    for start in range(0, max(len(items), 1), _IDS_AN_EVENT):
        part = items[start : start + _IDS_AN_EVENT]
        event = RevisionCaptured(
            seq=0,
            at=datetime.now(UTC),
            sha256=sha256,
            notebook_path=str(source),
            moment=moment,
            message_ids=tuple(message_id for message_id, _ in part),
            cell_ids=tuple(cell_id or "" for _, cell_id in part),
            redacted_count=count_redacted(manifest, pieces.found),
        )
        journal_edits(home, [event])
