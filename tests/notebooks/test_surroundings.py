import hashlib
from pathlib import Path
from typing import Any

import pytest

from trackbook_server.contract import Environment, RunInput
from trackbook_server.notebooks.requirements import (
    build_lines,
    label_of,
    write_requirements,
)
from trackbook_server.notebooks.surroundings import (
    Present,
    compare_environment,
    compare_inputs,
    imported_packages,
    look_at,
)


def environment(packages: dict[str, str], python: str = "3.11.9") -> Environment:
    return Environment(
        environment_id="e",
        python=python,
        executable="/there/bin/python",
        platform="Linux",
        host="there",
        packages=packages,
        git=None,
        machine={},
    )


def run_input(**fields: Any) -> RunInput:
    known: dict[str, Any] = {"name": "a.csv", "digest": "", "source": "", "profile": {}}
    known |= {"schema": {}, "context": "", "logged_at": ""}
    return RunInput(**(known | fields))


def test_requirements_pin_what_was_installed_and_nothing_else() -> None:
    text = write_requirements(
        "lr\n--index-url evil",
        environment(
            {
                "numpy": "2.1",
                "torch": "2.9+cpu",
                "trackbook": "0.1.0",
                "evil\n--index-url http://x": "1",
                "-r": "1",
                "late": "1 ; --pre",
            }
        ),
    )
    asked = [line for line in text.splitlines() if not line.startswith("#")]
    assert asked == ["numpy==2.1", "torch==2.9+cpu"]
    assert "# trackbook==0.1.0: install it as you did" in text


def test_shell_lines_need_no_quoting_whatever_the_run_is_called() -> None:
    uv, pip = build_lines("run-1", "$(rm -rf ~) 'Ünï' 8", "3.11.9", Path("/a b"))
    assert label_of("$(rm -rf ~) 'Ünï' 8") == "rm-rf-n-8"
    assert uv[0] == (
        "trackbook restore run-1 --requirements -o requirements-rm-rf-n-8.txt "
        "--home '/a b'"
    )
    assert uv[1] == "uv venv --python 3.11 .venv-rm-rf-n-8"
    assert pip[1] == "python3.11 -m venv .venv-rm-rf-n-8"
    assert build_lines("r", "★", "; rm", None)[0][1] == "uv venv --python 3 .venv-run"


def test_packages_that_the_notebook_imports_stand_first() -> None:
    now = Present("/here/bin/python", "3.12", {"a": "1", "pandas": "3.1", "z": "2"})
    then = environment({"a": "1", "b": "2", "pandas": "3.0", "scikit-learn": "1.8"})
    sources = ["import pandas as pd, os", "x = 1\n  from sklearn.svm import SVC"]
    found = compare_environment(then, now, sources, ([], []))
    told = [(one.name, one.then, one.now, one.is_used) for one in found.packages]
    assert told == [
        ("pandas", "3.0", "3.1", True),
        ("scikit-learn", "1.8", None, True),
        ("b", "2", None, False),
        ("z", None, "2", False),
    ]
    assert (found.same_count, found.python_now) == (1, "3.12")
    assert imported_packages(["import a.b,c_d"]) == {"a", "c-d"}


def test_where_the_present_is_not_known_nothing_is_said_to_differ() -> None:
    found = compare_environment(environment({"a": "1"}), None, [], ([], []))
    assert found.packages == []
    assert found.interpreter is None


def test_an_interpreter_is_looked_at_without_running_it(tmp_path: Path) -> None:
    site = tmp_path / "lib" / "python3.12" / "site-packages"
    (site / "Some_Thing-2.0.dist-info").mkdir(parents=True)
    executable = tmp_path / "bin" / "python"
    found = look_at(str(executable))
    assert found == Present(str(executable), "3.12", {"some-thing": "2.0"})
    (tmp_path / "pyvenv.cfg").write_text("home = /x\nversion_info = 3.12.4.final.0\n")
    assert look_at(str(executable)).python == "3.12.4"  # type: ignore[union-attr]
    assert look_at("/nowhere/bin/python") is None


@pytest.mark.parametrize(
    ("fields", "state"),
    [
        ({}, "same"),
        ({"digest": "0" * 64}, "changed"),
        ({"profile": {"size_bytes": 1}}, "changed"),
        ({"digest": "frame"}, "unknown"),
        ({"source": "/no/such/file.csv"}, "gone"),
        ({"source": "/dev/zero"}, "unknown"),
        ({"source": "a.csv"}, "unknown"),
        ({"source": "https://example.org/a.csv"}, "unknown"),
        ({"source": "/a\0b"}, "unknown"),
    ],
)
def test_an_input_is_compared_where_it_can_be(
    tmp_path: Path, fields: dict[str, Any], state: str
) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"a,b\n")
    known = {"source": str(path), "digest": hashlib.sha256(b"a,b\n").hexdigest()}
    (found,) = compare_inputs([run_input(**(known | fields))])
    assert found.state == state
