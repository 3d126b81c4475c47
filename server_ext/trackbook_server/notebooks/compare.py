"""Compare: runs side by side."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeVar

import sqlite_utils

from trackbook.errors import BadInput, RunNotFound
from trackbook_server.contract import (
    ComparedArtifact,
    ComparedFigures,
    ComparedInput,
    ComparedMetric,
    Comparison,
    FigureRef,
    NotebookDifference,
    ValueDifference,
)
from trackbook_server.notebooks.align import title_of
from trackbook_server.notebooks.compare_sentence import describe
from trackbook_server.notebooks.difference import compare_notebooks
from trackbook_server.notebooks.explained_edits import (
    ABSENT,
    ParamEdit,
    list_unexplained,
)
from trackbook_server.notebooks.references import Places, find_run_notebook
from trackbook_server.store.compared import ComparableRun, Told, load_comparable

MAX_RUNS = 200
_MAX_FIGURE_ROWS = 60
_MAX_FIGURES_OF_CELL = 12

_Value = TypeVar("_Value")


def check_run_ids(run_ids: Sequence[str]) -> None:
    """Raise BadInput for runs that can't be compared: too few, too many, one twice."""
    if not 2 <= len(run_ids) <= MAX_RUNS:
        raise BadInput(
            f"{len(run_ids)} runs can't be compared; name from 2 to {MAX_RUNS}."
        )
    if len(set(run_ids)) != len(run_ids):
        twice = next(run_id for run_id in run_ids if run_ids.count(run_id) > 1)
        raise BadInput(f"run {twice} can't be compared with itself; name another.")


def read_comparison(
    db: sqlite_utils.Database, places: Places, run_ids: Sequence[str]
) -> Comparison:
    """Return the runs compared with the first of them that there is.

    Raises BadInput, and RunNotFound where less than two of them exist.
    """
    check_run_ids(run_ids)
    runs = load_comparable(db, run_ids)
    known = {run.head.run_id for run in runs}
    missing = [run_id for run_id in run_ids if run_id not in known]
    if len(runs) < 2:
        raise RunNotFound(f"there is no run {missing[0]}; `trackbook runs` lists them")
    notebook = None
    if len(runs) == 2:
        before, after = (find_run_notebook(db, places, run.head.run_id) for run in runs)
        if before is not None and after is not None:
            notebook = compare_notebooks(before, after)
    return compare_runs(runs, notebook, missing)


def compare_runs(
    runs: Sequence[ComparableRun],
    notebook: NotebookDifference | None,
    missing: Sequence[str] = (),
) -> Comparison:
    """Return `runs` beside each other; `notebook` is the first's against the last's."""
    heads = [run.head for run in runs]
    params = _compare_params(runs)
    metrics = _compare_metrics(runs)
    environment = _table([run.environment for run in runs])
    cells = (
        []
        if notebook is None
        else list_unexplained(notebook.cells, _list_edits(params))
    )
    estimators = {
        key for run in runs for key, told in run.params.items() if told.is_estimator
    }
    return Comparison(
        baseline_run_id=heads[0].run_id,
        runs=heads,
        missing=list(missing),
        params=params,
        metrics=metrics,
        environment=environment,
        inputs=_differing_first(
            ComparedInput(
                key=key,
                values=values,
                differs=_differ(values, lambda seen: seen and seen.digest),
            )
            for key, values in _by_key([run.inputs for run in runs])
        ),
        artifacts=_differing_first(
            ComparedArtifact(
                key=key,
                values=values,
                differs=_differ(values, lambda seen: seen and seen.sha256),
            )
            for key, values in _by_key([run.artifacts for run in runs])
        ),
        figures=_compare_figures(runs),
        notebook=notebook,
        sentence=describe(heads, metrics, params, environment, cells, estimators),
    )


def _compare_params(runs: Sequence[ComparableRun]) -> list[ValueDifference]:
    return _differing_first(
        ValueDifference(
            key=key,
            values=[None if told is None else told.value for told in values],
            present=[told is not None for told in values],
            differs=_params_differ(values),
        )
        for key, values in _by_key([run.params for run in runs])
    )


def _params_differ(values: Sequence[Told | None]) -> bool:
    first = values[0]
    for told in values[1:]:
        if told is first:
            continue
        if (
            told is None
            or first is None
            or (
                told.identity != first.identity
                and not (
                    _equal(told.value, first.value) and not isinstance(told.value, str)
                )
            )
        ):
            return True
    return False


def _list_edits(params: Sequence[ValueDifference]) -> list[ParamEdit]:
    """Return the params that differ between the first run and the last."""
    return [
        ParamEdit(
            d.key,
            d.values[0] if d.present[0] else ABSENT,
            d.values[-1] if d.present[-1] else ABSENT,
        )
        for d in params
        if d.differs
    ]


def _compare_metrics(runs: Sequence[ComparableRun]) -> list[ComparedMetric]:
    return _differing_first(
        ComparedMetric(
            key=key,
            values=values,
            present=[value is not None for value in values],
            differs=_differ(values, lambda value: value),
            direction=next(
                (run.directions[key] for run in runs if key in run.directions), None
            ),
            deviations=[run.deviations.get(key) for run in runs],
        )
        for key, values in _by_key([run.metrics for run in runs])
    )


def _compare_figures(runs: Sequence[ComparableRun]) -> list[ComparedFigures]:
    """Return the pictures cell by cell, as far as a page shows them."""
    titles: dict[str, str] = {}
    drawn: list[dict[str, list[FigureRef]]] = []
    for run in runs:
        own: dict[str, list[FigureRef]] = {}
        for figure in run.figures:
            titles.setdefault(figure.cell, title_of(figure.source))
            own.setdefault(figure.cell, []).append(figure.figure)
        drawn.append(own)
    rows = [
        ComparedFigures(
            title=titles[cell],
            figures=[(found or [])[:_MAX_FIGURES_OF_CELL] for found in values],
            differs=_differ(
                values, lambda found: [(ref.sha256, ref.data) for ref in found or []]
            ),
        )
        for cell, values in _by_key(drawn)
    ]
    return _differing_first(rows)[:_MAX_FIGURE_ROWS]


def _table(columns: Sequence[Mapping[str, Any]]) -> list[ValueDifference]:
    """Return every key of the columns, those that differ first."""
    # Most columns are one and the same.
    others = list({id(column): column for column in columns[1:]}.values())
    first = columns[0]
    return _differing_first(
        ValueDifference(
            key=key,
            values=values,
            present=[key in column for column in columns],
            differs=any(
                (key in column) != (key in first)
                or not _equal(column.get(key), first.get(key))
                for column in others
            ),
        )
        for key, values in _by_key(columns)
    )


def _by_key(
    columns: Sequence[Mapping[str, _Value]],
) -> list[tuple[str, list[_Value | None]]]:
    """Return every key of the columns with what each column has of it."""
    keys = dict.fromkeys(key for column in columns for key in column)
    return [(key, [column.get(key) for column in columns]) for key in keys]


def _differ(values: Sequence[_Value], identity: Callable[[_Value], object]) -> bool:
    first = identity(values[0])
    return any(identity(value) != first for value in values[1:])


_Row = TypeVar(
    "_Row",
    ValueDifference,
    ComparedMetric,
    ComparedInput,
    ComparedArtifact,
    ComparedFigures,
)


def _differing_first(rows: Iterable[_Row]) -> list[_Row]:
    return sorted(rows, key=lambda row: not row.differs)


def _equal(one: Any, other: Any) -> bool:
    """Say whether values are the same; 1 is 1.0, and True is not 1."""
    if isinstance(one, bool) != isinstance(other, bool):
        return False
    return bool(one == other)
