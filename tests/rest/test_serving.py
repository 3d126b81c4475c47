"""What holds of every route over real HTTP: tags, gzip, parts, methods, limits."""

import asyncio
import gzip
import json
from pathlib import Path
from typing import Any

import msgspec
import pytest
from tornado.httpclient import HTTPClientError, HTTPResponse

from tests.server.test_routes import ask, both_runs, journal  # noqa: F401
from tests.store.journals import FakeJournal
from trackbook.blobs import blob_path
from trackbook.paths import blobs_dir
from trackbook_server import contract as c
from trackbook_server.rest.endpoint import MAX_BODY_BYTES
from trackbook_server.rest.routes import ROUTES

API = ("trackbook", "api")


async def get(jp_fetch: Any, *path: str, **options: Any) -> HTTPResponse:
    """Ask, with errors and 304 answered like everything else."""
    answer: HTTPResponse = await jp_fetch(
        *API, *path, raise_error=False, allow_nonstandard_methods=True, **options
    )
    return answer


def problem_of(answer: HTTPResponse) -> c.Problem:
    return msgspec.json.decode(answer.body, type=c.Problem)


LISTS = [
    ("runs", {}),
    ("runs", {"since": "0"}),
    ("runs/groups", {"group": "status"}),
    ("runs/columns", {}),
    ("runs/ids", {}),
    ("experiments", {}),
    ("folders", {}),
    ("points", {"run_id": "run-b", "key": "acc"}),
    ("runs/run-b/metrics/acc", {}),
    ("charts", {"run_id": "run-b"}),
    # Known by their bytes.
    ("runs/run-b", {}),
    ("runs", {"filter": "started > 'last 7 days' or true"[:24]}),
    ("runs/run-b/outputs", {}),
    ("openapi.json", {}),
    ("status", {}),
]


@pytest.mark.parametrize(("path", "query"), LISTS)
async def test_what_a_client_has_is_not_sent_again(
    journal: FakeJournal,  # noqa: F811
    jp_fetch: Any,
    path: str,
    query: dict[str, str],
) -> None:
    await both_runs(jp_fetch)
    first = await get(jp_fetch, *path.split("/"), params=query)
    assert first.code == 200, first.body
    tag = first.headers["Etag"]
    assert first.headers["Cache-Control"] == "private, no-cache"
    for known in (tag, f'"other", {tag}', f"W/{tag}"):
        again = await get(
            jp_fetch, *path.split("/"), params=query, headers={"If-None-Match": known}
        )
        assert (again.code, again.body) == (304, b"")
        assert again.headers["Etag"] == tag
    other = await get(
        jp_fetch, *path.split("/"), params=query, headers={"If-None-Match": '"x"'}
    )
    assert (other.code, other.body) == (200, first.body)


@pytest.mark.parametrize(
    ("path", "query"), [one for one in LISTS if one[0] not in ("openapi.json",)]
)
async def test_a_change_makes_another_tag(
    journal: FakeJournal,  # noqa: F811
    jp_fetch: Any,
    path: str,
    query: dict[str, str],
) -> None:
    await both_runs(jp_fetch)
    first = await get(jp_fetch, *path.split("/"), params=query)
    body = json.dumps({"name": "another", "starred": True})
    await get(jp_fetch, "runs", "run-b", method="PATCH", body=body)
    again = await get(
        jp_fetch,
        *path.split("/"),
        params=query,
        headers={"If-None-Match": first.headers["Etag"]},
    )
    # What does not tell of the run may still hold.
    assert again.code == 200 or "change" not in json.loads(first.body)
    if again.code == 200:
        assert again.headers["Etag"] != first.headers["Etag"]


async def test_an_edit_of_an_experiment_makes_other_tags(
    journal: FakeJournal,  # noqa: F811
    jp_fetch: Any,
) -> None:
    [run, _] = await both_runs(jp_fetch)
    of = ("experiments", run["experiment_id"])
    paths = [("experiments",), of, ("folders",), ("runs",)]
    before = [(await get(jp_fetch, *path)).headers["Etag"] for path in paths]
    body = json.dumps({"name": "Churn", "names": {"lr": "ignore"}})
    assert (await get(jp_fetch, *of, method="PATCH", body=body)).code == 200
    for path, tag in zip(paths, before, strict=True):
        again = await get(jp_fetch, *path, headers={"If-None-Match": tag})
        assert again.code == 200, path


async def test_long_answers_are_compressed_where_that_is_taken(
    journal: FakeJournal,  # noqa: F811
    jp_fetch: Any,
) -> None:
    await both_runs(jp_fetch)
    plain = await get(jp_fetch, "runs", "run-b", decompress_response=False)
    packed = await get(
        jp_fetch,
        "runs",
        "run-b",
        headers={"Accept-Encoding": "gzip"},
        decompress_response=False,
    )
    assert len(plain.body) > 1024 > 0
    assert packed.headers["Content-Encoding"] == "gzip"
    assert packed.headers["Vary"] == plain.headers["Vary"] == "Accept-Encoding"
    assert gzip.decompress(packed.body) == plain.body
    # Two codings are two answers, and each is known by the other's tag.
    assert packed.headers["Etag"] != plain.headers["Etag"]
    for headers in (
        {"If-None-Match": packed.headers["Etag"]},
        {"If-None-Match": plain.headers["Etag"], "Accept-Encoding": "gzip"},
    ):
        assert (await get(jp_fetch, "runs", "run-b", headers=headers)).code == 304
    csv = await get(
        jp_fetch,
        "points",
        "csv",
        params={"run_id": "run-b", "key": "acc"},
        headers={"Accept-Encoding": "gzip"},
        decompress_response=False,
    )
    assert gzip.decompress(csv.body).startswith(b"run_id,")


@pytest.fixture
def blob(journal: FakeJournal, trackbook_home: Path) -> str:  # noqa: F811
    sha256 = "ab" * 32
    path = blob_path(blobs_dir(trackbook_home), sha256)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(bytes(range(100)))
    journal.put(
        "artifact_logged",
        run_id="run-b",
        name="a.bin",
        sha256=sha256,
        size_bytes=100,
        mime_type="application/octet-stream",
    )
    return sha256


async def test_a_part_of_a_file_is_given(
    blob: str,
    jp_fetch: Any,
) -> None:
    await both_runs(jp_fetch)
    whole = None
    for _ in range(200):
        whole = await get(jp_fetch, "runs", "run-b", "blobs", blob)
        if whole.code == 200:
            break
        await asyncio.sleep(0.02)
    assert whole is not None
    assert whole.body == bytes(range(100))
    assert whole.headers["Accept-Ranges"] == "bytes"

    async def part(**headers: str) -> HTTPResponse:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return await get(jp_fetch, "runs", "run-b", "blobs", blob, headers=named)

    some = await part(Range="bytes=10-19")
    assert (some.code, some.body) == (206, bytes(range(10, 20)))
    assert some.headers["Content-Range"] == "bytes 10-19/100"
    last = await part(Range="bytes=-5")
    assert last.body == bytes(range(95, 100))
    tag = whole.headers["Etag"]
    assert (await part(Range="bytes=0-1", If_Range=tag)).code == 206
    assert (await part(Range="bytes=0-1", If_Range='"other"')).code == 200
    beyond = await part(Range="bytes=100-")
    assert beyond.code == 416
    assert beyond.headers["Content-Range"] == "bytes */100"
    assert "100 bytes" in problem_of(beyond).message
    assert (await part(If_None_Match=tag)).code == 304
    begun = await get(
        jp_fetch, "runs", "run-b", "blobs", blob, params={"first_bytes": "3"}
    )
    assert begun.body == b"\0\1\2"


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: str(route.template))
async def test_another_method_is_told_which_there_are(
    jp_fetch: Any, route: Any
) -> None:
    path = route.template.replace("{", "").replace("}", "").split("/")
    for method in {"GET", "POST", "PUT", "PATCH", "DELETE"} - set(route.endpoints()):
        answer = await get(jp_fetch, *path, method=method, body=None)
        assert answer.code == 405
        allowed = set(answer.headers["Allow"].split(", "))
        assert allowed >= {*route.endpoints(), "OPTIONS"}
        assert method not in allowed
        assert problem_of(answer).error == "MethodNotAllowed"
    options = await get(jp_fetch, *path, method="OPTIONS")
    assert (options.code, options.body) == (200, b"")


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: str(route.template))
async def test_a_method_of_no_http_is_refused_with_its_body(
    jp_fetch: Any, caplog: pytest.LogCaptureFixture, route: Any
) -> None:
    path = route.template.replace("{", "").replace("}", "").split("/")
    for method in ("TRACE", "QUERY"):
        answer = await get(jp_fetch, *path, method=method, body="{}")
        assert answer.code == 405
        assert "OPTIONS" in answer.headers["Allow"]
        assert problem_of(answer).error == "MethodNotAllowed"
    assert not [record for record in caplog.records if record.exc_info]


@pytest.mark.parametrize("path", ["runs", "runs/run-b", "runs/csv", "openapi.json"])
async def test_head_says_what_get_would(
    journal: FakeJournal,  # noqa: F811
    jp_fetch: Any,
    path: str,
) -> None:
    await both_runs(jp_fetch)
    get_, head = [
        await get(jp_fetch, *path.split("/"), method=method)
        for method in ("GET", "HEAD")
    ]
    assert (head.code, head.body) == (200, b"")
    for name in ("Content-Type", "Etag", "Vary", "Trackbook-Api-Version"):
        assert head.headers.get(name) == get_.headers.get(name)
    missing = await get(jp_fetch, "runs", "nobody", method="HEAD")
    assert missing.code == 404


@pytest.mark.parametrize(
    ("path", "name", "most"),
    [("points", "run_id", 400), ("compare", "run_id", 200), ("cells", "cell_id", 200)],
)
async def test_a_list_of_ids_has_a_limit(
    journal: FakeJournal,  # noqa: F811
    jp_fetch: Any,
    path: str,
    name: str,
    most: int,
) -> None:
    await both_runs(jp_fetch)
    others = {"points": ("key", "acc"), "cells": ("notebook_path", "a.ipynb")}

    async def of(count: int) -> HTTPResponse:
        query = [(name, f"run-{number}") for number in range(count)]
        query += [others[path]] if path in others else []
        return await get(jp_fetch, path, params=query)

    assert (await of(most)).code in (200, 404)
    refused = await of(most + 1)
    assert refused.code == 400
    assert f"{most}" in problem_of(refused).message


async def test_a_body_that_is_too_large_is_refused(jp_fetch: Any) -> None:
    body = json.dumps({"note": "x" * MAX_BODY_BYTES})
    answer = await get(jp_fetch, "runs", "run-b", method="PATCH", body=body)
    assert answer.code == 413
    assert f"{MAX_BODY_BYTES:,} bytes" in problem_of(answer).message


HOSTILE = [
    "a\0b", "%FF", "../../../etc/passwd", "' or 1=1 --", "<script>alert(1)</script>",
    "\u202e\U0001f600\ud7ff", "[x](javascript:alert(1))", "x" * 5000, "NaN", "-0",
    "9" * 400, "1e999", "{}", "null", "$(id)", "\r\nSet-Cookie: a=b", "C:\\con", "...",
]  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE)
async def test_no_text_in_any_place_of_a_get_makes_the_server_fail(
    journal: FakeJournal,  # noqa: F811
    jp_fetch: Any,
    text: str,
) -> None:
    await both_runs(jp_fetch)
    for route in ROUTES:
        declared = route.endpoints().get("GET")
        if declared is None:
            continue
        segments = [
            text if "{" in segment else segment for segment in route.template.split("/")
        ]
        names = (
            () if declared.query is None else declared.query.__struct_encode_fields__
        )
        for query in [{}, *({name: text} for name in names)]:
            answer = await get(jp_fetch, *segments, params=query)
            assert answer.code < 500, (route.template, query, answer.body)
            if answer.code >= 400:
                assert problem_of(answer).message
                assert "a=b" not in answer.headers.get("Set-Cookie", "")


@pytest.mark.parametrize(
    "body",
    [
        b"\xff\xfe", b"[" * 100_000, b'{"name": "' + b"\\u0000" * 10 + b'"}',
        b'{"name": NaN}', b'{"starred": 1e999}', b'{"tags": {"a": 1}}', b"null", b"",
        b'{"name": "a", "name": "b"}', b'{"note": "\\ud800"}', b'{"tags": []}',
        b'{"notebook_path": "../x.ipynb"}', b'{"notebook_path": "a\\u0000.ipynb"}',
    ],
    ids=lambda body: repr(body[:30]),
)  # fmt: skip
async def test_no_body_makes_the_server_fail(
    journal: FakeJournal,  # noqa: F811
    jp_fetch: Any,
    body: bytes,
) -> None:
    await both_runs(jp_fetch)
    for route in ROUTES:
        for method, declared in route.endpoints().items():
            if declared.body is None:
                continue
            path = route.template.replace("{run_id}", "run-b")
            answer = await get(jp_fetch, *path.split("/"), method=method, body=body)
            assert answer.code < 500, (route.template, answer.body)
            if answer.code >= 400:
                assert problem_of(answer).message


async def test_every_answer_says_the_version(jp_fetch: Any) -> None:
    for path in ("runs", "no/such/route", "runs/nobody"):
        answer = await get(jp_fetch, *path.split("/"))
        assert answer.headers["Trackbook-Api-Version"] == c.API_VERSION


async def test_the_document_is_served_for_this_server(
    jp_fetch: Any, jp_serverapp: Any
) -> None:
    document = await ask(jp_fetch, "openapi.json")
    assert document["openapi"] == "3.1.0"
    assert document["info"]["version"] == c.API_VERSION
    [server] = document["servers"]
    assert server["url"] == f"{jp_serverapp.base_url}trackbook/api"
    assert set(document["paths"]) == {f"/{route.template}" for route in ROUTES}
    ids = [
        told["operationId"]
        for item in document["paths"].values()
        for told in item.values()
    ]
    assert len(ids) == len(set(ids))


async def test_what_writes_asks_for_the_xsrf_token_of_a_browser(
    jp_http_port: int, jp_fetch: Any, jp_serverapp: Any
) -> None:
    """A page elsewhere can't make a browser that is logged in change anything."""
    login = await jp_fetch("api", "status")
    cookies = [part.split(";")[0] for part in login.headers.get_list("Set-Cookie")]
    with pytest.raises(HTTPClientError) as refused:
        await jp_fetch(
            *API,
            "runs",
            "edits",
            method="POST",
            body="{}",
            headers={"Authorization": "", "Cookie": "; ".join(cookies)},
        )
    assert refused.value.code == 403
