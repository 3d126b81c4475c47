"""A store of 100,000 runs with 20 params and 10 metrics each, written as rows.

Through journals it would take minutes; what lists and searches read is the same: every
row that the projection writes, except the points themselves, which no page touches.
What a run has follows from its number, so that every store is the same.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlite_utils import Database

from trackbook_server.store.params import rank_of
from trackbook_server.store.search.texts import keep_text
from trackbook_server.store.search.values import number_of

RUNS = 100_000
FIRST_AT = datetime(2025, 1, 1, 8, tzinfo=UTC)
APART = timedelta(minutes=7)
NOTEBOOKS = 10
RATES = (0.3, 0.1, 0.03, 0.01, 0.003)
OPTIMIZERS = ('"adam"', '"sgd"', '"adamw"')
METRICS = (
    "val_acc", "val_loss", "train_loss", "f1", "auc", "recall", "precision", "rmse",
    "seconds",
)  # fmt: skip
RARE = 2000
"""One run in so many has the metric `rare`, a note, and a word that no other has."""


def id_of(number: int) -> str:
    """Return the id of a run; they sort as they began, as ids do."""
    return f"01jbench{number:018}"


def score(number: int, which: int) -> float:
    """Return a number between 0 and 1 that looks like chance."""
    return number * (7919 + 104_729 * which) % 100_003 / 100_003


def params_of(number: int) -> dict[str, str]:
    """Return a run's 20 params as JSON texts."""
    found = {
        "lr": repr(RATES[number % 5]),
        "depth": str((2, 4, 6, 8)[number // 5 % 4]),
        "seed": str(number),
        "optimizer": OPTIMIZERS[number // 20 % 3],
        "model": f'"resnet-{number * 31 % 200}"',
        "warmup": "true" if number % 2 else "false",
        "dropout": repr(round(score(number, 20), 3)),
    }
    for place in range(len(found), 20):
        found[f"option_{place:02}"] = str(number * (place + 1) % (place * place))
    if number % 10 == 0:
        del found["dropout"]
        found["scheduler"] = '"cosine"'
    return found


def metrics_of(number: int) -> Iterator[tuple[str, float | None]]:
    """Yield a run's 10 metrics; None is NaN."""
    for which, key in enumerate(METRICS):
        value: float | None = score(number, which)
        if key == "val_acc":
            value = 0.5 + score(number, which) / 2
        elif key == "val_loss" and number % 1000 == 7:
            value = None
        yield key, value
    yield ("rare" if number % RARE == 5 else "steps_done"), 100 * score(number, 9)


def fill(db: Database, runs: int = RUNS) -> None:
    """Write the rows of `runs` finished runs of ten notebooks, in a transaction."""
    indexes = db.execute(
        "select name, sql from sqlite_master where type = 'index' and sql is not null "
        "and tbl_name in ('runs', 'params', 'metrics', 'tags', 'search_places')"
    ).fetchall()
    for name, _ in indexes:
        db.execute(f"drop index {name}")
    many = db.conn.executemany
    many(
        "insert into experiments (experiment_id, name, notebook_path, main_metric) "
        "values (?, ?, ?, 'val_acc')",
        ((f"e{n}", f"notebook {n}", path_of(n)) for n in range(NOTEBOOKS)),
    )
    db.execute("insert into writers (writer_id, user) values ('bench', 'ada')")
    columns, rows = _runs(runs)
    marks = ", ".join("?" * len(columns))
    many(f"insert into runs ({', '.join(columns)}) values ({marks})", rows)
    many(
        "insert into run_writers (run_id, writer_id, seq, notebook_path, joined_at, "
        "ended_at, end_status) values (?, 'bench', 0, ?, '', '', 'finished')",
        ((id_of(n), path_of(n)) for n in range(runs)),
    )
    many(
        "insert into params (run_id, key, value, origin, position, number, ranked) "
        "values (?, ?, ?, 'user', ?, ?, ?)",
        (
            (id_of(n), key, value, 20 * n + place, number_of(value), rank_of(value))
            for n in range(runs)
            for place, (key, value) in enumerate(sorted(params_of(n).items()))
        ),
    )
    db.execute(
        "insert into param_values select r.experiment_id, p.key, p.value, count(*) "
        "from params p join runs r using (run_id) group by 1, 2, 3"
    )
    many(
        "insert into metrics (run_id, key, origin, role, count, first, last, min, max) "
        "values (?, ?, 'user', 'result', 1, ?, ?, ?, ?)",
        (
            (id_of(n), key, value, value, value and value * 0.9, value)
            for n in range(runs)
            for key, value in metrics_of(n)
        ),
    )
    many(
        "insert into tags (run_id, key, value) values (?, ?, ?)",
        (
            (id_of(n), key, value)
            for n in range(runs)
            for key, value in (
                ("stage", ("draft", "candidate", "production")[n % 7 % 3]),
                *([("reviewed", f"by {n // 25 % 40}")] if n % 25 == 0 else []),
            )
        ),
    )
    many(
        "insert into inputs values (?, ?, ?, 'training', '', '', '', null, '')",
        ((id_of(n), f"set-{n // 10 % 12}", f"{n // 10 % 12:08x}")
         for n in range(0, runs, 10)),
    )  # fmt: skip
    _texts(db, runs)
    for _, sql in indexes:
        db.execute(sql)
    db.execute("update store set change = ?", (runs,))


def path_of(number: int) -> str:
    return f"/bench/project {number % 3}/notebook {number % NOTEBOOKS}.ipynb"


def started(number: int) -> datetime:
    return FIRST_AT + number * APART


def _text(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%S.%f}Z"


def _runs(runs: int) -> tuple[list[str], Iterator[tuple[Any, ...]]]:
    """Return the columns of the runs' rows, and the rows."""

    def row(n: int) -> dict[str, Any]:
        status = "failed" if n % 50 == 3 else "finished"
        seconds = 20 + score(n, 30) * 20_000
        ended = _text(started(n) + timedelta(seconds=seconds))
        return {
            "run_id": id_of(n),
            "writer_id": "bench",
            "experiment_id": f"e{n % NOTEBOOKS}",
            "number": n // NOTEBOOKS + 1,
            "notebook_path": path_of(n),
            "boundary": "explicit",
            "starred": int(n % 500 == 11),
            "note": "look at this one again" if n % RARE == 5 else "",
            "started_at": _text(started(n)),
            "last_at": ended,
            "ended_at": ended,
            "end_status": status,
            "status": status,
            "error": "ValueError: no loss" if status == "failed" else None,
            "place": "list",
            "name": f"lr {RATES[n % 5]}",
            "duration_ms": seconds * 1000,
            "result_count": 10,
            "main_metric": "val_acc",
            "main_value": 0.5 + score(n, 0) / 2,
            "param_count": 20,
            "fingerprint": f"{n:064x}",
            "previous_run_id": id_of(n - NOTEBOOKS) if n >= NOTEBOOKS else None,
            "change": n + 1,
        }

    return list(row(0)), (tuple(row(n).values()) for n in range(runs))


def _texts(db: Database, runs: int) -> None:
    """Write what full text finds: of each run its name, params, tags and note, a source
    that fifty share, and an output of its own."""
    many = db.conn.executemany
    many(
        "insert into search_runs (run_id, name, params, tags, note, error) "
        "values (?, ?, ?, ?, ?, ?)",
        (
            (
                id_of(n),
                f"lr {RATES[n % 5]}",
                " · ".join(
                    f"{key} {value.strip(chr(34))}"
                    for key, value in sorted(params_of(n).items())
                ),
                f"stage {('draft', 'candidate', 'production')[n % 7 % 3]}",
                "look at this one again" if n % RARE == 5 else "",
                "ValueError: no loss" if n % 50 == 3 else "",
            )
            for n in range(runs)
        ),
    )
    db.execute("insert into search_runs_words (search_runs_words) values ('rebuild')")
    sources = [
        keep_text(db, _source(number), is_head=False) for number in range(runs // 50)
    ]
    outputs = (keep_text(db, _output(n), is_head=False) for n in range(runs))
    many(
        "insert into search_places values (?, ?, ?, ?)",
        (
            (f"x-{id_of(n)}", kind, text_id, id_of(n))
            for n, output in enumerate(outputs)
            for kind, text_id in (("code", sources[n // 50]), ("output", output))
        ),
    )


def _source(number: int) -> str:
    return (
        "from sklearn.preprocessing import StandardScaler\n"
        f"features = load_table('week_{number % 300}')\n"
        f"model_{number} = Trainer(learning_rate=rate, depth=depth)\n"
        "model.fit(features, target)\nprint(evaluate(model))\n"
    )


def _output(number: int) -> str:
    lines = [
        f"epoch {epoch} loss {1 / (1 + epoch + number % 97):.4f}" for epoch in range(8)
    ]
    if number % RARE == 5:
        lines.append("RuntimeWarning: overflow encountered")
    return "\n".join([*lines, f"best checkpoint c{number:06}"])
