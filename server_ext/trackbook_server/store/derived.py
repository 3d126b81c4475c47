"""What follows from a run's rows: name, status, params in force, main metric, place,
and what full text finds of it.

Only writes, and only derived columns: each is a function of the rows as they are, never
of how they came, so that any batching of a journal ends in the same. A run that changed
may change the runs after it; those are derived again in the same transaction.
"""

from collections.abc import Iterable
from heapq import heappop, heappush

import sqlite_utils

from trackbook_server.store.folding import (
    find_fold_target,
    find_root,
    fingerprint_of,
    fold_alike,
)
from trackbook_server.store.main_metric import main_of
from trackbook_server.store.moves import LISTED, list_next, settle
from trackbook_server.store.name_rules import Rules, load_rules, role_of
from trackbook_server.store.naming import auto_name
from trackbook_server.store.params import (
    Params,
    count_values,
    load_params,
    params_in_force,
    store_params,
    texts_of,
    values_of,
)
from trackbook_server.store.rows import Row, rows
from trackbook_server.store.run_revision import find_revision_number
from trackbook_server.store.search.texts import take_in
from trackbook_server.store.standing import status_of, summarise_executions

_MAX_PASSES = 4

CHANGE_RUNS = 250
"""So many runs share a change number at most, so that whoever asks what changed since
one gets it in pages, also after an edit of 10,000 runs."""


def derive_runs(
    db: sqlite_utils.Database,
    touched: Iterable[str],
    experiments: Iterable[str] = (),
    redrawn: Iterable[str] = (),
) -> int:
    """Derive the touched runs, and what follows for others, under a new change number.

    `experiments` changed themselves; the runs `redrawn` look different by what was
    written already (another path, another direction, another main metric).
    Return that number (the last where many runs took several), or the present one when
    nothing was touched.
    """
    queue: list[tuple[str, str, bool]] = []
    for run_id in set(touched):
        _push(db, queue, run_id, mark=True)
    changed_experiments = set(experiments)
    marked = sorted(set(redrawn))
    if not queue and not changed_experiments and not marked:
        return get_change(db)
    change = _next_change(db)
    for start in range(0, len(marked), CHANGE_RUNS):
        change = _next_change(db) if start else change
        db.conn.executemany(
            "update runs set change = ? where run_id = ?",
            [(change, run_id) for run_id in marked[start : start + CHANGE_RUNS]],
        )
    passes: dict[str, int] = {}
    while queue:
        _, run_id, mark = heappop(queue)
        while queue and queue[0][1] == run_id:
            mark |= heappop(queue)[2]
        if run_id not in passes and len(passes) % CHANGE_RUNS == CHANGE_RUNS - 1:
            change = _next_change(db)
        if mark:
            db.execute("update runs set change = ? where run_id = ?", (change, run_id))
        if passes.get(run_id, 0) >= _MAX_PASSES:
            continue
        passes[run_id] = passes.get(run_id, 0) + 1
        for follower, follower_mark in _derive(db, run_id, change):
            _push(db, queue, follower, mark=follower_mark)
    take_in(db, passes, ())
    for experiment_id in changed_experiments:
        db.execute(
            "update experiments set change = ? where experiment_id = ?",
            (change, experiment_id),
        )
    return change


def get_change(db: sqlite_utils.Database) -> int:
    """Return the number of the last committed change."""
    number: int = db.execute("select change from store").fetchone()[0]
    return number


def _next_change(db: sqlite_utils.Database) -> int:
    db.execute("update store set change = change + 1")
    return get_change(db)


def _push(
    db: sqlite_utils.Database,
    queue: list[tuple[str, str, bool]],
    run_id: str,
    *,
    mark: bool,
) -> None:
    """Queue a run by its start: a run depends on earlier ones only."""
    row = db.execute(
        "select started_at from runs where run_id = ?", (run_id,)
    ).fetchone()
    if row is not None:
        heappush(queue, (row[0], run_id, mark))


def _derive(
    db: sqlite_utils.Database, run_id: str, change: int
) -> list[tuple[str, bool]]:
    """Derive one run; return the runs to derive after it, and whether they changed
    on screen by what changed here."""
    [run] = rows(db, "select * from runs where run_id = ?", (run_id,))
    if run["experiment_id"] is None:
        return []
    moved = settle(db, run, change)
    if moved is not None:
        [run] = rows(db, "select * from runs where run_id = ?", (run_id,))
    rules = load_rules(db, run["experiment_id"])
    results = _list_results(db, run_id, rules)
    old_params = load_params(db, run_id)
    ignored = {name for name, rule in rules.items() if rule == "ignore"}
    params = params_in_force(db, run, has_result=bool(results), ignored=ignored)
    executions = summarise_executions(db, run_id)
    status = status_of(run, executions)
    folded_into = find_fold_target(db, run, has_result=bool(results))
    predecessor = find_root(db, run["continues"]) if run["continues"] else None
    previous = _previous(db, run, predecessor)
    main, main_value = main_of(db, run["experiment_id"], results)
    is_named = bool(run["edited_name"] or run["given_name"])
    before = None if previous is None else load_params(db, previous)
    new: Row = {
        "folded_into": folded_into,
        "previous_run_id": previous,
        "status": status,
        "duration_ms": executions["duration_ms"],
        "error": executions["error"],
        "result_count": len(results),
        "main_metric": main,
        "main_value": main_value,
        "param_count": len(params),
        "name": run["edited_name"]
        or run["given_name"]
        or auto_name(
            values_of(params),
            None if before is None else values_of(before),
            run["started_at"],
        ),
        "revision_number": find_revision_number(db, run_id, main),
        "fingerprint": None
        if status == "running" or not results
        else fingerprint_of(db, run_id, params, results),
    }
    differs = predecessor is not None and texts_of(params) != texts_of(
        load_params(db, predecessor)
    )
    new["place"] = _place(run | new, is_named=is_named, differs=differs)
    stays_alike = new["fingerprint"] == run["fingerprint"] and new["place"] == "list"
    if stays_alike and run["place"] == "alike":
        new["place"] = "alike"
    elif not stays_alike:
        new["alike_count"] = 1
    if params != old_params:
        store_params(db, run_id, params)
    _count_values(db, run, old_params, new["place"], params)
    followers = _store_derived(
        db, run, new, change, params_changed=params != old_params
    )
    return [*followers, *((follower, False) for follower in moved or ())]


def _list_results(db: sqlite_utils.Database, run_id: str, rules: Rules) -> list[Row]:
    """Let each metric count as what it is under the rules; return the results."""
    found = rows(
        db,
        "select series_id, key, origin, role, last, count from metrics "
        "where run_id = ? order by series_id",
        (run_id,),
    )
    results = []
    for row in found:
        role = role_of(row["origin"], rules.get(row["key"]))
        if role != row["role"]:
            db.execute(
                "update metrics set role = ? where series_id = ?",
                (role, row["series_id"]),
            )
        if role == "result":
            results.append(row)
    return results


def _store_derived(
    db: sqlite_utils.Database,
    run: Row,
    new: Row,
    change: int,
    *,
    params_changed: bool,
) -> list[tuple[str, bool]]:
    """Write what changed, and find the runs that it concerns."""
    run_id = run["run_id"]
    changed = {key: value for key, value in new.items() if run[key] != value}
    if changed:
        columns = ", ".join(f"{column} = ?" for column in changed)
        db.execute(
            f"update runs set {columns}, change = ? where run_id = ?",
            (*changed.values(), change, run_id),
        )
    for fingerprint in {run["fingerprint"], new["fingerprint"]} - {None}:
        fold_alike(db, run["experiment_id"], fingerprint, change)
    followers: list[tuple[str, bool]] = []
    if "folded_into" in changed:
        followers += [
            (target, True)
            for target in (run["folded_into"], new["folded_into"])
            if target is not None
        ]
    shows = params_changed or bool(changed.keys() & {"main_metric", "main_value"})
    if shows or changed.keys() & {"place", "folded_into"}:
        followers += [
            (follower, shows)
            for (follower,) in db.execute(
                "select run_id from runs where previous_run_id = ? or continues = ?",
                (run_id, run_id),
            )
        ]
    if (run["place"] in LISTED) != (new["place"] in LISTED):
        next_runs = list_next(db, run["experiment_id"], run["number"])
        followers += [(follower, False) for follower in next_runs]
    return [(follower, mark) for follower, mark in followers if follower != run_id]


def _count_values(
    db: sqlite_utils.Database, run: Row, old: Params, place: str, new: Params
) -> None:
    """Keep count of the values that each param has among the experiment's runs."""
    before = texts_of(old) if run["place"] in LISTED else {}
    after = texts_of(new) if place in LISTED else {}
    count_values(db, run["experiment_id"], before, after)


def _previous(
    db: sqlite_utils.Database, run: Row, predecessor: str | None
) -> str | None:
    """Return the run that this one is compared with: the one it continues, else the
    listed one before it in its experiment (a run without a number has none yet)."""
    if predecessor is not None and predecessor != run["run_id"]:
        row = db.execute(
            "select place, experiment_id from runs where run_id = ?", (predecessor,)
        ).fetchone()
        if row[0] in LISTED and row[1] == run["experiment_id"]:
            return predecessor
    # One in the archive is compared with those that are there, too.
    archived = ", 'archive'" if run["archived_at"] is not None else ""
    row = db.execute(
        "select run_id from runs where experiment_id = ? and number > 0 and number < ? "
        f"and place in ('list', 'alike'{archived}) order by number desc limit 1",
        (run["experiment_id"], run["number"]),
    ).fetchone()
    return row[0] if row else None


def _place(run: Row, *, is_named: bool, differs: bool) -> str:
    """Return the list that the run is in."""
    if run["trashed_at"] is not None:
        return "trash"
    if run["archived_at"] is not None:
        return "archive"
    if run["folded_into"] is not None:
        return "folded"
    if run["provisional"] and run["end_status"] is None:
        return "provisional"
    shown = (
        run["result_count"] > 0
        or run["end_status"] is None
        or run["status"] == "failed"
        or is_named
        or run["starred"]
        or run["pinned"]
        or run["boundary"] != "auto"
        or differs
    )
    return "list" if shown else "quiet"
