"""What runs are compared by, of many runs at once. Only selects.

As many statements for two hundred runs as for two: none is asked a run.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlite_utils

from trackbook_server import contract as c
from trackbook_server.store.rows import Row, rows
from trackbook_server.store.run_rows import (
    get_direction,
    load_experiments,
    load_main_metrics,
    number,
    std_of,
)
from trackbook_server.store.standing import IN_ORDER

_MAX_TOLD = 2_000_000
"""So many characters of params are told in all; beyond, each is cut to `_MAX_VALUE`."""

_MAX_VALUE = 300
_MAX_FIGURES = 4000
_MAX_DRAWN = 20_000
_IDS = "(select value from json_each(?1))"


@dataclass(frozen=True, slots=True)
class Told:
    """A param's value, and the text that tells it from others."""

    value: Any
    identity: str
    is_estimator: bool


@dataclass(frozen=True, slots=True)
class Figure:
    """A picture, and the cell that drew it: by its id, else by its source."""

    cell: str
    source: str
    figure: c.FigureRef


@dataclass(slots=True)
class ComparableRun:
    """What is known of a run in a comparison, each by its key."""

    head: c.ComparedRun
    params: dict[str, Told] = field(default_factory=dict)
    metrics: dict[str, c.Number] = field(default_factory=dict)
    deviations: dict[str, c.Number] = field(default_factory=dict)
    directions: dict[str, c.Direction] = field(default_factory=dict)
    environment: dict[str, Any] = field(default_factory=dict)
    inputs: dict[str, c.SeenInput] = field(default_factory=dict)
    artifacts: dict[str, c.SeenArtifact] = field(default_factory=dict)
    figures: list[Figure] = field(default_factory=list)


def load_comparable(
    db: sqlite_utils.Database, run_ids: Sequence[str]
) -> list[ComparableRun]:
    """Return the runs that there are of those asked for, in their order."""
    ids = json.dumps(run_ids)
    found = {
        row["run_id"]: row
        for row in rows(
            db,
            f"select * from runs where run_id in {_IDS} and experiment_id is not null",
            (ids,),
        )
    }
    listed = [found[run_id] for run_id in run_ids if run_id in found]
    experiments = load_experiments(db, [row["experiment_id"] for row in listed])
    mains = load_main_metrics(db, listed, experiments)
    runs = {row["run_id"]: ComparableRun(_head(row, mains)) for row in listed}
    _add_params(db, ids, runs)
    _add_metrics(db, ids, runs, experiments)
    _add_environments(db, ids, runs)
    _add_inputs(db, ids, runs)
    _add_artifacts(db, ids, runs)
    _add_figures(db, ids, runs)
    return list(runs.values())


def _head(row: Row, mains: dict[str, c.MainMetric | None]) -> c.ComparedRun:
    return c.ComparedRun(
        run_id=row["run_id"],
        number=row["number"],
        name=row["name"],
        status=row["status"],
        experiment_id=row["experiment_id"],
        main_metric=mains[row["run_id"]],
        started_at=row["started_at"],
        duration_ms=row["duration_ms"],
        change=row["change"],
    )


def _add_params(
    db: sqlite_utils.Database, ids: str, runs: dict[str, ComparableRun]
) -> None:
    # Sorted here, by what is there already: SQLite would write all values down again.
    found = db.execute(
        "select run_id, position, key, value, origin = 'estimator', sha256 "
        f"from params where run_id in {_IDS}",
        (ids,),
    ).fetchall()
    found.sort(key=lambda row: row[:2])
    limit = _MAX_VALUE if sum(len(row[3]) for row in found) > _MAX_TOLD else None
    # Most runs share most values: each is read once.
    read: dict[tuple[str, bool, str | None], Told] = {}
    for run_id, _, key, text, is_estimator, sha256 in found:
        told = read.get((text, is_estimator, sha256))
        if told is None:
            value = _shorten(json.loads(text), text, limit)
            told = Told(value, sha256 or text, bool(is_estimator))
            read[text, is_estimator, sha256] = told
        run = runs.get(run_id)
        if run is not None:
            run.params[key] = told


def _shorten(value: Any, text: str, limit: int | None) -> Any:
    if limit is None or len(text) <= limit:
        return value
    shown = value if isinstance(value, str) else text
    return f"{shown[:limit]}…"


def _add_metrics(
    db: sqlite_utils.Database,
    ids: str,
    runs: dict[str, ComparableRun],
    experiments: dict[str, Row],
) -> None:
    for row in rows(
        db,
        "select m.run_id, m.key, m.last, f.std, f.run_id as folded from metrics m "
        "left join folds f on f.run_id = m.run_id and f.key = m.key "
        "and f.execution_id is m.execution_id "
        f"where m.run_id in {_IDS} and m.role = 'result' order by m.series_id",
        (ids,),
    ):
        run = runs.get(row["run_id"])
        if run is None:
            continue
        key = row["key"]
        run.metrics[key] = number(row["last"])
        std = std_of(row)
        if std is not None:
            run.deviations[key] = std
        direction = get_direction(experiments[run.head.experiment_id], key)
        if direction is not None:
            run.directions[key] = direction


def _add_environments(
    db: sqlite_utils.Database, ids: str, runs: dict[str, ComparableRun]
) -> None:
    read: dict[tuple[str, ...], dict[str, Any]] = {}
    for row in rows(
        db,
        "select r.run_id, r.environment_id, r.git, w.host, w.python_version "
        "from runs r left join writers w using (writer_id) "
        f"where r.run_id in {_IDS} and r.environment_id is not null",
        (ids,),
    ):
        run = runs.get(row["run_id"])
        if run is None:
            continue
        name = tuple(str(value) for key, value in row.items() if key != "run_id")
        if name not in read:
            body = db.execute(
                "select body from environments where environment_id = ?",
                (row["environment_id"],),
            ).fetchone()
            read[name] = _flatten(row, json.loads(body[0]) if body and body[0] else {})
        # Runs of one environment share it.
        run.environment = read[name]


def _flatten(row: Row, body: dict[str, Any]) -> dict[str, Any]:
    """Return what a run ran in as keys and plain values."""
    machine, packages = body.get("machine"), body.get("packages")
    git = json.loads(row["git"]) if row["git"] else {}
    flat: dict[str, Any] = {
        "python": str(body.get("python", row["python_version"] or "")),
        "platform": str(body.get("platform", "")),
        "host": str(body.get("host", row["host"] or "")),
    }
    if isinstance(machine, dict):
        flat |= {f"machine.{key}": value for key, value in machine.items()}
    flat |= {f"git.{key}": value for key, value in git.items()}
    if isinstance(packages, dict):
        flat |= {str(name): str(version) for name, version in packages.items()}
    return flat


def _add_inputs(
    db: sqlite_utils.Database, ids: str, runs: dict[str, ComparableRun]
) -> None:
    for row in rows(
        db,
        f"select * from inputs where run_id in {_IDS} order by run_id, logged_at, name",
        (ids,),
    ):
        run = runs.get(row["run_id"])
        if run is None:
            continue
        profile = json.loads(row["profile"])
        seen = c.SeenInput(
            digest=row["digest"],
            source=row["source"],
            row_count=_count(profile, "num_rows", "row_count"),
            size_bytes=_count(profile, "size_bytes"),
        )
        context = f" ({row['context']})" if row["context"] else ""
        # What was read twice in two states is shown as it was read last.
        run.inputs[f"{row['name']}{context}"] = seen


def _count(profile: Any, *names: str) -> int | None:
    for name in names:
        value = profile.get(name) if isinstance(profile, dict) else None
        if isinstance(value, int) and not isinstance(value, bool):
            return value
    return None


def _add_artifacts(
    db: sqlite_utils.Database, ids: str, runs: dict[str, ComparableRun]
) -> None:
    for row in rows(
        db,
        "select run_id, name, sha256, size_bytes, mime_type from artifacts "
        f"where run_id in {_IDS} order by run_id, name",
        (ids,),
    ):
        run = runs.get(row["run_id"])
        if run is not None:
            run.artifacts[row["name"]] = c.SeenArtifact(
                sha256=row["sha256"],
                size_bytes=row["size_bytes"],
                mime_type=row["mime_type"],
            )


def _add_figures(
    db: sqlite_utils.Database, ids: str, runs: dict[str, ComparableRun]
) -> None:
    """Add the pictures of each cell's last execution, in the order of the cells."""
    executions = rows(
        db,
        "select coalesce(r.folded_into, r.run_id) as shown_id, e.execution_id, "
        "e.cell_id, substr(e.source, 1, 400) as source from cell_executions e "
        f"join runs r using (run_id) where (r.run_id in {_IDS} "
        f"or r.folded_into in {_IDS}) and exists (select 1 from outputs o "
        f"where o.execution_id = e.execution_id) order by shown_id, {IN_ORDER}",
        (ids,),
    )
    last: dict[tuple[str, str], str] = {}
    for row in executions:
        last[row["shown_id"], _cell_of(row)] = row["execution_id"]
    wanted = json.dumps(list(last.values()))
    drawn: dict[str, list[c.FigureRef]] = {}
    for figure in _list_figures(db, wanted):
        drawn.setdefault(figure.execution_id, []).append(figure)
    for row in executions:
        run = runs.get(row["shown_id"])
        if run is not None:
            run.figures += [
                Figure(_cell_of(row), row["source"], figure)
                for figure in drawn.get(row["execution_id"], ())
            ]


def _cell_of(row: Row) -> str:
    cell: str = row["cell_id"] or row["source"]
    return cell


def _list_figures(db: sqlite_utils.Database, wanted: str) -> list[c.FigureRef]:
    kept = db.execute(
        "select o.execution_id, o.position, o.mime_type, o.sha256 "
        "from output_blobs o where o.mime_type glob 'image/*' "
        "and o.execution_id in (select value from json_each(?1)) "
        f"order by o.execution_id, o.position limit {_MAX_FIGURES}",
        (wanted,),
    )
    found = {
        (execution_id, position): c.FigureRef(
            execution_id=execution_id, mime_type=mime_type, sha256=sha256, data=None
        )
        for execution_id, position, mime_type, sha256 in kept
    }
    # A small drawing stands in the output itself.
    for execution_id, position, data in db.execute(
        "select execution_id, position, "
        "json_extract(body, '$.data.\"image/svg+xml\"') from outputs "
        "where execution_id in (select value from json_each(?1)) "
        f"and length(body) < {_MAX_DRAWN} and instr(body, '\"image/svg+xml\"') "
        f"order by execution_id, position limit {_MAX_FIGURES}",
        (wanted,),
    ):
        if isinstance(data, str):
            found.setdefault(
                (execution_id, position),
                c.FigureRef(
                    execution_id=execution_id,
                    mime_type="image/svg+xml",
                    sha256=None,
                    data=data,
                ),
            )
    return [found[place] for place in sorted(found)]
