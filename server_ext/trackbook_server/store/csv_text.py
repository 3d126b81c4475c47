"""CSV that a spreadsheet opens without executing any of it."""

import csv
import io
from collections.abc import Iterable, Sequence

Line = Sequence[str | int]

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def csv_lines(lines: Iterable[Line]) -> str:
    """Return rows as CSV."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(lines)
    return text.getvalue()


def plain(text: str) -> str:
    """Return text that no spreadsheet takes for a formula: with an apostrophe before
    what would be one."""
    return f"'{text}" if text.startswith(_FORMULA) else text
