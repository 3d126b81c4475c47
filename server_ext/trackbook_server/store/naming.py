"""Words: which metric leads, which direction is better, what a run is called.

Pure functions of names and values; no database.
"""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

Direction = Literal["higher", "lower"]

_LOWER = frozenset(
    [
        "loss",
        "error",
        "errors",
        "err",
        "rmse",
        "mse",
        "mae",
        "mape",
        "smape",
        "msle",
        "rmsle",
        "perplexity",
        "ppl",
        "nll",
        "logloss",
        "deviance",
        "wer",
        "cer",
        "ter",
        "brier",
        "hamming",
        "ece",
        "fid",
        "regret",
        "cost",
        "bic",
        "aic",
        "time",
        "latency",
        "duration",
        "distance",
        "inertia",
    ]
)
_HIGHER = frozenset(
    [
        "acc",
        "accuracy",
        "auc",
        "auroc",
        "auprc",
        "ap",
        "map",
        "f1",
        "f2",
        "fbeta",
        "score",
        "r2",
        "precision",
        "recall",
        "sensitivity",
        "specificity",
        "ndcg",
        "mrr",
        "bleu",
        "rouge",
        "rougel",
        "meteor",
        "iou",
        "dice",
        "jaccard",
        "mcc",
        "kappa",
        "reward",
        "return",
        "hit",
        "hits",
        "hitrate",
        "psnr",
        "ssim",
        "silhouette",
        "correlation",
        "corr",
        "pearson",
        "spearman",
        "likelihood",
        "elbo",
    ]
)
_VALIDATION = frozenset(
    [
        "val",
        "valid",
        "validation",
        "test",
        "testing",
        "eval",
        "dev",
        "oof",
        "cv",
        "holdout",
    ]
)
_TRAINING = frozenset(["train", "training", "fit"])
_PARTS = re.compile(r"[A-Z]+(?![a-z])\d*|[A-Z]?[a-z]+\d*|\d+")
_NAME_LENGTH = 60
_NAMED_CHANGES = 2


@dataclass(frozen=True, slots=True)
class ParamValue:
    """A param as the store keeps it; `value` is JSON text, of a long one a preview."""

    value: str
    origin: str
    sha256: str | None = None

    @property
    def identity(self) -> str:
        """What tells the value from others."""
        return self.sha256 or self.value


def split_name(name: str) -> list[str]:
    """Return the parts of a name in lower case: `testAccuracy` → test, accuracy."""
    return [part.lower() for part in _PARTS.findall(name)]


def direction_of(key: str) -> Direction | None:
    """Return which direction of a metric is better, by its name; None when it has no
    word for it. A word of loss wins (`error_score`), `neg` turns it round."""
    parts = set(split_name(key))
    parts |= {part.removesuffix("s") for part in parts}  # `scores` are scores
    lower = bool(parts & _LOWER)
    if not lower and not parts & _HIGHER:
        return None
    if "neg" in parts or "negative" in parts:
        lower = not lower
    return "lower" if lower else "higher"


def choose_main_metric(
    series: Iterable[tuple[str, str]], chosen: str | None
) -> str | None:
    """Return the key that leads a run's row.

    `series` are (key, origin) of its results in the order they first came; `chosen` is
    what a person chose for the experiment. Else the first explicit one; else by name:
    validation and test first, then unqualified, training last; else the only number
    that was shown, `train(lr=0.1)` say; else none.
    """
    results = list(series)
    keys = [key for key, _ in results]
    if chosen is not None and chosen in keys:
        return chosen
    for key, origin in results:
        if origin == "user":
            return key
    scored = [key for key in keys if direction_of(key) is not None]
    only = keys[0] if len(keys) == 1 else None
    return min(scored, key=_rank, default=only)


def describe_value(value: str) -> str:
    """Return a param's JSON value as a person would write it, short."""
    decoded = json.loads(value)
    if isinstance(decoded, str):
        return decoded
    if isinstance(decoded, float):
        return f"{decoded:g}"
    return value


def changed_keys(
    params: Mapping[str, ParamValue], before: Mapping[str, ParamValue]
) -> list[str]:
    """Return the keys whose value is another than before, those named by people first.

    An estimator's param that only repeats a changed one's value is left out.
    """
    changed = [
        key
        for key, param in params.items()
        if key not in before or before[key].identity != param.identity
    ]
    own = [key for key in changed if params[key].origin != "estimator"]
    said = {params[key].identity for key in own}
    return own + [
        key
        for key in changed
        if params[key].origin == "estimator" and params[key].identity not in said
    ]


def auto_name(
    params: Mapping[str, ParamValue],
    before: Mapping[str, ParamValue] | None,
    started_at: str,
) -> str:
    """Return what changed ("lr 0.003"), else "first", else the local time."""
    if before is None:
        return "first"
    changed = changed_keys(params, before)
    if not changed:
        local = datetime.fromisoformat(started_at).astimezone()
        return f"{local:%b} {local.day}, {local:%H:%M}"
    words = [
        f"{key} {describe_value(params[key].value)}" for key in changed[:_NAMED_CHANGES]
    ]
    if len(changed) > _NAMED_CHANGES:
        words.append(f"+{len(changed) - _NAMED_CHANGES}")
    return shorten(", ".join(words), _NAME_LENGTH)


def shorten(text: str, length: int) -> str:
    """Return `text` on one line and at most `length` characters long."""
    line = " ".join(text.split())
    return line if len(line) <= length else line[: length - 1] + "…"


def canonical(value: Any) -> str:
    """Return a value as the JSON text that stands for it in the store."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _rank(key: str) -> int:
    """Return the place of a scored metric among others: lower leads."""
    parts = set(split_name(key))
    if parts & _VALIDATION:
        return 0
    return 2 if parts & _TRAINING else 1
