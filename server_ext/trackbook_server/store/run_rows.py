"""Rows of the store as the list shows them: params, main metric, differences.

Only selects, a fixed number of them a page, none of which touches points.
"""

import json
import math
import sys
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import sqlite_utils

from trackbook.events import ParamOrigin
from trackbook_server import contract as c
from trackbook_server.store.naming import direction_of
from trackbook_server.store.rows import Row, marks, rows

MAX_ROW_PARAMS = 8
_MANY_PARAMS = 200
"""Of a run with more params, only those that its row shows are read."""


def make_rows(
    db: sqlite_utils.Database,
    found: Sequence[Row],
    sort_values: Sequence[Sequence[str | float | None]],
    cells: Mapping[str, dict[str, Any]],
    groups: Mapping[str, str],
    hits: Mapping[str, c.TextHit],
) -> list[c.RunRow]:
    """Return rows of `runs` as the list shows them, in their order.

    `sort_values` are what each is sorted by, `cells` what each has in the columns asked
    for, `groups` the keys of theirs, `hits` where they have what was searched for.
    """
    experiments = load_experiments(db, [row["experiment_id"] for row in found])
    few = [row for row in found if row["param_count"] <= _MANY_PARAMS]
    params = load_params(db, few, MAX_ROW_PARAMS)
    for row in found:
        if row["param_count"] > _MANY_PARAMS:
            params[row["run_id"]] = _load_leading_params(db, row)
    mains = load_main_metrics(db, found, experiments)
    return [
        c.RunRow(
            run_id=row["run_id"],
            number=row["number"],
            name=row["name"],
            is_named=bool(row["edited_name"] or row["given_name"]),
            status=row["status"],
            experiment_id=row["experiment_id"],
            experiment=experiments[row["experiment_id"]]["name"],
            notebook_path=row["notebook_path"],
            started_at=row["started_at"],
            ended_at=row["ended_at"],
            duration_ms=row["duration_ms"],
            starred=bool(row["starred"]),
            pinned=bool(row["pinned"]),
            archived_at=row["archived_at"],
            trashed_at=row["trashed_at"],
            main_metric=mains[row["run_id"]],
            params=params[row["run_id"]],
            param_count=row["param_count"],
            error=row["error"],
            continues=row["continues"],
            alike_count=row["alike_count"],
            revision_number=row["revision_number"],
            group=groups.get(row["run_id"]),
            sort_values=[_sayable(value) for value in values],
            cells=cells[row["run_id"]],
            found=hits.get(row["run_id"]),
            change=row["change"],
        )
        for row, values in zip(found, sort_values, strict=True)
    ]


def _sayable(value: str | float | None) -> str | float | None:
    """Return a value that JSON can say and that sorts like it."""
    if isinstance(value, float) and math.isinf(value):
        return math.copysign(sys.float_info.max, value)
    return value


def number(value: float | None) -> c.Number:
    """Return a stored float as JSON can say it; null is what SQLite makes of NaN."""
    if value is None or math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    return value


def load_experiments(
    db: sqlite_utils.Database, experiment_ids: Sequence[str]
) -> dict[str, Row]:
    """Return experiments by id, their `directions` decoded."""
    wanted = sorted(set(experiment_ids))
    found = rows(
        db,
        f"select * from experiments where experiment_id in ({marks(wanted)})",
        wanted,
    )
    return {
        row["experiment_id"]: row | {"directions": json.loads(row["directions"])}
        for row in found
    }


def load_params(
    db: sqlite_utils.Database, found: Sequence[Row], most: int | None = None
) -> dict[str, list[c.RunParam]]:
    """Return each run's params, or the `most` first of them: what changed first, then
    what varies, then the rest."""
    pairs = json.dumps([(row["run_id"], row["previous_run_id"]) for row in found])
    params: dict[str, list[_Param]] = {row["run_id"]: [] for row in found}
    for run_id, *param in db.execute(
        f"select p.run_id, {_PARAM} from json_each(?) w "
        "cross join params p on p.run_id = w.value ->> 0 "
        "left join params b on b.run_id = w.value ->> 1 and b.key = p.key "
        "order by p.position",
        (pairs,),
    ):
        params[run_id].append(_Param(*param))
    varying = _find_varying(
        db,
        {
            (row["experiment_id"], param.key)
            for row in found
            for param in params[row["run_id"]]
        },
    )
    answer: dict[str, list[c.RunParam]] = {}
    for row in found:
        varies = {key for of, key in varying if of == row["experiment_id"]}
        first = sorted(
            params[row["run_id"]],
            key=lambda param: (not param.changed, param.key not in varies),
        )
        answer[row["run_id"]] = [
            _make_param(row, param, varies=param.key in varies)
            for param in first[:most]
        ]
    return answer


class _Param(NamedTuple):
    """A param, and what the run before had."""

    key: str
    value: str
    origin: ParamOrigin
    execution_id: str | None
    sha256: str | None
    size_bytes: int | None
    before: str | None
    changed: int


_PARAM = (
    "p.key, p.value, p.origin, p.execution_id, p.sha256, p.size_bytes, b.value, "
    "coalesce(b.sha256, b.value) is not coalesce(p.sha256, p.value)"
)


def _load_leading_params(db: sqlite_utils.Database, run: Row) -> list[c.RunParam]:
    """Return the params that the row of a run with very many of them shows, in the
    order of `load_params`."""
    found = db.execute(
        f"select {_PARAM} as changed, "
        "exists (select 1 from param_values v where v.experiment_id = ?1 "
        "and v.key = p.key limit 1 offset 1) as varies "
        "from params p left join params b on b.run_id = ?2 and b.key = p.key "
        "where p.run_id = ?3 "
        "order by changed desc, varies desc, p.position limit ?4",
        (run["experiment_id"], run["previous_run_id"], run["run_id"], MAX_ROW_PARAMS),
    )
    return [
        _make_param(run, _Param(*param), varies=bool(varies))
        for *param, varies in found
    ]


def load_main_metrics(
    db: sqlite_utils.Database,
    found: Sequence[Row],
    experiments: dict[str, Row],
) -> dict[str, c.MainMetric | None]:
    """Return each run's main metric and its change to the run before."""
    wanted = [row for row in found if row["main_metric"] is not None]
    by_run: dict[tuple[str, str], Row] = {}
    if wanted:
        pairs = {(row["run_id"], row["main_metric"]) for row in wanted} | {
            (row["previous_run_id"], row["main_metric"])
            for row in wanted
            if row["previous_run_id"]
        }
        flat = [word for pair in sorted(pairs) for word in pair]
        for metric in rows(
            db,
            # From each pair to its row: the other way round, every metric is met.
            f"with wanted(run_id, key) as (values {', '.join('(?, ?)' for _ in pairs)})"
            " select m.run_id, m.key, m.last, m.sample, f.std, f.run_id as folded "
            "from wanted w cross join metrics m on m.run_id = w.run_id "
            "and m.key = w.key left join folds f on f.run_id = m.run_id "
            "and f.key = m.key and f.execution_id is m.execution_id",
            flat,
        ):
            by_run[metric["run_id"], metric["key"]] = metric
    answer: dict[str, c.MainMetric | None] = {row["run_id"]: None for row in found}
    for row in wanted:
        key = row["main_metric"]
        own = by_run.get((row["run_id"], key))
        if own is not None:
            answer[row["run_id"]] = _make_main(
                own,
                by_run.get((row["previous_run_id"], key)),
                get_direction(experiments[row["experiment_id"]], key),
            )
    return answer


def get_direction(experiment: Row, key: str) -> c.Direction | None:
    """Return which direction of a metric is better: as chosen, else by its name."""
    chosen: c.Direction | None = experiment["directions"].get(key)
    return chosen or direction_of(key)


def compare_last(
    own: Row, before: Row | None, direction: c.Direction | None
) -> tuple[float | None, bool | None]:
    """Return by how much a metric's last value differs from the one before, and whether
    that is better (None: no direction, or the same)."""
    if before is None or own["last"] is None or before["last"] is None:
        return None, None
    difference: float = own["last"] - before["last"]
    if not math.isfinite(difference):
        return None, None
    if direction is None or difference == 0:
        return difference, None
    return difference, (difference > 0) == (direction == "higher")


def sparkline_of(metric: Row) -> list[float]:
    """Return the values of a metric's sample that are finite."""
    return [value for value in json.loads(metric["sample"]) if value is not None]


def std_of(metric: Row) -> c.Number | None:
    """Return the standard deviation of a metric's folds, None where it has none."""
    return None if metric["folded"] is None else number(metric["std"])


def _make_main(
    own: Row, before: Row | None, direction: c.Direction | None
) -> c.MainMetric:
    change, better = compare_last(own, before, direction)
    return c.MainMetric(
        key=own["key"],
        value=number(own["last"]),
        std=std_of(own),
        direction=direction,
        change=change,
        better=better,
        sparkline=sparkline_of(own),
    )


def _make_param(run: Row, param: _Param, *, varies: bool) -> c.RunParam:
    follows = run["previous_run_id"] is not None
    return c.RunParam(
        key=param.key,
        value=json.loads(param.value),
        origin=param.origin,
        varies=varies,
        changed=follows and bool(param.changed),
        is_new=follows and param.before is None,
        previous=None if param.before is None else json.loads(param.before),
        blob=blob_of(param.sha256, param.size_bytes),
        execution_id=param.execution_id,
    )


def blob_of(sha256: str | None, size_bytes: int | None) -> c.BlobRef | None:
    """Return where the whole of something is; None where it is not in a blob."""
    if sha256 is None:
        return None
    return c.BlobRef(sha256=sha256, size_bytes=size_bytes or 0)


def _find_varying(
    db: sqlite_utils.Database, pairs: set[tuple[str, str]]
) -> set[tuple[str, str]]:
    """Return the pairs of experiment and key whose listed runs have several values."""
    return {
        (experiment_id, key)
        for experiment_id, key in db.execute(
            "select w.value ->> 0, w.value ->> 1 from json_each(?) w where exists ("
            "select 1 from param_values v where v.experiment_id = w.value ->> 0 "
            "and v.key = w.value ->> 1 limit 1 offset 1)",
            (json.dumps(sorted(pairs)),),
        )
    }
