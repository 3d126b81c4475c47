"""Bodies: a large one is read in slices, and is the same."""

import json
import time
from typing import Any

import msgspec
import pytest

from trackbook.errors import BadInput
from trackbook_server import contract as c
from trackbook_server.rest.bodies import decode_body


def capture(cells: dict[str, Any], **fields: Any) -> bytes:
    body = {
        "kernel_id": None, "client_id": "c", "moment": "kept", "messages": {},
        "frame": {"metadata": {}}, "cell_keys": list(cells), "cells": cells,
        "notebook_path": "a.ipynb",
    }  # fmt: skip
    return json.dumps(body | fields).encode()


def cells(count: int) -> dict[str, Any]:
    lines = ["epoch 3, loss 0.2341 ünïcode\n"] * 300
    output = {"output_type": "stream", "name": "stdout", "text": lines}
    return {
        str(number): {"cell_type": "code", "source": "x = 1", "outputs": [output]}
        for number in range(count)
    }


def test_a_large_body_is_the_same_as_if_it_was_read_at_once() -> None:
    data = capture(cells(400))
    assert len(data) > 2 << 20
    assert decode_body(data, c.Capture) == msgspec.json.decode(data, type=c.Capture)


def test_keys_that_are_numbers_are_read_in_a_large_body_too() -> None:
    data = json.dumps({"sources": {"7": "x" * (2 << 20)}}).encode()
    assert list(decode_body(data, c.RefillRequest).sources) == [7]


@pytest.mark.parametrize(
    "data",
    [
        capture(cells(400), unknown=1),
        capture(cells(400), moment="soon"),
        capture(cells(400) | {"last": []}),
        capture(cells(400))[:-1],
        capture(cells(400)).replace(b'"x = 1"', b'"x = 1', 1),
        b"[" + capture(cells(400)) + b"]",
        b"[" * (2 << 20),
    ],
    ids=["unknown", "moment", "list", "torn", "quote", "array", "deep"],
)
def test_a_large_body_that_is_none_is_refused_in_a_sentence(data: bytes) -> None:
    with pytest.raises(BadInput, match="the body is not what Capture asks: "):
        decode_body(data, c.Capture)


def test_finding_the_parts_of_a_large_body_is_quick() -> None:
    """It is the longest that the interpreter is held in one piece."""
    data = capture({str(n): {"outputs": ["x" * 1_000_000]} for n in range(40)})
    took = []
    for _ in range(5):
        began = time.thread_time()
        msgspec.json.decode(data, type=dict[str, msgspec.Raw])
        took.append(time.thread_time() - began)
    assert min(took) < 0.02
