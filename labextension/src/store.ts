/**
 * What the list knows and what the user has chosen in it; every change of either is an
 * action here. Reads and edits go through the `Api` that is handed in.
 */
import { createStore } from 'zustand/vanilla';

import { failureOf } from './api';
import type { Api } from './api';
import type { RunList, RunRow } from './contract';
import { createEdits } from './edits';
import { createFolds } from './folds';
import { createSearch } from './search';
import { mergeIds, rangeBetween } from './selectors';
import { NO_LIST, queryOf } from './state';
import type {
  ListState,
  TrackbookActions,
  TrackbookState,
  TrackbookStore
} from './state';

export type * from './state';
export { PAGE_SIZE, queryOf } from './state';

export function createTrackbookStore(api: Api): TrackbookStore {
  const store = createStore<TrackbookState>(() => ({
    scope: 'notebook',
    trashed: false,
    sort: '-started_at',
    filter: '',
    notebookPath: null,
    runs: {},
    list: NO_LIST,
    folds: {},
    selection: [],
    currentId: null,
    renamingId: null,
    server: null,
    notice: null
  }));
  const { getState, setState } = store;
  // Counts the lists asked for: an answer for an earlier one is dropped.
  let turn = 0;
  let held = false;

  function setList(change: Partial<ListState>): void {
    setState(({ list }) => ({ list: { ...list, ...change } }));
  }

  function keepRuns(rows: readonly RunRow[]): void {
    if (rows.length > 0) {
      const fresh = Object.fromEntries(rows.map(row => [row.run_id, row]));
      setState(({ runs }) => ({ runs: { ...runs, ...fresh } }));
    }
  }

  async function load(): Promise<void> {
    const mine = ++turn;
    setList({
      phase: { kind: 'loading' },
      more: { kind: 'idle' },
      waiting: null
    });
    try {
      const page = await api.listRuns(queryOf(getState()));
      if (mine !== turn) {
        return;
      }
      keepRuns(page.runs);
      setList({
        ...countsOf(page),
        phase: { kind: 'ready' },
        ids: page.runs.map(row => row.run_id),
        waiting: null,
        cursor: page.next_cursor
      });
    } catch (thrown) {
      if (mine === turn) {
        setList({ phase: { kind: 'failed', failure: failureOf(thrown) } });
      }
      return;
    }
    refreshFolds();
    void readServer();
  }

  async function readServer(): Promise<void> {
    try {
      setState({ server: await api.status() });
    } catch {
      // The list has its own words for a server that does not answer.
    }
  }

  async function loadMore(): Promise<void> {
    const { list } = getState();
    if (list.cursor === null || list.more.kind === 'loading') {
      return;
    }
    const mine = turn;
    setList({ more: { kind: 'loading' } });
    try {
      const page = await api.listRuns({
        ...queryOf(getState()),
        cursor: list.cursor
      });
      if (mine !== turn) {
        return;
      }
      keepRuns(page.runs);
      const append = (ids: readonly string[]): readonly string[] => [
        ...new Set([...ids, ...page.runs.map(row => row.run_id)])
      ];
      const now = getState().list;
      setList({
        // Not the page's `change`: earlier pages may be older than it.
        total: page.total,
        ids: append(now.ids),
        waiting: now.waiting === null ? null : append(now.waiting),
        cursor: page.next_cursor,
        more: { kind: 'idle' }
      });
    } catch (thrown) {
      if (mine === turn) {
        setList({ more: { kind: 'failed', failure: failureOf(thrown) } });
      }
    }
  }

  async function refresh(): Promise<boolean> {
    const { list } = getState();
    if (list.phase.kind !== 'ready') {
      if (list.phase.kind !== 'loading') {
        await load();
      }
      return false;
    }
    const mine = turn;
    let page: RunList;
    try {
      page = await api.listRuns({ ...queryOf(getState()), since: list.change });
    } catch (thrown) {
      // What is shown stays; the next hint or poll tries again.
      if (mine === turn) {
        setList({ stale: failureOf(thrown) });
      }
      return false;
    }
    if (mine !== turn) {
      return false;
    }
    if (page.next_cursor !== null) {
      // More changed than fits a page.
      await load();
      return true;
    }
    receive(page);
    return page.runs.length + page.removed.length > 0;
  }

  function receive(page: RunList): void {
    keepRuns(page.runs);
    const { list, runs, sort } = getState();
    if (page.runs.length + page.removed.length > 0) {
      refreshFolds();
    }
    const order = mergeIds(list.waiting ?? list.ids, {
      runs,
      changed: page.runs.map(row => row.run_id),
      removed: page.removed,
      sort,
      hasMore: list.cursor !== null
    });
    const waits = held && !sameIds(order, list.ids);
    setList({
      ...countsOf(page),
      ids: waits ? list.ids : order,
      waiting: waits ? order : null
    });
    const gone = new Set(page.removed);
    if (getState().selection.some(id => gone.has(id))) {
      setState(({ selection }) => ({
        selection: selection.filter(id => !gone.has(id))
      }));
    }
  }

  function restart(change: Partial<TrackbookState>, keep = false): void {
    setState(({ list }) => ({
      ...change,
      folds: {},
      list: keep ? list : { ...NO_LIST, phase: { kind: 'loading' } }
    }));
    void load();
  }

  const { toggleFold, loadMoreOfFold, refreshFolds } = createFolds(api, {
    getState,
    keepRuns,
    setState
  });
  const { edit, moveOut, receiveRun } = createEdits(api, {
    getState,
    keepRuns,
    setList,
    setState
  });

  const actions: TrackbookActions = {
    load,
    loadMore,
    toggleFold,
    loadMoreOfFold,
    refresh,
    receiveRun,
    setScope: scope => {
      if (scope !== getState().scope) {
        restart({ scope });
      }
    },
    setTrashed: trashed => {
      if (trashed !== getState().trashed) {
        restart({ trashed, selection: [], notice: null });
      }
    },
    search: createSearch(api, { getState, restart }),
    setSort: sort => {
      if (sort !== getState().sort) {
        restart({ sort }, true);
      }
    },
    setNotebookPath: (notebookPath, renamed = false) => {
      const { notebookPath: before, scope, list } = getState();
      if (notebookPath === before) {
        return;
      }
      // Nobody has looked yet, or what is shown does not depend on it.
      if (list.phase.kind === 'idle' || scope === 'all') {
        setState({ notebookPath });
      } else {
        restart({ notebookPath }, renamed);
      }
    },
    hold: now => {
      held = now;
      if (!held) {
        actions.showWaiting();
      }
    },
    showWaiting: () => {
      const { waiting } = getState().list;
      if (waiting !== null) {
        setList({ ids: waiting, waiting: null });
      }
    },
    toggle: runId => {
      setState(({ selection }) => ({
        selection: selection.includes(runId)
          ? selection.filter(id => id !== runId)
          : [...selection, runId]
      }));
    },
    selectRange: (fromId, toId) => {
      setState(({ list, selection }) => ({
        selection: [
          ...new Set([...selection, ...rangeBetween(list.ids, fromId, toId)])
        ]
      }));
    },
    clearSelection: () => {
      setState({ selection: [] });
    },
    setCurrent: currentId => {
      setState({ currentId });
    },
    setRenaming: renamingId => {
      setState({ renamingId });
    },
    rename: async (runId, name) => {
      const before = getState().runs[runId];
      const unchanged = before?.is_named === true && before.name === name;
      // Leaving the automatic name as it stands does not make it the user's.
      const asBefore = before?.is_named === false && before.name === name;
      if (!unchanged && !asBefore) {
        await edit(runId, { name });
      }
    },
    star: async (runId, starred) => {
      await edit(runId, { starred });
    },
    trash: async runIds => {
      const done = await moveOut(runIds, true);
      if (done.length > 0) {
        setState({ notice: { kind: 'trashed', runIds: done } });
      }
    },
    untrash: async runIds => {
      setState({ notice: null });
      if (getState().trashed) {
        await moveOut(runIds, false);
      } else {
        await Promise.all(runIds.map(async id => edit(id, { trashed: false })));
        await refresh();
        // What the user asked for is not held back, wherever the pointer is by now.
        actions.showWaiting();
      }
    },
    say: notice => {
      setState({ notice });
    }
  };
  return Object.assign(store, { actions });
}

function countsOf(
  page: RunList
): Pick<
  ListState,
  'total' | 'totalIsExact' | 'hints' | 'withoutResultCount' | 'change' | 'stale'
> {
  return {
    stale: null,
    total: page.total,
    totalIsExact: page.total_is_exact,
    hints: page.hints,
    withoutResultCount: page.without_result_count,
    change: page.change
  };
}

function sameIds(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((id, index) => id === b[index]);
}
