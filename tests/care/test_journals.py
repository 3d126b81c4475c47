"""Journals with flipped bits: every other line counts, and the file is kept."""

import random
from pathlib import Path

from tests.care.homes import ask
from tests.faults import check_store, flip_bit, rounds
from tests.store.journals import FakeJournal
from tests.store.test_home import living
from trackbook.paths import aside_dir, journals_dir
from trackbook_server.store.home import Home

POINTS = 60


def test_a_flipped_bit_in_a_journal_takes_at_most_its_lines_along(
    trackbook_home: Path, dice: random.Random
) -> None:
    for number in rounds(6):
        writer_id = f"writer-{number}"
        journal = FakeJournal(trackbook_home, writer_id, **living())
        run_id = f"run-{number}"
        journal.start(run_id, {"n": number})
        for step in range(POINTS):
            journal.points(run_id, "loss", [float(step)], first_step=step)
        journal.end(run_id)
        content = journal.path.read_bytes()
        first = content.index(b"\n") + 1  # whose header is gone is nobody's
        flip_bit(journal.path, dice, content.index(b"\n", first) + 1)
        damaged = journal.path.read_bytes()
        journal.rotate()
        home = Home(trackbook_home)
        home.ingest_now()
        home.close()
        [(count,)] = ask(
            trackbook_home,
            "select coalesce(sum(count), 0) from metrics where run_id = ?",
            run_id,
        )
        # A flipped newline joins two lines into one that is none.
        assert count >= POINTS - 2
        bad = ask(
            trackbook_home,
            "select text from bad_lines where writer_id = ? and kind = 'bad'",
            writer_id,
        )
        kept = aside_dir(trackbook_home) / "journals" / f"{writer_id}-000000.ndjson"
        if bad:
            assert kept.read_bytes() == damaged
        gone = journals_dir(trackbook_home) / kept.name
        assert not gone.exists()
    check_store(trackbook_home)
