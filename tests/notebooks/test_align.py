from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from trackbook_server.notebooks.align import Cell, align_cells, title_of


def changes(before: list[Cell], after: list[Cell]) -> list[tuple[str, str]]:
    return [(d.change, d.title) for d in align_cells(before, after)]


def test_cells_are_paired_by_id_whatever_they_say() -> None:
    before = [Cell("a", "lr = 0.01"), Cell("b", "train(lr)")]
    after = [Cell("a", "rate = 3"), Cell("b", "train(lr)")]
    assert changes(before, after) == [("changed", "rate = 3"), ("same", "train(lr)")]


def test_cells_without_ids_are_paired_by_content_then_likeness() -> None:
    before = [Cell(None, "import a"), Cell(None, "lr = 0.01  # rate"), Cell(None, "x")]
    after = [Cell(None, "import a"), Cell(None, "lr = 0.003  # rate")]
    assert changes(before, after) == [
        ("same", "import a"),
        ("changed", "lr = 0.003  # rate"),
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


def test_thousands_of_strange_cells_are_not_compared_pair_by_pair() -> None:
    before = [Cell(None, f"before {n} " * 50) for n in range(3000)]
    after = [Cell(None, f"after {n} " * 50) for n in range(3000)]
    found = Counter(d.change for d in align_cells(before, after))
    assert found == {"removed": 3000, "added": 3000}


def test_a_cell_is_called_by_its_first_line_of_code() -> None:
    assert title_of("%%time\n# fit\n\n  clf.fit(X)\n") == "clf.fit(X)"
    assert title_of("# only words") == "# only words"
    assert title_of("") == ""
    assert len(title_of("x" * 500)) == 80


cells = st.lists(
    st.builds(
        Cell,
        st.one_of(st.none(), st.sampled_from("abcdef")),
        st.text("xyz\n", max_size=6),
    ),
    max_size=8,
)


@given(cells, cells)
def test_every_cell_of_either_side_appears_once(
    before: list[Cell], after: list[Cell]
) -> None:
    found = align_cells(before, after)
    assert [d.after for d in found if d.after is not None] == [c.source for c in after]
    assert Counter(d.before for d in found if d.before is not None) == Counter(
        c.source for c in before
    )
    for difference in found:
        both = difference.before is not None and difference.after is not None
        assert (difference.change in ("added", "removed")) != both
        if both:
            equal = difference.before == difference.after
            assert (difference.change == "changed") != equal


@given(cells)
def test_a_notebook_does_not_differ_from_itself(same: list[Cell]) -> None:
    assert {d.change for d in align_cells(same, same)} <= {"same"}
