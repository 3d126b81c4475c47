from itertools import islice
from pathlib import PurePath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trackbook_server.notebooks.names import copy_name, numbered, safe_stem


@pytest.mark.parametrize(
    ("path", "run", "name"),
    [
        ("/home/me/churn.ipynb", "lr 0.003", "churn (lr 0.003).ipynb"),
        ("churn.ipynb", "🚀 best", "churn (🚀 best).ipynb"),
        ("churn.ipynb", "../../etc/passwd", "churn (etc-passwd).ipynb"),
        ("churn.ipynb", "\"quoted\" 'n such'", "churn (quoted- 'n such').ipynb"),
        ("churn.ipynb", "<img src=x onerror=alert(1)>", None),
        ("churn.ipynb", "a\nb\tc", "churn (a b c).ipynb"),
        ("churn.ipynb", "", "churn (copy).ipynb"),
        ("churn.ipynb", "...", "churn (copy).ipynb"),
        (None, "first", "notebook (first).ipynb"),
        ("con.ipynb", "NUL", "con- (NUL-).ipynb"),
        ("名前.ipynb", "学習率 0.1", "名前 (学習率 0.1).ipynb"),
        ("a.ipynb", "x" * 500, None),
        ("a.ipynb", "evil\u202egnp", "a (evilgnp).ipynb"),
    ],
)
def test_a_copy_is_named_for_its_run(path: str | None, run: str, name: str) -> None:
    found = copy_name(path, run)
    assert name is None or found == name
    assert len(found.encode()) <= 220


@given(st.text(), st.text())
def test_any_name_is_one_safe_file_name(path: str, run: str) -> None:
    name = copy_name(path.replace("\0", ""), run)
    assert PurePath(name).name == name
    assert not set(name) & set('<>:"/\\|?*\0\n\r')
    assert name.endswith(".ipynb")
    assert not name.startswith((".", " "))
    assert len(name.encode()) <= 220
    assert safe_stem(safe_stem(run)) == safe_stem(run)


def test_a_taken_name_is_counted_up() -> None:
    assert list(islice(numbered("a (b).ipynb"), 3)) == [
        "a (b).ipynb",
        "a (b) 2.ipynb",
        "a (b) 3.ipynb",
    ]
