import json
from collections import defaultdict
from collections.abc import Iterable
from itertools import permutations
from pathlib import Path
from typing import Any

import nbdime
import nbformat
from hypothesis import given
from hypothesis import strategies as st

from tests.notebooks.documents import (
    Document,
    code_cell,
    documents,
    notebook,
    printed,
    shown,
    text_cell,
)
from trackbook_server.contract import (
    NotebookDifference,
    NotebookSide,
    RevisionInfo,
)
from trackbook_server.notebooks.difference import Notebook, compare_notebooks
from trackbook_server.notebooks.document import (
    canonical,
    check_notebook,
    digest,
    from_canonical,
)
from trackbook_server.notebooks.revision import CellRef, Manifest, Pieces
from trackbook_server.notebooks.writing import join


def take_apart(document: Document, lost: Iterable[str] = ()) -> Notebook:
    """The notebook as the store would give it, without the pieces that are lost."""
    pieces = Pieces()
    manifest = pieces.split(check_notebook(document))
    data = {name: piece.data for name, piece in pieces.found.items()}
    for name in lost:
        data.pop(name, None)
    info = RevisionInfo(
        revision_id=manifest.revision_id(),
        number=1,
        moment="file",
        captured_at="",
        notebook_path=None,
        cell_count=len(manifest.cells),
        redacted_count=0,
        edited_count=None,
    )
    side = NotebookSide(
        ref="r",
        label="r1",
        revision=info,
        run_id=None,
        run_name=None,
        run_number=None,
        frame_sha256=manifest.frame,
        language="python",
    )
    return Notebook(
        side, manifest, lambda names: {n: data[n] for n in names if n in data}
    )


def compare(before: Document, after: Document) -> NotebookDifference:
    return compare_notebooks(take_apart(before), take_apart(after))


def said(found: NotebookDifference) -> list[tuple[str, bool, list[str]]]:
    return [(c.change, c.moved, list(c.differs)) for c in found.cells]


def applied(found: NotebookDifference, before: Notebook, after: Notebook) -> Document:
    """`after` made of `before` and of nothing but what the difference tells."""

    def body(notebook: Notebook, ref: CellRef) -> dict[str, Any]:
        return from_canonical(notebook.load([ref.sha256])[ref.sha256])

    keys = {"source": "source", "type": "cell_type", "metadata": "metadata"}
    keys |= {"attachments": "attachments", "id": "id"}
    data: dict[str, bytes] = {}
    cells: list[CellRef] = []
    for cell in found.cells:
        if cell.after is None:
            continue
        new = after.manifest.cells[cell.after.place - 1]
        if cell.before is None:
            cells.append(new)
            continue
        old = before.manifest.cells[cell.before.place - 1]
        mine, its = body(before, old), body(after, new)
        taken = {keys[part] for part in cell.differs if part in keys}
        if "other" in cell.differs:
            taken |= (mine.keys() | its.keys()) - set(keys.values())
        made = {k: v for k, v in mine.items() if k not in taken}
        made |= {k: v for k, v in its.items() if k in taken}
        data[digest(canonical(made))] = canonical(made)
        count = new.count if "count" in cell.differs else old.count
        outputs = old.outputs
        if "outputs" in cell.differs or "count" in cell.differs:
            outputs = new.outputs
        cells.append(CellRef(digest(canonical(made)), count, outputs))
    frame = after.manifest.frame if found.frame else before.manifest.frame

    def load(names: set[str]) -> dict[str, bytes]:
        return {**before.load(names), **after.load(names), **data}

    manifest = Manifest(frame, tuple(cells))
    return join(manifest, load(manifest.names()))


def test_each_kind_of_change_is_told_by_its_word() -> None:
    before = notebook(
        text_cell("# Churn", "t"),
        code_cell("lr = 0.1", "lr"),
        code_cell("plot()", "p"),
        code_cell("fit()", "f", outputs=[printed("0.8")], execution_count=2),
        code_cell("save()", "s"),
        code_cell("show()", "h"),
    )
    after = notebook(
        code_cell("save()", "s"),
        text_cell("# Churn", "t"),
        code_cell("lr = 0.003", "lr"),
        code_cell("fit()", "f", outputs=[printed("0.9")], execution_count=5),
        code_cell("score()", "n"),
        code_cell("show()", "h", execution_count=6),
    )
    found = compare(before, after)
    assert [(c.title, c.change, list(c.differs)) for c in found.cells] == [
        ("save()", "moved", []),
        ("# Churn", "same", []),
        ("lr = 0.003", "edited", ["source"]),
        ("plot()", "removed", []),
        ("fit()", "rerun", ["outputs", "count"]),
        ("score()", "added", []),
        ("show()", "rerun", ["count"]),
    ]
    counts = found.counts
    assert (counts.added, counts.removed, counts.edited) == (1, 1, 1)
    assert (counts.rerun, counts.moved, counts.same) == (2, 1, 1)
    assert not found.equal
    assert found.frame == []


def test_a_cell_can_be_moved_and_edited() -> None:
    cells = [code_cell(f"step({n})", str(n)) for n in range(4)]
    after = notebook(cells[3] | {"source": "step(33)"}, *cells[:3])
    assert said(compare(notebook(*cells), after))[0] == ("edited", True, ["source"])


def test_outputs_are_told_by_type_and_size_where_they_differ() -> None:
    picture = {
        "output_type": "display_data",
        "data": {"image/png": "QUJD", "text/plain": "<Figure>"},
        "metadata": {},
    }
    before = notebook(
        code_cell("plot()", "p", outputs=[picture, printed("same")]),
        code_cell("show()", "s", outputs=[picture]),
    )
    after = notebook(
        code_cell("plot()", "p", outputs=[shown("3", 1), printed("same")]),
        code_cell("show()", "s", outputs=[picture]),
    )
    plot, show = compare(before, after).cells
    assert plot.before is not None
    assert plot.after is not None
    assert [
        (out.kind, out.name, [(p.mime_type, p.size_bytes) for p in out.parts])
        for out in plot.before.outputs
    ] == [
        ("display_data", None, [("image/png", 4), ("text/plain", 8)]),
        ("stream", "stdout", []),
    ]
    assert plot.before.outputs[1].sha256 == plot.after.outputs[1].sha256
    assert show.after is not None
    assert (show.change, show.after.outputs, show.after.output_count) == ("same", [], 1)


def test_what_differs_outside_the_cells_is_named() -> None:
    before = notebook(code_cell("1", "a"))
    after = json.loads(json.dumps(before)) | {"nbformat_minor": 4}
    after["metadata"]["kernelspec"]["name"] = "other"
    after["metadata"]["widgets"] = {"state": {}}
    found = compare(before, after)
    assert found.frame == ["nbformat_minor", "metadata.kernelspec", "metadata.widgets"]
    assert [cell.change for cell in found.cells] == ["same"]


def test_a_lost_piece_is_said_and_the_rest_still_compared() -> None:
    before = notebook(code_cell("1", "a", outputs=[printed("x")]), code_cell("2", "b"))
    after = notebook(code_cell("1", "a", outputs=[printed("y")]), code_cell("3", "b"))
    whole = take_apart(after)
    cell = whole.manifest.cells[1].sha256
    output = (whole.manifest.cells[0].outputs or ())[0].sha256
    found = compare_notebooks(take_apart(before), take_apart(after, [cell, output]))
    first = found.cells[0]
    assert first.change == "rerun"
    assert first.after is not None
    assert [out.damaged for out in first.after.outputs] == [True]
    damaged = [c for c in found.cells if c.after is not None and c.after.damaged]
    assert [(c.change, c.title) for c in damaged] == [("added", "")]


def test_a_lost_piece_that_both_have_does_not_differ() -> None:
    document = notebook(code_cell("1", "a"), code_cell("2", "b"))
    lost = [take_apart(document).manifest.cells[0].sha256]
    found = compare_notebooks(take_apart(document, lost), take_apart(document, lost))
    assert found.equal
    assert [c.change for c in found.cells] == ["same", "same"]


# --- against what it must do --------------------------------------------------------


@st.composite
def edited(draw: st.DrawFn) -> tuple[Document, Document]:
    """A notebook and what became of it, cell by cell."""
    before = draw(documents())
    other = draw(documents())
    after = dict(before)
    if draw(st.booleans()):
        after["metadata"] = other["metadata"]
    cells = list(before["cells"])
    for _ in range(draw(st.integers(0, 4))):
        if not cells:
            break
        place = draw(st.integers(0, len(cells) - 1))
        what = draw(st.sampled_from(["remove", "move", "copy", "source", "outputs"]))
        cell = cells[place]
        if what == "remove":
            del cells[place]
        elif what == "move":
            cells.insert(draw(st.integers(0, len(cells) - 1)), cells.pop(place))
        elif what == "copy":
            cells.append(dict(cell))
        elif what == "source":
            cells[place] = cell | {"source": draw(st.text(max_size=10))}
        elif other["cells"]:
            outputs = other["cells"][0].get("outputs", [])
            cells[place] = cell | {"outputs": outputs, "execution_count": 3}
    after["cells"] = cells + draw(st.sampled_from([[], other["cells"]]))
    return before, after


@given(edited())
def test_applying_the_difference_gives_the_other_notebook(
    pair: tuple[Document, Document],
) -> None:
    before, after = (take_apart(document) for document in pair)
    found = compare_notebooks(before, after)
    whole = join(after.manifest, after.load(after.manifest.names()))
    assert canonical(applied(found, before, after)) == canonical(whole)
    assert found.equal == (canonical(whole) == canonical(_whole(before)))


def _whole(notebook: Notebook) -> Document:
    return join(notebook.manifest, notebook.load(notebook.manifest.names()))


@given(edited())
def test_the_other_way_round_what_was_added_is_removed(
    pair: tuple[Document, Document],
) -> None:
    there, back = compare(*pair), compare(*reversed(pair))
    assert there.counts.added - there.counts.removed == (
        back.counts.removed - back.counts.added
    )
    assert there.equal == back.equal


# --- against nbdime -----------------------------------------------------------------


def left_alone(before: Document, after: Document) -> list[tuple[int, int]]:
    """The cells of which nbdime says that they are the same, by their places."""
    one, other = (nbformat.from_dict(check_notebook(d)) for d in (before, after))
    operations = {
        (op.key, op.op): op
        for part in nbdime.diff_notebooks(one, other)
        if part.key == "cells"
        for op in part.diff
    }
    found, j, i = [], 0, 0
    while i <= len(one.cells):
        if (i, "addrange") in operations:
            j += len(operations[i, "addrange"].valuelist)
        if (i, "removerange") in operations:
            i += operations[i, "removerange"].length
            continue
        if (i, "patch") not in operations and i < len(one.cells):
            found.append((i, j))
        i, j = i + 1, j + 1
    return found


def corpus() -> list[tuple[Document, Document]]:
    """nbdime's own notebooks, each with each of the same family."""
    families: dict[str, list[Path]] = defaultdict(list)
    for path in sorted(Path(nbdime.__file__).parent.rglob("*.ipynb")):
        families[path.stem.partition("--")[0].partition("_nb")[0]].append(path)
    return [
        (json.loads(one.read_bytes()), json.loads(other.read_bytes()))
        for paths in families.values()
        for one, other in permutations(paths, 2)
    ]


def test_what_nbdime_leaves_alone_in_its_own_notebooks_is_the_same() -> None:
    pairs = corpus()
    assert len(pairs) > 50
    for before, after in pairs:
        found = compare(before, after)
        alone = [
            (c.before.place - 1, c.after.place - 1)
            for c in found.cells
            if c.before and c.after and not c.differs
        ]
        # Where it aligns them otherwise, it must not know of more that are the same.
        theirs = left_alone(before, after)
        assert set(theirs) <= set(alone) or len(theirs) < len(alone)


lines = st.lists(
    st.sampled_from(["fit()", "lr = 0.1", "plot(x)", "import a", ""]), max_size=7
)


@given(lines, lines, st.booleans())
def test_what_nbdime_leaves_alone_is_the_same(
    one: list[str], other: list[str], ids: bool
) -> None:
    def document(sources: list[str]) -> Document:
        cells = [
            code_cell(source, source.replace(" ", "-") + str(sources[:n].count(source)))
            if ids
            else code_cell(source)
            for n, source in enumerate(sources)
        ]
        return notebook(*cells, minor=5 if ids else 4)

    before, after = document(one), document(other)
    alone = [
        c
        for c in compare(before, after).cells
        if c.before and c.after and not c.differs and c.after.source
    ]
    # Of empty cells nobody can tell which one another was.
    theirs = [pair for pair in left_alone(before, after) if one[pair[0]]]
    assert len(theirs) <= len(alone)
