"""Which keys and values the store knows: to complete a filter, to mend one that names
what is not there. Only selects, each along an index and of a bounded number of rows.
"""

import json
from collections.abc import Iterator, Sequence
from datetime import datetime

import sqlite_utils

from trackbook.errors import BadFilter, FilterFix
from trackbook_server import contract as c
from trackbook_server.store.search.fields import (
    PREFIXES,
    list_near,
    quote_key,
    quote_value,
)
from trackbook_server.store.search.plan import Search, make_search
from trackbook_server.store.search.syntax import Field, FieldKind, list_fields
from trackbook_server.store.search.syntax import list_words as list_words_of

MAX_KEYS = 2000
"""So many keys of a kind are looked at, in the order of the alphabet."""

_SOURCES: dict[FieldKind, tuple[str, str]] = {
    "metric": ("metrics", "role = 'result' and "),
    "param": ("params", ""),
    "tag": ("tags", ""),
}
_PROPOSED = 4

MAX_VALUES = 200

_VALUES: dict[tuple[FieldKind, str], tuple[str, str]] = {
    ("param", ""): ("ranked", "params"),
    ("tag", ""): ("value", "tags"),
    ("dataset", "name"): ("name", "inputs"),
    ("dataset", "digest"): ("digest", "inputs"),
    ("attribute", "experiment"): ("name", "experiments"),
    ("attribute", "notebook"): ("notebook_path", "experiments"),
    ("attribute", "user"): ("user", "writers"),
    ("attribute", "host"): ("host", "writers"),
}
"""Where values of a field are found in their order, one after the other."""


def understand(
    db: sqlite_utils.Database, text: str | None, now: datetime | None = None
) -> Search | None:
    """Return what a filter means; None of an empty one.

    Raises BadFilter, which proposes keys that the store has.
    """
    try:
        return make_search(text, now)
    except BadFilter as error:
        if error.unknown is None:
            raise
        raise _with_keys(db, error, error.unknown) from None


def list_keys(
    db: sqlite_utils.Database, kind: FieldKind, beginning: str = ""
) -> list[str]:
    """Return the keys of a kind that begin so, whatever the case, else those that have
    it within; at most MAX_KEYS are looked at, from the beginning on and from the
    alphabet's."""
    # Of more keys than are looked at, those that begin as it is written come all the
    # same.
    known = list(
        dict.fromkeys([*_load_keys(db, kind, beginning), *_load_keys(db, kind)])
    )
    lowered = beginning.lower()
    begin = [key for key in known if key.lower().startswith(lowered)]
    within = [key for key in known if lowered in key.lower() and key not in begin]
    return [*begin, *within]


def list_values(
    db: sqlite_utils.Database, field: Field, part: str = ""
) -> Iterator[str]:
    """Yield values that runs have of a field, as a filter has them; those that contain
    a part, whatever the case. At most MAX_VALUES are looked at."""
    source = _VALUES.get((field.kind, "" if field.kind in _SOURCES else field.key))
    if source is None:
        return
    expression, table = source
    keys = (field.key,) if field.kind in _SOURCES else ()
    where = "key = ? and " if keys else ""
    found = db.execute(
        f"with recursive known(value) as (select min({expression}) from {table} "
        f"where {where}1 union all select (select min({expression}) from {table} "
        f"where {where}{expression} > known.value) from known "
        "where known.value is not null) "
        "select value from known where value is not null limit ?",
        (*keys, *keys, MAX_VALUES),
    )
    for (value,) in found:
        said = _say(field, value)
        if part.lower() in said.lower():
            yield said


def _say(field: Field, value: str | float) -> str:
    """Return a stored value as it stands in a filter."""
    if field.kind != "param":
        text = str(value)
        return quote_value(text.rpartition("/")[2] if field.key == "notebook" else text)
    if isinstance(value, float):
        return f"{value:g}" if float(f"{value:g}") == value else repr(value)
    return quote_value(str(json.loads(value))) if value[:1] == '"' else value


def find_hints(db: sqlite_utils.Database, search: Search) -> list[c.FilterHint]:
    """Return why a search may have found nothing: keys that no run has, texts that are
    not searched, or not yet."""
    hints: list[c.FilterHint] = []
    for field in list_fields(search.tree):
        if field.kind in _SOURCES and not _has_key(db, field):
            near = list_near(field.key, _load_keys(db, field.kind))
            hints.append(_no_such_key(search.text, field, near))
    if list_words_of(search.tree):
        if db.execute("select 1 from search_waiting limit 1").fetchone():
            hints.append(
                _hint("Older runs are still being made ready for the search of texts.")
            )
        [count] = db.execute(
            "select count(*) from (select 1 from search_texts where is_head limit 1000)"
        ).fetchone()
        if count:
            hints.append(_hint(_heads(count)))
    return hints


def _has_key(db: sqlite_utils.Database, field: Field) -> bool:
    table, _ = _SOURCES[field.kind]
    where = "role in ('result', 'value') and " if field.kind == "metric" else ""
    found = db.execute(
        f"select 1 from {table} where {where}key = ? limit 1", (field.key,)
    ).fetchone()
    return found is not None


def _no_such_key(text: str, field: Field, near: Sequence[str]) -> c.FilterHint:
    prefix = _prefix_of(field.kind)
    statistic = "" if field.statistic == "last" else f".{field.statistic}"
    return c.FilterHint(
        message=f"No run has a {field.kind} {field.key!r}.",
        start=field.start,
        end=field.end,
        fixes=[
            c.FilterFix(
                label=key,
                filter=f"{text[: field.start]}{prefix}.{quote_key(key)}{statistic}"
                f"{text[field.end :]}",
            )
            for key in near
        ],
    )


def _hint(message: str) -> c.FilterHint:
    return c.FilterHint(message=message, start=None, end=None, fixes=[])


def _heads(count: int) -> str:
    what = "1 long text" if count == 1 else f"{count} long texts"
    return f"Of {what} only the beginning is searched."


def _with_keys(db: sqlite_utils.Database, error: BadFilter, unknown: str) -> BadFilter:
    """Return the error with the keys that the unknown name may mean."""
    head, dot, tail = unknown.rpartition(".")
    statistic = f".{tail}" if dot and tail.lower() in ("last", "min", "max") else ""
    names = [unknown, head] if statistic else [unknown]
    proposed: list[str] = []
    near: list[str] = []
    for kind in _SOURCES:
        known = _load_keys(db, kind)
        prefix = _prefix_of(kind)
        for name in names:
            tails = statistic if name == head and kind == "metric" else ""
            if name in known:
                proposed.append(f"{prefix}.{quote_key(name)}{tails}")
            else:
                near += [
                    f"{prefix}.{quote_key(key)}{tails}"
                    for key in list_near(name, known, 2)
                ]
    before, after = error.filter[: error.start], error.filter[error.end :]
    fixes = [
        *(FilterFix(name, before + name + after) for name in proposed),
        *error.fixes,
        *(FilterFix(name, before + name + after) for name in near),
    ]
    return BadFilter(
        error.problem, error.filter, error.start, error.end, fixes[:_PROPOSED]
    )


def _prefix_of(kind: FieldKind) -> str:
    return next(prefix for prefix, known in PREFIXES.items() if known == kind)


def _load_keys(
    db: sqlite_utils.Database, kind: FieldKind, first: str = ""
) -> list[str]:
    """Return keys of a kind from `first` on: the index is asked for one after the
    other."""
    table, where = _SOURCES[kind]
    return [
        key
        for (key,) in db.execute(
            f"with recursive known(key) as (select min(key) from {table} "
            f"where {where}key >= ? union all select (select min(key) from {table} "
            f"where {where}key > known.key) from known where known.key is not null) "
            "select key from known where key is not null limit ?",
            (first, MAX_KEYS),
        )
    ]
