import json
from pathlib import Path

import nbformat
import pytest
from hypothesis import given

from tests.notebooks.documents import code_cell, documents, notebook, printed
from trackbook.errors import NotANotebook
from trackbook_server.notebooks import document as documents_module
from trackbook_server.notebooks.document import (
    canonical,
    check_notebook,
    from_canonical,
    parse_notebook,
    read_notebook,
    render,
)


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "can't be read as JSON"),
        (b"print('hello')", "can't be read as JSON"),
        (b"\xff\xfe\x00garbage", "can't be read as JSON"),
        (b"[]", "no nbformat number"),
        (b"{}", "no nbformat number"),
        (b'{"nbformat": "4", "cells": []}', "no nbformat number"),
        (b'{"nbformat": 3, "worksheets": []}', "format 3"),
        (b'{"nbformat": 5, "cells": []}', "format 5"),
        (b'{"nbformat": 4}', "no list of cells"),
        (b'{"nbformat": 4, "cells": {}}', "no list of cells"),
        (b'{"nbformat": 4, "cells": [7]}', "cell 1 of"),
        (b'{"nbformat": 4, "cells": [{"cell_type": 1}]}', "cell 1 of"),
        (b'{"nbformat": 4, "metadata": [], "cells": []}', "metadata"),
        (
            b'{"nbformat": 4, "cells": [{"cell_type": "code", "source": 7}]}',
            "not text",
        ),
        (
            b'{"nbformat": 4, "cells": [{"cell_type": "code", "outputs": [1]}]}',
            "outputs",
        ),
        (b"[" * 200_000, "nested too deep"),
        (
            b'{"nbformat": 4, "cells": [], "x": ' + b"[" * 300 + b"]" * 300 + b"}",
            "deep",
        ),
    ],
)
def test_what_is_no_notebook_is_refused_by_name(data: bytes, says: str) -> None:
    with pytest.raises(NotANotebook, match=r"spam\.ipynb") as raised:
        parse_notebook(data, "spam.ipynb")
    assert says in str(raised.value)


def test_a_file_that_is_too_large_is_refused_before_it_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(documents_module, "MAX_NOTEBOOK_BYTES", 10)
    path = tmp_path / "big.ipynb"
    path.write_bytes(b" " * 11)
    with pytest.raises(NotANotebook, match="Clear its outputs"):
        read_notebook(path)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(NotANotebook, match=r"gone\.ipynb.*No such file"):
        read_notebook(tmp_path / "gone.ipynb")


def test_trusted_marks_are_stripped_from_cells_only() -> None:
    given_document = notebook(code_cell("1", metadata={"trusted": True, "tags": ["a"]}))
    given_document["metadata"]["trusted"] = "kept"
    found = check_notebook(given_document)
    assert found["cells"][0]["metadata"] == {"tags": ["a"]}
    assert found["metadata"]["trusted"] == "kept"
    assert given_document["cells"][0]["metadata"]["trusted"] is True


def test_lines_of_a_file_and_text_of_a_browser_are_the_same() -> None:
    as_file = notebook(code_cell("", outputs=[printed("")]))
    as_browser = notebook(code_cell("a\nb", outputs=[printed("x\ny")]))
    as_file["cells"][0]["source"] = ["a\n", "b"]
    as_file["cells"][0]["outputs"][0]["text"] = ["x\n", "y"]
    assert check_notebook(as_file) == check_notebook(as_browser)


def test_whole_doubles_and_integers_are_the_same_number() -> None:
    assert canonical({"a": 1.0, "b": [2.0, -0.0]}) == canonical({"b": [2, 0], "a": 1})
    assert canonical(1.5) != canonical(1)
    assert canonical(True) != canonical(1)


def test_half_a_surrogate_pair_survives() -> None:
    data = b'{"nbformat": 4, "metadata": {"x": "\\ud83d"}, "cells": []}'
    document = parse_notebook(data)
    assert from_canonical(canonical(document)) == document
    assert json.loads(render(document))["metadata"] == {"x": "\ud83d"}


def test_files_are_written_as_jupyter_writes_them(tmp_path: Path) -> None:
    node = nbformat.v4.new_notebook(
        cells=[
            nbformat.v4.new_markdown_cell("# Titel\n\nmit Ümlaut"),
            nbformat.v4.new_code_cell(
                "a = 1\nprint(a)",
                outputs=[nbformat.v4.new_output("stream", text="1\n2\n")],
                execution_count=1,
            ),
        ]
    )
    path = tmp_path / "written.ipynb"
    nbformat.write(node, path)
    document, data = read_notebook(path)
    assert render(document) == data


@given(documents())
def test_a_rendered_document_reads_back_equal(document: dict[str, object]) -> None:
    checked = check_notebook(document)
    assert parse_notebook(render(checked)) == checked
