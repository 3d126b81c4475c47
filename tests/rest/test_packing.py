"""Answers as bytes: the same as if they were made at once, only in slices."""

import gzip
import time
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trackbook_server import contract as c
from trackbook_server.rest.answers import Text
from trackbook_server.rest.packing import PART_BYTES, encode, pack, takes_gzip
from trackbook_server.rest.ranges import Part, read_range


class Inner(msgspec.Struct):
    name: str
    values: list[float | str | None]


class Outer(msgspec.Struct):
    first: list[Inner]
    by_key: dict[str, int]
    last: Inner | None = msgspec.field(name="the last", default=None)


inners = st.builds(
    Inner,
    st.text(max_size=5),
    st.one_of(
        st.lists(st.one_of(st.none(), st.text(max_size=3), st.integers(0, 9))),
        st.integers(0, 20_000).map(lambda count: [0.5] * count),
    ),
)
outers = st.builds(
    Outer,
    st.lists(inners, max_size=40),
    st.dictionaries(st.text(max_size=3), st.integers(0, 5)),
    st.one_of(st.none(), inners),
)


@given(outers)
def test_slices_are_the_same_json(value: Outer) -> None:
    assert b"".join(encode(value)) == msgspec.json.encode(value)


def history(count: int) -> c.MetricHistory:
    numbers: list[Any] = [number * 0.1 for number in range(count)]
    fields: dict[str, Any] = {
        "int": 0, "float": 0.0, "str": "x", "bool": False, "list": numbers,
    }  # fmt: skip
    return c.MetricHistory(**{
        name: numbers
        if "list" in str(kind)
        else next((value for key, value in fields.items() if key in str(kind)), None)
        for name, kind in c.MetricHistory.__annotations__.items()
    })  # fmt: skip


def test_no_slice_of_a_large_answer_takes_long() -> None:
    """Each holds the interpreter as long as it takes, and with it the event loop."""
    answer = c.MetricHistories(histories=[history(100_000)] * 2, change=1)
    longest, began = 0.0, time.thread_time()
    sizes = []
    for piece in encode(answer):
        longest = max(longest, time.thread_time() - began)
        sizes.append(len(piece))
        began = time.thread_time()
    assert sum(sizes) > 4_000_000
    assert max(sizes) < 400_000
    assert longest < 0.02


def test_what_pays_is_compressed_and_known_by_the_same_tag() -> None:
    long, short = Text("a line\n" * 1000), Text("a line\n")
    packed, plain = pack(long, "gzip, deflate"), pack(long, "")
    assert (packed.is_gzip, plain.is_gzip) == (True, False)
    assert gzip.decompress(b"".join(packed.parts)) == b"".join(plain.parts)
    assert packed.tag == plain.tag != pack(short, "").tag
    assert packed.size_bytes == sum(map(len, packed.parts)) < plain.size_bytes
    assert not pack(short, "gzip").is_gzip


def test_large_bodies_come_in_parts() -> None:
    numbers: list[c.Number] = [0.123456789] * 300_000
    answer = Inner("x", numbers)  # type: ignore[arg-type]
    parts = pack(answer, "").parts
    assert len(parts) > 10
    assert max(map(len, parts)) < 2 * PART_BYTES
    assert b"".join(parts) == msgspec.json.encode(answer)


@pytest.mark.parametrize(
    ("header", "taken"),
    [
        ("gzip", True),
        ("GZIP;q=0.5, br", True),
        ("deflate, *", True),
        ("*;q=0", False),
        ("gzip;q=0", False),
        ("gzip;q=0, *", False),
        ("gzip;q=much", False),
        ("identity", False),
        ("", False),
    ],
)
def test_gzip_is_taken_as_the_header_says(header: str, taken: bool) -> None:
    assert takes_gzip(header) is taken


@pytest.mark.parametrize(
    ("header", "part"),
    [
        ("bytes=0-0", Part(0, 0)),
        ("bytes=2-", Part(2, 9)),
        ("bytes=2-99", Part(2, 9)),
        ("bytes=-3", Part(7, 9)),
        ("bytes=-99", Part(0, 9)),
        ("bytes=5-2", None),
        ("bytes=0-1,3-4", None),
        ("lines=1-2", None),
        ("bytes=-", None),
        ("bytes=x-y", None),
        ("bytes=10-", "beyond"),
        ("bytes=-0", "beyond"),
    ],
)
def test_a_range_is_read_as_http_has_it(header: str, part: Any) -> None:
    if part == "beyond":
        with pytest.raises(ValueError, match="bytes"):
            read_range(header, 10)
    else:
        assert read_range(header, 10) == part
