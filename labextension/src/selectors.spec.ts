import { describe, expect, it } from 'vitest';

import { sampleMetric, sampleRow } from '../tests/samples';
import type { RunRow } from './contract';
import { comparatorOf, mergeIds, rangeBetween } from './selectors';

function byId(rows: readonly RunRow[]): Record<string, RunRow> {
  return Object.fromEntries(rows.map(row => [row.run_id, row]));
}

describe('merging what changed into a list', () => {
  const runs = byId([1, 2, 3, 4, 5].map(number => sampleRow(number)));
  const merge = {
    runs,
    changed: [],
    removed: [],
    sort: '-started_at',
    hasMore: false
  } as const;

  it('puts a new run where its order says', () => {
    expect(mergeIds(['r4', 'r2'], { ...merge, changed: ['r5', 'r3'] })).toEqual(
      ['r5', 'r4', 'r3', 'r2']
    );
  });

  it('takes out what left', () => {
    expect(mergeIds(['r4', 'r2'], { ...merge, removed: ['r4'] })).toEqual([
      'r2'
    ]);
  });

  it('leaves to its page what sorts behind the last row', () => {
    expect(
      mergeIds(['r4', 'r3'], { ...merge, changed: ['r1'], hasMore: true })
    ).toEqual(['r4', 'r3']);
  });

  it('lists a run once, however often it changes', () => {
    expect(mergeIds(['r2', 'r1'], { ...merge, changed: ['r2'] })).toEqual([
      'r2',
      'r1'
    ]);
  });
});

describe('the order by metric', () => {
  const rows = [
    sampleRow(1, { main_metric: sampleMetric({ value: 0.5 }) }),
    sampleRow(2, { main_metric: null }),
    sampleRow(3, { main_metric: sampleMetric({ value: 'NaN' }) }),
    sampleRow(4, { main_metric: sampleMetric({ value: 0.9 }) })
  ];

  it.each([
    ['-main_metric', ['r4', 'r1', 'r3', 'r2']],
    ['main_metric', ['r1', 'r4', 'r3', 'r2']]
  ] as const)('has those without a number last (%s)', (sort, ids) => {
    expect([...rows].sort(comparatorOf(sort)).map(row => row.run_id)).toEqual(
      ids
    );
  });
});

describe('a range', () => {
  it('goes both ways and has both ends', () => {
    expect(rangeBetween(['a', 'b', 'c', 'd'], 'c', 'a')).toEqual([
      'a',
      'b',
      'c'
    ]);
  });

  it('is its end where its start has left the list', () => {
    expect(rangeBetween(['a', 'b'], 'gone', 'b')).toEqual(['b']);
  });
});
