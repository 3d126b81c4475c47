"""Cells of two notebooks laid side by side: by cell id, then by content.

Pure: knows ids, types and sources; no database and no document. The time is bounded by
the number of cells, not by that of their pairs: what may be alike is found by the rare
words that cells share.
"""

import re
from bisect import bisect_left
from collections import Counter, defaultdict, deque
from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass

MAX_LOOKED_AT = 200_000
"""So many pairs are looked at for likeness; beyond, cells are added and removed."""

MIN_LIKENESS = 0.5
_COMPARED_CHARACTERS = 4000
_CANDIDATES = 8
_COMMON = 20
_RARE_WORDS = 40
_TITLE_LENGTH = 80
_WORD = re.compile(r"\w+(?:\.\w+)*")


@dataclass(frozen=True, slots=True)
class Cell:
    """What aligning knows of a cell; `whole` tells apart those of the same source."""

    cell_id: str | None
    source: str
    cell_type: str = "code"
    whole: Hashable = None


@dataclass(frozen=True, slots=True)
class Aligned:
    """A cell by its indexes in the two notebooks; None where it is not there."""

    before: int | None
    after: int | None
    moved: bool = False


@dataclass(frozen=True, slots=True)
class Alignment:
    """Every cell of either side once, in the order of `after`.

    A removed cell stands where it was. `cut_short`: not all that may be alike was
    looked at.
    """

    cells: list[Aligned]
    cut_short: bool


def align_cells(before: Sequence[Cell], after: Sequence[Cell]) -> Alignment:
    """Say which cell is which; those that *moved* changed places with fewest others."""
    pairs = _Pairs(before, after)
    if not _ids_only_count(before, after):
        pairs.pair_equal(_id_and_content)
        pairs.pair_equal(_id)
    pairs.pair_unique(_content)
    pairs.pair_within_gaps(_whole)
    pairs.pair_within_gaps(_content)
    pairs.pair_equal(_content)
    cut_short = pairs.pair_alike()
    return Alignment(_in_order(pairs.by_after, len(before), len(after)), cut_short)


def title_of(source: str, cell_type: str = "code") -> str:
    """Return what a cell is called: its first line of code, else its first line."""
    lines = [line.strip() for line in source.splitlines() if line.strip()]
    code = [
        line
        for line in lines
        if cell_type == "code" and not line.startswith(("#", "%"))
    ]
    title = (code or lines or [""])[0]
    return title if len(title) <= _TITLE_LENGTH else f"{title[: _TITLE_LENGTH - 1]}…"


def longest_rising(pairs: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return the longest part of (i, j), sorted by j, in which i rises, too."""
    tails: list[int] = []
    ends: list[int] = []
    previous: dict[int, int] = {}
    for index, (i, _) in enumerate(pairs):
        place = bisect_left(tails, i)
        if place:
            previous[index] = ends[place - 1]
        tails[place : place + 1] = [i]
        ends[place : place + 1] = [index]
    found: list[tuple[int, int]] = []
    last = ends[-1] if ends else None
    while last is not None:
        found.append(pairs[last])
        last = previous.get(last)
    return found[::-1]


Key = Callable[[Cell], Hashable | None]
"""What two cells are paired by; None for a cell that has no such thing."""


def _id(cell: Cell) -> Hashable | None:
    return cell.cell_id


def _content(cell: Cell) -> Hashable | None:
    return (cell.cell_type, cell.source)


def _whole(cell: Cell) -> Hashable | None:
    return (cell.whole, _content(cell))


def _id_and_content(cell: Cell) -> Hashable | None:
    return None if cell.cell_id is None else (cell.cell_id, _content(cell))


class _Pairs:
    """Which cell of `before` each cell of `after` is, as far as it is known."""

    def __init__(self, before: Sequence[Cell], after: Sequence[Cell]) -> None:
        self._before = before
        self._after = after
        self.by_after: dict[int, int] = {}
        self._left = dict.fromkeys(range(len(before)))
        self._right = dict.fromkeys(range(len(after)))

    def pair_equal(self, key: Key) -> None:
        """Pair what has the same key, first with first; an empty text is no sign."""
        waiting: dict[Hashable, deque[int]] = defaultdict(deque)
        for i in self._left:
            if (found := key(self._before[i])) is not None:
                waiting[found].append(i)
        for j in list(self._right):
            cell = self._after[j]
            found = key(cell)
            if found is None or (key is _content and not cell.source.strip()):
                continue
            if waiting[found]:
                self._add(waiting[found].popleft(), j)

    def pair_unique(self, key: Key) -> None:
        """Pair what each side has only once."""
        left = Counter(key(self._before[i]) for i in self._left)
        place = {key(self._before[i]): i for i in self._left}
        right = Counter(key(self._after[j]) for j in self._right)
        for j in list(self._right):
            found = key(self._after[j])
            if left[found] == right[found] == 1 and self._after[j].source.strip():
                self._add(place[found], j)

    def pair_within_gaps(self, key: Key) -> None:
        """Pair what has the same key between the same neighbours, first with first."""
        gaps = self._gaps()
        waiting: dict[Hashable, deque[int]] = defaultdict(deque)
        for i in self._left:
            waiting[gaps.of_before(i), key(self._before[i])].append(i)
        for j in list(self._right):
            found = waiting[gaps.of_after(j), key(self._after[j])]
            if found:
                self._add(found.popleft(), j)

    def pair_alike(self) -> bool:
        """Pair what is left and alike, the most alike first; say if it was too much."""
        if not self._left or not self._right:
            return False
        words = {
            **{("b", i): _words(self._before[i]) for i in self._left},
            **{("a", j): _words(self._after[j]) for j in self._right},
        }
        gaps = self._gaps()
        scored: list[tuple[float, int, int, int]] = []
        looked_at = 0
        for i, j in self._candidates(words, gaps):
            if self._before[i].cell_type != self._after[j].cell_type:
                continue
            looked_at += 1
            if looked_at > MAX_LOOKED_AT:
                break
            likeness = _likeness(words["b", i], words["a", j])
            if likeness >= MIN_LIKENESS:
                distance = abs(gaps.of_before(i) - gaps.of_after(j))
                scored.append((-likeness, distance, i, j))
        for _, _, i, j in sorted(scored):
            if i in self._left and j in self._right:
                self._add(i, j)
        return looked_at > MAX_LOOKED_AT

    def _candidates(
        self, words: dict[tuple[str, int], Counter[str]], gaps: "_Gaps"
    ) -> Iterator[tuple[int, int]]:
        """Yield what may be alike: cells that share rare words, and neighbours."""
        having: dict[str, list[int]] = defaultdict(list)
        in_gap: dict[int, list[int]] = defaultdict(list)
        for i in self._left:
            in_gap[gaps.of_before(i)].append(i)
            for word in words["b", i]:
                having[word].append(i)
        seen_in_gap: Counter[int] = Counter()
        for j in self._right:
            gap = gaps.of_after(j)
            near = in_gap[gap]
            place = seen_in_gap[gap]
            seen_in_gap[gap] += 1
            found = dict.fromkeys(
                near
                if len(near) <= _CANDIDATES
                else near[max(0, place - _CANDIDATES // 2) : place + _CANDIDATES // 2]
            )
            shared: Counter[int] = Counter()
            rare = sorted(
                (len(cells), word)
                for word in words["a", j]
                if (cells := having.get(word)) and len(cells) <= _COMMON
            )
            for _, word in rare[:_RARE_WORDS]:
                shared.update(having[word])
            found |= dict.fromkeys(i for i, _ in shared.most_common(_CANDIDATES))
            for i in found:
                yield i, j

    def _gaps(self) -> "_Gaps":
        rising = longest_rising([(self.by_after[j], j) for j in sorted(self.by_after)])
        return _Gaps([i for i, _ in rising], [j for _, j in rising])

    def _add(self, i: int, j: int) -> None:
        self.by_after[j] = i
        del self._left[i], self._right[j]


@dataclass(frozen=True, slots=True)
class _Gaps:
    """The spaces between the cells that are known and in their order on both sides."""

    before: Sequence[int]
    after: Sequence[int]

    def of_before(self, i: int) -> int:
        return bisect_left(self.before, i)

    def of_after(self, j: int) -> int:
        return bisect_left(self.after, j)


def _ids_only_count(before: Sequence[Cell], after: Sequence[Cell]) -> bool:
    """Say whether ids name places, not cells: what they say has moved on to others.

    Some tools number the cells anew whenever they write a notebook.
    """
    by_id = {cell.cell_id: cell for cell in before if cell.cell_id is not None}
    contents = Counter(_content(cell) for cell in before if cell.source.strip())
    same = strayed = 0
    for cell in after:
        other = None if cell.cell_id is None else by_id.get(cell.cell_id)
        if other is None:
            continue
        if _content(other) == _content(cell):
            same += 1
        elif contents[_content(cell)] == 1:
            strayed += 1
    return strayed > 2 and strayed > same


def _words(cell: Cell) -> Counter[str]:
    text = cell.source[:_COMPARED_CHARACTERS]
    return Counter(_WORD.findall(text) or text.split())


def _likeness(one: Counter[str], other: Counter[str]) -> float:
    """Return how much of their words two cells share, from 0 to 1."""
    total = one.total() + other.total()
    return 2 * (one & other).total() / total if total else 0.0


def _in_order(
    by_after: dict[int, int], before_count: int, after_count: int
) -> list[Aligned]:
    in_place = {
        j for _, j in longest_rising([(by_after[j], j) for j in sorted(by_after)])
    }
    by_before = {i: j for j, i in by_after.items()}
    removed: dict[int, list[Aligned]] = defaultdict(list)
    anchor = -1
    for i in range(before_count):
        if i not in by_before:
            removed[anchor].append(Aligned(i, None))
        elif by_before[i] in in_place:
            anchor = by_before[i]
    found = removed[-1]
    for j in range(after_count):
        i_or_none = by_after.get(j)
        moved = i_or_none is not None and j not in in_place
        found.append(Aligned(i_or_none, j, moved))
        found += removed[j]
    return found
