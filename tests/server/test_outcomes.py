"""Outputs, tables and blobs over HTTP; who may read which bytes, and as what."""

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest
from tornado.httpclient import HTTPClientError

from tests.server.test_routes import ask, until
from tests.store.journals import FakeJournal
from trackbook.blobs import write_blob
from trackbook_server import contract as c

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 700_000
HTML = b"<script>alert(1)</script>"


@pytest.fixture
def blobs(trackbook_home: Path) -> dict[str, str]:
    folder = trackbook_home / "blobs"
    data = {"png": PNG, "html": HTML, "svg": b"<svg/>", "json": b"[1, 2]", "py": b"a=1"}
    data |= {"foreign": b"of another run", "model": b"\x80pickle"}
    return {name: write_blob(folder, content) for name, content in data.items()}


@pytest.fixture
def written(
    trackbook_home: Path, blobs: dict[str, str], jp_fetch: Any, jp_asyncio_loop: Any
) -> FakeJournal:
    journal = FakeJournal(trackbook_home)
    journal.start("other")
    artifact = {"name": "x.txt", "mime_type": "text/plain", "size_bytes": 1}
    journal.put("artifact_logged", run_id="other", sha256=blobs["foreign"], **artifact)
    journal.end("other")
    journal.start("run")
    param = {"key": "p", "value": "…", "sha256": blobs["json"], "size_bytes": 6}
    journal.put("params_logged", run_id="run", params=[param])
    source = {"source_sha256": blobs["py"], "source_size_bytes": 3}
    journal.execute("run", "e1", "a", results={"acc": 0.5}, **source)
    output = {
        "kind": "display_data",
        "data": {"text/plain": "x"},
        "blobs": {
            "image/png": {"sha256": blobs["png"], "size_bytes": len(PNG)},
            "text/html": {"sha256": blobs["html"], "size_bytes": len(HTML)},
            "image/svg+xml": {"sha256": blobs["svg"], "size_bytes": 6},
        },
    }
    journal.put("outputs_changed", execution_id="e1", count=1, outputs=[output])
    table = {"name": "grid/1", "columns": ["a"], "rows": [[1], [2]]}
    journal.put("table_logged", run_id="run", **table)
    artifact = {"name": "out/my model ü.bin", "mime_type": "text/html", "size_bytes": 7}
    journal.put("artifact_logged", run_id="run", sha256=blobs["model"], **artifact)
    artifact |= {"sha256": "../../../../etc/passwd"}
    journal.put("artifact_logged", run_id="run", **artifact)

    async def there() -> Any:
        runs = (await ask(jp_fetch, "runs"))["runs"]
        return runs and (await ask(jp_fetch, "runs", "run"))["artifacts"]

    jp_asyncio_loop.run_until_complete(until(there))
    return journal


async def fetch_blob(jp_fetch: Any, sha256: str, **options: Any) -> Any:
    return await jp_fetch("trackbook", "api", "runs", "run", "blobs", sha256, **options)


async def test_what_the_run_refers_to_is_answered(
    written: FakeJournal, jp_fetch: Any, blobs: dict[str, str]
) -> None:
    run = msgspec.convert(await ask(jp_fetch, "runs", "run"), c.Run)
    [execution] = run.cell_executions
    assert execution.output_count == 1
    assert execution.source_blob == c.BlobRef(sha256=blobs["py"], size_bytes=3)
    answer = await ask(jp_fetch, "runs", "run", "outputs")
    outputs = msgspec.convert(answer, c.RunOutputs)
    assert outputs.executions[0].outputs[0].blobs["image/png"].sha256 == blobs["png"]
    table = await ask(jp_fetch, "runs", "run", "tables", "grid", "1")
    assert msgspec.convert(table, c.RunTable).rows == [[1], [2]]
    with pytest.raises(HTTPClientError) as error:
        await ask(jp_fetch, "runs", "run", "tables", "none")
    assert error.value.code == 404


@pytest.mark.parametrize(
    ("name", "content_type", "disposition"),
    [
        ("png", "image/png", "inline"),
        ("json", "application/json", "inline"),
        ("py", "text/plain; charset=utf-8", "inline"),
        ("html", "application/octet-stream", "attachment"),
        ("svg", "image/svg+xml", "attachment"),
        ("model", "application/octet-stream", "attachment"),
    ],
)
async def test_bytes_are_whole_and_nothing_in_them_can_run(
    written: FakeJournal,
    jp_fetch: Any,
    blobs: dict[str, str],
    name: str,
    content_type: str,
    disposition: str,
) -> None:
    answer = await fetch_blob(jp_fetch, blobs[name])
    if name == "png":
        assert answer.body == PNG
    assert answer.headers["Content-Type"] == content_type
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"].startswith("sandbox;")
    kind, _, file_name = answer.headers["Content-Disposition"].partition(";")
    assert kind == disposition
    if name == "model":
        assert file_name.endswith("my%20model%20%C3%BC.bin")
    with pytest.raises(HTTPClientError) as error:
        await fetch_blob(
            jp_fetch, blobs[name], headers={"If-None-Match": answer.headers["Etag"]}
        )
    assert error.value.code == 304


async def test_only_the_beginning_of_bytes_is_given_where_asked_for(
    written: FakeJournal, blobs: dict[str, str], jp_fetch: Any
) -> None:
    route = ("trackbook", "api", "runs", "run", "blobs", blobs["html"])
    answer = await jp_fetch(*route, params={"first_bytes": 5})
    assert answer.body == HTML[:5]
    assert answer.headers["Content-Length"] == "5"
    whole = await jp_fetch(*route, params={"first_bytes": 10**9})
    assert whole.body == HTML
    with pytest.raises(HTTPClientError, match="400"):
        await jp_fetch(*route, params={"first_bytes": 0})


async def test_only_what_the_run_itself_names_is_given(
    written: FakeJournal, jp_fetch: Any, blobs: dict[str, str], trackbook_home: Path
) -> None:
    loose = write_blob(trackbook_home / "blobs", b"named by nobody")
    (trackbook_home / "blobs" / blobs["svg"][:2] / blobs["svg"][2:]).unlink()
    named = [blobs["foreign"], loose, blobs["svg"], "0" * 64]
    for sha256 in [*named, "..%2F..%2F..%2F..%2Fetc%2Fpasswd", "journals"]:
        with pytest.raises(HTTPClientError) as error:
            await fetch_blob(jp_fetch, sha256)
        assert error.value.code == 404
        assert error.value.response is not None
        msgspec.json.decode(error.value.response.body, type=c.Problem)


async def test_rules_are_set_for_an_experiment_and_seen_in_its_runs(
    written: FakeJournal, jp_fetch: Any
) -> None:
    run = await ask(jp_fetch, "runs", "run")
    path = ("experiments", run["experiment_id"])
    body = json.dumps({"names": {"acc": "ignore", "p": "ignore"}})
    experiment = await ask(jp_fetch, *path, method="PATCH", body=body)
    assert experiment["names"] == {"acc": "ignore", "p": "ignore"}
    run = await ask(jp_fetch, "runs", "run")
    assert (run["metrics"], run["params"]) == ({}, {})
    body = json.dumps({"names": {"acc": None}})
    experiment = await ask(jp_fetch, *path, method="PATCH", body=body)
    assert experiment["names"] == {"p": "ignore"}
    body = json.dumps({"names": {"acc": "hide"}})
    with pytest.raises(HTTPClientError) as error:
        await ask(jp_fetch, *path, method="PATCH", body=body)
    assert error.value.code == 400


async def test_an_untitled_run_is_attached_once_to_a_notebook_of_the_server(
    written: FakeJournal, jp_fetch: Any
) -> None:
    async def attach(path: str) -> Any:
        body = json.dumps({"notebook_path": path})
        return await ask(jp_fetch, "runs", "run", method="PATCH", body=body)

    for bad in ("train.py", "../x.ipynb", ""):
        with pytest.raises(HTTPClientError) as error:
            await attach(bad)
        assert error.value.code == 400
    assert (await attach("work/train.ipynb"))["experiment"] == "train"
    assert (await attach("work/train.ipynb"))["notebook_path"] == "work/train.ipynb"
    with pytest.raises(HTTPClientError) as error:
        await attach("other.ipynb")
    assert error.value.code == 400
    mine = await ask(jp_fetch, "runs", params={"notebook_path": "work/train.ipynb"})
    assert [run["run_id"] for run in mine["runs"]] == ["run"]
