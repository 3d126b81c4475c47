"""Ids: random, unique without asking anyone, sortable by when they were made."""

import os
import time

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
_PAIRS = [first + second for first in _ALPHABET for second in _ALPHABET]
_LETTERS = (_ALPHABET * 8).encode()
_BLOCK = 64


def new_id(time_ms: int | None = None) -> str:
    """Return a ULID in lower case: 48 bits of time, then 80 random bits.

    https://github.com/ulid/spec
    """
    if time_ms is None:
        time_ms = time.time_ns() // 1_000_000
    return _spell((time_ms << 80) | int.from_bytes(os.urandom(10)))


class IdSource:
    """Makes such ids where many are needed: asks the system for random bits in blocks.

    One call to the system takes as long as the rest of a cell's recording, and so does
    the spelling of 130 bits; most of the time is spelled once a second.
    Thread-safe; a child of fork throws away what it inherited.
    """

    def __init__(self) -> None:
        self._pool: list[str] = []
        self._second = (-1, "")
        if hasattr(os, "register_at_fork"):
            os.register_at_fork(after_in_child=self._pool.clear)

    def __call__(self) -> str:
        """Return a new id."""
        while True:
            try:
                bits = self._pool.pop()
                break
            except IndexError:
                # Five bits a character, of a byte each.
                block = os.urandom(16 * _BLOCK).translate(_LETTERS).decode()
                self._pool += [
                    block[start : start + 16] for start in range(0, len(block), 16)
                ]
        time_ms = time.time_ns() // 1_000_000
        second, spelled = self._second
        if second != time_ms >> 10:
            second, spelled = time_ms >> 10, _spell(time_ms << 80)[:8]
            self._second = second, spelled
        return spelled + _PAIRS[time_ms & 1023] + bits


def _spell(number: int) -> str:
    return "".join([_PAIRS[number >> shift & 1023] for shift in range(120, -1, -10)])
