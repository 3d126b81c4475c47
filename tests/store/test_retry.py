"""Lines of a newer version, kept by an older one, applied after the upgrade."""

from pathlib import Path

import msgspec
import pytest

from tests.store.journals import FakeJournal
from trackbook import events, journal
from trackbook_server.contract import Run
from trackbook_server.store import ingest, retry
from trackbook_server.store.home import Home
from trackbook_server.store.queries import count_for_status
from trackbook_server.store.rows import Row, rows
from trackbook_server.store.run_details import get_run


def read(home: Path) -> tuple[Run, list[Row], int]:
    """Start on the home as a server does; the run, what is kept, and its count."""
    opened = Home(home)
    opened.ingest_now()
    run = opened.database.read(get_run, "run").result()
    kept = opened.database.read(rows, "select * from bad_lines").result()
    _, _, count = opened.database.read(count_for_status).result()
    opened.close()
    return run, kept, count


def test_an_event_of_an_unknown_type_is_applied_once_after_an_upgrade(
    trackbook_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = FakeJournal(trackbook_home)
    written.start("run")
    for step, value in enumerate([3.0, 2.0, 1.0]):
        written.points("run", "loss", [value], first_step=step)
        if step == 1:
            written.rotate()
    written.params("run", {"lr": 1})
    with monkeypatch.context() as older:
        known = events.JournalOpened | events.RunStarted | events.RunEnded
        older.setattr(journal, "_decoder", lambda: msgspec.json.Decoder(known))
        tags = {"journal_opened", "run_started", "run_ended"}
        older.setattr(ingest, "_KNOWN_TYPES", frozenset(tags))
        run, kept, count = read(trackbook_home)
        assert (run.metrics, run.params) == ({}, {})
        assert [line["kind"] for line in kept] == ["unknown"] * 4
        assert count == 4
        assert [len(kept), count] == [len(read(trackbook_home)[1]), 4]
    for _ in range(2):
        run, kept, count = read(trackbook_home)
        assert (run.metrics["loss"].last, run.metrics["loss"].count) == (1.0, 3)
        assert run.params == {"lr": 1}
        assert (kept, count) == ([], 0)


def test_an_event_that_needs_a_newer_version_waits_for_it(
    trackbook_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = FakeJournal(trackbook_home)
    written.start("run")
    newer = events.JOURNAL_VERSION + 1
    written.put("run_edited", run_id="run", name="soon", needs=newer)
    written.put("run_edited", run_id="run", name="later", needs=newer + 1)
    for _ in range(2):
        run, kept, _ = read(trackbook_home)
        assert run.name != "soon"
        assert [line["kind"] for line in kept] == ["too_new"] * 2
    monkeypatch.setattr(retry, "JOURNAL_VERSION", newer)
    monkeypatch.setattr(ingest, "JOURNAL_VERSION", newer)
    run, kept, count = read(trackbook_home)
    assert (run.name, len(kept), count) == ("soon", 1, 1)


def test_a_line_that_the_newer_version_finds_bad_is_kept_as_bad(
    trackbook_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = FakeJournal(trackbook_home)
    written.start("run")
    newer = events.JOURNAL_VERSION + 1
    written.put("run_edited", run_id=7, needs=newer)
    written.put("points_logged", run_id="run", key="a", steps=[], needs=newer)
    read(trackbook_home)
    monkeypatch.setattr(retry, "JOURNAL_VERSION", newer)
    monkeypatch.setattr(ingest, "JOURNAL_VERSION", newer)
    _, kept, count = read(trackbook_home)
    assert ([line["kind"] for line in kept], count) == (["bad", "bad"], 2)


def test_a_resumption_that_is_read_late_does_not_reopen_a_run_that_ended_after_it(
    trackbook_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = FakeJournal(trackbook_home)
    written.start("run")
    written.end("run")
    written.put("run_resumed", run_id="run")
    written.points("run", "loss", [1.0])
    written.put("run_ended", run_id="run", status="interrupted")
    with monkeypatch.context() as older:
        known = events.JournalOpened | events.RunStarted | events.RunEnded
        older.setattr(journal, "_decoder", lambda: msgspec.json.Decoder(known))
        tags = {"journal_opened", "run_started", "run_ended"}
        older.setattr(ingest, "_KNOWN_TYPES", frozenset(tags))
        run, kept, _ = read(trackbook_home)
        assert (run.status, len(kept)) == ("interrupted", 2)
    run, kept, count = read(trackbook_home)
    assert (run.status, len(kept), count) == ("interrupted", 0, 0)
