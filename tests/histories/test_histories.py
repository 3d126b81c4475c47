"""The runs that trackbook draws in real histories are those that a person would draw."""

from pathlib import Path

import pytest

from tests.histories.kernels import Spawner
from tests.histories.player import Player
from tests.histories.script import History, read_history

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
    history: History, spawner: Spawner, tmp_path: Path, count: list[bool]
) -> None:
    drawn, without_result = Player(spawner, tmp_path).play(history)
    is_right = (drawn, without_result) == (history.drawn, history.without_result)
    count.append(is_right)
    assert drawn == history.drawn
    assert without_result == history.without_result


def test_there_are_enough_histories_to_tell_anything() -> None:
    assert len(HISTORIES) >= 24
