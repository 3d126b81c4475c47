"""Record, from the button to REST, with real servers and real kernels."""

import asyncio
import json
import os
from pathlib import Path
from typing import Any

import pytest
from tornado.httpclient import HTTPClientError

from .environments import KERNEL_PACKAGE, Environment, install
from .notebook import Lab, Notebook, until

TRAIN = "score = 1 - lr"


async def attempt(notebook: Notebook, lr: float) -> None:
    """Set the param, then train: two cells, as people do."""
    assert (await notebook.cell(f"lr = {lr}", "params"))["status"] == "ok"
    assert (await notebook.cell(TRAIN, "train"))["status"] == "ok"


async def listed(lab: Lab, count: int, **params: str) -> list[dict[str, Any]]:
    """Return the runs once there are so many with a result, newest first."""

    async def look() -> Any:
        runs = await lab.runs(**params)
        whole = [run for run in runs if run["main_metric"]]
        return runs if len(whole) == len(runs) == count else None

    found: list[dict[str, Any]] = await until(look)
    return found


async def with_status(lab: Lab, run_id: str, status: str, seconds: float = 20) -> Any:
    async def look() -> Any:
        run = await lab.run(run_id)
        return run if run["status"] == status else None

    return await until(look, seconds)


def params_of(run: dict[str, Any]) -> dict[str, Any]:
    return {param["key"]: param["value"] for param in run["params"]}


async def test_every_attempt_is_a_run_with_its_own_param_score_and_path(
    open_notebook, lab
):
    notebook = await open_notebook("my models/Prüfung 1 ✓.ipynb")
    assert (await notebook.recording())["state"] == "off"
    said = await notebook.record()
    assert (said["state"], said["reason"]) == ("recording", None)
    assert said["notebook_path"] == notebook.path
    for lr in (0.5, 0.25, 0.125):
        await attempt(notebook, lr)

    runs = await listed(lab, 3, notebook_path=notebook.path)
    assert [params_of(run)["lr"] for run in runs] == [0.125, 0.25, 0.5]
    assert [run["main_metric"]["value"] for run in runs] == [0.875, 0.75, 0.5]
    assert {run["notebook_path"] for run in runs} == {notebook.path}
    assert len({run["experiment_id"] for run in runs}) == 1

    async def named() -> Any:
        said = await notebook.recording()
        return said["run_id"] == runs[0]["run_id"] and said["run_name"] == "lr 0.125"

    await until(named)
    file = Path(lab.server.root_dir) / notebook.path
    assert "trackbook" not in file.read_text()


async def test_off_ends_the_run_and_records_nothing_more(open_notebook, lab):
    notebook = await open_notebook()
    await notebook.record()
    await attempt(notebook, 0.5)
    (run,) = await listed(lab, 1)
    said = await notebook.record(on=False)
    assert said["state"] == "off"
    await with_status(lab, run["run_id"], "finished")
    await attempt(notebook, 0.25)
    await asyncio.sleep(1)
    assert len(await lab.runs()) == 1
    assert (await notebook.recording())["state"] == "off"


async def test_a_restart_ends_the_run_and_the_first_cell_after_it_is_recorded(
    open_notebook, lab
):
    notebook = await open_notebook()
    await notebook.record()
    await attempt(notebook, 0.5)
    (first,) = await listed(lab, 1)
    await notebook.restart()
    await attempt(notebook, 0.25)
    runs = await listed(lab, 2)
    assert runs[1]["run_id"] == first["run_id"]
    ended = await with_status(lab, first["run_id"], "finished")
    assert ended["ended_at"] is not None
    second = await lab.run(runs[0]["run_id"])
    sources = [each["source"] for each in second["cell_executions"]]
    assert sources == ["lr = 0.25", TRAIN]
    assert (await notebook.recording())["state"] == "recording"


async def test_looking_while_it_restarts_does_not_keep_a_kernel_from_being_armed(
    open_notebook,
):
    notebook = await open_notebook()
    await notebook.record()
    for _ in range(3):
        restart = asyncio.ensure_future(notebook.restart())
        while not restart.done():
            await notebook.recording()
            await asyncio.sleep(0.03)
        assert (await notebook.recording())["state"] == "recording"


async def test_a_restart_in_the_middle_of_a_cell_interrupts_the_run(open_notebook, lab):
    notebook = await open_notebook()
    await notebook.record()
    await attempt(notebook, 0.5)
    (run,) = await listed(lab, 1)
    hang = "import time, signal; signal.signal(signal.SIGINT, signal.SIG_IGN)\n"
    await notebook.send(hang + "while True: time.sleep(0.1)", "hang")
    await with_status(lab, run["run_id"], "running")
    await notebook.restart()
    await with_status(lab, run["run_id"], "interrupted")
    await attempt(notebook, 0.25)
    runs = await listed(lab, 2)
    assert runs[0]["status"] == "open"


async def test_a_renamed_notebook_keeps_its_experiment_and_records_on(
    open_notebook, lab
):
    notebook = await open_notebook("a folder/before.ipynb")
    await notebook.record()
    await attempt(notebook, 0.5)
    (first,) = await listed(lab, 1)
    await notebook.rename("a folder/danach ü.ipynb")
    await attempt(notebook, 0.25)
    runs = await listed(lab, 2, notebook_path=notebook.path)
    assert {run["experiment_id"] for run in runs} == {first["experiment_id"]}
    assert {run["notebook_path"] for run in runs} == {notebook.path}
    await notebook.restart()
    assert (await notebook.recording())["state"] == "recording"


async def test_a_killed_kernel_loses_its_run_and_is_armed_again(open_notebook, lab):
    notebook = await open_notebook()
    await notebook.record()
    await attempt(notebook, 0.5)
    (run,) = await listed(lab, 1)
    notebook.disconnect()
    os.kill(notebook.kernel.provisioner.pid, 9)
    await with_status(lab, run["run_id"], "lost", seconds=30)

    async def recording() -> bool:
        return (await notebook.recording())["state"] == "recording"

    await until(recording, 30)
    await attempt(notebook, 0.25)
    runs = await listed(lab, 2)
    assert (runs[0]["status"], runs[1]["status"]) == ("open", "lost")


async def test_a_kernel_that_is_shut_down_finishes_its_run(open_notebook, lab):
    notebook = await open_notebook()
    await notebook.record()
    await attempt(notebook, 0.5)
    (run,) = await listed(lab, 1)
    await notebook.shut_down()
    await with_status(lab, run["run_id"], "finished")


async def test_a_notebook_opened_again_records_on(open_notebook, lab):
    notebook = await open_notebook()
    await notebook.record()
    await notebook.shut_down()
    again = await open_notebook()
    assert again.kernel_id != notebook.kernel_id
    await attempt(again, 0.5)
    (run,) = await listed(lab, 1)
    assert params_of(run) == {"lr": 0.5}


async def test_pressed_while_a_cell_runs_it_waits_and_then_records(
    open_notebook, lab, tmp_path
):
    notebook = await open_notebook()
    await notebook.cell("import os, time")
    gate = tmp_path / "gate"
    message_id = await notebook.send(
        f"while not os.path.exists({str(gate)!r}): time.sleep(0.05)"
    )
    said = await notebook.record()
    assert said["state"] == "waiting"
    assert said["reason"]
    gate.touch()
    assert (await notebook.wait(message_id))["status"] == "ok"
    await attempt(notebook, 0.5)
    await listed(lab, 1)
    assert (await notebook.recording())["state"] == "recording"


async def test_load_ext_by_hand_shows_as_recording(open_notebook, lab):
    notebook = await open_notebook()
    await notebook.cell("%load_ext trackbook")
    await attempt(notebook, 0.5)
    (run,) = await listed(lab, 1)
    assert run["notebook_path"] == notebook.path
    assert (await notebook.recording())["state"] == "recording"


async def test_a_light_environment_records_in_full(light_spec, open_notebook, lab):
    notebook = await open_notebook(kernel=light_spec)
    said = await notebook.record()
    assert (said["state"], said["reason"]) == ("recording", None)
    await attempt(notebook, 0.5)
    (run,) = await listed(lab, 1)
    whole = await lab.run(run["run_id"])
    assert whole["params"] == {"lr": 0.5}
    assert whole["metrics"]["score"]["last"] == 0.5


async def test_a_bare_environment_says_the_line_and_records_once_it_was_run(
    bare_spec, bare_environment: Environment, open_notebook, lab
):
    notebook = await open_notebook(kernel=bare_spec)
    said = await notebook.record()
    assert said["state"] == "cannot"
    python = bare_environment.python
    assert str(python) in said["reason"]
    assert said["cure"] == "%pip install trackbook-kernel"
    assert said["terminal_cure"] == f"{python} -m pip install trackbook-kernel"
    # What the line does, from our own folder; last, as it changes the environment.
    await asyncio.to_thread(install, python, str(KERNEL_PACKAGE))
    assert (await notebook.record())["state"] == "recording"
    await attempt(notebook, 0.5)
    await listed(lab, 1)


async def test_a_kernel_that_nobody_knows_is_a_problem(lab, jp_fetch):
    for options in ({}, {"method": "PUT", "body": '{"on": true}'}):
        with pytest.raises(HTTPClientError) as raised:
            await jp_fetch("trackbook", "api", "recordings", "no-such", **options)
        assert raised.value.code == 404
        problem = json.loads(raised.value.response.body)
        assert problem["error"] == "KernelNotFound"
        assert "'no-such'" in problem["message"]


async def test_recording_changes_are_told_on_the_event_bus(open_notebook, lab):
    heard: list[dict[str, Any]] = []

    async def listen(logger: Any, schema_id: str, data: dict[str, Any]) -> None:
        heard.append(data)

    lab.server.event_logger.add_listener(
        schema_id="https://trackbook.dev/schemas/recording-changed/v1", listener=listen
    )
    notebook = await open_notebook()
    await notebook.record()
    await attempt(notebook, 0.5)

    async def run_is_told() -> bool:
        return any(
            each["state"] == "recording" and each["run_id"] is not None
            for each in heard
        )

    await until(run_is_told)
    await notebook.record(on=False)

    async def off_is_told() -> bool:
        return (heard[-1]["state"], heard[-1]["run_id"]) == ("off", None)

    await until(off_is_told)
