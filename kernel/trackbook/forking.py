"""Before a fork: have our own threads at rest, so that the child inherits no half act.

A thread is not copied, but what it holds is: a module that it was importing, a lock.
"""

import os
import weakref
from typing import Protocol


class Forked(Protocol):
    """What comes to rest before a fork, and goes on after it in the parent."""

    def before_fork(self) -> None:
        """Come to rest, within a bounded time."""

    def after_fork(self) -> None:
        """Go on."""


_watched: "weakref.WeakSet[Forked]" = weakref.WeakSet()
_registered: list[bool] = []


def watch_forks(held: Forked) -> None:
    """Have `held` come to rest before each fork, as long as it lives."""
    _watched.add(held)
    if not _registered and hasattr(os, "register_at_fork"):
        _registered.append(True)
        os.register_at_fork(before=_before, after_in_parent=_after)


def _before() -> None:
    for held in list(_watched):
        held.before_fork()


def _after() -> None:
    for held in list(_watched):
        held.after_fork()
