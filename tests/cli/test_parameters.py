import math
from typing import Any

import pytest

from tests.notebooks.documents import code_cell, notebook, text_cell
from trackbook.errors import BadInput
from trackbook_server.headless.parameters import inject, parse_parameters, parse_value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1", 1),
        ("0.1", 0.1),
        ("1e-3", 0.001),
        ("-5", -5),
        ("true", True),
        ("True", True),
        ("null", None),
        ("None", None),
        ("adam", "adam"),
        ("'1'", "1"),
        ("[1, 2]", [1, 2]),
        ("{a: 1}", {"a": 1}),
        ("2024-01-01", "2024-01-01"),
        ("a: b: c", "a: b: c"),
        ("a=b", "a=b"),
        ("", None),
    ],
)
def test_values_are_read_as_yaml(text: str, value: Any) -> None:
    found = parse_value(text)
    assert found == value
    assert type(found) is type(value)


def test_nan_and_infinity_are_numbers() -> None:
    assert math.isnan(parse_value("nan"))
    assert parse_value(".inf") == math.inf


@pytest.mark.parametrize("text", ["lr", "=1", "1x=2", "a b=1", "for=1"])
def test_what_is_no_parameter_is_refused(text: str) -> None:
    with pytest.raises(BadInput, match="write name=value"):
        parse_parameters([text])


def test_the_last_of_a_name_counts_and_values_may_hold_an_equals_sign() -> None:
    assert parse_parameters(["a=1", "b=x=y", "a=2"]) == {"a": 2, "b": "x=y"}


def test_the_cell_stands_behind_the_tagged_one_and_replaces_an_earlier_one() -> None:
    tagged = code_cell("lr = 1", "p", metadata={"tags": ["parameters"]})
    document = notebook(text_cell("# hi", "t"), tagged, code_cell("fit()", "f"))
    once = inject(document, {"lr": 0.5, "name": "it's"}, "python3")
    assert [cell["id"] for cell in once["cells"]] == [
        "t",
        "p",
        "injected-parameters",
        "f",
    ]
    assert once["cells"][2]["source"].splitlines() == [
        "# Parameters",
        "lr = 0.5",
        'name = "it\'s"',
    ]
    twice = inject(once, {"lr": 2}, "python3")
    assert len(twice["cells"]) == 4
    assert len(document["cells"]) == 3


def test_without_a_tagged_cell_it_comes_first_and_old_formats_get_no_id() -> None:
    document = notebook(code_cell("fit()"), minor=4)
    cell = inject(document, {"lr": 1}, "python3")["cells"][0]
    assert cell["source"] == "# Parameters\nlr = 1\n"
    assert "id" not in cell


def test_without_parameters_the_document_is_the_same() -> None:
    document = notebook(code_cell("fit()"))
    assert inject(document, {}, "python3") is document


def test_a_language_without_such_a_cell_is_named() -> None:
    document = notebook(code_cell("x"))
    document["metadata"]["kernelspec"] = {"name": "brainf", "language": "brainf"}
    with pytest.raises(BadInput, match="brainf"):
        inject(document, {"a": 1}, "brainf")
