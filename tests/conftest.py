"""What all tests share: a home of their own, a Jupyter server with trackbook."""

import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.faults import Nest, make_dice

pytest_plugins = ["pytest_jupyter.jupyter_server", "tests.tally"]


@pytest.fixture(autouse=True)
def trackbook_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home that is gone after the test; the user's own is never touched."""
    home = tmp_path / "trackbook-home"
    monkeypatch.setenv("TRACKBOOK_HOME", str(home))
    return home


@pytest.fixture(scope="session")
def nest() -> Iterator[Nest]:
    """Where processes come from that are killed."""
    nest = Nest()
    yield nest
    nest.close()


@pytest.fixture
def dice() -> random.Random:
    """Chance; a test that fails prints its seed."""
    return make_dice()


@pytest.fixture
def jp_server_config() -> dict[str, Any]:
    return {"ServerApp": {"jpserver_extensions": {"trackbook_server": True}}}
