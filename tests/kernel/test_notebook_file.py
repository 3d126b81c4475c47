"""The notebook's file as the kernel keeps it where no server knows the document."""

import json
from pathlib import Path

from trackbook.capture.notebook import read_document, read_notebook

TOKEN = "ghp_" + "a1B2" * 9
KEY = ["-----BEGIN PRIVATE KEY-----\n", "MIIEabc\n", "-----END PRIVATE KEY-----\n"]


def write(path: Path, *lines: str) -> bytes:
    cell = {"cell_type": "code", "metadata": {}, "outputs": [], "source": list(lines)}
    data = json.dumps({"nbformat": 4, "metadata": {}, "cells": [cell]}, indent=2)
    path.write_text(data)
    return data.encode()


def test_a_file_without_secrets_is_kept_byte_for_byte(tmp_path: Path) -> None:
    data = write(tmp_path / "a.ipynb", "password = 'x'\n", "clf.fit(X)")
    assert read_notebook(tmp_path / "a.ipynb") == (data, 0)


def test_secrets_are_replaced_also_over_several_lines(tmp_path: Path) -> None:
    write(tmp_path / "a.ipynb", f"t = '{TOKEN}'\n", "key = '''", *KEY, "'''\n", "fit()")
    found = read_notebook(tmp_path / "a.ipynb")
    assert found is not None
    data, count = found
    assert count == 2
    assert TOKEN.encode() not in data
    assert b"MIIEabc" not in data
    source = "".join(json.loads(data)["cells"][0]["source"])
    assert source == "t = '<redacted>'\nkey = '''<redacted>\n'''\nfit()"


def test_what_is_no_notebook_is_none(tmp_path: Path) -> None:
    (tmp_path / "a.ipynb").write_text("{}")
    assert read_notebook(tmp_path / "a.ipynb") is None
    assert read_notebook(tmp_path / "gone.ipynb") is None


def test_a_notebook_of_an_older_format_is_read_in_its_own_bytes(tmp_path: Path) -> None:
    path = tmp_path / "old.ipynb"
    data = b'{"nbformat": 3, "metadata": {}, "worksheets": []}\r\n'
    path.write_bytes(data)
    assert read_notebook(path) == (data, 0)
    assert read_document(path) is None
    path.write_bytes(b'{"no": "notebook"}')
    assert read_notebook(path) is None
