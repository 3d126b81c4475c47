"""What is said of bundles: those that are made, and those that are imported."""

from typing import Literal

import msgspec

from trackbook_server.contract.base import Reply

ExportState = Literal["waiting", "running", "done", "failed", "stopped"]
ImportState = Literal["waiting", "running", "done", "failed", "stopped"]


class ExportRequest(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True
):
    """What POST exports takes: either runs, or a filter ("" for all listed ones)."""

    run_ids: list[str] | None = None
    filter: str | None = None


class Export(Reply, frozen=True, kw_only=True):
    """A bundle that is made: its file can be had once it is `done`.

    `problems` is what could not be read and was left out, or why it failed.
    """

    export_id: str
    state: ExportState
    file_name: str
    run_count: int
    done_count: int
    size_bytes: int | None
    problems: list[str]


class ImportRequest(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True
):
    """What POST imports takes: a bundle among the server's files."""

    path: str


class Import(Reply, frozen=True, kw_only=True):
    """How far an import is; `run_count` is None until it has begun.

    Runs that were here as they are are neither new nor changed. `problems` are the
    first hundred of `problem_count`.
    """

    import_id: str
    name: str
    state: ImportState
    run_count: int | None
    done_count: int
    new_count: int
    changed_count: int
    problem_count: int
    problems: list[str]
