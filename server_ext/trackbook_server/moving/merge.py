"""One run from one end into the other: what is new there is added, nothing is taken.

The rule, a fact at a time: facts of both are united; of one that goes on (a run's end,
an execution, a series) the more complete one counts; what people said here wins, else
what they said there. Merging the same twice changes nothing. All of it is one
transaction's work, or is rolled back.
"""

import json
import platform
import re
from collections import Counter
from sqlite3 import IntegrityError
from typing import Any, Literal

import msgspec
import sqlite_utils

from trackbook_server.moving import merge_cells, merge_notebooks, merge_numbers
from trackbook_server.moving.ends import End, Problems
from trackbook_server.moving.kinds import (
    TABLES,
    Artifact,
    BadRow,
    Copy,
    Cursor,
    EditMoment,
    Environment,
    Experiment,
    Failure,
    Input,
    RunRow,
    RunWriter,
    Tag,
    Writer,
    checked_json,
    insert,
    read,
    select,
)
from trackbook_server.moving.places import Places
from trackbook_server.notebooks.document import digest
from trackbook_server.store.derived import derive_runs
from trackbook_server.store.edits import exists
from trackbook_server.store.lineage import note_copy
from trackbook_server.store.naming import canonical
from trackbook_server.store.rows import Row, rows
from trackbook_server.store.run_writers import settle_end
from trackbook_server.store.search.texts import take_in

Outcome = Literal["new", "changed", "same"]

_EDITED = ("edited_name", "starred", "pinned", "note", "trashed_at", "archived_at")
_WAS_OPEN = "it was still open when it was exported"
_EXTRAS: tuple[tuple[type[Input] | type[Artifact], tuple[str, ...]], ...] = (
    (Input, ("name", "digest", "context")),
    (Artifact, ("name",)),
)


class Merge:
    """Merges runs within one transaction; `finish` before it commits.

    `arrives`: they come into a home, where a run that was open when it was exported is
    lost until more is heard of it, and nothing is in the trash but what was put there.
    `done` is up to where executions of each writer were merged; it may be forgotten.
    """

    def __init__(
        self,
        source: End,
        target: End,
        places: Places,
        problems: Problems,
        done: dict[str, int],
        *,
        arrives: bool,
    ) -> None:
        self._source = source
        self._target = target
        self._places = places
        self._problems = problems
        self._arrives = arrives
        self._touched: set[str] = set()
        self._experiments: set[str] = set()
        self._executions: set[str] = set()
        self._named: dict[str, str] = {}
        self._done = done
        self._host = platform.node()

    def merge(self, run_id: str) -> Outcome | None:
        """Merge a run; None, and a problem, where what the source has of it is bad."""
        conn = self._target.db.conn
        conn.execute("savepoint run")
        before = conn.total_changes
        try:
            is_new = self._merge(run_id)
        except (BadRow, IntegrityError, OverflowError) as error:
            conn.execute("rollback to run")
            self._done.clear()
            self._problems.note(f"run {run_id} was left out: {error}")
            return None
        finally:
            conn.execute("release run")
        if conn.total_changes == before:
            return "same"
        self._touched.add(run_id)
        return "new" if is_new else "changed"

    def name(self, run_id: str) -> None:
        """Keep of a run only which one it continues: it is a predecessor of others."""
        for run in read(self._source.db, RunRow, "run_id = ?", (run_id,)):
            _name_only(self._target.db, run)

    def finish(self) -> None:
        """Derive what follows from the rows."""
        db = self._target.db
        derive_runs(db, self._touched, self._experiments)
        # A name that came of the runs around it is kept where others are around it.
        renamed = [
            run_id
            for run_id, name in self._named.items()
            if db.execute(
                "update runs set given_name = ?2 where run_id = ?1 and name != ?2 "
                "and given_name is null and edited_name is null",
                (run_id, name),
            ).rowcount
        ]
        if renamed:
            derive_runs(db, renamed)
        if self._arrives:
            take_in(db, (), self._executions)
        else:
            db.conn.executemany(
                "insert or ignore into search_waiting values (?)",
                [(run_id,) for run_id in sorted(self._touched)],
            )

    def _merge(self, run_id: str) -> bool:
        """Merge a run; return whether it is new there."""
        source, target = self._source, self._target
        run = next(read(source.db, RunRow, "run_id = ?", (run_id,)), None)
        if run is None:
            raise BadRow("it is not there")
        if run.experiment_id is None:
            raise BadRow("it is only named, by runs that go on from it")
        host = self._bring_writers(run)
        found = rows(target.db, "select * from runs where run_id = ?", (run_id,))
        is_new = not found or found[0]["experiment_id"] is None
        if is_new:
            self._begin(run, host)
        else:
            _complete(target.db, run, found[0])
        self._merge_ends(run, host)
        self._merge_cursors(run, is_new=is_new)
        self._merge_environment(run)
        for tag in read(source.db, Tag, "run_id = ? order by key", (run_id,)):
            _merge_tag(target.db, tag)
        executions = merge_cells.merge_executions(
            source, target, run_id, self._done, self._problems
        )
        self._executions |= executions
        merge_numbers.merge_params(source, target, run_id)
        merge_numbers.merge_series(source, target, run_id)
        merge_numbers.merge_folds(source, target, run_id)
        merge_numbers.merge_tables(source, target, run_id)
        self._merge_extras(run_id)
        merge_notebooks.merge_captures(
            source,
            target,
            run_id,
            lambda path: self._places.path_of(path, host),
            self._problems,
        )
        self._merge_copies(run, host)
        return is_new

    def _bring_writers(self, run: RunRow) -> str:
        """Bring what is told of the run's writers; return the host of the first."""
        host = ""
        for writer in read(
            self._source.db,
            Writer,
            "writer_id = ?1 or writer_id in (select writer_id from run_writers "
            "where run_id = ?2) or writer_id in (select writer_id "
            "from cell_executions where run_id = ?2) order by writer_id",
            (run.writer_id, run.run_id),
        ):
            insert(self._target.db, writer, "insert or ignore")
            if writer.writer_id == run.writer_id:
                host = writer.host
        return host

    def _begin(self, run: RunRow, host: str) -> None:
        """Write the row of a run that is new there."""
        db = self._target.db
        experiment = next(
            read(
                self._source.db, Experiment, "experiment_id = ?", (run.experiment_id,)
            ),
            None,
        )
        if experiment is None:
            raise BadRow("its experiment is not there")
        experiment_id = self._places.experiment_of(run, experiment, host)
        self._experiments.add(experiment_id)
        db.execute("delete from tombstones where run_id = ?", (run.run_id,))
        db.conn.executemany(
            "delete from execution_tombstones where execution_id = ?",
            select(
                self._source.db,
                "select execution_id from cell_executions where run_id = ?",
                (run.run_id,),
            ),
        )
        edited = _edited(run)
        if self._arrives:
            edited.pop("trashed_at", None)
        new: Row = {
            "writer_id": run.writer_id,
            "experiment_id": experiment_id,
            "recorded_in": experiment_id,
            "experiment_given": run.experiment_given,
            "number": self._places.number_of(run, experiment_id),
            "kernel_id": run.kernel_id,
            "notebook_path": self._places.path_of(run.notebook_path, host),
            "cwd": run.cwd,
            "boundary": run.boundary,
            "continues": run.continues,
            "parent_run_id": run.parent_run_id,
            "provisional": run.provisional,
            "given_name": run.given_name,
            "edited_name": run.edited_name,
            "starred": run.starred,
            "pinned": run.pinned,
            "archived_at": run.archived_at,
            "note": run.note,
            "trashed_at": None if self._arrives else run.trashed_at,
            "edited_at": canonical(edited),
            "started_at": run.started_at,
            "last_at": run.last_at,
            "last_result_order": run.last_result_order,
            "redacted_count": run.redacted_count,
            "environment_id": run.environment_id,
            "git": run.git and checked_json(run.git, dict[str, Any]),
            "place": "provisional",
            "folded_into": None,
        }
        db.execute(
            "insert into runs (run_id, writer_id, started_at, last_at) "
            "values (?, ?, ?, ?) on conflict (run_id) do nothing",
            (run.run_id, run.writer_id, run.started_at, run.last_at),
        )
        db.execute(
            f"update runs set {', '.join(f'{name} = ?' for name in new)} "
            "where run_id = ?",
            (*new.values(), run.run_id),
        )
        self._named[run.run_id] = run.name

    def _merge_ends(self, run: RunRow, host: str) -> None:
        """Bring who was at the run; the later word of each counts."""
        db = self._target.db
        changed = 0
        for row in read(
            self._source.db,
            RunWriter,
            "run_id = ? order by joined_at, writer_id",
            (run.run_id,),
        ):
            here = rows(
                db,
                "select * from run_writers where run_id = ? and writer_id = ?",
                (row.run_id, row.writer_id),
            )
            if here and not _says_more(row, here[0]):
                continue
            said = msgspec.structs.replace(
                row, notebook_path=self._places.path_of(row.notebook_path, host)
            )
            if self._arrives and row.ended_at is None:
                if here and here[0]["ended_at"] is None:
                    continue
                said = msgspec.structs.replace(
                    said,
                    ended_at=run.last_at,
                    end_status="lost",
                    end_reason=_WAS_OPEN,
                    inferred_at=run.last_at,
                )
            changed += insert(db, said, "insert or replace")
        if changed:
            settle_end(db, run.run_id)

    def _merge_cursors(self, run: RunRow, *, is_new: bool) -> None:
        """Bring how far the journals were read that the run is known from.

        Of a run that is recorded here no journal is passed over, whatever is said.
        """
        db = self._target.db
        for row in read(
            self._source.db,
            Cursor,
            "writer_id in (select writer_id from run_writers where run_id = ?) "
            "order by writer_id, segment",
            (run.run_id,),
        ):
            if not self._arrives:
                insert(db, row, "insert or ignore")
                continue
            [(host,)] = db.execute(
                "select host from writers where writer_id = ?", (row.writer_id,)
            ).fetchall() or [("",)]
            if is_new or host != self._host:
                db.execute(
                    "insert into imported_until values (?, ?, ?, ?) on conflict "
                    "(writer_id, run_id) do update set segment = excluded.segment, "
                    "offset = excluded.offset "
                    "where (excluded.segment, excluded.offset) > (segment, offset)",
                    (row.writer_id, run.run_id, row.segment, row.offset),
                )

    def _merge_environment(self, run: RunRow) -> None:
        """Bring what the run ran in, if it is what its name says."""
        for row in read(
            self._source.db,
            Environment,
            "environment_id = ?",
            (run.environment_id,),
        ):
            body = row.body and checked_json(row.body, dict[str, Any])
            if body and re.fullmatch(r"[0-9a-f]{64}", row.environment_id):
                value = msgspec.json.decode(body)
                named = msgspec.json.encode(value, order="deterministic")
                if digest(named) != row.environment_id:
                    self._problems.note(
                        f"the environment {row.environment_id[:12]} of run "
                        f"{run.run_id} was left out: it is not what its name says"
                    )
                    body = None
            self._target.db.execute(
                "insert into environments values (?, ?) on conflict (environment_id) "
                "do update set body = excluded.body where body is null "
                "and excluded.body is not null",
                (row.environment_id, body),
            )

    def _merge_extras(self, run_id: str) -> None:
        """Bring artifacts, inputs and failures; of one name the last logged counts."""
        db = self._target.db
        for kind, names in _EXTRAS:
            same = " and ".join(f"{name} = ?" for name in ("run_id", *names))
            for row in read(
                self._source.db,
                kind,
                f"run_id = ? order by {', '.join(names)}",
                (run_id,),
            ):
                key = (run_id, *(getattr(row, name) for name in names))
                here = db.execute(
                    f"select logged_at from {TABLES[kind]} where {same}",
                    key,
                ).fetchone()
                if isinstance(row, Input):
                    checked_json(row.schema, dict[str, Any])
                    checked_json(row.profile, dict[str, Any])
                if here is None or here[0] < row.logged_at:
                    insert(db, row, "insert or replace")
        known = Counter(
            db.execute(
                "select place, error from capture_failures where run_id = ?", (run_id,)
            ).fetchall()
        )
        for failure in read(
            self._source.db, Failure, "run_id = ? order by position", (run_id,)
        ):
            if known[failure.place, failure.error]:
                known[failure.place, failure.error] -= 1
            else:
                insert(db, failure)

    def _merge_copies(self, run: RunRow, host: str) -> None:
        """Bring of which notebook the run's is a copy, where that is not known."""
        for row in read(
            self._source.db,
            Copy,
            "notebook_path = ?1 or copied_from = ?1 order by notebook_path",
            (run.notebook_path,),
        ):
            copy = self._places.path_of(row.notebook_path, host) or ""
            original = self._places.path_of(row.copied_from, host) or ""
            if not exists(self._target.db, "notebook_copies", "notebook_path", copy):
                note_copy(self._target.db, original, copy)


def _name_only(db: sqlite_utils.Database, run: RunRow) -> None:
    """Keep which run a predecessor of others continues; there is no more of it."""
    db.execute(
        "insert into runs (run_id, writer_id, continues, folded_into, started_at, "
        "last_at) values (?, ?, ?, ?, ?, ?) on conflict (run_id) do nothing",
        (
            run.run_id,
            run.writer_id,
            run.continues,
            run.folded_into,
            run.started_at,
            run.last_at,
        ),
    )


def _complete(db: sqlite_utils.Database, run: RunRow, here: Row) -> None:
    """Add to the row of a run what there is more of it, and edits of fields that
    nobody edited here."""
    edited: dict[str, str] = json.loads(here["edited_at"])
    new: Row = {
        "last_at": max(here["last_at"], run.last_at),
        "last_result_order": _greater(here["last_result_order"], run.last_result_order),
        "redacted_count": max(here["redacted_count"], run.redacted_count),
        "provisional": min(here["provisional"], run.provisional),
        "environment_id": here["environment_id"] or run.environment_id,
        "git": here["git"] or (run.git and checked_json(run.git, dict[str, Any])),
    }
    for name, at in _edited(run).items():
        if name != "trashed_at" and name not in edited:
            edited[name] = at
            new[name] = getattr(run, name)
    new["edited_at"] = canonical(edited)
    changed = {name: value for name, value in new.items() if here[name] != value}
    if changed:
        db.execute(
            f"update runs set {', '.join(f'{name} = ?' for name in changed)} "
            "where run_id = ?",
            (*changed.values(), run.run_id),
        )


def _edited(run: RunRow) -> dict[str, str]:
    """Return when people edited which fields of the run."""
    said = json.loads(checked_json(run.edited_at, dict[str, EditMoment]))
    return {name: at for name, at in said.items() if name in _EDITED}


def _says_more(there: RunWriter, here: Row) -> bool:
    """Say whether what is said there of a writer is later than what is known here."""
    if there.seq != here["seq"]:
        return there.seq > int(here["seq"])
    is_told = there.ended_at is not None and there.inferred_at is None
    return is_told and (here["ended_at"] is None or here["inferred_at"] is not None)


def _merge_tag(db: sqlite_utils.Database, tag: Tag) -> None:
    """Set a tag, unless someone here did."""
    db.execute(
        "insert into tags values (?, ?, ?, ?) on conflict (run_id, key) do update "
        "set value = excluded.value, edited_at = excluded.edited_at "
        "where tags.edited_at = '' and excluded.edited_at != ''",
        (tag.run_id, tag.key, tag.value, tag.edited_at),
    )


def _greater(here: int | None, there: int | None) -> int | None:
    known = [value for value in (here, there) if value is not None]
    return max(known) if known else None
