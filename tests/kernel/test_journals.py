"""The reader on the corpus that all readers share."""

from pathlib import Path

import pytest

from trackbook.events import MAX_LINE_BYTES, JournalOpened
from trackbook.journal import list_segments, read_lines

CORPUS = Path(__file__).parents[1] / "journals"
GOOD = list_segments(CORPUS / "good")
BAD = list_segments(CORPUS / "bad")


@pytest.mark.parametrize("segment", GOOD, ids=lambda segment: segment.writer_id)
def test_a_good_journal_is_read_whole(segment):
    lines = list(read_lines(segment.path))
    assert len(lines) > 5
    assert [line.problem for line in lines] == [None] * len(lines)
    events = [line.event for line in lines if line.event is not None]
    assert isinstance(events[0], JournalOpened)
    assert [event.seq for event in events] == list(range(len(events)))


@pytest.mark.parametrize("segment", BAD, ids=lambda segment: segment.writer_id)
def test_what_is_bad_in_a_journal_does_not_hide_what_is_good(segment):
    lines = list(read_lines(segment.path))
    assert isinstance(lines[0].event, JournalOpened)
    assert lines[1].event is not None
    for line in lines:
        assert (line.event is None) == (line.problem is not None)
    if segment.writer_id in {"garbage", "types", "unknown"}:
        assert any(line.problem for line in lines)
        assert lines[-1].event is not None


def test_a_line_of_many_megabytes_is_skipped_without_being_held(tmp_path):
    path = tmp_path / "writer-000000.ndjson"
    good = (CORPUS / "bad" / "endless-000000.ndjson").read_bytes()
    path.write_bytes(b'{"x":"' + b"a" * 20_000_000 + b'"}\n' + good)
    long, *rest = read_lines(path)
    assert long.problem is not None
    assert f"{MAX_LINE_BYTES:,}" in long.problem
    assert long.text == b""
    assert all(line.event is not None for line in rest)
