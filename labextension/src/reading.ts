/**
 * Reading the list: its heads, the runs of the groups that are looked at, and what
 * changed since.
 */
import type { StoreApi } from 'zustand/vanilla';

import { failureOf } from './api';
import type { Api } from './api';
import type { RunGroup, RunList, RunRow } from './contract';
import {
  NO_ORDER,
  UNCOUNTED,
  UNGROUPED,
  groupsToRead,
  idsOf,
  isSameOrder,
  mergeOrder,
  takePage,
  ungrouped,
  withHeads,
  withSection
} from './sections';
import type { Order } from './sections';
import {
  PAGE_SIZE,
  folderOf,
  groupOf,
  pageOf,
  queryOf,
  sortsOf
} from './state';
import type { ListState, TrackbookState } from './state';

type Tools = Pick<StoreApi<TrackbookState>, 'getState' | 'setState'> & {
  readonly keepRuns: (rows: readonly RunRow[]) => void;
  readonly refreshFolds: () => void;
};

export type Reading = {
  readonly load: () => Promise<void>;
  readonly readGroup: (key: string) => Promise<void>;
  readonly loadMoreGroups: () => Promise<void>;
  readonly refresh: () => Promise<boolean>;
  readonly setOrder: (order: Order, change: Partial<ListState>) => void;
  readonly hold: (held: boolean) => void;
  readonly showWaiting: () => void;
  /** What is under way is of another list from now on: its answers are dropped. */
  readonly leave: () => void;
};

/** The pause in ms before the best of each group is read again. */
const HEADS_PAUSE_MS = 5_000;

export function createReading(api: Api, tools: Tools): Reading {
  const { getState, keepRuns, refreshFolds, setState } = tools;
  // Counts the lists asked for: an answer for an earlier one is dropped.
  let turn = 0;
  // Takes back what is asked for a list that was left.
  let aborter = new AbortController();
  let held = false;
  let refreshing: Promise<boolean> | null = null;
  let headsTimer: ReturnType<typeof setTimeout> | undefined;

  function setList(change: Partial<ListState>): void {
    setState(({ list }) => ({ list: { ...list, ...change } }));
  }

  function setOrder(order: Order, change: Partial<ListState>): void {
    setState(({ list, collapsed }) => ({
      list: { ...list, ...change, order, ids: idsOf(order, collapsed) }
    }));
  }

  /** Shows an order at once, or once the pointer has left the list. */
  function propose(order: Order, change: Partial<ListState> = {}): void {
    const { list } = getState();
    if (held && !isSameOrder(order, list.order)) {
      setList({ ...change, waiting: order });
    } else {
      setOrder(order, { ...change, waiting: null });
    }
  }

  function leave(): number {
    clearTimeout(headsTimer);
    headsTimer = undefined;
    aborter.abort();
    aborter = new AbortController();
    return ++turn;
  }

  async function load(): Promise<void> {
    const mine = leave();
    setList({ phase: { kind: 'loading' }, isCounted: false, waiting: null });
    void readPlace();
    try {
      const state = getState();
      if (groupOf(state) === 'none') {
        const page = await api.listRuns(pageOf(state), aborter.signal);
        if (mine !== turn) {
          return;
        }
        keepRuns(page.runs);
        const isWhole = page.next_cursor === null;
        const total = page.runs.length + (isWhole ? 0 : 1);
        const order = {
          ...NO_ORDER,
          groups: [ungrouped(isWhole ? total : UNCOUNTED)]
        };
        setOrder(takePage(order, [UNGROUPED], page, PAGE_SIZE), {
          ...fresh(total, page.change),
          groupCount: 1
        });
      } else {
        const heads = await api.listRunGroups(
          queryOf(state),
          0,
          aborter.signal
        );
        if (mine !== turn) {
          return;
        }
        const order = { ...NO_ORDER, groups: heads.groups };
        const first = heads.groups.find(
          group => state.collapsed[group.key] !== true
        );
        const read =
          first === undefined ? order : await readPage(order, first.key, mine);
        if (mine !== turn) {
          return;
        }
        setOrder(read, {
          ...fresh(countOf(heads.groups), heads.change),
          groupCount: heads.group_count
        });
      }
    } catch (thrown) {
      if (mine === turn) {
        setList({ phase: { kind: 'failed', failure: failureOf(thrown) } });
      }
      return;
    }
    refreshFolds();
    void readCounts(mine);
    void readServer();
  }

  /** Counts the runs of the list, which may take longer than reading its first. */
  async function readCounts(mine: number): Promise<void> {
    try {
      const counts = await api.countRuns(queryOf(getState()), aborter.signal);
      if (mine !== turn) {
        return;
      }
      setList({
        total: counts.total,
        isCounted: true,
        totalIsExact: counts.total_is_exact,
        hints: counts.hints,
        withoutResultCount: counts.without_result_count
      });
      if (groupOf(getState()) === 'none') {
        const { order, waiting } = getState().list;
        const groups = [ungrouped(counts.total)];
        setOrder(
          { ...order, groups },
          { waiting: waiting === null ? null : { ...waiting, groups } }
        );
      }
    } catch {
      // The next change tries again.
    }
  }

  /** A page of the groups `keys`, the first from its cursor. */
  async function listPart(
    first: string,
    keys: readonly string[],
    cursor: string | null
  ): Promise<RunList> {
    const query = {
      ...pageOf(getState()),
      ...(first === UNGROUPED ? {} : { of: keys }),
      ...(cursor === null ? {} : { cursor })
    };
    return api.listRuns(query, aborter.signal);
  }

  /** Reads what follows in a group, and what follows it; answers the new order. */
  async function readPage(
    order: Order,
    first: string,
    mine: number
  ): Promise<Order> {
    const state = getState();
    const keys = groupsToRead(order, state.collapsed, first, PAGE_SIZE);
    const cursor = order.sections[first]?.cursor ?? null;
    const page = await listPart(first, keys, cursor);
    if (mine !== turn) {
      return order;
    }
    keepRuns(page.runs);
    return takePage(order, keys, page, PAGE_SIZE);
  }

  async function readGroup(key: string): Promise<void> {
    const { list, collapsed } = getState();
    const section = list.order.sections[key];
    if (section?.isWhole === true || section?.phase.kind === 'loading') {
      return;
    }
    const mine = turn;
    const keys = groupsToRead(list.order, collapsed, key, PAGE_SIZE);
    const mark = (order: Order, phase: ListState['phase']): Order =>
      keys.reduce(
        (marked, each) => withSection(marked, each, { phase }),
        order
      );
    setOrder(mark(list.order, { kind: 'loading' }), {});
    try {
      const cursor = section?.cursor ?? null;
      const page = await listPart(key, keys, cursor);
      if (mine !== turn) {
        return;
      }
      keepRuns(page.runs);
      const now = getState().list;
      // What waits has the same runs, and others: it takes the page as well.
      setOrder(takePage(now.order, keys, page, PAGE_SIZE), {
        waiting:
          now.waiting === null
            ? null
            : takePage(now.waiting, keys, page, PAGE_SIZE)
      });
    } catch (thrown) {
      if (mine === turn) {
        const failure = failureOf(thrown);
        setOrder(mark(getState().list.order, { kind: 'failed', failure }), {});
      }
    }
  }

  async function loadMoreGroups(): Promise<void> {
    const { list } = getState();
    const mine = turn;
    const heads = await api.listRunGroups(
      queryOf(getState()),
      list.order.groups.length,
      aborter.signal
    );
    if (mine === turn) {
      // The order may have got the same groups meanwhile.
      const withMore = (order: Order): Order => {
        const known = new Set(order.groups.map(group => group.key));
        const more = heads.groups.filter(group => !known.has(group.key));
        return { ...order, groups: [...order.groups, ...more] };
      };
      const { order, waiting } = getState().list;
      setOrder(withMore(order), {
        waiting: waiting === null ? null : withMore(waiting)
      });
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
    // Several views ask for one list: one request answers them.
    refreshing ??= readChanges().finally(() => {
      refreshing = null;
    });
    return refreshing;
  }

  async function readChanges(): Promise<boolean> {
    const mine = turn;
    let page: RunList;
    try {
      const since = getState().list.change;
      page = await api.listRuns({ ...pageOf(getState()), since });
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
    await receive(page, mine);
    return page.runs.length + page.removed.length > 0;
  }

  async function receive(page: RunList, mine: number): Promise<void> {
    const before = getState().runs;
    const isElsewhere = page.runs.some(
      row => before[row.run_id]?.notebook_path !== row.notebook_path
    );
    keepRuns(page.runs);
    const hasNews = page.runs.length + page.removed.length > 0;
    if (hasNews) {
      refreshFolds();
    }
    const state = getState();
    const { list, runs } = state;
    const merged = mergeOrder(list.waiting ?? list.order, {
      runs,
      changed: page.runs.map(row => row.run_id),
      removed: page.removed,
      sorts: sortsOf(state)
    });
    const hasGroups = groupOf(getState()) !== 'none';
    const { groups } = merged.order;
    const total = hasGroups || !list.isCounted ? list.total : countOf(groups);
    propose(merged.order, { stale: null, change: page.change, total });
    deselect(page.removed);
    if (merged.hasMoved || isElsewhere) {
      void readPlace();
    }
    if (merged.hasMoved || page.removed.length > 0) {
      void readCounts(mine);
    }
    if (merged.hasMoved && hasGroups) {
      await readHeads(mine, page.runs);
    } else if (hasNews) {
      headsTimer ??= setTimeout(() => {
        headsTimer = undefined;
        void readCounts(mine);
        if (hasGroups) {
          void readHeads(mine, []);
        }
      }, HEADS_PAUSE_MS);
    }
  }

  /** Reads the heads again; `arrived` are runs that may be of a new group. */
  async function readHeads(
    mine: number,
    arrived: readonly RunRow[]
  ): Promise<void> {
    try {
      const heads = await api.listRunGroups(queryOf(getState()));
      if (mine === turn) {
        const state = getState();
        const { list } = state;
        const order = list.waiting ?? list.order;
        propose(withHeads(order, heads.groups, arrived, sortsOf(state)), {
          groupCount: heads.group_count
        });
      }
    } catch {
      // The counts are a little old then; the next change tries again.
    }
  }

  function deselect(removed: readonly string[]): void {
    const gone = new Set(removed);
    if (getState().selection.some(id => gone.has(id))) {
      setState(({ selection }) => ({
        selection: selection.filter(id => !gone.has(id))
      }));
    }
  }

  async function readPlace(): Promise<void> {
    const state = getState();
    if (state.scope !== 'folder') {
      return;
    }
    const path = folderOf(state);
    try {
      const place = await api.folder(path);
      if (folderOf(getState()) === path) {
        setState({ place });
      }
    } catch {
      // The list has its own words for a server that does not answer.
    }
  }

  async function readServer(): Promise<void> {
    try {
      setState({ server: await api.status() });
    } catch {
      // The list has its own words for a server that does not answer.
    }
  }

  function showWaiting(): void {
    const { waiting } = getState().list;
    if (waiting !== null) {
      setOrder(waiting, { waiting: null });
    }
  }

  return {
    load,
    readGroup,
    loadMoreGroups,
    refresh,
    setOrder,
    hold: now => {
      held = now;
      if (!held) {
        showWaiting();
      }
    },
    showWaiting,
    leave
  };
}

/** What is known of a list that has come and is not counted yet. */
function fresh(total: number, change: number): Partial<ListState> {
  return {
    phase: { kind: 'ready' },
    stale: null,
    total,
    isCounted: false,
    hints: [],
    change
  };
}

function countOf(groups: readonly RunGroup[]): number {
  return groups.reduce((count, group) => count + group.count, 0);
}
