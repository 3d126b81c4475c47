"""Journals become rows exactly once, whatever they hold and however they are cut."""

import tempfile
from pathlib import Path
from typing import Any

import sqlite_utils
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.store.journals import FakeJournal
from trackbook.journal import Segment
from trackbook_server.store import series
from trackbook_server.store.histories import get_history
from trackbook_server.store.home import Home
from trackbook_server.store.ingest import ingest_batch
from trackbook_server.store.migrations import migrations
from trackbook_server.store.queries import count_runs, list_runs
from trackbook_server.store.rows import rows
from trackbook_server.store.run_details import get_run

RUNS = ("r1", "r2", "r3", "r4")

_values = st.one_of(
    st.floats(allow_nan=False, allow_infinity=False, width=32),
    st.sampled_from(["NaN", "Infinity", "-Infinity"]),
)
_operation = st.one_of(
    st.tuples(
        st.just("start"), st.sampled_from(RUNS), st.booleans(), st.integers(0, 2)
    ),
    st.tuples(st.just("confirm"), st.sampled_from(RUNS)),
    st.tuples(
        st.just("end"), st.sampled_from(RUNS), st.sampled_from(["finished", "lost"])
    ),
    st.tuples(
        st.just("execute"),
        st.sampled_from([*RUNS, None]),
        st.sampled_from(["ok", "error", "interrupted", None]),
        st.sampled_from(["a", "b"]),
        st.one_of(st.none(), _values),
        st.one_of(st.none(), st.integers(0, 3)),
    ),
    st.tuples(
        st.just("points"),
        st.sampled_from(RUNS),
        st.lists(_values, min_size=1, max_size=40),
        st.integers(0, 5),
        st.sampled_from(["user", "auto", "value"]),
    ),
    st.tuples(st.just("edit"), st.sampled_from(RUNS), st.booleans()),
    st.tuples(
        st.just("garbage"), st.sampled_from([b"{", b"\xff\x00", b'{"type":"x"}'])
    ),
)


def write(journal: FakeJournal, operations: list[Any]) -> None:
    """Write a journal, also one that no kernel would: the store takes anything."""
    last: str | None = None
    for number, (kind, *args) in enumerate(operations):
        match kind, args:
            case "start", [run_id, provisional, lr]:
                journal.start(
                    run_id, {"lr": lr}, provisional=provisional, continues=last
                )
                last = run_id
            case "confirm", [run_id]:
                journal.put("run_confirmed", run_id=run_id, reason="result")
            case "end", [run_id, status]:
                journal.end(run_id, status)
            case "execute", [run_id, status, source, value, lr]:
                journal.execute(
                    run_id,
                    f"e{number}",
                    source,
                    status,
                    {} if value is None or run_id is None else {"acc": value},
                    {} if lr is None or run_id is None else {"lr": lr},
                )
            case "points", [run_id, values, step, origin]:
                journal.points(run_id, "loss", values, step, origin)
            case "edit", [run_id, starred]:
                journal.put("run_edited", run_id=run_id, starred=starred)
            case "garbage", [data]:
                journal.raw(data + b"\n")


def fresh_store() -> sqlite_utils.Database:
    db = sqlite_utils.Database(memory=True)
    db.execute("pragma foreign_keys = on")
    migrations.apply(db)
    return db


def ingest(db: sqlite_utils.Database, path: Path, **options: Any) -> None:
    segment = Segment(path, "w1", 0)
    more = True
    while more:
        with db.atomic():
            more = ingest_batch(db, segment, **options)


def everything(db: sqlite_utils.Database) -> dict[str, Any]:
    """All rows but the change numbers and the way in which points are chunked."""
    found: dict[str, Any] = {}
    for table in sorted(db.table_names()):
        # What search keeps is numbered as it came; it is compared below by content.
        if table in ("chunks", "store") or table.startswith(("_", "search_")):
            continue
        found[table] = sorted(
            (
                {key: value for key, value in row.items() if key != "change"}
                for row in rows(db, f"select * from {table}")
            ),
            key=repr,
        )
    found["search"] = [
        sorted(db.execute(select).fetchall())
        for select in (
            "select run_id, name, params, tags, note, error from search_runs",
            "select execution_id, kind, run_id, body, parts, is_head "
            "from search_places join search_texts using (text_id)",
            "select body from search_texts",
            "select run_id from search_waiting",
        )
    ]
    for words in ("search_runs_words", "search_texts_words"):
        db.execute(f"insert into {words} ({words}, rank) values ('integrity-check', 1)")
    found["points"] = {
        series_id: [column.tobytes() for column in _columns(db, series_id)]
        for (series_id,) in db.execute("select series_id from metrics")
    }
    return found


def _columns(db: sqlite_utils.Database, series_id: int) -> tuple[Any, ...]:
    points = series.read(db, series_id)
    return points.steps, points.times_ms, points.values


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(_operation, max_size=25), st.data())
def test_any_cut_of_a_journal_gives_the_same_rows(
    operations: list[Any], data: st.DataObject
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        journal = FakeJournal(Path(folder))
        write(journal, operations)
        whole = journal.path.read_bytes()
        at_once = fresh_store()
        ingest(at_once, journal.path)
        cuts = data.draw(st.lists(st.integers(0, len(whole)), max_size=4))
        in_parts = fresh_store()
        path = Path(folder) / "parts"
        for cut in [*sorted(cuts), len(whole)]:
            path.write_bytes(whole[:cut])
            ingest(in_parts, path, batch_bytes=data.draw(st.integers(1, 2000)))
        assert everything(in_parts) == everything(at_once)
        before = everything(at_once)
        ingest(at_once, journal.path)
        assert everything(at_once) == before


def test_a_torn_line_is_applied_once_it_is_completed(
    home: Home, journal: FakeJournal
) -> None:
    journal.start("r1")
    columns = {"steps": [0], "times_ms": [0], "values": [0.5]}
    line = journal.line("points_logged", run_id="r1", key="acc", **columns)
    journal.raw(line[:30])
    home.ingest_now()
    assert home.database.read(get_run, "r1").result().metrics == {}
    journal.raw(line[30:])
    home.ingest_now()
    assert home.database.read(get_run, "r1").result().metrics["acc"].last == 0.5


def test_bad_lines_are_kept_with_a_reason_and_later_ones_are_applied(
    home: Home, journal: FakeJournal
) -> None:
    journal.raw(b"\x00\xff not json\n")
    journal.put("dreamt_up", run_id="r1", color="blue")
    journal.put("run_started", run_id=7)
    journal.put("run_ended", run_id="r1", status="finished", needs=99)
    journal.raw(b"[" * 100_000 + b"\n")
    journal.raw(b'{"type": "run_started", "x": "' + b"y" * 300_000 + b'"}\n')
    journal.put("points_logged", run_id="r1", key="k", steps=[1], times_ms=[1],
                values=["much"])  # fmt: skip
    journal.put("points_logged", run_id="r1", key="k", steps=[10**40], times_ms=[1],
                values=[1.0])  # fmt: skip
    journal.put("points_logged", run_id="r1", key="k", steps=[1, 2], times_ms=[1],
                values=[1.0])  # fmt: skip
    journal.put("execution_ended", execution_id="never", run_id=None, status="ok")
    journal.start("good")
    home.ingest_now()
    listed = home.database.read(list_runs).result()
    assert [run.run_id for run in listed.runs] == ["good"]
    kept = home.database.read(rows, "select * from bad_lines order by start").result()
    assert [line["kind"] for line in kept] == [
        "bad", "unknown", "bad", "too_new", "bad", "bad", "bad", "bad", "bad", "bad",
    ]  # fmt: skip
    assert all(line["reason"] for line in kept)
    assert b"dreamt_up" in kept[1]["text"]
    assert b'"needs": 99' in kept[3]["text"]
    assert max(len(line["text"]) for line in kept) <= 4096


def test_a_line_of_100_megabytes_is_skipped_without_being_held(
    home: Home, journal: FakeJournal
) -> None:
    with journal.path.open("ab") as file:
        for _ in range(100):
            file.write(b"x" * 1_000_000)
        file.write(b"\n")
    journal.start("after")
    home.ingest_now()
    assert home.database.read(get_run, "after").result().status == "open"
    [line] = home.database.read(rows, "select * from bad_lines").result()
    assert "100,000,000 bytes" in line["reason"]


def test_names_come_back_as_they_were_given(home: Home, journal: FakeJournal) -> None:
    name = "🧪 ../../etc \"quoted\" 'single' <b onload=x>; drop table runs;--"
    journal.start("r1", {name: name}, name=name, experiment=name, tags={name: name})
    journal.points("r1", name, [1.0])
    home.ingest_now()
    run = home.database.read(get_run, "r1").result()
    assert (run.name, run.experiment) == (name, name)
    assert run.params == {name: name}
    assert run.tags == {name: name}
    assert home.database.read(get_history, "r1", name).result().values == [1.0]


def test_a_run_without_an_end_stays_open_and_listed(
    home: Home, journal: FakeJournal
) -> None:
    journal.start("r1")
    journal.execute("r1", "e1", status=None)
    home.ingest_now()
    [run] = home.database.read(list_runs).result().runs
    assert (run.status, run.ended_at) == ("running", None)


def test_points_that_arrive_before_their_run_are_kept_for_it(
    home: Home, journal: FakeJournal, trackbook_home: Path
) -> None:
    child = FakeJournal(trackbook_home, "a-child")
    child.points("r1", "loss", [1.0, 2.0])
    home.ingest_now()
    assert home.database.read(count_runs).result().total == 0
    journal.start("r1")
    home.ingest_now()
    run = home.database.read(get_run, "r1").result()
    assert run.metrics["loss"].count == 2
