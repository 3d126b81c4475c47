"""Files, figures, tables, texts that are kept with a run."""

import json
import os
import resource
import signal
import subprocess
import sys

import msgspec
import numpy as np
import pandas as pd
import pytest
import yaml

import trackbook
from trackbook.api import process
from trackbook.blobs import read_blob
from trackbook.errors import BadInput, HomeNotWritable
from trackbook.events import ArtifactLogged, TableLogged


@pytest.fixture
def kept(journal, home):
    """What was kept so far, by name."""

    def read():
        return {
            event.name: read_blob(home / "blobs", event.sha256)
            for event in journal.of(ArtifactLogged)
        }

    yield read
    if process.recorder is not None:
        process.recorder.close()
        process.recorder = None


def blobs_of(home):
    return [path for path in (home / "blobs").rglob("*") if path.is_file()]


def test_a_file_is_kept_under_its_name_or_another(kept, tmp_path, journal, home):
    path = tmp_path / "wéights.bin"
    path.write_bytes(b"\0weights")
    trackbook.log_artifact(path)
    trackbook.log_artifact(str(path), "models/best")
    trackbook.log_artifact(path, name="final.png")
    assert kept() == dict.fromkeys(
        ["wéights.bin", "models/best/wéights.bin", "final.png"], b"\0weights"
    )
    assert [event.mime_type for event in journal.of(ArtifactLogged)][-1] == "image/png"
    assert len(blobs_of(home)) == 1


def test_a_folder_keeps_the_relative_names(kept, tmp_path):
    folder = tmp_path / "out"
    (folder / "plots").mkdir(parents=True)
    (folder / "a.txt").write_text("a")
    (folder / "plots" / "b.txt").write_text("b")
    trackbook.log_artifact(folder)
    trackbook.log_artifacts(folder, "all")
    assert kept() == {
        "out/a.txt": b"a",
        "out/plots/b.txt": b"b",
        "all/a.txt": b"a",
        "all/plots/b.txt": b"b",
    }


def make_link(path):
    path.symlink_to(path.parent)


def make_dangling_link(path):
    path.symlink_to("/no/such/file")


def make_pipe(path):
    os.mkfifo(path)


@pytest.mark.parametrize("make", [make_link, make_dangling_link, make_pipe])
def test_links_and_pipes_are_refused_before_anything_is_kept(
    kept, tmp_path, home, make
):
    folder = tmp_path / "out"
    (folder / "deep").mkdir(parents=True)
    (folder / "a.txt").write_text("a")
    odd = folder / "deep" / "odd"
    make(odd)
    for log, path in (
        (trackbook.log_artifact, odd),
        (trackbook.log_artifact, folder),
        (trackbook.log_artifacts, folder),
    ):
        with pytest.raises(BadInput, match=r"deep.odd is .*(link|pipe)"):
            log(path)
    assert kept() == {}


@pytest.mark.parametrize(
    ("arguments", "cure"),
    [
        (("/no/such/file",), "Give the path of a file"),
        (("/proc/1/mem",), "can't read"),
        (("/dev/null",), "neither a file nor a folder"),
    ],
)
def test_what_cannot_be_read_is_refused(kept, arguments, cure):
    with pytest.raises(BadInput, match=cure):
        trackbook.log_artifact(*arguments)


@pytest.mark.parametrize("name", ["../up", "/abs.txt", "a/../../b", "a\nb", "", "."])
def test_a_name_that_leads_elsewhere_is_refused(kept, name):
    with pytest.raises(BadInput, match="relative path"):
        trackbook.log_text("x", name)
    assert kept() == {}


def test_an_empty_folder_is_refused(kept, tmp_path):
    folder = tmp_path / "empty"
    folder.mkdir()
    with pytest.raises(BadInput, match="holds no file"):
        trackbook.log_artifacts(folder)


def test_a_large_file_is_never_in_memory(home, journal, tmp_path):
    size = 300 * 1024 * 1024
    path = tmp_path / "large.bin"
    with path.open("wb") as file:
        file.truncate(size)
    program = (
        "import resource, sys, trackbook\n"
        "trackbook.log_text('x', 'x.txt')\n"
        "before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "trackbook.log_artifact(sys.argv[1])\n"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(path)],
        check=True,
        capture_output=True,
        text=True,
        timeout=50,
    )
    assert int(done.stdout) < 20 * 1024  # KB
    assert {event.size_bytes for event in journal.of(ArtifactLogged)} == {1, size}
    assert not list((home / "blobs").glob(".tmp-*"))


def test_a_full_disk_leaves_nothing_half_written(kept, home, tmp_path):
    path = tmp_path / "large.bin"
    path.write_bytes(b"x" * 3_000_000)
    trackbook.log_text("small", "small.txt")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (2_000_000, before[1]))
    try:
        with pytest.raises(HomeNotWritable, match="Free some space"):
            trackbook.log_artifact(path)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, handler)
    assert set(kept()) == {"small.txt"}
    assert len(blobs_of(home)) == 1


def test_texts_and_dicts(kept):
    trackbook.log_text("grüße 😀 \ud800", "a.txt")
    value = {"a": [1, np.float32(0.5)], "n": float("nan"), 3: np.arange(2)}
    trackbook.log_dict(value, "b.json")
    trackbook.log_dict(value, "c.yaml")
    trackbook.log_dict([1, 2], "d")
    found = kept()
    assert found["a.txt"].decode() == "grüße 😀 ?"
    assert json.loads(found["b.json"]) == {"a": [1, 0.5], "n": "NaN", "3": [0, 1]}
    loaded = yaml.safe_load(found["c.yaml"])
    assert loaded["3"] == [0, 1]
    assert loaded["n"] != loaded["n"]
    assert json.loads(found["d"]) == [1, 2]


@pytest.mark.parametrize(
    "data",
    [
        pd.DataFrame({"text": ["a", "b"], "score": [0.5, np.nan]}),
        {"text": ["a", "b"], "score": np.array([0.5, np.nan])},
        [{"text": "a", "score": 0.5}, {"text": "b", "score": None}],
    ],
)
def test_a_table_is_kept_as_pandas_and_mlflow_write_it(kept, journal, data):
    trackbook.log_table(data, "eval.json")
    text = kept()["eval.json"].decode()
    assert json.loads(text) == {
        "columns": ["text", "score"],
        "data": [["a", 0.5], ["b", None]],
    }
    (event,) = journal.of(TableLogged)
    assert event.name == "eval.json"
    assert event.columns == ("text", "score")
    assert event.rows[0] == ("a", 0.5)
    assert event.origin == "user"


def test_a_long_table_is_whole_as_artifact_and_begins_on_the_page(kept, journal):
    frame = pd.DataFrame({"x": range(5000), "text": ["y" * 700] * 5000})
    trackbook.log_table(frame, "long.json")
    assert len(json.loads(kept()["long.json"])["data"]) == 5000
    events = journal.of(TableLogged)
    rows = [row for event in events for row in event.rows]
    assert [row[0] for row in rows] == list(range(1000))
    expected = 0
    for event in events:
        assert event.first == expected
        expected += len(event.rows)
    assert len(events) > 1


@pytest.mark.parametrize(
    "data", [{}, [], 3, "text", {"a": [1], "b": [1, 2]}, {"a": [1], "b": 2}, [1, 2]]
)
def test_what_is_no_table_is_refused(kept, data):
    with pytest.raises(BadInput):
        trackbook.log_table(data, "table.json")


def test_figures_of_matplotlib_plotly_and_pil(kept):
    import matplotlib as mpl

    mpl.use("Agg")
    import plotly.graph_objects as go
    from matplotlib import pyplot as plt
    from PIL import Image

    figure, axes = plt.subplots()
    axes.plot([1, 2])
    trackbook.log_figure(figure, "plots/line.png")
    trackbook.log_figure(axes, "line.svg")
    plt.close(figure)
    plotly = go.Figure(go.Scatter(y=[1, 2]))
    trackbook.log_figure(plotly, "line.html")
    trackbook.log_figure(plotly, "line.json")
    trackbook.log_figure(Image.new("RGB", (2, 2)), "dot.jpg")
    found = kept()
    assert found["plots/line.png"].startswith(b"\x89PNG")
    assert b"<svg" in found["line.svg"]
    assert b"plotly" in found["line.html"].lower()
    assert json.loads(found["line.json"])["data"][0]["y"] == [1, 2]
    assert found["dot.jpg"].startswith(b"\xff\xd8")
    for bad, name, cure in (
        (object(), "a.png", "not a object"),
        (figure, "no-suffix", "says no format"),
        (figure, "a.xyz", "xyz"),
    ):
        with pytest.raises(BadInput, match=cure):
            trackbook.log_figure(bad, name)


def test_yaml_without_its_package_says_what_to_install(kept, monkeypatch):
    def fail(value):
        raise ImportError("no yaml")

    monkeypatch.setattr(msgspec.yaml, "encode", fail)
    with pytest.raises(BadInput, match="pip install pyyaml"):
        trackbook.log_dict({"a": 1}, "a.yml")
