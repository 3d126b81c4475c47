"""What the store keeps of what runs read."""

from tests.store.journals import FakeJournal
from trackbook_server.store.home import Home
from trackbook_server.store.run_details import get_run


def test_a_run_shows_what_it_read_and_the_last_word_on_it_counts(
    home: Home, journal: FakeJournal
) -> None:
    said = {"name": "iris", "digest": "abc", "profile": {"num_rows": 3}}
    journal.start("r1")
    journal.put("input_logged", run_id="r1", **said, context="training")
    journal.put("input_logged", run_id="r1", **said, context="eval", source="old.csv")
    journal.put("input_logged", run_id="r1", **said, context="eval", source="new.csv")
    journal.put("input_logged", run_id="r2", name="of a run that starts later")
    journal.start("r2")
    home.ingest_now()
    first, second = (
        home.database.read(get_run, run_id).result().inputs for run_id in ("r1", "r2")
    )
    assert [(found.context, found.source) for found in first] == [
        ("training", ""),
        ("eval", "new.csv"),
    ]
    assert first[0].profile == {"num_rows": 3}
    assert [found.name for found in second] == ["of a run that starts later"]
