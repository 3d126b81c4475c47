"""Random sessions, and the truth of each: green is never given where a run differs."""

import random
import sys
from collections.abc import Sequence

from tests.notebooks.sessions import Session, sentences_of

SESSIONS = 3000

MARKS = {
    "X": ("a", "b", "c"), "Y": ("a", "b", "c"), "Z": ("a", "b", "c"),
    "N": ("0", "1", "2", "3"), "F": ("f", "g"), "G": ("f", "g"),
}  # fmt: skip
"""What stands for names, numbers and functions in the templates."""

BEGINNING = (
    "a = [1, [2]]",
    "b = {'k': 1, 'l': [2]}",
    "c = 3",
    "def f():\n    return a",
    "def g(given=None):\n    return [c, given]",
)

simple = (
    "X = N",
    "X = [N, N]",
    "X = {'k': N, 'l': [N]}",
    "X = Y",
    "X = [Y, N]",
    "X = str(Y)",
    "X = (Y, Z)",
    "X, Y = Y, X",
    "X = [each for each in range(N)]",
    "del X",
)
changing = (
    "X += N",
    "X += [N]",
    "X.append(N)",
    "X.append(Y)",
    "X[0] = N",
    "X[0].append(N)",
    "X['k'] = Y",
    "X['l'].append(N)",
    "X['l'] += [N]",
    "X.update(k=N)",
    "X.sort(key=str)",
    "X.pop()",
    "next(X)",
)
compound = (
    "for X in range(2):\n    Y = X",
    "for _ in range(2):\n    X += 1",
    "for _ in range(2):\n    X.append(Y)\n    Y = Z",
    "if len(str(X)) > 3:\n    Y = N",
    "if len(str(X)) > 3:\n    Y = N\nelse:\n    Y = Z",
    "try:\n    X = Y[0]\nexcept Exception:\n    X = N",
    "try:\n    X.append(N)\nexcept Exception:\n    X = [N]",
    "with open('/dev/null') as file:\n    X = N",
    "while len(str(X)) < 4:\n    X = [X]",
    "match X:\n    case [Y, *_]:\n        pass\n    case _:\n        Y = N",
    "X = (Y := N)",
    "global X\nX = Y",
    "X = iter([N, 1, 2])",
    "X = (each for each in [Y, N])",
    "X = list(Y)",
    "X = Y if Z else N",
    "X = Y or Z",
    "X = sorted([N, 1])\nX.append(Y)",
    "print(X)",
    "X",
    "X = f'{Y}'",
    "import copy\nX = copy.copy(Y)",
    "import copy\nX = copy.deepcopy(Y)",
)
defining = (
    "def F():\n    return X",
    "def F():\n    return [X, Y]",
    "def F():\n    global X\n    X = N\n    return X",
    "def F():\n    X.append(N)\n    return X",
    "def F():\n    return G()",
    "def F(held=[]):\n    held.append(X)\n    return held",
    "def F():\n    def inner():\n        return X\n    return inner",
    "def F():\n    yield X\n    yield Y",
    "F = lambda: (X, N)",
    "def F(given=None):\n    if given is not None:\n        given.append(N)\n"
    "    return given",
    "class F:\n    def __repr__(self):\n        return str(X)",
    "class F:\n    kept = []\n    def __init__(self):\n        self.kept.append(X)\n"
    "    def __repr__(self):\n        return str(len(self.kept))",
    "class F:\n    def __init__(self, given=0):\n        self.given = given\n"
    "    def add(self):\n        self.given.append(N)\n"
    "    def score(self):\n        self.given += [X]\n        return 1\n"
    "    def __repr__(self):\n        "
    "return str([n for n in self.given if type(n) is int])",
    "def F(given=X):\n    return given",
    "F = G",
    "def F(one=0):\n    return G(one)",
)
calling = (
    "X = F()",
    "F()",
    "X = F(Y)",
    "F(X)",
    "X = [F, N]",
    "X = F()()",
    "X = Y()",
    "X.add()",
    "X = Y.score()",
    "X = list(map(lambda each: (each, Y), [N]))",
    "X = map(lambda each: (each, Y), [N, 1])",
    "X = str(F())",
    "F.kept.append(N)",
    "X = [each for each in F()]",
    "for X in F():\n    pass",
)
results = (
    "result = str(X)",
    "result = str((X, Y))",
    "result = str(F())",
    "result = str([X, F()])",
    "result = str(list(X))",
    "X += 1\nresult = str(X)",
    "result = str(X)\nX.append(N)",
)
STATEMENTS = (simple, simple, changing, changing, compound, defining, calling)


class Person:
    """Somebody at a notebook, who does what chance says."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)

    def write(self, templates: Sequence[str]) -> str:
        text = self.chance.choice(templates)
        for mark, choices in MARKS.items():
            text = text.replace(mark, self.chance.choice(choices))
        return text

    def cell(self) -> str:
        return "\n".join(
            self.write(self.chance.choice(STATEMENTS))
            for _ in range(self.chance.randint(1, 2))
        )

    def session(self) -> Session:
        """Write cells, run them, edit and move and delete some, run the result."""
        session = Session()
        if self.chance.random() < 0.8:
            session.write(*BEGINNING)
        for _ in range(self.chance.randint(1, 5)):
            session.write(self.cell())
        result = session.write(self.write(results)).cells[-1][0]
        if self.chance.random() < 0.8:
            session.run(*(each for each, _ in session.cells[:-1]))
        for _ in range(self.chance.randint(0, 4)):
            self.act(session, result)
        return session.run(result)

    def act(self, session: Session, result: str) -> None:
        chosen = self.chance.choice([each for each, _ in session.cells])
        what = self.chance.choice(
            ("run", "run", "run", "edit", "both", "delete", "move")
        )
        if what == "run":
            session.run(chosen)
        elif what == "move":
            session.move(chosen, self.chance.randrange(len(session.cells)))
        elif chosen != result and what == "delete":
            session.delete(chosen)
        elif chosen != result:
            session.edit(chosen, self.cell())
            if what == "both":
                session.run(chosen)


def shows_an_address(session: Session) -> bool:
    """No run gives the same address of an object again."""
    text = "".join(each for each in str(session.namespace["result"]) if each.isalnum())
    return "0x" in text


def tell(session: Session) -> str:
    return "\n---\n".join(
        [
            "ran:",
            *(
                f"{ran.cell_id} {ran.status}\n{ran.source}"
                for ran in session.executions
            ),
            "saved:",
            *(f"{cell_id}\n{source}" for cell_id, source in session.cells),
            repr(session.namespace.get("result")),
        ]
    )


def test_green_is_never_given_where_a_clean_run_differs() -> None:
    counted: dict[tuple[bool, str], int] = {}
    for seed in range(SESSIONS):
        session = Person(seed).session()
        if session.executions[-1].status != "ok" or shows_an_address(session):
            continue
        found = session.findings("result")
        same = session.comes_out_the_same()
        counted[same, found.verdict] = counted.get((same, found.verdict), 0) + 1
        if found.verdict == "green":
            assert same, f"seed {seed}\n{tell(session)}\n{sentences_of(found)}"
    sys.stdout.write(f"{sorted(counted.items())}\n")
    same = sum(count for (alike, _), count in counted.items() if alike)
    assert counted[True, "green"] > same / 2
