"""Does the notebook explain the result? What the kernel ran beside the document.

Pure. What was executed, in its order, is played beside what a run from top to bottom
would execute; where both make the result of the same code and the same values, the
notebook explains it. Where not, the first differences on the way back from the result
are the reasons.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from trackbook_server.contract import (
    ExplanationCell,
    ExplanationReason,
    ReasonKind,
    Severity,
    Verdict,
)
from trackbook_server.notebooks.align import title_of
from trackbook_server.notebooks.code_ops import CellCode
from trackbook_server.notebooks.code_trace import Def, Numbers, Step, Trace
from trackbook_server.notebooks.names_used import read_cell

MAX_REASONS = 12


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


def explain(history: History) -> Findings:
    """Compare what ran with what a run from top to bottom would run."""
    return _Comparison(history).run()


class _Comparison:
    def __init__(self, history: History) -> None:
        self.history = history
        self.found = Findings()
        self.codes: dict[str, CellCode] = {}
        numbers = Numbers()
        self.ran = Trace(numbers)
        self.clean = Trace(numbers)
        self.ran_steps: list[list[Step]] = []
        self.clean_steps: list[list[Step]] = []
        self.cell_of = _match(history)
        self.said: set[object] = set()

    def run(self) -> Findings:
        history, found = self.history, self.found
        result = history.executions[history.result]
        place = self.cell_of[history.result]
        found.result_cell = self.describe(history.result, place)
        self.play()
        self.say_unchecked(place)
        if place is None:
            self.say(
                "gone",
                "red",
                f"`{_title(result.source)}`, the cell that gave the result, is not in "
                "the notebook.",
                [self.describe(history.result, None)],
            )
            return found
        self.compare_result(history.result, place)
        self.compare_cells(place)
        self.count(place)
        return found

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

    # --- the result -----------------------------------------------------------------

    def compare_result(self, index: int, place: int) -> None:
        ran, clean = self.ran_steps[index], self.clean_steps[place]
        name = self.history.result_name
        wanted = [step for step in ran if name in step.binds][-1:] or ran
        texts = [step.statement.text for step in ran]
        if texts != [step.statement.text for step in clean]:
            self.say_edited(index, place)
            return
        for step in wanted:
            other = clean[ran.index(step)]
            before = len(self.found.reasons)
            self.walk(step, other)
            if step.number != other.number and len(self.found.reasons) == before:
                self.say(
                    "out_of_order",
                    "amber",
                    f"A run from the top may give `{self.title(index)}` other values.",
                    [self.describe(index, place)],
                )
        self.say_made_of(wanted)

    def walk(self, ran: Step, clean: Step) -> None:
        """Say why two steps of the same code differ: back to where they began to."""
        waiting = [(ran, clean)]
        seen: set[tuple[int, int]] = set()
        while waiting:
            ran, clean = waiting.pop()
            if ran.number == clean.number or (id(ran), id(clean)) in seen:
                continue
            seen.add((id(ran), id(clean)))
            if ran.partial:
                self.say(
                    "failed",
                    "amber",
                    f"`{self.title(ran.place)}` did not run to its end, and the result "
                    "depends on what it had done.",
                    [self.describe(ran.place, self.cell_of[ran.place])],
                )
            for name in sorted(ran.reads.keys() | clean.reads.keys()):
                one, other = ran.reads.get(name), clean.reads.get(name)
                waiting += self.compare_values(ran, clean, name, one, other)

    def compare_values(
        self, ran: Step, clean: Step, name: str, one: Def | None, other: Def | None
    ) -> Iterable[tuple[Step, Step]]:
        """Compare what a name was with what it would be; yield what to look at next."""
        if (one.version if one else 0) == (other.version if other else 0):
            return
        is_same_cell = (
            one is not None
            and other is not None
            and self.cell_of[one.step.place] == other.step.place
        )
        if one is None or other is None or not is_same_cell:
            self.say_value(ran, name, one, other)
        elif one.step.statement.text != other.step.statement.text:
            self.say_edited(one.step.place, other.step.place)
        else:
            yield one.step, other.step
            if one.step.number == other.step.number:
                yield from self.compare_values(
                    ran, clean, name, one.before, other.before
                )

    def say_value(
        self, ran: Step, name: str, one: Def | None, other: Def | None
    ) -> None:
        reader = self.title(ran.place)
        cells = [self.describe(ran.place, self.cell_of[ran.place])]
        shown = f"`{name}`" if not name.startswith("the ") else name
        reads = f"`{reader}` reads {shown}"
        instead = ""
        may = one is not None and one.changed and other is not None
        if other is not None:
            clean = _title(self.history.cells[other.step.place].source)
            instead = f"; run from the top, it takes it from `{clean}`"
        if one is None:
            assert other is not None
            self.say(
                "out_of_order",
                "amber" if name not in ran.hard else "red",
                f"{reads}, which no cell had written when it ran{instead}.",
                [*cells, self.saved(other.step.place)],
                name,
            )
            return
        place = self.cell_of[one.step.place]
        writer = self.title(one.step.place)
        cells.append(self.describe(one.step.place, place))
        wrote = "changed" if one.changed else "written"
        here = self.cell_of[ran.place]
        severity: Severity = "amber" if may else "red"
        if place is None:
            execution = self.history.executions[one.step.place]
            where = (
                "before the recording began"
                if execution.before_recording
                else "by a cell that is no longer there"
                if execution.is_here
                else "by a cell of another notebook"
            )
            self.say(
                "before_recording" if execution.before_recording else "gone",
                severity,
                f"{reads}, last {wrote} {where}: `{writer}`{instead}.",
                cells,
                name,
            )
        elif place == here and one.step.place != ran.place:
            self.say(
                "executed_again",
                severity,
                f"`{reader}` ran again on what it had left in {shown}{instead}.",
                cells,
                name,
            )
        elif here is not None and place > here:
            self.say(
                "out_of_order",
                severity,
                f"{reads}, last {wrote} by `{writer}`, which stands below{instead}.",
                cells,
                name,
            )
        else:
            again = len([1 for each in self.cell_of if each == place]) > 1
            self.say(
                "executed_again" if again else "out_of_order",
                severity,
                f"{reads}, last {wrote} by `{writer}`"
                + (instead or ", which a run from the top does not do")
                + ".",
                cells,
                name,
            )

    def say_edited(self, index: int, place: int) -> None:
        self.say(
            "edited",
            "red",
            f"`{self.title(index)}` was edited after it ran, and the result "
            "depends on it.",
            [self.describe(index, place)],
        )

    def say_made_of(self, steps: Sequence[Step]) -> None:
        """Look at all that the result was made of, as it ran."""
        seen: set[int] = set()
        waiting = list(steps)
        while waiting:
            step = waiting.pop()
            if id(step) in seen:
                continue
            seen.add(id(step))
            self.say_step(step)
            for value in step.reads.values():
                while value is not None and id(value) not in seen:
                    seen.add(id(value))
                    waiting.append(value.step)
                    value = value.before

    def say_step(self, step: Step) -> None:
        title = self.title(step.place)
        cells = [self.describe(step.place, self.cell_of[step.place])]
        if step.draws:
            sentence = f"`{title}` draws random numbers, and no cell seeds them."
            self.say("random", "amber", sentence, cells)
        for name, value in step.reads.items():
            # Code in a function may not have run, unless something else did before.
            if value is None and (name in step.hard or not self.history.is_whole):
                hidden = any(one.kind == "not_checked" for one in self.found.reasons)
                self.say(
                    "before_recording",
                    # What could not be checked may have written it.
                    "unknown" if hidden else "amber",
                    f"`{title}` reads `{name}`, which no recorded cell wrote.",
                    cells,
                    name,
                )
        if self.history.executions[step.place].before_recording:
            self.say(
                "before_recording",
                "unknown",
                f"`{title}` ran before the recording began: whether to its end, is not "
                "known.",
                cells,
            )

    # --- the cells above the result -------------------------------------------------

    def compare_cells(self, last: int) -> None:
        """Say which cells above the result may stop a run from the top."""
        numbers = {
            tuple(step.number for step in steps)
            for steps, one in zip(self.ran_steps, self.history.executions, strict=True)
            if one.status in ("ok", "running")
        }
        ran_of: dict[int, list[int]] = {}
        for index, place in enumerate(self.cell_of):
            if place is not None:
                ran_of.setdefault(place, []).append(index)
        for place, steps in enumerate(self.clean_steps[:last]):
            if not steps or tuple(step.number for step in steps) in numbers:
                continue
            missing = self.missing(steps)
            ran = ran_of.get(place, [])
            cell = self.saved(place, ran[-1] if ran else None)
            title = f"`{cell.title}`"
            if missing and self.is_said(missing, cell):
                continue
            if missing:
                self.say(
                    "stops",
                    "amber",
                    f"{title} reads `{missing}`, which nothing above it writes: a run "
                    "from the top stops there.",
                    [cell],
                    missing,
                )
            elif not ran:
                looks = all(step.statement.looks for step in steps)
                self.say(
                    "never_executed",
                    "note" if looks else "amber",
                    f"{title} stands above the result and was never executed.",
                    [cell],
                )
            elif all(
                self.history.executions[index].status not in ("ok", "running")
                for index in ran
            ):
                self.say("failed", "amber", f"{title} failed whenever it ran.", [cell])
            else:
                self.say_aside(place, steps, ran, cell)

    def is_said(self, name: str, cell: ExplanationCell) -> bool:
        """Say whether a reason tells already what becomes of a name in a cell."""
        return any(
            reason.name == name and reason.cells[0].place == cell.place
            for reason in self.found.reasons
        )

    def say_aside(
        self,
        place: int,
        steps: Sequence[Step],
        ran: Sequence[int],
        cell: ExplanationCell,
    ) -> None:
        """A cell ran, but on other values than it has in a run from the top."""
        looks = all(step.statement.looks for step in steps)
        texts = [step.statement.text for step in steps]
        known = any(
            [step.statement.text for step in self.ran_steps[index]] == texts
            for index in ran
        )
        said = cell.cell_id in {
            each.cell_id for reason in self.found.reasons for each in reason.cells
        }
        if said and any(r.severity in ("red", "amber") for r in self.found.reasons):
            return
        self.say(
            "aside" if known else "edited",
            "note" if looks else "amber",
            f"`{cell.title}` "
            + (
                "ran on other values than a run from the top gives it"
                if known
                else "was edited after it ran"
            )
            + "; the result does not depend on it, but it could stop such a run.",
            [cell],
        )

    def missing(self, steps: Sequence[Step]) -> str | None:
        """Return a name that a run from the top does not find."""
        for step in steps:
            for name, value in step.reads.items():
                if value is None and name in step.hard:
                    return name
        return None

    # --- what could not be checked --------------------------------------------------

    def say_unchecked(self, last: int | None) -> None:
        upto = self.history.executions[: self.history.result + 1]
        for index, one in enumerate(upto):
            for what in read_cell(one.source).unchecked:
                self.say(
                    "not_checked",
                    "unknown",
                    f"What {_quoted(what)} does in `{self.title(index)}` could not be "
                    "checked.",
                    [self.describe(index, self.cell_of[index])],
                    key=(what, self.title(index)),
                )
        for place, cell in enumerate(self.history.cells[: (last or 0) + 1]):
            for what in read_cell(cell.source).unchecked:
                self.say(
                    "not_checked",
                    "unknown",
                    f"What {_quoted(what)} does in `{_title(cell.source)}` could not "
                    "be checked.",
                    [self.saved(place)],
                    key=(what, _title(cell.source)),
                )

    def count(self, last: int) -> None:
        """Count the cells up to the result that ran, and how many of them in order."""
        found = self.found
        first_ran: dict[int, int] = {}
        for index, place in enumerate(self.cell_of):
            if place is not None and place <= last:
                first_ran[place] = index
        wanted = [p for p, steps in enumerate(self.clean_steps) if steps]
        found.executed = sum(place in first_ran for place in wanted)
        found.in_order = len(wanted)
        found.used_modules = frozenset[str]().union(
            *(
                read_cell(one.source).local_modules
                for one in self.history.executions[: self.history.result + 1]
            )
        )

    # --- saying it ------------------------------------------------------------------

    def say(
        self,
        kind: ReasonKind,
        severity: Severity,
        sentence: str,
        cells: Sequence[ExplanationCell],
        name: str | None = None,
        key: object = None,
    ) -> None:
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
        return _title(self.history.executions[index].source)

    def describe(self, index: int, place: int | None) -> ExplanationCell:
        one = self.history.executions[index]
        cell = None if place is None else self.history.cells[place]
        return ExplanationCell(
            title=_title(one.source),
            cell_id=cell.cell_id if cell else one.cell_id,
            execution_id=one.execution_id,
            place=cell.place if cell else None,
        )

    def saved(self, place: int, index: int | None = None) -> ExplanationCell:
        return cell_named(
            self.history.cells[place],
            None if index is None else self.history.executions[index].execution_id,
        )


def cell_named(cell: SavedCell, execution_id: str | None = None) -> ExplanationCell:
    """Return what a cell of the document is called, and where it is."""
    return ExplanationCell(
        title=_title(cell.source),
        cell_id=cell.cell_id,
        execution_id=execution_id,
        place=cell.place,
    )


def _match(history: History) -> list[int | None]:
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


def _title(source: str) -> str:
    return title_of(source).replace("`", "'") or "an empty cell"


def _quoted(what: str) -> str:
    words = ("the ", "a ", "code ")
    return what if what.startswith(words) else f"`{what}`"
