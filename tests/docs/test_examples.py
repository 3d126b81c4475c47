"""The examples of the documentation run as they stand, one after the other."""

import re
import subprocess
import sys
from pathlib import Path

import trackbook

PAGE = Path(__file__).parents[2] / "docs" / "python-api.md"


def test_the_examples_of_the_python_api_run_in_their_order(
    tmp_path: Path, trackbook_home: Path
) -> None:
    text = PAGE.read_text(encoding="utf-8")
    examples = re.findall(r"```python\n(.*?)```", text, flags=re.DOTALL)
    assert len(examples) >= 5
    for number, source in enumerate(examples):
        path = tmp_path / f"example_{number}.py"
        path.write_text(source, encoding="utf-8")
        done = subprocess.run(
            [sys.executable, "-W", "error", str(path)],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=60,
        )
        assert done.returncode == 0, f"{source}\n{done.stderr}"
        assert done.stderr == ""
    frame = trackbook.search_runs()
    assert {"baseline", "artifacts", "sweep", "rate 0.1"} <= set(frame["name"])
    artifacts = {found.name for found in trackbook.get_run("artifacts").artifacts}
    assert {"models/model.bin", "note.txt", "eval.json"} <= artifacts


def test_every_public_function_is_on_the_page() -> None:
    text = PAGE.read_text(encoding="utf-8")
    of_shells = {
        "Run", "__version__", "arm", "disarm", "recording_state",
        "load_ipython_extension", "unload_ipython_extension",
    }  # fmt: skip
    for name in set(trackbook.__all__) - of_shells:
        assert f"`{name}(" in text, name
