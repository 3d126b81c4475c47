"""Loops as series and tables; the loop itself must not notice."""

import ast
import builtins
import functools
import gc
import queue
import random
import re
import signal
import textwrap
import threading
import time
import traceback

import pytest

from trackbook.capture.loop_marks import mark_loops
from trackbook.capture.rules import NameRules
from trackbook.events import CaptureFailed, FoldsLogged, PointsLogged, TableLogged

SERIES = [
    ("for epoch in range(4):\n    loss = 1 / (epoch + 1)",
     {"loss": [(0, 1.0), (1, 0.5), (2, 1 / 3), (3, 0.25)]}),
    ("for epoch in range(1, 4):\n    loss = float(epoch)",
     {"loss": [(1, 1.0), (2, 2.0), (3, 3.0)]}),
    ("for epoch in range(0, 30, 10):\n    loss = float(epoch)",
     {"loss": [(0, 0.0), (10, 10.0), (20, 20.0)]}),
    ("for left in range(3, 0, -1):\n    loss = float(left)",
     {"loss": [(3, 3.0), (4, 2.0), (5, 1.0)]}),
    ("for i, x in enumerate('ab'):\n    loss = i / 2",
     {"loss": [(0, 0.0), (1, 0.5)]}),
    ("n = 0\nwhile n < 3:\n    n += 1\n    loss = n / 2",
     {"loss": [(0, 0.5), (1, 1.0), (2, 1.5)]}),
    # an epoch's sum of batches is the epoch's; a batch's own loss has its own steps
    ("for epoch in range(2):\n    epoch_loss = 0.0\n    for batch in range(3):\n"
     "        loss = batch / 2\n        epoch_loss += loss\n    epoch_loss /= 3",
     {"loss": [(0, 0.0), (1, 0.5), (2, 1.0), (3, 0.0), (4, 0.5), (5, 1.0)],
      "epoch_loss": [(0, 0.5), (1, 0.5)]}),
    ("for epoch in range(5):\n    if epoch % 2 == 0:\n        val_acc = epoch / 10",
     {"val_acc": [(0, 0.0), (2, 0.2), (4, 0.4)]}),
    ("for k in range(9):\n    loss = 1.0 + k\n    if k == 2:\n        break",
     {"loss": [(0, 1.0), (1, 2.0), (2, 3.0)]}),
    ("for epoch in range(3):\n    loss = 1.0 + epoch\n    continue",
     {"loss": [(0, 1.0), (1, 2.0), (2, 3.0)]}),
    ("for epoch in range(2):\n    loss, acc = epoch / 2, epoch / 4",
     {"loss": [(0, 0.0), (1, 0.5)], "acc": [(0, 0.0), (1, 0.25)]}),
    ("def f(): return 0.5, 1.5\nfor epoch in range(2):\n    loss, acc = f()",
     {"loss": [(0, 0.5), (1, 0.5)], "acc": [(0, 1.5), (1, 1.5)]}),
    ("for epoch in range(2):\n    loss: float = epoch / 2",
     {"loss": [(0, 0.0), (1, 0.5)]}),
    ("with open('/dev/null'):\n    for epoch in range(2):\n        loss = epoch / 2",
     {"loss": [(0, 0.0), (1, 0.5)]}),
    ("losses = []\nfor epoch in range(2):\n    losses.append(epoch / 2)",
     {"losses": [(0, 0.0), (1, 0.5)]}),
    ("losses = []\nfor epoch in range(2):\n    loss = epoch / 2\n"
     "    losses.append(loss)", {"loss": [(0, 0.0), (1, 0.5)]}),
    ("history = {'val_loss': []}\nfor epoch in range(2):\n"
     "    history['val_loss'].append(epoch / 2)",
     {"history.val_loss": [(0, 0.0), (1, 0.5)]}),
    ("rows = []\nfor k in range(2):\n    rows.append({'k': k, 'acc': k / 2})",
     {"acc": [(0, 0.0), (1, 0.5)]}),
    ("import numpy as np\nfor epoch in range(2):\n    loss = np.array(epoch / 2)",
     {"loss": [(0, 0.0), (1, 0.5)]}),
    ("for epoch in range(2):\n    loss = epoch / 2\nloss = sum([3.5])",
     {"loss": [(0, 0.0), (1, 0.5), (2, 3.5)]}),
    ("for epoch in range(2):\n    loss = epoch / 2\nfor epoch in range(2, 4):\n"
     "    loss = epoch / 2",
     {"loss": [(0, 0.0), (1, 0.5), (2, 1.0), (3, 1.5)]}),
    ("%%time\nfor epoch in range(2):\n    loss = epoch / 2",
     {"loss": [(0, 0.0), (1, 0.5)]}),
    ("import asyncio\nasync def gen():\n    for i in range(2):\n        yield i\n"
     "async for i in gen():\n    await asyncio.sleep(0)\n    loss = i / 2",
     {"loss": [(0, 0.0), (1, 0.5)]}),
    ("for epoch in range(3):\n    try:\n        loss = 1 / epoch\n"
     "    except ZeroDivisionError:\n        loss = 9 / 2\n    else:\n        pass",
     {"loss": [(0, 4.5), (1, 1.0), (2, 0.5)]}),
]  # fmt: skip

NO_SERIES = [
    "for epoch in range(3):\n    total = epoch",
    "for epoch in range(3):\n    loss = 'high'",
    "def f():\n    for epoch in range(3):\n        loss = epoch\nf()",
    "class C:\n    for epoch in range(3):\n        loss = epoch",
    "for loss in [0.5, 1.0]:\n    pass",
    "x = [1 for loss in range(3)]",
    "%%timeit -n 2 -r 1\nfor epoch in range(3):\n    loss = epoch / 2",
]


def points(journal, key=None):
    found = {}
    for event in journal.of(PointsLogged):
        if event.origin == "auto":
            assert event.execution_id is not None
            found.setdefault(event.key, []).extend(
                zip(event.steps, event.values, strict=True)
            )
    return found


@pytest.mark.parametrize(("source", "expected"), SERIES)
def test_a_loop_gives_one_point_an_iteration(run, shell, journal, source, expected):
    assert run(source).success
    assert points(journal) == expected
    assert not [name for name in vars(builtins) if "trackbook" in name]
    assert not [name for name in shell.user_ns if "trackbook" in name]


@pytest.mark.parametrize("source", NO_SERIES)
def test_no_series(run, journal, source):
    assert run(source).success
    assert all(len(found) <= 1 for found in points(journal).values())


def test_an_exception_in_a_loop_keeps_the_points_before_it(run, journal):
    source = "for epoch in range(5):\n    loss = epoch / 2\n    1 / (2 - epoch)"
    assert not run(source).success
    assert points(journal) == {"loss": [(0, 0.0), (1, 0.5), (2, 1.0)]}


def test_points_of_a_run_started_in_the_loop_are_its_own(run, journal):
    run(
        "import trackbook\nfor k in range(2):\n    with trackbook.start_run():\n"
        "        acc = k / 2"
    )
    found = [event for event in journal.of(PointsLogged) if event.key == "acc"]
    assert len({event.run_id for event in found}) == 2


def test_what_is_logged_by_hand_is_not_taken_again(run, journal):
    run(
        "import trackbook\nfor epoch in range(3):\n    loss = epoch / 2\n"
        "    trackbook.log_metric('loss', loss)"
    )
    assert journal.metrics() == {"loss": [0.0, 0.5, 1.0]}


def test_the_reading_of_loops_can_be_switched_off(run, journal, capsys):
    run("%track loops off")
    assert "%track loops on" in capsys.readouterr().out
    run("for epoch in range(3):\n    loss = epoch / 2")
    assert points(journal) == {"loss": [(0, 1.0)]}
    run("%track loops on")
    run("for epoch in range(3):\n    acc = epoch / 2")
    assert len(points(journal)["acc"]) == 3


# --- the loop does not notice -----------------------------------------------------

PROGRAMS = [
    "for k in range(3):\n    loss = k / 2\n    print(loss)\nelse:\n    print('e')",
    "for epoch in range(3):\n    loss = 1 / (1 - epoch)",
    "for epoch in range(3):\n    for b in range(2):\n        loss = epoch + b\n"
    "        if b: break\n    else:\n        continue\n    acc = loss\nloss, acc",
    "while True:\n    loss = 0.5 + 1\n    break\nelse:\n    print('never')",
    "for epoch in range(3):\n    try:\n        loss = 1 / epoch\n"
    "    finally:\n        acc = 1 / 2\n        continue\nacc",
    "for i in []:\n    loss = 1 / 2\nelse:\n    print('none')",
    "for k in range(2):\n    match k:\n        case 0:\n            loss = 1 / 3\n"
    "        case _:\n            loss = undefined",
    "for epoch in range(2): loss = epoch / 2; print(loss); acc = loss\n",
    "for epoch in range(2):\n    loss = (\n        1 /\n        (epoch - 1)\n    )",
    "losses = []\nfor epoch in range(2):\n    losses.append(epoch / 2)\nlosses",
    "for epoch in range(2):\n    loss = epoch / 2\n    del loss\nsorted(globals())[:0]",
    "import sys\nfor k in range(2):\n    loss = len(sys._getframe().f_locals) * 0.0\n"
    "dir() == [n for n in dir() if 'trackbook' not in n]",
]


@pytest.mark.parametrize("interactivity", ["last_expr", "all", "last_expr_or_assign"])
@pytest.mark.parametrize("source", PROGRAMS)
def test_outputs_and_tracebacks_are_those_of_the_bare_loop(
    shell, run, capsys, source, interactivity
):
    shell.ast_node_interactivity = interactivity

    def outcome():
        result = run(source)
        shown = "".join(capsys.readouterr())
        shown = re.sub(r"(In|Out)(\x1b\[\d*m)*\[.*?\]", "", shown)
        return shown, repr(result.result), type(result.error_in_exec)

    run("%track loops off")
    capsys.readouterr()
    bare = outcome()
    shell.user_ns.pop("loss", None)
    shell.user_ns.pop("acc", None)
    run("%track loops on")
    capsys.readouterr()
    assert outcome() == bare


def test_an_interrupt_in_a_mark_is_raised_in_the_cell(run, shell, journal):
    """Many fall into a mark; none leaves a frame of ours, and no mark dies of it.

    Where other processes want the cores, too, the journal falls behind the loop, which
    then writes itself, and an interrupt may take a second to be taken up.
    """
    source = textwrap.dedent("""
        i, traces = 0, []
        while len(traces) < 60:
            try:
                ready()
                while True:
                    loss = i / 2
                    error = i / 3
                    i += 1
            except KeyboardInterrupt as interrupt:
                traces.append(extract(interrupt.__traceback__))
    """)
    main, turns = threading.main_thread().ident, queue.SimpleQueue()
    assert main is not None

    def interrupt():
        for _ in range(60):
            turns.get()
            time.sleep(0.001)
            signal.pthread_kill(main, signal.SIGINT)

    thread = threading.Thread(target=interrupt, daemon=True)
    thread.start()
    shell.user_ns["ready"] = functools.partial(turns.put, None)
    shell.user_ns["extract"] = traceback.extract_tb
    gc.disable()  # an interrupt within a collection is lost, also without us
    try:
        assert run(source).success
    finally:
        gc.enable()
    thread.join()
    traces = shell.user_ns["traces"]
    assert {len(trace) for trace in traces} == {1}
    assert {trace[0].lineno for trace in traces} <= {5, 6, 7, 8, 9}
    steps = [step for step, _ in points(journal)["loss"]]
    assert len(steps) > 200
    assert steps == sorted(set(steps))


def test_a_mark_that_fails_is_silent_from_then_on(run, journal, monkeypatch):
    run("x = len('a')")
    monkeypatch.setattr("trackbook.capture.probe.to_scalar", None)
    assert run("for epoch in range(3):\n    loss = epoch").success
    assert [event.where for event in journal.of(CaptureFailed)] == ["a loop"]


def test_what_a_signal_handler_raises_in_a_mark_is_the_cells(run, shell, journal):
    source = textwrap.dedent("""
        import signal, time
        class TooLong(Exception): pass
        def ring(*_): raise TooLong
        before = signal.signal(signal.SIGALRM, ring)
        caught = 0
        for k in range(300):
            try:
                i = 0
                signal.setitimer(signal.ITIMER_REAL, 1e-4)
                while True:
                    loss = i / 2
            except TooLong:
                caught += 1
        signal.signal(signal.SIGALRM, before)
    """)
    assert run(source).success
    assert shell.user_ns["caught"] == 300
    assert journal.of(CaptureFailed) == []


def test_marks_stand_where_the_loop_stands():
    source = "for epoch in range(3):\n    loss = f(\n        epoch)\n"
    tree = ast.parse(source)
    marks, _ = mark_loops(tree, "callee", source, NameRules())
    assert marks
    assert {node.lineno for node in ast.walk(tree) if hasattr(node, "lineno")} <= {
        1,
        2,
        3,
    }
    compile(tree, "<cell>", "exec")


# --- tables and folds -------------------------------------------------------------

TABLES = [
    ("for lr in [0.1, 0.01]:\n    acc = lr * 2",
     "lr", ("lr", "acc"), [(0.1, 0.2), (0.01, 0.02)], ("lr",)),
    ("for lr in (0.1, 0.01):\n    for epoch in range(2):\n        loss = lr + epoch",
     "lr", ("lr", "loss"), [(0.1, 1.1), (0.01, 1.01)], ("lr",)),
    ("for lr in [1, 2]:\n    for depth in [3, 4]:\n        acc = lr / depth",
     "lr, depth", ("lr", "depth", "acc"),
     [(1, 3, 1 / 3), (1, 4, 0.25), (2, 3, 2 / 3), (2, 4, 0.5)], ("lr", "depth")),
    ("import itertools\nfor a, b in itertools.product([1, 2], 'x'):\n"
     "    acc = a / 2",
     "a, b", ("a", "b", "acc"), [(1, "x", 0.5), (2, "x", 1.0)], ("a", "b")),
    ("grid = [1, 2]\nfor depth in grid:\n    score = depth / 2",
     "depth", ("depth", "score"), [(1, 0.5), (2, 1.0)], ("depth",)),
    ("models = {'a': max, 'b': min}\nfor name, model in models.items():\n"
     "    acc = model(1, 2) / 2",
     "name, model", ("name", "model", "acc"), [("a", "max", 1.0), ("b", "min", 0.5)],
     ("name", "model")),
    ("from sklearn.model_selection import ParameterGrid\n"
     "for p in ParameterGrid({'C': [1, 2]}):\n    acc = p['C'] / 2",
     "p", ("p.C", "acc"), [(1, 0.5), (2, 1.0)], ("p.C",)),
    ("accs = []\nfor lr in [1, 2]:\n    accs.append(lr / 2)",
     "lr", ("lr", "accs"), [(1, 0.5), (2, 1.0)], ("lr",)),
    ("for i, lr in enumerate([0.5, 1.5]):\n    acc = lr / 2",
     "lr", ("lr", "acc"), [(0.5, 0.25), (1.5, 0.75)], ("lr",)),
]  # fmt: skip


@pytest.mark.parametrize(("source", "name", "columns", "rows", "params"), TABLES)
def test_a_loop_over_listed_values_gives_a_table(
    run, journal, source, name, columns, rows, params
):
    assert run(source).success
    (table,) = journal.of(TableLogged)
    assert (table.name, table.columns, table.params) == (name, columns, params)
    assert [tuple(row) for row in table.rows] == [pytest.approx(row) for row in rows]
    assert (table.origin, table.first) == ("loop", 0)
    assert len(journal.runs()) == 1
    assert not set(journal.params()) & set(params)


@pytest.mark.parametrize(
    "source",
    [
        "for epoch in range(2):\n    loss = epoch / 2",
        "data = [[0.0] * 99] * 300\nfor row in data:\n    loss = row[0]",
        "for epoch in [1, 2]:\n    loss = epoch / 2",
        "for line in 'ab':\n    loss = 1 / 2",
    ],
)
def test_a_loop_that_tries_nothing_gives_none(run, journal, source):
    assert run(source).success
    assert journal.of(TableLogged) == []


def test_long_tables_come_in_chunks(run, journal):
    run("import itertools\nfor a in itertools.product(range(450)):\n    acc = a[0] / 2")
    tables = journal.of(TableLogged)
    assert [(table.first, len(table.rows)) for table in tables] == [
        (0, 200), (200, 200), (400, 50),
    ]  # fmt: skip


def test_folds_of_a_loop_are_one_result(run, journal):
    run(
        "from sklearn.model_selection import KFold\nscores = []\n"
        "for train, test in KFold(3).split(list(range(9))):\n"
        "    scores.append(float(test[0]))"
    )
    (folds,) = journal.of(FoldsLogged)
    assert (folds.key, folds.values) == ("scores", (0.0, 3.0, 6.0))
    assert journal.metrics() == {"scores": [3.0]}


def test_iterations_with_runs_of_their_own_give_no_table(run, journal):
    run(
        "import trackbook\nfor lr in [0.1, 0.2]:\n    with trackbook.start_run():\n"
        "        acc = lr / 2"
    )
    assert journal.of(TableLogged) == []
    assert len({e.run_id for e in journal.of(PointsLogged) if e.key == "acc"}) == 2


@pytest.mark.parametrize("magic", ["%%track", "%%capture", "%%track named"])
def test_loops_below_a_cell_magic_are_read(run, journal, magic):
    run(f"{magic}\nfor lr in [0.5, 0.25]:\n    acc = lr / 2")
    assert points(journal) == {"acc": [(0, 0.25), (1, 0.125)]}
    assert len(journal.of(TableLogged)) == 1


# --- whatever the program ---------------------------------------------------------

SIMPLE = [
    "loss = k / 3", "acc += 1", "loss, acc = acc, loss", "say(loss, acc)",
    "losses.append(loss)", "losses.append(k / 2)", "k += 1", "loss = 1 / (k % 3)",
    "history['acc'].append(acc)", "rows.append({'loss': k / 2})", "total = k",
]  # fmt: skip


def write_program(choose, depth=0, in_loop=False):
    """Return lines of a random program; each of its loops ends."""
    lines = []
    for _ in range(choose.randint(1, 4)):
        kind = choose.random()
        if kind < 0.5 or depth == 3:
            lines.append(choose.choice(SIMPLE))
            continue
        if in_loop and kind < 0.6:
            lines += [f"if k % {choose.randint(2, 4)} == 0:",
                      f"    {choose.choice(['break', 'continue'])}"]  # fmt: skip
            continue
        body = write_program(choose, depth + 1, in_loop or kind < 0.8)
        block = ["    " + line for line in body]
        if kind < 0.7:
            lines += [f"for k in {choose.choice(['range(3)', '[1, 5, 2]'])}:", *block]
            if choose.random() < 0.3:
                lines += ["else:", "    say('else')"]
        elif kind < 0.8:
            lines += ["n = 0", "while n < 3:", "    n += 1", *block]
        elif kind < 0.9:
            lines += ["try:", *block, "except ZeroDivisionError:", "    loss = 7.0",
                      "finally:", "    say('finally')"]  # fmt: skip
        else:
            lines += ["if k % 2:", *block, "else:", "    acc = 0.5 * k"]
    return lines


def play(tree, callee):
    """Return what a program says and leaves, and the lines of what it raises."""
    said = []
    names = {
        "loss": 0.5, "acc": 0, "k": 0, "n": 0, "losses": [], "rows": [],
        "history": {"acc": []}, "say": lambda *args: said.append(args),
    }  # fmt: skip
    scope = {**names, "callee": callee}
    raised = None
    try:
        exec(compile(tree, "<cell>", "exec"), scope)
    except Exception as error:
        raised = (
            type(error),
            [f.lineno for f in traceback.extract_tb(error.__traceback__)],
        )
    del scope["callee"], scope["__builtins__"], scope["say"]
    return said, scope, raised


@pytest.mark.parametrize("seed", range(300))
def test_marks_change_nothing_of_any_program(seed):
    source = "\n".join(write_program(random.Random(seed)))
    told = []
    marked = ast.parse(source)
    marks, _ = mark_loops(marked, "callee", source, NameRules())
    assert play(marked, told.append) == play(ast.parse(source), None)
    assert all(0 <= place < len(marks) for place, _ in told)
