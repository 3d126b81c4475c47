"""What a search over params found: its best score, and its candidates as a table.

Read where the instance holds them: scikit-learn's `GridSearchCV` and its kin.
"""

from typing import Any

from trackbook.capture.literals import to_json_value
from trackbook.capture.states import Table, Yield
from trackbook.capture.variables import to_scalar

MAX_CANDIDATES = 10_000
_KEPT = ("mean_test_", "std_test_", "rank_test_", "mean_train_")


def read_search(name: str, value: Any, found: Yield) -> None:
    """Add what a fitted search holds to what the cell yielded."""
    held = vars(value)
    best = to_scalar(held.get("best_score_"))
    if best is not None:
        found.metrics[f"{name}.best_score"] = best
    results = held.get("cv_results_")
    if isinstance(results, dict):
        table = _read_candidates(name, results)
        if table is not None:
            found.tables.append(table)


def _read_candidates(name: str, results: dict[str, Any]) -> Table | None:
    tried = [key for key in results if key.startswith("param_")]
    scores = [key for key in results if key.startswith(_KEPT)]
    columns = [*(key.removeprefix("param_") for key in tried), *scores]
    if not scores:
        return None
    kept = [list(results[key][:MAX_CANDIDATES]) for key in [*tried, *scores]]
    rows = [
        tuple(None if _is_masked(item) else to_json_value(item) for item in row)
        for row in zip(*kept, strict=True)
    ]
    return Table(name, tuple(columns), rows, tuple(columns[: len(tried)]), "search")


def _is_masked(item: Any) -> bool:
    """Tell whether a candidate has no such param (of another grid)."""
    return type(item).__name__ == "MaskedConstant"
