"""Parameters from a command line, put into a notebook as papermill does.

The cell with them follows the one tagged `parameters`, else it comes first; an earlier
injected one is replaced. The rest of the document is left as it is.
"""

import keyword
import logging
from collections.abc import Iterable
from typing import Any

import yaml
from papermill.exceptions import PapermillException
from papermill.iorw import NoDatesSafeLoader
from papermill.translators import translate_parameters

from trackbook.errors import BadInput
from trackbook_server.notebooks.document import Document

TAG = "parameters"
INJECTED_TAG = "injected-parameters"
INJECTED_ID = "injected-parameters"
"""The cell's id: the same in every run, so that runs can be laid side by side."""


def parse_parameters(texts: Iterable[str]) -> dict[str, Any]:
    """Return the values of `name=value` texts, typed as YAML types them.

    Raises BadInput, which says what a parameter looks like.
    """
    found: dict[str, Any] = {}
    for text in texts:
        name, equals, value = text.partition("=")
        if not equals or not name.isidentifier() or keyword.iskeyword(name):
            raise BadInput(
                f"{text!r} is no parameter: write name=value with a Python name, "
                "as in -p lr=0.1."
            )
        found[name] = parse_value(value)
    return found


def parse_value(text: str) -> Any:
    """Return what `text` says in YAML; numbers also as Python writes them (1e-3)."""
    try:
        value = yaml.load(text, Loader=NoDatesSafeLoader)  # noqa: S506
    except yaml.YAMLError:
        return text
    if value == "None":
        return None
    if isinstance(value, str) and value == text.strip():
        try:
            return float(value)
        except ValueError:
            return value
    return value


def inject(
    document: Document, parameters: dict[str, Any], kernel_name: str
) -> Document:
    """Return the document with a cell that sets `parameters`.

    Raises BadInput where the notebook's language has no such cell.
    """
    if not parameters:
        return document
    language = str(
        document.get("metadata", {}).get("kernelspec", {}).get("language", "python")
    )
    logging.getLogger("papermill.translators").setLevel(logging.ERROR)
    try:
        source = translate_parameters(kernel_name, language, parameters, "Parameters")
    except (PapermillException, NotImplementedError) as error:
        raise BadInput(
            f"can't set parameters in a notebook in {language}: {error}."
        ) from error
    cell: dict[str, Any] = {
        "cell_type": "code",
        "execution_count": None,
        "metadata": {"tags": [INJECTED_TAG]},
        "outputs": [],
        "source": source,
    }
    if document.get("nbformat_minor", 0) >= 5:
        cell["id"] = INJECTED_ID
    cells = [c for c in document["cells"] if INJECTED_TAG not in _tags(c)]
    place = next((i + 1 for i, c in enumerate(cells) if TAG in _tags(c)), 0)
    return document | {"cells": [*cells[:place], cell, *cells[place:]]}


def _tags(cell: dict[str, Any]) -> list[Any]:
    tags = cell.get("metadata", {}).get("tags", [])
    return tags if isinstance(tags, list) else []
