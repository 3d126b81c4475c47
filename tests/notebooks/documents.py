"""Notebook documents for tests, small and random."""

from typing import Any

from hypothesis import strategies as st

Document = dict[str, Any]


def code_cell(source: str, cell_id: str | None = None, **more: Any) -> dict[str, Any]:
    cell: dict[str, Any] = {
        "cell_type": "code",
        "source": source,
        "metadata": {},
        "outputs": [],
        "execution_count": None,
    }
    if cell_id is not None:
        cell["id"] = cell_id
    return cell | more


def text_cell(source: str, cell_id: str | None = None) -> dict[str, Any]:
    cell: dict[str, Any] = {"cell_type": "markdown", "source": source, "metadata": {}}
    if cell_id is not None:
        cell["id"] = cell_id
    return cell


def printed(text: str) -> dict[str, Any]:
    return {"output_type": "stream", "name": "stdout", "text": text}


def shown(text: str, count: int | None) -> dict[str, Any]:
    return {
        "output_type": "execute_result",
        "data": {"text/plain": text},
        "metadata": {},
        "execution_count": count,
    }


def notebook(*cells: dict[str, Any], minor: int = 5) -> Document:
    return {
        "nbformat": 4,
        "nbformat_minor": minor,
        "metadata": {"kernelspec": {"name": "python3", "display_name": "Python 3"}},
        "cells": list(cells),
    }


# --- random ones --------------------------------------------------------------------

texts = st.text(max_size=40)
numbers = st.one_of(
    st.integers(-(2**70), 2**70), st.floats(allow_nan=False), st.just(-0.0)
)
json_values = st.recursive(
    st.one_of(st.none(), st.booleans(), numbers, texts),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(texts, inner, max_size=3)
    ),
    max_leaves=8,
)
metadata = st.dictionaries(
    texts.filter(lambda key: key != "trusted"), json_values, max_size=3
)
multiline = st.one_of(texts, st.lists(texts, max_size=3))
mime_bundles = st.dictionaries(
    st.sampled_from(
        ["text/plain", "text/html", "image/png", "application/json", "x/y+json", "odd"]
    ),
    st.one_of(multiline, json_values),
    max_size=3,
)
counts = st.one_of(st.none(), st.integers(0, 99), st.just("absent"), st.just(2.0))
outputs = st.one_of(
    st.builds(
        lambda text: {"output_type": "stream", "name": "stdout", "text": text},
        multiline,
    ),
    st.builds(
        lambda data, meta, count: {
            "output_type": "execute_result",
            "data": data,
            "metadata": meta,
            "execution_count": count,
        },
        mime_bundles,
        metadata,
        counts,
    ),
    st.builds(
        lambda lines: {
            "output_type": "error",
            "ename": "E",
            "evalue": "",
            "traceback": lines,
        },
        st.lists(texts, max_size=2),
    ),
    st.dictionaries(texts, json_values, max_size=2),
)


@st.composite
def cells(draw: st.DrawFn) -> dict[str, Any]:
    cell = dict(draw(st.dictionaries(texts, json_values, max_size=2)))
    cell["cell_type"] = draw(st.sampled_from(["code", "markdown", "raw", "future"]))
    cell["source"] = draw(multiline)
    for key, values in (
        ("id", st.one_of(texts, st.integers())),
        ("metadata", metadata),
        ("outputs", st.lists(outputs, max_size=3)),
        ("execution_count", counts),
        ("attachments", st.dictionaries(texts, mime_bundles, max_size=2)),
    ):
        cell.pop(key, None)
        if draw(st.booleans()):
            cell[key] = draw(values)
    return cell


@st.composite
def documents(draw: st.DrawFn) -> Document:
    document = dict(draw(st.dictionaries(texts, json_values, max_size=2)))
    return document | {
        "nbformat": 4,
        "nbformat_minor": draw(st.integers(0, 7)),
        "metadata": draw(metadata),
        "cells": draw(st.lists(cells(), max_size=5)),
    }
