"""What runs can be charted by, where there is very much of it."""

import pytest

from tests.store.journals import FakeJournal
from trackbook_server.store import chart_subject
from trackbook_server.store.chart_subject import get_chart_subject
from trackbook_server.store.home import Home


def test_of_many_runs_fewer_params_are_read(
    home: Home, journal: FakeJournal, monkeypatch: pytest.MonkeyPatch
) -> None:
    for run in range(4):
        params = {f"p{key}": run for key in range(6)} | {"same": 1}
        journal.start(f"run-{run}", params)
        journal.execute(f"run-{run}", f"e{run}", results={"acc": 0.9})
    home.ingest_now()
    monkeypatch.setattr(chart_subject, "MAX_PARAM_VALUES", 12)

    def params_of(count: int) -> list[str]:
        ids = [f"run-{run}" for run in range(count)]
        return home.database.read(get_chart_subject, ids).result().params

    assert params_of(4) == ["p0", "p1", "p2"]
    assert params_of(2) == ["p0", "p1", "p2", "p3", "p4", "p5"]
