"""Cells of two notebooks laid side by side: by cell id, then by content.

Pure: knows sources and ids, no database and no document.
"""

from bisect import bisect_left
from collections import defaultdict, deque
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from trackbook_server.contract import CellDifference, RestoreChange

MAX_SIMILAR = 4000
"""So many pairs are looked at for similar sources; beyond, cells are added/removed."""

MIN_SIMILARITY = 0.6
_TITLE_LENGTH = 80
_COMPARED_CHARACTERS = 2000


@dataclass(frozen=True, slots=True)
class Cell:
    """What aligning knows of a cell."""

    cell_id: str | None
    source: str


def align_cells(before: Sequence[Cell], after: Sequence[Cell]) -> list[CellDifference]:
    """Return every cell of either side once, in the order of `after`.

    A removed cell stands where it was. *moved* is a cell whose source is the same and
    whose place among the others is not.
    """
    pairs = _pair(before, after)
    in_place = _longest_rising([(pairs[j], j) for j in sorted(pairs)])
    by_before = {i: j for j, i in pairs.items()}
    removed: dict[int, list[int]] = defaultdict(list)
    anchor = -1
    for i in range(len(before)):
        if i in by_before:
            if by_before[i] in in_place:
                anchor = by_before[i]
        else:
            removed[anchor].append(i)
    found = [_removed(before[i]) for i in removed[-1]]
    for j, cell in enumerate(after):
        if j not in pairs:
            found.append(_difference("added", None, cell))
            continue
        i = pairs[j]
        if before[i].source != cell.source:
            found.append(_difference("changed", before[i], cell))
        elif j not in in_place:
            found.append(_difference("moved", before[i], cell))
        else:
            found.append(_difference("same", before[i], cell))
        found += [_removed(before[gone]) for gone in removed[j]]
    return found


def title_of(source: str) -> str:
    """Return what a cell is called: its first line of code, else its first line."""
    lines = [line.strip() for line in source.splitlines() if line.strip()]
    code = [line for line in lines if not line.startswith(("#", "%"))]
    title = (code or lines or [""])[0]
    return title if len(title) <= _TITLE_LENGTH else f"{title[: _TITLE_LENGTH - 1]}…"


def _pair(before: Sequence[Cell], after: Sequence[Cell]) -> dict[int, int]:
    """Return which cell of `before` each cell of `after` is, by their indexes."""
    pairs: dict[int, int] = {}
    _pair_equal(pairs, [c.cell_id for c in before], [c.cell_id for c in after])
    _pair_equal(pairs, [c.source for c in before], [c.source for c in after])
    taken = set(pairs.values())
    left = [i for i in range(len(before)) if i not in taken]
    right = [j for j in range(len(after)) if j not in pairs]
    if len(left) * len(right) > MAX_SIMILAR:
        return pairs
    scored: list[tuple[float, int, int]] = []
    for j in right:
        matcher = SequenceMatcher(None, "", after[j].source[:_COMPARED_CHARACTERS])
        for i in left:
            matcher.set_seq1(before[i].source[:_COMPARED_CHARACTERS])
            if (
                matcher.real_quick_ratio() >= MIN_SIMILARITY
                and matcher.quick_ratio() >= MIN_SIMILARITY
                and (ratio := matcher.ratio()) >= MIN_SIMILARITY
            ):
                scored.append((-ratio, i, j))
    for _, i, j in sorted(scored):
        if i not in taken and j not in pairs:
            pairs[j] = i
            taken.add(i)
    return pairs


def _pair_equal(
    pairs: dict[int, int], before: Sequence[str | None], after: Sequence[str | None]
) -> None:
    """Pair what is equal and not paired yet, first with first."""
    taken = set(pairs.values())
    waiting: dict[str, deque[int]] = defaultdict(deque)
    for i, key in enumerate(before):
        if key is not None and i not in taken:
            waiting[key].append(i)
    for j, key in enumerate(after):
        if key is not None and j not in pairs and waiting[key]:
            pairs[j] = waiting[key].popleft()


def _longest_rising(pairs: Sequence[tuple[int, int]]) -> set[int]:
    """Return the `j` of the longest part of (i, j), sorted by j, in which i rises."""
    tails: list[int] = []
    ends: list[int] = []
    previous: dict[int, int] = {}
    for index, (i, _) in enumerate(pairs):
        place = bisect_left(tails, i)
        if place:
            previous[index] = ends[place - 1]
        tails[place : place + 1] = [i]
        ends[place : place + 1] = [index]
    found: set[int] = set()
    index_or_none = ends[-1] if ends else None
    while index_or_none is not None:
        found.add(pairs[index_or_none][1])
        index_or_none = previous.get(index_or_none)
    return found


def _removed(cell: Cell) -> CellDifference:
    return _difference("removed", cell, None)


def _difference(
    change: RestoreChange, before: Cell | None, after: Cell | None
) -> CellDifference:
    shown = after or before
    assert shown is not None
    return CellDifference(
        title=title_of(shown.source),
        cell_id=shown.cell_id,
        change=change,
        before=before.source if before else None,
        after=after.source if after else None,
    )
