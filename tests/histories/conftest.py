"""The kernels that histories are played in, and how many came out right."""

from collections.abc import Iterator

import pytest

from tests.histories.kernels import Spawner

_right = pytest.StashKey[list[bool]]()


@pytest.fixture(scope="session")
def spawner() -> Iterator[Spawner]:
    made = Spawner()
    yield made
    made.close()


@pytest.fixture
def count(request: pytest.FixtureRequest) -> list[bool]:
    """Whether each history came out as drawn."""
    return request.config.stash.setdefault(_right, [])


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    counted = config.stash.get(_right, [])
    if counted:
        terminalreporter.write_line(
            f"histories: {sum(counted)} of {len(counted)} as a person would draw them"
        )
