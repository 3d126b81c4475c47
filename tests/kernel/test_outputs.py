"""What cells of a plain IPython shell show, as the journal holds it."""

import base64
import io
import os
import re
import sys
import time
from pathlib import Path

import pytest

from trackbook.api import process
from trackbook.blobs import read_blob
from trackbook.capture import outputs_kept
from trackbook.events import (
    CaptureFailed,
    ExecutionEnded,
    OutputsChanged,
    ValuesRedacted,
)
from trackbook.paths import blobs_dir

from .outputs_held import outputs_of, texts

PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAA"
    "AABJRU5ErkJggg=="
)


@pytest.fixture
def show(run, journal):
    """Run a cell and return what the journal says it showed."""

    def run_and_read(source: str) -> list[tuple[str, str]]:
        run(source)
        process.recorder.outputs.settle()
        return texts(outputs_of(journal, source))

    return run_and_read


def test_streams_displays_and_the_result_stand_in_their_order(show):
    assert show(
        "import sys\nfrom IPython.display import display\n"
        "print('a')\nprint('b')\nprint('c', file=sys.stderr)\ndisplay(1)\nprint('d')\n2"
    ) == [
        ("stdout", "a\nb\n"),
        ("stderr", "c\n"),
        ("display_data", "1"),
        ("stdout", "d\n"),
        ("execute_result", "2"),
    ]


def test_what_the_user_sees_is_byte_for_byte_the_same(shell, capfd):
    cells = [
        "import sys\nprint('a', end='\\r')\nsys.stderr.write('e\\n')",
        "from IPython.display import display, clear_output\n"
        "handle = display({'a': 1}, display_id=True)\nclear_output(wait=True)\n[1, 2]",
        "handle.update([3])\n!echo sub",
        "print('x')\n1 / 0",
        "%%capture held\nprint('no')",
        "held.show()\nsys.stdout.writelines(['p', 'q\\n'])",
        "%nonsense",
        "x =",
    ]

    def execute_all() -> list[str]:
        for cell in cells:
            shell.run_cell(cell, store_history=True)
        sys.stdout.flush()
        return [re.sub(r"(In|Out)\[\d+\]", r"\1", text) for text in capfd.readouterr()]

    bare = execute_all()
    shell.run_line_magic("load_ext", "trackbook")
    assert execute_all() == bare
    shell.run_line_magic("unload_ext", "trackbook")
    assert execute_all() == bare


def test_a_display_of_an_earlier_cell_is_updated_where_it_stands(show, journal):
    show("from IPython.display import display")
    first = "handle = display('before', display_id='the-one')\nprint('after')"
    show(first)
    assert show("handle.update('now')") == []
    assert texts(outputs_of(journal, first)) == [
        ("display_data", "'now'"),
        ("stdout", "after\n"),
    ]
    assert show("_ = display('again', display_id='the-one')") == [
        ("display_data", "'again'")
    ]
    assert texts(outputs_of(journal, first))[0] == ("display_data", "'again'")


def test_cleared_outputs_are_gone(show):
    show("from IPython.display import clear_output, display")
    assert show("print(1)\nclear_output()\nprint(2)") == [("stdout", "2\n")]
    assert show("print(1)\nclear_output(wait=True)") == [("stdout", "1\n")]
    assert show("print(1)\nclear_output(wait=True)\ndisplay(3)") == [
        ("display_data", "3")
    ]
    assert show(
        "for step in range(50):\n    clear_output(wait=True)\n    display(step)"
    ) == [("display_data", "49")]


def test_outputs_told_already_are_cleared_as_well(run, journal):
    source = (
        "from IPython.display import clear_output\nprint(1)\ndisplay(2)\n"
        "__import__('trackbook').api.process.recorder.outputs.settle()\nclear_output()"
    )
    run(source)
    process.recorder.outputs.settle()
    events = journal.of(OutputsChanged)
    assert [event.count for event in events] == [2, 0]


def test_captured_and_redirected_output_is_no_output(show, shell):
    assert show("%%capture held\nprint('no')\ndisplay(1)\n2") == []
    assert show("print(held.stdout, end='')") == [("stdout", "no\n")]
    assert show(
        "import io\nfrom contextlib import redirect_stdout\n"
        "with redirect_stdout(io.StringIO()) as file:\n    print('no')\nfile.getvalue()"
    ) == [("execute_result", "'no\\n'")]


def test_magics_and_commands_show_what_they_print(show, tmp_path):
    script = tmp_path / "script.py"
    script.write_text("print('from a script')\n")
    assert show(f"%run {script}") == [("stdout", "from a script\n")]
    assert show("!echo out; echo err >&2")[0][0] == "stdout"
    assert show("!printf 'a\\rb'") == [("stdout", "b")]
    assert show("%%bash\necho shell") == [("stdout", "shell\n")]
    ((name, text),) = show("%%time\nprint('timed')")
    assert name == "stdout"
    assert text.startswith("timed\n")
    assert "Wall time" in text


def test_a_traceback_is_the_error_and_no_output(show, journal):
    assert show("print('before')\n1 / 0") == [("stdout", "before\n")]
    assert show("def") == []
    errors = [event.error for event in journal.of(ExecutionEnded)]
    assert [error.name for error in errors] == ["ZeroDivisionError", "SyntaxError"]


def test_an_interrupted_cell_keeps_what_it_showed(show):
    assert show("print('before')\nraise KeyboardInterrupt") == [("stdout", "before\n")]


def test_a_question_and_its_answer_are_shown(show, monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.StringIO("42\n"))
    assert show("print(input('how many? '))") == [("stdout", "how many? 42\n")]


def test_threads_and_tasks_print_for_the_cell_that_began_them(show, journal):
    first = (
        "import threading, asyncio\ngo_on = threading.Event()\n"
        "ready = threading.Event()\n"
        "def late():\n    print('at once')\n    ready.set()\n    go_on.wait(10)\n"
        "    print('late')\n"
        "thread = threading.Thread(target=late)\nthread.start()\n_ = ready.wait(10)"
    )
    assert show(first) == [("stdout", "at once\n")]
    assert show("print('later cell')") == [("stdout", "later cell\n")]
    assert show("go_on.set()\nthread.join()\nprint('over')") == [("stdout", "over\n")]
    assert texts(outputs_of(journal, first)) == [("stdout", "at once\nlate\n")]
    assert show(
        "async def say(word):\n    await asyncio.sleep(0)\n    print(word)\n"
        "await asyncio.gather(say('one'), say('two'))\nNone"
    ) == [("stdout", "one\ntwo\n")]


def test_a_thread_that_prints_between_cells_changes_outputs_again(show, journal):
    source = (
        "import threading\ngo_on = threading.Event()\n"
        "def late():\n    go_on.wait(10)\n    print('late')\n"
        "thread = threading.Thread(target=late)\nthread.start()"
    )
    assert show(source) == []
    process.recorder.journal.flush()
    namespace = process.recorder.outputs.door._shell.user_ns
    namespace["go_on"].set()
    namespace["thread"].join()
    deadline = time.monotonic() + 10
    while not (found := texts(outputs_of(journal, source))):
        assert time.monotonic() < deadline
        time.sleep(0.01)
    assert found == [("stdout", "late\n")]


def test_what_the_shell_prints_between_cells_is_nobodys(show, journal):
    show("print(1)")
    sys.stdout.write("a prompt")
    process.recorder.outputs.settle()
    assert texts(outputs_of(journal, "print(1)")) == [("stdout", "1\n")]


def test_a_running_cell_is_journaled_within_a_second(run, journal, shell):
    import threading

    go_on = threading.Event()
    shell.user_ns["go_on"] = go_on
    source = "print('so far')\ngo_on.wait(10)"
    thread = threading.Thread(target=run, args=(source,))
    thread.start()
    deadline = time.monotonic() + 1
    while not any(isinstance(e, OutputsChanged) for e in journal.events()):
        assert time.monotonic() < deadline
        time.sleep(0.02)
    go_on.set()
    thread.join()
    assert texts(outputs_of(journal, source)) == [
        ("stdout", "so far\n"),
    ] or texts(outputs_of(journal, source))[-1] == ("execute_result", "True")


def test_binary_and_long_parts_are_blobs_the_rest_stays_in_the_line(
    run, journal, shell, home
):
    shell.user_ns["png"] = PNG
    source = (
        "from IPython.display import publish_display_data as show\n"
        "show({'text/plain': 'p', 'image/png': png, 'image/svg+xml': '<svg/>',"
        " 'text/html': 'é' * 50_000, 'application/json': {'a': [1, None]},"
        " 'application/vnd.plotly.v1+json': {'data': list(range(20_000))}},"
        " metadata={'image/png': {'width': 1}})"
    )
    run(source)
    process.recorder.outputs.settle()
    (output,) = outputs_of(journal, source)
    assert output.data == {
        "text/plain": "p",
        "image/svg+xml": "<svg/>",
        "application/json": {"a": [1, None]},
    }
    assert output.metadata == {"image/png": {"width": 1}}
    kept = {
        name: read_blob(blobs_dir(home), blob.sha256)
        for name, blob in output.blobs.items()
    }
    assert kept["image/png"] == PNG
    assert kept["text/html"] == ("é" * 50_000).encode()
    assert kept["application/vnd.plotly.v1+json"].startswith(b'{"data":[0,1,2')
    assert {name: blob.size_bytes for name, blob in output.blobs.items()} == {
        name: len(data) for name, data in kept.items()
    }


def test_a_long_text_keeps_head_and_tail_and_fits_its_line(run, journal):
    source = "for n in range(60_000): print('\\x1b[31m', n, '\\x1b[0m', '█')"
    run(source)
    process.recorder.outputs.settle()
    (output,) = outputs_of(journal, source)
    whole = "".join(f"\x1b[31m {n} \x1b[0m █\n" for n in range(60_000))
    head, tail = output.text[: output.head_length], output.text[output.head_length :]
    assert whole.startswith(head)
    assert whole.endswith(tail)
    assert len(head) > 10_000
    assert len(tail) > 10_000
    assert output.omitted_bytes == len(whole.encode()) - len(output.text.encode())


def test_gigabytes_of_output_are_held_in_bounded_memory(run, journal):
    import resource

    run("print('warm')")
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    outputs = process.recorder.outputs
    source = (
        "import os, sys\nsys.stdout.stream = open(os.devnull, 'w')\n"
        "text = ('x' * 99 + '\\n') * 10_000\n"
        "for _ in range(1000): sys.stdout.write(text)\n"
        "_ = sys.stdout.stream.close()"
    )
    run("import sys")
    stream = sys.stdout.stream
    run(source)
    sys.stdout.stream = stream
    outputs.settle()
    (output,) = outputs_of(journal, source)
    assert output.omitted_bytes + len(output.text) == 10**9
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert grown < 150 * 1024


def test_outputs_beyond_a_thousand_are_counted(show):
    found = show("for n in range(1500): display(n)")
    assert len(found) == outputs_kept.MAX_OUTPUTS + 1
    assert found[999] == ("display_data", "999")
    assert found[-1] == ("display_data", "… 500 more outputs were left out …")


def test_a_credential_in_an_output_is_written_nowhere(
    run, journal, home, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)  # a git remote may hold one, too
    token = "ghp_" + "a1B2" * 9
    run("print('token', 'ghp_' + 'a1B2' * 9)")
    run("display({'text/html': 'ghp_' + 'a1B2' * 9 + '<p>' * 30_000}, raw=True)")
    process.recorder.outputs.settle()
    process.recorder.journal.flush()
    files = [path for path in Path(home).rglob("*") if path.is_file()]
    assert len(files) >= 2
    for path in files:
        assert token.encode() not in path.read_bytes(), path
    assert sum(event.count for event in journal.of(ValuesRedacted)) == 2


def test_unloading_in_a_cell_keeps_what_it_had_shown(run, journal, shell):
    stream = sys.stdout
    source = "print('before')\n%unload_ext trackbook\nprint('after')"
    run(source)
    assert sys.stdout is stream
    assert texts(outputs_of(journal, source)) == [("stdout", "before\n")]
    assert "publish" not in vars(shell.display_pub)
    assert "write_format_data" not in vars(shell.displayhook)
    assert "_showtraceback" not in vars(shell)


def test_a_stream_that_a_cell_put_in_place_stays_after_unloading(run, shell):
    run(
        "import sys\nclass Tee:\n"
        "    def __init__(self, stream): self.stream = stream\n"
        "    def write(self, text): return self.stream.write(text)\n"
        "    def flush(self): self.stream.flush()\n"
        "before = sys.stdout\nsys.stdout = Tee(before)"
    )
    run("print('through')")
    shell.run_line_magic("unload_ext", "trackbook")
    assert type(sys.stdout).__name__ == "Tee"
    sys.stdout.write("still works\n")
    sys.stdout = sys.stdout.stream.stream


def test_a_forked_child_prints_and_records_nothing_of_it(run, journal):
    source = (
        "import os\nchild = os.fork()\nif not child:\n"
        "    os.write(1, b'')\n    print('child', flush=True)\n    os._exit(0)\n"
        "_ = os.waitpid(child, 0)\nprint('parent')"
    )
    run(source)
    process.recorder.outputs.settle()
    assert texts(outputs_of(journal, source)) == [("stdout", "parent\n")]


def test_a_blob_that_cannot_be_written_costs_that_part_only(run, journal, home, shell):
    blobs_dir(home).rename(home / "gone")
    blobs_dir(home).write_text("a file where a folder should be")
    shell.user_ns["png"] = PNG
    source = "display({'image/png': png, 'text/plain': 'p'}, raw=True)\n1"
    run(source)
    process.recorder.outputs.settle()
    shown, result = outputs_of(journal, source)
    assert (shown.data, shown.blobs) == ({"text/plain": "p"}, {})
    assert result.data == {"text/plain": "1"}
    (failed,) = journal.of(CaptureFailed)
    assert "can't write" in failed.error


def test_hostile_displays_leave_the_cell_and_the_rest_alone(show):
    assert show(
        "from IPython.display import publish_display_data as show\n"
        "show({'text/plain': '\\ud800', 'text/html': object()})\n"
        "show({'image/png': 'no base64!', 'text/plain': 'b'})\n"
        "print('\\ud800'.encode('utf-8', 'replace'))\n"
    )[-1] == ("stdout", "b'?'\n")


def test_os_environ_is_untouched(run):
    before = dict(os.environ)
    run("print(1)")
    assert dict(os.environ) == before
