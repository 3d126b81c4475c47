import { describe, expect, it } from 'vitest';

import { SIZE, THEME } from '../../tests/plot';
import { groupsOf, sortedByValue } from './bars';
import type { ValuedRun } from './bars';
import { measureOf } from './measure';
import { rowScene } from './row-scene';
import type { Row } from './row-scene';

function run(runId: string, value: number): ValuedRun {
  return { runId, name: `run ${runId}`, color: 'red', value };
}

describe('measures', () => {
  it('are numbers where all that is there is one, and written as given', () => {
    const rates = measureOf([0.001, null, 'Infinity', undefined, 0.1], true);
    expect(rates.words).toBeNull();
    expect(rates.values).toEqual([0.001, NaN, NaN, NaN, 0.1]);
    expect(rates.values.map(rates.write)).toEqual([
      '0.001',
      '–',
      '–',
      '–',
      '0.1'
    ]);
    expect(measureOf([0.5, 1], false).write(0.5)).toBe('0.5000');
  });

  it('are words in their natural order as soon as one is', () => {
    const mixed = measureOf(['layer10', 'layer9', true, 3, '', null], true);
    expect(mixed.words).toEqual(['', '3', 'layer9', 'layer10', 'True']);
    expect(mixed.values).toEqual([3, 2, 4, 1, 0, NaN]);
    expect(mixed.write(4)).toBe('True');
    expect(mixed.write(NaN)).toBe('–');
  });
});

describe('groups of runs', () => {
  const runs = [
    run('a', 1),
    run('b', 3),
    run('c', NaN),
    run('d', 7),
    run('e', 5)
  ];
  const places = [2, 2, 2, NaN, 1];

  it('have the mean of the runs that have a value, and what it spreads over', () => {
    const groups = groupsOf(runs, places, String, 'range');
    expect(groups.map(one => [one.name, one.mean, one.spread])).toEqual([
      ['1', 5, null],
      ['2', 2, [1, 3]],
      ['NaN', 7, null]
    ]);
    expect(groups[1]?.runs.map(one => one.runId)).toEqual(['a', 'b']);
  });

  it('spread over one standard deviation of a sample to either side', () => {
    const [, group] = groupsOf(runs, places, String, 'deviation');
    expect(group?.deviation).toBeCloseTo(Math.SQRT2, 12);
    expect(group?.spread?.[0]).toBeCloseTo(2 - Math.SQRT2, 12);
  });

  it('are sorted with the best first, and those without a value last', () => {
    const order = (direction: 'higher' | 'lower' | null): string =>
      sortedByValue(runs, direction)
        .map(one => one.runId)
        .join('');
    expect(order('higher')).toBe('debac');
    expect(order('lower')).toBe('abedc');
    expect(order(null)).toBe('debac');
  });
});

describe('rows', () => {
  const row = (part: Partial<Row>): Row => ({
    key: 'a',
    name: 'a',
    color: 'red',
    value: 1,
    spread: null,
    ...part
  });

  it('are found by the pointer, by their key and by that of a run in them', () => {
    const parts = [{ key: 'r1', color: 'blue', value: 2 }];
    const rows = [row({}), row({ key: 'b', color: null, value: 2, parts })];
    const scene = rowScene(rows, 'bars', false, THEME, SIZE);
    const place = scene.find('r1');
    expect(place).toEqual(scene.find('b'));
    expect(scene.pick(place?.x ?? 0, place?.y ?? 0)).toBe('b');
    expect(scene.pick(10, SIZE.height + 99)).toBeNull();
    expect(scene.mark('r1').map(shape => shape.kind)).toEqual(['box', 'dots']);
    expect(scene.mark('nobody')).toEqual([]);
    expect(scene.find('nobody')).toBeNull();
  });

  it('draw below zero to the left, and a spread beyond a log axis to its end', () => {
    const scene = rowScene(
      [row({ value: -2 }), row({ value: 2 })],
      'bars',
      false,
      THEME,
      SIZE
    );
    const [below, above] = scene.shapes.filter(shape => shape.kind === 'box');
    expect((below?.x ?? 0) + (below?.width ?? 0)).toBeCloseTo(above?.x ?? 0, 6);
    const log = rowScene(
      [row({ spread: [-1, 3] }), row({ value: -1 })],
      'bars',
      true,
      THEME,
      SIZE
    );
    const boxes = log.shapes.filter(shape => shape.kind === 'box');
    expect(boxes).toHaveLength(1);
    for (const shape of log.shapes) {
      if (shape.kind === 'path') {
        expect(
          [...Array.from(shape.x), ...Array.from(shape.y)].every(
            Number.isFinite
          )
        ).toBe(true);
      }
    }
  });
});
