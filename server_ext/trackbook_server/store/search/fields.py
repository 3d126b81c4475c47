"""What can be filtered by: kinds of fields, the attributes of a run, their names."""

from difflib import get_close_matches
from typing import Literal

import msgspec

from trackbook_server.store.search.syntax import FieldKind

ValueKind = Literal["text", "number", "moment", "duration", "flag", "status", "path"]

PREFIXES: dict[str, FieldKind] = {
    "metrics": "metric", "metric": "metric",
    "params": "param", "param": "param", "parameters": "param", "parameter": "param",
    "tags": "tag", "tag": "tag",
    "datasets": "dataset", "dataset": "dataset",
    "inputs": "dataset", "input": "dataset",
    "attributes": "attribute", "attribute": "attribute", "attr": "attribute",
    "run": "attribute",
}  # fmt: skip
"""What stands before the dot; the first of a kind is the one that is proposed."""

DATASET_KEYS = ("name", "digest", "context")
STATISTICS = ("last", "min", "max")
PLACES = ("text", "code", "output")


class Attribute(msgspec.Struct, frozen=True):
    """Something that every run can have. `sql` is an expression on the run `r`; where
    it is in a table of its own, `table` selects its row there.
    """

    name: str
    kind: ValueKind
    sql: str
    about: str
    table: str = ""

    @property
    def joins(self) -> str:
        """The condition on a run that its row of `table` passes `{test}`."""
        if not self.table:
            return ""
        source, _, join = self.table.partition(" where ")
        column = join.split(" ")[0]
        return (
            f"{column.partition('.')[2]} in (select {column} from {source} "
            "where {test})"
        )


_WRITER = "writers w where w.writer_id = r.writer_id"
_EXPERIMENT = "experiments e where e.experiment_id = r.experiment_id"

ATTRIBUTES = (
    Attribute("name", "text", "r.name", "what the run is called"),
    Attribute("status", "status", "r.status", "running, open, finished, failed, …"),
    Attribute("started", "moment", "r.started_at", "when it began"),
    Attribute("ended", "moment", "r.ended_at", "when it ended"),
    Attribute("duration", "duration", "r.duration_ms", "the time spent executing"),
    Attribute("starred", "flag", "r.starred", "whether it has a star"),
    Attribute("pinned", "flag", "r.pinned", "whether it is pinned"),
    Attribute("result", "number", "r.main_value", "the main metric, whichever it is"),
    Attribute("experiment", "text", "e.name", "the experiment's name", _EXPERIMENT),
    Attribute("notebook", "path", "r.notebook_path", "the notebook's path or name"),
    Attribute("note", "text", "nullif(r.note, '')", "the note on its page"),
    Attribute("error", "text", "r.error", "what the last cell raised"),
    Attribute("number", "number", "r.number", "its number in its experiment"),
    Attribute("user", "text", "nullif(w.user, '')", "whose kernel it was", _WRITER),
    Attribute("host", "text", "nullif(w.host, '')", "where it ran", _WRITER),
    Attribute("run_id", "text", "r.run_id", "its id"),
    Attribute("parent_run_id", "text", "r.parent_run_id", "the run it is nested in"),
    Attribute("experiment_id", "text", "r.experiment_id", "the experiment's id"),
    Attribute("kernel_id", "text", "r.kernel_id", "the kernel's id"),
)
_BY_NAME = {attribute.name: attribute for attribute in ATTRIBUTES}
_ALIASES = {
    "run_name": "name", "run name": "name",
    "start_time": "started", "started_at": "started", "created": "started",
    "start": "started", "created_at": "started",
    "end_time": "ended", "ended_at": "ended", "end": "ended",
    "main_metric": "result",
    "experiment_name": "experiment",
    "notebook_path": "notebook", "notebook_name": "notebook",
    "user_id": "user", "user_name": "user",
    "run": "run_id", "id": "run_id",
    "parent": "parent_run_id",
}  # fmt: skip

MLFLOW_TAGS = {
    "mlflow.runName": "name",
    "mlflow.user": "user",
    "mlflow.parentRunId": "parent_run_id",
    "mlflow.note.content": "note",
    "mlflow.source.name": "notebook",
}
"""What MLflow keeps in tags of its own and is an attribute here."""

FLAG_WORDS = ("starred", "pinned")
"""The attributes that say all by themselves."""

STATUS_WORDS: dict[str, tuple[str, ...]] = {
    "running": ("running",),
    "open": ("open",),
    "finished": ("finished",),
    "failed": ("failed",),
    "interrupted": ("interrupted",),
    "lost": ("lost",),
    # MLflow's words for what has two here, or none.
    "active": ("running", "open"),
    "killed": ("interrupted", "lost"),
    "scheduled": (),
}


def find_attribute(name: str) -> Attribute | None:
    """Return the attribute of a name, or of what MLflow calls it."""
    lowered = name.lower()
    return _BY_NAME.get(_ALIASES.get(lowered, lowered))


def get_attribute(name: str) -> Attribute:
    """Return the attribute of a name that the parser has checked."""
    return _BY_NAME[name]


def list_near(word: str, known: list[str], count: int = 3) -> list[str]:
    """Return the known words that are spelled almost like one, whatever the case."""
    lowered: dict[str, str] = {}
    for name in known:
        lowered.setdefault(name.lower(), name)
    near = get_close_matches(word.lower(), list(lowered), n=count, cutoff=0.6)
    return [lowered[name] for name in near]


def list_names() -> list[str]:
    """Return every name that an attribute answers to."""
    return [*_BY_NAME, *_ALIASES]


def quote_key(key: str) -> str:
    """Return a key as it stands behind the dot, quoted where it has to be."""
    plain = key.replace("_", "").replace("-", "").replace(".", "").replace("/", "")
    ends = key.rsplit(".", 1)[-1] in STATISTICS
    if plain.isalnum() and not key.startswith(".") and not ends:
        return key
    return "`" + key.replace("\\", "\\\\").replace("`", "``") + "`"


def quote_value(text: str) -> str:
    """Return a value as it stands behind a comparison."""
    return "'" + text.replace("\\", "\\\\").replace("'", "''") + "'"
