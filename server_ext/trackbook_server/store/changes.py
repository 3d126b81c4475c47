"""What one transaction has changed so far: which runs and experiments to derive,
and in which executions search may find something else."""

from collections import defaultdict

import sqlite_utils

from trackbook import events as ev
from trackbook_server.store.points import Batch
from trackbook_server.store.run_writers import wake_writer
from trackbook_server.store.series import Points
from trackbook_server.store.values import GoneForGood


class Changes:
    """The database in a transaction, and what was touched in it."""

    def __init__(self, db: sqlite_utils.Database) -> None:
        self.db = db
        self.touched: set[str] = set()
        self.experiments: set[str] = set()
        self.redrawn: set[str] = set()
        self.rechosen: set[str] = set()
        self.messages: list[str] = []
        self.executions: set[str] = set()
        self.noted: tuple[str, str | None] | None = None
        """Whose result the last event was, by run and execution: results that follow
        each other move the same mark to the same place."""

        self.points: dict[tuple[str, str], list[Batch]] = defaultdict(list)

    def touch(self, run_id: str, writer_id: str, at: str) -> None:
        """Note that a run is spoken of at `at`; one that is not known yet is kept by
        its id until it starts.

        Raises GoneForGood for one that was deleted for good.
        """
        if run_id not in self.touched:
            if self.db.execute(
                "select 1 from tombstones where run_id = ?", (run_id,)
            ).fetchone():
                raise GoneForGood(run_id)
            self.db.execute(
                "insert into runs (run_id, writer_id, started_at, last_at) "
                "values (?, ?, ?, ?) on conflict (run_id) do nothing",
                (run_id, writer_id, at, at),
            )
            self.touched.add(run_id)
        self.db.execute(
            "update runs set last_at = max(last_at, ?) where run_id = ?", (at, run_id)
        )

    def wake(self, run_id: str, writer_id: str, at: str) -> None:
        """Like `touch`, by a writer at work: a run taken for lost is not lost."""
        self.touch(run_id, writer_id, at)
        wake_writer(self.db, run_id, writer_id, at)

    def know(self, execution_id: str) -> None:
        """Note that an execution is spoken of. Raises GoneForGood for one whose run was
        deleted for good."""
        if self.db.execute(
            "select 1 from execution_tombstones where execution_id = ?",
            (execution_id,),
        ).fetchone():
            raise GoneForGood(execution_id)
        self.executions.add(execution_id)

    def gather(self, event: ev.PointsLogged, points: Points) -> None:
        """Keep points until the transaction's end, to store each series once."""
        self.points[event.run_id, event.key].append(
            Batch(points, event.origin, event.execution_id)
        )
