"""The sentence of a comparison: which run is best, by how much, and what differs.

Pure: works on the contract's structs.
"""

import json
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from trackbook_server.contract import (
    CellDifference,
    ComparedMetric,
    ComparedRun,
    Number,
    ValueDifference,
)

_SAID = 3
_NAMED = 40


def describe(
    runs: Sequence[ComparedRun],
    metrics: Sequence[ComparedMetric],
    params: Sequence[ValueDifference],
    environment: Sequence[ValueDifference],
    cells: Sequence[CellDifference],
    estimators: Collection[str],
) -> str:
    """Return the sentence.

    `cells` are those whose code differs beyond what the params say; `estimators` are
    the params that estimators have, which only repeat others where they can.
    """
    count = len(runs)
    packages = [d for d in environment if not d.key.startswith(("git.", "machine."))]
    differences = [
        *_say_values(_without_repeats(params, estimators), count, "param"),
        *say_cells(cells),
        *_say_values(packages, count, "package"),
    ]
    if any(d.differs and d.key == "git.commit" for d in environment):
        differences.append("another git commit" if count == 2 else "the git commit")
    what = ", ".join(differences)
    if count > 2:
        verdict = _say_best_of_many(runs, metrics) or f"{count} runs"
        return f"{verdict}; {f'what differs: {what}' if what else 'nothing differs'}."
    verdict = _say_best(runs, metrics)
    # Names stay as they are, also at the beginning: `lr` is not `Lr`.
    if not verdict:
        return f"{what}." if what else "Nothing differs."
    return f"{verdict}; {what or 'nothing else differs'}."


def say_cells(cells: Sequence[CellDifference]) -> list[str]:
    """Say what people did to the cells; that a run ran them again goes unsaid."""
    counts = [
        (sum(cell.change == word for cell in cells), word)
        for word in ("edited", "added", "removed")
    ]
    return [
        f"{count} {'cell' if count == 1 else 'cells'} {word}"
        for count, word in counts
        if count
    ]


def say_more(count: int, noun: str) -> str:
    """Return how many things were not named."""
    return f"{count} more {noun}{'' if count == 1 else 's'}"


def say_value(value: Any) -> str:
    """Return a param's or a package's value, short."""
    if isinstance(value, float):
        return say_number(value)
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    line = " ".join(text.split())
    return line if len(line) <= _NAMED else f"{line[: _NAMED - 1]}…"


def say_number(value: float | str) -> str:
    """Return a number in as few digits as tell it."""
    return value if isinstance(value, str) else f"{value:.6g}"


def _say_best(runs: Sequence[ComparedRun], metrics: Sequence[ComparedMetric]) -> str:
    """Say which of two runs has the better main metric, and by how much."""
    main = _find_main(runs, metrics)
    if main is None:
        return ""
    first, last = (_as_float(value) for value in main.values)
    if first is None or last is None:
        return ""
    if main.direction is None:
        return f"{main.key} {say_number(first)} → {say_number(last)}"
    if first == last:
        return f"{main.key} is {say_number(first)} in both"
    is_last = (last > first) == (main.direction == "higher")
    change = last - first if is_last else first - last
    return f"Best: {_call(runs[is_last], runs)}, {main.key} {_say_change(change)}"


def _say_best_of_many(
    runs: Sequence[ComparedRun], metrics: Sequence[ComparedMetric]
) -> str:
    """Say which of many runs has the best main metric, against the baseline."""
    main = _find_main(runs, metrics)
    if main is None:
        return ""
    scored = [
        (number, run)
        for value, run in zip(main.values, runs, strict=True)
        if (number := _as_float(value)) is not None
    ]
    if not scored:
        return ""
    missing = len(runs) - len(scored)
    lacking = f", {missing} gave none" if missing else ""
    values = [number for number, _ in scored]
    if main.direction is None:
        span = f"{say_number(min(values))} to {say_number(max(values))}"
        return f"{len(runs)} runs, {main.key} from {span}{lacking}"
    best_value = max(values) if main.direction == "higher" else min(values)
    best = [run for number, run in scored if number == best_value]
    if len(best) == len(scored):
        return f"{main.key} is {say_number(best_value)} in all {len(scored)}{lacking}"
    told = f"{main.key} {say_number(best_value)}"
    if len(best) > 1:
        names = [f"“{_call(run, runs)}”" for run in best[:_SAID]]
        more = len(best) - len(names)
        these = _join(names if not more else [*names, f"{more} more"])
        return f"Of {len(runs)} runs, {these} were best: {told}{lacking}"
    baseline = runs[0]
    if best[0].run_id == baseline.run_id:
        others = [number for number, run in scored if run is not best[0]]
        next_value = max(others) if main.direction == "higher" else min(others)
        beside = f", {_say_change(best_value - next_value)} against the next"
    elif (value := _as_float(main.values[0])) is not None:
        name = _call(baseline, runs)
        beside = f", {_say_change(best_value - value)} against “{name}”"
    else:
        beside = ""
    name = _call(best[0], runs)
    return f"Of {len(runs)} runs, “{name}” was best: {told}{beside}{lacking}"


def _call(run: ComparedRun, runs: Sequence[ComparedRun]) -> str:
    """Return a run's name, with its time where another one's is the same."""
    if sum(other.name == run.name for other in runs) == 1:
        return run.name
    local = datetime.fromisoformat(run.started_at).astimezone()
    return f"{run.name} of {local:%b} {local.day}, {local:%H:%M:%S}"


def _join(words: Sequence[str]) -> str:
    """Return words as a list in a sentence: a, b and c."""
    return " and ".join(filter(None, (", ".join(words[:-1]), *words[-1:])))


def _find_main(
    runs: Sequence[ComparedRun], metrics: Sequence[ComparedMetric]
) -> ComparedMetric | None:
    key = next((run.main_metric.key for run in runs if run.main_metric), None)
    return next((metric for metric in metrics if metric.key == key), None)


def _as_float(value: Number | None) -> float | None:
    """Return a finite metric's number; None for what is missing or is none."""
    return None if value is None or isinstance(value, str) else value


def _say_change(change: float) -> str:
    sign = "\N{MINUS SIGN}" if change < 0 else "+"
    return f"{sign}{abs(change):.4g}"


def _say_values(
    differences: Sequence[ValueDifference], count: int, noun: str
) -> list[str]:
    """Say the first few that differ, and how many more there are."""
    differing = [d for d in differences if d.differs]
    said = [_say_value(d, count) for d in differing[:_SAID]]
    if len(differing) > _SAID:
        said.append(say_more(len(differing) - _SAID, noun))
    return said


def _say_value(difference: ValueDifference, count: int) -> str:
    if count == 2:
        texts = [
            say_value(value) if present else "not set"
            for value, present in zip(
                difference.values, difference.present, strict=True
            )
        ]
        return f"{difference.key} {texts[0]} → {texts[1]}"
    values = [
        value
        for value, present in zip(difference.values, difference.present, strict=True)
        if present
    ]
    different = list(dict.fromkeys(say_value(value) for value in values))
    absent = difference.present.count(False)
    lacking = f" (not set in {absent})" if absent else ""
    if len(different) <= _SAID:
        shown = " or ".join(filter(None, (", ".join(different[:-1]), *different[-1:])))
        return f"{difference.key} {shown}{lacking}"
    if all(isinstance(v, (int, float)) and not isinstance(v, bool) for v in values):
        span = f"from {say_value(min(values))} to {say_value(max(values))}"
        return f"{difference.key} {span}{lacking}"
    return f"{difference.key} ({len(different)} values){lacking}"


def _without_repeats(
    params: Sequence[ValueDifference], estimators: Collection[str]
) -> list[ValueDifference]:
    """Leave out estimators' params that only repeat what another says, run by run."""
    own = [d.values for d in params if d.differs and d.key not in estimators]
    return [d for d in params if d.key not in estimators or not _repeats(d, own)]


def _repeats(difference: ValueDifference, own: Sequence[Sequence[Any]]) -> bool:
    """Say whether each of its values is one of the runs' own that differ."""
    return all(
        any(values[index] == value for values in own)
        for index, (value, present) in enumerate(
            zip(difference.values, difference.present, strict=True)
        )
        if present
    )
