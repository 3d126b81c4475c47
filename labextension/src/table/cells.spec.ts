import { describe, expect, it } from 'vitest';

import { sampleMetric, sampleRow, trans } from '../../tests/samples';
import { bestIn, bestMains, bestOf, evenFormat } from './cells';

function rowsWith(name: string, ...cells: unknown[]) {
  return cells.map((cell, index) =>
    sampleRow(index, { cells: cell === undefined ? {} : { [name]: cell } })
  );
}

describe('the numbers of a param', () => {
  it.each([
    [
      [0.1, 0.01, 0.003],
      ['0.100', '0.010', '0.003']
    ],
    [
      [1, 0.5, undefined],
      ['1.0', '0.5', '']
    ],
    [
      [10, 2],
      ['10', '2']
    ],
    [
      [0.1, 1e-9],
      ['0.1', '1e-09']
    ],
    [
      ['auto', 0.25],
      ['auto', '0.25']
    ]
  ])('of %o are written %o', (cells, texts) => {
    const rows = rowsWith('param:lr', ...cells);
    const format = evenFormat('param:lr', rows, trans, 'en');
    expect(rows.map(run => format(run.cells['param:lr']))).toEqual(texts);
  });
});

it('of very many runs, one with more decimals is written as it is', () => {
  const rows = rowsWith('param:lr', ...Array<number>(1000).fill(0.5), 0.125);
  const format = evenFormat('param:lr', rows, trans, 'en');
  expect([format(0.5), format(3), format(0.125)]).toEqual([
    '0.5',
    '3.0',
    '0.125'
  ]);
});

describe('the best', () => {
  it('is by the direction, of what is finite', () => {
    const rows = rowsWith('metric:loss', 0.5, 'NaN', 0.2, undefined);
    expect(bestIn('metric:loss', rows, 'lower')).toBe(0.2);
    expect(bestIn('metric:loss', rows, 'higher')).toBe(0.5);
    expect(bestIn('metric:loss', rows, null)).toBeNull();
  });

  it('is none where all are the same, or there is one', () => {
    expect(bestOf([1, 1], 'higher')).toBeNull();
    expect(bestOf([1], 'higher')).toBeNull();
  });

  it('is one for each main metric', () => {
    const loss = { key: 'loss', direction: 'lower' } as const;
    const best = bestMains([
      sampleRow(1, { main_metric: sampleMetric({ value: 0.9 }) }),
      sampleRow(2, { main_metric: sampleMetric({ value: 0.8 }) }),
      sampleRow(3, { main_metric: sampleMetric({ ...loss, value: 0.9 }) }),
      sampleRow(4, { main_metric: sampleMetric({ ...loss, value: 0.8 }) }),
      sampleRow(5, { main_metric: null })
    ]);
    expect([...best]).toEqual([
      ['val_acc', 0.9],
      ['loss', 0.8]
    ]);
  });
});
