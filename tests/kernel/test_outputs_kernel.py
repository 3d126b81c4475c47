"""What cells in real kernels show: the journal holds what a notebook does."""

import base64
import os
import random
import signal
import time
from pathlib import Path
from typing import Any

import msgspec
import nbformat
import pytest
from nbclient import NotebookClient

from trackbook.blobs import read_blob
from trackbook.capture.outputs_parts import is_binary
from trackbook.capture.outputs_widgets import STATE, VIEW
from trackbook.events import (
    CaptureFailed,
    ExecutionEnded,
    ExecutionStarted,
    Output,
    OutputsChanged,
)
from trackbook.paths import blobs_dir

from .kernels import ARM, wait_for
from .outputs_held import on_a_terminal, outputs_by_execution, outputs_of, texts

pytestmark = [
    pytest.mark.filterwarnings("ignore"),
    pytest.mark.timeout(120),
]

RECORDER = '__import__("trackbook").api.process.recorder'
SETTLE = f"({RECORDER}.outputs.settle(), {RECORDER}.journal.flush())"

FIRST = """%load_ext trackbook"""
TOOLS = """import sys, os, asyncio, threading, time, warnings
from IPython.display import HTML, JSON, SVG, Image, Markdown, clear_output, display
from IPython.display import update_display
import base64
PNG = base64.b64decode(
    'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAA'
    'ABJRU5ErkJggg==')
async def say(word):
    await asyncio.sleep(0)
    print(word)
"""
STATEMENTS = [
    "print('word')",
    "print('a', 'b', end='')",
    "print('error', file=sys.stderr)",
    "sys.stderr.flush()",
    "sys.stdout.flush()",
    "for n in range(30): print(f'\\r{n}/30', end='')",
    "for n in range(9): sys.stderr.write(f'\\r{n * 10}%|' + '#' * n)",
    "print('x' * 30 + '\\b\\b\\bend')",
    "display({'a': [1, 2.5, None]})",
    "display(HTML('<b>bold</b>'))",
    "display(HTML('<p>é</p>' * 5000))",
    "display(Image(PNG))",
    "display(SVG('<svg xmlns=\"http://www.w3.org/2000/svg\"/>'))",
    "display(JSON({'k': list(range(50))}))",
    "display(Markdown('# x'), metadata={'text/markdown': {'m': 1}})",
    "display(1, 2, 'three')",
    "display('one', display_id='one')",
    "display(HTML('two'), display_id='two')",
    "update_display('one again', display_id='one')",
    "update_display(Image(PNG), display_id='two')",
    "update_display('nobody', display_id='nowhere')",
    "clear_output()",
    "clear_output(wait=True)",
    "clear_output(wait=True); print('instead')",
    "get_ipython().system('printf \"sub\\\\nprocess\"')",
    "await asyncio.gather(say('p'), say('q'))",
    "t = threading.Thread(target=print, args=('thread',)); t.start(); t.join()",
    "warnings.warn('careful')",
    "logging = __import__('logging'); logging.getLogger('x').warning('logged')",
    "get_ipython().run_cell('print(7); 8')",
    "get_ipython().run_cell_magic('capture', 'held', 'print(1)\\n2')",
]
LASTS = ["", "", "1 + 1", "HTML('<i>r</i>')", "[1] * 2000", "1 / 0", "Image(PNG)", "q;"]


def write_cells(seed: int, count: int) -> list[str]:
    chance = random.Random(seed)
    cells = []
    for number in range(count):
        lines = chance.choices(STATEMENTS, k=chance.randint(1, 6))
        lines = [f"# {number}", "q = 5", *lines, chance.choice(LASTS)]
        cells.append("\n".join(lines).strip())
    return cells


def from_notebook(outputs: list[Any]) -> list[Any]:
    """Outputs of a notebook's cell, streams merged and folded."""
    found: list[Any] = []
    for output in outputs:
        if output.output_type == "stream":
            if found and found[-1][0] == output.name:
                found[-1] = (output.name, found[-1][1] + output.text)
            else:
                found.append((output.name, output.text))
        elif output.output_type != "error":
            found.append((output.output_type, dict(output.data), dict(output.metadata)))
    return [
        (output[0], on_a_terminal(output[1])) if len(output) == 2 else output
        for output in found
    ]


def from_journal(outputs: list[Output], home: Path) -> list[Any]:
    """The same of outputs in a journal, blobs put back."""
    found: list[Any] = []
    for output in outputs:
        if output.kind == "stream":
            found.append((output.name, output.text))
            continue
        data = dict(output.data)
        for mime_type, blob in output.blobs.items():
            content = read_blob(blobs_dir(home), blob.sha256)
            assert content is not None
            if is_binary(mime_type):
                data[mime_type] = base64.b64encode(content).decode()
            else:
                data[mime_type] = content.decode()
        found.append((output.kind, data, output.metadata))
    return found


@pytest.mark.parametrize("seed", range(4))
def test_random_cells_leave_what_the_notebook_holds(
    home, journal, tmp_path, monkeypatch, seed
):
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    cells = write_cells(seed, 40)
    notebook = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell(text) for text in (FIRST, TOOLS, *cells)]
    )
    NotebookClient(notebook, timeout=60, allow_errors=True).execute()
    held = outputs_by_execution(journal)
    started = journal.of(ExecutionStarted)
    assert [event.source for event in started] == [TOOLS.strip("\n") + "\n", *cells]
    assert journal.of(CaptureFailed) == []
    for event, cell in zip(started, notebook.cells[1:], strict=True):
        expected = from_notebook(cell.outputs)
        for output in expected:
            for mime_type, value in output[1].items() if len(output) == 3 else ():
                if is_binary(mime_type):
                    output[1][mime_type] = "".join(value.split())
        kept = from_journal(held.get(event.execution_id, []), home)
        assert kept == expected, event.source


def test_what_is_printed_below_python_is_the_cells(kernel, journal):
    kernel.ask(ARM)
    source = (
        "import os, subprocess, sys\nos.write(1, b'low\\n')\n"
        "subprocess.run(['echo', 'below'])\n"
        "print('above')\n"
        "import time; time.sleep(0.5)"
    )
    kernel.run(source)
    kernel.ask(SETTLE)
    shown = texts(outputs_of(journal, source))
    text = "".join(text for name, text in shown if name == "stdout")
    assert sorted(text.splitlines()) == ["above", "below", "low"]


def test_what_forked_children_print_is_the_cells(kernel, journal):
    kernel.ask(ARM)
    source = (
        "import multiprocessing as mp\n"
        "def work(n): print(f'child {n}\\n', end='', flush=True)\n"
        "fork = mp.get_context('fork')\n"
        "ps = [fork.Process(target=work, args=(n,)) for n in (1, 2)]\n"
        "for p in ps: p.start()\n"
        "for p in ps: p.join()\n"
        "import time; time.sleep(0.5)"
    )
    kernel.run(source)
    kernel.ask(SETTLE)
    shown = texts(outputs_of(journal, source))
    text = "".join(text for name, text in shown if name == "stdout")
    assert sorted(text.splitlines()) == ["child 1", "child 2"]


def test_a_cell_that_dies_leaves_what_it_showed_a_second_before(kernel, journal):
    kernel.ask(ARM)
    source = (
        "import os, time\nprint('shown')\ndisplay({'text/plain': 'd'}, raw=True)\n"
        "print('and this')\ntime.sleep(1)\nos._exit(3)"
    )
    kernel.client.execute(source)
    wait_for(lambda: not kernel.manager.is_alive())
    assert texts(outputs_of(journal, source)) == [
        ("stdout", "shown\n"),
        ("display_data", "d"),
        ("stdout", "and this\n"),
    ]


def test_a_kernel_killed_while_it_prints_keeps_what_is_a_second_old(
    kernel, journal, tmp_path
):
    kernel.ask(ARM)
    said = tmp_path / "said"
    source = (
        f"import time\nwith open({str(said)!r}, 'w', buffering=1) as file:\n"
        "    for n in range(10**6):\n"
        "        print(n)\n"
        "        file.write(f'{n} {time.time()}\\n')\n"
        "        time.sleep(0.01)\n"
    )
    kernel.client.execute(source)
    wait_for(lambda: said.exists() and said.stat().st_size)
    time.sleep(2.5)
    killed = time.time()
    os.kill(kernel.manager.provisioner.pid, signal.SIGKILL)
    time.sleep(0.1)
    lines = [line.split() for line in said.read_text().splitlines() if " " in line]
    due = [int(number) for number, at in lines if float(at) < killed - 1]
    ((_, text),) = texts(outputs_of(journal, source))
    found = [int(line) for line in text.splitlines()]
    assert found == list(range(len(found)))
    assert len(found) > max(due)


def test_questions_are_shown_with_their_answers_and_passwords_masked(kernel, journal):
    kernel.ask(ARM)
    source = (
        "import getpass\nprint('first')\nname = input('who? ')\n"
        "secret = getpass.getpass('password: ')\nprint(name, len(secret))"
    )
    answers = {"who? ": "Ada", "password: ": "hunter2-hunter2"}

    def answer(message: Any) -> None:
        kernel.client.input(answers[message["content"]["prompt"]])

    kernel.run(source, allow_stdin=True, stdin_hook=answer)
    kernel.ask(SETTLE)
    assert texts(outputs_of(journal, source)) == [
        ("stdout", "first\nwho? Ada\npassword: ········\nAda 15\n")
    ]


def test_an_interrupt_keeps_what_was_shown(kernel, journal):
    kernel.ask(ARM)
    source = "import time\nprint('before')\nwhile True: time.sleep(0.01)"
    kernel.client.execute(source)
    wait_for(lambda: journal.of(OutputsChanged))
    kernel.manager.interrupt_kernel()
    wait_for(lambda: journal.of(ExecutionEnded))
    assert texts(outputs_of(journal, source)) == [("stdout", "before\n")]


def test_tasks_and_threads_that_go_on_print_for_their_cell(kernel, journal):
    kernel.ask(ARM)
    source = (
        "import asyncio, threading, time\n"
        "async def later():\n    await asyncio.sleep(0.6)\n    print('task')\n"
        "task = asyncio.create_task(later())\n"
        "def slow():\n    time.sleep(0.3)\n    print('thread')\n"
        "thread = threading.Thread(target=slow)\nthread.start()"
    )
    kernel.run(source)
    wait_for(lambda: len(texts(outputs_of(journal, source))) == 1)
    wait_for(lambda: "task" in texts(outputs_of(journal, source))[0][1])
    assert texts(outputs_of(journal, source)) == [("stdout", "thread\ntask\n")]
    (ended,) = [e for e in journal.events() if isinstance(e, ExecutionEnded)]
    assert journal.of(OutputsChanged)[-1].seq > ended.seq


def test_a_task_prints_for_its_cell_also_while_another_one_runs(kernel, journal):
    kernel.ask(ARM)
    source = (
        "import asyncio\n"
        "async def later():\n"
        "    for n in range(3):\n        await asyncio.sleep(0.1)\n        print(n)\n"
        "task = asyncio.create_task(later())"
    )
    kernel.run(source)
    other = "await asyncio.sleep(0.6)\nprint('other')"
    kernel.run(other)
    kernel.ask(SETTLE)
    assert texts(outputs_of(journal, source)) == [("stdout", "0\n1\n2\n")]
    assert texts(outputs_of(journal, other)) == [("stdout", "other\n")]


def test_sub_shells_show_beside_each_other(kernel, journal):
    kernel.ask(ARM)
    session = kernel.client.session
    kernel.client.control_channel.send(session.msg("create_subshell_request", {}))
    reply = kernel.client.get_control_msg(timeout=30)
    kernel.run("import threading\nquick_is_over = threading.Event()")
    slow = "print('slow 1')\nquick_is_over.wait(20)\nprint('slow 2')"
    kernel.client.execute(slow)
    wait_for(lambda: slow in [e.source for e in journal.of(ExecutionStarted)])
    quick = "print('quick')\nquick_is_over.set()"
    content = {
        "code": quick,
        "silent": False,
        "store_history": True,
        "user_expressions": {},
        "allow_stdin": False,
        "stop_on_error": True,
    }
    message = session.msg("execute_request", content)
    message["header"]["subshell_id"] = reply["content"]["subshell_id"]
    kernel.client.shell_channel.send(message)
    wait_for(lambda: len(journal.of(ExecutionEnded)) == 3)
    kernel.ask(SETTLE)
    assert texts(outputs_of(journal, slow)) == [
        ("stdout", "slow 1\nslow 2\n"),
    ]
    assert texts(outputs_of(journal, quick)) == [("stdout", "quick\n")]


@pytest.mark.parametrize(
    "source",
    [
        "%unload_ext trackbook",
        "import sys\nfor name in list(sys.modules):\n"
        "    if name.startswith('trackbook'): del sys.modules[name]",
        "import importlib, trackbook\nimportlib.reload(trackbook)",
        "%reload_ext trackbook",
    ],
)
def test_a_cell_that_meddles_with_us_shows_what_it_shows(kernel, journal, source):
    kernel.run("%load_ext trackbook")
    whole = f"print('before')\n{source}\nprint('after')"
    shown: list[str] = []

    def hear(message: Any) -> None:
        if message["msg_type"] == "stream":
            shown.append(message["content"]["text"])

    kernel.client.execute_interactive(whole, timeout=60, output_hook=hear)
    assert "".join(shown) == "before\nafter\n"
    if "unload" in source:
        wait_for(lambda: texts(outputs_of(journal, whole)))
        assert texts(outputs_of(journal, whole)) == [("stdout", "before\n")]
        assert kernel.ask(
            "['send_multipart' in vars(get_ipython().kernel.iopub_thread),"
            " 'raw_input' in vars(get_ipython().kernel),"
            " [t.name for t in __import__('threading').enumerate()"
            "  if 'trackbook' in t.name]]"
        ) == [False, False, []]
        return
    later = "print('goes on')"
    kernel.run(later)
    wait_for(lambda: texts(outputs_of(journal, later)))
    assert texts(outputs_of(journal, later)) == [("stdout", "goes on\n")]


def test_a_kernel_that_prints_without_end_stays_within_its_memory(kernel, journal):
    kernel.ask(ARM)
    kernel.run("import psutil; before = psutil.Process().memory_info().rss")
    source = (
        "line = 'x' * 99\nfor _ in range(3_000_000): print(line)\n"
        "import sys; sys.stdout.flush()"
    )
    kernel.run(source)
    kernel.ask(SETTLE)
    grown = kernel.ask("psutil.Process().memory_info().rss - before")
    (output,) = outputs_of(journal, source)
    assert output.omitted_bytes + len(output.text) == 300_000_000
    assert grown < 300 * 2**20, grown


def states_of(journal: Any, home: Path, source: str) -> list[Any]:
    """The widget states that the journal told of an execution, one after the other."""
    (execution,) = [e for e in journal.of(ExecutionStarted) if e.source == source]
    found = []
    for event in journal.of(OutputsChanged):
        if event.execution_id != execution.execution_id:
            continue
        (output,) = event.outputs
        held = output.data.get(STATE)
        if held is None:
            content = read_blob(blobs_dir(home), output.blobs[STATE].sha256)
            held = msgspec.json.decode(content)
        assert output.data[VIEW]["model_id"] in held["state"]
        found.append([model["state"] for model in held["state"].values()])
    return found


def test_a_widget_is_kept_with_its_last_state(kernel, journal, home):
    kernel.ask(ARM)
    kernel.run("import ipywidgets as w")
    source = (
        "slider = w.IntSlider(value=3, description='depth')\n"
        "box = w.VBox([slider, w.Password(value='hunter2')])\nbox"
    )
    kernel.run(source)
    kernel.ask(SETTLE)
    (first,) = states_of(journal, home, source)
    assert {"depth"} <= {model.get("description") for model in first}
    assert 3 in [model.get("value") for model in first]
    assert "hunter2" not in str(first)
    kernel.run("slider.value = 8")
    kernel.ask(SETTLE)
    kernel.run("x = 1")
    kernel.ask(SETTLE)
    first, second = states_of(journal, home, source)
    assert 8 in [model.get("value") for model in second]
    kernel.run("box.close(); slider.close()")
    kernel.ask(SETTLE)
    assert len(states_of(journal, home, source)) == 2


def test_what_an_output_widget_takes_is_not_the_cells(kernel, journal):
    kernel.ask(ARM)
    kernel.run("import ipywidgets as w\nout = w.Output()")
    source = "print('a')\nwith out:\n    print('taken')\n    display(1)\nprint('b')"
    kernel.run(source)
    kernel.ask(SETTLE)
    assert texts(outputs_of(journal, source)) == [("stdout", "a\nb\n")]


def test_recording_imports_no_widgets(kernel):
    kernel.ask(ARM)
    kernel.run("from IPython.display import display")
    kernel.run(
        f"display({{{VIEW!r}: {{'model_id': 'gone', 'version_major': 2}}}}, raw=True)"
    )
    kernel.ask(SETTLE)
    assert kernel.ask("'ipywidgets' in __import__('sys').modules") is False
