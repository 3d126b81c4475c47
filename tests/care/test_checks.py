"""What is damaged in a home that can be opened is found, named, and mended."""

import os
import random
import stat
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from tests.care.homes import POINTS, RUNS, ask, change, ingest, value
from tests.faults import check_store, flip_bit, rounds
from tests.store.journals import FakeJournal
from tests.store.test_faults import read_points
from trackbook.blobs import blob_path, write_blob
from trackbook.paths import aside_dir, backups_dir, blobs_dir
from trackbook_server.care.files import look_at_backups
from trackbook_server.care.finding import Finding, Patient
from trackbook_server.store.backups import keep_backup
from trackbook_server.store.home import Home

Found = Callable[[], dict[str, Finding]]
Mended = Callable[[], dict[str, str]]


def flip(data: bytes, dice: random.Random, start: int = 0) -> bytes:
    at = dice.randrange(start, len(data))
    changed = data[at] ^ (1 << dice.randrange(8))
    return data[:at] + bytes([changed]) + data[at + 1 :]


def all_is_well(found: dict[str, Finding]) -> None:
    assert {what: one for what, one in found.items() if one.cure is not None} == {}


def test_a_home_in_good_health_has_nothing_to_mend(found: Found, mended: Any) -> None:
    all_is_well(found())
    assert mended() == {}


def test_a_flipped_bit_in_a_chunk_comes_back_from_the_backup(
    used: Path, found: Found, mended: Mended, dice: random.Random
) -> None:
    keep_backup(used, "by-hand", datetime.now(UTC))
    whole = ask(used, "select * from chunks order by 1, 2")
    for _ in rounds(5):
        series_id, first, data, run_id = dice.choice(
            ask(
                used,
                "select series_id, first_point, data, run_id from chunks "
                "join metrics using (series_id) where key = 'loss'",
            )
        )
        change(
            used,
            "update chunks set data = ? where series_id = ? and first_point = ?",
            flip(data, dice),
            series_id,
            first,
        )
        finding = found()["metrics"]
        assert finding.run_ids == [run_id]
        assert run_id in finding.says
        assert "1 chunks came from the backup, 0 points are lost" in mended()["metrics"]
        all_is_well(found())
        assert ask(used, "select * from chunks order by 1, 2") == whole
    check_store(used)


def test_without_a_backup_the_other_points_stay_and_new_ones_come(
    used: Path, found: Found, mended: Mended, dice: random.Random
) -> None:
    third = POINTS // 3
    [(series_id, data)] = ask(
        used,
        "select series_id, data from chunks join metrics using (series_id) "
        "where run_id = 'run-03' and key = 'loss' and first_point = ?",
        third,
    )
    key = (series_id, third)
    where = "where series_id = ? and first_point = ?"
    change(used, f"update chunks set data = ? {where}", flip(data, dice), *key)
    # Before it is mended, too, a chart shows the rest, and journals are read.
    journal = FakeJournal(used, writer_id="later")
    journal.points("run-03", "loss", [9.0], first_step=POINTS)
    ingest(used)
    rest = [*range(third), *range(2 * third, POINTS), POINTS]
    assert read_points(used, "run-03", "loss").steps.tolist() == rest
    assert f"{third} points are lost" in mended()["metrics"]
    all_is_well(found())
    assert read_points(used, "run-03", "loss").steps.tolist() == rest
    [kept] = aside_dir(used).glob("*-repair/rows.ndjson")
    assert b'"table":"chunks"' in kept.read_bytes()
    for more in range(1, 30):
        journal.points("run-03", "loss", [9.0 + more], first_step=POINTS + more)
        ingest(used)
    all_is_well(found())
    points = read_points(used, "run-03", "loss")
    assert points.steps.tolist() == [*rest, *range(POINTS + 1, POINTS + 30)]


def test_chunks_that_are_gone_come_back(used: Path, found: Found, mended: Any) -> None:
    keep_backup(used, "by-hand", datetime.now(UTC))
    whole = ask(used, "select * from chunks order by 1, 2")
    assert change(used, "delete from chunks where series_id % 3 = 0") > 0
    assert "damaged" in found()["metrics"].says
    mended()
    assert ask(used, "select * from chunks order by 1, 2") == whole
    all_is_well(found())


def test_a_summary_out_of_step_is_made_anew(
    used: Path, found: Found, mended: Any
) -> None:
    change(used, "update metrics set max = 99, count = 7 where run_id = 'run-04'")
    assert found()["metrics"].run_ids == ["run-04"]
    mended()
    [(count, highest)] = ask(
        used, "select count, max from metrics where run_id = 'run-04' and key = 'loss'"
    )
    assert (count, highest) == (POINTS, value(4, 0))
    all_is_well(found())


def test_a_flipped_bit_in_a_blob_is_found_and_put_aside(
    used: Path, found: Found, mended: Any, dice: random.Random
) -> None:
    for number in [*rounds(3)][:RUNS]:
        [(sha256,)] = ask(
            used, "select sha256 from artifacts where run_id = ?", f"run-{number:02}"
        )
        path = blob_path(blobs_dir(used), sha256)
        content = path.read_bytes()
        flip_bit(path, dice)
        finding = found()["blobs"]
        assert "1 are not what was stored" in finding.says
        assert finding.run_ids == [f"run-{number:02}"]
        mended()
        assert not path.exists()
        assert "are missing" in found()["blobs"].says
        # The same bytes again, from wherever: all is well.
        assert write_blob(blobs_dir(used), content) == sha256
        all_is_well(found())


def test_what_belongs_to_nothing_is_put_aside_and_comes_back(
    used: Path, found: Found, mended: Any
) -> None:
    folder = blobs_dir(used)
    spare = blob_path(folder, write_blob(folder, b"of nothing"))
    (spare.parent / ".tmp-half").write_bytes(b"half")
    (spare.parent / ".tmp-half").chmod(0o600)
    unknown = write_blob(folder, b"of a line that a newer version wrote")
    line = {"needs": 99, "sha256": unknown}
    FakeJournal(used, writer_id="newer").put("telepathy_logged", **line)
    ingest(used)
    all_is_well(found())  # just written: its name may be on the way
    old = time.time() - 7200
    for path in (spare, spare.parent / ".tmp-half", blob_path(folder, unknown)):
        os.utime(path, (old, old))
    assert "2 belong to nothing" in found()["blobs"].says
    mended()
    assert not spare.exists()
    assert blob_path(folder, unknown).exists()
    all_is_well(found())
    journal = FakeJournal(used, writer_id="later")
    name = spare.parent.name + spare.name
    artifact = {"name": "late", "sha256": name, "size_bytes": 10}
    journal.put("artifact_logged", run_id="run-00", **artifact)
    ingest(used)
    assert "1 came back" in mended()["blobs"]
    assert spare.read_bytes() == b"of nothing"
    all_is_well(found())


def test_a_damaged_notebook_comes_back_from_the_backup(
    used: Path, found: Found, mended: Any, dice: random.Random
) -> None:
    keep_backup(used, "by-hand", datetime.now(UTC))
    pieces = ask(used, "select sha256, data from pieces order by 1")
    manifests = ask(used, "select revision_id, manifest from revisions order by 1")
    for _ in rounds(3):
        name, data = dice.choice(pieces)
        change(
            used, "update pieces set data = ? where sha256 = ?", flip(data, dice), name
        )
        revision, packed = dice.choice(manifests)
        change(
            used,
            "update revisions set manifest = ? where revision_id = ?",
            flip(packed, dice, 4),
            revision,
        )
        finding = found()["notebooks"]
        assert "damaged" in finding.says
        assert finding.run_ids
        mended()
        all_is_well(found())
        assert ask(used, "select sha256, data from pieces order by 1") == pieces


def test_rows_without_their_run_get_it_back_or_go_aside(
    used: Path, found: Found, mended: Any
) -> None:
    before = ask(used, "select * from tags order by run_id")
    keep_backup(used, "by-hand", datetime.now(UTC))
    journal = FakeJournal(used, writer_id="later")
    journal.start("new", {"lr": 3})
    journal.put("run_edited", run_id="new", tags={"who": "nobody"})
    ingest(used)
    change(used, "delete from runs where run_id in ('run-05', 'new')")
    finding = found()["rows"]
    assert finding.run_ids == ["new", "run-05"]
    mended()
    all_is_well(found())
    assert ask(used, "select * from tags order by run_id") == before
    assert ask(used, "select name from runs where run_id = 'run-05'") != []
    [kept] = aside_dir(used).glob("*-repair/rows.ndjson")
    assert b"nobody" in kept.read_bytes()
    check_store(used)


def test_an_index_that_is_out_of_step_is_made_anew(
    used: Path, found: Found, mended: Any
) -> None:
    change(used, "update search_runs set note = 'changed behind its back'")
    assert "not as its texts are" in found()["search"].says
    mended()
    all_is_well(found())


def test_what_others_may_read_is_made_private(
    used: Path, found: Found, mended: Any
) -> None:
    (used / "trackbook.db").chmod(0o644)
    (used / "journals").chmod(0o755)
    assert "can be read or written by others" in found()["private"].says
    mended()
    all_is_well(found())
    assert stat.S_IMODE((used / "trackbook.db").stat().st_mode) == 0o600


def test_a_backup_that_is_not_sound_is_told_and_put_aside(
    used: Path, found: Found, mended: Any
) -> None:
    made = keep_backup(used, "by-hand", datetime.now(UTC))
    made.write_bytes(made.read_bytes()[:5000])
    assert "1 of 1 are not sound" in found()["backups"].says
    mended()
    assert not list(backups_dir(used).iterdir())
    all_is_well(found())


def test_no_room_for_the_next_backup_is_told(used: Path) -> None:
    home = Home(used)
    patient = Patient(used, home)
    assert look_at_backups(patient).cure is None
    tight = look_at_backups(patient, lambda _: 1_000_000)
    assert "no room for a backup" in (tight.cure or "")
    assert tight.repair is None
    home.close()


def test_a_clock_that_went_back_is_told(used: Path, found: Found) -> None:
    ahead = datetime.now(UTC) + timedelta(days=3)
    change(
        used,
        "update runs set last_at = ? where run_id = 'run-07'",
        f"{ahead:%Y-%m-%dT%H:%M:%S.000000Z}",
    )
    finding = found()["clock"]
    assert finding.run_ids == ["run-07"]
    assert "set the clock" in (finding.cure or "")


def test_a_journal_that_is_silent_for_long_is_told(used: Path, found: Found) -> None:
    old = time.time() - 40 * 86400
    for path in (used / "journals").iterdir():
        os.utime(path, (old, old))
    assert "had nothing new for a month" in found()["journals"].says
    all_is_well(found())
