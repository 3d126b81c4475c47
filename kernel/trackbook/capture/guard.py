"""The one place where an exception of any kind is caught: user code that we call.

A `__repr__`, a `get_params` or a property of the user's may raise anything; what could
not be read is left out, and the cell goes on.
"""

from collections.abc import Callable
from typing import Any, TypeVar

T = TypeVar("T")
D = TypeVar("D")


def attempt(call: Callable[..., T], *args: Any, default: D) -> T | D:
    """Return `call(*args)`, or `default` where it raises."""
    try:
        return call(*args)
    except Exception:  # the user's code, which may raise anything
        return default
