"""Whose cells a kernel executes: told apart by what front ends say of themselves."""

from typing import Any

from trackbook.capture.documents import Documents


def request(session: str, cell_id: str | None, **metadata: Any) -> dict[str, Any]:
    said = metadata | ({"cellId": cell_id} if cell_id else {})
    return {"header": {"session": session}, "metadata": said}


def notebook(session: str, cell_id: str) -> dict[str, Any]:
    return request(session, cell_id, deletedCells=[])


def test_a_reloaded_page_is_the_same_document() -> None:
    documents = Documents()
    first = documents.find(notebook("one", "a"))
    assert first is not None
    assert documents.find(notebook("after reload", "new")) == first
    assert documents.find(notebook("another tab", "a")) == first


def test_several_notebooks_are_told_apart_also_after_a_reload() -> None:
    documents = Documents()
    first = documents.find(notebook("one", "a"))
    documents.are_several = True
    second = documents.find(notebook("two", "b"))
    assert second not in (None, first)
    assert documents.find(notebook("one", "c")) == first
    assert documents.find(notebook("two, reloaded", "b")) == second


def test_a_console_is_no_document_and_vs_code_names_its_own() -> None:
    documents = Documents()
    assert documents.find(request("console", "a prompt")) is None
    uri = "vscode-notebook-cell:/home/me/a.ipynb"
    assert documents.find(request("code", f"{uri}#W1sZmlsZQ==")) == uri


def test_what_says_nothing_of_itself_is_none() -> None:
    odd: list[dict[str, Any]] = [
        {},
        {"metadata": 3, "header": 4},
        request("", None),
        {"metadata": {"cellId": 5}, "header": {"session": []}},
    ]
    for hostile in odd:
        assert Documents().find(hostile) is None
