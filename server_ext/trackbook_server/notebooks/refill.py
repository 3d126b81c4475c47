"""Values that a revision holds replaced, put back from the notebook that is open.

A placeholder gets the value that stands at the same place of the same cell: in a line
that reads the same but for the value, else in the only one that begins the same. Only
what is itself a credential is ever put in. Pure: knows no database.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from trackbook.secret_formats import PLACEHOLDER, find_exact
from trackbook_server.contract import RefilledCell
from trackbook_server.notebooks.align import title_of
from trackbook_server.notebooks.document import Document


@dataclass(frozen=True, slots=True)
class Refilled:
    """A source with what could be put back, and how many placeholders are left."""

    source: str
    left_count: int


@dataclass(frozen=True, slots=True)
class _Line:
    """A line as a revision would hold it, and the values that it would not."""

    text: str
    values: tuple[str, ...]


def refill_cells(document: Document, sources: Mapping[int, str]) -> list[RefilledCell]:
    """Return the cells whose sources hold placeholders, with what could be put back.

    `sources` are of the same cells in the open notebook, by place (from 1).
    """
    found = []
    for place, cell in enumerate(document["cells"], 1):
        if PLACEHOLDER in cell.get("source", ""):
            refilled = refill(cell["source"], sources.get(place, ""))
            found.append(
                RefilledCell(
                    place=place,
                    title=title_of(cell["source"]),
                    source=refilled.source,
                    left_count=refilled.left_count,
                )
            )
    return found


def refill(stored: str, present: str) -> Refilled:
    """Return `stored` with the values that `present` has in the same places."""
    if PLACEHOLDER not in stored:
        return Refilled(stored, 0)
    known = [line for line in _read_lines(present) if line.values]
    same: dict[str, list[_Line]] = defaultdict(list)
    for line in known:
        same[line.text].append(line)
    # Where the cell itself reads like that, nobody knows what was a value.
    plain = {line for line in present.split("\n") if PLACEHOLDER in line}
    lines = stored.split("\n")
    wanted: dict[str, list[int]] = defaultdict(list)
    for index, text in enumerate(lines):
        if PLACEHOLDER in text and text not in plain:
            wanted[text].append(index)
    for text, indexes in wanted.items():
        values = [line.values for line in same[text] or _beginning_alike(text, known)]
        if len(set(values)) == 1:
            values = values[:1] * len(indexes)
        if len(values) != len(indexes):
            continue
        for index, found in zip(indexes, values, strict=True):
            if text.count(PLACEHOLDER) == len(found):
                lines[index] = _put_in(text, found)
    source = "\n".join(lines)
    return Refilled(source, source.count(PLACEHOLDER))


def _read_lines(source: str) -> list[_Line]:
    """Return a source's lines; a value that spans lines belongs to none of them."""
    found = []
    for line in source.split("\n"):
        places = find_exact(line)
        text, end = "", 0
        for start, stop, _ in places:
            text += line[end:start] + PLACEHOLDER
            end = stop
        values = tuple(line[start:stop] for start, stop, _ in places)
        found.append(_Line(text + line[end:], values))
    return found


def _beginning_alike(text: str, known: list[_Line]) -> list[_Line]:
    """Return the lines that read the same up to the value: `key = "`."""
    head = text.partition(PLACEHOLDER)[0]
    if not head.strip():
        return []
    return [line for line in known if line.text.partition(PLACEHOLDER)[0] == head]


def _put_in(text: str, values: tuple[str, ...]) -> str:
    parts = text.split(PLACEHOLDER)
    whole = parts[0]
    for value, part in zip(values, parts[1:], strict=True):
        whole += value + part
    return whole
