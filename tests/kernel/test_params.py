"""What a param's value may be: its type is kept, however long it is."""

import json

import pytest

from trackbook.blobs import read_blob
from trackbook.events import ParamsLogged

SETUP = """
import argparse, dataclasses, datetime, enum, pathlib
import numpy as np
import omegaconf, pydantic
@dataclasses.dataclass
class Net:
    depth: int = 3
    act: str = "relu"
@dataclasses.dataclass
class TrainConfig:
    lr: float = 0.1
    net: Net = dataclasses.field(default_factory=Net)
class Settings(pydantic.BaseModel):
    lr: float = 0.1
class Kind(enum.Enum):
    ADAM = "adam"
class Broken:
    def __repr__(self): raise ValueError
class Odd(float):
    def __repr__(self): raise ValueError
"""

LOGGED = [
    ("True", {"x": True}),
    ("3", {"x": 3}),
    ("2**70", {"x": str(2**70)}),
    ("0.5", {"x": 0.5}),
    ("float('nan')", {"x": "NaN"}),
    ("'text'", {"x": "text"}),
    ("None", {"x": None}),
    ("[1, 'a', None]", {"x": [1, "a", None]}),
    ("(1, 2)", {"x": [1, 2]}),
    ("{3, 1}", {"x": [1, 3]}),
    ("range(3)", {"x": [0, 1, 2]}),
    ("{'lr': 0.1, 'net': {'depth': 3}}", {"x.lr": 0.1, "x.net.depth": 3}),
    ("{}", {"x": {}}),
    ("[{'a': (1,)}]", {"x": [{"a": [1]}]}),
    ("np.float32(0.5)", {"x": 0.5}),
    ("np.int64(5)", {"x": 5}),
    ("np.bool_(True)", {"x": True}),
    ("np.array(0.5)", {"x": 0.5}),
    ("np.arange(3)", {"x": [0, 1, 2]}),
    ("np.zeros((2000, 3))", {"x": "ndarray (2000, 3) float64"}),
    ("TrainConfig()", {"x.lr": 0.1, "x.net.depth": 3, "x.net.act": "relu"}),
    ("argparse.Namespace(lr=0.1, bs=8)", {"x.lr": 0.1, "x.bs": 8}),
    ("omegaconf.OmegaConf.create({'lr': 0.1, 'net': {'depth': 3}})",
     {"x.lr": 0.1, "x.net.depth": 3}),
    ("Settings(lr=0.2)", {"x.lr": 0.2}),
    ("Kind.ADAM", {"x": "adam"}),
    ("pathlib.Path('a/b')", {"x": "a/b"}),
    ("datetime.date(2026, 1, 2)", {"x": "2026-01-02"}),
    ("datetime.timedelta(hours=1)", {"x": "1:00:00"}),
    ("Broken()", {"x": "<Broken>"}),
    ("Odd(0.5)", {"x": 0.5}),
    ("np.mean", {"x": "mean"}),
    ("Net", {"x": "Net"}),
]  # fmt: skip


@pytest.mark.parametrize(("value", "expected"), LOGGED)
@pytest.mark.parametrize(
    "log", ["trackbook.log_param('x', {})", "trackbook.log_params({{'x': {}}})",
            "it = {}\n%track param x=it"],
)  # fmt: skip
@pytest.mark.filterwarnings("ignore")
def test_a_logged_param_keeps_its_type(run, journal, log, value, expected):
    assert run(SETUP + "import trackbook").success
    assert run(log.format(value)).success
    found = {k: v for k, v in journal.params().items() if k.partition(".")[0] == "x"}
    assert found == expected
    assert [type(v) for v in found.values()] == [type(v) for v in expected.values()]


BOUND = [
    ("args = argparse.ArgumentParser()\nargs.add_argument('--lr', default=0.1)\n"
     "args = args.parse_args([])", {"args.lr": 0.1}),
    ("cfg = TrainConfig()", {"cfg.lr": 0.1, "cfg.net.depth": 3, "cfg.net.act": "relu"}),
    ("c = TrainConfig()", {"c.lr": 0.1, "c.net.depth": 3, "c.net.act": "relu"}),
    ("net = Net()", {}),
    ("conf = omegaconf.OmegaConf.create({'lr': 0.1})", {"conf.lr": 0.1}),
    ("s = Settings()", {"s.lr": 0.1}),
]  # fmt: skip


@pytest.mark.parametrize(("source", "expected"), BOUND)
@pytest.mark.filterwarnings("ignore")
def test_a_configuration_bound_to_a_name_is_params(run, journal, source, expected):
    run(SETUP)
    assert run(source).success
    assert journal.params() == expected


@pytest.mark.filterwarnings("ignore")
def test_a_configuration_changed_in_place_begins_the_next_attempt(run, journal):
    run(SETUP + "cfg = TrainConfig()", "setup")
    run("acc = 1 - cfg.lr", "train")
    run("cfg.lr = 0.2", "change")
    run("acc = 1 - cfg.lr", "train")
    assert journal.params()["cfg.lr"] == 0.2
    first, second = journal.runs()
    assert journal.run_of("acc = 1 - cfg.lr") == [first, second]


def test_a_widget_is_a_param_with_the_value_of_each_execution(run, shell, journal):
    run("from ipywidgets import IntSlider, HTML\nslider = IntSlider(3)\nh = HTML('x')")
    (event,) = journal.of(ParamsLogged)
    assert [(p.key, p.value, p.origin) for p in event.params] == [
        ("slider", 3, "widget")
    ]
    run("acc = slider.value / 10", "train")
    shell.user_ns["slider"].value = 5
    run("acc = slider.value / 10", "train")
    assert journal.params() == {"slider": 5}
    assert len(journal.runs()) == 2


LONG = [
    ("text = {!r}", "x" * 50_000),
    ("layers = {!r}", list(range(5_000))),
]


@pytest.mark.parametrize(("source", "value"), LONG)
def test_a_long_value_is_kept_whole(run, home, journal, source, value):
    assert run(source.format(value)).success
    (param,) = journal.of(ParamsLogged)[0].params
    assert len(param.value) < 2000
    data = read_blob(home / "blobs", param.sha256)
    assert data is not None
    assert len(data) == param.size_bytes
    assert json.loads(data) == value


def test_what_is_kept_of_a_long_value_holds_no_credential(run, home, journal):
    key = "ghp_" + "a1B2" * 9
    assert run(f"text = {'x ' * 5000 + key!r}").success
    (param,) = journal.of(ParamsLogged)[0].params
    data = read_blob(home / "blobs", param.sha256)
    assert data is not None
    assert key.encode() not in data
    for path in home.rglob("*"):
        assert not path.is_file() or key.encode() not in path.read_bytes()


def test_many_long_values_fit_into_lines(run, journal):
    config = {f"k{i}": "v" * 3000 for i in range(150)}
    assert run(f"config = {config!r}").success
    params = journal.params()
    assert len(params) == 150
    assert all(p.sha256 for p in journal.of(ParamsLogged)[0].params)
