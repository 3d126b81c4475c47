/**
 * What the list knows and what the user has chosen in it; every change of either is an
 * action here. Reads and edits go through the `Api` that is handed in.
 */
import { createStore } from 'zustand/vanilla';

import { messageOf } from './api';
import type { Api } from './api';
import type { RunRow } from './contract';
import type { Bulk } from './bulk';
import { createEdits } from './edits';
import { createFolds } from './folds';
import { createReading } from './reading';
import type { Search } from './search';
import { rangeBetween } from './selectors';
import {
  MOST_COLUMNS,
  MOST_SORTS,
  NO_LIST,
  PREFERENCES,
  folderOf,
  scopeName,
  sortsOf
} from './state';
import type { TrackbookActions, TrackbookState, TrackbookStore } from './state';

export type * from './state';
export {
  PAGE_SIZE,
  columnsOf,
  folderOf,
  groupOf,
  MOST_COLUMNS,
  MOST_SORTS,
  queryOf,
  sortsOf,
  whichOf
} from './state';

export function createTrackbookStore(api: Api): TrackbookStore {
  const store = createStore<TrackbookState>(() => ({
    scope: 'notebook',
    trashed: false,
    archived: false,
    sort: '-started_at',
    thenBy: [],
    filter: '',
    group: 'day',
    collapsed: {},
    columns: {},
    alsoShown: [],
    widths: {},
    notebookPath: null,
    folder: null,
    experimentId: null,
    place: null,
    runs: {},
    list: NO_LIST,
    folds: {},
    selection: [],
    currentId: null,
    renamingId: null,
    server: null,
    notice: null,
    preferences: PREFERENCES
  }));
  const { getState, setState } = store;

  function keepRuns(rows: readonly RunRow[]): void {
    if (rows.length > 0) {
      const fresh = Object.fromEntries(rows.map(row => [row.run_id, row]));
      setState(({ runs }) => ({ runs: { ...runs, ...fresh } }));
    }
  }

  const { toggleFold, loadMoreOfFold, refreshFolds } = createFolds(api, {
    getState,
    keepRuns,
    setState
  });
  const reading = createReading(api, {
    getState,
    keepRuns,
    refreshFolds,
    setState
  });
  const { load, refresh, setOrder } = reading;

  /** Shows another list; `keep`: what is shown stays until that is read. */
  function restart(change: Partial<TrackbookState>, keep = false): void {
    reading.leave();
    setState(({ list }) => ({
      ...change,
      folds: {},
      list: keep ? list : { ...NO_LIST, phase: { kind: 'loading' } }
    }));
    void load();
  }

  const { edit, receiveRun } = createEdits(api, {
    getState,
    keepRuns,
    setState
  });

  let search: Search | null = null;
  let bulk: Bulk | null = null;
  /** Acts on many runs; the code for that is fetched when somebody does. */
  async function onMany(act: (bulk: Bulk) => void | Promise<void>) {
    try {
      const { createBulk } = await import('./bulk');
      bulk ??= createBulk(api, { getState, setState, showNews });
    } catch (thrown) {
      setState({ notice: { kind: 'failed', message: messageOf(thrown) } });
      return;
    }
    await act(bulk);
  }
  async function showNews(): Promise<void> {
    await refresh();
    // What the user asked for is not held back, wherever the pointer is by now.
    reading.showWaiting();
  }

  const actions: TrackbookActions = {
    load,
    readGroup: reading.readGroup,
    loadMoreGroups: reading.loadMoreGroups,
    toggleFold,
    loadMoreOfFold,
    refresh,
    receiveRun,
    setScope: scope => {
      if (scope !== getState().scope) {
        restart({ scope, experimentId: null, place: null });
      }
    },
    setTrashed: (trashed, archived = false) => {
      const now = getState();
      if (trashed !== now.trashed || archived !== now.archived) {
        restart({ trashed, archived, selection: [], notice: null });
      }
    },
    search: async text => {
      const { createSearch } = await import('./search');
      search ??= createSearch(api, { getState, restart });
      return search(text);
    },
    setSort: (sort, thenBy = []) => {
      const next = { sort, thenBy: thenBy.slice(0, MOST_SORTS - 1) };
      if (sortsOf(next).join('\n') !== sortsOf(getState()).join('\n')) {
        restart(next, true);
      }
    },
    setGroup: group => {
      if (group !== getState().group) {
        restart({ group, collapsed: {} });
      }
    },
    collapse: (key, isCollapsed) => {
      const { collapsed, list } = getState();
      setState({ collapsed: { ...collapsed, [key]: isCollapsed } });
      setOrder(list.order, {});
    },
    setColumns: columns => {
      const state = getState();
      restart(
        {
          columns: {
            ...state.columns,
            [scopeName(state)]: columns.slice(0, MOST_COLUMNS)
          }
        },
        true
      );
    },
    showAlso: alsoShown => {
      const before = getState().alsoShown;
      if (alsoShown.some(name => !before.includes(name))) {
        restart({ alsoShown }, true);
      } else if (alsoShown.length < before.length) {
        setState({ alsoShown });
      }
    },
    setWidth: (column, width) => {
      setState(({ widths }) => ({ widths: { ...widths, [column]: width } }));
    },
    setFolder: folder => {
      const state = getState();
      const isThere =
        folderOf({ ...state, folder }) === folderOf(state) &&
        state.experimentId === null;
      if (isThere) {
        setState({ folder });
      } else {
        restart({ folder, experimentId: null, place: null });
      }
    },
    setExperiment: experimentId => {
      if (experimentId !== getState().experimentId) {
        restart({ experimentId });
      }
    },
    setNotebookPath: (notebookPath, renamed = false) => {
      const state = getState();
      if (notebookPath === state.notebookPath) {
        return;
      }
      const columns = renamed ? followed(state, notebookPath) : state.columns;
      const next = { ...state, notebookPath };
      // Nobody has looked yet, or what is shown does not depend on it.
      const isSame =
        state.scope === 'folder'
          ? folderOf(next) === folderOf(state)
          : state.scope === 'all';
      if (state.list.phase.kind === 'idle' || isSame) {
        setState({ notebookPath, columns });
      } else {
        restart({ notebookPath, columns, experimentId: null }, renamed);
      }
    },
    hold: reading.hold,
    showWaiting: reading.showWaiting,
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
    editMany: (runIds, change, edited) =>
      onMany(many => many.editMany(runIds, change, edited)),
    undoMany: undo => onMany(many => many.undoMany(undo)),
    stopEditing: () => {
      bulk?.stop();
    },
    selectAll: () => onMany(many => many.selectAll()),
    say: notice => {
      setState({ notice });
    },
    prefer: preferences => {
      setState({ preferences });
    }
  };
  return Object.assign(store, { actions });
}

/** The columns, where those chosen for a notebook follow it to another path. */
function followed(
  state: TrackbookState,
  path: string | null
): TrackbookState['columns'] {
  const chosen = state.columns[`notebook:${state.notebookPath}`];
  return chosen === undefined || path === null
    ? state.columns
    : { ...state.columns, [`notebook:${path}`]: chosen };
}
