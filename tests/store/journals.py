"""Journals for tests: written line by line, with made-up times and ids."""

import json
import os
from pathlib import Path
from typing import Any

from trackbook.paths import ensure_home, journals_dir

LONG_AGO = "2026-11-23T10:{minute:02d}:{second:02d}.{rest:06d}Z"


class FakeJournal:
    """A writer's journal; each line a second after the one before."""

    def __init__(self, home: Path, writer_id: str = "w1", **header: Any) -> None:
        self.folder = journals_dir(ensure_home(home))
        self.writer_id = writer_id
        self.segment = -1
        self.seq = 0
        self.header = {
            "host": "elsewhere",
            "boot_id": "",
            "pid": 1,
            "pid_started_at": 0.0,
            "kernel_id": "kernel-1",
            **header,
        }
        self.rotate()

    @property
    def path(self) -> Path:
        return self.folder / f"{self.writer_id}-{self.segment:06d}.ndjson"

    def rotate(self) -> None:
        self.segment += 1
        self.put(
            "journal_opened",
            writer_id=self.writer_id,
            segment=self.segment,
            **self.header,
        )

    def line(self, kind: str, **fields: Any) -> bytes:
        at = LONG_AGO.format(
            minute=self.seq // 60 % 60, second=self.seq % 60, rest=self.seq // 3600
        )
        text = json.dumps({"type": kind, "seq": self.seq, "at": at, **fields})
        self.seq += 1
        return text.encode() + b"\n"

    def put(self, kind: str, **fields: Any) -> None:
        self.raw(self.line(kind, **fields))

    def raw(self, data: bytes) -> None:
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT
        with os.fdopen(os.open(self.path, flags, 0o600), "ab") as file:
            file.write(data)

    def start(
        self, run_id: str, params: dict[str, Any] | None = None, **f: Any
    ) -> None:
        self.put(
            "run_started",
            run_id=run_id,
            params=[
                {"key": key, "value": value, "origin": "auto"}
                for key, value in (params or {}).items()
            ],
            **f,
        )

    def execute(
        self,
        run_id: str | None,
        execution_id: str,
        source: str = "fit()",
        status: str | None = "ok",
        results: dict[str, Any] | None = None,
        params: dict[str, Any] | None = None,
        **fields: Any,
    ) -> None:
        """One execution with what it yields; status None leaves it running."""
        self.put(
            "execution_started",
            execution_id=execution_id,
            run_id=run_id,
            order=self.seq,
            source=source,
            **fields,
        )
        if params:
            self.params(run_id or "", params, execution_id)
        for key, value in (results or {}).items():
            self.points(run_id or "", key, [value], execution_id=execution_id)
        if status is not None:
            error = {"error": {"name": "ValueError", "message": "bad"}}
            self.put(
                "execution_ended",
                execution_id=execution_id,
                run_id=run_id,
                status=status,
                duration_ms=10.0,
                execution_count=self.seq,
                **(error if status == "error" else {}),
            )

    def params(
        self, run_id: str, params: dict[str, Any], execution_id: str | None = None
    ) -> None:
        self.put(
            "params_logged",
            run_id=run_id,
            params=[
                {"key": key, "value": value, "origin": "auto"}
                for key, value in params.items()
            ],
            execution_id=execution_id,
        )

    def points(
        self,
        run_id: str,
        key: str,
        values: list[Any],
        first_step: int = 0,
        origin: str = "auto",
        execution_id: str | None = None,
    ) -> None:
        self.put(
            "points_logged",
            run_id=run_id,
            key=key,
            steps=list(range(first_step, first_step + len(values))),
            times_ms=list(range(first_step, first_step + len(values))),
            values=values,
            origin=origin,
            execution_id=execution_id,
        )

    def end(self, run_id: str, status: str = "finished") -> None:
        self.put("run_ended", run_id=run_id, status=status)


def two_attempts(journal: FakeJournal, **fields: Any) -> None:
    """lr 0.01, then lr 0.003: two runs of one notebook, each with a score."""
    journal.start("run-a", {"lr": 0.01, "depth": 3}, **fields)
    journal.execute("run-a", "e1", results={"acc": 0.9})
    journal.end("run-a")
    journal.start(
        "run-b",
        {"lr": 0.003, "depth": 3},
        continues="run-a",
        provisional=True,
        **fields,
    )
    journal.put("run_confirmed", run_id="run-b", reason="param")
    journal.execute("run-b", "e2", results={"acc": 0.95})
    journal.end("run-b")
