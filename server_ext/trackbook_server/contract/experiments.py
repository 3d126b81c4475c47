"""Experiments: named groups of runs."""

import msgspec

from trackbook.events import NameRule
from trackbook_server.contract.base import Direction, Reply


class Experiment(Reply, frozen=True, kw_only=True):
    """A named group of runs; by default a notebook, followed through renames.

    Where it was merged into another, `merged_into` is that one's id, and its runs are
    there. `merged` are the names of those that were merged into it.
    """

    experiment_id: str
    name: str
    is_named: bool
    notebook_path: str | None
    run_count: int
    last_started_at: str | None
    merged_into: str | None
    merged: list[str]
    main_metric: str | None
    directions: dict[str, Direction]
    names: dict[str, NameRule]


class ExperimentList(Reply, frozen=True, kw_only=True):
    """All experiments but those merged into others, the most recently used first."""

    experiments: list[Experiment]
    change: int


class FolderEntry(Reply, frozen=True, kw_only=True):
    """A folder with runs somewhere below it."""

    path: str
    name: str
    run_count: int
    last_started_at: str


class FolderExperiment(Reply, frozen=True, kw_only=True):
    """An experiment with runs of a notebook that is right in a folder."""

    experiment_id: str
    name: str
    notebook_path: str | None
    run_count: int
    last_started_at: str


class Folder(Reply, frozen=True, kw_only=True):
    """What a folder has of runs; paths are contents paths, the top is the empty one.

    Folders outside of the server's root are at the top, by their own path.
    """

    path: str
    folders: list[FolderEntry]
    experiments: list[FolderExperiment]
    change: int


class ExperimentEdit(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True
):
    """What PATCH experiments/{experiment_id} takes; an empty main_metric unsets it.

    A rule of None in `names` is taken back. `merged_into` is the id of the experiment
    that its runs, also those to come, belong to from now on; empty gives them back.
    """

    name: str | None = None
    main_metric: str | None = None
    directions: dict[str, Direction] = {}
    names: dict[str, NameRule | None] = {}
    merged_into: str | None = None


class ExperimentCreate(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True
):
    """What POST experiments takes: the name of a new one."""

    name: str
