import { describe, expect, it, vi } from 'vitest';

import {
  sampleApi,
  samplePage,
  sampleRow,
  sampleStore,
  sampleUndo
} from '../tests/samples';
import { ApiError } from './api';
import type { Api } from './api';
import type { RunsEdited } from './contract';
import { readTag } from './sidebar/foot';

const ids = Array.from({ length: 600 }, (_, index) => `r${index}`);

/** A server on which no run was starred so far. */
const editRuns: Api['editRuns'] = async ({ run_ids }): Promise<RunsEdited> => ({
  count: run_ids.length,
  undo: [sampleUndo({ run_ids, starred: false })],
  change: 9
});

const listRuns = async () => samplePage([sampleRow(1)]);

describe('an edit of many runs', () => {
  it('is sent in parts, tells how far it is, and can be undone', async () => {
    const send = vi.fn(editRuns);
    const store = sampleStore(sampleApi({ listRuns, editRuns: send }));
    const told: unknown[] = [];
    store.subscribe(({ notice }) => {
      told.push(notice?.kind === 'working' ? notice.done : notice?.kind);
    });
    await store.actions.editMany(ids, { starred: true }, 'starred');
    expect(send).toHaveBeenCalledTimes(3);
    expect(told).toEqual(expect.arrayContaining([0, 250, 500, 'edited']));
    const { notice } = store.getState();
    expect(notice).toMatchObject({ kind: 'edited', count: 600 });
    if (notice?.kind === 'edited') {
      send.mockClear();
      await store.actions.undoMany(notice.undo);
    }
    expect(send.mock.calls.map(([edit]) => edit.starred)).toEqual([
      false,
      false,
      false
    ]);
    expect(store.getState().notice).toBeNull();
  });

  it('stops between two parts, and can be undone as far as it came', async () => {
    const store = sampleStore(
      sampleApi({
        listRuns,
        editRuns: async edit => {
          store.actions.stopEditing();
          return editRuns(edit);
        }
      })
    );
    await store.actions.editMany(ids, { starred: true }, 'starred');
    expect(store.getState().notice).toMatchObject({ count: 250 });
  });

  it('that fails on its way says why, and takes back what was done', async () => {
    let sent = 0;
    const send = vi.fn<Api['editRuns']>(async edit => {
      sent += 1;
      if (sent === 2) {
        throw new ApiError({ kind: 'offline' });
      }
      return editRuns(edit);
    });
    const store = sampleStore(sampleApi({ listRuns, editRuns: send }));
    await store.actions.editMany(ids, { starred: true }, 'starred');
    const { notice } = store.getState();
    expect(notice?.kind).toBe('failed');
    if (notice?.kind === 'failed') {
      await store.actions.undoMany(notice.undo ?? []);
    }
    expect(send.mock.lastCall?.[0]).toMatchObject({
      run_ids: ids.slice(0, 250),
      starred: false
    });
    expect(store.getState().notice).toBeNull();
  });

  it('says why it failed', async () => {
    const store = sampleStore(
      sampleApi({
        listRuns,
        editRuns: async () => {
          throw new ApiError({ kind: 'offline' });
        }
      })
    );
    await store.actions.editMany(['r1'], { starred: true }, 'starred');
    expect(store.getState().notice).toMatchObject({ kind: 'failed' });
  });
});

it('selects all of a list, page by page', async () => {
  const store = sampleStore(
    sampleApi({
      listRunIds: async ({ cursor }) =>
        cursor === undefined
          ? { run_ids: ['a', 'b'], next_cursor: 'more' }
          : { run_ids: ['c'], next_cursor: null }
    })
  );
  await store.actions.selectAll();
  expect(store.getState().selection).toEqual(['a', 'b', 'c']);
});

it.each([
  ['team=red', { team: 'red' }],
  ['done', { done: '' }],
  [' url = a=b ', { url: 'a=b' }],
  ['-team', { team: null }],
  ['', null],
  ['-', null]
])('reads %j as a tag', (text, tag) => {
  expect(readTag(text)).toEqual(tag);
});
