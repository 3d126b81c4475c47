from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.moving.rich import RUNS, fill
from trackbook.paths import blobs_dir
from trackbook_server.contract import Import
from trackbook_server.moving.exporting import export_runs
from trackbook_server.moving.importing import bring_in, find_import
from trackbook_server.store.home import Home


@pytest.fixture
def there(tmp_path: Path) -> Iterator[Home]:
    """A home in which every kind of thing was recorded."""
    fill(tmp_path / "there")
    home = Home(tmp_path / "there")
    yield home
    home.close()


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Home]:
    home = Home(tmp_path / "here")
    yield home
    home.close()


@pytest.fixture
def bundle(there: Home, tmp_path: Path) -> Path:
    return export(there, tmp_path / "runs.tbk")


def export(home: Home, path: Path, run_ids: tuple[str, ...] = RUNS) -> Path:
    done = home.database.read(export_runs, blobs_dir(home.path), run_ids, path).result()
    assert done.problems.found == []
    return path


def bring(home: Home, path: Path, *, expect: str = "done") -> Import:
    """Import a bundle to its end."""
    event = bring_in(home.path, path, path.name, "ada")
    home.edit(event).result()
    while home.import_some():
        pass
    found = home.database.read(find_import, event.import_id).result()
    assert found is not None
    assert found.state == expect, found
    return found
