"""What full text finds: kept beside the runs, in step with them. Only writes.

Code and outputs are kept once each, however many executions have them. A text of an
execution that goes on running is taken in when it ends; a long one by its head. Secrets
were replaced before any of it reached the store.
"""

import hashlib
import json
import re
import time
from collections.abc import Callable, Iterable

import msgspec
import sqlite_utils

from trackbook.events import Output
from trackbook_server.store.rows import rows

MAX_TEXT = 64 * 1024
"""So many characters of an execution's source, or of its outputs, are searched."""

MAX_OUTPUT = 16 * 1024
MAX_VALUE = 200
MAX_ABOUT = 16 * 1024
"""So many characters of a run's params, tags or note."""

SLICE_SECONDS = 0.1
"""How long one transaction takes in what waits."""

_ANSI = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
_WORD = re.compile(r"[^\W\d_]+")
_PART = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
_ABOUT = ("name", "params", "tags", "note", "error")


def take_in(
    db: sqlite_utils.Database, run_ids: Iterable[str], execution_ids: Iterable[str]
) -> None:
    """Let search find runs and executions as their rows say by now."""
    for execution_id in sorted(set(execution_ids)):
        _take_in_execution(db, execution_id)
    for run_id in sorted(set(run_ids)):
        _take_in_run(db, run_id)


def take_in_waiting(
    db: sqlite_utils.Database, clock: Callable[[], float] = time.monotonic
) -> bool:
    """Take in some runs of a store that was not searched before, the newest first;
    return whether more wait."""
    deadline = clock() + SLICE_SECONDS
    waiting = db.execute(
        "select run_id from search_waiting order by run_id desc limit 500"
    ).fetchall()
    for (run_id,) in waiting:
        executions = db.execute(
            "select execution_id from cell_executions where run_id = ?", (run_id,)
        ).fetchall()
        take_in(db, [run_id], [execution_id for (execution_id,) in executions])
        db.execute("delete from search_waiting where run_id = ?", (run_id,))
        if clock() > deadline:
            break
    return has_waiting(db)


def has_waiting(db: sqlite_utils.Database) -> bool:
    """Say whether runs are still to be taken in."""
    return db.execute("select 1 from search_waiting limit 1").fetchone() is not None


def _take_in_run(db: sqlite_utils.Database, run_id: str) -> None:
    """Keep what is said of a run, where that is new."""
    found = rows(
        db,
        "select name, note, coalesce(error, '') as error, experiment_id "
        "from runs where run_id = ?",
        (run_id,),
    )
    if not found or found[0]["experiment_id"] is None:
        return
    [run] = found
    about = {
        "name": with_parts(run["name"]),
        "params": _joined(
            f"{key} {_plain(value)}"
            for key, value in db.execute(
                "select key, value from params where run_id = ? order by key",
                (run_id,),
            )
        ),
        "tags": _joined(
            f"{key} {value[:MAX_VALUE]}"
            for key, value in db.execute(
                "select key, value from tags where run_id = ? "
                "and value is not null order by key",
                (run_id,),
            )
        ),
        "note": run["note"][:MAX_ABOUT],
        "error": run["error"][:MAX_ABOUT],
    }
    known = rows(db, "select * from search_runs where run_id = ?", (run_id,))
    if known and all(known[0][column] == about[column] for column in _ABOUT):
        return
    columns = ", ".join(_ABOUT)
    if known:
        before = (known[0]["document_id"], *(known[0][column] for column in _ABOUT))
        db.execute(
            f"insert into search_runs_words (search_runs_words, rowid, {columns}) "
            "values ('delete', ?, ?, ?, ?, ?, ?)",
            before,
        )
        db.execute(
            "update search_runs set name = ?, params = ?, tags = ?, note = ?, "
            "error = ? where run_id = ?",
            (*about.values(), run_id),
        )
    else:
        db.execute(
            f"insert into search_runs (run_id, {columns}) values (?, ?, ?, ?, ?, ?)",
            (run_id, *about.values()),
        )
    db.execute(
        f"insert into search_runs_words (rowid, {columns}) select document_id, "
        f"{columns} from search_runs where run_id = ?",
        (run_id,),
    )


def _take_in_execution(db: sqlite_utils.Database, execution_id: str) -> None:
    """Keep the source of an execution, and its outputs once it has ended."""
    found = rows(
        db,
        "select run_id, source, source_sha256, ended_at, error_name, error_message "
        "from cell_executions where execution_id = ?",
        (execution_id,),
    )
    if not found or found[0]["run_id"] is None:
        return
    [row] = found
    run_id = row["run_id"]
    _place(
        db,
        execution_id,
        "code",
        run_id,
        row["source"],
        row["source_sha256"] is not None,
    )
    if row["ended_at"] is None:
        return
    pieces: list[str] = []
    is_head = False
    for (body,) in db.execute(
        "select body from outputs where execution_id = ? order by position",
        (execution_id,),
    ):
        output = msgspec.json.decode(body, type=Output)
        text = output.text or output.data.get("text/plain") or ""
        text = text if isinstance(text, str) else json.dumps(text)
        is_head |= len(text) > MAX_OUTPUT or "text/plain" in output.blobs
        is_head |= output.omitted_bytes > 0
        pieces.append(text[:MAX_OUTPUT])
    if row["error_name"]:
        pieces.append(f"{row['error_name']}: {row['error_message'] or ''}"[:MAX_OUTPUT])
    _place(
        db, execution_id, "output", run_id, _ANSI.sub("", "\n".join(pieces)), is_head
    )


def _place(
    db: sqlite_utils.Database,
    execution_id: str,
    kind: str,
    run_id: str,
    text: str,
    is_head: bool,
) -> None:
    """Note that an execution has a text; what it had there before is forgotten."""
    known = db.execute(
        "select text_id, run_id from search_places where execution_id = ? and kind = ?",
        (execution_id, kind),
    ).fetchone()
    text_id = keep_text(db, text[:MAX_TEXT], is_head or len(text) > MAX_TEXT)
    if known == (text_id, run_id):
        return
    if text_id is None:
        db.execute(
            "delete from search_places where execution_id = ? and kind = ?",
            (execution_id, kind),
        )
    else:
        db.execute(
            "insert or replace into search_places values (?, ?, ?, ?)",
            (execution_id, kind, text_id, run_id),
        )
    if known is not None and known[0] != text_id:
        forget_unused(db, known[0])


def keep_text(db: sqlite_utils.Database, text: str, is_head: bool) -> int | None:
    """Return the id of a text, kept if it is new; None of one without a word."""
    if not any(char.isalnum() for char in text):
        return None
    # Half a surrogate pair can be in no table; its place can.
    text = text.encode("utf-8", "replace").decode("utf-8")
    digest = hashlib.sha256(b"%d" % is_head + text.encode()).digest()
    row = db.execute(
        "select text_id from search_texts where sha256 = ?", (digest,)
    ).fetchone()
    if row is not None:
        return int(row[0])
    parts = _parts_of(text)
    text_id = db.execute(
        "insert into search_texts (sha256, body, parts, is_head) values (?, ?, ?, ?)",
        (digest, text, parts, is_head),
    ).lastrowid
    db.execute(
        "insert into search_texts_words (rowid, body, parts) values (?, ?, ?)",
        (text_id, text, parts),
    )
    return text_id


def forget_unused(db: sqlite_utils.Database, text_id: int) -> None:
    """Forget a text that stands nowhere any more."""
    if db.execute(
        "select 1 from search_places where text_id = ? limit 1", (text_id,)
    ).fetchone():
        return
    db.execute(
        "insert into search_texts_words (search_texts_words, rowid, body, parts) "
        "select 'delete', text_id, body, parts from search_texts where text_id = ?",
        (text_id,),
    )
    db.execute("delete from search_texts where text_id = ?", (text_id,))


def with_parts(text: str) -> str:
    """Return a short text with the words in its long words behind it."""
    parts = _parts_of(text)
    return f"{text} {parts}" if parts else text


def _parts_of(text: str) -> str:
    """Return the words in long words, each once: of StandardScaler, Standard and
    Scaler. Words of several are parted, so that they make no phrase."""
    found: list[str] = []
    for word in dict.fromkeys(_WORD.findall(text)):
        # Most words are in one case, and have no parts.
        if not (word.islower() or word.isupper() or word.istitle()):
            parts = _PART.findall(word)
            if len(parts) > 1:
                found.append(" ".join(parts))
    return " | ".join(found)


def _joined(texts: Iterable[str]) -> str:
    return with_parts(" · ".join(texts)[:MAX_ABOUT])


def _plain(value: str) -> str:
    """Return a param's JSON text as people say it."""
    if value.startswith('"'):
        try:
            return str(json.loads(value))[:MAX_VALUE]
        except ValueError:
            pass
    return value[:MAX_VALUE]
