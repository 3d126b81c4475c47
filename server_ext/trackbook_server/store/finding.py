"""What RUN means anywhere: an id, a unique prefix, a name, `@last`, `@best:metric`."""

import json
from collections.abc import Sequence

import sqlite_utils

from trackbook.errors import (
    AmbiguousName,
    BadInput,
    ExperimentNotFound,
    RunNotFound,
)
from trackbook_server.store.moves import root_of
from trackbook_server.store.naming import direction_of
from trackbook_server.store.run_rows import get_direction, load_experiments

_LEAST_PREFIX = 4
_SHOWN = 5
_PLACES = ("list", "alike", "quiet", "archive")


def resolve_run(
    db: sqlite_utils.Database,
    text: str,
    experiment_id: str | None = None,
    notebook_path: str | None = None,
    but: str | None = None,
    places: Sequence[str] | None = None,
) -> str:
    """Return the id of the run that `text` names, within a scope if one is given.

    `@last` is another run than `but`. `places` are where runs are looked for by name.

    Raises RunNotFound, AmbiguousName (listing some), BadInput.
    """
    if text == "@last":
        return _last(db, experiment_id, notebook_path, but)
    if text.startswith("@best:"):
        return _best(db, text.removeprefix("@best:"), experiment_id, notebook_path)
    if text.startswith("@"):
        raise BadInput(f"{text!r} names no run; there is @last and @best:METRIC")
    row = db.execute(
        "select run_id from runs where run_id = ? and place != 'unknown'", (text,)
    ).fetchone()
    if row is not None:
        return str(row[0])
    within = json.dumps(places or _PLACES)
    named = db.execute(
        "select run_id, name, started_at from runs where name = ?1 "
        "and place in (select value from json_each(?5)) "
        "and (?2 is null or experiment_id = ?2) "
        "and (?3 is null or notebook_path = ?3) "
        "order by started_at desc limit ?4",
        (text, experiment_id, notebook_path, _SHOWN + 1, within),
    ).fetchall()
    if len(named) == 1:
        return str(named[0][0])
    if not named and len(text) >= _LEAST_PREFIX:
        lowered = text.lower()
        named = db.execute(
            "select run_id, name, started_at from runs where run_id >= ? "
            "and run_id < ? and place != 'unknown' order by run_id limit ?",
            (lowered, f"{lowered}\U0010ffff", _SHOWN + 1),
        ).fetchall()
        if len(named) == 1:
            return str(named[0][0])
    if named:
        some = "; ".join(
            f"{run_id} “{name}” ({started_at[:16]})"
            for run_id, name, started_at in named[:_SHOWN]
        )
        more = " and more" if len(named) > _SHOWN else ""
        raise AmbiguousName(
            f"{text!r} names several runs: {some}{more}. Say one by its id."
        )
    raise RunNotFound(
        f"no run has the id, name or id prefix {text!r}. "
        "`trackbook runs` lists them; @last and @best:METRIC work too."
    )


def find_experiments(db: sqlite_utils.Database, names: Sequence[str]) -> list[str]:
    """Return the ids of the experiments of these names or ids.

    Raises ExperimentNotFound, which lists some that there are.
    """
    found: list[str] = []
    for name in names:
        ids = [
            root_of(db, row[0])
            for row in db.execute(
                "select experiment_id from experiments "
                "where name = ?1 or experiment_id = ?1",
                (name,),
            )
        ]
        if not ids:
            some = db.execute(
                "select name from experiments order by name limit ?", (_SHOWN,)
            ).fetchall()
            raise ExperimentNotFound(
                f"no experiment is called {name!r}; there is "
                f"{', '.join(repr(row[0]) for row in some) or 'none yet'}."
            )
        found += ids
    return found


def find_experiment(db: sqlite_utils.Database, name: str) -> str:
    """Return the id of the one experiment of that name or id, be it merged into another
    or not. Raises ExperimentNotFound, AmbiguousName."""
    found = db.execute(
        "select experiment_id, coalesce(notebook_path, '') from experiments "
        "where experiment_id = ?1 or name = ?1 "
        "order by experiment_id = ?1 desc, merged_into is null desc",
        (name,),
    ).fetchall()
    if not found:
        find_experiments(db, [name])
    if len(found) > 1 and found[0][0] != name:
        some = "; ".join(f"{each} {path}".strip() for each, path in found[:_SHOWN])
        raise AmbiguousName(
            f"several experiments are called {name!r}: {some}. Say one by its id."
        )
    return str(found[0][0])


def _last(
    db: sqlite_utils.Database,
    experiment_id: str | None,
    notebook_path: str | None,
    but: str | None,
) -> str:
    row = db.execute(
        "select run_id from runs where place in ('list', 'alike') "
        "and (?1 is null or experiment_id = ?1) "
        "and (?2 is null or notebook_path = ?2) and run_id is not ?3 "
        "order by started_at desc, run_id desc limit 1",
        (experiment_id, notebook_path, but),
    ).fetchone()
    if row is None:
        raise RunNotFound("there are no runs yet, so there is no @last")
    return str(row[0])


def _best(
    db: sqlite_utils.Database,
    metric: str,
    experiment_id: str | None,
    notebook_path: str | None,
) -> str:
    """Return the run whose last value of `metric` is best."""
    scope = (metric, experiment_id, notebook_path)
    condition = (
        "from metrics m join runs r using (run_id) where m.key = ?1 "
        "and r.place in ('list', 'alike') and m.last is not null "
        "and (?2 is null or r.experiment_id = ?2) "
        "and (?3 is null or r.notebook_path = ?3)"
    )
    row = db.execute(
        f"select r.experiment_id {condition} order by r.started_at desc limit 1",
        scope,
    ).fetchone()
    if row is None:
        raise RunNotFound(
            f"no run has a metric {metric!r} with a value, so none is the best by it"
        )
    experiment = load_experiments(db, [row[0]])[row[0]]
    direction = get_direction(experiment, metric) or direction_of(metric)
    if direction is None:
        raise BadInput(
            f"whether a higher or a lower {metric!r} is better is not known; "
            "choose its direction in the sidebar or over REST (experiments)"
        )
    order = "desc" if direction == "higher" else "asc"
    best = db.execute(
        f"select r.run_id {condition} "
        f"order by m.last {order}, r.started_at desc limit 1",
        scope,
    ).fetchone()
    return str(best[0])
