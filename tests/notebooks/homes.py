"""A home with two runs of one notebook, each with its captured document."""

from pathlib import Path
from typing import Any

from tests.notebooks.documents import code_cell, notebook, printed, text_cell
from tests.store.journals import FakeJournal
from trackbook.blobs import write_blob
from trackbook_server.notebooks.document import render

TRAIN = "clf.fit(X, lr)\nacc = clf.score(X)"


def document_of(lr: str, score: str | None = None) -> dict[str, Any]:
    """The notebook as it was for a run; with `score` as it ended."""
    outputs = [] if score is None else [printed(score)]
    return notebook(
        text_cell("# Churn", "title"),
        code_cell(f"lr = {lr}", "lr"),
        code_cell(TRAIN, "train", outputs=outputs),
    )


def record_two_runs(home: Path, notebook_path: str, **fields: Any) -> None:
    """lr 0.01, then lr 0.003, which is better; both with their documents."""
    journal = FakeJournal(home)

    def keep(document: dict[str, Any], moment: str, messages: list[str]) -> None:
        journal.put(
            "revision_captured",
            sha256=write_blob(home / "blobs", render(document)),
            notebook_path=notebook_path,
            moment=moment,
            message_ids=messages,
            cell_ids=["lr", "train"][: len(messages)],
        )

    fields = {"notebook_path": notebook_path} | fields
    journal.start("run-a", {"lr": 0.01}, **fields)
    keep(document_of("0.01"), "scheduled", ["m1", "m2"])
    journal.execute("run-a", "e1", "lr = 0.01", cell_id="lr", message_id="m1")
    journal.execute(
        "run-a", "e2", TRAIN, cell_id="train", message_id="m2", results={"acc": 0.9}
    )
    keep(document_of("0.01", "0.9"), "ended", ["m1", "m2"])
    journal.end("run-a")
    journal.start("run-b", {"lr": 0.003}, continues="run-a", **fields)
    journal.execute("run-b", "e3", "lr = 0.003", cell_id="lr", message_id="m3")
    journal.execute(
        "run-b", "e4", TRAIN, cell_id="train", message_id="m4", results={"acc": 0.95}
    )
    keep(document_of("0.003"), "scheduled", ["m3", "m4"])
    journal.end("run-b")
