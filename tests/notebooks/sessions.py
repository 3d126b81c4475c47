"""Sessions at a notebook: cells written, run, edited, moved; and what is true of them.

The truth is had by doing: the notebook as it stands is run from the top in a clean
namespace, and gives the same result, another, or none.
"""

import contextlib
import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from IPython.core.inputtransformer2 import TransformerManager

from trackbook_server.notebooks.explain import explain
from trackbook_server.notebooks.tellings import Findings, History, Ran, SavedCell

NOTHING = object()


@dataclass
class Session:
    """A notebook with a kernel: plain namespaces, so that thousands take seconds."""

    cells: list[tuple[str, str]] = field(default_factory=list)
    namespace: dict[str, Any] = field(default_factory=lambda: {"__name__": "__main__"})
    executions: list[Ran] = field(default_factory=list)
    is_whole: bool = True

    def write(self, *sources: str) -> "Session":
        for source in sources:
            self.cells.append((f"c{len(self.cells)}", source))
        return self

    def edit(self, cell_id: str, source: str) -> "Session":
        at = self._at(cell_id)
        self.cells[at] = (cell_id, source)
        return self

    def delete(self, cell_id: str) -> "Session":
        del self.cells[self._at(cell_id)]
        return self

    def move(self, cell_id: str, to: int) -> "Session":
        self.cells.insert(to, self.cells.pop(self._at(cell_id)))
        return self

    def restart(self) -> "Session":
        self.namespace = {"__name__": "__main__"}
        self.executions = []
        return self

    def run(self, *cell_ids: str) -> "Session":
        for cell_id in cell_ids:
            self.run_source(self.cells[self._at(cell_id)][1], cell_id)
        return self

    def run_all(self) -> "Session":
        return self.run(*(cell_id for cell_id, _ in self.cells))

    def run_source(self, source: str, cell_id: str | None) -> str:
        status = "ok" if execute(source, self.namespace) else "error"
        number = len(self.executions)
        self.executions.append(Ran(f"e{number}", cell_id, source, status))
        return status

    def findings(self, name: str | None = None) -> Findings:
        return explain(self.history(name))

    def history(self, name: str | None = None) -> History:
        return History(
            [
                SavedCell(place + 1, cell_id, source)
                for place, (cell_id, source) in enumerate(self.cells)
            ],
            self.executions,
            len(self.executions) - 1,
            name,
            self.is_whole,
        )

    def _at(self, cell_id: str) -> int:
        return [each for each, _ in self.cells].index(cell_id)

    def comes_out_the_same(self, name: str = "result") -> bool:
        """Run the notebook from the top up to the cell that ran last."""
        clean: dict[str, Any] = {"__name__": "__main__"}
        last = self.executions[-1].cell_id
        for cell_id, source in self.cells:
            if not execute(source, clean):
                return False
            if cell_id == last:
                return say(clean.get(name, NOTHING)) == say(
                    self.namespace.get(name, NOTHING)
                )
        return False


def execute(source: str, namespace: dict[str, Any]) -> bool:
    """Run a cell; say whether it ended without an error."""
    with contextlib.redirect_stdout(io.StringIO()):
        try:
            if "%" in source or "!" in source:
                source = TransformerManager().transform_cell(source)
                namespace["get_ipython"] = lambda: _Shell(namespace)
            exec(compile(source, "<cell>", "exec"), namespace)
        except Exception:
            return False
    return True


@dataclass
class _Shell:
    """What a transformed cell asks IPython for, as far as histories do."""

    namespace: dict[str, Any]

    def run_line_magic(self, name: str, line: str, *_: Any) -> None:
        if name == "time":
            exec(line, self.namespace)

    def system(self, line: str) -> None:
        """Run nothing."""


def say(value: Any) -> str:
    """Return a value as text that tells it from others."""
    return repr(value)


def reasons_of(findings: Findings, *severities: str) -> list[str]:
    return [
        reason.kind
        for reason in findings.reasons
        if not severities or reason.severity in severities
    ]


def sentences_of(findings: Findings) -> Sequence[str]:
    return [reason.sentence for reason in findings.reasons]
