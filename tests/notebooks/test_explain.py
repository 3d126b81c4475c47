"""Histories of notebooks with the verdict and the reasons that a person would give.

What is true of each is tried out: the notebook as it stands, run from the top.
"""

import sys
from collections.abc import Callable
from dataclasses import dataclass, replace

import pytest

from tests.notebooks.sessions import Session, reasons_of, sentences_of
from trackbook_server.contract import Verdict
from trackbook_server.notebooks.tellings import Ran

HISTORIES: dict[str, "Told"] = {}


@dataclass(frozen=True)
class Told:
    """A history; `same` None: not to be tried out."""

    make: Callable[[], Session]
    verdict: Verdict
    kinds: tuple[str, ...]
    same: bool | None


def told(
    verdict: Verdict, *kinds: str, same: bool | None = None
) -> Callable[[Callable[[], Session]], Callable[[], Session]]:
    """Note a history; without `same`, green comes out the same and red does not."""

    def note(make: Callable[[], Session]) -> Callable[[], Session]:
        known = {"green": True, "red": False}.get(verdict) if same is None else same
        HISTORIES[make.__name__.replace("_", " ")] = Told(make, verdict, kinds, known)
        return make

    return note


DATA = "data = [3, 1, 2]"
RATE = "rate = 0.1"
TRAIN = "model = [rate * each for each in data]"
SCORE = "result = sum(model)"


def study() -> Session:
    return Session().write(DATA, RATE, TRAIN, SCORE)


@told("green")
def run_all_once() -> Session:
    return study().run_all()


@told("green")
def run_all_twice() -> Session:
    return study().run_all().run_all()


@told("green")
def tweak_and_rerun() -> Session:
    return study().run_all().edit("c1", "rate = 0.5").run("c1", "c2", "c3")


@told("green")
def a_comment_edited_since() -> Session:
    return study().run_all().edit("c2", f"# trains\n{TRAIN}  # well").run("c3")


@told("green")
def tweaked_with_mutation_of_what_is_made_anew() -> Session:
    session = study().edit(
        "c2", "model = []\nfor each in data:\n    model.append(rate * each)"
    )
    return session.run_all().edit("c1", "rate = 0.5").run("c1", "c2", "c3")


@told("red", "edited")
def edited_after_it_ran() -> Session:
    return study().run_all().edit("c1", "rate = 9").run("c3")


@told("green")
def edited_where_the_result_does_not_depend_on_it() -> Session:
    session = study().edit("c1", "rate = 0.1\ncolour = 'red'").run_all()
    return session.edit("c1", "rate = 0.1\ncolour = 'blue'").run("c1").run("c2", "c3")


@told("red", "gone")
def a_deleted_cell() -> Session:
    return study().run_all().delete("c1").run("c3")


@told("red", "gone")
def a_deleted_cell_that_wrote_over() -> Session:
    session = study().write("rate = 7").run("c0", "c1", "c4", "c2")
    return session.delete("c4").run("c3")


@told("red", "out_of_order")
def out_of_order() -> Session:
    return Session().write("x = 1", "result = x", "x = 2").run("c0", "c2", "c1")


@told("red", "out_of_order")
def written_below() -> Session:
    return Session().write("result = x + 1", "x = 2").run("c1", "c0")


@told("red", "executed_again")
def counted_up_twice() -> Session:
    return Session().write("x = 1", "x += 1", "result = x").run("c0", "c1", "c1", "c2")


@told("amber", "executed_again", same=False)
def appended_twice() -> Session:
    session = Session().write("kept = []", "kept.append(1)", "result = len(kept)")
    return session.run("c0", "c1", "c1", "c2")


@told("green")
def the_same_cell_twice_without_state() -> Session:
    return (
        Session().write("x = 1", "y = x + 1", "result = y").run("c0", "c1", "c1", "c2")
    )


@told("red", "gone")
def hidden_in_a_function() -> Session:
    session = Session().write(
        "k = 2", "def scale(x):\n    return k * x", "result = scale(3)"
    )
    return session.run_all().delete("c0").run("c2")


@told("red", "edited")
def a_function_edited_since() -> Session:
    session = Session().write(
        "def scale(x):\n    return 2 * x", "y = scale(3)", "result = y"
    )
    return session.run_all().edit("c0", "def scale(x):\n    return 5 * x").run("c2")


@told("red", "gone")
def hidden_in_a_method() -> Session:
    session = Session().write(
        "k = 2",
        "class Model:\n    def score(self, x):\n        return k * x",
        "model = Model()",
        "result = model.score(3)",
    )
    return session.run_all().delete("c0").run("c3")


@told("amber", "gone", same=False)
def hidden_in_what_an_object_holds() -> Session:
    session = Session().write("row = {'a': 1}", "row['a'] = 5", "result = row['a']")
    return session.run_all().delete("c1").run("c2")


@told("amber", "gone", same=False)
def changed_under_another_name() -> Session:
    session = Session().write("a = [1]", "b = a", "b.append(2)", "result = sum(a)")
    return session.run_all().delete("c2").run("c3")


@told("green")
def restarted_and_run_all() -> Session:
    session = study().run_all().edit("c1", "rate = 0.5").run("c1", "c3")
    return session.restart().run_all()


@told("red", "before_recording", same=None)
def restarted_and_run_from_the_middle() -> Session:
    return study().run_all().restart().write(RATE).run("c3")


@told("amber", "before_recording", same=False)
def recorded_from_the_middle() -> Session:
    session = Session().write("result = x + 1")
    session.namespace["x"] = 1
    session.is_whole = False
    return session.run("c0")


@told("green")
def loop_names() -> Session:
    session = Session().write(
        "total = 0\nfor n in range(3):\n    total += n", "result = total"
    )
    return session.run("c0", "c0", "c1")


@told("unknown", "not_checked", same=True)
def a_star_import() -> Session:
    return Session().write("from math import *", "result = floor(2.5)").run_all()


@told("green")
def harmless_magics() -> Session:
    session = Session().write(
        "%matplotlib inline\nx = 1", "%time y = x + 1", "result = y"
    )
    return session.run_all()


@told("unknown", "not_checked", same=None)
def a_magic_that_runs_a_file() -> Session:
    return Session().write("%run setup.py", "result = 1").run_all()


@told("unknown", "not_checked", same=None)
def a_shell_line_that_may_write() -> Session:
    return Session().write("!make data > log", "result = 1").run_all()


@told("unknown", "not_checked", same=True)
def exec_hides_what_it_writes() -> Session:
    return Session().write("exec('x = 1')", "result = 2").run_all()


@told("green")
def two_cells_of_the_same_source() -> Session:
    return Session().write("x = 1", "x += 1", "x += 1", "result = x").run_all()


@told("red", "out_of_order")
def a_moved_cell() -> Session:
    session = (
        Session().write("x = 1", "x += 1", "x *= 5", "result = x").run("c0", "c1", "c2")
    )
    return session.move("c2", 1).run("c3")


@told("red", "executed_again", "out_of_order")
def a_copied_cell_that_did_not_run() -> Session:
    session = Session().write("x = 1", "x += 1", "x += 1", "result = x")
    return session.run("c0", "c1", "c3")


@told("amber", "never_executed", same=True)
def a_cell_above_that_never_ran() -> Session:
    return Session().write("x = 1", "y = x / 2", "result = x").run("c0", "c2")


@told("amber", "stops", same=False)
def a_look_at_what_is_gone() -> Session:
    session = Session().write("seen = 1", "x = 2", "seen", "result = x").run_all()
    return session.delete("c0").run("c3")


@told("green")
def looking_around_below_the_result() -> Session:
    session = study().write("print(sorted(data))").run_all().run("c4", "c4")
    return session.run("c3")


@told("green")
def an_exploring_cell_that_is_gone() -> Session:
    return study().write("other = 5").run_all().delete("c4").run("c3")


@told("amber", "failed", same=False)
def half_a_cell() -> Session:
    session = Session().write("x = 1", "x = 2\nraise ValueError", "result = x")
    return session.run_all()


@told("green")
def failed_then_mended() -> Session:
    session = Session().write("x = 1\nboom", "result = x").run("c0")
    return session.edit("c0", "x = 1").run_all()


@told("amber", "random", same=None)
def random_without_a_seed() -> Session:
    return Session().write("import random", "result = random.random()").run_all()


@told("green")
def random_with_a_seed() -> Session:
    session = Session().write(
        "import random", "random.seed(1)", "result = random.random()"
    )
    return session.run_all()


@told("red", "executed_again", same=False)
def a_second_draw_of_one_seed() -> Session:
    session = Session().write(
        "import random", "random.seed(1)", "result = random.random()"
    )
    return session.run_all().run("c2")


@told("amber", "executed_again", same=False)
def a_default_that_grows() -> Session:
    session = Session().write(
        "def f(kept=[]):\n    kept.append(1)\n    return len(kept)", "result = f()"
    )
    return session.run("c0", "c1", "c1")


def judge(history: Told) -> tuple[bool, str]:
    session = history.make()
    found = session.findings("result")
    kinds = reasons_of(found, "red", "amber", "unknown")
    is_right = found.verdict == history.verdict and (
        not history.kinds or bool(set(kinds) & set(history.kinds))
    )
    return is_right, f"{found.verdict} {kinds} {list(sentences_of(found))}"


@pytest.mark.parametrize("name", HISTORIES)
def test_a_history_is_judged_as_a_person_would(name: str) -> None:
    is_right, said = judge(HISTORIES[name])
    assert is_right, said


@pytest.mark.parametrize(
    "name", [n for n, h in HISTORIES.items() if h.same is not None]
)
def test_what_is_told_of_a_history_is_true(name: str) -> None:
    assert HISTORIES[name].make().comes_out_the_same() == HISTORIES[name].same


def test_how_many_are_judged_right_is_told() -> None:
    right = sum(judge(history)[0] for history in HISTORIES.values())
    sys.stdout.write(f"{right} of {len(HISTORIES)} histories judged right\n")
    assert right == len(HISTORIES) >= 25


def test_a_hidden_dependency_is_named() -> None:
    session = Session().write(
        "class Scaler:\n    def transform(self, X):\n        return [x / 2 for x in X]",
        "scaler = Scaler()",
        "X = [1, 2]",
        "Xs = scaler.transform(X)",
        "result = sum(Xs)",
    )
    found = session.run_all().delete("c1").run("c4").findings("result")
    assert (
        "`Xs = scaler.transform(X)` reads `scaler`, last written by a cell that is no "
        "longer there: `scaler = Scaler()`." in sentences_of(found)
    )
    reason = found.reasons[0]
    assert reason.name == "scaler"
    assert [(cell.title, cell.place) for cell in reason.cells] == [
        ("Xs = scaler.transform(X)", 3),
        ("scaler = Scaler()", None),
    ]


def test_cells_of_another_notebook_are_told_as_such() -> None:
    session = Session().write("result = x")
    session.run_source("x = 1", "elsewhere")
    session.executions = [replace(session.executions[0], is_here=False)]
    found = session.run("c0").findings("result")
    assert found.verdict == "red"
    assert "by a cell of another notebook" in sentences_of(found)[0]


@pytest.mark.parametrize(
    "source",
    ["(" * 5000, "x = " + "-" * 20000 + "1", "\0", "%%", "%", "!", "?", "x" * 300_000,
     "def f(:\n", "lambda: (yield)", "match x:\n case {**r}: pass",
     "async with a as b: pass",
     "class A(metaclass=M): x: int = 1", "try: pass\nexcept* E: pass", "a[b:c] = d",
     "x = 1; y = 2", "@d\ndef f(): ...", "[x for x in (y := [1])]", "del (a, b)"],
)  # fmt: skip
def test_nothing_that_a_cell_says_is_too_much(source: str) -> None:
    session = Session().write(source, "result = 1")
    session.run_source(source, "c0")
    assert session.run("c1").findings("result").verdict


def nested(depth: int) -> str:
    lines = ["    " * level + f"def f{level}():" for level in range(depth)]
    return "\n".join([*lines, "    " * depth + "return 1"])


@pytest.mark.parametrize(
    "source",
    [
        nested(60),
        "x = " + "lambda: " * 80 + "1",
        "f(" + "lambda: f(" * 60 + ")" * 61,
        "\n".join(" " * level + "for x in y:" for level in range(19)) + " " * 19 + "x",
        "\n".join(f"def f{n}(a): {' ; '.join(f'f{m}(a)' for m in range(45))}"
                  for n in range(45)),
        "\n".join(f"class C{n}(C{n - 1}): x = C{n - 1}()" for n in range(1, 100)),
    ],
)  # fmt: skip
def test_entangled_code_is_looked_into_in_no_time(source: str) -> None:
    """Each of these would take for ever, were it followed on every way."""
    session = Session().write(source, "result = f1(f2(f3))", "result = 1")
    for cell_id, text in session.cells:
        session.executions.append(Ran(f"e-{cell_id}", cell_id, text))
    assert session.findings("result").verdict


def test_what_would_take_too_long_is_not_known() -> None:
    shared = "kept = []\n" + "\n".join(f"x{n} = [kept]" for n in range(1500))
    session = Session().write(shared, "kept.append(1)", "result = len(kept)")
    session.run("c0", *["c1"] * 250, "c2")
    found = session.findings("result")
    assert found.verdict == "unknown"
    assert "too much" in sentences_of(found)[-1]
