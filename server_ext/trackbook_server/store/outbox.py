"""Edits of a process that does not own the home: journaled for the one that does."""

from collections.abc import Sequence
from pathlib import Path

from trackbook.errors import HomeNotWritable
from trackbook.events import Event
from trackbook.paths import journals_dir
from trackbook.writer import JournalWriter


def journal_edits(home: Path, events: Sequence[Event]) -> None:
    """Append the edits to a journal of this process, on disk when it returns.

    Raises HomeNotWritable when that can't be done.
    """
    problems: list[str] = []
    writer = JournalWriter(journals_dir(home), notify=problems.append)
    for event in events:
        fields = {
            name: getattr(event, name)
            for name in event.__struct_fields__
            if name not in ("seq", "at", "needs")
        }
        writer.put(type(event), **fields)
    if not writer.close():
        raise HomeNotWritable("; ".join(problems) or f"can't write below {home}")
