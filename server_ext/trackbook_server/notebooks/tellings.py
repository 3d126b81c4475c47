"""What is known of a notebook and its kernel, played as it ran and as it would run.

Pure. What is said of the two tellings, is said in `explain.py`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from trackbook_server.contract import (
    ExplanationCell,
    ExplanationReason,
    ReasonKind,
    Severity,
    Verdict,
)
from trackbook_server.notebooks.align import title_of
from trackbook_server.notebooks.code_trace import Numbers, Step, Trace
from trackbook_server.notebooks.names_used import read_cell


@dataclass(frozen=True, slots=True)
class SavedCell:
    """A code cell of the document; `place` counts all its cells from 1."""

    place: int
    cell_id: str | None
    source: str


@dataclass(frozen=True, slots=True)
class Ran:
    """One execution of the kernel, in its order. `is_here`: in this notebook."""

    execution_id: str
    cell_id: str | None
    source: str
    status: str = "ok"
    before_recording: bool = False
    is_here: bool = True


@dataclass(frozen=True, slots=True)
class History:
    """What is known: the document's code cells, and what the kernel executed.

    `result` is the index of the execution that gave the result, `result_name` the name
    that it bound it to, if any. `is_whole`: nothing ran before the first execution.
    """

    cells: Sequence[SavedCell]
    executions: Sequence[Ran]
    result: int
    result_name: str | None = None
    is_whole: bool = True


@dataclass(slots=True)
class Findings:
    """What was found; `in_order` counts the cells that ran as they stand."""

    reasons: list[ExplanationReason] = field(default_factory=list)
    result_cell: ExplanationCell | None = None
    in_order: int = 0
    executed: int = 0
    used_modules: frozenset[str] = frozenset()

    @property
    def verdict(self) -> Verdict:
        """The gravest of the reasons; what was not checked makes no green."""
        found = {reason.severity for reason in self.reasons}
        for verdict in ("red", "amber", "unknown"):
            if verdict in found:
                return verdict
        return "green"


class Tellings:
    """What the kernel ran beside what a run from the top would run, and what of it is
    worth saying."""

    def __init__(self, history: History) -> None:
        self.history = history
        self.found = Findings()
        numbers = Numbers()
        self.ran = Trace(numbers)
        self.clean = Trace(numbers)
        self.ran_steps: list[list[Step]] = []
        self.clean_steps: list[list[Step]] = []
        self.cell_of = match_cells(history)
        self.said: set[object] = set()

    def play(self) -> None:
        """Play both tellings: all executions, and the cells up to the result's."""
        for index, one in enumerate(self.history.executions):
            partial = one.status in ("error", "interrupted", "aborted")
            self.ran_steps.append(
                [
                    self.ran.run(index, statement, partial=partial)
                    for statement in read_cell(one.source).statements
                ]
            )
        last = self.cell_of[self.history.result]
        for index, cell in enumerate(self.history.cells):
            if last is not None and index > last:
                break
            self.clean_steps.append(
                [
                    self.clean.run(index, statement)
                    for statement in read_cell(cell.source).statements
                ]
            )

    def say(
        self,
        kind: ReasonKind,
        severity: Severity,
        sentence: str,
        cells: Sequence[ExplanationCell],
        name: str | None = None,
        key: object = None,
    ) -> None:
        """Add a reason, once."""
        if (key or sentence) in self.said:
            return
        self.said.add(key or sentence)
        self.found.reasons.append(
            ExplanationReason(
                kind=kind,
                severity=severity,
                sentence=sentence,
                name=name,
                cells=list(cells),
            )
        )

    def title(self, index: int) -> str:
        """Return what the cell of an execution is called."""
        return title_of_cell(self.history.executions[index].source)

    def describe(self, index: int, place: int | None) -> ExplanationCell:
        """Return an execution, with the cell that it is of."""
        one = self.history.executions[index]
        cell = None if place is None else self.history.cells[place]
        return ExplanationCell(
            title=title_of_cell(one.source),
            cell_id=cell.cell_id if cell else one.cell_id,
            execution_id=one.execution_id,
            place=cell.place if cell else None,
        )

    def saved(self, place: int, index: int | None = None) -> ExplanationCell:
        """Return a cell of the document."""
        return cell_named(
            self.history.cells[place],
            None if index is None else self.history.executions[index].execution_id,
        )


def cell_named(cell: SavedCell, execution_id: str | None = None) -> ExplanationCell:
    """Return what a cell of the document is called, and where it is."""
    return ExplanationCell(
        title=title_of_cell(cell.source),
        cell_id=cell.cell_id,
        execution_id=execution_id,
        place=cell.place,
    )


def match_cells(history: History) -> list[int | None]:
    """Return the cell of the document that each execution is of: by id, else source."""
    by_id = {cell.cell_id: i for i, cell in enumerate(history.cells) if cell.cell_id}
    by_source: dict[str, int] = {}
    for index, cell in enumerate(history.cells):
        by_source.setdefault(cell.source.strip(), index)
    found: list[int | None] = []
    for one in history.executions:
        if not one.is_here:
            found.append(None)
        elif one.cell_id is not None:
            found.append(by_id.get(one.cell_id))
        else:
            found.append(by_source.get(one.source.strip()))
    return found


def title_of_cell(source: str) -> str:
    """Return what a cell is called in a sentence."""
    return title_of(source).replace("`", "'") or "an empty cell"
