/**
 * Lines over steps or time, as a scene: the raw line, faint behind a smooth one, the
 * band that a sample stands for, and axes around them.
 */
import { valueAt } from './column';
import { makeAxes } from './axes';
import type { Axes } from './axes';
import { dashPixels } from './dash';
import { domainsOf } from './domain';
import type { Line } from './lines';
import { toPixel } from './scale';
import type { Scale } from './scale';
import type { Frame, Scene, Shape, Size } from './scene';
import { clockTicks, relativeTicks, timeUnit } from './time-ticks';
import type { LineOptions, PlotTheme, Zoom } from './types';

export type LineScene = Scene & {
  readonly axes: Axes;
};

const WIDTH = 1.75;
const FAINT = 0.28;
const BAND = 0.14;
/** A group's band is what one looks at, and not what is left out. */
const GROUP_BAND = 0.22;
const LONELY_RADIUS = 3.5;
const LONGEST = 48;
/** A line so many times as long as the plot is wide is too dense to show dashes. */
const DENSE = 8;

/** @param stepLabel what the x axis of steps is called. */
export function lineScene(
  lines: readonly Line[],
  options: LineOptions,
  zoom: Zoom,
  theme: PlotTheme,
  size: Size,
  stepLabel: string
): LineScene {
  const domains = domainsOf(lines, options, zoom);
  const unit = timeUnit(domains.x);
  const axes = makeAxes(
    size,
    theme,
    {
      domain: domains.x,
      log: options.logX,
      ticks:
        options.xAxis === 'relative'
          ? options.logX
            ? undefined
            : relativeTicks
          : options.xAxis === 'wall' && !options.logX
            ? clockTicks
            : undefined,
      title: {
        step: stepLabel,
        relative: options.logX ? 'ms' : unit.label,
        wall: new Date(domains.x[0]).toLocaleDateString(),
        metric: shortened(options.xMetric ?? '')
      }[options.xAxis]
    },
    { domain: domains.y, log: options.logY, title: '' }
  );
  const shapes: Shape[] = [...axes.shapes];
  for (const line of lines) {
    shapes.push(...bandOf(line, axes));
  }
  for (const line of lines) {
    shapes.push(...lineShapes(line, axes));
  }
  return {
    ...size,
    area: axes.area,
    font: theme.font,
    fontSize: theme.fontSize,
    shapes,
    axes
  };
}

/** One line at its pixels; also what brings it out where it is pointed at. */
export function lineShapes(line: Line, axes: Axes, thicker = 0): Shape[] {
  const x = pixels(axes.x, line.x);
  const y = pixels(axes.y, line.y);
  const dash = dashPixels(line.dash);
  const rawDash = isDense(x, y, axes.area) ? [] : dash;
  const common = { color: line.color, clip: true } as const;
  const shapes: Shape[] = [];
  if (line.smooth === null) {
    shapes.push({
      kind: 'path',
      x,
      y,
      width: WIDTH + thicker,
      dash: rawDash,
      ...common
    });
  } else {
    shapes.push(
      { kind: 'path', x, y, width: 1, ...common, opacity: FAINT },
      {
        kind: 'path',
        x,
        y: pixels(axes.y, line.smooth),
        width: WIDTH + 0.25 + thicker,
        dash,
        ...common
      }
    );
  }
  const lonely = lonelyPoints(x, y);
  if (lonely.length > 0) {
    shapes.push({
      kind: 'dots',
      x: lonely.map(index => valueAt(x, index)),
      y: lonely.map(index => valueAt(y, index)),
      radius: LONELY_RADIUS,
      ...common
    });
  }
  return shapes;
}

/** A name that leaves room for the axis. */
function shortened(name: string): string {
  return name.length > LONGEST ? `${name.slice(0, LONGEST - 1)}…` : name;
}

/** What lies around a line: what a sample stands for, or where a group's runs are. */
export function bandOf(line: Line, axes: Axes): Shape[] {
  // What goes back and forth has nothing below and above it.
  if (line.lows === null || line.highs === null || line.along !== line.x) {
    return [];
  }
  return [
    {
      kind: 'area',
      x: pixels(axes.x, line.x),
      low: pixels(axes.y, line.lows),
      high: pixels(axes.y, line.highs),
      color: line.color,
      opacity: line.group === null ? BAND : GROUP_BAND,
      clip: true
    }
  ];
}

function pixels(scale: Scale, values: Float64Array): Float64Array {
  return values.map(value => toPixel(scale, value));
}

/** Whether a line goes up and down so much that its dashes would only take time. */
function isDense(x: Float64Array, y: Float64Array, area: Frame): boolean {
  const most = (area.right - area.left) * DENSE;
  let length = 0;
  for (let index = 1; index < y.length && length <= most; index += 1) {
    const step =
      Math.abs(valueAt(x, index) - valueAt(x, index - 1)) +
      Math.abs(valueAt(y, index) - valueAt(y, index - 1));
    length += Number.isNaN(step) ? 0 : step;
  }
  return length > most;
}

/** Points between two gaps: no line shows them. */
function lonelyPoints(x: Float64Array, y: Float64Array): number[] {
  const isGap = (index: number): boolean =>
    Number.isNaN(valueAt(x, index) + valueAt(y, index));
  const found: number[] = [];
  for (let index = 0; index < y.length; index += 1) {
    if (!isGap(index) && isGap(index - 1) && isGap(index + 1)) {
      found.push(index);
    }
  }
  return found;
}
