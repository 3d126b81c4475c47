"""The API contract: what REST and `--json` say, one frozen struct a thing.

Field names are the same in SQL, JSON, Python and TypeScript. Response structs have no
defaults: a field is always there, and what may be missing is `T | None`. `*_at` are UTC
in ISO 8601 with microseconds and a `Z`, so that they sort as text. Floats that JSON has
no word for are the strings "NaN", "Infinity" and "-Infinity".

The structs are in the modules of this package by what they tell of, and all of them
are members of the package. `make contract` turns it into contract/openapi.json and
labextension/src/contract.ts.
"""

from trackbook_server.contract.base import (
    BlobRef,
    Direction,
    Number,
    Reply,
)
from trackbook_server.contract.differences import (
    CellChange,
    CellDifference,
    CellPart,
    CellSide,
    ChangeCounts,
    ComparedRun,
    Comparison,
    NotebookDifference,
    NotebookSide,
    OutputPart,
    OutputRef,
    ValueDifference,
)
from trackbook_server.contract.executions import (
    CellExecution,
    CellOutput,
    ExecutionOutputs,
    RunOutputs,
)
from trackbook_server.contract.experiments import (
    Experiment,
    ExperimentEdit,
    ExperimentList,
)
from trackbook_server.contract.explanation import (
    Explanation,
    ExplanationCell,
    ExplanationReason,
    ReasonKind,
    Severity,
    Verdict,
)
from trackbook_server.contract.history import (
    CellHistory,
    CellMark,
    CellMarks,
    CellResult,
    CellVersion,
)
from trackbook_server.contract.metrics import (
    MainMetric,
    MetricHistory,
    MetricLast,
    MetricSummary,
    ParamChange,
    RunParam,
    RunTable,
)
from trackbook_server.contract.recording import (
    Recording,
    RecordingEdit,
    RecordingState,
)
from trackbook_server.contract.restore import (
    EnvironmentDifference,
    InputDifference,
    PackageDifference,
    Refilled,
    RefilledCell,
    RefillRequest,
    RestorePlan,
)
from trackbook_server.contract.revisions import (
    Capture,
    Captured,
    KnownNotebook,
    KnownNotebookList,
    LostPart,
    NotebookRevision,
    RestoredCopy,
    RestoreRequest,
    RevisionInfo,
    RevisionList,
    RevisionRestoreRequest,
)
from trackbook_server.contract.runs import (
    Artifact,
    Environment,
    Run,
    RunEdit,
    RunInput,
    RunList,
    RunRecord,
    RunRow,
    RunStatus,
    ShownRun,
)
from trackbook_server.contract.server import (
    Problem,
    RunChanged,
    Status,
)

__all__ = [
    "Artifact",
    "BlobRef",
    "Capture",
    "Captured",
    "CellChange",
    "CellDifference",
    "CellExecution",
    "CellHistory",
    "CellMark",
    "CellMarks",
    "CellOutput",
    "CellPart",
    "CellResult",
    "CellSide",
    "CellVersion",
    "ChangeCounts",
    "ComparedRun",
    "Comparison",
    "Direction",
    "Environment",
    "EnvironmentDifference",
    "ExecutionOutputs",
    "Experiment",
    "ExperimentEdit",
    "ExperimentList",
    "Explanation",
    "ExplanationCell",
    "ExplanationReason",
    "InputDifference",
    "KnownNotebook",
    "KnownNotebookList",
    "LostPart",
    "MainMetric",
    "MetricHistory",
    "MetricLast",
    "MetricSummary",
    "NotebookDifference",
    "NotebookRevision",
    "NotebookSide",
    "Number",
    "OutputPart",
    "OutputRef",
    "PackageDifference",
    "ParamChange",
    "Problem",
    "ReasonKind",
    "Recording",
    "RecordingEdit",
    "RecordingState",
    "RefillRequest",
    "Refilled",
    "RefilledCell",
    "Reply",
    "RestorePlan",
    "RestoreRequest",
    "RestoredCopy",
    "RevisionInfo",
    "RevisionList",
    "RevisionRestoreRequest",
    "Run",
    "RunChanged",
    "RunEdit",
    "RunInput",
    "RunList",
    "RunOutputs",
    "RunParam",
    "RunRecord",
    "RunRow",
    "RunStatus",
    "RunTable",
    "Severity",
    "ShownRun",
    "Status",
    "ValueDifference",
    "Verdict",
]
