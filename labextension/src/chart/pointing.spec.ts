import { describe, expect, it } from 'vitest';

import { SIZE, THEME } from '../../tests/plot';
import { makeAxes } from '../plot/axes';
import type { Axes } from '../plot/axes';
import type { Line } from '../plot/lines';
import { toPixel } from '../plot/scale';
import type { Hover } from './hover';
import { indexAt, pointAt, stepAlong } from './pointing';
import type { Stepped } from './pointing';

const AXES: Axes = makeAxes(
  SIZE,
  THEME,
  { domain: [0, 10], log: false, title: '' },
  { domain: [0, 10], log: false, title: '' }
);

function line(x: number[], y: number[], along: number[] | null = null): Line {
  const xs = Float64Array.from(x);
  return {
    id: 'r1',
    name: 'one',
    color: 'blue',
    dash: 'solid',
    x: xs,
    along: along === null ? xs : Float64Array.from(along),
    y: Float64Array.from(y),
    smooth: null,
    lows: null,
    highs: null,
    group: null
  };
}

function walk(lines: Line[], key: string, from: Stepped | null): Stepped {
  const hover = from === null ? null : { axis: 'step', ...from.at };
  const next = stepAlong(lines, AXES, hover, key);
  if (next === null) {
    throw new Error('no way');
  }
  return next;
}

function point(lines: Line[], x: number, y: number): Hover {
  const at = pointAt(lines, AXES, toPixel(AXES.x, x), toPixel(AXES.y, y));
  return { axis: 'step', ...(at ?? { x: null, runId: null }) };
}

describe('pointing', () => {
  it('means the point near the pointer where a line comes by the same x twice', () => {
    const there = line([1, 5, 9, 5, 1], [1, 1, 1, 9, 9], [0, 1, 2, 3, 4]);
    const low = point([there], 5, 1);
    const high = point([there], 5, 9);
    expect(low).toMatchObject({ x: 5, runId: 'r1', along: 1 });
    expect(high).toMatchObject({ x: 5, runId: 'r1', along: 3 });
    expect(indexAt(there, high)).toBe(3);
    expect(indexAt({ ...there, id: 'r2' }, high)).toBe(1);
  });

  it('goes on by keys where several points share their x', () => {
    const epochs = [line([1, 1, 1, 2, 2], [0, 1, 2, 3, 4], [0, 1, 2, 3, 4])];
    let at = walk(epochs, 'Home', null);
    const places = [at.index];
    for (let count = 0; count < 5; count += 1) {
      at = walk(epochs, 'ArrowRight', at);
      places.push(at.index);
    }
    expect(places).toEqual([0, 1, 2, 3, 4, 4]);
    const steps = [line([1, 1, 2], [0, 1, 2])];
    at = walk(steps, 'ArrowRight', walk(steps, 'Home', null));
    expect(at.index).toBe(2);
    expect(walk(steps, 'ArrowLeft', at).index).toBe(1);
  });
});
