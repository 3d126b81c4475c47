"""Histories, folds and searches, read where the libraries' objects hold them.

scikit-learn, lightgbm, xgboost and tensorboardX are real here; Keras and Lightning are
too heavy to ship, so that their objects' shape stands in for them.
"""

import sys
import types

import pytest

from trackbook.events import FoldsLogged, ParamsLogged, PointsLogged, TableLogged

DATA = (
    "import numpy as np\nX = np.arange(80.0).reshape(40, 2)\ny = np.array([0, 1] * 20)"
)


def series(journal):
    found = {}
    for event in journal.of(PointsLogged):
        if event.origin in ("auto", "autolog"):
            found.setdefault(event.key, []).extend(
                zip(event.steps, event.values, strict=True)
            )
    return found


GROWN = [
    ("def train(n):\n    return [1 / (k + 1) for k in range(n)]\nlosses = train(3)",
     {"losses": [(0, 1.0), (1, 0.5), (2, 1 / 3)]}),
    ("def train(into):\n    into.append(0.5)\n    into.append(0.25)\n"
     "losses = []\ntrain(losses)", {"losses": [(0, 0.5), (1, 0.25)]}),
    ("def train():\n    return {'loss': [1.0, 0.5], 'val_acc': [0.1, 0.2], 'n': [1]}\n"
     "history = train()",
     {"history.loss": [(0, 1.0), (1, 0.5)], "history.val_acc": [(0, 0.1), (1, 0.2)]}),
    ("loss = sum([0.5])\nlosses = []\nlosses.append(loss)", {"loss": [(0, 0.5)]}),
    ("losses = []\nfor k in range(2):\n    loss = k / 2\n    losses.append(loss)",
     {"loss": [(0, 0.0), (1, 0.5)]}),
    ("names = [str(k) for k in range(3)]\nlosses = ['a', 'b'] + names", {}),
    ("errors = [k / 2 for k in range(100)]", {}),
]  # fmt: skip


@pytest.mark.parametrize(("source", "expected"), GROWN)
def test_a_list_of_scores_is_a_series(run, journal, source, expected):
    assert run(source).success
    assert series(journal) == expected


def test_a_list_that_grows_in_later_cells_goes_on(run, journal):
    run("def train(into):\n    into.append(0.5)\n    into.append(0.25)")
    run("history = {'val_loss': []}\nlosses = []")
    assert series(journal) == {}
    run("train(losses)")
    run("train(history['val_loss'])")
    run("x = len(losses)")
    run("train(losses) ")
    assert series(journal) == {
        "losses": [(0, 0.5), (1, 0.25), (2, 0.5), (3, 0.25)],
        "history.val_loss": [(0, 0.5), (1, 0.25)],
    }


FOLDS = [
    ("from sklearn.model_selection import cross_val_score\n"
     "scores = cross_val_score(DummyClassifier(), X, y, cv=4)", {"scores": 4}),
    ("from sklearn.model_selection import cross_val_score\n"
     "cross_val_score(DummyClassifier(), X, y, cv=4)", {"cross_val_score": 4}),
    ("from sklearn.model_selection import cross_validate\n"
     "cv = cross_validate(DummyClassifier(), X, y, cv=3, return_train_score=True)",
     {"cv.test_score": 3, "cv.train_score": 3}),
    ("accs = [k / 4 for k in range(5)]", {"accs": 5}),
    ("from sklearn.model_selection import cross_val_score\n"
     "scores = cross_val_score(DummyClassifier(), X, y, cv=4)\nscores", {"scores": 4}),
]  # fmt: skip


@pytest.mark.parametrize(("source", "expected"), FOLDS)
def test_cross_validation_is_one_result(run, journal, source, expected):
    run(DATA + "\nfrom sklearn.dummy import DummyClassifier")
    assert run(source).success
    folds = {event.key: event.values for event in journal.of(FoldsLogged)}
    assert {key: len(values) for key, values in folds.items()} == expected
    assert journal.metrics() == {
        key: [pytest.approx(sum(values) / len(values))] for key, values in folds.items()
    }


def test_a_search_gives_a_table_of_its_candidates(run, journal):
    run(DATA)
    assert run(
        "from sklearn.tree import DecisionTreeClassifier\n"
        "from sklearn.model_selection import GridSearchCV\n"
        "grid = [{'max_depth': [1, 2]}, {'criterion': ['gini', 'entropy']}]\n"
        "search = GridSearchCV(DecisionTreeClassifier(), grid, cv=2).fit(X, y)"
    ).success
    (table,) = journal.of(TableLogged)
    assert (table.name, table.origin) == ("search", "search")
    assert set(table.params) == {"max_depth", "criterion"}
    assert {"mean_test_score", "std_test_score", "rank_test_score"} < set(table.columns)
    tried = {row[table.columns.index("max_depth")] for row in table.rows}
    assert tried == {1, 2, None}
    assert list(journal.metrics()) == ["search.best_score"]


SKLEARN = [
    ("from sklearn.neural_network import MLPClassifier\n"
     "clf = MLPClassifier(4, max_iter=3).fit(X, y)", "clf.loss_curve", 3),
    ("from sklearn.ensemble import GradientBoostingClassifier\n"
     "gb = GradientBoostingClassifier(n_estimators=5)\ngb.fit(X, y)",
     "gb.train_score", 5),
    ("import lightgbm as lgb\nmodel = lgb.LGBMClassifier(n_estimators=4, verbose=-1)\n"
     "model.fit(X, y, eval_set=[(X, y)])", "model.training.binary_logloss", 4),
    ("import lightgbm as lgb\nevals = {}\nbooster = lgb.train({'verbose': -1, "
     "'objective': 'binary'}, lgb.Dataset(X, y), 4, valid_sets=[lgb.Dataset(X, y)], "
     "callbacks=[lgb.record_evaluation(evals)])", "evals.valid_0.binary_logloss", 4),
    ("import xgboost as xgb\nmodel = xgb.XGBClassifier(n_estimators=4)\n"
     "model.fit(X, y, eval_set=[(X, y)], verbose=False)",
     "model.validation_0.logloss", 4),
    ("import xgboost as xgb\nevals = {}\ndata = xgb.DMatrix(X, y)\n"
     "booster = xgb.train({'objective': 'binary:logistic'}, data, 4, "
     "evals=[(data, 'dev')], evals_result=evals, verbose_eval=False)",
     "evals.dev.logloss", 4),
]  # fmt: skip


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(("source", "key", "length"), SKLEARN)
def test_the_course_of_a_training_is_a_series(run, journal, source, key, length):
    run(DATA)
    assert run(source).success
    found = series(journal)
    assert list(found) == [key]
    assert [step for step, _ in found[key]] == list(range(length))


@pytest.mark.filterwarnings("ignore")
def test_params_of_boosted_estimators_are_those_given(run, journal):
    run(DATA)
    run(
        "import lightgbm, xgboost\n"
        "a = lightgbm.LGBMClassifier(num_leaves=7, verbose=-1).fit(X, y)\n"
        "b = xgboost.XGBClassifier(max_depth=2, n_estimators=3).fit(X, y)"
    )
    params = journal.params()
    assert params["a.num_leaves"] == 7
    assert {key for key in params if key.startswith("b.")} == {
        "b.max_depth",
        "b.n_estimators",
    }


def made_in(module, name, **held):
    """An object of a class that says it is from `module`; reading on is an error."""

    def touched(self, wanted):
        raise AssertionError(f"{wanted} was read")

    kind = type(name, (), {"__module__": module, "__getattr__": touched})
    made = kind()
    vars(made).update(held)
    return made


def test_a_keras_history_is_a_series(run, shell, journal):
    held = {"loss": [1.0, 0.5], "val_loss": [2.0, 1.0]}
    history = made_in("keras.src.callbacks.history", "History", history=held)
    model = made_in("keras.src.models", "Sequential", history=history)
    shell.user_ns["fit"] = lambda: history
    shell.user_ns["build"] = lambda: model
    run("history = fit()")
    assert series(journal) == {
        "history.loss": [(0, 1.0), (1, 0.5)],
        "history.val_loss": [(0, 2.0), (1, 1.0)],
    }
    run("net = build()")
    assert series(journal)["net.val_loss"] == [(0, 2.0), (1, 1.0)]


def test_a_history_that_two_objects_hold_is_told_once(run, shell, journal):
    history = made_in("keras.src.callbacks.history", "History", history={"loss": [1.0]})
    model = made_in("keras.src.models", "Sequential", history=history)
    model.__class__.fit = lambda self: history
    shell.user_ns["model"] = model
    run("course = model.fit()")
    assert series(journal) == {"course.loss": [(0, 1.0)]}


def test_a_lightning_trainer_gives_its_last_metrics(run, shell, journal):
    connector = types.SimpleNamespace(
        _callback_metrics={"val_loss": 0.5},
        _logged_metrics={"train_acc": 1, "epoch": 3},
    )
    trainer = made_in(
        "lightning.pytorch.trainer.trainer", "Trainer", _logger_connector=connector
    )
    trainer.__class__.fit = lambda self: None
    shell.user_ns["trainer"] = trainer
    run("trainer.fit()")
    assert series(journal) == {
        "trainer.val_loss": [(0, 0.5)],
        "trainer.train_acc": [(0, 1.0)],
    }


def test_what_a_lightning_logger_wrote_is_not_told_again(run, shell, journal):
    connector = types.SimpleNamespace(
        _callback_metrics={"val_loss": 0.5, "shown_only": 0.25},
        _logged_metrics={"val_loss": 0.5},
    )
    trainer = made_in(
        "lightning.pytorch.trainer.trainer",
        "Trainer",
        _logger_connector=connector,
        _loggers=[
            made_in("lightning.pytorch.loggers.tensorboard", "TensorBoardLogger")
        ],
    )
    trainer.__class__.fit = lambda self: None
    shell.user_ns["trainer"] = trainer
    run("trainer.fit()")
    assert series(journal) == {"trainer.shown_only": [(0, 0.25)]}


def test_what_a_lightning_module_keeps_as_hyperparameters_are_params(
    run, shell, journal
):
    base = type("LightningModule", (), {"__module__": "lightning.pytorch.core.module"})
    shell.user_ns["Base"] = base
    run(
        "class Net(Base):\n"
        "    def __init__(self, **given):\n"
        "        self._hparams = given"
    )
    run("net = Net(lr=0.05, hidden=16)")
    assert journal.params() == {"net.lr": 0.05, "net.hidden": 16}


def test_to_set_a_seed_is_no_result(run, shell, journal):
    shell.user_ns["L"] = types.SimpleNamespace(seed_everything=lambda seed: seed)
    run("L.seed_everything(7)")
    assert journal.metrics() == {}


# --- Studies ----------------------------------------------------------------------


class Study:
    """What optuna's has of these names; `direction` is of one goal or of several."""

    def __init__(self, *goals):
        self.directions = [types.SimpleNamespace(name=goal) for goal in goals]
        self.metric_names = None
        self.held = []

    def get_trials(self, deepcopy=True):
        assert not deepcopy
        return self.held

    def optimize(self, *trials):
        for params, values in trials:
            state = "FAIL" if values is None else "COMPLETE"
            self.held.append(
                types.SimpleNamespace(
                    number=len(self.held),
                    params=params,
                    values=values,
                    value=values and values[0],
                    state=types.SimpleNamespace(name=state),
                )
            )

    @property
    def best_trials(self):
        return [trial for trial in self.held if trial.values]

    @property
    def best_trial(self):
        choose = max if self.directions[0].name == "MAXIMIZE" else min
        return choose(self.best_trials, key=lambda trial: trial.value)


Study.__module__ = "optuna.study.study"


def test_a_study_gives_its_best_and_a_table_of_its_trials(run, shell, journal):
    shell.user_ns["study"] = Study("MINIMIZE")
    run("study.optimize(({'x': 1, 'kind': 'a'}, [0.5]), ({'x': 2}, [0.25]))")
    run("study.optimize(({'x': 3}, None))")
    first, table = journal.of(TableLogged)
    assert (table.name, table.origin, table.params) == (
        "study",
        "search",
        ("x", "kind"),
    )
    assert table.columns == ("number", "x", "kind", "value", "state")
    assert list(map(tuple, table.rows)) == [
        (0, 1, "a", 0.5, "complete"),
        (1, 2, None, 0.25, "complete"),
        (2, 3, None, None, "fail"),
    ]
    assert len(first.rows) == 2
    assert journal.metrics() == {"study.best_value": [0.25, 0.25]}
    assert journal.params() == {"study.best.x": 2}


def test_a_study_of_several_goals_gives_the_best_of_each(run, shell, journal):
    shell.user_ns["study"] = Study("MINIMIZE", "MAXIMIZE")
    run("study.metric_names = ['cost', 'gain']")
    run("study.optimize(({'x': 1}, [0.5, 3.0]), ({'x': 2}, [0.25, 1.0]))")
    assert journal.metrics() == {"study.best_cost": [0.25], "study.best_gain": [3.0]}
    (table,) = journal.of(TableLogged)
    assert table.columns == ("number", "x", "cost", "gain", "state")


def test_a_study_without_a_finished_trial_says_nothing(run, shell, journal):
    shell.user_ns["study"] = Study("MINIMIZE")
    run("study.optimize(({'x': 1}, None))")
    assert journal.of(TableLogged) == []
    assert journal.metrics() == {}


# --- SummaryWriter ----------------------------------------------------------------


@pytest.fixture
def no_tensorboard():
    yield
    for name in [name for name in sys.modules if name.startswith("tensorboardX")]:
        del sys.modules[name]


@pytest.mark.filterwarnings("ignore")
def test_what_a_summary_writer_is_told_goes_to_the_run(
    run, shell, journal, tmp_path, no_tensorboard
):
    assert run(
        "from tensorboardX import SummaryWriter\n"
        f"with SummaryWriter({str(tmp_path)!r}) as writer:\n"
        "    for epoch in range(3):\n"
        "        writer.add_scalar('Loss/train', epoch / 2, epoch * 10)\n"
        "        writer.add_scalar('epoch', epoch, epoch)\n"
        "    writer.add_scalars('acc', {'train': 0.5, 'val': 0.25}, 7)\n"
        "    writer.add_hparams({'lr': 0.1, 'depth': 3}, {'final': 0.75})"
    ).success
    found = series(journal)
    assert found["Loss/train"] == [(0, 0.0), (10, 0.5), (20, 1.0)]
    assert (found["acc/train"], found["acc/val"]) == ([(7, 0.5)], [(7, 0.25)])
    assert [value for _, value in found["final"]] == [0.75]
    assert "epoch" not in found
    params = {p.key: p for event in journal.of(ParamsLogged) for p in event.params}
    assert (params["lr"].value, params["lr"].origin) == (0.1, "autolog")
    assert list(tmp_path.rglob("events*"))
    writer = sys.modules["tensorboardX.writer"].SummaryWriter
    assert hasattr(writer.add_scalar, "_trackbook_original")
    shell.run_line_magic("unload_ext", "trackbook")
    assert not hasattr(writer.add_scalar, "_trackbook_original")
    assert not [f for f in sys.meta_path if "trackbook" in type(f).__module__]
