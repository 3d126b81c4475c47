"""The difference of two notebooks as text, to be read in a terminal or a review.

Cells by their title, sources as lines that went and came; outputs in a few words, or
whole. What a terminal would obey or a reader not see is written out. No database.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any, Literal

from trackbook_server.contract import (
    CellDifference,
    CellSide,
    NotebookDifference,
    NotebookSide,
    OutputRef,
)
from trackbook_server.notebooks.difference import LoadPieces
from trackbook_server.notebooks.document import from_canonical

MAX_LINE = 2000
"""A longer line is cut short, and says by how much."""

_CONTEXT = 1
_MAX_MATCHED = 3000
_BINARY = ("image/", "audio/", "video/", "application/pdf")
_WORDS = {"rerun": "re-run"}

Kind = Literal["title", "note", "-", "+", " "]


@dataclass(frozen=True, slots=True)
class Line:
    """A line and what it is: a title, a remark, or a line that went, came or stayed."""

    kind: Kind
    text: str

    def __str__(self) -> str:
        if self.kind == "title":
            return self.text
        return f"  {self.text}" if self.kind == "note" else f"  {self.kind}{self.text}"


@dataclass(frozen=True, slots=True)
class Loaders:
    """How the pieces of each side are read."""

    before: LoadPieces
    after: LoadPieces


def describe_difference(
    found: NotebookDifference,
    loaders: Loaders,
    *,
    everything: bool = False,
    outputs: bool = False,
) -> Iterator[Line]:
    """Yield the difference as lines; `everything` with cells that are the same,
    `outputs` with what cells put out."""
    yield Line("title", _say_sides(found.before, found.after))
    yield Line("title", say_counts(found))
    if found.cut_short:
        yield Line("note", "too many cells to tell all edited ones from new ones")
    if found.frame:
        yield Line(
            "note", f"the notebook's own: {', '.join(map(visible, found.frame))}"
        )
    for cell in found.cells:
        if cell.change != "same" or everything:
            yield Line("title", "")
            yield from _describe_cell(cell, loaders, outputs)


def say_counts(found: NotebookDifference) -> str:
    """Return in one line how many cells differ, and how."""
    if found.equal:
        return "Nothing differs: the documents are equal."
    counts = found.counts
    said = [
        f"{count} {word}"
        for count, word in (
            (counts.edited, "edited"),
            (counts.added, "added"),
            (counts.removed, "removed"),
            (counts.moved, "moved"),
            (counts.rerun, "re-run"),
        )
        if count
    ]
    total = len(found.cells)
    if not said:
        return f"cells: 0 of {total} differ" + (
            "" if found.frame else ", but for their ids"
        )
    return f"cells: {total - counts.same} of {total} differ: {', '.join(said)}"


def visible(text: str) -> str:
    """Return a line with every character written out that is not to be seen.

    An escape that a terminal obeys, a mark that turns the order of a line around.
    """
    if not text.isprintable():
        text = "".join(
            c if c.isprintable() or c == "\t" else c.encode("unicode_escape").decode()
            for c in text
        )
    if len(text) > MAX_LINE:
        return f"{text[:MAX_LINE]}… ({len(text) - MAX_LINE:,} more characters)"
    return text


def diff_lines(
    before: Sequence[str], after: Sequence[str], context: int = _CONTEXT
) -> Iterator[Line]:
    """Yield the lines that went and came, with a few around them that stayed.

    Texts of very many lines lose what both have at their ends, and are then told as
    all that went and all that came.
    """
    for tag, i, i_end, j, j_end in _blocks(before, after):
        if tag == "equal":
            yield from _folded(
                before[i:i_end],
                context if i else 0,
                context if i_end < len(before) or j_end < len(after) else 0,
            )
            continue
        yield from (Line("-", visible(line)) for line in before[i:i_end])
        yield from (Line("+", visible(line)) for line in after[j:j_end])


_Block = tuple[str, int, int, int, int]


def _blocks(before: Sequence[str], after: Sequence[str]) -> Sequence[_Block]:
    if max(len(before), len(after)) <= _MAX_MATCHED:
        return SequenceMatcher(None, before, after).get_opcodes()
    shorter = min(len(before), len(after))
    head = 0
    while head < shorter and before[head] == after[head]:
        head += 1
    tail = 0
    while tail < shorter - head and before[-1 - tail] == after[-1 - tail]:
        tail += 1
    i, j = len(before) - tail, len(after) - tail
    return [
        ("equal", 0, head, 0, head),
        ("replace", head, i, head, j),
        ("equal", i, len(before), j, len(after)),
    ]


def _folded(lines: Sequence[str], head: int, tail: int) -> Iterator[Line]:
    """Yield the beginning and the end of lines that are the same on both sides."""
    if len(lines) <= head + tail:
        yield from (Line(" ", visible(line)) for line in lines)
        return
    yield from (Line(" ", visible(line)) for line in lines[:head])
    if head and tail:
        yield Line("note", f"… {len(lines) - head - tail:,} lines …")
    yield from (Line(" ", visible(line)) for line in lines[len(lines) - tail :])


def _say_sides(before: NotebookSide, after: NotebookSide) -> str:
    paths = [side.revision.notebook_path or "" for side in (before, after)]
    names = [
        visible(f"{side.label} ({side.run_name})" if side.run_name else side.label)
        for side in (before, after)
    ]
    if paths[0] == paths[1]:
        return f"{names[0]} → {names[1]}  {visible(paths[0])}".rstrip()
    pairs = [
        f"{name}  {visible(path)}".rstrip()
        for name, path in zip(names, paths, strict=True)
    ]
    return " → ".join(pairs)


def _describe_cell(
    cell: CellDifference, loaders: Loaders, outputs: bool
) -> Iterator[Line]:
    before, after = cell.before, cell.after
    word = _WORDS.get(cell.change, cell.change)
    title = visible(cell.title) or "(empty cell)"
    yield Line("title", f"{word}: {title}  ({_say_places(cell)})")
    for side in (before, after):
        if side is not None and side.damaged:
            yield Line("note", "this cell is damaged; its content can't be read")
    if cell.change != "same" and (
        before is None or after is None or "source" in cell.differs
    ):
        yield from diff_lines(_lines(before), _lines(after))
    told = ("source", "outputs", "count", "id")
    others = [part for part in cell.differs if part not in told]
    if others:
        yield Line("note", f"differs: {', '.join(others)}")
    if before and after and {"metadata", "attachments", "other"} & set(others):
        yield from _describe_metadata(before, after, loaders)
    yield from _describe_outputs(before, after, loaders, outputs)


def _say_places(cell: CellDifference) -> str:
    before, after = cell.before, cell.after
    if before is not None and after is not None and before.place != after.place:
        moved = "moved, " if cell.moved and cell.change != "moved" else ""
        return f"{moved}cell {before.place} → {after.place}"
    side = after or before
    return f"cell {side.place if side else 0}"


def _lines(side: CellSide | None) -> list[str]:
    return [] if side is None else side.source.split("\n") if side.source else []


def _describe_metadata(
    before: CellSide, after: CellSide, loaders: Loaders
) -> Iterator[Line]:
    sides: list[list[str]] = []
    for side, load in ((before, loaders.before), (after, loaders.after)):
        data = load([side.sha256]).get(side.sha256)
        body = {} if data is None else from_canonical(data)
        body.pop("source", None)
        sides.append(
            json.dumps(body, indent=1, sort_keys=True, ensure_ascii=False).split("\n")
        )
    yield from diff_lines(sides[0], sides[1])


def _describe_outputs(
    before: CellSide | None, after: CellSide | None, loaders: Loaders, whole: bool
) -> Iterator[Line]:
    left, right = (side.outputs if side else [] for side in (before, after))
    if not left and not right:
        return
    said = [_say_outputs(outputs) for outputs in (left, right)]
    if before is None or after is None:
        yield Line("note", f"outputs: {said[1] if before is None else said[0]}")
    else:
        yield Line("note", f"outputs: {said[0]} → {said[1]}")
    if whole:
        yield from diff_lines(
            _output_lines(left, loaders.before), _output_lines(right, loaders.after)
        )


def _say_outputs(outputs: Sequence[OutputRef]) -> str:
    return ", ".join(map(_say_output, outputs)) or "none"


def _say_output(output: OutputRef) -> str:
    if output.damaged:
        return "damaged"
    kinds = [part.mime_type for part in output.parts]
    shown = next((kind for kind in kinds if kind != "text/plain"), None)
    name = shown or output.name or (kinds[0] if kinds else output.kind)
    return f"{visible(name)} {say_bytes(output.size_bytes)}"


def say_bytes(size: int) -> str:
    """Return a size as people say it."""
    if size < 1000:
        return f"{size} B"
    return f"{size / 1000:.1f} kB" if size < 1_000_000 else f"{size / 1_000_000:.1f} MB"


def _output_lines(outputs: Sequence[OutputRef], load: LoadPieces) -> list[str]:
    lines: list[str] = []
    for output in outputs:
        data = None if output.damaged else load([output.sha256]).get(output.sha256)
        lines += ["(damaged)"] if data is None else _body_lines(from_canonical(data))
    return lines


def _body_lines(output: dict[str, Any]) -> list[str]:
    """Return an output as text; of what is none, its type and size."""
    stream = output.get("text")
    if isinstance(stream, str):
        return stream.removesuffix("\n").split("\n")
    if output.get("output_type") == "error":
        traceback = output.get("traceback")
        lines = traceback if isinstance(traceback, list) else []
        said = f"{output.get('ename')}: {output.get('evalue')}"
        return [line for text in lines or [said] for line in str(text).split("\n")]
    found: list[str] = []
    bundle = output.get("data")
    for mime, value in bundle.items() if isinstance(bundle, dict) else ():
        if isinstance(value, str) and not mime.startswith(_BINARY):
            found += value.split("\n")
        else:
            text = value if isinstance(value, str) else json.dumps(value)
            found.append(f"({mime}, {say_bytes(len(text))})")
    return found
