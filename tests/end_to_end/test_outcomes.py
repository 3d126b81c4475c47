"""What a real kernel's cells put out, told by REST and given back as a notebook."""

import base64
import json
import os
from pathlib import Path
from typing import Any

import nbformat
import pytest

from trackbook_server.rest.handler import SETTINGS_KEY
from trackbook_server.store.rows import rows

from .environments import HERE, KERNEL_PACKAGE, write_kernel_spec
from .notebook import until

SHOW = """\
import sys, base64
from IPython.display import display, HTML
print("on its way")
print("aside", file=sys.stderr)
display(HTML("<b>bold</b>"))
display({"image/png": base64.b64encode(bytes(range(256)) * 200).decode()}, raw=True)
"last"
"""


async def test_outputs_of_a_cell_are_served_and_restored(open_notebook, lab, jp_fetch):
    notebook = await open_notebook("show.ipynb")
    await notebook.record()
    await notebook.cell("lr = 0.5\nscore = 1 - lr", "train")
    await notebook.cell(SHOW, "show")
    await notebook.cell("1 / 0", "broken")
    run_id = (await until(lambda: lab.runs(notebook_path="show.ipynb")))[0]["run_id"]

    async def whole() -> Any:
        answer = await lab.fetch("trackbook", "api", "runs", run_id, "outputs")
        return [
            found for found in answer["executions"] if len(found["outputs"]) == 5
        ] or None

    [shown] = await until(whole)
    kinds = [(found["kind"], found["name"]) for found in shown["outputs"]]
    assert kinds == [
        ("stream", "stdout"),
        ("stream", "stderr"),
        ("display_data", ""),
        ("display_data", ""),
        ("execute_result", ""),
    ]
    picture = shown["outputs"][3]["blobs"]["image/png"]
    parts = ("trackbook", "api", "runs", run_id, "blobs", picture["sha256"])
    answer = await jp_fetch(*parts)
    assert answer.body == bytes(range(256)) * 200
    assert answer.headers["Content-Type"] == "image/png"

    parts = ("trackbook", "api", "runs", run_id, "revisions", "executed")
    restored = nbformat.reads(json.dumps(await lab.fetch(*parts)), as_version=4)
    nbformat.validate(restored)
    _, show, broken = restored.cells
    assert [output.output_type for output in show.outputs] == [
        "stream",
        "stream",
        "display_data",
        "display_data",
        "execute_result",
    ]
    assert base64.b64decode(show.outputs[3].data["image/png"]) == answer.body
    assert show.outputs[4].data["text/plain"] == "'last'"
    assert broken.outputs[0].ename == "ZeroDivisionError"


@pytest.fixture
def whole_spec(jp_data_dir: Path) -> str:
    """A kernel that has all of trackbook, so that it can look runs up."""
    server = KERNEL_PACKAGE.parent / "server_ext"
    path = os.pathsep.join([str(KERNEL_PACKAGE), str(server)])
    write_kernel_spec(jp_data_dir, "whole", HERE, path=path)
    return "whole"


async def test_a_run_goes_on_after_a_restart_and_from_another_notebook(
    open_notebook, lab, whole_spec
):
    first = await open_notebook("one.ipynb", whole_spec)
    await first.record()
    await first.cell("lr = 0.5\nscore = 1 - lr", "train")

    async def listed() -> Any:
        found = await lab.runs(notebook_path="one.ipynb")
        return [run for run in found if run["main_metric"]]

    [run] = await until(listed)
    second = await open_notebook("two.ipynb", whole_spec)
    await second.record()
    for notebook in (first, second):
        await notebook.restart()
        reply = await notebook.cell(f"%track resume {run['run_id']}", "resume")
        assert reply["status"] == "ok", reply

        async def is_open() -> Any:
            found = await lab.run(run["run_id"])
            said = await notebook.recording()  # noqa: B023 asked at once
            return (found["status"], said["run_id"]) == ("open", run["run_id"])

        await until(is_open)
    await second.cell("score = 0.75", "again")
    await second.cell("%track end", "end")

    async def ended() -> Any:
        found = await lab.run(run["run_id"])
        return found if found["metrics"]["score"]["last"] == 0.75 else None

    whole = await until(ended)
    # It is still open in the first notebook.
    assert whole["status"] == "open"
    await first.shut_down()

    async def over() -> Any:
        return (await lab.run(run["run_id"]))["status"] == "finished"

    await until(over)
    for path in ("one.ipynb", "two.ipynb"):
        assert [each["run_id"] for each in await lab.runs(notebook_path=path)] == [
            run["run_id"]
        ]


async def test_a_rule_of_a_person_reaches_the_runs_there_are_and_those_to_come(
    open_notebook, lab
):
    notebook = await open_notebook("rules.ipynb")
    await notebook.record()
    await notebook.cell("lr, seed = 0.5, 1", "params")
    await notebook.cell("score = 1 - lr\nother_score = lr", "train")

    async def scored() -> Any:
        found = await lab.runs(notebook_path="rules.ipynb")
        return [run for run in found if run["main_metric"]]

    [run] = await until(scored)
    parts = ("trackbook", "api", "experiments", run["experiment_id"])
    body = {"names": {"score": "ignore"}}
    await lab.fetch(*parts, method="PATCH", body=body)
    [run] = await lab.runs(notebook_path="rules.ipynb")
    assert run["main_metric"]["key"] == "other_score"
    home = lab.server.web_app.settings[SETTINGS_KEY].home
    query = "select key from metrics where run_id = ? and key like '%score'"

    async def obeyed() -> Any:
        """One more attempt; whether its kernel did not even tell the ignored score."""
        count = len(await lab.runs(notebook_path="rules.ipynb"))
        await notebook.cell(f"lr = {0.5 / (count + 1)}", "params")
        await notebook.cell("score = 1 - lr\nother_score = lr", "train")

        async def one_more() -> Any:
            found = await lab.runs(notebook_path="rules.ipynb")
            return found if len(found) > count and found[0]["main_metric"] else None

        newest = (await until(one_more))[0]
        assert newest["main_metric"]["key"] == "other_score"
        stored = home.database.read(rows, query, (newest["run_id"],)).result()
        return newest if [row["key"] for row in stored] == ["other_score"] else None

    newest = await until(obeyed)
    whole = await lab.run(newest["run_id"])
    assert list(whole["metrics"]) == ["other_score"]
    assert whole["names"] == {"score": "ignore"}
