"""Real processes that are killed while they export and import; a second one completes
what the first began, and a server that owns the home is handed the bundle."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from tests.moving.conftest import bring, export
from tests.moving.test_round_trip import listed
from tests.store.journals import FakeJournal
from trackbook.blobs import write_blob
from trackbook.paths import blobs_dir, imports_dir
from trackbook_server.store.home import Home

COUNT = 400
COMMAND = [sys.executable, "-m", "trackbook_server.cli"]


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with some hundred runs, each with a file."""
    folder = tmp_path_factory.mktemp("many") / "home"
    home = Home(folder)
    journal = FakeJournal(folder, "w-many", kernel_id="k-many")
    for number in range(COUNT):
        run_id = f"run-{number:04d}"
        data = random.Random(number).randbytes(20_000)
        journal.start(run_id, {"n": number}, notebook_path="/a/b.ipynb")
        journal.execute(run_id, f"e-{number}", results={"acc": number})
        journal.points(run_id, "loss", [float(step) for step in range(200)])
        journal.put(
            "artifact_logged",
            run_id=run_id,
            name="model",
            sha256=write_blob(blobs_dir(folder), data),
            size_bytes=len(data),
        )
        journal.end(run_id)
    home.ingest_now()
    home.close()
    return folder


@pytest.fixture(scope="module")
def large(many: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = Home(many)
    ids = tuple(f"run-{number:04d}" for number in range(COUNT))
    path = export(home, tmp_path_factory.mktemp("large") / "large.tbk", ids)
    home.close()
    return path


def call(*arguments: str | Path, code: int = 0) -> Any:
    done = subprocess.run(
        [*COMMAND, *map(str, arguments), "--json"], capture_output=True, check=False
    )
    assert done.returncode == code, done.stderr.decode()
    return json.loads(done.stdout)


def kill(arguments: list[str | Path], until: Any, after: float) -> None:
    """Start a command, and kill it `after` seconds after `until` holds."""
    process = subprocess.Popen(
        [*COMMAND, *map(str, arguments)], stdout=subprocess.DEVNULL
    )
    while process.poll() is None and not until():
        time.sleep(0.001)
    time.sleep(after)
    if process.poll() is None:
        os.kill(process.pid, signal.SIGKILL)
    process.wait()


@pytest.mark.timeout(240)
def test_an_import_that_is_killed_is_completed_by_the_next(
    large: Path, tmp_path: Path
) -> None:
    whole = Home(tmp_path / "whole")
    bring(whole, large)
    expected = without_changes(whole)
    whole.close()
    chance = random.Random(7)
    for attempt in range(6):
        folder = tmp_path / f"home-{attempt}"
        copies = imports_dir(folder)
        for _ in range(2):
            kill(
                ["import", large, "--home", folder],
                lambda copies=copies: copies.exists() and any(copies.iterdir()),
                chance.random() * 1.2,
            )
        [report] = call("import", large, "--home", folder)
        assert report["state"] == "done"
        home = Home(folder)
        assert len(listed(home)) == COUNT
        assert without_changes(home) == expected
        home.close()


@pytest.mark.timeout(120)
def test_an_export_that_is_killed_leaves_no_file_of_that_name(
    many: Path, tmp_path: Path, large: Path
) -> None:
    chance = random.Random(11)
    for attempt in range(4):
        folder = tmp_path / f"out-{attempt}"
        folder.mkdir()
        path = folder / "x.tbk"
        kill(
            ["export", "--filter", "", "-o", path, "--home", many],
            lambda folder=folder: any(folder.iterdir()),
            chance.random() * 0.8,
        )
        assert not path.exists() or path.read_bytes() == large.read_bytes()
    report = call("export", "--filter", "", "-o", tmp_path / "y.tbk", "--home", many)
    assert report["run_count"] == COUNT
    assert Path(report["path"]).read_bytes() == large.read_bytes()


@pytest.mark.timeout(120)
def test_the_process_that_owns_the_home_imports_for_others(
    large: Path, tmp_path: Path
) -> None:
    owner = Home(tmp_path / "home")
    owner.start()
    try:
        [report] = call("import", large, "--home", owner.path)
        assert (report["state"], report["new_count"]) == ("done", COUNT)
        assert len(listed(owner)) == COUNT
        assert list(imports_dir(owner.path).iterdir()) == []
    finally:
        owner.close()


def test_what_the_command_says(large: Path, many: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    one = tmp_path / "one.tbk"
    report = call("export", "run-0007", "-o", one, "--home", many)
    assert report == {
        "path": str(one),
        "run_count": 1,
        "size_bytes": one.stat().st_size,
        "problems": [],
    }
    first, second = (call("import", one, "--home", home) for _ in range(2))
    assert [first[0]["new_count"], second[0]["new_count"]] == [1, 0]
    bad = tmp_path / "bad.tbk"
    bad.write_text("no")
    done = subprocess.run(
        [*COMMAND, "import", str(bad), "--home", str(home)],
        capture_output=True,
        check=False,
    )
    assert done.returncode == 1
    assert b"bad.tbk is not a trackbook bundle" in done.stderr
    assert b"Traceback" not in done.stderr


def without_changes(home: Home) -> list[str]:
    """What the home holds, but for the numbers of changes and of rows."""

    def ask(db: Any) -> list[str]:
        return [
            repr(row)
            for sql in (
                "select run_id, name, status, place, number, duration_ms, main_value "
                "from runs order by run_id",
                "select run_id, key, count, last, min, max from metrics "
                "order by run_id, key",
                "select run_id, key, value, position is null from params "
                "order by run_id, key",
                "select * from artifacts order by run_id",
            )
            for row in db.execute(sql).fetchall()
        ]

    return home.database.read(ask).result()
