"""Requests that schemathesis makes of the OpenAPI document, on a real server.

Some seconds of them by default; `make test-api` gives it minutes. What it is to find:
an answer of 500 or above, one that the document does not have, and requests against
the document that are not refused.
"""

import asyncio
import json
import os
import re
import subprocess
import sys
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from tests.docs.test_rest_examples import serve

from .server_process import TOKEN, ServerProcess

SECONDS = int(os.environ.get("TRACKBOOK_FUZZ_SECONDS", "40"))
CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_schema_conformance",
    "response_headers_conformance",
    "negative_data_rejection",
    "unsupported_method",
)
TOO_LONG = "not found within 65536 bytes"
EXISTING = {
    "run_id": ["run-a", "run-b"],
    "key": ["acc"],
    "sha256": ["0" * 64],
    "revision_id": ["latest"],
    "notebook_path": ["a.ipynb"],
}


def with_what_exists(document: dict[str, Any]) -> dict[str, Any]:
    """Let all requests be about what there is."""
    for parameter in parameters_of(document):
        rules = parameter["schema"]
        names = EXISTING.get(parameter["name"])
        if names:
            items = rules["items"] if rules.get("type") == "array" else rules
            items["enum"] = names
    return document


def with_short_lists(document: dict[str, Any]) -> dict[str, Any]:
    """Let no list be too long for tornado, which closes the connection above 64 KB of
    address and headers; lists at their limit are tested on their own."""
    for parameter in parameters_of(document):
        rules = parameter["schema"]
        if rules.get("type") == "array":
            rules.pop("maxItems")
            rules["items"].pop("maxLength")
    return document


def parameters_of(document: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        parameter
        for item in document["paths"].values()
        for told in item.values()
        for parameter in told["parameters"]
    ]


def ask(server: ServerProcess, document: dict[str, Any], mode: str) -> str:
    """Make requests of a document; return what schemathesis says."""
    path = server.root.parent / f"{mode}.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    command = [
        str(Path(sys.executable).with_name("schemathesis")),
        "run",
        str(path),
        f"--url={server.url}trackbook/api",
        f"--header=Authorization:token {TOKEN}",
        f"--mode={mode}",
        "--phases=examples,coverage,fuzzing",
        f"--checks={','.join(CHECKS)}",
        f"--max-time={SECONDS // 2}",
        "--request-timeout=20",
        "--warnings=off",
        "--no-color",
        *([] if "TRACKBOOK_FUZZ_SECONDS" in os.environ else ["--seed=1"]),
    ]
    done = subprocess.run(command, capture_output=True, text=True, cwd=path.parent)
    return done.stdout


@pytest.mark.timeout(SECONDS + 120)
async def test_no_request_that_the_document_leads_to_makes_the_server_fail(
    tmp_path: Path,
) -> None:
    async with serve(tmp_path) as server:
        document = await server.fetch("trackbook/api/openapi.json")
        answers = [
            await asyncio.to_thread(ask, server, change(deepcopy(document)), mode)
            for mode, change in (
                ("all", with_short_lists),
                ("positive", with_what_exists),
            )
        ]
        assert (await server.fetch("trackbook/api/status"))["problem"] is None
    log = (tmp_path / "server.log").read_text(encoding="utf-8", errors="replace")
    assert "Traceback" not in log, log[log.index("Traceback") - 500 :][:4000]
    for said in answers:
        assert "Test cases:" in said, said[-6000:]
        assert "Failures:" not in said, said[-6000:]
        errors = re.findall(r"🚫 (\w[\w ]*): (\d+)", said)
        # Those that tornado did not read to their end.
        assert {kind for kind, _ in errors} <= {"Network Error"}, said[-6000:]
        assert not errors or TOO_LONG in log, said[-6000:]
