import { describe, expect, it, vi } from 'vitest';

import {
  sampleApi,
  sampleGroup,
  sampleCounts,
  samplePage,
  sampleRow,
  sampleRun,
  sampleStore,
  sampleUndo
} from '../tests/samples';
import { ApiError } from './api';
import type { Api, RunQuery } from './api';
import type { RunCounts, RunList } from './contract';
import { columnsOf, queryOf } from './store';
import type { TrackbookStore } from './store';

async function loaded(api: Partial<Api>): Promise<TrackbookStore> {
  const store = sampleStore(sampleApi(api));
  await store.actions.load();
  return store;
}

function names(store: TrackbookStore): readonly string[] {
  const { list, runs } = store.getState();
  return list.ids.map(id => runs[id]?.name ?? '?');
}

/** The first page, and what each later question is told; the last one again and again. */
function pages(
  first: RunList,
  ...later: readonly Partial<RunList>[]
): Api['listRuns'] {
  let turn = 0;
  return async query => {
    if (query.since === undefined) {
      return first;
    }
    const news = later[Math.min(turn, later.length - 1)];
    turn += 1;
    return samplePage([], { change: 9, ...news });
  };
}

describe('reading the list', () => {
  it('asks for the notebook in hand', async () => {
    const listRuns = vi.fn<Api['listRuns']>(async () => samplePage([]));
    const store = sampleStore(sampleApi({ listRuns }));
    store.actions.setNotebookPath('a/churn.ipynb');
    expect(listRuns).not.toHaveBeenCalled();
    await store.actions.load();
    expect(listRuns.mock.lastCall?.[0]).toMatchObject({
      notebook_path: 'a/churn.ipynb'
    });
    store.actions.setScope('all');
    expect(listRuns.mock.lastCall?.[0].notebook_path).toBeUndefined();
  });

  it('drops an answer that a newer question has overtaken', async () => {
    const answers: ((page: RunList) => void)[] = [];
    const listRuns = async (): Promise<RunList> =>
      new Promise(resolve => answers.push(resolve));
    const store = sampleStore(sampleApi({ listRuns }));
    const first = store.actions.load();
    const second = store.actions.load();
    answers[1]?.(samplePage([sampleRow(2)]));
    answers[0]?.(samplePage([sampleRow(1)]));
    await Promise.all([first, second]);
    expect(names(store)).toEqual(['run 2']);
  });

  it('says why it failed', async () => {
    const store = await loaded({
      listRuns: async () => {
        throw new ApiError({ kind: 'missing' });
      }
    });
    expect(store.getState().list.phase).toEqual({
      kind: 'failed',
      failure: { kind: 'missing' }
    });
  });

  it('appends the next page, no run twice', async () => {
    const asked: RunQuery[] = [];
    const store = await loaded({
      listRuns: async query => {
        asked.push(query);
        return query.cursor === undefined
          ? samplePage([sampleRow(3), sampleRow(2)], { next_cursor: 'c' })
          : samplePage([sampleRow(2), sampleRow(1)]);
      }
    });
    await store.actions.readGroup('');
    await store.actions.readGroup('');
    expect(names(store)).toEqual(['run 3', 'run 2', 'run 1']);
    expect(asked.map(query => query.cursor)).toEqual([undefined, 'c']);
  });
});

describe('following changes', () => {
  it('changes a row in place', async () => {
    const changed = sampleRow(1, { name: 'renamed', change: 9 });
    const store = await loaded({
      listRuns: pages(samplePage([sampleRow(2), sampleRow(1)]), {
        runs: [changed]
      })
    });
    expect(await store.actions.refresh()).toBe(true);
    expect(names(store)).toEqual(['run 2', 'renamed']);
  });

  it('moves nothing under the pointer until it has left', async () => {
    const store = await loaded({
      listRuns: pages(samplePage([sampleRow(1)]), {
        runs: [sampleRow(2), sampleRow(1, { name: 'in place' })]
      })
    });
    store.actions.hold(true);
    await store.actions.refresh();
    expect(names(store)).toEqual(['in place']);
    expect(store.getState().list.waiting).not.toBeNull();
    store.actions.hold(false);
    expect(names(store)).toEqual(['run 2', 'in place']);
    expect(store.getState().list.waiting).toBeNull();
  });

  it('deselects what left the list', async () => {
    const store = await loaded({
      listRuns: pages(samplePage([sampleRow(2), sampleRow(1)]), {
        removed: ['r1']
      })
    });
    store.actions.toggle('r1');
    store.actions.toggle('r2');
    await store.actions.refresh();
    expect(store.getState().selection).toEqual(['r2']);
    expect(names(store)).toEqual(['run 2']);
  });

  it('reads the list anew when more changed than fits a page', async () => {
    const listRuns = vi.fn(
      pages(samplePage([sampleRow(1)]), {
        runs: [sampleRow(5)],
        next_cursor: 'more'
      })
    );
    const store = await loaded({ listRuns });
    await store.actions.refresh();
    expect(listRuns.mock.lastCall?.[0].since).toBeUndefined();
  });

  it('keeps what is shown while the server is away, and says so', async () => {
    let away = false;
    const store = await loaded({
      listRuns: async () => {
        if (away) {
          throw new ApiError({ kind: 'offline' });
        }
        return samplePage([sampleRow(1)]);
      }
    });
    away = true;
    await store.actions.refresh();
    expect(names(store)).toEqual(['run 1']);
    expect(store.getState().list.stale).toEqual({ kind: 'offline' });
    away = false;
    await store.actions.refresh();
    expect(store.getState().list.stale).toBeNull();
  });
});

describe('how many runs a list has', () => {
  it('comes after its first page, which does not wait for it', async () => {
    let tell = (_: RunCounts): void => undefined;
    const store = sampleStore(
      sampleApi({
        listRuns: async () =>
          samplePage([sampleRow(2), sampleRow(1)], { next_cursor: 'c' }),
        countRuns: async () =>
          new Promise(resolve => {
            tell = resolve;
          })
      })
    );
    store.setState({ group: 'none', scope: 'all' });
    await store.actions.load();
    const { list } = store.getState();
    expect(list.phase).toEqual({ kind: 'ready' });
    expect(list.ids).toEqual(['r2', 'r1']);
    expect(list.isCounted).toBe(false);

    tell(sampleCounts(100_000, { total_is_exact: false }));
    await vi.waitFor(() => {
      expect(store.getState().list).toMatchObject({
        isCounted: true,
        total: 100_000,
        totalIsExact: false
      });
    });
    expect(store.getState().list.order.groups[0]?.count).toBe(100_000);
  });

  it('is given up, as is the page, for a list that was left', async () => {
    const signals: (AbortSignal | undefined)[] = [];
    const store = sampleStore(
      sampleApi({
        listRuns: async (_, signal) => {
          signals.push(signal);
          return samplePage([sampleRow(1)]);
        },
        countRuns: async (_, signal) => {
          signals.push(signal);
          return sampleCounts(1);
        }
      })
    );
    store.setState({ group: 'none', scope: 'all' });
    await store.actions.load();
    expect(signals.map(signal => signal?.aborted)).toEqual([false, false]);
    await store.actions.load();
    expect(signals.map(signal => signal?.aborted)).toEqual([
      true,
      true,
      false,
      false
    ]);
  });
});

describe('a list in groups', () => {
  /** A server of two days: four runs today, of which two fit a page; one before. */
  function days(asked: RunQuery[]): Partial<Api> {
    const today = [5, 4, 3, 2].map(number =>
      sampleRow(number, { group: 'today' })
    );
    return {
      listRunGroups: async query => {
        asked.push(query);
        return {
          groups: [sampleGroup('today', 4), sampleGroup('before', 1)],
          group_count: 2,
          change: 5
        };
      },
      listRuns: async query => {
        asked.push(query);
        if (query.since !== undefined) {
          const runs = [sampleRow(6, { group: 'today', change: 6 })];
          return samplePage(runs, { change: 6 });
        }
        if (query.of?.[0] === 'before') {
          return samplePage([sampleRow(1, { group: 'before' })]);
        }
        return query.cursor === undefined
          ? samplePage(today.slice(0, 2), { next_cursor: 'c' })
          : samplePage([...today.slice(2), sampleRow(1, { group: 'before' })]);
      }
    };
  }

  async function grouped(asked: RunQuery[]): Promise<TrackbookStore> {
    const store = sampleStore(sampleApi(days(asked)));
    store.setState({ group: 'day', scope: 'all' });
    await store.actions.load();
    return store;
  }

  it('reads the heads, then the runs of the first groups', async () => {
    const asked: RunQuery[] = [];
    const store = await grouped(asked);
    expect(names(store)).toEqual(['run 5', 'run 4']);
    expect(asked[0]).toMatchObject({ group: 'day' });
    expect(asked[0]?.time_zone).toBeTruthy();
    expect(asked[1]?.of).toEqual(['today', 'before']);
    await store.actions.readGroup('today');
    expect(names(store)).toEqual(['run 5', 'run 4', 'run 3', 'run 2', 'run 1']);
    expect(asked[2]).toMatchObject({ cursor: 'c', of: ['today', 'before'] });
  });

  it('has a group once, however often its head is read', async () => {
    const asked: RunQuery[] = [];
    const store = await grouped(asked);
    const { order } = store.getState().list;
    store.setState(({ list }) => ({
      list: { ...list, order: { ...order, groups: [] } }
    }));
    const reading = store.actions.loadMoreGroups();
    store.setState(({ list }) => ({
      list: { ...list, order, waiting: order }
    }));
    await reading;
    for (const shown of [
      store.getState().list.order,
      store.getState().list.waiting
    ]) {
      expect(shown?.groups.map(group => group.key)).toEqual([
        'today',
        'before'
      ]);
    }
  });

  it('does not read what is folded away', async () => {
    const asked: RunQuery[] = [];
    const store = sampleStore(sampleApi(days(asked)));
    store.setState({ group: 'day', collapsed: { today: true } });
    await store.actions.load();
    expect(asked[1]?.of).toEqual(['before']);
    expect(names(store)).toEqual(['run 1']);
  });

  it('puts a run that came into its group, and reads the heads again', async () => {
    const asked: RunQuery[] = [];
    const store = await grouped(asked);
    await store.actions.refresh();
    expect(names(store)).toEqual(['run 6', 'run 5', 'run 4']);
    expect(asked[asked.length - 1]?.since).toBeUndefined();
  });

  it('has no days where the order is not by time', async () => {
    const asked: RunQuery[] = [];
    const store = await grouped(asked);
    store.actions.setSort('-param:lr');
    expect(asked[asked.length - 1]).toMatchObject({ sort: ['-param:lr'] });
    expect(asked[asked.length - 1]?.group).toBeUndefined();
  });

  it('reads no heads for a list that has lost its groups meanwhile', async () => {
    vi.useFakeTimers();
    try {
      const listRunGroups = vi.fn(days([]).listRunGroups);
      const listRuns: Api['listRuns'] = async ({ group }) =>
        samplePage([sampleRow(1, group === 'day' ? { group: 'today' } : {})]);
      const store = sampleStore(sampleApi({ listRunGroups, listRuns }));
      store.setState({ group: 'day', scope: 'all' });
      await store.actions.load();
      await store.actions.refresh();
      store.actions.setSort('-param:lr');
      listRunGroups.mockClear();
      await vi.advanceTimersByTimeAsync(60_000);
      expect(listRunGroups).not.toHaveBeenCalled();
      expect(names(store)).toEqual(['run 1']);
    } finally {
      vi.useRealTimers();
    }
  });
});

describe('what is chosen for a scope', () => {
  it('is of the notebook, the folder or all, and follows a rename', async () => {
    const store = await loaded({ listRuns: async () => samplePage([]) });
    store.actions.setNotebookPath('a/churn.ipynb');
    store.actions.setColumns(['param:lr']);
    expect(columnsOf(store.getState())).toEqual(['param:lr']);
    store.actions.setScope('folder');
    expect(columnsOf(store.getState())).toEqual([]);
    expect(queryOf(store.getState())).toMatchObject({ folder: 'a' });
    store.actions.setScope('notebook');
    store.actions.setNotebookPath('b/churn.ipynb', true);
    expect(columnsOf(store.getState())).toEqual(['param:lr']);
    expect(queryOf(store.getState()).column).toEqual(['param:lr']);
  });

  it('walks through folders, and into an experiment', async () => {
    const store = await loaded({ listRuns: async () => samplePage([]) });
    store.actions.setScope('folder');
    store.actions.setFolder('a/b');
    store.actions.setExperiment('e1');
    expect(queryOf(store.getState())).toMatchObject({ experiment_id: 'e1' });
    expect(queryOf(store.getState()).folder).toBeUndefined();
    store.actions.setFolder('a/b');
    expect(queryOf(store.getState())).toMatchObject({ folder: 'a/b' });
  });
});

describe('editing', () => {
  const one = sampleRow(1);

  it('shows a name at once and takes it back when it is refused', async () => {
    const problem = {
      error: 'bad_input',
      message: 'That name is too long.',
      position: null
    };
    const store = await loaded({
      listRuns: async () => samplePage([one]),
      editRun: async () => {
        throw new ApiError({ kind: 'refused', status: 400, problem });
      }
    });
    const renaming = store.actions.rename('r1', 'better');
    expect(names(store)).toEqual(['better']);
    await renaming;
    expect(names(store)).toEqual(['run 1']);
    expect(store.getState().notice).toEqual({
      kind: 'failed',
      message: 'That name is too long.'
    });
  });

  it('does not make an automatic name the user’s by leaving it as it is', async () => {
    const editRun = vi.fn(async () => sampleRun(one));
    const store = await loaded({
      listRuns: async () => samplePage([one]),
      editRun
    });
    await store.actions.rename('r1', 'run 1');
    expect(editRun).not.toHaveBeenCalled();
  });

  it('does not overwrite a newer row with an older answer', async () => {
    const store = await loaded({
      listRuns: async () =>
        samplePage([sampleRow(1, { change: 7, name: 'newer' })])
    });
    store.actions.receiveRun(sampleRun(sampleRow(1, { change: 5 })));
    expect(names(store)).toEqual(['newer']);
  });

  it('undoes a move to the trash under the pointer, too', async () => {
    const store = await loaded({
      listRuns: pages(
        samplePage([sampleRow(2), sampleRow(1)]),
        { removed: ['r2'] },
        { runs: [sampleRow(2)] }
      ),
      editRuns: async ({ run_ids, trashed }) => ({
        count: run_ids.length,
        undo: [sampleUndo({ run_ids, trashed: trashed !== true })],
        change: 9
      })
    });
    store.actions.hold(true);
    await store.actions.editMany(['r2'], { trashed: true }, 'trashed');
    expect(names(store)).toEqual(['run 1']);
    const { notice } = store.getState();
    expect(notice).toMatchObject({ kind: 'edited', edited: 'trashed' });
    if (notice?.kind === 'edited') {
      await store.actions.undoMany(notice.undo);
    }
    expect(names(store)).toEqual(['run 2', 'run 1']);
  });

  it('leaves runs where they are when the server refuses to trash them', async () => {
    const store = await loaded({
      listRuns: async () => samplePage([sampleRow(2), sampleRow(1)]),
      editRuns: async () => {
        throw new ApiError({ kind: 'offline' });
      }
    });
    await store.actions.editMany(['r1', 'r2'], { trashed: true }, 'trashed');
    expect(names(store)).toEqual(['run 2', 'run 1']);
    expect(store.getState().notice?.kind).toBe('failed');
  });
});

describe('selecting', () => {
  it('keeps the order in which runs were chosen', async () => {
    const store = await loaded({
      listRuns: async () =>
        samplePage([3, 2, 1].map(number => sampleRow(number)))
    });
    store.actions.toggle('r1');
    store.actions.selectRange('r3', 'r2');
    expect(store.getState().selection).toEqual(['r1', 'r3', 'r2']);
  });
});
