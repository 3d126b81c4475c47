"""Captures that are none: refused in a sentence, early, and nothing stays behind."""

import asyncio
import json
import zlib
from pathlib import Path
from typing import Any

import pytest
from tornado.httpclient import HTTPClientError

from tests.notebooks.documents import code_cell, notebook, printed
from tests.notebooks.test_handlers import API, ask, problem
from tests.notebooks.test_notebook_revisions import kept
from trackbook_server.rest.captures import MAX_CAPTURE_BYTES

SOUND = kept(notebook(code_cell("1", "a")), "a.ipynb")
DEEP = "[" * 5000 + "]" * 5000


def without(name: str) -> str:
    return json.dumps({key: value for key, value in SOUND.items() if key != name})


@pytest.mark.parametrize(
    "body",
    [
        "",
        "{",
        "[]",
        DEEP,
        *map(without, ("moment", "client_id", "cell_keys", "cells", "frame")),
        json.dumps(SOUND | {"moment": "soon"}),
        json.dumps(SOUND | {"cell_keys": ["0", "0"]}),
        json.dumps(SOUND | {"cells": {"0": []}}),
        json.dumps(SOUND | {"cells": {"0": {"source": "no type"}}}),
        json.dumps(SOUND | {"cells": {"0": code_cell("1", outputs="none")}}),
        json.dumps(SOUND | {"frame": {"metadata": []}}),
        json.dumps(SOUND | {"unknown": 1}),
        json.dumps(SOUND).replace('"metadata": {}', f'"metadata": {{"d": {DEEP}}}', 1),
        json.dumps(SOUND | {"messages": {"m": "a"}}),
        json.dumps(SOUND).replace('"a.ipynb"', '"\\ud800"').replace("kept", "x"),
    ],
    ids=lambda body: body[:20] + body[-20:],
)
async def test_a_capture_that_is_none_is_a_problem(
    trackbook_home: Path, jp_fetch: Any, body: str
) -> None:
    status, said = await problem(
        jp_fetch, "captures", method="POST", body=body, request_timeout=60
    )
    assert status == 400
    assert said["error"] in ("BadInput", "NotANotebook")
    assert said["message"]
    assert (await ask(jp_fetch, "notebooks"))["notebooks"] == []
    # The client that sent it goes on.
    assert (await ask(jp_fetch, "captures", body=SOUND))["number"] == 1


async def test_keys_that_nobody_sent_are_asked_for(
    trackbook_home: Path, jp_fetch: Any
) -> None:
    body = SOUND | {"cell_keys": ["0", "never", "sent"]}
    assert (await ask(jp_fetch, "captures", body=body))["missing"] == ["never", "sent"]
    other = SOUND | {"client_id": "other", "cells": {}}
    assert (await ask(jp_fetch, "captures", body=other))["missing"] == ["0"]


@pytest.mark.parametrize("size", [MAX_CAPTURE_BYTES + 1, 1 << 30, 1 << 40])
async def test_a_body_that_is_too_large_is_refused_before_it_is_read(
    trackbook_home: Path, jp_fetch: Any, jp_serverapp: Any, size: int
) -> None:
    await ask(jp_fetch, "captures", body=SOUND)
    reader, writer = await asyncio.open_connection("127.0.0.1", jp_serverapp.port)
    path = f"{jp_serverapp.base_url}trackbook/api/captures"
    writer.write(
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: {size}\r\n"
        f"Authorization: token {jp_serverapp.identity_provider.token}\r\n\r\n".encode()
    )
    await writer.drain()
    # Not one byte of the body was sent.
    answer = await asyncio.wait_for(reader.read(20), 30)
    assert answer[:12] in (b"HTTP/1.1 413", b"HTTP/1.1 400", b"")
    assert answer or size > 1 << 29
    writer.close()
    assert (await ask(jp_fetch, "captures", body=SOUND))["number"] == 1


async def test_a_compressed_body_is_not_unpacked(
    trackbook_home: Path, jp_fetch: Any
) -> None:
    bomb = zlib.compress(b" " * (1 << 26) + json.dumps(SOUND).encode(), 9)
    headers = {"Content-Encoding": "deflate"}
    with pytest.raises(HTTPClientError) as raised:
        await jp_fetch(*API, "captures", method="POST", body=bomb, headers=headers)
    assert raised.value.code == 400


async def test_half_a_character_is_kept(trackbook_home: Path, jp_fetch: Any) -> None:
    cell = code_cell("half = '\ud83d'", "a", outputs=[printed("\udc00")])
    taken = await ask(jp_fetch, "captures", body=kept(notebook(cell), "a.ipynb"))
    found = await ask(jp_fetch, "revisions", taken["revision_id"])
    assert found["cells"][0]["source"] == ["half = '\ud83d'"]


@pytest.mark.parametrize("path", ["../../etc/a", "/etc/a", "a\0b", "x" * 9999])
async def test_a_path_outside_of_the_root_is_refused(
    trackbook_home: Path, jp_fetch: Any, path: str
) -> None:
    body = json.dumps(SOUND | {"notebook_path": path})
    status, said = await problem(jp_fetch, "captures", method="POST", body=body)
    assert (status, said["error"]) == (400, "BadInput")
    assert "outside" in said["message"]
    assert (await ask(jp_fetch, "notebooks"))["notebooks"] == []
