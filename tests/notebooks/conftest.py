"""What the notebook tests share: a database with its tables, a folder for blobs."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlite_utils

from trackbook_server.store.migrations import migrations


def memory_database() -> sqlite_utils.Database:
    db = sqlite_utils.Database(memory=True)
    migrations.apply(db)
    return db


@pytest.fixture
def db() -> Iterator[sqlite_utils.Database]:
    database = memory_database()
    yield database
    database.close()


@pytest.fixture
def blobs_dir(tmp_path: Path) -> Path:
    return tmp_path / "blobs"
