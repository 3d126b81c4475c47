"""Bundles over real HTTP: made, fetched, sent, refused, stopped."""

import json
from pathlib import Path
from typing import Any

import pytest
from tornado.httpclient import HTTPClientError

from tests.moving.conftest import bring, export
from tests.server.test_routes import ask, until
from tests.store.journals import FakeJournal
from trackbook.paths import exports_dir, imports_dir
from trackbook_server.rest import moves
from trackbook_server.store.home import Home


async def start(jp_fetch: Any, *path: str, body: Any) -> Any:
    return await ask(jp_fetch, *path, method="POST", body=json.dumps(body))


async def imported(jp_fetch: Any, import_id: str) -> Any:
    async def over() -> Any:
        found = await ask(jp_fetch, "imports", import_id)
        return found if found["state"] not in ("waiting", "running") else None

    return await until(over, 30)


def files(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir()) if folder.exists() else []


# Files of a test are small and on a local disk.
# ruff: noqa: ASYNC240


async def test_a_bundle_is_sent_made_again_and_fetched(
    bundle: Path, trackbook_home: Path, jp_fetch: Any, tmp_path: Path
) -> None:
    begun = await ask(
        jp_fetch,
        "imports",
        "file",
        method="POST",
        params={"name": "from ada.tbk"},
        body=bundle.read_bytes(),
    )
    assert begun["name"] in ("from ada.tbk", "")
    done = await imported(jp_fetch, begun["import_id"])
    assert (done["state"], done["new_count"], done["problems"]) == ("done", 3, [])
    assert files(imports_dir(trackbook_home)) == []
    made = await start(jp_fetch, "exports", body={"filter": "metrics.acc >= 0"})

    async def whole() -> Any:
        found = await ask(jp_fetch, "exports", made["export_id"])
        return found if found["state"] == "done" else None

    said = await until(whole, 30)
    assert (said["run_count"], said["problems"]) == (3, [])
    answer = await jp_fetch("trackbook", "api", "exports", made["export_id"], "file")
    assert len(answer.body) == said["size_bytes"]
    assert "runs.tbk" in answer.headers["Content-Disposition"]
    path = tmp_path / "fetched.tbk"
    path.write_bytes(answer.body)
    third = Home(tmp_path / "third")
    assert bring(third, path).new_count == 3
    third.close()
    await ask(jp_fetch, "exports", made["export_id"], method="DELETE")
    assert files(exports_dir(trackbook_home)) == []
    with pytest.raises(HTTPClientError, match="404"):
        await ask(jp_fetch, "exports", made["export_id"])


async def test_a_bundle_among_the_servers_files_is_imported(
    bundle: Path, jp_root_dir: Path, jp_fetch: Any
) -> None:
    (jp_root_dir / "in").mkdir()
    bundle.rename(jp_root_dir / "in" / "runs.tbk")
    begun = await start(jp_fetch, "imports", body={"path": "in/runs.tbk"})
    assert (await imported(jp_fetch, begun["import_id"]))["new_count"] == 3


@pytest.mark.parametrize(
    ("route", "body", "said"),
    [
        ("imports", {"path": "../../etc/passwd"}, "outside of what this server"),
        ("imports", {"path": "nope.tbk"}, "No such file"),
        ("exports", {}, "either run_ids or a filter"),
        ("exports", {"run_ids": ["a"], "filter": ""}, "either run_ids or a filter"),
        ("exports", {"run_ids": []}, "from 1 to"),
        ("exports", {"filter": "metrics.acc >"}, ""),
        ("exports", {"filter": "metrics.nope > 1"}, ""),
    ],
)
async def test_what_makes_no_sense_is_refused(
    jp_fetch: Any, route: str, body: Any, said: str
) -> None:
    with pytest.raises(HTTPClientError) as refused:
        await start(jp_fetch, route, body=body)
    assert refused.value.code == 400
    assert refused.value.response is not None
    assert said in json.loads(refused.value.response.body)["message"]


async def test_what_is_sent_and_is_no_bundle_leaves_nothing(
    jp_fetch: Any, trackbook_home: Path, bundle: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for body, code in ((b"PK", 400), (bundle.read_bytes()[:-1], 400), (b"", 400)):
        with pytest.raises(HTTPClientError) as refused:
            await ask(
                jp_fetch, "imports", "file", method="POST", body=body,
                allow_nonstandard_methods=True,
            )  # fmt: skip
        assert refused.value.code == code
    monkeypatch.setattr(moves, "MAX_BUNDLE_BYTES", 1000)
    with pytest.raises(HTTPClientError) as refused:
        await ask(jp_fetch, "imports", "file", method="POST", body=bundle.read_bytes())
    assert refused.value.code in (400, 413, 599)

    async def gone() -> bool:
        return files(imports_dir(trackbook_home)) == []

    assert await until(gone)


async def test_nobody_sends_without_a_token(
    jp_fetch: Any, trackbook_home: Path, bundle: Path
) -> None:
    with pytest.raises(HTTPClientError) as refused:
        await ask(
            jp_fetch, "imports", "file", method="POST", body=bundle.read_bytes(),
            headers={"Authorization": "token wrong"},
        )  # fmt: skip
    assert refused.value.code == 403
    assert files(imports_dir(trackbook_home)) == []


async def test_an_export_of_runs_that_are_gone_says_so(jp_fetch: Any) -> None:
    made = await start(jp_fetch, "exports", body={"run_ids": ["nope"]})

    async def failed() -> Any:
        found = await ask(jp_fetch, "exports", made["export_id"])
        return found if found["state"] == "failed" else None

    assert "nothing to export" in (await until(failed))["problems"][0]
    with pytest.raises(HTTPClientError, match="404"):
        await ask(jp_fetch, "exports", made["export_id"], "file")


async def test_an_import_is_stopped_between_runs(jp_fetch: Any, tmp_path: Path) -> None:
    there = Home(tmp_path / "much")
    journal = FakeJournal(there.path, "w-much")
    ids = tuple(f"much-{number:04d}" for number in range(400))
    for number, run_id in enumerate(ids):
        journal.start(run_id, {"n": number})
        journal.execute(run_id, f"x{number}", results={"acc": number})
        journal.end(run_id)
    there.ingest_now()
    data = export(there, tmp_path / "much.tbk", ids).read_bytes()
    there.close()
    begun = await ask(jp_fetch, "imports", "file", method="POST", body=data)
    await ask(jp_fetch, "imports", begun["import_id"], method="DELETE")
    done = await imported(jp_fetch, begun["import_id"])
    assert done["state"] in ("stopped", "done")
    if done["state"] == "stopped":
        assert done["new_count"] < 400
    again = await ask(jp_fetch, "imports", "file", method="POST", body=data)
    assert (await imported(jp_fetch, again["import_id"]))["state"] == "done"

    async def counted() -> Any:
        found = await ask(jp_fetch, "runs", "ids")
        return len(found["run_ids"]) == 400

    assert await until(counted)
