"""Which numbers are results, which are values, and what is a param."""

import pytest

pytestmark = pytest.mark.filterwarnings("ignore:lbfgs failed")

RESULTS = [
    ("accuracy = float('0.5')", {"accuracy": [0.5]}),
    ("val_acc = 1 / 4", None),
    ("accuracy = 0.75", {"accuracy": [0.75]}),
    ("test_loss = -0.5", {"test_loss": [-0.5]}),
    ("testAccuracy = sum([0.5])", {"testAccuracy": [0.5]}),
    ("r2 = sum([0.5])", {"r2": [0.5]}),
    ("loss, acc = tuple([0.5, 0.25])", {"loss": [0.5], "acc": [0.25]}),
    ("m = clf.score(1)", {"m": [0.9]}),
    ("clf.score(1, 2)", {"clf.score": [0.9]}),
    ("round(clf.score(1), 1)", {"clf.score": [0.9]}),
    ("x = clf.score(1)\nfloat(x)", {"x": [0.9]}),
    ("acc = clf.score(1)\nacc", {"acc": [0.9]}),
    ("clf.score(1) / 2", None),
    ("import numpy as np\nmse = np.float32(0.5)", {"mse": [0.5]}),
    ("import numpy as np\nmse = np.array(0.5)", {"mse": [0.5]}),
    ("import numpy as np\ncross_val_score = lambda: np.array([0.5, 1.0])\n"
     "cross_val_score()", {"cross_val_score": [0.75]}),
    ("loss = 0\nfor i in range(3):\n    loss += 0.5", {"loss": [0.5, 1.0, 1.5]}),
    ("for i in range(3):\n    loss = i / 2", {"loss": [0.0, 0.5, 1.0]}),
    ("loss = sum([float('nan')])", {"loss": ["NaN"]}),
    ("with open('/dev/null') as f:\n    acc = clf.score(1)", {"acc": [0.9]}),
]  # fmt: skip

NO_RESULTS = [
    "n = 3",
    "total = sum([1, 2])",
    "len([1, 2])",
    "shape = clf.shape[0]\nclf.shape[0]",
    "3.5",
    "True",
    "x = 5\nx",
    "loss = 0",
    "best_loss = float('inf')",
    "loss_fn = max",
    "target_accuracy = 0.9",
    "score_threshold = 0.5",
    "_accuracy = 1 / 2",
    "accuracy = 'high'",
    "accurate = [1, 2]",
    "n_errors = sum([1, 2])",
    "clf.score(1);",
]


@pytest.fixture
def clf(shell):
    class Classifier:
        shape = (3, 4)

        def score(self, *_: object) -> float:
            return 0.9

    shell.user_ns["clf"] = Classifier()


@pytest.mark.parametrize(("source", "expected"), RESULTS)
def test_a_result(run, journal, clf, source, expected):
    assert run(source).success
    found = journal.metrics()
    assert found == expected if expected else len(found) == 1


@pytest.mark.parametrize("source", NO_RESULTS)
def test_no_result(run, journal, clf, source):
    assert run(source).success
    assert journal.metrics() == {}


def test_any_other_number_bound_is_a_value(run, journal):
    run("total = sum([1, 2])\nrows = len([1])\nname = str(1)\nflag = bool(1)")
    assert journal.metrics(values=True) == {"total": [3.0], "rows": [1.0]}


PARAMS = [
    ("lr = 0.1", {"lr": 0.1}),
    ("lr = -1e-3", {"lr": -0.001}),
    ("batch = 2 ** 5", {"batch": 32}),
    ("a = b = 3", {"a": 3, "b": 3}),
    ("a, b = 1, 'x'", {"a": 1, "b": "x"}),
    ("use_gpu = False", {"use_gpu": False}),
    ("layers = [64, 32]", {"layers": [64, 32]}),
    ("cfg = {'lr': 0.1, 'net': {'depth': 3}}", {"cfg.lr": 0.1, "cfg.net.depth": 3}),
    ("lr: float = 0.1", {"lr": 0.1}),
    ("target_accuracy = 0.9", {"target_accuracy": 0.9}),
    ("name = None", {"name": None}),
    ("huge = 10 ** 400", {}),
    ("items = []", {}),
    ("_hidden = 1", {}),
    ("n = len('abc')", {}),
    ("total = 0\nfor i in range(3):\n    total += i", {}),
    ("lr = 0.1\nif True:\n    lr = 0.2", {}),
    ("lr = 0.1\nlr *= 0.5", {}),
    ("i = 7\nfor i in range(3):\n    pass", {}),
    ("with open('/dev/null'):\n    lr = 0.1", {"lr": 0.1}),
    ("def f():\n    lr = 0.1", {}),
    ("inf = float('inf')", {"inf": "Infinity"}),
]


@pytest.mark.parametrize(("source", "expected"), PARAMS)
def test_params(run, journal, source, expected):
    assert run(source).success
    assert journal.params() == expected


def test_a_param_bound_to_a_computed_value_stays_one(run, journal):
    run("lr = 0.5")
    run("lr *= 0.5")
    assert journal.params() == {"lr": 0.25}
    run("lr = [object()]")
    assert journal.params() == {}


def test_a_deleted_name_is_no_param(run, journal):
    run("lr = 0.5\ndepth = 3")
    run("del lr")
    assert journal.params() == {"depth": 3}


def test_a_cell_that_fails_early_binds_no_params(run, journal):
    run("lr = 0.5\ndepth = 1")
    run("1 / 0\nlr = 0.25\nother = 3")
    assert journal.params() == {"lr": 0.5, "depth": 1}


def test_papermill_params_say_so(run, journal):
    from trackbook.events import ParamsLogged

    run("# Parameters\nlr = 0.5")
    (event,) = journal.of(ParamsLogged)
    assert event.params[0].origin == "papermill"


FITTED = [
    ("model = LogisticRegression(C=10.0)\nmodel.fit(X, y)", {"model.C": 10.0}),
    ("model = LogisticRegression(C=10.0).fit(X, y)", {"model.C": 10.0}),
    ("LogisticRegression(C=10.0).fit(X, y)", {"LogisticRegression.C": 10.0}),
    ("LogisticRegression(C=10.0).fit(X, y).score(X, y)",
     {"LogisticRegression.C": 10.0}),
    ("model = LogisticRegression(C=10.0)", {}),
    ("from sklearn.pipeline import make_pipeline\n"
     "from sklearn.preprocessing import StandardScaler\n"
     "pipe = make_pipeline(StandardScaler(with_mean=False), LogisticRegression(C=2.0))"
     ".fit(X, y)",
     {"pipe.standardscaler": "StandardScaler", "pipe.standardscaler.with_mean": False,
      "pipe.logisticregression": "LogisticRegression",
      "pipe.logisticregression.C": 2.0}),
]  # fmt: skip


@pytest.fixture
def iris(run):
    run(
        "from sklearn.datasets import load_iris\n"
        "from sklearn.linear_model import LogisticRegression\n"
        "X, y = load_iris(return_X_y=True)\nX = X / X.max(axis=0)"
    )


@pytest.mark.parametrize(("source", "expected"), FITTED)
def test_params_of_what_the_cell_fitted(run, journal, iris, source, expected):
    assert run(source).success
    assert journal.params() == expected


def test_a_search_gives_its_best_params_and_score(run, journal, iris):
    run(
        "from sklearn.model_selection import GridSearchCV\n"
        "search = GridSearchCV(LogisticRegression(), {'C': [1.0, 2.0]}, cv=2)\n"
        "_ = search.fit(X, y)"
    )
    params = journal.params()
    assert params["search.best.C"] in (1.0, 2.0)
    assert params["search.cv"] == 2
    assert params["search.estimator"] == "LogisticRegression"
    assert list(journal.metrics()) == ["search.best_score"]


def test_a_refitted_estimator_gives_up_its_old_params(run, journal, iris):
    run("model = LogisticRegression(C=10.0).fit(X, y)")
    run("model = LogisticRegression(tol=0.5).fit(X, y)")
    assert journal.params() == {"model.tol": 0.5}
