"""A credential that a name told once is replaced wherever its value appears."""

import pytest

from tests.redaction.corpus import make_secrets
from trackbook.capture.redaction import REDACTED, Redactor
from trackbook.events import (
    CellError,
    ExecutionEnded,
    ExecutionStarted,
    Output,
    OutputBlob,
    OutputsChanged,
    Param,
    ParamsLogged,
    TableLogged,
)
from trackbook.lines import cut_text

VALUE = "Zk4" + "mQ9xT2vB7nL5pR8w"
TOKEN = "ghp_" + "a1B2" * 9


def stream(text: str, **fields: int) -> Output:
    return Output("stream", "stdout", text, **fields)


def test_what_a_source_named_is_gone_from_what_follows() -> None:
    redactor = Redactor()
    source = f"api_key = '{VALUE}'\nprint(api_key)"
    clean, count = redactor.redact_event(ExecutionStarted, {"source": source})
    assert (clean["source"], count) == (f"api_key = '{REDACTED}'\nprint(api_key)", 1)
    said = {"outputs": (stream(f"{VALUE}\nx{VALUE}x\n"),)}
    clean, count = redactor.redact_event(OutputsChanged, said)
    assert (clean["outputs"][0].text, count) == (f"{REDACTED}\nx{REDACTED}x\n", 2)
    error = CellError("E", f"no {VALUE}", f"E: no {VALUE}")
    clean, count = redactor.redact_event(ExecutionEnded, {"error": error})
    assert VALUE not in repr(clean)
    params = (Param("x", {"deep": [VALUE, 1]}), Param("y", 2))
    clean, count = redactor.redact_event(ParamsLogged, {"params": params})
    assert (clean["params"][0].value, count) == ({"deep": [REDACTED, 1]}, 1)
    assert clean["params"][1] is params[1]


def test_what_the_environment_and_the_users_names_hold_is_known() -> None:
    environment = {"MY_TOKEN": VALUE, "HOME": "/home/ada", "PASSWORD_FILE": "/x/y1"}
    names = {"password": "correct horse 7", "tokens": ["a1b2c3d4e5"], "x": TOKEN[:12]}
    redactor = Redactor(environment, names)
    said = {"outputs": (stream(f"{VALUE} correct horse 7 /home/ada a1b2c3d4e5\n"),)}
    clean, count = redactor.redact_event(OutputsChanged, said)
    assert clean["outputs"][0].text == f"{REDACTED} {REDACTED} /home/ada a1b2c3d4e5\n"
    assert count == 2
    environment["LATER_KEY"] = VALUE[::-1]  # as `load_dotenv()` does
    said = {"outputs": (stream(VALUE[::-1]),)}
    assert redactor.redact_event(OutputsChanged, said)[0]["outputs"][0].text == REDACTED


def test_the_folders_of_a_shell_are_no_passwords() -> None:
    environment = {"PWD": "/work/my project 2", "OLDPWD": "/data/run1"}
    redactor = Redactor(environment, {"PWD": VALUE})
    text = "/work/my project 2/out.csv /data/run1"
    said = {"outputs": (stream(f"{text} {VALUE}\n"),)}
    clean, count = redactor.redact_event(OutputsChanged, said)
    assert (clean["outputs"][0].text, count) == (f"{text} {REDACTED}\n", 1)


def test_a_known_value_is_found_as_other_formats_spell_it() -> None:
    redactor = Redactor()
    redactor.learn('a"b&c/d1')
    for text in (
        '{"x": "a\\"b&c/d1"}',
        "<td>a&quot;b&amp;c/d1</td>",
        "?x=a%22b%26c/d1",
    ):
        clean, count = redactor.redact_text(text)
        assert (REDACTED in clean, count) == (True, 1), clean


def test_the_memory_is_bounded_and_holds_no_common_words() -> None:
    redactor = Redactor()
    for word in ("accuracy", "short1", "12345678", "test-set", "Production"):
        redactor.learn(word)
        assert redactor.redact_text(f"the {word} is") == (f"the {word} is", 0)
    for number in range(1000):
        redactor.learn(f"secret-number-{number:04}")
    assert redactor.redact_text("secret-number-0001")[1] == 0
    assert redactor.redact_text("secret-number-0999")[1] == 1


def test_a_stream_that_goes_on_tells_no_half_of_a_credential() -> None:
    redactor = Redactor()
    for end in range(1, len(TOKEN)):
        output, _ = redactor.redact_output(
            stream(f"a b {TOKEN[:end]}"), is_growing=True
        )
        assert output.text == "a b "
    output, count = redactor.redact_output(stream(f"a b {TOKEN}"))
    assert (output.text, count) == (f"a b {REDACTED}", 1)


def test_head_and_tail_of_a_long_stream_are_cleaned_each() -> None:
    text = f"first {TOKEN} \nlast {TOKEN} end"
    head = text.index("last")
    output, count = Redactor().redact_output(
        stream(text, omitted_bytes=99, head_length=head)
    )
    assert count == 2
    assert output.text[: output.head_length] == f"first {REDACTED} \n"
    assert output.text[output.head_length :] == f"last {REDACTED} end"
    assert output.omitted_bytes == 99


def test_a_mime_bundle_is_cleaned_but_for_its_pictures() -> None:
    data = {
        "text/plain": f"<Client {TOKEN}>",
        "text/html": f"<b>{TOKEN}</b>",
        "image/svg+xml": f"<svg><text>{TOKEN}</text></svg>",
        "application/json": {"a": [{"password": "hunter" + "22"}], "b": [1.5] * 9},
        "image/png": TOKEN,
    }
    blobs = {"text/csv": OutputBlob("0" * 64, 1)}
    output = Output("display_data", data=data, blobs=blobs, metadata={"x": TOKEN})
    clean, count = Redactor().redact_output(output)
    assert count == 5
    assert clean.data["application/json"] == {
        "a": [{"password": REDACTED}],
        "b": [1.5] * 9,
    }
    assert clean.data["image/png"] == TOKEN
    assert TOKEN not in repr({**clean.data, "image/png": "", "m": clean.metadata})
    assert clean.blobs == blobs


@pytest.mark.parametrize("value", [None, True, 3, 2.5, [1, 2.0], {"a": 1}, ("x",)])
def test_what_is_clean_is_the_same_object(value: object) -> None:
    assert Redactor().redact_value(value)[0] is value


def test_a_column_of_a_table_tells_what_is_in_it() -> None:
    fields = {
        "columns": ("user", "password"),
        "rows": (("ada", "hunter" + "22"), (1, 2)),
    }
    clean, count = Redactor().redact_event(TableLogged, fields)
    assert (clean["rows"], count) == ((("ada", REDACTED), (1, 2)), 1)


def test_no_part_of_a_key_is_left_where_a_text_was_cut() -> None:
    key = make_secrets()["RSA key"]
    lines = key.splitlines()
    for part, newline in ((lines[:4], "\n"), (lines[:4], "\\n"), (lines[3:], "\n")):
        text = newline.join(["before", *part, "after"])
        clean, count = Redactor().redact_text(text)
        assert (clean, count) == (newline.join(["before", REDACTED, "after"]), 1)


@pytest.mark.parametrize("place", range(-60, 60, 7))
def test_a_text_is_cut_between_words(place: int) -> None:
    text = (
        "x" * 10 + " word" * 200 + f" {TOKEN} " + "word " * 200 + TOKEN + " word" * 200
    )
    for where in (text.index(TOKEN), len(text) - text.rindex(TOKEN)):
        clean, _ = Redactor().redact_text(cut_text(text, 2 * (where + place)))
        assert "ghp_" not in clean
        assert TOKEN[-8:] not in clean
