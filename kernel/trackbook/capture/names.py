"""Words in names: which names speak of a score, and how an expression is called.

Pure, on text and syntax nodes.
"""

import ast
import re
from functools import lru_cache


def words(text: str) -> frozenset[str]:
    """Return the words of a text."""
    return frozenset(text.split())


SCORE_WORDS = words(
    "acc accuracy auc auroc auprc ap map f1 fbeta loss logloss nll rmse rmsle mae "
    "mape smape mse r2 score error err precision recall sensitivity specificity "
    "perplexity ppl bleu rouge meteor wer cer iou miou dice jaccard kappa mcc ndcg "
    "mrr psnr ssim fid elbo likelihood silhouette deviance reward objective pinball "
    "bic aic gini crossentropy brier hinge corrcoef spearman pearson"
)
_QUALIFIERS = words(
    "train training val valid validation test testing eval final dev best mean avg "
    "average total running epoch min max last macro micro weighted balanced cv oof "
    "holdout log neg negative squared absolute root roc pr top k in out std"
)
_COUNTING = words(
    "n num nb count idx index threshold thresh target goal tol tolerance patience "
    "fn func function name names weight weights time step steps epochs margin"
)
_WRAPPERS = frozenset({"round", "float", "int", "abs", "print", "display", "str"})
_TRANSPARENT = frozenset({"item", "numpy", "cpu", "detach", "tolist", "compute"})
_READS_ONE = _TRANSPARENT | {"mean", "sum"}
_COUNTS = words(
    "len shape size ndim nunique count itemsize nbytes isna isnull notna duplicated "
    "id hash ord numel dim memory_usage seed_everything seed"
)
_STATISTICS = words(
    "mean median mode std stdev var variance sem min max sum cumsum prod quantile "
    "percentile corr cov skew kurt kurtosis ptp fmean"
)
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|[^A-Za-z0-9]+")
_MAX_NAME = 80


@lru_cache(maxsize=4096)
def has_score_word(name: str) -> bool:
    """Tell whether a name speaks of a score: `val_acc`, `testAccuracy`, `r2`."""
    parts = split_words(name)
    return not parts & _COUNTING and any(map(_is_score_word, parts))


@lru_cache(maxsize=4096)
def is_pure_score(name: str) -> bool:
    """Tell whether a name says nothing but a score: `acc`, `val_loss`, `best_f1`."""
    parts = split_words(name)
    return any(map(_is_score_word, parts)) and all(
        _is_score_word(part) or part in _QUALIFIERS or part.isdigit() for part in parts
    )


def split_words(name: str) -> set[str]:
    """Return the words of a name: `valLoss_2` → val, loss, 2."""
    return {part.lower() for part in _CAMEL.split(name) if part}


def _is_score_word(part: str) -> bool:
    if part in SCORE_WORDS:
        return True
    bare = part.rstrip("0123456789")
    return any(
        word in SCORE_WORDS
        for word in (bare, bare.removesuffix("s"), bare.removesuffix("es"))
    )


def name_expression(node: ast.expr) -> str:
    """Return an expression's source without arguments: `clf.score(X, y)` → `clf.score`.

    What only dresses a number is left out: `round(acc, 3)` → `acc`.
    """
    return _name(node)[:_MAX_NAME]


def _name(node: ast.expr) -> str:
    match node:
        case ast.Name(id=name):
            return name
        case ast.Attribute(value=value, attr=attr):
            # scikit-learn's mark of what was fitted (`best_score_`) is no part of it.
            return f"{_name(value)}.{attr.rstrip('_') or attr}"
        case ast.Call(func=ast.Name(id=name), args=[first, *_]) if name in _WRAPPERS:
            return _name(first)
        case ast.Call(func=ast.Attribute(value=value, attr=attr)) if (
            attr in _TRANSPARENT
        ):
            return _name(value)
        case ast.Call(func=func):
            return _name(func)
        case ast.Await(value=value) | ast.NamedExpr(value=value):
            return _name(value)
        case ast.Subscript(value=value, slice=ast.Constant(value=str(key))):
            return f"{_name(value)}.{key}"
        case ast.Subscript(value=value, slice=ast.Constant(value=key)):
            return f"{_name(value)}[{key!r}]"
    return ast.unparse(node)


def call_name(node: ast.expr) -> str:
    """Return the name of the call that an expression is, or "" where it is none."""
    while True:
        if type(node) is ast.Call:
            func = node.func
            if type(func) is ast.Name:
                if not (node.args and func.id in _WRAPPERS):
                    return func.id
                node = node.args[0]
            elif type(func) is ast.Attribute:
                if func.attr not in _READS_ONE:
                    return func.attr
                node = func.value
            else:
                return ""
        elif type(node) is ast.Subscript or type(node) is ast.Await:
            node = node.value
        else:
            return ""


def is_count(node: ast.expr) -> bool:
    """Tell whether an expression counts or describes data.

    `len(x)`, `x.shape[0]`, `df.price.mean()`; a mean of errors is no such thing.
    """
    while True:
        match node:
            case ast.Attribute(value=value, attr=attr):
                if attr in _COUNTS:
                    return True
                node = value
            case ast.Call(func=ast.Attribute(attr=attr)) if (
                attr in _STATISTICS and not has_score_word(ast.unparse(node))
            ):
                return True
            case ast.Call(func=ast.Name(id=name), args=args):
                if name in _COUNTS or (
                    name in _STATISTICS and not has_score_word(ast.unparse(node))
                ):
                    return True
                if name not in _WRAPPERS or not args:
                    return False
                node = args[0]
            case ast.Call(func=func):
                node = func
            case ast.Subscript(value=value) | ast.Await(value=value):
                node = value
            case ast.Constant():
                return True
            case ast.UnaryOp(operand=operand):
                node = operand
            case _:
                return False
