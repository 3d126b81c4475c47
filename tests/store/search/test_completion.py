"""What is offered where the cursor is in a filter."""

import pytest

from tests.store.journals import FakeJournal
from trackbook_server.store.home import Home
from trackbook_server.store.search.completion import complete


@pytest.fixture
def asked(home: Home, journal: FakeJournal) -> Home:
    for number, model in enumerate(["adam", "sgd", "it's"]):
        journal.start(
            f"r{number}",
            {"lr": 10.0**-number, "model": model, "model.depth": number},
            tags={"task": f"t{number}"},
            notebook_path="/work/churn.ipynb",
        )
        journal.points(f"r{number}", "acc", [0.5])
        journal.points(f"r{number}", "val f1", [0.5])
        journal.end(f"r{number}")
    home.ingest_now()
    return home


def offered(home: Home, text: str) -> list[str]:
    """Return the filters that come of taking each offer; | is the cursor."""
    at = text.index("|")
    whole = text.replace("|", "")
    found = home.database.read(complete, whole, at).result()
    return [
        whole[: found.start] + item.text + whole[found.end :] for item in found.items
    ]


@pytest.mark.parametrize(
    ("text", "taken"),
    [
        ("|", "metrics."),
        ("met|", "metrics."),
        ("acc|", "metrics.acc "),
        ("metrics.|", "metrics.`val f1` "),
        ("metrics.v|", "metrics.`val f1` "),
        ("metrics.`va|", "metrics.`val f1` "),
        ("params.DEP|", "params.model.depth "),
        ("params.model |", "params.model = "),
        ("params.model = |", "params.model = 'adam'"),
        ("params.model = 'a|", "params.model = 'adam'"),
        ("params.model = |", "params.model = 'it''s'"),
        ("params.lr = |", "params.lr = 0.01"),
        ("params.lr in (0.1, |", "params.lr in (0.1, 0.01"),
        ("tags.task = |", "tags.task = 't1'"),
        ("sta|", "status "),
        ("status = |", "status = 'failed'"),
        ("status = fa| and starred", "status = 'failed' and starred"),
        ("started > |", "started > 'last 7 days'"),
        ("started > las|", "started > 'last 7 days'"),
        ("notebook = |", "notebook = 'churn.ipynb'"),
        ("metrics.acc > 0.5 |", "metrics.acc > 0.5 and "),
        ("metrics.acc > 0.5 and pa|", "metrics.acc > 0.5 and params."),
        ("params.lr between 1 |", "params.lr between 1 and "),
        ("params.lr is |", "params.lr is not null"),
        ("not (fail|", "not (failed"),
        ("datasets.|", "datasets.digest "),
    ],
)
def test_what_can_stand_at_the_cursor_is_offered(
    asked: Home, text: str, taken: str
) -> None:
    assert taken in offered(asked, text)


@pytest.mark.parametrize(
    "text", ["metrics.acc > |", "name = |", "text: |", "text: 'x|", "(((|", "!|", "'|"]
)
def test_where_nothing_is_known_nothing_wrong_is_offered(
    asked: Home, text: str
) -> None:
    for filter in offered(asked, text):
        assert filter.startswith(text.rstrip("|(!'")[:3])


def test_offers_are_few_however_many_keys_there_are(
    home: Home, journal: FakeJournal
) -> None:
    journal.start("r", {f"p{number}": number for number in range(3000)})
    journal.points("r", "acc", [0.5])
    home.ingest_now()
    assert len(offered(home, "params.p|")) == 12
