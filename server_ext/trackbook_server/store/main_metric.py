"""Which metric leads each run's row, of one run or of a whole experiment. Only writes
`main_metric` and `main_value`; the rule itself is in `naming.py`."""

from collections import defaultdict

import sqlite_utils

from trackbook_server.store.naming import choose_main_metric
from trackbook_server.store.rows import Row


def main_of(
    db: sqlite_utils.Database, experiment_id: str, results: list[Row]
) -> tuple[str | None, float | None]:
    """Return the key that leads a run's row, and its last value.

    `results` are the run's metrics in the order they first came.
    """
    return _choose(results, _chosen(db, experiment_id))


def rechoose(db: sqlite_utils.Database, experiment_id: str) -> None:
    """Let all runs of the experiment lead with the metric that was chosen for it.

    Nothing else follows from it: names, places and fingerprints know all metrics.
    """
    chosen = _chosen(db, experiment_id)
    results: dict[str, list[Row]] = defaultdict(list)
    before: dict[str, tuple[str | None, float | None]] = {}
    for run_id, main, value, key, origin, last in db.execute(
        "select r.run_id, r.main_metric, r.main_value, m.key, m.origin, m.last "
        "from runs r join metrics m using (run_id) where r.experiment_id = ? "
        "and m.role = 'result' order by m.series_id",
        (experiment_id,),
    ):
        before[run_id] = (main, value)
        results[run_id].append({"key": key, "origin": origin, "last": last})
    now = {run_id: _choose(found, chosen) for run_id, found in results.items()}
    db.conn.executemany(
        "update runs set main_metric = ?, main_value = ? where run_id = ?",
        [(*now[run_id], run_id) for run_id in now if now[run_id] != before[run_id]],
    )


def _choose(results: list[Row], chosen: str | None) -> tuple[str | None, float | None]:
    main = choose_main_metric([(row["key"], row["origin"]) for row in results], chosen)
    return main, next((row["last"] for row in results if row["key"] == main), None)


def _chosen(db: sqlite_utils.Database, experiment_id: str) -> str | None:
    row = db.execute(
        "select main_metric from experiments where experiment_id = ?", (experiment_id,)
    ).fetchone()
    chosen: str | None = row[0]
    return chosen
