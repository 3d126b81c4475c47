"""What runs can be charted by: themselves, the metrics that they have between them, and
the params in which they differ. Only selects, none of which touches points."""

import json
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

import sqlite_utils

from trackbook.errors import BadInput
from trackbook_server import contract as c
from trackbook_server.store.derived import get_change
from trackbook_server.store.rows import Row, marks, rows
from trackbook_server.store.run_rows import get_direction, load_experiments, number

MAX_RUNS = 200
MAX_PARAMS = 1000
# So many values are read at once: of more runs, fewer params.
MAX_PARAM_VALUES = 20_000


def get_chart_subject(
    db: sqlite_utils.Database, run_ids: Sequence[str], keys: Sequence[str] = ()
) -> c.ChartSubject:
    """Return the runs in the order of their ids, with the metrics `keys` as they stand.

    Raises BadInput for no run and for too many.
    """
    wanted = list(dict.fromkeys(run_ids))
    if not 1 <= len(wanted) <= MAX_RUNS:
        raise BadInput(
            f"{len(wanted)} runs can't be charted; name from 1 to {MAX_RUNS} by run_id"
        )
    found = {
        row["run_id"]: row
        for row in rows(
            db, f"select * from runs where run_id in ({marks(wanted)})", wanted
        )
    }
    experiments = load_experiments(db, [row["experiment_id"] for row in found.values()])
    params, param_keys = _params(db, list(found))
    tags = _tags(db, list(found))
    metrics = _metrics_of(db, list(found), list(dict.fromkeys(keys)))
    mains = [row["main_metric"] for row in found.values() if row["main_metric"]]
    return c.ChartSubject(
        runs=[
            c.ChartedRun(
                run_id=run_id,
                number=row["number"],
                name=row["name"],
                status=row["status"],
                experiment_id=row["experiment_id"],
                experiment=experiments[row["experiment_id"]]["name"],
                notebook_path=row["notebook_path"],
                started_at=row["started_at"],
                duration_ms=row["duration_ms"],
                revision=row["revision_number"],
                tags=tags[run_id],
                main_metric=row["main_metric"],
                params=params[run_id],
                metrics=metrics[run_id],
                change=row["change"],
            )
            for run_id in wanted
            if (row := found.get(run_id)) is not None
        ],
        missing=[run_id for run_id in wanted if run_id not in found],
        metrics=_metrics_between(db, list(found), mains, list(experiments.values())),
        params=param_keys,
        change=get_change(db),
    )


def _params(
    db: sqlite_utils.Database, run_ids: Sequence[str]
) -> tuple[dict[str, dict[str, Any]], list[str]]:
    """Return each run's params that differ among the runs, and those keys in order."""
    by_run: dict[str, dict[str, Any]] = defaultdict(dict)
    limit = min(MAX_PARAMS, MAX_PARAM_VALUES // max(1, len(run_ids)))
    keys = [
        key
        for (key,) in db.execute(
            f"select key from params where run_id in ({marks(run_ids)}) group by key "
            "having count(distinct coalesce(sha256, value)) > 1 or count(*) < ? "
            "order by count(*) desc, min(position), key limit ?",
            (*run_ids, len(run_ids), limit),
        )
    ]
    for run_id, key, value, sha256 in db.execute(
        "select run_id, key, value, sha256 from params "
        f"where run_id in ({marks(run_ids)}) and key in ({marks(keys)})",
        (*run_ids, *keys),
    ):
        known = json.loads(value)
        by_run[run_id][key] = known if sha256 is None else f"{known} #{sha256[:8]}"
    return by_run, keys


def _tags(
    db: sqlite_utils.Database, run_ids: Sequence[str]
) -> dict[str, dict[str, str]]:
    by_run: dict[str, dict[str, str]] = defaultdict(dict)
    for run_id, key, value in db.execute(
        "select run_id, key, value from tags where value is not null "
        f"and run_id in ({marks(run_ids)}) order by key",
        run_ids,
    ):
        by_run[run_id][key] = value
    return by_run


def _metrics_of(
    db: sqlite_utils.Database, run_ids: Sequence[str], keys: Sequence[str]
) -> dict[str, dict[str, c.MetricLast]]:
    by_run: dict[str, dict[str, c.MetricLast]] = defaultdict(dict)
    for row in rows(
        db,
        "select run_id, key, last, min, max, count from metrics "
        f"where run_id in ({marks(run_ids)}) and key in ({marks(keys)})",
        (*run_ids, *keys),
    ):
        by_run[row["run_id"]][row["key"]] = c.MetricLast(
            last=number(row["last"]),
            min=number(row["min"]),
            max=number(row["max"]),
            count=row["count"],
        )
    return by_run


def _metrics_between(
    db: sqlite_utils.Database,
    run_ids: Sequence[str],
    mains: Sequence[str],
    experiments: Sequence[Row],
) -> list[c.ChartedMetric]:
    """Return what the runs have between them: what leads a row first, the results
    before other numbers, those that most runs have first, then by name."""
    leading = {key: place for place, key in enumerate(dict.fromkeys(mains))}
    found = [
        c.ChartedMetric(
            key=key,
            run_count=run_count,
            count=count,
            is_main=key in leading,
            is_result=bool(is_result),
            direction=_direction(experiments, key),
        )
        for key, run_count, count, is_result in db.execute(
            "select key, count(*), max(count), max(role = 'result') from metrics "
            f"where run_id in ({marks(run_ids)}) and role != 'ignored' group by key",
            run_ids,
        )
    ]
    return sorted(
        found,
        key=lambda metric: (
            leading.get(metric.key, len(leading)),
            not metric.is_result,
            -metric.run_count,
            metric.key,
        ),
    )


def _direction(experiments: Sequence[Row], key: str) -> c.Direction | None:
    for experiment in experiments:
        direction = get_direction(experiment, key)
        if direction is not None:
            return direction
    return None
