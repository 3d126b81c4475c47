import { describe, expect, it } from 'vitest';

import { SIZE, THEME } from '../../tests/plot';
import { valueAt } from './column';
import { measureOf } from './measure';
import type { Place } from './run-scene';
import { makeScatter, scatterScene } from './scatter-scene';
import type { Scatter } from './scatter-scene';
import type { Path } from './scene';
import { ranksOf, trendOf } from './trend';

function steepness(from?: Place | null, to?: Place | null): number {
  return from == null || to == null ? NaN : (to.y - from.y) / (to.x - from.x);
}

describe('a trend', () => {
  it('is the line of least squares, with r² and ρ', () => {
    const trend = trendOf([1, 2, 3, 4], [2, 4, 5, 8]);
    expect(trend?.slope).toBeCloseTo(1.9, 12);
    expect(trend?.intercept).toBeCloseTo(0, 12);
    expect(trend?.r2).toBeCloseTo(0.9626666666, 8);
    expect(trend?.rho).toBe(1);
    expect(trend?.count).toBe(4);
    expect(trendOf([1, 2, 3], [3, 2, 1])?.rho).toBe(-1);
  });

  it('is none of two points, and where nothing changes', () => {
    expect(trendOf([1, 2], [1, 2])).toBeNull();
    expect(trendOf([1, 1, 1], [1, 2, 3])).toBeNull();
    expect(trendOf([1, 2, 3], [5, 5, 5])).toBeNull();
  });

  it('ranks equal values alike', () => {
    expect(ranksOf([10, 30, 20, 20, 5])).toEqual([2, 5, 3.5, 3.5, 1]);
  });
});

describe('a scatter', () => {
  const runs = ['a', 'b', 'c', 'd', 'e'].map(key => ({ key, color: 'red' }));

  function scatterOf(
    x: readonly unknown[],
    y: readonly unknown[],
    log: boolean
  ): Scatter {
    return makeScatter(
      runs,
      { title: 'lr', measure: measureOf(x, true), log },
      { title: 'acc', measure: measureOf(y, false), log }
    );
  }

  it('leaves out what has no place, and draws its trend straight on log axes', () => {
    const scatter = scatterOf(
      [0.001, 0.01, 0.1, 0, 1],
      [1, 10, 100, 5, null],
      true
    );
    expect(scatter.points.map(point => point.key)).toEqual(['a', 'b', 'c']);
    expect(scatter.trend?.r2).toBeCloseTo(1, 12);
    const scene = scatterScene(scatter, true, THEME, SIZE);
    const line = scene.shapes.find(
      (shape): shape is Path =>
        shape.kind === 'path' && shape.dash !== undefined
    );
    const [from, to] = Array.from(line?.x ?? [], (x, index) => ({
      x,
      y: valueAt(line?.y ?? [], index)
    }));
    expect(steepness(scene.find('a'), scene.find('c'))).toBeCloseTo(
      steepness(from, to),
      6
    );
    expect(
      scatterScene(scatter, false, THEME, SIZE).shapes.some(
        shape => shape.kind === 'path' && shape.dash !== undefined
      )
    ).toBe(false);
  });

  it('puts words in a row, without a trend', () => {
    const scatter = scatterOf(
      ['sgd', 'adam', 'sgd', null, 'adam'],
      [1, 2, 3, 4, 5],
      false
    );
    expect(scatter.trend).toBeNull();
    const scene = scatterScene(scatter, true, THEME, SIZE);
    const words = scene.shapes.flatMap(shape =>
      shape.kind === 'label' ? [shape.text] : []
    );
    expect(words).toEqual(expect.arrayContaining(['adam', 'sgd', 'lr', 'acc']));
    expect(scene.find('a')?.x).toBe(scene.find('c')?.x);
    expect(scene.find('b')?.x).toBeLessThan(scene.find('a')?.x ?? 0);
  });

  it('knows which run is near, and brings it out', () => {
    const scene = scatterScene(
      scatterOf([1, 2, 3, 4, 5], [1, 2, 3, 4, 5], false),
      true,
      THEME,
      SIZE
    );
    const place = scene.find('c') ?? { x: NaN, y: NaN };
    expect(scene.pick(place.x + 3, place.y - 3)).toBe('c');
    expect(scene.pick(place.x, place.y - 60)).toBeNull();
    expect(scene.mark('c').every(shape => shape.kind === 'dots')).toBe(true);
    expect(scene.mark('nobody')).toEqual([]);
  });
});
