"""Compare: runs side by side, and one plain sentence that says what differs.

Pure: works on the contract's structs; `read_comparison` reads them.
"""

import json
from collections.abc import Callable, Sequence
from typing import Any

import sqlite_utils

from trackbook.errors import BadInput
from trackbook_server.contract import (
    ComparedRun,
    Comparison,
    NotebookDifference,
    Run,
    ValueDifference,
)
from trackbook_server.notebooks.difference import compare_notebooks
from trackbook_server.notebooks.references import Places, find_run_notebook

MAX_RUNS = 50
_SAID = 3
_ABSENT = object()


def read_comparison(
    db: sqlite_utils.Database,
    get_run: Callable[[sqlite_utils.Database, str], Run],
    places: Places,
    run_ids: Sequence[str],
) -> Comparison:
    """Return the runs compared with the first. Raises RunNotFound, BadInput."""
    if not 2 <= len(run_ids) <= MAX_RUNS:
        raise BadInput(
            f"{len(run_ids)} runs can't be compared; name from 2 to {MAX_RUNS}."
        )
    if len(set(run_ids)) != len(run_ids):
        raise BadInput(f"run {run_ids[0]} can't be compared with itself; name another.")
    runs = [get_run(db, run_id) for run_id in run_ids]
    before, after = (
        find_run_notebook(db, places, run_id) for run_id in (run_ids[0], run_ids[-1])
    )
    if before is None or after is None:
        return compare_runs(runs, None)
    return compare_runs(runs, compare_notebooks(before, after))


def compare_runs(
    runs: Sequence[Run], notebook: NotebookDifference | None
) -> Comparison:
    """Return `runs` beside each other; `notebook` is the first's against the last's."""
    params = _table([run.params for run in runs], [_long_params(run) for run in runs])
    metrics = _table(
        [{key: metric.last for key, metric in run.metrics.items()} for run in runs]
    )
    environment = _table([flatten_environment(run) for run in runs])
    return Comparison(
        baseline_run_id=runs[0].run_id,
        runs=[
            ComparedRun(
                run_id=run.run_id,
                number=run.number,
                name=run.name,
                status=run.status,
                experiment_id=run.experiment_id,
                main_metric=run.main_metric,
                started_at=run.started_at,
                duration_ms=run.duration_ms,
            )
            for run in runs
        ],
        params=params,
        metrics=metrics,
        environment=environment,
        notebook=notebook,
        sentence=describe(runs, params, environment, notebook),
    )


def flatten_environment(run: Run) -> dict[str, Any]:
    """Return what a run ran in as keys and plain values."""
    found = run.environment
    if found is None:
        return {}
    flat: dict[str, Any] = {
        "python": found.python,
        "platform": found.platform,
        "host": found.host,
    }
    flat |= {f"machine.{key}": value for key, value in found.machine.items()}
    flat |= {f"git.{key}": value for key, value in (found.git or {}).items()}
    return flat | found.packages


def describe(
    runs: Sequence[Run],
    params: Sequence[ValueDifference],
    environment: Sequence[ValueDifference],
    notebook: NotebookDifference | None,
) -> str:
    """Return the sentence: which is best and by how much, and what differs."""
    differences = [
        *_say_values(_without_repeats(runs, params), len(runs), "param"),
        *_say_cells(notebook),
        *_say_values(
            [d for d in environment if not d.key.startswith(("git.", "machine."))],
            len(runs),
            "package",
        ),
    ]
    if any(d.differs and d.key == "git.commit" for d in environment):
        differences.append("another git commit")
    verdict = _say_best(runs)
    what = ", ".join(differences)
    # Names stay as they are, also at the beginning: `lr` is not `Lr`.
    if not verdict:
        return f"{what}." if what else "Nothing differs."
    return f"{verdict}; {what or 'nothing else differs'}."


def _long_params(run: Run) -> dict[str, str]:
    """Return the blobs of params of which only a preview is told."""
    return {param.key: param.blob.sha256 for param in run.param_list if param.blob}


def _table(
    columns: Sequence[dict[str, Any]], blobs: Sequence[dict[str, str]] = ()
) -> list[ValueDifference]:
    """Return every key of the columns, those that differ first.

    `blobs` name, column by column, those values that are only told in part.
    """
    keys = dict.fromkeys(key for column in columns for key in column)
    found = []
    for key in keys:
        values = [column.get(key, _ABSENT) for column in columns]
        found.append(
            ValueDifference(
                key=key,
                values=[None if value is _ABSENT else value for value in values],
                present=[value is not _ABSENT for value in values],
                differs=any(not _equal(value, values[0]) for value in values[1:])
                or len({column.get(key) for column in blobs}) > 1,
            )
        )
    return sorted(found, key=lambda difference: not difference.differs)


def _equal(one: Any, other: Any) -> bool:
    """Say whether values are the same; 1 is 1.0, and True is not 1."""
    if isinstance(one, bool) != isinstance(other, bool):
        return False
    return bool(one == other)


def _say_best(runs: Sequence[Run]) -> str:
    """Say which run has the best main metric, and by how much."""
    main = next((run.main_metric for run in runs if run.main_metric), None)
    if main is None:
        return ""
    scored = [
        (metric.last, run)
        for run in runs
        if (metric := run.metrics.get(main.key)) is not None
        and not isinstance(metric.last, str)
    ]
    if len(scored) < 2:
        return ""
    if main.direction is None:
        first, last = scored[0][0], scored[-1][0]
        return f"{main.key} {say_number(first)} → {say_number(last)}"
    ordered = sorted(
        scored, key=lambda pair: pair[0], reverse=main.direction == "higher"
    )
    (best_value, best), (worst_value, _) = ordered[0], ordered[-1]
    if best_value == worst_value:
        which = "both" if len(runs) == 2 else "all"
        which = which if len(scored) == len(runs) else f"{len(scored)} of {len(runs)}"
        return f"{main.key} is {say_number(best_value)} in {which}"
    if best.run_id == runs[0].run_id:
        against = scored[-1][0] if len(runs) == 2 else ordered[1][0]
    else:
        against = next(
            (v for v, run in scored if run.run_id == runs[0].run_id), worst_value
        )
    change = best_value - against
    sign = "\N{MINUS SIGN}" if change < 0 else "+"
    return f"Best: {best.name}, {main.key} {sign}{abs(change):.4g}"


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
    texts = [
        say_value(value) if present else "not set"
        for value, present in zip(difference.values, difference.present, strict=True)
    ]
    if count == 2:
        return f"{difference.key} {texts[0]} → {texts[1]}"
    different = list(dict.fromkeys(texts))
    shown = ", ".join(different[:4]) + (", …" if len(different) > 4 else "")
    return f"{difference.key} {shown}"


def _without_repeats(
    runs: Sequence[Run], params: Sequence[ValueDifference]
) -> list[ValueDifference]:
    """Leave out estimators' params that only repeat a value of another that differs."""
    estimators = {
        param.key
        for run in runs
        for param in run.param_list
        if param.origin == "estimator"
    }
    said = [
        value
        for d in params
        if d.differs and d.key not in estimators
        for value in d.values
    ]
    return [
        d
        for d in params
        if d.key not in estimators
        or not all(
            value in said
            for value, present in zip(d.values, d.present, strict=True)
            if present
        )
    ]


def _say_cells(notebook: NotebookDifference | None) -> list[str]:
    """Say what people did to the cells; that a run ran them again goes unsaid."""
    if notebook is None:
        return []
    counts = notebook.counts
    return [
        f"{count} {'cell' if count == 1 else 'cells'} {word}"
        for word, count in (
            ("edited", counts.edited),
            ("added", counts.added),
            ("removed", counts.removed),
            ("moved", counts.moved),
        )
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
    return line if len(line) <= 40 else f"{line[:39]}…"


def say_number(value: float | str) -> str:
    """Return a number in as few digits as tell it."""
    return value if isinstance(value, str) else f"{value:.6g}"
