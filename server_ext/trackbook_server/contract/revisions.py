"""Notebook revisions: captured, told of, given back."""

from typing import Any, Literal

import msgspec

from trackbook_server.contract.base import Reply


class RevisionInfo(Reply, frozen=True, kw_only=True):
    """A notebook revision of the run; the first of a run's list is what it restores.

    `number` counts the notebook's revisions ("r7"). `moment` says when it was captured:
    as an execution was scheduled, as it ended, from the file, because someone asked for
    it to be kept, or rebuilt from the executions. `edited_count` cells were edited,
    added or removed while it ran; they are here as they were executed. Null: not known.
    """

    revision_id: str
    number: int
    moment: Literal["scheduled", "ended", "file", "kept", "executed"]
    captured_at: str
    notebook_path: str | None
    cell_count: int
    redacted_count: int
    edited_count: int | None


class NotebookRevision(RevisionInfo, frozen=True, kw_only=True):
    """A revision of a notebook, and the last of the runs that it was captured for."""

    run_id: str | None
    run_name: str | None


class RevisionList(Reply, frozen=True, kw_only=True):
    """A notebook's revisions, the newest first, each once."""

    revisions: list[NotebookRevision]
    next_cursor: str | None


class KnownNotebook(Reply, frozen=True, kw_only=True):
    """A notebook of which there are revisions; `revision_id` is the last one.

    `place` says where its file is: `notebook` (there), `gone` (deleted, or moved and
    not opened since), or `outside` of what this server serves.
    """

    notebook_path: str
    place: Literal["notebook", "gone", "outside"]
    captured_at: str
    revision_id: str
    revision_count: int
    run_count: int


class KnownNotebookList(Reply, frozen=True, kw_only=True):
    """Notebooks, the latest captured first."""

    notebooks: list[KnownNotebook]
    next_cursor: str | None


class RevisionRestoreRequest(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True
):
    """What POST revisions/{revision_id}/copies takes: write it as a new file.

    Without `path` beside its notebook under a name that is free; `in_place` asks for
    the notebook's own path, where that is free.
    """

    path: str | None = None
    in_place: bool = False


class Capture(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What POST captures takes: the document at one moment, cell by cell.

    `cell_keys` name the cells in their order: opaque to the server, made anew by the
    client whenever a cell changed, unique within `client_id`. `cells` holds the bodies
    of the keys that the client has not sent before. `frame` is the notebook without
    its cells (metadata, nbformat, nbformat_minor and unknown fields). `messages` maps
    each execute request's message id to its cell id. `notebook_path` is that of the
    client's session, where several notebooks may share the kernel.

    `kept` is the document as it stands, without any execution: `messages` is empty, and
    a notebook without a kernel has no `kernel_id`, but a `notebook_path`.
    """

    kernel_id: str | None
    client_id: str
    moment: Literal["scheduled", "ended", "kept"]
    messages: dict[str, str]
    frame: dict[str, Any]
    cell_keys: list[str]
    cells: dict[str, dict[str, Any]]
    notebook_path: str | None = None


class Captured(Reply, frozen=True, kw_only=True):
    """The revision, or the keys whose bodies the server lacks (send again).

    `number` is the revision's ("r7"); null where another process has yet to count it.
    `redacted_count` values were replaced in what is kept.
    """

    revision_id: str | None
    number: int | None
    redacted_count: int
    missing: list[str]


class RestoreRequest(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True
):
    """What POST runs/{run_id}/copies takes: open its notebook as a copy.

    Without `revision_id` the run's own; without `path` beside its notebook under a
    name that is free.
    """

    revision_id: str | None = None
    path: str | None = None


class LostPart(Reply, frozen=True, kw_only=True):
    """A part of a revision that is damaged in the store, and marked in its place.

    `cell` and `output` are places, counted from 0; `cell` null is the notebook's
    metadata, `output` null the cell itself.
    """

    cell: int | None
    output: int | None
    piece: str


class RestoredCopy(Reply, frozen=True, kw_only=True):
    """Where the copy was written, in the contents manager's paths."""

    path: str
    revision_id: str
    lost: list[LostPart]
