"""Does the notebook explain the result? What the kernel ran beside the document.

Pure. What was executed, in its order, is played beside what a run from top to bottom
would execute; where both make the result of the same code and the same values, the
notebook explains it. Where not, the first differences on the way back from the result
are the reasons.
"""

from collections.abc import Iterable, Sequence

from trackbook_server.contract import Severity
from trackbook_server.notebooks.cells_above import CellsAbove
from trackbook_server.notebooks.code_trace import Def, Step, TooMuch
from trackbook_server.notebooks.tellings import (
    Findings,
    History,
    title_of_cell,
)


def explain(history: History) -> Findings:
    """Compare what ran with what a run from top to bottom would run."""
    comparison = _Comparison(history)
    try:
        return comparison.run()
    except (TooMuch, RecursionError):
        return comparison.give_up()


class _Comparison(CellsAbove):
    """Goes back from the result to where the two tellings begin to differ."""

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
                f"`{title_of_cell(result.source)}`, the cell that gave the result, is "
                "not in the notebook.",
                [self.describe(history.result, None)],
            )
            return found
        self.compare_result(history.result, place)
        self.compare_cells(place)
        self.count(place)
        return found

    def give_up(self) -> Findings:
        """Say that it takes too long to tell."""
        self.say(
            "not_checked",
            "unknown",
            "The code that ran is too much, or too entangled, to be looked into.",
            [],
        )
        return self.found

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
            clean = title_of_cell(self.history.cells[other.step.place].source)
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
