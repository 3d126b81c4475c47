"""Which notebook and which experiment a run from elsewhere belongs to here.

A notebook elsewhere is not the one of the same path here, unless they are seen to be
the same. What is here keeps its name, its path and its numbers.
"""

import json
from pathlib import Path
from typing import Literal, Protocol

import sqlite_utils

from trackbook.events import NameRule
from trackbook_server.moving.kinds import (
    EditMoment,
    Experiment,
    RunRow,
    checked_json,
    select,
)
from trackbook_server.store import experiments
from trackbook_server.store.edits import exists
from trackbook_server.store.moves import take_number

_LEAST_ID = 6
"""A shorter cell id is a place's number, not a cell's name."""
_MOST_CELLS = 2000
_MOST_BYTES = 50 * 1024 * 1024


class Places(Protocol):
    """Where runs go."""

    def path_of(self, path: str | None, host: str) -> str | None:
        """Return the path here of a notebook of another host."""

    def experiment_of(self, run: RunRow, experiment: Experiment, host: str) -> str:
        """Return the id of the experiment here, created if it is new."""

    def number_of(self, run: RunRow, experiment_id: str) -> int:
        """Return the run's number in its experiment here."""


class SamePlaces:
    """In a bundle everything keeps its place."""

    def __init__(self, db: sqlite_utils.Database) -> None:
        self._db = db

    def path_of(self, path: str | None, host: str) -> str | None:
        """Return the path as it is."""
        return path

    def experiment_of(self, run: RunRow, experiment: Experiment, host: str) -> str:
        """Return the experiment as it is."""
        if not exists(
            self._db, "experiments", "experiment_id", experiment.experiment_id
        ):
            _create(self._db, experiment)
        return experiment.experiment_id

    def number_of(self, run: RunRow, experiment_id: str) -> int:
        """Return the number as it is."""
        _count_on(self._db, experiment_id, run.number)
        return run.number


class FoundPlaces:
    """In a home the places are looked for.

    `source` is the bundle's database; `host` is the name of this machine.
    """

    def __init__(
        self, source: sqlite_utils.Database, target: sqlite_utils.Database, host: str
    ) -> None:
        self._source = source
        self._db = target
        self._host = host
        self._paths: dict[tuple[str, str], str] = {}

    def path_of(self, path: str | None, host: str) -> str | None:
        """Return the path as it is for a notebook that is here, else with its host
        before it, `//host/path`, so that it is never taken for another."""
        if path is None:
            return None
        if (host, path) not in self._paths:
            away = (
                path
                if path.startswith("//")
                else f"//{host or 'elsewhere'}/{path.lstrip('/')}"
            )
            is_here = host == self._host or self._is_same(path, host)
            self._paths[host, path] = path if is_here else away
        return self._paths[host, path]

    def experiment_of(self, run: RunRow, experiment: Experiment, host: str) -> str:
        """Return the experiment of the same notebook or the same name."""
        path = self.path_of(experiment.notebook_path, host)
        kernel_id = experiment.kernel_id
        is_named = path is None and kernel_id is None
        before = self._db.conn.total_changes
        experiment_id = experiments.find_or_create(
            self._db,
            run.run_id,
            given=experiment.name if is_named else None,
            notebook_path=path,
            kernel_id=kernel_id,
        )
        if self._db.conn.total_changes != before:
            _say(self._db, experiment, experiment_id)
        return experiment_id

    def number_of(self, run: RunRow, experiment_id: str) -> int:
        """Return the run's number there if it is free here, else the next one."""
        if not run.number:
            return 0
        taken = self._db.execute(
            "select 1 from runs where experiment_id = ? and number = ?",
            (experiment_id, run.number),
        ).fetchone()
        if taken:
            return take_number(self._db, experiment_id)
        _count_on(self._db, experiment_id, run.number)
        return run.number

    def _is_same(self, path: str, host: str) -> bool:
        """Say whether the notebook at that path here is the one of the bundle: a run of
        it is here, or cells of the same ids were executed or stand in the file."""
        run_ids = _ids(
            self._source, "select run_id from runs where notebook_path = ?", path
        )
        if self._db.execute(
            "select 1 from runs where notebook_path = ? and run_id in "
            "(select value from json_each(?)) limit 1",
            (path, json.dumps(run_ids)),
        ).fetchone():
            return True
        cells = {
            cell_id
            for cell_id in _ids(
                self._source,
                "select distinct cell_id from cell_executions join runs using (run_id) "
                f"where notebook_path = ? and cell_id is not null limit {_MOST_CELLS}",
                path,
            )
            if len(cell_id) >= _LEAST_ID
        }
        if cells & _cells_in_file(Path(path)):
            return True
        found = self._db.execute(
            "select 1 from cell_executions join runs using (run_id) "
            "where notebook_path = ? and cell_id in (select value from json_each(?)) "
            "limit 1",
            (path, json.dumps(sorted(cells))),
        )
        return found.fetchone() is not None


def _cells_in_file(path: Path) -> set[str]:
    """Return the ids of the cells of the notebook file; none where there is none."""
    try:
        if not path.is_file() or path.stat().st_size > _MOST_BYTES:
            return set()
        cells = json.loads(path.read_bytes())["cells"]
        return {str(cell["id"]) for cell in cells if "id" in cell}
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return set()


def _ids(db: sqlite_utils.Database, sql: str, *parameters: str) -> list[str]:
    return [value for (value,) in select(db, sql, parameters) if isinstance(value, str)]


def _create(db: sqlite_utils.Database, experiment: Experiment) -> None:
    """Write an experiment as it is."""
    db.execute(
        "insert into experiments (experiment_id, name, is_named, notebook_path, "
        "kernel_id) values (?, ?, ?, ?, ?)",
        (
            experiment.experiment_id,
            experiment.name,
            experiment.is_named,
            experiment.notebook_path,
            experiment.kernel_id,
        ),
    )
    _say(db, experiment, experiment.experiment_id)


def _say(db: sqlite_utils.Database, experiment: Experiment, experiment_id: str) -> None:
    """Let a new experiment have what people said of it elsewhere."""
    db.execute(
        "update experiments set main_metric = ?2, directions = ?3, edited_at = ?4, "
        "names = ?5, name = case when ?6 then ?7 else name end, "
        "is_named = max(is_named, ?6) where experiment_id = ?1",
        (
            experiment_id,
            experiment.main_metric,
            checked_json(experiment.directions, dict[str, Literal["higher", "lower"]]),
            checked_json(experiment.edited_at, dict[str, EditMoment]),
            checked_json(experiment.names, dict[str, NameRule]),
            experiment.is_named,
            experiment.name,
        ),
    )


def _count_on(db: sqlite_utils.Database, experiment_id: str, number: int) -> None:
    db.execute(
        "update experiments set next_number = max(next_number, ?) "
        "where experiment_id = ?",
        (number + 1, experiment_id),
    )
