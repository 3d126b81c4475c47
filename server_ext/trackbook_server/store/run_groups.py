"""Runs in groups: by day, notebook, revision, status, a param or a tag. Only selects.

A group is known by its key, which is opaque to whoever asks. How many runs a group has
and which is the best of them is told without reading the runs of others.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Literal
from zoneinfo import ZoneInfo

import sqlite_utils

from trackbook.errors import BadInput
from trackbook_server import contract as c
from trackbook_server.store.naming import direction_of
from trackbook_server.store.rows import Row, marks, rows
from trackbook_server.store.run_rows import get_direction, load_experiments, number
from trackbook_server.store.run_scope import RunScope
from trackbook_server.store.search.moments import parse_zone
from trackbook_server.store.values import to_text

GroupKind = Literal["day", "notebook", "revision", "status", "param", "tag"]

MAX_GROUPS = 500
"""So many groups are in an answer at most."""

_MAX_DAYS = 20_000
"""Runs from before so many days before the last are in one group."""

_STATUSES = ("running", "open", "failed", "interrupted", "lost", "finished")

_MEMBERS = {
    "param": "select run_id, ranked as value from params where key = ?",
    "tag": "select run_id, value from tags where value is not null and key = ?",
}

_SUMMARY = (
    "count(*) as count, max(r.started_at) as last_started_at, "
    "min(r.main_metric) as metric, max(r.main_metric) as last_metric, "
    "min(case when abs(r.main_value) < 9e999 then r.main_value end) as least, "
    "max(case when abs(r.main_value) < 9e999 then r.main_value end) as greatest, "
    "min(r.experiment_id) as experiment, max(r.experiment_id) as last_experiment"
)


@dataclass(frozen=True, slots=True)
class Grouping:
    """By what a list is grouped; `zone` is where days begin."""

    kind: GroupKind
    key: str = ""
    zone: ZoneInfo | None = None


def parse_grouping(name: str, time_zone: str = "UTC") -> Grouping:
    """Return the grouping of a name: `day`, `notebook`, `revision`, `status`,
    `param:KEY` or `tag:KEY`. Raises BadInput."""
    kind, colon, key = name.partition(":")
    if colon and key and kind in ("param", "tag"):
        return Grouping(kind, key)  # type: ignore[arg-type]
    if name in ("notebook", "revision", "status"):
        return Grouping(name)  # type: ignore[arg-type]
    if name == "day":
        return Grouping("day", zone=parse_zone(time_zone))
    raise BadInput(
        f"can't group by {name[:80]!r}; there is day, notebook, revision, status, "
        "param:KEY and tag:KEY"
    )


def list_groups(
    db: sqlite_utils.Database,
    scope: RunScope,
    grouping: Grouping,
    *,
    oldest_first: bool = False,
) -> list[c.RunGroup]:
    """Return the groups of a list in their order: days by time, notebooks and
    revisions by their last run, values by their size; what has none comes last."""
    condition, parameters = scope.where()
    found = _HEADS[grouping.kind](db, grouping, condition, (*parameters, scope.place))
    found.sort(key=lambda row: _rank(grouping, row))
    if oldest_first and grouping.kind == "day":
        found.reverse()
    experiments = load_experiments(
        db, [row[name] for row in found for name in ("experiment", "last_experiment")]
    )
    return [
        c.RunGroup(
            key=_key(grouping, row),
            value=_value(grouping, row),
            notebook_path=row.get("notebook_path"),
            count=row["count"],
            best=_best(row, experiments),
            last_started_at=row["last_started_at"],
        )
        for row in found
    ]


def member_condition(grouping: Grouping, key: str) -> tuple[str, list[Any]]:
    """Return the condition that a run is in the group. Raises BadInput for a key that
    is none of the grouping's."""
    try:
        value = json.loads(key)
        return _MEMBER[grouping.kind](grouping, value)
    except (ValueError, TypeError, KeyError, OverflowError) as error:
        raise BadInput(f"{key[:80]!r} is no group of this list") from error


def keys_of(
    db: sqlite_utils.Database, grouping: Grouping, found: Sequence[Row]
) -> dict[str, str]:
    """Return by run the key of its group."""
    if grouping.kind in _MEMBERS:
        run_ids = [row["run_id"] for row in found]
        values = dict(
            db.execute(
                f"{_MEMBERS[grouping.kind]} and run_id in ({marks(run_ids)})",
                (grouping.key, *run_ids),
            ).fetchall()
        )
        return {run_id: _say(values.get(run_id)) for run_id in run_ids}
    return {row["run_id"]: _key(grouping, _read(grouping, row)) for row in found}


def _read(grouping: Grouping, row: Row) -> Row:
    """Return of a row of `runs` what the key of its group is made of."""
    if grouping.kind == "day":
        moment = datetime.fromisoformat(row["started_at"])
        return {"value": moment.astimezone(grouping.zone).date().isoformat()}
    column = {"status": "status", "revision": "revision_number"}.get(grouping.kind)
    return row | {"value": row[column] if column else row["notebook_path"]}


def _key(grouping: Grouping, row: Row) -> str:
    if grouping.kind == "revision":
        return _say([row["notebook_path"], row["value"]])
    return _say(row["value"])


def _say(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _value(grouping: Grouping, row: Row) -> Any:
    """Return what a group is called by."""
    value = row["value"]
    if grouping.kind == "param" and isinstance(value, str):
        try:
            return json.loads(value)
        except ValueError:
            return value
    return value


def _rank(grouping: Grouping, row: Row) -> tuple[Any, ...]:
    value = row["value"]
    if grouping.kind == "day":
        return (-date.fromisoformat(value).toordinal(),)
    if grouping.kind == "status":
        return (_STATUSES.index(value) if value in _STATUSES else 9,)
    if grouping.kind in ("notebook", "revision"):
        return (value is None, _backwards(row["last_started_at"]))
    return (value is None, isinstance(value, str), value if value is not None else 0)


def _backwards(text: str) -> tuple[int, ...]:
    """Return what sorts the other way round than a text."""
    return tuple(-ord(letter) for letter in text)


def _best(row: Row, experiments: dict[str, Row]) -> c.GroupBest | None:
    """Return the best main metric; None where runs differ in it, or it has no
    direction."""
    key = row["metric"]
    if key is None or key != row["last_metric"] or row["greatest"] is None:
        return None
    of = experiments[row["experiment"]]
    direction = get_direction(of, key)
    if row["experiment"] != row["last_experiment"]:
        direction = direction_of(key)
    if direction is None:
        return None
    value = row["greatest"] if direction == "higher" else row["least"]
    return c.GroupBest(key=key, value=number(value))


def _head_days(
    db: sqlite_utils.Database,
    grouping: Grouping,
    condition: str,
    parameters: tuple[Any, ...],
) -> list[Row]:
    first, last = db.execute(
        f"select (select min(r.started_at) from runs r where {condition} "
        "and r.place = ?), (select max(r.started_at) from runs r "
        f"where {condition} and r.place = ?)",
        (*parameters, *parameters),
    ).fetchone()
    if first is None:
        return []
    return rows(
        db,
        "select d.value ->> 0 as value, "
        f"{_SUMMARY} from json_each(?) d cross join runs r on "
        "r.started_at >= d.value ->> 1 and r.started_at < d.value ->> 2 "
        f"where {condition} and r.place = ? group by d.key",
        (json.dumps(_days(grouping, first, last)), *parameters),
    )


def _days(grouping: Grouping, first: str, last: str) -> list[tuple[str, str, str]]:
    """Return the days from one moment to another: name, begin, end in UTC."""
    zone = grouping.zone or UTC
    day = datetime.fromisoformat(last).astimezone(zone).date()
    oldest = datetime.fromisoformat(first).astimezone(zone).date()
    days: list[tuple[str, str, str]] = []
    while day >= oldest and len(days) < _MAX_DAYS:
        begin, end = _limits(grouping, day)
        days.append((day.isoformat(), begin, end))
        if day == date.min:
            break
        day -= timedelta(days=1)
    if day >= oldest:
        name, _, end = days.pop()
        days.append((name, "", end))
    return days


def _limits(grouping: Grouping, day: date) -> tuple[str, str]:
    """Return when a day begins and ends, as the store writes moments."""
    zone = grouping.zone or UTC
    begin = datetime.combine(day, time(), zone)
    end = datetime.combine(day + timedelta(days=1), time(), zone)
    return to_text(begin), to_text(end)


def _head_columns(column: str, also: str = "") -> Callable[..., list[Row]]:
    def head(
        db: sqlite_utils.Database,
        grouping: Grouping,
        condition: str,
        parameters: tuple[Any, ...],
    ) -> list[Row]:
        return rows(
            db,
            f"select r.{column} as value, {also} {_SUMMARY} from runs r "
            f"where {condition} and r.place = ? "
            f"group by r.{column}{', r.notebook_path' if also else ''}",
            parameters,
        )

    return head


def _head_values(
    db: sqlite_utils.Database,
    grouping: Grouping,
    condition: str,
    parameters: tuple[Any, ...],
) -> list[Row]:
    return rows(
        db,
        f"select g.value as value, {_SUMMARY} from runs r left join "
        f"({_MEMBERS[grouping.kind]}) g using (run_id) "
        f"where {condition} and r.place = ? group by g.value",
        (grouping.key, *parameters),
    )


_NOTEBOOK = "r.notebook_path as notebook_path,"

_HEADS: dict[str, Callable[..., list[Row]]] = {
    "day": _head_days,
    "notebook": _head_columns("notebook_path", _NOTEBOOK),
    "revision": _head_columns("revision_number", _NOTEBOOK),
    "status": _head_columns("status"),
    "param": _head_values,
    "tag": _head_values,
}


def _member_day(grouping: Grouping, value: Any) -> tuple[str, list[Any]]:
    begin, end = _limits(grouping, date.fromisoformat(value))
    return "r.started_at >= ? and r.started_at < ?", [begin, end]


def _member_column(column: str) -> Callable[..., tuple[str, list[Any]]]:
    def member(grouping: Grouping, value: Any) -> tuple[str, list[Any]]:
        return f"r.{column} is ?", [_plain(value)]

    return member


def _member_revision(grouping: Grouping, value: Any) -> tuple[str, list[Any]]:
    if not isinstance(value, list):
        raise TypeError(value)
    path, revision = value
    return (
        "r.notebook_path is ? and r.revision_number is ?",
        [_plain(path), _plain(revision)],
    )


def _member_value(grouping: Grouping, value: Any) -> tuple[str, list[Any]]:
    members = _MEMBERS[grouping.kind]
    if value is None:
        return f"r.run_id not in (select run_id from ({members}))", [grouping.key]
    return (
        f"r.run_id in (select run_id from ({members}) where value = ?)",
        [grouping.key, _plain(value)],
    )


def _plain(value: Any) -> Any:
    """Return a value that SQLite takes. Raises TypeError for one that it does not."""
    if value is None or isinstance(value, str | int | float):
        return value
    raise TypeError(value)


_MEMBER: dict[str, Callable[..., tuple[str, list[Any]]]] = {
    "day": _member_day,
    "notebook": _member_column("notebook_path"),
    "revision": _member_revision,
    "status": _member_column("status"),
    "param": _member_value,
    "tag": _member_value,
}
