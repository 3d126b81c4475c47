"""Requests that schemathesis makes of the OpenAPI document, on a real server.

Some seconds of them by default; `make test-api` gives it minutes. What it is to find:
an answer of 500 or above, one that the document does not have, and requests against
the document that are not refused.
"""

import asyncio
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.docs.test_rest_examples import serve

from .server_process import TOKEN

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
EXISTING = {
    "run_id": ["run-a", "run-b"],
    "key": ["acc"],
    "sha256": ["0" * 64],
    "revision_id": ["latest"],
    "notebook_path": ["a.ipynb"],
}


def with_what_exists(document: dict[str, Any]) -> dict[str, Any]:
    """Let some requests be about what there is, and no list be too long for tornado.

    It closes the connection above 64 KB of address and headers, before trackbook sees
    anything of it; lists at their limit are tested on their own.
    """
    for item in document["paths"].values():
        for told in item.values():
            for parameter in told["parameters"]:
                rules = parameter["schema"]
                if rules.get("type") == "array":
                    rules.pop("maxItems")
                    rules = rules["items"]
                    rules.pop("maxLength")
                names = EXISTING.get(parameter["name"])
                if names:
                    choice = {"anyOf": [{"enum": names}, dict(rules)]}
                    rules.clear()
                    rules.update(choice)
    return document


@pytest.mark.timeout(SECONDS + 120)
async def test_no_request_that_the_document_leads_to_makes_the_server_fail(
    tmp_path: Path,
) -> None:
    async with serve(tmp_path) as server:
        document = await server.fetch("trackbook/api/openapi.json")
        path = tmp_path / "openapi.json"
        path.write_text(json.dumps(with_what_exists(document)), encoding="utf-8")
        command = [
            str(Path(sys.executable).with_name("schemathesis")),
            "run",
            str(path),
            f"--url={server.url}trackbook/api",
            f"--header=Authorization:token {TOKEN}",
            "--phases=examples,coverage,fuzzing",
            f"--checks={','.join(CHECKS)}",
            f"--max-time={SECONDS}",
            "--request-timeout=20",
            "--warnings=off",
            "--no-color",
            *([] if "TRACKBOOK_FUZZ_SECONDS" in os.environ else ["--seed=1"]),
        ]
        done = await asyncio.to_thread(
            subprocess.run, command, capture_output=True, text=True, cwd=tmp_path
        )
        assert (await server.fetch("trackbook/api/status"))["problem"] is None
    assert "No issues found" in done.stdout, done.stdout[-6000:]
    log = (tmp_path / "server.log").read_text(encoding="utf-8", errors="replace")
    assert "Traceback" not in log, log[log.index("Traceback") - 500 :][:4000]
