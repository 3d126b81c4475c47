"""Which runs a list is about, as a condition over `runs r`."""

from typing import Any

import msgspec
import sqlite_utils

from trackbook.errors import BadInput
from trackbook_server.store.lineage import FAMILY
from trackbook_server.store.rows import marks
from trackbook_server.store.search.plan import FEW, Search


class RunScope(msgspec.Struct, frozen=True, kw_only=True):
    """Which runs a list is about; what is None does not matter.

    The list is that of the runs with a result, unless one of `trashed`, `archived`,
    `without_result` and `alike` names another: the trash, the archive, the runs without
    a result, or those folded into the run `alike`. `pinned`: only those that are.
    """

    experiment_id: str | None = None
    experiment_ids: tuple[str, ...] | None = None
    notebook_path: str | None = None
    folder: str | None = None
    kernel_id: str | None = None
    trashed: bool = False
    archived: bool = False
    pinned: bool = False
    without_result: bool = False
    alike: str | None = None
    search: Search | None = None

    def __post_init__(self) -> None:
        """Raise BadInput where several lists are asked for at once."""
        lists = self.trashed + self.archived + self.without_result
        if lists + (self.alike is not None) > 1:
            raise BadInput(
                "trashed, archived, without_result and alike are lists; ask for one"
            )

    def where(self) -> tuple[str, list[Any]]:
        """Return the condition, without the place, and its parameters."""
        conditions: list[str] = []
        parameters: list[Any] = []
        if self.experiment_id is not None:
            conditions.append("r.experiment_id = ?")
            parameters.append(self.experiment_id)
        if self.experiment_ids is not None:
            conditions.append(f"r.experiment_id in ({marks(self.experiment_ids)})")
            parameters += self.experiment_ids
        # A run may have been resumed in another kernel, and from another notebook.
        # A notebook's runs are those of its family.
        for column in ("notebook_path", "kernel_id"):
            value = getattr(self, column)
            if value is not None:
                among = FAMILY if column == "notebook_path" else "?"
                conditions.append(
                    "r.run_id in (select run_id from run_writers "
                    f"where {column} in ({among}))"
                )
                parameters.append(value)
        if self.folder is not None:
            # Those that the notebook is in by its path, in whatever folder below.
            conditions.append("r.notebook_path >= ? and r.notebook_path < ?")
            parameters += [f"{self.folder}/", f"{self.folder}0"]
        if self.alike is not None:
            conditions.append(
                "(r.experiment_id, r.fingerprint) = (select experiment_id, fingerprint "
                "from runs where run_id = ? and place = 'list' and alike_count > 1)"
            )
            parameters.append(self.alike)
        if self.pinned:
            conditions.append("r.pinned")
        if self.search is not None:
            conditions.append(self.search.sql)
            parameters += self.search.parameters
        return " and ".join(conditions) or "1", parameters

    def planned(self, db: sqlite_utils.Database, most: int = FEW) -> "RunScope":
        """Return the scope with its search as `Search.planned` has it."""
        if self.search is None:
            return self
        return msgspec.structs.replace(self, search=self.search.planned(db, most))

    @property
    def is_wide(self) -> bool:
        """Whether nothing but a search leaves runs out, and that perhaps not many."""
        if self.search is not None and self.search.is_selective:
            return False
        return msgspec.structs.replace(self, search=None).where()[0] == "1"

    @property
    def placed(self) -> str:
        """Return the condition on the place: not along its index (which is what the
        sign says) where the few runs are known that can match."""
        is_selective = self.search is not None and self.search.is_selective
        return f"{'+' if is_selective else ''}r.place = ?"

    @property
    def place(self) -> str:
        """Return the place of the runs that are shown."""
        if self.trashed:
            return "trash"
        if self.archived:
            return "archive"
        if self.without_result:
            return "quiet"
        return "list" if self.alike is None else "alike"
