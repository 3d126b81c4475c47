"""The live card and charts, in real kernels and as they are drawn."""

import contextlib
import math
import re
import sys
import time
from datetime import datetime
from html.parser import HTMLParser
from queue import Empty

import pytest
from jupyter_client.manager import KernelManager

import trackbook
from trackbook.api import process
from trackbook.card import (
    draw_line,
    read_facts,
    render_html,
    render_text,
    say_seconds,
)
from trackbook.errors import BadInput, TrackbookError
from trackbook.events import RunEnded, RunStarted
from trackbook.lines import PointColumns
from trackbook.live_points import MAX_RUNS, MAX_SAMPLE, LivePoints, Series
from trackbook.smoothing import get_half_life, smooth

pytestmark = [pytest.mark.filterwarnings("ignore"), pytest.mark.timeout(120)]

VIEW = "application/vnd.jupyter.widget-view+json"


class Kernel:
    """A kernel whose every output message is kept."""

    def __init__(self, folder):
        self.manager = KernelManager()
        self.manager.start_kernel(cwd=str(folder))
        self.client = self.manager.blocking_client()
        self.client.start_channels()
        self.client.wait_for_ready(timeout=60)
        self.messages = []
        self.run("%load_ext trackbook")

    def start(self, source):
        return self.client.execute(source)

    def read_until(self, done, seconds=30.0):
        """Read messages until `done` says so of one."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            with contextlib.suppress(Empty):
                message = self.client.get_iopub_msg(timeout=0.2)
                self.messages.append(message)
                if done(message):
                    return message
        raise AssertionError("waited in vain")

    def run(self, source):
        """Run a cell to its end; return the messages that it sent."""
        before = len(self.messages)
        message_id = self.start(source)
        self.read_until(is_end_of(message_id))
        for message in self.messages[before:]:
            assert message["msg_type"] != "error", message["content"]
        return self.messages[before:]

    def click(self, model_id, subshell_id=None):
        content = {
            "comm_id": model_id,
            "data": {"method": "custom", "content": {"event": "click"}},
        }
        message = self.client.session.msg("comm_msg", content)
        message["header"]["subshell_id"] = subshell_id
        self.client.shell_channel.send(message)

    def make_subshell(self):
        """Have the kernel answer besides what it executes, as JupyterLab does."""
        message = self.client.session.msg("create_subshell_request")
        self.client.control_channel.send(message)
        reply = self.client.get_control_msg(timeout=10)
        return reply["content"]["subshell_id"]


def is_end_of(message_id):
    return lambda message: (
        message["msg_type"] == "status"
        and message["content"]["execution_state"] == "idle"
        and message["parent_header"].get("msg_id") == message_id
    )


def states(messages, key):
    """The values of a widget's property in the order in which they were sent."""
    found = []
    for message in messages:
        data = message["content"].get("data")
        if message["msg_type"] in ("comm_open", "comm_msg") and isinstance(data, dict):
            state = data.get("state") or {}
            if key in state:
                found.append(state[key])
    return found


@pytest.fixture
def kernel(home, tmp_path, monkeypatch):
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    made = Kernel(tmp_path)
    yield made
    made.client.stop_channels()
    made.manager.shutdown_kernel(now=True)


def shown(messages):
    [message] = [m for m in messages if m["msg_type"] == "display_data"]
    return message["content"]["data"]


def button_of(messages):
    for message in messages:
        if message["msg_type"] == "comm_open":
            state = message["content"]["data"]["state"]
            if state.get("description") == "Stop recording":
                return message["content"]["comm_id"]
    raise AssertionError("there is no button")


TRAINING = (
    "import time, trackbook\n"
    "for i in range(80):\n"
    "    trackbook.log_metric('loss', 1 / (i + 1))\n"
    "    time.sleep(0.05)"
)


def test_the_card_follows_a_busy_kernel_and_stops_the_recording(kernel, journal):
    data = shown(kernel.run("%track"))
    assert "trackbook: recording" in data["text/plain"]
    assert "<table" in data["text/html"]
    assert data[VIEW]["model_id"]

    message_id = kernel.start(TRAINING)
    kernel.read_until(
        lambda m: any("loss" in v and "<svg" in v for v in states([m], "value"))
    )
    busy = [m for m in kernel.messages if is_end_of(message_id)(m)]
    assert busy == [], "it came only when the cell was over"
    kernel.read_until(is_end_of(message_id))
    kernel.read_until(
        lambda m: any("(80 points)" in value for value in states([m], "value"))
    )
    assert "dropped = 0" in states(kernel.messages, "value")[-1]

    kernel.click(button_of(kernel.messages))
    kernel.read_until(lambda m: True in states([m], "disabled"))
    assert "not recording" in states(kernel.messages, "value")[-1]
    assert [event.reason for event in journal.of(RunEnded)] == ["Stop recording"]
    assert len(journal.metrics()["loss"]) == 80
    kernel.run("x = 1")
    assert journal.run_of("x = 1") == []


def test_a_click_while_a_cell_runs_never_harms_the_cell(kernel, journal):
    # Whether it is heard at once or when the cell is over is the kernel's to decide.
    kernel.run("%track")
    subshell_id = kernel.make_subshell()
    message_id = kernel.start(f"{TRAINING}\nprint('done', i)")
    kernel.read_until(lambda m: any("loss" in v for v in states([m], "value")))
    kernel.click(button_of(kernel.messages), subshell_id)
    kernel.read_until(is_end_of(message_id))
    kernel.read_until(lambda m: True in states([m], "disabled"))
    said = [m["content"] for m in kernel.messages if m["msg_type"] == "stream"]
    assert [(m["name"], m["text"]) for m in said] == [("stdout", "done 79\n")]
    assert journal.of(RunEnded)[0].reason == "Stop recording"


def test_the_recording_stops_in_another_thread_and_the_cell_goes_on(kernel, journal):
    kernel.run("%track")
    messages = kernel.run(
        "import threading, trackbook\n"
        "from trackbook.extension import loaded\n"
        "stop = threading.Thread(target=loaded.extension.switch_off)\n"
        "trackbook.log_metric('loss', 1)\n"
        "stop.start(); stop.join(30)\n"
        "print('done', loaded.extension.is_recording)"
    )
    said = [m["content"]["text"] for m in messages if m["msg_type"] == "stream"]
    assert said == ["done False\n"]
    assert journal.metrics() == {"loss": [1.0]}
    assert len(journal.of(RunEnded)) == 1


def test_a_hostile_name_is_text_in_the_card(kernel):
    kernel.run("%track start '<img src=x onerror=alert(1)>'")
    kernel.run("%track metric '<b>acc</b>=0.5'")
    data = shown(kernel.run("%track"))
    assert "<img" not in data["text/html"]
    assert "&lt;img src=x" in data["text/html"]
    assert all("<img" not in value for value in states(kernel.messages, "value"))


def test_unloading_takes_the_card_and_its_thread_away(kernel):
    kernel.run("%track")
    model_id = button_of(kernel.messages)
    messages = kernel.run("%unload_ext trackbook")
    closed = {
        m["content"]["comm_id"] for m in messages if m["msg_type"] == "comm_close"
    }
    assert model_id in closed
    messages = kernel.run(
        "import threading, ipywidgets\n"
        "print([t.name for t in threading.enumerate() if 'trackbook' in t.name],"
        " len(ipywidgets.widgets.widget._instances))"
    )
    [said] = [m["content"]["text"] for m in messages if m["msg_type"] == "stream"]
    assert said.strip() == "[] 0"


def test_without_ipywidgets_the_card_is_html_and_text(kernel):
    kernel.run("import sys; sys.modules['ipywidgets'] = None")
    data = shown(kernel.run("%track"))
    assert set(data) == {"text/plain", "text/html"}


def test_a_chart_of_the_open_run_is_live(kernel):
    kernel.run(
        "%track start long\n"
        "import threading, time, trackbook\n"
        "trackbook.log_metrics({'loss': 2.0}, step=0)"
    )
    data = shown(kernel.run("%track chart loss"))
    assert VIEW in data
    before = len(kernel.messages)
    message_id = kernel.start("trackbook.log_metric('loss', 1.0); time.sleep(4)")
    kernel.read_until(lambda m: "_py2js_update" in str(m["content"].get("data", "")))
    assert not [m for m in kernel.messages[before:] if is_end_of(message_id)(m)]
    kernel.read_until(is_end_of(message_id))
    kernel.run("%track end")
    kernel.run("%unload_ext trackbook")


# --- as they are drawn ------------------------------------------------------------


class Tags(HTMLParser):
    """What a browser would make of it."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.text = [], ""
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        assert not [name for name, _ in attributes if name.startswith("on")]

    def handle_data(self, data):
        self.text += data


def test_the_card_says_what_is_recorded(script, home):
    hostile = "'\"><script>alert(1)</script>"
    with trackbook.start_run(hostile, experiment=f"e{hostile}"):
        for step in range(100):
            trackbook.log_metric(f"loss{hostile}", 1 / (step + 1), step)
        for key in range(20):
            trackbook.log_metric(f"m{key}", math.nan)
        process.recorder.journal.flush()
        facts = read_facts(process.recorder)
    html = Tags(render_html(facts))
    assert "script" not in html.tags
    assert hostile in html.text
    assert str(home) in html.text
    assert "120, last flush" in html.text
    assert "dropped = 0" in html.text
    assert "and 13 metrics more" in html.text
    assert html.tags.count("svg") == 1
    text = render_text(facts)
    assert hostile in text
    assert "0.01 (100 points)" in text


@pytest.mark.parametrize(
    "values",
    [
        [],
        [1.0],
        [1.0, 1.0],
        [math.nan, math.inf, 1.0, -math.inf, 2.0],
        [1.7e308, -1.7e308, 0.0],
        [5e-324, 0.0],
        [0.1] * 5000,
    ],
)
def test_any_points_make_a_line_that_fits(values):
    series = Series("k")
    for start in range(0, len(values), 100):
        part = values[start : start + 100]
        series.take(range(start, start + len(part)), part)
    drawn = draw_line(series.copy())
    finite = [value for value in values if math.isfinite(value)]
    assert bool(drawn) == (len(finite) > 1)
    if drawn:
        assert len(drawn) < 4000
        for pair in re.search("points='([^']*)'", drawn)[1].split():
            x, y = map(float, pair.split(","))
            assert 0 <= x <= 120
            assert 0 <= y <= 22


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(0, "0 s"), (59.9, "59 s"), (192, "3 min 12 s"), (7500, "2 h 5 min")],
)
def test_durations_are_said_as_a_person_does(seconds, said):
    assert say_seconds(seconds) == said


def test_live_points_are_thinned_evenly_and_bounded():
    live = LivePoints()
    for start in range(0, 100_000, 37):
        columns = PointColumns(("r", None, "user"), "loss")
        steps = range(start, min(start + 37, 100_000))
        columns.steps += steps
        columns.values += map(float, steps)
        live.take(columns)
    series = live.find("r", "loss")
    assert series.count == live.point_count == 100_000
    assert series.steps[-1] == 99_999
    assert MAX_SAMPLE / 2 <= len(series.steps) <= MAX_SAMPLE + 1
    gaps = {b - a for a, b in zip(series.steps, series.steps[1:-1], strict=False)}
    assert gaps == {series.stride}
    for run in range(3 * MAX_RUNS):
        columns = PointColumns((f"r{run}", None, "user"), "loss")
        columns.steps.append(0)
        columns.values.append("NaN")
        live.take(columns)
    assert live.list_of("r") == []
    assert live.list_of(f"r{3 * MAX_RUNS - 1}")[0].count == 1


def test_a_chart_draws_runs_of_this_process_and_of_the_store(script):
    for name, rate in (("a", 1), ("b<i>", 2)):
        with trackbook.start_run(name):
            for step in (2, 0, 1):
                trackbook.log_metric("loss", rate * step, step)
    figure = trackbook.chart("loss", ["a", "b<i>"])
    assert [trace.name for trace in figure.data] == ["a", "b&lt;i&gt;"]
    assert list(figure.data[1].x) == [0, 1, 2]
    assert list(figure.data[1].y) == [0, 2, 4]
    assert len(trackbook.chart("loss").data) == 1
    with trackbook.start_run("c") as run:
        trackbook.log_metric("loss", 5)
        figure = trackbook.chart("loss", [run, "@best:loss"])
        assert [trace.name for trace in figure.data] == ["c", "a"]
        assert list(figure.data[0].y) == [5]
    with pytest.raises(BadInput, match="'los'"):
        trackbook.chart("los", "a")


def test_a_chart_has_the_axes_and_the_smoothing_that_are_asked_for(script):
    with trackbook.start_run("a"):
        for step in range(50):
            trackbook.log_metric("loss", step % 2, step)
    figure = trackbook.chart("loss", "a", log_x=True, log_y=True, smoothing=0.99)
    points, line = figure.data
    assert (points.opacity, points.showlegend) == (0.25, False)
    assert list(points.y) == [step % 2 for step in range(50)]
    assert points.line.color == line.line.color
    assert all(0.3 < value < 0.7 for value in list(line.y)[10:])
    assert (figure.layout.xaxis.type, figure.layout.yaxis.type) == ("log", "log")

    relative = trackbook.chart("loss", "a", x="relative")
    assert "seconds" in relative.layout.xaxis.title.text
    assert list(relative.data[0].x) == sorted(relative.data[0].x)
    assert 0 <= relative.data[0].x[0] < 60
    [wall] = trackbook.chart("loss", "a", x="wall").data
    assert abs(datetime.now() - wall.x[-1]).total_seconds() < 60

    with pytest.raises(BadInput, match="relative"):
        trackbook.chart("loss", "a", x="sideways")
    with pytest.raises(BadInput, match="from 0 up to 1"):
        trackbook.chart("loss", "a", smoothing=1)


def test_smoothing_is_that_of_the_charts_in_jupyterlab():
    xs, values = [0, 1, 2, 4], [1.0, 0.0, float("nan"), 2.0]
    assert get_half_life(0, [xs]) == 0
    assert get_half_life(0.25, [xs, [6]]) == pytest.approx(6 / 1000)
    smoothed = smooth(xs, values, half_life=1)
    assert smoothed[:2] == [1.0, pytest.approx(1 / 3)]
    assert math.isnan(smoothed[2])
    # What came three steps before counts an eighth: (0.5 + 0) / 8 + 2, of 1.5 / 8 + 1.
    assert smoothed[3] == pytest.approx((0.5 / 8 + 2) / (1.5 / 8 + 1))


def test_a_chart_without_the_server_half_draws_this_process(script, monkeypatch):
    with trackbook.start_run("a"):
        trackbook.log_metric("loss", 1)
    monkeypatch.setitem(sys.modules, "trackbook_server.reading", None)
    assert list(trackbook.chart("loss").data[0].y) == [1]
    with pytest.raises(TrackbookError, match="pip install trackbook"):
        trackbook.chart("loss", "@last")


def test_a_chart_that_is_sampled_says_so(script):
    with trackbook.start_run("long"):
        for value in range(10_000):
            trackbook.log_metric("loss", value)
        (trace,) = trackbook.chart("loss").data
    assert re.fullmatch(r"long \([\d,]+ of 10,000 points\)", trace.name)
    assert script.of(RunStarted)[0].name == "long"


def test_without_plotly_it_says_what_to_install(script, monkeypatch):
    monkeypatch.setitem(sys.modules, "plotly", None)
    with pytest.raises(TrackbookError, match="pip install plotly"):
        trackbook.chart("loss")
