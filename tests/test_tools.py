"""The tools that the build and CI rely on."""

import subprocess
import sys
from pathlib import Path

TOOLS = Path(__file__).parent.parent / "tools"

REPORT = """<testsuites><testsuite>
  <testcase name="a"/>
  <testcase name="b"><failure message="no"/></testcase>
  <testcase name="c"><skipped/></testcase>
</testsuite></testsuites>"""


def counts_of(folder: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(TOOLS / "test_counts.py"), str(folder)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_counts_are_added_up_and_skipped_tests_are_neither(tmp_path):
    for suite, exit_code in (("one", "1"), ("two", "1")):
        (tmp_path / f"{suite}.xml").write_text(REPORT)
        (tmp_path / f"{suite}.exit").write_text(exit_code)
    result = counts_of(tmp_path)
    assert result.stdout.splitlines()[-1] == "2 passed, 2 failed"
    assert result.returncode == 1


def test_a_runner_that_died_without_a_report_counts_as_a_failure(tmp_path):
    (tmp_path / "one.exit").write_text("2")
    assert counts_of(tmp_path).stdout.splitlines()[-1] == "0 passed, 1 failed"


def test_a_runner_that_failed_without_a_failed_test_counts_as_a_failure(tmp_path):
    (tmp_path / "one.xml").write_text("<testsuite><testcase name='a'/></testsuite>")
    (tmp_path / "one.exit").write_text("1")
    assert counts_of(tmp_path).stdout.splitlines()[-1] == "1 passed, 1 failed"
    (tmp_path / "one.exit").write_text("0\n")
    result = counts_of(tmp_path)
    assert (result.stdout.splitlines()[-1], result.returncode) == (
        "1 passed, 0 failed",
        0,
    )
