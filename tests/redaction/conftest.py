"""Says at the end how many credentials were found, and how much else was."""

from typing import Any

import pytest

Tally = dict[str, list[bool]]
_tally = pytest.StashKey[Tally]()


@pytest.fixture
def tally(request: pytest.FixtureRequest) -> Tally:
    """Counts what was found, and what was taken for a credential and is none."""
    return request.config.stash.setdefault(_tally, {"recall": [], "false": []})


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    found = config.stash.get(_tally, None)
    if found is not None:
        recall, false = found["recall"], found["false"]
        terminalreporter.write_line(
            f"secrets: recall {sum(recall)}/{len(recall)}, "
            f"false positives {sum(false)}/{len(false)}"
        )
