"""The runs drawn in real histories are those that a person would draw."""

from pathlib import Path

import pytest

from tests.histories.kernels import Spawner
from tests.histories.player import Player
from tests.histories.script import Drawn, History, read_history
from tests.tally import Mark

HISTORIES = [
    read_history(path) for path in sorted(Path(__file__).parent.glob("told/*.md"))
]


def _marked(history: History) -> object:
    marks = []
    if history.not_yet is not None:
        marks.append(pytest.mark.xfail(strict=True, reason=history.not_yet))
    return pytest.param(history, id=history.name, marks=marks)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("history", [_marked(told) for told in HISTORIES])
def test_runs_are_as_a_person_would_draw_them(
    history: History, spawner: Spawner, tmp_path: Path, mark: Mark
) -> None:
    drawn, without_result = Player(spawner, tmp_path).play(history)
    told = history.drawn
    is_right = len(drawn) == len(told) and all(map(Drawn.is_as, told, drawn))
    is_as_drawn = is_right and without_result == history.without_result
    mark("histories as a person would draw them", is_as_drawn)
    assert is_right, _side_by_side(told, drawn)
    assert without_result == history.without_result


def _side_by_side(told: list[Drawn], found: list[Drawn]) -> str:
    lines = [
        f"{word}: {run}"
        for word, runs in (("drawn", told), ("found", found))
        for run in runs
    ]
    return "\n".join(lines)


def test_there_are_enough_histories_to_tell_anything() -> None:
    assert len(HISTORIES) >= 24
