import { describe, expect, it } from 'vitest';

import { sampleMetric, sampleRow } from '../tests/samples';
import type { RunRow } from './contract';
import { WITHOUT_RESULT } from './folds';
import { bestOf, listItems } from './list-items';
import type { ListSource } from './list-items';
import type { Fold } from './state';

function source(
  rows: readonly RunRow[],
  change: Partial<ListSource> = {}
): ListSource {
  return {
    rows,
    sort: '-started_at',
    collapsed: new Set(),
    runs: {},
    folds: {},
    withoutResultCount: 0,
    ...change
  };
}

function readFold(ids: readonly string[]): Fold {
  return { phase: { kind: 'ready' }, ids, cursor: null };
}

describe('the items of a list', () => {
  const today = sampleRow(2, {
    started_at: new Date(2026, 10, 23, 9).toISOString()
  });
  const before = sampleRow(1, {
    started_at: new Date(2026, 10, 22, 9).toISOString()
  });

  it('stand under their days', () => {
    const items = listItems(source([today, before]));
    expect(items.map(item => item.kind)).toEqual(['day', 'run', 'day', 'run']);
  });

  it('have the runs alike to one below it while they are unfolded', () => {
    const alike = sampleRow(3);
    const items = listItems(
      source([today, before], {
        runs: { r3: alike },
        folds: { r2: readFold(['r3']) }
      })
    );
    expect(items.map(item => (item.kind === 'run' ? item.fold : '-'))).toEqual([
      '-',
      null,
      'r2',
      '-',
      null
    ]);
  });

  it('end in those without result, which can be opened', () => {
    const quiet = sampleRow(3, { main_metric: null });
    const closed = source([today], { withoutResultCount: 1 });
    expect(listItems(closed).map(item => item.kind)).toEqual([
      'day',
      'run',
      'fold'
    ]);
    const open = source([today], {
      withoutResultCount: 1,
      runs: { r3: quiet },
      folds: { [WITHOUT_RESULT]: readFold(['r3']) }
    });
    expect(listItems(open).map(item => item.kind)).toEqual([
      'day',
      'run',
      'fold',
      'run'
    ]);
  });

  it('say where a fold is not read to its end', () => {
    const folds = { [WITHOUT_RESULT]: { ...readFold([]), cursor: 'next' } };
    const items = listItems(source([], { withoutResultCount: 9, folds }));
    expect(items.map(item => item.kind)).toEqual(['fold', 'fold-end']);
  });

  it('are folded away with their day', () => {
    const items = listItems(
      source([today, before], { collapsed: new Set(['2026-11-23']) })
    );
    expect(items.map(item => item.kind)).toEqual(['day', 'day', 'run']);
  });

  it('have no days where the order is not by time', () => {
    const items = listItems(source([today, before], { sort: 'name' }));
    expect(items.map(item => item.kind)).toEqual(['run', 'run']);
  });
});

describe('the best of some runs', () => {
  it('follows the direction', () => {
    const loss = (number: number, value: number): RunRow =>
      sampleRow(number, {
        main_metric: sampleMetric({ key: 'loss', direction: 'lower', value })
      });
    expect(bestOf([loss(1, 0.3), loss(2, 0.1)])?.value).toBe(0.1);
  });

  it('is not said of different metrics', () => {
    const other = sampleRow(2, { main_metric: sampleMetric({ key: 'loss' }) });
    expect(bestOf([sampleRow(1), other])).toBeNull();
  });

  it('passes over what is no number', () => {
    const broken = sampleRow(2, {
      main_metric: sampleMetric({ value: 'Infinity' })
    });
    expect(bestOf([broken, sampleRow(1)])?.value).toBe(0.9731);
  });
});
