"""The cells above a result: which of them may stop a run from the top, or hide what
they do. Pure."""

from collections.abc import Sequence

from trackbook_server.contract import ExplanationCell
from trackbook_server.notebooks.code_trace import Step
from trackbook_server.notebooks.names_used import read_cell
from trackbook_server.notebooks.tellings import Tellings, title_of_cell


class CellsAbove(Tellings):
    """Says what of the cells above the result does not depend on the result."""

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

    def say_unchecked(self, last: int | None) -> None:
        """Say what of either telling nobody can read beforehand."""
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
            title = title_of_cell(cell.source)
            for what in read_cell(cell.source).unchecked:
                self.say(
                    "not_checked",
                    "unknown",
                    f"What {_quoted(what)} does in `{title}` could not be checked.",
                    [self.saved(place)],
                    key=(what, title),
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


def _quoted(what: str) -> str:
    words = ("the ", "a ", "code ")
    return what if what.startswith(words) else f"`{what}`"
