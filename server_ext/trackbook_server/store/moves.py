"""Which experiment a run is in: where it was recorded, or where a person moved it, or
what that was merged into.

Only writes. What decides is kept beside the run (`recorded_in`, `moved_to`) and the
experiment (`merged_into`); where the run then is, `settle` derives. Its number in each
experiment is reserved when that is decided, and kept, so that moving back gives the old
one and any batching of a journal ends in the same.
"""

import json
from typing import Any

import sqlite_utils

from trackbook_server.store.folding import fold_alike
from trackbook_server.store.params import count_values
from trackbook_server.store.rows import Row
from trackbook_server.store.values import BadEvent

LISTED = ("list", "alike")
"""The places of a run that others are compared with."""

_BELOW = (
    "with recursive below(id) as (select ?1 union select experiment_id "
    "from experiments join below on merged_into = id)"
)


def root_of(db: sqlite_utils.Database, experiment_id: str) -> str:
    """Return the experiment that this one was merged into; itself where it was not."""
    return list_way(db, experiment_id)[-1]


def list_way(db: sqlite_utils.Database, experiment_id: str) -> list[str]:
    """Return an experiment and those that it was merged into, one into another."""
    way: list[str] = []
    following: str | None = experiment_id
    while following is not None and following not in way:
        way.append(following)
        row = db.execute(
            "select merged_into from experiments where experiment_id = ?",
            (following,),
        ).fetchone()
        following = None if row is None else row[0]
    return way


def record_in(db: sqlite_utils.Database, run_id: str, experiment_id: str) -> None:
    """Note where the facts put a run; one that a person moved stays where it is."""
    _put(db, run_id, "recorded_in", experiment_id)


def move_run(db: sqlite_utils.Database, run_id: str, experiment_id: str | None) -> None:
    """Move a run as a person asked; None gives it back to where it was recorded.

    Raises BadEvent where there is no such experiment.
    """
    if experiment_id is not None:
        _check(db, experiment_id)
    _put(db, run_id, "moved_to", experiment_id)


def merge(db: sqlite_utils.Database, experiment_id: str, into: str | None) -> None:
    """Let an experiment's runs, also those to come, belong to another; None takes that
    back. The runs follow some at a time (`ruled_runs`).

    Raises BadEvent where one of them is not there, or they would be one another's.
    """
    _check(db, experiment_id)
    if into is not None:
        _check(db, into)
        if experiment_id in list_way(db, into):
            raise BadEvent("an experiment can't be merged into itself")
    db.execute(
        "update experiments set merged_into = ? where experiment_id = ?",
        (into, experiment_id),
    )
    run_ids = _list(
        db,
        f"{_BELOW} select run_id from runs where experiment_id is not null and "
        "(moved_to in below or (moved_to is null and recorded_in in below))",
        experiment_id,
    )
    _reserve(db, run_ids, root_of(db, experiment_id))
    db.conn.executemany(
        "insert or ignore into ruled_runs values (?)",
        [(run_id,) for run_id in run_ids],
    )


def settle(db: sqlite_utils.Database, run: Row, change: int) -> list[str] | None:
    """Bring a run into the experiment that it belongs to by now; return the runs that
    are to be derived again because of that, None where it is there already."""
    source = run["experiment_id"]
    target = root_of(db, run["moved_to"] or run["recorded_in"])
    if source == target:
        return None
    run_id = run["run_id"]
    followers = _list(db, "select run_id from runs where previous_run_id = ?", run_id)
    if run["place"] in LISTED:
        params: dict[str, str] = dict(
            db.execute(
                "select key, coalesce(sha256, value) from params where run_id = ?",
                (run_id,),
            )
        )
        count_values(db, source, params, {})
        count_values(db, target, {}, params)
    number = 0
    if run["number"]:
        db.execute(
            "insert or replace into run_numbers values (?, ?, ?)",
            (run_id, source, run["number"]),
        )
        number = _reserve(db, [run_id], target)
    db.execute(
        "update runs set experiment_id = ?, number = ?, fingerprint = null, "
        "alike_count = 1, place = case place when 'alike' then 'list' else place end "
        "where run_id = ?",
        (target, number, run_id),
    )
    if run["fingerprint"] is not None:
        fold_alike(db, source, run["fingerprint"], change)
    db.execute(
        "update experiments set change = ? where experiment_id in (?, ?)",
        (change, source, target),
    )
    return [*followers, *list_next(db, target, number)]


def list_next(db: sqlite_utils.Database, experiment_id: str, number: int) -> list[str]:
    """Return the runs of an experiment after a number, up to the next listed one."""
    found: list[str] = []
    for run_id, place in db.execute(
        "select run_id, place from runs where experiment_id = ? and number > ? "
        "order by number",
        (experiment_id, number),
    ):
        found.append(run_id)
        if place in LISTED:
            break
    return found


def take_number(db: sqlite_utils.Database, experiment_id: str, count: int = 1) -> int:
    """Return the experiment's next run number and count on by so many."""
    number: int = db.execute(
        "select next_number from experiments where experiment_id = ?", (experiment_id,)
    ).fetchone()[0]
    db.execute(
        "update experiments set next_number = next_number + ? where experiment_id = ?",
        (count, experiment_id),
    )
    return number


def _put(
    db: sqlite_utils.Database, run_id: str, column: str, experiment_id: str | None
) -> None:
    db.execute(
        f"update runs set {column} = ? where run_id = ?", (experiment_id, run_id)
    )
    row = db.execute(
        "select coalesce(moved_to, recorded_in), number from runs where run_id = ?",
        (run_id,),
    ).fetchone()
    if row[0] is not None and row[1]:
        _reserve(db, [run_id], root_of(db, row[0]))


def _reserve(db: sqlite_utils.Database, run_ids: list[str], target: str) -> int:
    """Give runs a number in an experiment, in the order of those that they have; one
    that they had there stays. Return the last one's."""
    number = 0
    new: list[str] = []
    for run_id in run_ids:
        row = db.execute(
            "select number from run_numbers where run_id = ?1 and experiment_id = ?2 "
            "union all select number from runs where run_id = ?1 "
            "and experiment_id = ?2 and number > 0",
            (run_id, target),
        ).fetchone()
        if row is None:
            new.append(run_id)
        else:
            number = row[0]
    if new:
        # In the order in which they began, and without those that have none yet.
        new = _list(
            db,
            "select r.run_id from runs r join json_each(?) j on j.value = r.run_id "
            "where r.number > 0 order by r.started_at, r.number",
            json.dumps(new),
        )
    if new:
        number = take_number(db, target, len(new))
        db.conn.executemany(
            "insert into run_numbers values (?, ?, ?)",
            [(run_id, target, number + place) for place, run_id in enumerate(new)],
        )
        number += len(new) - 1
    return number


def _list(db: sqlite_utils.Database, sql: str, *arguments: Any) -> list[str]:
    return [value for (value,) in db.execute(sql, arguments)]


def _check(db: sqlite_utils.Database, experiment_id: str) -> None:
    if not db.execute(
        "select 1 from experiments where experiment_id = ?", (experiment_id,)
    ).fetchone():
        raise BadEvent(f"there is no experiment {experiment_id[:100]}")
