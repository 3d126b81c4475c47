"""The kernels that histories are played in."""

from collections.abc import Iterator

import pytest

from tests.histories.kernels import Spawner


@pytest.fixture(scope="session")
def spawner() -> Iterator[Spawner]:
    made = Spawner()
    yield made
    made.close()
