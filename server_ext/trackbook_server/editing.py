"""Edits of runs for commands and scripts: which are meant, then a slice at a time.

What is done by hand in the sidebar, done here in the same way: each edit is an event.
"""

import time
from collections.abc import Callable, Sequence
from typing import Any

import msgspec
import sqlite_utils

from trackbook.errors import BadInput
from trackbook.events import TrashEmptied
from trackbook_server import contract as c
from trackbook_server.store import queries
from trackbook_server.store.finding import resolve_run
from trackbook_server.store.home import Home
from trackbook_server.store.many_edits import events_of, plan_undo
from trackbook_server.store.run_scope import RunScope
from trackbook_server.store.search.keys import understand
from trackbook_server.store.trash import get_emptying

SLICE = 250
"""So many runs are edited in one transaction, so that others get their turn."""

BEGIN_SECONDS = 10.0
"""So long is waited for the owner of a home to begin what was asked of it."""

_POLL_SECONDS = 0.1

Tell = Callable[[int, int], None]


def say_nothing(done: int, total: int) -> None:
    """Tell nobody how far an edit is."""


def choose_runs(
    home: Home,
    texts: Sequence[str],
    filter: str | None = None,
    *,
    trashed: bool = False,
    archived: bool = False,
) -> list[str]:
    """Return the ids of the runs that texts name, or that a filter matches in the list,
    the trash or the archive.

    Raises RunNotFound, AmbiguousName, BadFilter, and BadInput for both ways or none.
    """
    if bool(texts) == (filter is not None):
        raise BadInput("say which runs: RUN… or --filter FILTER, one of them")
    return home.database.read(_choose, texts, filter, trashed, archived).result()


def edit_runs(
    home: Home, run_ids: Sequence[str], tell: Tell = say_nothing, **change: Any
) -> int:
    """Edit runs as `RunsEdit` says, some at a time; return how many it changed.

    Raises RunNotFound, ExperimentNotFound.
    """
    count = 0
    for first in range(0, len(run_ids), SLICE):
        some = list(run_ids[first : first + SLICE])
        edit = c.RunsEdit(run_ids=some, **change)
        undo = home.database.read(plan_undo, edit).result()
        changed = [run_id for part in undo for run_id in part.run_ids]
        if changed:
            wanted = msgspec.structs.replace(edit, run_ids=changed)
            home.edit(*events_of(wanted, "")).result()
        count += len(changed)
        tell(first + len(some), len(run_ids))
    return count


def empty_trash(
    home: Home,
    event: TrashEmptied,
    tell: Callable[[c.Emptying], None] = lambda emptying: None,
) -> c.Emptying | None:
    """Empty the trash as the event says and see it to its end; return what it came to.

    None: another process owns the home and did not begin; it will.
    """
    before = home.database.read(get_emptying).result()
    home.edit(event).result()
    deadline = time.monotonic() + BEGIN_SECONDS
    while not home.owns and home.database.read(get_emptying).result() == before:
        if time.monotonic() > deadline:
            return None
        time.sleep(_POLL_SECONDS)
    return home.finish_emptying(tell)


def _choose(
    db: sqlite_utils.Database,
    texts: Sequence[str],
    filter: str | None,
    trashed: bool,
    archived: bool,
) -> list[str]:
    if filter is None:
        places = ("trash",) if trashed else ("archive",) if archived else None
        return list(
            dict.fromkeys(resolve_run(db, text, places=places) for text in texts)
        )
    scope = RunScope(search=understand(db, filter), trashed=trashed, archived=archived)
    found: list[str] = []
    cursor: str | None = None
    while True:
        page = queries.list_run_ids(db, scope, limit=queries.MAX_IDS, cursor=cursor)
        found += page.run_ids
        cursor = page.next_cursor
        if cursor is None:
            return found
