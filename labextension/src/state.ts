/**
 * The shape of what the store holds, and of what can be asked of it.
 */
import type { StoreApi } from 'zustand/vanilla';

import type { Failure, RunQuery, Sort } from './api';
import type { FilterHint, Problem, Run, RunRow, Status } from './contract';

export type Scope = 'notebook' | 'all';

export type Phase =
  | { readonly kind: 'idle' }
  | { readonly kind: 'loading' }
  | { readonly kind: 'ready' }
  | { readonly kind: 'failed'; readonly failure: Failure };

/** What the foot of the panel says after an action. */
export type Notice =
  | { readonly kind: 'trashed'; readonly runIds: readonly string[] }
  /** A key that could not do what it is for, and what it needs. */
  | { readonly kind: 'hint'; readonly message: string }
  | { readonly kind: 'failed'; readonly message: string };

export type ListState = {
  readonly phase: Phase;
  readonly ids: readonly string[];
  /** The order to take over when the pointer has left the list; null: none waits. */
  readonly waiting: readonly string[] | null;
  readonly total: number;
  /** False: there are at least `total`, which are too many to be counted. */
  readonly totalIsExact: boolean;
  /** Why a search may have found nothing. */
  readonly hints: readonly FilterHint[];
  readonly withoutResultCount: number;
  readonly cursor: string | null;
  readonly more: Phase;
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
  readonly sort: Sort;
  /** What the list is searched for, in the language of docs/search.md; empty: all. */
  readonly filter: string;
  /** The active notebook's path, or the last one's. */
  readonly notebookPath: string | null;
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
};

export type TrackbookActions = {
  /** Reads the first page, dropping what was there. */
  readonly load: () => Promise<void>;
  readonly loadMore: () => Promise<void>;
  /** Opens what the list folds away, or folds it away again. */
  readonly toggleFold: (key: FoldKey) => void;
  readonly loadMoreOfFold: (key: FoldKey) => Promise<void>;
  /** Reads what changed; resolves to whether anything had. */
  readonly refresh: () => Promise<boolean>;
  readonly setScope: (scope: Scope) => void;
  readonly setTrashed: (trashed: boolean) => void;
  /** Searches the list; resolves to why the filter is not understood, else null. */
  readonly search: (filter: string) => Promise<Problem | null>;
  readonly setSort: (sort: Sort) => void;
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
  readonly trash: (runIds: readonly string[]) => Promise<void>;
  readonly untrash: (runIds: readonly string[]) => Promise<void>;
  readonly say: (notice: Notice | null) => void;
  /** Takes over what a view has read of a run. */
  readonly receiveRun: (run: Run) => void;
};

export type TrackbookStore = StoreApi<TrackbookState> & {
  readonly actions: TrackbookActions;
};

export const PAGE_SIZE = 100;

/** A list that has not been asked for. */
export const NO_LIST: ListState = {
  phase: { kind: 'idle' },
  ids: [],
  waiting: null,
  total: 0,
  totalIsExact: true,
  hints: [],
  withoutResultCount: 0,
  cursor: null,
  more: { kind: 'idle' },
  change: 0,
  stale: null
};

/** The list that a state asks for; without a notebook so far, all runs. */
export function queryOf(state: TrackbookState): RunQuery {
  const { scope, notebookPath, sort, trashed, filter } = state;
  return {
    ...(scope === 'notebook' && notebookPath !== null
      ? { notebook_path: notebookPath }
      : {}),
    ...(trashed ? { trashed } : {}),
    ...(filter === '' ? {} : { filter, time_zone: timeZone() }),
    sort,
    limit: PAGE_SIZE
  };
}

function timeZone(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone;
}
