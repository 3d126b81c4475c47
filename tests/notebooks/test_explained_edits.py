"""Edits that a changed param says already, and those that it doesn't."""

from typing import Any

import pytest

from trackbook_server.notebooks.explained_edits import (
    ABSENT,
    ParamEdit,
    is_explained,
)

LR = ParamEdit("lr", 0.01, 0.003)


@pytest.mark.parametrize(
    ("before", "after", "edits"),
    [
        ("lr = 0.01", "lr = 0.003", [LR]),
        ("lr = 0.01  # start", "lr = 0.003", [LR]),
        ("%time\nlr = 0.01\nfit(lr)", "%time\nlr = 0.003\nfit(lr)", [LR]),
        ("fit(lr=0.01)", "fit(lr=0.003)", [ParamEdit("clf.lr", 0.01, 0.003)]),
        ("x = -1", "x = 1", [ParamEdit("x", -1, 1)]),
        ("x = 'a'", "x = 'b'", [ParamEdit("x", "a", "b")]),
        ("lr = 1", "lr = 1\nstop = True", [ParamEdit("stop", ABSENT, True)]),
        ("lr = 1\nstop = True", "lr = 1", [ParamEdit("stop", True, ABSENT)]),
        ("cfg = {'lr': 1, 'n': 2}", "cfg = {'lr': 3, 'n': 2}",
         [ParamEdit("cfg.lr", 1, 3)]),
        ("# one\nfit()", "# two\nfit()", []),
    ],
)  # fmt: skip
def test_a_value_that_is_a_changed_param_is_explained(
    before: str, after: str, edits: list[ParamEdit]
) -> None:
    assert is_explained(before, after, edits)


@pytest.mark.parametrize(
    ("before", "after", "edits"),
    [
        ("lr = 0.01", "lr = 0.003", []),
        ("lr = 0.01\nfit()", "lr = 0.003\nfit(1)", [LR]),
        ("lr = 0.01\nx = 5", "lr = 0.003\nx = 6", [LR]),
        ("lr = 1", "lr = True", [ParamEdit("lr", 1, 2)]),
        ("fit(a)", "fit(b)", [LR]),
        ("", "stop = compute()", [ParamEdit("stop", ABSENT, True)]),
        ("not python(", "not python((", [LR]),
    ],
)
def test_anything_else_is_not(before: str, after: str, edits: list[Any]) -> None:
    assert not is_explained(before, after, edits)
