"""The thirty searches that `make bench ARGS=search` asks, and how they are sorted.

They are published in docs/benchmarks.md; a test holds both lists together.
"""

from typing import NamedTuple


class Asked(NamedTuple):
    """One search: what it shows, its filter, and the columns it is sorted by."""

    what: str
    filter: str
    sort: str = "-started_at"
    then: tuple[str, ...] = ()


SEARCHES = (
    Asked("the newest", ""),
    Asked("one id", "run_id = '01jbench000000000000012345'"),
    Asked("common number, newest", "metrics.val_acc > 0.6"),
    Asked("rare number", "metrics.val_acc > 0.9999"),
    Asked("MLflow's friendly one", "metrics.val_acc > 0.9 and params.lr = '0.01'",
          "-metric:val_acc"),
    Asked("best of a param", "params.optimizer = 'adamw'", "-main_metric"),
    Asked("sorted by another metric", "metrics.val_acc > 0.9", "metric:val_loss"),
    Asked("rare, by another metric", "metrics.rmse < 0.001", "-metric:f1"),
    Asked("selective AND", "metrics.val_acc > 0.98 and params.lr = 0.003"),
    Asked("selective AND of three",
          "metrics.val_acc > 0.98 and metrics.f1 < 0.05 and params.depth = 4"),
    Asked("AND without overlap",
          "metrics.val_acc > 0.95 and metrics.val_acc < 0.95001"),
    Asked("selective OR", "params.seed = 12345 or metrics.val_acc > 0.9999"),
    Asked("broad OR", "params.lr = 0.1 or metrics.val_loss < 0.2"),
    Asked("OR by another metric",
          "params.model = 'resnet-7' or metrics.auc > 0.99", "-metric:recall"),
    Asked("NOT", "not params.optimizer = 'sgd' and not metrics.val_acc < 0.9"),
    Asked("several keys", "params.depth in (4, 6)", "param:model",
          ("-metric:val_acc", "name")),
    Asked("several keys of all", "", "-param:lr", ("-metric:val_acc",)),
    Asked("no hit, known keys", "params.lr = 0.003 and params.optimizer = 'lion'"),
    Asked("no hit, two common", "params.warmup = True and params.seed = 12346"),
    Asked("no hit, no such key", "metrics.no_such_key > 0"),
    Asked("LIKE", "params.model like 'resnet-19%'"),
    Asked("LIKE without a hit", "params.model like '%vgg%'"),
    Asked("IS NULL, rare", "params.dropout is null"),
    Asked("IS NOT NULL, by it", "metrics.rare is not null", "-metric:rare"),
    Asked("NULL and NOT, no hit",
          "metrics.val_acc is null or not params.lr is not null"),
    Asked("dates", "started > '2025-03-01' and started < '2025-03-08'"),
    Asked("duration and date",
          "duration > '5h 30m' and started >= '2026-01'", "-duration_ms"),
    Asked("tags", "tags.reviewed = 'by 7' and tags.stage != 'draft'"),
    Asked("text, rare", 'text: "overflow encountered"'),
    Asked("text of all, by a metric", "code: StandardScaler and metrics.f1 > 0.5",
          "-metric:f1"),
)  # fmt: skip
