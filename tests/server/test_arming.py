import json

import pytest

from trackbook_server.arming import KernelAnswer, Refusal, find_refusal, read_reply


def ok(value: object) -> dict:
    return {"status": "ok", "data": {"text/plain": repr(value)}, "metadata": {}}


def failed(name: str, message: str) -> dict:
    return {"status": "error", "ename": name, "evalue": message, "traceback": []}


def reply(answer: dict, executable: str = "/envs/ml/bin/python", pip: bool = True):
    return {
        "status": "ok",
        "user_expressions": {
            "caches": ok(None),
            "executable": ok(executable),
            "pip": ok(pip),
            "answer": answer,
        },
    }


def test_an_answer_is_read():
    said = json.dumps({"state": "recording", "version": "9", "new": 1})
    assert read_reply(reply(ok(said))) == KernelAnswer("recording", "9")


def test_a_missing_module_says_the_line_for_that_very_environment():
    answer = failed("ModuleNotFoundError", "No module named 'trackbook'")
    refusal = read_reply(reply(answer, executable="/my envs/ml/bin/python"))
    assert isinstance(refusal, Refusal)
    assert "/my envs/ml/bin/python" in refusal.reason
    assert refusal.cure == "%pip install trackbook-kernel"
    assert refusal.terminal_cure == (
        "'/my envs/ml/bin/python' -m pip install trackbook-kernel"
    )


def test_an_environment_without_pip_gets_a_line_that_works_there():
    answer = failed("ModuleNotFoundError", "No module named 'trackbook'")
    refusal = read_reply(reply(answer, pip=False))
    assert isinstance(refusal, Refusal)
    assert refusal.terminal_cure == (
        "uv pip install --python /envs/ml/bin/python trackbook-kernel"
    )
    assert refusal.cure == f"!{refusal.terminal_cure}"


@pytest.mark.parametrize(
    ("answer", "told", "cure"),
    [
        (
            failed("ModuleNotFoundError", "No module named 'msgspec'"),
            "msgspec",
            "%pip install trackbook-kernel",
        ),
        (
            failed("AttributeError", "module 'trackbook' has no attribute 'arm'"),
            "too old",
            "%pip install --upgrade trackbook-kernel",
        ),
        (failed("OSError", "disk full"), "disk full", "%load_ext trackbook"),
        (ok("not json"), "can't read", "%pip install --upgrade trackbook-kernel"),
        (ok('{"state": "yes"}'), "state", None),
    ],
)
def test_what_is_broken_is_named_with_its_cure(answer, told, cure):
    refusal = read_reply(reply(answer))
    assert isinstance(refusal, Refusal)
    assert told in refusal.reason
    assert cure is None or refusal.cure == cure


@pytest.mark.parametrize("content", [{}, {"status": "error"}, {"user_expressions": {}}])
def test_a_kernel_that_evaluates_no_expressions_is_told_so(content):
    refusal = read_reply(content)
    assert isinstance(refusal, Refusal)
    assert "%load_ext trackbook" in refusal.reason


class Kernel:
    def __init__(self, language: str) -> None:
        self.kernel_spec = type(
            "Spec", (), {"language": language, "display_name": "It"}
        )


def test_other_languages_are_refused_by_name():
    refusal = find_refusal(Kernel("R"))
    assert isinstance(refusal, Refusal)
    assert "not a Python kernel" in refusal.reason
    assert find_refusal(Kernel("python")) is None
