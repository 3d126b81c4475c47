import { describe, expect, it } from 'vitest';

import { SIZE, THEME } from '../../tests/plot';
import { makeHistory } from '../../tests/views';
import { lineScene } from './line-scene';
import { alongSpan, makeLines, nearestPoint, xSpan } from './lines';
import { omissions } from './omissions';
import { LINE_OPTIONS, NO_ZOOM } from './types';
import type { LineOptions, Series } from './types';

const OPTIONS: LineOptions = {
  ...LINE_OPTIONS,
  xAxis: 'metric',
  xMetric: 'loss'
};

function series(
  values: readonly (number | string)[],
  xs: readonly (number | string)[] | null,
  part: Parameters<typeof makeHistory>[1] = {}
): Series {
  return {
    runId: 'r1',
    name: 'one',
    color: '#0072b2',
    dash: 'solid',
    history: makeHistory(values, { xs, ...part })
  };
}

describe('another metric as x', () => {
  it('keeps the order of the steps, however x goes', () => {
    const [line] = makeLines(
      [series([1, 2, 3, 4], [5, 1, 5, 'Infinity'], { steps: [0, 2, 4, 9] })],
      OPTIONS
    );
    expect([...(line?.x ?? [])]).toEqual([5, 1, 5, NaN]);
    expect([...(line?.along ?? [])]).toEqual([0, 2, 4, 9]);
    const at = [1.5, 99].map(x => line && nearestPoint(line, x));
    expect(at).toEqual([1, 0]);
  });

  it('measures smoothing along the steps', () => {
    const one = series([0, 10, 0], [7, 7, 7], { steps: [0, 50, 100] });
    expect(xSpan([one], OPTIONS)).toEqual([7, 7]);
    expect(alongSpan([one], OPTIONS)).toEqual([0, 100]);
    const smoothing = { method: 'ema', amount: 0.9 } as const;
    const [over] = makeLines([one], { ...OPTIONS, smoothing });
    const [along] = makeLines([one], { ...LINE_OPTIONS, smoothing });
    expect(over?.smooth).toEqual(along?.smooth);
    expect(over?.smooth?.[1]).toBeLessThan(10);
  });

  it('counts points whose x is no number, or has no place on a logarithmic axis', () => {
    const one = series(['NaN', 1, 2, 3], [1, 'NaN', 0, 2]);
    const options = { ...OPTIONS, logX: true };
    expect(omissions([one], options, new Set())).toMatchObject({
      notFinite: 2,
      notPositive: 1
    });
  });

  it('draws no band around what goes back, and dots between gaps', () => {
    const one = series([1, 2, 3], [3, 'NaN', 1], {
      sampled: true,
      lows: [0, 0, 0],
      highs: [4, 4, 4],
      means: [1, 2, 3]
    });
    const scene = lineScene(
      makeLines([one], OPTIONS),
      OPTIONS,
      NO_ZOOM,
      THEME,
      SIZE,
      'step'
    );
    const kinds = scene.shapes.map(shape => shape.kind);
    expect(kinds).not.toContain('area');
    const dots = scene.shapes.find(shape => shape.kind === 'dots');
    expect(dots?.x).toHaveLength(2);
    expect(scene.shapes).toContainEqual(
      expect.objectContaining({ kind: 'label', text: 'loss' })
    );
  });

  it('is empty before its points are there', () => {
    expect(xSpan([series([1, 2], null)], OPTIONS)).toBeNull();
  });
});
