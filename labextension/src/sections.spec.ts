import { describe, expect, it } from 'vitest';

import { sampleGroup, sampleRow } from '../tests/samples';
import type { RunRow } from './contract';
import {
  NO_ORDER,
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

function byId(rows: readonly RunRow[]): Record<string, RunRow> {
  return Object.fromEntries(rows.map(row => [row.run_id, row]));
}

/** A list without groups of which some runs are read. */
function flat(ids: readonly string[], isWhole = true): Order {
  const order = { ...NO_ORDER, groups: [ungrouped(ids.length)] };
  return withSection(order, UNGROUPED, { ids, isWhole });
}

const three: Order = {
  groups: [sampleGroup('a', 2), sampleGroup('b', 3), sampleGroup('c', 9)],
  sections: {}
};

const merge = {
  runs: byId([1, 2, 3, 4, 5].map(number => sampleRow(number))),
  changed: [],
  removed: [],
  sorts: ['-started_at']
} as const;

function merged(order: Order, change: object): readonly string[] {
  return idsOf(mergeOrder(order, { ...merge, ...change }).order, {});
}

describe('merging what changed into a list', () => {
  it('puts a new run where its order says', () => {
    expect(merged(flat(['r4', 'r2']), { changed: ['r5', 'r3'] })).toEqual([
      'r5',
      'r4',
      'r3',
      'r2'
    ]);
  });

  it('takes out what left', () => {
    expect(merged(flat(['r4', 'r2']), { removed: ['r4'] })).toEqual(['r2']);
  });

  it('leaves to its page what sorts behind the last row', () => {
    expect(merged(flat(['r4', 'r3'], false), { changed: ['r1'] })).toEqual([
      'r4',
      'r3'
    ]);
  });

  it('is read from its begin where nothing of it is left', () => {
    const { order } = mergeOrder(
      withSection(flat(['r2', 'r1'], false), UNGROUPED, {
        cursor: 'behind r1'
      }),
      { ...merge, removed: ['r1', 'r2'] }
    );
    expect(order.sections[UNGROUPED]).toMatchObject({ ids: [], cursor: null });
  });

  it('lists a run once, however often it changes', () => {
    expect(merged(flat(['r2', 'r1']), { changed: ['r2'] })).toEqual([
      'r2',
      'r1'
    ]);
  });

  it('moves a run to the group that it is in now, and counts it there', () => {
    const order: Order = {
      groups: [sampleGroup('a', 2), sampleGroup('b', 1)],
      sections: {
        a: {
          phase: { kind: 'ready' },
          ids: ['r3', 'r1'],
          cursor: null,
          isWhole: true
        },
        b: {
          phase: { kind: 'ready' },
          ids: ['r2'],
          cursor: null,
          isWhole: true
        }
      }
    };
    const runs = { ...merge.runs, r3: sampleRow(3, { group: 'b' }) };
    const { order: after, hasMoved } = mergeOrder(order, {
      ...merge,
      runs,
      changed: ['r3']
    });
    expect(after.sections['a']?.ids).toEqual(['r1']);
    expect(after.sections['b']?.ids).toEqual(['r3', 'r2']);
    expect(after.groups.map(group => group.count)).toEqual([1, 2]);
    expect(hasMoved).toBe(true);
  });

  it('says whether a count may be another', () => {
    const order = flat(['r2', 'r1']);
    const inPlace = mergeOrder(order, { ...merge, changed: ['r2'] });
    expect(inPlace.hasMoved).toBe(false);
    expect(isSameOrder(inPlace.order, order)).toBe(true);
    const elsewhere = { ...merge.runs, r5: sampleRow(5, { group: 'new' }) };
    expect(
      mergeOrder(order, { ...merge, runs: elsewhere, changed: ['r5'] }).hasMoved
    ).toBe(true);
  });
});

describe('reading groups', () => {
  it('asks for as many at once as a page has room for', () => {
    expect(groupsToRead(three, {}, 'a', 4)).toEqual(['a', 'b']);
    expect(groupsToRead(three, { b: true }, 'a', 4)).toEqual(['a', 'c']);
    expect(groupsToRead(three, {}, 'c', 4)).toEqual(['c']);
  });

  it('stops before a group of which some is read', () => {
    const order = withSection(three, 'b', { ids: ['r1'] });
    expect(groupsToRead(order, {}, 'a', 100)).toEqual(['a']);
    expect(groupsToRead(order, {}, 'b', 100)).toEqual(['b', 'c']);
  });

  it('takes a page that ends within a group', () => {
    const runs = [
      sampleRow(4, { group: 'a' }),
      sampleRow(3, { group: 'a' }),
      sampleRow(2, { group: 'b' })
    ];
    const page = { runs, next_cursor: 'behind r2' };
    const after = takePage(three, ['a', 'b', 'c'], page, 3);
    expect(after.sections).toMatchObject({
      a: { ids: ['r4', 'r3'], isWhole: true, cursor: null },
      b: { ids: ['r2'], isWhole: false, cursor: 'behind r2' },
      c: { ids: [], isWhole: false, phase: { kind: 'idle' } }
    });
    expect(idsOf(after, {})).toEqual(['r4', 'r3', 'r2']);
    expect(idsOf(after, { a: true })).toEqual(['r2']);
  });

  it('leaves unread what comes behind a page that a group fills', () => {
    const runs = [sampleRow(4, { group: 'a' }), sampleRow(3, { group: 'a' })];
    const after = takePage(three, ['a', 'b'], { runs, next_cursor: null }, 2);
    expect(after.sections).toMatchObject({
      a: { isWhole: true },
      b: { isWhole: false }
    });
  });

  it('knows groups whole that are empty by the time they are read', () => {
    const after = takePage(three, ['a'], { runs: [], next_cursor: null }, 100);
    expect(after.sections['a']?.isWhole).toBe(true);
  });
});

describe('new heads', () => {
  it('keep what is read, and have the only run of a new group at once', () => {
    const order = withSection(three, 'b', { ids: ['r2'], isWhole: true });
    const arrived = [sampleRow(5, { group: 'today' })];
    const after = withHeads(
      order,
      [sampleGroup('today', 1), sampleGroup('b', 1)],
      arrived,
      ['-started_at']
    );
    expect(after.groups.map(group => group.key)).toEqual(['today', 'b']);
    expect(idsOf(after, {})).toEqual(['r5', 'r2']);
    expect(after.sections['today']?.isWhole).toBe(true);
  });
});
