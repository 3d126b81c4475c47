import { describe, expect, it } from 'vitest';

import { SIZE, THEME } from '../../tests/plot';
import { makeHistory } from '../../tests/views';
import { domainsOf } from './domain';
import { groupLines } from './groups';
import type { Measures, Middle, Spread } from './groups';
import { lineScene } from './line-scene';
import type { Line } from './lines';
import { LINE_OPTIONS, NO_ZOOM } from './types';
import type { LineOptions, Series } from './types';

type Points = readonly (readonly [x: number, y: number | string])[];

const MEAN: Measures = { middle: 'mean', spread: 'range' };

function run(
  points: Points,
  part: Parameters<typeof makeHistory>[1] = {}
): Series {
  return {
    runId: 'r',
    name: 'r',
    color: 'red',
    dash: 'solid',
    history: makeHistory(
      points.map(([, y]) => y),
      { steps: points.map(([x]) => x), ...part }
    )
  };
}

function lineOf(
  runs: readonly Series[],
  measures: Measures = MEAN,
  options: LineOptions = LINE_OPTIONS
): Line {
  const group = { id: 'g', name: 'g', color: 'blue', dash: 'solid' } as const;
  const { lines } = groupLines([{ ...group, series: runs }], options, measures);
  const [line] = lines;
  if (line === undefined) {
    throw new Error('no line');
  }
  return line;
}

/** What a line says at each x, without the gaps between. */
function told(line: Line): Record<string, unknown>[] {
  return [...line.x].flatMap((x, index) =>
    Number.isNaN(line.y[index])
      ? []
      : [
          {
            x,
            y: line.y[index],
            low: line.lows?.[index],
            high: line.highs?.[index],
            count: line.group?.counts[index]
          }
        ]
  );
}

describe('a group of runs', () => {
  it('is the mean between the least and the greatest, at every step of any run', () => {
    const line = lineOf([
      run([
        [0, 1],
        [4, 5]
      ]),
      run([
        [2, 7],
        [4, 9],
        [6, 11]
      ])
    ]);
    expect(told(line)).toEqual([
      { x: 0, y: 1, low: NaN, high: NaN, count: 1 },
      { x: 2, y: 5, low: 3, high: 7, count: 2 },
      { x: 4, y: 7, low: 5, high: 9, count: 2 },
      { x: 6, y: 11, low: NaN, high: NaN, count: 1 }
    ]);
    expect(line.group?.runs).toBe(2);
  });

  it('never goes where no run goes: beyond their ends, or across a gap', () => {
    const apart = lineOf([
      run([
        [0, 1],
        [1, 1]
      ]),
      run([
        [5, 3],
        [6, 3]
      ])
    ]);
    expect([...apart.x]).toEqual([0, 1, 3, 5, 6]);
    expect([...apart.y]).toEqual([1, 1, NaN, 3, 3]);
    const gap = lineOf([
      run([
        [0, 1],
        [1, 'NaN'],
        [2, 3]
      ]),
      run([
        [1, 10],
        [2, 10]
      ])
    ]);
    expect(told(gap).map(({ y, count }) => [y, count])).toEqual([
      [1, 1],
      [10, 1],
      [6.5, 2]
    ]);
  });

  it('counts several points at one x by their mean, and each in the band', () => {
    const line = lineOf([
      run([
        [1, 0],
        [1, 4],
        [1, 5]
      ]),
      run([[1, 3]])
    ]);
    expect(told(line)).toEqual([{ x: 1, y: 3, low: 0, high: 5, count: 2 }]);
  });

  it('has what samples stand for in its band, and their means in its line', () => {
    const sample = run(
      [
        [0, 0],
        [10, 20]
      ],
      { sampled: true, lows: [-5, 18], highs: [9, 22], means: [2, 20] }
    );
    const line = lineOf([
      sample,
      run([
        [0, 4],
        [5, 4],
        [10, 4]
      ])
    ]);
    expect(told(line)).toEqual([
      { x: 0, y: 3, low: -5, high: 9, count: 2 },
      { x: 5, y: 7.5, low: -5, high: 11, count: 2 },
      { x: 10, y: 12, low: 4, high: 22, count: 2 }
    ]);
  });

  it('takes no infinity of a sample into its band', () => {
    const sample = run([[0, 1]], {
      sampled: true,
      lows: ['-Infinity'],
      highs: [2],
      means: [1]
    });
    const [there] = told(lineOf([sample, run([[0, 3]])]));
    expect(there).toEqual({ x: 0, y: 2, low: 1, high: 3, count: 2 });
  });

  it('leaves a run out whose x goes back, and says so', () => {
    const options = { ...LINE_OPTIONS, xAxis: 'metric', xMetric: 'm' } as const;
    const points: Points = [
      [0, 1],
      [1, 2],
      [2, 3]
    ];
    const back = run(points, { xs: [1, 3, 2] });
    const rising = run(points, { xs: [1, 1, 2] });
    const group = { id: 'g', name: 'g', color: 'blue', dash: 'solid' } as const;
    const found = groupLines(
      [{ ...group, series: [back, rising] }],
      options,
      MEAN
    );
    expect(found.falling).toBe(1);
    expect([...(found.lines[0]?.x ?? [])]).toEqual([1, 2]);
    expect([...(found.lines[0]?.y ?? [])]).toEqual([1.5, 3]);
    expect(
      groupLines([{ ...group, series: [back] }], options, MEAN).lines
    ).toEqual([]);
  });

  it('means before it takes a logarithm, and reaches down out of the picture', () => {
    const options = { ...LINE_OPTIONS, logY: true };
    const runs = [
      run([
        [0, -1],
        [1, 10],
        [2, -4]
      ]),
      run([
        [0, 3],
        [1, 100],
        [2, 2]
      ])
    ];
    const group = { id: 'g', name: 'g', color: 'blue', dash: 'solid' } as const;
    const { lines, notPositive } = groupLines(
      [{ ...group, series: runs }],
      options,
      MEAN
    );
    expect([...(lines[0]?.y ?? [])]).toEqual([1, 55, NaN]);
    expect(notPositive).toBe(1);
    const { y } = domainsOf(lines, options, NO_ZOOM);
    expect(y[0]).toBeGreaterThan(0.5);
    expect(y[1]).toBeGreaterThan(100);
    const scene = lineScene(lines, options, NO_ZOOM, THEME, SIZE, 'step');
    const area = scene.shapes.find(shape => shape.kind === 'area');
    expect(area?.low[0]).toBeGreaterThan(SIZE.height);
  });

  it('is smoothed like a line, with its band as it is', () => {
    const runs = [0, 2].map(off =>
      run(Array.from({ length: 50 }, (_, x) => [x, (x % 2) + off] as const))
    );
    const smoothing = { method: 'mean', amount: 0.99 } as const;
    const line = lineOf(runs, MEAN, { ...LINE_OPTIONS, smoothing });
    expect(line.smooth?.[25]).toBeCloseTo(1.5, 1);
    expect(line.y[25]).toBe(2);
    expect([line.lows?.[25], line.highs?.[25]]).toEqual([1, 3]);
  });

  it('stays quick with two hundred runs', () => {
    const runs = Array.from({ length: 200 }, (_, number) =>
      run(
        Array.from(
          { length: 300 },
          (_, x) => [x * 7 + (number % 7), number] as const
        )
      )
    );
    const started = performance.now();
    const line = lineOf(runs, { middle: 'median', spread: 'range' });
    expect(performance.now() - started).toBeLessThan(2000);
    expect(line.x.length).toBe(2100);
  });
});

/** The same once more, as one would do it by hand: at one x after the other. */
function naive(runs: readonly Points[], middle: Middle, spread: Spread) {
  const all = [...new Set(runs.flatMap(points => points.map(([x]) => x)))];
  return all
    .sort((a, b) => a - b)
    .flatMap(x => {
      const values = runs.flatMap(points => valueOf(points, x)).sort(rising);
      const count = values.length;
      if (count === 0) {
        return [];
      }
      const mean = values.reduce((sum, value) => sum + value, 0) / count;
      const upper = values[Math.floor(count / 2)] ?? NaN;
      const lower = values[Math.ceil(count / 2) - 1] ?? NaN;
      const y = middle === 'mean' ? mean : (lower + upper) / 2;
      const off = values.map(value => (value - mean) ** 2);
      const std = Math.sqrt(
        off.reduce((sum, one) => sum + one, 0) / (count - 1)
      );
      const by = spread === 'std' ? std : std / Math.sqrt(count);
      const ends =
        spread === 'range' ? [values[0], values[count - 1]] : [y - by, y + by];
      const [low, high] = count < 2 ? [NaN, NaN] : ends;
      return [{ x, y, low, high, count }];
    });
}

function rounded(one: Record<string, unknown>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(one).map(([name, value]) => [name, Number(value).toFixed(9)])
  );
}

function rising(one: number, other: number): number {
  return one - other;
}

function valueOf(points: Points, x: number): number[] {
  const here = points.find(([at]) => at === x);
  if (here !== undefined) {
    return typeof here[1] === 'number' ? [here[1]] : [];
  }
  const after = points.findIndex(([at]) => at > x);
  const from = points[after - 1];
  const to = points[after];
  if (
    after < 1 ||
    typeof from?.[1] !== 'number' ||
    typeof to?.[1] !== 'number'
  ) {
    return [];
  }
  return [from[1] + ((x - from[0]) / (to[0] - from[0])) * (to[1] - from[1])];
}

describe('groups of any runs', () => {
  let seed = 7;
  const draw = (below: number): number => {
    seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31;
    return Math.floor((seed / 2 ** 31) * below);
  };

  it.each([
    ['mean', 'range'],
    ['mean', 'std'],
    ['median', 'sem'],
    ['median', 'range']
  ] as const)(
    'are the %s with the %s that one finds by hand',
    (middle, spread) => {
      for (let round = 0; round < 150; round += 1) {
        const runs = Array.from({ length: 1 + draw(5) }, (): Points =>
          Array.from({ length: 12 }, (_, x) => x)
            .filter(() => draw(3) > 0)
            .map(x => [x, draw(12) === 0 ? 'NaN' : draw(100) / 10])
        ).filter(points => points.length > 0);
        if (runs.length === 0) {
          continue;
        }
        const found = told(
          lineOf(
            runs.map(points => run(points)),
            { middle, spread }
          )
        );
        const wanted = naive(runs, middle, spread);
        expect(found.map(rounded)).toEqual(wanted.map(rounded));
      }
    }
  );
});
