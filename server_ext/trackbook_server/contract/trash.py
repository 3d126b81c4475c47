"""The trash, and what becomes of it."""

from typing import Literal

import msgspec

from trackbook_server.contract.base import Reply


class Emptying(Reply, frozen=True, kw_only=True):
    """An emptying of the trash: how far it is, or what it came to (`phase` is `done`).

    `freed_bytes` are those that the disk has back by now, `later_bytes` those of files
    that were written within the last hour: they go once they are older, for a journal
    may name them that was not read yet.
    """

    phase: Literal["runs", "revisions", "blobs", "pages", "done"]
    run_count: int
    done_count: int
    freed_bytes: int
    later_bytes: int
    started_at: str
    ended_at: str | None


class Trash(Reply, frozen=True, kw_only=True):
    """What is in the trash. `size_bytes` is about what emptying it frees: not what
    other runs have too, nor the `open_count` runs that have not ended, which stay.

    `keep_days` is after how many days a run is deleted by itself; 0: never.
    """

    run_count: int
    open_count: int
    size_bytes: int
    oldest_at: str | None
    keep_days: int
    emptying: Emptying | None
    change: int


class TrashEmpty(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What POST trash/empty takes: which runs of the trash to delete for good.

    `run_ids` (up to 1,000), else those there for at least `older_than_days` days, else
    all of them. There is no way back.
    """

    run_ids: list[str] = []
    older_than_days: float | None = None


class TrashEdit(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What PATCH trash takes: `keep_days` from 0 (never) to 36,500."""

    keep_days: int
