import { describe, expect, it } from 'vitest';

import { sampleGroup, sampleRow } from '../tests/samples';
import type { RunRow } from './contract';
import { WITHOUT_RESULT } from './folds';
import { itemKey, listItems } from './list-items';
import type { ListSource } from './list-items';
import { NO_ORDER, withSection } from './sections';
import type { Order } from './sections';
import type { Fold } from './state';

/** Two groups: both runs of the first are read, none of the second. */
const order: Order = withSection(
  { ...NO_ORDER, groups: [sampleGroup('a', 2), sampleGroup('b', 3)] },
  'a',
  { ids: ['r2', 'r1'], isWhole: true }
);

function source(change: Partial<ListSource> = {}): ListSource {
  const runs: Record<string, RunRow> = {};
  for (const number of [1, 2, 3]) {
    runs[`r${number}`] = sampleRow(number);
  }
  return {
    order,
    groupCount: order.groups.length,
    collapsed: {},
    runs,
    folds: {},
    withoutResultCount: 0,
    place: null,
    ...change
  };
}

function keys(change: Partial<ListSource> = {}): readonly string[] {
  return listItems(source(change)).map(itemKey);
}

function readFold(ids: readonly string[]): Fold {
  return { phase: { kind: 'ready' }, ids, cursor: null };
}

describe('the items of a list', () => {
  it('stand under their groups, which end in what is not read', () => {
    expect(keys()).toEqual([
      'group:a',
      'run:r2',
      'run:r1',
      'group:b',
      'group-end:b'
    ]);
    expect(listItems(source())[4]).toMatchObject({ left: 3 });
  });

  it('leave out the runs of a group that is folded away', () => {
    expect(keys({ collapsed: { a: true, b: true } })).toEqual([
      'group:a',
      'group:b'
    ]);
  });

  it('say how many groups are not read', () => {
    expect(keys({ groupCount: 900 }).slice(-1)).toEqual(['groups-end']);
  });

  it('have the runs alike to one below it while they are unfolded', () => {
    expect(keys({ folds: { r2: readFold(['r3']) } }).slice(0, 4)).toEqual([
      'group:a',
      'run:r2',
      'run:r3',
      'run:r1'
    ]);
  });

  it('end in those without result, which can be opened', () => {
    expect(keys({ withoutResultCount: 1 }).slice(-1)).toEqual([
      'fold:without-result'
    ]);
    const open = { [WITHOUT_RESULT]: readFold(['r3']) };
    expect(keys({ withoutResultCount: 1, folds: open }).slice(-2)).toEqual([
      'fold:without-result',
      'run:r3'
    ]);
  });

  it('say of an open fold that it is not all there', () => {
    const half: Fold = {
      phase: { kind: 'ready' },
      ids: ['r3'],
      cursor: 'more'
    };
    const open = { [WITHOUT_RESULT]: half };
    expect(keys({ withoutResultCount: 9, folds: open }).slice(-1)).toEqual([
      'fold-end:without-result'
    ]);
  });

  it('begin with what a folder has to walk into', () => {
    const at = '2026-11-23T12:00:00.000000Z';
    const experiment = {
      experiment_id: 'e1',
      name: 'churn',
      notebook_path: 'a/churn.ipynb',
      run_count: 2,
      last_started_at: at
    };
    const place = {
      path: 'a',
      folders: [],
      experiments: [experiment],
      change: 1
    };
    expect(keys({ place })[0]).toBe('group:a');
    const folder = {
      path: 'a/b',
      name: 'b',
      run_count: 1,
      last_started_at: at
    };
    expect(
      keys({ place: { ...place, folders: [folder] } }).slice(0, 3)
    ).toEqual(['folder:a/b', 'experiment:e1:a/churn.ipynb', 'group:a']);
  });
});
