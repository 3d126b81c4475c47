import { describe, expect, it } from 'vitest';

import { makeMetric, makeRun, makeTable } from '../../tests/views';
import { bestRow, columnsOf, judgedBy, sortRows, toCsv } from './table';

const rows = [
  [3, 0.91],
  [10, 'NaN'],
  [2, 0.9731],
  [5, null]
];

describe('a table’s rows', () => {
  it('are sorted as numbers, either way, with what is missing last', () => {
    const by = (column: number, descending: boolean): unknown[] =>
      sortRows(rows, { column, descending }).map(row => row[0]);
    expect(by(0, false)).toEqual([2, 3, 5, 10]);
    expect(by(1, false)).toEqual([3, 2, 10, 5]);
    expect(by(1, true)).toEqual([2, 3, 10, 5]);
    expect(sortRows(rows, null)).toBe(rows);
  });

  it('are sorted as words where they are such', () => {
    const names = [['relu'], ['gelu'], [null], [true]];
    expect(sortRows(names, { column: 0, descending: false })).toEqual([
      ['gelu'],
      ['relu'],
      [true],
      [null]
    ]);
  });
});

describe('the best row', () => {
  const table = makeTable({ rows });

  it('follows the direction of the result', () => {
    const higher = makeRun({ metric_list: [makeMetric({ key: 'score' })] });
    expect(bestRow(rows, judgedBy(table, higher))).toBe(rows[2]);
    const lower = makeRun({
      metric_list: [makeMetric({ key: 'score', direction: 'lower' })]
    });
    expect(bestRow(rows, judgedBy(table, lower))).toBe(rows[0]);
  });

  it('is none where the direction is not known', () => {
    const run = makeRun({
      metric_list: [makeMetric({ key: 'score', direction: null })]
    });
    expect(bestRow(rows, judgedBy(table, run))).toBeNull();
    expect(bestRow(rows, judgedBy(table, makeRun()))).toBeNull();
  });

  it('of a search is the one with the highest score', () => {
    const search = makeTable({
      origin: 'search',
      columns: ['C', 'mean_fit_time', 'mean_test_score'],
      params: ['C'],
      rows: [
        [1, 0.1, 0.8],
        [10, 0.1, 0.9]
      ]
    });
    expect(judgedBy(search, makeRun())).toMatchObject({
      column: 2,
      direction: 'higher'
    });
  });
});

describe('the columns', () => {
  it('stand params first, results in one precision', () => {
    const table = makeTable({
      columns: ['score', 'depth'],
      rows: [
        [0.91, 3],
        [0.9731, 2]
      ]
    });
    const columns = columnsOf(table, table.rows);
    expect(columns.map(column => column.name)).toEqual(['depth', 'score']);
    expect(columns.map(column => column.format(0.91))).toEqual([
      '0.91',
      '0.9100'
    ]);
    expect(columns[1]?.format(null)).toBe('–');
  });
});

describe('CSV', () => {
  it('keeps every value, and quotes what would break it', () => {
    expect(
      toCsv(
        ['depth', 'a "b", c'],
        [
          [0.1 + 0.2, 'x\ny'],
          [null, true],
          ['NaN', { a: 1 }]
        ]
      )
    ).toBe(
      'depth,"a ""b"", c"\r\n' +
        '0.30000000000000004,"x\ny"\r\n' +
        ',True\r\n' +
        'NaN,"{""a"":1}"\r\n'
    );
  });
});
