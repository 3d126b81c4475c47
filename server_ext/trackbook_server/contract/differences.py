"""Runs and notebooks side by side."""

from typing import Any, Literal

from trackbook_server.contract.base import Direction, Number, Reply
from trackbook_server.contract.metrics import MainMetric
from trackbook_server.contract.revisions import RevisionInfo
from trackbook_server.contract.runs import RunStatus

CellChange = Literal["added", "removed", "edited", "rerun", "moved", "same"]
"""What became of a cell, in the one word that says most."""

CellPart = Literal[
    "source", "type", "metadata", "attachments", "outputs", "count", "id", "other"
]
"""A part of a cell in which its two sides differ."""


class ValueDifference(Reply, frozen=True, kw_only=True):
    """One key's value in every run, in their order; `present` where it is set."""

    key: str
    values: list[Any]
    present: list[bool]
    differs: bool


class OutputPart(Reply, frozen=True, kw_only=True):
    """One mime type of an output, and how much JSON it is."""

    mime_type: str
    size_bytes: int


class OutputRef(Reply, frozen=True, kw_only=True):
    """An output by the name of its piece; GET pieces/{sha256} gives its body.

    `kind` is nbformat's output_type; `name` a stream's or an error's. `parts` are the
    mime types of its bundle; empty for streams and errors. `damaged`: its body can't
    be read any more.
    """

    sha256: str
    kind: str
    name: str | None
    size_bytes: int
    parts: list[OutputPart]
    damaged: bool


class CellSide(Reply, frozen=True, kw_only=True):
    """A cell as one side has it; GET pieces/{sha256} gives it whole, without outputs.

    `place` counts the notebook's cells from 1. `outputs` are told where the sides'
    outputs differ, or there is only one side; else the list is empty and
    `output_count` says how many there are. `damaged`: the cell can't be read any more,
    and its source is empty.
    """

    sha256: str
    place: int
    cell_id: str | None
    cell_type: str
    source: str
    execution_count: int | None
    output_count: int
    outputs: list[OutputRef]
    damaged: bool


class CellDifference(Reply, frozen=True, kw_only=True):
    """One cell in two notebooks, aligned by cell id, then by content.

    `change` is *edited* where what people wrote differs, *rerun* where only outputs or
    execution count do, *moved* where nothing differs but the place among the others;
    `moved` says so of a cell that is edited or re-run, too. `differs` names the parts
    that differ; a cell of which only the id does is *same*. A side is None where the
    cell is only on the other. `title` is its first line of code.
    """

    title: str
    change: CellChange
    moved: bool
    differs: list[CellPart]
    before: CellSide | None
    after: CellSide | None


class NotebookSide(Reply, frozen=True, kw_only=True):
    """One of two notebooks: what it is called (`label`), and where it is from.

    `ref` names it to GET pieces/{sha256}. The run is the one that was named, None where
    a revision or file was. `frame_sha256` is the piece of the notebook without its
    cells; `language` is that of its code.
    """

    ref: str
    label: str
    revision: RevisionInfo
    run_id: str | None
    run_name: str | None
    run_number: int | None
    frame_sha256: str
    language: str


class ChangeCounts(Reply, frozen=True, kw_only=True):
    """How many cells there are of each kind of change."""

    added: int
    removed: int
    edited: int
    rerun: int
    moved: int
    same: int


class NotebookDifference(Reply, frozen=True, kw_only=True):
    """Two notebooks, cell by cell, in the order of `after`; a removed cell stands where
    it was.

    `equal` says that the documents are. `frame` names what differs outside the cells
    (`metadata.kernelspec`, `nbformat_minor`). `cut_short` says that not all cells were
    looked at for likeness: an edited cell may then be told as removed and added.
    """

    before: NotebookSide
    after: NotebookSide
    equal: bool
    counts: ChangeCounts
    frame: list[str]
    cells: list[CellDifference]
    cut_short: bool


class ComparedMetric(ValueDifference, frozen=True, kw_only=True):
    """A metric's last value in every run; `deviations` are those of its folds."""

    direction: Direction | None
    deviations: list[Number | None]


class SeenInput(Reply, frozen=True, kw_only=True):
    """Data as one run read it; the counts are null where nobody counted."""

    digest: str
    source: str
    row_count: int | None
    size_bytes: int | None


class ComparedInput(Reply, frozen=True, kw_only=True):
    """An input in every run, null where it was not read; it differs by its digest."""

    key: str
    values: list[SeenInput | None]
    differs: bool


class SeenArtifact(Reply, frozen=True, kw_only=True):
    """A file as one run kept it."""

    sha256: str
    size_bytes: int
    mime_type: str


class ComparedArtifact(Reply, frozen=True, kw_only=True):
    """An artifact in every run, null where it was not kept."""

    key: str
    values: list[SeenArtifact | None]
    differs: bool


class FigureRef(Reply, frozen=True, kw_only=True):
    """A picture that an execution put out: a blob of its run, or the drawing itself."""

    execution_id: str
    mime_type: str
    sha256: str | None
    data: str | None


class ComparedFigures(Reply, frozen=True, kw_only=True):
    """The pictures that one cell drew in every run, when it ran last."""

    title: str
    figures: list[list[FigureRef]]
    differs: bool


class ComparedRun(Reply, frozen=True, kw_only=True):
    """A run at the head of a column."""

    run_id: str
    number: int
    name: str
    status: RunStatus
    experiment_id: str
    main_metric: MainMetric | None
    started_at: str
    duration_ms: float
    change: int


class Comparison(Reply, frozen=True, kw_only=True):
    """Runs side by side, against the first (`baseline_run_id`).

    Of each kind every key is told, those that differ first. `notebook` compares the
    notebooks of two runs; None where one of them has none, and of more than two:
    `compare/cells` tells which cells differ, `differences` how. `missing` names runs
    that do not exist (any more). Where params are very many and long, a long value is
    told by its beginning.
    """

    baseline_run_id: str
    runs: list[ComparedRun]
    missing: list[str]
    params: list[ValueDifference]
    metrics: list[ComparedMetric]
    environment: list[ValueDifference]
    inputs: list[ComparedInput]
    artifacts: list[ComparedArtifact]
    figures: list[ComparedFigures]
    notebook: NotebookDifference | None
    sentence: str


class ComparedCell(Reply, frozen=True, kw_only=True):
    """What became of a cell in every run, against the baseline; null where neither has
    it. In the baseline a cell is *same*."""

    title: str
    cell_id: str | None
    changes: list[CellChange | None]
    differs: bool


class CellTable(Reply, frozen=True, kw_only=True):
    """The cells of the runs' notebooks: those of the baseline in their order, each
    other where it stands. `labels` say which revision each run's is; null where a run
    has no notebook."""

    run_ids: list[str]
    labels: list[str | None]
    cells: list[ComparedCell]
