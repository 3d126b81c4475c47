import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlite_utils
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec import structs

from tests.notebooks.conftest import memory_database
from tests.notebooks.documents import Document, code_cell, notebook, printed, text_cell
from trackbook.blobs import write_blob
from trackbook.errors import BadInput, NotANotebook
from trackbook.events import RevisionCaptured
from trackbook_server.contract import Capture, Captured
from trackbook_server.notebooks.captures import (
    CaptureMemory,
    split_waiting,
    take_capture,
)
from trackbook_server.notebooks.document import render
from trackbook_server.notebooks.pieces import get_document
from trackbook_server.store.placement import place_kernel
from trackbook_server.store.projection import Projection

AT = "2026-11-23T10:00:00.000000Z"


@dataclass
class Browser:
    """A client that names cells by keys and sends bodies once, as ours does."""

    db: sqlite_utils.Database
    blobs_dir: Path
    memory: CaptureMemory = field(default_factory=CaptureMemory)
    client_id: str = "browser"
    known: dict[str, str] = field(default_factory=dict)
    sent_count: int = 0

    def post(
        self,
        document: Document,
        moment: Any,
        messages: dict[str, str],
        resend: bool = True,
    ) -> Captured:
        bodies = {json.dumps(cell): cell for cell in document["cells"]}
        keys = []
        new = {}
        for place, cell in enumerate(document["cells"]):
            text = f"{place}:{json.dumps(cell)}"
            if text not in self.known:
                self.known[text] = f"k{len(self.known)}"
                new[self.known[text]] = bodies[json.dumps(cell)]
            keys.append(self.known[text])
        answer = self._send(document, moment, messages, keys, new)
        if answer.missing and resend:
            lacking = {
                key: document["cells"][keys.index(key)] for key in answer.missing
            }
            answer = self._send(document, moment, messages, keys, lacking)
        return answer

    def _send(
        self,
        document: Document,
        moment: Any,
        messages: dict[str, str],
        keys: list[str],
        cells: dict[str, Any],
    ) -> Captured:
        self.sent_count += len(cells)
        capture = Capture(
            kernel_id="kernel-1",
            client_id=self.client_id,
            moment=moment,
            messages=messages,
            frame={key: value for key, value in document.items() if key != "cells"},
            cell_keys=keys,
            cells=cells,
        )
        return take_capture(self.db, self.blobs_dir, self.memory, capture, AT)


@pytest.fixture
def browser(db: sqlite_utils.Database, blobs_dir: Path) -> Browser:
    return Browser(db, blobs_dir)


def read(browser: Browser, answer: Captured) -> Document:
    assert answer.missing == []
    assert answer.revision_id is not None
    return get_document(browser.db, browser.blobs_dir, answer.revision_id)


def captures(db: sqlite_utils.Database) -> list[dict[str, Any]]:
    return list(db.query("select * from captures order by capture_id"))


def test_a_capture_is_the_document_as_sent(browser: Browser) -> None:
    document = notebook(text_cell("# hi", "m"), code_cell("lr = 1", "a"))
    assert read(browser, browser.post(document, "scheduled", {"m1": "a"})) == document


def test_only_a_changed_cell_is_sent_again(browser: Browser) -> None:
    document = notebook(*[code_cell(f"{n}", f"c{n}") for n in range(30)])
    browser.post(document, "scheduled", {"m1": "c0"})
    document["cells"][3]["source"] = "edited"
    answer = browser.post(document, "scheduled", {"m2": "c3"})
    assert browser.sent_count == 31
    assert read(browser, answer) == document


def test_a_server_that_forgot_asks_for_what_it_lacks(browser: Browser) -> None:
    document = notebook(code_cell("a", "a"), code_cell("b", "b"))
    browser.post(document, "scheduled", {"m1": "a"})
    browser.memory = CaptureMemory()
    answer = browser.post(document, "scheduled", {"m2": "a"}, resend=False)
    assert answer.revision_id is None
    assert answer.missing == ["k0", "k1"]
    assert read(browser, browser.post(document, "scheduled", {"m2": "a"})) == document


def test_memory_is_bounded_and_keeps_what_the_document_has(browser: Browser) -> None:
    browser.memory = CaptureMemory(max_clients=2, max_keys=3)
    for name in ("one", "two", "three"):
        other = Browser(browser.db, browser.blobs_dir, browser.memory, name)
        document = notebook(*[code_cell(f"{name} {n}", f"{n}") for n in range(6)])
        assert read(other, other.post(document, "scheduled", {})) == document
        document["cells"][0]["source"] = "edited"
        assert read(other, other.post(document, "scheduled", {})) == document
        assert other.sent_count == 7
    first = Browser(browser.db, browser.blobs_dir, browser.memory, "one")
    first.known = {f"0:{json.dumps(code_cell('one 1', '1'))}": "k1"}
    answer = first.post(
        notebook(code_cell("one 1", "1")), "scheduled", {}, resend=False
    )
    assert answer.missing == ["k1"]


def test_what_a_rolled_back_transaction_remembered_is_asked_for_again(
    browser: Browser,
) -> None:
    document = notebook(code_cell("a", "a"))
    browser.db.conn.execute("begin")
    browser.post(document, "scheduled", {"m1": "a"})
    browser.db.conn.rollback()
    assert read(browser, browser.post(document, "scheduled", {"m1": "a"})) == document


def test_an_ended_capture_completes_the_scheduled_one(browser: Browser) -> None:
    scheduled = notebook(text_cell("# hi", "m"), code_cell("fit()", "a"))
    browser.post(scheduled, "scheduled", {"m1": "a"})
    ended = notebook(
        text_cell("# edited meanwhile", "m"),
        code_cell("fit()", "a", outputs=[printed("0.9")], execution_count=3),
        code_cell("new", "n"),
    )
    completed = read(browser, browser.post(ended, "ended", {"m1": "a"}))
    assert completed == notebook(
        text_cell("# hi", "m"),
        code_cell("fit()", "a", outputs=[printed("0.9")], execution_count=3),
    )


def test_outputs_of_a_source_that_was_edited_meanwhile_are_not_taken(
    browser: Browser,
) -> None:
    scheduled = notebook(code_cell("fit(1)", "a"))
    browser.post(scheduled, "scheduled", {"m1": "a"})
    ended = notebook(code_cell("fit(2)", "a", outputs=[printed("0.9")]))
    assert read(browser, browser.post(ended, "ended", {"m1": "a"})) == scheduled


def test_an_end_whose_beginning_was_missed_is_kept_as_it_is(browser: Browser) -> None:
    ended = notebook(code_cell("fit()", "a", outputs=[printed("0.9")]))
    assert read(browser, browser.post(ended, "ended", {"m1": "a"})) == ended


def test_one_end_completes_several_beginnings(browser: Browser) -> None:
    first = notebook(code_cell("lr = 1", "a"), code_cell("fit()", "b"))
    second = notebook(code_cell("lr = 2", "a"), code_cell("fit()", "b"))
    browser.post(first, "scheduled", {"m1": "b"})
    browser.post(second, "scheduled", {"m2": "b"})
    ended = notebook(
        code_cell("lr = 2", "a"), code_cell("fit()", "b", outputs=[printed("x")])
    )
    browser.post(ended, "ended", {"m1": "b", "m2": "b"})
    found = {
        row["message_id"]: get_document(
            browser.db, browser.blobs_dir, row["revision_id"]
        )
        for row in browser.db.query(
            "select message_id, revision_id from capture_messages m "
            "join captures using (capture_id) where m.moment = 'ended'"
        )
    }
    assert found["m1"]["cells"][0]["source"] == "lr = 1"
    assert found["m2"]["cells"][0]["source"] == "lr = 2"
    assert found["m1"]["cells"][1]["outputs"] == [printed("x")]


def test_numbers_count_the_codes_of_a_notebook(browser: Browser) -> None:
    place_kernel(browser.db, "kernel-1", "/work/a.ipynb")
    one, two = notebook(code_cell("1", "a")), notebook(code_cell("2", "a"))
    done = notebook(code_cell("1", "a", outputs=[printed("x")]))
    for document, moment in (
        (one, "scheduled"),
        (done, "ended"),
        (two, "scheduled"),
        (one, "scheduled"),
    ):
        browser.post(document, moment, {"m": "a"})
    assert [row["number"] for row in captures(browser.db)] == [1, 1, 2, 1]
    place_kernel(browser.db, "kernel-1", "/work/b.ipynb")
    browser.post(two, "scheduled", {"m": "a"})
    assert captures(browser.db)[-1]["number"] == 1


def test_a_cell_that_is_none_is_refused(browser: Browser) -> None:
    with pytest.raises(NotANotebook, match="cell_type"):
        browser.post(notebook({"source": "x"}), "scheduled", {})


def test_a_key_twice_is_refused(browser: Browser) -> None:
    capture = Capture(
        kernel_id="k",
        client_id="c",
        moment="scheduled",
        messages={},
        frame={},
        cell_keys=["a", "a"],
        cells={"a": code_cell("x")},
    )
    with pytest.raises(BadInput, match="twice"):
        take_capture(browser.db, browser.blobs_dir, browser.memory, capture, AT)


def test_the_present_is_kept_without_a_kernel(
    db: sqlite_utils.Database, blobs_dir: Path
) -> None:
    capture = Capture(
        kernel_id=None,
        client_id="c",
        moment="kept",
        messages={},
        frame={"nbformat": 4, "nbformat_minor": 5, "metadata": {}},
        cell_keys=["k"],
        cells={"k": code_cell("token = 'ghp_" + "a1B2" * 9 + "'", "a")},
        notebook_path="/w/a.ipynb",
    )
    memory = CaptureMemory()
    first = take_capture(db, blobs_dir, memory, capture, AT)
    edited = structs.replace(capture, cells={"k": code_cell("1", "a")})
    second = take_capture(db, blobs_dir, memory, edited, AT)
    again = take_capture(db, blobs_dir, memory, edited, AT)
    assert (first.number, first.redacted_count) == (1, 1)
    assert (second.number, second.redacted_count) == (2, 0)
    assert again == second
    assert [c["moment"] for c in captures(db)] == ["kept"] * 3


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"moment": "kept", "messages": {"m": "a"}}, "of no execution"),
        ({"moment": "kept", "kernel_id": None}, "whose document"),
        ({"moment": "ended", "kernel_id": None}, "has a kernel_id"),
    ],
)
def test_a_capture_that_contradicts_itself_is_refused(
    browser: Browser, fields: dict[str, Any], message: str
) -> None:
    sound: dict[str, Any] = {"kernel_id": "k", "client_id": "c", "messages": {}}
    capture = Capture(**sound | {"frame": {}, "cell_keys": [], "cells": {}} | fields)
    with pytest.raises(BadInput, match=message):
        take_capture(browser.db, browser.blobs_dir, browser.memory, capture, AT)


sources = st.sampled_from(["a", "b", "c"])
some_cells = st.lists(
    st.tuples(st.sampled_from("uvwxyz"), sources, st.booleans()),
    max_size=6,
    unique_by=lambda cell: cell[0],
)


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(some_cells, some_cells)
def test_completing_follows_its_rule_for_any_two_documents(
    blobs_dir: Path,
    before: list[tuple[str, str, bool]],
    after: list[tuple[str, str, bool]],
) -> None:
    def make(cells: list[tuple[str, str, bool]], word: str) -> Document:
        return notebook(
            *[
                code_cell(source, cell_id, outputs=[printed(f"{word} {cell_id}")] * ran)
                for cell_id, source, ran in cells
            ]
        )

    browser = Browser(memory_database(), blobs_dir)
    scheduled, ended = make(before, "before"), make(after, "after")
    browser.post(scheduled, "scheduled", {"m1": "a"})
    found = read(browser, browser.post(ended, "ended", {"m1": "a"}))
    browser.db.close()
    by_id = {cell["id"]: cell for cell in ended["cells"]}
    assert len(found["cells"]) == len(scheduled["cells"])
    for old, new in zip(scheduled["cells"], found["cells"], strict=True):
        other = by_id.get(old["id"])
        taken = other is not None and other["source"] == old["source"]
        assert new == (old | {"outputs": other["outputs"]} if taken else old)


def journal(db: sqlite_utils.Database, blob: str, **fields: Any) -> None:
    projection = Projection(db)
    event = RevisionCaptured(
        seq=0, at=datetime.now(UTC), sha256=blob, notebook_path="/w/a.ipynb", **fields
    )
    projection.apply(event, "writer")
    projection.finish()


def test_a_notebook_from_a_journal_becomes_a_revision_once(
    db: sqlite_utils.Database, blobs_dir: Path
) -> None:
    document = notebook(code_cell("1", "a"))
    raw = json.dumps(document).encode()
    journal(db, write_blob(blobs_dir, raw), moment="file", run_id="r1")
    assert split_waiting(db, blobs_dir) == 1
    assert split_waiting(db, blobs_dir) == 0
    [capture] = captures(db)
    assert capture["run_id"] == "r1"
    assert get_document(db, blobs_dir, capture["revision_id"]) == document


@pytest.mark.parametrize("data", [b"no notebook", None])
def test_a_journaled_notebook_that_is_none_is_noted_and_not_tried_again(
    db: sqlite_utils.Database, blobs_dir: Path, data: bytes | None
) -> None:
    blob = "0" * 64 if data is None else write_blob(blobs_dir, data)
    journal(db, blob, moment="file", run_id="r1")
    good = write_blob(blobs_dir, render(notebook(code_cell("1", "a"))))
    journal(db, good, moment="file", run_id="r2")
    assert split_waiting(db, blobs_dir) == 2
    assert split_waiting(db, blobs_dir) == 0
    [failure] = db.query("select * from capture_failures")
    assert failure["run_id"] == "r1"
    assert [c["revision_id"] is None for c in captures(db)] == [True, False]


def test_what_was_replaced_before_journaling_is_counted(
    db: sqlite_utils.Database, blobs_dir: Path
) -> None:
    raw = render(notebook(code_cell("token = '<redacted>'", "a")))
    journal(
        db, write_blob(blobs_dir, raw), moment="file", run_id="r1", redacted_count=1
    )
    split_waiting(db, blobs_dir)
    [revision] = db["revisions"].rows
    assert revision["redacted_count"] == 1


def test_what_a_failed_transaction_stored_is_asked_for_again(
    db: sqlite_utils.Database, blobs_dir: Path
) -> None:
    browser = Browser(db, blobs_dir)
    document = notebook(code_cell("a", "a"), code_cell("b", "b"))
    db.execute("begin")
    browser.post(document, "scheduled", {"m1": "a"})
    db.execute("rollback")
    # The ids of the pieces that are gone belong to others now.
    other = notebook(code_cell("c", "c"), code_cell("d", "d"))
    Browser(db, blobs_dir, client_id="other").post(other, "scheduled", {"m2": "c"})
    answer = browser.post(document, "scheduled", {"m3": "a"}, resend=False)
    assert answer.missing == ["k0", "k1"]
    assert read(browser, browser.post(document, "scheduled", {"m3": "a"})) == document


@pytest.mark.parametrize(
    ("ended", "edited_count"),
    [
        ([code_cell("a", "a", outputs=[printed("1")]), text_cell("b", "b")], 0),
        ([text_cell("b", "b"), code_cell("a", "a")], 0),
        ([code_cell("edited", "a"), text_cell("b", "b")], 1),
        ([code_cell("a", "a")], 1),
        ([code_cell("a", "a"), text_cell("B", "b"), code_cell("new", "c")], 2),
    ],
)
def test_what_was_edited_while_it_ran_is_counted_and_not_in_the_revision(
    browser: Browser, ended: list[dict[str, Any]], edited_count: int
) -> None:
    begun = notebook(code_cell("a", "a"), text_cell("b", "b"))
    browser.post(begun, "scheduled", {"m1": "a"})
    found = read(browser, browser.post(notebook(*ended), "ended", {"m1": "a"}))
    assert [c["source"] for c in found["cells"]] == ["a", "b"]
    assert [c["edited_count"] for c in captures(browser.db)] == [None, edited_count]
