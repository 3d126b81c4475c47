"""Every example of docs/search.md, and MLflow's own, find what they say."""

import re
from pathlib import Path
from typing import Any

import pytest

from tests.store.journals import FakeJournal
from trackbook_server.store.home import Home
from trackbook_server.store.queries import count_runs, list_runs
from trackbook_server.store.run_scope import RunScope
from trackbook_server.store.search.keys import understand
from trackbook_server.store.search.parser import parse_filter

PAGE = Path(__file__).parents[3] / "docs" / "search.md"


def find(home: Home, filter: str, **scope: Any) -> list[str]:
    """Return the names of the runs that a filter matches, in their order."""
    home.ingest_now()
    read = home.database.read
    search = read(understand, filter).result()
    asked = RunScope(search=search, **scope)
    found = read(list_runs, asked, "started_at").result()
    assert read(count_runs, asked).result().total == len(found.runs)
    return [row.name for row in found.runs]


def documented() -> list[str]:
    """Return the filters in the first column of the page's tables."""
    text = PAGE.read_text(encoding="utf-8")
    cells = re.findall(r"^\| (``? ?.+? ?`?`) \|", text, flags=re.MULTILINE)
    return [cell.strip("`").strip().replace("\\|", "|") for cell in cells]


@pytest.mark.parametrize("example", documented())
def test_every_documented_example_is_understood_and_asked(
    home: Home, mlflow_guide: None, example: str
) -> None:
    assert parse_filter(example) is not None
    find(home, example)


def test_the_page_has_examples_of_everything() -> None:
    examples = "\n".join(documented()).lower()
    for word in (
        "metrics.", "params.", "tags.", "datasets.", " or ", "not ", " in (",
        "between", "is null", "is not null", " like ", " ilike ", "text:", "code:",
        "output:", "starred", "last 7 days", "yesterday", "duration", ".min", "`",
        "notebook", "experiment", "status",
    ):  # fmt: skip
        assert word in examples, word


@pytest.fixture
def mlflow_guide(journal: FakeJournal) -> None:
    """The ten runs that MLflow's guide to searching runs makes."""
    model = ["GPT-2", "GPT-3", "GPT-3.5", "GPT-4", *[None] * 6]
    task = ["classification", "regression", "causal lm", *[None] * 7]
    for i in range(10):
        run_id = f"run-{i}"
        tags = {
            "task": task[i] or "None",
            "environment": "notebook" if i < 5 else "None",
        }
        journal.put(
            "run_started", run_id=run_id, name=f"r{i}", boundary="explicit",
            experiment="search-run-guide", tags=tags,
            params=[
                {"key": key, "value": value, "origin": "user"}
                for key, value in {
                    "batch_size": 2 if i < 5 else 4,
                    "learning rate": [0.001, 0.01][i % 2],
                    "model": model[i],
                }.items()
            ],
        )  # fmt: skip
        for key, value in {
            "loss": round(1 - i / 10, 6),
            "accuracy": round(i / 10, 6),
            "log-scale-loss": -i / 4,
            "f1 score": round(i / 10, 6),
        }.items():
            journal.points(run_id, key, [value], origin="user")
        journal.put(
            "input_logged", run_id=run_id,
            name="custom" if i < 5 else "also custom",
            digest=["s8ds293b", "jks834s2"][i] if i < 2 else "None",
            context="train" if i < 5 else "test",
        )  # fmt: skip
        journal.end(run_id)


GUIDE = {
    "metrics.loss > 0.8": [0, 1],
    "metrics.accuracy > 0.72": [8, 9],
    'metrics."accuracy" > 0.72': [8, 9],
    "metrics.loss <= 0.15": [9],
    "metrics.accuracy != 0.15": range(10),
    "metrics.`log-scale-loss` <= 0": range(10),
    "metrics.`f1 score` >= 0.5": range(5, 10),
    "metrics.accuracy > 0.72 AND metrics.loss <= 0.15": [9],
    'params.batch_size = "2"': range(5),
    'params.model = "GPT-4o"': [],
    'params.model LIKE "GPT%"': range(4),
    'params.model LIKE "gPt%"': [],
    'params.model ILIKE "gPt%"': range(4),
    'params.model LIKE "GPT%" AND params.batch_size = "2"': range(4),
    'tags."environment" = "notebook"': range(5),
    'tags.environment = "notebook"': range(5),
    'tags.task = "Classification"': [],
    'tags.task ILIKE "classif%"': [0],
    'datasets.name LIKE "custom"': range(5),
    "datasets.name IN ('custom', 'also custom')": range(10),
    "datasets.name IN ('custom', 'also custom', 'another custom name')": range(10),
    "datasets.digest IN ('s8ds293b', 'jks834s2')": [0, 1],
    'datasets.context = "train"': range(5),
    'attributes.status = "ACTIVE"': [],
    'attributes.user_id LIKE "user1"': [],
    'attributes.run_name = "r3"': [3],
    'attributes.run_id = "run-4"': [4],
    "attributes.run_id IN ('run-4', 'run-6')": [4, 6],
    "attributes.start_time >= 1664067852747": range(10),
    "attributes.end_time < 1664067852747": [],
    "attributes.created > 1664067852747": range(10),
    "metrics.accuracy > 0.72 AND metrics.batch_size != 0": [],
    "metrics.loss <= 0.15 AND metrics.loss >= 0.1": [9],
    'params.batch_size != "None"': range(10),
    "params.model = 'GPT-4'": [3],
    "attributes.run_id IN ('run-1','run-2') AND metrics.loss > 0.3\n"
    '  AND metrics."f1 score" < 0.5\n  AND params.model LIKE "GPT%"': [1, 2],
    "metrics.rmse < 0.9 and tags.production = 'true'": [],
    "metrics.accuracy_score < 99.90": [],
    # What the guide calls bad, and what is meant.
    "metrics.cross-entropy-loss < 0.5": [],
    'params.1st_iteration_timestamp = "2022-01-01"': [],
    "tag.environment = notebook": range(5),
    "attr.status = 'FINISHED'": range(10),
    "parameter.batch_size = '2.0'": range(5),
    "metrics.log-scale-loss < -2": [9],
}
"""MLflow's guide (ml/search/search-runs), and which of its runs each filter finds."""


@pytest.mark.parametrize("filter", list(GUIDE))
def test_what_mlflow_documents_finds_what_mlflow_says(
    home: Home, mlflow_guide: None, filter: str
) -> None:
    assert find(home, filter) == [f"r{i}" for i in GUIDE[filter]]
