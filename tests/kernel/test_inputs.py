"""What a run says that it read."""

import hashlib

import numpy as np
import pandas as pd
import pytest

import trackbook
from trackbook.api import process
from trackbook.errors import BadInput
from trackbook.events import InputLogged


@pytest.fixture
def inputs(journal):
    """Log an input and return what the journal says of it."""

    def log(*arguments, **options):
        trackbook.log_input(*arguments, **options)
        return journal.of(InputLogged)[-1]

    yield log
    if process.recorder is not None:
        process.recorder.close()
        process.recorder = None


def test_a_file_is_known_by_its_bytes(inputs, tmp_path):
    path = tmp_path / "iris.csv"
    path.write_bytes(b"a,b\n1,2\n")
    event = inputs(path, "training")
    assert (event.name, event.context) == ("iris.csv", "training")
    assert event.digest == hashlib.sha256(b"a,b\n1,2\n").hexdigest()
    assert event.source == str(path)
    assert event.profile == {"size_bytes": 8, "file_count": 1}


def test_a_folder_is_known_by_its_files(inputs, tmp_path):
    (tmp_path / "data" / "deep").mkdir(parents=True)
    (tmp_path / "data" / "a").write_text("a")
    (tmp_path / "data" / "deep" / "b").write_text("b")
    first = inputs(tmp_path / "data")
    assert first.profile == {"size_bytes": 2, "file_count": 2}
    assert inputs(tmp_path / "data").digest == first.digest
    (tmp_path / "data" / "deep" / "b").write_text("c")
    assert inputs(tmp_path / "data").digest != first.digest


def test_a_frame_is_known_by_its_values_columns_and_types(inputs):
    frame = pd.DataFrame({"x": [1, 2], "name": ["a", None]})
    event = inputs(frame, "training", name="iris", source="s3://bucket/iris.csv")
    assert (event.name, event.source) == ("iris", "s3://bucket/iris.csv")
    columns = event.schema["columns"]
    assert [column["name"] for column in columns] == ["x", "name"]
    assert columns[0]["type"] == "int64"
    assert event.profile == {"num_rows": 2, "num_elements": 4}
    same = pd.DataFrame({"x": [1, 2], "name": ["a", None]})
    assert inputs(same).digest == event.digest
    assert inputs(same).name == "dataset"
    for other in (same.assign(x=[1, 3]), same.rename(columns={"x": "y"}), same[:1]):
        assert inputs(other).digest != event.digest
    assert inputs(same, digest="v3").digest == "v3"


def test_arrays_lists_and_urls(inputs):
    event = inputs(np.zeros((3, 2)))
    assert event.schema == {"type": "float64", "shape": [3, 2]}
    assert event.profile == {"num_rows": 3, "num_elements": 6}
    assert inputs(np.zeros((2, 3))).digest != event.digest
    event = inputs([{"a": 1}, {"a": 2}])
    assert event.profile == {"num_rows": 2, "num_elements": 2}
    assert len(event.digest) == 64
    event = inputs("https://example.org/data/iris.csv?raw=1")
    assert (event.name, event.digest) == ("iris.csv", "")
    assert inputs([{"a": [1]}, {"a": object}]).digest


def test_a_frame_of_lists_has_a_digest(inputs):
    frame = pd.DataFrame({"x": [[1], [2]]})
    assert len(inputs(frame).digest) == 64


class MlflowDataset:
    """What MLflow's datasets can do, as far as it is used."""

    digest = "abc123"

    def to_dict(self):
        return {
            "name": "iris",
            "source": '{"uri": "file.csv"}',
            "schema": '{"mlflow_colspec": [{"type": "long", "name": "a"}]}',
            "profile": '{"num_rows": 3}',
        }


def test_a_dataset_of_mlflow_speaks_for_itself(inputs):
    event = inputs(MlflowDataset(), context="eval")
    assert (event.name, event.digest, event.context) == ("iris", "abc123", "eval")
    assert event.profile == {"num_rows": 3}
    assert event.schema["mlflow_colspec"][0]["name"] == "a"


@pytest.mark.parametrize("data", ["/no/such/file", object(), 3])
def test_what_has_no_digest_is_refused(inputs, data):
    with pytest.raises(BadInput):
        inputs(data)


def test_what_has_none_may_be_given_one(inputs):
    with pytest.raises(BadInput):
        inputs("/no/such/file", digest="v1")
    assert inputs("warehouse://table", digest="v1").digest == "v1"
