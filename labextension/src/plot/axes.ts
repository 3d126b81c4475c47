/**
 * The frame of a chart: where its area lies, its axes, their names and grid.
 */
import { numberTicks, toPixel } from './scale';
import type { Scale, Tick } from './scale';
import { rule } from './scene';
import type { Frame, Shape, Size } from './scene';
import type { PlotTheme, Span } from './types';

export type AxisOptions = {
  readonly domain: Span;
  readonly log: boolean;
  readonly ticks?: (scale: Scale, count: number) => Tick[];
  readonly title: string;
};

export type Axes = {
  readonly x: Scale;
  readonly y: Scale;
  readonly area: Frame;
  /** What is drawn below the data. */
  readonly shapes: readonly Shape[];
};

/** A character's mean width, in its font's size. */
const CHARACTER = 0.58;
const X_TICK = 84;
const Y_TICK = 44;
const GAP = 6;

export function textWidth(text: string, fontSize: number): number {
  return [...text].length * fontSize * CHARACTER;
}

export function makeAxes(
  size: Size,
  theme: PlotTheme,
  xAxis: AxisOptions,
  yAxis: AxisOptions
): Axes {
  const line = theme.fontSize * 1.4;
  const top = yAxis.title === '' ? 8 : line + GAP;
  const bottom = size.height - line - GAP - (xAxis.title === '' ? 0 : line);
  const y: Scale = {
    log: yAxis.log,
    domain: yAxis.domain,
    pixels: [bottom, top]
  };
  const yTicks = (yAxis.ticks ?? numberTicks)(
    y,
    Math.max(2, Math.round((bottom - top) / Y_TICK))
  );
  const widest = Math.max(
    0,
    ...yTicks.map(tick => textWidth(tick.label, theme.fontSize))
  );
  const left = Math.ceil(Math.min(size.width / 3, widest)) + GAP + 4;
  const right = size.width - 14;
  const x: Scale = {
    log: xAxis.log,
    domain: xAxis.domain,
    pixels: [left, right]
  };
  const xTicks = (xAxis.ticks ?? numberTicks)(
    x,
    Math.max(2, Math.round((right - left) / X_TICK))
  );
  const area: Frame = { left, top, right, bottom };
  const shapes: Shape[] = [];
  for (const { value, label } of yTicks) {
    const at = crisp(toPixel(y, value));
    shapes.push(rule([left, at], [right, at], theme.grid), {
      kind: 'label',
      x: left - GAP,
      y: at,
      text: label,
      align: 'end',
      baseline: 'middle',
      color: theme.muted
    });
  }
  shapes.push(rule([left, crisp(bottom)], [right, crisp(bottom)], theme.muted));
  for (const { value, label } of xTicks) {
    const at = crisp(toPixel(x, value));
    shapes.push(rule([at, bottom], [at, bottom + 4], theme.muted), {
      kind: 'label',
      x: at,
      y: bottom + GAP,
      text: label,
      align: 'center',
      baseline: 'top',
      color: theme.muted
    });
  }
  if (xAxis.title !== '') {
    shapes.push({
      kind: 'label',
      x: right,
      y: size.height - 2,
      text: xAxis.title,
      align: 'end',
      baseline: 'bottom',
      color: theme.muted
    });
  }
  if (yAxis.title !== '') {
    shapes.push({
      kind: 'label',
      x: 2,
      y: 2,
      text: yAxis.title,
      align: 'start',
      baseline: 'top',
      color: theme.muted
    });
  }
  return { x, y, area, shapes };
}

/** A line of one pixel is sharp in the middle of a pixel. */
function crisp(at: number): number {
  return Math.round(at) + 0.5;
}
