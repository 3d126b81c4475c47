import { describe, expect, it } from 'vitest';

import { SIZE, THEME } from '../../tests/plot';
import { makeHistory, NOW } from '../../tests/views';
import { domainsOf } from './domain';
import { makeLines, nearestIndex, xSpan } from './lines';
import { lineScene } from './line-scene';
import { omissions } from './omissions';
import { rowScene } from './row-scene';
import { numberTicks, stretch, toPixel, toValue } from './scale';
import { halfLifeOf, runningMean, timeWeightedEma } from './smoothing';
import { toSvg } from './svg';
import { clockTicks, relativeTicks } from './time-ticks';
import { LINE_OPTIONS, NO_ZOOM } from './types';
import type { LineOptions, Series } from './types';

function series(
  values: readonly (number | string)[],
  part: Partial<Series> = {},
  history: Parameters<typeof makeHistory>[1] = {}
): Series {
  return {
    runId: 'r1',
    name: 'lr 0.003',
    color: '#0072b2',
    dash: 'solid',
    history: makeHistory(values, history),
    ...part
  };
}

function numbers(...values: number[]): Float64Array {
  return Float64Array.from(values);
}

describe('smoothing', () => {
  it('counts a point half after one half-life', () => {
    const smooth = timeWeightedEma(numbers(0, 10), numbers(1, 0), 10);
    expect([...smooth]).toEqual([1, 0.5 / 1.5]);
  });

  it('depends on the distance in x and not on the number of points', () => {
    const near = timeWeightedEma(numbers(0, 1), numbers(0, 1), 5)[1] ?? NaN;
    const far = timeWeightedEma(numbers(0, 100), numbers(0, 1), 5)[1] ?? NaN;
    expect(near).toBeLessThan(0.6);
    expect(far).toBeGreaterThan(0.99);
  });

  it('keeps a constant, leaves gaps and goes on behind them', () => {
    const smooth = timeWeightedEma(
      numbers(0, 1, 2, 3),
      numbers(4, 4, NaN, 4),
      2
    );
    expect([...smooth]).toEqual([4, 4, NaN, 4]);
  });

  it('comes to what a slider at W&B comes to', () => {
    // There a weight of sqrt(0.81) = 0.9 fades with every thousandth of the range.
    const halfLife = halfLifeOf(0.81, 1000);
    expect(0.5 ** (1 / halfLife)).toBeCloseTo(0.9, 12);
    expect(halfLifeOf(0, 1000)).toBe(0);
  });

  it('means the values on both sides', () => {
    const mean = runningMean(numbers(0, 1, 2, 9), numbers(3, NaN, 9, 1), 2);
    expect([...mean]).toEqual([6, NaN, 6, 1]);
  });
});

describe('scales', () => {
  it('go to pixels and back, log or not', () => {
    for (const log of [false, true]) {
      const scale = { log, domain: [1, 100], pixels: [10, 210] } as const;
      expect(toPixel(scale, 1)).toBe(10);
      expect(toValue(scale, toPixel(scale, 7))).toBeCloseTo(7, 9);
    }
    const log = { log: true, domain: [1, 100], pixels: [0, 200] } as const;
    expect(toPixel(log, 10)).toBeCloseTo(100, 9);
  });

  it('zoom about a point that stays where it is', () => {
    expect(stretch({ log: false, domain: [0, 10] }, 4, 0.5)).toEqual([2, 7]);
    const [low, high] = stretch({ log: true, domain: [1, 10_000] }, 100, 0.5);
    expect(low).toBeCloseTo(10, 9);
    expect(high).toBeCloseTo(1000, 9);
  });

  it('name round values in one precision', () => {
    const labels = (low: number, high: number, log = false): string[] =>
      numberTicks({ log, domain: [low, high], pixels: [0, 1] }, 5).map(
        tick => tick.label
      );
    expect(labels(0, 1)).toEqual(['0.0', '0.2', '0.4', '0.6', '0.8', '1.0']);
    expect(labels(-30, 30)).toEqual(['\u221220', '0', '20']);
    expect(labels(1e-5, 1, true)).toContain('1e\u22125');
    expect(labels(0, 5e6)).toEqual(['0', '1e6', '2e6', '3e6', '4e6', '5e6']);
  });

  it('name times in the unit that fits, and times of day', () => {
    const scale = { log: false, pixels: [0, 1] } as const;
    const minutes = relativeTicks({ ...scale, domain: [0, 600_000] }, 5);
    expect(minutes.map(tick => tick.label)).toEqual([
      '0',
      '2',
      '4',
      '6',
      '8',
      '10'
    ]);
    const noon = new Date(2026, 0, 2, 12, 0, 0).getTime();
    const clock = clockTicks({ ...scale, domain: [noon, noon + 7.2e6] }, 5);
    expect(clock[0]?.label).toBe('12:00');
  });
});

describe('lines', () => {
  it('leave gaps for what is no number, and for what a log axis has no place for', () => {
    const values = [1, 'NaN', -2, 'Infinity', 4];
    const [line] = makeLines([series(values)], LINE_OPTIONS);
    expect([...(line?.y ?? [])]).toEqual([1, NaN, -2, NaN, 4]);
    const log: LineOptions = { ...LINE_OPTIONS, logX: true, logY: true };
    const [drawn] = makeLines([series(values)], log);
    expect([...(drawn?.y ?? [])]).toEqual([1, NaN, NaN, NaN, 4]);
    expect(drawn?.x[0]).toBeNaN();
  });

  it('count relative time from the run’s origin', () => {
    const history = { origin_ms: NOW - 5000 };
    expect(
      xSpan([series([1, 2], {}, history)], { xAxis: 'relative', logX: false })
    ).toEqual([5000, 6000]);
  });

  it('are smoothed from the means of a sample, with its band', () => {
    const one = series(
      [0, 10],
      {},
      { lows: [0, 0], highs: [10, 10], means: [5, 5], sampled: true }
    );
    const [line] = makeLines([one], {
      ...LINE_OPTIONS,
      smoothing: { method: 'ema', amount: 0.9 }
    });
    expect([...(line?.smooth ?? [])]).toEqual([5, 5]);
    expect([...(line?.highs ?? [])]).toEqual([10, 10]);
  });

  it('are found at an x', () => {
    const x = numbers(NaN, 1, 2, 10);
    expect([0, 1.4, 5, 99].map(at => nearestIndex(x, at))).toEqual([
      1, 1, 2, 3
    ]);
    expect(nearestIndex(numbers(), 1)).toBe(-1);
  });
});

describe('domains', () => {
  const spike = Array.from({ length: 40 }, (_, index) =>
    index === 20 ? 1000 : index % 2
  );

  it('leave outliers out when asked', () => {
    const lines = makeLines([series(spike)], LINE_OPTIONS);
    const all = domainsOf(lines, LINE_OPTIONS, NO_ZOOM);
    const most = domainsOf(
      lines,
      { ...LINE_OPTIONS, ignoreOutliers: true },
      NO_ZOOM
    );
    expect(all.y[1]).toBeGreaterThan(1000);
    expect(most.y[1]).toBeLessThan(2);
  });

  it('follow the values of the part that is looked at, and what a person sets', () => {
    const lines = makeLines([series(spike)], LINE_OPTIONS);
    const part = domainsOf(lines, LINE_OPTIONS, { x: [0, 10], y: null });
    expect(part.x).toEqual([0, 10]);
    expect(part.y[1]).toBeLessThan(2);
    const set = { ...LINE_OPTIONS, yMin: -5, yMax: 7 };
    expect(domainsOf(lines, set, NO_ZOOM).y).toEqual([-5, 7]);
  });

  it('have an extent even for one value', () => {
    const lines = makeLines([series([3])], LINE_OPTIONS);
    const { x, y } = domainsOf(lines, LINE_OPTIONS, NO_ZOOM);
    expect(x[1]).toBeGreaterThan(x[0]);
    expect(y[1]).toBeGreaterThan(y[0]);
  });
});

describe('scenes', () => {
  it('draw the raw line faint behind the smooth one', () => {
    const options: LineOptions = {
      ...LINE_OPTIONS,
      smoothing: { method: 'ema', amount: 0.5 }
    };
    const lines = makeLines([series([1, 2, 1, 2])], options);
    const scene = lineScene(lines, options, NO_ZOOM, THEME, SIZE, 'step');
    const drawn = scene.shapes.filter(shape => shape.color === '#0072b2');
    expect(drawn.map(shape => shape.opacity ?? 1)).toEqual([0.28, 1]);
  });

  it('leave the dashes out of a line that is too dense to show them', () => {
    const dashOf = (values: number[]): number | undefined => {
      const one = series(values, { dash: 'dot' });
      const lines = makeLines([one], LINE_OPTIONS);
      const scene = lineScene(
        lines,
        LINE_OPTIONS,
        NO_ZOOM,
        THEME,
        SIZE,
        'step'
      );
      const path = scene.shapes.find(shape => shape.color === '#0072b2');
      return path?.kind === 'path' ? path.dash?.length : undefined;
    };
    expect(dashOf([1, 2, 3])).toBe(2);
    expect(dashOf(Array.from({ length: 500 }, (_, at) => at % 2))).toBe(0);
  });

  it('show a point that stands alone between gaps', () => {
    const lines = makeLines([series([1, 2, 'NaN', 3, 'NaN'])], LINE_OPTIONS);
    const scene = lineScene(lines, LINE_OPTIONS, NO_ZOOM, THEME, SIZE, 'step');
    const dots = scene.shapes.filter(shape => shape.kind === 'dots');
    expect(dots.map(dot => dot.x.length)).toEqual([1]);
  });

  it('begin bars at zero, and put the first row on top', () => {
    const row = { name: '', color: 'red', spread: null };
    const scene = rowScene(
      [
        { ...row, key: 'a', value: 5 },
        { ...row, key: 'b', value: 10 }
      ],
      'bars',
      false,
      THEME,
      SIZE
    );
    const boxes = scene.shapes.filter(shape => shape.kind === 'box');
    expect(boxes[0]?.x).toBe(scene.area.left);
    expect((boxes[1]?.width ?? 0) / (boxes[0]?.width ?? 1)).toBeCloseTo(2, 6);
    expect(boxes[0]?.y).toBeLessThan(boxes[1]?.y ?? 0);
  });

  it('are written as SVG in which names stay text', () => {
    const scene = rowScene(
      [
        {
          key: 'a',
          name: '<script>"&\u0000',
          color: '"><b>',
          value: 1,
          spread: null
        }
      ],
      'dots',
      false,
      THEME,
      SIZE
    );
    const svg = toSvg(scene);
    expect(svg).toContain('&lt;script&gt;&quot;&amp;<');
    const parsed = new DOMParser().parseFromString(svg, 'image/svg+xml');
    expect(parsed.querySelector('parsererror')).toBeNull();
    expect(parsed.querySelector('script, b')).toBeNull();
  });
});

describe('omissions', () => {
  it('count what is not drawn, and leave out runs that are switched off', () => {
    const one = series(
      [1, 'NaN', -1],
      {},
      { sampled: true, count: 9000, total: 9000 }
    );
    const other = series(['NaN'], { runId: 'r2' });
    const options = { ...LINE_OPTIONS, logY: true };
    expect(omissions([one, other], options, new Set(['r2']))).toEqual({
      notFinite: 1,
      notPositive: 1,
      sampled: { shown: 3, total: 9000 }
    });
  });

  it('say nothing of sampling where all points are drawn', () => {
    expect(omissions([series([1, 2])], LINE_OPTIONS, new Set())).toEqual({
      notFinite: 0,
      notPositive: 0,
      sampled: null
    });
  });
});
