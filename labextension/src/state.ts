/**
 * The shape of what the store holds, and of what can be asked of it.
 */
import type { StoreApi } from 'zustand/vanilla';

import type { Failure, RunQuery, Sort } from './api';
import type {
  FilterHint,
  Folder,
  Problem,
  Run,
  RunRow,
  RunsEdit,
  RunsUndo,
  Status
} from './contract';
import { NO_ORDER } from './sections';
import type { Collapsed, Order } from './sections';

export type Scope = 'notebook' | 'folder' | 'all';

/** `none`, `day`, `notebook`, `revision`, `status`, `param:KEY` or `tag:KEY`. */
export type GroupBy = string;

/** What the user's settings say of more than the list. */
export type Preferences = {
  /** Whether the active cell's toolbar says how many versions it had. */
  readonly marksCells: boolean;
  /** What a chart begins with. */
  readonly chartX: 'step' | 'relative' | 'wall';
  /** From 0, not at all, to less than 1. */
  readonly chartSmoothing: number;
};

export const PREFERENCES: Preferences = {
  marksCells: false,
  chartX: 'step',
  chartSmoothing: 0
};

export type Phase =
  | { readonly kind: 'idle' }
  | { readonly kind: 'loading' }
  | { readonly kind: 'ready' }
  | { readonly kind: 'failed'; readonly failure: Failure };

/** What the foot of the panel says after an action. */
export type Notice =
  /** A key that could not do what it is for, and what it needs. */
  | { readonly kind: 'hint'; readonly message: string }
  /** An edit of many runs that takes longer than a moment. */
  | { readonly kind: 'working'; readonly done: number; readonly total: number }
  | {
      readonly kind: 'edited';
      readonly edited: Edited;
      readonly count: number;
      readonly undo: readonly RunsUndo[];
    }
  | {
      readonly kind: 'failed';
      readonly message: string;
      /** Takes back what was done before it failed. */
      readonly undo?: readonly RunsUndo[];
    };

/** What was done to many runs, in a word. */
export type Edited =
  | 'starred'
  | 'unstarred'
  | 'tagged'
  | 'moved'
  | 'archived'
  | 'unarchived'
  | 'trashed'
  | 'put-back';

export type ListState = {
  readonly phase: Phase;
  readonly order: Order;
  /** The ids that are read of the groups that are open, in the order of the list. */
  readonly ids: readonly string[];
  /** The order to take over when the pointer has left the list; null: none waits. */
  readonly waiting: Order | null;
  /** How many runs there are; until they are counted, how many have come. */
  readonly total: number;
  readonly isCounted: boolean;
  /** False: there are at least `total`, which are too many to be counted. */
  readonly totalIsExact: boolean;
  /** Why a search may have found nothing. */
  readonly hints: readonly FilterHint[];
  readonly withoutResultCount: number;
  /** How many groups there are: the first ones are read. */
  readonly groupCount: number;
  readonly change: number;
  /** Why the last attempt to bring it up to date failed; null: it is up to date. */
  readonly stale: Failure | null;
};

/** `without-result`, or the id of the run that others are alike to. */
export type FoldKey = string;

/** What the list folds away, while it is open. */
export type Fold = {
  readonly phase: Phase;
  readonly ids: readonly string[];
  readonly cursor: string | null;
};

export type TrackbookState = {
  readonly scope: Scope;
  readonly trashed: boolean;
  readonly archived: boolean;
  readonly sort: Sort;
  /** What puts in order the runs that `sort` leaves in one place. */
  readonly thenBy: readonly Sort[];
  /** What the list is searched for, in the language of docs/search.md; empty: all. */
  readonly filter: string;
  readonly group: GroupBy;
  /** The groups that are folded away, by their keys. */
  readonly collapsed: Collapsed;
  /** The columns that were chosen for each scope, by its name; see `scopeName`. */
  readonly columns: Readonly<Record<string, readonly string[]>>;
  /** The columns that a view shows although they were not chosen. */
  readonly alsoShown: readonly string[];
  /** Widths in px of the columns of the table, those that were changed. */
  readonly widths: Readonly<Record<string, number | null>>;
  /** The active notebook's path, or the last one's. */
  readonly notebookPath: string | null;
  /** The folder that was walked to; null: that of the notebook. */
  readonly folder: string | null;
  /** The experiment of the folder that was walked into. */
  readonly experimentId: string | null;
  /** What the folder shown has in it; null: it is not read. */
  readonly place: Folder | null;
  readonly runs: Readonly<Record<string, RunRow>>;
  readonly list: ListState;
  /** The folds that are open. */
  readonly folds: Readonly<Record<FoldKey, Fold>>;
  /** The ids selected, in the order in which they were. */
  readonly selection: readonly string[];
  /** The run that the keyboard stands on; commands without a run act on it. */
  readonly currentId: string | null;
  /** The run whose name is being edited. */
  readonly renamingId: string | null;
  readonly server: Status | null;
  readonly notice: Notice | null;
  readonly preferences: Preferences;
};

export type TrackbookActions = {
  /** Reads the first page, dropping what was there. */
  readonly load: () => Promise<void>;
  /** Reads the next runs of a group, and with them the first of those behind it. */
  readonly readGroup: (key: string) => Promise<void>;
  /** Reads the groups that follow the last one read. */
  readonly loadMoreGroups: () => Promise<void>;
  /** Opens what the list folds away, or folds it away again. */
  readonly toggleFold: (key: FoldKey) => void;
  readonly loadMoreOfFold: (key: FoldKey) => Promise<void>;
  /** Reads what changed; resolves to whether anything had. */
  readonly refresh: () => Promise<boolean>;
  readonly setScope: (scope: Scope) => void;
  readonly setTrashed: (trashed: boolean, archived?: boolean) => void;
  /** Searches the list; resolves to why the filter is not understood, else null. */
  readonly search: (filter: string) => Promise<Problem | null>;
  readonly setSort: (sort: Sort, thenBy?: readonly Sort[]) => void;
  readonly setGroup: (group: GroupBy) => void;
  readonly collapse: (key: string, collapsed: boolean) => void;
  /** Chooses the columns of the scope that is shown, in their order. */
  readonly setColumns: (columns: readonly string[]) => void;
  /** Reads columns that a view shows although they were not chosen. */
  readonly showAlso: (columns: readonly string[]) => void;
  /** Keeps a column's width; null: that which it has by itself. */
  readonly setWidth: (column: string, width: number | null) => void;
  /** Walks to a folder; null: that of the notebook, wherever it goes. */
  readonly setFolder: (folder: string | null) => void;
  readonly setExperiment: (experimentId: string | null) => void;
  /** `renamed`: it is the same notebook, what is shown may stay. */
  readonly setNotebookPath: (path: string | null, renamed?: boolean) => void;
  /** While held, rows change in place but none comes, goes or moves. */
  readonly hold: (held: boolean) => void;
  /** Takes over what waits, although the list is held. */
  readonly showWaiting: () => void;
  readonly toggle: (runId: string) => void;
  readonly selectRange: (fromId: string, toId: string) => void;
  readonly clearSelection: () => void;
  readonly setCurrent: (runId: string | null) => void;
  readonly setRenaming: (runId: string | null) => void;
  readonly rename: (runId: string, name: string) => Promise<void>;
  readonly star: (runId: string, starred: boolean) => Promise<void>;
  /** Edits runs, one or many, with a way to undo it. */
  readonly editMany: (
    runIds: readonly string[],
    change: Partial<Omit<RunsEdit, 'run_ids'>>,
    edited: Edited
  ) => Promise<void>;
  readonly undoMany: (undo: readonly RunsUndo[]) => Promise<void>;
  /** Stops an edit of many runs; what is done stays done, and can be undone. */
  readonly stopEditing: () => void;
  /** Selects every run of the list, also those that are not read. */
  readonly selectAll: () => Promise<void>;
  readonly say: (notice: Notice | null) => void;
  readonly prefer: (preferences: Preferences) => void;
  /** Takes over what a view has read of a run. */
  readonly receiveRun: (run: Run) => void;
};

export type TrackbookStore = StoreApi<TrackbookState> & {
  readonly actions: TrackbookActions;
};

export const PAGE_SIZE = 100;

/** So many columns can be read at once, and by so many can be sorted. */
export const MOST_COLUMNS = 500;
export const MOST_SORTS = 5;

/** A list that has not been asked for. */
export const NO_LIST: ListState = {
  phase: { kind: 'idle' },
  order: NO_ORDER,
  ids: [],
  waiting: null,
  total: 0,
  isCounted: false,
  totalIsExact: true,
  hints: [],
  withoutResultCount: 0,
  groupCount: 0,
  change: 0,
  stale: null
};

/** The folder that the list is about: the one walked to, else the notebook's. */
export function folderOf(
  state: Pick<TrackbookState, 'folder' | 'notebookPath'>
): string {
  const { folder, notebookPath } = state;
  const path = notebookPath ?? '';
  return folder ?? path.slice(0, Math.max(0, path.lastIndexOf('/')));
}

/** What the choices for a scope are kept under. */
export function scopeName(state: TrackbookState): string {
  switch (state.scope) {
    case 'notebook':
      return state.notebookPath === null
        ? 'all'
        : `notebook:${state.notebookPath}`;
    case 'folder':
      return state.experimentId === null
        ? `folder:${folderOf(state)}`
        : `experiment:${state.experimentId}`;
    case 'all':
      return 'all';
  }
}

const NO_COLUMNS: readonly string[] = [];

/** The columns that are shown; empty: a row shows what changed and what varies. */
export function columnsOf(state: TrackbookState): readonly string[] {
  return state.columns[scopeName(state)] ?? NO_COLUMNS;
}

/** What the list is grouped by: days need an order by time. */
export function groupOf(
  state: Pick<TrackbookState, 'group' | 'sort'>
): GroupBy {
  const isByTime = state.sort === '-started_at' || state.sort === 'started_at';
  return state.group === 'day' && !isByTime ? 'none' : state.group;
}

/** Which runs a state is about; without a notebook so far, all. */
export function whichOf(state: TrackbookState): RunQuery {
  const { scope, notebookPath, trashed, archived, experimentId, filter } =
    state;
  return {
    ...(scope === 'notebook' && notebookPath !== null
      ? { notebook_path: notebookPath }
      : {}),
    ...(scope === 'folder'
      ? experimentId === null
        ? { folder: folderOf(state) }
        : { experiment_id: experimentId }
      : {}),
    ...(trashed ? { trashed } : {}),
    ...(archived ? { archived } : {}),
    ...(filter === '' ? {} : { filter, time_zone: timeZone() })
  };
}

/** What the list is sorted by, the first before the others. */
export function sortsOf(
  state: Pick<TrackbookState, 'sort' | 'thenBy'>
): readonly Sort[] {
  return [state.sort, ...state.thenBy];
}

/** The list that a state asks for. */
export function queryOf(state: TrackbookState): RunQuery {
  const group = groupOf(state);
  const columns = [...new Set([...columnsOf(state), ...state.alsoShown])];
  return {
    ...whichOf(state),
    ...(group === 'none' ? {} : { group }),
    ...(group === 'day' ? { time_zone: timeZone() } : {}),
    ...(columns.length === 0 ? {} : { column: columns.slice(0, MOST_COLUMNS) }),
    sort: sortsOf(state)
  };
}

/** The first page of it. */
export function pageOf(state: TrackbookState): RunQuery {
  return { ...queryOf(state), limit: PAGE_SIZE };
}

function timeZone(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone;
}
