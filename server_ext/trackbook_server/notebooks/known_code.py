"""What is known of other people's code: which calls change what they are given.

Words only. A library that is not named here may change anything that it gets.
"""

import builtins
import sys

BUILTINS = frozenset(dir(builtins)) | {
    "__name__",
    "__file__",
    "__builtins__",
    "display",
    "__debug__",
}


def words(text: str) -> frozenset[str]:
    """Return the words of a text."""
    return frozenset(text.split())


TRUSTED = sys.stdlib_module_names | words(
    "numpy pandas polars pyarrow scipy sklearn statsmodels matplotlib seaborn plotly "
    "altair bokeh torch torchvision torchaudio tensorflow keras jax flax optax "
    "xgboost lightgbm catboost imblearn tqdm joblib dask ray optuna hyperopt IPython "
    "ipywidgets PIL cv2 skimage imageio nltk spacy transformers datasets tokenizers "
    "accelerate evaluate requests httpx yaml toml networkx sympy numba umap shap "
    "rich tabulate trackbook mlflow wandb tensorboardX lightning pytorch_lightning "
    "torchmetrics einops msgspec duckdb sqlalchemy"
)
"""Top-level packages whose functions leave their arguments as they are, but for those
in MUTATORS."""

MUTATORS = words(
    "shuffle heappush heappop heapify heapreplace heappushpop insort insort_left "
    "insort_right copyto put place putmask fill_diagonal setattr setitem "
    "delitem delattr iadd update_wrapper clip_grad_norm_ clip_grad_value_ zeros_ ones_ "
    "uniform_ normal_ xavier_uniform_ kaiming_normal_ constant_ next  "
    "backward"
)

DANGEROUS = words(
    "exec eval globals locals vars __import__ execfile get_ipython input breakpoint "
    "reload import_module run_path run_module"
)
"""What may read and write any name, or asks a person."""

SCALAR_CALLS = words(
    "len int float bool str round abs hash repr format isinstance issubclass callable "
    "ord chr id type hasattr print ascii bin hex oct"
)
FRESH_CALLS = words("range sum copy deepcopy")
EAGER_CALLS = words(
    "list tuple set dict frozenset sum max min sorted any all len print str"
)
LAZY_CALLS = words("iter map filter zip enumerate reversed open reader")

PURE_METHODS = words(
    "head tail describe info value_counts corr cov mean sum std var min max "
    "median quantile count nunique unique idxmax idxmin argmax argmin argsort abs "
    "round copy astype to_numpy to_list tolist item groupby agg aggregate merge join "
    "drop dropna fillna rename sort_values reset_index set_index assign pivot "
    "pivot_table melt stack unstack isna isnull notna notnull isin query filter where "
    "mask nlargest nsmallest to_frame to_dict to_string to_html "
    "reshape transpose ravel flatten squeeze dot cumsum cumprod diff shift rolling "
    "ewm resample get items keys values index find split rsplit strip lstrip rstrip "
    "lower upper title startswith endswith replace encode decode format splitlines "
    "isdigit isalpha zfill union intersection difference issubset issuperset "
    "predict predict_proba predict_log_proba decision_function score transform "
    "inverse_transform get_params get_feature_names_out parameters named_parameters "
    "state_dict numpy detach cpu size dim numel plot hist boxplot scatter "
    "exists is_file is_dir iterdir glob read_text read_bytes total_seconds isoformat "
    "strftime date time apply map any all nonzero select_dtypes memory_usage "
    "bit_length as_integer_ratio conjugate"
)
"""Methods that leave their object as it is, unless the notebook defines its class."""

SCALAR_METHODS = words(
    "score item count nunique startswith endswith find exists bit_length "
    "isdigit isalpha"
)
FRESH_METHODS = words("copy predict predict_proba decision_function tolist")

ADDERS = words(
    "append extend insert add update setdefault appendleft extendleft put push "
    "remove discard pop clear sort reverse popitem popleft"
)
"""Methods that change the container and nothing that is in it."""

SEEDS = words(
    "seed manual_seed set_seed set_random_seed seed_everything manual_seed_all"
)
GENERATORS = words("default_rng RandomState Random Generator SeedSequence")
RANDOM_MODULES = (
    "random.",
    "numpy.random.",
    "torch.rand",
    "torch.normal",
    "torch.multinomial",
    "torch.bernoulli",
    "tensorflow.random.",
)
MAY_DRAW = words(
    "sklearn scipy torch tensorflow keras xgboost lightgbm catboost imblearn"
)
DRAWING_METHODS = words(
    "fit fit_transform fit_predict partial_fit sample shuffle cross_val_score"
)

READERS = words(
    "open read_csv read_table read_parquet read_pickle read_json read_excel "
    "read_feather read_hdf load loadtxt genfromtxt read_text read_bytes imread"
)
WRITERS = words(
    "to_csv to_parquet to_pickle to_json to_excel to_feather to_hdf dump save savetxt "
    "savez save_model write_text write_bytes imwrite"
)

PLAIN_DECORATORS = words(
    "staticmethod classmethod property setter getter deleter dataclass wraps overload "
    "abstractmethod contextmanager asynccontextmanager total_ordering final override "
    "no_grad inference_mode jit njit vectorize guvectorize"
)

LOOKS = words("print display repr len type str head tail describe info dtypes")


def is_trusted(module: str) -> bool:
    """Say whether a module's functions are known to leave their arguments alone."""
    return module.partition(".")[0] in TRUSTED
