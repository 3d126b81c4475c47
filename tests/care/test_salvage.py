"""A database whose pages are damaged is made anew of what can be read, and a backup."""

import json
import random
import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from tests.care.homes import RUNS, ask, ingest
from tests.faults import check_store, flip_bit, rounds
from tests.store.journals import FakeJournal
from trackbook.errors import HomeDamaged, HomeNotWritable
from trackbook.paths import aside_dir, database_path
from trackbook_server.care.finding import Finding
from trackbook_server.care.salvage import look_at_database, salvage
from trackbook_server.cli import main
from trackbook_server.store.backups import keep_backup
from trackbook_server.store.home import Home
from trackbook_server.store.queries import count_runs

PAGE = 4096
Found = Callable[[], dict[str, Finding]]


def doctor(*options: str) -> Any:
    answer = CliRunner().invoke(
        main, ["doctor", "--json", *options], catch_exceptions=False
    )
    return json.loads(answer.stdout or answer.stderr)


def spoil(path: Path, dice: random.Random, pages: int = 1) -> None:
    """Overwrite some pages behind the first with noise."""
    count = path.stat().st_size // PAGE
    with path.open("r+b") as file:
        for _ in range(pages):
            file.seek(dice.randrange(1, count) * PAGE)
            file.write(dice.randbytes(PAGE))


def listed(home: Path) -> int:
    opened = Home(home)
    try:
        return opened.database.read(count_runs).result().total
    finally:
        opened.close()


def test_damaged_pages_are_found_and_all_comes_back_with_a_backup(
    used: Path, dice: random.Random, tmp_path: Path
) -> None:
    keep_backup(used, "by-hand", datetime.now(UTC))
    whole = tmp_path / "whole.db"
    shutil.copy2(database_path(used), whole)
    facts = {
        sql: ask(used, sql)
        for sql in (
            "select run_id, name, status, place from runs order by 1",
            "select run_id, key, value from tags order by 1, 2",
            "select run_id, key, value from params order by 1, 2",
            "select run_id, key, count, min, max, last from metrics order by 1, 2",
            "select execution_id, source, status from cell_executions order by 1",
            "select sha256, data from pieces order by 1",
            "select writer_id, segment, offset from cursors order by 1, 2",
        )
    }
    for _ in rounds(6):
        shutil.copy2(whole, database_path(used))
        spoil(database_path(used), dice)
        if look_at_database(used).cure is None:
            continue  # a page that is free, or of the index for full text
        salvage(used)
        report = doctor("--repair")
        said = {one["what"]: one for one in report["findings"] if one["cure"]}
        assert not said.keys() & {"database", "rows", "metrics", "notebooks", "search"}
        assert {sql: ask(used, sql) for sql in facts} == facts
        assert listed(used) == RUNS
        check_store(used)


def test_without_a_backup_what_can_be_read_is_saved(
    used: Path, dice: random.Random, tmp_path: Path
) -> None:
    whole = tmp_path / "whole.db"
    shutil.copy2(database_path(used), whole)
    saved = 0
    for _ in rounds(5):
        shutil.copy2(whole, database_path(used))
        spoil(database_path(used), dice, pages=2)
        if look_at_database(used).cure is None:
            continue
        before = database_path(used).read_bytes()
        try:
            done = salvage(used)
        except HomeDamaged:  # the page was of the schema: nothing is found without it
            assert database_path(used).read_bytes() == before
            continue
        assert done.aside.read_bytes() == before
        doctor("--repair")
        assert look_at_database(used).cure is None
        check_store(used, may_lose=True)
        saved += 1
        # All runs of a small store can lie on one page, which may be the spoilt one:
        # what is read of the others is aside then.
        [(runs,)] = ask(used, "select count(*) from runs")
        assert runs or any(aside_dir(used).rglob("rows.ndjson"))
    assert saved or len(rounds(5)) == 5


def test_flipped_bits_anywhere_are_repaired_or_change_nothing_that_is_read(
    used: Path, dice: random.Random, tmp_path: Path
) -> None:
    keep_backup(used, "by-hand", datetime.now(UTC))
    whole = tmp_path / "whole.db"
    shutil.copy2(database_path(used), whole)
    for _ in rounds(6):
        shutil.copy2(whole, database_path(used))
        for _ in range(4):
            flip_bit(database_path(used), dice)
        doctor("--repair")
        assert look_at_database(used).cure is None
        assert listed(used) >= RUNS - 1
        check_store(used, may_lose=True)


def test_a_home_that_was_repaired_goes_on(used: Path, dice: random.Random) -> None:
    keep_backup(used, "by-hand", datetime.now(UTC))
    journal = FakeJournal(used, writer_id="later")
    journal.start("later", {"lr": 9})
    journal.execute("later", "e-later", results={"acc": 0.9})
    journal.end("later")
    ingest(used)
    with database_path(used).open("r+b") as file:  # the schema itself
        file.seek(100)
        file.write(dice.randbytes(3900))
    said = CliRunner().invoke(main, ["runs"])
    assert said.exit_code == 1
    assert "is damaged" in said.output
    assert "trackbook doctor --repair" in said.output
    report = doctor("--repair")
    assert "made anew" in report["repaired"]["database"]
    # The backup has all but the last run, whose journal is there still.
    assert listed(used) == RUNS + 1
    check_store(used)


def test_nothing_is_touched_where_nothing_can_be_had(
    used: Path, dice: random.Random
) -> None:
    path = database_path(used)
    path.write_bytes(path.read_bytes()[:100] + dice.randbytes(200_000))
    before = path.read_bytes()
    with pytest.raises(HomeDamaged, match="no backup"):
        salvage(used)
    assert path.read_bytes() == before
    with pytest.raises(HomeNotWritable, match="no room"):
        salvage(used, free=lambda _: 1000)
    assert not list(used.glob(".salvage*"))


def test_a_server_that_meets_damage_says_what_mends_it(
    used: Path, dice: random.Random
) -> None:
    path = database_path(used)
    with path.open("r+b") as file:
        file.seek(PAGE)
        file.write(dice.randbytes(path.stat().st_size - PAGE))
    with pytest.raises(HomeDamaged, match=r"damaged.*doctor --repair"):
        listed(used)
