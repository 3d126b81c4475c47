import { describe, expect, it } from 'vitest';

import { sampleRow } from '../tests/samples';
import { compareRows, rangeBetween } from './selectors';

describe('the order by a value', () => {
  const rows = [
    sampleRow(1, { sort_values: [0.5] }),
    sampleRow(2, { sort_values: [null] }),
    sampleRow(3, { sort_values: ['auto'] }),
    sampleRow(4, { sort_values: [0.9] }),
    sampleRow(5, { sort_values: [0.5] })
  ];

  it.each([
    ['-param:lr', ['r3', 'r4', 'r5', 'r1', 'r2']],
    ['param:lr', ['r1', 'r5', 'r4', 'r3', 'r2']]
  ] as const)('has those without one last (%s)', (sort, ids) => {
    expect([...rows].sort(compareRows([sort])).map(row => row.run_id)).toEqual(
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
