from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.store.journals import FakeJournal
from trackbook_server.store.home import Home


@pytest.fixture
def home(trackbook_home: Path) -> Iterator[Home]:
    opened = Home(trackbook_home)
    yield opened
    opened.close()


@pytest.fixture
def journal(trackbook_home: Path) -> FakeJournal:
    return FakeJournal(trackbook_home)
