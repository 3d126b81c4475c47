"""What full text finds, where it says that was, and that it keeps up with the runs."""

from typing import Any

import pytest

from tests.store.journals import FakeJournal
from tests.store.search.test_examples import find
from trackbook_server.contract import TextHit
from trackbook_server.store.home import Home
from trackbook_server.store.queries import count_runs, list_runs
from trackbook_server.store.run_scope import RunScope
from trackbook_server.store.search import texts
from trackbook_server.store.search.keys import understand
from trackbook_server.store.search.texts import MAX_TEXT


def put_out(journal: FakeJournal, execution_id: str, text: str) -> None:
    journal.put(
        "outputs_changed", execution_id=execution_id, count=1,
        outputs=[{"kind": "stream", "name": "stdout", "text": text}],
    )  # fmt: skip


def attempt(journal: FakeJournal, run_id: str, source: str, text: str = "") -> None:
    journal.put("run_started", run_id=run_id, name=run_id, boundary="explicit")
    journal.execute(run_id, f"e-{run_id}", source, status=None)
    if text:
        put_out(journal, f"e-{run_id}", text)
    journal.put(
        "execution_ended", execution_id=f"e-{run_id}", run_id=run_id, status="ok",
        duration_ms=1.0, execution_count=1,
    )  # fmt: skip


def hit(home: Home, filter: str) -> TextHit | None:
    home.ingest_now()
    read = home.database.read
    scope = RunScope(search=read(understand, filter).result())
    [row] = read(list_runs, scope).result().runs
    return row.found


@pytest.mark.parametrize(
    ("filter", "names"),
    [
        ("scaler", ["one"]),
        ("standard", ["one"]),
        ("StandardScaler", ["one"]),
        ("scal", ["one"]),
        ('"standard scaler"', ["one"]),
        ('"scaler standard"', []),
        ("code: converged", []),
        ("output: converged", ["two"]),
        ("converged", ["two"]),
        ('"learning rate"', ["two"]),
        ("learning_rate", ["two"]),
        ("Über", ["two"]),
        ("uber", ["two"]),
        ("x", ["one", "two"]),
        ("scaler or converged", ["one", "two"]),
        ("scaler converged", []),
        ("not scaler", ["two"]),
        ("on", ["one"]),
        ("one", ["one"]),
    ],
)
def test_words_are_found_in_code_outputs_and_names(
    home: Home, journal: FakeJournal, filter: str, names: list[str]
) -> None:
    attempt(journal, "one", "model = StandardScaler().fit(x)")
    attempt(journal, "two", "über = learning_rate * x", "did not converged, on 3")
    if filter == "on":
        filter = "code: on or name: on"
    assert find(home, filter) == names


def test_a_note_a_tag_and_an_experiment_are_found_as_soon_as_they_are_said(
    home: Home, journal: FakeJournal
) -> None:
    attempt(journal, "one", "fit()")
    assert find(home, "walrus") == []
    journal.put("run_edited", run_id="one", note="like a walrus")
    journal.put("run_edited", run_id="one", tags={"animal": "ostrich"})
    assert find(home, "walrus ostrich") == ["one"]
    journal.put("run_edited", run_id="one", note="")
    assert find(home, "walrus") == []


def test_what_is_cleared_is_found_no_more(home: Home, journal: FakeJournal) -> None:
    attempt(journal, "one", "fit()", "walrus")
    assert find(home, "walrus") == ["one"]
    put_out(journal, "e-one", "ostrich")
    assert find(home, "walrus") == []
    assert find(home, "ostrich") == ["one"]


def test_a_run_is_found_by_what_folded_into_it(
    home: Home, journal: FakeJournal
) -> None:
    journal.start("one", {"lr": 1})
    journal.execute("one", "e1", "fit()", results={"acc": 0.5})
    journal.start("two", {"lr": 1}, continues="one", provisional=True)
    journal.execute("two", "e2", "look_at(walrus)")
    journal.put("run_ended", run_id="two", status="finished")
    home.ingest_now()
    assert len(find(home, "walrus")) == 1


@pytest.mark.parametrize(
    ("filter", "place", "shown"),
    [
        ("scaler", "code", ("model = Standard", "Scaler", "()")),
        ("converged", "output", ("it did not ", "converged", "")),
        ("walrus", "note", ("a ", "walrus", " <b>in bold</b>")),
    ],
)
def test_it_is_said_where_the_words_are(
    home: Home, journal: FakeJournal, filter: str, place: str, shown: tuple[str, ...]
) -> None:
    attempt(journal, "one", "import x\nmodel = StandardScaler()\nfit()",
            "epoch 1\nit did not converged\nbye")  # fmt: skip
    journal.put("run_edited", run_id="one", note="a walrus <b>in bold</b>")
    found = hit(home, filter)
    assert found is not None
    assert (found.place, (found.before, found.match, found.after)) == (place, shown)


def test_the_name_is_in_the_row_already(home: Home, journal: FakeJournal) -> None:
    attempt(journal, "walrus", "fit()")
    assert hit(home, "walrus") is None


def test_of_a_long_text_the_head_is_found_and_that_is_said(
    home: Home, journal: FakeJournal
) -> None:
    attempt(journal, "one", "first\n" + "x = 1\n" * (MAX_TEXT // 6) + "lastword")
    assert find(home, "first") == ["one"]
    assert find(home, "lastword") == []
    read = home.database.read
    scope = RunScope(search=read(understand, "lastword").result())
    hints = read(count_runs, scope).result().hints
    assert [hint.message for hint in hints] == [
        "Of 1 long text only the beginning is searched."
    ]


def test_runs_from_before_are_taken_in_a_slice_at_a_time(
    home: Home, journal: FakeJournal, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(5):
        attempt(journal, f"run{number}", f"walrus_{number}()")
    home.ingest_now()

    def forget(db: Any) -> None:
        for words in ("search_runs_words", "search_texts_words"):
            db.execute(f"insert into {words} ({words}) values ('delete-all')")
        for table in ("search_places", "search_texts", "search_runs"):
            db.execute(f"delete from {table}")
        db.execute("insert into search_waiting select run_id from runs")

    home.database.write(forget).result()
    monkeypatch.setattr(texts, "SLICE_SECONDS", 0.0)
    read = home.database.read
    scope = RunScope(search=read(understand, "walrus").result())
    before = read(count_runs, scope).result()
    assert before.total == 0
    assert "still being made ready" in before.hints[0].message
    for count in range(1, 6):
        home.database.write(texts.take_in_waiting).result()
        assert read(count_runs, scope).result().total == count
    assert not read(texts.has_waiting).result()
