from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from trackbook_server.notebooks.align import Cell, align_cells, title_of


def changes(before: list[Cell], after: list[Cell]) -> list[tuple[str, str]]:
    """Say each cell's change and source as the difference of the notebooks would."""
    found = []
    for cell in align_cells(before, after).cells:
        if cell.before is None or cell.after is None:
            side = before if cell.after is None else after
            word = "removed" if cell.after is None else "added"
            found.append((word, side[(cell.before or 0) + (cell.after or 0)].source))
            continue
        one, other = before[cell.before], after[cell.after]
        word = "moved" if cell.moved else "same"
        found.append((word if one.source == other.source else "edited", other.source))
    return found


def test_cells_are_paired_by_id_whatever_they_say() -> None:
    before = [Cell("a", "lr = 0.01"), Cell("b", "train(lr)")]
    after = [Cell("a", "rate = 3"), Cell("b", "train(lr)")]
    assert changes(before, after) == [("edited", "rate = 3"), ("same", "train(lr)")]


def test_cells_without_ids_are_paired_by_content_then_likeness() -> None:
    before = [Cell(None, "import a"), Cell(None, "lr = 0.01  # rate"), Cell(None, "x")]
    after = [Cell(None, "import a"), Cell(None, "lr = 0.003  # rate")]
    assert changes(before, after) == [
        ("same", "import a"),
        ("edited", "lr = 0.003  # rate"),
        ("removed", "x"),
    ]


def test_a_removed_cell_stands_where_it_was_and_an_added_one_where_it_is() -> None:
    before = [Cell("a", "1"), Cell("b", "22222"), Cell("c", "3")]
    after = [Cell("n", "new()"), Cell("a", "1"), Cell("c", "3")]
    assert changes(before, after) == [
        ("added", "new()"),
        ("same", "1"),
        ("removed", "22222"),
        ("same", "3"),
    ]


def test_only_the_cell_that_moved_is_moved() -> None:
    before = [Cell(str(n), f"cell {n}") for n in range(5)]
    after = [before[4], *before[:4]]
    assert changes(before, after) == [
        ("moved", "cell 4"),
        *[("same", f"cell {n}") for n in range(4)],
    ]


def test_a_cell_that_was_copied_is_added_once() -> None:
    before = [Cell("a", "fit()")]
    after = [Cell("a", "fit()"), Cell("z", "fit()")]
    assert changes(before, after) == [("same", "fit()"), ("added", "fit()")]


def test_ids_that_only_number_the_places_are_no_sign() -> None:
    before = [Cell(str(n), f"train(seed={n})") for n in range(6)]
    after = [
        Cell(str(n), source)
        for n, source in enumerate(["import new", *(c.source for c in before)])
    ]
    assert changes(before, after) == [
        ("added", "import new"),
        *[("same", cell.source) for cell in before],
    ]


def test_an_id_that_stands_twice_goes_to_the_cell_that_says_the_same() -> None:
    before = [Cell("a", "one()"), Cell("a", "two()")]
    after = [Cell("a", "two()"), Cell("a", "three(1)")]
    assert changes(before, after) == [("moved", "two()"), ("edited", "three(1)")]


def test_empty_cells_are_no_sign_that_a_cell_moved() -> None:
    before = [Cell(None, s) for s in ("", "a()", "", "b()", "")]
    after = [Cell(None, s) for s in ("a()", "", "b()")]
    assert [word for word, _ in changes(before, after)].count("moved") == 0


def test_an_edited_cell_is_found_among_thousands_without_ids() -> None:
    before = [Cell(None, f"step_{n} = train(data_{n}, 0.{n})") for n in range(3000)]
    after = [
        Cell(None, f"step_{n} = train(data_{n}, 0.{n}, verbose=True)")
        for n in range(3000)
    ]
    found = align_cells(before, after)
    assert [(cell.before, cell.after) for cell in found.cells] == [
        (n, n) for n in range(3000)
    ]
    assert not found.cut_short


def test_thousands_that_moved_and_changed_are_found_by_their_rare_words() -> None:
    before = [Cell(None, f"step_{n} = train(data_{n})") for n in range(2000)]
    after = [Cell(None, f"{cell.source}  # again") for cell in reversed(before)]
    found = align_cells(before, after).cells
    assert [cell.before for cell in found] == list(reversed(range(2000)))


def test_strange_cells_are_removed_and_added() -> None:
    before = [Cell(None, f"before{n} " * 50) for n in range(3000)]
    after = [Cell(None, f"after{n} " * 50) for n in range(3000)]
    found = Counter(word for word, _ in changes(before, after))
    assert found == {"removed": 3000, "added": 3000}


def test_a_cell_is_called_by_its_first_line_of_code() -> None:
    assert title_of("%%time\n# fit\n\n  clf.fit(X)\n") == "clf.fit(X)"
    assert title_of("# only words") == "# only words"
    assert title_of("") == ""
    assert len(title_of("x" * 500)) == 80


def test_a_text_cell_is_called_by_its_heading() -> None:
    assert title_of("# Churn\n\nWho leaves.", "markdown") == "# Churn"


cells = st.lists(
    st.builds(
        Cell,
        st.one_of(st.none(), st.sampled_from("abcdef")),
        st.text("xyz\n", max_size=6),
        st.sampled_from(["code", "markdown"]),
    ),
    max_size=8,
)


@given(cells, cells)
def test_every_cell_of_either_side_appears_once(
    before: list[Cell], after: list[Cell]
) -> None:
    found = align_cells(before, after).cells
    assert [c.after for c in found if c.after is not None] == list(range(len(after)))
    assert sorted(c.before for c in found if c.before is not None) == list(
        range(len(before))
    )
    kept = [c.before for c in found if c.before is not None and not c.moved]
    assert kept == sorted(kept)


@given(cells)
def test_a_notebook_does_not_differ_from_itself(same: list[Cell]) -> None:
    assert {word for word, _ in changes(same, same)} <= {"same"}
