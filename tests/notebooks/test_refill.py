import pytest
from hypothesis import given
from hypothesis import strategies as st

from trackbook.secret_formats import PLACEHOLDER, redact_exact
from trackbook_server.notebooks.refill import refill

ONE = "ghp_" + "a1B2" * 10
TWO = "ghp_" + "z9Y8" * 10


GONE = PLACEHOLDER


@pytest.mark.parametrize(
    ("present", "stored", "expected"),
    [
        (f'k = "{ONE}"\nx = 2', f'k = "{GONE}"\nx = 1', f'k = "{ONE}"\nx = 1'),
        (f"a={ONE}\nb={TWO}", f"b={GONE}\na={GONE}", f"b={TWO}\na={ONE}"),
        # The line reads on differently, but only one begins so.
        (f'k = "{ONE}"  # new', f'k = "{GONE}"', f'k = "{ONE}"'),
        (f"f('{ONE}', '{TWO}')", f"f('{GONE}', '{GONE}')", f"f('{ONE}', '{TWO}')"),
        # Twice the same line with two values: in their order.
        (f"f {ONE}\nf {TWO}", f"f {GONE}\nf {GONE}", f"f {ONE}\nf {TWO}"),
        # Which of two it was, nobody knows.
        (f"f {ONE}\nf {TWO}", f"f {GONE}", f"f {GONE}"),
        # What is no credential is not taken for one.
        ("k = hello", f"k = {GONE}", f"k = {GONE}"),
        (f"other = {ONE}", f"k = {GONE}", f"k = {GONE}"),
        ("", f"a = {GONE}\nb = {GONE}", f"a = {GONE}\nb = {GONE}"),
        (f"x = {ONE}", "x = 1", "x = 1"),
        # The cell itself reads like a replaced value.
        (f"{ONE}\n{GONE}", f"{GONE}\n{GONE}", f"{GONE}\n{GONE}"),
    ],
)
def test_a_placeholder_gets_the_value_of_its_place(
    present: str, stored: str, expected: str
) -> None:
    found = refill(stored, present)
    assert found.source == expected
    assert found.left_count == expected.count(GONE)


pieces = st.sampled_from([ONE, TWO, "key = ", '"', "\n", " ", "x", PLACEHOLDER])


@given(st.lists(pieces, max_size=12).map("".join))
def test_what_was_replaced_comes_back_from_the_very_same_cell(source: str) -> None:
    stored, spans = redact_exact(source)
    found = refill(stored, source)
    if found.left_count == 0:
        assert found.source == source
    # Never anything that is not in the cell, and nothing but values is touched.
    assert redact_exact(found.source)[0] == stored
    if source.count("\n") == 0 and len(spans) == stored.count(PLACEHOLDER):
        assert found.source == source
