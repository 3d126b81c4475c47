"""Range requests: a part of a file, as resumed downloads and viewers ask for it."""

import re
from typing import NamedTuple

_ONE = re.compile(r"bytes\s*=\s*(\d{0,18})\s*-\s*(\d{0,18})\s*")


class Part(NamedTuple):
    """Bytes `first` to `last` of a file, both in it."""

    first: int
    last: int

    @property
    def size_bytes(self) -> int:
        """How many they are."""
        return self.last - self.first + 1


def read_range(header: str, size_bytes: int) -> Part | None:
    """Return the part that a Range header asks for; None where all is to be sent.

    All is sent also where it asks for several parts, or says what is no range, as HTTP
    has it. Raises ValueError where no byte is in the range.
    """
    found = _ONE.fullmatch(header.strip())
    if found is None:
        return None
    start, end = found.groups()
    if not start and not end:
        return None
    if not start:
        first, last = max(0, size_bytes - int(end)), size_bytes - 1
    else:
        first = int(start)
        last = min(int(end), size_bytes - 1) if end else size_bytes - 1
        if end and int(end) < first:
            return None
    if first >= size_bytes or last < first:
        raise ValueError(header)
    return Part(first, last)
