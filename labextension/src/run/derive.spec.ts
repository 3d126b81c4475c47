import { describe, expect, it } from 'vitest';

import {
  makeExecution,
  makeMetric,
  makeParam,
  makeRun
} from '../../tests/views';
import {
  cellBars,
  gitState,
  orderedMetrics,
  orderedParams,
  titleOfSource
} from './derive';
import { formatBytes } from '../format';
import { parseTag } from './run-tags';
import { readCells } from './notebook-cells';

describe('titleOfSource', () => {
  it.each([
    [
      '# training\n\nfor epoch in range(3):\n    pass',
      'for epoch in range(3):'
    ],
    ['%matplotlib inline\nx = 1', 'x = 1'],
    ['# only a comment', '# only a comment'],
    ['', '']
  ])('calls %j by %j', (source, title) => {
    expect(titleOfSource(source)).toBe(title);
  });
});

describe('the order of things', () => {
  it('puts the main metric first', () => {
    const metrics = [makeMetric({ key: 'a' }), makeMetric({ key: 'b' })];
    const run = makeRun({ metric_list: metrics });
    const main = run.main_metric;
    const other = { ...run, main_metric: main && { ...main, key: 'b' } };
    expect(orderedMetrics(other).map(({ key }) => key)).toEqual(['b', 'a']);
  });

  it('puts params that changed before those that vary, and those before the rest', () => {
    const run = makeRun({
      param_list: [
        makeParam({ key: 'a', varies: false }),
        makeParam({ key: 'b' }),
        makeParam({ key: 'c', changed: true })
      ]
    });
    expect(orderedParams(run).map(({ key }) => key)).toEqual(['c', 'b', 'a']);
  });
});

describe('cellBars', () => {
  it('leaves out the pauses between executions', () => {
    const bars = cellBars(
      [
        makeExecution({ duration_ms: 1000 }),
        makeExecution({
          started_at: '2026-01-02T15:00:00.000000Z',
          duration_ms: 3000
        })
      ],
      0
    );
    expect(bars.map(({ start, length }) => [start, length])).toEqual([
      [0, 0.25],
      [0.25, 0.75]
    ]);
  });

  it('lets a cell that is running grow with the clock', () => {
    const running = makeExecution({ status: 'running', duration_ms: null });
    const now = Date.parse(running.started_at) + 5000;
    expect(cellBars([running], now)[0]).toMatchObject({
      durationMs: 5000,
      length: 1
    });
  });

  it('draws executions without a duration without dividing by zero', () => {
    const bars = cellBars([makeExecution({ duration_ms: null })], 0);
    expect(bars[0]).toMatchObject({ start: 0, length: 0 });
  });
});

describe('reading what has no contract', () => {
  it('takes git’s fields that are there', () => {
    expect(gitState({ commit: 'abc', dirty: true, branch: 3 })).toEqual({
      commit: 'abc',
      branch: null,
      isDirty: true
    });
    expect(gitState(null)).toBeNull();
  });

  it('joins a cell’s lines and refuses what is no notebook', () => {
    expect(
      readCells({ cells: [{ cell_type: 'code', source: ['a\n', 'b'] }, 3] })
    ).toEqual([{ id: null, type: 'code', source: 'a\nb' }]);
    expect(readCells({ cells: 'x' })).toBeNull();
    expect(readCells(null)).toBeNull();
  });

  it('reads a tag with and without a value', () => {
    expect(parseTag('candidate')).toEqual({ key: 'candidate', value: '' });
    expect(parseTag(' a = b=c ')).toEqual({ key: 'a', value: 'b=c' });
    expect(parseTag(' =x')).toBeNull();
  });

  it('gives sizes in the largest unit of which there is one', () => {
    expect([0, 999, 20480, 5_000_000].map(formatBytes)).toEqual([
      '0 B',
      '999 B',
      '20.5 KB',
      '5.0 MB'
    ]);
  });
});
