"""Bundles that are cut short, damaged, of another version, or made to do harm.

Each is refused in words, or what is whole of it is taken and the rest is said; what is
here already stays as it is.
"""

import hashlib
import random
import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import sqlite_utils
import zstandard

from tests.moving.conftest import bring
from tests.moving.rich import RUNS, tell
from tests.moving.test_round_trip import dump, listed
from trackbook.blobs import blob_path
from trackbook.errors import BadBundle
from trackbook.paths import blobs_dir, imports_dir
from trackbook_server.moving import bundle as format
from trackbook_server.store import series
from trackbook_server.store.home import Home
from trackbook_server.store.migrations import migrations, schema_version


@contextmanager
def changed(path: Path) -> Iterator[sqlite3.Connection]:
    """Change a bundle as someone would who can also make its checksum right."""
    with path.open("r+b") as file:
        file.truncate(path.stat().st_size - format._TRAILER_BYTES)
    db = sqlite3.connect(path)
    yield db
    db.commit()
    db.close()
    with path.open("ab") as file:
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        file.write(format._TRAILER % digest.encode())


def refused(here: Home, path: Path, match: str) -> None:
    before = dump(here)
    with pytest.raises(BadBundle, match=match):
        bring(here, path)
    assert dump(here) == before
    assert not imports_dir(here.path).exists() or not list(
        imports_dir(here.path).iterdir()
    )


@pytest.mark.parametrize("share", [0.0, 0.001, 0.3, 0.9, 0.9999])
def test_a_file_that_is_cut_short_is_refused(
    here: Home, bundle: Path, share: float
) -> None:
    data = bundle.read_bytes()
    bundle.write_bytes(data[: int(len(data) * share)])
    refused(here, bundle, "not whole|not a trackbook bundle")


def test_a_bit_that_is_flipped_is_seen(here: Home, bundle: Path) -> None:
    data = bytearray(bundle.read_bytes())
    data[len(data) // 2] ^= 4
    bundle.write_bytes(data)
    refused(here, bundle, "damaged: its content is not what its checksum says")


def test_what_is_no_bundle_is_refused(here: Home, there: Home, tmp_path: Path) -> None:
    path = tmp_path / "x.tbk"
    refused(here, path, "No such file")
    path.mkdir()
    refused(here, path, "Is a directory")
    path.rmdir()
    path.write_text("PK\x03\x04 a zip, say")
    refused(here, path, "not a trackbook bundle")
    there.database.sync().result()
    path.write_bytes((there.path / "trackbook.db").read_bytes())
    refused(here, path, "SQLite database, but no trackbook bundle")


def test_a_link_is_followed_to_a_bundle_only(
    here: Home, bundle: Path, tmp_path: Path
) -> None:
    link = tmp_path / "link.tbk"
    link.symlink_to("/etc/passwd")
    refused(here, link, "not a trackbook bundle")


def test_a_newer_bundle_names_the_versions(here: Home, bundle: Path) -> None:
    with changed(bundle) as db:
        db.execute(f"pragma user_version = {schema_version() + 3}")
        db.execute("update bundle set trackbook_version = '9.1.0'")
    refused(here, bundle, rf"newer trackbook \(9\.1\.0, schema {schema_version() + 3};")


def test_an_older_bundle_is_brought_up_to_date(bundle: Path, tmp_path: Path) -> None:
    newer = list(migrations._migrations)

    def m999_later(db: sqlite_utils.Database) -> None:
        db.execute("alter table runs add column mood text not null default 'calm'")

    older = bundle.read_bytes()
    migrations()(m999_later)
    schema_version.cache_clear()
    try:
        later = Home(tmp_path / "later")
        bring(later, bundle)
        assert sorted(listed(later)) == sorted(RUNS)
        assert bundle.read_bytes() == older
        later.close()
    finally:
        migrations._migrations[:] = newer
        schema_version.cache_clear()


SCHEMAS = {
    "a trigger": "create trigger t after insert on tags begin delete from runs; end",
    "a view": "create view v as select * from runs",
    "a generated column": "alter table tags add column g text as (upper(key))",
    "a table of its own": "create table extra (x)",
    "an index on an expression": "create index i on runs (upper(name))",
}


@pytest.mark.parametrize("statement", SCHEMAS.values(), ids=SCHEMAS)
def test_nothing_that_a_bundle_defines_is_run(
    here: Home, bundle: Path, statement: str
) -> None:
    with changed(bundle) as db:
        db.execute(statement)
    refused(here, bundle, "was not made by `trackbook export`")


def test_a_view_in_the_place_of_a_table_is_refused(here: Home, bundle: Path) -> None:
    with changed(bundle) as db:
        db.execute("pragma foreign_keys = off")
        db.execute("drop table notebook_copies")
        db.execute(
            "create view notebook_copies as select '/a' as notebook_path, "
            "load_extension('/tmp/x.so') as copied_from"
        )
    refused(here, bundle, "was not made by `trackbook export`")


def test_a_table_that_is_missing_is_told(here: Home, bundle: Path) -> None:
    with changed(bundle) as db:
        db.execute("drop table notebook_copies")
    refused(here, bundle, "no table 'notebook_copies'")


def bomb(count: int) -> bytes:
    packed = zstandard.compress(b"\0" * 500_000_000, 3)
    return series._HEAD.pack(1, count) + packed


BAD: dict[str, tuple[str, tuple[Any, ...], str]] = {
    "a number for a text": (
        "update runs set note = x'00' where run_id = 'first-run'",
        (),
        r"first-run was left out: a row of runs: Expected `str`, got `bytes`",
    ),
    "no moment": (
        "update runs set started_at = 'yesterday' where run_id = 'first-run'",
        (),
        r"a row of runs: .*started_at",
    ),
    "a blob's name with a path": (
        "update artifacts set sha256 = '../../../../etc/passwd' "
        "where run_id = 'first-run'",
        (),
        r"first-run was left out: a row of artifacts",
    ),
    "an unknown status": (
        "update cell_executions set status = 'owned' where run_id = 'first-run'",
        (),
        r"a row of cell_executions",
    ),
    "no JSON": (
        "update table_rows set body = '[1' where table_id = (select table_id "
        "from tables where run_id = 'first-run')",
        (),
        r"what should be JSON is not",
    ),
    "JSON as deep as can be": (
        "update inputs set schema = ? where run_id = 'first-run'",
        ('{"a":' * 100_000,),
        r"what should be JSON is not",
    ),
    "points that unfold into half a gigabyte": (
        "update chunks set data = ? where series_id = (select series_id from metrics "
        "where run_id = 'first-run' and key = 'loss')",
        (bomb(4000),),
        r"points of it can't be read: a metric chunk",
    ),
    "more points than it says": (
        "update chunks set count = 7 where series_id = (select series_id from metrics "
        "where run_id = 'first-run' and key = 'loss')",
        (),
        r"points of it can't be read",
    ),
    "an output that is none": (
        'update outputs set body = \'{"kind": "script"}\' where execution_id = '
        "'train-first-run'",
        (),
        r"an output of it can't be read",
    ),
    "an output whose file is a path": (
        'update outputs set body = \'{"kind":"display_data","blobs":{"a/b":'
        '{"sha256":"../../x","size_bytes":1}}}\' where execution_id = '
        "'train-first-run'",
        (),
        r"is not a SHA-256",
    ),
}


@pytest.mark.parametrize(("sql", "values", "said"), BAD.values(), ids=BAD)
def test_a_run_with_what_can_not_be_is_left_out_and_told(
    here: Home,
    there: Home,
    bundle: Path,
    sql: str,
    values: tuple[Any, ...],
    said: str,
) -> None:
    with changed(bundle) as db:
        assert db.execute(sql, values).rowcount
    report = bring(here, bundle)
    assert any(re.search(said, text) for text in report.problems), report.problems
    assert report.new_count == 2
    assert sorted(listed(here)) == ["second-run", "third-run"]
    assert tell(here, "third-run")["files"] == tell(there, "third-run")["files"]


def test_a_file_under_a_forged_name_is_not_kept(here: Home, bundle: Path) -> None:
    with changed(bundle) as db:
        [(sha256,)] = db.execute(
            "select sha256 from artifacts where run_id = 'first-run'"
        ).fetchall()
        db.execute(
            "update bundle_blobs set data = ? where sha256 = ?", (b"evil", sha256)
        )
    report = bring(here, bundle)
    assert report.problems == [
        f"the file {sha256[:12]} is damaged: its bytes are not what its name says"
    ]
    assert not blob_path(blobs_dir(here.path), sha256).exists()
    assert sorted(listed(here)) == sorted(RUNS)


def test_a_part_of_a_notebook_under_a_forged_name_is_not_kept(
    here: Home, bundle: Path
) -> None:
    with changed(bundle) as db:
        [(name,)] = db.execute(
            "select sha256 from pieces where cell_id = 'cell-params' limit 1"
        ).fetchall()
        evil = b'{"cell_type":"code","id":"cell-params","metadata":{},"source":"rm"}'
        packed = zstandard.ZstdCompressor(write_checksum=True).compress(evil)
        db.execute(
            "update pieces set data = ?, size_bytes = ? where sha256 = ?",
            (packed, len(evil), name),
        )
    report = bring(here, bundle)
    assert report.problems
    assert all("was left out: a part of it" in text for text in report.problems)
    assert not here.database.read(
        lambda db: db.execute(
            "select 1 from pieces where sha256 = ?", (name,)
        ).fetchall()
    ).result()


def test_a_forged_revision_is_not_kept(here: Home, bundle: Path) -> None:
    forged = "f" * 64
    with changed(bundle) as db:
        db.execute("pragma foreign_keys = off")
        [(old,)] = db.execute(
            "select revision_id from captures where run_id is null limit 1"
        ).fetchall()
        for table, column in (("revisions", "revision_id"), ("revisions", "base")):
            db.execute(
                f"update {table} set {column} = ? where {column} = ?", (forged, old)
            )
        db.execute(
            "update captures set revision_id = ? where revision_id = ?", (forged, old)
        )
    report = bring(here, bundle)
    assert any("it is not what its name says" in text for text in report.problems)
    assert not here.database.read(
        lambda db: db.execute(
            "select 1 from revisions where revision_id = ?", (forged,)
        ).fetchall()
    ).result()


def test_a_forged_environment_is_not_kept(here: Home, bundle: Path) -> None:
    with changed(bundle) as db:
        db.execute("""update environments set body = '{"python":"9"}'""")
    report = bring(here, bundle)
    assert "it is not what its name says" in report.problems[0]
    assert here.database.read(
        lambda db: db.execute("select distinct body from environments").fetchall()
    ).result() == [(None,)]


def test_a_row_that_is_huge_is_refused(here: Home, bundle: Path) -> None:
    with changed(bundle) as db:
        db.execute(
            "update runs set note = zeroblob(?) where run_id = 'first-run'",
            (format.MAX_VALUE_BYTES + 1,),
        )
    report = bring(here, bundle)
    assert (
        "first-run was left out: it can't be read: string or blob too big"
        in (report.problems[0])
    )


@pytest.mark.parametrize("seed", range(8))
def test_pages_that_are_garbage_harm_nothing(
    here: Home, bundle: Path, seed: int
) -> None:
    data = bytearray(bundle.read_bytes()[: -format._TRAILER_BYTES])
    chance = random.Random(seed)
    for _ in range(30):
        place = chance.randrange(4096, len(data) - 2048)
        data[place : place + 2048] = chance.randbytes(2048)
    digest = hashlib.sha256(data).hexdigest().encode()
    bundle.write_bytes(bytes(data) + format._TRAILER % digest)
    try:
        bring(here, bundle, expect="failed")
    except BadBundle:
        pass
    except AssertionError as error:
        # Or some runs are whole: then it is told which are not.
        assert "left out" in str(error)  # noqa: PT017
    assert here.database.read(
        lambda db: db.execute("pragma integrity_check").fetchall()
    ).result() == [("ok",)]
