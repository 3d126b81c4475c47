"""Where exceptions of any kind are caught: user code that we call, and our own.

A `__repr__`, a `get_params` or a property of the user's may raise anything, and so may
a mistake of ours; what could not be read is left out, and the cell goes on.
"""

from collections import Counter
from collections.abc import Callable
from typing import Any, TypeVar

T = TypeVar("T")
D = TypeVar("D")

MAX_FAILURES = 3
"""So often in a row a part of ours may fail before it is left out for good."""


def attempt(call: Callable[..., T], *args: Any, default: D) -> T | D:
    """Return `call(*args)`, or `default` where it raises."""
    try:
        return call(*args)
    except Exception:  # the user's code, which may raise anything
        return default


class Failures:
    """What of ours failed: journaled, said once, left out when it goes on failing."""

    def __init__(
        self, journal: Callable[[str, Exception], None], say: Callable[[str], None]
    ) -> None:
        self._journal = journal
        self._say = say
        self._in_a_row: Counter[str] = Counter()
        self._has_said = False

    def call(self, part: str, call: Callable[..., T], *args: Any) -> T | None:
        """Return `call(*args)`; None where it fails, or failed too often in a row."""
        failures = self._in_a_row
        if failures and failures[part] >= MAX_FAILURES:
            return None
        try:
            found = call(*args)
        except Exception as error:
            self.failed(part, error)
            return None
        if failures and part in failures:
            del failures[part]
        return found

    def failed(self, part: str, error: Exception) -> None:
        """Journal a failure; say once, and only once, that there was one."""
        self._in_a_row[part] += 1
        attempt(self._journal, part, error, default=None)
        if not self._has_said:
            self._has_said = True
            self._say(
                f"a part of the recording failed in {part} "
                f"({type(error).__name__}: {error}) and is left out; the rest is "
                "recorded. Your code is not affected. `%track off` and `%track on` "
                "try it anew."
            )
