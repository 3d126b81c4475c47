"""What a real kernel's cells put out, told by REST and given back as a notebook."""

import base64
import json
from typing import Any

import nbformat

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
    await notebook.cell("lr = 0.25", "params")
    await notebook.cell("score = 1 - lr\nother_score = lr", "train")

    async def both() -> Any:
        found = await lab.runs(notebook_path="rules.ipynb")
        return found if len(found) == 2 and found[0]["main_metric"] else None

    newest, _ = await until(both)
    assert newest["main_metric"]["key"] == "other_score"
    whole = await lab.run(newest["run_id"])
    assert list(whole["metrics"]) == ["other_score"]
    assert whole["names"] == {"score": "ignore"}
