"""Runs: a row of the list, the record of a script, the whole."""

from typing import Any, Literal

import msgspec

from trackbook.events import NameRule
from trackbook_server.contract.base import Direction, Number, Reply
from trackbook_server.contract.executions import CellExecution
from trackbook_server.contract.explanation import Explanation
from trackbook_server.contract.metrics import (
    MainMetric,
    MetricLast,
    MetricSummary,
    ParamChange,
    RunParam,
    RunTable,
)
from trackbook_server.contract.revisions import RevisionInfo
from trackbook_server.contract.server import FilterHint

RunStatus = Literal["running", "open", "finished", "failed", "interrupted", "lost"]


class TextHit(Reply, frozen=True, kw_only=True):
    """Where a run has the words that were searched for: they stand between `before` and
    `after`, all of it text as it is."""

    place: Literal["code", "output", "note", "error", "tags", "params"]
    before: str
    match: str
    after: str


class RunRow(Reply, frozen=True, kw_only=True):
    """A run in the list. `number` counts the experiment's runs and gives the colour.

    `params` are at most eight: the changed ones first, then those that vary.
    `alike_count` counts the runs before it of the same code, params and results that
    the list folds into this row (1: only itself); `runs?alike={run_id}` lists the
    others. `revision_number` is that of the notebook's code that it ran.

    `cells` are its values in the columns that were asked for, by their names (a column
    that it has nothing in is left out), `sort_values` are what the list is sorted by,
    one for each sort, and `group` is the key of its group, where one was asked for.
    """

    run_id: str
    number: int
    name: str
    is_named: bool
    status: RunStatus
    experiment_id: str
    experiment: str
    notebook_path: str | None
    started_at: str
    ended_at: str | None
    duration_ms: float
    starred: bool
    pinned: bool
    archived_at: str | None
    trashed_at: str | None
    main_metric: MainMetric | None
    params: list[RunParam]
    param_count: int
    error: str | None
    continues: str | None
    alike_count: int
    revision_number: int | None
    group: str | None
    sort_values: list[int | float | str | None]
    cells: dict[str, Any]
    found: TextHit | None
    change: int


class RunList(Reply, frozen=True, kw_only=True):
    """A page of runs. `next_cursor` is opaque; None means this is the last page.

    `change` is the store's at the time of reading; ask again with `since=change` for
    what changed since then (`removed` are ids that left the list). How many runs the
    list has is told by `runs/counts`, so that counting them never holds up a page.
    """

    runs: list[RunRow]
    removed: list[str]
    next_cursor: str | None
    change: int


class RunCounts(Reply, frozen=True, kw_only=True):
    """How many runs a list has.

    Where a filter matches so many that counting takes long, `total_is_exact` is false
    and there are at least so many. `hints` are there where a filter found nothing.
    `without_result_count` counts those folded away because they have none, which
    `runs?without_result=true` lists in pages of the same kind.
    """

    total: int
    total_is_exact: bool
    hints: list[FilterHint]
    without_result_count: int
    change: int


class GroupBest(Reply, frozen=True, kw_only=True):
    """The best value of the main metric that all runs of a group share."""

    key: str
    value: Number


class RunGroup(Reply, frozen=True, kw_only=True):
    """Runs of a list that belong together. `key` names the group in `runs?of=`.

    `value` is what they share: a day (`2026-11-23`), a path, a revision's number, a
    status, a param's value, a tag's; null: they have none.
    """

    key: str
    value: Any
    notebook_path: str | None
    count: int
    best: GroupBest | None
    last_started_at: str


class RunGroupList(Reply, frozen=True, kw_only=True):
    """The groups of a list in its order.

    `groups` are at most 500 of the `group_count`; `runs/groups?first=500` gives those
    that follow.
    """

    groups: list[RunGroup]
    group_count: int
    change: int


class RunColumn(Reply, frozen=True, kw_only=True):
    """Something that the runs of a list can be shown and sorted by, besides their
    attributes. `varies`: the runs have several values of it. `direction` is that of a
    metric where all experiments of the list agree on it."""

    name: str
    kind: Literal["param", "metric", "tag"]
    key: str
    varies: bool
    direction: Direction | None


class RunColumnList(Reply, frozen=True, kw_only=True):
    """The columns that a list can have: params, then metrics, then tags."""

    columns: list[RunColumn]


class RunIds(Reply, frozen=True, kw_only=True):
    """A page of a list, ids only."""

    run_ids: list[str]
    next_cursor: str | None


class Environment(Reply, frozen=True, kw_only=True):
    """What the run ran in; `git` is None outside a repository."""

    environment_id: str
    python: str
    executable: str
    platform: str
    host: str
    packages: dict[str, str]
    git: dict[str, Any] | None
    machine: dict[str, Any]


class Artifact(Reply, frozen=True, kw_only=True):
    """A named output."""

    name: str
    sha256: str
    size_bytes: int
    mime_type: str
    logged_at: str


class RunInput(Reply, frozen=True, kw_only=True):
    """Data that a run read, in the shape of MLflow's datasets; see `input_logged`."""

    name: str
    digest: str
    source: str
    schema: dict[str, Any]
    profile: dict[str, Any]
    context: str
    logged_at: str


class RunLink(Reply, frozen=True, kw_only=True):
    """Another run, in short. `name` is None where it is gone for good."""

    run_id: str
    name: str | None
    status: RunStatus | None
    number: int
    main_metric: str | None
    main_value: Number | None


class Run(Reply, frozen=True, kw_only=True):
    """A run whole: what `show --json` prints, but for the explanation.

    The first twelve fields are the shape that scripts rely on; `metrics` and `params`
    are by key there and detailed in `metric_list` and `param_list`. `values` are
    numbers that cells bound and that are no results. `param_changes` holds, for the
    params that had more than one value in the run, all of them in their order.
    `parent` is the run that it is nested in, `children` the first hundred of the
    `child_count` runs nested in it. `names`
    are the experiment's rules of names. `sentence` says in plain words how the run
    differs from the one before.
    """

    run_id: str
    name: str
    status: RunStatus
    experiment: str
    notebook_path: str | None
    started_at: str
    ended_at: str | None
    params: dict[str, Any]
    metrics: dict[str, MetricLast]
    tags: dict[str, str]
    cell_executions: list[CellExecution]
    number: int
    is_named: bool
    experiment_id: str
    duration_ms: float
    starred: bool
    pinned: bool
    archived_at: str | None
    trashed_at: str | None
    note: str
    error: str | None
    continues: str | None
    previous_run_id: str | None
    previous_name: str | None
    parent: RunLink | None
    children: list[RunLink]
    child_count: int
    host: str
    kernel_id: str | None
    user: str
    main_metric: MainMetric | None
    metric_list: list[MetricSummary]
    param_list: list[RunParam]
    param_changes: dict[str, list[ParamChange]]
    values: list[MetricSummary]
    tables: list[RunTable]
    names: dict[str, NameRule]
    environment: Environment | None
    artifacts: list[Artifact]
    inputs: list[RunInput]
    revisions: list[RevisionInfo]
    redacted_count: int
    capture_failures: list[str]
    sentence: str
    change: int


class ShownRun(Run, frozen=True, kw_only=True):
    """What `show --json` prints: a run, and whether its notebook explains it."""

    explanation: Explanation


class RunRecord(Reply, frozen=True, kw_only=True):
    """One object of the array that `runs --json` prints."""

    run_id: str
    name: str
    status: RunStatus
    experiment: str
    notebook_path: str | None
    started_at: str
    ended_at: str | None
    params: dict[str, Any]
    metrics: dict[str, MetricLast]
    tags: dict[str, str]
    duration_ms: float
    starred: bool
    main_metric: str | None


class RunEdit(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What PATCH runs/{run_id} takes; only the fields present change.

    An empty `name` gives the automatic name back. A tag of None is removed.
    `notebook_path` attaches a run of an untitled kernel session to a notebook.
    `experiment_id` moves it to another experiment; empty, it goes back to where it was
    recorded.
    """

    name: str | None = None
    starred: bool | None = None
    note: str | None = None
    tags: dict[str, str | None] = {}
    trashed: bool | None = None
    notebook_path: str | None = None
    archived: bool | None = None
    pinned: bool | None = None
    experiment_id: str | None = None


class RunsEdit(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What POST runs/edits takes: one edit of up to 1,000 runs, all or none of it.

    Only the fields present change; a tag of None is removed. `experiment_id` moves
    them; empty, they go back to where they were recorded.
    """

    run_ids: list[str]
    starred: bool | None = None
    tags: dict[str, str | None] = {}
    trashed: bool | None = None
    archived: bool | None = None
    pinned: bool | None = None
    experiment_id: str | None = None


class RunsUndo(Reply, frozen=True, kw_only=True):
    """An edit that gives some runs back what they had: send what is not null."""

    run_ids: list[str]
    starred: bool | None
    tags: dict[str, str | None]
    trashed: bool | None
    archived: bool | None
    pinned: bool | None
    experiment_id: str | None


class RunsEdited(Reply, frozen=True, kw_only=True):
    """What an edit of many runs changed: `count` runs, which `undo` gives back."""

    count: int
    undo: list[RunsUndo]
    change: int
