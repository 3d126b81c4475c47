from hypothesis import given
from hypothesis import strategies as st

from tests.notebooks.documents import (
    Document,
    code_cell,
    notebook,
    printed,
    text_cell,
)
from tests.notebooks.test_difference import take_apart
from trackbook_server.notebooks.difference import compare_notebooks
from trackbook_server.notebooks.difference_text import (
    Line,
    Loaders,
    describe_difference,
    diff_lines,
    visible,
)


def say(before: Document, after: Document, **options: bool) -> str:
    one, other = take_apart(before), take_apart(after)
    lines = describe_difference(
        compare_notebooks(one, other), Loaders(one.load, other.load), **options
    )
    return "\n".join(map(str, lines))


BEFORE = notebook(
    text_cell("# Churn", "t"),
    code_cell("lr = 0.1\ndepth = 3", "lr"),
    code_cell("fit()", "f", outputs=[printed("a\nb\n")]),
)
AFTER = notebook(
    text_cell("# Churn", "t"),
    code_cell("lr = 0.003\ndepth = 3", "lr", metadata={"tags": ["x"]}),
    code_cell("fit()", "f", outputs=[printed("a\nc\n")]),
    code_cell("score()", "s"),
)


def test_a_difference_reads_as_cells_and_lines() -> None:
    assert (
        say(BEFORE, AFTER)
        == """r1 → r1
cells: 3 of 4 differ: 1 edited, 1 added, 1 re-run

edited: lr = 0.003  (cell 2)
  -lr = 0.1
  +lr = 0.003
   depth = 3
  differs: metadata
    "id": "lr",
  - "metadata": {}
  + "metadata": {
  +  "tags": [
  +   "x"
  +  ]
  + }
   }

re-run: fit()  (cell 3)
  outputs: stdout 56 B → stdout 56 B

added: score()  (cell 4)
  +score()"""
    )


def test_outputs_are_told_whole_when_asked_for() -> None:
    said = say(BEFORE, AFTER, outputs=True)
    assert "   a\n  -b\n  +c" in said


def test_everything_includes_what_is_the_same() -> None:
    assert "same: # Churn  (cell 1)" in say(BEFORE, AFTER, everything=True)


def test_equal_notebooks_say_so() -> None:
    assert say(BEFORE, BEFORE).endswith("Nothing differs: the documents are equal.")


def test_pictures_are_told_by_type_and_size() -> None:
    def plot(data: str) -> Document:
        picture = {"output_type": "display_data", "metadata": {}}
        return notebook(
            code_cell("plot()", "p", outputs=[picture | {"data": {"image/png": data}}])
        )

    said = say(plot("AAAA"), plot("BBBBBBBB"), outputs=True)
    assert "image/png" in said
    assert "-(image/png, 4 B)" in said
    assert "AAAA" not in said


def test_what_a_terminal_would_obey_is_written_out() -> None:
    before = notebook(code_cell("x = 1", "a"))
    after = notebook(
        code_cell("x = '\x1b[2J\u202e'", "a", outputs=[printed("\x1b]0;")])
    )
    said = say(before, after, outputs=True)
    assert "+x = '\\x1b[2J\\u202e'" in said
    assert "\x1b" not in said
    assert "\u202e" not in said


def test_a_megabyte_in_one_line_is_cut_short() -> None:
    said = visible("x" * 1_000_000)
    assert len(said) < 2100
    assert said.endswith("… (998,000 more characters)")


def test_a_hundred_thousand_lines_are_compared_at_once() -> None:
    before = [str(n) for n in range(100_000)]
    after = [*before[:50_000], "new", *before[50_001:]]
    assert [str(line) for line in diff_lines(before, after)] == [
        "   49999",
        "  -50000",
        "  +new",
        "   50001",
    ]


lines = st.lists(st.text("ab", max_size=2), max_size=12)


@given(lines, lines)
def test_the_lines_that_stay_and_come_are_the_new_text(
    before: list[str], after: list[str]
) -> None:
    # Where nothing differs there is nothing to tell.
    found = list(diff_lines([*before, "x"], [*after, "y"], context=100))
    found.remove(Line("-", "x"))
    found.remove(Line("+", "y"))
    assert [line.text for line in found if line.kind in " +"] == after
    assert [line.text for line in found if line.kind in " -"] == before
