import { describe, expect, it } from 'vitest';

import { SIZE, THEME } from '../../tests/plot';
import { brushBetween, fits, passes } from './brush';
import { measureOf } from './measure';
import { domainOf, suitsLog, ticksOf } from './measure-axis';
import { parallelScene, passing } from './parallel-scene';
import type { Parallel, ParallelScene } from './parallel-scene';
import { rampColor, rampWidth, sharesOf } from './ramp';
import { toPixel } from './scale';
import type { Scale } from './scale';
import type { Path, Shape } from './scene';
import { axisAt } from './upright-axes';
import type { ParallelAxis } from './upright-axes';

function axis(
  values: readonly unknown[],
  part: Partial<ParallelAxis> = {}
): ParallelAxis {
  return {
    title: 'lr',
    measure: measureOf(values, true),
    log: false,
    flipped: false,
    brush: null,
    ...part
  };
}

function parallelOf(axes: readonly ParallelAxis[]): Parallel {
  const count = axes[0]?.measure.values.length ?? 0;
  return {
    axes,
    lines: Array.from({ length: count }, (_, index) => ({
      key: `r${index + 1}`,
      color: `color ${index + 1}`,
      width: 1,
      dash: []
    })),
    ramp: null
  };
}

function draw(axes: readonly ParallelAxis[], titled = false): ParallelScene {
  const words = { none: 'none' };
  return parallelScene(parallelOf(axes), titled, THEME, SIZE, words);
}

function lineOf(scene: ParallelScene, run: number): Path | undefined {
  return scene.shapes.find(
    (shape): shape is Path => shape.color === `color ${run}`
  );
}

const labels = (shapes: readonly Shape[]): string[] =>
  shapes.flatMap(shape => (shape.kind === 'label' ? [shape.text] : []));

describe('parallel coordinates', () => {
  it('have a line a run, the greatest on top unless an axis is flipped', () => {
    const scene = draw([
      axis([1, 2, 3]),
      axis([1, 2, 3], { flipped: true }),
      axis([0.01, 0.1, 1], { log: true })
    ]);
    const [x, flipped, log] = scene.axes;
    const heights = Array.from(lineOf(scene, 3)?.y ?? []);
    expect(heights).toEqual([
      x?.scale.pixels[1],
      flipped?.scale.pixels[1],
      log?.scale.pixels[1]
    ]);
    expect(heights[0]).toBeLessThan(heights[1] ?? 0);
    const [low = 0, high = 0] = log?.scale.pixels ?? [];
    expect(lineOf(scene, 2)?.y[2]).toBeCloseTo((low + high) / 2, 6);
  });

  it('put what a run lacks below the axis, and say so there alone', () => {
    const scene = draw([axis(['a', 'b', 'a']), axis([1, null, 3])]);
    const bottom = Math.max(...(scene.axes[1]?.scale.pixels ?? []));
    expect(lineOf(scene, 2)?.y[1]).toBeGreaterThan(bottom);
    expect(labels(scene.shapes).filter(text => text === 'none')).toHaveLength(
      1
    );
    expect(labels(draw([axis([1, 2])]).shapes)).not.toContain('none');
  });

  it('name the ends of an axis, and its title where no button does', () => {
    const scene = draw([axis([0.0013, 0.5, 0.97])], true);
    expect(labels(scene.shapes)).toEqual(
      expect.arrayContaining(['lr', '0.0013', '0.97'])
    );
    expect(labels(draw([axis([1, 2])]).shapes)).not.toContain('lr');
  });

  it('name long numbers in short', () => {
    const shown = labels(draw([axis([0.123456789, 0.987654321])]).shapes);
    expect(shown).toEqual(expect.arrayContaining(['0.1235', '0.9877']));
  });

  it('name no half of what is whole', () => {
    const shown = labels(draw([axis([3, 4, 5])]).shapes);
    expect(shown.sort()).toEqual(['3', '4', '5']);
  });

  it('leave what a brush keeps out faint, below the others and out of reach', () => {
    const axes = [
      axis([1, 2, 3], { brush: { kind: 'span', span: [2, 3] } }),
      axis(['a', 'b', 'c'], { brush: { kind: 'words', words: ['a', 'b'] } })
    ];
    expect(passing(parallelOf(axes))).toEqual([false, true, false]);
    const scene = draw(axes);
    const paths = scene.shapes.filter(shape => shape.color.startsWith('color'));
    expect(paths.map(shape => shape.color)).toEqual([
      'color 1',
      'color 3',
      'color 2'
    ]);
    expect(paths[0]?.opacity).toBeLessThan(paths[2]?.opacity ?? 0);
    const middle = SIZE.width / 2;
    const height = (run: number): number => {
      const [from = NaN, to = NaN] = Array.from(lineOf(scene, run)?.y ?? []);
      return (from + to) / 2;
    };
    expect(scene.pick(middle, height(2))).toBe('r2');
    expect(scene.pick(middle, height(3))).toBeNull();
    // At an axis it is brushed.
    const at = scene.axes[0]?.x ?? 0;
    expect(axisAt(scene.axes, at + 5)).toBe(0);
    expect(axisAt(scene.axes, middle)).toBe(-1);
    expect(scene.pick(at, Number(lineOf(scene, 2)?.y[0]))).toBeNull();
  });

  it('forget a brush of numbers where a param has become words', () => {
    const brush = { kind: 'span', span: [2, 3] } as const;
    const words = axis(['1', 2, 'x'], { brush });
    expect(fits(brush, words.measure)).toBe(false);
    expect(passing(parallelOf([words]))).toEqual([true, true, true]);
  });

  it('bring a run out with all its values', () => {
    const scene = draw([axis([1, 2]), axis([3, 4])]);
    expect(scene.mark('r2').map(shape => shape.kind)).toEqual([
      'path',
      'path',
      'dots'
    ]);
    expect(scene.find('r2')?.x).toBe(scene.axes[1]?.x);
    expect(scene.find('nobody')).toBeNull();
    expect(scene.mark('nobody')).toEqual([]);
  });

  it('say what their colours stand for in widths and words', () => {
    const ramp = { title: 'acc', least: '0.1', greatest: '0.9' };
    const scene = parallelScene(
      { ...parallelOf([axis([1, 2])]), ramp },
      false,
      THEME,
      SIZE,
      { none: 'none' }
    );
    expect(labels(scene.shapes)).toEqual(
      expect.arrayContaining(['acc  0.1', '0.9'])
    );
    expect(sharesOf([1, NaN, 3, 2])).toEqual([0, NaN, 1, 0.5]);
    expect(sharesOf([2, 2])).toEqual([1, 1]);
    expect(rampWidth(1)).toBeGreaterThan(rampWidth(0));
    expect(rampColor(0)).not.toBe(rampColor(1));
  });
});

describe('a brush', () => {
  const scale = (measure: ParallelAxis['measure'], log = false): Scale => ({
    log,
    domain: domainOf(measure, log, 0),
    pixels: [200, 0]
  });

  it('means numbers that can be read, and the ends of the axis exactly', () => {
    const { measure } = axis([0.123456, 0.5, 0.987654]);
    const brush = brushBetween(measure, scale(measure), 100, -20);
    expect(brush).toEqual({ kind: 'span', span: [0.556, 0.987654] });
    expect(measure.values.map(value => passes(brush, measure, value))).toEqual([
      false,
      false,
      true
    ]);
    expect(passes(brush, measure, NaN)).toBe(false);
    const rates = axis([0.0001, 0.001, 0.1]).measure;
    expect(brushBetween(rates, scale(rates, true), 250, 60)).toEqual({
      kind: 'span',
      span: [0.0001, 0.0126]
    });
    const great = axis([1, 4_000_000]).measure;
    expect(brushBetween(great, scale(great), 150, 100)).toEqual({
      kind: 'span',
      span: [1_000_000, 2_000_000]
    });
  });

  it('takes the words that it touches', () => {
    const { measure } = axis(['a', 'b', 'c']);
    const to = (place: number): number => toPixel(scale(measure), place);
    const brush = brushBetween(measure, scale(measure), to(0.8), to(2.4));
    expect(brush).toEqual({ kind: 'words', words: ['b', 'c'] });
    expect(brushBetween(measure, scale(measure), to(0.4), to(0.5))).toBeNull();
  });
});

describe('axes of measures', () => {
  it('are logarithmic where that suits', () => {
    expect(suitsLog(measureOf([0.1, 0.001, null], true))).toBe(true);
    expect(suitsLog(measureOf([0.1, 0.05], true))).toBe(false);
    expect(suitsLog(measureOf([0, 100], true))).toBe(false);
    const even = Array.from({ length: 200 }, (_, index) => (index + 1) / 200);
    expect(suitsLog(measureOf(even, true))).toBe(false);
    expect(suitsLog(measureOf(['a', 1], true))).toBe(false);
    expect(suitsLog(measureOf([], true))).toBe(false);
  });

  it('name only as many words as there is room for', () => {
    const words = Array.from(
      { length: 50 },
      (_, index) => `a long word ${index}`
    );
    const measure = measureOf(words, true);
    const across: Scale = {
      log: false,
      domain: domainOf(measure, false, 0),
      pixels: [0, 400]
    };
    const ticks = ticksOf(measure, THEME, null)(across, 9);
    expect(ticks.length).toBeLessThan(15);
    expect(ticks.every(({ label }) => label.endsWith('…'))).toBe(true);
  });
});
